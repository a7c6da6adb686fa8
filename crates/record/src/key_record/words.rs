//! The closed vocabularies of key records: what a key is for, what it signs, why it was withdrawn.

use crate::suite::Suite;
use crate::words;

words! {
    /// What a key is for. A key has one purpose for ever, so that a signature made for one can never be shown as another.
    Purpose, "purpose" {
        /// Receives USB bundles: an encryption key.
        Bundle = "bundle",
        /// Cosigns other parties' checkpoints (C2SP tlog-witness).
        Cosign = "cosign",
        /// Signs the checkpoints of the party's own logs.
        Log = "log",
        /// Signs records, agreements and key records.
        Record = "record",
        /// Is pinned by peers in mutual TLS.
        Transport = "transport",
    }
}

words! {
    /// What is signed, as far as the required suites may differ.
    Use, "use" {
        /// Agreements and the messages of their negotiation.
        Agreement = "agreement",
        /// Checkpoints of the party's own logs.
        Checkpoint = "checkpoint",
        /// Cosignatures on other parties' checkpoints.
        Cosignature = "cosignature",
        /// Key records.
        KeyRecord = "key_record",
        /// Records.
        Record = "record",
    }
}

words! {
    /// Why a key was withdrawn before its time.
    RevocationReason, "reason" {
        /// Somebody else has it, or may have.
        Compromised = "compromised",
        /// Nobody has it.
        Lost = "lost",
        /// Another key took its place.
        Superseded = "superseded",
    }
}

impl Purpose {
    /// True for purposes whose keys sign.
    #[must_use]
    pub const fn signs(self) -> bool {
        !matches!(self, Self::Bundle)
    }

    /// How many keys of one suite a key record may list for this purpose: an old and a new one, so that peers can pin the
    /// new one before it signs. Records name the key record they are signed under, so one is enough for them.
    #[must_use]
    pub(super) const fn keys_at_once(self) -> usize {
        match self {
            Self::Record => 1,
            Self::Bundle | Self::Cosign | Self::Log | Self::Transport => 2,
        }
    }
}

impl Use {
    /// The purpose of the keys that sign for this use.
    #[must_use]
    pub const fn purpose(self) -> Purpose {
        match self {
            Self::Agreement | Self::KeyRecord | Self::Record => Purpose::Record,
            Self::Checkpoint => Purpose::Log,
            Self::Cosignature => Purpose::Cosign,
        }
    }

    /// The suites that no key record may leave out for this use.
    ///
    /// What must hold for decades has a post-quantum signature beside the classical one. A cosignature has no fixed floor,
    /// since witnesses of other makers sign with one suite or the other; [`super::Required`] wants one that is known.
    #[must_use]
    pub const fn floor(self) -> &'static [Suite] {
        match self {
            Self::Agreement | Self::Checkpoint | Self::KeyRecord => &[Suite::Ed25519, Suite::MlDsa44],
            Self::Record => &[Suite::Ed25519],
            Self::Cosignature => &[],
        }
    }
}
