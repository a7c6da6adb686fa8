//! What members read in the collection of a feed.

use std::collections::BTreeSet;

use collections::{Collection, Filter, Item, Page, Reader, SHOWN, Versions, objects, versions_of};
use policy::feed::{Erased, FeedWriter, Recall, RecallReason};
use record::json::{self, Json, Map};
use record::stix::StixObject;
use record::time::Timestamp;
use storage::{LogName, Place};

use crate::agreement::{Treaties, agreement};
use crate::scene::{Clock, Node, incident};

/// A sender with one feed.
struct Desk {
    harbour: Node,
    treaties: Treaties,
}

impl Desk {
    fn new() -> Self {
        let clock = Clock::new();
        let (harbour, lotus) = (Node::new("harbour", &clock), Node::new("lotus", &clock));
        let treaties = Treaties::of(vec![agreement("Incidents", &[harbour.id(), lotus.id()])]);
        Self { harbour, treaties }
    }

    fn feed(&self) -> LogName {
        LogName::feed(self.treaties.signed[0].digest(), 0)
    }

    fn collection(&self) -> Collection {
        Collection::Released(self.feed())
    }

    fn page(&self, filter: &Filter, after: Option<Timestamp>, limit: usize) -> Page {
        objects(&self.harbour.store, &self.collection(), &Reader::everything(), filter, (after, limit)).unwrap()
    }

    fn all(&self) -> Vec<Item> {
        self.page(&Filter::default(), None, 1_000).items
    }

    fn tell(&mut self, name: &str) {
        self.harbour.tell(name, &self.treaties);
    }

    /// One incident, released once without these places, and once more without those.
    fn told_twice(&mut self, name: &str, hidden: [&[&str]; 2]) {
        let agreement = std::sync::Arc::clone(&self.treaties.signed[0]);
        let engine = self.harbour.engine(&self.treaties);
        let object = incident(99, name, "a secret").into_map().with("labels", Json::Array(vec![Json::text("gate")]));
        let (record, leaf) = self.harbour.logged(StixObject::from_map(object).unwrap(), name);
        for hide in hidden {
            let source = (&record).into();
            let entry = self.harbour.release_hiding(&engine, source, leaf, &agreement, hide);
            self.harbour.feed(agreement.digest(), &[entry]);
        }
    }

    /// The first entry is taken back, by a recall or since it is erased.
    fn takes_back(&mut self, is_erased: bool) {
        let digest = self.treaties.signed[0].digest();
        let (record, time) = (record::digest::RecordDigest::from_octets([3; 32]), self.harbour.clock.now());
        let mut writer = FeedWriter::new(digest);
        if is_erased {
            writer.erased(&Erased::new(0, record, time)).unwrap();
        } else {
            writer.recall(&Recall::new(0, record, RecallReason::Error, time)).unwrap();
        }
        let entries = writer.into_entries();
        let batch = entries.iter().fold(self.harbour.batch(), |batch, entry| batch.feed(0, entry));
        let batch = if is_erased { batch.erase(Place::new(self.feed(), 0)) } else { batch };
        self.harbour.commit(batch);
    }

    /// A view that is made anew is the same: whoever reads goes on where it was.
    fn is_the_same_anew(&self) {
        let all = Filter { versions: Versions::all(), ..Filter::default() };
        let before = self.page(&all, None, 100);
        self.harbour.store.rebuild(&mut |_, _| ()).unwrap();
        assert_eq!(self.page(&all, None, 100), before);
    }

    /// Whether a text stands anywhere in what was made for the members of the feed.
    fn holds(&self, text: &str) -> bool {
        let sql = "SELECT COUNT(*) FROM collections_shown
            WHERE instr(object, ?1) > 0 AND log = (SELECT number FROM log WHERE name = ?2)";
        let values = [text.to_owned(), self.feed().to_string()];
        let rows: i64 = self.harbour.store.ask(|it| it.query_row(sql, values, |row| row.get(0))).unwrap();
        rows > 0
    }
}

fn object(item: &Item) -> Map {
    let Ok(Json::Object(map)) = json::parse(item.object.as_bytes()) else { panic!("{}", item.object) };
    map
}

fn note(item: &Item) -> Map {
    object(item).get("extensions").unwrap().as_object().unwrap().get(SHOWN).unwrap().as_object().unwrap().clone()
}

#[test]
fn what_is_released_is_read_as_an_object_that_says_what_it_is() {
    let mut desk = Desk::new();
    desk.tell("A robot blocked a gate");
    let [item] = desk.all().try_into().unwrap();
    let shown = object(&item);
    assert_eq!((shown.text("name"), shown.text("description")), (Some("A robot blocked a gate"), None));
    assert_eq!(shown.text("modified").unwrap(), item.version.to_string());
    assert_eq!(note(&item).text("signed_modified"), Some("2026-07-01T03:10:00.000Z"));
    assert_eq!(note(&item).get("withheld"), Some(&Json::Bool(true)));
    assert!(!desk.holds("a secret"));
}

