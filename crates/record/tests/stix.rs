//! STIX objects: what the typed core takes, refuses and keeps.

use std::collections::BTreeMap;

use record::json::{Json, Map, parse};
use record::path::Path;
use record::stix::{Class, RESERVED, StixError, StixId, StixObject, check_reserved, check_shown};

use crate::shared;

const INCIDENT: &str = r#"{"type":"incident","spec_version":"2.1","id":"incident--0b21bb40-6ef3-4fc3-9c1b-3ad2a7ef3ed0","created":"2026-07-01T03:10:00Z","modified":"2026-07-01T03:10:00.000000000Z","created_by_ref":"identity--0b21bb40-6ef3-8fc3-9c1b-3ad2a7ef3ed0","lang":"zh-hans","name":"a","x_unknown":[{"b":1.50}],"object_marking_refs":["marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421"],"extensions":{"extension-definition--0b21bb40-6ef3-4fc3-9c1b-3ad2a7ef3ed0":{"extension_type":"property-extension","recipients":[]}}}"#;

fn map(text: &str) -> Map {
    let Json::Object(members) = parse(text.as_bytes()).unwrap() else { panic!("not an object: {text}") };
    members
}

fn incident() -> Map {
    map(INCIDENT)
}

#[test]
fn keeps_everything_and_knows_the_core() {
    let object = StixObject::from_map(incident()).unwrap();
    assert_eq!((object.object_type(), object.class()), ("incident", Class::Versioned));
    assert_eq!(object.id().uuid(), "0b21bb40-6ef3-4fc3-9c1b-3ad2a7ef3ed0");
    assert_eq!(object.created().unwrap().text(), "2026-07-01T03:10:00Z");
    assert_eq!(object.modified().unwrap().text(), "2026-07-01T03:10:00.000000000Z");
    assert_eq!(object.modified().unwrap().instant(), object.created().unwrap().instant());
    assert_eq!(object.created_by_ref().unwrap().object_type(), "identity");
    assert_eq!(object.lang().unwrap().as_str(), "zh-Hans");
    assert_eq!(object.object_marking_refs().count(), 1);
    assert_eq!(object.extensions().unwrap().len(), 1);
    assert_eq!(object.get("name"), Some(&"a".into()));
    assert_eq!(object.as_map().to_text(), INCIDENT);
    assert_eq!(object.into_map(), incident());
}

#[test]
fn a_part_is_checked_for_what_is_there() {
    let names: Vec<_> = incident().names().map(str::to_owned).collect();
    for name in &names {
        let mut without = incident();
        without.remove(name);
        check_shown(&without).unwrap();
        let only: Map = [(name.as_str(), incident().get(name).unwrap().clone())].into_iter().collect();
        check_shown(&only).unwrap();
    }
    check_shown(&Map::new()).unwrap();
    for name in ["object_marking_refs", "external_references", "object_refs"] {
        check_shown(&incident().with(name, Json::Array(vec![]))).unwrap();
    }
    check_shown(&incident().with("extensions", Map::new())).unwrap();
}

