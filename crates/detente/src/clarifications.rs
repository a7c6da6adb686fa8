//! Questions and answers about records, as a node's store tells them: those that it sent, and those that came.
//!
//! Whether an answer was in time is told by what this node signed itself. Of an answer that came, that is its first
//! acknowledgement of the feed beyond it; of one that it gave, the receipt of its release.

use std::collections::BTreeMap;

use node::exchange::{Arrival, FeedState, OwnStatement, Received};
use policy::feed::{ReadEntry, Recall};
use protocol::exchange::FeedName;
use record::digest::{PartyId, RecordDigest};
use record::json::Map;
use record::key_history::Moment;
use record::language::TaggedText;
use record::time::Timestamp;
use record::{Record, Signed, Unverified};
use storage::views::records;
use storage::{Body, LocalStore, LogName, Place, Store as _};

use crate::command::log::split_body;
use crate::keyring::Keyring;
use crate::node as store_of;
use crate::outcome::{Done, Failure};

/// The STIX type of a question.
pub(crate) const QUESTION: &str = "detente-question";

/// The STIX type of an answer.
pub(crate) const ANSWER: &str = "detente-answer";

/// Entries that are read at once.
const AT_ONCE: usize = 4_096;

/// A record that came in a feed.
#[derive(Debug, Clone)]
pub(crate) struct Came {
    pub(crate) record: Signed<Record>,
    pub(crate) feed: FeedState,
    pub(crate) index: u64,
}

impl Came {
    /// Whose feed it came in.
    pub(crate) fn sender(&self) -> Option<PartyId> {
        self.feed.peer.parse().ok()
    }

    /// Whether its author released it: nobody asks or answers for another.
    fn is_of_its_sender(&self) -> bool {
        self.sender() == Some(self.record.content().issuer())
    }
}

/// What a question says.
#[derive(Debug, Clone)]
pub(crate) struct Question {
    pub(crate) digest: RecordDigest,
    pub(crate) author: PartyId,
    /// The record that is asked about.
    pub(crate) about: RecordDigest,
    pub(crate) asks: Option<TaggedText>,
    pub(crate) deadline: Timestamp,
    /// The question that began the thread.
    pub(crate) thread: RecordDigest,
}

impl Question {
    /// Reads a question. One that withholds what it is about, or its deadline, asks nothing that could be owed.
    pub(crate) fn of(record: &Record) -> Option<Self> {
        let fields = fields(record, QUESTION)?;
        let digest = record.digest();
        Some(Self {
            digest,
            author: record.issuer(),
            about: fields.text("about")?.parse().ok()?,
            asks: text(fields, "asks"),
            deadline: fields.text("deadline")?.parse().ok()?,
            thread: fields.text("thread").map_or(Some(digest), |thread| thread.parse().ok())?,
        })
    }
}

fn fields<'r>(record: &'r Record, object_type: &str) -> Option<&'r Map> {
    record.extension().filter(|_| record.object().text("type") == Some(object_type))
}

/// Whether a record says that it is about a question.
fn is_to(question: &Question, record: &Record) -> bool {
    let about = fields(record, ANSWER).and_then(|fields| fields.text("about"));
    about.is_some_and(|about| about == question.digest.to_string())
}

fn text(fields: &Map, name: &str) -> Option<TaggedText> {
    TaggedText::from_json(fields.get(name)?).ok()
}

/// An answer to a question.
#[derive(Debug, Clone)]
pub(crate) struct Given {
    pub(crate) digest: RecordDigest,
    pub(crate) status: String,
    pub(crate) says: Option<TaggedText>,
    /// When it came here, or went.
    pub(crate) time: Timestamp,
}

/// A question and what became of it.
#[derive(Debug, Clone)]
pub(crate) struct Clarification {
    pub(crate) question: Question,
    /// The other side: whom we asked, or who asks.
    pub(crate) with: Option<PartyId>,
    pub(crate) is_ours: bool,
    is_sent: bool,
    is_recalled: bool,
    /// In the order in which they came, or went.
    pub(crate) answers: Vec<Given>,
    /// When the asking side stated that no answer had come.
    pub(crate) silence: Option<Timestamp>,
}

/// How far a clarification has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    /// The question was not released yet.
    Unsent,
    /// The question was taken back.
    Recalled,
    /// The deadline has not passed.
    Waiting,
    /// Answered in time.
    Answered,
    /// Answered after the deadline.
    Late,
    /// The deadline has passed without an answer.
    Silent,
}

impl Clarification {
    /// Its state at a moment.
    pub(crate) fn state(&self, now: Timestamp) -> State {
        let deadline = self.question.deadline;
        match self.answers.first() {
            _ if self.is_recalled => State::Recalled,
            Some(answer) if answer.time <= deadline && self.silence.is_none() => State::Answered,
            Some(_) => State::Late,
            None if !self.is_sent => State::Unsent,
            None if now <= deadline => State::Waiting,
            None => State::Silent,
        }
    }
}

