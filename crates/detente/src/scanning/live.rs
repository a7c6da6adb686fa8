//! The bank of a process that goes on: always one that is whole, for as many as scan.

use std::collections::VecDeque;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

use matching::bank::{Late, Recent, Scan};
use record::digest::PartyId;
use record::time::Timestamp;

use super::{Item, Scanned, Scanner, Settings};
use crate::clock;
use crate::outcome::Done;

/// Late finds that are kept: whoever scanned asks for them within the hour, or loses the oldest.
pub(crate) const MAX_LATE: usize = 10_000;

/// Signs between an account and the name that it gave a content: neither has such a sign.
const BETWEEN: char = '\n';

/// A new signal that was found in what an account had scanned before it came.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct LateFind {
    /// Counted from 1 since the process began.
    pub(crate) number: u64,
    pub(crate) late: Late,
}

/// Finds after the fact, the oldest first.
#[derive(Debug, Default)]
struct LateFinds {
    last: u64,
    kept: VecDeque<LateFind>,
}

/// The bank, and what was scanned lately. All of it is gone with the process.
#[derive(Debug, Default)]
pub(crate) struct LiveBank {
    current: RwLock<Option<Arc<Scanner>>>,
    recent: Mutex<Recent>,
    late: Mutex<LateFinds>,
}

/// The signals are still being read: an answer now could miss one that is here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct StillReading;

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl LiveBank {
    /// A scanner of a node that has read nothing, and goes on counting what was found with this bank.
    pub(crate) fn scanner(&self, dir: &Path, own: PartyId) -> Done<Scanner> {
        let mut scanner = Scanner::new(own, Arc::new(Settings::read(dir)?))?;
        if let Some(before) = self.current() {
            scanner.bank = scanner.bank.counting_on(&before.bank);
        }
        Ok(scanner)
    }

    /// The bank as it is; none until all signals that were here at the start were read.
    pub(crate) fn current(&self) -> Option<Arc<Scanner>> {
        self.current.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// From now on this is what scans see. Says how many new signals were found in what was scanned before.
    pub(crate) fn publish(&self, scanner: Scanner) -> usize {
        let scanner = Arc::new(scanner);
        let mut current = self.current.write().unwrap_or_else(PoisonError::into_inner);
        let before = current.replace(Arc::clone(&scanner));
        drop(current);
        before.map_or(0, |before| self.look_back(&before, &scanner))
    }

    // What is scanned while this runs is scanned with the new bank already.
    fn look_back(&self, before: &Scanner, now: &Scanner) -> usize {
        let since = before.bank.next_number();
        if lock(&self.recent).is_empty() || now.bank.next_number() <= since {
            return 0;
        }
        let (found, _hidden) = now.bank.look_back(&lock(&self.recent), since);
        let mut late = lock(&self.late);
        let count = found.len();
        found.into_iter().for_each(|one| late.add(one));
        count
    }

    /// Scans. Where the account asks for it, digests of what was scanned are remembered under the account's name for it, so that a signal
    /// that comes later is looked for in it too.
    ///
    /// # Errors
    /// [`StillReading`].
    pub(crate) fn scan(
        &self,
        account: &str,
        items: Vec<Item>,
        is_remembered: bool,
    ) -> Result<Vec<Scanned>, StillReading> {
        let scanner = self.current().ok_or(StillReading)?;
        let now = clock::now();
        let scanned = items.into_iter().map(|item| {
            let Item { name, kind, content } = item;
            let scan = content.map(|content| {
                let prepared = scanner.bank.prepare(content);
                let scan = scanner.bank.look(&prepared, now);
                if let Some(name) = name.as_deref().filter(|_| is_remembered) {
                    lock(&self.recent).remember(&format!("{account}{BETWEEN}{name}"), &prepared, now);
                }
                scan
            });
            Scanned { name, kind, scan }
        });
        let scanned: Vec<Scanned> = scanned.collect();
        self.count(&scanner, &scanned, now);
        Ok(scanned)
    }

    fn count(&self, scanner: &Scanner, scanned: &[Scanned], now: Timestamp) {
        let scans: Vec<&Scan> = scanned.iter().filter_map(|one| one.scan.as_ref().ok()).collect();
        for scan in scans {
            let _waiting = scanner.bank.count(scan, now);
        }
    }

    /// What was found later in what this account had scanned: those after a number, at most so many.
    pub(crate) fn late(&self, account: &str, after: u64, most: usize) -> Vec<LateFind> {
        let late = lock(&self.late);
        let own = late.kept.iter().filter(|find| find.number > after).filter_map(|find| find.of(account));
        own.take(most).collect()
    }
}

impl LateFinds {
    fn add(&mut self, late: Late) {
        self.last += 1;
        self.kept.push_back(LateFind { number: self.last, late });
        if self.kept.len() > MAX_LATE {
            self.kept.pop_front();
        }
    }
}

impl LateFind {
    /// With the account's own name for the content; none if it is another's.
    fn of(&self, account: &str) -> Option<Self> {
        let (owner, name) = self.late.content.split_once(BETWEEN)?;
        let mut own = self.clone();
        own.late.content = name.to_owned();
        (owner == account).then_some(own)
    }
}
