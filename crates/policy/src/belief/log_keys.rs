//! A party's node log: its name, its keys, and whether enough of them signed a checkpoint.

use record::digest::{KeyRecordDigest, PartyId};
use record::key_history::{KeyHistory, Overruled};
use record::key_record::{KeyRecord, Purpose, SuiteName, Use};
use record::signed::Signed;
use record::suite::{PublicKey, Suite};
use tlog::checkpoint::Vouched;
use tlog::note::{KeyKind, VerifierKey};

use super::Doubt;

/// The origin of a party's node log, which is the name of its keys too.
#[must_use]
pub fn log_origin(party: &PartyId) -> String {
    format!("detente/log/{party}")
}

/// The name that a party's cosignatures on other logs bear.
#[must_use]
pub fn witness_name(party: &PartyId) -> String {
    format!("detente/witness/{party}")
}

/// The verifier keys of a party's node log, as its key records that stand list them. Those of key records that a recovery
/// set aside are not among them: a thief may have listed them.
#[must_use]
pub fn log_verifiers(history: &KeyHistory) -> Vec<VerifierKey> {
    verifiers_of(history, &log_origin(&history.party()))
}

/// The verifier keys of any of a party's logs, such as a feed, by its origin.
#[must_use]
pub fn verifiers_of(history: &KeyHistory, origin: &str) -> Vec<VerifierKey> {
    let entries = history.records().flat_map(|record| record.content().keys());
    let mut keys: Vec<&PublicKey> =
        entries.filter(|entry| entry.purpose() == Purpose::Log).filter_map(|entry| entry.key().signing()).collect();
    keys.sort_by_key(|key| key.id());
    keys.dedup();
    keys.into_iter().filter_map(|key| verifier(origin, key)).collect()
}

fn verifier(origin: &str, key: &PublicKey) -> Option<VerifierKey> {
    // Suites to come have no place in C2SP notes yet, and make no verifier key under this kind.
    let kind = if key.suite() == Suite::MlDsa44 { KeyKind::CosignatureMlDsa44 } else { KeyKind::Ed25519 };
    VerifierKey::new(origin.parse().ok()?, kind, key.clone()).ok()
}

/// Whether the party withdrew this key. Later key records repeat every withdrawal, so the head has them all.
pub(super) fn is_revoked(history: &KeyHistory, key: &VerifierKey) -> bool {
    key.public().is_some_and(|public| history.head().content().revocation(&public.id()).is_some())
}

/// Whether a witness's key is one that the party itself lists. Nobody is a witness to their own log.
pub(super) fn is_own(history: &KeyHistory, key: &VerifierKey) -> bool {
    let aside = history.overruled().iter().map(Overruled::record);
    let mut records = history.records().chain(aside).map(Signed::content);
    key.public().is_some_and(|public| records.any(|record| lists(record, public)))
}

fn lists(record: &KeyRecord, public: &PublicKey) -> bool {
    record.keys().iter().any(|entry| entry.key().signing().map(PublicKey::id) == Some(public.id()))
}

/// Checks that log keys signed in every suite that one key record requires for checkpoints.
///
/// A checkpoint names no key record. One that covers what was signed under a key record was made under that one or a later
/// one, so one of these must be content; what the party required before says nothing.
pub(super) fn check_suites(signed: &[Vouched<'_>], history: &KeyHistory, since: &KeyRecordDigest) -> Result<(), Doubt> {
    let mut missing = None;
    for record in standing_since(history, since) {
        match missing_suite(signed, record.content()) {
            None => return Ok(()),
            Some(suite) => missing = Some(suite.clone()),
        }
    }
    missing
        .map_or(Err(Doubt::LogUnsigned { party: history.party() }), |suite| Err(Doubt::LogSignatureMissing { suite }))
}

/// The key records that stand, from the one named on; all of them if that one was set aside.
fn standing_since<'h>(
    history: &'h KeyHistory,
    since: &KeyRecordDigest,
) -> impl Iterator<Item = &'h Signed<KeyRecord>> + use<'h> {
    let place = history.records().position(|record| record.digest() == *since);
    history.records().skip(place.unwrap_or(0))
}

fn missing_suite<'r>(signed: &[Vouched<'_>], record: &'r KeyRecord) -> Option<&'r SuiteName> {
    required_suites(record).iter().find(|suite| !has_signed(signed, suite))
}

/// All suites that a key record requires for checkpoints and that did not sign.
pub(super) fn missing_suites(signed: &[Vouched<'_>], record: &KeyRecord) -> Vec<SuiteName> {
    required_suites(record).iter().filter(|suite| !has_signed(signed, suite)).cloned().collect()
}

fn required_suites(record: &KeyRecord) -> &[SuiteName] {
    record.required().suites(Use::Checkpoint)
}

fn has_signed(signed: &[Vouched<'_>], suite: &SuiteName) -> bool {
    suite.signature().is_some() && signed.iter().any(|one| one.key.kind().suite() == suite.signature())
}
