//! What a sender answers to whoever waits for news of one feed: urgent frames, entries as they are, short proofs.

use policy::feed::ReadEntry;
use protocol::exchange::FeedName;
use protocol::exchange::urgent::{Frame, MAX_NEWS_ENTRIES, ShortProof, write_news};
use record::digest::PartyId;
use record::time::Timestamp;
use storage::{Body, Place, Store as _};
use tlog::log_proof::LogProof;
use tlog::proof::inclusion;

use super::sender::{OwnFeed, lock};
use super::{Agreements, ExchangeError, Sender, heard, urgent};

/// Entries that make no frame and are passed over in one answer. Each is an entry whose body was erased since.
const MAX_PASSED_OVER: usize = 64;

/// What is asked about one feed, and may be waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "each has a path")]
pub enum Question {
    /// The frame of the first urgent entry from this index on.
    Urgent {
        /// The first index.
        from: u64,
    },
    /// The entries from this index on, without proofs.
    Next {
        /// The first index.
        from: u64,
    },
    /// The short proof of an entry.
    Proof {
        /// The entry.
        index: u64,
    },
}

/// What is told.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "each has its status code")]
pub enum Told {
    /// Here it is.
    Octets(Vec<u8>),
    /// There is nothing yet.
    Nothing,
    /// There is no such feed, or none for this peer.
    NotThere,
}

impl Sender {
    /// Answers a member of a feed, from what is committed: neither a head statement nor a cosignature is waited for. Who asks
    /// again after a while is looked at again.
    ///
    /// # Errors
    /// [`ExchangeError`].
    pub fn tell(
        &self,
        peer: &PartyId,
        (feed, question): (&FeedName, Question),
        agreements: &dyn Agreements,
        now: Timestamp,
    ) -> Result<Told, ExchangeError> {
        let Some(feed) = self.feed(feed, &agreements.of_member(peer, now))? else { return Ok(Told::NotThere) };
        let octets = match question {
            Question::Urgent { from } => self.urgent_frame(&feed, from)?,
            Question::Next { from } => self.next_entries(&feed, from)?,
            Question::Proof { index } => self.short_proof(&feed, index)?,
        };
        Ok(octets.map_or(Told::Nothing, Told::Octets))
    }

    fn urgent_frame(&self, feed: &OwnFeed, mut from: u64) -> Result<Option<Vec<u8>>, ExchangeError> {
        for _ in 0..MAX_PASSED_OVER {
            let Some(index) = urgent::first_own(&self.store, &feed.log, from)? else { return Ok(None) };
            if let Some(frame) = self.frame_of(feed, index)? {
                return Ok(Some(frame));
            }
            from = index.saturating_add(1);
        }
        Ok(None)
    }

    fn frame_of(&self, feed: &OwnFeed, index: u64) -> Result<Option<Vec<u8>>, ExchangeError> {
        let entry = self.store.entries(&feed.log, index, 1)?.pop();
        let body = self.store.bodies(&[Place::new(feed.log.clone(), index)])?.pop();
        let (Some(entry), Some(Body::Kept(body))) = (entry, body) else { return Ok(None) };
        Ok(Frame::write(feed.listed.name(), index, &entry, &body).ok())
    }

    fn next_entries(&self, feed: &OwnFeed, from: u64) -> Result<Option<Vec<u8>>, ExchangeError> {
        if from >= feed.size {
            return Ok(None);
        }
        Ok(Some(write_news(&self.store.entries(&feed.log, from, MAX_NEWS_ENTRIES)?)))
    }

    /// None until a head of the node log that went to the witnesses covers the leaf, and a published one of the feed the entry.
    fn short_proof(&self, feed: &OwnFeed, index: u64) -> Result<Option<Vec<u8>>, ExchangeError> {
        let entry = if index < feed.size { self.store.entries(&feed.log, index, 1)?.pop() } else { None };
        let Some(Ok(ReadEntry::Release(release))) = entry.as_deref().map(ReadEntry::read) else { return Ok(None) };
        let Some(head) = lock(&self.cosigned).clone() else { return Ok(None) };
        let Some(leaf) = self.prove_under(head, release.node_index, release.salt)? else { return Ok(None) };
        let Some(entry) = self.prove_entry(feed, index)? else { return Ok(None) };
        Ok(ShortProof::shortened(&leaf, &entry).map(|proof| proof.write()))
    }

    fn prove_entry(&self, feed: &OwnFeed, index: u64) -> Result<Option<LogProof>, ExchangeError> {
        let Some(head) = self.feed_head(feed)? else { return Ok(None) };
        let size = head.claims().size();
        if index >= size {
            return Ok(None);
        }
        let mut tree = self.tree(&feed.log, size, head.claims().root())?;
        let hashes = inclusion(&mut tree, index, size).map_err(|error| heard::notes(&error))?;
        Ok(Some(LogProof::new(None, index, hashes, head)))
    }
}
