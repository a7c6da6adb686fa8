//! The negotiations that a node's log holds, and the agreements that came of them.

use std::collections::BTreeMap;
use std::sync::Arc;

use policy::agreement::Agreement;
use policy::decision::{Active, Engine};
use protocol::negotiation::{Alarm, Effect, Input, Missing, Negotiation, Period, Report, Said, standing};
use record::Signed;
use record::digest::{AgreementDigest, MessageDigest, PartyId};
use record::key_history::Moment;
use record::message::{Message, UnverifiedMessage};
use record::time::Timestamp;
use storage::views::records::{self, AGREEMENT_MESSAGE};
use storage::{Body, LocalStore, LogName, Place, Store as _};

use crate::command::log::split_body;
use crate::holdings::Holdings;
use crate::keyring::Keyring;
use crate::node;
use crate::outcome::{Done, Failure};

/// All threads of a node.
#[derive(Debug)]
pub(crate) struct Negotiations {
    own: PartyId,
    threads: BTreeMap<MessageDigest, Negotiation>,
    now: Timestamp,
    unread: Vec<String>,
}

impl Negotiations {
    /// Reads every message that the log holds. What is logged was checked when it came; what became of its keys since does
    /// not undo it.
    pub(crate) fn read(store: &LocalStore, ring: &Keyring, own: PartyId, now: Timestamp) -> Done<Self> {
        let mut all = Self { own, threads: BTreeMap::new(), now, unread: Vec::new() };
        let indices = records::of_types(store, &LogName::node(), &[AGREEMENT_MESSAGE]).map_err(node::fail)?;
        let places: Vec<_> = indices.iter().map(|index| Place::new(LogName::node(), *index)).collect();
        for body in store.bodies(&places).map_err(node::fail)? {
            let Body::Kept(body) = body else { continue };
            let (_, text) = split_body(&body).ok_or_else(|| Failure::refused("a logged message has no salt"))?;
            let message = verify(text, ring, Moment::AsNamed)?;
            // What the log holds was taken in once; it is refused now only if this build runs another engine or is stricter.
            // Nothing flows under what cannot be read, and the rest must not stand still for it.
            let digest = message.digest();
            if let Err(failure) = all.receive(message) {
                all.unread.push(format!("message {digest} is not read by this build: {}", failure.message));
            }
        }
        Ok(all)
    }

    /// Takes in a message whose signatures were checked.
    pub(crate) fn receive(&mut self, message: Signed<Message>) -> Done<Vec<Effect>> {
        let now = self.now;
        let said = Said::from_map(message.content().content()).map_err(Failure::refused)?;
        let thread = said.thread.unwrap_or_else(|| message.digest());
        let own = self.own;
        let negotiation = self.threads.entry(thread).or_insert_with(|| Negotiation::of_thread(own, thread));
        negotiation.handle(Input::Received(Box::new(message)), now).map_err(Failure::refused)
    }

    /// The thread that holds a text.
    pub(crate) fn thread_of(&mut self, agreement: AgreementDigest) -> Done<&mut Negotiation> {
        let now = self.now;
        let mut threads = self.threads.values_mut();
        threads.find(|thread| thread.report(agreement, now).is_some()).ok_or_else(|| {
            Failure::input(format!("this node knows no agreement {agreement}"))
                .advise("`detente agreement list --dir DIR` shows those it knows")
        })
    }

    /// Every text and how far it has come.
    pub(crate) fn reports(&self) -> Vec<Report<'_>> {
        self.threads.values().flat_map(|thread| thread.reports(self.now)).collect()
    }

    /// A text by its digest.
    pub(crate) fn agreement(&self, digest: AgreementDigest) -> Option<&Agreement> {
        self.reports().into_iter().map(|report| report.agreement).find(|agreement| agreement.digest() == digest)
    }

    /// Every alarm of every thread, in words, and what this build cannot read.
    pub(crate) fn alarms(&self) -> impl Iterator<Item = String> {
        let alarms = self.threads.values().flat_map(Negotiation::alarms).map(|alarm| say_alarm(&alarm));
        alarms.chain(self.unread.iter().cloned())
    }

    /// The agreements in force now.
    pub(crate) fn active(&self) -> Vec<Active> {
        let agreed: Vec<_> = self.threads.values().flat_map(Negotiation::agreed).collect();
        let in_force = standing(&agreed, self.now);
        let active = in_force.iter().map(|one| {
            // It is in force now, so that all have signed. When a counterpart says that it signed decides nothing.
            let active = Active::new(Arc::new(one.agreement.clone()), one.agreement.from());
            if one.is_suspended() { active.suspended() } else { active }
        });
        active.collect()
    }
}

/// Reads a message and checks its signatures under the keys of its author.
pub(crate) fn verify(text: &[u8], ring: &Keyring, moment: Moment) -> Done<Signed<Message>> {
    let message = UnverifiedMessage::read(text).map_err(Failure::refused)?;
    let history = ring.find(message.claims().issuer())?;
    message.verify(history, moment).map_err(Failure::refused)
}

/// Everything that decisions of this node depend on, as its log has it.
pub(crate) fn engine(store: &LocalStore, holdings: &Holdings<'_>, now: Timestamp) -> Done<Engine> {
    let negotiations = Negotiations::read(store, &holdings.ring, holdings.own, now)?;
    Engine::new(holdings.own, holdings.floors()?, negotiations.active()).map_err(Failure::refused)
}

/// An alarm in words that say what to do.
pub(crate) fn say_alarm(alarm: &Alarm) -> String {
    match alarm {
        Alarm::Equivocation { party, first, second } => format!(
            "party {party} signed two messages of one place: {} and {}. Keep both; they are evidence that anybody can check",
            first.digest(),
            second.digest()
        ),
        Alarm::Broken { party, message, rule } => {
            format!("party {party} broke a rule with message {message}, which counts for nothing: {rule}")
        }
        Alarm::OutcomesDiffer { agreement, first, second } => format!(
            "parties {first} and {second} reproduced different outcomes of the worked examples of {agreement}: their nodes do \
             not run the same agreement"
        ),
        Alarm::FromTheFuture { party, message, time } => {
            format!("message {message} of party {party} is dated {time}: compare clocks with that party")
        }
        _ => "an alarm that this build has no words for".to_owned(),
    }
}

/// What is missing, in words.
pub(crate) fn say_missing(missing: &Missing) -> String {
    match missing {
        Missing::Sequence { party, first, after } => format!("messages {first} to before {after} of party {party}"),
        Missing::Message { digest, party: Some(party) } => format!("message {digest} of party {party}"),
        Missing::Message { digest, party: None } => format!("message {digest}"),
        _ => "a message".to_owned(),
    }
}

/// Where now lies to an agreement's period.
pub(crate) const fn say_period(period: Period) -> &'static str {
    match period {
        Period::NotYet => "not yet",
        Period::Covered => "in period",
        Period::Over => "over",
    }
}
