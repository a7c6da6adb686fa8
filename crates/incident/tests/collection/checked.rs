//! Every file is whole, every address is well formed, every date agrees with the public database or says why not.

use std::collections::BTreeSet;

use incident::criteria::missing;
use incident::csv::Table;
use incident::reference::Database;
use incident::{Incident, Precision, TimeName, property_names};
use record::json::{Json, Map};
use record::kind::Kind;

use super::{incidents, listed, objects, word};
use crate::shared::{data, read, say};

/// What the issue asked for at least.
const LEAST_INCIDENTS: usize = 60;
const LEAST_IN_CHINESE: usize = 25;

fn told() -> Vec<(String, Incident)> {
    incidents("").into_iter().chain(incidents("told-twice")).collect()
}

#[test]
fn every_incident_is_read_and_written_as_it_was() {
    for (name, incident) in told() {
        let same = incident.clone().with_facts(incident.facts()).unwrap();
        assert_eq!(same, incident, "{name}");
        assert!(incident.concerns().is_empty(), "{name}: {:?}", incident.concerns());
        assert!(incident.facts().occurs_or_is_noticed(), "{name} has no date");
    }
    assert!(incidents("").len() >= LEAST_INCIDENTS);
}

/// That somebody knows when.
trait Dated {
    fn occurs_or_is_noticed(&self) -> bool;
}

impl Dated for incident::Facts {
    fn occurs_or_is_noticed(&self) -> bool {
        !self.times.is_empty() && self.times.keys().all(|name| self.precision.contains_key(name) || old(*name))
    }
}

/// A time that one of the first three files gives without saying how exact it is.
fn old(name: TimeName) -> bool {
    name == TimeName::Discovered
}

#[test]
fn no_property_stands_there_that_the_tables_do_not_know() {
    let known: BTreeSet<_> = Kind::of("incident").unwrap().properties.iter().map(|property| property.name).collect();
    assert_eq!(known, property_names().collect());
    for (name, incident) in told() {
        let extension = incident.extension().unwrap();
        let foreign: Vec<_> =
            extension.names().filter(|name| *name != "extension_type" && !known.contains(name)).collect();
        assert!(foreign.is_empty(), "{name}: {foreign:?}");
    }
}

#[test]
fn every_mandatory_criterion_is_answered_or_named_as_missing() {
    let named: BTreeSet<(String, i64)> = listed("differences.json", "missing")
        .iter()
        .map(|one| (word(one, "incident"), one.get("criterion").and_then(Json::as_integer).unwrap()))
        .collect();
    let mut found = BTreeSet::new();
    for (name, incident) in incidents("") {
        found.extend(missing(&incident).into_iter().map(|one| (name.clone(), i64::from(one.number))));
    }
    assert_eq!(found, named);
    for (name, incident) in incidents("told-twice") {
        assert!(missing(&incident).is_empty(), "{name}");
    }
}

#[test]
fn every_address_is_well_formed_and_an_id_agrees_with_its_address() {
    for (name, incident) in told() {
        let list = incident.property("external_references").and_then(Json::as_array).unwrap();
        assert!(!list.is_empty(), "{name}");
        for reference in list.iter().filter_map(Json::as_object) {
            let stands = reference.text("url").map_or(reference.contains("external_id"), is_address);
            assert!(stands, "{name}: {}", reference.to_text());
            assert!(agrees(reference), "{name}: {}", reference.to_text());
        }
    }
}

/// `https`, a host with a dot, and nothing that an address may not hold.
fn is_address(url: &str) -> bool {
    let Some(rest) = url.strip_prefix("https://") else { return false };
    let host = rest.split('/').next().unwrap_or_default();
    let is_host = |octet: u8| octet.is_ascii_lowercase() || octet.is_ascii_digit() || b".-".contains(&octet);
    let is_allowed = |octet: u8| octet.is_ascii_alphanumeric() || b"/.-_~?=&%+:,;()".contains(&octet);
    host.contains('.') && host.bytes().all(is_host) && rest.bytes().all(is_allowed)
}

fn agrees(reference: &Map) -> bool {
    let (Some(url), Some(id)) = (reference.text("url"), reference.text("external_id")) else { return true };
    url.ends_with(&format!("/{id}"))
}

/// How our date is compared: as far as it is exact.
fn ours(incident: &Incident) -> Option<String> {
    let facts = incident.facts();
    let moment = facts.moment(TimeName::Occurred).or_else(|| facts.moment(TimeName::Discovered))?;
    let letters = match moment.precision() {
        Some(Precision::Year) => 4,
        Some(Precision::Month) => 7,
        Some(_) | None => 10,
    };
    moment.time().text().get(..letters).map(str::to_owned)
}

fn aiid(incident: &Incident) -> Option<String> {
    let found = incident.references().iter().find(|one| one.database() == Database::Aiid)?;
    Some(found.id().to_owned())
}

#[test]
fn every_date_agrees_with_the_public_row_or_the_difference_is_explained() {
    let Some(folder) = data("incidents/aiid") else { return };
    let table = Table::read(&read(folder.join("incidents.csv"))).unwrap();
    let (id, date) = (table.column("incident_id").unwrap(), table.column("date").unwrap());
    let mut found = BTreeSet::new();
    let (mut compared, mut absent) = (0_u32, 0_u32);
    for (name, incident) in incidents("") {
        let (Some(aiid), Some(ours)) = (aiid(&incident), ours(&incident)) else { continue };
        let Some((_, row)) = table.rows().find(|(_, cells)| cells[id] == aiid) else {
            absent += 1;
            continue;
        };
        compared += 1;
        if !row[date].starts_with(&ours) {
            found.insert((name, aiid, row[date].clone(), ours));
        }
    }
    let differences = listed("differences.json", "dates");
    let told = differences
        .iter()
        .map(|one| (word(one, "incident"), word(one, "aiid"), word(one, "theirs"), word(one, "ours")))
        .collect();
    assert_eq!(found, told);
    assert!(differences.iter().all(|one| word(one, "why").len() > 20));
    say(&format!(
        "{compared} dates compared with the public rows, {} differ and say why, {absent} ids are not in this part of the data",
        found.len()
    ));
}

#[test]
fn a_translation_is_of_the_file_as_it_stands() {
    let originals = objects("");
    let translations = objects("zh-Hans");
    for (name, translation) in &translations {
        let original = originals.get(name).unwrap_or_else(|| panic!("{name} translates nothing"));
        assert_eq!(translation.text("type"), Some("language-content"), "{name}");
        assert_eq!(translation.text("object_ref"), original.text("id"), "{name}");
        assert_eq!(translation.text("object_modified"), original.text("modified"), "{name}");
        let texts = translation.get("contents").and_then(|all| all.as_object()?.get("zh-Hans")?.as_object()).unwrap();
        assert!(mirrors(texts, original), "{name} translates a property that the incident has not");
    }
    let chinese = incidents("told-twice").into_iter().filter(|(_, one)| one.object().text("lang") == Some("zh-Hans"));
    let names: BTreeSet<String> = chinese.map(|(name, _)| name).chain(translations.into_keys()).collect();
    say(&format!("{} incidents are told in Chinese as well", names.len()));
    assert!(names.len() >= LEAST_IN_CHINESE);
}

/// Whether each text of a translation stands where the original has one.
fn mirrors(texts: &Map, original: &Map) -> bool {
    texts.iter().all(|(name, value)| match (value, original.get(name)) {
        (Json::Object(inner), Some(Json::Object(outer))) => mirrors(inner, outer),
        (Json::String(_), Some(Json::String(_))) => true,
        _ => false,
    })
}
