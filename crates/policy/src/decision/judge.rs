//! What floors and clauses say of one set of marks, towards all recipients at once.

use std::collections::BTreeSet;

use record::digest::{AgreementDigest, PartyId};
use record::label::Marks;

use super::engine::{Compiled, Engine};
use super::reason::Reason;
use super::subject::Subject;
use crate::cedar::{Asked, Facts};
use crate::vocabulary::{Care, Purpose};

/// What stays the same for all fields of one decision.
pub(super) struct Case<'a> {
    pub(super) engine: &'a Engine,
    pub(super) subject: &'a Subject,
    pub(super) asked: &'a Compiled,
    pub(super) binding: &'a [(&'a AgreementDigest, &'a Compiled)],
    pub(super) recipients: &'a [PartyId],
    pub(super) purpose: Purpose,
    pub(super) approvals: u8,
}

/// What was said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Judged {
    /// Why it stays; empty if nothing forbids.
    pub(super) reasons: Vec<Reason>,
    /// The clauses of the agreement that permit it towards every recipient, by name.
    pub(super) permits: BTreeSet<String>,
}

impl Case<'_> {
    /// Asks about these marks.
    pub(super) fn judge(&self, marks: Option<&Marks>) -> Judged {
        let Some(marks) = marks else { return Judged::stays(Reason::Unlabelled) };
        let mut care = BTreeSet::new();
        for tag in marks.tags() {
            match Care::of(tag) {
                Some(one) => drop(care.insert(one)),
                None => return Judged::stays(Reason::UnknownTag { tag: tag.to_string() }),
            }
        }
        let mut all: Option<Judged> = None;
        for recipient in self.recipients {
            let one = self.towards(*recipient, marks, &care);
            all = Some(all.map_or(one.clone(), |all| all.and(one)));
        }
        // An agreement has at least two parties, so there is somebody; if there were not, nothing could go.
        all.unwrap_or_else(|| Judged::stays(Reason::NotAParty))
    }

    fn towards(&self, recipient: PartyId, marks: &Marks, care: &BTreeSet<Care>) -> Judged {
        let mut reasons = Vec::new();
        if !marks.recipients().admits(recipient) {
            reasons.push(Reason::NotInAudience);
        }
        let facts = self.facts(recipient, marks, care.clone());
        let Some(asked) = facts.to_party(recipient, self.subject.record) else {
            return Judged::stays(Reason::PolicyFailed);
        };
        self.ask_floors(&asked, &mut reasons);
        self.ask_red_lines(&asked, recipient, &mut reasons);
        let permits = self.asked.permits.ask(&asked);
        if !permits.failed.is_empty() {
            reasons.push(Reason::PolicyFailed);
        }
        Judged { reasons, permits: permits.holds.into_iter().collect() }
    }

    fn facts(&self, recipient: PartyId, marks: &Marks, care: BTreeSet<Care>) -> Facts {
        let (own, author) = (self.engine.own, self.subject.author);
        let is_third = |party: &PartyId| *party != own && *party != recipient;
        let mut facts = Facts::new(self.subject.kind, self.purpose, marks.tlp(), marks.pap());
        facts.approvals = self.approvals;
        facts.care = care;
        let is_second_hand = self.subject.is_second_hand;
        // Whoever the signer passes it on for has no party id here, so nobody can say that it is the recipient.
        facts.foreign = is_second_hand || marks.origins().iter().chain([&author]).any(is_third);
        facts.relayed = author != own || is_second_hand;
        facts
    }

    fn ask_floors(&self, asked: &Asked, reasons: &mut Vec<Reason>) {
        let said = self.engine.floors.ask(asked);
        if !said.failed.is_empty() {
            reasons.push(Reason::PolicyFailed);
        }
        reasons.extend(said.holds.into_iter().map(|floor| Reason::Floor { floor }));
    }

    /// Red lines of every agreement in force with this recipient hold, whichever agreement is asked for.
    fn ask_red_lines(&self, asked: &Asked, recipient: PartyId, reasons: &mut Vec<Reason>) {
        for (digest, compiled) in self.binding {
            let agreement = &compiled.active.agreement;
            let Some(role) = agreement.role_of(recipient) else { continue };
            let said = compiled.forbids.ask(asked);
            if !said.failed.is_empty() {
                reasons.push(Reason::PolicyFailed);
            }
            let clauses = said.holds.iter().filter_map(|id| agreement.clause(&id.parse().ok()?));
            let reaches = clauses.filter(|clause| clause.operative().is_some_and(|one| one.to().contains(role)));
            let forbids = |clause: crate::agreement::ClauseId| Reason::ForbiddenBy { agreement: **digest, clause };
            reasons.extend(reaches.map(|clause| forbids(clause.id().clone())));
        }
    }
}

impl Judged {
    fn stays(reason: Reason) -> Self {
        Self { reasons: vec![reason], permits: BTreeSet::new() }
    }

    /// What holds towards both.
    fn and(mut self, other: Self) -> Self {
        for reason in other.reasons {
            if !self.reasons.contains(&reason) {
                self.reasons.push(reason);
            }
        }
        self.permits.retain(|clause| other.permits.contains(clause));
        self
    }
}
