//! Rows about incidents, and about what names what, so that a desk with a hundred thousand incidents opens only those it shows.
//!
//! A row holds what a body claims: whoever shows it opens the body and checks the signature first. Nothing here is compared with
//! a table of words, so that a later build's words are listed too.

mod own;

use record::Record;
use record::digest::{PartyId, RecordDigest};
use record::json::{Json, Map};
use record::kind::Kind;
use record::label::Label;
use record::stix::StixId;
use record::time::Timestamp;
use rusqlite::{Connection, ToSql, named_params, params};

use super::Seen;
use super::index_of;
use crate::batch::{LogName, Place};
use crate::local::LocalStore;
use crate::rows_of_log;
use crate::store::StoreError;

pub use own::{About, own_about, own_after, own_news};

/// The STIX type of the rows about incidents.
const INCIDENT: &str = "incident";

/// Types of our own whose names lead nowhere: receipts of decisions are named by the thousand, and never looked for here.
const NAMELESS: [&str; 1] = ["detente-decisions"];

/// The STIX type of translations.
const TRANSLATION: &str = "language-content";

/// The STIX type of a label.
const LABEL: &str = "detente-label";

/// Most names of one record that are kept: a link statement takes back at most 256 others.
const MAX_NAMES: usize = 300;

pub(super) const TABLES: &str = "
    CREATE TABLE records_incidents (place INTEGER PRIMARY KEY, digest BLOB NOT NULL, issuer TEXT NOT NULL,
        id TEXT, previous BLOB, modified INTEGER NOT NULL, occurred INTEGER, stage TEXT, kind TEXT, severity TEXT,
        countries TEXT NOT NULL, seen INTEGER NOT NULL);
    CREATE INDEX records_incidents_by_time ON records_incidents (modified, id);
    CREATE INDEX records_incidents_by_id ON records_incidents (id);
    CREATE INDEX records_incidents_by_previous ON records_incidents (previous) WHERE previous IS NOT NULL;
    CREATE TABLE records_names (place INTEGER NOT NULL, name TEXT NOT NULL, type TEXT NOT NULL,
        seen INTEGER NOT NULL, PRIMARY KEY (place, name)) WITHOUT ROWID;
    CREATE INDEX records_names_by_name ON records_names (name);
    CREATE TABLE records_labels (place INTEGER PRIMARY KEY, about BLOB NOT NULL);
    CREATE INDEX records_labels_by_about ON records_labels (about);
";

/// Which incidents are asked for. What is absent asks nothing; what an incident does not show does not fit.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "callers build it from their own words")]
pub struct Wanted {
    /// How far the report has come.
    pub stage: Option<String>,
    /// The kind of event.
    pub kind: Option<String>,
    /// How severe.
    pub severity: Option<String>,
    /// A country that is concerned, or in which it happened.
    pub country: Option<String>,
    /// It occurred at this moment or later.
    pub from: Option<Timestamp>,
    /// It occurred before this moment.
    pub before: Option<Timestamp>,
    /// By this party: each incident stands where its own newest version is, whatever others say of it.
    pub issuer: Option<PartyId>,
}

/// Where a list of incidents stands: the last one that was read.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
#[expect(clippy::exhaustive_structs, reason = "callers write it and read it again")]
pub struct Mark {
    /// When its newest version was made, by its author's word.
    pub modified: Timestamp,
    /// The incident.
    pub id: String,
}

/// Adds the rows of a record.
pub(super) fn take(connection: &Connection, seen: &Seen<'_>, record: &Record) -> Result<(), rusqlite::Error> {
    let object = record.object();
    let object_type = object.text("type").unwrap_or_default();
    if object_type == INCIDENT {
        return take_incident(connection, seen, record);
    }
    if let Some(label) = Some(record).filter(|_| object_type == LABEL).and_then(|record| Label::of_record(record).ok())
    {
        let sql = "INSERT INTO records_labels VALUES (?1, ?2)";
        let _rows = connection.prepare_cached(sql)?.execute(params![seen.row, *label.about().octets()])?;
    }
    // A translation names what it translates as STIX has it, outside any extension of ours.
    if let Some(of) = object.text("object_ref").filter(|of| object_type == TRANSLATION && is_name(of)) {
        name_row(connection, seen, (of, object_type))?;
    }
    let is_ours = object_type.starts_with("detente-") && !NAMELESS.contains(&object_type);
    for name in own_extensions(record).filter(|_| is_ours).flat_map(names).take(MAX_NAMES) {
        name_row(connection, seen, (name, object_type))?;
    }
    Ok(())
}

