//! From a signature that holds to one that counts.

use record::key_history::KeyHistory;
use record::signed::Signed;
use tlog::log_proof::LogProof;

use super::believed::{Logged, Verified};
use super::content::Content;
use super::ending::{self, Ending};
use super::place::{self, LogPlace, Trust};
use super::{Doubt, Evidence, Heads, Knowledge, Quorum};

/// Decides whether another party's record, or a statement of theirs, is believed.
///
/// `history` is the key history of its signer, as far as it is known today, and `knowledge` says which of its key records
/// were named to us, and when. No time is looked at: when a record says that it was made is its signer's word, and where it
/// lies in the log is not.
///
/// # Errors
/// [`Doubt`], at the first thing that is lacking. Keep a copy of the record: it is still signed, and may be tried again with
/// more evidence.
pub fn verify<T: Content>(
    signed: Signed<T>,
    evidence: &Evidence,
    history: &KeyHistory,
    quorum: &Quorum,
    knowledge: &Knowledge,
) -> Result<Verified<T>, Doubt> {
    under(&mut Heads::new(history, quorum), signed, evidence, knowledge)
}

/// The same, with what was found of heads before.
pub(super) fn under<T: Content>(
    heads: &mut Heads<'_>,
    signed: Signed<T>,
    evidence: &Evidence,
    knowledge: &Knowledge,
) -> Result<Verified<T>, Doubt> {
    let place = place_of(heads, &signed, evidence, knowledge)?;
    Ok(Verified::new(signed, place))
}

/// Where the content lies in its author's log, if it counts.
pub(super) fn place_of<T: Content>(
    heads: &mut Heads<'_>,
    signed: &Signed<T>,
    evidence: &Evidence,
    knowledge: &Knowledge,
) -> Result<LogPlace, Doubt> {
    let history = heads.history();
    check_signer(signed, history)?;
    let proof = evidence.record().ok_or(Doubt::Unlogged)?;
    let since = signed.content().key_record();
    let commit = |salt: &_| T::commitment(signed, salt);
    let place = place::check_place(proof, commit, &history.party(), |head| heads.check(head, since))?;
    if let Some(ending) = ending::deciding(signed, evidence, history, knowledge) {
        check_leaf(ending, &place, evidence, heads)?;
        if place.index() >= ending.leaf {
            return Err(ending::doubt(signed, history, ending, place.index()));
        }
    }
    Ok(place)
}

/// Decides whether a record of our own may be released: it may as soon as a checkpoint of our own log covers it. `history` is
/// our own key history. No witness is asked, since we know our own log.
///
/// # Errors
/// [`Doubt`], at the first thing that is lacking.
pub fn logged<T: Content>(
    signed: Signed<T>,
    proof: Option<&LogProof>,
    history: &KeyHistory,
) -> Result<Logged<T>, Doubt> {
    check_signer(&signed, history)?;
    let proof = proof.ok_or(Doubt::Unlogged)?;
    let place = place::check_place(
        proof,
        |salt| T::commitment(&signed, salt),
        &history.party(),
        |head| place::check_head(head, &place::keys_of(history, None), history, Trust::Ours),
    )?;
    Ok(Logged::new(signed, place))
}

/// A record was checked against a history once; this is about the one that is given here.
fn check_signer<T: Content>(signed: &Signed<T>, history: &KeyHistory) -> Result<(), Doubt> {
    let (expected, found) = (history.party(), signed.content().issuer());
    if expected != found {
        return Err(Doubt::AnotherParty { expected, found });
    }
    let key_record = signed.content().key_record();
    history.get(&key_record).map_or(Err(Doubt::UnknownKeyRecord { key_record }), |_| Ok(()))
}

/// Checks that the key record lies where it was named. A party's word alone would let it disown by a lower leaf, and a thief
/// count by a higher one.
fn check_leaf(ending: Ending<'_>, record: &LogPlace, evidence: &Evidence, heads: &mut Heads<'_>) -> Result<(), Doubt> {
    let (key_record, named) = (ending.key_record.digest(), ending.leaf);
    let proof = evidence.key_record(&key_record).ok_or(Doubt::LeafUnproved { key_record, leaf: named })?;
    let (commit, party) = (|salt: &_| ending.key_record.commitment(salt), heads.history().party());
    let place = place::check_place(proof, commit, &party, |head| heads.check(head, key_record))
        .map_err(|doubt| Doubt::KeyRecordProof { key_record, doubt: Box::new(doubt) })?;
    if place.index() != named {
        return Err(Doubt::LeafContradicted { key_record, named, proved: place.index() });
    }
    let (one, other) = (record.checkpoint().claims(), place.checkpoint().claims());
    if one.size() == other.size() && one.root() != other.root() {
        return Err(Doubt::Forked { size: one.size() });
    }
    Ok(())
}
