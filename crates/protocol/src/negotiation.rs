//! Negotiation of agreements by signed messages.
//!
//! A thread begins with an offer, which holds a whole text. Others answer it with texts of their own, accept a text, verify
//! that its worked examples come out the same, and sign it. It is in force once *all* of its parties have accepted,
//! verified and signed that one digest. Whoever puts a text forward accepts it by that.
//!
//! What a thread has come to is computed from the set of its messages alone, so that parties who have the same messages
//! agree about it, in whatever order these arrived. Each message is judged by its author's own earlier ones: nobody can be
//! made wrong by what others said at the same time. Where two acts cross, the one that permits less wins: a termination
//! ends a text for good whenever it was said, and a text that was withdrawn lacks its author's signature for ever.
//!
//! A message that breaks a rule is kept, reported, and counts for nothing; it cannot be dropped, since the next one of its
//! author names it. Only what could never belong to the thread is refused outright.

mod chain;
mod effect;
mod error;
mod intention;
mod ledger;
mod messages;
mod outcome;
mod reproduced;
mod said;
mod standing;
mod state;
mod unread;

pub use effect::{Alarm, Effect, Input, Missing};
pub use error::{Refusal, Rule};
pub use messages::{MAX_MESSAGES_PER_PARTY, MAX_OCTETS_PER_PARTY, MAX_WAITING, RESERVED_FOR_ENDING};
pub use reproduced::{OutcomesDigest, Reproduced};
pub use said::{Act, FORMAT, MAX_REASON_CHARACTERS, MAX_SEEN, Said, SaidError};
pub use standing::{Agreed, InForce, standing};
pub use state::{Period, State};
pub use unread::{Unread, unread};

use std::collections::BTreeMap;

use policy::agreement::Agreement;
use record::digest::{AgreementDigest, MessageDigest, PartyId};
use record::json::{self, Json, Map};
use record::message::Message;
use record::signed::Signed;
use record::time::Timestamp;

use ledger::Texts;
use messages::{Entry, Messages};
use outcome::Outcome;

/// How far a message may be dated ahead of the reader's clock before a person is told, in microseconds: ten minutes. Clocks
/// that are set at all differ by less.
pub const MAX_AHEAD_MICROS: i64 = 600 * 1_000_000;

/// One thread, as one party has it.
#[derive(Debug, Clone)]
pub struct Negotiation {
    me: PartyId,
    messages: Messages,
    outcome: Outcome,
    /// The states that were reported last.
    reported: BTreeMap<AgreementDigest, State>,
    /// What is out to be signed, in canonical form.
    unsigned: Option<Vec<u8>>,
}

/// A text of a thread, and how far it has come.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Report<'n> {
    /// The text.
    pub agreement: &'n Agreement,
    /// Its state.
    pub state: State,
    /// Where the moment asked about lies to its period.
    pub period: Period,
}

/// Where one party stands to a text, by its messages that count.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Stand {
    /// The party.
    pub party: PartyId,
    /// It put the text forward.
    pub has_proposed: bool,
    /// It accepts the text.
    pub has_accepted: bool,
    /// Its worked examples came out as the text expects there.
    pub has_verified: bool,
    /// When it says that it signed.
    pub signed: Option<Timestamp>,
    /// It holds the agreement back.
    pub holds_back: bool,
    /// It ended, declined or withdrew the text.
    pub has_ended: bool,
}

impl Negotiation {
    /// A thread that has not begun: by an own offer, or by the first message that comes in.
    #[must_use]
    pub fn new(me: PartyId) -> Self {
        Self::with(me, None)
    }

    /// The thread that an offer begins, by its digest, before that offer need be here.
    #[must_use]
    pub fn of_thread(me: PartyId, thread: MessageDigest) -> Self {
        Self::with(me, Some(thread))
    }

