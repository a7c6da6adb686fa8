//! Clauses from JSON.

use std::cell::Cell;
use std::collections::BTreeSet;

use record::json::Json;

use super::fields::{Fields, form};
use super::prevails;
use crate::agreement::clause::{Clause, ClauseId, Operative};
use crate::agreement::terms::{Budget, Obligations, RoleName, Transform};
use crate::agreement::{AgreementError, AgreementProblem, LanguageOf, MAX_CLAUSE_DEPTH, MAX_CLAUSES, Member};
use crate::cedar::{Checked, Effect, MAX_APPROVALS, Policies};
use crate::space::Space;
use crate::vocabulary::{is_property, twin_of};

const FIELDS: &[&str] = &["id", "text", "prevails", "policy", "from", "to", "transform", "obligations", "clauses"];
const OBLIGATIONS: &[&str] = &["purposes", "retention_days", "onward", "approvals", "budget", "answer_within_hours"];

/// The longest retention that a clause may grant, in days: thirty years.
const MAX_RETENTION_DAYS: i64 = 10_958;

/// The longest time for an answer, in hours: a quarter of a year.
const MAX_ANSWER_HOURS: i64 = 2_208;

/// The largest budget: no counter comes near where it could not count on.
const MAX_BUDGET: i64 = 1_000_000_000_000;

/// Most cases that are tried to see whether the policies of one agreement can ever hold: a second of work.
pub(crate) const MAX_CASES: u128 = 100_000;

pub(super) fn read(
    values: &[Json],
    languages: &[LanguageOf],
    members: &[Member],
) -> Result<Vec<Clause>, AgreementError> {
    Reader { languages, members, cases_left: Cell::new(MAX_CASES) }.list(values, 1)
}

struct Reader<'a> {
    languages: &'a [LanguageOf],
    members: &'a [Member],
    /// Cases that may still be tried: a stranger's offer must not keep this node busy.
    cases_left: Cell<u128>,
}

impl Reader<'_> {
    fn list(&self, values: &[Json], depth: usize) -> Result<Vec<Clause>, AgreementError> {
        if depth > MAX_CLAUSE_DEPTH {
            return Err(AgreementProblem::TooMany { what: "levels of clauses", limit: MAX_CLAUSE_DEPTH }.into());
        }
        // Counted before any is read: ten thousand clauses are refused at once.
        if values.len() > MAX_CLAUSES {
            return Err(AgreementProblem::TooMany { what: "clauses", limit: MAX_CLAUSES }.into());
        }
        values.iter().map(|value| self.clause(value, depth)).collect()
    }

    fn clause(&self, value: &Json, depth: usize) -> Result<Clause, AgreementError> {
        let fields = Fields::of("clauses", value, FIELDS)?;
        let id: ClauseId = fields.parsed("id")?;
        let named = |error: AgreementError| match error.at {
            Some(_) => error,
            None => AgreementError::at(format!("clause {id}"), error.problem),
        };
        let text = fields.worded("text", self.languages).map_err(named)?;
        let own = fields.has("prevails").then(|| prevails(fields.text("prevails")?, self.languages));
        let operative = fields.has("policy").then(|| self.operative(&id, &fields)).transpose().map_err(named)?;
        if operative.is_none() && ["from", "to", "transform", "obligations"].iter().any(|field| fields.has(field)) {
            return Err(named(form("policy", "is missing, and without one the rest of the clause does nothing")));
        }
        let below = if fields.has("clauses") {
            self.list(fields.array("clauses")?, depth.saturating_add(1))?
        } else {
            Vec::new()
        };
        Ok(Clause { text, prevails: own.transpose().map_err(named)?, operative, below, id })
    }

    fn operative(&self, id: &ClauseId, fields: &Fields<'_>) -> Result<Operative, AgreementError> {
        let policy = Checked::parse_clause(id.as_str(), fields.text("policy")?).map_err(AgreementProblem::from)?;
        self.check_applies(&policy)?;
        let (from, to) = (self.roles(fields, "from")?, self.roles(fields, "to")?);
        let permits = policy.effect() == Effect::Permit;
        let transform =
            if fields.has("transform") { transform(fields.get("transform")?)? } else { Transform::everything() };
        let obligations = match (permits, fields.has("obligations")) {
            (true, _) => obligations(fields.get("obligations")?)?,
            (false, false) if !fields.has("transform") => Obligations::none(),
            (false, _) => return Err(form("obligations", "and transforms belong to clauses that permit")),
        };
        Ok(Operative { from, to, policy, transform, obligations })
    }

    fn roles(&self, fields: &Fields<'_>, field: &'static str) -> Result<BTreeSet<RoleName>, AgreementError> {
        let roles: BTreeSet<RoleName> = fields.set(field)?;
        let known = |role: &RoleName| self.members.iter().any(|member| member.role == *role);
        if roles.is_empty() || !roles.iter().all(known) {
            return Err(form(field, "should name roles of the agreement's parties"));
        }
        Ok(roles)
    }
}

