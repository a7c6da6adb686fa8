//! What a store promises, told in tests.
#![expect(
    clippy::tests_outside_test_module,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::cast_possible_truncation,
    clippy::print_stdout,
    reason = "an integration-test binary: a helper that fails is a test that fails"
)]

mod cases;
mod commit;
mod conformance;
mod damage;
mod disks;
mod erasure;
mod faults;
mod feeds;
mod flips;
mod handed;
mod hostile;
mod kill;
mod model;
mod restore;
mod scene;
mod signer;
