//! What only this party's own people say, by the commands for it: labels, links, decisions, switches.
//!
//! Our signature makes a statement of ours of any such object, so whatever comes from a program, from another server or over the
//! network as an object is held against the decision of `policy` first. Here are the names that it is asked with, and its words.

use access::Right;
use interop::export::known_version;
use matching::signal::SIGNAL_TYPE;
use matching::signed::BATCH_TYPE;
use policy::handed::{HandedIn, Reserved};
use record::digest::PartyId;
use record::json::Map;

use crate::operations::asked;
use crate::outcome::{Done, Failure};

/// Refuses a whole record of signals from whoever asks over the network and may not take ours back: under an id that is in force it
/// replaces, or withdraws, what stands there.
pub(crate) fn check_signals(object: &Map, members: &[&Map]) -> Done {
    let is_batch = object.text("type") == Some(BATCH_TYPE);
    if !is_batch || !members.iter().any(|member| member.text("type") == Some(SIGNAL_TYPE)) {
        return Ok(());
    }
    let advise = |failure: Failure| failure.advise("sign new signals with: detente signal new");
    asked::check(Right::Retract, "a record of signals may replace those of this party").map_err(advise)
}

/// Why an object would say, under our signature, what only this party's own people say; none if it would not.
pub(crate) fn refusal(own: PartyId, object: &Map) -> Option<&'static str> {
    reserved(own, object, true).map(words)
}

/// The same, in one of the cases of `policy`; also for whoever may not write for this party.
pub(crate) fn reserved(own: PartyId, object: &Map, may_write: bool) -> Option<Reserved> {
    let own_identities = &identities(own);
    HandedIn { object, own_identities, may_write }.check().err()
}

pub(crate) const fn words(reserved: Reserved) -> &'static str {
    match reserved {
        Reserved::Statement => {
            "statements of this node are made by its own people with the commands for them, and not handed in"
        }
        Reserved::OwnIdentity => "this is this node's own identity",
        Reserved::Inheritance => {
            "labels are inherited by `derived-from`, so it is said at the machine and not handed in"
        }
        Reserved::OwnWork => "it says that this party made it, which takes the right `write`",
    }
}

/// This party's identity as it stands in records, and as other software is shown it.
fn identities(own: PartyId) -> [String; 2] {
    let identity = own.identity();
    let known = known_version(&identity);
    [identity, known]
}

/// Whether an identity is this party's, as it stands in records or as other software is shown it.
pub(crate) fn is_own(own: PartyId, id: &str) -> bool {
    identities(own).iter().any(|identity| identity == id)
}
