//! Stories about incidents.

#[expect(dead_code, reason = "shared with crates that list folders")]
#[path = "../../record/tests/shared.rs"]
mod shared;

mod candidates;
mod labels;
mod retrieval;
