//! For which key something is sealed.

use record::key_history::KeyHistory;
use record::key_record::{BundleKey, ListedKey, Purpose};
use record::time::Timestamp;

use crate::node_keys::BUNDLE_SUITE;
use crate::outcome::{Done, Failure};

/// The bundle key of a party.
///
/// # Errors
/// It lists none, or its window is over: nobody may be able to open what is sealed for it.
pub(crate) fn key_in_window(history: &KeyHistory, now: Timestamp) -> Done<BundleKey> {
    let renew =
        "ask that party for its newest profile file, and take it in with: detente partner add PROFILE --dir DIR";
    let party = history.party();
    let entry = history.head().content().key_for(Purpose::Bundle, &BUNDLE_SUITE.into());
    let entry = entry.ok_or_else(|| {
        Failure::refused(format!("party {party} lists no {BUNDLE_SUITE} key for bundles")).advise(format!(
            "its node is from before bundles; there: detente key rotate --purpose bundle --dir DIR. Then {renew}"
        ))
    })?;
    if now < entry.not_before() || entry.not_after() <= now {
        let (from, until) = (entry.not_before(), entry.not_after());
        return Err(
            Failure::refused(format!("the bundle key of party {party} counts from {from} until {until}")).advise(renew)
        );
    }
    if let ListedKey::Bundle(key) = entry.key() {
        return Ok(key.clone());
    }
    Err(Failure::refused(format!("what party {party} lists as its bundle key is another kind of key")))
}
