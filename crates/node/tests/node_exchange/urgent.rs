//! What a reader on a slow line lives through: a frame first, its proof later, and senders that say one thing and log another.

use std::sync::Arc;

use node::exchange::{
    Answer, CameUrgent, Question, Reader, TakenUrgent, Told, UrgentState, alarms, mark_urgent, next_urgent,
};
use policy::belief::Quorum;
use policy::feed::FeedEntry;
use protocol::exchange::urgent::{BadFrame, Frame, MAX_FRAME_BYTES, NotFramed, read_news};
use protocol::exchange::{ListedFeed, Resource};
use record::Draft;
use record::json::{Json, Map};
use record::stix::StixObject;
use storage::{LogName, Store as _};

use crate::agreement::{Treaties, agreement};
use crate::line::{Line, pull};
use crate::scene::{Clock, HOUR_MS, Node};

/// Harbour, which sends, and Lotus, whose line is slow. One entry is read already: the session is open.
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
        let mut pair = Self { harbour, lotus, treaties };
        pair.harbour.tell("An earlier one", &pair.treaties);
        let _read = pair.pull();
        pair
    }

    fn pull(&mut self) -> node::exchange::Pulled {
        let _stated = self.harbour.state_heads(&self.treaties);
        let mut line = Line::new(&self.lotus, &self.harbour, &self.treaties);
        let pulled = pull(&mut self.lotus, &mut line);
        let found = self.settle(&pulled.doubted);
        assert_eq!(found.len(), self.alarms().len(), "whatever is found is an alarm");
        pulled
    }

    fn settle(&self, doubted: &[u64]) -> Vec<protocol::exchange::Caught> {
        let now = self.lotus.clock.now();
        self.reads(|reader| reader.settle_urgent(self.harbour.id(), &self.feed(), doubted, now).unwrap())
    }

    fn reads<T>(&self, work: impl FnOnce(&Reader<'_>) -> T) -> T {
        let quorum = Quorum::none();
        work(&Reader::new(&self.lotus.store, &self.lotus.own, &quorum, HOUR_MS))
    }

    fn feed(&self) -> ListedFeed {
        let agreement = self.treaties.signed[0].digest();
        ListedFeed::new(format!("detente/feed/harbour-{agreement}"), agreement, 0)
    }

    fn log(&self) -> LogName {
        LogName::feed(self.treaties.signed[0].digest(), 0)
    }

    fn entry_of(&mut self, object: StixObject, name: &str) -> FeedEntry {
        let record = self.harbour.party.sign(Draft::new(object), name);
        let leaf = self.harbour.log_record(&record);
        self.harbour.store.publish().unwrap();
        let proof = self.harbour.sender.prove(leaf.index, leaf.salt).unwrap();
        let logged = policy::belief::logged(record, proof.as_ref(), &self.harbour.party.history()).unwrap();
        self.harbour.release((&logged).into(), leaf, &Arc::clone(&self.treaties.signed[0]), &self.treaties)
    }

    /// Harbour releases an incident urgently.
    fn warn(&mut self, name: &str) {
        let entry = self.entry_of(warning(name), name);
        self.log_urgent(&entry);
    }

    fn log_urgent(&mut self, entry: &FeedEntry) {
        let (log, batch) = (self.log(), self.harbour.batch());
        let size = self.harbour.store.heads().unwrap().iter().find(|head| head.log == log).unwrap().size;
        let batch = mark_urgent(batch.feed(0, entry), &self.harbour.own, &log, size).unwrap();
        self.harbour.commit(batch);
        self.harbour.store.publish().unwrap();
    }

    fn asks(&self, question: Question) -> Told {
        let name = self.feed().name();
        let now = self.harbour.clock.now();
        self.harbour.sender.tell(&self.lotus.id(), (&name, question), &self.treaties, now).unwrap()
    }

    fn frame(&self, from: u64) -> Vec<u8> {
        let Told::Octets(frame) = self.asks(Question::Urgent { from }) else { panic!("there is no frame") };
        frame
    }

    fn takes(&self, frame: &[u8]) -> TakenUrgent {
        let feed = self.feed();
        self.reads(|reader| reader.take_urgent(self.harbour.id(), &feed, frame, &self.lotus.ring).unwrap())
    }

    fn came(&self) -> Vec<CameUrgent> {
        CameUrgent::of_feed(&self.lotus.store, &self.harbour.id().to_string(), &self.feed().origin).unwrap()
    }

    fn states(&self) -> Vec<UrgentState> {
        self.came().iter().map(|one| one.state).collect()
    }

    fn alarms(&self) -> Vec<String> {
        alarms(&self.lotus.store).unwrap().into_iter().map(|alarm| alarm.kind).collect()
    }

    /// The urgent frame of an entry that Harbour makes and never logs.
    fn unlogged_frame(&mut self, name: &str, index: u64) -> Vec<u8> {
        let entry = self.entry_of(warning(name), name);
        Frame::write(self.feed().name(), index, entry.entry(), entry.body().unwrap()).unwrap()
    }
}

