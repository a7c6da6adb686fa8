//! What one partner reads over all agreements with it, joined.

use std::collections::BTreeSet;
use std::sync::Arc;

use collections::{Collection, Filter, Item, Reader, Versions, audience, marks_shown, objects};
use policy::agreement::Agreement;
use policy::belief::Logged;
use policy::decision::Engine;
use policy::feed::{Erased, FeedWriter, Recall, RecallReason};
use policy::labels::in_force;
use policy::released::OwnLeaf;
use record::digest::{RecordDigest, sha256};
use record::json::{self, Json, Map};
use record::label::Tlp;
use record::stix::StixObject;
use record::time::Timestamp;
use record::{Record, path::Path};
use storage::{LogName, NewEntry, Place};

use crate::agreement::{Treaties, agreement};
use crate::scene::{Clock, Node, incident};

/// A sender with two agreements with one partner.
struct Quay {
    harbour: Node,
    lotus: Node,
    treaties: Treaties,
    notes: u64,
}

/// One of its agreements.
#[derive(Clone, Copy)]
enum Under {
    Incidents = 0,
    Hazards = 1,
}

use Under::{Hazards, Incidents};

impl Quay {
    fn new() -> Self {
        let clock = Clock::new();
        let (harbour, lotus) = (Node::new("harbour", &clock), Node::new("lotus", &clock));
        let parties = [harbour.id(), lotus.id()];
        let treaties = Treaties::of(vec![agreement("Incidents", &parties), agreement("Hazards", &parties)]);
        Self { harbour, lotus, treaties, notes: 0 }
    }

    fn agreement(&self, under: Under) -> Arc<Agreement> {
        Arc::clone(&self.treaties.signed[under as usize])
    }

    fn feed(&self, under: Under) -> LogName {
        LogName::feed(self.agreement(under).digest(), 0)
    }

    fn engine(&self) -> Engine {
        self.harbour.engine(&self.treaties)
    }

    /// Signs a version of an incident whose fields are its name, a label and a severity of its own.
    fn sign(&mut self, number: u64, name: &str) -> (Logged<Record>, OwnLeaf) {
        let object = incident(number, name, "a secret").into_map();
        let object =
            object.with("labels", Json::Array(vec![Json::text("gate")])).with("confidence", Json::count(80_u64));
        self.harbour.logged(StixObject::from_map(object).unwrap(), name)
    }

    fn release(&mut self, under: Under, what: &(Logged<Record>, OwnLeaf), hide: &[&str]) {
        let agreement = self.agreement(under);
        let entry = self.harbour.release_hiding(&self.engine(), (&what.0).into(), what.1, &agreement, hide);
        self.harbour.feed(agreement.digest(), &[entry]);
    }

    /// Says that the partner reads these feeds from now on, as the running node does when an agreement begins, rests, or goes on.
    fn note(&mut self, read: &[Under]) {
        self.notes += 1;
        let feeds: BTreeSet<LogName> = read.iter().map(|under| self.feed(*under)).collect();
        let note = Json::from(audience::note(self.lotus.id(), &feeds)).to_text();
        let salt = sha256(&[&self.notes.to_be_bytes()]);
        let log: LogName = audience::AUDIENCES.parse().unwrap();
        let entry = NewEntry::with_body(log.clone(), salt.to_vec(), [salt.as_slice(), note.as_bytes()].concat());
        let batch = self.harbour.batch().open(log, "detente/audiences/harbour").entry(entry);
        let _committed = self.harbour.commit(batch);
        assert_eq!(audience::noted(&self.harbour.store, self.lotus.id()).unwrap(), feeds);
    }

    fn write(&mut self, under: Under, tell: impl FnOnce(&mut FeedWriter, Timestamp)) {
        let (feed, digest, now) = (self.feed(under), self.agreement(under).digest(), self.harbour.clock.now());
        let mut writer = FeedWriter::new(digest);
        tell(&mut writer, now);
        let batch = writer.into_entries().iter().fold(self.harbour.batch(), |batch, entry| batch.feed(0, entry));
        let _committed = self.harbour.commit(batch);
        assert!(self.harbour.store.head_of(&feed).is_some());
    }

