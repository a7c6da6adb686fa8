//! What is kept reads back as it was written, and nothing else does; and clocks follow from what is kept.

use duties::clock::{ClockEvent, ClockId, ClockState, Clocks, Happening, NODE, set};
use duties::kept::{
    ADOPTION_TYPE, Adoption, CLOCK_TYPE, FACTS_TYPE, Folded, KeptAdoption, KeptClock, KeptFacts,
    MAX_EVENTS_OF_A_RECORD, Subject,
};
use duties::{Span, Value};
use proptest::prelude::*;
use record::digest::RecordDigest;
use record::json::{Json, Map};
use record::stix::StixId;
use record::time::Timestamp;

use crate::scene::{at, dictionary, facts, small};

const INCIDENT: &str = "incident--0b0c6f0e-9f5e-4d7a-9d3b-2c5a0e6b7f01";
const PARTY: &str = "identity--0b0c6f0e-9f5e-4d7a-9d3b-2c5a0e6b7f01";
const NOW: &str = "2026-07-01T12:00:00Z";

fn id(object_type: &str) -> StixId {
    format!("{object_type}--3f0c6f0e-9f5e-4d7a-9d3b-2c5a0e6b7f02").parse().unwrap()
}

fn digest(number: u8) -> RecordDigest {
    RecordDigest::from_octets([number; 32])
}

fn incident() -> Subject {
    Subject::Incident(INCIDENT.to_owned())
}

fn event(stage: &str, by: &str, happening: Happening) -> ClockEvent {
    ClockEvent::new(ClockId::new(INCIDENT, stage), at(NOW), by, happening)
}

/// The object with a member of its extension changed.
fn with(object: &Map, name: &str, value: Json) -> Map {
    let mut object = object.clone();
    let extensions = object.get("extensions").and_then(Json::as_object).unwrap().clone();
    let (extension, own) = extensions.iter().next().unwrap();
    let mut own = own.as_object().unwrap().clone();
    own.set(name, value);
    object.set("extensions", Map::new().with(extension, own));
    object
}

#[test]
fn answered_facts_read_back_and_say_what_was_taken_back() {
    let said = facts(
        r#"{"harm.deaths": 1, "incident.conduct": [], "place.countries": {"has": ["DE"]}, "filed:small/tell/initial": "2026-07-01T00:00:00Z"}"#,
    );
    let kept = KeptFacts::new(incident(), &said, &["harm.injured".to_owned()]).unwrap();
    let object = kept.to_object(&id(FACTS_TYPE), at(NOW)).unwrap();
    assert_eq!(KeptFacts::of_shown(object.as_map()).unwrap(), kept);
    assert_eq!(kept.facts["harm.injured"], None);
}

