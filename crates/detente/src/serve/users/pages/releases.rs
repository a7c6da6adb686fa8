//! Releases: what waits, what went, what was taken back; who could get a record; and one proposal.

mod counters;
mod deciding;
mod fields;
mod forms;
mod proposal;
mod queue;
mod receipts;
mod stage;
mod what_if;
mod words;

pub(super) use self::proposal::page as proposal;
pub(super) use self::queue::page as queue;
pub(super) use self::what_if::page as what_if;
pub(super) use self::words::{agreement_link, purpose, title_of};
