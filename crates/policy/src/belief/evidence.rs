//! What comes with a record to show that its signatures count.

use std::collections::BTreeMap;

use record::digest::KeyRecordDigest;
use tlog::log_proof::LogProof;

use super::Delivery;

/// Proofs from the author's own log. They may come from anyone: a relayer passes on the author's, and its own proves nothing
/// about the author.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    delivery: Delivery,
    record: Option<LogProof>,
    key_records: BTreeMap<KeyRecordDigest, LogProof>,
}

impl Evidence {
    /// A record that came without a proof, and when it first came to us.
    #[must_use]
    pub const fn none(delivery: Delivery) -> Self {
        Self { delivery, record: None, key_records: BTreeMap::new() }
    }

    /// A record's proof, with its salt as extra data (as `detente log prove` writes it), and when the record first came to
    /// us, with this proof or without.
    #[must_use]
    pub const fn new(record: LogProof, delivery: Delivery) -> Self {
        Self { delivery, record: Some(record), key_records: BTreeMap::new() }
    }

    /// Adds the proof of a key record's leaf, with that leaf's salt as extra data.
    #[must_use]
    pub fn with_key_record(mut self, key_record: KeyRecordDigest, proof: LogProof) -> Self {
        let _earlier = self.key_records.insert(key_record, proof);
        self
    }

    /// When the record first came to us.
    #[must_use]
    pub const fn delivery(&self) -> Delivery {
        self.delivery
    }

    /// The record's proof.
    #[must_use]
    pub const fn record(&self) -> Option<&LogProof> {
        self.record.as_ref()
    }

    /// The proof of a key record's leaf.
    #[must_use]
    pub fn key_record(&self, key_record: &KeyRecordDigest) -> Option<&LogProof> {
        self.key_records.get(key_record)
    }
}
