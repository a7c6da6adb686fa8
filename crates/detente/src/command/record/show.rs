//! `detente record show`: what a record says, and how much it withholds.

use record::Record;
use record::json::{Json, Map};
use record::key_history::Moment;
use record::sd_jwt::resolve::DigestSet;

use super::{count, read_record};
use crate::arguments::ShowArguments;
use crate::clock;
use crate::keyring::Keyring;
use crate::outcome::{Done, Failure};
use crate::report::{Report, one_line};

pub(super) fn run(arguments: &ShowArguments, report: &mut Report) -> Done {
    let unverified = read_record(&arguments.record)?;
    let ring = Keyring::read(&arguments.keys)?;
    if ring.find(unverified.claimed_issuer()).is_err() {
        let claimed = unverified.claimed_content().map_err(Failure::refused)?;
        report.line("NOT VERIFIED: the keys of the claimed author are not here. Add --keys PROFILE to check.\n");
        report.data("verified", Json::Bool(false));
        print(&claimed, None, report);
        return Ok(());
    }
    let signed = ring.verify(unverified.clone(), Moment::AsNamed)?;
    report.line("SIGNATURE HOLDS, under the keys that the record names. Whether its words are true is another matter.");
    if let Err(failure) = ring.verify(unverified, Moment::At(clock::now())) {
        report.line(format!("As a record of today it would be refused: {}", one_line(&failure.message)));
        report.data("not_in_force", failure.message);
    }
    report.line("");
    report.data("verified", Json::Bool(true));
    print(signed.content(), Some(&ring), report);
    Ok(())
}

/// A keyring comes with a record that was verified under it.
fn print(record: &Record, verified_by: Option<&Keyring>, report: &mut Report) {
    report.fact("record_digest", record.digest().to_string());
    report.fact(if verified_by.is_some() { "signed_by" } else { "claims_to_be_from" }, record.issuer().to_string());
    if let Some(name) = verified_by.and_then(|ring| ring.name(record.issuer())) {
        report.fact("calls_itself", name);
    }
    if let Some(author) = record.relayed_for() {
        report.fact("relayed_for", author);
    }
    report.line("");
    for (name, value) in record.object().iter() {
        print_value(name, value, 0, report);
    }
    report.data("object", record.object().clone());
    print_aside(record, report);
    report.line("");
    for set in record.digest_sets() {
        report.line(format!("  {}: {} shown of {} places, decoys included", set.at, set.shown, set.total));
    }
    report.data("places", Json::Array(record.places().iter().map(|place| Json::from(place.to_string())).collect()));
    report.data("digests", Json::Array(record.digest_sets().iter().map(set_facts).collect()));
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
    for (name, value) in facts.iter() {
        report.line(format!("(beside) {}: {}", one_line(name), one_line(&plain(value))));
    }
    for member in aside.members() {
        report.line(format!("(member) {}", one_line(member.text("id").unwrap_or_default())));
    }
    report.data("aside", facts);
    report.data("members", Json::Array(aside.members().iter().cloned().map(Json::from).collect()));
}

fn set_facts(set: &DigestSet) -> Json {
    Map::new().with("at", set.at.to_string()).with("shown", count(set.shown)).with("total", count(set.total)).into()
}

fn print_value(name: &str, value: &Json, depth: usize, report: &Report) {
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
