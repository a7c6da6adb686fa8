//! What bears on the records of an object, as of an entry of the log.
//!
//! The rules are those by which releases are decided (`policy::labels`), taken for a record as a whole: our labels label; those of
//! others restrict; a label on an earlier version or on what the object was made of holds on; a marking of the object restricts;
//! what nobody here knows leaves it unlabelled. One thing is stricter: labels that were erased with their record may have asked for
//! anything, so what they held for is read by those alone who read everything. An erasure opens nothing.

use std::collections::{BTreeMap, BTreeSet};

use policy::labels::erased_object;
use record::Record;
use record::json::Json;
use record::label::{Marks, Pap, Place, Tlp, marks_of_markings};
use rusqlite::params;

use super::{Event, Ids, Own, label_of};
use crate::marking::Marking;

/// Objects of which one was made, directly or not, that are looked through: a person made each of the
/// links. What is made of more is read by those alone who read everything.
const MAX_SOURCES: usize = 1_000;

/// The markings that an object carries itself.
#[derive(Debug, Clone, Copy)]
pub(super) struct Markings {
    pub(super) tlp: Tlp,
    /// Whether there are some that nobody here knows.
    pub(super) is_strange: bool,
}

impl Markings {
    /// The level's place on the scale.
    pub(super) fn level(self) -> Option<i64> {
        Tlp::ALL.iter().position(|level| *level == self.tlp).and_then(|place| i64::try_from(place).ok())
    }
}

/// The highest level that the object's markings ask of any of its parts.
pub(super) fn of_object(record: &Record) -> Markings {
    let list = |name: &str| record.object().get(name).and_then(Json::as_array).unwrap_or_default();
    let of_parts = list("granular_markings").iter().filter_map(|one| one.as_object()?.text("marking_ref"));
    let ids = list("object_marking_refs").iter().filter_map(Json::as_str).chain(of_parts);
    let (known, is_strange) = match marks_of_markings(ids) {
        Ok(known) => (known, false),
        Err(error) => (error.known, true),
    };
    Markings { tlp: known.map_or(Tlp::Clear, |marks| marks.tlp()), is_strange }
}

/// The marking of one of our records.
pub(super) struct Marked {
    pub(super) event: Event,
    pub(super) marking: Marking,
}

/// A record of the log.
struct Held {
    event: Event,
    digest: [u8; 32],
    previous: Option<[u8; 32]>,
    level: Option<i64>,
    is_strange: bool,
    is_ours: bool,
}

/// A label as it stands, lowered or not.
struct Standing {
    idx: i64,
    /// By us, on the whole record.
    is_whole: bool,
    marks: Marks,
}

/// An erasure: where the log says it, and the index of what is gone.
#[derive(Clone, Copy)]
struct Gone {
    idx: i64,
    gone: i64,
}

/// What bears on a record.
#[derive(Clone)]
struct Bearing {
    marking: Marking,
    is_unknown: bool,
    /// The version before is not here.
    lacks_previous: bool,
    /// There is more than was looked through.
    is_cut: bool,
}

impl Bearing {
    const NOTHING: Self =
        Self { marking: Marking::UNLABELLED, is_unknown: false, lacks_previous: false, is_cut: false };

    fn add(&mut self, one: &Held, labels: &[Standing]) {
        self.is_unknown |= one.is_strange;
        let level = one.level.and_then(|level| Tlp::ALL.get(usize::try_from(level).ok()?));
        self.marking.join(&Marks::new(level.copied().unwrap_or(Tlp::Clear), Pap::Clear));
        for label in labels {
            self.marking.join(&label.marks);
            self.marking.is_labelled |= label.is_whole;
        }
    }

    fn join(&mut self, other: &Self) {
        let marking = &mut self.marking;
        marking.tlp = marking.tlp.max(other.marking.tlp);
        marking.pap = marking.pap.max(other.marking.pap);
        marking.care.extend(&other.marking.care);
        marking.has_strange_tags |= other.marking.has_strange_tags;
        marking.is_labelled |= other.marking.is_labelled;
        self.is_unknown |= other.is_unknown;
        self.lacks_previous |= other.lacks_previous;
        self.is_cut |= other.is_cut;
    }

    /// What it comes to, if labels that were erased may have held too.
    fn marking(self, is_lost: bool) -> Marking {
        if is_lost || self.is_cut {
            return Marking::closed();
        }
        let is_known = !self.is_unknown && !self.lacks_previous;
        Marking { is_labelled: self.marking.is_labelled && is_known, ..self.marking }
    }
}

/// The records of one object, and what was said of each.
struct Object {
    held: Vec<Held>,
    labels: BTreeMap<[u8; 32], Vec<Standing>>,
    gone: Vec<Gone>,
}

impl Object {
    fn labels(&self, one: &Held) -> &[Standing] {
        self.labels.get(&one.digest).map(Vec::as_slice).unwrap_or_default()
    }

    fn lacks_previous(&self, one: &Held) -> bool {
        one.previous.is_some_and(|previous| !self.held.iter().any(|other| other.digest == previous))
    }

    /// All that bears on any record of it.
    fn all(&self) -> Bearing {
        let mut all = Bearing { is_unknown: self.held.is_empty(), ..Bearing::NOTHING };
        for one in &self.held {
            all.add(one, self.labels(one));
            all.lacks_previous |= self.lacks_previous(one);
        }
        all
    }
}

