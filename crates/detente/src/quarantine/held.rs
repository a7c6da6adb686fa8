//! What lies in quarantine of one source, in a database of its own: a page and the place behind it go in together, whole or not at
//! all, so that a kill or a full disk costs a page at the most and keeps nothing twice.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use record::digest::sha256;
use record::json::{self, Json};
use record::time::Timestamp;
use rusqlite::{Connection, ErrorCode, OptionalExtension as _, Row, Transaction, TransactionBehavior, params};
use taxii::client::{Page, Piece, Place};
use taxii::limits::MAX_OBJECT_BYTES;

use super::{Cell, Verdict, judge, private};
use crate::outcome::{Done, Failure};

/// The version of the tables. Another one is refused.
const VERSION: i64 = 1;

/// Objects that are kept of one source: more than the largest known platform has given away in one collection, some 800,000.
pub(crate) const MAX_HELD_OBJECTS: u64 = 1_000_000;

/// Octets of objects that are kept of one source: two kilobytes for each of a million, and little enough for the disk of a laptop.
pub(crate) const MAX_HELD_BYTES: u64 = 2 * 1024 * 1024 * 1024;

/// How long a writer waits for another, in milliseconds. A page takes some tens.
const BUSY_MS: u64 = 10_000;

/// What was taken is overwritten where it lay: it is in the log by then, and can be erased there.
const SETTINGS: &str = "
PRAGMA journal_mode = DELETE;
PRAGMA synchronous = FULL;
PRAGMA secure_delete = ON;
PRAGMA trusted_schema = OFF;
";

const TABLES: &str = "
CREATE TABLE place (address TEXT PRIMARY KEY, id TEXT NOT NULL, title TEXT NOT NULL, place TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE about (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE held (
    number INTEGER PRIMARY KEY,
    key BLOB NOT NULL UNIQUE,
    digest BLOB NOT NULL,
    id TEXT NOT NULL,
    version TEXT NOT NULL,
    length INTEGER NOT NULL,
    address TEXT NOT NULL,
    came INTEGER NOT NULL,
    verdict TEXT NOT NULL,
    taken TEXT,
    reasons TEXT NOT NULL,
    octets BLOB
) STRICT;
CREATE INDEX held_id ON held (id, version, number);
CREATE INDEX held_counts ON held (verdict, taken, length);
CREATE INDEX held_bad ON held (number) WHERE verdict <> 'sound';
CREATE INDEX held_to_take ON held (id, version, number) WHERE verdict = 'sound' AND taken IS NULL;
";

const COLUMNS: &str =
    "number, held.id, version, length, held.address, came, verdict, taken, reasons, place.id, place.title";

/// One object.
#[derive(Debug, Clone)]
pub(crate) struct Object {
    pub(crate) number: i64,
    pub(crate) id: Option<String>,
    pub(crate) version: Option<String>,
    pub(crate) length: u64,
    /// Where the objects of its collection lie.
    pub(crate) address: String,
    pub(crate) collection: String,
    pub(crate) title: String,
    pub(crate) came: Timestamp,
    pub(crate) verdict: Verdict,
    pub(crate) reasons: Vec<Json>,
    /// The digest of the record that was made of it, or `here` if it was in the log before.
    pub(crate) taken: Option<String>,
}

/// What became of a page.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Kept {
    pub(crate) new: u64,
    /// Passed over: they are here.
    pub(crate) known: u64,
    /// Passed over, and told: they differ from what is here under the same id and version.
    pub(crate) differing: u64,
    pub(crate) sound: u64,
}

/// How many there are.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Counts {
    pub(crate) sound: u64,
    pub(crate) findings: u64,
    pub(crate) unreadable: u64,
    pub(crate) taken: u64,
    pub(crate) octets: u64,
}

/// Why a page was not kept.
#[derive(Debug)]
pub(crate) enum NotKept {
    /// The source has as much as it may have.
    Full(Failure),
    /// The machine did not do its part.
    Failed(Failure),
}

