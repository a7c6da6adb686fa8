//! Pages of a collection.

mod query;

use record::time::Timestamp;
use rusqlite::Connection;
use storage::{LocalStore, StoreError};

use crate::collection::Collection;
use crate::marking::{Marking, Reader};
use query::Question;

/// Items of a page: what a client asks for at once, and few enough that the octets of a page stay in memory.
pub const MAX_PAGE_ITEMS: usize = 1_000;

/// Octets of the objects after which a page ends: an object may have 4 MiB, and a page lies in memory whole. The object that goes
/// beyond is the last on it, so that whoever puts no more than this on a page of its own sees that another follows.
pub const MAX_PAGE_BYTES: usize = 8 * 1024 * 1024;

/// Which versions of an object are wanted (TAXII 2.1, section 3.4.1): each that one of these means. What is meant is decided
/// over all that the reader may see, whatever it has read before.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "the protocol has these")]
pub struct Versions {
    /// All that are shown.
    pub all: bool,
    /// The newest of each.
    pub last: bool,
    /// The oldest of each that is still shown.
    pub first: bool,
    /// Those of these times.
    pub exact: Vec<Timestamp>,
}

impl Versions {
    /// The newest of each, which is meant where nothing is said.
    #[must_use]
    pub const fn last() -> Self {
        Self { all: false, last: true, first: false, exact: Vec::new() }
    }

    /// The oldest of each that is still shown.
    #[must_use]
    pub const fn first() -> Self {
        Self { all: false, last: false, first: true, exact: Vec::new() }
    }

    /// All that are shown.
    #[must_use]
    pub const fn all() -> Self {
        Self { all: true, last: false, first: false, exact: Vec::new() }
    }

    /// Those of these times.
    #[must_use]
    pub const fn at(exact: Vec<Timestamp>) -> Self {
        Self { all: false, last: false, first: false, exact }
    }
}

impl Default for Versions {
    fn default() -> Self {
        Self::last()
    }
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

impl Filter {
    /// All versions of one object.
    #[must_use]
    pub fn versions_of(id: &str) -> Self {
        Self { ids: vec![id.to_owned()], versions: Versions::all(), ..Self::default() }
    }
}

/// What is known of an object beside its text.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Entry {
    /// When it was added: no two of a collection have the same.
    pub added: Timestamp,
    /// Its id.
    pub id: String,
    /// Its version.
    pub version: Timestamp,
    /// The same as it stands in the object.
    pub version_text: String,
    /// The version of the specification.
    pub spec_version: String,
    /// What is in force on it; none of what was released, whose marks stand in the object ([`crate::marks_shown`]).
    pub marking: Option<Marking>,
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
    /// The same as it stands in the object.
    pub version_text: String,
    /// The version of the specification.
    pub spec_version: String,
    /// What is in force on it; none of what was released, whose marks stand in the object ([`crate::marks_shown`]).
    pub marking: Option<Marking>,
    /// The object, as JSON.
    pub object: String,
}

impl Item {
    fn of(entry: Entry, object: String) -> Self {
        let Entry { added, id, version, version_text, spec_version, marking } = entry;
        Self { added, id, version, version_text, spec_version, marking, object }
    }
}

/// A page, in the order of addition.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Page<T = Item> {
    /// The objects.
    pub items: Vec<T>,
    /// Whether there are more behind them.
    pub has_more: bool,
}

/// Objects of a collection that were added after a time, at most so many: [`MAX_PAGE_ITEMS`], and one more for whoever tells by it
/// that another page follows. A page ends early at [`MAX_PAGE_BYTES`].
///
/// The reader counts for our own records. Who may read the two other kinds, the caller decides.
///
/// # Errors
/// [`StoreError::Views`].
pub fn objects(
    store: &LocalStore,
    collection: &Collection,
    reader: &Reader,
    filter: &Filter,
    (after, limit): (Option<Timestamp>, usize),
) -> Result<Page, StoreError> {
    store.ask(|connection| {
        let page = page(connection, (collection, reader), filter, (after, limit))?;
        let (count, mut items, mut bytes) = (page.items.len(), Vec::with_capacity(page.items.len()), 0_usize);
        for entry in page.items {
            if bytes > MAX_PAGE_BYTES {
                break;
            }
            let object = object(connection, entry.added)?;
            bytes = bytes.saturating_add(object.len());
            items.push(Item::of(entry, object));
        }
        let has_more = page.has_more || items.len() < count;
        Ok(Page { items, has_more })
    })
}

/// The same without the texts of the objects.
///
/// # Errors
/// [`StoreError::Views`].
pub fn manifest(
    store: &LocalStore,
    collection: &Collection,
    reader: &Reader,
    filter: &Filter,
    part: (Option<Timestamp>, usize),
) -> Result<Page<Entry>, StoreError> {
    store.ask(|connection| page(connection, (collection, reader), filter, part))
}

/// The versions of one object that are shown, in the order of addition: at most [`MAX_PAGE_ITEMS`]. [`manifest`] with
/// [`Filter::versions_of`] gives them page by page.
///
/// # Errors
/// [`StoreError::Views`].
pub fn versions_of(
    store: &LocalStore,
    collection: &Collection,
    reader: &Reader,
    id: &str,
) -> Result<Vec<Entry>, StoreError> {
    Ok(manifest(store, collection, reader, &Filter::versions_of(id), (None, MAX_PAGE_ITEMS))?.items)
}

/// Whether an object is in a collection for a reader, in any version.
///
/// # Errors
/// [`StoreError::Views`].
pub fn has_object(store: &LocalStore, collection: &Collection, reader: &Reader, id: &str) -> Result<bool, StoreError> {
    let all = Filter::versions_of(id);
    store.ask(|connection| Ok(!page(connection, (collection, reader), &all, (None, 1))?.items.is_empty()))
}

/// When the last object was added that a reader may see, whatever became of its version since; none of an empty collection.
///
/// # Errors
/// [`StoreError::Views`].
pub fn newest(store: &LocalStore, collection: &Collection, reader: &Reader) -> Result<Option<Timestamp>, StoreError> {
    store.ask(|connection| {
        let Some(log) = collection.number(connection)? else { return Ok(None) };
        let mut newest = None;
        for marking in query::readable(connection, (collection, log), reader)? {
            newest = newest.max(query::last_of(connection, log, marking)?);
        }
        Ok(newest.map(Timestamp::from_micros))
    })
}

fn page(
    connection: &Connection,
    (collection, reader): (&Collection, &Reader),
    filter: &Filter,
    (after, limit): (Option<Timestamp>, usize),
) -> Result<Page<Entry>, rusqlite::Error> {
    let limit = limit.clamp(1, MAX_PAGE_ITEMS.saturating_add(1));
    let Some(log) = collection.number(connection)? else { return Ok(Page { items: Vec::new(), has_more: false }) };
    let markings = query::readable(connection, (collection, log), reader)?;
    // One more than was asked for tells whether there is more.
    let question = Question::new(log, &markings, filter, after, limit.saturating_add(1));
    let mut items = question.ask(connection)?;
    let has_more = items.len() > limit;
    items.truncate(limit);
    Ok(Page { items, has_more })
}

fn object(connection: &Connection, added: Timestamp) -> Result<String, rusqlite::Error> {
    let mut statement = connection.prepare_cached("SELECT object FROM collections_shown WHERE added = ?1")?;
    statement.query_row([added.micros()], |row| row.get(0))
}
