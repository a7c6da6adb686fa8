//! The whole of a thread, computed from the set of its messages and nothing else.

use std::collections::{BTreeMap, BTreeSet};

use policy::agreement::Agreement;
use record::digest::{AgreementDigest, MessageDigest, PartyId};
use record::time::Timestamp;

use super::Stand;
use super::chain::Chain;
use super::effect::Missing;
use super::error::Rule;
use super::ledger::{Consent, Ledger, Stop, Texts};
use super::messages::{Entry, Messages};
use super::said::Act;
use super::standing::{Agreed, replaced_at};
use super::state::State;

/// Where one party stands.
#[derive(Debug, Clone, Default)]
pub(super) struct Party {
    pub(super) ledger: Ledger,
    /// The newest message with all of its own before it, and its sequence number.
    pub(super) newest: Option<MessageDigest>,
    /// How many wait for earlier ones.
    pub(super) waiting: usize,
    pub(super) fork: Option<(MessageDigest, MessageDigest)>,
    /// What it ended or held back by messages that wait or are frozen. To stop is safe, so that counts at once.
    ended_early: BTreeSet<AgreementDigest>,
    held_early: BTreeSet<AgreementDigest>,
}

/// What follows from the messages of a thread.
#[derive(Debug, Clone, Default)]
pub(super) struct Outcome {
    pub(super) parties: BTreeMap<PartyId, Party>,
    pub(super) broken: BTreeMap<MessageDigest, (PartyId, Rule)>,
    pub(super) missing: BTreeSet<Missing>,
    countered: BTreeSet<AgreementDigest>,
}

impl Outcome {
    pub(super) fn of(messages: &Messages) -> Self {
        let mut outcome = Self::default();
        let texts = Texts::of(messages);
        for party in texts.parties() {
            let place = outcome.party(Chain::of(messages, *party), *party, &texts);
            drop(outcome.parties.insert(*party, place));
        }
        outcome.countered = countered(messages);
        outcome.note_unseen(messages);
        outcome
    }

    fn party(&mut self, chain: Chain<'_>, party: PartyId, texts: &Texts<'_>) -> Party {
        self.missing.extend(chain.gaps.iter().map(|(first, after)| Missing::Sequence {
            party,
            first: *first,
            after: *after,
        }));
        let mut place = Party { fork: chain.fork, ..Party::default() };
        let mut waiting: Vec<_> = chain.waiting;
        for (at, entry) in chain.placed.iter().enumerate() {
            match place.ledger.enter(&entry.said.act, entry.said.time, entry.text.as_ref(), texts) {
                Ok(()) => {}
                Err(Stop::Breaks(rule)) => drop(self.broken.insert(entry.digest(), (party, rule))),
                Err(Stop::Waits) => {
                    waiting.extend(chain.placed.iter().skip(at));
                    break;
                }
            }
        }
        place.newest = chain.placed.last().map(|entry| entry.digest());
        place.waiting = waiting.len();
        place.stop_early(&waiting);
        place.stop_early(&chain.frozen);
        // Whoever forks must not get out of what it signed, nor bring back what that had replaced: the text stays agreed and
        // is held back for ever.
        for entry in &chain.frozen {
            if let Act::Sign { agreement } = &entry.said.act {
                let _new = place.held_early.insert(*agreement);
            }
            if entry.said.act.only_binds() {
                let _broken = place.ledger.enter(&entry.said.act, entry.said.time, entry.text.as_ref(), texts);
            }
        }
        place
    }

    /// What other messages name and is not here.
    fn note_unseen(&mut self, messages: &Messages) {
        for entry in messages.iter() {
            let seen = entry.said.seen.iter().map(|(party, digest)| (Some(*party), *digest));
            let links = [entry.said.thread, entry.said.act.answers()].into_iter().flatten();
            let named = seen.chain(links.map(|digest| (None, digest)));
            let absent = named.filter(|(_, digest)| messages.get(digest).is_none());
            self.missing.extend(absent.map(|(party, digest)| Missing::Message { digest, party }));
        }
    }

    fn consents(&self, digest: AgreementDigest) -> impl Iterator<Item = Option<&Consent>> {
        self.parties.values().map(move |party| party.ledger.get(digest))
    }

    fn all(&self, digest: AgreementDigest, holds: impl Fn(&Consent) -> bool) -> bool {
        !self.parties.is_empty() && self.consents(digest).all(|consent| consent.is_some_and(&holds))
    }

    /// Whether every party reproduced the same.
    fn is_verified(&self, digest: AgreementDigest) -> bool {
        let mut found = self.consents(digest).map(|consent| consent.and_then(|consent| consent.verified));
        let first = found.next().flatten();
        first.is_some() && found.all(|other| other == first)
    }

