//! From what is asked for to SQL that stays fast however large a collection is.
//!
//! Rows that a reader may not see must cost nothing, nor rows of other types: so a page is merged from one ordered walk for each
//! marking that the reader reads, and for each type that is asked for. A walk ends when the page is full.

use record::time::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, ToSql, params, params_from_iter};

use super::{Entry, Filter};
use crate::collection::Collection;
use crate::marking::{Marking, Reader};

/// Walks in one statement: the database takes 500 at most, and merges two by two.
const MAX_WALKS: usize = 64;

/// The column of markings where there are none.
const UNMARKED: i64 = 0;

/// The markings in a collection that a reader reads. The next one is looked up behind the last, so that many rows of one marking
/// cost no more than one.
pub(super) fn readable(
    connection: &Connection,
    (collection, log): (&Collection, i64),
    reader: &Reader,
) -> Result<Vec<i64>, rusqlite::Error> {
    if !collection.is_marked() {
        return Ok(vec![UNMARKED]);
    }
    let sql = "SELECT marking FROM collections_shown INDEXED BY collections_shown_by_marking
        WHERE log = ?1 AND marking > ?2 ORDER BY marking LIMIT 1";
    let mut statement = connection.prepare_cached(sql)?;
    let (mut readable, mut behind) = (Vec::new(), UNMARKED);
    while let Some(next) = statement.query_row([log, behind], |row| row.get(0)).optional()? {
        if Marking::of_column(next).is_some_and(|marking| reader.reads(&marking)) {
            readable.push(next);
        }
        behind = next;
    }
    Ok(readable)
}

/// When the last row of a marking was added.
pub(super) fn last_of(connection: &Connection, log: i64, marking: i64) -> Result<Option<i64>, rusqlite::Error> {
    let sql = "SELECT max(added) FROM collections_shown INDEXED BY collections_shown_by_marking
        WHERE log = ?1 AND marking = ?2";
    connection.prepare_cached(sql)?.query_row(params![log, marking], |row| row.get(0))
}

/// What is asked of the database.
pub(super) struct Question<'q> {
    log: i64,
    markings: &'q [i64],
    filter: &'q Filter,
    after: i64,
    limit: usize,
}

impl<'q> Question<'q> {
    pub(super) fn new(
        log: i64,
        markings: &'q [i64],
        filter: &'q Filter,
        after: Option<Timestamp>,
        limit: usize,
    ) -> Self {
        Self { log, markings, filter, after: after.map_or(i64::MIN, Timestamp::micros), limit }
    }

    /// The first rows in the order of addition.
    pub(super) fn ask(&self, connection: &Connection) -> Result<Vec<Entry>, rusqlite::Error> {
        let walks = self.walks();
        let mut found = Vec::new();
        for some in walks.chunks(MAX_WALKS) {
            found.extend(self.statement(some).run(connection)?);
        }
        if walks.len() > MAX_WALKS {
            found.sort_unstable_by_key(|entry: &Entry| entry.added);
            found.truncate(self.limit);
        }
        Ok(found)
    }

