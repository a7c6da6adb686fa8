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
pub(crate) fn crane() -> Incident {
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
    filled_at(name, written, "2026-07-02T08:00:00Z", &known())
}

fn filled_at(name: &str, written: &[(&str, &str)], when: &str, known: &Facts) -> form::Filled {
    let packs = small();
    let answer = answer(&packs, known, "2026-07-02T00:00:00Z", "small/tell");
    let incident = crane();
    let filing = form::Filing::new(&incident, known, &answer, "initial", at(when));
    form::shipped(name).unwrap().fill(&filing, &texts(written))
}

pub(crate) fn texts(written: &[(&str, &str)]) -> BTreeMap<String, String> {
    written.iter().map(|(id, text)| ((*id).to_owned(), (*text).to_owned())).collect()
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
    assert_eq!(words("due"), ["2026-07-13T22:00:00Z (2026-07-14T00:00:00 Europe/Brussels)", "10 days"]);
    assert_eq!(words("people"), ["People who died: at least 1", "People who were injured: at least 2"], "counted so far");
    assert_eq!(words("occurred"), ["2026-06-30"], "a day is a day, and not its first and last microsecond");
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
    let later = known().with(&facts(r#"{"time.involvement_known": "2026-07-01T09:00:00Z"}"#));
    let filled = filled_at("eu-gpai", &[], "2026-07-02T08:00:00Z", &later);
    assert_eq!(filled.field("filed_on").unwrap().said[0].words.en, "2026-07-02T08:00:00Z");
    let known_at = &filled.field("involvement_known").unwrap().said[0].words.en;
    assert!(known_at.ends_with("2026-07-01T09:00:00Z"), "{known_at}");
    let unknown = self::filled("eu-gpai", &[]);
    assert!(
        unknown.missing.contains(&"involvement_known".to_owned()),
        "becoming aware of the incident is another moment"
    );
}

#[test]
fn a_late_report_has_to_say_why_it_is_late() {
    let of = |when: &str| filled_at("eu-gdpr-33", &[], when, &known()).missing;
    assert!(!of("2026-07-02T08:00:00Z").contains(&"delay".to_owned()));
    assert!(of("2026-08-02T08:00:00Z").contains(&"delay".to_owned()));
}

#[test]
fn a_choice_can_end_the_matter_and_ask_for_its_reason() {
    let open = filled("eu-art-73", &[("report_type", "follow_up")]);
    assert!(!open.is_last && open.missing.contains(&"next_report".to_owned()));
    let ended = filled("eu-art-73", &[("report_type", "final_non_reportable")]);
    assert!(ended.is_last && ended.missing.contains(&"not_reportable".to_owned()));
    assert!(ended.missing.contains(&"cause".to_owned()), "a last report leaves nothing open");
    assert!(!ended.missing.contains(&"next_report".to_owned()));
}

#[test]
fn what_is_missing_comes_with_its_question() {
    let filled = filled("cn-incident-report", &[]);
    let unsaid = filled.unsaid(&dictionary());
    assert_eq!(unsaid[0].state, form::FieldState::Missing, "what has to be said stands first");
    let level = unsaid.iter().find(|one| one.field.id == "level").unwrap();
    assert!(
        level.questions.iter().any(|question| question.en == "At which of the four levels does the incident stand?")
    );
    let contact = unsaid.iter().find(|one| one.field.id == "contact").unwrap();
    assert_eq!(contact.questions[0].zh, "联系人：姓名、职务、电话、电子邮件");
    assert!(contact.field.is_written() && !level.field.is_written());
}

#[test]
fn what_a_form_does_not_take_is_refused_with_what_it_takes() {
    let form = form::shipped("eu-art-73").unwrap();
    let refused = |id: &str, text: &str| form.check_written(&texts(&[(id, text)])).unwrap_err().to_string();
    assert!(refused("nothing", "x").contains("report_type"));
    assert!(refused("recipient", "x").contains("answer:recipient"));
    assert!(refused("report_type", "x").contains("final_non_reportable"));
    assert!(refused("contact", &"x".repeat(duties::limits::MAX_WRITTEN_BYTES + 1)).contains("shorten"));
    assert!(form.check_written(&texts(&[("report_type", "initial"), ("contact", "A. Officer")])).is_ok());
}

#[test]
fn a_chinese_filing_is_in_chinese_and_what_authors_wrote_stays_as_it_is() {
    let page = filled("cn-incident-report", &[]).to_html(Language::Chinese);
    assert!(page.contains("lang=\"zh-Hans\"") && page.contains("已造成的影响和危害"));
    assert!(page.contains("身体（已发生）：2至5人") && page.contains("缺失：必填"), "{page}");
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
