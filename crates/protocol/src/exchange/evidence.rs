//! Evidence of what a peer was caught at, checked by whoever took no part and has nothing but the accused party's keys.

use policy::belief::{Delivery, Evidence, Knowledge, Quorum, verifiers_of};
use policy::control::{FeedHead, Sentence};
use record::base64url;
use record::json::{self, Json, Map};
use record::key_history::KeyHistory;
use tlog::Hash;
use tlog::checkpoint::SignedCheckpoint;
use tlog::fork::Fork;
use tlog::limits::{MAX_CONSISTENCY_HASHES, MAX_FORK_BYTES, MAX_NOTE_BYTES};
use tlog::proof::verify_consistency;

use super::opened::{MAX_OPENED_BYTES, Opened};

/// Octets of the longest evidence: an opened statement as a JSON string, a checkpoint and a proof.
pub const MAX_EVIDENCE_BYTES: usize = 2 * (MAX_OPENED_BYTES + MAX_NOTE_BYTES + 64 * MAX_CONSISTENCY_HASHES);

/// A text proves nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("this proves nothing: {problem}")]
#[non_exhaustive]
pub struct NoEvidence {
    /// Why.
    pub problem: String,
}

#[expect(clippy::needless_pass_by_value, reason = "so that `map_err(nothing)` takes an error as it comes")]
fn nothing(problem: impl ToString) -> NoEvidence {
    NoEvidence { problem: problem.to_string() }
}

/// Checks evidence against the keys of the party that it accuses, and says in one sentence what it proves.
///
/// A fork and a false head are proved to anybody. Of a rollback only this much: that the log was longer once. That the
/// shorter head was shown later is the word of who keeps the evidence, and the sentence says so.
///
/// # Errors
/// [`NoEvidence`]: it is none, or of another party, or its signatures and proofs do not hold.
pub fn check(text: &str, history: &KeyHistory) -> Result<String, NoEvidence> {
    if text.len() > MAX_EVIDENCE_BYTES {
        return Err(nothing("it is longer than any honest one"));
    }
    let Ok(Json::Object(map)) = json::parse(text.as_bytes()) else { return fork(text, history) };
    match (map.text("kind"), map.get("v").and_then(Json::as_integer)) {
        (Some("false-head"), Some(1)) => false_head(&map, history),
        (Some("rollback"), Some(1)) => rollback(&map, history),
        _ => Err(nothing("no evidence of this kind is known here")),
    }
}

fn fork(text: &str, history: &KeyHistory) -> Result<String, NoEvidence> {
    if text.len() > MAX_FORK_BYTES {
        return Err(nothing("it is longer than any honest one"));
    }
    let fork = Fork::parse(text.as_bytes()).map_err(nothing)?;
    let origin = fork.check().map_err(nothing)?.origin().to_owned();
    let proof = fork.check_against(&verifiers_of(history, &origin)).map_err(nothing)?;
    Ok(proof.to_string())
}

fn false_head(map: &Map, history: &KeyHistory) -> Result<String, NoEvidence> {
    let head = stated(map, history)?;
    let checkpoint = checkpoint(map, "checkpoint", history)?;
    let (claims, root) = (checkpoint.claims(), hash(map.text("root"))?);
    if claims.origin() != head.feed {
        return Err(nothing("the checkpoint is of another feed than the statement"));
    }
    if root == head.root {
        return Err(nothing("statement and checkpoint say the same"));
    }
    let proof = map.get("proof").and_then(Json::as_array).unwrap_or_default();
    let proof = proof.iter().map(|one| hash(one.as_str())).collect::<Result<Vec<_>, _>>()?;
    had(head.size, &root, claims, &proof)?;
    Ok(format!(
        "party {} stated that its feed `{}` had at {} entries another root than it had under the checkpoint of {} entries that \
         its log key signed",
        history.party(),
        head.feed,
        head.size,
        claims.size()
    ))
}

/// That a feed had a root at a size, under a checkpoint.
fn had(size: u64, root: &Hash, claims: &tlog::checkpoint::Checkpoint, proof: &[Hash]) -> Result<(), NoEvidence> {
    let is_same = size == claims.size() && root == claims.root() && proof.is_empty();
    let is_empty = size == 0 && *root == Hash::EMPTY && proof.is_empty();
    if is_same || is_empty {
        return Ok(());
    }
    if size == 0 || size >= claims.size() {
        return Err(nothing("the checkpoint says nothing of the feed at the size that was stated"));
    }
    verify_consistency(size, claims.size(), proof, root, claims.root()).map_err(nothing)
}

/// The head statement, signed and logged by the accused.
fn stated(map: &Map, history: &KeyHistory) -> Result<FeedHead, NoEvidence> {
    let opened = map.text("opened").ok_or_else(|| nothing("it holds no statement"))?;
    let opened = Opened::read(opened.as_bytes()).map_err(nothing)?;
    if opened.claimed_issuer() != history.party() {
        return Err(nothing("the statement is of another party"));
    }
    let evidence = |proof| Evidence::new(proof, Delivery::new(0));
    let proven = opened.verify(evidence, history, &Quorum::none(), &Knowledge::new()).map_err(nothing)?;
    match &proven.told().stated().sentence {
        Sentence::Head(head) => Ok(head.clone()),
        Sentence::Acknowledgement(_)
        | Sentence::RecallAnswer(_)
        | Sentence::Silence(_)
        | Sentence::Deposit(_)
        | Sentence::NoDeposit(_)
        | Sentence::DepositWithdrawn(_) => Err(nothing("the statement is about no head of a feed")),
    }
}

fn rollback(map: &Map, history: &KeyHistory) -> Result<String, NoEvidence> {
    let (known, shown) = (checkpoint(map, "known", history)?, checkpoint(map, "shown", history)?);
    let (known, shown) = (known.claims(), shown.claims());
    if known.origin() != shown.origin() || shown.size() >= known.size() {
        return Err(nothing("the one is no later head of the other"));
    }
    Ok(format!(
        "the log `{}` of party {} had {} leaves under its own signature; that it showed {} afterwards is the word of whoever \
         kept this",
        known.origin(),
        history.party(),
        known.size(),
        shown.size()
    ))
}

fn checkpoint(map: &Map, member: &str, history: &KeyHistory) -> Result<SignedCheckpoint, NoEvidence> {
    let text = map.text(member).ok_or_else(|| nothing(format!("it holds no `{member}`")))?;
    let signed = SignedCheckpoint::parse(text.as_bytes()).map_err(nothing)?;
    let _vouched = signed.verify(&verifiers_of(history, signed.claims().origin())).map_err(nothing)?;
    Ok(signed)
}

fn hash(text: Option<&str>) -> Result<Hash, NoEvidence> {
    let text = text.ok_or_else(|| nothing("a hash is missing"))?;
    base64url::decode_exactly(text).map(Hash::from_octets).map_err(nothing)
}
