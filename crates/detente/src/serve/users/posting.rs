//! What is posted becomes records: each object one, signed by this party and logged.
//!
//! What another program hands in says nothing that this node's own statements say: labels, links, decisions and the like are made by
//! persons with the rights for them, and are refused here.

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZero;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;

use access::{Resource, Right, Verdict, judge};
use record::digest::{RecordDigest, sha256};
use record::entropy::{Entropy as _, SystemEntropy};
use record::json::{self, Json};
use record::stix::StixObject;
use record::time::Timestamp;
use record::{Author, Draft};
use storage::views::records::{self, Row};
use storage::{LogName, NewEntry};
use taxii::{Fault, Offered, Outcome, Status, StatusId, Submission};
use web::users::Asker;

use super::shelf::Shelf;
use crate::clock;
use crate::command::import::{batches, erased_objects, held_version};
use crate::command::log::{entry, fresh_salt};
use crate::holdings::erased_object;
use crate::outcome::{Done, Failure};
use crate::serve::open::Open;
use crate::statements::{reserved, words};

/// Locks for objects: two requests about one object follow one another, others do not wait. As many as there are requests at work.
const STRIPES: usize = 64;

/// Objects from which on a second core signs too.
const SPLIT_AT: usize = 64;

/// Threads that sign for one request.
const SIGNERS_MAX: usize = 4;

/// Locks, each for a share of all objects.
pub(super) struct Stripes([Mutex<()>; STRIPES]);

impl Default for Stripes {
    fn default() -> Self {
        Self(std::array::from_fn(|_| Mutex::new(())))
    }
}

impl Stripes {
    /// Holds every object that is offered, in one order, so that no two requests wait for each other.
    fn hold(&self, submission: &Submission<'_>) -> Vec<MutexGuard<'_, ()>> {
        let mut places: Vec<usize> = submission.objects.iter().map(|one| stripe(one.id.as_str())).collect();
        places.sort_unstable();
        places.dedup();
        let held = places.into_iter().filter_map(|place| self.0.get(place));
        held.map(|lock| lock.lock().unwrap_or_else(PoisonError::into_inner)).collect()
    }
}

fn stripe(id: &str) -> usize {
    let digest = sha256(&[id.as_bytes()]);
    digest.first().map_or(0, |octet| usize::from(*octet) % STRIPES)
}

/// A version that is here.
struct Before {
    number: i64,
    digest: RecordDigest,
    modified: Timestamp,
}

/// Who hands in, and what of it is theirs.
struct Hand<'a> {
    open: &'a Open,
    account: String,
    /// Whether the account may write what this party says.
    may_write: bool,
    statuses: &'a super::statuses::Statuses,
    erased: BTreeSet<String>,
}

/// What is to be signed for an offered object.
struct Todo {
    place: usize,
    draft: Draft,
}

/// What became of offered objects, by their place.
type Outcomes = BTreeMap<usize, Outcome>;

/// Adds what is offered. What is called a success is on the disk.
pub(super) fn post(shelf: &Shelf, open: &Open, caller: &Asker, submission: &Submission<'_>) -> Result<Status, Fault> {
    let tell = |problem: &str| {
        (shelf.tell)(format!("taxii: {problem}"));
        Fault::Failed
    };
    let _held = shelf.posting.hold(submission);
    let hand = Hand {
        open,
        account: caller.0.account().map(ToString::to_string).unwrap_or_default(),
        may_write: judge(&caller.0, Right::Write, &Resource::Node) == Verdict::Allowed,
        statuses: &shelf.statuses,
        erased: erased_objects(&open.store, &open.own.history).map_err(|failure| tell(&failure.message))?,
    };
    let outcomes = add(&hand, submission).map_err(|failure| tell(&failure.message))?;
    let received = clock::now();
    let id = status_id().map_err(|failure| tell(&failure.message))?;
    let status = submission.settle(id, received, |offered| {
        outcomes.get(&offered.place).cloned().unwrap_or_else(|| Outcome::Failure("it was not looked at".to_owned()))
    });
    shelf.statuses.put(&caller.0.shown(), id, received, &status.to_text()).map_err(|problem| tell(&problem))?;
    Ok(status)
}

