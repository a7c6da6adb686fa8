//! What all frames so far amount to: the state from which the next one is made.

use std::collections::{BTreeMap, HashMap, VecDeque};

use record::time::Timestamp;
use tlog::Hash;
use tlog::checkpoint::SignedCheckpoint;
use tlog::frontier::Frontier;

use crate::batch::{BatchId, LogName, Place};
use crate::frame::{BatchMeta, Change, FrameDigest, Header, LogMeta, LogSnapshot, Meta, NO_FRAME, Snapshot};
use crate::layout::StoreId;
use crate::limits::REMEMBERED_BATCHES;
use crate::segment::SEGMENT_HEADER_BYTES;
use crate::store::{Committed, Head};

/// One log as it stands.
#[derive(Debug, Clone)]
pub(crate) struct Log {
    pub(crate) name: LogName,
    pub(crate) origin: String,
    pub(crate) frontier: Frontier,
    /// Its last checkpoint; empty before the first.
    pub(crate) note: String,
}

impl Log {
    pub(crate) const fn new(name: LogName, origin: String) -> Self {
        Self { name, origin, frontier: Frontier::new(), note: String::new() }
    }

    pub(crate) fn head(&self) -> Head {
        Head::new(self.name.clone(), self.origin.clone(), self.frontier.size(), self.frontier.root())
    }
}

/// The state after a frame.
#[derive(Debug, Clone)]
pub(crate) struct Ledger {
    pub(crate) next_frame: u64,
    pub(crate) previous: FrameDigest,
    pub(crate) time: Timestamp,
    /// In the order in which they were opened.
    pub(crate) logs: Vec<Log>,
    pub(crate) numbers: BTreeMap<LogName, u32>,
    pub(crate) counters: BTreeMap<String, i64>,
    /// The slot after the highest one that a frame uses.
    pub(crate) next_slot: u64,
    pub(crate) recent: Recent,
}

impl Ledger {
    /// Before the first frame.
    pub(crate) fn new() -> Self {
        Self {
            next_frame: 0,
            previous: NO_FRAME,
            time: Timestamp::from_micros(0),
            logs: Vec::new(),
            numbers: BTreeMap::new(),
            counters: BTreeMap::new(),
            next_slot: 0,
            recent: Recent::default(),
        }
    }

    pub(crate) fn log(&self, number: u32) -> Option<&Log> {
        self.logs.get(usize::try_from(number).ok()?)
    }

    pub(crate) fn number(&self, name: &LogName) -> Option<u32> {
        self.numbers.get(name).copied()
    }

    pub(crate) fn named(&self, name: &LogName) -> Option<&Log> {
        self.log(self.number(name)?)
    }

    /// The answer to a batch that was committed already.
    pub(crate) fn committed(&self, id: &BatchId) -> Option<Committed> {
        let found = self.recent.get(id)?;
        let place = |(log, index): &(u32, u64)| Some(Place::new(self.log(*log)?.name.clone(), *index));
        let places = found.places.iter().map(place).collect::<Option<_>>()?;
        Some(Committed::new(*id, found.frame, found.time, places))
    }

    /// The counter's stand.
    pub(crate) fn counter(&self, name: &str) -> i64 {
        self.counters.get(name).copied().unwrap_or(0)
    }

    /// What a segment begins with.
    pub(crate) fn snapshot(&self, next_slot: u64) -> Snapshot {
        let logs = self.logs.iter().map(|log| LogSnapshot {
            log: LogMeta { name: log.name.clone(), origin: log.origin.clone() },
            size: log.frontier.size(),
            nodes: log.frontier.nodes().to_vec(),
            note: log.note.clone(),
        });
        let counters = self.counters.iter().map(|(name, value)| (name.clone(), *value));
        Snapshot { logs: logs.collect(), counters: counters.collect(), next_slot }
    }

    /// Octets with which a segment begins after the last frame: its header and its snapshot.
    pub(crate) fn segment_start_bytes(&self, store: StoreId) -> u64 {
        let meta = Meta { time: self.time, change: Change::Snapshot(self.snapshot(self.next_slot)) };
        let header = Header::of(store, self.next_frame, self.previous, &meta.write(), 0);
        SEGMENT_HEADER_BYTES.saturating_add(u64::try_from(header.frame_bytes()).unwrap_or(u64::MAX))
    }

    /// Takes in the next frame. Answers what does not fit, with the state then of no use.
    pub(crate) fn apply(&mut self, header: &Header, meta: &Meta) -> Result<(), String> {
        if header.number != self.next_frame || header.previous != self.previous {
            return Err("its frame does not continue the one before".to_owned());
        }
        match &meta.change {
            Change::Snapshot(snapshot) => self.take_snapshot(header.number, snapshot)?,
            Change::Commit { opens, batches, heads } => {
                opens.iter().try_for_each(|log| self.open(log))?;
                batches.iter().try_for_each(|batch| self.apply_batch(header.number, meta.time, batch))?;
                heads.iter().try_for_each(|head| self.take_head(head.log, &head.note))?;
            }
        }
        self.next_frame = self.next_frame.saturating_add(1);
        self.previous = header.digest;
        self.time = self.time.max(meta.time);
        Ok(())
    }

