//! What two honest nodes live through.

use std::collections::BTreeSet;
use std::sync::Arc;

use node::exchange::{Arrival, Received, Taken, alarms, knowledge};
use policy::belief::{Delivery, Evidence, Knowledge, Quorum, Verified, verify};
use policy::feed::{Erased, FeedError, FeedWriter, Recall, RecallReason};
use protocol::exchange::{Absence, Caught, ListedFeed, LogId, Resource, Weight};
use record::digest::RecordDigest;
use record::key_history::Moment;
use record::time::Timestamp;
use record::{Record, Unverified};
use storage::{Body, LogName, Place, Store as _};
use tlog::tile::TileKind;

use crate::agreement::{Treaties, agreement};
use crate::line::{Line, deliver, pull, pull_feed};
use crate::scene::{Clock, Node};

/// Entries that are taken in at once.
const PACKAGE: i64 = 256;

/// Two nodes that know one another, and have an agreement.
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
        assert_eq!(self.harbour.state_heads(&self.treaties), 1);
    }

    fn pull(&mut self) -> node::exchange::Pulled {
        let mut line = Line::new(&self.lotus, &self.harbour, &self.treaties);
        pull(&mut self.lotus, &mut line)
    }

    fn pull_while_the_first_body_is_kept_back(&mut self) -> node::exchange::Pulled {
        let mut line = Line::new(&self.lotus, &self.harbour, &self.treaties);
        line.is_keeping_back = true;
        pull(&mut self.lotus, &mut line)
    }

    /// Harbour writes what holds no content, and states its heads.
    fn write(&mut self, write: impl FnOnce(&mut FeedWriter) -> Result<(), FeedError>) {
        let digest = self.treaties.signed[0].digest();
        let mut writer = FeedWriter::new(digest);
        write(&mut writer).unwrap();
        self.harbour.feed(digest, &writer.into_entries());
        let _stated = self.harbour.state_heads(&self.treaties);
    }

    /// The first record of a feed that Harbour has read, with its author's proof.
    fn harbour_believes(&self, author: &Node, feed: &ListedFeed) -> Verified<Record> {
        let log: LogName = format!("pulled-{}", feed.name()).parse().unwrap();
        let body = self.harbour.store.bodies(&[Place::new(log, 0)]).unwrap().remove(0);
        let Body::Kept(body) = body else { panic!("{body:?}") };
        let history = author.party.history();
        let record = Unverified::read(&body[32..]).unwrap().verify(&history, Moment::AsNamed).unwrap();
        let proof = author.proof_of(record.digest());
        let evidence = Evidence::new(proof, Delivery::new(0));
        verify(record, &evidence, &history, &Quorum::none(), &Knowledge::new()).unwrap()
    }

    /// Harbour tells of one thing, recalls what fills up a package, and tells of some more.
    fn tell_more_than_a_package(&mut self, more: usize) {
        self.harbour.tell("the first of many", &self.treaties);
        let record = RecordDigest::from_octets([3; 32]);
        self.write(|writer| {
            (1..PACKAGE).try_for_each(|second| {
                let time = Timestamp::from_micros(second * 1_000_000);
                writer.recall(&Recall::new(0, record, RecallReason::Legal, time))
            })
        });
        for number in 0..more {
            self.harbour.tell(&format!("number {number} of the second package"), &self.treaties);
        }
        let _stated = self.harbour.state_heads(&self.treaties);
    }

    fn no_alarm(&self) {
        assert_eq!(alarms(&self.harbour.store).unwrap(), []);
        assert_eq!(alarms(&self.lotus.store).unwrap(), []);
    }
}

#[test]
fn what_one_releases_the_other_has_and_acknowledges() {
    let mut pair = Pair::new();
    pair.tell("A robot blocked a gate");
    let pulled = pair.pull();
    assert_eq!((pulled.caught.as_slice(), pulled.entries, pulled.waiting.as_deref()), ([].as_slice(), 1, None));
    let taken = deliver(&pair.lotus, &pulled.acknowledged, &pair.harbour, &pair.treaties);
    assert_eq!(taken, Taken::Kept);
    let received = Received::all(&pair.harbour.store).unwrap();
    assert_eq!((received[0].kind.as_str(), received[0].size), ("acknowledgement", 1));
    assert_eq!(deliver(&pair.lotus, &pulled.acknowledged, &pair.harbour, &pair.treaties), Taken::Known);
    let again = pair.pull();
    assert_eq!((again.caught.as_slice(), again.entries, again.size), ([].as_slice(), 0, 1));
    pair.no_alarm();
}

#[test]
fn a_reader_that_stops_goes_on_where_it_was() {
    let mut pair = Pair::new();
    pair.tell("first");
    assert_eq!(pair.pull().entries, 1);
    pair.lotus.restart();
    assert_eq!(pair.pull().size, 1);
    pair.tell("second");
    let pulled = pair.pull();
    assert_eq!((pulled.caught.as_slice(), pulled.entries, pulled.size), ([].as_slice(), 1, 2));
    assert_eq!(deliver(&pair.lotus, &pulled.acknowledged, &pair.harbour, &pair.treaties), Taken::Kept);
    pair.no_alarm();
}

