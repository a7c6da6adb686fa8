//! The provider, an affected party and an investigator tell of one case.

use std::collections::BTreeSet;

use incident::{Account, Comparison, Incident, List, Row, Saying, SubmitterRole, Text, TimeName, side_by_side};
use record::json::Json;

use crate::scene::{CRANE, at, crane_facts, digest, id, moment, party};

/// The accounts of the provider, a docker and the port inspectorate, in that order.
fn accounts() -> [Account; 3] {
    let tell = |number: u8, role, facts: incident::Facts| {
        let mut facts = facts;
        facts.submitter_role = Some(role);
        Account::new(party(number), digest(number), Incident::new(&id(CRANE), at(0), &facts).unwrap())
    };
    let provider = crane_facts().with_list(List::AffectedParties, &["two dockers"]);
    let mut docker = crane_facts().with_text(Text::Model, "lane-net 2").with_text(Text::Cause, "the lamps were off");
    docker = docker.with_list(List::AffectedParties, &["five dockers", "two dockers"]);
    docker.texts.remove(&Text::SystemVersion);
    let mut inspectorate = crane_facts().with_moment(TimeName::Occurred, &moment("2026-06-30T00:00:00Z"));
    inspectorate.texts.remove(&Text::Model);
    [
        tell(1, SubmitterRole::Provider, provider),
        tell(2, SubmitterRole::AffectedParty, docker),
        tell(3, SubmitterRole::Investigator, inspectorate),
    ]
}

fn row(rows: &[Row], property: &str) -> Row {
    rows.iter().find(|row| row.property == property).unwrap().clone()
}

#[test]
fn two_names_of_one_model_both_stand() {
    let row = row(&side_by_side(&accounts()), "model");
    assert_eq!(row.comparison, Comparison::Differ);
    let names = [Saying::Says(Json::text("lane-net")), Saying::Says(Json::text("lane-net 2")), Saying::Silent];
    assert_eq!(row.says, names);
}

#[test]
fn those_who_speak_agree_or_one_speaks_alone() {
    let rows = side_by_side(&accounts());
    assert_eq!(row(&rows, "system_version").comparison, Comparison::Agree);
    assert_eq!(row(&rows, "occurred").comparison, Comparison::Agree);
    assert_eq!(row(&rows, "precision").comparison, Comparison::Differ);
    assert_eq!(row(&rows, "cause").comparison, Comparison::OneSpeaks);
    assert!(rows.iter().all(|row| !["stage", "submitter_role", "remarks"].contains(&row.property)));
}

#[test]
fn a_list_is_told_element_by_element() {
    let row = row(&side_by_side(&accounts()), "affected_parties");
    assert_eq!(row.comparison, Comparison::Differ);
    let expected = [("two dockers", vec![0, 1]), ("five dockers", vec![1])];
    let expected = expected.map(|(text, who)| (Json::text(text), who.into_iter().collect::<BTreeSet<_>>()));
    assert_eq!(row.elements, expected);
}

#[test]
fn the_order_of_a_list_is_no_contradiction() {
    let [mut provider, mut docker, _] = accounts();
    let with = |account: &Account, list: &[&str]| {
        let facts = account.incident.facts().clone().with_list(List::AffectedParties, list);
        account.incident.clone().with_facts(&facts).unwrap()
    };
    provider.incident = with(&provider, &["a", "b"]);
    docker.incident = with(&docker, &["b", "a"]);
    assert_eq!(row(&side_by_side(&[provider, docker]), "affected_parties").comparison, Comparison::Agree);
}

#[test]
fn what_is_not_shown_is_not_silence() {
    let [provider, docker, _] = accounts();
    let mut shown = docker.incident.object().clone();
    shown.remove("name");
    let part = Account::new(docker.author, docker.digest, Incident::of_shown(&shown).unwrap());
    assert_eq!(part.role(), Some(SubmitterRole::AffectedParty));
    let row = row(&side_by_side(&[provider, part]), "name");
    assert_eq!((row.comparison, &row.says[1]), (Comparison::OneSpeaks, &Saying::NotShown));
}

#[test]
fn no_value_stands_that_nobody_said() {
    let accounts = accounts();
    for row in side_by_side(&accounts) {
        for (place, saying) in row.says.iter().enumerate() {
            let said = accounts[place].incident.property(row.property).cloned();
            assert_eq!(*saying, said.map_or(Saying::Silent, Saying::Says), "{}", row.property);
        }
    }
}
