//! Which objects an event touches, and all that happened to some once more.

use std::collections::BTreeMap;

use policy::labels::erased_object;
use rusqlite::{ToSql, params};

use super::rows::Shown;
use super::{Event, Ids, Own};

/// The records that a label is about.
const OF_LABEL: &str = "SELECT held.id FROM collections_label AS said
    JOIN collections_held AS held ON held.digest = said.about WHERE said.idx = ?1";
const OF_LOWERED: &str = "SELECT held.id FROM collections_lowered AS lowered
    JOIN collections_label AS said ON said.digest = lowered.label
    JOIN collections_held AS held ON held.digest = said.about WHERE lowered.idx = ?1";
const OF_GONE: &str = "SELECT held.id FROM collections_gone AS gone
    JOIN collections_held AS held ON held.object = gone.object WHERE gone.idx = ?1
    UNION SELECT derived.target FROM collections_gone AS gone
    JOIN collections_derived AS derived ON derived.object = gone.object WHERE gone.idx = ?1";

/// The events in the life of an object, of each kind that there is.
const HELD: &str = "SELECT idx, at FROM collections_held WHERE id = ?1";
const DERIVED: &str = "SELECT idx, at FROM collections_derived WHERE source = ?1";
const LABELLED: &str = "SELECT said.idx, said.at FROM collections_held AS held
    JOIN collections_label AS said ON said.about = held.digest WHERE held.id = ?1";
const LOWERED: &str = "SELECT lowered.idx, lowered.at FROM collections_held AS held
    JOIN collections_label AS said ON said.about = held.digest
    JOIN collections_lowered AS lowered ON lowered.label = said.digest WHERE held.id = ?1";
const GONE: &str = "SELECT idx, at FROM collections_gone WHERE object = ?1";

impl Own<'_> {
    /// The objects on which an entry bears, before it goes.
    pub(super) fn touched_by(&self, idx: i64) -> Result<Ids, rusqlite::Error> {
        let mut touched = Ids::new();
        for sql in [
            "SELECT id FROM collections_held WHERE idx = ?1",
            "SELECT source FROM collections_derived WHERE idx = ?1",
            "SELECT target FROM collections_derived WHERE idx = ?1",
            OF_LABEL,
            OF_LOWERED,
            OF_GONE,
        ] {
            touched.extend(self.ids(sql, &idx)?);
        }
        Ok(touched)
    }

    /// These objects, and all that were made of them as of an entry, directly or not.
    pub(super) fn with_dependents(&self, ids: Ids, until: i64) -> Result<Ids, rusqlite::Error> {
        let sql = "SELECT source FROM collections_derived WHERE target = ?1 AND idx <= ?2";
        self.spread(ids, sql, until)
    }

    /// These objects, and all that were made of them or of which they were made.
    pub(super) fn near(&self, ids: Ids) -> Result<Ids, rusqlite::Error> {
        let sql = "SELECT source FROM collections_derived WHERE target = ?1 AND idx <= ?2
            UNION SELECT target FROM collections_derived WHERE source = ?1 AND idx <= ?2";
        self.spread(ids, sql, i64::MAX)
    }

    fn spread(&self, ids: Ids, sql: &str, until: i64) -> Result<Ids, rusqlite::Error> {
        let mut statement = self.connection.prepare_cached(sql)?;
        let (mut all, mut next) = (ids.clone(), Vec::from_iter(ids));
        while let Some(id) = next.pop() {
            let mut rows = statement.query(params![id, until])?;
            while let Some(row) = rows.next()? {
                let found: String = row.get(0)?;
                if all.insert(found.clone()) {
                    next.push(found);
                }
            }
        }
        Ok(all)
    }

    /// Makes what is shown of objects anew from all that is still known to have happened to them, in its order.
    pub(super) fn go_through(&self, near: &Ids) -> Result<(), rusqlite::Error> {
        let mut events: BTreeMap<Event, Ids> = BTreeMap::new();
        for id in near {
            for event in self.events(id)? {
                let _new = events.entry(event).or_default().insert(id.clone());
            }
        }
        let mut after = Shown::new();
        for (event, touched) in events {
            let touched = self.with_dependents(touched, event.idx)?;
            let _free = self.step(event, &touched, &mut after)?;
        }
        self.keep(&self.shown(near)?, &after)
    }

    fn events(&self, id: &str) -> Result<Vec<Event>, rusqlite::Error> {
        let object = erased_object(id);
        let questions: [(&str, &dyn ToSql); 5] =
            [(HELD, &id), (DERIVED, &id), (LABELLED, &id), (LOWERED, &id), (GONE, &object)];
        let mut events = Vec::new();
        for (sql, of) in questions {
            let mut statement = self.connection.prepare_cached(sql)?;
            let rows = statement.query_map([of], |row| Ok(Event { idx: row.get(0)?, at: row.get(1)? }))?;
            events.extend(rows.collect::<Result<Vec<_>, _>>()?);
        }
        Ok(events)
    }
}
