//! What can be told of a peer from files that a stranger may have put together, as in a bundle.

use protocol::exchange::Caught;

/// Whether this is said by what the peer itself signed, and nobody else could have made it look so: by leaving a file out, by
/// changing one, or by laying an old one beside a new one.
///
/// Over a line the key at its other end answers for every file. A bundle is sealed by whoever knows the recipient's key, so
/// there nothing else is an alarm.
#[must_use]
pub fn stands_by_itself(caught: &Caught) -> bool {
    let is_signed =
        matches!(caught, Caught::Fork(_) | Caught::FalseHead(_) | Caught::BeyondHead { .. } | Caught::BadEntry { .. });
    is_signed || caught.kind() == "revoked-key"
}