/// The extension of the record's kind; of a type of ours that has no table among the kinds, all of them.
fn own_extensions(record: &Record) -> impl Iterator<Item = &Map> {
    let has_table = record.object().text("type").and_then(Kind::of).is_some();
    let all = record.object().get("extensions").and_then(Json::as_object).filter(|_| !has_table);
    let every = all.into_iter().flat_map(|all| all.iter().filter_map(|(_, one)| one.as_object()));
    record.extension().into_iter().chain(every)
}

fn name_row(connection: &Connection, seen: &Seen<'_>, (name, kind): (&str, &str)) -> Result<(), rusqlite::Error> {
    let sql = "INSERT OR IGNORE INTO records_names VALUES (?1, ?2, ?3, ?4)";
    connection.prepare_cached(sql)?.execute(params![seen.row, name, kind, seen.time.micros()]).map(drop)
}

fn take_incident(connection: &Connection, seen: &Seen<'_>, record: &Record) -> Result<(), rusqlite::Error> {
    let (object, none, digest) = (record.object(), Map::new(), record.digest());
    let fields = record.extension().unwrap_or(&none);
    let time = |text: Option<&str>| text.and_then(|text| text.parse().ok()).map(Timestamp::micros);
    let modified = time(object.text("modified")).or_else(|| time(object.text("created"))).unwrap_or(0);
    let sql = "INSERT INTO records_incidents VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)";
    let values = params![
        seen.row,
        *digest.octets(),
        record.issuer().to_string(),
        object.text("id"),
        record.aside().previous().map(|digest| *digest.octets()),
        modified,
        time(fields.text("occurred")),
        fields.text("stage"),
        fields.text("event_kind"),
        fields.text("severity"),
        countries(record, fields),
        seen.time.micros()
    ];
    connection.prepare_cached(sql)?.execute(values).map(drop)
}

/// Every country that is shown, each between spaces.
fn countries(record: &Record, fields: &Map) -> String {
    let list = fields.get("countries").and_then(Json::as_array).unwrap_or_default().iter().filter_map(Json::as_str);
    let place = fields.get("place").and_then(Json::as_object).and_then(|place| place.text("country"));
    let twin = record.aside().twins().text("place_country");
    let codes = list.chain(place).chain(twin).filter(|code| !code.contains(' '));
    codes.fold(" ".to_owned(), |text, code| text + code + " ")
}

/// The ids and digests that a record of ours names.
fn names(fields: &Map) -> Vec<&str> {
    let values = fields.iter().flat_map(|(_, value)| value.as_array().unwrap_or(std::slice::from_ref(value)));
    values.filter_map(Json::as_str).filter(|text| is_name(text)).take(MAX_NAMES).collect()
}

fn is_name(text: &str) -> bool {
    text.parse::<StixId>().is_ok() || text.parse::<RecordDigest>().is_ok()
}

/// Takes the rows of an erased body away.
pub(super) fn erase(connection: &Connection, place: i64) -> Result<(), rusqlite::Error> {
    for sql in [
        "DELETE FROM records_incidents WHERE place = ?1",
        "DELETE FROM records_names WHERE place = ?1",
        "DELETE FROM records_labels WHERE place = ?1",
    ] {
        let _rows = connection.prepare_cached(sql)?.execute([place])?;
    }
    Ok(())
}