#[test]
fn a_complete_object_has_what_its_class_asks() {
    for missing in ["type", "id", "created", "modified"] {
        let mut object = incident();
        object.remove(missing);
        let error = StixObject::from_map(object).unwrap_err();
        assert_eq!(error.to_string(), format!("the property `{missing}` is missing; add it"));
    }
    let uuid = "0b21bb40-6ef3-4fc3-9c1b-3ad2a7ef3ed0";
    let observable = map(&format!(r#"{{"type":"url","id":"url--{uuid}","value":"http://example.com"}}"#));
    assert_eq!(StixObject::from_map(observable).unwrap().class(), Class::Observable);
    let marking = format!(r#"{{"type":"marking-definition","id":"marking-definition--{uuid}"}}"#);
    let marking = map(&marking);
    assert_eq!(StixObject::from_map(marking.clone()).unwrap_err(), StixError::Missing { property: "created" });
    let marking = StixObject::from_map(marking.with("created", "2026-07-01T03:10:00.000Z")).unwrap();
    assert_eq!(marking.class(), Class::Marking);
    let new = format!(
        r#"{{"type":"x-embedding","id":"x-embedding--{uuid}","extensions":{{"extension-definition--{uuid}":{{"extension_type":"new-sco"}}}}}}"#
    );
    assert_eq!(StixObject::from_map(map(&new)).unwrap().class(), Class::Observable);
}

#[test]
fn a_bundle_is_refused_by_name() {
    let bundle =
        map(r#"{"type":"bundle","id":"bundle--0b21bb40-6ef3-4fc3-9c1b-3ad2a7ef3ed0","objects":[{"type":"x"}]}"#);
    let error = StixObject::from_map(bundle.clone()).unwrap_err();
    assert_eq!(error.to_string(), "a bundle is a container, sign its objects");
    assert_eq!(check_shown(&bundle), Err(StixError::Bundle));
}

/// A property, a value in JSON that it may not have, and what the message says of it.
const WRONG: [(&str, &str, &str); 46] = [
    ("type", "1", "`/object/type` should be 3 to 250"),
    ("type", r#""in""#, "`/object/type` should be 3 to 250"),
    ("type", r#""Incident""#, "`/object/type` should be 3 to 250"),
    ("type", r#""1ncident""#, "`/object/type` should be 3 to 250"),
    ("type", r#""in_cident""#, "`/object/type` should be 3 to 250"),
    ("type", r#""in--cident""#, "`/object/type` should be 3 to 250"),
    ("type", r#""indicator""#, "the id begins with `incident` but the type is `indicator`; make them agree"),
    ("id", r#""incident""#, "`/object/id` should be the type"),
    ("id", r#""incident--1""#, "`/object/id` should be the type"),
    ("id", r#""incident--0B21BB40-6ef3-4fc3-9c1b-3ad2a7ef3ed0""#, "`/object/id` should be the type"),
    ("id", r#""incident--0b21bb406ef34fc39c1b3ad2a7ef3ed0""#, "`/object/id` should be the type"),
    ("id", r#""indicator--0b21bb40-6ef3-4fc3-9c1b-3ad2a7ef3ed0""#, "the id begins with `indicator`"),
    ("spec_version", r#""2.0""#, "`/object/spec_version` should be `2.1`"),
    ("spec_version", "2.1", "`/object/spec_version` should be `2.1`"),
    ("created", r#""2026-07-01""#, "`/object/created` should be a UTC timestamp"),
    ("created", r#""2026-07-01T03:10:00+00:00""#, "`/object/created` should be a UTC timestamp"),
    ("created", "1", "`/object/created` should be a UTC timestamp"),
    ("modified", r#""2026-13-01T03:10:00Z""#, "`/object/modified` should be a UTC timestamp"),
    ("modified", r#""2026-07-01T03:09:59.999Z""#, "`modified` (2026-07-01T03:09:59.999Z) lies before `created`"),
    ("created_by_ref", r#""incident--0b21bb40-6ef3-4fc3-9c1b-3ad2a7ef3ed0""#, "should be the id of an identity"),
    ("created_by_ref", r#""us""#, "`/object/created_by_ref` should be the id of an identity"),
    ("revoked", r#""true""#, "`/object/revoked` should be `true` or `false`"),
    ("defanged", "0", "`/object/defanged` should be `true` or `false`"),
    ("labels", r#""a""#, "`/object/labels` should be a list"),
    ("labels", r#"["a",1]"#, "`/object/labels/1` should be a string"),
    ("labels", "[]", "`/object/labels` is an empty list; leave it out"),
    ("confidence", "101", "`/object/confidence` should be an integer from 0 to 100"),
    ("confidence", "-1", "`/object/confidence` should be an integer"),
    ("confidence", "50.5", "`/object/confidence` should be an integer"),
    ("lang", r#""en_US""#, "`/object/lang` should be a language tag"),
    (
        "external_references",
        r#"[{"url":"http://example.com"}]"#,
        "`/object/external_references/0` should be an object with",
    ),
    ("external_references", "{}", "`/object/external_references` should be a list"),
    ("object_marking_refs", r#"["TLP:RED"]"#, "`/object/object_marking_refs/0` should be the id of a marking"),
    (
        "object_marking_refs",
        r#"["identity--0b21bb40-6ef3-4fc3-9c1b-3ad2a7ef3ed0"]"#,
        "`/object/object_marking_refs/0` should be",
    ),
    ("granular_markings", r#"[{"selectors":["name"]}]"#, "`/object/granular_markings/0` should be an object with"),
    ("granular_markings", r#"[{"lang":"en"}]"#, "`/object/granular_markings/0` should be an object with"),
    (
        "granular_markings",
        r#"[{"lang":"en","selectors":[]}]"#,
        "`/object/granular_markings/0/selectors` is an empty list",
    ),
    ("extensions", "[1]", "`/object/extensions` should be an object"),
    ("extensions", "{}", "`/object/extensions` should hold an extension, or be left out"),
    ("extensions", r#"{"mine":{"a":1}}"#, "`/object/extensions/mine` should be named by the id"),
    ("extensions", r#"{"ntfs-ext":1}"#, "`/object/extensions/ntfs-ext` should be an object"),
    ("extensions", r#"{"ntfs-ext":{"a":[]}}"#, "`/object/extensions/ntfs-ext/a` is an empty list; leave it out"),
    ("description", "null", "`/object/description` is null; leave it out"),
    ("x", r#"{"a/b":[1,[null]]}"#, "`/object/x/a~1b/1/0` is null; leave it out"),
    ("x", r#"[{"y":[]}]"#, "`/object/x/0/y` is an empty list; leave it out"),
    (
        "x",
        r#"[{"y":{"...":"a"}}]"#,
        "the name `...` in `/object/x/0/y` is reserved for what is withheld; rename the property",
    ),
];

#[test]
fn refuses_values_that_stix_does_not_have() {
    for (name, value, message) in WRONG {
        let error = StixObject::from_map(incident().with(name, parse(value.as_bytes()).unwrap())).unwrap_err();
        assert!(error.to_string().contains(message), "{name} {value}: {error}");
    }
    shared::say(&format!("COUNT: {} malformed values are refused, each with its place", WRONG.len()));
}

#[test]
fn reserved_names_are_refused_at_any_depth_whole_or_in_part() {
    for name in RESERVED {
        let bait = Map::new().with(name, "a");
        let extension = Map::new().with("deep", Json::Array(vec![bait.clone().into()]));
        let id = "extension-definition--0b21bb40-6ef3-4fc3-9c1b-3ad2a7ef3ed0";
        let place = Path::object("extensions").child(id).child("deep").slot(0);
        let object = incident().with("extensions", Map::new().with(id, extension));
        let expected = StixError::ReservedName { name: name.to_owned(), place };
        assert_eq!(StixObject::from_map(object.clone()).unwrap_err(), expected);
        assert_eq!(check_shown(&object).unwrap_err(), expected);
        assert!(
            matches!(check_shown(&bait), Err(StixError::ReservedName { place, .. }) if place == Path::object_root())
        );
        let aside = Map::new().with("occurred_year", Json::Null).with("a", bait);
        let place = Path::aside("a");
        let expected = StixError::ReservedName { name: name.to_owned(), place };
        assert_eq!(check_reserved(&aside, &Path::aside_root()), Err(expected));
    }
}

#[test]
fn an_object_nests_less_than_a_payload_may() {
    let nested = |levels| (0..levels).fold(Json::text("x"), |inside, _| Json::Array(vec![inside]));
    for (levels, fits) in [(58, true), (59, false), (1000, false)] {
        let object = incident().with("x", nested(levels));
        let payload = Map::new().with("object", object.clone()).to_text();
        assert!(parse(payload.as_bytes()).is_ok() || !fits, "whatever may be signed can be read again");
        assert_eq!(
            matches!(StixObject::from_map(object), Err(StixError::TooDeep { place }) if place.to_string().parse::<Path>().is_ok()),
            !fits
        );
    }
}

#[test]
fn ids_of_any_version_are_ids() {
    for id in ["x-y--00000000-0000-0000-0000-000000000000", "tool--ffffffff-ffff-8fff-bfff-ffffffffffff"] {
        assert_eq!(id.parse::<StixId>().unwrap().to_string(), id);
    }
    assert!("--00000000-0000-0000-0000-000000000000".parse::<StixId>().is_err());
}

/// A verdict of the reference validator on one text.
struct Vector {
    test: String,
    raw: String,
    valid: bool,
}

fn vectors() -> Option<Vec<Vector>> {
    let file = shared::data("sharing/stix-validator-vectors")?.join("stix21_vectors.jsonl");
    let lines = String::from_utf8(shared::read(file)).unwrap();
    let read = |line: &str| {
        let vector = map(line);
        Vector {
            test: vector.text("test").unwrap().to_owned(),
            raw: vector.text("raw").unwrap().to_owned(),
            valid: vector.get("must_valid") == Some(&Json::Bool(true)),
        }
    };
    Some(lines.lines().map(read).collect())
}

/// Each object in a text: those of a bundle, or the one itself.
fn objects(json: Json) -> Vec<Json> {
    let is_bundle = json.as_object().is_some_and(|object| object.text("type") == Some("bundle"));
    let inside = json.as_object().and_then(|bundle| bundle.get("objects")).and_then(Json::as_array);
    match inside {
        Some(objects) if is_bundle => objects.to_vec(),
        _ => vec![json],
    }
}

fn take(json: Json) -> Result<StixObject, String> {
    let Json::Object(members) = json else { return Err("not an object".to_owned()) };
    StixObject::from_map(members).map_err(|error| error.to_string())
}

fn take_all(text: &str) -> Result<usize, String> {
    let json = parse(text.as_bytes()).map_err(|error| error.to_string())?;
    let objects = objects(json);
    let count = objects.len();
    objects.into_iter().try_for_each(|object| take(object).map(drop)).map(|()| count)
}

/// What the typed core refuses and the reference validator takes, and why we stay with it.
const STRICTER: [(&str, &str); 4] = [
    ("should be the id of an identity", "STIX 2.1 section 3.2 asks for an identity; the validator does not look"),
    ("lies before `created`", "the validator compares texts, and `.123Z` sorts after `.123456Z`"),
    ("/object/spec_version", "an object of STIX 2.0 in a bundle"),
    ("a bundle is a container", "a bundle without `objects`"),
];

#[test]
fn takes_what_the_reference_validator_takes() {
    let Some(vectors) = vectors() else { return };
    let (valid, invalid): (Vec<_>, Vec<_>) = vectors.iter().partition(|vector| vector.valid);
    let mut exceptions = [0; STRICTER.len()];
    for vector in &valid {
        let Err(reason) = take_all(&vector.raw) else { continue };
        let known = STRICTER.iter().position(|(sign, _)| reason.contains(sign));
        exceptions[known.unwrap_or_else(|| panic!("{}: {reason}", vector.test))] += 1;
    }
    let refused = invalid.iter().filter(|vector| take_all(&vector.raw).is_err()).count();
    let taken = valid.len() - exceptions.iter().sum::<usize>();
    shared::say(&format!("COUNT: {taken} of {} valid vectors taken", valid.len()));
    for ((_, why), count) in STRICTER.iter().zip(exceptions) {
        shared::say(&format!("EXCEPTION: {count} x {why}"));
    }
    shared::say(&format!("COUNT: {refused} of {} invalid vectors refused by the typed core", invalid.len()));
}

#[test]
fn published_bundles_go_round_byte_for_byte() {
    let Some(folder) = shared::data("sharing") else { return };
    let mut taken = 0;
    let mut quarantined: BTreeMap<String, usize> = BTreeMap::new();
    for file in ["atlas", "stix-examples"].iter().flat_map(|part| shared::files(&folder.join(part), ".json")) {
        let json = parse(&shared::read(&file)).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        for object in objects(json) {
            let text = object.to_text();
            assert_eq!(parse(text.as_bytes()).unwrap().to_text(), text);
            match take(object) {
                Ok(object) => {
                    assert_eq!(object.as_map().to_text(), text);
                    taken += 1;
                }
                Err(reason) => *quarantined.entry(reason).or_default() += 1,
            }
        }
    }
    shared::say(&format!(
        "COUNT: {taken} published objects taken, {} quarantined",
        quarantined.values().sum::<usize>()
    ));
    for (reason, count) in quarantined {
        shared::say(&format!("QUARANTINED: {count} x {reason}"));
    }
}

#[test]
fn an_object_that_was_built_is_held_to_what_a_reader_takes() {
    let name = "n".repeat(251);
    let long = StixObject::from_map(incident().with(name.as_str(), "x"));
    assert_eq!(long, Err(StixError::NameTooLong { place: Path::object_root() }));
    let many = Json::Array(vec![Json::text("x"); 1 << 17]);
    assert_eq!(StixObject::from_map(incident().with("many", many)), Err(StixError::TooManyValues));
}
