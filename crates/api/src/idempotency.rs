//! Idempotency keys: a request that is sent twice is done once (draft-ietf-httpapi-idempotency-key-header-07).
//!
//! A key is one caller's. With the same request again it gets the same answer again; with another one it is refused; while
//! the first is under way it is told so. What became of a key is kept for a day. An answer that is too long, or that had to
//! make room, is forgotten, but not that it was given: nothing is done twice because memory was short.

mod memory;
mod sealed;

use aws_lc_rs::hmac;
use record::time::Timestamp;

use crate::member::Place;
use crate::problem::{Problem, ProblemKind, Wrong};
use crate::values::put;

pub use memory::InMemory;
pub use sealed::Secret;

/// The header field.
pub const KEY_HEADER: &str = "Idempotency-Key";

/// Fewest characters of a key: shorter ones are counters that begin anew, and would repeat old answers.
pub const MIN_KEY_CHARACTERS: usize = 8;

/// Most characters of a key, its quotes included: a UUID several times over.
pub const MAX_KEY_CHARACTERS: usize = 130;

/// A key: as the draft has it, a string in quotes, or as most programs send it, without.
pub const KEY_PATTERN: &str = "^(?:[A-Za-z0-9._~:-]{8,128}|\"[A-Za-z0-9._~:-]{8,128}\")$";

/// How long it is known what became of a key, in microseconds: a day, within which a program that lost its line comes again.
pub const KEPT_MICROS: i64 = 24 * 60 * 60 * 1_000_000;

/// Keys of one caller within that time: three each minute, and some 150 octets each.
pub const MAX_KEYS_PER_CALLER: usize = 5_000;

/// Octets of one answer that is kept: what commands say. Files that they write are mostly longer, and can be had again.
pub const MAX_ANSWER_BYTES: usize = 64 * 1024;

/// Octets of all answers of one caller that are kept. The oldest make room: a thousand accounts have half a gibibyte at most.
pub const MAX_ANSWERS_BYTES_PER_CALLER: usize = 512 * 1024;

/// The key of a caller, under a secret of the node: what is kept tells nothing to whoever reads it, and nobody can try whether it is
/// of a request that he guesses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Slot {
    /// The keyed digest of the caller's name.
    caller: [u8; 32],
    /// The keyed digest of the key.
    key: [u8; 32],
}

impl Slot {
    /// Both digests, to be kept.
    #[must_use]
    pub fn octets(&self) -> [u8; 64] {
        let mut octets = [0; 64];
        let both = self.caller.iter().chain(&self.key);
        octets.iter_mut().zip(both).for_each(|(to, from)| *to = *from);
        octets
    }

    /// The slot that was kept.
    #[must_use]
    pub fn from_octets(octets: &[u8; 64]) -> Self {
        let (mut slot, (caller, key)) = (Self { caller: [0; 32], key: [0; 32] }, octets.split_at(32));
        slot.caller.iter_mut().zip(caller).for_each(|(to, from)| *to = *from);
        slot.key.iter_mut().zip(key).for_each(|(to, from)| *to = *from);
        slot
    }
}

/// An answer, to be repeated.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "it is what an answer is")]
pub struct Kept {
    /// The status of HTTP.
    pub status: u16,
    /// The media type; none without a body.
    pub media_type: Option<String>,
    /// The body.
    pub body: Vec<u8>,
}

/// What became of a key.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "a store keeps all of them")]
pub enum State {
    /// It is under way.
    InFlight,
    /// It was answered so.
    Answered(Kept),
    /// It was answered, and the answer is not kept any more.
    Spent,
    /// The node ended while it was under way: whether it was done is not known.
    Lost,
}

/// What is kept of a key.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "a store keeps all of it")]
pub struct Entry {
    /// The digest of the request that it came with.
    pub request: [u8; 32],
    /// When it came first.
    pub since: Timestamp,
    /// What became of it.
    pub state: State,
}

/// An entry without its answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "a store makes it")]
pub struct Summary {
    /// Whose it is.
    pub slot: Slot,
    /// When it came first.
    pub since: Timestamp,
    /// Octets of its answer; none if there is no answer, or none any more.
    pub answer_bytes: usize,
}

