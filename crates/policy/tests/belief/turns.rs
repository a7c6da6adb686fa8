//! What may happen to a record, its key and its log before it is judged.

use policy::belief::{Delivery, Quorum};
use record::key_record::{KeyEntry, ListedKey, Purpose, Required, Revocation, RevocationReason, SuiteName, Use};
use record::suite::{PrivateKey, Suite};
use tlog::log_proof::LogProof;
use tlog::note::{KeyKind, Signer};

use super::stage::{Stage, is_named};
use crate::scene::{CountedEntropy, Log, Party, at, draft_keys, log_signers, sign, witness};

pub(super) fn misname(it: &mut Stage, leaf: u64) {
    let digest = it.key_records[0].0.digest();
    it.knowledge.name(digest, Delivery::new(5), leaf);
}

/// A second key record that lacks the key comes after the record, and it alone is named.
pub(super) fn retired_twice(it: &mut Stage) {
    it.rotate();
    it.log_record();
    let third = Party::new("third").keys;
    let next = draft_keys(&third, 7).rotate(it.key_records[0].0.content(), &it.other.keys, &third).unwrap();
    it.log_key_record(next);
    it.name(5);
}

/// The second key record that lacks the key also revokes it; both are named.
pub(super) fn retired_then_revoked(it: &mut Stage) {
    it.rotate();
    it.name(5);
    it.log_record();
    let third = Party::new("third").keys;
    let key_id = it.record.envelope().signatures()[0].key_id();
    let draft = draft_keys(&third, 7).revoke(Revocation::new(key_id, RevocationReason::Compromised, at(1)));
    it.log_key_record(draft.rotate(it.key_records[0].0.content(), &it.other.keys, &third).unwrap());
    it.name(6);
}

/// The relayer logs the record too, which changes nothing.
pub(super) fn relay(it: &mut Stage) {
    let mut relayed = Log::of(&it.other.id());
    relayed.append(|salt| it.record.commitment(salt));
}

pub(super) fn below(it: &mut Stage) {
    let proof = it.record_proof().unwrap();
    let earlier = it.prove_at(0, proof.index()).checkpoint().clone();
    it.proof = Some(LogProof::new(proof.extra().map(<[u8]>::to_vec), proof.index(), proof.hashes().to_vec(), earlier));
}

pub(super) fn strange_signers(it: &mut Stage) {
    it.signers.splice(..2, log_signers(&it.author.id(), &Party::new("thief").keys));
}

pub(super) fn new_signers(it: &mut Stage) {
    it.signers.splice(..2, log_signers(&it.author.id(), &it.other.keys));
}

pub(super) fn replace(it: &mut Stage, name: &str) {
    it.drop_signers(is_named("east-1"));
    it.signers.push(witness(name, KeyKind::CosignatureEd25519));
}

/// A thief signs with a stolen key, and says that it was done before the theft.
pub(super) fn backdate(it: &mut Stage) {
    it.record = sign(&it.author.first, &it.author.keys, 1, "forged");
}

/// A thief rotates to keys of its own and signs with them.
pub(super) fn steal(it: &mut Stage) {
    it.rotate();
    it.record = sign(&it.key_records[0].0, &it.other.keys, 5, "forged");
}

/// The author sets aside what came after the first key record.
pub(super) fn recover(it: &mut Stage) {
    it.log_key_record(it.author.recover(&Party::new("fresh")));
}

/// The record is one under the second key record.
pub(super) fn sign_anew(it: &mut Stage) {
    it.record = sign(&it.key_records[0].0, &it.other.keys, 5, "new");
}

/// Only the first key record is known here.
pub(super) fn forget(it: &mut Stage) {
    it.history = it.author.history();
}

pub(super) fn relay_with_own_proof(it: &mut Stage) {
    let mut relayed = Log::of(&it.other.id());
    let index = relayed.append(|salt| it.record.commitment(salt));
    it.signers.splice(..2, it.other.log_signers());
    it.proof = Some(relayed.prove(index, relayed.size(), &it.signers.iter().collect::<Vec<_>>()));
}

/// The proof comes with another salt, or with none.
pub(super) fn resalt(it: &mut Stage, salt: Option<Vec<u8>>) {
    let proof = it.record_proof().unwrap();
    it.proof = Some(LogProof::new(salt, proof.index(), proof.hashes().to_vec(), proof.checkpoint().clone()));
}

/// No log key signs.
pub(super) fn unsigned(it: &mut Stage) {
    drop(it.signers.drain(..2));
}

/// The old Ed25519 key and the new ML-DSA-44 key of the log sign.
pub(super) fn mixed_signers(it: &mut Stage) {
    it.signers.splice(1..2, log_signers(&it.author.id(), &it.other.keys).pop());
}

pub(super) fn ask_nobody(it: &mut Stage) {
    it.quorum = Quorum::none();
}

/// The quorum is a key of the author's own: of the first key record, or of the second.
pub(super) fn own_witness(it: &mut Stage, is_second: bool) {
    let keys = if is_second { &it.other.keys } else { &it.author.keys };
    let seed = keys.get(Purpose::Cosign, Suite::Ed25519).unwrap().seed();
    let key = PrivateKey::from_seed(Suite::Ed25519, seed).unwrap();
    let own = Signer::new("author.example".parse().unwrap(), KeyKind::CosignatureEd25519, key).unwrap();
    it.quorum = Quorum::parse(format!("witness own {}\nquorum own\n", own.verifier()).as_bytes()).unwrap();
    it.signers.push(own);
}

/// A second key record that renews the keys of the log alone.
pub(super) fn renew_log_keys(it: &mut Stage) {
    let mut keys = it.author.keys.duplicate().unwrap();
    keys.renew(Purpose::Log, &mut CountedEntropy::new("renewed")).unwrap();
    let renewed = draft_keys(&keys, 5).rotate(it.author.first.content(), &it.author.keys, &keys).unwrap();
    it.log_key_record(renewed);
}

/// A second key record after which the log signs with a suite that this build does not know, too.
pub(super) fn require_sm2(it: &mut Stage) {
    let sm2: SuiteName = "SM2".parse().unwrap();
    let key = ListedKey::from_octets(&sm2, &[4; 65]).unwrap();
    let suites = [Suite::Ed25519.into(), Suite::MlDsa44.into(), sm2];
    let required = Required::floor().with(Use::Checkpoint, suites).unwrap();
    let draft = draft_keys(&it.other.keys, 5).key(KeyEntry::new(Purpose::Log, key, at(1), at(31)).unwrap());
    let first = it.author.first.content();
    it.log_key_record(draft.require(required).rotate(first, &it.author.keys, &it.other.keys).unwrap());
}
