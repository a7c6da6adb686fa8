//! A store in memory, for tests, the fuzz targets and the measurement. It does all by looking through everything.

use std::borrow::Cow;
use std::cell::{Cell, RefCell};

use ::taxii::{
    Backend, Caller, Collection, CollectionId, DateAdded, Fault, Found, Manifest, ManifestPage, ObjectPage, Offered,
    Outcome, Query, Room, SpecVersion, Status, StatusId, Submission, Version, VersionPage,
};
use record::stix::StixId;
use record::time::{LexicalTime, Timestamp};

/// Somebody with an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Account(pub &'static str);

impl Caller for Account {
    fn name(&self) -> Cow<'_, [u8]> {
        Cow::Borrowed(self.0.as_bytes())
    }
}

/// A version of an object in a collection.
#[derive(Debug, Clone)]
struct Entry {
    added: DateAdded,
    id: StixId,
    version: LexicalTime,
    text: String,
}

/// A collection with who may do what in it.
#[derive(Debug)]
struct Shelf {
    id: CollectionId,
    readers: Vec<&'static str>,
    writers: Vec<&'static str>,
    entries: Vec<Entry>,
}

/// All of it.
#[derive(Debug)]
pub struct Store {
    shelves: RefCell<Vec<Shelf>>,
    statuses: RefCell<Vec<(&'static str, Status)>>,
    clock: Cell<i64>,
    /// What every question is answered with, if it is there.
    pub fault: Cell<Option<Fault>>,
    /// Gives dates that go backwards, as a broken store might.
    pub is_confused: Cell<bool>,
    /// Questions asked and entries looked at.
    pub work: Cell<usize>,
}

/// 2026-07-01T00:00:00Z.
const BEGINNING: i64 = 1_782_864_000_000_000;

impl Default for Store {
    fn default() -> Self {
        let (shelves, statuses) = (RefCell::default(), RefCell::default());
        let (fault, is_confused, work) = (Cell::new(None), Cell::new(false), Cell::new(0));
        Self { shelves, statuses, clock: Cell::new(BEGINNING), fault, is_confused, work }
    }
}

impl Store {
    /// Adds a collection.
    pub fn open(&self, number: u8, readers: &[&'static str], writers: &[&'static str]) -> CollectionId {
        let id = CollectionId::from_random([number; 16]);
        let (readers, writers) = (readers.to_vec(), writers.to_vec());
        self.shelves.borrow_mut().push(Shelf { id, readers, writers, entries: Vec::new() });
        id
    }

    /// Adds an object to a collection, under the next date.
    pub fn put(&self, collection: CollectionId, text: &str) {
        let envelope = format!(r#"{{"objects":[{text}]}}"#);
        let submission = Submission::read(envelope.as_bytes()).unwrap();
        assert!(submission.unreadable.is_empty(), "{submission:?}");
        submission.objects.iter().for_each(|offered| assert_eq!(self.add(collection, offered), Outcome::Success));
    }

    /// The time goes on by so much.
    pub fn wait(&self, micros: i64) {
        self.clock.set(self.clock.get() + micros);
    }

    fn add(&self, collection: CollectionId, offered: &Offered<'_>) -> Outcome {
        self.wait(1);
        let added = DateAdded::from_micros(self.clock.get()).unwrap();
        let mut shelves = self.shelves.borrow_mut();
        let shelf = shelves.iter_mut().find(|shelf| shelf.id == collection).unwrap();
        let version = offered.version.clone().unwrap_or_else(|| Timestamp::from_micros(added.micros()).into());
        if offered.text.contains("refuse me") {
            return Outcome::Failure("this party takes no such thing".into());
        }
        if shelf.entries.iter().any(|entry| entry.id == offered.id && entry.version.instant() == version.instant()) {
            return Outcome::AlreadyThere;
        }
        shelf.entries.push(Entry { added, id: offered.id.clone(), version, text: offered.text.to_owned() });
        Outcome::Success
    }

    fn look(&self) -> Result<(), Fault> {
        self.work.set(self.work.get() + 1);
        self.fault.get().map_or(Ok(()), Err)
    }

    /// What a question asks for, in order.
    fn each(&self, caller: &Account, query: &Query<'_>, mut push: impl FnMut(&Entry) -> Room) -> Result<Found, Fault> {
        self.look()?;
        let shelves = self.shelves.borrow();
        let Some(shelf) = shelves.iter().find(|shelf| shelf.id == query.collection && shelf.shows(caller)) else {
            return Ok(Found::Nothing);
        };
        if query.object.is_some_and(|object| shelf.entries.iter().all(|entry| entry.id != *object)) {
            return Ok(Found::Nothing);
        }
        let wanted = shelf.entries.iter().filter(|entry| shelf.select(entry, query));
        let wanted: Vec<&Entry> = wanted.filter(|entry| query.after.is_none_or(|after| entry.added > after)).collect();
        let ordered: Vec<&Entry> = if self.is_confused.get() { wanted.into_iter().rev().collect() } else { wanted };
        for entry in ordered {
            self.work.set(self.work.get() + 1);
            if push(entry) == Room::Full {
                break;
            }
        }
        Ok(Found::Here)
    }
}

impl Shelf {
    fn shows(&self, caller: &Account) -> bool {
        self.readers.contains(&caller.0) || self.writers.contains(&caller.0)
    }

