//! What stands beside an incident: links and labels.

use incident::labels::{FieldRow, Pinned, Rater};
use incident::links::LinkStatement;
use record::json::{Json, Map};
use record::stix::StixId;

use super::super::{Reading, label, words};
use crate::cases::Links;
use crate::outcome::Done;
use crate::report::{Report, one_line};

pub(super) fn say_links(reading: &Reading, id: &StixId, links: &Links, report: &mut Report) {
    let is_here = |one: &&LinkStatement| one.link.iter().any(|link| link.from() == id || link.to() == id);
    let mut here: Vec<&LinkStatement> = links.statements.iter().filter(is_here).collect();
    here.sort_by_key(|one| (one.time, one.digest));
    if !here.is_empty() {
        report.line("\nlinks:");
    }
    let rows: Vec<_> = here.into_iter().map(|one| say_link(reading, links, one, report)).collect();
    report.data("links", Json::Array(rows));
    let same: Vec<_> = links.graph.same(id).into_iter().filter(|other| other != id).collect();
    same.iter().for_each(|other| report.line(format!("  it is one with {other}")));
    report.data("same", Json::Array(same.iter().map(|other| Json::from(other.as_str())).collect()));
    say_beyond(id, links, report);
}

fn say_link(reading: &Reading, links: &Links, one: &LinkStatement, report: &Report) -> Json {
    let Some(link) = &one.link else { return Json::Null };
    let holds = links.holds(one.digest);
    let reason = links.reason(one.digest).unwrap_or_default();
    let note = if holds { "" } else { "  (taken back)" };
    report.line(format!("  {} {} {}{note}", link.from(), words::link(link.word()), link.to()));
    let by = words::name(&reading.ring, one.author);
    report.line(format!("      {by} at {}: {}; statement {}", one.time, words::cut(reason), one.digest));
    let row = Map::new().with("statement", one.digest.to_string()).with("link", link.word().name());
    let row = row.with("from", link.from().as_str()).with("to", link.to().as_str());
    let row = row.with("author", one.author.to_string()).with("time", one.time.to_string());
    Json::from(row.with("reason", reason).with("holds", Json::Bool(holds)))
}

/// What only several statements lead to is a question, and stays one until a person decides it.
fn say_beyond(id: &StixId, links: &Links, report: &mut Report) {
    let (beyond, goes_on) = links.graph.beyond(id);
    for one in &beyond {
        report.line(format!(
            "  beyond: {} ({} statements lead there; nobody said that it is this one)",
            one.id,
            one.path.len()
        ));
    }
    if goes_on {
        report.line("  more lies further on: ask from there");
    }
    if links.is_cut {
        report.line("  there are more links than are read: ours and the last of each log are here");
    }
    report.data("links_cut", Json::Bool(links.is_cut));
    report.data("beyond", Json::Array(beyond.iter().map(|one| Json::from(one.id.as_str())).collect()));
}

/// The labels of each taxonomy, a row for each field, annotators side by side.
pub(super) fn say_labels(reading: &Reading, id: &StixId, report: &mut Report) -> Done {
    let labels = reading.cases().labels(id)?;
    let mut all = Vec::new();
    for pinned in labels.said.pinned(id) {
        let rows = labels.said.rows(id, pinned);
        say_pinned(pinned, &rows, report);
        for row in &rows {
            say_field(reading, row, report);
            all.push(field_json(reading, pinned, row));
        }
    }
    if labels.is_cut {
        report.line("\nthere are more labels than are read: ours and the last of each log are here");
    }
    report.data("labels", Json::Array(all));
    report.data("labels_cut", Json::Bool(labels.is_cut));
    Ok(())
}

/// How far the annotators agree: over the fields that two or more of them labelled.
fn say_pinned(pinned: &Pinned, rows: &[FieldRow<'_>], report: &Report) {
    let both = rows.iter().filter(|row| row.said.len() > 1).count();
    let disputed = rows.iter().filter(|row| row.is_disputed()).count();
    let agreement = match both {
        0 => "no field has two annotators".to_owned(),
        _ => {
            format!("annotators agree in {} of {both} fields that two or more labelled", both.saturating_sub(disputed))
        }
    };
    report.line(format!("\nlabels in {} {} ({agreement}):", one_line(&pinned.taxonomy), one_line(&pinned.version)));
}

fn say_field(reading: &Reading, row: &FieldRow<'_>, report: &Report) {
    let word = match (row.said.len(), row.is_disputed()) {
        (1, _) => "one speaks",
        (_, true) => "DIFFER",
        (_, false) => "agree",
    };
    report.line(format!("  {}  [{word}]", one_line(row.field)));
    for (rater, said) in &row.said {
        let values: Vec<_> = said.values.iter().map(|value| one_line(value)).collect();
        let sure = said.confidence.map(|percent| format!(", {percent} % sure")).unwrap_or_default();
        report.line(format!(
            "      {}: {}{sure}; statement {}",
            rater_name(reading, rater),
            values.join(" + "),
            said.statement
        ));
    }
}

fn rater_name(reading: &Reading, rater: &Rater) -> String {
    format!("{} ({})", label::rater(&rater.name), words::name(&reading.ring, rater.author))
}

fn field_json(reading: &Reading, pinned: &Pinned, row: &FieldRow<'_>) -> Json {
    let said = row.said.iter().map(|(rater, said)| {
        let values = said.values.iter().map(|value| Json::from(value.as_str())).collect();
        let map = Map::new().with("annotator", rater_name(reading, rater)).with("values", Json::Array(values));
        let confidence = said.confidence.map_or(Json::Null, Json::count);
        Json::from(
            map.with("confidence", confidence)
                .with("reason", said.reason)
                .with("statement", said.statement.to_string()),
        )
    });
    let map = Map::new().with("taxonomy", pinned.taxonomy.as_str()).with("version", pinned.version.as_str());
    let map = map.with("field", row.field).with("disputed", Json::Bool(row.is_disputed()));
    Json::from(map.with("said", Json::Array(said.collect())))
}
