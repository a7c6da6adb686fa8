//! What an incident becomes, and that it comes back.

use std::collections::BTreeSet;

use interop::misp::{
    Audience, Distribution, Event, Organisation, Sender, SharingGroup, add_report, event_id, event_of, feed,
};
use interop::{Compared, Losses, compare};
use proptest::prelude::*;
use record::json::{Json, Map};
use record::label::{Marks, Pap, Tlp};
use uuid::Uuid;

use super::{event_read, misp};

const IDENTITY: &str = "identity--0b0c6f0e-9f5e-8d7a-9d3b-2c5a0e6b7f02";
const ID: &str = "incident--0b0c6f0e-9f5e-5d7a-9d3b-2c5a0e6b7f09";

pub(crate) fn sender() -> Sender {
    Sender::new(IDENTITY, "Harbour", Audience::OwnOrganisation).unwrap()
}

/// An incident with these properties of our extension.
pub(crate) fn incident_with(own: &Map) -> Map {
    let own = own.iter().fold(Map::new().with("extension_type", "property-extension"), |all, (name, value)| {
        all.with(name, value.clone())
    });
    Map::new()
        .with("type", "incident")
        .with("spec_version", "2.1")
        .with("id", ID)
        .with("created", "2026-07-01T10:00:00.000000Z")
        .with("modified", "2026-07-02T10:00:00.500000Z")
        .with("created_by_ref", IDENTITY)
        .with("name", "Crane 起重机")
        .with("description", "It stood,\nas if asleep.")
        .with("extensions", Map::new().with(incident::extension_id(), own))
}

fn list(texts: &[&str]) -> Json {
    Json::Array(texts.iter().map(|text| Json::text(*text)).collect())
}

pub(crate) fn full() -> Map {
    let reference = |members: Map| Json::Object(members);
    let references = vec![
        reference(Map::new().with("source_name", "cve").with("external_id", "CVE-2026-12345")),
        reference(
            Map::new()
                .with("source_name", "AVID")
                .with("external_id", "AVID-2026-R0001")
                .with("url", "https://avidml.org/a"),
        ),
        reference(Map::new().with("source_name", "MISP taxonomy").with("external_id", "eu-ai-act:risk-level=\"high\"")),
        reference(Map::new().with("source_name", "a conversation").with("description", "by \"radio\"")),
    ];
    let own = Map::new()
        .with("occurred", "2026-06-30T00:00:00Z")
        .with("aware", "2026-07-01T00:20:00.250000Z")
        .with("precision", Map::new().with("occurred", "day"))
        .with("developer", "Yard")
        .with("deployer", "Yard")
        .with("model", "lane-net")
        .with("model_version", "2")
        .with("severity", "serious incident")
        .with("tasks", list(&["lifting", "looking", "lifting more"]))
        .with("injured", Json::count(2))
        .with("place", Map::new().with("country", "NL"));
    incident_with(&own).with("external_references", Json::Array(references)).with("lang", "en")
}

fn written(incident: &Map) -> (Event, Losses) {
    let mut losses = Losses::new();
    let marks = Marks::new(Tlp::Amber, Pap::Clear);
    (event_of(incident, Some(&marks), &sender(), &mut losses).unwrap(), losses)
}

/// The incident that the event of an incident becomes, without the reference to that event.
fn round(incident: &Map) -> (Map, Compared) {
    let (event, _) = written(incident);
    let came = misp(&Json::Object(event.to_map()).to_text());
    let mut back = came.one();
    let mut references = back.get("external_references").unwrap().as_array().unwrap().to_vec();
    references.remove(0);
    let _all = back.remove("external_references");
    if !references.is_empty() {
        back.set("external_references", Json::Array(references));
    }
    let properties: Vec<String> = incident::property_names().map(str::to_owned).chain(["lang".to_owned()]).collect();
    // What was written is asked of what came back, and the other way round, as one row and one version.
    let mut version = incident.clone();
    let mut list = version.get("external_references").and_then(Json::as_array).unwrap_or_default().to_vec();
    list.push(came.one().get("external_references").unwrap().as_array().unwrap()[0].clone());
    version.set("external_references", Json::Array(list));
    (back, compare(&came.rows[0].content, &version, &properties))
}

#[test]
fn an_incident_comes_back_as_it_was() {
    let incident = full();
    let (back, compared) = round(&incident);
    assert_eq!(compared, Compared::Same, "{}", Json::Object(back).to_text());
    assert!(written(&incident).1.is_empty(), "everything had a place: {:?}", written(&incident).1);
}

