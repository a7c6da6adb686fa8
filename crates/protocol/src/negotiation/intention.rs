//! What this party wants to say: the same rules as for what it receives, and a few more that only its own side can know.

use record::digest::{AgreementDigest, MessageDigest};
use record::time::Timestamp;

use super::chain::Chain;
use super::effect::{Effect, Input};
use super::error::Refusal;
use super::ledger::{Ledger, Stop, Texts};
use super::messages::{Entry, Text, read_text};
use super::said::{Act, Said};
use super::{Missing, Negotiation, canonical};

impl Negotiation {
    pub(super) fn intend(&mut self, input: Input, now: Timestamp) -> Result<Vec<Effect>, Refusal> {
        if self.unsigned.is_some() {
            return Err(Refusal::Signing);
        }
        let act = self.act(input, now)?;
        let text = act.text().map(read_text);
        self.check_place(&act)?;
        self.check_rules(&act, text.as_ref(), now)?;
        let content = self.said(act, now).to_map()?;
        self.unsigned = Some(canonical(&content)?);
        Ok(vec![Effect::SignAndSend(content)])
    }

    fn act(&self, input: Input, now: Timestamp) -> Result<Act, Refusal> {
        Ok(match input {
            Input::Offer { agreement } => Act::Offer { agreement },
            Input::Counter { agreement, answers } => Act::Counter { agreement, answers },
            Input::Accept { agreement } => {
                self.check_live(agreement, now)?;
                Act::Accept { agreement, answers: self.holder(agreement)? }
            }
            Input::Verify { agreement, outcome } => {
                self.check_live(agreement, now)?;
                let examples = outcome.map_err(|examples| Refusal::ExamplesFailed { examples })?;
                Act::Verify { agreement, examples }
            }
            Input::Sign { agreement, blocked } => {
                self.check_live(agreement, now)?;
                self.check_signable(agreement, blocked)?;
                Act::Sign { agreement }
            }
            Input::Suspend { agreement, reason } => Act::Suspend { agreement, reason },
            Input::Resume { agreement } => Act::Resume { agreement },
            Input::Withdraw { agreement } => Act::Withdraw { agreement },
            Input::Terminate { agreement, reason } => Act::Terminate { agreement, reason },
            // These say nothing, and never come here.
            Input::Received(_) | Input::NotSigned | Input::Tick => return Err(Refusal::NoOffer),
        })
    }

    fn check_live(&self, agreement: AgreementDigest, now: Timestamp) -> Result<(), Refusal> {
        let report = self.report(agreement, now).ok_or(Refusal::UnknownText { agreement })?;
        if report.state.is_final() { Err(Refusal::NotLive { agreement }) } else { Ok(()) }
    }

    /// A message that holds the text.
    fn holder(&self, agreement: AgreementDigest) -> Result<MessageDigest, Refusal> {
        let holds = |entry: &&Entry| entry.agreement().is_some_and(|text| text.digest() == agreement);
        self.messages.iter().find(holds).map(Entry::digest).ok_or(Refusal::UnknownText { agreement })
    }

    fn check_signable(&self, agreement: AgreementDigest, blocked: Vec<String>) -> Result<(), Refusal> {
        if !blocked.is_empty() {
            return Err(Refusal::Blocked { reasons: blocked });
        }
        self.outcome.differing(agreement).map_or(Ok(()), |(first, second)| {
            let party = if first == self.me { second } else { first };
            Err(Refusal::OutcomesDiffer { party })
        })
    }

    /// Whether this party may say anything now. To end an agreement it always may, once it knows the thread: a liar who
    /// names messages of ours that never were can stop the rest, as by silence, but not that.
    fn check_place(&self, act: &Act) -> Result<(), Refusal> {
        if matches!(act, Act::Offer { .. }) {
            return if self.messages.thread().is_none() { Ok(()) } else { Err(Refusal::AlreadyBegun) };
        }
        if self.messages.offer().is_none() {
            return Err(Refusal::NoOffer);
        }
        let own = self.outcome.parties.get(&self.me).ok_or(Refusal::NotAMember { party: self.me })?;
        if matches!(act, Act::Terminate { .. }) {
            return Ok(());
        }
        if own.fork.is_some() {
            return Err(Refusal::Frozen);
        }
        let is_missing = own.waiting > 0 || self.outcome.missing.iter().any(|one: &Missing| one.is_of(self.me));
        if is_missing { Err(Refusal::OwnMissing) } else { Ok(()) }
    }

    fn check_rules(&self, act: &Act, text: Option<&Text>, now: Timestamp) -> Result<(), Refusal> {
        if let Some(Err(error)) = text {
            return Err(error.clone().into());
        }
        if let (Act::Offer { .. }, Some(Ok(text))) = (act, text) {
            return if text.has(self.me) { Ok(()) } else { Err(Refusal::NotAMember { party: self.me }) };
        }
        let mut ledger = self.outcome.parties.get(&self.me).map_or_else(Ledger::default, |own| own.ledger.clone());
        let texts = Texts::of(&self.messages);
        if let Some(agreement) = act.names().filter(|digest| texts.get(*digest).is_none()) {
            return Err(Refusal::UnknownText { agreement });
        }
        ledger.enter(act, now, text, &texts).map_err(|stop| match stop {
            Stop::Breaks(rule) => rule.into(),
            Stop::Waits => Refusal::NoOffer,
        })
    }

    fn said(&self, act: Act, time: Timestamp) -> Said {
        let newest = Chain::of(&self.messages, self.me).newest();
        let others = self.outcome.parties.iter().filter(|(party, _)| **party != self.me);
        Said {
            thread: self.messages.thread(),
            sequence: newest.map_or(0, |entry| entry.said.sequence.saturating_add(1)),
            previous: newest.map(Entry::digest),
            time,
            seen: others.filter_map(|(party, place)| Some((*party, place.newest?))).collect(),
            act,
        }
    }
}
