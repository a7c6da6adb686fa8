//! Stages, versions and what differs between them.

use incident::{Chain, Change, Facts, Fault, Incident, List, Severity, Stage, Text, Version, difference};
use proptest::prelude::*;
use record::json::Json;

use crate::scene::{CRANE, at, crane, crane_facts, digest, id, map, party};

/// The crane's case at a stage, made at a minute.
fn at_stage(stage: Stage) -> Incident {
    let mut facts = crane_facts();
    facts.stage = Some(stage);
    Incident::new(&id(CRANE), at(30), &facts).unwrap()
}

fn version(number: i64, incident: Incident) -> Version {
    let before = u8::try_from(number - 1).unwrap();
    let previous = (number > 1).then(|| digest(before));
    Version::new(digest(before + 1), party(1), incident).numbered(Some(number), previous)
}

#[test]
fn which_stage_may_follow_which() {
    use Stage::{Final, Initial, Interim, NotReportable, Retracted};
    let allowed = |from: Option<Stage>| -> Vec<Stage> {
        Stage::ALL.iter().copied().filter(|to| to.after(from).is_ok()).collect()
    };
    assert_eq!(allowed(None), [Final, Initial, NotReportable]);
    assert_eq!(allowed(Some(Initial)), [Final, Interim, NotReportable, Retracted]);
    assert_eq!(allowed(Some(Interim)), [Final, Interim, NotReportable, Retracted]);
    assert_eq!(allowed(Some(Final)), [Final, Interim, Retracted]);
    assert_eq!(allowed(Some(NotReportable)), [Interim, NotReportable, Retracted]);
    assert_eq!(allowed(Some(Retracted)), []);
    let error = NotReportable.after(Some(Final)).unwrap_err().to_string();
    assert_eq!(error, "a report that is final cannot become not reportable; open it again with an interim one");
}

#[test]
fn a_retraction_needs_a_reason_and_revokes_the_object() {
    let error = at_stage(Stage::Initial).at_stage(Stage::Retracted, None, at(60)).unwrap_err();
    assert_eq!(error.property, "stage_reason");
    let gone = at_stage(Stage::Initial).at_stage(Stage::Retracted, Some("another crane"), at(60)).unwrap();
    assert_eq!(gone.object().get("revoked"), Some(&Json::Bool(true)));
    assert_eq!(gone.facts().text(Text::StageReason), Some("another crane"));
    assert_eq!(gone.at_stage(Stage::Interim, None, at(90)).unwrap_err().property, "stage");
}

#[test]
fn a_version_lies_after_the_one_before() {
    let error = at_stage(Stage::Initial).at_stage(Stage::Final, None, at(30)).unwrap_err();
    assert_eq!(error.property, "modified");
    let hostile = at_stage(Stage::Initial).at_stage(Stage::NotReportable, Some("<b>"), at(60)).unwrap_err();
    assert_eq!(hostile.property, "stage_reason");
}

#[test]
fn differences_are_told_property_by_property_and_element_by_element() {
    let before = crane();
    let facts = before.facts().clone().with_list(List::HarmTypes, &["delay", "injury", "fear"]);
    let mut facts = facts.with_text(Text::System, "Yard Pilot 2");
    facts.texts.remove(&Text::Model);
    facts.severity = Some(Severity::Incident);
    let after = before.clone().with_facts(&facts).unwrap();
    let told: Vec<String> = difference(&before, &after)
        .iter()
        .map(|one| {
            let name = one.place.as_str().split_once("701cd/").unwrap().1;
            match &one.change {
                Change::Added(new) => format!("+ {name} {}", new.to_text()),
                Change::Removed(old) => format!("- {name} {}", old.to_text()),
                Change::NotShown(old) => format!("? {name} {}", old.to_text()),
                Change::Replaced { before, after } => format!("{name} {} -> {}", before.to_text(), after.to_text()),
            }
        })
        .collect();
    let mut told = told;
    told.sort_unstable();
    assert_eq!(
        told,
        [
            "+ harm_types/0 \"delay\"",
            "+ harm_types/2 \"fear\"",
            "- model \"lane-net\"",
            "severity \"serious incident\" -> \"incident\"",
            "system \"Yard Pilot\" -> \"Yard Pilot 2\"",
        ]
    );
}

#[test]
fn what_a_part_does_not_show_is_not_called_removed() {
    let mut shown = crane().object().clone();
    shown.remove("description");
    let part = Incident::of_shown(&shown).unwrap();
    let told = difference(&crane(), &part);
    assert_eq!(told.len(), 1);
    assert!(matches!(&told[0].change, Change::NotShown(_)));
}