/// A row is the newest of its author if none in its own log, nor in the node's, names it as the version before: what stands in
/// the node's log was checked, and what a peer sent speaks for nothing but its own feed. Feeds of ours hold copies of what the
/// node's log has. Of several rows of one incident the list shows the latest, so that it stands once.
const LIST: &str = "
    WITH fitting AS NOT MATERIALIZED (
        SELECT id, modified, place FROM records_incidents AS one
        WHERE id IS NOT NULL AND place >> 40 NOT IN (SELECT number FROM log WHERE name >= 'feed-' AND name < 'feed.')
          AND (:stage IS NULL OR stage = :stage) AND (:kind IS NULL OR kind = :kind)
          AND (:severity IS NULL OR severity = :severity)
          AND (:country IS NULL OR instr(countries, ' ' || :country || ' ') > 0)
          AND (:issuer IS NULL OR issuer = :issuer)
          AND (:from IS NULL OR occurred >= :from) AND (:before IS NULL OR occurred < :before)
          AND NOT EXISTS (SELECT 1 FROM records_incidents AS next
              WHERE next.previous = one.digest AND next.issuer = one.issuer
                AND next.place >> 40 IN (one.place >> 40, (SELECT number FROM log WHERE name = 'node'))))
    SELECT id, modified FROM fitting AS row
    WHERE (modified, id) < (:modified, :id)
      AND NOT EXISTS (SELECT 1 FROM fitting AS later
          WHERE later.id = row.id AND (later.modified, later.place) > (row.modified, row.place))
    ORDER BY modified DESC, id DESC LIMIT :limit";

/// The incidents of all logs whose newest versions fit, the latest first, behind a mark. Each stands once.
///
/// A claim that a later body of another log overtakes may still be listed: whoever shows it opens all versions anyway.
///
/// # Errors
/// [`StoreError::Views`], also if the store was opened without the view of records.
pub fn list(store: &LocalStore, wanted: &Wanted, behind: Option<&Mark>, limit: usize) -> Result<Vec<Mark>, StoreError> {
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    store.ask(|connection| {
        let mut statement = connection.prepare_cached(LIST)?;
        let values = named_params! {
            ":stage": wanted.stage, ":kind": wanted.kind, ":severity": wanted.severity, ":country": wanted.country,
            ":issuer": wanted.issuer.map(|party| party.to_string()),
            ":from": wanted.from.map(Timestamp::micros), ":before": wanted.before.map(Timestamp::micros),
            ":modified": behind.map_or(i64::MAX, |mark| mark.modified.micros()),
            ":id": behind.map_or("", |mark| mark.id.as_str()), ":limit": limit
        };
        let read =
            |row: &rusqlite::Row<'_>| Ok(Mark { id: row.get(0)?, modified: Timestamp::from_micros(row.get(1)?) });
        statement.query_map(values, read)?.collect()
    })
}

/// How many incidents there are, by their ids.
///
/// # Errors
/// As [`list`].
pub fn count(store: &LocalStore) -> Result<u64, StoreError> {
    let sql = "SELECT count(DISTINCT id) FROM records_incidents";
    let count: i64 = store.ask(|it| it.prepare_cached(sql)?.query_row([], |row| row.get(0)))?;
    Ok(u64::try_from(count).unwrap_or(0))
}

/// Where versions of an incident lie, in any log.
///
/// # Errors
/// As [`list`].
pub fn versions(store: &LocalStore, id: &str) -> Result<Vec<Place>, StoreError> {
    let sql = "SELECT log.name, place FROM records_incidents CROSS JOIN log ON log.number = place >> 40
        WHERE id = ?1 ORDER BY log.name, place";
    places(store, sql, &[id])
}

/// Places of which no log has more than its share: a peer fills its own feed, and takes no room from others.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "callers take it apart")]
pub struct Share {
    /// The node's own log first, then what came, then copies that went out.
    pub places: Vec<Place>,
    /// Whether a log has more than that.
    pub is_cut: bool,
}

/// Where versions of an incident lie: the last of each log, at most `most` of it.
///
/// # Errors
/// As [`list`].
pub fn last_versions(store: &LocalStore, id: &str, most: usize) -> Result<Share, StoreError> {
    let sql = "
        SELECT log.name, place, turn FROM (
            SELECT place, row_number() OVER (PARTITION BY place >> 40 ORDER BY place DESC) AS turn
            FROM records_incidents WHERE id = ?1) CROSS JOIN log ON log.number = place >> 40
        WHERE turn <= ?2 + 1
        ORDER BY log.name <> 'node', log.name >= 'feed-' AND log.name < 'feed.', log.name, turn";
    share(store, sql, &[&id, &limit(most)], most)
}

/// Where copies of a record lie, in any log: the last of each log, at most `most` of it.
///
/// # Errors
/// As [`list`].
pub fn last_copies(store: &LocalStore, digest: &RecordDigest, most: usize) -> Result<Share, StoreError> {
    let sql = "
        SELECT log.name, place, turn FROM (
            SELECT place, row_number() OVER (PARTITION BY place >> 40 ORDER BY place DESC) AS turn
            FROM records WHERE digest = ?1) CROSS JOIN log ON log.number = place >> 40
        WHERE turn <= ?2 + 1
        ORDER BY log.name <> 'node', log.name >= 'feed-' AND log.name < 'feed.', log.name, turn";
    share(store, sql, &[digest.octets(), &limit(most)], most)
}

