//! Where a record lies in its author's log, and the check of a proof that says so.

use record::digest::{Commitment, KeyRecordDigest};
use record::key_history::KeyHistory;
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
    pub const fn checkpoint(&self) -> &SignedCheckpoint {
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

/// Checks that a commitment lies in the node log of a party, under a checkpoint that is trusted.
pub(super) fn check_place(
    proof: &LogProof,
    commit: impl FnOnce(&[u8; SALT_BYTES]) -> Commitment,
    history: &KeyHistory,
    trust: Trust<'_>,
) -> Result<LogPlace, Doubt> {
    let origin = log_keys::log_origin(&history.party());
    let claims = proof.checkpoint().claims();
    if claims.origin() != origin {
        return Err(Doubt::AnotherLog { expected: origin, found: claims.origin().to_owned() });
    }
    if proof.index() >= claims.size() {
        return Err(Doubt::CheckpointBelow { index: proof.index(), size: claims.size() });
    }
    let salt = salt_of(proof)?;
    let commitment = commit(&salt);
    let keys = Keys::of(history, trust);
    let vouched = proof.verify(&Hash::leaf(commitment.octets()), &origin, &keys.0);
    let vouched = vouched.or_else(|error| explain(error, origin))?;
    check_vouched(&vouched, history, trust)?;
    Ok(LogPlace { commitment, salt, proof: proof.clone() })
}

/// The keys whose signatures are looked for: the log's, then the witnesses'.
struct Keys(Vec<VerifierKey>);

impl Keys {
    fn of(history: &KeyHistory, trust: Trust<'_>) -> Self {
        let mut keys = log_keys::log_verifiers(history);
        if let Trust::Witnessed(quorum, _) = trust {
            keys.extend(quorum.witnesses().map(|witness| witness.key().clone()));
        }
        Self(keys)
    }
}

/// That nobody known signed is told later, with whose signature is missing.
fn explain(error: LogProofError, expected: String) -> Result<Vec<Vouched<'static>>, Doubt> {
    Err(match error {
        LogProofError::Checkpoint(CheckpointError::NobodyKnown) => return Ok(Vec::new()),
        LogProofError::Checkpoint(error) => Doubt::Checkpoint(error),
        LogProofError::Prover(error) => Doubt::NotOfThis(error),
        LogProofError::AnotherLog { origin } => Doubt::AnotherLog { expected, found: origin },
        _ => Doubt::Unlogged,
    })
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
