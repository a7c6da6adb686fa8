//! Stories about incidents.
#![expect(
    clippy::tests_outside_test_module,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "an integration-test binary: a helper that fails is a test that fails"
)]

mod accounts;
mod format;
mod links;
mod scene;
mod schema;
mod stages;
mod timelines;
