//! What a log promises, told in tests.
#![expect(
    clippy::tests_outside_test_module,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "an integration-test binary: a helper that fails is a test that fails"
)]

mod audits;
mod checkpoints;
mod corpus;
mod forks;
mod golden;
mod hostile;
mod merkle;
mod needs;
mod notes;
mod oracles;
mod proofs;
mod scene;
#[path = "../../record/tests/shared.rs"]
mod shared;
mod tiles;
mod witness;