impl Own<'_> {
    /// The markings of our records of an object as of an entry.
    pub(super) fn markings(&self, id: &str, until: i64) -> Result<Vec<Marked>, rusqlite::Error> {
        let object = self.object(id, until)?;
        let (sources, gone_there) = self.sources(id, until)?;
        let (mut so_far, mut copies, mut found) = (Bearing::NOTHING, BTreeSet::new(), Vec::new());
        for one in &object.held {
            so_far.add(one, object.labels(one));
            so_far.lacks_previous |= object.lacks_previous(one);
            let mut bearing = so_far.clone();
            bearing.join(&sources);
            let before: Vec<_> =
                object.gone.iter().filter(|gone| gone.gone < one.event.idx).chain(&gone_there).collect();
            // Whoever labelled it as a whole since knew what was gone.
            let labelled = object.labels(one).iter().filter(|label| label.is_whole).map(|label| label.idx).max();
            let is_lost = before.iter().any(|gone| labelled.is_none_or(|labelled| labelled < gone.idx))
                || (bearing.lacks_previous && before.is_empty());
            let is_copy = !copies.insert(one.digest);
            if one.is_ours {
                found.push(Marked { event: one.event, marking: Marking { is_copy, ..bearing.marking(is_lost) } });
            }
        }
        Ok(found)
    }

    /// What an object was made of, directly or not: what bears on any of it holds for all of what was made.
    fn sources(&self, id: &str, until: i64) -> Result<(Bearing, Vec<Gone>), rusqlite::Error> {
        let (mut all, mut gone, mut seen) = (Bearing::NOTHING, Vec::new(), Ids::new());
        let mut next: Vec<String> = self.targets(id, until)?;
        while let Some(id) = next.pop() {
            if seen.len() >= MAX_SOURCES {
                all.is_cut = true;
                break;
            }
            if !seen.insert(id.clone()) {
                continue;
            }
            let object = self.object(&id, until)?;
            all.join(&object.all());
            gone.extend(object.gone);
            next.extend(self.targets(&id, until)?);
        }
        Ok((all, gone))
    }

    fn targets(&self, id: &str, until: i64) -> Result<Vec<String>, rusqlite::Error> {
        let sql = "SELECT target FROM collections_derived WHERE source = ?1 AND idx <= ?2 ORDER BY target";
        self.connection.prepare_cached(sql)?.query_map(params![id, until], |row| row.get(0))?.collect()
    }

    fn object(&self, id: &str, until: i64) -> Result<Object, rusqlite::Error> {
        Ok(Object { held: self.held(id, until)?, labels: self.labels(id, until)?, gone: self.erasures(id, until)? })
    }

    fn held(&self, id: &str, until: i64) -> Result<Vec<Held>, rusqlite::Error> {
        let sql = "SELECT idx, at, digest, previous, level, is_strange, is_ours FROM collections_held
            WHERE id = ?1 AND idx <= ?2 ORDER BY idx";
        let mut statement = self.connection.prepare_cached(sql)?;
        let rows = statement.query_map(params![id, until], |row| {
            Ok(Held {
                event: Event { idx: row.get(0)?, at: row.get(1)? },
                digest: row.get(2)?,
                previous: row.get(3)?,
                level: row.get(4)?,
                is_strange: row.get(5)?,
                is_ours: row.get(6)?,
            })
        })?;
        rows.collect()
    }

    /// The labels on the records of an object as they stand, by record.
    fn labels(&self, id: &str, until: i64) -> Result<BTreeMap<[u8; 32], Vec<Standing>>, rusqlite::Error> {
        let sql =
            "SELECT DISTINCT said.idx, said.about, said.is_ours, said.label, (SELECT becomes FROM collections_lowered
                WHERE collections_lowered.label = said.digest AND collections_lowered.idx <= ?2
                ORDER BY collections_lowered.idx DESC LIMIT 1)
            FROM collections_held AS held CROSS JOIN collections_label AS said ON said.about = held.digest
            WHERE held.id = ?1 AND held.idx <= ?2 AND said.idx <= ?2";
        let mut statement = self.connection.prepare_cached(sql)?;
        let mut rows = statement.query(params![id, until])?;
        let mut labels: BTreeMap<_, Vec<_>> = BTreeMap::new();
        while let Some(row) = rows.next()? {
            let (said, becomes): (String, Option<String>) = (row.get(3)?, row.get(4)?);
            let Ok(label) = label_of(becomes.as_deref().unwrap_or(&said)) else { continue };
            let is_whole = row.get(2)? && *label.at() == Place::Whole;
            let standing = Standing { idx: row.get(0)?, is_whole, marks: label.marks().clone() };
            labels.entry(row.get(1)?).or_default().push(standing);
        }
        Ok(labels)
    }

    fn erasures(&self, id: &str, until: i64) -> Result<Vec<Gone>, rusqlite::Error> {
        let sql = "SELECT idx, gone FROM collections_gone WHERE object = ?1 AND idx <= ?2 ORDER BY idx";
        let mut statement = self.connection.prepare_cached(sql)?;
        let rows = statement
            .query_map(params![erased_object(id), until], |row| Ok(Gone { idx: row.get(0)?, gone: row.get(1)? }))?;
        rows.collect()
    }
}
