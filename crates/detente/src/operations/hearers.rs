//! Who is told that time runs out for a duty, and whether any of them may read the incident: otherwise nobody is told.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use access::{AccountName, Caller, Right, Verdict};
use api::Kind;
use record::time::Timestamp;
use storage::LocalStore;

use super::sight::Sight;
use crate::accounts_file;
use crate::duty_book::persons::Persons;
use crate::home::Home;
use crate::outcome::{Done, Failure};

/// The accounts that hear of duties, as they stand now.
pub(crate) struct Hearers<'s> {
    home: &'s Home,
    store: &'s LocalStore,
    persons: Persons,
    callers: Vec<(AccountName, Caller)>,
    /// What was found already, by the incident and whether time has run out.
    known: RefCell<BTreeMap<(String, bool), bool>>,
}

impl<'s> Hearers<'s> {
    /// As accounts and settings of a node say. A node without accounts tells nobody anything.
    pub(crate) fn read(home: &'s Home, store: &'s LocalStore, now: Timestamp) -> Done<Self> {
        let accounts = accounts_file::read(home)?;
        let standing = accounts.iter().flat_map(|accounts| {
            let caller = |name: &AccountName| accounts.standing_for(name, now, BTreeSet::from([Right::Read]));
            accounts.iter().filter_map(move |account| Some((account.name().clone(), caller(account.name())?)))
        });
        let (callers, known) = (standing.collect(), RefCell::default());
        Ok(Self { home, store, persons: Persons::read(home)?, callers, known })
    }

    /// Whether there is anybody to be told of anything.
    pub(crate) const fn are_there(&self) -> bool {
        !self.callers.is_empty()
    }

    /// Whether somebody is told of a clock of this incident: of time that runs out, or of time that has run out.
    pub(crate) fn hear(&self, incident: &str, is_serious: bool) -> Done<bool> {
        let key = (incident.to_owned(), is_serious);
        if let Some(known) = self.known.borrow().get(&key) {
            return Ok(*known);
        }
        let heard = self.look(incident, if is_serious { Kind::DutyMissed } else { Kind::DutyDue })?;
        let _before = self.known.borrow_mut().insert(key, heard);
        Ok(heard)
    }

    fn look(&self, incident: &str, kind: Kind) -> Done<bool> {
        for (_, caller) in self.callers.iter().filter(|(name, _)| self.persons.are_told(kind, name)) {
            let sight = Sight::of(self.home, self.store, caller)?;
            if unless_unread(sight.judge_incident(Right::Read, incident))? == Verdict::Allowed {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

/// An incident of which a version cannot be read is not for anybody.
fn unless_unread(verdict: Done<Verdict>) -> Done<Verdict> {
    match verdict {
        Err(Failure { exit: crate::outcome::Exit::Refused, .. }) => Ok(Verdict::Hidden),
        other => other,
    }
}