/// An incident in few words.
fn warning(name: &str) -> StixObject {
    let created = "2026-07-01T03:10:00.000Z";
    let number = record::digest::sha256(&[name.as_bytes()])[0];
    let object = Map::new()
        .with("type", "incident")
        .with("spec_version", "2.1")
        .with("id", format!("incident--0b0c6f0e-9f5e-4d7a-9d3b-0000000000{number:02x}"))
        .with("created", created)
        .with("modified", created)
        .with("name", name)
        .with("description", "what must not leave");
    StixObject::from_map(object).unwrap()
}

#[test]
fn a_warning_is_signed_first_and_proven_later() {
    let mut pair = Pair::new();
    assert_eq!(pair.asks(Question::Urgent { from: 1 }), Told::Nothing);
    pair.warn("Do not open the gate");
    let frame = pair.frame(1);
    assert!(frame.len() <= MAX_FRAME_BYTES, "{} octets", frame.len());
    assert_eq!(pair.takes(&frame), TakenUrgent::Kept { index: 1 });
    assert_eq!(pair.states(), [UrgentState::Signed]);
    assert_eq!(next_urgent(&pair.lotus.store, &pair.harbour.id().to_string(), &pair.feed().origin).unwrap(), 2);
    let pulled = pair.pull();
    assert_eq!(
        (pulled.proven.as_slice(), pair.states().as_slice()),
        ([1].as_slice(), [UrgentState::Proven].as_slice())
    );
    assert_eq!(pair.alarms(), Vec::<String>::new());
}

/// The frame that `docs/protocol.md` names as its example: the format cannot change under those who have frames.
#[test]
fn the_kept_frame_is_still_read_as_it_was() {
    let mut pair = Pair::new();
    pair.warn("Do not open the gate");
    let (kept, made) = (kept_frame(), Frame::read(&pair.frame(1)).unwrap());
    let read = Frame::read(&kept).unwrap();
    assert_eq!((read.feed(), read.index(), read.entry(), read.body()), (made.feed(), 1, made.entry(), made.body()));
}

fn kept_frame() -> Vec<u8> {
    std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/../../fuzz/corpus/protocol_frame/warning")).unwrap()
}

#[test]
fn a_short_proof_says_which_suite_is_still_missing() {
    let mut pair = Pair::new();
    pair.warn("Do not open the gate");
    let _kept = pair.takes(&pair.frame(1));
    assert_eq!(pair.asks(Question::Proof { index: 1 }), Told::Nothing, "no head went to a witness yet");
    let head = pair.harbour.store.published(&LogName::node()).unwrap().unwrap();
    pair.harbour.sender.set_cosigned(head);
    let Told::Octets(proof) = pair.asks(Question::Proof { index: 1 }) else { panic!("there is no proof") };
    assert!(proof.len() < 2_400, "8 s on the slowest line: {} octets", proof.len());
    let (feed, ring) = (pair.feed(), pair.lotus.ring.clone());
    let missing = pair.reads(|reader| reader.take_short_proof(pair.harbour.id(), &feed, (1, &proof), &ring).unwrap());
    assert_eq!(missing, Ok("ML-DSA-44".to_owned()));
    assert_eq!(pair.states(), [UrgentState::Early]);
    let _stated = pair.harbour.state_heads(&pair.treaties);
    let head = pair.harbour.store.published(&LogName::node()).unwrap().unwrap();
    pair.harbour.sender.set_cosigned(head);
    let _pulled = pair.pull();
    assert_eq!(pair.states(), [UrgentState::Proven]);
}

#[test]
fn the_body_that_a_frame_brought_is_not_fetched_again() {
    let mut pair = Pair::new();
    pair.warn("Do not open the gate");
    let _kept = pair.takes(&pair.frame(1));
    let _stated = pair.harbour.state_heads(&pair.treaties);
    let mut line = Line::new(&pair.lotus, &pair.harbour, &pair.treaties);
    let body = pair.came()[0].frame().unwrap().body().to_vec();
    let pulled = pull(&mut pair.lotus, &mut line);
    assert_eq!(pulled.proven, [1]);
    assert!(!line.seen.windows(body.len()).any(|some| some == body), "it went over the line twice");
}

