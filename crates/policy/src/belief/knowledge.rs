//! What an author's key records were to us, and since when: a retirement that we were not told of takes nothing back.

use std::collections::BTreeMap;

use record::digest::KeyRecordDigest;

/// When something was delivered to us: our own count of feed entries, head statements and acknowledgements, the same for
/// all senders. It only grows, and is no time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Delivery(u64);

impl Delivery {
    /// The delivery of this number.
    #[must_use]
    pub const fn new(number: u64) -> Self {
        Self(number)
    }

    /// Its number.
    #[must_use]
    pub const fn number(self) -> u64 {
        self.0
    }
}

/// How a key record was first named to us.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Named {
    /// The feed entry, head statement or acknowledgement of its party that first named it.
    pub delivery: Delivery,
    /// The index of its leaf in its party's node log, as stated there.
    pub leaf: u64,
}

/// For each key record of one author when it was first named to us, and with which leaf.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Knowledge {
    named: BTreeMap<KeyRecordDigest, Named>,
}

impl Knowledge {
    /// Nothing was named yet.
    #[must_use]
    pub const fn new() -> Self {
        Self { named: BTreeMap::new() }
    }

    /// Takes in that a key record was named, with the index of its leaf. The first delivery counts, in whatever order they
    /// are told; of two with one number the lower leaf.
    pub fn name(&mut self, key_record: KeyRecordDigest, delivery: Delivery, leaf: u64) {
        let new = Named { delivery, leaf };
        let known = self.named.entry(key_record).or_insert(new);
        if (delivery, leaf) < (known.delivery, known.leaf) {
            *known = new;
        }
    }

    /// How a key record was first named.
    #[must_use]
    pub fn named(&self, key_record: &KeyRecordDigest) -> Option<Named> {
        self.named.get(key_record).copied()
    }

    /// The same, if that was before something else was delivered, or in the same delivery: who sends a record together with
    /// the retirement of its key has told us.
    pub(super) fn named_by(&self, key_record: &KeyRecordDigest, delivery: Delivery) -> Option<Named> {
        self.named(key_record).filter(|named| named.delivery <= delivery)
    }
}
