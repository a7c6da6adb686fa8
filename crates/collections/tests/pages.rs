//! Reading page by page.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use collections::{Collection, Filter, MAX_PAGE_BYTES, MAX_PAGE_ITEMS, Reader, Versions, known, manifest, objects};
use record::Draft;
use record::label::Tlp;
use record::time::Timestamp;
use storage::LogName;

use crate::scene::{Harbour, incident, name_of};
use crate::speed::fill;

/// A harbour with so many incidents, each labelled.
fn with(count: u64, level: impl Fn(u64) -> Tlp) -> Harbour {
    let mut harbour = Harbour::new();
    let signed: Vec<_> =
        (0..count).map(|number| harbour.sign(Draft::new(incident(number, 0, &format!("number {number}"))))).collect();
    for (number, logged) in (0..).zip(harbour.log_all(&signed)) {
        let _label = harbour.label(&logged, "*", level(number));
    }
    harbour
}

#[test]
fn whoever_pages_while_another_writes_has_each_object_once() {
    let mut harbour = with(40, |_| Tlp::Green);
    let store = Arc::clone(&harbour.store);
    let is_over = Arc::new(AtomicBool::new(false));
    let over = Arc::clone(&is_over);
    let reader = std::thread::spawn(move || {
        let (reader, filter) = (Reader::up_to(Tlp::Green), Filter::default());
        let (mut seen, mut after) = (Vec::new(), None);
        loop {
            let is_last = over.load(Ordering::SeqCst);
            let page = objects(&store, &Collection::Own, &reader, &filter, (after, 7)).unwrap();
            after = page.items.last().map(|item| item.added).or(after);
            seen.extend(page.items);
            if is_last && !page.has_more {
                return seen;
            }
        }
    });
    for number in 100..140 {
        let logged = harbour.incident(number, &format!("number {number}"));
        let _label = harbour.label(&logged, "*", Tlp::Clear);
    }
    is_over.store(true, Ordering::SeqCst);
    let seen = reader.join().unwrap();
    let ids: BTreeSet<_> = seen.iter().map(|item| &item.id).collect();
    assert_eq!((seen.len(), ids.len()), (80, 80));
    assert!(seen.is_sorted_by(|one, next| one.added < next.added));
}

#[test]
fn rows_of_several_markings_and_types_come_in_one_order() {
    let mut harbour = with(30, |number| Tlp::ALL[usize::try_from(number % 5).unwrap()]);
    let (one, other) = (harbour.incident(50, "one"), harbour.incident(51, "other"));
    let said = harbour.derive(&one, &other);
    for logged in [&one, &other, &said] {
        let _label = harbour.label(logged, "*", Tlp::Clear);
    }
    let both = Filter { types: vec!["incident".to_owned(), "relationship".to_owned()], ..Filter::default() };
    for reader in [Reader::up_to(Tlp::Amber), Reader::up_to(Tlp::Red), Reader::everything()] {
        let all = harbour.read(&reader, &Filter::default(), None);
        assert!(all.is_sorted_by(|one, next| one.added < next.added));
        assert_eq!(harbour.read(&reader, &both, None), all, "with the types named or not");
        let mut paged = Vec::new();
        while let Some(item) = {
            let after = paged.last().map(|item: &collections::Item| item.added);
            objects(&harbour.store, &Collection::Own, &reader, &both, (after, 1)).unwrap().items.pop()
        } {
            paged.push(item);
        }
        assert_eq!(paged, all);
    }
    let relationships = Filter { types: vec!["relationship".to_owned()], ..Filter::default() };
    assert_eq!(harbour.read(&Reader::up_to(Tlp::Clear), &relationships, None).len(), 1);
}

#[test]
fn a_manifest_lists_what_the_page_shows() {
    let harbour = with(12, |_| Tlp::Green);
    let (reader, filter) = (Reader::up_to(Tlp::Green), Filter::default());
    let items = objects(&harbour.store, &Collection::Own, &reader, &filter, (None, 5)).unwrap();
    let entries = manifest(&harbour.store, &Collection::Own, &reader, &filter, (None, 5)).unwrap();
    assert!(items.has_more && entries.has_more);
    let of_items = items.items.iter().map(|item| (item.added, &item.id, &item.version_text));
    assert!(of_items.eq(entries.items.iter().map(|entry| (entry.added, &entry.id, &entry.version_text))));
}

