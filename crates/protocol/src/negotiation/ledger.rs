//! The rules, and what one party has bound itself to by following them.

use std::collections::{BTreeMap, BTreeSet};

use policy::agreement::Agreement;
use record::digest::{AgreementDigest, MessageDigest, PartyId};
use record::time::Timestamp;

use super::error::Rule;
use super::messages::{Entry, Messages, Text, parties_of};
use super::reproduced::Reproduced;
use super::said::Act;
use super::unread::digest;

/// What a party said of one text.
#[derive(Debug, Clone, Default)]
pub(super) struct Consent {
    pub(super) is_proposed: bool,
    pub(super) is_accepted: bool,
    pub(super) verified: Option<Reproduced>,
    pub(super) signed: Option<Timestamp>,
    pub(super) is_suspended: bool,
    pub(super) is_withdrawn: bool,
    pub(super) is_terminated: bool,
}

/// Every text of a thread, whoever put it forward and wherever in their chain.
pub(super) struct Texts<'m> {
    messages: &'m Messages,
    parties: BTreeSet<PartyId>,
    by_digest: BTreeMap<AgreementDigest, &'m Agreement>,
    /// The texts that this build does not read: their authors' builds may.
    unread: BTreeSet<AgreementDigest>,
}

impl<'m> Texts<'m> {
    pub(super) fn of(messages: &'m Messages) -> Self {
        let parties = messages.parties();
        let texts = messages.iter().filter_map(|entry| entry.agreement());
        let shared = texts.filter(|text| parties_of(text) == parties);
        let unread = messages.iter().filter(|entry| is_unread(entry)).filter_map(|entry| entry.said.act.text());
        let unread = unread.filter_map(digest).collect();
        Self { messages, by_digest: shared.map(|text| (text.digest(), text)).collect(), parties, unread }
    }

    /// Whether an act is about a text that this build does not read, so that nobody here can say whether it is right.
    fn is_about_unread(&self, act: &Act) -> bool {
        let answered = act.answers().and_then(|message| self.messages.get(&message));
        act.agreement().is_some_and(|text| self.unread.contains(&text)) || answered.is_some_and(is_unread)
    }

    pub(super) const fn parties(&self) -> &BTreeSet<PartyId> {
        &self.parties
    }

    pub(super) fn get(&self, digest: AgreementDigest) -> Option<&'m Agreement> {
        self.by_digest.get(&digest).copied()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &'m Agreement> {
        self.by_digest.values().copied()
    }

    /// The text of an offer or a counter.
    fn answered(&self, message: MessageDigest) -> Result<AgreementDigest, Stop> {
        let entry = self.messages.get(&message).ok_or(Stop::Waits)?;
        let text = entry.agreement().filter(|text| self.by_digest.contains_key(&text.digest()));
        text.map(Agreement::digest).ok_or(Stop::Breaks(Rule::NotAnOffer { message }))
    }

    fn replaces(&self, digest: AgreementDigest) -> Option<AgreementDigest> {
        self.get(digest)?.replaces()
    }
}

const fn is_unread(entry: &Entry) -> bool {
    matches!(entry.text, Some(Err(_)))
}

/// Why a message does not count.
pub(super) enum Stop {
    /// It names a message that is not here; it and those after it wait.
    Waits,
    /// It breaks a rule, and counts for nothing. Those after it are judged without it.
    Breaks(Rule),
}

impl From<Rule> for Stop {
    fn from(rule: Rule) -> Self {
        Self::Breaks(rule)
    }
}

/// What one party has said of every text, by the messages that counted so far.
#[derive(Debug, Clone, Default)]
pub(super) struct Ledger(BTreeMap<AgreementDigest, Consent>);

impl Ledger {
    pub(super) fn get(&self, digest: AgreementDigest) -> Option<&Consent> {
        self.0.get(&digest)
    }

    /// Enters the next message of the party. Nothing is looked at but its own earlier ones and what texts there are: what
    /// others did at the same time cannot make it wrong.
    pub(super) fn enter(
        &mut self,
        act: &Act,
        time: Timestamp,
        text: Option<&Text>,
        texts: &Texts<'_>,
    ) -> Result<(), Stop> {
        self.judge(act, time, text, texts).map_err(|stop| match stop {
            Stop::Breaks(_) if texts.is_about_unread(act) => Rule::NotRead.into(),
            Stop::Breaks(_) | Stop::Waits => stop,
        })
    }

