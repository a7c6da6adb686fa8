//! `detente key`: list, rotate, revoke, recover.

mod list;
mod recover;
mod renewal;
mod revoke;
mod rotate;
mod successor;

use std::fmt::Display;

use record::json::{Json, Map};
use record::key_record::KeyEntry;
use record::time::Timestamp;

use crate::arguments::KeyCommand;
use crate::clock::DAY_MICROS;
use crate::home::Home;
use crate::outcome::{Done, Failure};
use crate::report::Report;

pub(crate) fn run(command: &KeyCommand, report: &mut Report) -> Done {
    match command {
        KeyCommand::List(arguments) => list::run(arguments, report),
        KeyCommand::Rotate(arguments) => rotate::run(arguments, report),
        KeyCommand::Revoke(arguments) => revoke::run(arguments, report),
        KeyCommand::Recover(arguments) => recover::run(arguments, report),
    }
}

/// Fewest characters of the beginning of an id: 48 bits, which no two keys of a party share by chance.
const BEGINNING_MIN: usize = 8;

/// The one whose id begins so.
fn find<T: Display + Copy + PartialEq>(text: &str, among: impl Iterator<Item = T>, what: &str) -> Done<T> {
    let advice = "`detente key list --dir DIR` shows them all";
    if text.chars().count() < BEGINNING_MIN {
        return Err(Failure::arguments(format!("`{text}` is too short to name a {what}"))
            .advise(format!("give at least {BEGINNING_MIN} characters of it; {advice}")));
    }
    let mut found = among.filter(|one| one.to_string().starts_with(text));
    let first = found.next().ok_or_else(|| Failure::input(format!("no {what} begins with `{text}`")).advise(advice))?;
    match found.find(|other| *other != first) {
        None => Ok(first),
        Some(other) => Err(Failure::input(format!("`{text}` could be {first} or {other}")).advise("give more of it")),
    }
}

/// So many days after a moment.
const fn days_after(now: Timestamp, days: u16) -> Timestamp {
    Timestamp::from_micros(now.micros().saturating_add(DAY_MICROS.saturating_mul(days as i64)))
}

/// A key in one line for a person.
fn line_of(entry: &KeyEntry) -> String {
    format!(
        "{:<9} {:<15} {}  {} to {}",
        entry.purpose().name(),
        entry.key().suite().as_str(),
        entry.key().id(),
        entry.not_before(),
        entry.not_after()
    )
}

/// A key for a program.
fn json_of(entry: &KeyEntry) -> Map {
    Map::new()
        .with("purpose", entry.purpose().name())
        .with("suite", entry.key().suite().as_str())
        .with("key_id", entry.key().id().to_string())
        .with("not_before", entry.not_before().to_string())
        .with("not_after", entry.not_after().to_string())
}

/// Keys under a heading, for both readers.
fn print_keys(name: &str, heading: &str, keys: &[KeyEntry], report: &mut Report) {
    report.data(name, Json::Array(keys.iter().map(|entry| json_of(entry).into()).collect()));
    if !keys.is_empty() {
        report.line(format!("\n{heading}"));
    }
    keys.iter().for_each(|entry| report.line(format!("  {}", line_of(entry))));
}

/// What every change of keys asks of a party afterwards.
fn print_what_to_do_next(home: &Home, report: &Report) {
    let profile = home.profile_path();
    report.line(format!(
        "\nHand the new {} to your partners: until they have it, they refuse what the new keys sign. They put it beside the\n\
         file that they have and check it with\n  detente key list --keys-of OLD --keys-of NEW\n\
         which must name the same party and the key record above; compare that with them by voice or on paper. Back up\n\
         keys.json and profile.json together.",
        profile.display()
    ));
}
