//! Published events, feeds, taxonomies and templates, where they lie beside the clone.
#![expect(clippy::print_stdout, reason = "a test that was skipped must say so")]
#![expect(clippy::disallowed_methods, reason = "the tests read files; the crate does not")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use interop::Markup;
use interop::Source;
use interop::misp::{
    Audience, Event, FeedRead, Limits, MachineTag, Standing, Taxonomies, Taxonomy, Verdict, feed, read_event,
    read_feed, verdict,
};
use record::json::{Json, parse};

use super::outgoing::{full, sender};
use crate::scene::read;

/// A folder of the shared data, or nothing, said aloud.
fn shared(name: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/sharing").join(name);
    if path.exists() {
        return Some(path);
    }
    println!("SKIPPED: {} is not here", path.display());
    None
}

/// Files by their names.
type Files = Vec<(String, Vec<u8>)>;

fn files(folder: &Path) -> Files {
    let mut all: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| (path.file_name().unwrap().to_str().unwrap().to_owned(), std::fs::read(&path).unwrap()))
        .collect();
    all.sort();
    all
}

/// The files of the folder that hold an event.
const EVENTS: [&str; 7] = [
    "57c4445b-c548-4654-af0b-4be3950d210f.json",
    "HTML_event.json",
    "japanese_test.json",
    "long_event.json",
    "misp_event.json",
    "new_misp_event.json",
    "sighting_1.json",
];

fn events() -> Option<Vec<(String, Vec<u8>, Event)>> {
    let folder = shared("misp-events")?;
    let all = EVENTS.iter().map(|name| {
        let octets = std::fs::read(folder.join(name)).unwrap();
        let read = read_event(&octets, &Limits::USUAL).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(read.left_aside, [], "{name}");
        ((*name).to_owned(), octets, read.event)
    });
    Some(all.collect())
}

fn published_feed() -> Option<(FeedRead, Files)> {
    let all = files(&shared("misp-feed")?);
    Some((read_feed(all.clone(), &Limits::USUAL), all))
}

#[test]
fn published_events_are_read_whole_and_come_back() {
    let Some(events) = events() else { return };
    for (name, octets, event) in &events {
        let again = read_event(Json::Object(event.to_map()).to_text().as_bytes(), &Limits::USUAL).unwrap();
        assert_eq!(again.event, *event, "{name}");
        let original = parse(octets.trim_ascii()).unwrap();
        let count = |json: &Json, list: &str| {
            let event = json.as_object().unwrap();
            let event = event.get("Event").and_then(Json::as_object).unwrap_or(event);
            event.get(list).and_then(Json::as_array).map_or(0, <[Json]>::len)
        };
        assert_eq!(count(&original, "Attribute"), event.attributes.len(), "{name}");
        assert_eq!(count(&original, "Tag"), event.tags.len(), "{name}");
    }
    let attributes: usize = events.iter().map(|(_, _, event)| event.all_attributes().count()).sum();
    println!("COUNT: {} published events with {attributes} attributes came back the same", events.len());
}

#[test]
fn published_events_become_incidents_with_their_texts_intact() {
    let Some(events) = events() else { return };
    for (name, octets, event) in &events {
        let source = Source::Misp(Box::new(Taxonomies::none()));
        let came = read(source, octets, Markup::Refuse);
        assert_eq!(came.told(), [""; 0], "{name}");
        assert_eq!(came.one().text("name"), Some(event.info.as_str()), "{name}");
        let beside = came.rows[0].beside.as_ref().unwrap();
        let is_labelled = matches!(beside.verdict, Verdict::Labels(_));
        assert_eq!(is_labelled, event.tags.iter().any(|tag| tag.name.starts_with("tlp:")), "{name}");
        println!(
            "COUNT: {name}: labelled {is_labelled}, {} observables, {} kinds of loss",
            beside.observables.len(),
            came.losses.iter().count()
        );
    }
    let japanese = &events[2];
    assert!(japanese.2.info.contains("条イ音態ぞゃご法説イシ技"));
    assert!(japanese.2.attributes[0].value.chars().any(|one| ('\u{3040}'..='\u{30ff}').contains(&one)));
}

#[test]
fn a_published_feed_fits_together_but_for_what_its_maker_writes_otherwise() {
    let Some((read, _)) = published_feed() else { return };
    assert_eq!(read.entries.len(), 10);
    assert!(read.entries.values().all(|entry| entry.left_aside.is_empty()));
    let faults: Vec<_> = read.faults.iter().map(|fault| format!("{}: {}", fault.path, fault.reason)).collect();
    println!("COUNT: faults of the published feed: {faults:?}");
    assert_eq!(faults.len(), 1, "{faults:?}");
    assert!(faults[0].starts_with("hashes.csv"), "times are hashed in the spelling of Python there");
}

/// What of two texts is the same JSON, whatever its spaces.
fn json(octets: &[u8]) -> Json {
    parse(octets.trim_ascii()).unwrap()
}

#[test]
fn our_list_of_the_published_events_is_the_published_list() {
    let Some((read, all)) = published_feed() else { return };
    let events: Vec<Event> = read.entries.into_values().map(|entry| entry.event).collect();
    let ours: Vec<_> = feed(&events, &Audience::OwnOrganisation).unwrap().collect();
    let octets = |path: &str| json(&all.iter().find(|(name, _)| name == path).unwrap().1);
    let manifest = json(&ours.iter().find(|file| file.path == "manifest.json").unwrap().octets);
    let (ours, theirs) = (manifest.as_object().unwrap().clone(), octets("manifest.json"));
    let theirs = theirs.as_object().unwrap();
    assert_eq!(ours.len(), theirs.len());
    for (uuid, entry) in ours.iter() {
        // Members of a JSON object have no order.
        let sorted = |json: &Json| record::json::canonical(json).unwrap();
        assert_eq!(sorted(entry), sorted(theirs.get(uuid).unwrap()), "{uuid}");
    }
    println!("COUNT: {} entries of the published manifest are ours, member by member", ours.len());
}