/// The database of one source.
#[derive(Debug)]
pub(crate) struct Held {
    connection: Connection,
}

impl Held {
    /// Opens it, or makes it, for its owner alone.
    pub(crate) fn open(cell: &Cell) -> Done<Self> {
        let path = cell.held_path();
        // The journal beside it gets the same mode.
        drop(private().truncate(false).open(&path).map_err(|error| super::cannot("open", &path, &error))?);
        Self::opened(&path).map_err(|error| failed(&path, &error))?.ok_or_else(|| {
            Failure::input(format!("`{}` was made by another build", path.display()))
                .advise("use that build, or remove the source and name it again")
        })
    }

    fn opened(path: &Path) -> rusqlite::Result<Option<Self>> {
        let mut connection = Connection::open(path)?;
        connection.busy_timeout(Duration::from_millis(BUSY_MS))?;
        connection.execute_batch(SETTINGS)?;
        // Looking takes no lock that a pull would have to wait for.
        if connection.pragma_query_value(None, "user_version", |row| row.get::<_, i64>(0))? == VERSION {
            return Ok(Some(Self { connection }));
        }
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let version: i64 = transaction.pragma_query_value(None, "user_version", |row| row.get(0))?;
        if version == 0 {
            transaction.execute_batch(TABLES)?;
            transaction.pragma_update(None, "user_version", VERSION)?;
        }
        transaction.commit()?;
        Ok((version == 0 || version == VERSION).then_some(Self { connection }))
    }

