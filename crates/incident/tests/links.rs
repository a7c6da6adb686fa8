//! Reports and incidents: merged, split, kept apart, and taken back.

use std::collections::BTreeSet;

use incident::links::{BEYOND_STEPS_MAX, Graph, Link, LinkStatement, LinkWord, Verdict, VoidReason};
use proptest::prelude::*;
use record::stix::StixId;

use crate::scene::{at, digest, id, map, party};

fn incident(letter: char) -> StixId {
    let number = u32::from(letter) - u32::from('A');
    id(&format!("incident--0b0c6f0e-9f5e-4d7a-9d3b-2c5a0e6b7f{number:02x}"))
}

fn report(number: u8) -> StixId {
    id(&format!("report--0b0c6f0e-9f5e-4d7a-9d3b-2c5a0e6b7f{number:02x}"))
}

fn countermeasure(number: u8) -> StixId {
    id(&format!("course-of-action--0b0c6f0e-9f5e-4d7a-9d3b-2c5a0e6b7f{number:02x}"))
}

/// Statement `number` by the harbour, said at that minute.
fn says(number: u8, word: LinkWord, from: StixId, to: StixId) -> LinkStatement {
    LinkStatement::link(digest(number), party(1), at(number.into()), Link::new(word, from, to).unwrap())
}

fn same(number: u8, one: char, other: char) -> LinkStatement {
    says(number, LinkWord::SameAs, incident(one), incident(other))
}

fn apart(number: u8, one: char, other: char) -> LinkStatement {
    says(number, LinkWord::RelatedNotSame, incident(one), incident(other))
}

fn undo(number: u8, what: u8) -> LinkStatement {
    LinkStatement::undo(digest(number), party(1), at(number.into()), [digest(what)])
}

fn ids(letters: &str) -> BTreeSet<StixId> {
    letters.chars().map(incident).collect()
}

#[test]
fn two_statements_in_a_row_join_nothing() {
    let graph = Graph::of([same(1, 'A', 'B'), same(2, 'B', 'C')]);
    assert_eq!(graph.verdict(&incident('A'), &incident('C')), Verdict::Open);
    assert_eq!(graph.same(&incident('A')), ids("AB"));
    assert_eq!(graph.same(&incident('B')), ids("ABC"));
    let (beyond, _) = graph.beyond(&incident('A'));
    assert_eq!(beyond.len(), 1);
    assert_eq!((&beyond[0].id, &beyond[0].path), (&incident('C'), &vec![digest(1), digest(2)]));
    let decided = Graph::of([same(1, 'A', 'B'), same(2, 'B', 'C'), same(3, 'A', 'C')]);
    assert_eq!(decided.same(&incident('A')), ids("ABC"));
    assert_eq!(decided.beyond(&incident('A')), (vec![], false));
}

#[test]
fn an_id_always_stands_for_itself() {
    for graph in [Graph::of([]), Graph::of([same(1, 'B', 'A')])] {
        let found = graph.resolve(&incident('B'));
        assert!(found.same.contains(&incident('B')));
    }
    let found =
        Graph::of([same(1, 'B', 'A'), says(2, LinkWord::Split, incident('B'), incident('D'))]).resolve(&incident('B'));
    assert_eq!(found.same, ids("AB"));
    let leads: Vec<_> = found.leads.iter().map(|lead| (lead.id.clone(), lead.word, lead.statement)).collect();
    assert_eq!(leads, [(incident('A'), LinkWord::SameAs, digest(1)), (incident('D'), LinkWord::Split, digest(2))]);
}

#[test]
fn a_merge_that_is_taken_back_never_was_and_taking_back_can_be_taken_back() {
    let merged = [same(1, 'A', 'B')];
    let undone = Graph::of(merged.iter().cloned().chain([undo(2, 1)]));
    assert_eq!(undone.verdict(&incident('A'), &incident('B')), Verdict::Open);
    let redone = Graph::of(merged.into_iter().chain([undo(2, 1), undo(3, 2)]));
    assert_eq!(redone.verdict(&incident('A'), &incident('B')), Verdict::Same(vec![digest(1)]));
}

#[test]
fn nobody_takes_back_what_another_said() {
    let mut stranger = undo(2, 1);
    stranger.author = party(9);
    let graph = Graph::of([same(1, 'A', 'B'), stranger, undo(3, 77), undo(4, 5), same(5, 'C', 'D')]);
    assert_eq!(graph.same(&incident('A')), ids("AB"));
    assert_eq!(graph.same(&incident('C')), ids("CD"));
    let reasons: Vec<_> = graph.voided().iter().map(|one| one.reason).collect();
    assert_eq!(reasons, [VoidReason::OtherAuthor, VoidReason::NotHere, VoidReason::NotOlder]);
}

