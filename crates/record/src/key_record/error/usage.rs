//! What is wrong with a use of a key.

use crate::digest::{KeyId, KeyRecordDigest, PartyId};
use crate::key_record::{Purpose, RevocationReason, SuiteName, Use};
use crate::time::Timestamp;

/// Why a key may not be used so.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KeyUseError {
    /// Nothing is known of this party.
    #[error("the keys of party {party} are not known here; fetch its key records")]
    UnknownParty {
        /// The party.
        party: PartyId,
    },
    /// The history has no such key record.
    #[error("key record {digest} is not in this history; fetch the party's newer key records")]
    UnknownKeyRecord {
        /// The key record.
        digest: KeyRecordDigest,
    },
    /// The key record has no such key.
    #[error("key {key_id} is not in key record {digest}")]
    UnknownKey {
        /// The key.
        key_id: KeyId,
        /// The key record.
        digest: KeyRecordDigest,
    },
    /// The party requires a suite that this build does not know.
    #[error(
        "the party requires {suite} signatures for {usage}; this build cannot verify that party, a newer one is needed"
    )]
    UnknownSuite {
        /// The use.
        usage: Use,
        /// The suite.
        suite: SuiteName,
    },
    /// The party has no key of a required suite for this use.
    #[error("the party lists no key of suite {suite} for the purpose {}, so it cannot sign for {usage}", usage.purpose())]
    NoKey {
        /// The use.
        usage: Use,
        /// The suite.
        suite: SuiteName,
    },
    /// A key of another purpose signed.
    #[error("key {key_id} is a {found} key and cannot sign where a {expected} key must")]
    WrongPurpose {
        /// The key.
        key_id: KeyId,
        /// What it is for.
        found: Purpose,
        /// What is needed.
        expected: Purpose,
    },
    /// The key is not good yet.
    #[error("key {key_id} is not valid before {from}")]
    NotYetValid {
        /// The key.
        key_id: KeyId,
        /// When it becomes good.
        from: Timestamp,
    },
    /// The key is not good any more.
    #[error("key {key_id} expired at {since}")]
    Expired {
        /// The key.
        key_id: KeyId,
        /// The last instant at which it was good.
        since: Timestamp,
    },
    /// A later key record lists it no more.
    #[error("key {key_id} was retired by key record {by}")]
    Retired {
        /// The key.
        key_id: KeyId,
        /// The key record that left it out.
        by: KeyRecordDigest,
    },
    /// The key was withdrawn.
    #[error("key {key_id} was revoked as {reason} since {since}, by key record {by}")]
    Revoked {
        /// The key.
        key_id: KeyId,
        /// The key record that withdrew it.
        by: KeyRecordDigest,
        /// Why.
        reason: RevocationReason,
        /// Since when.
        since: Timestamp,
    },
    /// The key record that names it was set aside by the recovery key.
    #[error("key {key_id} stands in a key record that the recovery {by} overruled")]
    Overruled {
        /// The key.
        key_id: KeyId,
        /// The recovery.
        by: KeyRecordDigest,
    },
}
