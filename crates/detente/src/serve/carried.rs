//! Exchange by files that somebody carries: what a node serves and delivers over a line, sealed into a bundle for one party.
//!
//! What goes in is exactly what the other side's reader will ask for: the same step function reads our own files first, from
//! where that party last acknowledged. What comes out is read by the same code as the answers of a peer. A bundle proves
//! nothing about who sealed it, so nothing in it is believed for lying there, and no alarm is raised for what a stranger could
//! have put together.

mod cosigned;
mod export;
mod files;
mod import;
mod inbox;
mod ledger;
mod outbox;
mod paths;
mod survey;
mod take;
mod upkeep;

pub(crate) use export::{export, key_in_window};
pub(crate) use import::{Imported, Outcome, import};
pub(crate) use upkeep::Tell;
