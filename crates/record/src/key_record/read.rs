//! Reading a payload into a [`KeyRecord`].

use std::collections::{BTreeMap, BTreeSet};

use super::{
    KeyEntry, KeyRecord, KeyRecordError, Link, ListedKey, Parts, Purpose, RecoveryCommitment, Required, Revocation,
    SuiteName, Use,
};
use crate::base64url;
use crate::digest::{KeyRecordDigest, PartyId};
use crate::json::{self, Json, Map};
use crate::jws::Envelope;
use crate::limits::{MAX_KEY_RECORD_BYTES, MAX_KEY_RECORDS, MAX_KEYS};
use crate::suite::PublicKey;
use crate::time::Timestamp;

impl KeyRecord {
    /// Reads a payload. Nothing is verified: that needs the records before it.
    ///
    /// # Errors
    /// [`KeyRecordError`], at the first rule that the payload breaks.
    pub fn read(payload: &[u8]) -> Result<Self, KeyRecordError> {
        let value = json::parse_within(payload, MAX_KEY_RECORD_BYTES)?;
        let canonical = json::canonical(&value)?;
        let parts = read_parts(into_object("key record", value)?)?;
        // After the members, so that a stranger's record is refused for what is in it before how it is spelt.
        if canonical != payload {
            return Err(KeyRecordError::NotCanonical);
        }
        parts.check()?;
        Ok(Self { digest: KeyRecordDigest::of(payload), parts })
    }

    /// Reads the payload of an envelope. Nothing is verified.
    ///
    /// # Errors
    /// As [`KeyRecord::read`], and [`KeyRecordError::Disclosures`].
    pub fn read_envelope(envelope: &Envelope) -> Result<Self, KeyRecordError> {
        if !envelope.disclosures().is_empty() {
            return Err(KeyRecordError::Disclosures);
        }
        Self::read(envelope.payload())
    }
}

fn read_parts(mut members: Map) -> Result<Parts, KeyRecordError> {
    let index = read_index(&take(&mut members, "index")?)?;
    let parts = Parts {
        created: take_time(&mut members, "created")?,
        index,
        keys: read_keys(take(&mut members, "keys")?)?,
        link: read_link(&mut members, index)?,
        recovered_with: members.remove("recovered_with").map_or_else(|| Ok(Vec::new()), read_recovered_with)?,
        recovery: read_recovery(take(&mut members, "recovery")?)?,
        required: read_required(take(&mut members, "required")?)?,
        revoked: elements("revoked", take(&mut members, "revoked")?, read_revocation)?,
    };
    no_more("key record", &members)?;
    Ok(parts)
}

fn read_index(value: &Json) -> Result<u32, KeyRecordError> {
    let found = value.as_integer().ok_or(wrong_form("index", value, "an integer"))?;
    let index = u32::try_from(found).ok();
    let index = index.filter(|index| usize::try_from(*index).is_ok_and(|index| index < MAX_KEY_RECORDS));
    index.ok_or(KeyRecordError::Index { found })
}

fn read_link(members: &mut Map, index: u32) -> Result<Option<Link>, KeyRecordError> {
    if index == 0 {
        let surplus = ["party", "previous", "recovered_with"].into_iter().find(|name| members.contains(name));
        return surplus.map_or(Ok(None), |member| Err(KeyRecordError::FirstHas { member }));
    }
    let party = PartyId::from_octets(take_octets(members, "party")?);
    let previous = KeyRecordDigest::from_octets(take_octets(members, "previous")?);
    Ok(Some(Link { party, previous }))
}

fn read_keys(value: Json) -> Result<Vec<KeyEntry>, KeyRecordError> {
    let found = value.as_array().map_or(0, <[Json]>::len);
    if found > MAX_KEYS {
        return Err(KeyRecordError::TooManyKeys { found });
    }
    elements("keys", value, read_key)
}

