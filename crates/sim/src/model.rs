//! What a store must hold: the promises of [`storage::Store`] as plain lists.

use std::collections::BTreeMap;

use storage::limits::MAX_NAME_BYTES;
use storage::{Batch, CommitError, LogName, Place};
use tlog::Hash;
use tlog::limits::MAX_ENTRY_BYTES;
use tlog::tree::Tree;

/// The state that follows from all that was acknowledged.
#[derive(Debug, Clone, Default)]
pub(crate) struct Model {
    /// In the order in which they were opened.
    pub(crate) logs: Vec<Log>,
    pub(crate) counters: BTreeMap<String, i64>,
    pub(crate) receipts: BTreeMap<[u8; 32], Vec<u8>>,
}

#[derive(Debug, Clone)]
pub(crate) struct Log {
    pub(crate) name: LogName,
    pub(crate) origin: String,
    pub(crate) entries: Vec<Entry>,
    pub(crate) tree: Tree,
}

#[derive(Debug, Clone)]
pub(crate) struct Entry {
    pub(crate) octets: Vec<u8>,
    pub(crate) body: Body,
}

/// What must become of a body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Body {
    None,
    Kept(Vec<u8>),
    /// Its erasure is there and was not acknowledged yet: it may still be read.
    Erasing(Vec<u8>),
    Erased,
}

/// Sizes of logs before a call: what it may erase.
pub(crate) type Sizes = BTreeMap<LogName, u64>;

impl Model {
    pub(crate) fn log(&self, name: &LogName) -> Option<&Log> {
        self.logs.iter().find(|log| log.name == *name)
    }

    pub(crate) fn size(&self, name: &LogName) -> Option<u64> {
        self.log(name).map(|log| log.tree.size())
    }

    pub(crate) fn sizes(&self) -> Sizes {
        self.logs.iter().map(|log| (log.name.clone(), log.tree.size())).collect()
    }

    /// The counter's stand.
    pub(crate) fn counter(&self, name: &str) -> i64 {
        self.counters.get(name).copied().unwrap_or(0)
    }

    /// Every place with a body that can be erased.
    pub(crate) fn kept(&self) -> Vec<Place> {
        let places = self.logs.iter().flat_map(|log| {
            let entries = log.entries.iter().zip(0_u64..);
            let kept = entries.filter(|(entry, _)| matches!(entry.body, Body::Kept(_)));
            kept.map(|(_, index)| Place::new(log.name.clone(), index))
        });
        places.collect()
    }

    /// Takes a batch in and says where its entries lie, or refuses it as the store must and changes nothing.
    pub(crate) fn admit(&mut self, batch: &Batch, before: &Sizes) -> Result<Vec<Place>, CommitError> {
        check_bounds(batch)?;
        self.check_opens(batch)?;
        self.check_expected(batch)?;
        let unreached = |place: &&Place| before.get(&place.log).is_none_or(|size| place.index >= *size);
        if let Some(place) = batch.erasures.iter().find(unreached) {
            return Err(CommitError::NothingToErase { place: place.clone() });
        }
        let counters = self.moved(batch)?;
        let is_known = |name: &LogName| self.log(name).is_some() || batch.opens.iter().any(|(log, _)| log == name);
        if let Some(entry) = batch.entries.iter().find(|entry| !is_known(&entry.log)) {
            return Err(CommitError::NoSuchLog { log: entry.log.clone() });
        }
        self.counters.extend(counters);
        self.receipts.extend(batch.receipts.iter().map(|receipt| (receipt.digest, receipt.body.clone())));
        self.take_opens(batch);
        batch.erasures.iter().for_each(|place| self.erase(place));
        Ok(batch.entries.iter().filter_map(|entry| self.append(entry)).collect())
    }

    /// What erasures were still under way is done.
    pub(crate) fn finish_erasures(&mut self) {
        for entry in self.logs.iter_mut().flat_map(|log| &mut log.entries) {
            if matches!(entry.body, Body::Erasing(_)) {
                entry.body = Body::Erased;
            }
        }
    }

    fn check_opens(&self, batch: &Batch) -> Result<(), CommitError> {
        for (log, origin) in &batch.opens {
            let is_taken = match self.log(log) {
                Some(known) => known.origin != *origin,
                None => self.logs.iter().any(|known| known.origin == *origin),
            };
            if is_taken {
                return Err(CommitError::OriginTaken { log: log.clone(), origin: origin.clone() });
            }
        }
        Ok(())
    }

    fn check_expected(&self, batch: &Batch) -> Result<(), CommitError> {
        for (log, expected) in &batch.expects {
            let found = self.size(log).ok_or_else(|| CommitError::NoSuchLog { log: log.clone() })?;
            if found != *expected {
                return Err(CommitError::Moved { log: log.clone(), expected: *expected, found });
            }
        }
        Ok(())
    }

    fn moved(&self, batch: &Batch) -> Result<BTreeMap<String, i64>, CommitError> {
        let mut moved = BTreeMap::new();
        for movement in &batch.movements {
            let counter = movement.counter.clone();
            let stands = moved.get(&counter).copied().unwrap_or_else(|| self.counter(&counter));
            let after = stands.saturating_add(movement.by);
            if after > movement.at_most {
                return Err(CommitError::OverLimit { counter, stands, at_most: movement.at_most });
            }
            moved.insert(counter, after);
        }
        Ok(moved)
    }

    fn take_opens(&mut self, batch: &Batch) {
        for (name, origin) in &batch.opens {
            if self.log(name).is_none() {
                let (name, origin) = (name.clone(), origin.clone());
                self.logs.push(Log { name, origin, entries: Vec::new(), tree: Tree::new() });
            }
        }
    }

    fn append(&mut self, entry: &storage::NewEntry) -> Option<Place> {
        let log = self.logs.iter_mut().find(|log| log.name == entry.log)?;
        let index = log.tree.append(Hash::leaf(&entry.entry));
        let body = entry.body.clone().map_or(Body::None, Body::Kept);
        log.entries.push(Entry { octets: entry.entry.clone(), body });
        Some(Place::new(entry.log.clone(), index))
    }

    fn erase(&mut self, place: &Place) {
        let log = self.logs.iter_mut().find(|log| log.name == place.log);
        let index = usize::try_from(place.index).unwrap_or(usize::MAX);
        let Some(entry) = log.and_then(|log| log.entries.get_mut(index)) else { return };
        if let Body::Kept(body) = &mut entry.body {
            entry.body = Body::Erasing(std::mem::take(body));
        }
    }
}

fn check_bounds(batch: &Batch) -> Result<(), CommitError> {
    let too_much = |what, got, limit| Err(CommitError::TooMuch { what, got, limit });
    if let Some(long) = batch.entries.iter().find(|entry| entry.entry.len() > MAX_ENTRY_BYTES) {
        return too_much("octets in an entry", long.entry.len(), MAX_ENTRY_BYTES);
    }
    let long = batch.movements.iter().find(|movement| movement.counter.len() > MAX_NAME_BYTES);
    long.map_or(Ok(()), |it| too_much("octets in a counter's name", it.counter.len(), MAX_NAME_BYTES))
}
