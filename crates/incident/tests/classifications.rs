//! Signed classifications: who says what, what was taken back, and how far they agree.

use std::collections::BTreeSet;

use incident::labels::{
    Annotator, Classification, ClassificationStatement, Classifications, KappaError, Pinned, Rater, RaterName,
    VoidReason,
};
use incident::taxonomy::Taxonomy;
use proptest::prelude::*;
use record::Selection;
use record::digest::{KeyRecordDigest, PartyId};
use record::entropy::SystemEntropy;
use record::path::Path;
use record::signed::Signed;
use record::stix::StixId;
use record::suite::{PrivateKey, Suite};
use record::{Author, Draft, Record};

use crate::scene::{CRANE, at, digest, id, party};

fn person(name: &str) -> Annotator {
    Annotator::Person(name.to_owned())
}

fn sorter() -> Annotator {
    Annotator::Program { name: "sorter".to_owned(), version: "3".to_owned() }
}

fn neutral() -> Taxonomy {
    Taxonomy::neutral().unwrap()
}

fn crane() -> StixId {
    id(CRANE)
}

fn other_case(number: u8) -> StixId {
    id(&format!("incident--0b0c6f0e-9f5e-4d7a-9d3b-2c5a0e6b7f{number:02x}"))
}

fn says(about: StixId, who: Annotator, event: &str) -> Classification {
    let said = Classification::new(about, digest(200), who, &neutral()).unwrap();
    said.with_value(&neutral(), "event", event).unwrap()
}

/// Statement `number` by party `author`, said at that minute.
fn statement(number: u8, author: u8, says: &Classification) -> ClassificationStatement {
    let mut record = signed(author, number, Some(says), &BTreeSet::new());
    record.digest = digest(number);
    record
}

fn undo(number: u8, author: u8, what: u8) -> ClassificationStatement {
    let mut record = signed(author, number, None, &BTreeSet::from([digest(what)]));
    record.digest = digest(number);
    record
}

fn signed(
    author: u8,
    minute: u8,
    says: Option<&Classification>,
    takes_back: &BTreeSet<record::digest::RecordDigest>,
) -> ClassificationStatement {
    ClassificationStatement::of_record(&record_of(party(author), minute, says, takes_back)).unwrap()
}

fn record_of(
    author: PartyId,
    minute: u8,
    says: Option<&Classification>,
    takes_back: &BTreeSet<record::digest::RecordDigest>,
) -> Signed<Record> {
    let own = id("detente-classification--0b0c6f0e-9f5e-4d7a-9d3b-2c5a0e6b7f99");
    let object = ClassificationStatement::to_object(&own, at(minute.into()), says, takes_back, "as I read it").unwrap();
    let key = PrivateKey::from_seed(Suite::Ed25519, &[1; 32]).unwrap();
    let keys = [&key];
    let author = Author::new(author, KeyRecordDigest::from_octets([9; 32]), &keys);
    Draft::new(object).sign(&author, &mut SystemEntropy::new()).unwrap()
}

fn rater(author: u8, who: Annotator) -> Rater {
    let all = Classifications::of([statement(1, author, &says(crane(), who, "harm"))]);
    let rows = all.rows(&crane(), &Pinned::of(&neutral()));
    rows[0].said.keys().next().unwrap().clone()
}

#[test]
fn a_classification_comes_back_from_its_record() {
    let mut said = says(crane(), sorter(), "harm").with_value(&neutral(), "event", "hazard").unwrap();
    said.confidence = Some(70);
    said.reason = "as I read it".to_owned();
    let found = signed(1, 5, Some(&said), &BTreeSet::from([digest(4)]));
    assert_eq!(found.says.as_ref(), Some(&said));
    assert_eq!((found.author, found.time), (party(1), at(5)));
    assert_eq!(found.takes_back, BTreeSet::from([digest(4)]));
    assert_eq!(said.check(&neutral()), Ok(()));
}

