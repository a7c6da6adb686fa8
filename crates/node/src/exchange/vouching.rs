//! What a sender shows of itself so that others can vouch for it, and what a reader vouches for.

use record::digest::PartyId;
use record::time::Timestamp;
use storage::{LogName, Store as _};
use tlog::checkpoint::SignedCheckpoint;
use tlog::proof::consistency;
use tlog::{Hash, Subtree};

use super::notebook::latest;
use super::sender::lock;
use super::{Agreements, ExchangeError, Own, Sender, heard};

impl Sender {
    /// For each feed that a peer may read, the leaf of its newest head statement: what changes when there is news.
    ///
    /// # Errors
    /// [`ExchangeError`].
    pub fn stated(
        &self,
        peer: &PartyId,
        agreements: &dyn Agreements,
        now: Timestamp,
    ) -> Result<Vec<(String, Option<u64>)>, ExchangeError> {
        let shown = self.node_head()?.map_or(0, |head| head.claims().size());
        let feeds = self.feeds_of(peer, agreements, now)?.into_iter();
        // A statement that no shown head covers yet is no news.
        let stated = feeds.map(|feed| {
            let leaf = self.latest_leaf("head", &feed.origin)?;
            Ok((feed.origin, leaf.filter(|leaf| *leaf < shown)))
        });
        stated.collect()
    }

    /// The head of the node log that is published, without any witness's signature.
    ///
    /// # Errors
    /// [`ExchangeError`].
    pub fn published(&self) -> Result<Option<SignedCheckpoint>, ExchangeError> {
        Ok(self.store.published(&LogName::node())?)
    }

    /// Leaves of our node log.
    ///
    /// # Errors
    /// [`ExchangeError`].
    pub fn node_size(&self) -> Result<u64, ExchangeError> {
        super::size(&self.store, &LogName::node())
    }

    /// Whether the node log has grown since witnesses were asked.
    ///
    /// # Errors
    /// [`ExchangeError`].
    pub fn lacks_cosignatures(&self) -> Result<bool, ExchangeError> {
        let published = self.published()?.map(|head| head.claims().size());
        let asked = lock(&self.cosigned).as_ref().map(|head| head.claims().size());
        Ok(published != asked)
    }

    /// The proof that a head of our node log continues a smaller size.
    ///
    /// # Errors
    /// [`ExchangeError`].
    pub fn consistency(&self, old_size: u64, head: &SignedCheckpoint) -> Result<Vec<Hash>, ExchangeError> {
        let claims = head.claims();
        if old_size == 0 || old_size >= claims.size() {
            return Ok(Vec::new());
        }
        let mut tree = self.tree(&LogName::node(), claims.size(), claims.root())?;
        consistency(&mut tree, old_size, claims.size()).map_err(|error| heard::notes(&error))
    }

    /// The leaf of our newest statement of a kind about something.
    ///
    /// # Errors
    /// [`ExchangeError`].
    pub fn latest_leaf(&self, kind: &str, about: &str) -> Result<Option<u64>, ExchangeError> {
        Ok(latest(&self.store, kind, about)?.map(|(leaf, ..)| leaf))
    }

    /// The leaves of all our statements of a kind, about one thing or all, in order.
    ///
    /// # Errors
    /// [`ExchangeError`].
    pub fn all_leaves(&self, kind: &str, about: Option<&str>) -> Result<Vec<u64>, ExchangeError> {
        super::statements::leaves(&self.store, kind, about)
    }

    /// Whether one of our feeds had this root at this size.
    ///
    /// # Errors
    /// [`ExchangeError`].
    pub fn is_our_head(&self, signed: &SignedCheckpoint) -> Result<bool, ExchangeError> {
        let (claims, heads) = (signed.claims(), self.store.heads()?);
        let Some(feed) = heads.iter().find(|head| head.origin == claims.origin() && head.log.is_feed()) else {
            return Ok(false);
        };
        Ok(self.root_at(&feed.log, claims.size())? == Some(*claims.root()))
    }

    /// The root that one of our logs had at a size; none if it has published no so many leaves.
    ///
    /// # Errors
    /// [`ExchangeError`].
    pub fn root_at(&self, log: &LogName, size: u64) -> Result<Option<Hash>, ExchangeError> {
        let shown = self.store.published(log)?.filter(|shown| size <= shown.claims().size());
        let Some(shown) = shown else { return Ok(None) };
        let mut tree = self.tree(log, shown.claims().size(), shown.claims().root())?;
        Subtree::whole(size).hash(&mut tree).map(Some).map_err(|error| heard::notes(&error))
    }

    /// A checkpoint of a feed that we read, with our cosignatures: "we saw this".
    ///
    /// # Errors
    /// [`ExchangeError`].
    pub fn cosign_feed(
        &self,
        own: &Own,
        checkpoint: &SignedCheckpoint,
        now: Timestamp,
    ) -> Result<SignedCheckpoint, ExchangeError> {
        let mut signed = checkpoint.clone();
        for signature in own.cosign(checkpoint.claims(), now)? {
            signed.add(signature).map_err(|error| ExchangeError::Keys { problem: error.to_string() })?;
        }
        Ok(signed)
    }
}