    /// How far each collection was read.
    pub(crate) fn places(&self) -> Done<BTreeMap<String, Place>> {
        self.run(|connection| {
            let mut statement = connection.prepare("SELECT address, place FROM place")?;
            let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get::<_, String>(1)?)))?;
            let rows: Vec<(String, String)> = rows.collect::<Result<_, _>>()?;
            // A place that cannot be read is none: the collection is read again, and keeps what is new.
            let read = |text: &str| Place::from_map(json::parse(text.as_bytes()).ok()?.as_object()?);
            Ok(rows.into_iter().filter_map(|(address, text)| Some((address, read(&text)?))).collect())
        })
    }

    /// Keeps a page with the place behind it.
    pub(crate) fn keep(&mut self, page: &Page, now: Timestamp, room: &mut Room) -> Result<Kept, NotKept> {
        let path = self.path();
        let wrong = |error: &rusqlite::Error| NotKept::Failed(failed(&path, error));
        let before = *room;
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate);
        let transaction = transaction.map_err(|error| wrong(&error))?;
        let mut kept = Kept::default();
        for piece in &page.pieces {
            if !put(&transaction, page, piece, now, room, &mut kept).map_err(|error| wrong(&error))? {
                *room = before;
                return Err(NotKept::Full(full()));
            }
        }
        let stand = transaction
            .execute(
                "INSERT OR REPLACE INTO place VALUES (?1, ?2, ?3, ?4)",
                params![
                    page.collection.address,
                    page.collection.id,
                    page.collection.title,
                    page.place.to_map().to_text()
                ],
            )
            .and_then(|_| transaction.commit());
        stand.inspect_err(|_| *room = before).map_err(|error| wrong(&error))?;
        Ok(kept)
    }

    /// How much more may be kept.
    pub(crate) fn room(&self) -> Done<Room> {
        self.run(|connection| {
            let sum = |row: &Row<'_>| Ok((unsigned(row, 0)?, unsigned(row, 1)?));
            let (objects, octets) =
                connection.query_row("SELECT count(*), coalesce(sum(length), 0) FROM held", [], sum)?;
            Ok(Room {
                objects: MAX_HELD_OBJECTS.saturating_sub(objects),
                octets: MAX_HELD_BYTES.saturating_sub(octets),
            })
        })
    }

    /// How many there are.
    pub(crate) fn counts(&self) -> Done<Counts> {
        self.run(|connection| {
            let mut counts = Counts::default();
            let mut statement = connection
                .prepare("SELECT verdict, taken IS NOT NULL, count(*), sum(length) FROM held GROUP BY 1, 2")?;
            let mut rows = statement.query([])?;
            while let Some(row) = rows.next()? {
                let (verdict, is_taken, count) = (row.get::<_, String>(0)?, row.get::<_, bool>(1)?, unsigned(row, 2)?);
                counts.octets = counts.octets.saturating_add(unsigned(row, 3)?);
                let place = match (is_taken, Verdict::of_word(&verdict)) {
                    (true, _) => &mut counts.taken,
                    (false, Some(Verdict::Sound)) => &mut counts.sound,
                    (false, Some(Verdict::Findings)) => &mut counts.findings,
                    (false, Some(Verdict::Unreadable) | None) => &mut counts.unreadable,
                };
                *place = place.saturating_add(count);
            }
            Ok(counts)
        })
    }

    /// Objects in the order in which they came, beginning behind a number: all, or those that are not sound.
    pub(crate) fn list(&self, after: i64, limit: usize, only_bad: bool) -> Done<Vec<Object>> {
        let which = if only_bad { "AND verdict <> 'sound'" } else { "" };
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        self.select(&format!("WHERE number > ?1 {which} ORDER BY number LIMIT ?2"), params![after, limit])
    }

    /// The versions of an object that lie here, oldest first.
    pub(crate) fn of_id(&self, id: &str) -> Done<Vec<Object>> {
        self.select("WHERE held.id = ?1 ORDER BY version, number", params![id])
    }

    /// Sound objects that were not taken, versions of one object in their order, beginning behind one of them.
    pub(crate) fn to_take(&self, after: (&str, &str, i64), limit: usize) -> Done<Vec<Object>> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        self.select(
            "WHERE verdict = 'sound' AND taken IS NULL AND (held.id, version, number) > (?1, ?2, ?3)
             ORDER BY held.id, version, number LIMIT ?4",
            params![after.0, after.1, after.2, limit],
        )
    }

    fn select(&self, rest: &str, values: &[&dyn rusqlite::ToSql]) -> Done<Vec<Object>> {
        self.run(|connection| {
            let mut statement =
                connection.prepare(&format!("SELECT {COLUMNS} FROM held LEFT JOIN place USING (address) {rest}"))?;
            let rows = statement.query_map(values, object)?;
            rows.collect()
        })
    }

    /// The octets of an object; none once it was taken, or if it was too large to be kept.
    pub(crate) fn octets(&self, number: i64) -> Done<Option<Vec<u8>>> {
        self.run(|connection| {
            let mut statement = connection.prepare_cached("SELECT octets FROM held WHERE number = ?1")?;
            Ok(statement.query_row([number], |row| row.get(0)).optional()?.flatten())
        })
    }

    /// Remembers that objects were taken, with the records that were made of them, and lets go of their octets.
    pub(crate) fn take(&mut self, taken: &[(i64, String)]) -> Done {
        let path = self.path();
        let mut take = || {
            let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            for (number, record) in taken {
                let _one = transaction.execute(
                    "UPDATE held SET taken = ?2, octets = NULL, length = 0 WHERE number = ?1",
                    params![number, record],
                )?;
            }
            transaction.commit()
        };
        take().map_err(|error| failed(&path, &error))
    }

    /// A word that is kept between runs.
    pub(crate) fn about(&self, name: &str) -> Done<Option<String>> {
        self.run(|connection| {
            connection.query_row("SELECT value FROM about WHERE name = ?1", [name], |row| row.get(0)).optional()
        })
    }

    pub(crate) fn set_about(&self, name: &str, value: &str) -> Done {
        self.run(|connection| {
            connection.execute("INSERT OR REPLACE INTO about VALUES (?1, ?2)", params![name, value]).map(drop)
        })
    }

    fn run<T>(&self, question: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Done<T> {
        question(&self.connection).map_err(|error| failed(&self.path(), &error))
    }

    fn path(&self) -> std::path::PathBuf {
        self.connection.path().map(Into::into).unwrap_or_default()
    }
}