    fn recall(&mut self, under: Under, index: u64) {
        self.write(under, |writer, now| {
            let record = RecordDigest::from_octets([3; 32]);
            writer.recall(&Recall::new(index, record, RecallReason::Error, now)).unwrap();
        });
    }

    fn erase(&mut self, under: Under, index: u64) {
        let (feed, digest, now) = (self.feed(under), self.agreement(under).digest(), self.harbour.clock.now());
        let mut writer = FeedWriter::new(digest);
        writer.erased(&Erased::new(index, RecordDigest::from_octets([3; 32]), now)).unwrap();
        let batch = writer.into_entries().iter().fold(self.harbour.batch(), |batch, entry| batch.feed(0, entry));
        let _committed = self.harbour.commit(batch.erase(Place::new(feed, index)));
    }

    /// What was released is marked more closely from now on.
    fn tighten(&mut self, under: Under, index: u64, what: &Logged<Record>, tlp: Tlp) {
        let (own, known) = (self.harbour.id(), [self.harbour.id(), self.lotus.id()]);
        let label = self.harbour.label(what.record(), tlp);
        let record = what.record().content();
        let subject = policy::decision::Subject::new(record, &in_force(record, own, &[label], &[], None, &[]));
        let shown: Vec<Path> = subject.fields.iter().map(|field| field.path.clone()).collect();
        self.write(under, |writer, now| {
            let marks = policy::feed::MarksInForce::of(index, &subject, &shown, &known, now).unwrap();
            writer.marks(&marks).unwrap();
        });
    }

    fn page(&self, collection: &Collection, filter: &Filter, after: Option<Timestamp>) -> Vec<Item> {
        objects(&self.harbour.store, collection, &Reader::up_to(Tlp::Clear), filter, (after, 1_000)).unwrap().items
    }

    fn partner(&self) -> Collection {
        Collection::Partner(self.lotus.id())
    }

    /// What the partner reads, behind a time.
    fn after(&self, after: Option<Timestamp>) -> Vec<Item> {
        self.page(&self.partner(), &Filter::default(), after)
    }

    fn all(&self) -> Vec<Item> {
        self.after(None)
    }

    fn only(&self) -> Map {
        let [item] = self.all().try_into().unwrap();
        object(&item)
    }

    /// A view that is made anew is the same: whoever reads goes on where it was.
    fn is_the_same_anew(&self) {
        let versions = Filter { versions: Versions::all(), ..Filter::default() };
        let before = (self.page(&self.partner(), &versions, None), self.harbour.store.views_digest().unwrap());
        self.harbour.store.rebuild(&mut |_, _| ()).unwrap();
        assert_eq!((self.page(&self.partner(), &versions, None), self.harbour.store.views_digest().unwrap()), before);
    }

    /// Whether a text stands anywhere in what was made for the partner.
    fn holds(&self, text: &str) -> bool {
        let versions = Filter { versions: Versions::all(), ..Filter::default() };
        self.page(&self.partner(), &versions, None).iter().any(|item| item.object.contains(text))
    }
}

fn object(item: &Item) -> Map {
    let Ok(Json::Object(map)) = json::parse(item.object.as_bytes()) else { panic!("{}", item.object) };
    map
}

fn is_revoked(map: &Map) -> bool {
    map.get("revoked") == Some(&Json::Bool(true))
}

/// What one shows without the labels, and the other without the name.
fn told_by_halves(quay: &mut Quay) -> (Logged<Record>, OwnLeaf) {
    let crane = quay.sign(1, "A crane");
    quay.release(Incidents, &crane, &["/object/labels"]);
    quay.release(Hazards, &crane, &["/object/name"]);
    crane
}

