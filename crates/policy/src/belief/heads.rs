//! The heads of one author's log, each checked once for all that lies under it.

use std::fmt;
use std::sync::Arc;

use record::digest::KeyRecordDigest;
use record::key_history::KeyHistory;
use record::signed::Signed;
use tlog::checkpoint::SignedCheckpoint;
use tlog::note::VerifierKey;

use super::believed::Verified;
use super::content::Content;
use super::place::{self, Trust};
use super::{Doubt, Evidence, Knowledge, Quorum, limits, verify};

/// What one reader holds one author's log to, and the heads that were found to satisfy it.
///
/// The signatures on a checkpoint cost more than all else that is asked of a record, and a package of records lies under
/// one. What was found of it stands for the next record only if nothing that it followed from can be otherwise: the key
/// history and the quorum are borrowed and cannot change or be exchanged while this lives; the checkpoint, all its signature
/// lines included, and the key record since which suites are asked for are compared by value. Only that a head holds is
/// remembered: whatever was doubted is checked anew.
pub struct Heads<'a> {
    history: &'a KeyHistory,
    quorum: &'a Quorum,
    /// The keys that both name.
    keys: Vec<VerifierKey>,
    held: Vec<Held>,
}

/// A checkpoint that holds for what was signed under a key record.
struct Held {
    head: Arc<SignedCheckpoint>,
    since: KeyRecordDigest,
}

/// Content that is signed, and was not believed yet.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Returned<T> {
    /// What was signed.
    pub signed: Signed<T>,
    /// What it lacks.
    pub doubt: Doubt,
}

impl<'a> Heads<'a> {
    /// No head was checked yet. `history` is the author's key history, as far as it is known today.
    #[must_use]
    pub fn new(history: &'a KeyHistory, quorum: &'a Quorum) -> Self {
        Self { history, quorum, keys: place::keys_of(history, Some(quorum)), held: Vec::new() }
    }

    /// The author's key history.
    #[must_use]
    pub const fn history(&self) -> &'a KeyHistory {
        self.history
    }

    /// Decides as [`verify()`] does, with this history and quorum.
    ///
    /// # Errors
    /// [`Doubt`], as there.
    pub fn verify<T: Content>(
        &mut self,
        signed: Signed<T>,
        evidence: &Evidence,
        knowledge: &Knowledge,
    ) -> Result<Verified<T>, Doubt> {
        verify::under(self, signed, evidence, knowledge)
    }

    /// The same, for whoever tries again with more evidence: what is doubted comes back with the doubt.
    ///
    /// # Errors
    /// [`Returned`].
    pub fn verify_or_return<T: Content>(
        &mut self,
        signed: Signed<T>,
        evidence: &Evidence,
        knowledge: &Knowledge,
    ) -> Result<Verified<T>, Box<Returned<T>>> {
        match verify::place_of(self, &signed, evidence, knowledge) {
            Ok(place) => Ok(Verified::new(signed, place)),
            Err(doubt) => Err(Box::new(Returned { signed, doubt })),
        }
    }

    /// Checks a head of the author's log for what was signed under a key record, unless the very same was found to hold.
    pub(super) fn check(&mut self, head: &Arc<SignedCheckpoint>, since: KeyRecordDigest) -> Result<(), Doubt> {
        if self.held.iter().any(|held| held.since == since && held.head == *head) {
            return Ok(());
        }
        place::check_head(head, &self.keys, self.history, Trust::Witnessed(self.quorum, since))?;
        if self.held.len() >= limits::MAX_HELD_HEADS {
            let _oldest = self.held.remove(0);
        }
        self.held.push(Held { head: Arc::clone(head), since });
        Ok(())
    }
}

impl fmt::Debug for Heads<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Heads({}, {} held)", self.history.party(), self.held.len())
    }
}