#[test]
fn a_waiting_reader_gets_new_entries_as_they_are() {
    let mut pair = Pair::new();
    assert_eq!(pair.asks(Question::Next { from: 1 }), Told::Nothing);
    pair.warn("Do not open the gate");
    let Told::Octets(octets) = pair.asks(Question::Next { from: 1 }) else { panic!("there is no entry") };
    let entry = Frame::read(&pair.frame(1)).unwrap().entry().to_vec();
    assert_eq!(read_news(&octets), Some(vec![entry]));
}

#[test]
fn a_suspended_agreement_has_no_frames() {
    let mut pair = Pair::new();
    pair.warn("Do not open the gate");
    pair.treaties.suspend(pair.treaties.signed[0].digest());
    for question in [Question::Urgent { from: 1 }, Question::Next { from: 1 }, Question::Proof { index: 1 }] {
        assert_eq!(pair.asks(question), Told::NotThere);
    }
}

#[test]
fn a_feed_that_logs_another_entry_than_it_told_is_caught_without_content() {
    let mut pair = Pair::new();
    let frame = pair.unlogged_frame("A false one", 1);
    assert_eq!(pair.takes(&frame), TakenUrgent::Kept { index: 1 });
    pair.warn("Do not open the gate");
    let _pulled = pair.pull();
    assert_eq!(pair.states(), [UrgentState::Contradicted]);
    let alarm = alarms(&pair.lotus.store).unwrap().remove(0);
    let evidence = alarm.evidence.unwrap();
    assert!(evidence.contains("\"told\"") && !evidence.contains("A false one"), "{evidence}");
}

#[test]
fn an_entry_that_never_comes_is_caught_after_three_intervals() {
    let mut pair = Pair::new();
    let frame = pair.unlogged_frame("A false one", 1);
    let _kept = pair.takes(&frame);
    pair.lotus.clock.wait_minutes(179);
    assert_eq!(pair.settle(&[]), []);
    pair.lotus.clock.wait_minutes(2);
    assert_eq!(pair.settle(&[])[0].kind(), "false-frame");
    assert_eq!(pair.states(), [UrgentState::Absent]);
    assert_eq!(pair.settle(&[]), [], "it is told once");
}

#[test]
fn two_frames_for_one_entry_are_an_alarm_and_the_same_one_twice_is_not() {
    let mut pair = Pair::new();
    let frames = ["One", "Another"].map(|name| pair.unlogged_frame(name, 1));
    let _kept = pair.takes(&frames[0]);
    assert_eq!(pair.takes(&frames[0]), TakenUrgent::Known);
    assert!(matches!(pair.takes(&frames[1]), TakenUrgent::Refused(_)));
    assert_eq!(pair.alarms(), ["false-frame"]);
}

#[test]
fn a_frame_of_what_was_read_says_nothing() {
    let mut pair = Pair::new();
    pair.warn("Do not open the gate");
    let frame = pair.frame(1);
    let _pulled = pair.pull();
    assert_eq!(pair.takes(&frame), TakenUrgent::Known);
    assert_eq!(pair.came(), []);
}

#[test]
fn a_frame_for_another_feed_is_an_alarm() {
    let mut pair = Pair::new();
    let entry = pair.entry_of(warning("One"), "One");
    let other = protocol::exchange::FeedName::of("another");
    let frame = Frame::write(other, 1, entry.entry(), entry.body().unwrap()).unwrap();
    assert!(matches!(pair.takes(&frame), TakenUrgent::Refused(_)));
    assert_eq!((pair.alarms(), pair.came()), (vec!["bad-frame".to_owned()], vec![]));
}

#[test]
fn a_record_under_a_key_that_was_taken_back_is_no_warning() {
    let mut pair = Pair::new();
    let (record, leaf) = pair.harbour.incident_under_hidden_retirement("One");
    let digest = pair.treaties.signed[0].clone();
    let entry = pair.harbour.release((&record).into(), leaf, &digest, &pair.treaties);
    let frame = Frame::write(pair.feed().name(), 1, entry.entry(), entry.body().unwrap()).unwrap();
    // Lotus was told of the retirement before the frame came.
    pair.lotus.know(pair.harbour.id(), pair.harbour.party.history());
    let named = pair.harbour.party.head().digest();
    let knowledge = pair.lotus.ring.knowledge.entry(pair.harbour.id()).or_default();
    knowledge.name(named, policy::belief::Delivery::new(0), leaf.index - 1);
    assert!(matches!(pair.takes(&frame), TakenUrgent::Refused(_)));
    assert_eq!((pair.alarms(), pair.came()), (vec!["bad-frame".to_owned()], vec![]));
}

