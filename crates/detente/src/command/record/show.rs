//! `detente record show`: what a record says, and how much it withholds.

use record::Record;
use record::json::{Json, Map};
use record::key_history::Moment;
use record::sd_jwt::resolve::DigestSet;

use super::{count, read_record};
use crate::arguments::ShowArguments;
use crate::keyring::Keyring;
use crate::outcome::{Done, Failure};
use crate::report::{Report, one_line};
use crate::standing::Standing;

pub(super) fn run(arguments: &ShowArguments, report: &mut Report) -> Done {
    let unverified = read_record(&arguments.record)?;
    let ring = Keyring::read(&arguments.keys)?;
    if ring.find(unverified.claimed_issuer()).is_err() {
        let claimed = unverified.claimed_content().map_err(Failure::refused)?;
        report.line("NOT VERIFIED: the keys of the claimed author are not here. Add --keys PROFILE to check.\n");
        report.data("verdict", "not verified");
        print(&claimed, None, report);
        return Ok(());
    }
    let signed = ring.verify(unverified, Moment::AsNamed)?;
    let standing = ring.standing(&signed)?;
    report.line("SIGNATURE HOLDS, under the keys that the record names. Whether its words are true is another matter.");
    if let Some(problem) = standing.problem() {
        let loud = if standing.is_grave() { "WARNING: " } else { "" };
        report.line(format!("{loud}As a record of today it would be refused: {}", one_line(&problem)));
    }
    report.line("");
    report.data("verdict", "signed, unlogged");
    print(signed.content(), Some((&ring, standing)), report);
    Ok(())
}

/// A keyring comes with a record that was verified under it, and with what became of its keys.
fn print(record: &Record, verified_by: Option<(&Keyring, Standing)>, report: &mut Report) {
    report.fact("record_digest", record.digest().to_string());
    report.fact(if verified_by.is_some() { "signed_by" } else { "claims_to_be_from" }, record.issuer().to_string());
    if let Some((ring, standing)) = verified_by {
        if let Some(name) = ring.name(record.issuer()) {
            report.fact("calls_itself", name);
        }
        report.fact("key_standing", standing.word());
    }
    if let Some(author) = record.relayed_for() {
        report.fact("relayed_for", author);
    }
    // What follows was written by others, and stands indented: none of it can look like a line above.
    print_section("object", record.object(), report);
    report.data("object", record.object().clone());
    print_aside(record, report);
    print_list("digests", record.digest_sets().iter().map(set_line), report);
    print_list("places", record.places().iter().map(ToString::to_string), report);
    report.data("places", Json::Array(record.places().iter().map(|place| Json::from(place.to_string())).collect()));
    report.data("digests", Json::Array(record.digest_sets().iter().map(set_facts).collect()));
}

fn print_section(title: &str, values: &Map, report: &Report) {
    if !values.is_empty() {
        report.line(format!("\n{title}:"));
        values.iter().for_each(|(name, value)| print_value(name, value, 1, report));
    }
}

fn print_list(title: &str, lines: impl Iterator<Item = String>, report: &Report) {
    let mut lines = lines.peekable();
    if lines.peek().is_some() {
        report.line(format!("\n{title}:"));
        lines.for_each(|line| report.line(format!("  {}", one_line(&line))));
    }
}

fn set_line(set: &DigestSet) -> String {
    format!("{}: {} shown of {} places, decoys included", set.at, set.shown, set.total)
}

fn print_aside(record: &Record, report: &mut Report) {
    let aside = record.aside();
    let mut facts = Map::new();
    if let Some(version) = aside.version().and_then(Json::integer) {
        facts.set("version", version);
    }
    if let Some(previous) = aside.previous() {
        facts.set("previous", previous.to_string());
    }
    for (name, value) in aside.twins().iter().chain(aside.unknown().iter()) {
        facts.set(name, value.clone());
    }
    print_section("beside", &facts, report);
    let ids = aside.members().iter().map(|member| member.text("id").unwrap_or("(withholds its id)").to_owned());
    print_list("members", ids, report);
    report.data("aside", facts);
    report.data("members", Json::Array(aside.members().iter().cloned().map(Json::from).collect()));
}

fn set_facts(set: &DigestSet) -> Json {
    Map::new().with("at", set.at.to_string()).with("shown", count(set.shown)).with("total", count(set.total)).into()
}

pub(crate) fn print_value(name: &str, value: &Json, depth: usize, report: &Report) {
    let indent = "  ".repeat(depth);
    let label = one_line(name);
    match value {
        Json::Object(members) => {
            report.line(format!("{indent}{label}:"));
            members.iter().for_each(|(name, value)| print_value(name, value, depth.saturating_add(1), report));
        }
        Json::Array(elements) => {
            report.line(format!("{indent}{label}:"));
            elements.iter().for_each(|element| print_value("-", element, depth.saturating_add(1), report));
        }
        // Its lines are kept, but behind a bar: a text cannot pretend to be a line of ours.
        Json::String(text) if text.contains('\n') => {
            report.line(format!("{indent}{label}:"));
            text.split('\n').for_each(|line| report.line(format!("{indent}  | {line}")));
        }
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) => {
            report.line(format!("{indent}{label}: {}", plain(value)));
        }
    }
}

fn plain(value: &Json) -> String {
    value.as_str().map_or_else(|| value.to_text(), str::to_owned)
}
