//! Tables: one row for each incident.

use incident::criteria::{CRITERIA, Criterion};
use record::json::{Json, Map};

use super::Written;
use crate::losses::Losses;
use crate::rejects::line;

/// What stands between several values of one cell.
const BETWEEN: &str = "; ";

/// Properties that name the object and are no fact about the incident.
const FRAME: [&str; 5] = ["type", "spec_version", "extensions", "precision", "extension_type"];

/// The columns of the flat table beside the properties of an incident.
const HEAD: [&str; 5] = ["id", "created", "modified", "created_by_ref", "lang"];

/// What begins a formula in a spreadsheet: a text by somebody else that begins so would be run where the table is opened.
const BEGINS_FORMULA: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

/// A mark that spreadsheets take for "this is text".
const TEXT_MARK: char = '\'';

/// A cell that no spreadsheet takes for a formula. A number stays one.
fn harmless(cell: String, field: &str, losses: &mut Losses) -> String {
    if !cell.starts_with(BEGINS_FORMULA) || cell.parse::<f64>().is_ok() {
        return cell;
    }
    losses.note(field, "begins like a formula of a spreadsheet; an apostrophe was put before it", &cell);
    format!("{TEXT_MARK}{cell}")
}

/// One column for each of the 29 criteria of the OECD's common reporting framework, and the incident's id before them.
#[must_use]
pub fn oecd(incidents: &[Map]) -> Written {
    let names: Vec<String> = CRITERIA.iter().map(|one| format!("{} {}", one.number, one.asks)).collect();
    let mut text = line(std::iter::once("id").chain(names.iter().map(String::as_str)));
    let mut losses = Losses::new();
    let placed: Vec<&str> =
        CRITERIA.iter().flat_map(|one| one.properties).copied().chain(["id", "created", "modified"]).collect();
    for incident in incidents {
        let asked = CRITERIA.iter().zip(&names);
        let cells = asked.map(|(one, name)| harmless(answer(incident, one), name, &mut losses));
        let cells: Vec<String> = cells.collect();
        text.push_str(&line(
            std::iter::once(incident.text("id").unwrap_or_default()).chain(cells.iter().map(String::as_str)),
        ));
        note_rest(incident, &placed, "answers none of the 29 criteria", &mut losses);
    }
    Written { text, losses }
}

/// One column for each property of an incident.
#[must_use]
pub fn flat(incidents: &[Map]) -> Written {
    let mut names: Vec<&str> = HEAD.to_vec();
    names.extend(incident::property_names().filter(|name| *name != "precision"));
    names.push("external_references");
    let mut text = line(names.iter().copied());
    let mut losses = Losses::new();
    for incident in incidents {
        let cells = names.iter().map(|name| harmless(property(incident, name), name, &mut losses));
        let cells: Vec<String> = cells.collect();
        text.push_str(&line(cells.iter().map(String::as_str)));
        note_rest(incident, &names, "no column for it", &mut losses);
    }
    Written { text, losses }
}

/// What answers a criterion. Where several properties do, each is named.
fn answer(incident: &Map, criterion: &Criterion) -> String {
    let said: Vec<_> = criterion.properties.iter().map(|name| (*name, property(incident, name))).collect();
    let said: Vec<_> = said.into_iter().filter(|(_, text)| !text.is_empty()).collect();
    let several = criterion.properties.len() > 1;
    let parts = said.into_iter().map(|(name, text)| if several { format!("{name}: {text}") } else { text });
    parts.collect::<Vec<_>>().join(BETWEEN)
}

fn own(incident: &Map) -> Option<&Map> {
    incident.get("extensions")?.as_object()?.get(incident::extension_id())?.as_object()
}

fn property(incident: &Map, name: &str) -> String {
    let value = incident.get(name).or_else(|| own(incident)?.get(name));
    match value.and_then(Json::as_str) {
        Some(text) if is_time(name) => moment(incident, name, text),
        _ => value.map(words).unwrap_or_default(),
    }
}

fn is_time(name: &str) -> bool {
    incident::TimeName::ALL.iter().any(|time| time.name() == name)
}

/// A time as exact as it is known, so that a day does not become a midnight.
fn moment(incident: &Map, name: &str, text: &str) -> String {
    let precision = own(incident).and_then(|own| own.get("precision")?.as_object()?.text(name)?.parse().ok());
    text.parse().map_or_else(|_| text.to_owned(), |time| incident::Moment::new(time, precision).to_string())
}

fn words(value: &Json) -> String {
    match value {
        Json::Null => String::new(),
        Json::String(text) => text.clone(),
        Json::Bool(_) | Json::Number(_) => value.to_text(),
        Json::Array(elements) => elements.iter().map(words).collect::<Vec<_>>().join(BETWEEN),
        Json::Object(members) => {
            let said = members.iter().map(|(name, value)| format!("{name}={}", words(value)));
            said.collect::<Vec<_>>().join(" ")
        }
    }
}

fn note_rest(incident: &Map, placed: &[&str], why: &str, losses: &mut Losses) {
    let all = incident.iter().chain(own(incident).into_iter().flat_map(Map::iter));
    for (name, value) in all.filter(|(name, _)| !placed.contains(name) && !FRAME.contains(name)) {
        losses.note(name, why, &words(value));
    }
    let foreign = incident.get("extensions").and_then(Json::as_object).into_iter().flat_map(Map::iter);
    for (id, value) in foreign.filter(|(id, _)| *id != incident::extension_id()) {
        losses.note(id, why, &value.to_text());
    }
}
