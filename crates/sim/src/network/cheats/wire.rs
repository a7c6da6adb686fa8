//! Files that are not what was signed, or not the newest.

use node::exchange::Answer;
use policy::control::{FeedHead, Sentence};
use protocol::exchange::{FeedName, LogId, Resource};
use tlog::Hash;
use tlog::bundle::{push_entry, read_entries};
use tlog::tile::TileKind;

use super::{Check, LIAR, Network, READER, Way, accepted, told};
use crate::network::hand::{HandMade, root};

/// The last entry but one in the place of the last.
pub(super) fn double(entries: &mut Vec<Vec<u8>>) {
    let _last = entries.pop();
    entries.extend(entries.last().cloned());
}

/// The first entry in the place of the last.
pub(super) fn replay(entries: &mut Vec<Vec<u8>>) {
    let _last = entries.pop();
    entries.extend(entries.first().cloned());
}

impl Network {
    fn feed_name(&self) -> Result<FeedName, String> {
        Ok(FeedName::of(&self.actor(LIAR)?.origin()))
    }

    /// The file of entries is another than the one that was signed.
    pub(super) fn on_the_way(&mut self, change: fn(&mut Vec<Vec<u8>>)) -> Check {
        self.tell(LIAR)?;
        self.tell_and_show()?;
        let lie = |resource: &Resource, answer: Answer| match (resource, answer) {
            (Resource::Tile(LogId::Feed(_), path), Answer::Octets(octets)) if path.kind() == TileKind::Entries => {
                Answer::Octets(changed(&octets, path.width(), change).unwrap_or(octets))
            }
            (_, answer) => answer,
        };
        let _evidence = self.must_catch(READER, lie, "tampered")?;
        self.recovers()
    }

    /// What was refused is read once the truth comes.
    pub(super) fn recovers(&mut self) -> Check {
        accepted(&self.pull(READER, LIAR, Way::default())?)
    }

    /// A file as it was, in the place of the newest.
    fn stale(&mut self, stale: Resource, kind: &str) -> Check {
        let before = self.honest_answer(READER, &stale)?;
        self.pass_minutes(61)?;
        self.tell_and_show()?;
        self.read(READER)?;
        self.tell_and_show()?;
        let lie = |resource: &Resource, answer| if *resource == stale { before.clone() } else { answer };
        let evidence = self.must_catch(READER, lie, kind)?;
        if evidence.is_some() {
            self.convinces(evidence)?;
        }
        self.recovers()
    }

    pub(super) fn old_checkpoint(&mut self) -> Check {
        let feed = self.feed_name()?;
        self.stale(Resource::Checkpoint(LogId::Feed(feed)), "rollback")
    }

    pub(super) fn old_head(&mut self) -> Check {
        let feed = self.feed_name()?;
        self.stale(Resource::Head(feed), "old-head")
    }

    /// The checkpoint that was read last, beside a head statement that tells of more.
    pub(super) fn late_feed(&mut self) -> Check {
        let checkpoint = Resource::Checkpoint(LogId::Feed(self.feed_name()?));
        let before = self.honest_answer(READER, &checkpoint)?;
        self.tell_and_show()?;
        let lie = |resource: &Resource, answer| if *resource == checkpoint { before.clone() } else { answer };
        let _evidence = self.must_catch(READER, lie, "behind")?;
        self.recovers()
    }

    pub(super) fn false_head(&mut self) -> Check {
        let (size, feed) = (self.entries(LIAR)?.len(), self.feed_name()?);
        let head = self.state_head(size, Hash::leaf(b"another feed"), None)?;
        let of_feed = Resource::Head(feed);
        let lie = |resource: &Resource, answer| {
            if *resource == of_feed { Answer::Octets(head.clone()) } else { answer }
        };
        let evidence = self.must_catch(READER, lie, "false-head")?;
        self.convinces(evidence)
    }

    pub(super) fn beyond_head(&mut self) -> Check {
        self.tell(LIAR)?;
        let (entries, feed) = (self.entries(LIAR)?, self.feed_name()?);
        let head = self.state_head(entries.len(), root(&entries), Some(1))?;
        let of_feed = Resource::Head(feed);
        let lie = |resource: &Resource, answer| {
            if *resource == of_feed { Answer::Octets(head.clone()) } else { answer }
        };
        self.must_catch(READER, lie, "beyond-head").map(drop)
    }

    pub(super) fn oversize(&mut self) -> Check {
        self.tell_and_show()?;
        let long = if self.seed.once_in(2) {
            Resource::Head(self.feed_name()?)
        } else {
            Resource::Checkpoint(LogId::Feed(self.feed_name()?))
        };
        let octets = vec![b' '; long.max_bytes().saturating_add(1)];
        let lie = |resource: &Resource, answer| {
            if *resource == long { Answer::Octets(octets.clone()) } else { answer }
        };
        let _evidence = self.must_catch(READER, lie, "withheld")?;
        self.recovers()
    }

    /// The feed's checkpoint goes on, and no statement tells of it: at the latest after two intervals that is told.
    pub(super) fn unannounced(&mut self) -> Check {
        let told_of = self.entries(LIAR)?;
        let mut entries = told_of.clone();
        entries.push(self.stray_entry()?);
        for _ in 0..4 {
            let head = self.state_told(&told_of)?;
            let shown = HandMade::new(self.actor(LIAR)?, entries.clone(), head)?;
            let lie = |resource: &Resource, answer| shown.answer(resource, answer);
            let pulled = self.pull(READER, LIAR, Way::lying(&lie))?;
            if pulled.caught.iter().any(|caught| caught.kind() == "unannounced") {
                return Ok(());
            }
            accepted(&pulled)?;
            self.pass_minutes(30)?;
        }
        Err("it went on for an hour and a half, and nobody was told".to_owned())
    }

    fn state_told(&mut self, entries: &[Vec<u8>]) -> Result<Vec<u8>, String> {
        let agreement = self.treaty.digest();
        let liar = self.actor_mut(LIAR)?;
        let size = (u64::try_from(entries.len()).map_err(told)?, root(entries));
        let head = FeedHead::new(liar.origin(), (agreement, 0), size, liar.node_size()?);
        let leaf = liar.state(Sentence::Head(head))?;
        self.cosign(LIAR)?;
        self.actor(LIAR)?.opened(leaf)
    }
}

/// Entries of a file, changed and written down again.
fn changed(octets: &[u8], width: u16, change: fn(&mut Vec<Vec<u8>>)) -> Option<Vec<u8>> {
    let entries = read_entries(octets, width).ok()?;
    let mut entries: Vec<Vec<u8>> = entries.into_iter().map(<[u8]>::to_vec).collect();
    change(&mut entries);
    let mut bundle = Vec::new();
    entries.iter().try_for_each(|entry| push_entry(&mut bundle, entry)).ok()?;
    Some(bundle)
}
