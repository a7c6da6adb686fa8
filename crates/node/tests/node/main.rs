//! What the transport bears, told with real sockets.
#![expect(
    clippy::tests_outside_test_module,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    reason = "an integration-test binary: a helper that fails is a test that fails"
)]

mod backoff;
mod bodies;
mod certificates;
mod flood;
mod hall;
mod hostile_server;
mod metrics;
mod neighbours;
mod paths;
mod pool;
mod ranges;
mod raw;
mod scene;
mod shutdown;
mod slow;
mod turns;
