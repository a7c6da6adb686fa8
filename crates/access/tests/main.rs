//! What accounts, tokens, sessions and limits promise, told as stories.
#![expect(
    clippy::tests_outside_test_module,
    clippy::unwrap_used,
    clippy::disallowed_methods,
    clippy::indexing_slicing,
    reason = "an integration-test binary: a helper that fails is a test that fails, and what takes how long is measured"
)]

mod access_log;
mod accounts;
mod decisions;
mod documents;
mod names;
mod passwords;
mod rates;
mod scene;
mod sessions;
mod sign_ins;
mod tokens;
