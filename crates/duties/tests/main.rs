//! Stories about duties.
#![expect(
    clippy::tests_outside_test_module,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "an integration-test binary: a helper that fails is a test that fails"
)]

mod bounds;
mod clocks;
mod counting;
mod documented;
mod evaluating;
mod filings;
mod forms;
mod frozen;
mod kept;
mod properties;
mod refused;
mod scene;
mod sets;
mod shipped;
mod weighing;
