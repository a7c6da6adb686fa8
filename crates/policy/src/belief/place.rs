//! Where a record lies in its author's log, and the check of a proof that says so.

use std::sync::Arc;

use record::digest::{Commitment, KeyRecordDigest, PartyId};
use record::key_history::KeyHistory;
use record::key_record::SuiteName;
use tlog::Hash;
use tlog::checkpoint::{CheckpointError, SignedCheckpoint, Vouched};
use tlog::log_proof::{LogProof, LogProofError};
use tlog::note::VerifierKey;

use super::quorum::{Quorum, QuorumOutcome};
use super::{Doubt, log_keys};

/// Octets of the salt of a commitment.
const SALT_BYTES: usize = 32;

/// Where a record lies in its author's log, with all that is needed to prove it to the next reader.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogPlace {
    commitment: Commitment,
    salt: [u8; SALT_BYTES],
    proof: LogProof,
}

impl LogPlace {
    /// The index of its leaf.
    #[must_use]
    pub const fn index(&self) -> u64 {
        self.proof.index()
    }

    /// The leaf.
    #[must_use]
    pub const fn commitment(&self) -> Commitment {
        self.commitment
    }

    /// The salt of the commitment. Whoever has it can test guesses about the record, so it goes only to those who may see it.
    #[must_use]
    pub const fn salt(&self) -> &[u8; SALT_BYTES] {
        &self.salt
    }

    /// The checkpoint that covers it.
    #[must_use]
    pub fn checkpoint(&self) -> &SignedCheckpoint {
        self.proof.checkpoint()
    }

    /// The proof, to pass on: a tlog-proof with the salt as its extra data.
    #[must_use]
    pub const fn proof(&self) -> &LogProof {
        &self.proof
    }
}

/// Which signatures a checkpoint must bear.
#[derive(Clone, Copy)]
pub(super) enum Trust<'a> {
    /// Those of the party's log in every suite that a key record since this one requires, and those of a quorum.
    Witnessed(&'a Quorum, KeyRecordDigest),
    /// One of our own log. The commit point has one, and the others follow before anything is published.
    Ours,
}

/// The salt that a proof carries.
pub(super) fn salt_of(proof: &LogProof) -> Result<[u8; SALT_BYTES], Doubt> {
    proof.extra().and_then(|extra| extra.try_into().ok()).ok_or(Doubt::NoSalt)
}

/// Checks that a commitment lies in the node log of a party, under a checkpoint that whoever asks vouches for. The signatures
/// come last: what does not lead to the root costs none.
pub(super) fn check_place(
    proof: &LogProof,
    commit: impl FnOnce(&[u8; SALT_BYTES]) -> Commitment,
    party: &PartyId,
    vouch: impl FnOnce(&Arc<SignedCheckpoint>) -> Result<(), Doubt>,
) -> Result<LogPlace, Doubt> {
    let origin = log_keys::log_origin(party);
    let claims = proof.checkpoint().claims();
    if claims.origin() != origin {
        return Err(Doubt::AnotherLog { expected: origin, found: claims.origin().to_owned() });
    }
    if proof.index() >= claims.size() {
        return Err(Doubt::CheckpointBelow { index: proof.index(), size: claims.size() });
    }
    let salt = salt_of(proof)?;
    let commitment = commit(&salt);
    proof.leads_from(&Hash::leaf(commitment.octets()), &origin).map_err(|error| explain(error, origin))?;
    vouch(proof.shared_checkpoint())?;
    Ok(LogPlace { commitment, salt, proof: proof.clone() })
}

