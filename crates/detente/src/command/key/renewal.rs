//! Which keys are new, and which are carried over.

use bundle::PrivateBundleKey;
use record::digest::KeyId;
use record::key_record::{KeyEntry, KeyRecord, PartyKeys, Purpose, SuiteName};
use record::suite::PrivateKey;
use record::time::Timestamp;

use super::days_after;
use crate::node_keys::NodeKeys;
use crate::outcome::{Done, Failure};

/// Days for which an old key stays listed beside the new one: time for every partner to fetch the new key record, and so
/// few that a copy in a forgotten backup is soon worth nothing.
const OVERLAP_DAYS: u16 = 30;

/// The keys of the next key record.
#[derive(Debug)]
pub(super) struct Renewal {
    /// The new ones.
    fresh: NodeKeys,
    /// What the next key record lists of them.
    pub(super) new: Vec<KeyEntry>,
    /// What it lists of the old ones.
    pub(super) kept: Vec<KeyEntry>,
    /// What it lists no more.
    pub(super) left_out: Vec<KeyEntry>,
}

/// The time for which new keys are good.
#[derive(Debug, Clone, Copy)]
pub(super) struct Window {
    pub(super) from: Timestamp,
    pub(super) until: Timestamp,
}

impl Renewal {
    /// New keys for these purposes, for all if none is named, and for those whose time is over.
    pub(super) fn of_purposes(head: &KeyRecord, purposes: &[Purpose], window: Window) -> Done<Self> {
        Self::draw(head, window, None, |purpose, _| purposes.is_empty() || purposes.contains(&purpose))
    }

    /// A new key in the place of this one, if it still signs, and for those whose time is over. It is listed no more.
    pub(super) fn of_one(head: &KeyRecord, withdrawn: &KeyId, window: Window) -> Done<Self> {
        Self::draw(head, window, Some(withdrawn), |_, current| {
            current.is_some_and(|entry| entry.key().id() == *withdrawn)
        })
    }

    /// Nothing but new keys.
    pub(super) fn of_all(head: &KeyRecord, window: Window) -> Done<Self> {
        let fresh = NodeKeys::generate()?;
        let new = fresh.entries(window.from, window.until)?;
        Ok(Self { fresh, new, kept: Vec::new(), left_out: head.keys().to_vec() })
    }

    fn draw(
        head: &KeyRecord,
        window: Window,
        withdrawn: Option<&KeyId>,
        is_wanted: impl Fn(Purpose, Option<&KeyEntry>) -> bool,
    ) -> Done<Self> {
        let is_due = |purpose, suite: SuiteName| {
            let current = head.key_for(purpose, &suite);
            is_wanted(purpose, current) || current.is_some_and(|entry| entry.not_after() < window.from)
        };
        let NodeKeys { signing, mut bundle } = NodeKeys::generate()?;
        bundle.retain(|key| is_due(Purpose::Bundle, key.public().suite().into()));
        let mut fresh = NodeKeys { signing: PartyKeys::new(), bundle };
        for (purpose, suite, seed) in signing.seeds().filter(|(purpose, suite, _)| is_due(*purpose, (*suite).into())) {
            fresh.signing.insert(purpose, PrivateKey::from_seed(suite, seed).map_err(Failure::environment)?);
        }
        let new = fresh.entries(window.from, window.until)?;
        let (mut kept, mut left_out) = (Vec::new(), Vec::new());
        for entry in head.keys() {
            let is_withdrawn = withdrawn.is_some_and(|key_id| entry.key().id() == *key_id);
            match carried_over(entry, head, &fresh, window.from).filter(|_| !is_withdrawn) {
                Some(entry) => kept.push(entry),
                None => left_out.push(entry.clone()),
            }
        }
        Ok(Self { fresh, new, kept, left_out })
    }

    /// What the next key record lists.
    pub(super) fn entries(&self) -> Vec<KeyEntry> {
        self.new.iter().chain(&self.kept).cloned().collect()
    }

    /// The private keys of the next key record: the new ones, and the others as they were. Of the old bundle keys those stay
    /// that stay listed.
    pub(super) fn keys(&self, old: &NodeKeys) -> Done<NodeKeys> {
        let mut signing = old.signing.duplicate().map_err(Failure::environment)?;
        for (purpose, suite, seed) in self.fresh.signing.seeds() {
            signing.insert(purpose, PrivateKey::from_seed(suite, seed).map_err(Failure::environment)?);
        }
        let is_kept = |key: &&PrivateBundleKey| self.kept.iter().any(|entry| entry.key().id() == key.public().id());
        let bundle = self.fresh.bundle.iter().chain(old.bundle.iter().filter(is_kept));
        Ok(NodeKeys { signing, bundle: bundle.map(PrivateBundleKey::duplicate).collect() })
    }
}

/// A key as the next key record lists it; none if it does not.
fn carried_over(entry: &KeyEntry, head: &KeyRecord, fresh: &NodeKeys, now: Timestamp) -> Option<KeyEntry> {
    if entry.not_after() < now {
        return None;
    }
    let suite = entry.key().suite();
    if !fresh.has(entry.purpose(), &suite) {
        return Some(entry.clone());
    }
    // Of an old and a new key the one that begins later signs, and three may not stand side by side.
    let is_current = head.key_for(entry.purpose(), &suite) == Some(entry);
    let overlaps = is_current && entry.not_before() < now && outlives_its_replacement(entry.purpose());
    let until = entry.not_after().min(days_after(now, OVERLAP_DAYS));
    KeyEntry::new(entry.purpose(), entry.key().clone(), entry.not_before(), until).ok().filter(|_| overlaps)
}

/// What log and cosign keys have signed lies in the hands of others, who check it again after the rotation, and a bundle may
/// be on its way for weeks. Of a transport key nothing remains but the connection that it opened, and record keys may not
/// overlap: a record names its key record.
const fn outlives_its_replacement(purpose: Purpose) -> bool {
    matches!(purpose, Purpose::Bundle | Purpose::Cosign | Purpose::Log)
}
