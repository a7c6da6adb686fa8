//! Which key record takes a signature's key back, as far as we were told when the record came.

use record::digest::{KeyId, KeyRecordDigest};
use record::key_history::KeyHistory;
use record::key_record::KeyRecord;
use record::signed::Signed;

use super::content::Content;
use super::{Doubt, Evidence, Knowledge};

/// A key record that took a signing key back and was named to us in time.
#[derive(Clone, Copy)]
pub(super) struct Ending<'h> {
    pub(super) key_record: &'h Signed<KeyRecord>,
    /// Its leaf as it was named.
    pub(super) leaf: u64,
}

/// The ending that decides: of those named to us by the time the record came, the one with the lowest leaf. Those that were
/// not named take nothing back, wherever they lie: blinded leaves would let an author hide them until they serve.
pub(super) fn deciding<'h, T: Content>(
    signed: &Signed<T>,
    evidence: &Evidence,
    history: &'h KeyHistory,
    knowledge: &Knowledge,
) -> Option<Ending<'h>> {
    let named = endings(signed, history).into_iter().filter_map(|key_record| {
        let named = knowledge.named_by(&key_record.digest(), evidence.delivery())?;
        Some(Ending { key_record, leaf: named.leaf })
    });
    named.min_by_key(|ending| ending.leaf)
}

/// Every key record that stands and ends a key that signed: each later one that does not list it (a revoked key is never
/// listed), or the recovery that set the signer's key record aside and those after it.
///
/// A key that comes back is ended for the key record before the gap: an honest signer names the newer one.
fn endings<'h, T: Content>(signed: &Signed<T>, history: &'h KeyHistory) -> Vec<&'h Signed<KeyRecord>> {
    let under = signed.content().key_record();
    if let Some(recovery) = recovery(history, &under) {
        return history.records().skip_while(|record| record.digest() != recovery).collect();
    }
    let later = history.records().skip_while(|record| record.digest() != under);
    later.filter(|record| ended_key(signed, record.content()).is_some()).collect()
}

/// The recovery that set a key record aside.
fn recovery(history: &KeyHistory, key_record: &KeyRecordDigest) -> Option<KeyRecordDigest> {
    let aside = history.overruled().iter().find(|one| one.record().digest() == *key_record);
    aside.map(record::key_history::Overruled::by)
}

/// A key that signed and that a key record does not list; a revoked one before others.
fn ended_key<T>(signed: &Signed<T>, later: &KeyRecord) -> Option<KeyId> {
    let signers = signed.envelope().signatures().iter().map(record::jws::EnvelopeSignature::key_id);
    let ended: Vec<_> = signers.filter(|key_id| later.key(key_id).is_none()).collect();
    let revoked = ended.iter().find(|key_id| later.revocation(key_id).is_some());
    revoked.or(ended.first()).copied()
}

/// Why a record that was logged at or after an ending does not count.
pub(super) fn doubt<T: Content>(signed: &Signed<T>, history: &KeyHistory, ending: Ending<'_>, index: u64) -> Doubt {
    let (by, leaf) = (ending.key_record.digest(), ending.leaf);
    let overruled = Doubt::Overruled { by, leaf, index };
    if recovery(history, &signed.content().key_record()).is_some() {
        return overruled;
    }
    let later = ending.key_record.content();
    let Some(key_id) = ended_key(signed, later) else { return overruled };
    match later.revocation(&key_id) {
        Some(revocation) => Doubt::Revoked { key_id, reason: revocation.reason, by, leaf, index },
        None => Doubt::Retired { key_id, by, leaf, index },
    }
}