    fn judge(&mut self, act: &Act, time: Timestamp, text: Option<&Text>, texts: &Texts<'_>) -> Result<(), Stop> {
        match act {
            Act::Offer { .. } => self.propose(text, texts),
            Act::Counter { answers, .. } => {
                let _known = texts.answered(*answers)?;
                self.propose(text, texts)
            }
            Act::Accept { agreement, answers } => self.accept(*agreement, *answers, texts),
            Act::Verify { agreement, examples } => self.verify(*agreement, *examples, texts).map_err(Stop::from),
            Act::Sign { agreement } => self.sign(*agreement, time, texts).map_err(Stop::from),
            Act::Suspend { agreement, .. } => self.suspend(*agreement, true).map_err(Stop::from),
            Act::Resume { agreement } => self.suspend(*agreement, false).map_err(Stop::from),
            Act::Withdraw { agreement } => self.withdraw(*agreement).map_err(Stop::from),
            Act::Terminate { agreement, .. } => {
                self.0.entry(*agreement).or_default().is_terminated = true;
                Ok(())
            }
        }
    }

    /// The party's place to a text, if it did not itself end or take back what it said of it.
    fn open(&mut self, digest: AgreementDigest) -> Result<&mut Consent, Rule> {
        let consent = self.0.entry(digest).or_default();
        if consent.is_terminated {
            Err(Rule::Terminated)
        } else if consent.is_withdrawn {
            Err(Rule::Withdrawn)
        } else {
            Ok(consent)
        }
    }

    fn propose(&mut self, text: Option<&Text>, texts: &Texts<'_>) -> Result<(), Stop> {
        let text = match text {
            Some(Ok(text)) => text,
            Some(Err(error)) => return Err(Rule::Text(error.clone()).into()),
            None => return Ok(()),
        };
        if parties_of(text) != texts.parties {
            return Err(Rule::OtherParties.into());
        }
        let consent = self.open(text.digest())?;
        (consent.is_proposed, consent.is_accepted) = (true, true);
        Ok(())
    }

    fn accept(&mut self, digest: AgreementDigest, answers: MessageDigest, texts: &Texts<'_>) -> Result<(), Stop> {
        if texts.answered(answers)? != digest {
            return Err(Rule::OtherText { message: answers }.into());
        }
        self.open(digest)?.is_accepted = true;
        Ok(())
    }

    fn verify(&mut self, digest: AgreementDigest, found: Reproduced, texts: &Texts<'_>) -> Result<(), Rule> {
        let consent = self.open(digest)?;
        let text = texts.get(digest).filter(|_| consent.is_accepted).ok_or(Rule::NotAccepted)?;
        if consent.signed.is_some() {
            return Err(Rule::AlreadySigned);
        }
        let expected = text.examples().len();
        if usize::try_from(found.count) != Ok(expected) {
            return Err(Rule::ExamplesLeftOut { expected, found: found.count });
        }
        consent.verified = Some(found);
        Ok(())
    }

    fn sign(&mut self, digest: AgreementDigest, time: Timestamp, texts: &Texts<'_>) -> Result<(), Rule> {
        let other = self.other_signed(digest, texts);
        let consent = self.open(digest)?;
        match (consent.is_accepted, consent.verified, consent.signed, other) {
            (false, ..) => Err(Rule::NotAccepted),
            (true, None, ..) => Err(Rule::NotVerified),
            (true, Some(_), Some(_), _) => Err(Rule::AlreadySigned),
            (true, Some(_), None, Some(other)) => Err(Rule::SignedAnother { other }),
            (true, Some(_), None, None) => {
                consent.signed = Some(time);
                Ok(())
            }
        }
    }

    /// A text that the party signed, did not end, and did not replace by what it signed since. One thread makes one
    /// agreement: who signs two texts would leave it to the others which of them binds.
    fn other_signed(&self, digest: AgreementDigest, texts: &Texts<'_>) -> Option<AgreementDigest> {
        let signed = || self.0.iter().filter(|(_, consent)| consent.signed.is_some());
        let replaced: BTreeSet<_> =
            signed().map(|(one, _)| *one).chain([digest]).filter_map(|one| texts.replaces(one)).collect();
        let binds = |one: &AgreementDigest, consent: &Consent| {
            *one != digest && !consent.is_terminated && !replaced.contains(one)
        };
        signed().find(|(one, consent)| binds(one, consent)).map(|(one, _)| *one)
    }

    fn suspend(&mut self, digest: AgreementDigest, to: bool) -> Result<(), Rule> {
        let consent = self.open(digest)?;
        if consent.signed.is_none() {
            return Err(Rule::NotSigned);
        }
        if !to && !consent.is_suspended {
            return Err(Rule::NotSuspended);
        }
        consent.is_suspended = to;
        Ok(())
    }

    fn withdraw(&mut self, digest: AgreementDigest) -> Result<(), Rule> {
        let consent = self.open(digest)?;
        if !consent.is_proposed {
            return Err(Rule::NotProposed);
        }
        if consent.signed.is_some() {
            return Err(Rule::AlreadySigned);
        }
        consent.is_withdrawn = true;
        Ok(())
    }
}
