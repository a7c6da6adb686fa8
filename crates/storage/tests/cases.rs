//! The view of incidents: what is listed of them, page by page, and what is gone once a body is erased.

use record::time::Timestamp;
use storage::disk::memory::MemoryDisk;
use storage::views::View;
use storage::views::cases::{self, Wanted};
use storage::views::records::Records;
use storage::{Batch, BatchId, LocalStore, LogName, NewEntry, Place, Store as _};

use crate::scene::{new_store_with, options};
use crate::signer::{Party, incident_id, record_batch};

/// Incidents of the store.
const INCIDENTS: u64 = 7;

fn store_of_incidents() -> LocalStore {
    let mut with = options(std::sync::Arc::new(MemoryDisk::new()));
    with.views = vec![Box::new(Records::new()) as Box<dyn View>];
    let store = new_store_with(with);
    let party = Party::new();
    for number in 0..INCIDENTS {
        let signed = party.incident(number, &format!("crane {number}"));
        assert!(store.commit(vec![record_batch(number, &signed)])[0].is_ok());
    }
    store.follow().unwrap();
    store
}

fn pages(store: &LocalStore, limit: usize) -> Vec<Vec<String>> {
    let (mut pages, mut behind) = (Vec::new(), None);
    loop {
        let page = cases::list(store, &Wanted::default(), behind.as_ref(), limit).unwrap();
        let Some(last) = page.last().cloned() else { return pages };
        pages.push(page.into_iter().map(|mark| mark.id).collect());
        behind = Some(last);
    }
}

#[test]
fn pages_hold_every_incident_once_and_in_one_order() {
    let store = store_of_incidents();
    let whole = pages(&store, 100).concat();
    assert_eq!((whole.len() as u64, cases::count(&store).unwrap()), (INCIDENTS, INCIDENTS));
    for limit in 1..=8 {
        assert_eq!(pages(&store, limit).concat(), whole, "pages of {limit}");
    }
}

#[test]
fn what_an_incident_does_not_say_fits_no_filter() {
    let store = store_of_incidents();
    let severe = Wanted { severity: Some("disaster".to_owned()), ..Wanted::default() };
    let dated = Wanted { from: Some(Timestamp::from_micros(0)), ..Wanted::default() };
    for wanted in [severe, dated] {
        assert_eq!(cases::list(&store, &wanted, None, 100).unwrap(), []);
    }
}

/// A peer may say what it likes under an id of ours: where our own version stands follows from what we said.
#[test]
fn what_another_party_says_under_an_id_moves_nothing_of_ours() {
    let store = store_of_incidents();
    let (ours, theirs) = (Party::new(), Party::another());
    let of = |party: &Party| Wanted { issuer: Some(party.first.content().party()), ..Wanted::default() };
    let listed = |wanted: &Wanted| cases::list(&store, wanted, None, 100).unwrap();
    let before = listed(&of(&ours));
    assert_eq!((before.len() as u64, listed(&of(&theirs)).len()), (INCIDENTS, 0));
    let later = theirs.incident(3, "the same crane, they say");
    assert!(store.commit(vec![record_batch(77, &later)])[0].is_ok());
    store.follow().unwrap();
    assert_eq!(listed(&of(&ours)), before);
    assert_eq!(listed(&of(&theirs)).into_iter().map(|mark| mark.id).collect::<Vec<_>>(), [incident_id(3)]);
}

#[test]
fn an_erased_incident_is_in_no_list_and_no_title() {
    let store = store_of_incidents();
    let entry = NewEntry::bare(LogName::node(), b"erasure record".to_vec());
    let erasure = Batch::new(BatchId::of(&[b"erasure"])).entry(entry).erase(Place::new(LogName::node(), 3));
    assert!(store.commit(vec![erasure])[0].is_ok());
    store.follow().unwrap();
    let gone = incident_id(3);
    assert!(!pages(&store, 100).concat().contains(&gone));
    assert_eq!(cases::versions(&store, &gone).unwrap(), []);
    assert_eq!(cases::titles(&store).unwrap().len() as u64, INCIDENTS - 1);
    assert_eq!(cases::arrived(&store, Timestamp::from_micros(0), 100).unwrap().len() as u64, INCIDENTS - 1);
}

