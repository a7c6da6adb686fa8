//! The negotiations that a node's log holds, and the agreements that came of them.

pub(crate) mod words;

use std::collections::{BTreeMap, BTreeSet};
use std::iter::repeat;
use std::sync::Arc;

use policy::agreement::{Agreement, Finding, compare, lint};
use policy::decision::{Active, Engine};
use policy::explain::Language;
use protocol::negotiation::{
    Agreed, Effect, InForce, Input, Negotiation, Period, Report, Said, State, Unread, standing, unread,
};
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
    /// Messages that this build cannot read, and why.
    notes: Vec<(MessageDigest, String)>,
    unread: Vec<Unread>,
}

impl Negotiations {
    /// Reads every message that the log holds. What is logged was checked when it came; what became of its keys since does
    /// not undo it.
    pub(crate) fn read(store: &LocalStore, ring: &Keyring, own: PartyId, now: Timestamp) -> Done<Self> {
        let mut all = Self { own, threads: BTreeMap::new(), now, notes: Vec::new(), unread: Vec::new() };
        let mut messages = Vec::new();
        let indices = records::of_types(store, &LogName::node(), &[AGREEMENT_MESSAGE]).map_err(node::fail)?;
        let places: Vec<_> = indices.iter().map(|index| Place::new(LogName::node(), *index)).collect();
        for body in store.bodies(&places).map_err(node::fail)? {
            let Body::Kept(body) = body else { continue };
            let (_, text) = split_body(&body).ok_or_else(|| Failure::refused("a logged message has no salt"))?;
            let message = verify(text, ring, Moment::AsNamed).map_err(|failure| {
                failure.advise("take in its author's profile with: detente partner add PROFILE --dir DIR")
            })?;
            // What the log holds was taken in once; it is refused now only if this build runs another engine or is stricter.
            // Nothing flows under what cannot be read; the rest need not stand still for it, but for what goes to its parties.
            let digest = message.digest();
            if let Err(failure) = all.receive(message.clone()) {
                all.notes.push((digest, failure.message));
            }
            messages.push(message);
        }
        let texts = all.threads.iter().flat_map(|(name, thread)| thread.reports(now).into_iter().zip(repeat(*name)));
        let known: BTreeSet<_> = texts.map(|(report, thread)| (report.agreement.digest(), thread)).collect();
        all.unread = unread(&messages, &known, own);
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

    /// Whether a message is here already.
    pub(crate) fn has(&self, message: &Signed<Message>) -> bool {
        let digest = message.digest();
        self.threads.values().flat_map(Negotiation::messages).any(|one| one.digest() == digest)
    }

    /// Whether the log holds a message that a party signed.
    pub(crate) fn is_author(&self, party: PartyId) -> bool {
        let read = self.threads.values().flat_map(Negotiation::messages).any(|one| one.content().issuer() == party);
        read || self.unread().any(|(_, parties)| parties.contains(&party))
    }

    /// Refuses an offer between other parties: what they negotiate has no place in this node's log.
    pub(crate) fn check_ours(&self, message: &Signed<Message>) -> Done {
        let said = Said::from_map(message.content().content()).map_err(Failure::refused)?;
        let (None, Some(text)) = (said.thread, said.act.text()) else { return Ok(()) };
        let agreement = Agreement::from_map(text.clone()).map_err(Failure::refused)?;
        if agreement.has(self.own) {
            return Ok(());
        }
        Err(Failure::refused(format!(
            "this node's party is no party of the agreement {} that is offered",
            agreement.digest()
        ))
        .advise("ask its parties for a text that names this party, if it should"))
    }

    /// The thread that holds a text: the one in which it has come farthest and is not over. Whoever offers a text again, which
    /// any party of it may at any time, takes nobody's word away in the thread that was signed.
    pub(crate) fn thread_of(&mut self, agreement: AgreementDigest) -> Done<&mut Negotiation> {
        let name = self.farthest(agreement);
        name.and_then(|name| self.threads.get_mut(&name)).ok_or_else(|| {
            Failure::input(format!("this node knows no agreement {agreement}"))
                .advise("`detente agreement list --dir DIR` shows those it knows")
        })
    }

    /// The same, to look at.
    pub(crate) fn thread_with(&self, agreement: AgreementDigest) -> Option<&Negotiation> {
        self.threads.get(&self.farthest(agreement)?)
    }

    fn farthest(&self, agreement: AgreementDigest) -> Option<MessageDigest> {
        let reached = |thread: &Negotiation| thread.report(agreement, self.now).map(|report| rank(report.state));
        let threads = self.threads.iter().filter_map(|(name, thread)| Some((reached(thread)?, *name)));
        threads.max_by_key(|(rank, _)| *rank).map(|(_, name)| name)
    }

    /// The text that another one answers or amends: what its languages are compared with.
    pub(crate) fn former(&self, agreement: &Agreement) -> Option<Agreement> {
        let amended = agreement.replaces().and_then(|old| self.agreement(old).cloned());
        let thread = self.thread_with(agreement.digest())?;
        let message = holder(thread, agreement.digest())?;
        let answers = Said::from_map(message.content().content()).ok()?.act.answers();
        let answered = answers.and_then(|digest| thread.messages().find(|one| one.digest() == digest));
        let said = answered.and_then(|message| Said::from_map(message.content().content()).ok());
        said.and_then(|said| Agreement::from_map(said.act.text()?.clone()).ok()).or(amended)
    }

    /// What the languages and policies of a text do not say alike, by itself and beside the text that it answers or amends.
    pub(crate) fn findings(&self, agreement: &Agreement) -> Vec<Finding> {
        let mut findings = lint(agreement);
        if let Some(old) = self.former(agreement) {
            findings.extend(compare(&old, agreement));
        }
        findings
    }

    /// How far a text has come.
    pub(crate) fn state(&self, agreement: AgreementDigest) -> Option<State> {
        let reports = self.reports().into_iter().filter(|report| report.agreement.digest() == agreement);
        reports.map(|report| report.state).max_by_key(|state| rank(*state))
    }

    /// Every text and how far it has come. One in whose place another thread has put its successor is over.
    pub(crate) fn reports(&self) -> Vec<Report<'_>> {
        let agreed = self.agreed();
        let stands: BTreeSet<_> = self.standing(&agreed).iter().map(|one| one.agreement.digest()).collect();
        let mut reports: Vec<_> = self.threads.values().flat_map(|thread| thread.reports(self.now)).collect();
        for report in &mut reports {
            let is_held = matches!(report.state, State::InForce | State::Suspended) && report.period == Period::Covered;
            if is_held && !stands.contains(&report.agreement.digest()) {
                report.state = State::Terminated;
            }
        }
        reports
    }