/// The store, and the keys under which what it holds is read.
#[derive(Clone, Copy)]
pub(crate) struct Clarifications<'s> {
    store: &'s LocalStore,
    ring: &'s Keyring,
    own: PartyId,
}

impl<'s> Clarifications<'s> {
    pub(crate) const fn new(store: &'s LocalStore, ring: &'s Keyring, own: PartyId) -> Self {
        Self { store, ring, own }
    }

    /// All of them: ours, then those of others about what we released, each in the order in which they were asked.
    pub(crate) fn all(&self) -> Done<Vec<Clarification>> {
        let mut all = Vec::new();
        let answers = self.all_that_came(ANSWER)?;
        for question in self.own_questions_from(0)? {
            all.push(self.of_ours(question, &answers)?);
        }
        let answers = self.own_records(ANSWER, 0)?;
        for came in self.all_that_came(QUESTION)? {
            if let Some(question) = Question::of(came.record.content())
                && self.is_to_us(&question)?
            {
                all.push(self.of_theirs(question, &came, &answers)?);
            }
        }
        Ok(all)
    }

    /// What became of a question of ours.
    pub(crate) fn of_own_question(&self, question: Question) -> Done<Clarification> {
        self.of_ours(question, &self.all_that_came(ANSWER)?)
    }

    /// Whether a question is about a record that this node released.
    pub(crate) fn is_to_us(&self, question: &Question) -> Done<bool> {
        Ok(!self.released(&question.about)?.is_empty())
    }

    /// Whom a question of ours is put to: whoever released the record.
    pub(crate) fn asked(&self, question: &Question) -> Done<Option<PartyId>> {
        Ok(self.came(&question.about)?.and_then(|came| came.sender()))
    }

    /// A record of ours in the node log: a question by its digest.
    pub(crate) fn own_question(&self, digest: &RecordDigest) -> Done<Option<Question>> {
        let index = records::find(self.store, &LogName::node(), digest).map_err(store_of::fail)?;
        let record = index.map_or(Ok(None), |index| self.open(&LogName::node(), index))?;
        let is_ours = |record: &Signed<Record>| record.content().issuer() == self.own;
        Ok(record.filter(is_ours).and_then(|record| Question::of(record.content())))
    }

    /// A record as it came in a feed.
    pub(crate) fn came(&self, digest: &RecordDigest) -> Done<Option<Came>> {
        for (feed, log) in self.feeds()? {
            let found = records::find(self.store, &log, digest).map_err(store_of::fail)?;
            let Some(index) = found else { continue };
            if let Some(record) = self.open(&log, index)? {
                return Ok(Some(Came { record, feed, index }));
            }
        }
        Ok(None)
    }

    /// Questions of ours from an index of the node log on.
    pub(crate) fn own_questions_from(&self, from: u64) -> Done<Vec<Question>> {
        let records = self.own_records(QUESTION, from)?;
        Ok(records.iter().filter_map(|record| Question::of(record.content())).collect())
    }

    fn of_ours(&self, question: Question, came: &[Came]) -> Done<Clarification> {
        let with = self.asked(&question)?;
        let sent = self.released(&question.digest)?;
        let mut answers = Vec::new();
        // Before the store is asked about it: a peer may answer thousands of times.
        let is_about = |one: &&Came| is_to(&question, one.record.content());
        for one in came.iter().filter(is_about).filter(|one| with.is_none() || one.sender() == with) {
            let read = OwnStatement::read_by(self.store, &one.feed.feed, one.index).map_err(Failure::environment)?;
            // Entries and acknowledgement are one commit, so it is never missing.
            let time = read.unwrap_or(one.feed.heard);
            answers.extend(answer_to(&question, one.record.content(), time));
        }
        answers.sort_by_key(|answer| answer.time);
        let own = OwnStatement::all(self.store, "silence", Some(&question.digest.to_string()));
        let silence = own.map_err(Failure::environment)?.first().map(|one| one.stated.time);
        let is_recalled = self.is_recalled(&sent, &question.digest)?;
        Ok(Clarification { question, with, is_ours: true, is_sent: !sent.is_empty(), is_recalled, answers, silence })
    }

    fn of_theirs(&self, question: Question, came: &Came, ours: &[Signed<Record>]) -> Done<Clarification> {
        let mut answers = Vec::new();
        for record in ours.iter().filter(|record| is_to(&question, record.content())) {
            if let Some(went) = self.released_at(&record.digest())? {
                answers.extend(answer_to(&question, record.content(), went));
            }
        }
        answers.sort_by_key(|answer| answer.time);
        let places = [(pulled(&came.feed)?, came.index)];
        let is_recalled = self.is_recalled(&places, &question.digest)?;
        let (with, silence) = (Some(question.author), self.silence_of(&question)?);
        Ok(Clarification { question, with, is_ours: false, is_sent: true, is_recalled, answers, silence })
    }

