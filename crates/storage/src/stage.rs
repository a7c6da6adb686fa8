//! A frame in the making: batches are admitted one after another against the ledger and what was admitted before them.

use std::collections::{BTreeMap, HashMap};

use record::time::Timestamp;
use tlog::Hash;
use tlog::checkpoint::Checkpoint;
use tlog::frontier::Frontier;

use crate::batch::{BatchId, LogName, Movement, Place};
use crate::frame::{BatchMeta, EntryMeta, ErasureMeta, HeadMeta, LogMeta, ReceiptMeta};
use crate::handed::Handed;
use crate::ledger::Ledger;
use crate::limits::{MAX_COUNTERS, MAX_LOGS};
use crate::prepare::Prepared;
use crate::store::{CommitError, Committed, StoreError};

/// Finds the slot of the key of a body that was committed before; none if the entry has no body.
pub(crate) type FindSlot<'find> = dyn Fn(&Place, u32) -> Result<Option<u64>, StoreError> + 'find;

/// The next frame, not yet written.
#[derive(Debug)]
pub(crate) struct Stage<'ledger> {
    ledger: &'ledger Ledger,
    pub(crate) opens: Vec<LogMeta>,
    pub(crate) batches: Vec<BatchMeta>,
    pub(crate) bodies: Vec<Vec<u8>>,
    /// What the views need not read, by log and index.
    pub(crate) handed: Vec<((u32, u64), Handed)>,
    numbers: BTreeMap<LogName, u32>,
    frontiers: BTreeMap<u32, Frontier>,
    counters: BTreeMap<String, i64>,
    answers: HashMap<BatchId, Committed>,
}

impl<'ledger> Stage<'ledger> {
    pub(crate) fn new(ledger: &'ledger Ledger) -> Self {
        Self {
            ledger,
            opens: Vec::new(),
            batches: Vec::new(),
            bodies: Vec::new(),
            handed: Vec::new(),
            numbers: BTreeMap::new(),
            frontiers: BTreeMap::new(),
            counters: BTreeMap::new(),
            answers: HashMap::new(),
        }
    }

    pub(crate) const fn is_empty(&self) -> bool {
        self.batches.is_empty()
    }

    /// Admits a batch whole, or refuses it and changes nothing. A batch that is known already is answered as it was.
    pub(crate) fn admit(
        &mut self,
        batch: Prepared,
        time: Timestamp,
        find_slot: &FindSlot<'_>,
    ) -> Result<Committed, CommitError> {
        if let Some(known) = self.answers.get(&batch.id).cloned().or_else(|| self.ledger.committed(&batch.id)) {
            return Ok(known);
        }
        if let Some(error) = &batch.unsealed {
            return Err(error.clone());
        }
        let opens = self.check_opens(&batch)?;
        self.check_expected(&batch)?;
        let erasures = self.check_erasures(&batch, find_slot)?;
        let counters = self.check_movements(&batch.movements)?;
        let numbers = self.check_entries(&batch, &opens)?;
        // Nothing below this line can refuse.
        self.take_opens(opens);
        self.counters.extend(counters);
        let committed = self.take_entries(batch, &numbers, erasures, time);
        self.answers.insert(committed.id, committed.clone());
        Ok(committed)
    }

    /// The heads of every log that was touched, with their trees' checkpoints to sign.
    pub(crate) fn checkpoints(&self) -> Result<Vec<(u32, Checkpoint)>, String> {
        let opened = self.opens.iter().filter_map(|log| self.numbers.get(&log.name).copied());
        let mut touched: Vec<u32> = opened.chain(self.frontiers.keys().copied()).collect();
        touched.sort_unstable();
        touched.dedup();
        let checkpoint = |number: u32| {
            let frontier = self.frontier(number);
            let origin = self.origin(number).ok_or("a log without a name")?;
            let checkpoint = Checkpoint::new(origin, frontier.size(), frontier.root());
            Ok((number, checkpoint.map_err(|error| error.to_string())?))
        };
        touched.into_iter().map(checkpoint).collect()
    }

