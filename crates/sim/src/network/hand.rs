//! A feed that is made by hand and signed with the sender's keys: what no store would write.

use node::exchange::Answer;
use protocol::exchange::{FeedName, LogId, Resource};
use record::time::Timestamp;
use storage::keys::LogKeys as _;
use tlog::Hash;
use tlog::bundle::push_entry;
use tlog::checkpoint::{Checkpoint, SignedCheckpoint};
use tlog::tile::{TileKind, TilePath, write_hashes};
use tlog::tree::Tree;

use super::actor::Actor;
use super::told;

/// A feed of at most one tile.
#[derive(Debug, Clone)]
pub(crate) struct HandMade {
    origin: String,
    entries: Vec<Vec<u8>>,
    checkpoint: SignedCheckpoint,
    /// The head statement that is shown with it.
    head: Vec<u8>,
}

/// The root over entries.
pub(crate) fn root(entries: &[Vec<u8>]) -> Hash {
    let mut tree = Tree::new();
    for entry in entries {
        let _index = tree.append(Hash::leaf(entry));
    }
    tree.root()
}

impl HandMade {
    /// Signs a feed of these entries.
    pub(crate) fn new(by: &Actor, entries: Vec<Vec<u8>>, head: Vec<u8>) -> Result<Self, String> {
        let origin = by.origin();
        let size = u64::try_from(entries.len()).map_err(told)?;
        let checkpoint = sign(by, &origin, size, root(&entries), by.now())?;
        Ok(Self { origin, entries, checkpoint, head })
    }

    /// What is answered in place of the honest feed. Bodies are those of the honest one.
    pub(crate) fn answer(&self, resource: &Resource, honest: Answer) -> Answer {
        let feed = FeedName::of(&self.origin);
        if *resource == Resource::Checkpoint(LogId::Feed(feed)) {
            return Answer::Octets(self.checkpoint.to_string().into_bytes());
        }
        if *resource == Resource::Head(feed) && !self.head.is_empty() {
            return Answer::Octets(self.head.clone());
        }
        if let Resource::Tile(LogId::Feed(name), path) = resource
            && *name == feed
        {
            return self.tile(path).map_or(Answer::NotThere, Answer::Octets);
        }
        honest
    }

    fn tile(&self, path: &TilePath) -> Option<Vec<u8>> {
        let entries = self.entries.get(..usize::from(path.width()))?;
        if path.kind() == TileKind::Entries {
            let mut bundle = Vec::new();
            entries.iter().try_for_each(|entry| push_entry(&mut bundle, entry)).ok()?;
            return Some(bundle);
        }
        Some(write_hashes(&entries.iter().map(|entry| Hash::leaf(entry)).collect::<Vec<_>>()))
    }
}

/// Signs a checkpoint with both keys of a party's logs.
pub(crate) fn sign(
    by: &Actor,
    origin: &str,
    size: u64,
    root: Hash,
    now: Timestamp,
) -> Result<SignedCheckpoint, String> {
    let signers = by.member.log_keys.signers(origin)?;
    let seconds = u64::try_from(now.micros() / 1_000_000).unwrap_or(0);
    let checkpoint = Checkpoint::new(origin, size, root).map_err(told)?;
    SignedCheckpoint::sign(checkpoint, &[&signers.commit, &signers.publish], seconds).map_err(told)
}
