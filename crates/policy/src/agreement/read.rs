//! Reading an agreement's JSON. Unknown fields are refused: a reader who knew them would read another agreement.

mod clauses;
mod examples;
mod fields;

use std::collections::BTreeSet;

use record::digest::{AgreementDigest, PartyId};
use record::json::{self, Json, Map};
use record::language::LanguageTag;
use record::time::Timestamp;

use super::{
    Agreement, AgreementError, AgreementProblem, Budget, FORMAT, LanguageOf, MAX_CLAUSES, MAX_EXAMPLES, MAX_PARTIES,
    Member, Prevails, RoleName,
};
use crate::cedar::{ENGINE, schema_digest};
use fields::{Fields, form};

const FIELDS: &[&str] = &[
    "format",
    "engine",
    "schema",
    "title",
    "languages",
    "prevails",
    "parties",
    "from",
    "until",
    "zone",
    "keep_days",
    "head_every_minutes",
    "common_by",
    "depositary",
    "replaces",
    "clauses",
    "examples",
];

/// The longest period for which an agreement may ask that bodies be kept: thirty years, as archives do.
const MAX_KEEP_DAYS: i64 = 10_958;

/// The longest time between two statements of a feed's head: a week, so that silence is noticed within three.
const MAX_HEAD_EVERY_MINUTES: i64 = 10_080;

pub(super) fn agreement(text: Map) -> Result<Agreement, AgreementError> {
    let digest = AgreementDigest::of(&json::canonical(&Json::from(text.clone())).map_err(AgreementProblem::from)?);
    let fields = Fields::new(&text, FIELDS)?;
    check_engine(&fields)?;
    let languages = languages(&fields)?;
    let members = members(&fields)?;
    let common_by = common_by(&fields, &members)?;
    let depositary = depositary(&fields, &members)?;
    let clauses = clauses::read(fields.array("clauses")?, &languages, &members)?;
    let (from, until): (Timestamp, Timestamp) = (fields.parsed("from")?, fields.parsed("until")?);
    if from >= until {
        return Err(AgreementProblem::EmptyPeriod.into());
    }
    let agreement = Agreement {
        digest,
        title: fields.worded("title", &languages)?,
        prevails: prevails(fields.text("prevails")?, &languages)?,
        zone: fields.text("zone")?.to_owned(),
        keep_days: fields.count("keep_days", 0..=MAX_KEEP_DAYS)?,
        head_every_minutes: fields.count("head_every_minutes", 1..=MAX_HEAD_EVERY_MINUTES)?,
        common_by,
        depositary,
        replaces: fields.optional("replaces")?,
        examples: examples::read(fields.array("examples")?, &languages, &members)?,
        from,
        until,
        languages,
        members,
        clauses,
        text,
    };
    check_counts(&agreement)?;
    Ok(agreement)
}

/// Both sides must run the same engine over the same words, or one policy could mean two things.
fn check_engine(fields: &Fields<'_>) -> Result<(), AgreementError> {
    let schema = record::base64url::encode(&schema_digest());
    for (name, expected) in [("format", FORMAT), ("engine", ENGINE), ("schema", schema.as_str())] {
        let found = fields.text(name)?;
        if found != expected {
            let (found, expected) = (found.chars().take(64).collect(), expected.to_owned());
            return Err(AgreementProblem::Engine { found, expected }.into());
        }
    }
    Ok(())
}

fn languages(fields: &Fields<'_>) -> Result<Vec<LanguageOf>, AgreementError> {
    let mut languages: Vec<LanguageOf> = Vec::new();
    for value in fields.array("languages")? {
        let fields = Fields::of("languages", value, &["language", "is_authentic"])?;
        let tag: LanguageTag = fields.parsed("language")?;
        if languages.iter().any(|one| one.tag == tag) {
            return Err(AgreementProblem::Twice { what: "languages", name: tag.to_string() }.into());
        }
        languages.push(LanguageOf { tag, is_authentic: fields.flag("is_authentic")? });
    }
    match languages.iter().any(|one| one.is_authentic) {
        true if languages.len() <= record::limits::MAX_LANGUAGES => Ok(languages),
        true => Err(AgreementProblem::TooMany { what: "languages", limit: record::limits::MAX_LANGUAGES }.into()),
        false => Err(form("languages", "should name at least one that is authentic")),
    }
}

