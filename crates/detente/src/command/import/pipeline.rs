//! Rows are read in one thread, compared and signed in as many as the machine has cores, and committed in one.
//!
//! A group of rows is one batch: on the disk whole or not at all. Groups may come to the log in another order than they stand
//! in the file; nothing depends on it, since no row says anything of another.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::num::NonZero;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use interop::{Compared, RawRow, Reader, Rejects, Row, RowError, compare};
use record::digest::RecordDigest;
use record::entropy::SystemEntropy;
use record::json::Map;
use record::key_record::Use;
use record::label::{Label, Place};
use record::stix::StixObject;
use record::suite::PrivateKey;
use record::{Author, Draft};
use storage::limits::MAX_BATCH_BYTES;

use storage::{Batch, BatchId, NewEntry, Ticket};
use uuid::Uuid;

use super::known::{Held, Known, held, uuid_of};
use super::standing::{self, Standing};
use super::told::{Became, Told, per_second};
use super::{MAX_REJECTED, too_many};
use crate::command::log::{Signing, entry, fresh_salt, own_object};
use crate::outcome::{Done, Failure};
use crate::{clock, keystore, node};

/// Rows that are committed together: one sync of the disk for all of them, and what a kill can cost is read again in a moment.
const GROUP: usize = 256;

/// Octets of rows that are committed together: signed, a row takes some three times its size.
const GROUP_BYTES: usize = 1024 * 1024;

/// Groups that may wait between two steps. It bounds memory, and keeps both sides busy.
const WAITING: usize = 4;

/// Batches on their way to the disk.
const UNDER_WAY: usize = 4;

/// Threads that sign, at most.
const SIGNERS_MAX: usize = 8;

/// How often progress is told, in milliseconds.
const TELL_EVERY_MS: u64 = 1_000;

/// A row to be compared, and signed if it says something new.
struct Todo<'f> {
    row: Row,
    raw: RawRow<'f>,
    id: String,
    /// The versions that are here, newest first.
    entries: Vec<u64>,
}

/// Rows that go the way together.
#[derive(Default)]
struct Group<'f> {
    todo: Vec<Todo<'f>>,
    rejected: Vec<(RawRow<'f>, RowError)>,
    rows: usize,
    octets: usize,
}

/// A group that was compared and signed.
#[derive(Default)]
struct Signed<'f> {
    entries: Vec<(RecordDigest, NewEntry)>,
    rejected: Vec<(RawRow<'f>, RowError)>,
    became: Vec<Became>,
    notes: Vec<RowError>,
    standing: Standing,
    rows: usize,
}

/// Who signs, and what with.
struct Signer<'n> {
    signing: &'n Signing,
    keys: &'n [&'n PrivateKey],
    properties: &'n [String],
}

/// Takes in a file.
pub(super) fn run(signing: &Signing, known: &Known, mut reader: Reader<'_>, is_quiet: bool) -> Done<Told> {
    let began = Instant::now();
    let keys = keystore::signers(&signing.history, &signing.keys, Use::Record)?;
    let properties = reader.source().properties();
    let signer = Signer { signing, keys: &keys, properties: &properties };
    let (to_sign, waiting) = sync_channel(WAITING);
    let (to_commit, signed) = sync_channel(WAITING);
    // Held by those who sign alone: once they have all ended, whoever reads is told so, and does not wait for room.
    let waiting = Arc::new(Mutex::new(waiting));
    let (committed, stopped) = thread::scope(|scope| {
        let committing = scope.spawn(|| commit_all(signing, signed, is_quiet));
        for _ in 0..signers() {
            let (waiting, to_commit, signer) = (Arc::clone(&waiting), to_commit.clone(), &signer);
            scope.spawn(move || sign_all(signer, &waiting, &to_commit));
        }
        drop((waiting, to_commit));
        let stopped = read_all(known, &mut reader, &to_sign);
        drop(to_sign);
        (committing.join(), stopped)
    });
    let (mut told, rejected) = committed.map_err(|_| Failure::environment("the committing thread ended early"))??;
    told.stopped = stopped;
    told.take_rejected(rejected, Rejects::new(reader.source().format(), reader.rows().names()));
    told.close(&reader);
    told.elapsed_ms = u64::try_from(began.elapsed().as_millis()).ok();
    Ok(told)
}

fn signers() -> usize {
    thread::available_parallelism().map_or(1, NonZero::get).min(SIGNERS_MAX)
}

/// Reads the file into groups. Answers why it could not be read to its end, if so. It ends early when nobody takes groups any
/// more: then whoever commits says why.
fn read_all<'f>(known: &Known, reader: &mut Reader<'f>, to_sign: &SyncSender<Group<'f>>) -> Option<String> {
    let source = reader.source().name().to_owned();
    let mut seen: BTreeMap<Uuid, usize> = BTreeMap::new();
    let (mut group, mut refused) = (Group::default(), 0_usize);
    while let Some(read) = reader.next() {
        if refused >= MAX_REJECTED {
            let _closed = to_sign.send(group);
            return Some(too_many());
        }
        let read = match read {
            Ok(read) => read,
            Err(error) => {
                let _closed = to_sign.send(group);
                return Some(error.to_string());
            }
        };
        let outcome = read.outcome.and_then(|row| once(&mut seen, known.id(&source, &row.source_id), row));
        refused = refused.saturating_add(usize::from(outcome.is_err()));
        group.push(known, outcome, read.raw);
        if group.is_full() && to_sign.send(std::mem::take(&mut group)).is_err() {
            return None;
        }
    }
    let _closed = to_sign.send(group);
    None
}