    /// Begins from a snapshot in the middle of the store, whose frames before it are not read.
    pub(crate) fn begin(header: &Header, meta: &Meta) -> Result<Self, String> {
        let mut ledger = Self { next_frame: header.number, previous: header.previous, ..Self::new() };
        let Change::Snapshot(snapshot) = &meta.change else {
            return Err("its first frame is no snapshot".to_owned());
        };
        ledger.adopt(snapshot)?;
        ledger.apply(header, meta)?;
        Ok(ledger)
    }

    /// A snapshot must say what the frames before it amounted to.
    fn take_snapshot(&mut self, number: u64, snapshot: &Snapshot) -> Result<(), String> {
        if number > 0 && self.snapshot(snapshot.next_slot) != *snapshot {
            return Err("its snapshot does not follow from the frames before it".to_owned());
        }
        self.next_slot = self.next_slot.max(snapshot.next_slot);
        Ok(())
    }

    fn adopt(&mut self, snapshot: &Snapshot) -> Result<(), String> {
        for log in &snapshot.logs {
            self.open(&log.log)?;
            let frontier = Frontier::from_nodes(log.size, log.nodes.clone()).map_err(|error| error.to_string())?;
            if let Some(last) = self.logs.last_mut() {
                last.frontier = frontier;
                last.note.clone_from(&log.note);
            }
        }
        self.counters = snapshot.counters.iter().cloned().collect();
        Ok(())
    }

    fn open(&mut self, log: &LogMeta) -> Result<(), String> {
        let number = u32::try_from(self.logs.len()).map_err(|_| "it opens too many logs".to_owned())?;
        if self.numbers.insert(log.name.clone(), number).is_some() {
            return Err(format!("it opens log {} twice", log.name));
        }
        self.logs.push(Log::new(log.name.clone(), log.origin.clone()));
        Ok(())
    }

    fn apply_batch(&mut self, frame: u64, time: Timestamp, batch: &BatchMeta) -> Result<(), String> {
        let mut places = Vec::with_capacity(batch.entries.len());
        for entry in &batch.entries {
            let log = usize::try_from(entry.log).ok().and_then(|log| self.logs.get_mut(log));
            let log = log.ok_or("an entry of its frame is of no log")?;
            let index = log.frontier.append(Hash::leaf(&entry.entry)).map_err(|error| error.to_string())?;
            if index != entry.index {
                return Err(format!("its frame has entry {} of log {} where {index} is due", entry.index, log.name));
            }
            places.push((entry.log, index));
        }
        for (counter, by) in &batch.movements {
            let value = self.counters.entry(counter.clone()).or_insert(0);
            *value = value.saturating_add(*by);
        }
        let slots = batch.bodies().map(|body| body.slot.saturating_add(1));
        self.next_slot = slots.fold(self.next_slot, u64::max);
        self.recent.remember(batch.id, Remembered { frame, time, places: places.into_boxed_slice() });
        Ok(())
    }

    /// The signed checkpoint must be the one of the tree that the entries make.
    fn take_head(&mut self, number: u32, note: &str) -> Result<(), String> {
        let log = usize::try_from(number).ok().and_then(|log| self.logs.get_mut(log));
        let log = log.ok_or("a checkpoint of its frame is of no log")?;
        let signed = SignedCheckpoint::parse(note.as_bytes()).map_err(|error| error.to_string())?;
        let claims = signed.claims();
        let fits = claims.origin() == log.origin
            && claims.size() == log.frontier.size()
            && *claims.root() == log.frontier.root();
        if !fits {
            return Err(format!("the checkpoint of log {} in its frame is not that of its entries", log.name));
        }
        note.clone_into(&mut log.note);
        Ok(())
    }
}

/// The batches that were committed last, so that one that is sent again is answered and not repeated.
#[derive(Debug, Clone, Default)]
pub(crate) struct Recent {
    by_id: HashMap<BatchId, Remembered>,
    order: VecDeque<BatchId>,
}

/// What is kept of a batch to answer it again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Remembered {
    pub(crate) frame: u64,
    pub(crate) time: Timestamp,
    /// Log and index of each entry.
    pub(crate) places: Box<[(u32, u64)]>,
}

impl Recent {
    pub(crate) fn get(&self, id: &BatchId) -> Option<&Remembered> {
        self.by_id.get(id)
    }

    fn remember(&mut self, id: BatchId, committed: Remembered) {
        self.order.push_back(id);
        drop(self.by_id.insert(id, committed));
        while self.order.len() > REMEMBERED_BATCHES {
            if let Some(oldest) = self.order.pop_front() {
                drop(self.by_id.remove(&oldest));
            }
        }
    }
}
