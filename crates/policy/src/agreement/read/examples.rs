//! Worked examples from JSON.

use std::collections::BTreeSet;

use record::json::Json;
use record::label::{Pap, Recipients};

use super::fields::{Fields, form};
use crate::agreement::example::{Example, ExampleField, ExampleMarks, Expected};
use crate::agreement::{AgreementError, AgreementProblem, LanguageOf, Member};
use crate::cedar::MAX_APPROVALS;
use crate::vocabulary::is_property;

const FIELDS: &[&str] =
    &["id", "title", "from", "kind", "marks", "is_relayed", "fields", "purpose", "approvals", "expected"];

pub(super) fn read(
    values: &[Json],
    languages: &[LanguageOf],
    members: &[Member],
) -> Result<Vec<Example>, AgreementError> {
    let mut examples: Vec<Example> = Vec::new();
    for value in values {
        let fields = Fields::of("examples", value, FIELDS)?;
        let id = fields.text("id")?.to_owned();
        if examples.iter().any(|one| one.id == id) {
            return Err(AgreementProblem::Twice { what: "examples", name: id }.into());
        }
        let at = format!("example {id}");
        examples.push(example(id, &fields, languages, members).map_err(|error| AgreementError::at(at, error.problem))?);
    }
    Ok(examples)
}

fn example(
    id: String,
    fields: &Fields<'_>,
    languages: &[LanguageOf],
    members: &[Member],
) -> Result<Example, AgreementError> {
    let from = fields.parsed("from")?;
    if members.iter().all(|member| member.role != from) {
        return Err(form("from", "should name a role of the agreement's parties"));
    }
    Ok(Example {
        id,
        title: fields.worded("title", languages)?,
        from,
        kind: fields.parsed("kind")?,
        marks: fields.has("marks").then(|| marks(fields.get("marks")?)).transpose()?,
        is_relayed: fields.has("is_relayed") && fields.flag("is_relayed")?,
        fields: fields.array("fields")?.iter().map(field).collect::<Result<_, _>>()?,
        purpose: fields.parsed("purpose")?,
        approvals: fields.optional_count("approvals", 0..=i64::from(MAX_APPROVALS))?.unwrap_or(0),
        expected: expected(fields.get("expected")?)?,
    })
}

fn field(value: &Json) -> Result<ExampleField, AgreementError> {
    let fields = Fields::of("fields", value, &["name", "marks"])?;
    let name = fields.text("name")?.to_owned();
    if !is_property(&name) {
        return Err(AgreementProblem::NoProperty { name: name.chars().take(64).collect() }.into());
    }
    let marks = fields.has("marks").then(|| marks(fields.get("marks")?)).transpose()?;
    Ok(ExampleField { name, marks })
}

fn marks(value: &Json) -> Result<ExampleMarks, AgreementError> {
    let fields = Fields::of("marks", value, &["tlp", "pap", "care", "recipients"])?;
    let recipients = if fields.has("recipients") { fields.text("recipients")? } else { "anyone" };
    let recipients = match recipients {
        "anyone" => Recipients::Anyone,
        "nobody" => Recipients::Only(BTreeSet::new()),
        _ => return Err(form("recipients", "of an example should be `anyone` or `nobody`")),
    };
    let care = if fields.has("care") { fields.set("care")? } else { BTreeSet::new() };
    let pap = fields.optional("pap")?.unwrap_or(Pap::Clear);
    Ok(ExampleMarks { tlp: fields.parsed("tlp")?, pap, care, recipients })
}

fn expected(value: &Json) -> Result<Expected, AgreementError> {
    let fields = Fields::of("expected", value, &["clause", "shown", "because"])?;
    match (fields.has("clause"), fields.has("because")) {
        (true, false) => Ok(Expected::Permitted { clause: fields.parsed("clause")?, shown: fields.set("shown")? }),
        (false, true) => Ok(Expected::Refused { because: fields.text("because")?.to_owned() }),
        _ => Err(form("expected", "should hold `clause` and `shown`, or `because`")),
    }
}