    fn seen_by(&self, caller: &Account) -> Option<Collection> {
        let mut seen = Collection::readable(self.id, "What was agreed");
        seen.can_read = self.readers.contains(&caller.0);
        seen.can_write = self.writers.contains(&caller.0);
        self.shows(caller).then_some(seen)
    }

    fn select(&self, entry: &Entry, query: &Query<'_>) -> bool {
        let versions = || self.entries.iter().filter(|other| other.id == entry.id).map(|other| other.version.instant());
        let version = entry.version.instant();
        query.object.is_none_or(|object| *object == entry.id)
            && query.filters.select(Version {
                id: &entry.id,
                version,
                spec_version: SpecVersion::V21,
                is_first: versions().min() == Some(version),
                is_last: versions().max() == Some(version),
            })
    }
}

impl Backend for Store {
    type Caller = Account;

    fn collections(&self, caller: &Account) -> Result<Vec<Collection>, Fault> {
        self.look()?;
        Ok(self.shelves.borrow().iter().filter_map(|shelf| shelf.seen_by(caller)).collect())
    }

    fn collection(&self, caller: &Account, id: CollectionId) -> Result<Option<Collection>, Fault> {
        self.look()?;
        Ok(self.shelves.borrow().iter().find(|shelf| shelf.id == id).and_then(|shelf| shelf.seen_by(caller)))
    }

    fn objects(&self, caller: &Account, query: &Query<'_>, page: &mut ObjectPage) -> Result<Found, Fault> {
        self.each(caller, query, |entry| page.push(entry.added, &entry.text))
    }

    fn manifest(&self, caller: &Account, query: &Query<'_>, page: &mut ManifestPage) -> Result<Found, Fault> {
        self.each(caller, query, |entry| {
            let (id, date_added, version) = (&entry.id, entry.added, &entry.version);
            page.push(Manifest { id, date_added, version, spec_version: SpecVersion::V21 })
        })
    }

    fn versions(&self, caller: &Account, query: &Query<'_>, page: &mut VersionPage) -> Result<Found, Fault> {
        self.each(caller, query, |entry| page.push(entry.added, &entry.version))
    }

    fn add_objects(
        &self,
        caller: &Account,
        collection: CollectionId,
        submission: &Submission<'_>,
    ) -> Result<Option<Status>, Fault> {
        self.look()?;
        let number = u8::try_from(self.statuses.borrow().len()).unwrap_or(u8::MAX);
        let id = StatusId::from_random([number; 16]);
        let now = Timestamp::from_micros(self.clock.get());
        let status = submission.settle(id, now, |offered| self.add(collection, offered));
        self.statuses.borrow_mut().push((caller.0, status.clone()));
        Ok(Some(status))
    }

    fn status(&self, caller: &Account, id: StatusId) -> Result<Option<String>, Fault> {
        self.look()?;
        let now = Timestamp::from_micros(self.clock.get());
        let statuses = self.statuses.borrow();
        let kept = statuses.iter().find(|(owner, status)| *owner == caller.0 && status.id == id && status.is_kept(now));
        Ok(kept.map(|(_, status)| status.to_text()))
    }
}