#[test]
fn a_contradiction_stays_visible_and_joins_nothing() {
    let mut other = apart(2, 'A', 'B');
    other.author = party(2);
    let graph = Graph::of([same(1, 'A', 'B'), other]);
    let contested = Verdict::Contested { same: vec![digest(1)], not_same: vec![digest(2)] };
    assert_eq!(graph.verdict(&incident('B'), &incident('A')), contested);
    assert_eq!(graph.same(&incident('A')), ids("A"));
    assert_eq!(graph.leads(&incident('A')).len(), 2);
}

#[test]
fn a_report_can_tell_of_two_incidents_and_an_incident_has_many_reports() {
    let about = |number, from, to| says(number, LinkWord::Reports, report(from), incident(to));
    let graph = Graph::of([about(1, 1, 'A'), about(2, 1, 'B'), about(3, 2, 'A'), about(4, 3, 'C'), same(5, 'A', 'C')]);
    let told: Vec<_> = graph.incidents_of(&report(1)).into_iter().map(|lead| lead.id).collect();
    assert_eq!(told, [incident('A'), incident('B')]);
    let case: Vec<_> = graph.reports_of(&incident('A')).into_iter().map(|one| (one.id, one.path)).collect();
    let expected =
        [(report(1), vec![digest(1)]), (report(2), vec![digest(3)]), (report(3), vec![digest(4), digest(5)])];
    assert_eq!(case, expected);
}

#[test]
fn a_countermeasure_is_found_from_every_incident_that_is_one_with_what_it_was_tried_against() {
    let tried = |number, from, to| says(number, LinkWord::Mitigates, countermeasure(from), incident(to));
    let graph = Graph::of([tried(1, 1, 'A'), tried(2, 2, 'B'), tried(3, 1, 'C'), same(4, 'A', 'B')]);
    let found: Vec<_> = graph.countermeasures_of(&incident('A')).into_iter().map(|one| (one.id, one.path)).collect();
    assert_eq!(found, [(countermeasure(1), vec![digest(1)]), (countermeasure(2), vec![digest(2), digest(4)])]);
    let against: Vec<_> = graph.countered_by(&countermeasure(1)).into_iter().map(|lead| lead.id).collect();
    assert_eq!(against, [incident('A'), incident('C')]);
    assert_eq!(graph.same(&incident('C')), ids("C"), "one countermeasure joins no incidents");
    assert!(graph.reports_of(&incident('A')).is_empty());
    assert!(graph.leads(&incident('C')).is_empty());
}

#[test]
fn what_cannot_be_linked_is_named() {
    let itself = Link::new(LinkWord::SameAs, incident('A'), incident('A')).unwrap_err().to_string();
    assert!(itself.ends_with("name two things"));
    let report = Link::new(LinkWord::SameAs, report(1), incident('A')).unwrap_err().to_string();
    assert!(report.contains("is not the id of an incident"));
    let no_measure = Link::new(LinkWord::Mitigates, incident('A'), incident('B')).unwrap_err().to_string();
    assert!(no_measure.contains("is not the id of a countermeasure"));
    let other = id("tool--0b0c6f0e-9f5e-4d7a-9d3b-2c5a0e6b7f01");
    let nothing = Link::new(LinkWord::Mitigates, countermeasure(1), other).unwrap_err().to_string();
    assert!(nothing.contains("name an incident, an indicator or a batch of signals"));
}

mod signed {
    //! Statements as records.

    use incident::links::{Link, LinkStatement, LinkWord};
    use record::digest::KeyRecordDigest;
    use record::entropy::SystemEntropy;
    use record::signed::Signed;
    use record::stix::StixObject;
    use record::suite::{PrivateKey, Suite};
    use record::{Author, Draft, Record};

    use super::*;

    fn sign(object: StixObject) -> Signed<Record> {
        let key = PrivateKey::from_seed(Suite::Ed25519, &[1; 32]).unwrap();
        let keys = [&key];
        let author = Author::new(party(1), KeyRecordDigest::from_octets([9; 32]), &keys);
        Draft::new(object).sign(&author, &mut SystemEntropy::new()).unwrap()
    }

    fn link_id() -> StixId {
        id("detente-link--0b0c6f0e-9f5e-4d7a-9d3b-2c5a0e6b7f99")
    }

    #[test]
    fn a_statement_comes_back_from_its_record() {
        let link = Link::new(LinkWord::SameAs, incident('A'), incident('B')).unwrap();
        let object =
            LinkStatement::to_object(&link_id(), at(5), Some(&link), &BTreeSet::from([digest(4)]), "one crane");
        let record = sign(object.unwrap());
        let statement = LinkStatement::of_record(&record).unwrap();
        let mut expected = LinkStatement::undo(record.digest(), party(1), at(5), [digest(4)]);
        expected.link = Some(link);
        assert_eq!(statement, expected);
    }