#[test]
fn what_two_agreements_show_of_one_object_is_joined_property_by_property() {
    let mut quay = Quay::new();
    let _crane = told_by_halves(&mut quay);
    assert_eq!(quay.all(), [], "nothing is read before it is noted who reads");
    quay.note(&[Incidents, Hazards]);
    let shown = quay.only();
    assert_eq!(shown.text("name"), Some("A crane"));
    assert_eq!(shown.get("labels"), Some(&Json::Array(vec![Json::text("gate")])));
    assert!(!quay.holds("a secret"));
    for (under, name, has_labels) in [(Incidents, "A crane", false), (Hazards, "[withheld]", true)] {
        let [item] = quay.page(&Collection::Released(quay.feed(under)), &Filter::default(), None).try_into().unwrap();
        assert_eq!((object(&item).text("name"), object(&item).contains("labels")), (Some(name), has_labels));
    }
    quay.is_the_same_anew();
}

#[test]
fn an_object_that_grows_by_another_agreement_reaches_a_reader_that_has_it() {
    let mut quay = Quay::new();
    let crane = quay.sign(1, "A crane");
    quay.release(Incidents, &crane, &["/object/labels"]);
    quay.note(&[Incidents]);
    let had = quay.all();
    quay.release(Hazards, &crane, &["/object/name"]);
    assert_eq!(quay.all(), had, "a feed that is not noted yet is not read");
    quay.note(&[Incidents, Hazards]);
    let [grown] = quay.after(Some(had[0].added)).try_into().unwrap();
    assert!(object(&grown).contains("labels") && grown.version > had[0].version);
    quay.release(Hazards, &crane, &["/object/labels"]);
    assert_eq!(quay.after(Some(grown.added)), [], "what shows nothing new is no news");
    let gate = quay.sign(2, "A gate");
    quay.release(Hazards, &gate, &[]);
    assert_eq!(quay.after(Some(grown.added)).len(), 1);
    quay.is_the_same_anew();
}

#[test]
fn a_recall_takes_away_what_that_agreement_alone_gave() {
    let mut quay = Quay::new();
    let _crane = told_by_halves(&mut quay);
    quay.note(&[Incidents, Hazards]);
    let had = quay.all();
    quay.recall(Incidents, 0);
    let [less] = quay.after(Some(had[0].added)).try_into().unwrap();
    assert!(object(&less).contains("labels") && !is_revoked(&object(&less)));
    assert!(!quay.holds("A crane"), "in no version");
    quay.recall(Hazards, 0);
    let [void] = quay.after(Some(less.added)).try_into().unwrap();
    assert!(is_revoked(&object(&void)));
    assert!(!quay.holds("gate"));
    quay.is_the_same_anew();
}

#[test]
fn a_newer_version_that_one_agreement_takes_back_leaves_the_older_one_of_the_other() {
    let mut quay = Quay::new();
    let older = quay.sign(1, "A crane");
    quay.release(Incidents, &older, &[]);
    let newer = quay.sign(1, "A crane, and a ship");
    quay.release(Hazards, &newer, &[]);
    quay.note(&[Incidents, Hazards]);
    assert_eq!(quay.only().text("name"), Some("A crane, and a ship"));
    quay.recall(Hazards, 0);
    assert_eq!((quay.only().text("name"), is_revoked(&quay.only())), (Some("A crane"), false));
    quay.is_the_same_anew();
}

#[test]
fn the_stricter_marking_of_the_two_holds() {
    let mut quay = Quay::new();
    let crane = told_by_halves(&mut quay);
    quay.note(&[Incidents, Hazards]);
    let refs = |map: &Map| map.get("object_marking_refs").cloned();
    let level = |tlp: Tlp| Some(Json::Array(vec![Json::text(tlp.marking_id())]));
    assert_eq!(refs(&quay.only()), level(Tlp::Green));
    let had = quay.all();
    quay.tighten(Hazards, 0, &crane.0, Tlp::AmberStrict);
    let [closer] = quay.after(Some(had[0].added)).try_into().unwrap();
    assert_eq!(refs(&object(&closer)), level(Tlp::AmberStrict));
    assert_eq!(marks_shown(&object(&closer)).map(|marks| marks.tlp()), Some(Tlp::AmberStrict));
    let [other] = quay.page(&Collection::Released(quay.feed(Incidents)), &Filter::default(), None).try_into().unwrap();
    assert_eq!(refs(&object(&other)), level(Tlp::Green), "the other feed says what it said");
    let versions = Filter { versions: Versions::all(), ..Filter::default() };
    assert_eq!(quay.page(&quay.partner(), &versions, None).len(), 1, "nothing is read under the looser one any more");
    quay.is_the_same_anew();
}