#[test]
fn disagreement_is_shown_and_every_annotator_keeps_a_row() {
    let all = Classifications::of([
        statement(1, 1, &says(crane(), person("Mei"), "harm")),
        statement(2, 1, &says(crane(), person("Ada"), "hazard")),
        statement(3, 2, &says(crane(), person("Mei"), "hazard")),
        statement(4, 1, &says(crane(), sorter(), "hazard")),
        statement(5, 1, &says(crane(), person("Mei"), "near-miss")),
    ]);
    let rows = all.rows(&crane(), &Pinned::of(&neutral()));
    assert_eq!(rows.len(), 1);
    assert!(rows[0].is_disputed());
    let said = |author, who| rows[0].said[&rater(author, who)].values.iter().next().unwrap().as_str();
    assert_eq!(rows[0].said.len(), 4, "two parties' Mei are two");
    assert_eq!(said(1, person("Mei")), "near-miss", "her later word stands in place of her earlier one");
    assert_eq!(said(2, person("Mei")), "hazard");
    assert_eq!(said(1, sorter()), "hazard");
}

#[test]
fn words_of_another_version_stay_apart() {
    let mut other = neutral();
    other.version = "0".to_owned();
    let old = Classification::new(crane(), digest(200), person("Ada"), &other).unwrap();
    let old = old.with_value(&other, "event", "harm").unwrap();
    let all = Classifications::of([statement(1, 1, &says(crane(), person("Ada"), "hazard")), statement(2, 1, &old)]);
    assert_eq!(all.pinned(&crane()).len(), 2);
    let rows = all.rows(&crane(), &Pinned::of(&neutral()));
    assert!(!rows[0].is_disputed());
    assert_eq!(rows[0].said.len(), 1);
}

#[test]
fn an_author_takes_back_its_own_and_nobody_elses() {
    let said = [
        statement(1, 1, &says(crane(), person("Mei"), "harm")),
        statement(2, 2, &says(crane(), person("Ada"), "hazard")),
    ];
    let all = Classifications::of(said.clone());
    assert_eq!(all.may_take_back(party(1), at(9), digest(1)), Ok(()));
    assert_eq!(all.may_take_back(party(1), at(9), digest(2)), Err(VoidReason::OtherAuthor));
    assert_eq!(all.may_take_back(party(1), at(0), digest(1)), Err(VoidReason::NotOlder));
    assert_eq!(all.may_take_back(party(1), at(9), digest(77)), Err(VoidReason::NotHere));
    let after = Classifications::of(said.into_iter().chain([undo(3, 1, 1), undo(4, 1, 2)]));
    let left: Vec<_> = after.in_force().filter(|one| one.says.is_some()).map(|one| one.digest).collect();
    assert_eq!(left, [digest(2)]);
    assert_eq!(after.voided().iter().map(|one| one.reason).collect::<Vec<_>>(), [VoidReason::OtherAuthor]);
}

#[test]
fn a_withheld_name_is_an_annotator_of_its_own_and_half_a_classification_says_nothing() {
    let said = says(crane(), person("Mei"), "harm");
    let whole = record_of(party(1), 5, Some(&said), &BTreeSet::new());
    let without = |name: &str| {
        let hidden = Path::object_root().child("extensions").child(extension()).child(name);
        whole.present(&Selection::without([hidden])).unwrap()
    };
    let unnamed = ClassificationStatement::of_record(&without("annotator")).unwrap();
    assert_eq!(unnamed.says.as_ref().unwrap().annotator, None);
    let all = Classifications::of([unnamed]);
    let rows = all.rows(&crane(), &Pinned::of(&neutral()));
    assert!(matches!(rows[0].said.keys().next().unwrap().name, RaterName::Withheld(_)));
    for name in ["about", "record", "taxonomy", "taxonomy_version", "values", "takes_back"] {
        let error = ClassificationStatement::of_record(&without(name)).unwrap_err();
        assert_eq!(error.property, name);
    }
}