    fn number(&self, log: &LogName) -> Option<u32> {
        self.numbers.get(log).copied().or_else(|| self.ledger.number(log))
    }

    fn origin(&self, number: u32) -> Option<&str> {
        if let Some(log) = self.ledger.log(number) {
            return Some(&log.origin);
        }
        let at = usize::try_from(number).ok()?.checked_sub(self.ledger.logs.len())?;
        self.opens.get(at).map(|log| log.origin.as_str())
    }

    fn frontier(&self, number: u32) -> Frontier {
        let staged = self.frontiers.get(&number).cloned();
        staged.or_else(|| Some(self.ledger.log(number)?.frontier.clone())).unwrap_or_default()
    }

    /// The logs that a batch opens and that are not open yet.
    fn check_opens(&self, batch: &Prepared) -> Result<Vec<LogMeta>, CommitError> {
        let mut fresh: Vec<LogMeta> = Vec::new();
        for (name, origin) in &batch.opens {
            let taken = || CommitError::OriginTaken { log: name.clone(), origin: origin.clone() };
            if let Some(number) = self.number(name) {
                if self.origin(number) != Some(origin) {
                    return Err(taken());
                }
                continue;
            }
            let mut known = self.ledger.logs.iter().map(|log| &log.origin);
            let mut staged = self.opens.iter().chain(&fresh);
            let is_taken =
                known.any(|one| one == origin) || staged.any(|one| one.origin == *origin || one.name == *name);
            if is_taken
                || Checkpoint::new(origin, 0, Hash::EMPTY).is_err()
                || origin.parse::<tlog::note::KeyName>().is_err()
            {
                return Err(taken());
            }
            fresh.push(LogMeta { name: name.clone(), origin: origin.clone() });
        }
        let got = self.ledger.logs.len().saturating_add(self.opens.len()).saturating_add(fresh.len());
        if got > MAX_LOGS {
            return Err(CommitError::TooMuch { what: "logs", got, limit: MAX_LOGS });
        }
        Ok(fresh)
    }

    fn check_expected(&self, batch: &Prepared) -> Result<(), CommitError> {
        for (log, expected) in &batch.expects {
            let number = self.number(log).ok_or_else(|| CommitError::NoSuchLog { log: log.clone() })?;
            let found = self.frontier(number).size();
            if found != *expected {
                return Err(CommitError::Moved { log: log.clone(), expected: *expected, found });
            }
        }
        Ok(())
    }

    fn check_erasures(&self, batch: &Prepared, find_slot: &FindSlot<'_>) -> Result<Vec<ErasureMeta>, CommitError> {
        let erase = |place: &Place| {
            let nothing = || CommitError::NothingToErase { place: place.clone() };
            let log = self.number(&place.log).ok_or_else(nothing)?;
            let index = place.index;
            if self.ledger.log(log).is_some_and(|log| index < log.frontier.size()) {
                let slot = find_slot(place, log).map_err(|error| crate::prepare::not_written(&error))?;
                return Ok(ErasureMeta { log, index, slot });
            }
            // An earlier batch of the same frame may hold it.
            let mut staged = self.batches.iter().flat_map(|batch| &batch.entries);
            let entry = staged.find(|entry| entry.log == log && entry.index == index).ok_or_else(nothing)?;
            Ok(ErasureMeta { log, index, slot: entry.body.as_ref().map(|body| body.slot) })
        };
        batch.erasures.iter().map(erase).collect()
    }

