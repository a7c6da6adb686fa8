//! What the readers and writers promise, told row by row.
#![expect(
    clippy::tests_outside_test_module,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "an integration-test binary: a helper that fails is a test that fails"
)]

mod aiid;
mod atlas;
mod avid;
mod compared;
mod exports;
mod hostile;
mod mappings;
mod misp;
mod rejected;
mod scene;
mod shared;
mod stix;