/// Refuses a second row with the id of an earlier one: which of the two is right is for a person to say.
fn once(seen: &mut BTreeMap<Uuid, usize>, id: String, row: Row) -> Result<(String, Row), RowError> {
    let Some(uuid) = uuid_of(&id) else { return Ok((id, row)) };
    match seen.insert(uuid, row.at.row) {
        None => Ok((id, row)),
        Some(earlier) => {
            Err(row.refused(format!("the id `{}` stands in row {earlier} too", row.source_id.escape_debug())))
        }
    }
}

impl<'f> Group<'f> {
    fn push(&mut self, known: &Known, outcome: Result<(String, Row), RowError>, raw: RawRow<'f>) {
        self.rows = self.rows.saturating_add(1);
        self.octets = self.octets.saturating_add(raw.octets.len());
        match outcome {
            Err(error) => self.rejected.push((raw, error)),
            Ok((id, row)) => {
                // What was erased stays so: nothing of it is even compared.
                let entries = if known.is_erased(&id) { vec![ERASED] } else { known.entries(&id) };
                self.todo.push(Todo { row, raw, id, entries });
            }
        }
    }

    const fn is_full(&self) -> bool {
        self.rows >= GROUP || self.octets >= GROUP_BYTES
    }
}

/// Stands for an entry that no log reaches: the object was erased here.
const ERASED: u64 = u64::MAX;

fn sign_all<'f>(signer: &Signer<'_>, waiting: &Mutex<Receiver<Group<'f>>>, to_commit: &SyncSender<Done<Signed<'f>>>) {
    loop {
        let next = waiting.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(group) = next else { return };
        let signed = signer.group(group);
        let is_failed = signed.is_err();
        if to_commit.send(signed).is_err() || is_failed {
            return;
        }
    }
}

impl Signer<'_> {
    fn group<'f>(&self, group: Group<'f>) -> Done<Signed<'f>> {
        let mut signed = Signed { rejected: group.rejected, rows: group.rows, ..Signed::default() };
        let author = Author::new(self.signing.history.party(), self.signing.history.head().digest(), self.keys);
        let mut entropy = SystemEntropy::new();
        for todo in group.todo {
            let (draft, became) = match self.draft(&todo)? {
                Ok((Some(draft), became)) => (draft, became),
                Ok((None, became)) => {
                    signed.became.push(became);
                    continue;
                }
                Err(reason) => {
                    let error = todo.row.refused(reason);
                    signed.rejected.push((todo.raw, error));
                    continue;
                }
            };
            match draft.sign(&author, &mut entropy) {
                Ok(record) => {
                    // Before the record: if a kill comes between the two, a label on nothing is left, and no record without one.
                    signed.entries.extend(self.label(&todo.row, became, record.digest(), &author)?);
                    signed.standing.see(&todo.row);
                    let salt = fresh_salt()?;
                    let new = entry(&record.commitment(&salt), &salt, &record.envelope().to_json());
                    signed.entries.push((record.digest(), new));
                    signed.became.push(became);
                    signed.notes.extend(todo.row.notes);
                }
                Err(error) => {
                    let error = todo.row.refused(error.to_string());
                    signed.rejected.push((todo.raw, error));
                }
            }
        }
        Ok(signed)
    }

    /// The label that a row asks for.
    fn label(
        &self,
        row: &Row,
        became: Became,
        about: RecordDigest,
        author: &Author<'_>,
    ) -> Done<Option<(RecordDigest, NewEntry)>> {
        let Some(marks) = standing::marks(row, became == Became::Changed) else { return Ok(None) };
        let label = Label::new(about, Place::Whole, marks);
        let draft = Draft::new(own_object("detente-label", label.to_map())?);
        let record = draft.sign(author, &mut SystemEntropy::new()).map_err(Failure::environment)?;
        let salt = fresh_salt()?;
        let new = entry(&record.commitment(&salt), &salt, &record.envelope().to_json());
        Ok(Some((record.digest(), new)))
    }

    /// What is to be signed for a row, if anything; or why the row cannot be.
    fn draft(&self, todo: &Todo<'_>) -> Done<Result<(Option<Draft>, Became), String>> {
        if todo.entries.first() == Some(&ERASED) {
            return Ok(Ok((None, Became::Erased)));
        }
        let mut newest: Option<Held> = None;
        for index in &todo.entries {
            let Some(version) = held((&self.signing.store, &self.signing.history), *index)? else { continue };
            let is_same = compare(&todo.row.content, &version.object, self.properties) == Compared::Same;
            if is_same {
                let became = if newest.is_none() { Became::Unchanged } else { Became::Left };
                return Ok(Ok((None, became)));
            }
            newest = newest.or(Some(version));
        }
        Ok(self.new_version(todo, newest))
    }

    fn new_version(&self, todo: &Todo<'_>, newest: Option<Held>) -> Result<(Option<Draft>, Became), String> {
        let Some(before) = newest else {
            let now = clock::now().to_string();
            let object = whole(todo.row.content.object(&todo.id, &now))?;
            return Ok((Some(Draft::new(object)), Became::Made));
        };
        if before.object.get("revoked") == Some(&record::json::Json::Bool(true)) {
            return Ok((None, Became::Withdrawn));
        }
        let object =
            whole(todo.row.content.next_version(&before.object, self.properties, &later_than(&before.object)))?;
        let draft = Draft::after(object, before.version.saturating_add(1), before.digest);
        Ok((Some(draft.map_err(|error| error.to_string())?), Became::Changed))
    }
}

