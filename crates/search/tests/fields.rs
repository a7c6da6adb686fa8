//! Coded fields, names, numbers and dates.

use incident::reference::{CrossReference, Database};
use incident::{
    AutonomyLevel, Count, Country, DeploymentState, EventKind, Facts, Harm, HarmType, Place, Severity, Stage, Text,
    TimeName,
};
use record::json::Json;

use crate::scene::{Report, Shelf, moment, party};

fn facts(title: &str, occurred: &str) -> Facts {
    Facts::default().with_text(Text::Name, title).with_moment(TimeName::Occurred, &moment(occurred))
}

fn crane() -> Report {
    let mut facts = facts("crane", "2026-06-30T10:15Z")
        .with_text(Text::Developer, "Example Robotics Ltd")
        .with_text(Text::Deployer, "Harbour West")
        .with_text(Text::System, "Yard Pilot")
        .with_text(Text::Model, "lane-net 4.2");
    facts.event_kind = Some(EventKind::Incident);
    facts.severity = Some(Severity::SeriousIncident);
    facts.stage = Some(Stage::Initial);
    facts.autonomy_level = Some(AutonomyLevel::Medium);
    facts.deployment_state = Some(DeploymentState::Deployed);
    facts.critical_infrastructure = Some(true);
    facts.harms = vec![Harm::new(HarmType::Physical), Harm::new(HarmType::PublicInterest)];
    facts.place = Some(Place::in_country("NL".parse::<Country>().unwrap()));
    facts.industries = vec!["H52".parse().unwrap()];
    facts.counts.insert(Count::Injured, 2);
    facts.counts.insert(Count::PeopleAffected, 5_000_000_000);
    let mut report = Report::of("crane", &facts).with("lang", "zh-Hans");
    let reference = CrossReference::new(Database::Aiid, "639").unwrap().to_json();
    report.object.set("external_references", Json::Array(vec![reference]));
    report
}

fn shelf() -> Shelf {
    let mut hazard = facts("hazard", "2026-07");
    hazard.event_kind = Some(EventKind::Hazard);
    hazard.severity = Some(Severity::Hazard);
    hazard.countries = vec!["DE".parse().unwrap(), "FR".parse().unwrap()];
    hazard.counts.insert(Count::Injured, 0);
    let old = facts("old", "2019-03-18T22:58:00Z").with_text(Text::Deployer, "West Harbour");
    Shelf::with(&[crane(), Report::of("hazard", &hazard).with("lang", "en"), Report::of("old", &old).by("clinic")])
}

#[test]
fn every_coded_field_is_searched_by_its_value() {
    let shelf = shelf();
    let crane = crane();
    let (id, digest) = (crane.object.text("id").unwrap().to_owned(), crane.digest);
    for query in [
        "stage:initial",
        "event_kind:incident",
        "severity:\"serious incident\"",
        "severity:serious-incident",
        "harm:physical",
        "harm:public-interest",
        "country:NL",
        "country:nl",
        "industry:H52",
        "industry:H",
        "autonomy_level:medium",
        "deployment_state:deployed",
        "critical_infrastructure:yes",
        "database:aiid",
        "reference:639",
        "lang:zh",
        "lang:zh-Hans",
        &format!("id:{id}"),
        &format!("digest:{digest}"),
        "developer:robotics",
        "developer:\"example robotics\"",
        "deployer:\"harbour west\"",
        "system:\"yard pilot\"",
        "model:lane-net",
        "injured:2",
        "injured>=1",
        "people_affected>4000000000",
    ] {
        assert_eq!(shelf.found(query), ["crane"], "{query}");
    }
    assert_eq!(shelf.found(&format!("author:{}", party("clinic"))), ["old"]);
    assert_eq!(shelf.found("country:NL,FR"), ["crane", "hazard"]);
    assert_eq!(shelf.found("deployer:harbour"), ["crane", "old"]);
    assert_eq!(shelf.found("deployer:robotics").len(), 0);
    assert_eq!(shelf.found("-severity:hazard"), ["crane", "old"]);
}

#[test]
fn severities_and_counts_have_an_order() {
    let shelf = shelf();
    assert_eq!(shelf.found("severity>=incident"), ["crane"]);
    assert_eq!(shelf.found("severity<incident"), ["hazard"]);
    assert_eq!(shelf.found("injured<=1"), ["hazard"]);
    assert_eq!(shelf.found("injured<9"), ["crane", "hazard"]);
    assert_eq!(shelf.found("injured>2").len(), 0);
    assert_eq!(shelf.found("injured<0").len(), 0);
}

