//! The format: what is read is written again as it was, and what is wrong is named.

use incident::criteria::{CRITERIA, missing};
use incident::reference::{CrossReference, Database};
use incident::{
    Acting, ComputeRange, Facts, Flop, Incident, IncidentCore, Moment, PropertyError, Range, Showing, Text, TimeName,
    acting, extension_id,
};
use proptest::prelude::*;
use record::Draft;
use record::json::{Json, Map};
use record::stix::StixObject;

use crate::scene::{CRANE, at, crane, crane_facts, id, map, moment};

fn with_extension(extension: &str) -> Map {
    crane().object().clone().with("extensions", Map::new().with(extension_id(), map(extension)))
}

fn whole(members: Map) -> StixObject {
    StixObject::from_map(members).unwrap()
}

fn read(extension: &str) -> Result<Incident, PropertyError> {
    Incident::of_object(&whole(with_extension(extension)))
}

/// The real incidents that are published beside the program.
const REAL: [&str; 3] = [
    include_str!("../../../data/incidents/airline-chatbot-refund.json"),
    include_str!("../../../data/incidents/hong-kong-video-call.json"),
    include_str!("../../../data/incidents/tempe-test-vehicle.json"),
];

#[test]
fn real_incidents_are_read_and_written_as_they_were() {
    for text in REAL {
        let object = whole(map(text));
        let incident = Incident::of_object(&object).unwrap();
        assert_eq!(incident.to_object().unwrap(), object);
        assert_eq!(incident.references()[0].database(), Database::Aiid);
        let same = incident.clone().with_facts(incident.facts()).unwrap();
        assert_eq!(same, incident);
    }
}