/// How much more may be kept of a source.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Room {
    objects: u64,
    octets: u64,
}

/// Puts one object in, unless it is here. False if there is no room for it.
fn put(
    transaction: &Transaction<'_>,
    page: &Page,
    piece: &Piece,
    now: Timestamp,
    room: &mut Room,
    kept: &mut Kept,
) -> rusqlite::Result<bool> {
    let digest = sha256(&[&piece.octets]);
    let mut statement = transaction.prepare_cached("SELECT digest FROM held WHERE key = ?1")?;
    let known: Option<Vec<u8>> = statement.query_row([piece.key.as_slice()], |row| row.get(0)).optional()?;
    if let Some(known) = known {
        let count = if known == digest { &mut kept.known } else { &mut kept.differing };
        *count = count.saturating_add(1);
        return Ok(true);
    }
    let judged = judge(&piece.octets);
    let octets = (piece.octets.len() <= MAX_OBJECT_BYTES).then_some(piece.octets.as_slice());
    let length = octets.map_or(0, |octets| u64::try_from(octets.len()).unwrap_or(u64::MAX));
    let (Some(objects), Some(left)) = (room.objects.checked_sub(1), room.octets.checked_sub(length)) else {
        return Ok(false);
    };
    *room = Room { objects, octets: left };
    let reasons = Json::Array(judged.reasons).to_text();
    let mut statement = transaction.prepare_cached(
        "INSERT INTO held (key, digest, id, version, length, address, came, verdict, reasons, octets)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
    )?;
    let length = i64::try_from(length).unwrap_or(i64::MAX);
    // One spelling, so that versions stand in the order of their times.
    let spelled =
        |version: &String| version.parse().map_or_else(|_| version.clone(), |time: Timestamp| time.to_string());
    let _one = statement.execute(params![
        piece.key.as_slice(),
        digest.as_slice(),
        piece.id.as_deref().unwrap_or_default(),
        piece.version.as_ref().map(spelled).unwrap_or_default(),
        length,
        page.collection.address,
        now.micros(),
        judged.verdict.word(),
        reasons,
        octets,
    ])?;
    kept.new = kept.new.saturating_add(1);
    kept.sound = kept.sound.saturating_add(u64::from(judged.verdict == Verdict::Sound));
    Ok(true)
}

fn object(row: &Row<'_>) -> rusqlite::Result<Object> {
    let reasons: String = row.get(8)?;
    let reasons = json::parse(reasons.as_bytes()).ok();
    Ok(Object {
        number: row.get(0)?,
        id: row.get(1).map(some)?,
        version: row.get(2).map(some)?,
        length: unsigned(row, 3)?,
        address: row.get(4)?,
        came: Timestamp::from_micros(row.get(5)?),
        // A word that no build of this version writes is of a damaged file: whatever it was, it is not taken.
        verdict: Verdict::of_word(&row.get::<_, String>(6)?).unwrap_or(Verdict::Unreadable),
        taken: row.get(7)?,
        reasons: reasons.as_ref().and_then(Json::as_array).unwrap_or_default().to_vec(),
        collection: row.get::<_, Option<String>>(9)?.unwrap_or_default(),
        title: row.get::<_, Option<String>>(10)?.unwrap_or_default(),
    })
}

fn some(text: String) -> Option<String> {
    (!text.is_empty()).then_some(text)
}

fn unsigned(row: &Row<'_>, column: usize) -> rusqlite::Result<u64> {
    row.get::<_, i64>(column).map(|value| u64::try_from(value).unwrap_or(0))
}

fn full() -> Failure {
    Failure::environment(format!(
        "the quarantine of this source has what it may have: {MAX_HELD_OBJECTS} objects, or {} MiB of those not taken yet",
        MAX_HELD_BYTES >> 20
    ))
    .advise("take what is wanted, or name fewer collections; what lies there stays, and the next pull goes on from here")
}

