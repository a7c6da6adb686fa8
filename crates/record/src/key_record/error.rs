//! What is wrong with a key record, with its place in a history, or with a use of its keys.

mod chain;
mod usage;

pub use chain::KeyChainError;
pub use usage::KeyUseError;

use super::{BundleSuite, Purpose, SuiteName, UnknownWord, Use};
use crate::base64url::NotBase64Url;
use crate::digest::KeyId;
use crate::json::{CanonicalError, ParseError};
use crate::limits::{MAX_KEY_RECORD_BYTES, MAX_KEY_RECORDS, MAX_KEYS};
use crate::signed::SignatureError;
use crate::suite::{BadKey, CannotSign, Suite};
use crate::time::NotATimestamp;

/// Why a key record or a signature under one is refused, grouped by who has to act.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KeyError {
    /// The payload is no key record: its maker has to repair it.
    #[error(transparent)]
    Record(#[from] KeyRecordError),
    /// The record does not follow the ones before it.
    #[error(transparent)]
    Chain(#[from] KeyChainError),
    /// A key may not be used so.
    #[error(transparent)]
    Use(#[from] KeyUseError),
    /// The signatures are not the required ones.
    #[error(transparent)]
    Signature(#[from] SignatureError),
    /// Our own library failed while signing.
    #[error(transparent)]
    Sign(#[from] CannotSign),
}

/// Why a payload is no key record.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KeyRecordError {
    /// The payload is not JSON under the profile.
    #[error("the key record is not JSON: {0}")]
    Json(#[from] ParseError),
    /// The payload is JSON in another spelling than the canonical one.
    #[error("the key record is not in canonical form (RFC 8785); its maker must write it so before signing")]
    NotCanonical,
    /// The canonicaliser failed.
    #[error("the key record {0}")]
    Canonical(#[from] CanonicalError),
    /// The signed record is longer than anybody reads.
    #[error(
        "signed, the key record has {found} octets, and at most {MAX_KEY_RECORD_BYTES} are read; list or revoke fewer keys"
    )]
    TooLong {
        /// Its length in octets.
        found: usize,
    },
    /// Disclosures stand beside the signatures. A key record withholds nothing.
    #[error("a key record has no disclosures, and its envelope carries some")]
    Disclosures,
    /// A member is absent.
    #[error("the key record has no `{member}`")]
    Missing {
        /// The member.
        member: &'static str,
    },
    /// A member that the format does not have.
    #[error("unknown member `{}` in `{within}`", member.escape_debug())]
    UnknownMember {
        /// The member.
        member: String,
        /// The object it stands in.
        within: &'static str,
    },
    /// A member has another JSON form than it must.
    #[error("`{member}` is {found} where {expected} should be")]
    WrongForm {
        /// The member.
        member: &'static str,
        /// What stands there.
        found: &'static str,
        /// What should stand there.
        expected: &'static str,
    },
    /// A member is no timestamp.
    #[error("`{member}`: {reason}")]
    Time {
        /// The member.
        member: &'static str,
        /// What the reader said.
        reason: NotATimestamp,
    },
    /// A member is not base64url of the right length.
    #[error("`{member}`: {reason}")]
    Encoding {
        /// The member.
        member: &'static str,
        /// What the decoder said.
        reason: NotBase64Url,
    },
    /// A word that the format does not have.
    #[error(transparent)]
    Word(#[from] UnknownWord),
    /// A text that cannot be the name of a suite.
    #[error("`{}` cannot be a suite's name: up to 64 of A-Z a-z 0-9 . _ + -", name.escape_debug())]
    SuiteName {
        /// The text.
        name: String,
    },
    /// Octets that are no key of their suite.
    #[error(transparent)]
    Key(#[from] BadKey),
    /// A bundle key of a wrong length.
    #[error("{suite} keys have {} octets, not {found}", suite.public_key_bytes())]
    BundleKeyLength {
        /// Its suite.
        suite: BundleSuite,
        /// Its length in octets.
        found: usize,
    },
    /// A suite that cannot serve the purpose.
    #[error("{suite} keys cannot serve the purpose {purpose}")]
    Unfit {
        /// The purpose.
        purpose: Purpose,
        /// The suite.
        suite: SuiteName,
    },
    /// A key that is never good.
    #[error("key {key_id}: `not_after` is before `not_before`")]
    EmptyWindow {
        /// The key.
        key_id: KeyId,
    },
    /// More keys than a party can need.
    #[error("{found} keys are too many; a key record lists at most {MAX_KEYS}")]
    TooManyKeys {
        /// How many there are.
        found: usize,
    },
    /// More keys of one suite for one purpose than may overlap, or two that begin together: which of them must sign would
    /// be open.
    #[error(
        "too many {suite} keys for the purpose {purpose}, or two that begin together; list the old and the new at most"
    )]
    DuplicatePurpose {
        /// The purpose.
        purpose: Purpose,
        /// The suite.
        suite: SuiteName,
    },
    /// One key for two purposes: its signature for one could be shown as the other.
    #[error("key {key_id} stands for both {first} and {second}; make one key for each purpose")]
    TwoPurposes {
        /// The key.
        key_id: KeyId,
        /// A purpose.
        first: Purpose,
        /// Another.
        second: Purpose,
    },
    /// A withdrawn key is listed as good.
    #[error("key {key_id} is revoked and stands in `keys`; take it out")]
    RevokedListed {
        /// The key.
        key_id: KeyId,
    },
    /// A key is withdrawn twice.
    #[error("key {key_id} is revoked twice")]
    RevokedTwice {
        /// The key.
        key_id: KeyId,
    },
    /// A recovery key is listed as an ordinary one, which exposes it to whatever it should recover from.
    #[error("key {key_id} is a recovery key and stands in `keys`; a recovery key stays offline")]
    RecoveryListed {
        /// The key.
        key_id: KeyId,
    },
    /// The commitment to a recovery key of a suite is absent.
    #[error("`recovery` commits to no {suite} key")]
    RecoveryIncomplete {
        /// The suite.
        suite: Suite,
    },
    /// `recovered_with` names a suite that this build cannot verify.
    #[error("`recovered_with` holds a key of suite {suite}, which this build cannot verify; use a newer one")]
    RecoveredWithUnknown {
        /// The suite.
        suite: SuiteName,
    },
    /// `recovered_with` holds no key, or two of one suite.
    #[error("`recovered_with` must hold one key of each suite of the recovery key, and is otherwise left out")]
    RecoveredWith,
    /// `index` is negative, or beyond any history.
    #[error("`index` is {found}; it counts from 0 to {}", MAX_KEY_RECORDS.saturating_sub(1))]
    Index {
        /// What stands there.
        found: i64,
    },
    /// The first key record names something before it.
    #[error("the first key record (index 0) must not have `{member}`")]
    FirstHas {
        /// The member.
        member: &'static str,
    },
    /// Suites of a use are not in the order of their names, or repeated.
    #[error("`required`: the suites for {usage} must be sorted and unique")]
    NotSorted {
        /// The use.
        usage: Use,
    },
    /// A use is without a suite that nobody may leave out.
    #[error("`required` is too weak: for {usage} the suite {suite} must always sign")]
    Weaker {
        /// The use.
        usage: Use,
        /// The suite.
        suite: Suite,
    },
    /// Cosignatures have no suite that this build knows.
    #[error("`required` is too weak: cosignature must name Ed25519, ML-DSA-44 or both")]
    WeakerCosignature,
    /// A required suite has no key.
    #[error("`required` wants {suite} to sign for {usage}, but `keys` has no such key for the purpose {}", usage.purpose())]
    NoKey {
        /// The use.
        usage: Use,
        /// The suite.
        suite: SuiteName,
    },
}
