//! Stories about incidents.
#![expect(
    clippy::tests_outside_test_module,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "an integration-test binary: a helper that fails is a test that fails"
)]

mod accounts;
mod candidates;
mod classifications;
mod collection;
mod countermeasures;
mod format;
mod labels;
mod links;
mod retrieval;
mod scene;
mod schema;
#[path = "../../record/tests/shared.rs"]
mod shared;
mod stages;
mod timelines;
mod trends;
mod typed;
