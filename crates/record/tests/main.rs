//! What a record promises, told in tests.
#![expect(
    clippy::tests_outside_test_module,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "an integration-test binary: a helper that fails is a test that fails"
)]

mod golden_records;
mod hostile;
mod json;
mod keys;
mod kinds;
mod labels;
mod language;
mod messages;
mod paths;
mod properties;
mod records;
mod rfc9901;
mod scene;
mod shared;
mod sizes;
mod stix;
mod suites;