/// `equal`, `machine`, or an authentic language.
pub(super) fn prevails(text: &str, languages: &[LanguageOf]) -> Result<Prevails, AgreementError> {
    match text {
        "equal" => Ok(Prevails::Equal),
        "machine" => Ok(Prevails::Machine),
        other => {
            let found = languages.iter().find(|one| one.is_authentic && one.tag.as_str() == other);
            let found =
                found.ok_or_else(|| form("prevails", "should be `equal`, `machine` or an authentic language"))?;
            Ok(Prevails::Language(found.tag.clone()))
        }
    }
}

fn members(fields: &Fields<'_>) -> Result<Vec<Member>, AgreementError> {
    let mut members: Vec<Member> = Vec::new();
    for value in fields.array("parties")? {
        let fields = Fields::of("parties", value, &["role", "party"])?;
        let member = Member { role: fields.parsed("role")?, party: fields.parsed("party")? };
        if let Some(other) = members.iter().find(|one| one.role == member.role || one.party == member.party) {
            return Err(AgreementProblem::Twice { what: "parties", name: other.role.to_string() }.into());
        }
        members.push(member);
    }
    match members.len() {
        2..=MAX_PARTIES => Ok(members),
        0 | 1 => Err(form("parties", "should name at least two")),
        _ => Err(AgreementProblem::TooMany { what: "parties", limit: MAX_PARTIES }.into()),
    }
}

/// The roles whose cosignatures make a head common. A text without them, as all were before this member, asks everybody.
fn common_by(fields: &Fields<'_>, members: &[Member]) -> Result<Option<BTreeSet<RoleName>>, AgreementError> {
    if !fields.has("common_by") {
        return Ok(None);
    }
    let roles: BTreeSet<RoleName> = fields.set("common_by")?;
    // With one name, a feed of that very member would be common by nobody's word.
    if roles.len() < 2 {
        return Err(form("common_by", "should name at least two roles"));
    }
    match roles.iter().find(|role| members.iter().all(|member| member.role != **role)) {
        Some(role) => Err(form("common_by", format!("names `{role}`, which is no party's role"))),
        None => Ok(Some(roles)),
    }
}

/// Who keeps sealed bodies for the members. A member could keep back what it should hold for another.
fn depositary(fields: &Fields<'_>, members: &[Member]) -> Result<Option<PartyId>, AgreementError> {
    let depositary: Option<PartyId> = fields.optional("depositary")?;
    match depositary.filter(|party| members.iter().any(|member| member.party == *party)) {
        Some(_) => Err(form("depositary", "should be none of the parties")),
        None => Ok(depositary),
    }
}

fn check_counts(agreement: &Agreement) -> Result<(), AgreementError> {
    let mut ids: Vec<_> = agreement.all_clauses().map(|clause| clause.id().as_str()).collect();
    if ids.len() > MAX_CLAUSES {
        return Err(AgreementProblem::TooMany { what: "clauses", limit: MAX_CLAUSES }.into());
    }
    if agreement.examples.len() > MAX_EXAMPLES {
        return Err(AgreementProblem::TooMany { what: "worked examples", limit: MAX_EXAMPLES }.into());
    }
    check_budgets(agreement)?;
    ids.sort_unstable();
    match ids.array_windows().find(|[one, next]| one == next) {
        Some([id, _]) => Err(AgreementProblem::Twice { what: "clauses", name: (*id).to_owned() }.into()),
        None => Ok(()),
    }
}

/// Clauses that name one category count together, so they must count the same thing up to the same number.
fn check_budgets(agreement: &Agreement) -> Result<(), AgreementError> {
    let mut known: Vec<(&str, &Budget)> = Vec::new();
    for clause in agreement.all_clauses() {
        let Some(budget) = clause.operative().and_then(|one| one.obligations().budget.as_ref()) else { continue };
        match known.iter().find(|(category, _)| *category == budget.category) {
            Some((_, other)) if *other != budget => {
                let at = format!("clause {}", clause.id());
                let reason = format!("of the category `{}` differs from another clause's", budget.category);
                return Err(AgreementError::at(at, AgreementProblem::Form { field: "budget", reason }));
            }
            Some(_) => {}
            None => known.push((&budget.category, budget)),
        }
    }
    Ok(())
}
