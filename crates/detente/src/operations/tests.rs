//! Every command over the network, run for real in one process.

mod described;
mod filings;
mod fronts;
mod groups;
mod guesses;
pub(crate) mod office;
mod rights;
mod sealed;
mod signals;
mod tables;
mod tricks;
mod two;
