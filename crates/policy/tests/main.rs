//! Tests of what may leave.
#![expect(
    clippy::tests_outside_test_module,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "an integration-test binary: a helper that fails is a test that fails"
)]

mod agreement;
mod belief;
mod corpus;
mod decision_scene;
mod documents;
mod exposure;
mod labels;
mod leaving;
mod properties;
mod receipts;
mod received;
mod scene;
#[path = "../../record/tests/shared.rs"]
mod shared;
mod space;
mod vignettes;
mod vignettes_told;
