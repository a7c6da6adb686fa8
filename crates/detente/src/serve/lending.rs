//! A node that is open, and lent to commands that want its directory.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use node::exchange::Shown;

use super::open::{Open, Opener};
use crate::wanted::{LOOK_EVERY_MS, Wanted};

/// How long a request waits while the directory is lent, in milliseconds: most commands take less.
const WAIT_MS: u64 = 10_000;

/// How long the node works after it got its directory back before it lends it again, in milliseconds: otherwise a script that
/// runs commands without a pause would keep it from its peers.
const TURN_MS: u64 = 150;

/// How often opening again is tried after it failed, in milliseconds.
const TRY_EVERY_MS: u64 = 500;

pub(super) struct Lending {
    open: Mutex<Option<Arc<Open>>>,
    is_back: Condvar,
    /// Set while somebody waits for the directory: whoever works on it comes to an end.
    is_wanted: Arc<AtomicBool>,
    was_wanted: AtomicBool,
    has_ended: AtomicBool,
    trouble: Mutex<Option<String>>,
}

impl Lending {
    pub(super) fn new(open: Open) -> Self {
        Self {
            open: Mutex::new(Some(Arc::new(open))),
            is_back: Condvar::new(),
            is_wanted: Arc::new(AtomicBool::new(false)),
            was_wanted: AtomicBool::new(false),
            has_ended: AtomicBool::new(false),
            trouble: Mutex::new(None),
        }
    }

    /// The open node. Whoever has it lets go of it soon, or when [`Lending::is_wanted`] says so.
    pub(super) fn get(&self) -> Result<Arc<Open>, String> {
        let guard = lock(&self.open);
        let wait = Duration::from_millis(WAIT_MS);
        let (guard, _late) =
            self.is_back.wait_timeout_while(guard, wait, |open| open.is_none()).unwrap_or_else(PoisonError::into_inner);
        let why = || lock(&self.trouble).clone().unwrap_or_else(|| "another command has this directory".to_owned());
        guard.clone().ok_or_else(why)
    }

    pub(super) fn is_wanted(&self) -> bool {
        self.is_wanted.load(Ordering::Relaxed) || self.has_ended()
    }

    /// Set while somebody waits for the directory: for whoever waits for a peer while he holds the node.
    pub(super) fn wanted(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.is_wanted)
    }

    /// Whether somebody has wanted the directory since this was asked last.
    pub(super) fn was_wanted(&self) -> bool {
        self.was_wanted.swap(false, Ordering::Relaxed) || self.is_wanted()
    }

    pub(super) fn has_ended(&self) -> bool {
        self.has_ended.load(Ordering::Relaxed)
    }

    pub(super) fn end(&self) {
        self.has_ended.store(true, Ordering::Relaxed);
    }

    /// Lends the directory to whoever wants it, until the end.
    pub(super) fn lend(&self, opener: &Opener, wanted: &Wanted) {
        while !self.has_ended() {
            std::thread::sleep(Duration::from_millis(LOOK_EVERY_MS));
            if !wanted.is_held() {
                continue;
            }
            self.is_wanted.store(true, Ordering::Relaxed);
            self.was_wanted.store(true, Ordering::Relaxed);
            let open = lock(&self.open).take();
            let before = drop_alone(open);
            while wanted.is_held() && !self.has_ended() {
                std::thread::sleep(Duration::from_millis(LOOK_EVERY_MS));
            }
            self.take_back(opener, before.as_ref());
            self.is_wanted.store(false, Ordering::Relaxed);
            std::thread::sleep(Duration::from_millis(TURN_MS));
        }
    }

    fn take_back(&self, opener: &Opener, before: Option<&Shown>) {
        while !self.has_ended() {
            match opener.again() {
                Ok(open) => {
                    if let Some(before) = before {
                        open.sender.show(before);
                    }
                    *lock(&self.trouble) = None;
                    *lock(&self.open) = Some(Arc::new(open));
                    self.is_back.notify_all();
                    return;
                }
                Err(failure) => {
                    *lock(&self.trouble) = Some(failure.message);
                    std::thread::sleep(Duration::from_millis(TRY_EVERY_MS));
                }
            }
        }
    }
}

/// Closes the node once nobody works on it any more, and keeps what it has shown.
fn drop_alone(open: Option<Arc<Open>>) -> Option<Shown> {
    let mut open = open?;
    loop {
        match Arc::try_unwrap(open) {
            Ok(alone) => return Some(alone.sender.shown()),
            Err(shared) => open = shared,
        }
        std::thread::sleep(Duration::from_millis(1));
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::thread;

    use super::*;
    use crate::operations::tests::office::Office;
    use crate::{keystore, wanted};

    /// A node that is open lends its directory to the commands that it runs for others in its own process, and gets it back.
    #[test]
    fn a_node_lends_its_directory_to_itself() {
        let office = Office::staffed();
        let home = office.home();
        let arguments = crate::arguments::PassphraseArguments { passphrase: false, passphrase_file: None };
        let keys = keystore::open(&home, &home.history().unwrap(), &arguments).unwrap().keys;
        let _served = wanted::serve(home.dir()).unwrap();
        let (opener, open) = Opener::with_keys(home.clone(), keys).unwrap();
        let lending = Lending::new(open);
        thread::scope(|scope| {
            let _lender = scope.spawn(|| lending.lend(&opener, &Wanted::of(home.dir())));
            let (id, _) = office.incident("While the node is open");
            let lists = ["lin", "rel"].map(|who| {
                let office = &office;
                scope.spawn(move || office.told(who, "incident list", "{}").to_text())
            });
            let found = lists.map(|list| list.join().unwrap().contains(&id));
            let is_back = lending.get().is_ok();
            lending.end();
            assert_eq!((found, is_back), ([true, true], true));
        });
    }
}
