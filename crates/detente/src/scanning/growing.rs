//! The bank that is built, beside the one that is scanned with.

use std::path::Path;
use std::sync::Arc;

use record::digest::PartyId;
use storage::{LocalStore, Store as _};

use super::{LiveBank, Scanner, Settings, Turn};
use crate::clock;
use crate::keyring::Keyring;
use crate::node as store_of;
use crate::outcome::Done;

/// A bank that follows the logs of a node, in as many turns as it takes.
#[derive(Debug, Default)]
pub(crate) struct Growing {
    scanner: Option<Scanner>,
    /// Whether it has read what those who scan do not see yet: a turn may end before all was read.
    is_unpublished: bool,
    /// Which scanner has taken the words of its texts.
    learnt: Option<u64>,
}

impl Growing {
    /// Reads everything again at the next turn: whose keys are known has changed, say.
    pub(crate) fn begin_anew(&mut self) {
        self.scanner = None;
    }

    /// What a person decided may have changed. Only if he lets other parties in, or some in no more, is everything read again: with a
    /// million signals that takes minutes, in which what is harmless would still be flagged.
    ///
    /// # Errors
    /// If the file cannot be read. Then nothing changes.
    pub(crate) fn decide_anew(&mut self, dir: &Path) -> Done {
        let settings = Settings::read(dir)?;
        match &mut self.scanner {
            Some(scanner) if scanner.settings.parties() == settings.parties() => {
                settings.apply_to_scans(&mut scanner.bank);
                scanner.settings = Arc::new(settings);
                self.is_unpublished = true;
            }
            Some(_) | None => self.begin_anew(),
        }
        Ok(())
    }

    pub(crate) const fn has_begun(&self) -> bool {
        self.scanner.is_some()
    }

    /// Whether the bank changes although nothing was logged: a person decided, or a rule has ended, and another waits for its room.
    pub(crate) fn is_due(&self) -> bool {
        let has_rules_to_deal = |scanner: &Scanner| scanner.bank.has_rules_to_deal(clock::now());
        self.is_unpublished || self.scanner.as_ref().is_some_and(has_rules_to_deal)
    }

    /// Reads on until the end, or until the turn is over, and shows it to whoever scans once all was read. Says then what it shows and
    /// how many new signals were found in what was scanned before; none if there is more to read.
    pub(crate) fn read(
        &mut self,
        bank: &LiveBank,
        (dir, own): (&Path, PartyId),
        (store, ring): (&LocalStore, &Keyring),
        turn: &Turn<'_>,
    ) -> Done<Option<(&Scanner, usize)>> {
        let heads = store.heads().map_err(store_of::fail)?;
        if self.scanner.is_none() {
            self.scanner = Some(begun(bank, dir, own)?);
            self.is_unpublished = true;
        }
        let Some(scanner) = &mut self.scanner else { return Ok(None) };
        // Where it fails it may have read a part before.
        self.is_unpublished |= scanner.follow(store, ring, turn).inspect_err(|_| self.is_unpublished = true)?;
        if !scanner.has_read(&heads) {
            return Ok(None);
        }
        let mut late = 0;
        if self.is_unpublished {
            if self.learnt != Some(scanner.made) {
                scanner.bank.learn();
                self.learnt = Some(scanner.made);
            }
            late = bank.publish(scanner.clone());
            self.is_unpublished = false;
        }
        Ok(Some((scanner, late)))
    }
}

/// A scanner of a node that has read nothing, and goes on counting what was found.
fn begun(bank: &LiveBank, dir: &Path, own: PartyId) -> Done<Scanner> {
    let mut scanner = Scanner::new(own, Arc::new(Settings::read(dir)?))?;
    if let Some(before) = bank.current() {
        scanner.bank = scanner.bank.counting_on(&before.bank);
    }
    Ok(scanner)
}
