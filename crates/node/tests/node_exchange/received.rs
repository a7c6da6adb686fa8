//! What people of a node read of what peers released to it.

use std::sync::Arc;

use collections::{Collection, Filter, Item, Reader, SHOWN, Versions, known, objects, versions_of};
use policy::feed::{FeedWriter, Recall, RecallReason};
use record::digest::RecordDigest;
use record::json::{self, Json, Map};
use record::stix::StixObject;
use record::time::Timestamp;
use storage::{LogName, Place};

use crate::agreement::{Treaties, agreement};
use crate::line::{Line, pull};
use crate::scene::{Clock, Node, incident};

/// Harbour tells, and Lotus reads.
struct Pair {
    harbour: Node,
    lotus: Node,
    treaties: Treaties,
}

impl Pair {
    fn new() -> Self {
        let clock = Clock::new();
        let (mut harbour, mut lotus) = (Node::new("harbour", &clock), Node::new("lotus", &clock));
        harbour.know(lotus.id(), lotus.party.history());
        lotus.know(harbour.id(), harbour.party.history());
        let treaties = Treaties::of(vec![agreement("Incidents", &[harbour.id(), lotus.id()])]);
        Self { harbour, lotus, treaties }
    }

    fn tell(&mut self, name: &str) {
        self.harbour.tell(name, &self.treaties);
    }

    /// One incident in two releases: without these places, and without those. Lotus may read between them.
    fn tell_twice(&mut self, name: &str, hidden: [&[&str]; 2], is_read_between: bool) {
        let agreement = Arc::clone(&self.treaties.signed[0]);
        let engine = self.harbour.engine(&self.treaties);
        let object = incident(99, name, "a secret").into_map().with("labels", Json::Array(vec![Json::text("gate")]));
        let (record, leaf) = self.harbour.logged(StixObject::from_map(object).unwrap(), name);
        for hide in hidden {
            let entry = self.harbour.release_hiding(&engine, (&record).into(), leaf, &agreement, hide);
            self.harbour.feed(agreement.digest(), &[entry]);
            if is_read_between {
                let _pulled = self.pull();
            }
        }
    }

    fn recall_first(&mut self) {
        let digest = self.treaties.signed[0].digest();
        let mut writer = FeedWriter::new(digest);
        let (record, time) = (RecordDigest::from_octets([3; 32]), self.harbour.clock.now());
        writer.recall(&Recall::new(0, record, RecallReason::Error, time)).unwrap();
        self.harbour.feed(digest, &writer.into_entries());
    }

    /// Lotus reads what Harbour has stated until now.
    fn pull(&mut self) -> node::exchange::Pulled {
        self.harbour.clock.wait_minutes(61);
        let _stated = self.harbour.state_heads(&self.treaties);
        let mut line = Line::new(&self.lotus, &self.harbour, &self.treaties);
        pull(&mut self.lotus, &mut line)
    }

    fn log(&self) -> LogName {
        let feed = Line::new(&self.lotus, &self.harbour, &self.treaties).feeds().remove(0);
        format!("pulled-{}", feed.name()).parse().unwrap()
    }

    fn read(&self, filter: &Filter, after: Option<Timestamp>) -> Vec<Item> {
        read_of(&self.lotus, &self.log(), filter, after)
    }

    fn all(&self) -> Vec<Item> {
        self.read(&Filter::default(), None)
    }

    fn is_the_same_anew(&self) {
        let every = Filter { versions: Versions::all(), ..Filter::default() };
        let before = (self.lotus.store.views_digest().unwrap(), self.read(&every, None));
        self.lotus.store.rebuild(&mut |_, _| ()).unwrap();
        assert_eq!((self.lotus.store.views_digest().unwrap(), self.read(&every, None)), before);
    }
}

fn read_of(node: &Node, log: &LogName, filter: &Filter, after: Option<Timestamp>) -> Vec<Item> {
    // Who reads our own records has no say in what came.
    let reader = Reader::up_to(record::label::Tlp::Clear);
    objects(&node.store, &Collection::Received(log.clone()), &reader, filter, (after, 1_000)).unwrap().items
}

fn object(item: &Item) -> Map {
    let Ok(Json::Object(map)) = json::parse(item.object.as_bytes()) else { panic!("{}", item.object) };
    map
}

fn note(item: &Item) -> Map {
    object(item).get("extensions").unwrap().as_object().unwrap().get(SHOWN).unwrap().as_object().unwrap().clone()
}

#[test]
fn what_a_peer_released_is_read_where_it_came() {
    let mut pair = Pair::new();
    pair.tell("A robot blocked a gate");
    assert_eq!(pair.pull().proven, [0]);
    let [item] = pair.all().try_into().unwrap();
    let shown = object(&item);
    assert_eq!((shown.text("name"), shown.text("description")), (Some("A robot blocked a gate"), None));
    assert_eq!(shown.text("modified").unwrap(), item.version_text);
    assert_eq!(note(&item).text("signed_modified"), Some("2026-07-01T03:10:00.000Z"));
    let there = known(&pair.lotus.store).unwrap();
    assert!(there.contains(&Collection::Received(pair.log())), "{there:?}");
    pair.is_the_same_anew();
}