#[test]
fn an_event_stands_under_the_names_that_misp_has() {
    let (event, _) = written(&full());
    let names: Vec<_> = event.objects.iter().map(|object| object.name.as_str()).collect();
    assert_eq!(names, ["incident", "ai-model-component", "detente-incident"]);
    let tags: Vec<_> = event.tags.iter().map(|tag| tag.name.as_str()).collect();
    assert_eq!(tags, ["tlp:amber", "PAP:CLEAR", "eu-ai-act:risk-level=\"high\""]);
    assert_eq!((event.info.as_str(), event.date.as_str()), ("Crane 起重机", "2026-06-30"));
    assert_eq!(event.timestamp_s, 1_782_986_400);
}

#[test]
fn a_report_about_the_incident_goes_where_its_event_goes() {
    let report = |number: u32| {
        Map::new()
            .with("type", "report")
            .with("id", format!("report--0b0c6f0e-9f5e-5d7a-9d3b-{number:012}"))
            .with("modified", "2026-07-03T10:00:00Z")
            .with("name", " What the yard found 调查 ")
            .with("description", "The brake\nwas worn.")
    };
    let mut event = written(&full()).0;
    add_report(&mut event, &report(1)).unwrap();
    add_report(&mut event, &report(2)).unwrap();
    let nameless = report(3).into_iter().filter(|(name, _)| name != "name").collect();
    assert!(add_report(&mut event, &nameless).is_err(), "MISP asks for a name");
    let events = [event.clone()];
    let files: Vec<_> = feed(&events, &Audience::OwnOrganisation).unwrap().collect();
    let text = String::from_utf8(
        files.iter().find(|file| file.path.contains(&event.uuid.to_string())).unwrap().octets.clone(),
    )
    .unwrap();
    let reports = text.matches(r#""distribution":"5""#).count();
    assert_eq!((reports, text.matches("What the yard found").count()), (2, 2), "{text}");
    let came = misp(&Json::Object(event.to_map()).to_text());
    assert_eq!(came.one().text("name"), Some("Crane 起重机"), "an event with reports is read as one without");
}

#[test]
fn the_same_incident_is_the_same_event_at_every_writing() {
    assert_eq!(written(&full()).0, written(&full()).0);
    assert_eq!(written(&full()).0.uuid, event_id(ID));
    assert_eq!(event_id(ID).to_string(), "b59498d0-7a8f-5b64-93ce-bc970ec8c98a");
}

#[test]
fn nothing_is_meant_for_more_than_the_taker_or_a_group_with_members() {
    let (event, _) = written(&full());
    assert_eq!(event.distribution, Some(Distribution::Organisation));
    assert!(SharingGroup::new(Uuid::from_u128(1), "Quay", Vec::new()).is_err(), "an empty group is nobody");
    let member = Organisation::new(Uuid::from_u128(2), "Quay");
    let group = SharingGroup::new(Uuid::from_u128(1), "Both quays", vec![member]).unwrap();
    let to_group = Sender::new(IDENTITY, "Harbour", Audience::Group(group)).unwrap();
    let event = event_of(&full(), None, &to_group, &mut Losses::new()).unwrap();
    let map = event.to_map();
    let inside = map.get("Event").unwrap().as_object().unwrap();
    assert_eq!(inside.text("distribution"), Some("4"));
    assert!(inside.get("SharingGroup").unwrap().as_object().unwrap().contains("SharingGroupOrg"));
}

#[test]
fn what_has_no_place_is_told() {
    let incident = full().with("x_ours", "at home").with("description", "x".repeat(70_000));
    let (event, losses) = written(&incident);
    let fields: Vec<_> = losses.iter().map(|(field, _)| field).collect();
    assert_eq!(fields, ["description", "x_ours"]);
    assert!(event.all_attributes().all(|attribute| attribute.value.len() < 70_000));
    let mut losses = Losses::new();
    let nameless = incident_with(&Map::new()).with("name", " ");
    let event = event_of(&nameless, None, &sender(), &mut losses).unwrap();
    let fields: Vec<_> = losses.iter().map(|(field, _)| field).collect();
    assert_eq!((event.info.as_str(), fields), ("[no name]", vec!["label", "name", "occurred"]));
}

#[test]
fn no_reference_becomes_a_tag_that_says_what_may_be_done() {
    for name in ["tlp:clear", "TLP:white", "PAP:CLEAR", "detente:handling=\"x\""] {
        let reference = Map::new().with("source_name", "MISP taxonomy").with("external_id", name);
        let incident =
            incident_with(&Map::new()).with("external_references", Json::Array(vec![Json::Object(reference)]));
        let event = event_of(&incident, None, &sender(), &mut Losses::new()).unwrap();
        assert_eq!(event.tags, [], "{name}");
        assert_eq!(round(&incident).1, Compared::Same, "and it is not lost: {name}");
    }
}

#[test]
fn white_space_at_the_ends_is_taken_off_before_misp_does_it() {
    let incident = full().with("name", " Crane").with("description", "It stood.\n");
    let (event, losses) = written(&incident);
    assert_eq!(event.info, "Crane");
    assert!(event.all_attributes().all(|attribute| attribute.value == attribute.value.trim()));
    let fields: Vec<_> = losses.iter().map(|(field, _)| field).collect();
    assert_eq!(fields, ["description", "name"]);
}

#[test]
fn a_month_is_no_day_and_does_not_become_one() {
    let own =
        Map::new().with("occurred", "2026-06-01T00:00:00Z").with("precision", Map::new().with("occurred", "month"));
    let (event, losses) = written(&incident_with(&own));
    assert_eq!(event.date.as_str(), "2026-07-01", "the day of the object's creation");
    assert!(losses.iter().any(|(field, _)| field == "occurred"));
    assert_eq!(round(&incident_with(&own)).1, Compared::Same, "and the month comes back as a month");
}

#[test]
fn an_incident_without_id_or_time_is_no_event() {
    let mut incident = full();
    let _id = incident.remove("id");
    let error = event_of(&incident, None, &sender(), &mut Losses::new()).unwrap_err();
    assert!(error.reason.contains("is missing"), "{error:?}");
}

#[test]
fn our_object_is_the_template_that_we_publish() {
    let text = include_bytes!("../../../../data/misp-objects/detente-incident/definition.json");
    let template = record::json::parse(text.trim_ascii()).unwrap();
    let template = template.as_object().unwrap();
    let ours = written(&full()).0.objects.pop().unwrap();
    assert_eq!(template.text("uuid"), ours.template_uuid.map(|uuid| uuid.to_string()).as_deref());
    assert_eq!(template.text("name"), Some(ours.name.as_str()));
    let known: BTreeSet<&str> = template.get("attributes").unwrap().as_object().unwrap().names().collect();
    let expected: BTreeSet<&str> = incident::property_names().chain(["lang", "id", "external_reference"]).collect();
    assert_eq!(known, expected, "whoever adds a property adds it there");
}

/// Text that acts on nobody.
fn words() -> impl Strategy<Value = String> {
    "[a-zA-Z0-9 ,.;:=\"'\\\\\\n起重机箱é-]{0,30}".prop_map(|text| format!("w{text}w"))
}

fn time() -> impl Strategy<Value = (String, Option<&'static str>)> {
    let precision = prop_oneof![
        Just(None),
        Just(Some("year")),
        Just(Some("month")),
        Just(Some("day")),
        Just(Some("hour")),
        Just(Some("minute")),
        Just(Some("second"))
    ];
    ((1..13_u8, 1..28_u8, 0..24_u8, 0..60_u8), any::<bool>(), precision).prop_map(
        |((month, day, hour, minute), is_exact, precision)| {
            let rest = if is_exact { ":07.250Z" } else { ":00Z" };
            (format!("2026-{month:02}-{day:02}T{hour:02}:{minute:02}{rest}"), precision)
        },
    )
}

prop_compose! {
    fn incidents()(
        name in proptest::option::of(words()),
        description in proptest::option::of(words()),
        texts in proptest::collection::btree_map(prop_oneof![Just("cause"), Just("deployer"), Just("model"), Just("model_version"), Just("remarks")], words(), 0..5),
        tasks in proptest::collection::vec(words(), 0..4),
        times in proptest::collection::btree_map(prop_oneof![Just("aware"), Just("occurred"), Just("reported")], time(), 0..3),
        deaths in proptest::option::of(0..1_000_i64),
        titles in proptest::collection::btree_set(words(), 0..4),
    ) -> Map {
        let mut own = Map::new();
        texts.iter().for_each(|(name, text)| own.set(*name, text.as_str()));
        if !tasks.is_empty() {
            own.set("tasks", Json::Array(tasks.iter().map(|one| Json::text(one.as_str())).collect()));
        }
        let mut precision = Map::new();
        for (name, (text, exact)) in &times {
            own.set(*name, text.as_str());
            if let Some(exact) = exact {
                precision.set(*name, *exact);
            }
        }
        if !precision.is_empty() {
            own.set("precision", precision);
        }
        if let Some(deaths) = deaths {
            own.set("deaths", Json::count(deaths));
        }
        let mut incident = incident_with(&own);
        for (member, text) in [("name", name), ("description", description)] {
            let _old = incident.remove(member);
            if let Some(text) = text {
                incident.set(member, text);
            }
        }
        let references = titles.iter().map(|title| Json::Object(Map::new().with("source_name", title.as_str()).with("external_id", "7")));
        let references: Vec<Json> = references.collect();
        if references.is_empty() { incident } else { incident.with("external_references", Json::Array(references)) }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]
    /// Whatever an incident says comes back from its event, and the event from its text.
    #[test]
    fn what_was_written_is_read_back(incident in incidents()) {
        let (event, _) = written(&incident);
        let again = event_read(&Json::Object(event.to_map()).to_text());
        prop_assert_eq!(&again.event, &event);
        let (back, compared) = round(&incident);
        prop_assert_eq!(compared, Compared::Same, "{}", Json::Object(back).to_text());
    }
}
