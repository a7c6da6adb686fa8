//! What each fuzz target does with its input. The tests of `record` include this file and run the kept corpora through it.

use std::collections::BTreeSet;

use record::Unverified;
use record::digest::{DisclosureDigest, RecordDigest};
use record::json::{self, Json, Map};
use record::jws::{Envelope, Form, MediaType};
use record::key_record::KeyRecord;
use record::label::Label;
use record::limits::{MAX_KEY_RECORD_BYTES, MAX_RECORD_BYTES};
use record::path::Path;
use record::sd_jwt::Claim;
use record::time::{LexicalTime, Timestamp};
use record::{Record, base64url};

/// What is parsed can be written, and reads back as the same value; so does its canonical form, once canonical.
pub fn json(data: &[u8]) {
    let Ok(value) = json::parse(data) else { return };
    assert_eq!(json::parse(value.to_text().as_bytes()).as_ref(), Ok(&value));
    let canonical = json::canonical(&value).unwrap();
    // A decimal may become an integer, and a large one is then beyond the profile; nothing else may change.
    if let Ok(again) = json::parse(&canonical) {
        assert_eq!(json::canonical(&again).unwrap(), canonical);
    }
}

/// An envelope that is read can be written in each form, and reads back as the same.
pub fn envelope(data: &[u8]) {
    for media_type in [MediaType::Record, MediaType::KeyRecord] {
        let Ok(envelope) = Envelope::read(data, media_type, MAX_RECORD_BYTES) else { continue };
        let again = |text: &str| Envelope::read(text.as_bytes(), media_type, MAX_RECORD_BYTES).unwrap();
        assert_eq!(again(&envelope.to_json()), envelope);
        assert_eq!(again(&envelope.to_body()), envelope);
        if let Ok(compact) = envelope.to_text(Form::Compact) {
            assert_eq!(again(&compact), envelope);
        }
    }
}

/// A record that reads goes round, and every part of it that can be shown alone is a record too.
pub fn record(data: &[u8]) {
    let Ok(read) = Unverified::read(data) else { return };
    let text = read.envelope().to_json();
    assert_eq!(Unverified::read(text.as_bytes()).as_ref(), Ok(&read));
    let Ok(content) = read.claimed_content() else { return };
    assert_eq!(content.digest(), RecordDigest::of(read.envelope().payload()));
    assert_eq!(content.places().len(), read.envelope().disclosures().len());
    assert_eq!(content.places().iter().collect::<BTreeSet<_>>().len(), content.places().len());
    check_text(content.object());
    show(&content, &text, &|_| false);
    for chosen in content.places().iter().take(8) {
        show(&content, &text, &|place| place.is_within(chosen) || chosen.is_within(place));
    }
}

/// What was put back is JSON that everybody can read.
fn check_text(object: &Map) {
    let text = object.to_text();
    let parsed = json::parse(text.as_bytes());
    assert_eq!(parsed, Ok(Json::Object(object.clone())), "{text}");
}

/// Shows the chosen places and no others.
fn show(record: &Record, text: &str, choose: &dyn Fn(&Path) -> bool) {
    let Ok(Json::Object(mut envelope)) = json::parse(text.as_bytes()) else { unreachable!("an envelope is an object") };
    retain(&mut envelope, &|index| record.places().get(index).is_some_and(choose));
    let part = Unverified::read(envelope.to_text().as_bytes()).unwrap();
    let part = part.claimed_content().unwrap();
    assert_eq!(part.digest(), record.digest());
    assert!(part.places().iter().eq(record.places().iter().filter(|place| choose(place))));
}

/// Leaves out disclosures, beside the only signature or the first of several.
fn retain(members: &mut Map, keep: &dyn Fn(usize) -> bool) {
    for (name, value) in members.iter_mut() {
        if let ("disclosures", Json::Array(disclosures)) = (name, &mut *value) {
            let kept = std::mem::take(disclosures).into_iter().enumerate().filter(|(index, _)| keep(*index));
            *disclosures = kept.map(|(_, disclosure)| disclosure).collect();
        } else if let ("signatures", Json::Array(signatures)) = (name, &mut *value) {
            signatures.iter_mut().for_each(|signature| retain_inside(signature, keep));
        } else if name == "header" {
            retain_inside(value, keep);
        }
    }
}

fn retain_inside(value: &mut Json, keep: &dyn Fn(usize) -> bool) {
    if let Json::Object(members) = value {
        retain(members, keep);
    }
}

/// A record in clear becomes one with digests that fit, so that a fuzzer without a hash gets past them.
///
/// In the input, `_sd` holds objects of properties to disclose, and `{"...": value}` is an element to disclose. Strings in
/// these places stay as they are.
pub fn disclosed(data: &[u8]) {
    let Ok(Json::Object(mut payload)) = json::parse(data) else { return };
    let mut disclosures = Vec::new();
    for name in ["object", "aside"] {
        let mut value = payload.remove(name).unwrap_or(Json::Null);
        commit(&mut value, &mut disclosures);
        payload.set(name, value);
    }
    let id = base64url::encode(&[7; 32]);
    for (name, value) in [("_sd_alg", "sha-256"), ("iss", &id), ("key_record", &id)] {
        if !payload.contains(name) {
            payload.set(name, value);
        }
    }
    let header = format!(r#"{{"alg":"Ed25519","kid":"{id}","typ":"detente-record+sd-jwt"}}"#);
    let parts = [header, payload.to_text()].map(|part| base64url::encode(part.as_bytes()));
    let text: String = disclosures.iter().map(|one| format!("{one}~")).collect();
    record(format!("{}.{}.{id}~{text}", parts[0], parts[1]).as_bytes());
}

fn commit(value: &mut Json, disclosures: &mut Vec<String>) {
    match value {
        Json::Object(members) => members.iter_mut().for_each(|(name, value)| commit_member(name, value, disclosures)),
        Json::Array(elements) => elements.iter_mut().for_each(|element| commit_element(element, disclosures)),
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) => {}
    }
}