#[test]
fn several_showings_of_one_record_are_one_object() {
    let mut pair = Pair::new();
    pair.tell_twice("A gate", [&["/object/name"], &[]], false);
    assert_eq!(pair.pull().proven, [0, 1]);
    let [item] = pair.all().try_into().unwrap();
    assert_eq!(object(&item).text("name"), Some("A gate"));
    let collection = Collection::Received(pair.log());
    let versions = versions_of(&pair.lotus.store, &collection, &Reader::everything(), &item.id).unwrap();
    assert_eq!(versions.len(), 2);
    pair.is_the_same_anew();
}

#[test]
fn a_record_that_is_shown_wider_later_reaches_whoever_has_it() {
    let mut pair = Pair::new();
    pair.tell_twice("A gate", [&["/object/name"], &[]], true);
    let every = Filter { versions: Versions::all(), ..Filter::default() };
    let had = pair.read(&every, None)[0].clone();
    assert_eq!(object(&had).text("name"), Some("[withheld]"));
    let [later] = pair.read(&Filter::default(), Some(had.added)).try_into().unwrap();
    assert_eq!(object(&later).text("name"), Some("A gate"));
    assert!(later.version > had.version);
    pair.is_the_same_anew();
}

#[test]
fn what_its_sender_takes_back_is_told_and_read_no_more() {
    let mut pair = Pair::new();
    pair.tell("A mistake");
    let _first = pair.pull();
    let had = pair.all()[0].added;
    pair.recall_first();
    let _second = pair.pull();
    let [item] = pair.read(&Filter::default(), Some(had)).try_into().unwrap();
    assert_eq!((object(&item).get("revoked"), pair.all().len()), (Some(&Json::Bool(true)), 1));
    assert!(!item.object.contains("A mistake"));
    pair.is_the_same_anew();
}

#[test]
fn what_was_taken_back_before_it_was_read_is_read_as_taken_back() {
    let mut pair = Pair::new();
    pair.tell("A mistake");
    pair.recall_first();
    let _both = pair.pull();
    let every = Filter { versions: Versions::all(), ..Filter::default() };
    let [item] = pair.read(&every, None).try_into().unwrap();
    assert_eq!(object(&item).get("revoked"), Some(&Json::Bool(true)));
    pair.is_the_same_anew();
}

#[test]
fn of_a_body_that_we_erased_nothing_stays() {
    let mut pair = Pair::new();
    pair.tell("A mistake");
    pair.tell("Another");
    let _read = pair.pull();
    let other = pair.all()[1].clone();
    let batch = pair.lotus.batch().erase(Place::new(pair.log(), 0));
    let _erased = pair.lotus.commit(batch);
    assert_eq!(pair.all(), [other]);
    pair.is_the_same_anew();
}

#[test]
fn a_record_that_is_not_believed_is_never_shown() {
    let mut pair = Pair::new();
    let mut meridian = Node::new("meridian", &pair.harbour.clock);
    meridian.know(pair.harbour.id(), pair.harbour.party.history());
    let members = [pair.harbour.id(), pair.lotus.id(), meridian.id()];
    pair.treaties = Treaties::of(vec![agreement("Three", &members)]);
    let (record, leaf) = pair.harbour.incident_under_hidden_retirement("signed late");
    let agreement = Arc::clone(&pair.treaties.signed[0]);
    let entry = pair.harbour.release((&record).into(), leaf, &agreement, &pair.treaties);
    pair.harbour.feed(agreement.digest(), &[entry]);
    let _stated = pair.harbour.state_heads(&pair.treaties);
    // Whoever read it before the retirement was named believes it, and whoever reads it later does not.
    assert_eq!(pair.pull().proven, [0]);
    pair.harbour.restart();
    pair.harbour.clock.wait_minutes(61);
    let _stated = pair.harbour.state_heads(&pair.treaties);
    let mut line = Line::new(&meridian, &pair.harbour, &pair.treaties);
    assert_eq!(pull(&mut meridian, &mut line).doubted, [0]);
    let log = pair.log();
    assert_eq!(pair.all().len(), 1);
    let every = Filter { versions: Versions::all(), ..Filter::default() };
    assert_eq!(read_of(&meridian, &log, &every, None), []);
    pair.tell("signed anew");
    pair.harbour.clock.wait_minutes(61);
    let _stated = pair.harbour.state_heads(&pair.treaties);
    let mut line = Line::new(&meridian, &pair.harbour, &pair.treaties);
    assert_eq!(pull(&mut meridian, &mut line).proven, [1]);
    let shown = read_of(&meridian, &log, &every, None);
    assert_eq!(
        shown.iter().map(|item| object(item).text("name").unwrap().to_owned()).collect::<Vec<_>>(),
        ["signed anew"]
    );
}
