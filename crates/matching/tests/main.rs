//! Stories about matching.
#![expect(
    clippy::tests_outside_test_module,
    clippy::unwrap_used,
    clippy::unwrap_in_result,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    reason = "an integration-test binary: a helper that fails is a test that fails"
)]

mod banks;
mod copies;
mod corpus;
mod data;
mod evaluation;
mod exact;
mod keywords;
mod near_texts;
mod pdq_search;
mod pictures;
mod rule_room;
mod rules;
mod signals;
mod signed;
mod timing;