#[test]
fn what_is_recalled_is_told_in_the_same_feed() {
    let mut pair = Pair::new();
    pair.tell("a mistake");
    let _first = pair.pull();
    let digest = pair.treaties.signed[0].digest();
    let record = Arrival::of_log(&pair.harbour.store, &LogName::feed(digest, 0)).unwrap()[0].record.parse().unwrap();
    let recall = Recall::new(0, record, RecallReason::Error, pair.harbour.clock.now());
    pair.write(|writer| writer.recall(&recall));
    let pulled = pair.pull();
    assert_eq!((pulled.caught.as_slice(), pulled.entries, pulled.size), ([].as_slice(), 1, 2));
    pair.no_alarm();
}

#[test]
fn a_record_is_passed_on_with_the_proof_of_its_author() {
    let mut pair = Pair::new();
    let mut polder = Node::new("polder", &pair.harbour.clock);
    for node in [&mut pair.harbour, &mut pair.lotus] {
        node.know(polder.id(), polder.party.history());
    }
    let first = Treaties::of(vec![agreement("Told to Harbour", &[polder.id(), pair.harbour.id()])]);
    polder.tell("Seen in the polder", &first);
    let _stated = polder.state_heads(&first);
    let mut line = Line::new(&pair.harbour, &polder, &first);
    let feed = line.feeds().remove(0);
    assert_eq!(pull_feed(&mut pair.harbour, &feed, &mut line).proven, [0]);
    let verified = pair.harbour_believes(&polder, &feed);
    let leaf = pair.harbour.log_record(verified.record());
    pair.harbour.store.publish().unwrap();
    let agreement = Arc::clone(&pair.treaties.signed[0]);
    let entry = pair.harbour.release((&verified).into(), leaf, &agreement, &pair.treaties);
    pair.harbour.feed(agreement.digest(), &[entry]);
    let _stated = pair.harbour.state_heads(&pair.treaties);
    let pulled = pair.pull();
    assert_eq!((pulled.caught.as_slice(), pulled.proven.as_slice()), ([].as_slice(), [0].as_slice()));
    pair.no_alarm();
}

#[test]
fn an_agreement_that_is_suspended_in_the_middle_stops_the_transfer() {
    let mut pair = Pair::new();
    pair.tell("half sent");
    let mut line = Line::new(&pair.lotus, &pair.harbour, &pair.treaties);
    line.suspended_after = Some(4);
    let pulled = pull(&mut pair.lotus, &mut line);
    let [Caught::Withheld { absence: Absence::NotThere, .. }] = pulled.caught.as_slice() else { panic!("{pulled:?}") };
    assert_eq!((pulled.entries, pulled.caught[0].weight()), (0, Weight::Look));
    assert_eq!(Line::new(&pair.lotus, &pair.harbour, &pair.treaties).feeds(), []);
}

#[test]
fn an_erased_body_is_no_fault() {
    let mut pair = Pair::new();
    pair.tell("to be forgotten");
    pair.tell("to be kept");
    let digest = pair.treaties.signed[0].digest();
    let log = LogName::feed(digest, 0);
    let record = Arrival::of_log(&pair.harbour.store, &log).unwrap()[0].record.parse().unwrap();
    let batch = pair.harbour.batch().erase(Place::new(log, 0));
    let _erased = pair.harbour.commit(batch);
    pair.write(|writer| writer.erased(&Erased::new(0, record, Timestamp::from_micros(0))));
    let pulled = pair.pull();
    assert_eq!((pulled.caught.as_slice(), pulled.size, pulled.proven.as_slice()), ([].as_slice(), 3, [1].as_slice()));
    pair.no_alarm();
}

#[test]
fn a_body_said_to_be_erased_is_missed_when_no_entry_ever_says_so() {
    let mut pair = Pair::new();
    pair.tell_more_than_a_package(2);
    let pulled = pair.pull_while_the_first_body_is_kept_back();
    assert_eq!((pulled.caught.as_slice(), pulled.size), ([].as_slice(), 258), "the entry may be on its way");
    assert_eq!(pair.pull().caught, [], "nothing was stated since");
    pair.harbour.clock.wait_minutes(61);
    assert_eq!(pair.harbour.state_heads(&pair.treaties), 1);
    let pulled = pair.pull();
    let [Caught::MissingBody { index: 0, .. }] = pulled.caught.as_slice() else { panic!("{pulled:?}") };
    assert_eq!(alarms(&pair.lotus.store).unwrap().len(), 1);
    let _again = pair.pull();
    assert_eq!(alarms(&pair.lotus.store).unwrap().len(), 1, "it is told once");
}

