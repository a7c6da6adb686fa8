//! All clocks of a node, folded once and kept up to its log: whoever asks again reads what was logged since, and nothing else.
//!
//! It is held for the whole process, so that the thread that watches, the pages and the commands that are asked for over the network share
//! it. What it says follows from the log alone: where another log lies than the one that was read, it is made anew.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use duties::clock::{Clock, ClockId, Clocks};
use duties::kept::{CLOCK_TYPE, KeptClock};
use record::digest::{PartyId, RecordDigest};
use record::time::Timestamp;
use storage::views::records;
use storage::{LogName, Place, Store as _};

use super::{ClockRow, in_order};
use crate::cases::Cases;
use crate::node;
use crate::outcome::Done;

/// Entries of the log that are read at once.
const STEP: usize = 2_048;

/// The clocks of one node, as far as its log was read.
#[derive(Debug)]
pub(crate) struct ClockFold {
    own: PartyId,
    clocks: Clocks,
    last: BTreeMap<ClockId, RecordDigest>,
    /// Entries of the log that were read.
    read: u64,
    /// The last of them, by which the log is known again.
    leaf: Option<Vec<u8>>,
    /// Records of clocks among them.
    records: u64,
}

static FOLDED: Mutex<Option<ClockFold>> = Mutex::new(None);

/// Asks something of all clocks of a node, as its log stands now.
pub(crate) fn with_clocks<T>(cases: Cases<'_>, ask: impl FnOnce(&ClockFold) -> T) -> Done<T> {
    let mut held = FOLDED.lock().unwrap_or_else(PoisonError::into_inner);
    // Taken out, so that nothing half read is left behind where reading fails.
    let known = match held.take() {
        Some(fold) if fold.is_of(cases)? => Some(fold),
        Some(_) | None => None,
    };
    let mut fold = known.unwrap_or_else(|| ClockFold::new(cases.own));
    fold.learn(cases)?;
    let answer = ask(&fold);
    *held = Some(fold);
    Ok(answer)
}

impl ClockFold {
    fn new(own: PartyId) -> Self {
        Self { own, clocks: Clocks::new(), last: BTreeMap::new(), read: 0, leaf: None, records: 0 }
    }

    /// Whether what was read is the beginning of the log that lies here.
    fn is_of(&self, cases: Cases<'_>) -> Done<bool> {
        Ok(self.own == cases.own && leaf_before(cases, self.read)? == self.leaf)
    }

    /// Reads what was logged since.
    fn learn(&mut self, cases: Cases<'_>) -> Done {
        let size = size(cases)?;
        if self.read == 0 {
            let all = records::of_types(cases.store, &LogName::node(), &[CLOCK_TYPE]).map_err(node::fail)?;
            self.take(cases, all.into_iter().filter(|index| *index < size))?;
            self.read = size;
        }
        while self.read < size {
            let rows = records::list(cases.store, &LogName::node(), self.read, STEP).map_err(node::fail)?;
            let Some(last) = rows.last().map(|row| row.index) else { break };
            let clocks = rows.iter().filter(|row| row.object_type.as_deref() == Some(CLOCK_TYPE));
            self.take(cases, clocks.map(|row| row.index))?;
            self.read = last.saturating_add(1);
        }
        self.leaf = leaf_before(cases, self.read)?;
        Ok(())
    }

    /// Takes the events of these entries. One that cannot follow those before it is passed over, as every reader does.
    fn take(&mut self, cases: Cases<'_>, indices: impl Iterator<Item = u64>) -> Done {
        let places: Vec<Place> = indices.map(|index| Place::new(LogName::node(), index)).collect();
        self.records = self.records.saturating_add(places.len() as u64);
        for (digest, record) in in_order(cases, &places)? {
            let kept = KeptClock::of_shown(record.content().object());
            for event in kept.iter().flat_map(|kept| &kept.events) {
                if self.clocks.take(event).is_ok() {
                    let _before = self.last.insert(event.clock.clone(), digest);
                }
            }
        }
        Ok(())
    }

    /// All of them.
    pub(crate) const fn clocks(&self) -> &Clocks {
        &self.clocks
    }

    /// How many records say something of them: it grows whenever anything is said.
    pub(crate) const fn records(&self) -> u64 {
        self.records
    }

    /// Those that are wanted, the most urgent first.
    pub(crate) fn rows(&self, is_wanted: impl Fn(&Clock) -> bool, now: Timestamp) -> Vec<ClockRow> {
        let wanted = self.last.iter().filter_map(|(id, last)| {
            let clock = self.clocks.get(id).filter(|clock| is_wanted(clock))?;
            Some(ClockRow { clock: clock.clone(), last: *last })
        });
        let mut rows: Vec<ClockRow> = wanted.collect();
        rows.sort_by_cached_key(|row| row.clock.urgency(now));
        rows
    }
}

/// Entries of the node's own log.
pub(crate) fn size(cases: Cases<'_>) -> Done<u64> {
    let heads = cases.store.heads().map_err(node::fail)?;
    Ok(heads.iter().find(|head| head.log == LogName::node()).map_or(0, |head| head.size))
}

/// The entry before an index of the node's own log; none before the first, or if the log is shorter.
pub(crate) fn leaf_before(cases: Cases<'_>, index: u64) -> Done<Option<Vec<u8>>> {
    let Some(last) = index.checked_sub(1) else { return Ok(None) };
    if index > size(cases)? {
        return Ok(None);
    }
    Ok(cases.store.entries(&LogName::node(), last, 1).map_err(node::fail)?.pop())
}
