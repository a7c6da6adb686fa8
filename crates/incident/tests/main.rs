//! Stories about incidents.

#[path = "../../record/tests/shared.rs"]
mod shared;

mod candidates;
mod retrieval;