fn read_key(mut members: Map) -> Result<KeyEntry, KeyRecordError> {
    let purpose = take_text(&mut members, "purpose")?.parse()?;
    let key = take_public_key(&mut members)?;
    let not_before = take_time(&mut members, "not_before")?;
    let not_after = take_time(&mut members, "not_after")?;
    no_more("keys", &members)?;
    KeyEntry::new(purpose, key, not_before, not_after)
}

fn read_recovered_with(value: Json) -> Result<Vec<PublicKey>, KeyRecordError> {
    let keys = elements("recovered_with", value, read_recovery_key)?;
    let suites: BTreeSet<_> = keys.iter().map(PublicKey::suite).collect();
    if keys.is_empty() || suites.len() != keys.len() { Err(KeyRecordError::RecoveredWith) } else { Ok(keys) }
}

fn read_recovery_key(mut members: Map) -> Result<PublicKey, KeyRecordError> {
    let key = take_public_key(&mut members)?;
    no_more("recovered_with", &members)?;
    match key {
        ListedKey::Signing(key) => Ok(key),
        ListedKey::Bundle(_) | ListedKey::Unknown(_) => {
            Err(KeyRecordError::RecoveredWithUnknown { suite: key.suite() })
        }
    }
}

fn read_recovery(value: Json) -> Result<RecoveryCommitment, KeyRecordError> {
    let mut committed = BTreeMap::new();
    for (name, value) in into_object("recovery", value)? {
        let key_id = into_text("recovery", value)?.parse();
        let key_id = key_id.map_err(|reason| KeyRecordError::Encoding { member: "recovery", reason })?;
        let _none = committed.insert(name.parse::<SuiteName>()?, key_id);
    }
    RecoveryCommitment::from_map(committed)
}

fn read_required(value: Json) -> Result<Required, KeyRecordError> {
    let mut lists = BTreeMap::new();
    for (name, value) in into_object("required", value)? {
        let suites = into_array("required", value)?.into_iter();
        let suites = suites.map(|suite| into_text("required", suite)?.parse()).collect::<Result<Vec<_>, _>>()?;
        let _none = lists.insert(name.parse::<Use>()?, suites);
    }
    Required::from_lists(lists)
}

fn read_revocation(mut members: Map) -> Result<Revocation, KeyRecordError> {
    let key_id = crate::digest::KeyId::from_octets(take_octets(&mut members, "kid")?);
    let reason = take_text(&mut members, "reason")?.parse()?;
    let since = take_time(&mut members, "since")?;
    no_more("revoked", &members)?;
    Ok(Revocation::new(key_id, reason, since))
}

impl Parts {
    /// The rules that span members.
    fn check(&self) -> Result<(), KeyRecordError> {
        self.check_purposes()?;
        self.check_revoked()?;
        self.check_recovery()?;
        self.check_required()
    }

    fn check_purposes(&self) -> Result<(), KeyRecordError> {
        let mut starts: BTreeMap<_, Vec<Timestamp>> = BTreeMap::new();
        let mut purposes = BTreeMap::new();
        for entry in &self.keys {
            let (purpose, suite, key_id) = (entry.purpose(), entry.key().suite(), entry.key().id());
            let starts = starts.entry((purpose, suite.clone())).or_default();
            // Which of two must sign is told by which begins later, so they may not begin together.
            if starts.len() >= purpose.keys_at_once() || starts.contains(&entry.not_before()) {
                return Err(KeyRecordError::DuplicatePurpose { purpose, suite });
            }
            starts.push(entry.not_before());
            if let Some(first) = purposes.insert(key_id, purpose) {
                return Err(KeyRecordError::TwoPurposes { key_id, first, second: purpose });
            }
        }
        Ok(())
    }

    fn check_revoked(&self) -> Result<(), KeyRecordError> {
        let mut revoked = BTreeSet::new();
        for Revocation { key_id, .. } in &self.revoked {
            if !revoked.insert(*key_id) {
                return Err(KeyRecordError::RevokedTwice { key_id: *key_id });
            }
        }
        let listed = self.keys.iter().map(|entry| entry.key().id()).find(|key_id| revoked.contains(key_id));
        listed.map_or(Ok(()), |key_id| Err(KeyRecordError::RevokedListed { key_id }))
    }