#[test]
fn a_body_said_to_be_erased_is_not_missed_once_an_entry_says_so() {
    let mut pair = Pair::new();
    pair.tell_more_than_a_package(2);
    let _pulled = pair.pull_while_the_first_body_is_kept_back();
    let log = LogName::feed(pair.treaties.signed[0].digest(), 0);
    let record = Arrival::of_log(&pair.harbour.store, &log).unwrap()[0].record.parse().unwrap();
    pair.write(|writer| writer.erased(&Erased::new(0, record, Timestamp::from_micros(0))));
    assert_eq!(pair.pull().size, 259);
    pair.harbour.clock.wait_minutes(61);
    let _stated = pair.harbour.state_heads(&pair.treaties);
    let _pulled = pair.pull();
    pair.no_alarm();
}

#[test]
fn a_long_feed_comes_in_packages() {
    let mut pair = Pair::new();
    pair.harbour.tell("the first of many", &pair.treaties);
    let record = RecordDigest::from_octets([3; 32]);
    pair.write(|writer| {
        (1..600).try_for_each(|second| {
            let time = Timestamp::from_micros(second * 1_000_000);
            writer.recall(&Recall::new(0, record, RecallReason::Legal, time))
        })
    });
    let pulled = pair.pull();
    assert_eq!((pulled.caught.as_slice(), pulled.entries), ([].as_slice(), 600));
    assert_eq!(pulled.acknowledged.len(), 3, "256 entries, as many again, and the rest");
    assert_eq!(deliver(&pair.lotus, &pulled.acknowledged, &pair.harbour, &pair.treaties), Taken::Kept);
    pair.no_alarm();
}

#[test]
fn a_line_that_breaks_costs_no_more_than_the_package_in_which_it_broke() {
    let mut pair = Pair::new();
    pair.tell_more_than_a_package(12);
    let mut scout = Node::new("lotus", &pair.harbour.clock);
    scout.know(pair.harbour.id(), pair.harbour.party.history());
    let mut line = Line::new(&scout, &pair.harbour, &pair.treaties);
    assert_eq!(pull(&mut scout, &mut line).size, 268);
    let last_body = line.asked.iter().rposition(|one| matches!(one, Resource::Body(..))).unwrap();
    line = Line::new(&pair.lotus, &pair.harbour, &pair.treaties);
    line.breaks_after = Some(last_body - 5);
    let broken = pull(&mut pair.lotus, &mut line);
    assert_eq!((broken.entries, broken.size, broken.waiting.is_some()), (256, 256, true));
    let before = std::mem::take(&mut line.asked);
    line = Line::new(&pair.lotus, &pair.harbour, &pair.treaties);
    let whole = pull(&mut pair.lotus, &mut line);
    assert_eq!((whole.entries, whole.size, whole.caught.as_slice()), (12, 268, [].as_slice()));
    let bodies = |asked: &[Resource]| -> BTreeSet<Resource> {
        asked.iter().filter(|one| matches!(one, Resource::Body(..))).copied().collect()
    };
    let (first, again) = (bodies(&before), bodies(&line.asked));
    assert_eq!((first.len(), again.len()), (1 + 6, 12), "the body of the first package was acknowledged");
    assert_eq!(first.intersection(&again).count(), 6, "what came of the second package before the line broke");
    let is_first_tile = |one: &Resource| matches!(one, Resource::Tile(LogId::Feed(_), path) if path.kind() == TileKind::Entries && path.index() == 0);
    assert!(before.iter().any(is_first_tile));
    assert!(!line.asked.iter().any(is_first_tile), "nor were the entries of the first package asked for again");
    pair.no_alarm();
}

#[test]
fn a_hidden_retirement_does_not_disown_and_a_named_one_is_told() {
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
    assert_eq!(pair.pull().proven, [0], "nobody was told that the key was taken back");
    let came = Delivery::new(0);
    // From now on the retirement is named.
    pair.harbour.restart();
    pair.harbour.clock.wait_minutes(61);
    assert_eq!(pair.harbour.state_heads(&pair.treaties), 1);
    assert_eq!(pair.pull().caught, []);
    let knowledge = knowledge(&pair.lotus.store, &pair.harbour.id().to_string()).unwrap();
    assert!(knowledge.named(&pair.harbour.party.head().digest()).is_some());
    let proof = pair.harbour.sender.prove(leaf.index, leaf.salt).unwrap().unwrap();
    let history = pair.harbour.party.history();
    let again = verify(record.record().clone(), &Evidence::new(proof, came), &history, &Quorum::none(), &knowledge);
    assert!(again.is_ok(), "it stands for whoever had it before: {again:?}");
    let mut line = Line::new(&meridian, &pair.harbour, &pair.treaties);
    let pulled = pull(&mut meridian, &mut line);
    let kinds: Vec<_> = pulled.caught.iter().map(Caught::kind).collect();
    assert_eq!((kinds.as_slice(), pulled.doubted.as_slice()), (["revoked-key"].as_slice(), [0].as_slice()));
}
