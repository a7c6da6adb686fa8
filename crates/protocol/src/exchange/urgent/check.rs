//! From a frame to a record that is signed, and not proved.

use policy::belief::{Doubt, ended};
use record::digest::PartyId;
use record::key_history::Moment;
use record::{Record, Signed, VerifyError};

use super::Frame;
use crate::exchange::listing::ListedFeed;
use crate::exchange::pull::Peer;

/// A release whose record is signed by its sender, and which no log has shown yet.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Urgent {
    /// The frame.
    pub frame: Frame,
    /// The record.
    pub signed: Signed<Record>,
}

/// A frame is not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refused {
    /// It is about another feed.
    #[error("it is about another feed")]
    OtherFeed,
    /// The entry was released under another agreement than the feed's.
    #[error("its entry was released under another agreement")]
    OtherAgreement,
    /// The feed was read beyond it.
    #[error("entry {index} was read already, and the feed has {size} entries here")]
    AlreadyRead {
        /// The entry that it tells of.
        index: u64,
        /// Entries that were read.
        size: u64,
    },
    /// It tells of another record than one of the sender's own.
    #[error("its record is from party {author}, and a frame tells of the sender's own alone")]
    OtherAuthor {
        /// Who signed.
        author: PartyId,
    },
    /// The sender's keys are not known here.
    #[error("no key record of its sender is known here")]
    UnknownParty,
    /// It is not signed as its author's key record requires.
    #[error("its record is not signed: {0}")]
    Signature(#[from] VerifyError),
    /// The leaf that the entry names does not commit to the record.
    #[error("the leaf that its entry names does not commit to its record")]
    OtherLeaf,
    /// The key was taken back, as was told to us.
    #[error(transparent)]
    Ended(Box<Doubt>),
}

impl Frame {
    /// Checks everything that needs no log: whose it is, the signature under the author's known key record, that the record
    /// is the one that the entry names, and that the leaf commits to it. `size` is how far the feed was read.
    ///
    /// # Errors
    /// [`Refused`].
    pub fn check(self, feed: &ListedFeed, size: u64, peer: &Peer<'_>) -> Result<Urgent, Refused> {
        let release = &self.release;
        if self.feed != feed.name() {
            return Err(Refused::OtherFeed);
        }
        if release.receipt.agreement != feed.agreement {
            return Err(Refused::OtherAgreement);
        }
        if self.index < size {
            return Err(Refused::AlreadyRead { index: self.index, size });
        }
        let author = self.record.claimed_issuer();
        if author != peer.party {
            return Err(Refused::OtherAuthor { author });
        }
        let history = peer.ring.history(&author).ok_or(Refused::UnknownParty)?;
        let signed = self.record.clone().verify(history, Moment::AsNamed)?;
        if signed.digest() != release.record || signed.commitment(&release.salt) != release.commitment {
            return Err(Refused::OtherLeaf);
        }
        let knowledge = peer.ring.knowledge(&author);
        if let Some(doubt) = ended(&signed, release.node_index, peer.delivery, history, knowledge) {
            return Err(Refused::Ended(Box::new(doubt)));
        }
        Ok(Urgent { frame: self, signed })
    }
}
