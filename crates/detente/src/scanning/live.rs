//! The bank of a process that goes on: always one that is whole, for as many as scan.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

use matching::bank::{Late, Prepared, Recent, SignalName};
use matching::signal::State;
use record::time::Timestamp;

use super::{Item, Scanned, Scanner};
use crate::clock;

/// Late finds that are kept, of all accounts: whoever scanned asks for them within the hour, or loses the oldest.
const MAX_LATE: usize = 10_000;

/// Signs between an account and the name that it gave a content: neither has such a sign.
const BETWEEN: char = '\n';

/// A new signal that was found in what an account had scanned before it came.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct LateFind {
    /// Counted from 1 since the process began, among those of its account: how much is found for others is nothing that it may learn.
    pub(crate) number: u64,
    pub(crate) late: Late,
}

/// Finds after the fact, the oldest first.
#[derive(Debug, Default)]
struct LateFinds {
    /// The last number of each account.
    last: BTreeMap<String, u64>,
    /// With whose each is.
    kept: VecDeque<(String, LateFind)>,
}

/// The bank, and what was scanned lately. All of it is gone with the process.
#[derive(Debug, Default)]
pub(crate) struct LiveBank {
    current: RwLock<Option<Arc<Scanner>>>,
    recent: Mutex<Recent>,
    late: Mutex<LateFinds>,
    /// Why the bank cannot follow what is logged, since when it cannot.
    trouble: Mutex<Option<String>>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl LiveBank {
    /// The bank as it is; none until all signals that were here at the start were read.
    pub(crate) fn current(&self) -> Option<Arc<Scanner>> {
        self.current.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// From now on this is what scans see. Says how many new signals were found in what was scanned before.
    pub(crate) fn publish(&self, scanner: Scanner) -> usize {
        let scanner = Arc::new(scanner);
        // Held until the finds stand: whoever remembers before is looked through here, and whoever does so after sees the new bank.
        let recent = lock(&self.recent);
        let before = self.current.write().unwrap_or_else(PoisonError::into_inner).replace(Arc::clone(&scanner));
        let found = before.map_or_else(Vec::new, |before| late_in(&recent, &before, &scanner));
        let count = found.len();
        self.keep_late(found);
        drop(recent);
        count
    }

    fn keep_late(&self, found: Vec<Late>) {
        let mut late = lock(&self.late);
        found.into_iter().for_each(|one| late.add(one));
    }

    /// Notes why the bank does not follow, or that it does: answers say so. True if that is a new reason.
    pub(crate) fn set_trouble(&self, trouble: Option<&str>) -> bool {
        let words = trouble.map(|why| format!("what was logged lately is not looked for: {why}"));
        let before = std::mem::replace(&mut *lock(&self.trouble), words.clone());
        words.is_some() && words != before
    }

    pub(crate) fn trouble(&self) -> Option<String> {
        lock(&self.trouble).clone()
    }

    /// Scans. Where the account asks for it, digests of what was scanned are remembered under the account's name for it, so that a signal
    /// that comes later is looked for in it too. Answers with the bank that it was scanned with; none while the signals of the start are
    /// being read, since an answer could miss one that is here.
    pub(crate) fn scan(
        &self,
        account: &str,
        items: Vec<Item>,
        is_remembered: bool,
    ) -> Option<(Arc<Scanner>, Vec<Scanned>)> {
        let scanner = self.current()?;
        let (now, mut prepared) = (clock::now(), Vec::new());
        let scanned = items.into_iter().map(|item| {
            let Item { name, kind, content, problem } = item;
            let scan = content.map(|content| {
                let looked = scanner.bank.prepare(content);
                let scan = scanner.bank.look(&looked, now);
                prepared.extend(name.clone().filter(|_| is_remembered).map(|name| (name, looked)));
                scan
            });
            Scanned { name, kind, scan, problem }
        });
        let scanned: Vec<Scanned> = scanned.collect();
        for scan in scanned.iter().filter_map(|one| one.scan.as_ref().ok()) {
            let _waiting = scanner.bank.count(scan, now);
        }
        if is_remembered {
            self.remember(account, &prepared, (&scanner, now));
        }
        Some((scanner, scanned))
    }

    /// Remembers what was scanned, and looks through it once more if another bank has come meanwhile.
    fn remember(&self, account: &str, prepared: &[(String, Prepared)], (scanner, at): (&Arc<Scanner>, Timestamp)) {
        let mut own = Recent::default();
        let mut recent = lock(&self.recent);
        for (name, looked) in prepared {
            let content = format!("{account}{BETWEEN}{name}");
            recent.remember(&content, looked, at);
            own.remember(&content, looked, at);
        }
        let found = match self.current() {
            Some(now) if !Arc::ptr_eq(&now, scanner) => late_in(&own, scanner, &now),
            _ => Vec::new(),
        };
        self.keep_late(found);
        drop(recent);
    }

    /// What was found later in what this account had scanned, under its own names: those after a number, at most so many.
    pub(crate) fn late(&self, account: &str, after: u64, most: usize) -> Vec<LateFind> {
        let current = self.current();
        // What its author took back since is not told any more.
        let stands = |find: &LateFind| {
            let SignalName { author, id, .. } = &find.late.signal;
            let state = current.as_ref().and_then(|scanner| scanner.bank.state(author, id));
            state != Some(State::Retracted)
        };
        let late = lock(&self.late);
        let own = late.kept.iter().filter(|(owner, find)| owner == account && find.number > after && stands(find));
        own.map(|(_, find)| find.clone()).take(most).collect()
    }
}

/// What the new signals of a bank are found in, of what was scanned with another.
///
/// A bank that was made anew counts from the beginning: there, what is new is what the other did not know.
fn late_in(recent: &Recent, before: &Scanner, now: &Scanner) -> Vec<Late> {
    if recent.is_empty() {
        return Vec::new();
    }
    if now.made == before.made {
        return now.bank.look_back(recent, before.bank.next_number()).0;
    }
    let is_new = |late: &Late| {
        let modified = |scanner: &Scanner| scanner.find(&late.signal).map(|known| known.signal.modified);
        modified(before) != modified(now)
    };
    now.bank.look_back(recent, 0).0.into_iter().filter(is_new).collect()
}

impl LateFinds {
    fn add(&mut self, mut late: Late) {
        let Some((owner, name)) = late.content.split_once(BETWEEN) else { return };
        let (owner, name) = (owner.to_owned(), name.to_owned());
        let last = self.last.entry(owner.clone()).or_default();
        *last = last.saturating_add(1);
        late.content = name;
        self.kept.push_back((owner, LateFind { number: *last, late }));
        if self.kept.len() > MAX_LATE {
            self.kept.pop_front();
        }
    }
}