#[test]
fn a_whole_chain_has_no_fault_and_one_newest_version() {
    let first = at_stage(Stage::Initial);
    let second = first.clone().at_stage(Stage::Interim, None, at(60)).unwrap();
    let third = second.clone().at_stage(Stage::Final, None, at(90)).unwrap();
    let chain = Chain::of([version(3, third), version(1, first), version(2, second)]);
    assert_eq!(chain.faults(), []);
    assert_eq!(chain.newest().map(|one| one.digest).collect::<Vec<_>>(), [digest(3)]);
    let back: Vec<_> = chain.back_from(digest(3)).iter().map(|one| one.number).collect();
    assert_eq!(back, [Some(3), Some(2), Some(1)]);
}

#[test]
fn each_fault_of_a_chain_is_told_and_nothing_is_hidden() {
    let first = version(1, at_stage(Stage::Initial));
    let gap = version(4, at_stage(Stage::Final));
    let fork = Version::new(digest(12), party(1), at_stage(Stage::Interim)).numbered(Some(2), Some(digest(1)));
    let mut stranger = version(2, at_stage(Stage::Initial));
    stranger.author = party(9);
    let chain = Chain::of([first, gap, fork, stranger]);
    let has = |wanted: fn(&Fault) -> bool| chain.faults().iter().any(wanted);
    assert!(has(|fault| matches!(fault, Fault::Gap { .. })));
    assert!(has(|fault| matches!(fault, Fault::Fork { next, .. } if next.len() == 2)));
    assert!(has(|fault| matches!(fault, Fault::OtherAuthor { .. })));
    assert!(has(|fault| matches!(fault, Fault::Stage { .. })));
    assert_eq!(chain.newest().count(), 3);
    let skipped = Version::new(digest(5), party(1), at_stage(Stage::Interim)).numbered(Some(3), Some(digest(1)));
    let chain = Chain::of([version(1, at_stage(Stage::Initial)), skipped]);
    assert!(matches!(chain.faults(), [Fault::Number { number: 3, before: 1, .. }]));
}

#[test]
fn a_ring_of_claimed_digests_ends() {
    let ring =
        |mine: u8, before: u8| Version::new(digest(mine), party(1), crane()).numbered(None, Some(digest(before)));
    let chain = Chain::of([ring(1, 2), ring(2, 1)]);
    assert_eq!(chain.back_from(digest(1)).len(), 2);
    assert_eq!(chain.newest().count(), 0);
}

/// Plays additions and removals back onto a list.
fn replay(before: &[String], changes: &[(usize, bool, String)]) -> Vec<String> {
    let gone: Vec<usize> = changes.iter().filter(|(_, is_new, _)| !is_new).map(|(slot, ..)| *slot).collect();
    let kept = before.iter().enumerate().filter(|(slot, _)| !gone.contains(slot)).map(|(_, text)| text.clone());
    let mut list: Vec<String> = kept.collect();
    for (slot, _, text) in changes.iter().filter(|(_, is_new, _)| *is_new) {
        list.insert(*slot, text.clone());
    }
    list
}

proptest! {
    /// The differences say everything: whoever has the older list and them has the newer list.
    #[test]
    fn differences_of_lists_lead_from_one_to_the_other(
        old in prop::collection::vec("[a-d]", 1..8),
        new in prop::collection::vec("[a-d]", 1..8),
    ) {
        let with = |list: &[String]| {
            let mut facts = Facts::default();
            facts.lists.insert(List::Tasks, list.to_vec());
            Incident::new(&id(CRANE), at(0), &facts).unwrap()
        };
        let changes: Vec<_> = difference(&with(&old), &with(&new)).into_iter().map(|one| {
            let slot = one.place.last().parse().unwrap();
            match one.change {
                Change::Added(value) => (slot, true, value.as_str().unwrap().to_owned()),
                Change::Removed(value) => (slot, false, value.as_str().unwrap().to_owned()),
                Change::NotShown(_) | Change::Replaced { .. } => panic!("elements come or go"),
            }
        }).collect();
        prop_assert_eq!(replay(&old, &changes), new);
    }

    /// No version differs from itself.
    #[test]
    fn nothing_differs_from_itself(text in "[a-z]{0,8}") {
        let incident = Incident::of_shown(crane().object()).unwrap();
        let facts = incident.facts().clone().with_text(Text::Remarks, &text);
        let incident = incident.with_facts(&facts).unwrap();
        prop_assert!(difference(&incident, &incident).is_empty());
    }
}

#[test]
fn a_nested_object_differs_by_its_members() {
    let place = |text: &str| {
        let own = map(&format!(r#"{{"place":{text}}}"#));
        let object = crane().object().clone();
        Incident::of_shown(&object.with("extensions", record::json::Map::new().with(incident::extension_id(), own)))
            .unwrap()
    };
    let told = difference(&place(r#"{"country":"NL","quay":7}"#), &place(r#"{"country":"BE","quay":7}"#));
    assert_eq!(told.len(), 1);
    assert!(told[0].place.as_str().ends_with("/place/country"));
}
