//! For whom objects of feeds are made: the members of one feed, or one partner over all that it reads.

use std::collections::BTreeMap;

use rusqlite::Connection;

use super::object::Row;
use crate::audience::{self, Noted};

/// An audience, and what it could read when.
pub(super) struct Sight {
    /// The number under which its rows lie.
    pub(super) number: i64,
    history: Vec<Noted>,
    /// How far behind an entry of a feed its time for this audience is: no two audiences have the same.
    ranks: BTreeMap<i64, i64>,
}

/// A moment at which something may become another for an audience.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Moment {
    /// When it happened in the logs.
    pub(super) at: i64,
    /// What is shown of it has this time.
    pub(super) shown: i64,
}

impl Sight {
    /// The members of a feed, who read it from its beginning.
    pub(super) fn of_feed(log: i64) -> Self {
        let always = Noted { at: i64::MIN, logs: [log].into(), bases: BTreeMap::new() };
        Self { number: log, history: vec![always], ranks: [(log, 0)].into() }
    }

    /// A partner, by the number of its rows.
    pub(super) fn of_partner(connection: &Connection, partner: i64) -> Result<Self, rusqlite::Error> {
        let history = audience::history(connection, partner)?;
        let mut ranks = BTreeMap::new();
        for log in history.iter().flat_map(|noted| &noted.logs) {
            if !ranks.contains_key(log) {
                let rank = audience::readers_of(connection, *log)?.iter().position(|one| *one == partner);
                let rank = rank.and_then(|rank| i64::try_from(rank).ok()).unwrap_or(0);
                ranks.insert(*log, rank.saturating_add(1));
            }
        }
        Ok(Self { number: partner, history, ranks })
    }

    /// The feeds that it ever read.
    pub(super) fn logs(&self) -> impl Iterator<Item = i64> {
        self.ranks.keys().copied()
    }

    /// What holds at a time.
    fn noted_at(&self, at: i64) -> Option<&Noted> {
        self.history.iter().rev().find(|noted| noted.at <= at)
    }

    /// Whether it reads a feed at a time.
    pub(super) fn reads(&self, log: i64, at: i64) -> bool {
        self.noted_at(at).is_some_and(|noted| noted.logs.contains(&log))
    }

    /// The moments at which an object may become another, in order.
    pub(super) fn moments(&self, rows: &[Row]) -> Vec<Moment> {
        let of_row = |row: &Row| row.times().filter_map(|at| self.of_entry(row.log, at)).collect::<Vec<_>>();
        let mut moments: Vec<Moment> = rows.iter().flat_map(of_row).collect();
        moments.extend(self.history.iter().filter_map(|noted| of_note(noted, rows)));
        moments.sort_unstable();
        moments.dedup();
        moments
    }

    fn of_entry(&self, log: i64, at: i64) -> Option<Moment> {
        let rank = self.ranks.get(&log).filter(|_| self.reads(log, at))?;
        Some(Moment { at, shown: at.saturating_add(*rank) })
    }

    /// The last time at which something of an object was taken from this audience: what it was before is read no more, in no version.
    pub(super) fn since(&self, rows: &[Row]) -> i64 {
        let of_row = |row: &Row| row.closed().filter(|at| self.reads(row.log, *at)).max();
        let entries = rows.iter().filter_map(of_row);
        let notes = self.history.iter().filter(|noted| {
            noted
                .bases
                .keys()
                .any(|log| !noted.logs.contains(log) && rows.iter().any(|row| row.is_before(*log, noted.at)))
        });
        entries.chain(notes.map(|noted| noted.at)).max().unwrap_or(i64::MIN)
    }
}

/// The moment of a note for an object in a feed that comes or goes. Its time follows from where it first stands in one.
fn of_note(noted: &Noted, rows: &[Row]) -> Option<Moment> {
    let behind = rows.iter().filter_map(|row| {
        let base = noted.bases.get(&row.log).filter(|_| row.added < noted.at)?;
        Some(base.saturating_add(row.index))
    });
    behind.min().map(|behind| Moment { at: noted.at, shown: noted.at.saturating_add(behind) })
}
