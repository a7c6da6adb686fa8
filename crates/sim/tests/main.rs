//! Worlds that are played with every build.
#![expect(
    clippy::tests_outside_test_module,
    clippy::print_stdout,
    clippy::panic,
    reason = "an integration-test binary: it speaks to whoever runs it, and a world that breaks fails its test"
)]

mod exhaustive;
mod known;
mod lies;
mod networks;
mod worlds;
