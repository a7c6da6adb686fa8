//! The form of a key file.
//!
//! Beside the secrets stand the ids of their public halves, so that it can be told without a passphrase whose keys they
//! are, and a checksum over all of it, so that a disk that lost a bit is told from a wrong passphrase.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use record::base64url;
use record::digest::{KeyId, sha256};
use record::json::{self, Json, Map};
use record::key_record::{KeyRecord, PartyKeys, Purpose};
use record::suite::{PrivateKey, SEED_BYTES, Suite};
use zeroize::Zeroizing;

use super::{Passphrase, cipher};
use crate::home::{check_private, read_input};
use crate::outcome::{Done, Failure};

/// The text of a key file.
pub(crate) fn write(keys: &PartyKeys, passphrase: Option<&Passphrase>) -> Done<Zeroizing<String>> {
    let rows = keys.seeds().map(|(purpose, suite, seed)| {
        let row = Map::new().with("purpose", purpose.name()).with("suite", suite.name());
        Json::from(row.with("seed", base64url::encode(seed)))
    });
    let ids = keys.keys().map(|key| Json::text(key.public().id().to_string())).collect();
    let plain = Map::new().with("keys", Json::Array(rows.collect()));
    let file = match passphrase {
        None => plain,
        Some(passphrase) => cipher::encrypt(&Zeroizing::new(plain.to_text()), passphrase)?,
    };
    let file = file.with("key_ids", Json::Array(ids));
    let check = check_of(file.clone())?;
    Ok(Zeroizing::new(file.with("check", check).to_text()))
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

    /// True if these are the private halves of the keys that sign under a key record: all of them, and no others.
    pub(crate) fn fits(&self, record: &KeyRecord) -> bool {
        self.ids == signing_ids(record)
    }

    pub(crate) fn is_encrypted(&self) -> bool {
        self.members.contains("encrypted")
    }

    /// The private keys.
    pub(crate) fn open(&self, passphrase: Option<&Passphrase>) -> Done<PartyKeys> {
        let keys = match (self.members.text("encrypted"), passphrase) {
            (Some(sealed), Some(passphrase)) => {
                let plain = cipher::decrypt(sealed, self.members.text("salt").unwrap_or_default(), passphrase)?;
                let Ok(Json::Object(plain)) = json::parse(&plain) else { return Err(damaged(&self.path)) };
                read_keys(&plain)
            }
            _ => read_keys(&self.members),
        };
        // The ids stand in clear: whoever could write the file may have put others there.
        let own = |keys: &PartyKeys| keys.keys().map(|key| key.public().id()).collect::<BTreeSet<_>>() == self.ids;
        keys.filter(own).ok_or_else(|| damaged(&self.path))
    }
}

/// The keys that sign under a key record: an older one that overlaps with its successor is listed and signs no more.
fn signing_ids(record: &KeyRecord) -> BTreeSet<KeyId> {
    let signing = record.keys().iter().filter(|entry| entry.key().signing().is_some());
    let current = signing.filter(|entry| record.key_for(entry.purpose(), &entry.key().suite()) == Some(*entry));
    current.map(|entry| entry.key().id()).collect()
}

const ADVICE: &str = "restore it from your backup; without one, replace the keys with: detente key recover";

fn damaged(path: &Path) -> Failure {
    Failure::input(format!("`{}` is damaged", path.display())).advise(ADVICE)
}

fn read_keys(file: &Map) -> Option<PartyKeys> {
    let mut keys = PartyKeys::new();
    for row in file.get("keys").and_then(Json::as_array)? {
        let (purpose, key) = read_key(row)?;
        keys.insert(purpose, key);
    }
    Some(keys)
}

fn read_key(row: &Json) -> Option<(Purpose, PrivateKey)> {
    let row = row.as_object()?;
    let suite: Suite = row.text("suite")?.parse().ok()?;
    let seed = Zeroizing::new(base64url::decode_exactly::<SEED_BYTES>(row.text("seed")?).ok()?);
    Some((row.text("purpose")?.parse().ok()?, PrivateKey::from_seed(suite, &seed).ok()?))
}
