//! Why a signed record is not believed, and what to do about it.

use record::digest::{KeyId, KeyRecordDigest, PartyId};
use record::key_record::{RevocationReason, SuiteName};
use tlog::checkpoint::CheckpointError;
use tlog::proof::ProofError;

use super::quorum::Shortfall;

/// A record's signatures hold, and still it is not believed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Doubt {
    /// The key history is another party's.
    #[error("the record is signed by party {found}, and this key history is of {expected}; look up the signer's")]
    AnotherParty {
        /// The party of the history.
        expected: PartyId,
        /// The record's signer.
        found: PartyId,
    },
    /// The key record that it is signed under is not in the history.
    #[error(
        "the key record {key_record} that it is signed under is not known here; fetch the author's key records first"
    )]
    UnknownKeyRecord {
        /// The key record.
        key_record: KeyRecordDigest,
    },
    /// No proof that it is in a log: signed, unlogged.
    #[error("signed, unlogged: no proof came that its author logged it; ask for one (detente log prove)")]
    Unlogged,
    /// The proof does not say under which salt.
    #[error(
        "the proof holds no salt of 32 octets, so it opens no commitment; ask for one made before the body was erased"
    )]
    NoSalt,
    /// The proof is of a log that is not the author's.
    #[error(
        "the proof is of the log `{}`, and only the author's own log counts, `{expected}`; ask for the author's proof",
        found.escape_debug()
    )]
    AnotherLog {
        /// The author's log.
        expected: String,
        /// The log of the proof.
        found: String,
    },
    /// The checkpoint does not reach the leaf.
    #[error("leaf {index} is not under a checkpoint of {size} leaves; ask for a proof under a later checkpoint")]
    CheckpointBelow {
        /// The leaf that the proof is about.
        index: u64,
        /// The checkpoint's size.
        size: u64,
    },
    /// The proof does not lead from this record to the root.
    #[error("the proof is not of this record under this salt: {0}; take the proof that came with the record")]
    NotOfThis(#[source] ProofError),
    /// A signature on the checkpoint is not by whom it names.
    #[error("the checkpoint cannot be believed: {0}; fetch it again from another source")]
    Checkpoint(#[source] CheckpointError),
    /// No log key of the author's standing key records signed the checkpoint.
    #[error(
        "no log key of party {party} signed the checkpoint; fetch its newest key records, or ask for another proof"
    )]
    LogUnsigned {
        /// The author.
        party: PartyId,
    },
    /// One of the suites that the author requires is absent.
    #[error(
        "the checkpoint lacks the {suite} signature of the author's log; ask for a proof under a published checkpoint"
    )]
    LogSignatureMissing {
        /// The suite.
        suite: SuiteName,
    },
    /// Only withdrawn log keys signed, and no witness is asked for.
    #[error(
        "the checkpoint is signed by log keys that party {party} revoked, and the policy asks for no witness; ask for a proof \
         under the party's new keys"
    )]
    LogKeysRevoked {
        /// The author.
        party: PartyId,
    },
    /// Too few witnesses, or not those of every group.
    #[error("too few witnesses cosigned the checkpoint: {0}; ask for a proof under one that they did cosign")]
    QuorumUnmet(Shortfall),
    /// Where the key record lies that takes the key back is only said.
    #[error(
        "key record {key_record} takes a signing key back from leaf {leaf} on, and no proof of that leaf is here; ask its \
         party for one"
    )]
    LeafUnproved {
        /// The key record.
        key_record: KeyRecordDigest,
        /// Its leaf, as it was named to us.
        leaf: u64,
    },
    /// The proof of the key record's leaf does not hold.
    #[error("the proof of key record {key_record}: {doubt}")]
    KeyRecordProof {
        /// The key record.
        key_record: KeyRecordDigest,
        /// Why.
        #[source]
        doubt: Box<Self>,
    },
    /// The author named one leaf, and the proof is of another.
    #[error(
        "key record {key_record} was named with leaf {named} and is proved at leaf {proved}; keep both as evidence, and ask \
         its party which holds"
    )]
    LeafContradicted {
        /// The key record.
        key_record: KeyRecordDigest,
        /// The leaf as it was named to us.
        named: u64,
        /// The leaf as it is proved.
        proved: u64,
    },
    /// Two checkpoints of one size with different roots.
    #[error("the two checkpoints at size {size} have different roots: a fork; keep both, they prove it to anyone")]
    Forked {
        /// The size.
        size: u64,
    },
    /// It was logged when its key was no longer listed, and we had been told.
    #[error(
        "logged at {index}, and key record {by} at {leaf} lists key {key_id} no more; ask the author to sign it anew"
    )]
    Retired {
        /// The key.
        key_id: KeyId,
        /// The key record.
        by: KeyRecordDigest,
        /// The key record's leaf.
        leaf: u64,
        /// The record's leaf.
        index: u64,
    },
    /// It was logged when its key was withdrawn, and we had been told.
    #[error(
        "logged at {index}, and key record {by} at {leaf} revokes key {key_id} ({reason}); do not act on it: whoever holds \
         that key can sign so"
    )]
    Revoked {
        /// The key.
        key_id: KeyId,
        /// Why.
        reason: RevocationReason,
        /// The key record.
        by: KeyRecordDigest,
        /// The key record's leaf.
        leaf: u64,
        /// The record's leaf.
        index: u64,
    },
    /// It was logged when the recovery key had set its key record aside, and we had been told.
    #[error(
        "logged at {index}, and the recovery, effective from key record {by} at {leaf}, set its key record aside; do not act \
         on it: a thief may have signed it"
    )]
    Overruled {
        /// The recovery, or the first key record named to us after it.
        by: KeyRecordDigest,
        /// The key record's leaf.
        leaf: u64,
        /// The record's leaf.
        index: u64,
    },
}