fn failed(path: &Path, error: &rusqlite::Error) -> Failure {
    let failure = Failure::environment(format!("`{}`: {error}", path.display()));
    match error.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => {
            failure.advise("make room on that disk; what lies there is whole, and the next pull goes on from here")
        }
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
            failure.advise("another process is writing there; try again")
        }
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => failure
            .advise("remove the source and name it again: what it has is read anew. What was taken is in the log"),
        _ => failure,
    }
}

#[cfg(test)]
mod tests {
    use taxii::client::{Answer, Pull, Settings, Step};

    use super::*;

    /// A page of so many objects, as the client hands it over.
    fn page(count: usize) -> Page {
        let objects: Vec<_> =
            (0..count).map(|number| format!(r#"{{"id":"tool--{number}","created":"2026-07-01T00:00:00Z"}}"#)).collect();
        let mut pull =
            Pull::new(Settings::new("https://a.example/".parse().unwrap(), Timestamp::from_micros(0)), BTreeMap::new());
        loop {
            match pull.step() {
                Step::Ask(request) => pull.answered(&answer(request.url.path(), &objects)),
                Step::Page(page) => return *page,
                Step::Wait(_) | Step::Offered(_) | Step::Note { .. } | Step::Failed { .. } => {}
                Step::Done => panic!("no page came"),
                other => panic!("{other:?}"),
            }
        }
    }

    fn answer(path: &str, objects: &[String]) -> Answer {
        let body = match path {
            "/" => r#"{"title":"R","versions":["application/taxii+json;version=2.1"]}"#.to_owned(),
            "/collections/" => r#"{"collections":[{"id":"c","title":"C"}]}"#.to_owned(),
            _ => format!(r#"{{"objects":[{}]}}"#, objects.join(",")),
        };
        Answer::new(200).with_field("Content-Type", "application/taxii+json").with_body(body.into_bytes())
    }

    fn held() -> (tempfile::TempDir, Held) {
        let folder = tempfile::tempdir().unwrap();
        let held = Held::opened(&folder.path().join("held.sqlite")).unwrap().unwrap();
        (folder, held)
    }

    #[test]
    fn a_page_that_has_no_room_is_not_kept_in_part_and_its_place_does_not_move() {
        let (_folder, mut held) = held();
        let now = Timestamp::from_micros(1);
        for mut room in [Room { objects: 4, octets: 1_000 }, Room { objects: 10, octets: 200 }] {
            let before = (room.objects, room.octets);
            assert!(matches!(held.keep(&page(5), now, &mut room), Err(NotKept::Full(_))));
            assert_eq!((room.objects, room.octets), before);
            assert_eq!((held.list(0, 10, false).unwrap().len(), held.places().unwrap().len()), (0, 0));
        }
        let mut room = Room { objects: 5, octets: 1_000 };
        let kept = held.keep(&page(5), now, &mut room).unwrap();
        assert_eq!((kept.new, room.objects), (5, 0));
        // What is known needs no room.
        assert_eq!(held.keep(&page(5), now, &mut room).unwrap(), Kept { known: 5, ..Kept::default() });
        assert_eq!(held.places().unwrap().len(), 1);
    }

    #[test]
    fn what_was_taken_makes_room() {
        let (_folder, mut held) = held();
        let mut room = held.room().unwrap();
        let _kept = held.keep(&page(3), Timestamp::from_micros(1), &mut room).unwrap();
        let used = held.counts().unwrap().octets;
        assert!(used > 0);
        let taken: Vec<_> =
            held.list(0, 10, false).unwrap().iter().map(|one| (one.number, "record".to_owned())).collect();
        held.take(&taken).unwrap();
        let counts = held.counts().unwrap();
        assert_eq!((counts.octets, counts.taken), (0, 3));
        assert_eq!(held.octets(1).unwrap(), None);
        assert_eq!(
            held.keep(&page(3), Timestamp::from_micros(1), &mut room).unwrap().known,
            3,
            "it does not come back"
        );
    }
}
