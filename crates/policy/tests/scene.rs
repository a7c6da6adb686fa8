//! Parties with their keys, logs that they sign, and witnesses that cosign.

use record::digest::{Commitment, PartyId, sha256};
use record::entropy::{Entropy, NoEntropy};
use record::json::{self, Json};
use record::key_history::KeyHistory;
use record::key_record::{KeyRecord, KeyRecordDraft, PartyKeys, Purpose, RecoveryKey};
use record::signed::Signed;
use record::stix::StixObject;
use record::suite::{PrivateKey, Suite};
use record::time::Timestamp;
use record::{Author, Draft, Record};
use tlog::Hash;
use tlog::checkpoint::{Checkpoint, SignedCheckpoint};
use tlog::log_proof::LogProof;
use tlog::note::{KeyKind, Signer};
use tlog::proof;
use tlog::tree::Tree;

/// When log and witnesses sign, in POSIX seconds.
pub(crate) const NOW: u64 = 1_783_000_000;

/// Octets that are the same in every run: SHA-256 of a name and a counter.
pub(crate) struct CountedEntropy {
    name: &'static str,
    count: u64,
}

impl CountedEntropy {
    pub(crate) const fn new(name: &'static str) -> Self {
        Self { name, count: 0 }
    }
}

impl Entropy for CountedEntropy {
    fn fill(&mut self, out: &mut [u8]) -> Result<(), NoEntropy> {
        for chunk in out.chunks_mut(32) {
            let octets = sha256(&[self.name.as_bytes(), &self.count.to_be_bytes()]);
            self.count += 1;
            chunk.iter_mut().zip(octets).for_each(|(place, octet)| *place = octet);
        }
        Ok(())
    }
}

/// A party with its first key record, the same in every run for a name.
pub(crate) struct Party {
    pub(crate) keys: PartyKeys,
    pub(crate) recovery: RecoveryKey,
    pub(crate) first: Signed<KeyRecord>,
}

impl Party {
    pub(crate) fn new(name: &'static str) -> Self {
        let mut entropy = CountedEntropy::new(name);
        let keys = PartyKeys::generate(&mut entropy).unwrap();
        let recovery = RecoveryKey::generate(&mut entropy).unwrap();
        let first = draft_keys(&keys, 1).sign_first(&recovery.commitment(), &keys).unwrap();
        Self { keys, recovery, first }
    }

    pub(crate) fn id(&self) -> PartyId {
        self.first.content().party()
    }

    pub(crate) fn history(&self) -> KeyHistory {
        KeyHistory::begin(self.first.envelope().clone()).unwrap()
    }

    /// Both signers of this party's node log.
    pub(crate) fn log_signers(&self) -> Vec<Signer> {
        log_signers(&self.id(), &self.keys)
    }

    /// A second key record by the recovery key, with the keys and the recovery key of `fresh`.
    pub(crate) fn recover(&self, fresh: &Self) -> Signed<KeyRecord> {
        let next = fresh.recovery.commitment();
        draft_keys(&fresh.keys, 6).recover(self.first.content(), &self.recovery, &fresh.keys, &next).unwrap()
    }
}

/// The signers of a party's node log with these keys.
pub(crate) fn log_signers(party: &PartyId, keys: &PartyKeys) -> Vec<Signer> {
    let origin = policy::belief::log_origin(party);
    let kinds = [(Suite::Ed25519, KeyKind::Ed25519), (Suite::MlDsa44, KeyKind::CosignatureMlDsa44)];
    let signer = |(suite, kind)| {
        let seed = keys.get(Purpose::Log, suite).unwrap().seed();
        Signer::new(origin.parse().unwrap(), kind, PrivateKey::from_seed(suite, seed).unwrap()).unwrap()
    };
    kinds.map(signer).into()
}

/// A witness's signer, the same in every run for a name and kind.
pub(crate) fn witness(name: &str, kind: KeyKind) -> Signer {
    let seed = sha256(&[name.as_bytes(), &[kind.octet()]]);
    let key = PrivateKey::from_seed(kind.suite().unwrap(), &seed).unwrap();
    Signer::new(format!("witness.example/{name}").parse().unwrap(), kind, key).unwrap()
}

/// Noon of a day of July 2026.
pub(crate) fn at(day: u8) -> Timestamp {
    format!("2026-07-{day:02}T12:00:00Z").parse().unwrap()
}

/// A key record made on a day, with keys that are good through July.
pub(crate) fn draft_keys(keys: &PartyKeys, day: u8) -> KeyRecordDraft {
    KeyRecordDraft::new(at(day), keys.entries(at(1), at(31)).unwrap())
}

/// An incident that says that it was made on a day, signed under a key record.
pub(crate) fn sign(key_record: &Signed<KeyRecord>, keys: &PartyKeys, day: u8, name: &str) -> Signed<Record> {
    sign_with(key_record, &[keys.get(Purpose::Record, Suite::Ed25519).unwrap()], day, name)
}

/// The same, by any number of keys.
pub(crate) fn sign_with(
    key_record: &Signed<KeyRecord>,
    signers: &[&PrivateKey],
    day: u8,
    name: &str,
) -> Signed<Record> {
    let text = format!(
        concat!(
            r#"{{"type":"incident","spec_version":"2.1","id":"incident--0b21bb40-6ef3-4fc3-9c1b-3ad2a7ef3ed0","#,
            r#""created":"2026-07-{0:02}T03:10:00Z","modified":"2026-07-{0:02}T03:10:00Z","name":"{1}"}}"#
        ),
        day, name
    );
    let Ok(Json::Object(members)) = json::parse(text.as_bytes()) else { panic!("no object: {text}") };
    let author = Author::new(key_record.content().party(), key_record.digest(), signers);
    Draft::new(StixObject::from_map(members).unwrap()).sign(&author, &mut CountedEntropy::new("salts")).unwrap()
}

/// A log in memory. The salt of each leaf follows from its index.
pub(crate) struct Log {
    origin: String,
    tree: Tree,
}

impl Log {
    pub(crate) fn of(party: &PartyId) -> Self {
        Self { origin: policy::belief::log_origin(party), tree: Tree::new() }
    }

    /// Appends what commits under a salt.
    pub(crate) fn append(&mut self, commit: impl FnOnce(&[u8; 32]) -> Commitment) -> u64 {
        let commitment = commit(&salt(self.tree.size()));
        self.tree.append(Hash::leaf(commitment.octets()))
    }

    pub(crate) fn fill(&mut self, leaves: u64) {
        for leaf in 0..leaves {
            self.tree.append(Hash::leaf(&leaf.to_be_bytes()));
        }
    }

    pub(crate) fn size(&self) -> u64 {
        self.tree.size()
    }

    /// The proof of a leaf under the checkpoint of a size, signed by these.
    pub(crate) fn prove(&self, index: u64, size: u64, signers: &[&Signer]) -> LogProof {
        let hashes = proof::inclusion(&mut &self.tree, index, size).unwrap();
        LogProof::new(Some(salt(index).to_vec()), index, hashes, self.checkpoint(size, signers))
    }

    pub(crate) fn checkpoint(&self, size: u64, signers: &[&Signer]) -> SignedCheckpoint {
        let checkpoint = Checkpoint::new(&self.origin, size, self.tree.root_at(size).unwrap()).unwrap();
        SignedCheckpoint::sign(checkpoint, signers, NOW).unwrap()
    }
}

/// The salt of a leaf.
pub(crate) fn salt(index: u64) -> [u8; 32] {
    sha256(&[b"salt", &index.to_be_bytes()])
}
