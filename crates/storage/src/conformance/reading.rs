//! What a reader sees.

use super::{Backend, Broken, Case, batch, body, commit, entry, must, node, reopened, same, size, started};
use crate::batch::{Batch, BatchId, LogName, NewEntry, PrivateReceipt};
use crate::store::{Body, Store as _, StoreError};

pub(super) fn cases<B: Backend>() -> Vec<Case<B>> {
    vec![
        Case { name: "entries are read from any index, as many as asked for", run: ranges },
        Case { name: "bodies are answered each in its place", run: bodies },
        Case { name: "an erased body is gone, and its entry stays", run: erased },
        Case { name: "a receipt is found by its digest alone", run: receipts },
        Case { name: "a log that is not open cannot be read", run: unknown_log },
        Case { name: "another thread sees what was acknowledged before it asked", run: across_threads },
        Case { name: "what is published was committed, and is signed", run: published },
        Case { name: "heads are those of the entries' tree", run: heads },
    ]
}

fn ranges<B: Backend>(backend: &B) -> Result<(), Broken> {
    let (_home, store) = started(backend)?;
    store.commit((0..10).map(batch).collect());
    for (from, limit) in [(0, 0), (0, 1), (0, 10), (3, 4), (9, 5), (10, 5), (11, 1), (u64::MAX, usize::MAX)] {
        let wanted: Vec<_> = (0..10).skip(usize::try_from(from).unwrap_or(usize::MAX)).take(limit).map(entry).collect();
        same(&format!("{limit} entries from {from}"), &store.entries(&LogName::node(), from, limit)?, &wanted)?;
    }
    Ok(())
}

fn bodies<B: Backend>(backend: &B) -> Result<(), Broken> {
    let (home, store) = started(backend)?;
    store.commit((0..3).map(batch).collect());
    commit(&store, Batch::new(BatchId::of(&[b"bare"])).entry(NewEntry::bare(LogName::node(), vec![1])))?;
    let empty = NewEntry::with_body(LogName::node(), vec![2], Vec::new());
    commit(&store, Batch::new(BatchId::of(&[b"empty"])).entry(empty))?;
    let store = reopened(backend, &home, store)?;
    let found = store.bodies(&[node(2), node(3), node(0), node(4), node(2)])?;
    let kept = |number| Body::Kept(body(number));
    same("bodies", &found, &vec![kept(2), Body::None, kept(0), Body::Kept(Vec::new()), kept(2)])?;
    let beyond = store.bodies(&[node(0), node(5)]);
    same("beyond the end", &beyond, &Err(StoreError::NoSuchEntry { place: node(5) }))
}

fn erased<B: Backend>(backend: &B) -> Result<(), Broken> {
    let (home, store) = started(backend)?;
    store.commit((0..3).map(batch).collect());
    let heads = store.heads()?;
    commit(&store, Batch::new(BatchId::of(&[b"erase"])).erase(node(1)))?;
    // Erasing twice, and what has no body, is no error.
    commit(&store, Batch::new(BatchId::of(&[b"again"])).erase(node(1)))?;
    let wanted = vec![Body::Kept(body(0)), Body::Erased, Body::Kept(body(2))];
    same("bodies", &store.bodies(&[node(0), node(1), node(2)])?, &wanted)?;
    same("entries", &store.entries(&LogName::node(), 0, 9)?, &(0..3).map(entry).collect())?;
    same("heads", &store.heads()?, &heads)?;
    let store = reopened(backend, &home, store)?;
    same("bodies after opening", &store.bodies(&[node(0), node(1), node(2)])?, &wanted)
}

fn receipts<B: Backend>(backend: &B) -> Result<(), Broken> {
    let (home, store) = started(backend)?;
    for number in 1..4_u8 {
        let receipt = PrivateReceipt::new([number; 32], vec![number; 100]);
        commit(&store, Batch::new(BatchId::of(&[b"receipt", &[number]])).receipt(receipt))?;
    }
    let store = reopened(backend, &home, store)?;
    same("receipt", &store.receipt(&[2; 32])?, &Some(vec![2; 100]))?;
    same("no receipt", &store.receipt(&[8; 32])?, &None)?;
    same("size", &size(&store)?, &0)
}

fn unknown_log<B: Backend>(backend: &B) -> Result<(), Broken> {
    let (_home, store) = started(backend)?;
    let feed: LogName = "feed".parse().map_err(|_| Broken::new("no name"))?;
    let missing = StoreError::NoSuchLog { log: feed.clone() };
    same("entries", &store.entries(&feed, 0, 1), &Err(missing.clone()))?;
    must("published", store.published(&feed).err() == Some(missing.clone()))?;
    let place = crate::batch::Place::new(feed, 0);
    same("bodies", &store.bodies(&[place]), &Err(missing))
}

fn across_threads<B: Backend>(backend: &B) -> Result<(), Broken> {
    let (_home, store) = started(backend)?;
    let (tell, told) = std::sync::mpsc::channel::<u64>();
    let store = &store;
    std::thread::scope(|scope| {
        let reader = scope.spawn(move || {
            for number in told {
                same("entry", &store.entries(&LogName::node(), number, 1)?, &vec![entry(number)])?;
                same("body", &store.bodies(&[node(number)])?, &vec![Body::Kept(body(number))])?;
                must("size", size(store)? > number)?;
            }
            Ok(())
        });
        for number in 0..50 {
            commit(store, batch(number))?;
            let _gone = tell.send(number);
        }
        drop(tell);
        reader.join().map_err(|_| Broken::new("the reader panicked"))?
    })
}

fn published<B: Backend>(backend: &B) -> Result<(), Broken> {
    let (home, store) = started(backend)?;
    store.commit((0..300).map(batch).collect());
    backend.publish(&store).map_err(Broken::new)?;
    let shown = store.published(&LogName::node())?.ok_or_else(|| Broken::new("nothing is published"))?;
    let head = store.heads()?.into_iter().next().ok_or_else(|| Broken::new("no head"))?;
    same("published", &(shown.claims().size(), *shown.claims().root()), &(head.size, head.root))?;
    must("two signatures", shown.note().signatures().len() >= 2)?;
    let store = reopened(backend, &home, store)?;
    must("ahead of the log", store.published(&LogName::node())?.is_none_or(|it| it.claims().size() <= 300))
}

fn heads<B: Backend>(backend: &B) -> Result<(), Broken> {
    let (_home, store) = started(backend)?;
    store.commit((0..77).map(batch).collect());
    let mut tree = tlog::frontier::Frontier::new();
    for number in 0..77 {
        tree.append(tlog::Hash::leaf(&entry(number))).map_err(|error| Broken::new(error.to_string()))?;
    }
    let head = store.heads()?.into_iter().next().ok_or_else(|| Broken::new("no head"))?;
    same("root", &(head.size, head.root), &(77, tree.root()))
}
