//! The timeline of the crane's case.

use std::collections::BTreeSet;

use incident::links::{Link, LinkStatement, LinkWord};
use incident::timeline::{Dated, Due, Proof, What, of_chain, of_link, timeline};
use incident::{Chain, Precision, Stage, Text, TimeName, Version};
use proptest::prelude::*;
use record::digest::StatementDigest;
use record::time::Timestamp;

use crate::scene::{at, crane, digest, id, party};

const HARBOUR: u8 = 1;
const INSPECTORATE: u8 = 2;

fn record(number: u8) -> Proof {
    Proof::Record(digest(number))
}

fn asked(minute: i64, deadline: i64) -> Dated {
    Dated::new(at(minute), party(INSPECTORATE), What::Asked { deadline: Some(at(deadline)) }, record(10))
}

fn answered(who: u8, minute: i64) -> Dated {
    Dated::new(at(minute), party(who), What::Answered { question: record(10) }, record(11))
}

/// How the question stands.
fn question(things: &[Dated], now: Timestamp) -> Option<Due> {
    let lines = timeline(things.iter().cloned(), now);
    lines.iter().find(|line| matches!(line.thing.what, What::Asked { .. })).and_then(|line| line.due)
}

#[test]
fn a_question_is_ahead_met_late_or_missed() {
    let asked = asked(10, 60);
    assert_eq!(question(std::slice::from_ref(&asked), at(60)), Some(Due::Ahead));
    assert_eq!(question(std::slice::from_ref(&asked), at(61)), Some(Due::Missed));
    assert_eq!(question(&[asked.clone(), answered(HARBOUR, 60)], at(90)), Some(Due::Met(record(11))));
    assert_eq!(question(&[asked.clone(), answered(HARBOUR, 61)], at(90)), Some(Due::Late(record(11))));
    assert_eq!(question(&[asked, answered(INSPECTORATE, 20)], at(90)), Some(Due::Missed));
}

#[test]
fn a_deadline_stands_at_its_time() {
    let duty = |met_by| {
        let what = What::Deadline { duty: "tell the inspectorate".to_owned(), met_by };
        Dated::new(at(100), party(HARBOUR), what, record(3))
    };
    let stands = |met_by, now| timeline([duty(met_by)], at(now))[0].due;
    let told = Proof::Statement(StatementDigest::from_octets([5; 32]));
    assert_eq!(stands(None, 100), Some(Due::Ahead));
    assert_eq!(stands(None, 101), Some(Due::Missed));
    assert_eq!(stands(Some((told, at(99))), 101), Some(Due::Met(told)));
    assert_eq!(stands(Some((told, at(101))), 101), Some(Due::Late(told)));
}

#[test]
fn versions_and_links_stand_with_who_said_them_and_what_proves_it() {
    let mut facts = crane().facts().clone();
    facts.stage = Some(Stage::Initial);
    let first = crane().with_facts(&facts).unwrap();
    let second = first.clone().at_stage(Stage::Interim, None, at(45)).unwrap();
    let facts = second.facts().clone().with_text(Text::Cause, "the vests were new");
    let second = second.with_facts(&facts).unwrap();
    let chain = Chain::of([
        Version::new(digest(1), party(HARBOUR), first).numbered(Some(1), None),
        Version::new(digest(2), party(HARBOUR), second).numbered(Some(2), Some(digest(1))),
    ]);
    let other = id("incident--0b0c6f0e-9f5e-4d7a-9d3b-2c5a0e6b7f02");
    let link = Link::new(LinkWord::SameAs, other, id(crate::scene::CRANE)).unwrap();
    let link = LinkStatement::link(digest(3), party(INSPECTORATE), at(50), link);
    let lines = timeline(of_chain(&chain).into_iter().chain(of_link(&link)), at(60));
    let order: Vec<_> = lines.iter().map(|line| (line.thing.who, line.thing.proof)).collect();
    let (harbour, inspectorate) = (party(HARBOUR), party(INSPECTORATE));
    let proofs = [
        (harbour, record(2)),
        (harbour, record(2)),
        (harbour, record(1)),
        (harbour, record(2)),
        (inspectorate, record(3)),
    ];
    assert_eq!(order, proofs);
    assert_eq!(lines[0].thing.what, What::Fact { name: TimeName::Occurred, precision: Some(Precision::Day) });
    assert_eq!(lines[2].thing.what, What::Reported { stage: Some(Stage::Initial) });
    let What::Edited { stage, places } = &lines[3].thing.what else { panic!("an edit") };
    let names: BTreeSet<_> = places.iter().map(|place| place.last().into_owned()).collect();
    assert_eq!((*stage, names), (Some(Stage::Interim), ["cause", "stage"].map(str::to_owned).into()));
}

proptest! {
    #[test]
    fn the_order_in_which_things_come_does_not_matter(minutes in prop::collection::vec(0_i64..5, 1..12), cut in any::<prop::sample::Index>()) {
        let things: Vec<Dated> = minutes.iter().zip(1_u8..).map(|(minute, number)| {
            let what = What::Acknowledged { what: record(number % 3) };
            Dated::new(at(*minute), party(number % 2), what, record(number % 4))
        }).collect();
        let mut other = things.clone();
        other.rotate_left(cut.index(things.len()));
        other.extend(things.clone());
        let lines = timeline(things, at(9));
        prop_assert_eq!(&lines, &timeline(other, at(9)));
        prop_assert!(lines.is_sorted_by_key(|line| line.thing.at));
    }
}
