//! Confidential reports from outside: sealed by somebody without an account, kept apart until an officer makes a case of them.
//!
//! A report is for the desk alone, and its reporter keeps nothing but a code. From the code follow three things that do not
//! lead back to it: where the desk finds the thread, under which name answers lie, and the key that opens them. The desk keeps
//! the first only under a keyed digest. `docs/confidential-reports.md` says what is hidden from whom.

mod code;
mod desk;
mod message;

pub(crate) use code::{Code, NotACode};
pub(crate) use desk::{Arrival, Intake, State, Thread};
pub(crate) use message::{Answer, MessageKind, days_before, open_answers, seal_message};

/// Octets of a report's text: some thirty pages. Whoever has more names where it lies.
pub(crate) const MAX_TEXT_BYTES: usize = 64 * 1024;

/// Octets of a sealed report: the text as JSON, padded to the steps of a bundle, and what sealing adds. Whatever is longer is
/// refused before it is read.
pub(crate) const MAX_SEALED_BYTES: u64 = 256 * 1024;

/// Reports that a desk takes in within an hour. Anybody can seal one, so a flood must fill neither the disk nor an officer's day; a
/// reporter who meets the limit comes again an hour later, and is told so.
pub(crate) const MAX_PER_HOUR: usize = 60;

/// Reports that a desk keeps at once, opened or not: more than officers read in a year. With one message each, 128 MiB at the
/// longest.
pub(crate) const MAX_KEPT: usize = 2_048;

/// Messages of one report, so that one reporter cannot fill what is meant for many.
pub(crate) const MAX_MESSAGES: usize = 32;

/// Answers of one thread, so that what a reporter fetches stays small.
pub(crate) const MAX_ANSWERS: usize = 32;

/// Octets of the sealed answers of one thread: as many as there may be at their longest, each sign of which may take two in JSON.
pub(crate) const MAX_ANSWERS_BYTES: u64 = 5 * 1024 * 1024;
