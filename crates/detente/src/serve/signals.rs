//! The running node keeps a bank of misuse signals, so that what is scanned is scanned with all that has come.

use std::time::{Duration, SystemTime};

use storage::{Head, Store as _};

use super::lending::Lending;
use super::open::Open;
use super::rounds::Tell;
use crate::node as store_of;
use crate::outcome::Done;
use crate::scanning::{BATCH_ENTRIES, Growing, LiveBank, SETTINGS, Turn};

/// How often the logs are looked at, in milliseconds: a signal that has come is found within a second.
const LOOK_EVERY_MS: u64 = 200;

/// How long a bank that is behind waits before it reads on, in milliseconds: others want the directory too.
const BREATH_MS: u64 = 20;

/// Follows the logs until the end.
pub(super) fn follow(lending: &Lending, bank: &LiveBank, tell: &Tell) {
    let (mut keeper, mut wait_ms) = (Keeper::default(), 0);
    while !lending.has_ended() {
        std::thread::sleep(Duration::from_millis(wait_ms));
        wait_ms = LOOK_EVERY_MS;
        let Ok(open) = lending.get() else { continue };
        match keeper.look(&open, lending, bank, tell) {
            Ok(is_current) => {
                bank.set_trouble(None);
                wait_ms = if is_current { LOOK_EVERY_MS } else { BREATH_MS };
            }
            Err(failure) if bank.set_trouble(Some(&failure.message)) => tell(format!("signals: {}", failure.message)),
            Err(_told) => {}
        }
    }
}

/// The bank that is built, and what it was built of.
#[derive(Default)]
struct Keeper {
    growing: Growing,
    /// Every log as it was when all was read.
    seen: Vec<Head>,
    /// When what the operator names was last changed: records of an author whose keys were not known are read then.
    named: Vec<Option<SystemTime>>,
    /// When he last decided something about signals.
    decided: Option<SystemTime>,
    /// Authors whose feeds were told to wait.
    waiting: Vec<String>,
}

impl Keeper {
    /// Takes a turn if anything came. True if all was read.
    fn look(&mut self, open: &Open, lending: &Lending, bank: &LiveBank, tell: &Tell) -> Done<bool> {
        let heads = open.store.heads().map_err(store_of::fail)?;
        let (named, decided) = (super::stamp(&open.home), super::changed(&open.home.dir().join(SETTINGS)));
        if decided != self.decided {
            self.growing.decide_anew(open.home.dir())?;
            self.decided = decided;
        }
        if named != self.named {
            self.growing.begin_anew();
            // A command that wants the directory may break the reading off: it is not done because nothing was logged meanwhile.
            self.seen.clear();
            self.named = named;
        }
        // What could not begin is begun again, so that its trouble is told until it is over.
        if self.growing.has_begun() && heads == self.seen && !self.growing.is_due() {
            return Ok(true);
        }
        let (keys, place) = (open.keys.get(), (open.home.dir(), open.party()));
        let turn = Turn { entries: BATCH_ENTRIES, until: &|| lending.is_wanted() };
        let read = self.growing.read(bank, place, (&open.store, keys.ring()), &turn)?;
        let Some((scanner, late)) = read else { return Ok(false) };
        let waiting: Vec<String> = scanner.bank.quarantined_feeds().map(str::to_owned).collect();
        self.tell_of_floods(waiting, tell);
        if late > 0 {
            tell(format!("signals: {late} finds in what was scanned before; GET /api/v1/scan/late has them"));
        }
        self.seen = heads;
        Ok(true)
    }

    fn tell_of_floods(&mut self, waiting: Vec<String>, tell: &Tell) {
        for author in waiting.iter().filter(|author| !self.waiting.contains(author)) {
            tell(format!(
                "signals: those of {author} came faster than the limit, or are too many, and wait for a person"
            ));
        }
        self.waiting = waiting;
    }
}
