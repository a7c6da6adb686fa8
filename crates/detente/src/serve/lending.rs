//! A node that is open, and lent to commands that want its directory.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use node::exchange::Shown;

use super::open::{Open, Opener};
use crate::wanted::{LOOK_EVERY_MS, Wanted};

/// How long a request waits while the directory is lent, in milliseconds: most commands take less.
const WAIT_MS: u64 = 10_000;

/// How long the node works at least after it got its directory back before it lends it again, in milliseconds: otherwise a script
/// that runs commands without a pause would keep it from its peers.
const TURN_MS: u64 = 150;

/// How long it does so at most, in milliseconds; between the two, for as long as it was without. A command at the machine waits for
/// [`crate::wanted::WAIT_MS`] and is then told that another has the directory.
const MAX_TURN_MS: u64 = 10_000;

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
            let began = Instant::now();
            self.is_wanted.store(true, Ordering::Relaxed);
            self.was_wanted.store(true, Ordering::Relaxed);
            let open = lock(&self.open).take();
            let before = drop_alone(open);
            while wanted.is_held() && !self.has_ended() {
                std::thread::sleep(Duration::from_millis(LOOK_EVERY_MS));
            }
            self.take_back(opener, before.as_ref());
            self.is_wanted.store(false, Ordering::Relaxed);
            self.work_for(turn_after(began.elapsed()));
        }
    }

    /// Keeps the directory for so long, or until the end.
    fn work_for(&self, turn: Duration) {
        let end = Instant::now() + turn;
        while Instant::now() < end && !self.has_ended() {
            std::thread::sleep(Duration::from_millis(LOOK_EVERY_MS));
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

/// For how long a node that was without its directory has it then: as long, so that peers get half of the time.
fn turn_after(without: Duration) -> Duration {
    without.clamp(Duration::from_millis(TURN_MS), Duration::from_millis(MAX_TURN_MS))
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
pub(super) mod tests {
    use std::sync::atomic::AtomicUsize;
    use std::thread;

    use super::*;
    use crate::operations::tests::office::Office;
    use crate::{keystore, wanted};

    /// Ends the lending also if a test fails: nobody waits for a thread that was never told.
    pub(in crate::serve) struct Ends<'a>(pub(in crate::serve) &'a Lending);

    impl Drop for Ends<'_> {
        fn drop(&mut self) {
            self.0.end();
        }
    }

    /// A node that is open, and lends.
    pub(in crate::serve) fn with_lending(office: &Office, story: impl FnOnce(&Lending)) {
        let home = office.home();
        let arguments = crate::arguments::PassphraseArguments { passphrase: false, passphrase_file: None };
        let keys = keystore::open(&home, &home.history().unwrap(), &arguments).unwrap().keys;
        let _served = wanted::serve(home.dir()).unwrap();
        let (opener, open) = Opener::with_keys(home.clone(), keys).unwrap();
        let lending = Lending::new(open);
        thread::scope(|scope| {
            let _lender = scope.spawn(|| lending.lend(&opener, &Wanted::of(home.dir())));
            let _ends = Ends(&lending);
            story(&lending);
        });
    }

    /// A node that is open lends its directory to the commands that it runs for others in its own process, and gets it back.
    #[test]
    fn a_node_lends_its_directory_to_itself() {
        let office = Office::staffed();
        with_lending(&office, |lending| {
            let (id, _) = office.incident("While the node is open");
            let found = thread::scope(|scope| {
                let lists = ["lin", "rel"].map(|who| {
                    let office = &office;
                    scope.spawn(move || office.told(who, "incident list", "{}").to_text())
                });
                lists.map(|list| list.join().unwrap().contains(&id))
            });
            assert_eq!((found, lending.get().is_ok()), ([true, true], true));
        });
    }

    /// Three accounts ask for commands without a pause, each in two threads: the node is there for its peers half of the time. The
    /// last turn is not waited for.
    #[test]
    fn commands_without_a_pause_leave_peers_half_of_the_time() {
        const COMMANDS: usize = 12;
        let office = Office::staffed();
        with_lending(&office, |lending| {
            let done = AtomicUsize::new(0);
            let are_done = || done.load(Ordering::SeqCst) >= COMMANDS;
            let (mut is_there, mut looks) = (0_u32, 0_u32);
            thread::scope(|scope| {
                for who in ["lin", "rel", "rea", "lin", "rel", "rea"] {
                    scope.spawn(|| {
                        while !are_done() {
                            match office.ask(who, "incident list", "{}") {
                                Ok(_) => drop(done.fetch_add(1, Ordering::SeqCst)),
                                // One of its own waits already, or the machine is so slow that its turn did not come.
                                Err(problem) => assert!([429, 503].contains(&problem.status()), "{problem:?}"),
                            }
                        }
                    });
                }
                while !are_done() {
                    is_there += u32::from(lock(&lending.open).is_some());
                    looks += 1;
                    thread::sleep(Duration::from_millis(2));
                }
            });
            let share = f64::from(is_there) / f64::from(looks);
            println!("peers have {share:.2} of the time");
            assert!(share > 0.4, "{share}");
        });
    }
}