    /// The agreements in force, without those that one which cannot be read here has replaced.
    fn standing<'a>(&self, agreed: &[Agreed<'a>]) -> Vec<InForce<'a>> {
        let replaced = |old: &Agreement| self.unread.iter().any(|new| new.has_replaced(old, self.now));
        standing(agreed, self.now).into_iter().filter(|one| !replaced(one.agreement)).collect()
    }

    /// The agreements that may be in force now and that this build cannot read, with their parties: nobody knows what they
    /// forbid.
    pub(crate) fn unread(&self) -> impl Iterator<Item = (AgreementDigest, BTreeSet<PartyId>)> {
        let agreed = self.agreed();
        let binding = self.unread.iter().filter(move |one| one.may_bind(self.now, &agreed));
        binding.map(|one| (one.agreement, one.parties.clone()))
    }

    fn agreed(&self) -> Vec<Agreed<'_>> {
        self.threads.values().flat_map(Negotiation::agreed).collect()
    }

    /// A text by its digest.
    pub(crate) fn agreement(&self, digest: AgreementDigest) -> Option<&Agreement> {
        self.reports().into_iter().map(|report| report.agreement).find(|agreement| agreement.digest() == digest)
    }

    /// From now on it is this moment.
    pub(crate) const fn set_now(&mut self, now: Timestamp) {
        self.now = now;
    }

    /// The agreements in force at a moment, held back or not.
    pub(crate) fn standing_at(&self, now: Timestamp) -> Vec<InForce<'_>> {
        let replaced = |old: &Agreement| self.unread.iter().any(|new| new.has_replaced(old, now));
        standing(&self.agreed(), now).into_iter().filter(|one| !replaced(one.agreement)).collect()
    }

    /// The messages of every thread with a text that has a party.
    pub(crate) fn messages_for(&self, party: PartyId) -> Vec<&Signed<Message>> {
        let has = |thread: &&Negotiation| thread.reports(self.now).iter().any(|one| one.agreement.has(party));
        self.threads.values().filter(has).flat_map(Negotiation::messages).collect()
    }

    /// Every alarm of every thread, in words, and what this build cannot read.
    pub(crate) fn alarms(&self, language: Language) -> impl Iterator<Item = String> {
        let alarms = self.threads.values().flat_map(Negotiation::alarms);
        let alarms = alarms.map(move |alarm| words::say_alarm(&alarm, language));
        let notes = self.notes.iter().map(move |(message, why)| words::say_unread_message(*message, why, language));
        let unread = self.unread().map(move |(agreement, _)| words::say_unread_agreement(agreement, language));
        alarms.chain(notes).chain(unread)
    }

    /// The agreements in force now.
    pub(crate) fn active(&self) -> Vec<Active> {
        let agreed = self.agreed();
        let in_force = self.standing(&agreed);
        let active = in_force.iter().map(|one| {
            // It is in force now, so that all have signed. When a counterpart says that it signed decides nothing.
            let active = Active::new(Arc::new(one.agreement.clone()), one.agreement.from());
            if one.is_suspended() { active.suspended() } else { active }
        });
        active.collect()
    }

    /// Everything that decisions of this node depend on now.
    pub(crate) fn engine(&self, holdings: &Holdings<'_>) -> Done<Engine> {
        let engine = Engine::new(holdings.own, holdings.floors()?, self.active()).map_err(Failure::refused)?;
        Ok(engine.beside_unread(self.unread()))
    }
}

/// The first message that puts a text forward.
pub(crate) fn holder(thread: &Negotiation, digest: AgreementDigest) -> Option<&Signed<Message>> {
    thread.messages().find(|message| {
        let said = Said::from_map(message.content().content()).ok();
        let text = said.and_then(|said| said.act.text().cloned());
        text.and_then(|text| Agreement::from_map(text).ok()).is_some_and(|agreement| agreement.digest() == digest)
    })
}

/// How much there is to lose in a thread: one that is over has least.
const fn rank(state: State) -> (bool, State) {
    (!state.is_final(), state)
}

/// Reads a message and checks its signatures under the keys of its author.
pub(crate) fn verify(text: &[u8], ring: &Keyring, moment: Moment) -> Done<Signed<Message>> {
    let message = UnverifiedMessage::read(text).map_err(Failure::refused)?;
    let history = ring.find(message.claims().issuer())?;
    message.verify(history, moment).map_err(Failure::refused)
}

/// Everything that decisions of this node depend on, as its log has it.
pub(crate) fn engine(store: &LocalStore, holdings: &Holdings<'_>, now: Timestamp) -> Done<Engine> {
    Negotiations::read(store, &holdings.ring, holdings.own, now)?.engine(holdings)
}