    #[test]
    fn half_a_statement_says_nothing() {
        let empty = LinkStatement::to_object(&link_id(), at(5), None, &BTreeSet::new(), "").unwrap();
        assert_eq!(LinkStatement::of_record(&sign(empty)).unwrap_err().property, "link");
        let kind = record::kind::Kind::of("detente-link").unwrap().extension.unwrap();
        let own = map(r#"{"link":"same-as","from":"incident--0b0c6f0e-9f5e-4d7a-9d3b-2c5a0e6b7f00","takes_back":[]}"#);
        let object = LinkStatement::to_object(&link_id(), at(5), None, &BTreeSet::new(), "").unwrap().into_map();
        let half = StixObject::from_map(object.with("extensions", record::json::Map::new().with(kind, own))).unwrap();
        assert_eq!(LinkStatement::of_record(&sign(half)).unwrap_err().property, "to");
    }
}

/// Any link or undo among five incidents by two authors; the number is also the digest and the minute.
fn statement() -> impl Strategy<Value = (usize, u8, char, char, Option<u8>)> {
    let letter = prop::sample::select(vec!['A', 'B', 'C', 'D', 'E']);
    (0..LinkWord::ALL.len(), 1_u8..3, letter.clone(), letter, prop::option::of(1_u8..30))
}

fn statements() -> impl Strategy<Value = Vec<LinkStatement>> {
    prop::collection::vec(statement(), 0..24).prop_map(|all| {
        let numbered = all.into_iter().zip(1_u8..);
        numbered
            .map(|((word, author, from, to, takes_back), number)| {
                let word = LinkWord::ALL[word];
                let from = match word {
                    LinkWord::Reports => report(number),
                    LinkWord::Mitigates => countermeasure(number),
                    LinkWord::SameAs | LinkWord::Split | LinkWord::RelatedNotSame | _ => incident(from),
                };
                let mut said =
                    LinkStatement::undo(digest(number), party(author), at(number.into()), takes_back.map(digest));
                said.link = Link::new(word, from, incident(to)).ok();
                said
            })
            .collect()
    })
}

proptest! {
    #[test]
    fn order_and_repetition_do_not_matter(all in statements(), seed in any::<prop::sample::Index>()) {
        let mut other = all.clone();
        other.reverse();
        if !other.is_empty() {
            other.rotate_left(seed.index(all.len()));
            other.push(all[seed.index(all.len())].clone());
        }
        prop_assert_eq!(Graph::of(all), Graph::of(other));
    }

    #[test]
    fn undo_restores(all in statements(), one in prop::sample::select(vec!['A', 'B']), other in prop::sample::select(vec!['C', 'D', 'E'])) {
        let before = Graph::of(all.clone());
        let mut after = all;
        after.push(same(200, one, other));
        after.push(undo(201, 200));
        let after = Graph::of(after);
        for letter in "ABCDE".chars() {
            prop_assert_eq!(before.resolve(&incident(letter)), after.resolve(&incident(letter)));
            prop_assert_eq!(before.reports_of(&incident(letter)), after.reports_of(&incident(letter)));
        }
    }

    #[test]
    fn nothing_merges_by_itself(all in statements()) {
        let graph = Graph::of(all.clone());
        let said = |one: &StixId, other: &StixId| all.iter().any(|statement| statement.link.as_ref().is_some_and(|link| {
            link.word() == LinkWord::SameAs && [(link.from(), link.to()), (link.to(), link.from())].contains(&(one, other))
        }));
        for one in ids("ABCDE") {
            prop_assert!(graph.same(&one).contains(&one));
            for other in graph.same(&one) {
                prop_assert!(one == other || said(&one, &other), "{} and {}", one, other);
                prop_assert!(graph.same(&other).contains(&one));
            }
        }
    }

    #[test]
    fn each_way_is_a_row_of_statements_that_hold(all in statements()) {
        let graph = Graph::of(all);
        for one in ids("ABCDE") {
            for beyond in graph.beyond(&one).0 {
                let mut here = BTreeSet::from([one.clone()]);
                for step in &beyond.path {
                    let link = graph.in_force().find(|statement| statement.digest == *step).unwrap().link.clone().unwrap();
                    here = here.iter().filter_map(|id| {
                        if link.from() == id { Some(link.to().clone()) } else { (link.to() == id).then(|| link.from().clone()) }
                    }).collect();
                }
                prop_assert!(here.contains(&beyond.id));
            }
        }
    }
}

/// How many statements stand in a long row.
const LONG: u32 = 5_000;

#[test]
fn a_row_of_thousands_of_statements_is_answered_and_joins_two() {
    let far = |number: u32| id(&format!("incident--0b0c6f0e-9f5e-4d7a-9d3b-{number:012x}"));
    let row = (0..LONG).map(|number| {
        let mut octets = [0; 32];
        octets[..4].copy_from_slice(&number.to_be_bytes());
        let link = Link::new(LinkWord::SameAs, far(number), far(number + 1)).unwrap();
        LinkStatement::link(record::digest::RecordDigest::from_octets(octets), party(1), at(number.into()), link)
    });
    let found = Graph::of(row).resolve(&far(0));
    assert_eq!(found.same, BTreeSet::from([far(0), far(1)]));
    assert_eq!((found.beyond.len(), found.goes_on), (BEYOND_STEPS_MAX - 1, true));
    assert!(found.beyond.iter().all(|one| one.path.len() <= BEYOND_STEPS_MAX));
}