    fn with(me: PartyId, thread: Option<MessageDigest>) -> Self {
        let (messages, outcome) = (Messages::of_thread(thread), Outcome::default());
        Self { me, messages, outcome, reported: BTreeMap::new(), unsigned: None }
    }

    /// Takes in what happened, or what this party wants to say, at a moment in the reader's time.
    ///
    /// # Errors
    /// [`Refusal`], with nothing changed.
    pub fn handle(&mut self, input: Input, now: Timestamp) -> Result<Vec<Effect>, Refusal> {
        match input {
            Input::Received(signed) => self.receive(*signed, now),
            Input::Tick => Ok(self.report_changes(now)),
            Input::NotSigned => {
                self.unsigned = None;
                Ok(Vec::new())
            }
            Input::Offer { .. }
            | Input::Counter { .. }
            | Input::Accept { .. }
            | Input::Verify { .. }
            | Input::Sign { .. }
            | Input::Suspend { .. }
            | Input::Resume { .. }
            | Input::Withdraw { .. }
            | Input::Terminate { .. } => self.intend(input, now),
        }
    }

    fn receive(&mut self, signed: Signed<Message>, now: Timestamp) -> Result<Vec<Effect>, Refusal> {
        let digest = signed.digest();
        if self.messages.get(&digest).is_some() {
            return Ok(Vec::new());
        }
        let entry = Entry::read(signed.clone())?;
        self.messages.check(&entry)?;
        let ahead = self.ahead(&entry, now);
        let (is_own, content) = (entry.author() == self.me, canonical(signed.content().content())?);
        let before = self.add(entry)?;
        if is_own && self.unsigned.as_ref() == Some(&content) {
            self.unsigned = None;
        }
        let mut effects = vec![Effect::Log(Box::new(signed))];
        effects.extend(self.report_changes(now));
        effects.extend(ahead.into_iter().chain(self.alarms_since(&before)).map(Effect::Alarm));
        effects.extend(self.outcome.missing.difference(&before.missing).copied().map(Effect::Fetch));
        Ok(effects)
    }

    /// Adds a message and computes everything anew, or takes it out again if its author has too many waiting.
    fn add(&mut self, entry: Entry) -> Result<Outcome, Refusal> {
        let (digest, party) = (entry.digest(), entry.author());
        let is_end = matches!(entry.said.act, Act::Terminate { .. });
        let waiting = |outcome: &Outcome| outcome.parties.get(&party).map_or(0, |party| party.waiting);
        self.messages.insert(entry);
        let outcome = Outcome::of(&self.messages);
        if !is_end && waiting(&outcome) > MAX_WAITING.max(waiting(&self.outcome)) {
            self.messages.remove(&digest);
            return Err(Refusal::TooManyWaiting { party });
        }
        Ok(std::mem::replace(&mut self.outcome, outcome))
    }

    fn ahead(&self, entry: &Entry, now: Timestamp) -> Option<Alarm> {
        let (party, message, time) = (entry.author(), entry.digest(), entry.said.time);
        let is_ahead = party != self.me && time.micros() > now.micros().saturating_add(MAX_AHEAD_MICROS);
        is_ahead.then_some(Alarm::FromTheFuture { party, message, time })
    }

    fn report_changes(&mut self, now: Timestamp) -> Vec<Effect> {
        let texts = Texts::of(&self.messages);
        let states = self.outcome.states(&texts, now);
        let changed = states.iter().filter(|(digest, state)| self.reported.get(digest) != Some(state));
        let effects = changed.filter_map(|(agreement, to)| {
            let (from, period) = (self.reported.get(agreement).copied(), Period::of(texts.get(*agreement)?, now));
            Some(Effect::StateChanged { agreement: *agreement, from, to: *to, period })
        });
        let effects = effects.collect();
        self.reported = states;
        effects
    }

    /// What is wrong with the thread, in the order of parties and digests.
    #[must_use]
    pub fn alarms(&self) -> Vec<Alarm> {
        self.alarms_since(&Outcome::default())
    }

