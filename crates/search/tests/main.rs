//! What search promises, told with records of invented parties.
#![expect(
    clippy::tests_outside_test_module,
    clippy::unwrap_used,
    clippy::panic,
    reason = "an integration-test binary: a helper that fails is a test that fails"
)]

mod crashes;
mod erasure;
mod fields;
mod finding;
mod opening;
mod queries;
mod same_answer;
mod scene;
mod versions;
mod watches;