#[test]
fn ten_thousand_frames_fill_no_more_than_their_place() {
    let mut pair = Pair::new();
    let entry = pair.entry_of(warning("One"), "One");
    let frame = |index| Frame::write(pair.feed().name(), index, entry.entry(), entry.body().unwrap()).unwrap();
    let mut first = frame(1);
    for index in 1..10_000_u64 {
        // The index stands after the version and the feed's name.
        first[17..25].copy_from_slice(&index.to_be_bytes());
        let taken = pair.takes(&first);
        assert_eq!(matches!(taken, TakenUrgent::Kept { .. }), index <= 64, "{index}: {taken:?}");
        if index > 80 {
            break;
        }
    }
    first[17..25].copy_from_slice(&9_999_u64.to_be_bytes());
    assert!(matches!(pair.takes(&first), TakenUrgent::Refused(_)));
    assert_eq!(pair.came().len(), 64);
}

/// The entry is its sender's word until the feed shows it; the record is not.
#[test]
fn no_octet_of_a_frame_can_be_changed_so_that_it_brings_another_record() {
    let mut pair = Pair::new();
    let frame = pair.unlogged_frame("One", 1);
    let read = Frame::read(&frame).unwrap();
    for place in 0..frame.len() {
        let mut changed = frame.clone();
        changed[place] ^= 1;
        let kept = matches!(pair.takes(&changed), TakenUrgent::Kept { .. });
        let is_same = || Frame::read(&changed).unwrap().body() == read.body();
        assert!(!kept || is_same(), "octet {place}");
    }
    assert!(pair.came().iter().all(|one| one.record == read.release().record.to_string()));
    let mut kinds = pair.alarms();
    kinds.dedup();
    assert!(pair.alarms().len() <= 16, "{kinds:?}");
}

#[test]
fn a_bomb_ends_at_its_limit() {
    // A quarter of a megabyte in less than two kilobytes.
    let packed = deflated_zeros();
    let mut frame = vec![1];
    frame.extend([0; 26]);
    frame.extend(packed);
    assert_eq!(Frame::read(&frame), Err(BadFrame::Bomb));
}

/// Stored by hand: a fixed-code deflate stream of one zero and then copies of it, 258 octets for each 13 bits.
fn deflated_zeros() -> Vec<u8> {
    let mut bits = Bits::default();
    bits.push(0b011, 3);
    bits.push_code(0b0011_0000, 8);
    for _ in 0..1_000 {
        // Length 258, distance 1.
        bits.push_code(0b1100_0101, 8);
        bits.push_code(0, 5);
    }
    bits.push_code(0, 7);
    bits.octets
}

#[derive(Default)]
struct Bits {
    octets: Vec<u8>,
    count: usize,
}

impl Bits {
    fn bit(&mut self, bit: u32) {
        if self.count.is_multiple_of(8) {
            self.octets.push(0);
        }
        *self.octets.last_mut().unwrap() |= u8::try_from(bit << (self.count % 8)).unwrap();
        self.count += 1;
    }

    fn push(&mut self, value: u32, long: u32) {
        (0..long).for_each(|place| self.bit((value >> place) & 1));
    }

    fn push_code(&mut self, code: u32, long: u32) {
        (0..long).rev().for_each(|place| self.bit((code >> place) & 1));
    }
}

#[test]
fn a_record_with_too_many_digests_makes_no_frame() {
    let mut pair = Pair::new();
    let mut map = warning("One").into_map();
    for number in 0..12 {
        map.set(format!("x_{number}"), Json::text("more"));
    }
    let record = pair.harbour.party.sign(Draft::new(StixObject::from_map(map).unwrap()), "many");
    let body = record.envelope().to_body();
    let refused = Frame::write(pair.feed().name(), 1, b"{}", body.as_bytes());
    assert_eq!(refused, Err(NotFramed::ManyDigests { digests: 32 }));
    pair.warn("Do not open the gate");
    let entry = pair.harbour.sender.answer(
        Some(&pair.lotus.id()),
        &Resource::Body(pair.feed().name(), Frame::read(&pair.frame(1)).unwrap().release().body),
        &pair.treaties,
        pair.harbour.clock.now(),
    );
    assert_eq!(entry.unwrap(), Answer::Octets(Frame::read(&pair.frame(1)).unwrap().body().to_vec()));
}