/// Checks that a commitment lies under a checkpoint that one of the log's keys signed and a quorum cosigned, by the same rules
/// as [`check_place`] and [`check_head`] but for the suites: those that the key record requires and that are missing are the
/// answer.
pub(super) fn check_early(
    proof: &LogProof,
    commitment: Commitment,
    history: &KeyHistory,
    quorum: &Quorum,
) -> Result<Vec<SuiteName>, Doubt> {
    let origin = log_keys::log_origin(&history.party());
    proof.leads_from(&Hash::leaf(commitment.octets()), &origin).map_err(|error| explain(error, origin))?;
    let (logs, keys) = (log_keys::log_verifiers(history), keys_of(history, Some(quorum)));
    let vouched = match proof.checkpoint().verify(&keys) {
        Ok(vouched) => vouched,
        Err(CheckpointError::NobodyKnown) => Vec::new(),
        Err(error) => return Err(Doubt::Checkpoint(error)),
    };
    let is_sound = |one: &Vouched<'_>| logs.contains(one.key) && !log_keys::is_revoked(history, one.key);
    let by_log: Vec<_> = vouched.iter().copied().filter(is_sound).collect();
    if by_log.is_empty() {
        return Err(Doubt::LogUnsigned { party: history.party() });
    }
    check_quorum(&vouched, history, quorum)?;
    Ok(log_keys::missing_suites(&by_log, history.head().content()))
}

fn explain(error: LogProofError, expected: String) -> Doubt {
    match error {
        LogProofError::Checkpoint(error) => Doubt::Checkpoint(error),
        LogProofError::Prover(error) => Doubt::NotOfThis(error),
        LogProofError::AnotherLog { origin } => Doubt::AnotherLog { expected, found: origin },
        _ => Doubt::Unlogged,
    }
}

/// The keys whose signatures are looked for: the log's, then the witnesses'.
pub(super) fn keys_of(history: &KeyHistory, quorum: Option<&Quorum>) -> Vec<VerifierKey> {
    let witnesses = quorum.into_iter().flat_map(Quorum::witnesses);
    log_keys::log_verifiers(history).into_iter().chain(witnesses.map(|witness| witness.key().clone())).collect()
}

/// Checks the signatures on a checkpoint of a party's log, by the keys of [`keys_of`], and that they are those that it must
/// bear.
pub(super) fn check_head(
    head: &SignedCheckpoint,
    keys: &[VerifierKey],
    history: &KeyHistory,
    trust: Trust<'_>,
) -> Result<(), Doubt> {
    let vouched = match head.verify(keys) {
        Ok(vouched) => vouched,
        // That nobody known signed is told below, with whose signature is missing.
        Err(CheckpointError::NobodyKnown) => Vec::new(),
        Err(error) => return Err(Doubt::Checkpoint(error)),
    };
    check_vouched(&vouched, history, trust)
}

fn check_vouched(vouched: &[Vouched<'_>], history: &KeyHistory, trust: Trust<'_>) -> Result<(), Doubt> {
    let party = history.party();
    let logs = log_keys::log_verifiers(history);
    let by_log: Vec<_> = vouched.iter().copied().filter(|one| logs.contains(one.key)).collect();
    if by_log.is_empty() {
        return Err(Doubt::LogUnsigned { party });
    }
    // Whoever stole a log key can sign a log of their own, but cannot make witnesses forget the one that they saw. So a
    // revoked log key still signs for what a quorum cosigned: otherwise its party could disown its log by revoking a key
    // and telling nobody. Where nobody is asked to witness, a revoked key's signature proves nothing.
    let sound: Vec<_> = by_log.iter().copied().filter(|one| !log_keys::is_revoked(history, one.key)).collect();
    match trust {
        Trust::Witnessed(quorum, since) if !quorum.is_none() => {
            log_keys::check_suites(&by_log, history, &since)?;
            check_quorum(vouched, history, quorum)
        }
        _ if sound.is_empty() => Err(Doubt::LogKeysRevoked { party }),
        Trust::Witnessed(_, since) => log_keys::check_suites(&sound, history, &since),
        Trust::Ours => Ok(()),
    }
}

/// A cosignature with the time 0 says nothing of the tree being the largest seen, and a party's own keys are no witness to
/// its log: neither counts.
fn check_quorum(vouched: &[Vouched<'_>], history: &KeyHistory, quorum: &Quorum) -> Result<(), Doubt> {
    let counts = |one: &&Vouched<'_>| one.time.is_some_and(|time| time > 0) && !log_keys::is_own(history, one.key);
    let cosigners: Vec<_> = vouched.iter().filter(counts).map(|one| one.key).collect();
    match quorum.is_met(&cosigners) {
        QuorumOutcome::Met => Ok(()),
        QuorumOutcome::Unmet(shortfall) => Err(Doubt::QuorumUnmet(shortfall)),
    }
}