#[test]
fn dates_are_bounds_and_times_are_compared_to_the_minute() {
    let shelf = shelf();
    for (query, found) in [
        ("after:2026-07-01", vec!["hazard"]),
        ("before:2026-07-01", vec!["crane", "old"]),
        ("after:2019-03-18 before:2019-03-19", vec!["old"]),
        ("before:2019 OR after:2026-07", vec!["hazard"]),
        ("-before:2020", vec!["crane", "hazard"]),
        ("occurred:2026-06-30", vec!["crane"]),
        ("occurred:2026", vec!["crane", "hazard"]),
        ("occurred>2026-06", vec!["hazard"]),
        ("occurred>=\"2026-06-30T10:15Z\" occurred<2026-07", vec!["crane"]),
        ("occurred>\"2026-06-30T10:15Z\"", vec!["hazard"]),
        ("occurred<=2019", vec!["old"]),
        ("aware>=1970", vec![]),
        ("created>=2026-07-01", vec!["crane", "hazard", "old"]),
    ] {
        assert_eq!(shelf.found(query), found, "{query}");
    }
}

#[test]
fn whoever_dates_ahead_does_not_stand_first_for_ever() {
    let ahead = Report::of("ahead", &facts("ahead", "2999-01-01"));
    let shelf = Shelf::with(&[ahead, crane()]);
    assert_eq!(shelf.found("after:2026-11-02").len(), 0);
    assert_eq!(shelf.found("after:2026-11-01"), ["ahead"]);
    assert_eq!(shelf.found("occurred>=2999"), ["ahead"]);
}

#[test]
fn a_record_that_breaks_its_format_is_found_all_the_same() {
    let mut broken = crane();
    let id = incident::extension_id();
    let mut own = record::json::Map::new();
    own.set("severity", "terrible");
    own.set("occurred", "yesterday");
    own.set("deaths", "many");
    own.set("cause", "a loose plug");
    broken.object.set("extensions", record::json::Map::new().with(id, own));
    let shelf = Shelf::with(&[broken]);
    assert_eq!(shelf.found("plug"), ["crane"]);
    assert_eq!(shelf.found("deaths>=0").len(), 0);
}

#[test]
fn no_property_claims_another_author_or_digest() {
    let mut forged = crane();
    let id = incident::extension_id();
    let mut own = record::json::Map::new();
    for name in ["author", "digest", "id", "database", "reference"] {
        own.set(name, party("clinic").to_string());
    }
    forged.object.set("extensions", record::json::Map::new().with(id, own));
    let shelf = Shelf::with(&[forged]);
    assert_eq!(shelf.found(&format!("author:{}", party("harbour"))).len(), 1);
    assert_eq!(shelf.found(&format!("author:{}", party("clinic"))).len(), 0);
    assert_eq!(shelf.found(&format!("reference:{}", party("clinic"))).len(), 0);
}

#[test]
fn one_character_of_a_name_is_found_in_it() {
    let named = Report::of("yard", &facts("yard", "2026-06-30").with_text(Text::System, "港口领航"));
    let shelf = Shelf::with(&[named, crane()]);
    for query in ["system:航", "system:领航", "system:港口领航"] {
        assert_eq!(shelf.found(query), ["yard"], "{query}");
    }
    assert_eq!(shelf.found("system:航领").len(), 0);
}

#[test]
fn a_small_count_is_told_from_a_large_one_that_begins_alike() {
    let reports: Vec<_> = [1_u64, 16, 17, 255, 256, 4_096, 5_000_000_000]
        .into_iter()
        .map(|count| {
            let mut facts = facts(&count.to_string(), "2026-06-30");
            facts.counts.insert(Count::Injured, count);
            Report::of(&count.to_string(), &facts)
        })
        .collect();
    let shelf = Shelf::with(&reports);
    assert_eq!(shelf.found("injured:16"), ["16"]);
    assert_eq!(shelf.found("injured>=16 injured<=256"), ["16", "17", "255", "256"]);
    assert_eq!(shelf.found("injured>255"), ["256", "4096", "5000000000"]);
}

#[test]
fn of_a_day_that_is_full_the_others_count_under_the_day_before() {
    let mut shelf = Shelf::with(&[Report::new("first", "first", "crane")]);
    let day = shelf.ask("crane").hits[0].day;
    let last = ((i64::from(day) + 1) << 20) - 1;
    let database = rusqlite::Connection::open(shelf.path()).unwrap();
    database.execute("INSERT INTO place VALUES (?1, 7)", [last]).unwrap();
    shelf.add(&[Report::new("second", "second", "crane")]);
    assert_eq!(shelf.found("after:2026-06-30"), ["first"]);
    assert_eq!(shelf.found("before:2026-06-30"), ["second"]);
    assert_eq!(shelf.found("before:2026-06-30 OR injured:7"), ["second"]);
    assert_eq!(shelf.found("occurred:2026-06-30"), ["first", "second"]);
}