    /// What is wrong now and was not before.
    fn alarms_since(&self, before: &Outcome) -> Vec<Alarm> {
        let known = |party| before.parties.get(party).and_then(|place| place.fork);
        let forks = self.outcome.parties.iter().filter(|(party, place)| place.fork != known(party));
        let forks = forks.filter_map(|(party, place)| self.equivocation(*party, place.fork?));
        let broken = self.outcome.broken.iter().filter(|(message, rule)| before.broken.get(message) != Some(rule));
        let broken = broken.map(|(message, (party, rule))| Alarm::Broken {
            party: *party,
            message: *message,
            rule: rule.clone(),
        });
        forks.chain(broken).chain(self.differing_since(before)).collect()
    }

    fn differing_since(&self, before: &Outcome) -> Vec<Alarm> {
        let texts = Texts::of(&self.messages);
        let differing = texts.iter().filter_map(|text| {
            let agreement = text.digest();
            let pair = self.outcome.differing(agreement).filter(|pair| before.differing(agreement) != Some(*pair));
            pair.map(|(first, second)| Alarm::OutcomesDiffer { agreement, first, second })
        });
        differing.collect()
    }

    fn equivocation(&self, party: PartyId, fork: (MessageDigest, MessageDigest)) -> Option<Alarm> {
        let signed = |digest| Some(Box::new(self.messages.get(digest)?.signed.clone()));
        Some(Alarm::Equivocation { party, first: signed(&fork.0)?, second: signed(&fork.1)? })
    }

    /// The digest of the offer that began this thread; none while there is none.
    #[must_use]
    pub const fn thread(&self) -> Option<MessageDigest> {
        self.messages.thread()
    }

    /// What is known to exist and is not here.
    pub fn missing(&self) -> impl Iterator<Item = &Missing> {
        self.outcome.missing.iter()
    }

    /// The messages of this thread by digest, also those that wait or count for nothing: what to give a party that asks.
    pub fn messages(&self) -> impl Iterator<Item = &Signed<Message>> {
        self.messages.iter().map(|entry| &entry.signed)
    }

    /// Every text of this thread and how far it has come, in the order of their digests.
    #[must_use]
    pub fn reports(&self, now: Timestamp) -> Vec<Report<'_>> {
        let texts = Texts::of(&self.messages);
        let states = self.outcome.states(&texts, now);
        let state = |agreement: &'_ Agreement| states.get(&agreement.digest()).copied();
        let all = texts.iter().filter_map(|agreement| Some((agreement, state(agreement)?)));
        all.map(|(agreement, state)| Report { agreement, state, period: Period::of(agreement, now) }).collect()
    }

    /// How far one text has come; none if no message of this thread holds it.
    #[must_use]
    pub fn report(&self, digest: AgreementDigest, now: Timestamp) -> Option<Report<'_>> {
        self.reports(now).into_iter().find(|report| report.agreement.digest() == digest)
    }

    /// Where each party stands to one text of this thread, in the order of their ids.
    #[must_use]
    pub fn stands(&self, digest: AgreementDigest) -> Vec<Stand> {
        self.outcome.stands(digest)
    }

    /// How far the thread has come as a whole: as far as the text that has come farthest; none before the offer.
    #[must_use]
    pub fn state(&self, now: Timestamp) -> Option<State> {
        self.outcome.states(&Texts::of(&self.messages), now).into_values().max_by_key(|state| state.weight())
    }

    /// The texts that all parties signed, for [`standing`]. Give it those of all threads: one may replace another.
    #[must_use]
    pub fn agreed(&self) -> Vec<Agreed<'_>> {
        self.outcome.agreed(&Texts::of(&self.messages))
    }
}

fn canonical(content: &Map) -> Result<Vec<u8>, SaidError> {
    Ok(json::canonical(&Json::from(content.clone()))?)
}