#[test]
fn our_digests_of_the_published_events_are_the_published_digests() {
    let Some((read, all)) = published_feed() else { return };
    let events: Vec<Event> = read.entries.into_values().map(|entry| entry.event).collect();
    let ours: Vec<_> = feed(&events, &Audience::OwnOrganisation).unwrap().collect();
    let lines = |octets: &[u8]| -> BTreeSet<String> {
        String::from_utf8(octets.to_vec()).unwrap().lines().map(str::to_owned).collect()
    };
    let ours = lines(&ours.iter().find(|file| file.path == "hashes.csv").unwrap().octets);
    let theirs = lines(&all.iter().find(|(name, _)| name == "hashes.csv").unwrap().1);
    let times = events.iter().flat_map(Event::all_attributes).filter(|one| one.attribute_type.name() == "datetime");
    let times: BTreeSet<&str> = times.map(|one| one.value.as_str()).collect();
    let (only_ours, only_theirs) = (ours.difference(&theirs).count(), theirs.difference(&ours).count());
    println!(
        "COUNT: {} digests are the same; {only_ours} are ours alone, of {} times",
        ours.intersection(&theirs).count(),
        times.len()
    );
    // A MISP looks times up as they stand in the event; PyMISP hashes them in the spelling of Python, with a space for the T. One
    // published digest more is of an attribute that is in the published events and not in that feed's file.
    assert_eq!(only_ours, times.len());
    assert_eq!(only_theirs, times.len() + 1);
}

#[test]
fn published_taxonomies_know_their_own_tags() {
    let Some(folder) = shared("misp-taxonomies") else { return };
    let mut taxonomies = Taxonomies::none();
    for (name, octets) in
        files(&folder).into_iter().filter(|(name, _)| name != "MANIFEST.json" && name.ends_with(".json"))
    {
        taxonomies = taxonomies.with(Taxonomy::read(&octets).unwrap_or_else(|error| panic!("{name}: {error}")));
    }
    let standing = |tag: &str| taxonomies.standing(&tag.parse::<MachineTag>().unwrap());
    for tag in [
        "tlp:amber+strict",
        "PAP:RED",
        "eu-ai-act:risk-level=\"unacceptable\"",
        "agent-threat-rules:agent-manipulation=\"ATR-2026-00030\"",
        "failure-mode-in-machine-learning:unintended-failures-summary=\"12-reward-hacking\"",
        "ai-safety-benchmark:violent-crimes=\"mass-violence\"",
        "information-origin:AI-generated",
    ] {
        assert_eq!(standing(tag), Standing::Known, "{tag}");
    }
    assert_eq!(standing("eu-ai-act:risk-level=\"none of these\""), Standing::Unknown);
    let missing: Vec<_> = interop::misp::AI_NAMESPACES
        .iter()
        .filter(|name| standing(&format!("{name}:x")) == Standing::Unchecked)
        .collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn every_level_of_the_published_scales_is_read_or_waits() {
    let Some(folder) = shared("misp-taxonomies") else { return };
    let mut waits = Vec::new();
    for (namespace, beside) in [("tlp", ""), ("PAP", "tlp:green")] {
        let octets = std::fs::read(folder.join(format!("{namespace}.json"))).unwrap();
        let taxonomy = json(&octets);
        for predicate in taxonomy.as_object().unwrap().get("predicates").unwrap().as_array().unwrap() {
            let tag = format!("{namespace}:{}", predicate.as_object().unwrap().text("value").unwrap());
            let tags: Vec<&str> = [tag.as_str(), beside].into_iter().filter(|tag| !tag.is_empty()).collect();
            if matches!(verdict(&super::tagged(&tags)), Verdict::Waits { .. }) {
                waits.push(tag);
            }
        }
    }
    assert_eq!(waits, ["tlp:ex:chr", "tlp:unclear"], "all others are levels");
}

#[test]
fn our_objects_fit_the_published_templates() {
    let Some(folder) = shared("misp-objects") else { return };
    let event = interop::misp::event_of(&full(), None, &sender(), &mut interop::Losses::new()).unwrap();
    for object in event.objects.iter().filter(|object| object.name != "detente-incident") {
        let template = json(&std::fs::read(folder.join(format!("{}.json", object.name))).unwrap());
        let template = template.as_object().unwrap();
        assert_eq!(template.text("uuid"), object.template_uuid.map(|uuid| uuid.to_string()).as_deref());
        assert_eq!(template.text("meta-category"), Some(object.meta_category.as_str()));
        assert_eq!(template.get("version").unwrap().as_integer(), object.template_version);
        let known = template.get("attributes").unwrap().as_object().unwrap();
        let relations: BTreeSet<&str> =
            object.attributes.iter().filter_map(|one| one.object_relation.as_deref()).collect();
        for attribute in &object.attributes {
            let asked = known.get(attribute.object_relation.as_deref().unwrap()).unwrap().as_object().unwrap();
            assert_eq!(asked.text("misp-attribute"), Some(attribute.attribute_type.name()));
        }
        for needed in template.get("required").and_then(Json::as_array).unwrap_or_default() {
            assert!(relations.contains(needed.as_str().unwrap()), "{} needs {needed:?}", object.name);
        }
    }
}