fn status_id() -> Done<StatusId> {
    let mut octets = [0; 16];
    SystemEntropy::new().fill(&mut octets).map_err(Failure::environment)?;
    Ok(StatusId::from_random(octets))
}

/// Several versions of one object in one request are added one after another, each group of first ones at once.
fn add(hand: &Hand<'_>, submission: &Submission<'_>) -> Done<Outcomes> {
    let mut outcomes = Outcomes::new();
    let mut left: Vec<&Offered<'_>> = submission.objects.iter().collect();
    // By version, so that an older one never comes after a newer one of the same request.
    left.sort_by_key(|offered| offered.version.as_ref().map(|version| version.instant()));
    while !left.is_empty() {
        let (mut now, mut later, mut seen) = (Vec::new(), Vec::new(), BTreeSet::new());
        for offered in left {
            if seen.insert(offered.id.as_str()) { now.push(offered) } else { later.push(offered) }
        }
        round(hand, &now, &mut outcomes)?;
        left = later;
    }
    Ok(outcomes)
}

fn round(hand: &Hand<'_>, offered: &[&Offered<'_>], outcomes: &mut Outcomes) -> Done {
    let mut todo = Vec::new();
    let mut ids = BTreeMap::new();
    for one in offered {
        match draft(hand, one)? {
            Ok(draft) => {
                let _before = ids.insert(one.place, one.id.as_str());
                todo.push(Todo { place: one.place, draft });
            }
            Err(outcome) => drop(outcomes.insert(one.place, outcome)),
        }
    }
    let signed = sign(hand.open, todo)?;
    let (mut entries, mut new) = (Vec::new(), Vec::new());
    for (place, signed) in signed {
        match signed {
            Ok((digest, entry)) => {
                new.extend(ids.get(&place).map(|id| (*id, digest)));
                entries.push((digest, entry));
                outcomes.insert(place, Outcome::Success);
            }
            Err(problem) => drop(outcomes.insert(place, Outcome::Failure(problem))),
        }
    }
    commit(hand.open, entries)?;
    hand.statuses.note_posted(&hand.account, &new).map_err(Failure::environment)
}

fn commit(open: &Open, entries: Vec<(RecordDigest, NewEntry)>) -> Done {
    if entries.is_empty() {
        return Ok(());
    }
    for answer in open.store.submit(batches(entries)).wait() {
        let _committed = answer.map_err(crate::node::refused)?;
    }
    Ok(())
}

/// The draft of an object, or what became of it without one.
fn draft(hand: &Hand<'_>, offered: &Offered<'_>) -> Done<Result<Draft, Outcome>> {
    let fails = |problem: String| Ok(Err(Outcome::Failure(problem)));
    let open = hand.open;
    let object = match object(offered.text) {
        Ok(object) => object,
        Err(problem) => return fails(problem),
    };
    if let Some(problem) = hand.statement(&object) {
        return fails(problem.to_owned());
    }
    if !hand.erased.is_empty() && hand.erased.contains(&erased_object(offered.id.as_str())) {
        return Ok(Err(hand.because("it was erased here, and does not come back by itself")));
    }
    let rows = records::rows_of_object(&open.store, &LogName::node(), offered.id.as_str());
    let rows = rows.map_err(crate::node::fail)?;
    let version = offered.version.as_ref().map(record::time::LexicalTime::instant);
    if rows.iter().any(|row| is_version(row, version)) {
        // Whoever may not write is not told whether that was so before.
        return Ok(Err(if hand.may_write { Outcome::AlreadyThere } else { Outcome::Success }));
    }
    match newest(open, &rows)? {
        None => Ok(Ok(Draft::new(object))),
        Some(before) if version.is_none_or(|version| version < before.modified) => {
            Ok(Err(hand.because("a later version of it is here already")))
        }
        Some(before) if !hand.may_change(offered.id.as_str(), &before.digest)? => {
            Ok(Err(hand.because("it is not this account's, and changing it takes the right `write`")))
        }
        Some(before) => Ok(Draft::after(object, before.number.saturating_add(1), before.digest)
            .map_err(|error| Outcome::Failure(error.to_string()))),
    }
}

