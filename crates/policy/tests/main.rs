//! Tests of what may leave.
#![expect(
    clippy::tests_outside_test_module,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "an integration-test binary: a helper that fails is a test that fails"
)]

mod decision_scene;
mod labels;
mod properties;
mod receipts;
mod space;
mod vignettes;
mod vignettes_told;
