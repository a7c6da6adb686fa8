//! From an ask to a decision.

use std::collections::BTreeSet;

use record::label::Marks;
use record::path::Path;

use super::Ask;
use super::approval::Approval;
use super::engine::Engine;
use super::exposure::{Exposure, movements};
use super::judge::{Case, Judged};
use super::permit::{Decision, Dropped, Outcome, Permit, Refusal};
use super::reason::Reason;
use super::subject::{Field, FieldRole, Subject};
use crate::agreement::{Clause, Effect, Operative, Transform};
use crate::cedar::MAX_APPROVALS;
use crate::feed::overlong;
use crate::vocabulary::{is_property, twin_of};

impl Engine {
    /// Decides. `exposure` says where the counters stand; one that is not there stands at 0.
    #[must_use]
    pub fn decide(&self, subject: &Subject, ask: &Ask, exposure: &Exposure) -> Decision {
        match self.objection(ask) {
            Some(reason) => Decision::refused(vec![reason]),
            None => self.with_budget(self.outcome(subject, ask), ask, exposure),
        }
    }

    /// Why nothing at all can leave under this agreement now.
    pub(super) fn objection(&self, ask: &Ask) -> Option<Reason> {
        match self.agreements.get(&ask.agreement) {
            None => Some(Reason::NotInForce),
            Some(compiled) => compiled.objection(self.own, ask.time).or_else(|| {
                let agreement = self.unread(ask).first().copied()?;
                Some(Reason::UnreadAgreement { agreement })
            }),
        }
    }

    /// The decision without counters: what may be remembered.
    pub(super) fn outcome(&self, subject: &Subject, ask: &Ask) -> Outcome {
        let Some(compiled) = self.agreements.get(&ask.agreement) else { return refused(vec![Reason::NotInForce]) };
        let have = persons(ask, |_| true);
        let recipients: Vec<_> = compiled.active.agreement.recipients(self.own).map(|member| member.party).collect();
        let binding = self.binding(&recipients, ask.time);
        let case = Case {
            engine: self,
            subject,
            asked: compiled,
            binding: &binding,
            recipients: &recipients,
            purpose: ask.purpose,
            approvals: have,
        };
        let first = self.attempt(ask, &case);
        if let Outcome::Permitted(permit) = &first {
            return self.settle(permit, ask, &case);
        }
        // Perhaps a policy only asks for more persons. What they would approve is what they are shown.
        let more = (have..MAX_APPROVALS).map(|count| count.saturating_add(1));
        let asks_for_persons = compiled.asks_for_persons || binding.iter().any(|(_, one)| one.asks_for_persons);
        let asked = more.filter(|_| asks_for_persons);
        let asked = asked.filter_map(|count| match self.attempt(ask, &Case { approvals: count, ..case }) {
            Outcome::Permitted(permit) => Some((count, permit)),
            Outcome::Refused(_) => None,
        });
        match asked.into_iter().next() {
            Some((needed, mut permit)) => {
                permit.approvals_needed = permit.approvals_needed.max(needed);
                check_approvals(&permit, ask, have)
            }
            None => first,
        }
    }

    /// Approvals that were given for something else count for nothing: it is decided again as if they were not there.
    fn settle(&self, permit: &Permit, ask: &Ask, case: &Case<'_>) -> Outcome {
        let binding = permit.binding();
        let good = persons(ask, |approval| approval.binding == binding);
        if good < case.approvals && good >= permit.approvals_needed {
            let again = self.attempt(ask, &Case { approvals: good, ..*case });
            if matches!(&again, Outcome::Permitted(same) if same.binding() == binding) {
                return again;
            }
        }
        check_approvals(permit, ask, case.approvals)
    }

    fn attempt(&self, ask: &Ask, case: &Case<'_>) -> Outcome {
        let agreement = &case.asked.active.agreement;
        let named = |clause: &Clause| ask.clause.as_ref().is_none_or(|id| id == clause.id());
        let permits = agreement.operative(self.own).filter(|(_, one)| one.effect() == Effect::Permit);
        let clauses: Vec<_> = permits.filter(|(clause, _)| named(clause)).collect();
        if clauses.is_empty() {
            return refused(vec![if ask.clause.is_some() { Reason::NoSuchClause } else { Reason::NoClause }]);
        }
        let judged = Judgement::of(case);
        let mut reasons = Vec::new();
        for (clause, operative) in clauses {
            match judged.under(case, ask, clause, operative) {
                Ok(permit) => return Outcome::Permitted(Box::new(self.complete(permit, case))),
                Err(why) => reasons.extend(why),
            }
        }
        refused(summary(reasons))
    }

    fn complete(&self, permit: Permit, case: &Case<'_>) -> Permit {
        Permit { policies_digest: self.policies_digest(case.binding), ..permit }
    }

