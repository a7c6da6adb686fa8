//! What a bundle promises, told in tests.
#![expect(
    clippy::tests_outside_test_module,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "an integration-test binary: a helper that fails is a test that fails"
)]

mod corpus;
mod courier;
mod forged;
mod golden;
mod hand;
mod hostile;
mod paths;
mod round;
mod scene;
#[expect(dead_code, reason = "no test here needs data from outside the tree")]
#[path = "../../record/tests/shared.rs"]
mod shared;
