//! Two nodes that exchange, told as stories.
#![expect(
    clippy::tests_outside_test_module,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "an integration-test binary: a helper that fails is a test that fails"
)]

mod agreement;
mod collections;
mod deposits;
mod line;
mod partner;
mod party;
mod received;
mod scene;
mod story;
mod terms;
mod urgent;
mod witness;