impl Hand<'_> {
    /// Why an object would say, under our signature, what this account may not say.
    fn statement(&self, object: &StixObject) -> Option<&'static str> {
        reserved(self.open.party(), object.as_map(), self.may_write).map(words)
    }

    /// What is said of an object that is not taken because of what is here: to whoever may not write, nothing of that.
    fn because(&self, problem: &str) -> Outcome {
        let neutral = "it is not taken";
        Outcome::Failure(if self.may_write { problem } else { neutral }.to_owned())
    }

    /// Whether a further version may be this account's: of anything if it may write, otherwise of what it handed in itself and nobody
    /// has changed since.
    fn may_change(&self, id: &str, newest: &RecordDigest) -> Done<bool> {
        if self.may_write {
            return Ok(true);
        }
        self.statuses.is_posted_by(&self.account, id, newest).map_err(Failure::environment)
    }
}

fn object(text: &str) -> Result<StixObject, String> {
    let Json::Object(map) = json::parse(text.as_bytes()).map_err(|error| error.to_string())? else {
        return Err("it is no object".to_owned());
    };
    StixObject::from_map(map).map_err(|error| error.to_string())
}

fn is_version(row: &Row, version: Option<Timestamp>) -> bool {
    version_of(row) == version
}

fn version_of(row: &Row) -> Option<Timestamp> {
    let text = row.modified.as_ref().or(row.created.as_ref())?;
    text.parse().ok()
}

/// The version of ours that was logged last, and whose body is here.
fn newest(open: &Open, rows: &[Row]) -> Done<Option<Before>> {
    for row in rows.iter().rev().filter(|row| row.record_digest.is_some()) {
        let Some(held) = held_version((&open.store, &open.own.history), row.index)? else { continue };
        let modified = version_of(row).unwrap_or(Timestamp::from_micros(i64::MIN));
        return Ok(Some(Before { number: held.version, digest: held.digest, modified }));
    }
    Ok(None)
}

/// What became of a draft: the record's digest and its entry, or why it cannot be signed.
type SignedDraft = (usize, Result<(RecordDigest, NewEntry), String>);

fn sign(open: &Open, todo: Vec<Todo>) -> Done<Vec<SignedDraft>> {
    let cores = thread::available_parallelism().map_or(1, NonZero::get).min(SIGNERS_MAX);
    let parts = if todo.len() < SPLIT_AT { 1 } else { cores };
    let size = todo.len().div_ceil(parts).max(1);
    let mut rest = todo;
    let mut chunks = Vec::new();
    while !rest.is_empty() {
        let tail = rest.split_off(size.min(rest.len()));
        chunks.push(std::mem::replace(&mut rest, tail));
    }
    let signed: Vec<Done<Vec<SignedDraft>>> = thread::scope(|scope| {
        let running: Vec<_> = chunks.into_iter().map(|chunk| scope.spawn(|| sign_all(open, chunk))).collect();
        let ended = || Err(Failure::environment("a signing thread ended early"));
        running.into_iter().map(|one| one.join().unwrap_or_else(|_| ended())).collect()
    });
    let mut all = Vec::new();
    for part in signed {
        all.extend(part?);
    }
    Ok(all)
}

fn sign_all(open: &Open, todo: Vec<Todo>) -> Done<Vec<SignedDraft>> {
    let keys = open.own.signers(clock::now()).map_err(Failure::environment)?;
    let author = Author::new(open.party(), open.own.history.head().digest(), &keys);
    let mut entropy = SystemEntropy::new();
    let mut signed = Vec::with_capacity(todo.len());
    for Todo { place, draft } in todo {
        let record = match draft.sign(&author, &mut entropy) {
            Ok(record) => record,
            Err(error) => {
                signed.push((place, Err(error.to_string())));
                continue;
            }
        };
        let salt = fresh_salt()?;
        let entry = entry(&record.commitment(&salt), &salt, &record.envelope().to_json());
        signed.push((place, Ok((record.digest(), entry))));
    }
    Ok(signed)
}