    fn check_movements(&self, movements: &[Movement]) -> Result<BTreeMap<String, i64>, CommitError> {
        let mut moved: BTreeMap<String, i64> = BTreeMap::new();
        for movement in movements {
            let staged = moved.get(&movement.counter).or_else(|| self.counters.get(&movement.counter)).copied();
            let stands = staged.unwrap_or_else(|| self.ledger.counter(&movement.counter));
            let after = stands.checked_add(movement.by).filter(|after| *after <= movement.at_most);
            let (counter, at_most) = (movement.counter.clone(), movement.at_most);
            let after = after.ok_or_else(|| CommitError::OverLimit { counter: counter.clone(), stands, at_most })?;
            moved.insert(counter, after);
        }
        let most = self.ledger.counters.len().saturating_add(self.counters.len()).saturating_add(moved.len());
        if most <= MAX_COUNTERS {
            return Ok(moved);
        }
        let staged = self.counters.keys().chain(moved.keys().filter(|name| !self.counters.contains_key(*name)));
        let fresh = staged.filter(|name| !self.ledger.counters.contains_key(*name)).count();
        let got = self.ledger.counters.len().saturating_add(fresh);
        if fresh > 0 && got > MAX_COUNTERS {
            return Err(CommitError::TooMuch { what: "counters", got, limit: MAX_COUNTERS });
        }
        Ok(moved)
    }

    /// The number of each entry's log.
    fn check_entries(&self, batch: &Prepared, opens: &[LogMeta]) -> Result<Vec<u32>, CommitError> {
        let first_new = self.ledger.logs.len().saturating_add(self.opens.len());
        let find = |log: &LogName| {
            let fresh = || opens.iter().position(|one| one.name == *log).map(|at| first_new.saturating_add(at));
            self.number(log).or_else(|| u32::try_from(fresh()?).ok())
        };
        let numbers = batch
            .entries
            .iter()
            .map(|entry| find(&entry.log).ok_or_else(|| CommitError::NoSuchLog { log: entry.log.clone() }));
        numbers.collect()
    }

    fn take_opens(&mut self, opens: Vec<LogMeta>) {
        for log in opens {
            let number = self.ledger.logs.len().saturating_add(self.opens.len());
            self.numbers.insert(log.name.clone(), u32::try_from(number).unwrap_or(u32::MAX));
            self.opens.push(log);
        }
    }

    fn take_entries(
        &mut self,
        batch: Prepared,
        numbers: &[u32],
        erasures: Vec<ErasureMeta>,
        time: Timestamp,
    ) -> Committed {
        let mut places = Vec::with_capacity(batch.entries.len());
        let mut entries = Vec::with_capacity(batch.entries.len());
        for (entry, log) in batch.entries.into_iter().zip(numbers.iter().copied()) {
            let mut frontier = self.frontiers.remove(&log).unwrap_or_else(|| self.frontier(log));
            // A tree of 2^64 - 1 leaves is never reached.
            let index = frontier.append(Hash::leaf(&entry.entry)).unwrap_or(u64::MAX);
            self.frontiers.insert(log, frontier);
            places.push(Place::new(entry.log, index));
            self.handed.extend(entry.handed.map(|handed| ((log, index), handed)));
            let body = entry.body.map(|sealed| self.take_body(sealed));
            entries.push(EntryMeta { log, index, entry: entry.entry, body });
        }
        let receipts = batch.receipts.into_iter();
        let receipts = receipts.map(|(digest, sealed)| ReceiptMeta { digest, body: self.take_body(sealed) }).collect();
        let movements = batch.movements.into_iter().map(|movement| (movement.counter, movement.by)).collect();
        self.batches.push(BatchMeta { id: batch.id, entries, receipts, movements, erasures });
        Committed::new(batch.id, self.ledger.next_frame, time, places)
    }

    fn take_body(&mut self, sealed: crate::body_keys::Sealed) -> crate::frame::SealedMeta {
        self.bodies.push(sealed.octets);
        sealed.meta
    }

    /// The heads with their signatures.
    pub(crate) fn heads(
        &self,
        mut sign: impl FnMut(&Checkpoint) -> Result<String, String>,
    ) -> Result<Vec<HeadMeta>, String> {
        let checkpoints = self.checkpoints()?;
        checkpoints.iter().map(|(log, checkpoint)| Ok(HeadMeta { log: *log, note: sign(checkpoint)? })).collect()
    }
}