#[test]
fn the_worked_example_of_the_documents_is_whole() {
    let text = include_str!("../../../docs/incident.md");
    let example = text.split_once("```json").unwrap().1.split_once("```").unwrap().0;
    let object = StixObject::from_map(map(example)).unwrap();
    let incident = Incident::of_object(&object).unwrap();
    assert!(missing(&incident).is_empty() && incident.concerns().is_empty());
    assert_eq!(incident.references().len(), 1);
    let twins = Draft::new(object).twins().to_text();
    assert_eq!(twins, r#"{"occurred_year":"2026","place_country":"NL","deaths_band":"0","injured_band":"1-9"}"#);
}

#[test]
fn what_no_table_knows_stays_where_it_stood() {
    let later = r#"{"severity":"incident","of_a_later_build":{"x":[1,2.50]},"place":{"country":"NL","quay":7}}"#;
    let incident = read(later).unwrap();
    let facts = incident.facts().clone().with_text(Text::System, "Yard Pilot");
    let changed = incident.with_facts(&facts).unwrap();
    let own = changed.extension().unwrap();
    assert_eq!(own.get("of_a_later_build").unwrap().to_text(), r#"{"x":[1,2.50]}"#);
    assert_eq!(own.get("place").unwrap().to_text(), r#"{"country":"NL","quay":7}"#);
    assert_eq!(own.text("system"), Some("Yard Pilot"));
}

#[test]
fn a_record_signs_the_twins_of_what_the_types_write() {
    let mut facts = crane_facts();
    facts.counts.insert(incident::Count::Deaths, 0);
    facts.counts.insert(incident::Count::Injured, 12);
    let incident = Incident::new(&id(CRANE), at(0), &facts).unwrap();
    let twins = Draft::new(incident.to_object().unwrap()).twins();
    let text = |name: &str| twins.text(name).map(str::to_owned);
    assert_eq!(text("occurred_year").as_deref(), Some("2026"));
    assert_eq!(text("place_country").as_deref(), Some("NL"));
    assert_eq!(text("deaths_band").as_deref(), Some("0"));
    assert_eq!(text("injured_band").as_deref(), Some("10-99"));
}

#[test]
fn a_wrong_value_is_named_with_what_to_do() {
    let wrong = [
        (r#"{"occurred":"2023-02-30T00:00:00Z"}"#, "occurred", "UTC timestamp"),
        (r#"{"severity":"major"}"#, "severity", "known are hazard, serious hazard"),
        (r#"{"event_kind":"near miss","severity":"disaster"}"#, "severity", "change one of them"),
        (r#"{"countries":["NL","Holland"]}"#, "countries/1", "ISO 3166-1"),
        (r#"{"place":{"country":"nl"}}"#, "place/country", "ISO 3166-1"),
        (r#"{"industries":["J6"]}"#, "industries/0", "ISIC"),
        (r#"{"deaths":-1}"#, "deaths", "0 or more"),
        (r#"{"deaths":2.5}"#, "deaths", "a range belongs into `harms`"),
        (
            r#"{"harms":[{"type":"physical"},{"type":"physical","low":5,"high":2,"unit":"people"}]}"#,
            "harms/1/low",
            "exchange",
        ),
        (r#"{"harms":[{"type":"economic","low":5}]}"#, "harms/0/unit", "say what the range counts"),
        (r#"{"training_compute":{"low":"10e25"}}"#, "training_compute/low", "1e25 or 3.2e26"),
        (r#"{"training_compute":{}}"#, "training_compute/low", "give one"),
        (r#"{"cause_confidence":101}"#, "cause_confidence", "0 to 100"),
        (r#"{"critical_infrastructure":"yes"}"#, "critical_infrastructure", "`true` or `false`"),
        (r#"{"precision":{"occurred":"week"}}"#, "precision/occurred", "known are year"),
        (r#"{"system":7}"#, "system", "a text, not a number"),
        (r#"{"stage":"retracted","stage_reason":"x"}"#, "revoked", "set it"),
        (r#"{"stage":"not reportable"}"#, "stage_reason", "say why"),
    ];
    for (extension, property, advice) in wrong {
        let error = read(extension).unwrap_err();
        assert_eq!(error.property, property, "{extension}");
        assert!(error.to_string().contains(advice), "{error}");
    }
}

#[test]
fn a_date_keeps_how_exact_it_is_and_the_thirtieth_of_february_is_no_date() {
    for text in ["2023", "2023-02", "2023-02-28", "2023-02-28T07Z", "2023-02-28T07:05Z", "2023-02-28T07:05:09Z"] {
        assert_eq!(moment(text).to_string(), text);
    }
    let facts = Facts::default().with_moment(TimeName::Occurred, &moment("2023-02"));
    let incident = Incident::new(&id(CRANE), at(0), &facts).unwrap();
    let kept = Incident::of_object(&incident.to_object().unwrap()).unwrap();
    assert_eq!(kept.facts().moment(TimeName::Occurred).unwrap().to_string(), "2023-02");
    for text in ["2023-02-30", "2023-13", "2023-2-1", "02/03/2023", "2023-02-28T25:00Z", "2023-02-28 07:05", "", "ééé"]
    {
        assert!(text.parse::<Moment>().unwrap_err().to_string().contains("correct the day"), "{text}");
    }
}

#[test]
fn a_time_without_a_precision_gets_none() {
    let incident = read(r#"{"discovered":"2026-06-30T21:09:00.50Z"}"#).unwrap();
    let moment = incident.facts().moment(TimeName::Discovered).unwrap();
    assert_eq!((moment.precision(), moment.to_string().as_str()), (None, "2026-06-30T21:09:00.50Z"));
}

#[test]
fn the_twenty_nine_criteria_stand_in_properties_and_the_seven_are_flagged() {
    assert!(CRITERIA.iter().map(|one| one.number).eq(1..=29));
    let mandatory: Vec<_> = CRITERIA.iter().filter(|one| one.is_mandatory).map(|one| one.number).collect();
    assert_eq!(mandatory, [1, 2, 3, 4, 7, 10, 11]);
    let known: Vec<_> = incident::property_names().chain(["created_by_ref", "external_references"]).collect();
    for criterion in CRITERIA {
        assert!(criterion.properties.iter().all(|name| known.contains(name)), "{}", criterion.asks);
    }
    let numbers = |incident: &Incident| missing(incident).iter().map(|one| one.number).collect::<Vec<_>>();
    assert_eq!(numbers(&crane()), [7]);
    let source = CrossReference::new(Database::Aiid, "639").unwrap();
    assert!(numbers(&crane().with_reference(&source).unwrap()).is_empty());
    let bare = Incident::new(&id(CRANE), at(0), &Facts::default().with_text(Text::Name, "  ")).unwrap();
    assert_eq!(numbers(&bare), mandatory);
}

#[test]
fn ids_of_other_databases_have_their_form() {
    let good = [
        (Database::Aiid, "639"),
        (Database::Avid, "AVID-2023-V001"),
        (Database::Avid, "AVID-2025-R0001"),
        (Database::Atlas, "AML.T0051.000"),
        (Database::Atlas, "AML.CS0012"),
        (Database::Atlas, "AML.TA0002"),
        (Database::Cve, "CVE-2024-12345"),
        (Database::OecdAim, "2022-01-11-9de9"),
    ];
    for (database, id) in good {
        assert_eq!(CrossReference::new(database, id).unwrap().id(), id);
    }
    let bad = [
        (Database::Aiid, "0639"),
        (Database::Aiid, "incident 639"),
        (Database::Avid, "AVID-23-V001"),
        (Database::Atlas, "AML.T51"),
        (Database::Atlas, "T0051"),
        (Database::Cve, "cve-2024-12345"),
        (Database::OecdAim, "2022-02-30-9de9"),
    ];
    for (database, id) in bad {
        assert!(CrossReference::new(database, id).unwrap_err().to_string().contains("such as"), "{id}");
    }
}

#[test]
fn a_wrong_reference_is_named_by_its_place_and_other_sources_pass() {
    let sources =
        r#"{"x":[{"source_name":"a newspaper","external_id":"?"},{"source_name":"CVE","external_id":"2024-1"}]}"#;
    let list = map(sources).get("x").unwrap().clone();
    let object = StixObject::from_map(crane().object().clone().with("external_references", list)).unwrap();
    let error = Incident::of_object(&object).unwrap_err();
    assert_eq!(error.property, "external_references/1/external_id");
    assert!(error.reason.contains("CVE-2024-12345"), "{error}");
}

#[test]
fn text_that_acts_on_its_reader_is_named_and_not_changed() {
    for (text, found) in
        [("a\u{202E}b", "U+202E at octet 1"), ("x <b>y", "HTML at octet 2"), ("a&lt;b", "HTML at octet 1")]
    {
        let error = Incident::new(&id(CRANE), at(0), &Facts::default().with_text(Text::Cause, text)).unwrap_err();
        assert_eq!(error.property, "cause");
        assert!(error.reason.contains(found), "{error}");
    }
    for plain in ["a < b and b > c", "R&D", "fish & chips; beer", "中文说明"] {
        assert_eq!(acting(plain), [], "{plain}");
    }
    let foreign = read(r#"{"cause":"<script>","remarks":"safe"}"#).unwrap();
    let concerns = foreign.concerns();
    assert_eq!(concerns.len(), 1);
    assert!(concerns[0].place.as_str().ends_with("/cause"));
    assert!(matches!(concerns[0].what, Acting::Html { .. }));
    assert_eq!(foreign.facts().text(Text::Cause), Some("<script>"));
}

#[test]
fn whether_compute_passes_a_line_may_stay_open() {
    let range = |low: &str, high: &str| ComputeRange::new(low.parse().ok(), high.parse().ok()).unwrap();
    let line: Flop = "1e26".parse().unwrap();
    assert_eq!(range("2e26", "").exceeds(line), Some(true));
    assert_eq!(range("1e25", "1e26").exceeds(line), Some(false));
    assert_eq!(range("1e25", "3e26").exceeds(line), None);
    assert_eq!("9.50e9".parse::<Flop>().unwrap().to_string(), "9.5e9");
    assert!("9.5e9".parse::<Flop>().unwrap() < "1e10".parse().unwrap());
}

#[test]
fn the_core_extension_stands_beside_ours() {
    let core = IncidentCore::new("successful-attempt", "open");
    let incident = crane().with_core(&core).unwrap();
    let again = Incident::of_object(&incident.to_object().unwrap()).unwrap();
    assert_eq!(again.core().unwrap().determination(), Some("successful-attempt"));
    assert_eq!(again.facts(), crane().facts());
    let version_1 = map(r#"{"determination":"confirmed","investigation_status":"new","criticality":"critical"}"#);
    assert_eq!(IncidentCore::read(&version_1).unwrap().criticality(), None);
    let wrong = IncidentCore::read(&map(r#"{"criticality":101}"#)).unwrap_err();
    assert!(wrong.property.ends_with("/criticality"));
}

#[test]
fn a_part_says_that_it_is_a_part() {
    let mut shown = with_extension(r#"{"countries":[],"precision":{"occurred":"day"},"stage":"retracted"}"#);
    shown.remove("name");
    shown.remove("type");
    let part = Incident::of_shown(&shown).unwrap();
    assert_eq!(part.showing(), Showing::Part);
    assert!(part.facts().moment(TimeName::Occurred).is_none());
    assert_eq!(part.object().get("name"), None::<&Json>);
}

proptest! {
    /// Whatever is written is read again as the same facts.
    #[test]
    fn facts_survive_the_object(
        system in "[a-z \\p{Han}]{0,12}",
        parties in prop::collection::vec("[a-z]{1,8}", 1..4),
        deaths in 0_u64..1 << 53,
        bounds in (0_u64..1000, 0_u64..1000),
        year in 1900_u16..2100,
    ) {
        let mut facts = crane_facts().with_text(Text::System, &system);
        facts.lists.insert(incident::List::AffectedParties, parties);
        facts.counts.insert(incident::Count::Deaths, deaths);
        let range = Range::new(Some(bounds.0.min(bounds.1)), Some(bounds.0.max(bounds.1))).unwrap();
        facts.harms.push(incident::Harm::new(incident::HarmType::Economic).of(range, "EUR"));
        facts = facts.with_moment(TimeName::Discovered, &moment(&year.to_string()));
        let object = Incident::new(&id(CRANE), at(0), &facts).unwrap().to_object().unwrap();
        let again = Incident::of_object(&object).unwrap();
        prop_assert_eq!(again.facts(), &facts);
    }
}