/// Where keys are kept.
///
/// Guarantees that are asked of it: what [`Keys::set`] has taken is found by [`Keys::get`] until it is removed, and each call
/// is atomic against the others. It is called by one thread at a time. One that forgets at a crash is allowed: whoever sends
/// again after a crash has to look first, as without a key. One that does not forget takes what was under way for [`State::Lost`].
pub trait Keys {
    /// The entry of a slot.
    ///
    /// # Errors
    /// [`NotKept`].
    fn get(&self, slot: &Slot) -> Result<Option<Entry>, NotKept>;

    /// Sets the entry of a slot.
    ///
    /// # Errors
    /// [`NotKept`].
    fn set(&mut self, slot: Slot, entry: Entry) -> Result<(), NotKept>;

    /// Removes the entry of a slot.
    ///
    /// # Errors
    /// [`NotKept`].
    fn remove(&mut self, slot: &Slot) -> Result<(), NotKept>;

    /// Every entry of a slot's caller, oldest first, without the answers.
    ///
    /// # Errors
    /// [`NotKept`].
    fn of_caller(&self, slot: &Slot) -> Result<Vec<Summary>, NotKept>;
}

/// The store did not do its part.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, thiserror::Error)]
#[error("what became of earlier requests could not be read or kept; nothing was done")]
#[expect(clippy::exhaustive_structs, reason = "a store makes it")]
pub struct NotKept;

/// What to do with a request.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "whoever serves must do each of them")]
#[must_use]
pub enum Begin {
    /// Do it, and then call [`finish`].
    Go(Ticket),
    /// Answer this, and do nothing.
    Again(Kept),
}

/// That a request is under way under a key. It is spent by [`finish`] or [`abandon`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ticket {
    slot: Slot,
    request: [u8; 32],
    since: Timestamp,
}

/// What tells one request from another: its operation and all its values.
#[must_use]
pub fn digest_of(secret: &Secret, operation: &str, values: &crate::values::Values) -> [u8; 32] {
    let mut octets = Vec::new();
    put(&mut octets, b'o', operation.as_bytes());
    octets.extend(values.octets_without(&[]));
    digest(secret, b"detente/api/request/v2\0", &octets)
}

fn digest(secret: &Secret, domain: &[u8], message: &[u8]) -> [u8; 32] {
    let tag = hmac::sign(secret.key(), &[domain, message].concat());
    tag.as_ref().first_chunk().copied().unwrap_or_default()
}

/// The slot of a key of a caller; the key as the header field has it.
///
/// # Errors
/// [`ProblemKind::Member`] for what is no key.
pub fn slot(secret: &Secret, caller: &str, field: &str) -> Result<Slot, Problem> {
    let key = bare(field);
    let is_of_keys = |octet: u8| octet.is_ascii_alphanumeric() || b"._~:-".contains(&octet);
    if !(MIN_KEY_CHARACTERS..=MAX_KEY_CHARACTERS - 2).contains(&key.len()) || !key.bytes().all(is_of_keys) {
        let wrong = Wrong::Form("8 to 128 letters, digits and `._~:-`", "8 到 128 个字母、数字和 `._~:-`");
        return Err(wrong.about(Place::Header, KEY_HEADER));
    }
    let digest = |domain: &[u8], text: &str| digest(secret, domain, text.as_bytes());
    Ok(Slot { caller: digest(b"detente/api/caller/v2\0", caller), key: digest(b"detente/api/key/v2\0", key) })
}

/// A key without its quotes.
fn bare(field: &str) -> &str {
    let text = field.trim();
    text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(text)
}

