//! A port with a node, and a feed that it reads.

use std::cell::Cell;
use std::path::PathBuf;
use std::sync::Arc;

use matching::bank::{Content, SignalName};
use matching::signal::{NewSignal, Signal};
use matching::signed::{BATCH_TYPE, NewBatch, RETRACTION_TYPE, Retraction, SIGHTING_TYPE, Sighting};
use protocol::exchange::FeedName;
use record::digest::PartyId;
use record::json::{self, Json, Map};
use record::stix::StixId;
use record::time::Timestamp;
use record::{Record, Signed};
use storage::{Batch, BatchId, LogName, NewEntry};
use text::NormaliserVersion;

use crate::arguments::{NodeArguments, PassphraseArguments};
use crate::clock;
use crate::command::incident::Reading;
use crate::command::log::{Signing, batch_of, fresh_salt};
use crate::keyring::Keyring;
use crate::operations::tests::office::Office;
use crate::partners;
use crate::scanning::{BATCH_ENTRIES, Growing, LiveBank, Scanner, Settings, Turn};

/// The origin of the feed that is read.
const FEED: &str = "example.org/hills/feed";

/// A word that is found by the one signal of these stories.
pub(super) const WORD: &str = "quokkaparade";

pub(super) struct Port(Office);

impl Port {
    pub(super) fn open() -> Self {
        Self(Office::open())
    }

    pub(super) fn dir(&self) -> PathBuf {
        self.0.dir()
    }

    pub(super) fn own(&self) -> PartyId {
        self.0.home().history().unwrap().party()
    }

    pub(super) fn signing(&self) -> Signing {
        let passphrase = PassphraseArguments { passphrase: false, passphrase_file: None };
        Signing::open(&NodeArguments { dir: self.dir(), passphrase }).unwrap()
    }

    pub(super) fn ring(&self) -> Keyring {
        partners::ring(&self.0.home()).unwrap()
    }

    pub(super) fn types(&self, words: &str) -> Map {
        self.0.type_in(&format!("{words} --dir {}", self.dir().display()))
    }

    /// Logs a record of ours.
    pub(super) fn logs(&self, record: &Signed<Record>) -> u64 {
        self.signing().commit(batch_of(record).unwrap()).unwrap().entries.first().unwrap().index
    }

    /// Takes a record in from the feed, without any word on whether it was proved.
    pub(super) fn hears(&self, record: &Signed<Record>) {
        let (log, salt) = (pulled(), fresh_salt().unwrap());
        let body = [salt.as_slice(), record.envelope().to_json().as_bytes()].concat();
        let entry = NewEntry::with_body(log.clone(), record.commitment(&salt).octets().to_vec(), body);
        let batch = Batch::new(BatchId::from_octets(salt)).open(log, "detente/pulled/hills").entry(entry);
        self.signing().commit(batch).unwrap();
    }

    /// Notes what was found of entries of the feed when they came: `proved`, or `signed`.
    pub(super) fn judges(&self, how: &str, entries: &[u64]) {
        let note = Map::new()
            .with("kind", "head")
            .with("peer", self.own().to_string())
            .with("feed", FEED)
            .with(how, Json::Array(entries.iter().map(|index| Json::count(*index)).collect()));
        let (log, salt) = ("heard".parse::<LogName>().unwrap(), fresh_salt().unwrap());
        let body = [salt.as_slice(), &json::canonical(&Json::from(note)).unwrap()].concat();
        let entry = NewEntry::with_body(log.clone(), salt.to_vec(), body);
        let origin = format!("detente/heard/{}", self.own());
        self.signing().commit(Batch::new(BatchId::from_octets(salt)).open(log, &origin).entry(entry)).unwrap();
    }

    /// The signal as its author signed it; not logged.
    pub(super) fn signal(&self) -> Signed<Record> {
        self.signs(&[keyword()], clock::now())
    }

    /// Signals as their author signed them then.
    pub(super) fn signs(&self, signals: &[Signal], then: Timestamp) -> Signed<Record> {
        let draft = NewBatch::titled("A week").draft(&id(BATCH_TYPE, 2), then, signals);
        self.signing().sign_draft(draft.unwrap()).unwrap()
    }

    pub(super) fn retraction(&self) -> Signed<Record> {
        let id = id(RETRACTION_TYPE, 3);
        let object = Retraction::to_object(&id, clock::now(), &[signal_id()], &[], "It found a poem").unwrap();
        self.signing().sign(object).unwrap()
    }

    pub(super) fn sighting(&self, signal: &Signed<Record>) -> Signed<Record> {
        let now = clock::now();
        let seen = (&signal_id(), self.own(), signal.digest());
        let object = Sighting::to_object(&id(SIGHTING_TYPE, 4), now, seen, (now, now, 3)).unwrap();
        self.signing().sign(object).unwrap()
    }

    /// A bank of all that is here.
    pub(super) fn scanner(&self) -> Scanner {
        let reading = Reading::open(&self.dir()).unwrap();
        Scanner::of(&reading.store, &reading.ring, reading.own, Settings::default()).unwrap()
    }

    pub(super) fn name(&self) -> SignalName {
        SignalName::new(&self.own().to_string(), signal_id())
    }

    /// Takes turns of one entry until all was read, and says how many that were.
    pub(super) fn reads_entry_by_entry(&self, growing: &mut Growing, bank: &LiveBank) -> usize {
        let reading = Reading::open(&self.dir()).unwrap();
        for turns in 1..1_000 {
            let is_over = Cell::new(false);
            let turn = Turn { entries: 1, until: &|| is_over.replace(true) };
            let (place, from) = ((&*self.dir(), reading.own), (&reading.store, &reading.ring));
            if growing.read(bank, place, from, &turn).unwrap().is_some() {
                return turns;
            }
        }
        panic!("it never ends");
    }

    /// Follows the logs until the end.
    pub(super) fn follows(&self, growing: &mut Growing, bank: &LiveBank) {
        let reading = Reading::open(&self.dir()).unwrap();
        let turn = Turn { entries: BATCH_ENTRIES, until: &|| false };
        let (place, from) = ((&*self.dir(), reading.own), (&reading.store, &reading.ring));
        assert!(growing.read(bank, place, from, &turn).unwrap().is_some());
    }
}

fn pulled() -> LogName {
    format!("pulled-{}", FeedName::of(FEED)).parse().unwrap()
}

pub(super) fn id(object_type: &str, number: u8) -> StixId {
    format!("{object_type}--00000000-0000-4000-8000-{number:012x}").parse().unwrap()
}

pub(super) fn signal_id() -> StixId {
    id("indicator", 1)
}

pub(super) fn keyword() -> Signal {
    keyword_of(WORD, clock::now())
}

/// A version of the one signal.
pub(super) fn keyword_of(word: &str, modified: Timestamp) -> Signal {
    NewSignal::keyword(word, NormaliserVersion::V1, modified).build(&signal_id(), modified).unwrap()
}

/// How many signals are found in a text with the word.
pub(super) fn found(scanner: &Scanner) -> usize {
    looked_for(scanner, WORD)
}

/// How many are found in a text with that word.
pub(super) fn looked_for(scanner: &Scanner, word: &str) -> usize {
    scanner.bank.scan(Content::Text(format!("here comes the {word}")), clock::now()).matches.len()
}

pub(super) fn shown(bank: &LiveBank) -> Arc<Scanner> {
    bank.current().unwrap()
}
