//! This node's party: its keys, and the statements that it makes.

use std::sync::{Mutex, PoisonError};

use policy::belief::{log_origin, witness_name};
use policy::control::{KeyInForce, Sentence, Stated};
use record::digest::{KeyRecordDigest, PartyId, RecordDigest};
use record::entropy::{Entropy, SystemEntropy};
use record::key_history::{KeyHistory, Moment};
use record::key_record::{PartyKeys, Purpose, Use};
use record::message::Statement;
use record::suite::{PrivateKey, Suite};
use record::time::Timestamp;
use record::{Author, Signed};
use storage::{LocalStore, LogName, NewEntry};
use tlog::checkpoint::Checkpoint;
use tlog::note::{KeyKind, NoteSignature, Signer};

use super::ExchangeError;

/// Who we are.
#[non_exhaustive]
pub struct Own {
    /// Our key records.
    pub history: KeyHistory,
    keys: PartyKeys,
    /// Where salts and names of batches come from.
    entropy: Mutex<Box<dyn Entropy + Send>>,
}

impl std::fmt::Debug for Own {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "Own({})", self.party())
    }
}

impl Own {
    /// A party with its private keys.
    #[must_use]
    pub fn new(history: KeyHistory, keys: PartyKeys) -> Self {
        Self { history, keys, entropy: Mutex::new(Box::new(SystemEntropy::new())) }
    }

    /// The same with another source of randomness: a simulation's, whose runs must all be alike.
    #[must_use]
    pub fn with_entropy(self, entropy: Box<dyn Entropy + Send>) -> Self {
        Self { entropy: Mutex::new(entropy), ..self }
    }

    /// Thirty-two random octets.
    pub(crate) fn random(&self) -> Result<[u8; 32], ExchangeError> {
        let mut octets = [0; 32];
        self.entropy.lock().unwrap_or_else(PoisonError::into_inner).fill(&mut octets)?;
        Ok(octets)
    }

    /// The party.
    #[must_use]
    pub fn party(&self) -> PartyId {
        self.history.party()
    }

    /// The origin of the node log.
    #[must_use]
    pub fn log_origin(&self) -> String {
        log_origin(&self.party())
    }

    /// The keys with which this party signs records now.
    ///
    /// # Errors
    /// [`ExchangeError::Keys`].
    pub fn signers(&self, now: Timestamp) -> Result<Vec<&PrivateKey>, ExchangeError> {
        let head = self.history.head().digest();
        let keys = |problem: String| ExchangeError::Keys { problem };
        let required = self.history.keys_in_force(&head, Use::Record, Moment::At(now));
        let required = required.map_err(|error| keys(error.to_string()))?;
        let found: Option<Vec<_>> =
            required.iter().map(|key| self.keys.keys().find(|own| own.public().id() == key.id())).collect();
        found.ok_or_else(|| keys("a key that the key record requires is not here".to_owned()))
    }

    /// Signs a statement.
    pub(crate) fn state(
        &self,
        sentence: Sentence,
        now: Timestamp,
        key: KeyInForce,
    ) -> Result<Signed<Statement>, ExchangeError> {
        let found = self.signers(now)?;
        let author = Author::new(self.party(), self.history.head().digest(), &found);
        let stated = Stated::new(sentence, now, key);
        Statement::sign(stated.to_map(), &author).map_err(|error| ExchangeError::Keys { problem: error.to_string() })
    }

    /// Cosigns a head with the keys that this party has for it, one of each suite.
    ///
    /// # Errors
    /// [`ExchangeError::Keys`].
    pub fn cosign(&self, claims: &Checkpoint, now: Timestamp) -> Result<Vec<NoteSignature>, ExchangeError> {
        let (name, seconds) = (witness_name(&self.party()), u64::try_from(now.micros() / 1_000_000).unwrap_or(0));
        let kinds = [(Suite::Ed25519, KeyKind::CosignatureEd25519), (Suite::MlDsa44, KeyKind::CosignatureMlDsa44)];
        let signed = kinds.into_iter().map(|(suite, kind)| {
            let signature = claims.sign(&self.signer(&name, suite, kind)?, seconds);
            signature.map_err(|error| ExchangeError::Keys { problem: error.to_string() })
        });
        signed.collect()
    }

    fn signer(&self, name: &str, suite: Suite, kind: KeyKind) -> Result<Signer, ExchangeError> {
        let keys = |problem: String| ExchangeError::Keys { problem };
        let key = self.keys.get(Purpose::Cosign, suite);
        let key = key.ok_or_else(|| keys(format!("there is no private {suite} key to cosign with")))?;
        let key = PrivateKey::from_seed(suite, key.seed()).map_err(|error| keys(error.to_string()))?;
        let name = name.parse().map_err(|error: tlog::note::BadName| keys(error.to_string()))?;
        Signer::new(name, kind, key).map_err(|error| keys(error.to_string()))
    }
}

/// The entry of a statement for the node log, salt and text beside it.
pub(crate) fn entry(statement: &Signed<Statement>, salt: &[u8; 32]) -> NewEntry {
    let body = [salt.as_slice(), statement.envelope().to_json().as_bytes()].concat();
    NewEntry::with_body(LogName::node(), statement.commitment(salt).octets().to_vec(), body)
}

/// The key record in force, with its leaf in the node log.
pub(crate) fn key_in_force(store: &LocalStore, own: &Own) -> Result<KeyInForce, ExchangeError> {
    let digest = own.history.head().digest();
    let leaf = leaf_of_key(store, &digest)?;
    leaf.map(|leaf| KeyInForce::new(digest, leaf)).ok_or_else(|| ExchangeError::Keys {
        problem: "the key record in force is not in the node log yet; any command that signs puts it there".to_owned(),
    })
}

/// The leaf of our newest acknowledgement of a feed: whatever became of the answer, it can be delivered again.
///
/// # Errors
/// [`ExchangeError::Store`].
pub fn latest_acknowledgement(store: &LocalStore, feed: &str) -> Result<Option<u64>, ExchangeError> {
    let latest = super::notebook::latest(store, "acknowledgement", feed)?;
    Ok(latest.map(|(leaf, _, _)| leaf))
}

/// Where a key record of ours lies in the node log.
pub(crate) fn leaf_of_key(store: &LocalStore, digest: &KeyRecordDigest) -> Result<Option<u64>, ExchangeError> {
    leaf_of(store, digest.octets())
}

/// Where what has this digest lies in the node log.
pub(crate) fn leaf_of(store: &LocalStore, digest: &[u8; 32]) -> Result<Option<u64>, ExchangeError> {
    let digest = RecordDigest::from_octets(*digest);
    Ok(storage::views::records::find(store, &LogName::node(), &digest)?)
}
