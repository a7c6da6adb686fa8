//! What people of a node read of its own records.
#![expect(
    clippy::tests_outside_test_module,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "an integration-test binary: a helper that fails is a test that fails"
)]

mod histories;
mod markings;
mod pages;
mod scene;
mod speed;