    /// Two parties that reproduced different outcomes of one text.
    pub(super) fn differing(&self, digest: AgreementDigest) -> Option<(PartyId, PartyId)> {
        let verified = |party: &Party| party.ledger.get(digest).and_then(|consent| consent.verified);
        let mut found = self.parties.iter().filter_map(|(id, party)| Some((*id, verified(party)?)));
        let (first, outcomes) = found.next()?;
        found.find(|(_, other)| *other != outcomes).map(|(second, _)| (first, second))
    }

    fn is_agreed(&self, digest: AgreementDigest) -> bool {
        let signed = |consent: &Consent| consent.is_accepted && consent.signed.is_some();
        self.all(digest, signed) && self.is_verified(digest)
    }

    /// Where each party stands to a text.
    pub(super) fn stands(&self, digest: AgreementDigest) -> Vec<Stand> {
        let stands = self.parties.iter().map(|(party, place)| {
            let consent = place.ledger.get(digest).cloned().unwrap_or_default();
            Stand {
                party: *party,
                has_proposed: consent.is_proposed,
                has_accepted: consent.is_accepted,
                has_verified: consent.verified.is_some(),
                signed: consent.signed,
                holds_back: consent.is_suspended || place.held_early.contains(&digest),
                has_ended: consent.is_terminated || consent.is_withdrawn || place.ended_early.contains(&digest),
            }
        });
        stands.collect()
    }

    fn is_terminated(&self, digest: AgreementDigest) -> bool {
        let ledger = self.consents(digest).flatten().any(|consent| consent.is_terminated);
        ledger || self.parties.values().any(|party| party.ended_early.contains(&digest))
    }

    fn is_withdrawn(&self, digest: AgreementDigest) -> bool {
        self.consents(digest).flatten().any(|consent| consent.is_withdrawn)
    }

    fn suspended_by(&self, digest: AgreementDigest) -> BTreeSet<PartyId> {
        let holds = |party: &Party| {
            party.held_early.contains(&digest) || party.ledger.get(digest).is_some_and(|consent| consent.is_suspended)
        };
        self.parties.iter().filter(|(_, party)| holds(party)).map(|(id, _)| *id).collect()
    }

    /// The texts that every party signed, ended ones too: they may have taken the place of others.
    pub(super) fn agreed<'m>(&self, texts: &Texts<'m>) -> Vec<Agreed<'m>> {
        let agreed = texts.iter().filter(|text| self.is_agreed(text.digest()));
        agreed.map(|agreement| self.agreed_one(agreement)).collect()
    }

    fn agreed_one<'m>(&self, agreement: &'m Agreement) -> Agreed<'m> {
        let digest = agreement.digest();
        let signed = self.consents(digest).flatten().filter_map(|consent| consent.signed).max();
        Agreed {
            agreement,
            signed: signed.unwrap_or(Timestamp::from_micros(i64::MAX)),
            suspended_by: self.suspended_by(digest),
            is_ended: self.is_terminated(digest) || self.is_withdrawn(digest),
        }
    }

    /// The state of every text at a moment. Time only moves a text to its end by replacement.
    pub(super) fn states(&self, texts: &Texts<'_>, now: Timestamp) -> BTreeMap<AgreementDigest, State> {
        let agreed = self.agreed(texts);
        texts.iter().map(|text| (text.digest(), self.state(text, &agreed, now))).collect()
    }

    fn state(&self, text: &Agreement, agreed: &[Agreed<'_>], now: Timestamp) -> State {
        let digest = text.digest();
        if self.is_terminated(digest) || replaced_at(text, agreed).is_some_and(|from| from <= now) {
            return State::Terminated;
        }
        if self.is_withdrawn(digest) {
            return State::Withdrawn;
        }
        let is_accepted = self.all(digest, |consent| consent.is_accepted);
        if self.is_agreed(digest) {
            if self.suspended_by(digest).is_empty() { State::InForce } else { State::Suspended }
        } else if is_accepted && self.is_verified(digest) {
            State::Verified
        } else if is_accepted {
            State::Accepted
        } else if self.countered.contains(&digest) {
            State::Countered
        } else {
            State::Offered
        }
    }
}

impl Party {
    fn stop_early(&mut self, entries: &[&Entry]) {
        for act in entries.iter().map(|entry| &entry.said.act) {
            if let Act::Terminate { agreement, .. } = act {
                let _new = self.ended_early.insert(*agreement);
            } else if let Act::Suspend { agreement, .. } = act {
                let _new = self.held_early.insert(*agreement);
            }
        }
    }
}

/// The texts that another text answers.
fn countered(messages: &Messages) -> BTreeSet<AgreementDigest> {
    let counters = messages.iter().filter(|entry| entry.agreement().is_some());
    let answered = counters.filter_map(|entry| Some((entry, messages.get(&entry.said.act.answers()?)?.agreement()?)));
    let other = answered.filter(|(entry, text)| entry.agreement().map(Agreement::digest) != Some(text.digest()));
    other.map(|(_, text)| text.digest()).collect()
}