    pub(super) fn with_budget(&self, outcome: Outcome, ask: &Ask, exposure: &Exposure) -> Decision {
        let Outcome::Permitted(permit) = &outcome else { return Decision { outcome, movements: Vec::new() } };
        let Some(budget) = &permit.obligations.budget else { return Decision { outcome, movements: Vec::new() } };
        let members = Subject::members(&permit.shown);
        let recipients = permit.recipients.iter().map(|to| (*to, self.shortest(*to, budget)));
        match movements((&permit.clause, budget), recipients, members, (exposure, ask.time)) {
            Ok(movements) => Decision { movements, outcome },
            Err(reason) => {
                let would_be = Some(permit.clone());
                Decision {
                    outcome: Outcome::Refused(Refusal { reasons: vec![reason], would_be }),
                    movements: Vec::new(),
                }
            }
        }
    }
}

/// The fields of a subject, each with what was said of its marks. Equal marks are asked about once.
struct Judgement<'s> {
    fields: Vec<(&'s Field, usize)>,
    classes: Vec<(Option<&'s Marks>, Judged)>,
}

impl<'s> Judgement<'s> {
    fn of(case: &Case<'s>) -> Self {
        let mut classes: Vec<(Option<&'s Marks>, Judged)> = Vec::new();
        let fields = case.subject.fields.iter().map(|field| {
            let marks = field.marks.as_ref();
            let known = classes.iter().position(|(one, _)| *one == marks);
            let class = known.unwrap_or_else(|| {
                classes.push((marks, case.judge(marks)));
                classes.len().saturating_sub(1)
            });
            (field, class)
        });
        let fields = fields.collect();
        Self { fields, classes }
    }

    fn said(&self, class: usize) -> Option<&Judged> {
        self.classes.get(class).map(|(_, judged)| judged)
    }

    /// Why a field of this class stays under a clause; empty if it may go.
    fn objections(&self, class: usize, clause: &Clause) -> Vec<Reason> {
        let Some(judged) = self.said(class) else { return vec![Reason::PolicyFailed] };
        if !judged.reasons.is_empty() {
            return judged.reasons.clone();
        }
        if judged.permits.contains(clause.id().as_str()) { Vec::new() } else { vec![Reason::NoClause] }
    }

    fn under(&self, case: &Case<'_>, ask: &Ask, clause: &Clause, operative: &Operative) -> Result<Permit, Vec<Reason>> {
        self.check_core(ask, clause)?;
        let obligations = operative.obligations();
        if !obligations.purposes.contains(&ask.purpose) {
            return Err(vec![Reason::Purpose { clause: clause.id().clone() }]);
        }
        let (shown, dropped) = self.sort(ask, clause, operative.transform());
        let has_content = shown.iter().any(|field| field.role != FieldRole::Core);
        if !has_content && !operative.transform().is_sealed {
            return Err(vec![Reason::NothingLeft]);
        }
        let marks = self.marks(&shown).ok_or_else(|| vec![Reason::Unlabelled])?;
        self.check_result(case, clause, &marks)?;
        let permit = Permit {
            record: case.subject.record,
            agreement: ask.agreement,
            clause: clause.id().clone(),
            recipients: case.recipients.to_vec(),
            purpose: ask.purpose,
            shown: shown.into_iter().map(|field| field.path.clone()).collect(),
            dropped,
            marks,
            obligations: obligations.clone(),
            approvals_needed: obligations.approvals,
            labels_digest: case.subject.labels_digest,
            policies_digest: [0; 32],
        };
        match overlong(&permit, case.subject.author) {
            Some(bytes) => Err(vec![Reason::EntryTooLong { bytes }]),
            None => Ok(permit),
        }
    }

    /// Whatever refuses the core refuses the record.
    fn check_core(&self, ask: &Ask, clause: &Clause) -> Result<(), Vec<Reason>> {
        let mut reasons = Vec::new();
        for (field, class) in self.fields.iter().filter(|(field, _)| field.role == FieldRole::Core) {
            if is_hidden(&field.path, &ask.hide) {
                return Err(vec![Reason::KeptBack]);
            }
            let new = self.objections(*class, clause);
            reasons.extend(new.into_iter().filter(|reason| !reasons.contains(reason)).collect::<Vec<_>>());
        }
        if reasons.is_empty() { Ok(()) } else { Err(reasons) }
    }

    /// What goes, and what stays with its reasons.
    fn sort(&self, ask: &Ask, clause: &Clause, transform: &Transform) -> (Vec<&'s Field>, Vec<Dropped>) {
        let twins: BTreeSet<&str> = self.fields.iter().filter_map(|(field, _)| twin_name(&field.role)).collect();
        let (mut shown, mut dropped) = (Vec::new(), Vec::new());
        for (field, class) in &self.fields {
            let by_clause = if is_hidden(&field.path, &ask.hide) {
                Some(Reason::KeptBack)
            } else {
                withheld(&field.role, clause, transform, &twins)
            };
            let reasons = by_clause.map_or_else(|| self.objections(*class, clause), |reason| vec![reason]);
            if reasons.is_empty() {
                shown.push(*field);
            } else {
                dropped.push(Dropped::new(field.path.clone(), reasons));
            }
        }
        (shown, dropped)
    }

    /// The marks of what goes; of a sealed release those of the core, which says that there is something.
    fn marks(&self, shown: &[&Field]) -> Option<Marks> {
        let core = self.fields.iter().map(|(field, _)| *field).filter(|field| field.role == FieldRole::Core);
        let shown = shown.iter().copied().chain(core);
        shown.map(|field| field.marks.clone()).try_fold(Marks::OPEN, |all, marks| Some(all.join(&marks?)))
    }

    /// The redacted result is decided again: never release on the decision about the input. Where its marks are those of one
    /// of the parts, that was asked already.
    fn check_result(&self, case: &Case<'_>, clause: &Clause, marks: &Marks) -> Result<(), Vec<Reason>> {
        let known = self.classes.iter().find(|(one, _)| *one == Some(marks));
        let judged = known.map_or_else(|| case.judge(Some(marks)), |(_, judged)| judged.clone());
        if !judged.reasons.is_empty() {
            return Err(judged.reasons);
        }
        if judged.permits.contains(clause.id().as_str()) { Ok(()) } else { Err(vec![Reason::NoClause]) }
    }
}

fn twin_name(role: &FieldRole) -> Option<&str> {
    if let FieldRole::Twin(name) = role { Some(name) } else { None }
}

fn is_hidden(path: &Path, hide: &BTreeSet<Path>) -> bool {
    hide.iter().any(|one| path.is_within(one))
}

/// Why a clause's transform keeps a field back; none if it shows it.
fn withheld(role: &FieldRole, clause: &Clause, transform: &Transform, twins: &BTreeSet<&str>) -> Option<Reason> {
    let clause = clause.id().clone();
    if transform.is_sealed {
        return Some(Reason::DroppedByClause { clause });
    }
    match role {
        FieldRole::Core => None,
        FieldRole::History => Some(Reason::History),
        FieldRole::Twin(name) => {
            let is_wanted = transform.twin.iter().any(|of| twin_of(of) == Some(name));
            (!is_wanted).then_some(Reason::DroppedByClause { clause })
        }
        // What no table knows was never agreed on, whatever it is called.
        FieldRole::Property(name) if !is_property(name) => Some(Reason::DroppedByClause { clause }),
        FieldRole::Property(name) if transform.twin.contains(name) => {
            let is_there = twin_of(name).is_some_and(|twin| twins.contains(twin));
            Some(if is_there { Reason::TwinInstead { clause } } else { Reason::TwinMissing { clause } })
        }
        FieldRole::Property(name) => {
            let is_shown = transform.show.as_ref().is_none_or(|show| show.contains(name));
            let stays = transform.drop.contains(name) || !is_shown;
            stays.then_some(Reason::DroppedByClause { clause })
        }
    }
}

/// The approvals that are not too old.
fn lasting(ask: &Ask) -> impl Iterator<Item = &Approval> {
    ask.approvals.iter().filter(|one| one.lasts_at(ask.time))
}

/// How many different persons beside the proposer approved, among the approvals that count.
fn persons(ask: &Ask, counts: impl Fn(&Approval) -> bool) -> u8 {
    let proposer = Approval::person(&ask.proposer);
    let persons = lasting(ask).filter(|one| counts(one)).map(|one| Approval::person(&one.by));
    let persons: BTreeSet<_> = persons.filter(|person| *person != proposer && !person.is_empty()).collect();
    u8::try_from(persons.len()).unwrap_or(u8::MAX).min(MAX_APPROVALS)
}

/// An approval counts for exactly what it was given for.
fn check_approvals(permit: &Permit, ask: &Ask, claimed: u8) -> Outcome {
    if permit.approvals_needed == 0 && ask.approvals.is_empty() {
        return Outcome::Permitted(Box::new(permit.clone()));
    }
    let binding = permit.binding();
    let have = persons(ask, |approval| approval.binding == binding);
    if have >= permit.approvals_needed && have == claimed {
        return Outcome::Permitted(Box::new(permit.clone()));
    }
    let mut reasons = Vec::new();
    if permit.approvals_needed > have {
        let (clause, needed) = (permit.clause.clone(), permit.approvals_needed);
        reasons.push(Reason::Approvals { clause, needed, have });
    }
    if lasting(ask).count() < ask.approvals.len() {
        reasons.push(Reason::ApprovalExpired);
    }
    if lasting(ask).any(|approval| approval.binding != binding) {
        reasons.push(Reason::ApprovalMismatch);
    }
    let proposer = Approval::person(&ask.proposer);
    if ask.approvals.iter().any(|approval| Approval::person(&approval.by) == proposer) {
        reasons.push(Reason::ProposerApproves);
    }
    Outcome::Refused(Refusal { reasons, would_be: Some(Box::new(permit.clone())) })
}

const fn refused(reasons: Vec<Reason>) -> Outcome {
    Outcome::Refused(Refusal { reasons, would_be: None })
}

/// Each reason once; that a clause is silent is only worth saying where nothing else is.
fn summary(reasons: Vec<Reason>) -> Vec<Reason> {
    let mut all: Vec<Reason> = Vec::new();
    for reason in reasons {
        if !all.contains(&reason) {
            all.push(reason);
        }
    }
    if all.iter().any(|reason| *reason != Reason::NoClause) {
        all.retain(|reason| *reason != Reason::NoClause);
    }
    all
}
