//! MITRE ATLAS: its case studies.

use incident::reference::Database;
use incident::{Moment, Precision, TimeName};
use record::json::{Json, Map};

use super::{list, text};
use crate::building::Building;
use crate::error::FieldError;

/// Where the case studies stand in the file.
pub(crate) const CASE_STUDIES: &str = "case-studies";

/// What is read of a case study.
const TAKEN: [&str; 11] = [
    "id",
    "name",
    "summary",
    "object-type",
    "incident-date",
    "incident-date-granularity",
    "procedure/tactic",
    "procedure/technique",
    "procedure/description",
    "target",
    "references",
];

/// The properties that this reader may set.
pub(crate) const PROPERTIES: [&str; 7] =
    ["name", "description", "occurred", "precision", "system", "steps_to_reproduce", "external_references"];

pub(crate) fn build(cells: &Map, building: &mut Building) -> Result<(), FieldError> {
    let id = text(cells, "id");
    building.cross(Database::Atlas, id, Some(&format!("https://atlas.mitre.org/studies/{id}")), "id")?;
    id.clone_into(&mut building.source_id);
    building.top_text("name", "name", text(cells, "name"))?;
    building.top_text("description", "summary", text(cells, "summary"))?;
    building.own_text("system", "target", text(cells, "target"))?;
    date(cells, building)?;
    procedure(cells, building)?;
    for reference in list(cells, "references").iter().filter_map(Json::as_object) {
        reference_of(reference, building)?;
    }
    building.losses.rest(cells, &TAKEN, &why);
    Ok(())
}

const DATE: &str = "incident-date";
const GRANULARITY: &str = "incident-date-granularity";

/// A whole date, of which only so much is meant as the granularity says.
fn date(cells: &Map, building: &mut Building) -> Result<(), FieldError> {
    let day = text(cells, DATE).trim();
    if day.is_empty() {
        return Ok(());
    }
    let whole: Moment = day.parse().map_err(|error: incident::NotAMoment| FieldError::new(DATE, error.to_string()))?;
    let precision = match text(cells, GRANULARITY) {
        "YEAR" => Precision::Year,
        "MONTH" => Precision::Month,
        "DATE" | "DAY" => Precision::Day,
        // Without a word for it the date is as exact as it is written.
        "" => whole.precision().unwrap_or(Precision::Day),
        other => {
            return Err(FieldError::new(
                GRANULARITY,
                format!("is `{}`; expected YEAR, MONTH or DATE", other.escape_debug()),
            ));
        }
    };
    building.moment(TimeName::Occurred, DATE, &Moment::new(whole.time().clone(), Some(precision)));
    Ok(())
}

/// The steps in their order, as one text; their techniques as references.
fn procedure(cells: &Map, building: &mut Building) -> Result<(), FieldError> {
    let mut steps = Vec::new();
    for (before, step) in list(cells, "procedure").iter().filter_map(Json::as_object).enumerate() {
        let (tactic, technique) = (text(step, "tactic"), text(step, "technique"));
        if !technique.is_empty() {
            building.cross(Database::Atlas, technique, None, "procedure/technique")?;
        }
        let number = before.saturating_add(1);
        steps.push(format!("{number}. [{tactic}, {technique}] {}", text(step, "description")));
    }
    building.own_text("steps_to_reproduce", "procedure/description", &steps.join("\n"))
}

fn reference_of(members: &Map, building: &mut Building) -> Result<(), FieldError> {
    let (title, url) = (text(members, "title").trim(), text(members, "url").trim());
    let name = if title.is_empty() { url } else { title };
    if name.is_empty() {
        return Ok(());
    }
    let reference = Map::new().with("source_name", name);
    building.reference(
        if url.is_empty() { reference.with("description", title) } else { reference.with("url", url) },
        "references",
    )
}

fn why(field: &str) -> &'static str {
    match field {
        "actor" => "who attacked; an incident names who made and ran the system",
        "case-study-type" => "ATLAS tells incidents from exercises; an exercise is none of our kinds of event",
        "reporter" => "who told ATLAS; an incident's submitter is whoever signs it here",
        _ => "no property for it",
    }
}