#[test]
fn what_a_suspended_agreement_gave_is_not_read_and_comes_anew_when_it_goes_on() {
    let mut quay = Quay::new();
    let _crane = told_by_halves(&mut quay);
    let gate = quay.sign(2, "A gate");
    quay.release(Incidents, &gate, &[]);
    quay.note(&[Incidents, Hazards]);
    assert_eq!(quay.all().len(), 2);
    quay.note(&[Hazards]);
    assert_eq!(quay.only().text("name"), Some("[withheld]"));
    assert!(!quay.holds("A crane") && !quay.holds("A gate"));
    quay.is_the_same_anew();
    let had = quay.all()[0].added;
    quay.note(&[Incidents, Hazards]);
    let back: Vec<_> = quay.after(Some(had)).iter().map(|item| object(item).text("name").unwrap().to_owned()).collect();
    assert_eq!(back, ["A crane", "A gate"], "whoever reads on from any time misses nothing");
    quay.note(&[]);
    assert_eq!(quay.all(), []);
    quay.is_the_same_anew();
}

#[test]
fn what_is_taken_back_while_an_agreement_rests_tells_nothing_until_it_goes_on() {
    let mut quay = Quay::new();
    let _crane = told_by_halves(&mut quay);
    quay.note(&[Incidents, Hazards]);
    quay.note(&[Hazards]);
    let had = quay.all();
    quay.recall(Incidents, 0);
    assert_eq!(quay.all(), had);
    quay.note(&[Incidents, Hazards]);
    assert_eq!(quay.only().text("name"), Some("[withheld]"));
    quay.is_the_same_anew();
}

#[test]
fn of_what_is_erased_nothing_stays_and_the_rest_keeps_its_times() {
    let mut quay = Quay::new();
    let crane = told_by_halves(&mut quay);
    let gate = quay.sign(2, "A gate");
    quay.release(Incidents, &gate, &[]);
    quay.note(&[Incidents, Hazards]);
    quay.tighten(Incidents, 0, &crane.0, Tlp::Amber);
    let other = quay.all().into_iter().find(|item| item.object.contains("A gate")).unwrap();
    quay.erase(Incidents, 0);
    assert!(!quay.holds("A crane"));
    assert!(quay.all().contains(&other));
    quay.is_the_same_anew();
}

#[test]
fn no_two_audiences_have_one_time_however_many_read_a_feed() {
    let mut quay = Quay::new();
    quay.note(&[]);
    let crane = quay.sign(1, "A crane");
    quay.release(Incidents, &crane, &[]);
    quay.note(&[Incidents]);
    // Time stands still: each entry finds times of its own for both collections.
    for number in 2..20 {
        let more = quay.sign(number, &format!("number {number}"));
        quay.release(Incidents, &more, &[]);
    }
    let of_feed = quay.page(&Collection::Released(quay.feed(Incidents)), &Filter::default(), None);
    let times: BTreeSet<_> = of_feed.iter().chain(&quay.all()).map(|item| item.added).collect();
    assert_eq!((of_feed.len(), times.len()), (19, 38));
    assert!(quay.all().is_sorted_by(|one, next| one.added < next.added));
}

