//! Labels in force: joined, inherited, lowered by their authors alone.

use policy::labels::{Declassification, DeclassifyError, in_force};
use policy::vocabulary::Care;
use record::json::{Json, Map};
use record::label::{Marks, Pap, Tlp};
use record::path::Path;

use crate::decision_scene::{
    DESCRIPTION, HARBOUR, LOTUS, PLACE, care, green, incident, label, labelled, list, only, plain_incident, signed,
    source, tlp,
};

fn path(text: &str) -> Path {
    text.parse().unwrap()
}

#[test]
fn only_its_author_lowers_a_label_and_only_downwards() {
    let record = signed(HARBOUR, incident());
    let theirs = label(LOTUS, record.digest(), DESCRIPTION, &care(&[Care::Classified]));
    let lower = |author, becomes: Marks, reason, by| Declassification::new(&theirs, author, becomes, reason, by);
    assert!(lower(LOTUS, green(), "published", "Li Wei").is_ok());
    assert_eq!(
        lower(HARBOUR, green(), "published", "Li Wei"),
        Err(DeclassifyError::Stranger { author: HARBOUR, owner: LOTUS })
    );
    assert_eq!(lower(LOTUS, green(), "  ", "Li Wei"), Err(DeclassifyError::NoReason));
    assert_eq!(lower(LOTUS, green(), "published", ""), Err(DeclassifyError::NoReason));
    for more in [tlp(Tlp::Amber), care(&[Care::ModelWeights]), only(&[LOTUS]), Marks::new(Tlp::Green, Pap::Green)] {
        assert_eq!(lower(LOTUS, more, "published", "Li Wei"), Err(DeclassifyError::NotLower));
    }
}

#[test]
fn one_party_s_declassification_leaves_the_other_s_label() {
    let record = signed(HARBOUR, incident());
    let secret = care(&[Care::Classified]);
    let [ours, theirs] = [HARBOUR, LOTUS].map(|author| label(author, record.digest(), DESCRIPTION, &secret));
    let lowered = Declassification::new(&theirs, LOTUS, green(), "published", "Li Wei").unwrap();
    let found = in_force(record.content(), HARBOUR, &[ours, theirs], &[lowered], None, &[]);
    assert!(found.labels.effective(&path(DESCRIPTION)).unwrap().covers(&secret));
    assert_eq!(found.passed_over, [DeclassifyError::Unproved { author: LOTUS }], "it counts once its log is read here");
}

#[test]
fn a_source_that_is_labelled_in_part_restricts_and_labels_nothing() {
    let record = signed(HARBOUR, plain_incident());
    let ours = label(HARBOUR, record.digest(), DESCRIPTION, &green());
    let secret = source(&[("/object/name", care(&[Care::Classified]))]);
    let found = in_force(record.content(), HARBOUR, &[ours], &[], None, &[secret]);
    assert!(found.labels.effective(&path(DESCRIPTION)).unwrap().covers(&care(&[Care::Classified])));
    assert_eq!(found.labels.effective(&path("/object/name")), None);
    assert_eq!(found.labels.whole(), None);
}

#[test]
fn a_source_without_labels_labels_nothing() {
    let record = signed(HARBOUR, plain_incident());
    let found = in_force(record.content(), HARBOUR, &[], &[], None, &[source(&[])]);
    assert_eq!(found.labels.whole(), None);
    assert_eq!(found.labels.effective(&path(DESCRIPTION)), None);
}

fn marked(marking: &str, selectors: &[&str]) -> Map {
    let part = Map::new().with("marking_ref", marking).with("selectors", list(selectors));
    incident().with("granular_markings", Json::Array(vec![part.into()]))
}

#[test]
fn the_object_s_markings_of_its_parts_hold_there() {
    let red = Tlp::Red.marking_id();
    let level = |selectors: &[&str], place: &str| {
        let record = signed(HARBOUR, marked(red, selectors));
        labelled(record.content(), &[("*", green())]).labels.effective(&path(place)).unwrap().tlp()
    };
    assert_eq!(level(&["description"], DESCRIPTION), Tlp::Red);
    assert_eq!(level(&["description"], "/object/name"), Tlp::Green);
    assert_eq!(level(&["extensions.extension-definition--x.place"], PLACE), Tlp::Red);
    assert_eq!(level(&["."], "/object/name"), Tlp::Red, "a marking of nothing that can be read is one of everything");
}

#[test]
fn a_marking_of_a_part_that_nobody_knows_keeps_the_record() {
    let other = "marking-definition--0b0c6f0e-9f5e-4d7a-9d3b-2c5a0e6b7f99";
    let record = signed(HARBOUR, marked(other, &["description"]));
    assert_eq!(labelled(record.content(), &[("*", green())]).lacking, [other]);
}
