//! What is wrong with a key record's place in a history.

use crate::digest::{KeyId, KeyRecordDigest, PartyId};
use crate::key_record::{Purpose, SuiteName};
use crate::limits::MAX_KEY_RECORDS;
use crate::suite::Suite;
use crate::time::Timestamp;

/// Why a key record does not follow the ones before it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KeyChainError {
    /// There is no record to begin with.
    #[error("a key history needs at least its first key record")]
    Empty,
    /// A history begins with another record than the first.
    #[error("a key history begins with index 0, not {index}; fetch the earlier key records first")]
    NotFirst {
        /// The index of the record.
        index: u32,
    },
    /// The record belongs to another party.
    #[error("the key record belongs to party {found}, this history to {expected}")]
    PartyMismatch {
        /// The party of the history.
        expected: PartyId,
        /// The party of the record.
        found: PartyId,
    },
    /// The record follows one that this history does not have.
    #[error("the key record follows {found}, which this history does not have; its head is {head}")]
    PreviousMismatch {
        /// The latest record of the history.
        head: KeyRecordDigest,
        /// What the record names.
        found: KeyRecordDigest,
    },
    /// Records are missing in between.
    #[error("the key record has index {found} where {expected} is next; fetch the ones between")]
    Gap {
        /// The index that would follow.
        expected: u32,
        /// The index of the record.
        found: u32,
    },
    /// The record claims to be older than the one it follows.
    #[error("the key record was created at {found}, before the one it follows ({previous})")]
    Backwards {
        /// When the previous one was created.
        previous: Timestamp,
        /// When this one says it was created.
        found: Timestamp,
    },
    /// The keys before the rotation did not sign: anybody could have written it.
    #[error(
        "the rotation lacks the {suite} signature by the old key {key_id}; without the old keys use the recovery key"
    )]
    MissingOldSignature {
        /// The suite.
        suite: Suite,
        /// The key that should have signed.
        key_id: KeyId,
    },
    /// The new keys did not sign: nobody has shown to hold them.
    #[error("the key record lacks the {suite} signature by its own key {key_id}")]
    MissingNewSignature {
        /// The suite.
        suite: Suite,
        /// The key that should have signed.
        key_id: KeyId,
    },
    /// The recovery key did not sign in every suite.
    #[error("the recovery lacks the {suite} signature by the recovery key {key_id}")]
    MissingRecoverySignature {
        /// The suite.
        suite: Suite,
        /// The key that should have signed.
        key_id: KeyId,
    },
    /// An ordinary rotation names another recovery key, as a thief would.
    #[error("only a record signed by the recovery key may change `recovery`")]
    RecoveryChanged,
    /// The keys shown are not those that were committed to.
    #[error("the recovery key shown for {suite} is not the one that the earlier key record commits to")]
    RecoveryKeyWrong {
        /// The suite.
        suite: SuiteName,
    },
    /// The new commitment repeats the key that was just exposed.
    #[error("the recovery keeps its {suite} recovery key, which is now exposed; commit to a new one")]
    RecoveryReused {
        /// The suite.
        suite: SuiteName,
    },
    /// The recovery keeps a record key, which whoever it recovers from may hold.
    #[error("the recovery keeps the record key {key_id}; it must bring new ones")]
    RecoveryKeepsKey {
        /// The key.
        key_id: KeyId,
    },
    /// A revocation of an earlier record is gone or changed.
    #[error("the key record drops or changes the revocation of key {key_id}; revocations stay")]
    RevocationDropped {
        /// The key.
        key_id: KeyId,
    },
    /// A key returns under another purpose.
    #[error("key {key_id} was a {first} key earlier and cannot become a {second} key")]
    PurposeChanged {
        /// The key.
        key_id: KeyId,
        /// What it was for.
        first: Purpose,
        /// What it should be for now.
        second: Purpose,
    },
    /// The party signed two records that cannot both stand: evidence against it, worth keeping and showing.
    #[error("fork: the party signed both {first} and {second} to follow {}; keep both as evidence", previous.map_or_else(|| "its recovery key".to_owned(), |digest| digest.to_string()))]
    Fork {
        /// The one that came first here.
        first: KeyRecordDigest,
        /// The one that came second here.
        second: KeyRecordDigest,
        /// What both follow; none where one recovery key was used twice, from different records.
        previous: Option<KeyRecordDigest>,
    },
    /// The history is full.
    #[error("a key history holds at most {MAX_KEY_RECORDS} records")]
    TooMany,
}
