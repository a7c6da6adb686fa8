//! Filings, facts of an incident, and packs as records.

use std::collections::BTreeMap;

use duties::{Facts, Language, Pack, RULE_PACK_EXTENSION, Value, form};
use incident::Incident;
use record::digest::{KeyRecordDigest, PartyId};
use record::entropy::SystemEntropy;
use record::json::{Json, parse};
use record::stix::StixId;
use record::suite::{PrivateKey, Suite};
use record::{Author, Draft};

use crate::scene::{SMALL, answer, at, dictionary, facts, small};

/// The worked example of docs/incident.md, with a death.
fn crane() -> Incident {
    crane_at("initial")
}

fn crane_at(stage: &str) -> Incident {
    let text = r#"{
      "type": "incident", "spec_version": "2.1", "id": "incident--0b0c6f0e-9f5e-4d7a-9d3b-2c5a0e6b7f01",
      "created": "2026-07-01T00:30:00.000000Z", "modified": "2026-07-01T00:30:00.000000Z", "lang": "en",
      "name": "A crane set a <b>container</b> down where people stood", "description": "Two dockers were hurt; one died.",
      "external_references": [{"source_name": "Harbour West, shift log"}],
      "extensions": {"extension-definition--e23affed-2d24-48e5-a8b5-9fa59a0701cd": {
        "extension_type": "property-extension", "event_kind": "incident", "severity": "serious incident", "stage": "initial",
        "submitter_role": "deployer", "occurred": "2026-06-30T00:00:00Z", "aware": "2026-07-01T00:20:00Z",
        "precision": {"occurred": "day", "aware": "minute"}, "place": {"country": "NL", "locality": "Quay 7"},
        "system": "Yard Pilot", "training_compute": {"low": "1e22", "high": "3e22"}, "countries": ["NL", "DE"],
        "critical_infrastructure": true, "harms": [{"type": "physical", "state": "occurred", "low": 2, "high": 5, "unit": "people"}],
        "deaths": 1, "injured": 2, "ai_involvement": "perception chose the place"}}}"#;
    let text = text.replace(r#""stage": "initial""#, &format!(r#""stage": "{stage}""#));
    let Json::Object(map) = parse(text.as_bytes()).unwrap() else { panic!("no object") };
    Incident::of_shown(&map).unwrap()
}

