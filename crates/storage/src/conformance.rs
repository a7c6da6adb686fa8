//! The suite that every backend of [`Store`] must pass: each promise on the trait, as a case with a name.
//!
//! A case never panics: it answers what it found, so that a backend's test shows all broken promises at once.

mod commits;
mod reading;
mod refusals;

use std::fmt::Debug;

use crate::batch::{Batch, BatchId, LogName, NewEntry, Place};
use crate::store::{CommitError, Committed, Store, StoreError};

/// A backend under test.
pub trait Backend: Sync {
    /// The store.
    type Store: Store;
    /// The place where one store lies, empty at first.
    type Home;

    /// A new empty place.
    fn home(&self) -> Self::Home;

    /// Makes a store in an empty place, or opens the one that is there. It may sign at once.
    ///
    /// # Errors
    /// Why it cannot be opened.
    fn open(&self, home: &Self::Home) -> Result<Self::Store, String>;

    /// What a failure of power does to a place whose store was dropped. False if this backend cannot show it.
    fn crash(&self, home: &Self::Home) -> bool;

    /// Publishes all that is committed.
    ///
    /// # Errors
    /// Why it cannot.
    fn publish(&self, store: &Self::Store) -> Result<(), String>;
}

/// What a promise that does not hold looks like.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Broken(String);

impl Broken {
    /// Says what is broken.
    #[must_use]
    pub fn new(what: impl Into<String>) -> Self {
        Self(what.into())
    }
}

impl From<StoreError> for Broken {
    fn from(error: StoreError) -> Self {
        Self(error.to_string())
    }
}

impl From<CommitError> for Broken {
    fn from(error: CommitError) -> Self {
        Self(error.to_string())
    }
}

/// One promise, and how it is tried.
#[non_exhaustive]
pub struct Case<B> {
    /// The promise.
    pub name: &'static str,
    /// Tries it.
    pub run: fn(&B) -> Result<(), Broken>,
}

impl<B> Debug for Case<B> {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(self.name)
    }
}

/// All cases.
#[must_use]
pub fn cases<B: Backend>() -> Vec<Case<B>> {
    [commits::cases(), refusals::cases(), reading::cases()].into_iter().flatten().collect()
}

/// Tries every promise, and answers how many there are.
///
/// # Errors
/// Every promise that does not hold, with what was found.
pub fn run<B: Backend>(backend: &B) -> Result<usize, Vec<(&'static str, Broken)>> {
    let cases = cases::<B>();
    let broken = cases.iter().filter_map(|case| Some((case.name, (case.run)(backend).err()?)));
    let broken: Vec<_> = broken.collect();
    if broken.is_empty() { Ok(cases.len()) } else { Err(broken) }
}

/// A store whose node log is open, with its place.
fn started<B: Backend>(backend: &B) -> Result<(B::Home, B::Store), Broken> {
    let home = backend.home();
    let store = open(backend, &home)?;
    commit(&store, Batch::new(BatchId::of(&[b"open"])).open(LogName::node(), "conformance.example/node"))?;
    Ok((home, store))
}

fn open<B: Backend>(backend: &B, home: &B::Home) -> Result<B::Store, Broken> {
    backend.open(home).map_err(Broken)
}

/// Closes a store and opens it again: cleanly, and after a failure of power if the backend can show one.
fn reopened<B: Backend>(backend: &B, home: &B::Home, store: B::Store) -> Result<B::Store, Broken> {
    drop(store);
    let _shown = backend.crash(home);
    open(backend, home)
}

/// Commits one batch that must be taken.
fn commit(store: &impl Store, batch: Batch) -> Result<Committed, Broken> {
    Ok(answer(store, batch)?)
}

/// The answer to one batch.
fn answer(store: &impl Store, batch: Batch) -> Result<Committed, CommitError> {
    let nothing = CommitError::Unknown { problem: "the store answered nothing".to_owned() };
    store.commit(vec![batch]).into_iter().next().unwrap_or(Err(nothing))
}

fn must(what: &str, holds: bool) -> Result<(), Broken> {
    if holds { Ok(()) } else { Err(Broken::new(what)) }
}

fn same<T: PartialEq + Debug>(what: &str, found: &T, wanted: &T) -> Result<(), Broken> {
    if found == wanted { Ok(()) } else { Err(Broken(format!("{what}: found {found:?}, wanted {wanted:?}"))) }
}

/// The n-th batch: one entry with a body.
fn batch(number: u64) -> Batch {
    let id = BatchId::of(&[b"conformance", &number.to_be_bytes()]);
    Batch::new(id).entry(NewEntry::with_body(LogName::node(), entry(number), body(number)))
}

fn entry(number: u64) -> Vec<u8> {
    record::digest::sha256(&[b"entry", &number.to_be_bytes()]).to_vec()
}

fn body(number: u64) -> Vec<u8> {
    format!("body {number}").into_bytes()
}

fn node(index: u64) -> Place {
    Place::new(LogName::node(), index)
}

fn size(store: &impl Store) -> Result<u64, Broken> {
    let heads = store.heads()?;
    let head = heads.iter().find(|head| head.log == LogName::node());
    head.map(|head| head.size).ok_or_else(|| Broken::new("the node log is not open"))
}