/// Now, or just after the version before, if this machine's clock is behind the one that wrote it.
fn later_than(before: &Map) -> String {
    let modified = before.text("modified").and_then(|text| text.parse::<record::time::Timestamp>().ok());
    let least = modified.map_or(i64::MIN, |time| time.micros().saturating_add(1));
    record::time::Timestamp::from_micros(clock::now().micros().max(least)).to_string()
}

fn whole(object: Map) -> Result<StixObject, String> {
    StixObject::from_map(object).map_err(|error| error.to_string())
}

type Committed<'f> = (Told, Vec<(RawRow<'f>, RowError)>);

/// Commits group after group. What was handed in is counted once it is on the disk.
fn commit_all<'f>(signing: &Signing, signed: Receiver<Done<Signed<'f>>>, is_quiet: bool) -> Done<Committed<'f>> {
    let mut committing = Committing::new(signing, is_quiet);
    for group in signed {
        committing.take(group?)?;
    }
    while !committing.under_way.is_empty() {
        committing.settle_one()?;
    }
    Ok((committing.told, committing.rejected))
}

struct Committing<'n, 'f> {
    signing: &'n Signing,
    under_way: std::collections::VecDeque<(Option<Ticket>, Vec<Became>, usize)>,
    told: Told,
    rejected: Vec<(RawRow<'f>, RowError)>,
    is_quiet: bool,
    began: Instant,
    told_at: Instant,
}

impl<'n, 'f> Committing<'n, 'f> {
    fn new(signing: &'n Signing, is_quiet: bool) -> Self {
        let now = Instant::now();
        let (told, rejected) = (Told::default(), Vec::new());
        Self {
            signing,
            under_way: std::collections::VecDeque::new(),
            told,
            rejected,
            is_quiet,
            began: now,
            told_at: now,
        }
    }

    fn take(&mut self, group: Signed<'f>) -> Done {
        self.rejected.extend(group.rejected);
        self.told.note(group.notes);
        self.told.stand(group.standing);
        let batches = batches(group.entries);
        let ticket = (!batches.is_empty()).then(|| self.signing.store.submit(batches));
        self.under_way.push_back((ticket, group.became, group.rows));
        while self.under_way.len() > UNDER_WAY {
            self.settle_one()?;
        }
        Ok(())
    }

    fn settle_one(&mut self) -> Done {
        let Some((ticket, became, rows)) = self.under_way.pop_front() else { return Ok(()) };
        for answer in ticket.into_iter().flat_map(Ticket::wait) {
            let _committed = answer.map_err(node::refused)?;
        }
        became.into_iter().for_each(|what| self.told.became(what));
        self.told.rows = self.told.rows.saturating_add(rows);
        self.tell();
        Ok(())
    }

    fn tell(&mut self) {
        if self.is_quiet || self.told_at.elapsed() < Duration::from_millis(TELL_EVERY_MS) {
            return;
        }
        self.told_at = Instant::now();
        let elapsed_ms = u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX);
        let (rows, rate) = (self.told.rows, per_second(self.told.rows, elapsed_ms));
        // Nothing is left to tell if even standard error is closed.
        let _closed = writeln!(std::io::stderr(), "{rows} rows, {rate} rows/s");
    }
}

/// The batches of a group: one, unless its records are so long that a frame would not take them together.
pub(crate) fn batches(entries: Vec<(RecordDigest, NewEntry)>) -> Vec<Batch> {
    let mut batches: Vec<Batch> = Vec::new();
    for (digest, new) in entries {
        let octets = new.body.as_ref().map_or(0, Vec::len).saturating_add(new.entry.len());
        match batches.pop() {
            Some(open) if open.octets().saturating_add(octets) <= MAX_BATCH_BYTES => batches.push(open.entry(new)),
            full => {
                batches.extend(full);
                batches.push(Batch::new(BatchId::of(&[b"import", digest.octets()])).entry(new));
            }
        }
    }
    batches
}
