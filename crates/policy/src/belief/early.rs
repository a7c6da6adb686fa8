//! What may be said of a record before everything about it was checked: for lines on which the rest takes minutes.
//!
//! Nothing here makes [`super::Verified`].

use record::digest::Commitment;
use record::key_history::KeyHistory;
use record::key_record::SuiteName;
use record::signed::Signed;
use tlog::log_proof::LogProof;

use super::content::Content;
use super::{Delivery, Doubt, Evidence, Knowledge, Quorum, ending, place};

/// A leaf that is proved in its author's log by some of the suites that the author's key record requires, with the
/// cosignatures of a quorum.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Early {
    /// The leaf.
    pub index: u64,
    /// Suites that are required and have not signed the checkpoint yet. While there are any, the record is not verified.
    pub missing: Vec<SuiteName>,
}

/// Why a record that lies at this leaf of its author's log does not count, as far as was told to us until now.
#[must_use]
pub fn ended<T: Content>(
    signed: &Signed<T>,
    index: u64,
    delivery: Delivery,
    history: &KeyHistory,
    knowledge: &Knowledge,
) -> Option<Doubt> {
    let ending = ending::deciding(signed, &Evidence::none(delivery), history, knowledge)?;
    (index >= ending.leaf).then(|| ending::doubt(signed, history, ending, index))
}

/// Checks that a commitment is a leaf of a party's log, under a checkpoint that at least one of the log's keys signed and
/// that the quorum cosigned, and says which required suites are missing.
///
/// # Errors
/// [`Doubt`], at the first thing that is lacking.
pub fn early(commitment: Commitment, proof: &LogProof, history: &KeyHistory, quorum: &Quorum) -> Result<Early, Doubt> {
    let missing = place::check_early(proof, commitment, history, quorum)?;
    Ok(Early { index: proof.index(), missing })
}