#[test]
fn versions_are_chosen_over_all_that_the_reader_sees_before_the_time_cuts() {
    let mut harbour = Harbour::new();
    let first = harbour.incident(1, "first");
    let _label = harbour.label(&first, "*", Tlp::Green);
    let second = harbour.next(&first, 1, "second");
    let _third = harbour.next(&second, 2, "third");
    let green = Reader::up_to(Tlp::Green);
    let names = |versions: Versions, after| -> Vec<String> {
        harbour.read(&green, &Filter { versions, ..Filter::default() }, after).iter().map(name_of).collect()
    };
    let time = |second: i64| "2026-07-01T03:10:00Z".parse::<Timestamp>().unwrap().micros() + second * 1_000_000;
    let at = |second| Timestamp::from_micros(time(second));
    assert_eq!(names(Versions::all(), None), ["first", "second", "third"]);
    assert_eq!(names(Versions::last(), None), ["third"]);
    assert_eq!(names(Versions::first(), None), ["first"]);
    assert_eq!(names(Versions { first: true, ..Versions::last() }, None), ["first", "third"]);
    assert_eq!(names(Versions { last: true, ..Versions::at(vec![at(1), at(9)]) }, None), ["second", "third"]);
    assert_eq!(names(Versions { last: false, ..Versions::last() }, None), [""; 0], "none is asked for");
    let had = harbour.all_versions(&green)[1].added;
    assert_eq!(names(Versions::first(), Some(had)), [""; 0], "the first lies before");
    assert_eq!(names(Versions::last(), Some(had)), ["third"]);
}

#[test]
fn what_comes_from_outside_is_a_value_and_never_a_question() {
    let harbour = with(2, |_| Tlp::Green);
    let found = |filter: Filter| harbour.read(&Reader::everything(), &filter, None).len();
    let hostile = || vec!["x' OR 1=1 --".to_owned()];
    assert_eq!(found(Filter { types: hostile(), ..Filter::default() }), 0);
    assert_eq!(found(Filter { ids: hostile(), ..Filter::default() }), 0);
    assert_eq!(found(Filter { spec_versions: hostile(), ..Filter::default() }), 0);
    let many = (0..200).map(|number| format!("type-{number}")).chain(["incident".to_owned()]).collect();
    assert_eq!(found(Filter { types: many, ..Filter::default() }), 2, "two hundred types at once");
}

#[test]
fn a_collection_is_of_the_kind_that_its_log_has() {
    let harbour = with(1, |_| Tlp::Clear);
    assert_eq!(known(&harbour.store).unwrap(), [Collection::Own]);
    for mistaken in [Collection::Released(LogName::node()), Collection::Received(LogName::node())] {
        let page = objects(&harbour.store, &mistaken, &Reader::everything(), &Filter::default(), (None, 10)).unwrap();
        assert_eq!(page.items, []);
    }
}

#[test]
fn a_page_gives_one_more_than_it_holds_to_whoever_tells_by_it_that_another_follows() {
    let harbour = Harbour::new();
    fill(&harbour, 1_500, 10);
    let ask =
        |limit| objects(&harbour.store, &Collection::Own, &Reader::everything(), &Filter::default(), (None, limit));
    for (limit, given) in [(1_000, 1_000), (1_001, 1_001), (5_000, 1_001)] {
        let page = ask(limit).unwrap();
        assert_eq!((page.items.len(), page.has_more), (given, true));
    }
    assert_eq!(MAX_PAGE_ITEMS, 1_000);
}

#[test]
fn a_page_of_large_objects_ends_with_the_one_that_goes_beyond_and_nothing_is_left_out() {
    let harbour = Harbour::new();
    fill(&harbour, 30, 1_000_000);
    let (mut after, mut pages) = (None, Vec::new());
    loop {
        let (reader, filter) = (Reader::everything(), Filter::default());
        let page = objects(&harbour.store, &Collection::Own, &reader, &filter, (after, 1_000)).unwrap();
        after = page.items.last().map(|item| item.added);
        pages.push(page.items.len());
        let bytes: usize = page.items.iter().map(|item| item.object.len()).sum();
        assert!(!page.has_more || (MAX_PAGE_BYTES..MAX_PAGE_BYTES + 1_100_000).contains(&bytes), "{bytes}");
        if !page.has_more {
            break;
        }
    }
    assert_eq!(pages, [9, 9, 9, 3]);
}
