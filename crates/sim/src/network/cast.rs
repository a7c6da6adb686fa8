//! Who plays: parties with real keys, the same in every world. To make keys takes longer than to play a step, so each party
//! is made once.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use policy::belief::verifiers_of;
use record::digest::PartyId;
use record::json::{self, Json, Map};
use record::key_history::KeyHistory;
use record::key_record::{KeyRecord, KeyRecordDraft, PartyKeys, Purpose, RecoveryKey};
use record::suite::{PrivateKey, Suite};
use record::time::Timestamp;
use record::{Author, Draft, Record, Signed};
use storage::keys::{LogKeys, LogSigners};
use tlog::note::{KeyKind, Signer, VerifierKey};

use super::told;
use crate::party::Counted;
use crate::seed::Seed;

/// From when and until when keys are good, and when a rotation took place, in microseconds.
const WINDOW: (i64, i64) = (1_767_225_600_000_000, 1_798_761_600_000_000);

/// A party: its keys and those that come after, its key records with and without the rotation.
pub(crate) struct Member {
    pub(crate) number: u8,
    pub(crate) first: Turn,
    /// After the keys for records were replaced.
    pub(crate) second: Turn,
    pub(crate) log_keys: Arc<Keys>,
}

/// A party's keys at one time.
pub(crate) struct Turn {
    pub(crate) keys: PartyKeys,
    pub(crate) history: KeyHistory,
    /// As `peer/profile` has it.
    pub(crate) profile: Vec<u8>,
}

impl Turn {
    fn new(keys: PartyKeys, records: &[&Signed<KeyRecord>]) -> Result<Self, String> {
        let history = KeyHistory::from_records(records.iter().map(|record| record.envelope().clone())).map_err(told)?;
        let texts = records.iter().map(|record| json::parse(record.envelope().to_json().as_bytes()).map_err(told));
        let texts = texts.collect::<Result<Vec<_>, _>>()?;
        let profile = Json::from(Map::new().with("key_records", Json::Array(texts))).to_text().into_bytes();
        Ok(Self { keys, history, profile })
    }

    /// The newest key record.
    pub(crate) fn head(&self) -> &Signed<KeyRecord> {
        self.history.head()
    }

    /// Signs a record.
    pub(crate) fn sign(&self, draft: Draft, seed: &mut Seed) -> Result<Signed<Record>, String> {
        let keys = [record_key(&self.keys)?];
        let author = Author::new(self.history.party(), self.head().digest(), &keys);
        draft.sign(&author, &mut Counted(Seed::new(seed.any()))).map_err(told)
    }
}

/// The key that signs records and statements.
pub(crate) fn record_key(keys: &PartyKeys) -> Result<&PrivateKey, String> {
    keys.get(Purpose::Record, Suite::Ed25519).ok_or_else(|| "there is no key for records".to_owned())
}

impl Member {
    fn new(number: u8) -> Result<Self, String> {
        let mut entropy = Counted(Seed::new(u64::from(number)));
        let keys = PartyKeys::generate(&mut entropy).map_err(told)?;
        let recovery = RecoveryKey::generate(&mut entropy).map_err(told)?;
        let first = draft(&keys)?.sign_first(&recovery.commitment(), &keys).map_err(told)?;
        let mut renewed = keys.duplicate().map_err(told)?;
        renewed.renew(Purpose::Record, &mut entropy).map_err(told)?;
        let second = draft(&renewed)?.rotate(first.content(), &keys, &renewed).map_err(told)?;
        let first_turn = Turn::new(keys, &[&first])?;
        let log_keys = Arc::new(Keys::of(&first_turn)?);
        Ok(Self { number, first: first_turn, second: Turn::new(renewed, &[&first, &second])?, log_keys })
    }

    pub(crate) fn id(&self) -> PartyId {
        self.first.history.party()
    }
}

fn draft(keys: &PartyKeys) -> Result<KeyRecordDraft, String> {
    let (from, until) = (Timestamp::from_micros(WINDOW.0), Timestamp::from_micros(WINDOW.1));
    Ok(KeyRecordDraft::new(from, keys.entries(from, until).map_err(told)?))
}

/// The party of a number.
pub(crate) fn member(number: u8) -> Result<Arc<Member>, String> {
    static MADE: OnceLock<Mutex<BTreeMap<u8, Arc<Member>>>> = OnceLock::new();
    let mut made = MADE.get_or_init(Mutex::default).lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(member) = made.get(&number) {
        return Ok(Arc::clone(member));
    }
    let member = Arc::new(Member::new(number)?);
    drop(made.insert(number, Arc::clone(&member)));
    Ok(member)
}

/// The keys of a party's logs. A rotation of the keys for records does not touch them.
pub(crate) struct Keys {
    history: KeyHistory,
    keys: PartyKeys,
    made: Mutex<BTreeMap<String, Arc<LogSigners>>>,
}

impl Keys {
    fn of(turn: &Turn) -> Result<Self, String> {
        let keys = turn.keys.duplicate().map_err(told)?;
        Ok(Self { history: turn.history.clone(), keys, made: Mutex::default() })
    }

    fn signer(&self, origin: &str, suite: Suite, kind: KeyKind) -> Result<Signer, String> {
        let key = self.keys.get(Purpose::Log, suite).ok_or("there is no key for logs")?;
        let key = PrivateKey::from_seed(suite, key.seed()).map_err(told)?;
        Signer::new(origin.parse().map_err(|error: tlog::note::BadName| told(error))?, kind, key).map_err(told)
    }
}

impl LogKeys for Keys {
    fn verifiers(&self, origin: &str) -> Vec<VerifierKey> {
        verifiers_of(&self.history, origin)
    }

    fn signers(&self, origin: &str) -> Result<Arc<LogSigners>, String> {
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(signers) = made.get(origin) {
            return Ok(Arc::clone(signers));
        }
        let commit = self.signer(origin, Suite::Ed25519, KeyKind::Ed25519)?;
        let publish = self.signer(origin, Suite::MlDsa44, KeyKind::CosignatureMlDsa44)?;
        let signers = Arc::new(LogSigners::new(commit, publish));
        drop(made.insert(origin.to_owned(), Arc::clone(&signers)));
        Ok(signers)
    }
}
