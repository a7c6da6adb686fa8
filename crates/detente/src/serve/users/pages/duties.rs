//! Duties of reporting: whom we must tell about an incident, by when, with what; their clocks; and what would bring them about.
//!
//! What is worked out for an incident tells of all that is in it. So its duties, clocks and filings are there only for an account that
//! sees all of it, and are in no row, count or order for others.

mod asking;
mod book;
mod calendar;
mod changes;
mod clocks;
mod filing;
mod filings;
mod incident;
mod known;
mod packs;
mod preview;
mod standing;
mod why;
mod withheld;
mod words;

pub(super) use calendar::{calendar_file, page as calendar, waiting};
pub(super) use filing::page as filing;
pub(super) use filings::{html_file, list as filings, one as frozen};
pub(super) use incident::{block as on_case, page as of_incident};
pub(super) use packs::page as packs;
pub(super) use preview::page as preview;