/// What to do with a request that came with a key.
///
/// # Errors
/// [`ProblemKind::InFlight`], [`ProblemKind::KeySpent`], [`ProblemKind::KeyLost`], [`ProblemKind::KeyReused`], [`ProblemKind::TooMany`] if the caller has
/// too many keys, and [`ProblemKind::Environment`] if the store fails: then nothing may be done.
pub fn begin(keys: &mut impl Keys, slot: Slot, request: [u8; 32], now: Timestamp) -> Result<Begin, Problem> {
    let Some(entry) = keys.get(&slot).map_err(not_kept)?.filter(|entry| is_young(entry.since, now)) else {
        return open(keys, slot, request, now);
    };
    if entry.request != request {
        return Err(Problem::new(ProblemKind::KeyReused));
    }
    match entry.state {
        State::InFlight => Err(Problem::new(ProblemKind::InFlight).retry_after(1)),
        State::Spent => Err(Problem::new(ProblemKind::KeySpent)),
        State::Lost => Err(Problem::new(ProblemKind::KeyLost)),
        State::Answered(kept) => Ok(Begin::Again(kept)),
    }
}

fn open(keys: &mut impl Keys, slot: Slot, request: [u8; 32], now: Timestamp) -> Result<Begin, Problem> {
    let known = keys.of_caller(&slot).map_err(not_kept)?;
    let (young, old): (Vec<_>, Vec<_>) = known.into_iter().partition(|entry| is_young(entry.since, now));
    for entry in &old {
        keys.remove(&entry.slot).map_err(not_kept)?;
    }
    if young.len() >= MAX_KEYS_PER_CALLER {
        let oldest = young.first().map_or(now, |entry| entry.since);
        let micros = KEPT_MICROS.saturating_sub(now.micros().saturating_sub(oldest.micros()));
        let seconds = u32::try_from(micros / 1_000_000).unwrap_or(u32::MAX).saturating_add(1);
        return Err(Problem::new(ProblemKind::TooMany).retry_after(seconds));
    }
    keys.set(slot, Entry { request, since: now, state: State::InFlight }).map_err(not_kept)?;
    Ok(Begin::Go(Ticket { slot, request, since: now }))
}

/// A clock that was set back makes nothing younger than it is: what lies in the future counts as now.
const fn is_young(since: Timestamp, now: Timestamp) -> bool {
    now.micros().saturating_sub(since.micros()) < KEPT_MICROS
}

/// Keeps the answer of a request that was done, or refused for good.
///
/// # Errors
/// [`NotKept`]: the request was done, and whoever sends it again is told that it is under way.
pub fn finish(keys: &mut impl Keys, ticket: &Ticket, answer: Kept) -> Result<(), NotKept> {
    let Ticket { slot, request, since } = *ticket;
    let is_long = answer.body.len() > MAX_ANSWER_BYTES;
    let state = if is_long { State::Spent } else { State::Answered(answer) };
    keys.set(slot, Entry { request, since, state })?;
    make_room(keys, &slot)
}

/// Keeps that a request was done, and not its answer: one that holds a secret is given once.
///
/// # Errors
/// [`NotKept`], as [`finish`].
pub fn spend(keys: &mut impl Keys, ticket: &Ticket) -> Result<(), NotKept> {
    let Ticket { slot, request, since } = *ticket;
    keys.set(slot, Entry { request, since, state: State::Spent })
}

/// Forgets the oldest answers of a caller until the others fit, and keeps that they were given.
fn make_room(keys: &mut impl Keys, slot: &Slot) -> Result<(), NotKept> {
    let mut room = MAX_ANSWERS_BYTES_PER_CALLER;
    for summary in keys.of_caller(slot)?.into_iter().rev().filter(|summary| summary.answer_bytes > 0) {
        match room.checked_sub(summary.answer_bytes) {
            Some(left) => room = left,
            None => forget_answer(keys, summary.slot)?,
        }
    }
    Ok(())
}

fn forget_answer(keys: &mut impl Keys, slot: Slot) -> Result<(), NotKept> {
    let Some(entry) = keys.get(&slot)? else { return Ok(()) };
    keys.set(slot, Entry { state: State::Spent, ..entry })
}

/// Forgets a request that was not done, for a reason that may pass: it may be sent again under the same key.
///
/// # Errors
/// [`NotKept`].
pub fn abandon(keys: &mut impl Keys, ticket: &Ticket) -> Result<(), NotKept> {
    keys.remove(&ticket.slot)
}

fn not_kept(error: NotKept) -> Problem {
    Problem::new(ProblemKind::Environment).said(&error.to_string(), None)
}