#[test]
fn what_is_no_feed_of_ours_is_shown_to_no_partner_whatever_a_note_says() {
    let mut quay = Quay::new();
    let crane = quay.sign(1, "A crane");
    quay.release(Incidents, &crane, &[]);
    let stranger = Collection::Partner(quay.harbour.id());
    quay.note(&[Incidents]);
    assert_eq!(quay.page(&stranger, &Filter::default(), None), [], "nobody noted this one");
    let note = format!(r#"{{"kind":"audience","partner":"{}","feeds":["node"]}}"#, quay.lotus.id());
    let body = [[7; 32].as_slice(), note.as_bytes()].concat();
    let log: LogName = audience::AUDIENCES.parse().unwrap();
    let batch = quay.harbour.batch().entry(NewEntry::with_body(log, vec![1], body));
    let _committed = quay.harbour.commit(batch);
    assert_eq!(quay.all(), [], "our own records are for no partner");
    quay.is_the_same_anew();
}

/// Somebody who reads on after each deed from the last time that he has seen.
#[derive(Default)]
struct Follower {
    after: Option<Timestamp>,
    seen: BTreeSet<(String, String)>,
}

impl Follower {
    fn follow(&mut self, quay: &Quay) {
        let read = quay.page(&quay.partner(), &Filter { versions: Versions::all(), ..Filter::default() }, self.after);
        assert!(read.is_sorted_by(|one, next| one.added < next.added));
        self.after = read.last().map(|item| item.added).or(self.after);
        self.seen.extend(read.into_iter().map(|item| (item.id, item.version_text)));
    }

    /// He has all that is there now.
    fn lacks_nothing(&self, quay: &Quay) {
        for item in quay.all() {
            assert!(
                self.seen.contains(&(item.id.clone(), item.version_text.clone())),
                "{} was never read",
                item.object
            );
        }
    }
}

/// Octets that follow from a story's number, and say what is done next.
fn deeds(story: u64) -> impl Iterator<Item = [usize; 4]> {
    (0_u64..40).map(move |step| {
        let octets = sha256(&[b"deeds", &story.to_be_bytes(), &step.to_be_bytes()]);
        [0, 1, 2, 3].map(|at| usize::from(octets[at]))
    })
}

#[test]
fn whatever_happens_in_whatever_order_nothing_is_missed_and_nothing_of_what_rests_is_read() {
    for story in 0..6 {
        let (mut quay, mut follower) = (Quay::new(), Follower::default());
        let mut signed: Vec<(Logged<Record>, OwnLeaf)> = Vec::new();
        let (mut sizes, mut read): ([u64; 2], Vec<Under>) = ([0; 2], Vec::new());
        for [what, which, where_, more] in deeds(story) {
            let under = [Incidents, Hazards][where_ % 2];
            match what % 8 {
                0 | 1 => signed.push(quay.sign(1 + which as u64 % 3, &format!("{story} {} told", signed.len()))),
                2..=4 if !signed.is_empty() => {
                    let hide: &[&str] = [&[][..], &["/object/name"], &["/object/labels"]][more % 3];
                    quay.release(under, &signed[which % signed.len()], hide);
                    sizes[under as usize] += 1;
                }
                5 if sizes[under as usize] > 0 => {
                    quay.recall(under, which as u64 % sizes[under as usize]);
                    sizes[under as usize] += 1;
                }
                6 if sizes[under as usize] > 0 && !signed.is_empty() => {
                    let tlp = [Tlp::Green, Tlp::Amber, Tlp::AmberStrict][more % 3];
                    quay.tighten(under, which as u64 % sizes[under as usize], &signed[0].0, tlp);
                    sizes[under as usize] += 1;
                }
                7 => {
                    let open = |under: &Under| sizes[*under as usize] > 0;
                    read = [&[][..], &[Incidents], &[Hazards], &[Incidents, Hazards]][more % 4]
                        .iter()
                        .copied()
                        .filter(open)
                        .collect();
                    quay.note(&read);
                }
                _ => {}
            }
            follower.follow(&quay);
            follower.lacks_nothing(&quay);
            let open = |under: &Under| quay.page(&Collection::Released(quay.feed(*under)), &Filter::default(), None);
            let of_feeds: BTreeSet<String> = read.iter().flat_map(open).map(|item| item.id).collect();
            let joined: BTreeSet<String> = quay.all().into_iter().map(|item| item.id).collect();
            assert_eq!(joined, of_feeds, "story {story}: the same objects as in the feeds that are read");
        }
        quay.is_the_same_anew();
    }
}
