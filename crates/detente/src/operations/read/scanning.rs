//! Scanning content with the bank of the running node. The store is not asked: whoever scans waits for nobody who has the directory.

use ::api::{Problem, ProblemKind, Values};
use access::Caller;
use record::json::{Json, Map};

use super::Answer;
use crate::scanning::{Item, LiveBank, answer, late_to_map};

/// Late finds of one answer.
const MAX_TOLD: usize = 1_000;

/// What was found in the items of a request.
pub(crate) fn scan(bank: &LiveBank, caller: &Caller, values: &Values) -> Answer {
    let scanner = bank.current().ok_or_else(still_reading)?;
    let scanned =
        bank.scan(&account(caller), Item::all(values), values.flag("remember")).map_err(|_| still_reading())?;
    Ok(answer(&scanned, &scanner, bank.trouble()))
}

/// What was found later in what this account had scanned.
pub(crate) fn late(bank: &LiveBank, caller: &Caller, values: &Values) -> Answer {
    let scanner = bank.current().ok_or_else(still_reading)?;
    let after = values.integer("after").and_then(|after| u64::try_from(after).ok()).unwrap_or_default();
    let finds = bank.late(&account(caller), after, MAX_TOLD);
    Ok(Map::new().with("late", Json::Array(finds.iter().map(|find| Json::from(late_to_map(find, &scanner))).collect())))
}

fn account(caller: &Caller) -> String {
    caller.account().map(ToString::to_string).unwrap_or_default()
}

fn still_reading() -> Problem {
    Problem::new(ProblemKind::Busy).retry_after(1).said("the signals are still being read", None)
}
