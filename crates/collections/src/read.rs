//! Pages of a collection.

use record::time::Timestamp;
use rusqlite::{ToSql, params_from_iter};
use storage::{LocalStore, LogName, StoreError};

/// Items of a page: what a client asks for at once, and few enough that the octets of a page stay in memory.
pub const MAX_PAGE_ITEMS: usize = 1_000;

/// Which versions of an object are wanted (TAXII 2.1, section 3.4.1).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[expect(clippy::exhaustive_enums, reason = "the protocol has these")]
pub enum Versions {
    /// The newest of each.
    #[default]
    Last,
    /// The oldest of each that is still shown.
    First,
    /// All that are still shown.
    All,
    /// Those of these times.
    At(Vec<Timestamp>),
}

/// What is asked for. An empty list asks for all.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[expect(clippy::exhaustive_structs, reason = "the protocol has these")]
pub struct Filter {
    /// Ids of objects.
    pub ids: Vec<String>,
    /// Types of objects.
    pub types: Vec<String>,
    /// Versions of the specification.
    pub spec_versions: Vec<String>,
    /// Versions of the objects.
    pub versions: Versions,
}

/// One object of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Item {
    /// When it was added: no two of a collection have the same.
    pub added: Timestamp,
    /// Its id.
    pub id: String,
    /// Its version.
    pub version: Timestamp,
    /// The version of the specification.
    pub spec_version: String,
    /// The object, as JSON.
    pub object: String,
}

/// A page, in the order of addition.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Page {
    /// The objects.
    pub items: Vec<Item>,
    /// Whether there are more behind them.
    pub has_more: bool,
}

/// Objects of a feed's collection that were added after a time, at most so many.
///
/// # Errors
/// [`StoreError::Views`].
pub fn objects(
    store: &LocalStore,
    feed: &LogName,
    filter: &Filter,
    (after, limit): (Option<Timestamp>, usize),
) -> Result<Page, StoreError> {
    let limit = limit.clamp(1, MAX_PAGE_ITEMS);
    let mut query = Query::of(feed, filter);
    query.and("added > ", after.map_or(i64::MIN, Timestamp::micros));
    query.text.push_str(" ORDER BY added LIMIT ");
    // At most one more than a page holds.
    query.value(i64::try_from(limit.saturating_add(1)).unwrap_or(i64::MAX));
    let mut items = store.ask(|connection| {
        let mut statement = connection.prepare_cached(&query.text)?;
        let found = statement.query_map(params_from_iter(query.values.iter()), |row| {
            Ok(Item {
                added: Timestamp::from_micros(row.get(0)?),
                id: row.get(1)?,
                version: Timestamp::from_micros(row.get(2)?),
                spec_version: row.get(3)?,
                object: row.get(4)?,
            })
        })?;
        found.collect::<Result<Vec<_>, _>>()
    })?;
    let has_more = items.len() > limit;
    items.truncate(limit);
    Ok(Page { items, has_more })
}

/// The versions of one object that are still shown, oldest first.
///
/// # Errors
/// [`StoreError::Views`].
pub fn versions_of(store: &LocalStore, feed: &LogName, id: &str) -> Result<Vec<Timestamp>, StoreError> {
    let sql = "SELECT version FROM collections_shown WHERE log = ?1 AND id = ?2 ORDER BY added";
    store.ask(|connection| {
        let mut statement = connection.prepare_cached(sql)?;
        let found = statement.query_map([feed.as_str(), id], |row| Ok(Timestamp::from_micros(row.get(0)?)))?;
        found.collect()
    })
}

/// A question that grows condition by condition. What comes from outside is a value of it, and never text.
struct Query {
    text: String,
    values: Vec<Box<dyn ToSql>>,
}

impl Query {
    fn of(feed: &LogName, filter: &Filter) -> Self {
        let text = "SELECT added, id, version, spec, object FROM collections_shown AS it WHERE true".to_owned();
        let mut query = Self { text, values: Vec::new() };
        query.and("log = ", feed.as_str().to_owned());
        query.one_of("id", &filter.ids);
        query.one_of("type", &filter.types);
        query.one_of("spec", &filter.spec_versions);
        query.of_versions(&filter.versions);
        query
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

    fn of_versions(&mut self, versions: &Versions) {
        match versions {
            Versions::Last => self.text.push_str(" AND is_newest = 1"),
            Versions::First => self.text.push_str(
                " AND NOT EXISTS (SELECT 1 FROM collections_shown AS older WHERE older.log = it.log
                    AND older.id = it.id AND older.version < it.version)",
            ),
            Versions::All => {}
            Versions::At(times) => {
                self.one_of("version", &times.iter().map(|time| time.micros()).collect::<Vec<_>>());
            }
        }
    }
}
