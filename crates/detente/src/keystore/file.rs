//! The form of a key file.
//!
//! Beside the secrets stand the ids of their public halves, so that it can be told without a passphrase whose keys they
//! are, and a checksum over all of it, so that a disk that lost a bit is told from a wrong passphrase.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use bundle::PrivateBundleKey;
use record::base64url;
use record::digest::{KeyId, sha256};
use record::json::{self, Json, Map};
use record::key_record::{KeyEntry, KeyRecord, Purpose, SuiteName};
use record::suite::{PrivateKey, SEED_BYTES};
use zeroize::Zeroizing;

use super::{Passphrase, cipher};
use crate::home::{check_private, read_input};
use crate::node_keys::NodeKeys;
use crate::outcome::{Done, Failure};

/// The text of a key file.
pub(crate) fn write(keys: &NodeKeys, passphrase: Option<&Passphrase>) -> Done<Zeroizing<String>> {
    let signing = keys.signing.seeds().map(|(purpose, suite, seed)| row(purpose, suite.name(), seed));
    let bundle = keys.bundle.iter().map(|key| row(Purpose::Bundle, key.public().suite().name(), key.seed()));
    let ids = keys.ids().iter().map(|id| Json::text(id.to_string())).collect();
    let plain = Map::new().with("keys", Json::Array(signing.chain(bundle).collect()));
    let file = match passphrase {
        None => plain,
        Some(passphrase) => cipher::encrypt(&Zeroizing::new(plain.to_text()), passphrase)?,
    };
    let file = file.with("key_ids", Json::Array(ids));
    let check = check_of(file.clone())?;
    Ok(Zeroizing::new(file.with("check", check).to_text()))
}

fn row(purpose: Purpose, suite: &str, seed: &[u8; SEED_BYTES]) -> Json {
    Map::new().with("purpose", purpose.name()).with("suite", suite).with("seed", base64url::encode(seed)).into()
}

/// The checksum of a file's other members: SHA-256 over their canonical text.
fn check_of(others: Map) -> Done<String> {
    let text = Zeroizing::new(json::canonical(&others.into()).map_err(Failure::environment)?);
    Ok(base64url::encode(&sha256(&[&text])))
}

/// A key file that was read and is whole.
pub(crate) struct KeyFile {
    path: PathBuf,
    members: Map,
    ids: BTreeSet<KeyId>,
}

impl KeyFile {
    /// Reads a key file. One in which anything was changed is refused by name.
    pub(crate) fn read(path: &Path) -> Done<Self> {
        check_private(path)?;
        let octets = Zeroizing::new(read_input(path).map_err(|failure| failure.advise(ADVICE))?);
        let Ok(Json::Object(mut members)) = json::parse(&octets) else { return Err(damaged(path)) };
        let Some(Json::String(check)) = members.remove("check") else { return Err(damaged(path)) };
        if check_of(members.clone())? != check {
            return Err(damaged(path));
        }
        let ids = members.get("key_ids").and_then(Json::as_array).unwrap_or_default().iter();
        let ids: Option<_> = ids.map(|id| id.as_str()?.parse().ok()).collect();
        Ok(Self { path: path.to_owned(), members, ids: ids.ok_or_else(|| damaged(path))? })
    }

    /// True if these are the private halves of the keys that sign under a key record and of those that it lists for bundles:
    /// all of them, and no others.
    pub(crate) fn fits(&self, record: &KeyRecord) -> bool {
        self.ids == own_ids(record)
    }

    /// Whether these are the keys that lie in it.
    pub(crate) fn is_of(&self, keys: &NodeKeys) -> bool {
        self.ids == keys.ids()
    }

    pub(crate) fn is_encrypted(&self) -> bool {
        self.members.contains("encrypted")
    }

    /// The private keys.
    pub(crate) fn open(&self, passphrase: Option<&Passphrase>) -> Done<NodeKeys> {
        let keys = match (self.members.text("encrypted"), passphrase) {
            (Some(sealed), Some(passphrase)) => {
                let plain = cipher::decrypt(sealed, self.members.text("salt").unwrap_or_default(), passphrase)?;
                let Ok(Json::Object(plain)) = json::parse(&plain) else { return Err(damaged(&self.path)) };
                read_keys(&plain)
            }
            _ => read_keys(&self.members),
        };
        // The ids stand in clear: whoever could write the file may have put others there.
        keys.filter(|keys| keys.ids() == self.ids).ok_or_else(|| damaged(&self.path))
    }
}

/// The keys that sign under a key record, and those that open bundles. An older key that overlaps with its successor is
/// listed and signs no more, but it opens bundles that are on their way.
fn own_ids(record: &KeyRecord) -> BTreeSet<KeyId> {
    let is_current = |entry: &KeyEntry| record.key_for(entry.purpose(), &entry.key().suite()) == Some(entry);
    let own = record.keys().iter().filter(|entry| {
        let suite = entry.key().suite();
        suite.bundle().is_some() || suite.signature().is_some() && is_current(entry)
    });
    own.map(|entry| entry.key().id()).collect()
}

const ADVICE: &str = "restore it from your backup; without one, replace the keys with: detente key recover";

fn damaged(path: &Path) -> Failure {
    Failure::input(format!("`{}` is damaged", path.display())).advise(ADVICE)
}

fn read_keys(file: &Map) -> Option<NodeKeys> {
    let mut keys = NodeKeys::default();
    for row in file.get("keys").and_then(Json::as_array)? {
        read_key(row, &mut keys)?;
    }
    Some(keys)
}

fn read_key(row: &Json, keys: &mut NodeKeys) -> Option<()> {
    let row = row.as_object()?;
    let suite: SuiteName = row.text("suite")?.parse().ok()?;
    let seed = Zeroizing::new(base64url::decode_exactly::<SEED_BYTES>(row.text("seed")?).ok()?);
    let purpose: Purpose = row.text("purpose")?.parse().ok()?;
    if purpose == Purpose::Bundle {
        keys.bundle.push(PrivateBundleKey::from_seed(suite.bundle()?, &seed).ok()?);
    } else {
        keys.signing.insert(purpose, PrivateKey::from_seed(suite.signature()?, &seed).ok()?);
    }
    Some(())
}
