//! Scanning content with the bank of the running node. The store is not asked: whoever scans waits for nobody who has the directory.

use ::api::{Problem, ProblemKind, Values};
use record::json::{Json, Map};

use super::Answer;
use crate::scanning::{Item, LiveBank, answer, late_to_map};

/// Late finds of one answer.
const MAX_TOLD: usize = 1_000;

/// What was found in the items of a request, for an account.
pub(crate) fn scan(bank: &LiveBank, account: &str, values: &Values) -> Answer {
    let scanned = bank.scan(account, Item::all(values), values.flag("remember"));
    let (scanner, scanned) = scanned.ok_or_else(still_reading)?;
    Ok(answer(&scanned, &scanner, bank.trouble()))
}

/// What was found later in what this account had scanned.
pub(crate) fn late(bank: &LiveBank, account: &str, values: &Values) -> Answer {
    let scanner = bank.current().ok_or_else(still_reading)?;
    let after = values.integer("after").and_then(|after| u64::try_from(after).ok()).unwrap_or_default();
    let finds = bank.late(account, after, MAX_TOLD);
    Ok(Map::new().with("late", Json::Array(finds.iter().map(|find| Json::from(late_to_map(find, &scanner))).collect())))
}

fn still_reading() -> Problem {
    Problem::new(ProblemKind::Busy).retry_after(1).said("the signals are still being read", None)
}