#[test]
fn facts_in_a_form_of_their_own_are_refused() {
    let object = KeptFacts::new(incident(), &facts(r#"{"harm.deaths": 1}"#), &["harm.injured".to_owned()]).unwrap();
    let object = object.to_object(&id(FACTS_TYPE), at(NOW)).unwrap();
    for text in ["", "[]", "{", r#"{"a": 1, "a": 2}"#, r#"{"harm.injured": 2}"#] {
        assert!(KeptFacts::of_shown(&with(object.as_map(), "facts", Json::text(text))).is_err(), "{text}");
    }
    for about in ["party", "nobody"] {
        assert!(KeptFacts::of_shown(&with(object.as_map(), "about", Json::text(about))).is_err(), "{about}");
    }
}

#[test]
fn what_is_said_of_the_party_is_about_the_party() {
    let party = || Subject::Party(PARTY.to_owned());
    let kept = KeptFacts::new(party(), &facts(r#"{"system.training_compute": "3e26"}"#), &[]).unwrap();
    let object = kept.to_object(&id(FACTS_TYPE), at(NOW)).unwrap();
    assert_eq!(KeptFacts::of_shown(object.as_map()).unwrap(), kept);
    let refused = KeptFacts::new(party(), &facts(r#"{"harm.deaths": 1}"#), &[]).unwrap_err();
    assert!(refused[0].reason.contains("duties answer"), "{refused:?}");
}

#[test]
fn a_fact_is_not_said_and_taken_back_at_once_nor_taken_back_unknown() {
    let said = facts(r#"{"harm.deaths": 1}"#);
    for fact in ["harm.deaths", "harm.dead", "filed:nothing"] {
        assert!(KeptFacts::new(incident(), &said, &[fact.to_owned()]).is_err(), "{fact}");
    }
}

#[test]
fn of_each_fact_the_last_word_holds() {
    let mut folded = Folded::default();
    let say = |text: &str, back: &[&str]| {
        let back: Vec<String> = back.iter().map(|id| (*id).to_owned()).collect();
        KeptFacts::new(incident(), &facts(text), &back).unwrap()
    };
    folded.take(digest(1), &say(r#"{"harm.deaths": 1, "harm.injured": 2}"#, &[]));
    folded.take(digest(2), &say(r#"{"harm.deaths": 0}"#, &[]));
    folded.take(digest(3), &say("{}", &["harm.injured"]));
    let (read, left_out) = folded.read(&dictionary());
    assert_eq!(read, facts(r#"{"harm.deaths": 0}"#));
    assert_eq!((folded.values["harm.deaths"].1, left_out), (digest(2), Vec::new()));
}

#[test]
fn a_fact_of_an_earlier_dictionary_is_named_and_the_others_count() {
    let object = KeptFacts::new(incident(), &facts(r#"{"harm.deaths": 1}"#), &[]).unwrap();
    let object = object.to_object(&id(FACTS_TYPE), at(NOW)).unwrap();
    let odd = Json::text(r#"{"harm.deaths": 1, "harm.ghosts": 3}"#);
    let kept = KeptFacts::of_shown(&with(object.as_map(), "facts", odd)).unwrap();
    let mut folded = Folded::default();
    folded.take(digest(1), &kept);
    let (read, left_out) = folded.read(&dictionary());
    assert_eq!(read, facts(r#"{"harm.deaths": 1}"#));
    assert!(left_out.len() == 1 && left_out[0].0 == "harm.ghosts" && !left_out[0].1.is_empty(), "{left_out:?}");
}

#[test]
fn events_of_clocks_read_back() {
    let due = Span::between(at("2026-07-03T00:00:00Z"), at("2026-07-04T00:00:00Z"));
    let events = vec![
        event("small/tell/initial", NODE, Happening::Set { started: Span::exact(at(NOW)), due }),
        event("small/tell/initial", "dov", Happening::Acknowledged),
        event("small/tell/initial", "dov", Happening::Filed { version: digest(1).to_string() }),
        event("small/tell/initial", "lin", Happening::Withdrawn { because: digest(2).to_string() }),
        event("small/tell/initial", NODE, Happening::Displaced { by: "small/warn".to_owned() }),
        event("small/tell/initial", NODE, Happening::Missed { due: at(NOW) }),
        event("small/tell/initial", NODE, Happening::Reminded { percent: 50 }),
        event("small/tell/initial", NODE, Happening::Escalated),
    ];
    let kept = KeptClock::new(INCIDENT, events).unwrap();
    let object = kept.to_object(&id(CLOCK_TYPE), at(NOW)).unwrap();
    assert_eq!(KeptClock::of_shown(object.as_map()).unwrap(), kept);
}

#[test]
fn nothing_of_a_case_stands_where_an_id_should() {
    let bad = [
        event("small/tell/initial", "dov", Happening::Filed { version: "the crane fell".to_owned() }),
        event("small/tell/initial", "dov", Happening::Withdrawn { because: "nobody was hurt".to_owned() }),
        event("small/tell/initial", "dov", Happening::Displaced { by: "another duty".to_owned() }),
        event("the crane fell", "dov", Happening::Acknowledged),
        event("small/tell/initial", &"x".repeat(300), Happening::Acknowledged),
        ClockEvent::new(ClockId::new("incident--other", "small/tell/initial"), at(NOW), "dov", Happening::Acknowledged),
    ];
    for event in bad {
        assert!(KeptClock::new(INCIDENT, vec![event.clone()]).is_err(), "{event:?}");
    }
    assert!(KeptClock::new("crane--1", vec![event("small/tell/initial", "dov", Happening::Acknowledged)]).is_err());
    assert!(KeptClock::new(INCIDENT, Vec::new()).is_err());
    let many = vec![event("small/tell/initial", "dov", Happening::Acknowledged); MAX_EVENTS_OF_A_RECORD + 1];
    assert!(KeptClock::new(INCIDENT, many).is_err());
}

#[test]
fn an_adoption_reads_back_and_a_member_that_is_not_known_is_refused() {
    let packs = small();
    let kept = KeptAdoption::new(&packs.packs()[0], digest(7), Adoption::Adopted);
    let object = kept.to_object(&id(ADOPTION_TYPE), at(NOW)).unwrap();
    assert_eq!(KeptAdoption::of_shown(object.as_map()).unwrap(), kept);
    let bad = [("word", "perhaps"), ("digest", "abc"), ("record", "abc"), ("until", "2027-01-01"), ("pack", "No Id")];
    for (name, value) in bad {
        let changed = with(object.as_map(), name, Json::text(value));
        assert!(KeptAdoption::of_shown(&changed).is_err(), "{name}");
    }
    let facts = KeptFacts::new(incident(), &facts(r#"{"harm.deaths": 1}"#), &[]).unwrap();
    let other = facts.to_object(&id(FACTS_TYPE), at(NOW)).unwrap();
    assert!(KeptAdoption::of_shown(other.as_map()).is_err(), "another type");
}

proptest! {
    /// Whatever stands in the members, reading ends with a value or with faults.
    #[test]
    fn anything_is_read_or_refused(name in "[a-z]{1,8}", text in ".{0,40}", number in any::<i32>()) {
        let packs = small();
        let adoption = KeptAdoption::new(&packs.packs()[0], digest(7), Adoption::Adopted);
        let object = adoption.to_object(&id(ADOPTION_TYPE), at(NOW)).unwrap();
        for value in [Json::text(text.as_str()), Json::count(number), Json::Array(vec![Json::Null]), Json::Null] {
            let changed = with(object.as_map(), &name, value);
            if let Err(faults) = KeptAdoption::of_shown(&changed) {
                prop_assert!(!faults.is_empty());
            }
        }
    }
}

/// An incident under the small pack, whose clocks are set as the facts ask.
struct Case {
    packs: duties::Packs,
    facts: duties::Facts,
    clocks: Clocks,
}

impl Case {
    fn of(text: &str) -> Self {
        Self { packs: small(), facts: facts(text), clocks: Clocks::new() }
    }

    fn say(&mut self, text: &str) {
        self.facts = self.facts.clone().with(&facts(text));
    }

    /// What is asked of the clocks now; taken at once.
    fn set(&mut self, now: &str) -> Vec<(String, &'static str)> {
        let answers = self.packs.evaluate(&self.facts, at(now));
        let setting = set(INCIDENT, &answers, &self.clocks, &digest(9).to_string(), at(now));
        setting.events.iter().for_each(|event| self.clocks.take(event).unwrap());
        let again = set(INCIDENT, &answers, &self.clocks, &digest(9).to_string(), at(now));
        assert_eq!(again.events, Vec::new(), "what was set is not set again");
        setting.events.iter().map(|event| (event.clock.stage.clone(), event.happening.name())).collect()
    }

    fn take(&mut self, by: &str, happening: Happening) {
        self.clocks.take(&event("small/tell/initial", by, happening)).unwrap();
    }

    fn state(&self, stage: &str, now: &str) -> ClockState {
        self.clocks.get(&ClockId::new(INCIDENT, stage)).unwrap().state(at(now))
    }
}

const GRAVE: &str = r#"{"actor.roles": {"has": ["provider"]}, "harm.serious_health": true, "harm.deaths": 0,
    "harm.death_link": "ruled_out", "time.aware": "2026-07-01T00:00:00Z", "time.suspected": "not yet",
    "actor.eu_equivalent_reporting": false}"#;

const TELL: &str = "small/tell/initial";

fn first(asked: &[(String, &'static str)]) -> Option<&'static str> {
    asked.iter().find(|(stage, _)| stage == TELL).map(|(_, word)| *word)
}

#[test]
fn clocks_are_set_moved_and_withdrawn_as_the_facts_say() {
    let mut case = Case::of(GRAVE);
    assert_eq!(first(&case.set(NOW)), Some("set"));
    case.say(r#"{"time.aware": "2026-06-30T00:00:00Z"}"#);
    assert_eq!(first(&case.set(NOW)), Some("set"), "moved");
    case.say(r#"{"harm.serious_health": false}"#);
    assert_eq!(first(&case.set(NOW)), Some("withdrawn"));
    assert_eq!(case.state(TELL, NOW), ClockState::Withdrawn);
    case.say(r#"{"harm.serious_health": true}"#);
    assert_eq!(first(&case.set(NOW)), Some("set"), "what the facts withdrew they set again");
}

#[test]
fn a_clock_is_not_stopped_because_a_fact_is_unknown_again() {
    let mut case = Case::of(GRAVE);
    case.set(NOW);
    let index = dictionary().find("harm.serious_health").unwrap();
    drop(case.facts.set(index, None));
    assert_eq!(first(&case.set(NOW)), None);
    let answers = case.packs.evaluate(&case.facts, at(NOW));
    let setting = set(INCIDENT, &answers, &case.clocks, &digest(9).to_string(), at(NOW));
    assert!(setting.unsettled.iter().any(|one| one.stage == TELL && !one.missing.is_empty()), "{setting:?}");
    assert_eq!(case.state(TELL, NOW), ClockState::Running);
}

#[test]
fn what_a_person_withdrew_stays_so_until_its_moment_is_another() {
    let mut case = Case::of(GRAVE);
    case.set(NOW);
    case.take("lin", Happening::Withdrawn { because: digest(3).to_string() });
    assert_eq!(first(&case.set(NOW)), None);
    assert_eq!(case.state(TELL, NOW), ClockState::Withdrawn);
    case.say(r#"{"time.aware": "2026-06-29T00:00:00Z"}"#);
    assert_eq!(first(&case.set(NOW)), Some("set"));
}

#[test]
fn what_was_filed_stays_filed_and_begins_what_follows() {
    let mut case = Case::of(GRAVE);
    case.set(NOW);
    case.take("dov", Happening::Filed { version: digest(4).to_string() });
    case.facts.set_filed(TELL, Value::Instant(Span::exact(at(NOW))));
    let asked = case.set(NOW);
    assert!(asked.contains(&("small/tell/interim".to_owned(), "set")), "{asked:?}");
    case.say(r#"{"time.aware": "2026-06-28T00:00:00Z", "harm.serious_health": false}"#);
    assert_eq!(first(&case.set(NOW)), None);
    assert_eq!(case.state(TELL, NOW), ClockState::Filed);
}

#[test]
fn a_duty_that_gives_way_displaces_its_clocks() {
    let mut case = Case::of(GRAVE);
    case.set(NOW);
    case.say(r#"{"actor.eu_equivalent_reporting": true, "incident.imminent_danger": true}"#);
    let asked = case.set(NOW);
    assert_eq!(first(&asked), Some("displaced"), "{asked:?}");
    assert_eq!(case.state(TELL, NOW), ClockState::Displaced);
    assert!(asked.contains(&("small/warn/warning".to_owned(), "set")), "{asked:?}");
}

#[test]
fn an_event_that_cannot_follow_changes_nothing() {
    let mut clocks = Clocks::new();
    assert!(clocks.take(&event(TELL, "dov", Happening::Acknowledged)).is_err());
    assert!(clocks.is_empty());
    let late = Span::exact(at("2026-07-02T00:00:00Z"));
    clocks.take(&event(TELL, NODE, Happening::Set { started: Span::exact(at(NOW)), due: late })).unwrap();
    let before = clocks.clone();
    let reversed = Happening::Set { started: late, due: Span::exact(Timestamp::from_micros(0)) };
    assert!(clocks.take(&event(TELL, NODE, reversed)).is_err());
    assert_eq!(clocks, before);
}
