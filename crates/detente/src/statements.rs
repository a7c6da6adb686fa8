//! What only this party's own people say, by the commands for it: labels, links, decisions, switches.
//!
//! Our signature makes a statement of ours of any such object, so whatever comes from a program, from another server or over the
//! network as an object is held against this first.

use interop::export::known_version;
use record::digest::PartyId;
use record::json::Map;

/// What types of this node's own statements begin with.
const STATEMENTS: &str = "detente-";

/// A relationship by which labels are inherited.
const DERIVED: (&str, &str) = ("relationship", "derived-from");

/// Why an object would say, under our signature, what only this party's own people say; none if it would not.
pub(crate) fn refusal(own: PartyId, object: &Map) -> Option<&'static str> {
    let text = |name: &str| object.text(name).unwrap_or_default();
    if text("type").starts_with(STATEMENTS) {
        return Some(
            "statements of this node are made by its own people with the commands for them, and not handed in",
        );
    }
    if is_own(own, text("id")) {
        return Some("this is this node's own identity");
    }
    let is_derivation = (text("type"), text("relationship_type")) == DERIVED;
    is_derivation.then_some("labels are inherited by `derived-from`, so it is said at the machine and not handed in")
}

/// Whether an identity is this party's, as it stands in records or as other software is shown it.
pub(crate) fn is_own(own: PartyId, id: &str) -> bool {
    let identity = own.identity();
    id == identity || id == known_version(&identity)
}
