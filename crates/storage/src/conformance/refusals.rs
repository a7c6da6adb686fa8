//! A refusal is final: nothing of the batch is there, and the others of its call go through.

use super::{Backend, Broken, Case, answer, batch, commit, must, node, reopened, same, size, started};
use crate::batch::{Batch, BatchId, LogName, Movement, NewEntry, PrivateReceipt};
use crate::limits::{MAX_BATCH_ENTRIES, MAX_BODY_BYTES, MAX_NAME_BYTES};
use crate::store::{CommitError, Store};

pub(super) fn cases<B: Backend>() -> Vec<Case<B>> {
    vec![
        Case { name: "too many entries, or too much in one, are refused", run: too_much },
        Case { name: "an entry for a log that is not open is refused", run: no_such_log },
        Case { name: "an origin or a name that is taken is refused", run: origin_taken },
        Case { name: "a batch that states another size is refused", run: moved },
        Case { name: "a counter does not pass its limit", run: over_limit },
        Case { name: "what the log has not reached cannot be erased", run: nothing_to_erase },
        Case { name: "an erasure may follow its entry in the same call", run: erased_in_one_call },
        Case { name: "a refused batch can be mended and sent again", run: mended },
    ]
}

type IsExpected = fn(&CommitError) -> bool;

/// Sends a batch that must be refused, between two that must not be.
fn refused<B: Backend>(
    backend: &B,
    home: &B::Home,
    store: B::Store,
    wrong: Batch,
    expected: IsExpected,
) -> Result<B::Store, Broken> {
    let before = size(&store)?;
    let first = before.saturating_mul(2).saturating_add(1000);
    // Whatever else it wants must not happen either.
    let wrong = wrong.receipt(PrivateReceipt::new([9; 32], b"never".to_vec())).movement(Movement::new(
        "never".to_owned(),
        1,
        10,
    ));
    let answers = store.commit(vec![batch(first), wrong, batch(first.saturating_add(1))]);
    let taken: Vec<_> = answers.iter().map(Result::is_ok).collect();
    same("taken", &taken, &vec![true, false, true])?;
    let error = answers.into_iter().find_map(Result::err);
    must(&format!("refused otherwise: {error:?}"), error.as_ref().is_some_and(expected))?;
    nothing_of_it(&store, before)?;
    let store = reopened(backend, home, store)?;
    nothing_of_it(&store, before)?;
    Ok(store)
}

fn nothing_of_it(store: &impl Store, before: u64) -> Result<(), Broken> {
    same("size", &size(store)?, &before.saturating_add(2))?;
    same("receipt", &store.receipt(&[9; 32])?, &None)?;
    same("counter", &store.counters(&["never"])?, &vec![0])
}

fn wrong(name: &[u8]) -> Batch {
    Batch::new(BatchId::of(&[b"wrong", name]))
}

fn bare(entry: Vec<u8>) -> NewEntry {
    NewEntry::bare(LogName::node(), entry)
}

fn too_much<B: Backend>(backend: &B) -> Result<(), Broken> {
    let (home, mut store) = started(backend)?;
    let is_too_much: IsExpected = |error| matches!(error, CommitError::TooMuch { .. });
    let mut many = wrong(b"many");
    many.entries = vec![bare(Vec::new()); MAX_BATCH_ENTRIES.saturating_add(1)];
    let long = wrong(b"long").entry(bare(vec![1; tlog::limits::MAX_ENTRY_BYTES.saturating_add(1)]));
    let body = vec![1; MAX_BODY_BYTES.saturating_add(1)];
    let body = wrong(b"body").entry(NewEntry::with_body(LogName::node(), Vec::new(), body));
    let name = "n".repeat(MAX_NAME_BYTES.saturating_add(1));
    let name = wrong(b"name").movement(Movement::new(name, 1, 1));
    for batch in [many, long, body, name] {
        store = refused(backend, &home, store, batch, is_too_much)?;
    }
    Ok(())
}

fn no_such_log<B: Backend>(backend: &B) -> Result<(), Broken> {
    let (home, store) = started(backend)?;
    let feed: LogName = "feed".parse().map_err(|_| Broken::new("no name"))?;
    let expected: IsExpected = |error| matches!(error, CommitError::NoSuchLog { .. });
    let entries = wrong(b"entry").entry(bare(vec![1])).entry(NewEntry::bare(feed.clone(), vec![1]));
    let store = refused(backend, &home, store, entries, expected)?;
    refused(backend, &home, store, wrong(b"size").expect(feed, 0), expected).map(drop)
}

fn origin_taken<B: Backend>(backend: &B) -> Result<(), Broken> {
    let (home, mut store) = started(backend)?;
    let feed: LogName = "feed".parse().map_err(|_| Broken::new("no name"))?;
    let expected: IsExpected = |error| matches!(error, CommitError::OriginTaken { .. });
    let both =
        wrong(b"both").open(feed.clone(), "conformance.example/one").open(feed.clone(), "conformance.example/two");
    let origin = wrong(b"origin").open(feed.clone(), "conformance.example/node");
    let name = wrong(b"name").open(LogName::node(), "conformance.example/other");
    let none = wrong(b"none").open(feed, "no\norigin");
    for batch in [both, origin, name, none] {
        store = refused(backend, &home, store, batch, expected)?;
    }
    same("logs", &store.heads()?.len(), &1)
}

fn moved<B: Backend>(backend: &B) -> Result<(), Broken> {
    let (home, store) = started(backend)?;
    let expected: IsExpected = |error| matches!(error, CommitError::Moved { expected: 0, found: 1, .. });
    refused(backend, &home, store, wrong(b"moved").expect(LogName::node(), 0), expected).map(drop)
}

fn over_limit<B: Backend>(backend: &B) -> Result<(), Broken> {
    let (home, store) = started(backend)?;
    let by = |by, at_most| Movement::new("budget".to_owned(), by, at_most);
    commit(&store, batch(1).movement(by(5, 10)))?;
    let expected: IsExpected = |error| matches!(error, CommitError::OverLimit { .. });
    let store = refused(backend, &home, store, wrong(b"over").movement(by(6, 10)), expected)?;
    let endless = wrong(b"endless").movement(by(i64::MAX, i64::MAX));
    let store = refused(backend, &home, store, endless, expected)?;
    same("counter", &store.counters(&["budget"])?, &vec![5])
}

fn nothing_to_erase<B: Backend>(backend: &B) -> Result<(), Broken> {
    let (home, store) = started(backend)?;
    let feed: LogName = "feed".parse().map_err(|_| Broken::new("no name"))?;
    let expected: IsExpected = |error| matches!(error, CommitError::NothingToErase { .. });
    let store = refused(backend, &home, store, wrong(b"beyond").erase(node(50)), expected)?;
    let elsewhere = crate::batch::Place::new(feed, 0);
    refused(backend, &home, store, wrong(b"no log").erase(elsewhere), expected).map(drop)
}

fn erased_in_one_call<B: Backend>(backend: &B) -> Result<(), Broken> {
    let (_home, store) = started(backend)?;
    let answers = store.commit(vec![batch(1), batch(2).erase(node(0))]);
    must(&format!("refused: {answers:?}"), answers.iter().all(Result::is_ok))?;
    same("body", &store.bodies(&[node(0)])?, &vec![crate::store::Body::Erased])
}

fn mended<B: Backend>(backend: &B) -> Result<(), Broken> {
    let (_home, store) = started(backend)?;
    must("it was taken", answer(&store, batch(1).expect(LogName::node(), 7)).is_err())?;
    commit(&store, batch(1).expect(LogName::node(), 0)).map(drop)
}