fn extension() -> &'static str {
    record::kind::Kind::of("detente-classification").unwrap().extension.unwrap()
}

#[test]
fn what_the_taxonomy_has_not_is_refused_by_name() {
    let error = Classification::new(crane(), digest(1), person("Mei"), &neutral())
        .unwrap()
        .with_value(&neutral(), "event", "disaster")
        .unwrap_err();
    assert_eq!(error.to_string(), "`event` has no value `disaster` in detente-neutral 1");
    let mut foreign = says(crane(), person("Mei"), "harm");
    foreign.values.insert("event".to_owned(), BTreeSet::from(["flood".to_owned()]));
    assert_eq!(foreign.check(&neutral()).unwrap_err().value, "flood");
    let own = id("detente-classification--0b0c6f0e-9f5e-4d7a-9d3b-2c5a0e6b7f99");
    let nothing = Classification::new(crane(), digest(1), person("<b>Mei</b>"), &neutral()).unwrap();
    let sign = |said: &Classification| {
        ClassificationStatement::to_object(&own, at(1), Some(said), &BTreeSet::new(), "").unwrap_err().property
    };
    assert_eq!(sign(&nothing), "values");
    assert_eq!(sign(&nothing.with_value(&neutral(), "event", "harm").unwrap()), "annotator/name");
}

#[test]
fn agreement_counts_what_both_rated() {
    let both = |number: u8, one: &str, two: &str| {
        let case = || other_case(number);
        [
            statement(2 * number, 1, &says(case(), person("Mei"), one)),
            statement(2 * number + 1, 1, &says(case(), person("Ada"), two)),
        ]
    };
    let mut said: Vec<_> = (1..=20).flat_map(|number| both(number, "harm", "harm")).collect();
    said.extend((21..=25).flat_map(|number| both(number, "harm", "hazard")));
    said.extend((26..=35).flat_map(|number| both(number, "hazard", "harm")));
    said.extend((36..=50).flat_map(|number| both(number, "hazard", "hazard")));
    said.push(statement(150, 1, &says(other_case(60), person("Mei"), "harm")));
    let all = Classifications::of(said);
    let pinned = Pinned::of(&neutral());
    let (mei, ada) = (rater(1, person("Mei")), rater(1, person("Ada")));
    let found = all.between(&mei, &ada, &pinned, "event").unwrap();
    assert_eq!(found.items, 50);
    assert!((found.kappa.unwrap() - 0.4).abs() < 1e-9, "the worked example under Cohen's kappa in Wikipedia");
    let among = all.among(&BTreeSet::from([mei.clone(), ada]), &pinned, "event").unwrap();
    assert_eq!(among.items, 50);
    let stranger = rater(7, person("Noor"));
    assert_eq!(all.between(&mei, &stranger, &pinned, "event"), Err(KappaError::Nothing));
}

proptest! {
    #[test]
    fn order_and_repetition_do_not_matter(picks in prop::collection::vec((0_usize..3, 1_u8..3, prop::option::of(1_u8..20)), 1..12)) {
        let events = ["harm", "hazard", "near-miss"];
        let said: Vec<_> = picks.iter().zip(1_u8..).map(|((event, author, back), number)| match back {
            Some(what) => undo(number, *author, *what),
            None => statement(number, *author, &says(crane(), person("Mei"), events[*event])),
        }).collect();
        let turned = said.iter().rev().chain(said.first()).cloned();
        prop_assert_eq!(Classifications::of(said.clone()), Classifications::of(turned));
        // Whatever was tried: what one author says never goes by another's word.
        let all = Classifications::of(said.clone());
        for one in said.iter().filter(|one| all.in_force().all(|kept| kept.digest != one.digest)) {
            prop_assert!(said.iter().any(|other| other.author == one.author && other.takes_back.contains(&one.digest)));
        }
    }
}
