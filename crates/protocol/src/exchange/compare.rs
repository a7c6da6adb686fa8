//! What two readers of one log saw: where they were shown two histories, either can prove it.

use tlog::checkpoint::SignedCheckpoint;
use tlog::note::VerifierKey;

use super::caught::Caught;
use super::witness::fork_of;

/// Compares what we saw of a log with what another reader saw. `keys` are the log's. Two heads of different sizes say nothing
/// without the tree between them: whoever reads on gives the other's head to [`super::Known::with_seen_by_others`].
#[must_use]
pub fn compare(
    seen_by_me: &SignedCheckpoint,
    seen_by_other: &SignedCheckpoint,
    keys: &[VerifierKey],
) -> Option<Caught> {
    fork_of(keys, seen_by_me, seen_by_other).map(|fork| Caught::Fork(Box::new(fork)))
}
