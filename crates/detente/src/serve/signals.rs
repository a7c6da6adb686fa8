//! The running node keeps a bank of misuse signals, so that what is scanned is scanned with all that has come.

use std::time::{Duration, SystemTime};

use storage::{Head, Store as _};

use super::lending::Lending;
use super::open::Open;
use super::rounds::Tell;
use crate::node as store_of;
use crate::outcome::Done;
use crate::scanning::{LiveBank, SETTINGS, Scanner};

/// How often the logs are looked at, in milliseconds: a signal that has come is found within a second.
const LOOK_EVERY_MS: u64 = 200;

/// How long a bank that is behind waits before it reads on, in milliseconds: others want the directory too.
const BREATH_MS: u64 = 20;

/// Follows the logs until the end.
pub(super) fn follow(lending: &Lending, bank: &LiveBank, tell: &Tell) {
    let (mut keeper, mut trouble) = (Keeper::default(), String::new());
    let mut wait_ms = 0;
    while !lending.has_ended() {
        std::thread::sleep(Duration::from_millis(wait_ms));
        wait_ms = LOOK_EVERY_MS;
        let Ok(open) = lending.get() else { continue };
        match keeper.look(&open, lending, bank, tell) {
            Ok(is_current) => {
                bank.set_trouble(None);
                trouble.clear();
                wait_ms = if is_current { LOOK_EVERY_MS } else { BREATH_MS };
            }
            Err(failure) if failure.message != trouble => {
                bank.set_trouble(Some(&failure.message));
                tell(format!("signals: {}", failure.message));
                trouble = failure.message;
            }
            Err(_) => {}
        }
    }
}

/// The bank that is built, beside the one that is scanned with.
#[derive(Default)]
struct Keeper {
    scanner: Option<Scanner>,
    /// Every log as it was when all was read.
    seen: Vec<Head>,
    /// When what the operator names or decides was last changed: records of an author whose keys were not known are read then, and
    /// those of one who is let in.
    named: Vec<Option<SystemTime>>,
    /// Authors whose feeds were told to wait.
    waiting: Vec<String>,
}

impl Keeper {
    /// Takes a turn if anything came. True if all was read.
    fn look(&mut self, open: &Open, lending: &Lending, bank: &LiveBank, tell: &Tell) -> Done<bool> {
        let heads = open.store.heads().map_err(store_of::fail)?;
        let mut named = super::stamp(&open.home);
        named.push(super::changed(&open.home.dir().join(SETTINGS)));
        if heads == self.seen && named == self.named {
            return Ok(true);
        }
        if named != self.named {
            (self.scanner, self.named) = (None, named);
        }
        let is_new = self.scanner.is_none();
        let mut scanner = self.scanner.take().map_or_else(|| bank.scanner(open.home.dir(), open.party()), Ok)?;
        let keys = open.keys.get();
        let followed = scanner.follow(&open.store, keys.ring(), &|| lending.is_wanted());
        drop(keys);
        let is_current = scanner.has_read(&heads);
        let has_changed = followed?;
        if is_current && (has_changed || is_new || bank.current().is_none()) {
            if is_new {
                scanner.bank.learn();
            }
            self.tell_of_floods(&scanner, tell);
            let late = bank.publish(scanner.clone());
            if late > 0 {
                tell(format!("signals: {late} finds in what was scanned before; GET /api/v1/scan/late has them"));
            }
        }
        self.scanner = Some(scanner);
        if is_current {
            self.seen = heads;
        }
        Ok(is_current)
    }

    fn tell_of_floods(&mut self, scanner: &Scanner, tell: &Tell) {
        let waiting: Vec<String> = scanner.bank.quarantined_feeds().map(str::to_owned).collect();
        for author in waiting.iter().filter(|author| !self.waiting.contains(author)) {
            tell(format!(
                "signals: those of {author} came faster than the limit, or are too many, and wait for a person"
            ));
        }
        self.waiting = waiting;
    }
}