    fn walks(&self) -> Vec<Walk<'q>> {
        if self.markings.is_empty() {
            return Vec::new();
        }
        if !self.filter.ids.is_empty() {
            return vec![Walk::Ids];
        }
        let types = &self.filter.types;
        let of_marking = |marking: &i64| {
            let marking = *marking;
            let of_types = types.iter().map(move |name| Walk::Type(marking, name));
            of_types.chain(types.is_empty().then_some(Walk::Marking(marking)))
        };
        self.markings.iter().flat_map(of_marking).collect()
    }

    fn statement(&self, walks: &[Walk<'_>]) -> Statement {
        let mut statement = Statement { text: String::new(), values: Vec::new() };
        for (at, walk) in walks.iter().enumerate() {
            statement.text.push_str(if at == 0 { "" } else { " UNION ALL " });
            self.walk(walk, &mut statement);
        }
        statement.text.push_str(" ORDER BY added LIMIT ");
        statement.value(i64::try_from(self.limit).unwrap_or(i64::MAX));
        statement
    }

    fn walk(&self, walk: &Walk<'_>, to: &mut Statement) {
        let index = match walk {
            Walk::Ids => "collections_shown_by_id",
            Walk::Marking(_) => "collections_shown_by_marking",
            Walk::Type(..) => "collections_shown_by_type",
        };
        to.text.push_str("SELECT added, id, version, written, spec, marking FROM collections_shown AS it INDEXED BY ");
        to.text.push_str(index);
        to.text.push_str(" WHERE true");
        to.and("log = ", self.log);
        match walk {
            Walk::Ids => {
                to.one_of("id", &self.filter.ids);
                to.one_of("marking", self.markings);
                to.one_of("type", &self.filter.types);
            }
            Walk::Marking(marking) => to.and("marking = ", *marking),
            Walk::Type(marking, name) => {
                to.and("marking = ", *marking);
                to.and("type = ", (*name).to_owned());
            }
        }
        to.and("added > ", self.after);
        to.one_of("spec", &self.filter.spec_versions);
        self.versions(to);
    }

    /// Which versions. Of two rows of one version, which only own records can have, the later stands for both.
    fn versions(&self, to: &mut Statement) {
        let versions = &self.filter.versions;
        let mut any = Vec::new();
        if versions.last {
            any.push(self.no_other("(other.version, other.added) > (it.version, it.added)"));
        }
        if versions.first {
            any.push(self.no_other("other.version < it.version"));
        }
        if versions.all {
            any.push("true".to_owned());
        }
        let is_last_alone = versions.last && any.len() == 1 && versions.exact.is_empty();
        to.text.push_str(" AND (false");
        any.iter().for_each(|one| to.text.extend([" OR ", one]));
        if !versions.exact.is_empty() {
            to.text.push_str(" OR (true");
            to.one_of("version", &versions.exact.iter().map(|time| time.micros()).collect::<Vec<_>>());
            to.text.push(')');
        }
        to.text.push(')');
        if !is_last_alone {
            to.text.push_str(" AND ");
            to.text.push_str(&self.no_other("other.version = it.version AND other.added > it.added"));
        }
    }

    /// That the reader sees no other row of the object of which this holds. Numbers of our own stand in the text: each would
    /// be a value as often as there are walks.
    fn no_other(&self, holds: &str) -> String {
        let markings = self.markings.iter().map(i64::to_string).collect::<Vec<_>>().join(", ");
        format!(
            "NOT EXISTS (SELECT 1 FROM collections_shown AS other INDEXED BY collections_shown_by_id
                WHERE other.log = {} AND other.id = it.id AND {holds} AND other.marking IN ({markings}))",
            self.log
        )
    }
}

/// One ordered way through a collection.
enum Walk<'q> {
    Marking(i64),
    Type(i64, &'q str),
    /// The versions of the objects that are named: few, and put in order when they are found.
    Ids,
}

/// A question that grows condition by condition. What comes from outside is a value of it, and never text.
struct Statement {
    text: String,
    values: Vec<Box<dyn ToSql>>,
}

impl Statement {
    fn run(&self, connection: &Connection) -> Result<Vec<Entry>, rusqlite::Error> {
        let mut statement = connection.prepare_cached(&self.text)?;
        let found = statement.query_map(params_from_iter(self.values.iter()), |row| {
            Ok(Entry {
                added: Timestamp::from_micros(row.get(0)?),
                id: row.get(1)?,
                version: Timestamp::from_micros(row.get(2)?),
                version_text: row.get(3)?,
                spec_version: row.get(4)?,
                marking: Marking::of_column(row.get(5)?),
            })
        })?;
        found.collect()
    }

    fn value(&mut self, value: impl ToSql + 'static) {
        self.values.push(Box::new(value));
        self.text.push_str(&format!("?{}", self.values.len()));
    }

    fn and(&mut self, condition: &str, value: impl ToSql + 'static) {
        self.text.push_str(" AND ");
        self.text.push_str(condition);
        self.value(value);
    }

    fn one_of<T: ToSql + Clone + 'static>(&mut self, column: &str, values: &[T]) {
        if values.is_empty() {
            return;
        }
        self.text.push_str(&format!(" AND {column} IN ("));
        for (at, value) in values.iter().enumerate() {
            self.text.push_str(if at == 0 { "" } else { ", " });
            self.value(value.clone());
        }
        self.text.push(')');
    }
}