impl Reader<'_> {
    /// A clause that no facts can make true promises what it never does.
    fn check_applies(&self, policy: &Checked) -> Result<(), AgreementError> {
        let space = Space::of([policy]);
        let left = self.cases_left.get().checked_sub(space.cases());
        let left = left.ok_or(AgreementProblem::TooManyCases { cases: space.cases(), limit: MAX_CASES })?;
        self.cases_left.set(left);
        let policies = Policies::new([policy]).map_err(AgreementProblem::from)?;
        match space.any(|asked| !policies.ask(asked).holds.is_empty()) {
            true => Ok(()),
            false => Err(AgreementProblem::NeverApplies.into()),
        }
    }
}

fn transform(value: &Json) -> Result<Transform, AgreementError> {
    let fields = Fields::of("transform", value, &["is_sealed", "show", "drop", "twin"])?;
    let names = |field: &'static str| if fields.has(field) { fields.set(field) } else { Ok(BTreeSet::new()) };
    let transform = Transform {
        is_sealed: fields.has("is_sealed") && fields.flag("is_sealed")?,
        show: fields.has("show").then(|| fields.set("show")).transpose()?,
        drop: names("drop")?,
        twin: names("twin")?,
    };
    transform.check()?;
    Ok(transform)
}

impl Transform {
    /// Everything goes along.
    #[must_use]
    pub const fn everything() -> Self {
        Self { is_sealed: false, show: None, drop: BTreeSet::new(), twin: BTreeSet::new() }
    }

    fn check(&self) -> Result<(), AgreementError> {
        let shown = self.show.iter().flatten();
        if let Some(name) = shown.chain(&self.drop).chain(&self.twin).find(|name| !is_property(name)) {
            return Err(AgreementProblem::NoProperty { name: name.chars().take(64).collect() }.into());
        }
        if let Some(name) = self.twin.iter().find(|name| twin_of(name).is_none()) {
            return Err(AgreementProblem::NoTwin { name: name.clone() }.into());
        }
        let both = |one: &BTreeSet<String>, other: &BTreeSet<String>| one.intersection(other).next().cloned();
        let none = BTreeSet::new();
        let show = self.show.as_ref().unwrap_or(&none);
        let found = [
            ("shown", show, "dropped", &self.drop),
            ("shown", show, "coarsened", &self.twin),
            ("dropped", &self.drop, "coarsened", &self.twin),
        ];
        for (one, left, other, right) in found {
            if let Some(name) = both(left, right) {
                return Err(AgreementProblem::Contradiction { name, one, other }.into());
            }
        }
        let is_sealed_and_more =
            self.is_sealed && (self.show.is_some() || !self.drop.is_empty() || !self.twin.is_empty());
        if is_sealed_and_more {
            return Err(form("transform", "that is sealed shows nothing, so it names no property"));
        }
        Ok(())
    }
}

impl Obligations {
    /// Those of a clause that forbids.
    fn none() -> Self {
        Self {
            purposes: BTreeSet::new(),
            retention_days: None,
            onward: crate::agreement::Onward::Nobody,
            approvals: 0,
            budget: None,
            answer_within_hours: None,
        }
    }
}

fn obligations(value: &Json) -> Result<Obligations, AgreementError> {
    let fields = Fields::of("obligations", value, OBLIGATIONS)?;
    let purposes: BTreeSet<_> = fields.set("purposes")?;
    if purposes.is_empty() {
        return Err(form("purposes", "should name at least one: a release without a purpose is not permitted"));
    }
    Ok(Obligations {
        purposes,
        retention_days: fields.optional_count("retention_days", 1..=MAX_RETENTION_DAYS)?,
        onward: fields.parsed("onward")?,
        approvals: fields.optional_count("approvals", 0..=i64::from(MAX_APPROVALS))?.unwrap_or(0),
        budget: fields.has("budget").then(|| budget(fields.get("budget")?)).transpose()?,
        answer_within_hours: fields.optional_count("answer_within_hours", 1..=MAX_ANSWER_HOURS)?,
    })
}

fn budget(value: &Json) -> Result<Budget, AgreementError> {
    let fields = Fields::of("budget", value, &["category", "counted", "at_most", "per"])?;
    let category: ClauseId = fields.parsed("category")?;
    Ok(Budget {
        category: category.to_string(),
        counted: fields.parsed("counted")?,
        at_most: fields.count("at_most", 1..=MAX_BUDGET)?,
        per: fields.parsed("per")?,
    })
}