/// A type of ours for which there is no table among the kinds is found by what its extension names, in our own log alone.
#[test]
fn what_is_kept_is_found_by_the_incident_that_it_names() {
    let store = store_of_incidents();
    let (party, another) = (Party::new(), Party::another());
    let about = incident_id(1);
    for (number, author) in [(50, &party), (51, &another), (52, &party)] {
        let signed = author.kept(number, &about);
        assert!(store.commit(vec![record_batch(number, &signed)])[0].is_ok());
    }
    let own = party.first.content().party();
    let places = |name: &str, most| cases::own_naming(&store, (name, "detente-clock"), own, most).unwrap();
    let found: Vec<u64> = places(&about, 10).into_iter().map(|place| place.index).collect();
    assert_eq!(found, [INCIDENTS, INCIDENTS + 2], "ours alone, in the order of the log");
    assert_eq!(places(&about, 1).len(), 1);
    assert_eq!(places(&incident_id(2), 10), []);
    let named = |types| cases::named_by_own(&store, types, own, 10).unwrap();
    assert_eq!(named(["detente-clock", "detente-duty-facts"]), [about]);
    assert_eq!(named(["detente-duty-facts", "detente-filing"]), Vec::<String>::new());
}

/// Whoever goes through the incidents of a party goes on behind the last, and finds those too of which it keeps something alone.
#[test]
fn the_incidents_of_a_party_are_gone_through_by_their_ids() {
    let store = store_of_incidents();
    let (party, another) = (Party::new(), Party::another());
    let own = party.first.content().party();
    let stranger = "incident--ffffffff-ffff-4fff-8fff-ffffffffffff".to_owned();
    for (number, signed) in [(50, party.kept(50, &stranger)), (51, another.incident(INCIDENTS + 9, "theirs alone"))] {
        assert!(store.commit(vec![record_batch(number, &signed)])[0].is_ok());
    }
    let after = |after: &str, most| {
        cases::own_after(&store, own, ["detente-clock", "detente-duty-facts"], after, most).unwrap()
    };
    let mut wanted: Vec<String> = (0..INCIDENTS).map(incident_id).chain([stranger.clone()]).collect();
    wanted.sort();
    let (mut walked, mut last) = (Vec::new(), String::new());
    while let Some(end) = after(&last, 7).last().cloned() {
        walked.extend(after(&last, 7));
        last = end;
    }
    assert_eq!(walked, wanted, "each once, and none of another party");
    assert_eq!(after(&stranger, 7), Vec::<String>::new());
}

#[test]
fn what_came_since_is_what_the_entries_in_between_hold() {
    let store = store_of_incidents();
    let (party, another) = (Party::new(), Party::another());
    let own = party.first.content().party();
    let (kept, theirs) = (party.kept(50, &incident_id(4)), another.incident(5, "theirs"));
    for (number, signed) in [(50, &kept), (51, &theirs), (52, &party.incident(INCIDENTS + 1, "one more"))] {
        assert!(store.commit(vec![record_batch(number, signed)])[0].is_ok());
    }
    let news = |object_type, from, before| cases::own_news(&store, own, object_type, (from, before)).unwrap();
    let mut both = [incident_id(4), incident_id(INCIDENTS + 1)];
    both.sort();
    assert_eq!(news("detente-clock", INCIDENTS, INCIDENTS + 3), both);
    assert_eq!(news("detente-duty-facts", INCIDENTS, INCIDENTS + 3), [incident_id(INCIDENTS + 1)]);
    assert_eq!(news("detente-clock", INCIDENTS, INCIDENTS + 2), [incident_id(4)]);
    assert_eq!(news("detente-clock", INCIDENTS + 3, u64::MAX >> 24), Vec::<String>::new());
    let about = cases::own_about(&store, own, "detente-clock").unwrap();
    assert_eq!(
        about.iter().map(|one| (&one.incident, one.digest)).collect::<Vec<_>>(),
        [(&incident_id(4), kept.digest())]
    );
    assert_eq!(cases::own_about(&store, own, "detente-filing").unwrap(), []);
}