    fn check_recovery(&self) -> Result<(), KeyRecordError> {
        let kept_offline = |key_id| {
            self.recovery.iter().any(|(_, committed)| committed == key_id)
                || self.recovered_with.iter().any(|key| key.id() == key_id)
        };
        let listed = self.keys.iter().map(|entry| entry.key().id()).find(|key_id| kept_offline(*key_id));
        listed.map_or(Ok(()), |key_id| Err(KeyRecordError::RecoveryListed { key_id }))
    }

    /// Keys for logs and cosignatures may be absent: not every party runs a log or is a witness.
    fn check_required(&self) -> Result<(), KeyRecordError> {
        let of_records = self.required.iter().filter(|(usage, _)| usage.purpose() == Purpose::Record);
        for (usage, suites) in of_records {
            let has = |suite: &&SuiteName| {
                self.keys.iter().any(|one| one.purpose() == Purpose::Record && one.key().suite() == **suite)
            };
            if let Some(suite) = suites.iter().find(|suite| !has(suite)) {
                return Err(KeyRecordError::NoKey { usage, suite: suite.clone() });
            }
        }
        Ok(())
    }
}

fn take_public_key(members: &mut Map) -> Result<ListedKey, KeyRecordError> {
    let suite: SuiteName = take_text(members, "suite")?.parse()?;
    let octets = base64url::decode(&take_text(members, "public_key")?);
    ListedKey::from_octets(&suite, &octets.map_err(|reason| KeyRecordError::Encoding { member: "public_key", reason })?)
}

fn take(members: &mut Map, member: &'static str) -> Result<Json, KeyRecordError> {
    members.remove(member).ok_or(KeyRecordError::Missing { member })
}

fn take_text(members: &mut Map, member: &'static str) -> Result<String, KeyRecordError> {
    into_text(member, take(members, member)?)
}

fn take_time(members: &mut Map, member: &'static str) -> Result<Timestamp, KeyRecordError> {
    take_text(members, member)?.parse().map_err(|reason| KeyRecordError::Time { member, reason })
}

fn take_octets(members: &mut Map, member: &'static str) -> Result<[u8; 32], KeyRecordError> {
    let text = take_text(members, member)?;
    base64url::decode_exactly(&text).map_err(|reason| KeyRecordError::Encoding { member, reason })
}

fn elements<T>(
    member: &'static str,
    value: Json,
    read: impl Fn(Map) -> Result<T, KeyRecordError>,
) -> Result<Vec<T>, KeyRecordError> {
    into_array(member, value)?.into_iter().map(|element| into_object(member, element).and_then(&read)).collect()
}

fn into_text(member: &'static str, value: Json) -> Result<String, KeyRecordError> {
    if let Json::String(text) = value { Ok(text) } else { Err(wrong_form(member, &value, "a string")) }
}

fn into_array(member: &'static str, value: Json) -> Result<Vec<Json>, KeyRecordError> {
    if let Json::Array(elements) = value { Ok(elements) } else { Err(wrong_form(member, &value, "an array")) }
}

fn into_object(member: &'static str, value: Json) -> Result<Map, KeyRecordError> {
    if let Json::Object(members) = value { Ok(members) } else { Err(wrong_form(member, &value, "an object")) }
}

const fn wrong_form(member: &'static str, found: &Json, expected: &'static str) -> KeyRecordError {
    KeyRecordError::WrongForm { member, found: found.form(), expected }
}

fn no_more(within: &'static str, members: &Map) -> Result<(), KeyRecordError> {
    let unknown = members.names().next();
    unknown.map_or(Ok(()), |name| Err(KeyRecordError::UnknownMember { member: name.to_owned(), within }))
}
