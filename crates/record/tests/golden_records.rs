//! The format of records is fixed for ever: these files were made once, and must be made and read the same in every later
//! build. `golden/records.py` checks them without any code of ours.

use std::path::{Path, PathBuf};

use record::base64url::encode;
use record::digest::sha256;
use record::json::{Json, Map};
use record::jws::Form;
use record::signed::Signed;
use record::suite::Suite;
use record::{Draft, Record, Selection};

use crate::records::stage::{INCIDENT, Party, batch, incident, only, without};
use crate::shared::{self, say};

/// One golden file: its name, how it is written, and the record that it shows.
struct Golden {
    name: &'static str,
    form: Form,
    signed: Signed<Record>,
}

/// The salt of every golden commitment: the octets 0 to 31.
fn salt() -> [u8; 32] {
    std::array::from_fn(|place| u8::try_from(place).unwrap())
}

fn author() -> Party {
    Party::new("golden")
}

fn cautious() -> Party {
    Party::cautious("golden cautious")
}

fn goldens() -> Vec<Golden> {
    let full = author().sign(Draft::new(incident()), "golden incident");
    let second = Draft::after(incident(), 2, full.digest()).unwrap();
    let part = full.present(&a_part(&full)).unwrap();
    let sealed = full.present(&Selection::nothing()).unwrap();
    let later = author().sign(second, "golden second version");
    let compact = later.present(&without(&["/object/extensions", "/aside/place_country"])).unwrap();
    let general = cautious().sign(Draft::new(incident()), "golden two suites");
    let batch = author().sign(batch(), "golden batch");
    let golden = |name, form, signed| Golden { name, form, signed };
    vec![
        golden("full", Form::Json, full),
        golden("part", Form::Json, part),
        golden("sealed", Form::Json, sealed),
        golden("compact", Form::Compact, compact),
        golden("general", Form::Json, general),
        golden("batch", Form::Json, batch),
    ]
}

/// Something of every form: a property, an element (in the slot where the salts put it), one of an extension, a twin.
fn a_part(full: &Signed<Record>) -> Selection {
    let slots =
        full.content().places().iter().filter(|place| place.as_str().starts_with("/object/external_references/"));
    let first = slots.min_by_key(|place| place.last().parse::<usize>().unwrap()).unwrap();
    let place = format!("/object/extensions/{INCIDENT}/place");
    only(&["/object/type", "/object/name", first.as_str(), &place, "/aside/occurred_year"])
}

impl Golden {
    fn party(&self) -> Party {
        if self.name == "general" { cautious() } else { author() }
    }

    fn text(&self) -> String {
        format!("{}\n", self.signed.envelope().to_text(self.form).unwrap())
    }

    fn file(&self) -> PathBuf {
        folder().join(format!("{}.{}", self.name, if self.form == Form::Compact { "txt" } else { "json" }))
    }

    fn facts_file(&self) -> PathBuf {
        folder().join(format!("{}.facts.json", self.name))
    }
}

fn folder() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/records"))
}

/// What can be worked out from a golden file, a member to a line.
fn facts(party: &Party, signed: &Signed<Record>) -> String {
    let record = signed.content();
    let keys = party.record_keys().into_iter().map(|key| {
        let public = key.public();
        let (kid, octets) = (public.id().to_string(), encode(public.octets()));
        Map::new().with("suite", public.suite().name()).with("kid", kid).with("public_key", octets).into()
    });
    let facts = Map::new()
        .with("party", party.id().to_string())
        .with("key_record", record.key_record().to_string())
        .with("keys", Json::Array(keys.collect()))
        .with("record_digest", signed.digest().to_string())
        .with("signature_set_sha256", hex(&sha256(&[signed.signature_set()])))
        .with("salt", hex(&salt()))
        .with("commitment", signed.commitment(&salt()).to_string())
        .with("places", Json::Array(record.places().iter().map(|place| place.as_str().into()).collect()))
        .with("object", record.object().clone())
        .with("aside", aside(record));
    let lines: Vec<_> = facts.iter().map(|(name, value)| format!("  \"{name}\": {value}")).collect();
    format!("{{\n{}\n}}\n", lines.join(",\n"))
}

fn aside(record: &Record) -> Map {
    let aside = record.aside();
    let mut shown = aside.twins().clone();
    if let Some(version) = aside.version() {
        shown.set("version", Json::integer(version).unwrap());
    }
    if let Some(previous) = aside.previous() {
        shown.set("previous", previous.to_string());
    }
    if !aside.members().is_empty() {
        shown.set("members", Json::Array(aside.members().iter().cloned().map(Json::from).collect()));
    }
    shown
}

fn hex(octets: &[u8]) -> String {
    octets.iter().map(|octet| format!("{octet:02x}")).collect()
}

fn text(file: &Path) -> String {
    String::from_utf8(shared::read(file)).unwrap()
}

#[test]
fn golden_records_are_read_and_say_what_stands_beside_them() {
    for golden in goldens() {
        let party = golden.party();
        let read = party.verify(&text(&golden.file())).unwrap();
        assert_eq!(facts(&party, &read), text(&golden.facts_file()), "{}", golden.name);
        assert_eq!(read.content(), golden.signed.content(), "{}", golden.name);
    }
    say(&format!("COUNT: golden records read: {}", goldens().len()));
}

#[test]
fn golden_records_are_made_byte_for_byte() {
    for golden in goldens().iter().filter(|golden| golden.name != "general") {
        assert_eq!(golden.text(), text(&golden.file()), "{}", golden.name);
    }
}

/// ML-DSA signatures are random, so a new signing gives the same payload, disclosures and Ed25519 signature only.
#[test]
fn a_golden_record_in_two_suites_is_made_but_for_its_random_signature() {
    let goldens = goldens();
    let made = goldens.iter().find(|golden| golden.name == "general").unwrap();
    let read = made.party().verify(&text(&made.file())).unwrap();
    let parts = |signed: &Signed<Record>| {
        let envelope = signed.envelope();
        let all = envelope.signatures().iter().map(|one| (one.header().clone(), one.octets().to_vec()));
        let (ed25519, ml_dsa): (Vec<_>, Vec<_>) = all.partition(|(header, _)| header.suite() == Suite::Ed25519);
        let headers: Vec<_> = ml_dsa.into_iter().map(|(header, octets)| (header, octets.len())).collect();
        (envelope.payload().to_vec(), envelope.disclosures().to_vec(), ed25519, headers)
    };
    assert_eq!(parts(&made.signed), parts(&read));
    assert_eq!(read.envelope().signatures().len(), 2);
    assert_eq!(format!("{}\n", read.envelope().to_json()), text(&made.file()));
}

/// The author is the party of the golden key records, so one file says who signed both.
#[test]
fn golden_records_are_signed_by_the_golden_party() {
    let key_record = include_str!("golden/key-record-0.json");
    let party = author();
    let payload = encode(party.first.envelope().payload());
    assert!(key_record.contains(&payload), "the golden party has changed");
}

/// Writes the files: `cargo test -p detente-record write_golden_records -- --ignored`.
#[test]
#[ignore = "makes the golden files anew, which must never be needed"]
#[expect(clippy::disallowed_methods, reason = "golden files are written once, by hand")]
fn write_golden_records() {
    std::fs::create_dir_all(folder()).unwrap();
    for golden in goldens() {
        std::fs::write(golden.file(), golden.text()).unwrap();
        std::fs::write(golden.facts_file(), facts(&golden.party(), &golden.signed)).unwrap();
    }
}