fn known() -> Facts {
    let said = Facts::of_incident(&dictionary(), &crane());
    said.with(&facts(r#"{"actor.roles": ["provider"], "harm.death_link": "established"}"#))
}

#[test]
fn an_incident_says_its_facts_and_nothing_more() {
    let said = Facts::of_incident(&dictionary(), &crane());
    assert_eq!(said.by_id("incident.critical_infrastructure"), Some(&Value::Boolean(true)));
    let Json::Object(json) = said.to_json() else { panic!("no object") };
    assert_eq!(json.text("time.occurred").unwrap(), "2026-06-30T00:00:00Z/2026-06-30T23:59:59.999999Z");
    assert_eq!(json.text("place.country"), Some("NL"));
    assert_eq!(json.get("place.countries").unwrap().to_string(), r#"{"has":["DE","NL"]}"#, "there may be others");
    assert_eq!(json.get("system.training_compute").unwrap().to_string(), r#"{"low":"1e22","high":"3e22"}"#);
    for silent in ["harm.people_affected", "harm.death_link", "time.suspected", "actor.roles", "incident.causal_link"] {
        assert_eq!(said.by_id(silent), None, "{silent} was never said");
    }
}

/// "One dead" in a first report is one so far.
#[test]
fn what_is_counted_before_the_last_report_is_counted_so_far() {
    let deaths = |stage: &str| {
        let said = Facts::of_incident(&dictionary(), &crane_at(stage));
        let Json::Object(json) = said.to_json() else { panic!("no object") };
        json.get("harm.deaths").unwrap().to_string()
    };
    assert_eq!(deaths("initial"), r#"{"low":1}"#);
    assert_eq!(deaths("interim"), r#"{"low":1}"#);
    assert_eq!(deaths("final"), "1");
}

#[test]
fn facts_are_the_same_after_they_were_written_and_read() {
    let known = known();
    assert_eq!(Facts::of_json(&dictionary(), &known.to_json()).unwrap(), known);
}

fn filled(name: &str, written: &[(&str, &str)]) -> form::Filled {
    let packs = small();
    let known = known();
    let answer = answer(&packs, &known, "2026-07-02T00:00:00Z", "small/tell");
    let incident = crane();
    let filing = form::Filing::new(&incident, &known, &answer, "initial", at("2026-07-02T08:00:00Z"));
    let written: BTreeMap<String, String> =
        written.iter().map(|(id, text)| ((*id).to_owned(), (*text).to_owned())).collect();
    form::shipped(name).unwrap().fill(&filing, &written)
}

#[test]
fn every_shipped_form_is_read_and_names_what_exists() {
    for name in form::names() {
        let form = form::shipped(name).unwrap_or_else(|faults| panic!("{name}: {faults:?}"));
        assert_eq!(form.id, name);
        for origin in form.fields().flat_map(|field| &field.from) {
            if let form::Origin::Fact(id) = origin {
                assert!(dictionary().find(id).is_some(), "{name}: no fact {id}");
            }
        }
    }
}

#[test]
fn a_filing_says_what_is_known_and_lists_what_is_missing() {
    let filled = filled("eu-art-73", &[("report_type", "initial"), ("contact", "A. Officer, +31 0 000")]);
    let words = |id: &str| filled.field(id).unwrap().said.iter().map(|said| said.words.en.clone()).collect::<Vec<_>>();
    assert_eq!(words("report_type"), ["initial"]);
    assert_eq!(words("due"), ["2026-07-13T22:00:00Z", "10 days"]);
    assert_eq!(words("people"), ["at least 1", "at least 2"], "a first report counts so far");
    assert_eq!(words("cause"), Vec::<String>::new());
    assert!(filled.missing.contains(&"provider".to_owned()), "{:?}", filled.missing);
    assert!(!filled.missing.contains(&"cause".to_owned()), "a first report may leave the cause open");
    assert!(!filled.missing.contains(&"report_type".to_owned()));
}

#[test]
fn a_choice_that_the_form_does_not_have_is_missing() {
    let filled = filled("eu-art-73", &[("report_type", "whatever")]);
    assert!(filled.missing.contains(&"report_type".to_owned()));
}

#[test]
fn the_two_dates_that_show_timeliness_are_in_the_filing() {
    let filled = filled("eu-gpai", &[]);
    assert_eq!(filled.field("filed_on").unwrap().said[0].words.en, "2026-07-02T08:00:00Z");
    assert!(!filled.field("involvement_known").unwrap().said.is_empty());
}

#[test]
fn a_chinese_filing_is_in_chinese_and_what_authors_wrote_stays_as_it_is() {
    let page = filled("cn-incident-report", &[]).to_html(Language::Chinese);
    assert!(page.contains("lang=\"zh-Hans\"") && page.contains("已造成的影响和危害"));
    assert!(page.contains("类型: 身体") && page.contains("缺失：必填"), "{page}");
    assert!(page.contains("A crane set a &lt;b&gt;container&lt;/b&gt; down"), "text stays text");
    assert!(page.contains("@page") && page.contains("Noto Sans CJK SC"));
    for fetched in ["<script", "src=", "href=", "url(", "@import"] {
        assert!(!page.contains(fetched), "{fetched}");
    }
}

#[test]
fn the_29_criteria_of_the_form_are_those_of_the_incident() {
    let form = form::shipped("oecd-29").unwrap();
    assert_eq!(form.fields().count(), 29);
    for (field, criterion) in form.fields().zip(incident::criteria::CRITERIA) {
        assert_eq!(field.wanted == form::Wanted::Always, criterion.is_mandatory, "{}", field.id);
        let names = field
            .from
            .iter()
            .filter_map(|origin| if let form::Origin::Property(name) = origin { Some(name.as_str()) } else { None });
        assert!(names.into_iter().all(|name| criterion.properties.contains(&name)), "{}", field.id);
    }
    let filled = filled("oecd-29", &[]);
    let missing: Vec<u8> =
        incident::criteria::missing(&crane()).into_iter().map(|criterion| criterion.number).collect();
    assert_eq!(filled.missing, missing.iter().map(|number| format!("criterion-{number}")).collect::<Vec<_>>());
}

#[test]
fn a_filing_as_json_has_where_each_thing_comes_from() {
    let json = filled("us-ca-sb53", &[("why", "control was lost")]).to_json().to_string();
    assert!(json.contains(r#""from":"incident:description""#), "{json}");
    assert!(json.contains(r#""from":"written""#) && json.contains(r#""missing":["#), "{json}");
}

#[test]
fn a_pack_as_an_object_is_the_same_pack_with_the_same_digest() {
    let pack = Pack::parse(SMALL.as_bytes(), &dictionary()).unwrap();
    let id: StixId = "detente-rule-pack--0b0c6f0e-9f5e-4d7a-9d3b-2c5a0e6b7f01".parse().unwrap();
    let object = pack.to_object(&id, at("2026-07-01T00:00:00Z")).unwrap();
    let again = Pack::of_shown(object.as_map(), &dictionary()).unwrap();
    assert_eq!((again.digest_text(), again.octets()), (pack.digest_text(), SMALL.as_bytes()));
    assert_eq!(again, pack);
}

#[test]
fn a_pack_is_signed_as_a_record_and_read_back_from_it() {
    let pack = Pack::parse(SMALL.as_bytes(), &dictionary()).unwrap();
    let id: StixId = "detente-rule-pack--0b0c6f0e-9f5e-4d7a-9d3b-2c5a0e6b7f01".parse().unwrap();
    let key = PrivateKey::from_seed(Suite::Ed25519, &[1; 32]).unwrap();
    let keys = [&key];
    let author = Author::new(PartyId::from_octets([7; 32]), KeyRecordDigest::from_octets([9; 32]), &keys);
    let object = pack.to_object(&id, at("2026-07-01T00:00:00Z")).unwrap();
    let record = Draft::new(object).sign(&author, &mut SystemEntropy::new()).unwrap();
    assert_eq!(Pack::of_record(&record, &dictionary()).unwrap(), pack);
}

#[test]
fn an_object_whose_text_was_changed_is_refused() {
    let pack = Pack::parse(SMALL.as_bytes(), &dictionary()).unwrap();
    let id: StixId = "detente-rule-pack--0b0c6f0e-9f5e-4d7a-9d3b-2c5a0e6b7f01".parse().unwrap();
    let object = pack.to_object(&id, at("2026-07-01T00:00:00Z")).unwrap();
    let changed =
        object.as_map().get("extensions").unwrap().to_string().replace(r#"{\"days\": 10}"#, r#"{\"days\": 90}"#);
    let mut map = object.as_map().clone();
    map.set("extensions", parse(changed.as_bytes()).unwrap());
    let faults = Pack::of_shown(&map, &dictionary()).unwrap_err();
    assert!(faults[0].reason.contains("another pack, version or digest"), "{faults:?}");
    map.set("extensions", record::json::Map::new().with(RULE_PACK_EXTENSION, record::json::Map::new()));
    assert!(Pack::of_shown(&map, &dictionary()).unwrap_err()[0].reason.contains("withholds"));
}