#[test]
fn a_wider_release_after_a_narrower_one_reaches_a_reader_that_has_the_object() {
    let mut desk = Desk::new();
    desk.told_twice("A gate", [&["/object/name"], &[]]);
    let all = desk.page(&Filter { versions: Versions::all(), ..Filter::default() }, None, 1_000).items;
    assert_eq!(all.len(), 2);
    assert_eq!(object(&all[0]).text("name"), Some("[withheld]"), "what STIX requires is there and says so");
    assert_eq!(note(&all[0]).get("missing").unwrap().as_array().unwrap(), [Json::text("name")]);
    let later = desk.page(&Filter::default(), Some(all[0].added), 1_000).items;
    assert_eq!((later.len(), object(&later[0]).text("name")), (1, Some("A gate")));
    assert!(later[0].version > all[0].version);
    assert_eq!(
        versions_of(&desk.harbour.store, &desk.collection(), &Reader::everything(), &all[0].id).unwrap().len(),
        2
    );
}

#[test]
fn a_narrower_release_after_a_wider_one_adds_nothing() {
    let mut desk = Desk::new();
    desk.told_twice("A gate", [&[], &["/object/name"]]);
    assert_eq!(desk.all().len(), 1);
    assert_eq!(object(&desk.all()[0]).text("name"), Some("A gate"));
}

#[test]
fn what_is_recalled_is_told_to_whoever_has_it_and_read_no_more() {
    let mut desk = Desk::new();
    desk.tell("A mistake");
    let had = desk.all()[0].added;
    desk.takes_back(false);
    let [item] = desk.page(&Filter::default(), Some(had), 10).items.try_into().unwrap();
    assert_eq!(object(&item).get("revoked"), Some(&Json::Bool(true)));
    assert!(!desk.holds("A mistake"), "in no version");
    assert_eq!(desk.all().len(), 1);
    desk.is_the_same_anew();
}

#[test]
fn of_what_is_erased_nothing_stays_and_the_rest_keeps_its_times() {
    let mut desk = Desk::new();
    desk.told_twice("A gate", [&[], &["/object/name"]]);
    desk.tell("Another");
    let other = desk.all()[1].clone();
    desk.takes_back(true);
    let all = desk.all();
    assert_eq!(object(&all[0]).text("name"), Some("[withheld]"), "what was released once more stands");
    assert_eq!(all[1], other);
    assert!(!desk.holds("A gate"));
    desk.is_the_same_anew();
    let mut alone = Desk::new();
    alone.tell("A mistake");
    alone.takes_back(true);
    assert_eq!(alone.all(), []);
    alone.is_the_same_anew();
}

#[test]
fn a_narrower_release_stands_when_the_wider_one_is_taken_back() {
    let mut desk = Desk::new();
    desk.told_twice("A gate", [&[], &["/object/name"]]);
    desk.takes_back(false);
    let [item] = desk.all().try_into().unwrap();
    assert_eq!((object(&item).text("name"), object(&item).get("revoked")), (Some("[withheld]"), None));
    assert!(!desk.holds("A gate"));
}

#[test]
fn a_reader_that_pages_by_time_has_each_object_once_while_the_feed_grows() {
    let mut desk = Desk::new();
    for number in 0..7 {
        desk.tell(&format!("number {number}"));
    }
    let (mut after, mut seen) = (None, Vec::new());
    loop {
        let page = desk.page(&Filter::default(), after, 3);
        let Some(last) = page.items.last() else { break };
        after = Some(last.added);
        seen.extend(page.items.iter().map(|item| item.id.clone()));
        if seen.len() < 12 {
            desk.tell(&format!("later {}", seen.len()));
        }
    }
    assert_eq!(seen.len(), seen.iter().collect::<BTreeSet<_>>().len());
    assert_eq!(seen.len(), desk.all().len());
    assert!(desk.all().is_sorted_by(|one, next| one.added < next.added), "in one commit or many");
}

#[test]
fn a_filter_keeps_what_it_names() {
    let mut desk = Desk::new();
    desk.tell("one");
    desk.tell("two");
    let id = desk.all()[1].id.clone();
    let found = |filter: Filter| desk.page(&filter, None, 10).items.len();
    assert_eq!(found(Filter { ids: vec![id], ..Filter::default() }), 1);
    assert_eq!(found(Filter { types: vec!["incident".to_owned(), "report".to_owned()], ..Filter::default() }), 2);
    assert_eq!(found(Filter { types: vec!["x' OR 1=1 --".to_owned()], ..Filter::default() }), 0);
    assert_eq!(found(Filter { spec_versions: vec!["2.0".to_owned()], ..Filter::default() }), 0);
    let version = desk.all()[0].version;
    assert_eq!(found(Filter { versions: Versions::at(vec![version]), ..Filter::default() }), 1);
    assert_eq!(found(Filter { versions: Versions::first(), ..Filter::default() }), 2);
}

#[test]
fn a_rebuild_makes_the_same_times_so_that_readers_go_on_where_they_were() {
    let mut desk = Desk::new();
    desk.told_twice("A gate", [&["/object/name"], &[]]);
    desk.tell("two");
    desk.is_the_same_anew();
}