fn commit_member(name: &str, value: &mut Json, disclosures: &mut Vec<String>) {
    if let ("_sd", Json::Array(digests)) = (name, &mut *value) {
        seal(digests, disclosures);
    } else {
        commit(value, disclosures);
    }
}

fn commit_element(element: &mut Json, disclosures: &mut Vec<String>) {
    let Some(slot) = slot_of(element) else { return commit(element, disclosures) };
    if slot.as_str().is_none() {
        commit(slot, disclosures);
        let parts = vec![salt(disclosures.len()), slot.clone()];
        *slot = disclose(parts, disclosures);
    }
}

fn slot_of(element: &mut Json) -> Option<&mut Json> {
    let Json::Object(members) = element else { return None };
    if members.len() != 1 {
        return None;
    }
    members.iter_mut().find(|(name, _)| *name == "...").map(|(_, value)| value)
}

/// Properties become digests, and as many decoys follow as the next step asks for.
fn seal(digests: &mut Vec<Json>, disclosures: &mut Vec<String>) {
    let mut sealed = Vec::new();
    for digest in std::mem::take(digests) {
        let Json::Object(properties) = digest else {
            sealed.push(digest);
            continue;
        };
        for (name, mut value) in properties {
            commit(&mut value, disclosures);
            let parts = vec![salt(disclosures.len()), name.into(), value];
            sealed.push(disclose(parts, disclosures));
        }
    }
    let total = record::sd_jwt::padded(sealed.len()).unwrap_or(0);
    while sealed.len() < total {
        sealed.push(Json::text(DisclosureDigest::of(&format!("{} {}", disclosures.len(), sealed.len())).to_string()));
    }
    sealed.sort_by_key(|digest| digest.as_str().map(str::to_owned));
    *digests = sealed;
}

fn salt(number: usize) -> Json {
    Json::text(format!("{number:022}"))
}

fn disclose(parts: Vec<Json>, disclosures: &mut Vec<String>) -> Json {
    let text = base64url::encode(Json::Array(parts).to_text().as_bytes());
    let digest = DisclosureDigest::of(&text).to_string();
    disclosures.push(text);
    Json::text(digest)
}

/// A disclosure says the same when it is written again from what was read. The input is its JSON text, and also taken as
/// base64url.
pub fn disclosure(data: &[u8]) {
    if let Ok(text) = std::str::from_utf8(data) {
        let _read = Claim::read(text);
    }
    let Ok(claim) = Claim::read(&base64url::encode(data)) else { return };
    let mut parts = vec![salt(0)];
    match &claim {
        Claim::Property { name, value } => parts.extend([Json::text(name.clone()), value.clone()]),
        Claim::Element(value) => parts.push(value.clone()),
    }
    let again = base64url::encode(Json::Array(parts).to_text().as_bytes());
    assert_eq!(Claim::read(&again), Ok(claim));
}

/// A key record is canonical, so it has one spelling.
pub fn key_record(data: &[u8]) {
    let Ok(record) = KeyRecord::read(data) else { return };
    assert!(data.len() <= MAX_KEY_RECORD_BYTES);
    let value = json::parse(data).unwrap();
    assert_eq!(json::canonical(&value).unwrap(), data);
    assert_eq!(KeyRecord::read(data), Ok(record));
}

/// A label that reads is written so that it reads as the same.
pub fn label(data: &[u8]) {
    let Ok(Json::Object(fields)) = json::parse(data) else { return };
    let Ok(label) = Label::from_map(&fields) else { return };
    let written = label.to_map();
    assert_eq!(json::parse(written.to_text().as_bytes()), Ok(Json::Object(written.clone())));
    assert_eq!(Label::from_map(&written), Ok(label));
}

/// A path is its text, and is put together again from its names.
pub fn path(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let Ok(path) = text.parse::<Path>() else { return };
    assert_eq!(path.to_string(), text);
    let root = if text.starts_with("/object") { Path::object_root() } else { Path::aside_root() };
    let again = path.segments().skip(1).fold(root, |above, name| above.child(&name));
    assert_eq!(again, path);
    for above in std::iter::successors(path.parent(), Path::parent) {
        assert!(path.is_within(&above) && !above.is_within(&path) && above < path);
    }
}

/// A time keeps its spelling, and our own spelling of it means the same instant.
pub fn timestamp(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let Ok(time) = text.parse::<LexicalTime>() else { return };
    assert_eq!(time.text(), text);
    let instant: Timestamp = time.instant();
    assert_eq!(instant.to_string().parse(), Ok(instant));
    assert!(instant.year().is_some());
}