/// Where the records of a type lie that name an id or a digest: at most `most` of each log. What the node's log has of `own`
/// stands first in it; of all others the last one of each author comes before the second last of any. An author is what a body claims,
/// so a peer that invents a thousand of them still has no more than its own log's share.
///
/// # Errors
/// As [`list`].
pub fn naming_in_turn(
    store: &LocalStore,
    (name, object_type): (&str, &str),
    own: PartyId,
    most: usize,
) -> Result<Share, StoreError> {
    let sql = "
        SELECT log, place, nth FROM (
            SELECT log, place, row_number() OVER (PARTITION BY log ORDER BY is_others, turn, place DESC) AS nth FROM (
                SELECT log.name AS log, one.place AS place,
                    log.name <> 'node' OR records.issuer IS NOT ?3 AS is_others,
                    row_number() OVER (PARTITION BY one.place >> 40, records.issuer ORDER BY one.place DESC) AS turn
                FROM records_names AS one CROSS JOIN records ON records.place = one.place
                    CROSS JOIN log ON log.number = one.place >> 40
                WHERE one.name = ?1 AND one.type = ?4))
        WHERE nth <= ?2 + 1
        ORDER BY log <> 'node', log >= 'feed-' AND log < 'feed.', log, nth";
    share(store, sql, &[&name, &limit(most), &own.to_string(), &object_type], most)
}

/// Where the records of a type lie that the node's own log has of a party and that name something, in the order of the log: the first
/// `most` of them.
///
/// # Errors
/// As [`list`].
pub fn own_naming(
    store: &LocalStore,
    (name, object_type): (&str, &str),
    own: PartyId,
    most: usize,
) -> Result<Vec<Place>, StoreError> {
    let sql = "SELECT log.name, one.place FROM records_names AS one CROSS JOIN records ON records.place = one.place
            CROSS JOIN log ON log.number = one.place >> 40
        WHERE one.name = ?1 AND one.type = ?2 AND records.issuer = ?3 AND log.name = 'node'
        ORDER BY one.place LIMIT ?4";
    places(store, sql, &[name, object_type, &own.to_string(), &most.to_string()])
}

/// The incidents that records of a type in the node's own log name, of a party, each once, by id: at most `most`.
///
/// # Errors
/// As [`list`].
pub fn named_by_own(
    store: &LocalStore,
    object_types: [&str; 2],
    own: PartyId,
    most: usize,
) -> Result<Vec<String>, StoreError> {
    let sql = "SELECT DISTINCT one.name FROM records CROSS JOIN records_names AS one ON one.place = records.place
            CROSS JOIN log ON log.number = one.place >> 40
        WHERE records.type IN (?1, ?2) AND records.issuer = ?3 AND log.name = 'node' AND one.name LIKE 'incident--%'
        ORDER BY one.name LIMIT ?4";
    let [first, second] = object_types;
    let values = params![first, second, own.to_string(), limit(most)];
    store.ask(|it| it.prepare_cached(sql)?.query_map(values, |row| row.get(0))?.collect())
}

/// Where records of a type lie, in any log but feeds of ours, which hold copies.
///
/// # Errors
/// As [`list`].
pub fn of_type(store: &LocalStore, object_type: &str, limit: usize) -> Result<Vec<Place>, StoreError> {
    let sql = "SELECT log.name, place FROM records CROSS JOIN log ON log.number = place >> 40
        WHERE type = ?1 AND (log.name < 'feed-' OR log.name >= 'feed.') ORDER BY log.name, place LIMIT ?2";
    places(store, sql, &[object_type, &limit.to_string()])
}

/// Own records of a type that carry a title, in the node's log: to see whether the same was said before.
///
/// # Errors
/// As [`list`].
pub fn titled(store: &LocalStore, object_type: &str, title: &str) -> Result<Vec<Place>, StoreError> {
    let name: String = title.chars().take(super::records::MAX_NAME_CHARACTERS).collect();
    let sql = concat!(
        "SELECT ?3, place FROM records WHERE type = ?1 AND name = ?2 AND ",
        rows_of_log!("?3"),
        " ORDER BY place"
    );
    places(store, sql, &[object_type, &name, LogName::node().as_str()])
}