    /// When whoever asks stated that no answer had come.
    fn silence_of(&self, question: &Question) -> Done<Option<Timestamp>> {
        let (author, about) = (question.author.to_string(), question.digest.to_string());
        let all = Received::all(self.store).map_err(Failure::environment)?;
        let stated = all.iter().find(|one| one.kind == "silence" && one.peer == author && one.about == about);
        Ok(stated.and_then(|one| one.time.parse().ok()))
    }

    fn released(&self, digest: &RecordDigest) -> Done<Vec<(LogName, u64)>> {
        Arrival::of_own(self.store, &digest.to_string()).map_err(Failure::environment)
    }

    /// When this node first released a record.
    fn released_at(&self, digest: &RecordDigest) -> Done<Option<Timestamp>> {
        let Some((log, index)) = self.released(digest)?.into_iter().next() else { return Ok(None) };
        let entry = self.store.entries(&log, index, 1).map_err(store_of::fail)?.pop().unwrap_or_default();
        let Ok(ReadEntry::Release(release)) = ReadEntry::read(&entry) else { return Ok(None) };
        Ok(Some(release.receipt.time))
    }

    fn is_recalled(&self, places: &[(LogName, u64)], digest: &RecordDigest) -> Done<bool> {
        for (log, index) in places {
            if recalls(self.store, log)?.get(index).is_none_or(|recall| recall.record != *digest) {
                return Ok(false);
            }
        }
        Ok(!places.is_empty())
    }

    fn own_records(&self, object_type: &str, from: u64) -> Done<Vec<Signed<Record>>> {
        let mut found = Vec::new();
        for index in self.indices(&LogName::node(), object_type)?.into_iter().filter(|index| *index >= from) {
            let record = self.open(&LogName::node(), index)?;
            found.extend(record.filter(|record| record.content().issuer() == self.own));
        }
        Ok(found)
    }

    /// Everything of a type that came from whoever wrote it.
    fn all_that_came(&self, object_type: &str) -> Done<Vec<Came>> {
        let mut all = Vec::new();
        for (feed, log) in self.feeds()? {
            for index in self.indices(&log, object_type)? {
                let came = self.open(&log, index)?.map(|record| Came { record, feed: feed.clone(), index });
                all.extend(came.filter(Came::is_of_its_sender));
            }
        }
        Ok(all)
    }

    fn feeds(&self) -> Done<Vec<(FeedState, LogName)>> {
        let states = FeedState::all(self.store).map_err(Failure::environment)?;
        let named = states.into_iter().map(|state| pulled(&state).map(|log| (state, log)));
        named.collect()
    }

    fn indices(&self, log: &LogName, object_type: &str) -> Done<Vec<u64>> {
        records::of_types(self.store, log, &[object_type]).map_err(store_of::fail)
    }

    /// A record beside an entry. What does not hold under the keys that are here says nothing.
    fn open(&self, log: &LogName, index: u64) -> Done<Option<Signed<Record>>> {
        let body = self.store.bodies(&[Place::new(log.clone(), index)]).map_err(store_of::fail)?.pop();
        let Some(Body::Kept(body)) = body else { return Ok(None) };
        let record = split_body(&body).and_then(|(_, text)| Unverified::read(text).ok());
        Ok(record.and_then(|record| self.ring.verify(record, Moment::AsNamed).ok()))
    }
}

fn answer_to(question: &Question, record: &Record, time: Timestamp) -> Option<Given> {
    let fields = fields(record, ANSWER)?;
    let is_to_it = fields.text("about") == Some(question.digest.to_string().as_str());
    let status = fields.text("status").unwrap_or_default().to_owned();
    is_to_it.then(|| Given { digest: record.digest(), status, says: text(fields, "says"), time })
}

/// The log into which a feed is read.
pub(crate) fn pulled(state: &FeedState) -> Done<LogName> {
    format!("pulled-{}", FeedName::of(&state.feed)).parse().map_err(Failure::input)
}

/// What a feed, ours or one that was read, has taken back: by the index of the release.
pub(crate) fn recalls(store: &LocalStore, log: &LogName) -> Done<BTreeMap<u64, Recall>> {
    let (mut found, mut from) = (BTreeMap::new(), 0_u64);
    loop {
        let entries = store.entries(log, from, AT_ONCE).map_err(store_of::fail)?;
        if entries.is_empty() {
            return Ok(found);
        }
        from = from.saturating_add(entries.len() as u64);
        for entry in &entries {
            if let Ok(ReadEntry::Recall(recall)) = ReadEntry::read(entry) {
                let _first = found.entry(recall.index).or_insert(recall);
            }
        }
    }
}