fn places(store: &LocalStore, sql: &str, values: &[&str]) -> Result<Vec<Place>, StoreError> {
    let rows = store.ask(|connection| {
        let mut statement = connection.prepare_cached(sql)?;
        statement.query_map(rusqlite::params_from_iter(values), row_place)?.collect::<Result<Vec<_>, _>>()
    })?;
    Ok(rows.into_iter().filter_map(place).collect())
}

/// The places of rows that say the how manyth of its log each is. The one beyond the last tells that there are more.
fn share(store: &LocalStore, sql: &str, values: &[&dyn ToSql], most: usize) -> Result<Share, StoreError> {
    let rows: Vec<(_, i64)> = store.ask(|connection| {
        let mut statement = connection.prepare_cached(sql)?;
        statement.query_map(values, |row| Ok((row_place(row)?, row.get(2)?)))?.collect()
    })?;
    let mut share = Share::default();
    for (row, turn) in rows {
        if turn > limit(most) {
            share.is_cut = true;
        } else {
            share.places.extend(place(row));
        }
    }
    Ok(share)
}

fn limit(most: usize) -> i64 {
    i64::try_from(most).unwrap_or(i64::MAX)
}

fn row_place(row: &rusqlite::Row<'_>) -> Result<(String, i64), rusqlite::Error> {
    Ok((row.get(0)?, row.get(1)?))
}

fn place((log, row): (String, i64)) -> Option<Place> {
    Some(Place::new(log.parse().ok()?, index_of(row)))
}

/// Where records of an object lie, in any log.
///
/// # Errors
/// As [`list`].
pub fn of_object(store: &LocalStore, id: &str) -> Result<Vec<Place>, StoreError> {
    let sql = "SELECT log.name, place FROM records CROSS JOIN log ON log.number = place >> 40
        WHERE id = ?1 ORDER BY log.name, place";
    places(store, sql, &[id])
}

/// The titles of all incidents that were read or written here, by id: what a search for look-alikes begins with. An id stands
/// once for each of its versions with another title.
///
/// # Errors
/// As [`list`].
pub fn titles(store: &LocalStore) -> Result<Vec<(String, String)>, StoreError> {
    let sql = "SELECT one.id, records.name FROM records_incidents AS one \
               JOIN records ON records.place = one.place \
               WHERE one.id IS NOT NULL AND records.name IS NOT NULL GROUP BY one.id, records.name";
    store.ask(|it| it.prepare_cached(sql)?.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect())
}

/// The incidents of which a version was written here, or came, at a moment or later by this machine's clock: the latest first.
///
/// # Errors
/// As [`list`].
pub fn arrived(store: &LocalStore, time: Timestamp, limit: usize) -> Result<Vec<String>, StoreError> {
    let sql = "SELECT id FROM records_incidents \
               WHERE id IS NOT NULL AND seen >= ?1 \
               AND place >> 40 NOT IN (SELECT number FROM log WHERE name >= 'feed-' AND name < 'feed.') \
               GROUP BY id ORDER BY max(seen) DESC, id LIMIT ?2";
    let values = params![time.micros(), i64::try_from(limit).unwrap_or(i64::MAX)];
    store.ask(|it| it.prepare_cached(sql)?.query_map(values, |row| row.get(0))?.collect())
}

/// Where the records of a type lie that name something, and were written here or came at a moment or later.
///
/// # Errors
/// As [`list`].
pub fn named_since(store: &LocalStore, object_type: &str, time: Timestamp) -> Result<Vec<Place>, StoreError> {
    let sql = "SELECT DISTINCT log.name, place FROM records_names CROSS JOIN log ON log.number = place >> 40 \
               WHERE type = ?1 AND seen >= ?2 AND (log.name < 'feed-' OR log.name >= 'feed.') \
               ORDER BY seen, log.name, place";
    let rows = store.ask(|connection| {
        let mut statement = connection.prepare_cached(sql)?;
        statement.query_map(params![object_type, time.micros()], row_place)?.collect::<Result<Vec<_>, _>>()
    })?;
    Ok(rows.into_iter().filter_map(place).collect())
}
