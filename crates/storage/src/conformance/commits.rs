//! What a commit promises: durability, wholeness, order, and that it happens once.

use super::{Backend, Broken, Case, answer, batch, commit, entry, must, node, reopened, same, size, started};
use crate::batch::{Batch, BatchId, LogName, Movement, NewEntry, PrivateReceipt};
use crate::store::{Body, Store as _};

pub(super) fn cases<B: Backend>() -> Vec<Case<B>> {
    vec![
        Case { name: "what was acknowledged is there after it was closed", run: durable },
        Case { name: "a batch is there with all its parts after it was opened again", run: whole },
        Case { name: "batches of one call lie in the order given", run: ordered },
        Case { name: "entries of one batch lie in the order given, in every log", run: ordered_in_logs },
        Case { name: "a batch that is sent again is answered as it was", run: idempotent },
        Case { name: "a batch that is in one call twice is committed once", run: idempotent_in_one_call },
        Case { name: "a batch that is sent again after opening is committed once", run: idempotent_after_opening },
        Case { name: "a batch that two threads send at once is committed once", run: idempotent_across_threads },
        Case { name: "a batch is committed only at the size that it states", run: expects },
        Case { name: "counters move together with their batch", run: counters },
        Case { name: "frames and times never go back", run: times },
        Case { name: "opening a log again under its origin changes nothing", run: opened_again },
    ]
}

fn durable<B: Backend>(backend: &B) -> Result<(), Broken> {
    let (home, store) = started(backend)?;
    for number in 0..20 {
        commit(&store, batch(number))?;
    }
    let heads = store.heads()?;
    let store = reopened(backend, &home, store)?;
    same("heads", &store.heads()?, &heads)?;
    same("entries", &store.entries(&LogName::node(), 0, 100)?, &(0..20).map(entry).collect())
}

fn whole<B: Backend>(backend: &B) -> Result<(), Broken> {
    let (home, store) = started(backend)?;
    let feed: LogName = "feed".parse().map_err(|_| Broken::new("no name"))?;
    let all = batch(1)
        .open(feed.clone(), "conformance.example/feed")
        .entry(NewEntry::bare(feed.clone(), b"in the feed".to_vec()))
        .receipt(PrivateReceipt::new([7; 32], b"receipt".to_vec()))
        .movement(Movement::new("budget".to_owned(), 3, 5));
    let answer = commit(&store, all)?;
    same("entries of the answer", &answer.entries.len(), &2)?;
    let store = reopened(backend, &home, store)?;
    same("node log", &store.entries(&LogName::node(), 0, 9)?, &vec![entry(1)])?;
    same("feed", &store.entries(&feed, 0, 9)?, &vec![b"in the feed".to_vec()])?;
    same("body", &store.bodies(&[node(0)])?, &vec![Body::Kept(super::body(1))])?;
    same("receipt", &store.receipt(&[7; 32])?, &Some(b"receipt".to_vec()))?;
    same("counter", &store.counters(&["budget"])?, &vec![3])
}

fn ordered<B: Backend>(backend: &B) -> Result<(), Broken> {
    let (_home, store) = started(backend)?;
    let answers = store.commit((0..300).map(batch).collect());
    for (answer, index) in answers.into_iter().zip(0..) {
        same("place", &answer?.entries, &vec![node(index)])?;
    }
    same("entries", &store.entries(&LogName::node(), 0, 1000)?, &(0..300).map(entry).collect())
}

fn ordered_in_logs<B: Backend>(backend: &B) -> Result<(), Broken> {
    let (_home, store) = started(backend)?;
    let feed: LogName = "feed".parse().map_err(|_| Broken::new("no name"))?;
    let mut mixed = Batch::new(BatchId::of(&[b"mixed"])).open(feed.clone(), "conformance.example/feed");
    for number in 0..10 {
        let log = if number % 2 == 0 { LogName::node() } else { feed.clone() };
        mixed = mixed.entry(NewEntry::bare(log, entry(number)));
    }
    let answer = commit(&store, mixed)?;
    let indices: Vec<_> = answer.entries.iter().map(|place| place.index).collect();
    same("indices", &indices, &vec![0, 0, 1, 1, 2, 2, 3, 3, 4, 4])?;
    same("feed", &store.entries(&feed, 0, 9)?, &[1, 3, 5, 7, 9].map(entry).to_vec())
}

fn idempotent<B: Backend>(backend: &B) -> Result<(), Broken> {
    let (_home, store) = started(backend)?;
    let first = commit(&store, batch(1))?;
    commit(&store, batch(2))?;
    same("answer", &commit(&store, batch(1))?, &first)?;
    same("size", &size(&store)?, &2)
}

fn idempotent_in_one_call<B: Backend>(backend: &B) -> Result<(), Broken> {
    let (_home, store) = started(backend)?;
    let answers = store.commit(vec![batch(1), batch(2), batch(1)]);
    let answers = answers.into_iter().collect::<Result<Vec<_>, _>>()?;
    same("answers", &answers.first(), &answers.last())?;
    same("size", &size(&store)?, &2)
}

fn idempotent_after_opening<B: Backend>(backend: &B) -> Result<(), Broken> {
    let (home, store) = started(backend)?;
    let once = batch(1).movement(Movement::new("budget".to_owned(), 2, 100));
    let first = commit(&store, once.clone())?;
    let store = reopened(backend, &home, store)?;
    same("answer", &commit(&store, once)?, &first)?;
    same("counter", &store.counters(&["budget"])?, &vec![2])?;
    same("size", &size(&store)?, &1)
}

fn idempotent_across_threads<B: Backend>(backend: &B) -> Result<(), Broken> {
    let (_home, store) = started(backend)?;
    for number in 0..20 {
        let store = &store;
        let (one, other) = std::thread::scope(|scope| {
            let one = scope.spawn(move || answer(store, batch(number)));
            let other = scope.spawn(move || answer(store, batch(number)));
            (one.join(), other.join())
        });
        let gone = |_| Broken::new("a thread panicked");
        same("answers", &one.map_err(gone)??, &other.map_err(gone)??)?;
    }
    same("size", &size(&store)?, &20)
}

fn expects<B: Backend>(backend: &B) -> Result<(), Broken> {
    let (_home, store) = started(backend)?;
    commit(&store, batch(1).expect(LogName::node(), 0))?;
    must("a batch was taken at another size", answer(&store, batch(2).expect(LogName::node(), 0)).is_err())?;
    // In one call each batch sees those before it.
    let answers = store.commit(vec![batch(3), batch(4).expect(LogName::node(), 2)]);
    must("a batch of a call did not see the one before it", answers.iter().all(Result::is_ok))
}

fn counters<B: Backend>(backend: &B) -> Result<(), Broken> {
    let (home, store) = started(backend)?;
    let by = |by| Movement::new("budget".to_owned(), by, 5);
    let answers = store.commit(vec![batch(1).movement(by(4)), batch(2).movement(by(2)), batch(3).movement(by(1))]);
    let taken: Vec<_> = answers.iter().map(Result::is_ok).collect();
    same("taken", &taken, &vec![true, false, true])?;
    commit(&store, batch(4).movement(by(-2)).movement(by(1)))?;
    let store = reopened(backend, &home, store)?;
    same("counters", &store.counters(&["budget", "another"])?, &vec![4, 0])
}

fn times<B: Backend>(backend: &B) -> Result<(), Broken> {
    let (home, store) = started(backend)?;
    let first = commit(&store, batch(1))?;
    let second = commit(&store, batch(2))?;
    let store = reopened(backend, &home, store)?;
    let third = commit(&store, batch(3))?;
    must("frames go up", first.frame < second.frame && second.frame < third.frame)?;
    must("times do not go back", first.time <= second.time && second.time <= third.time)
}

fn opened_again<B: Backend>(backend: &B) -> Result<(), Broken> {
    let (_home, store) = started(backend)?;
    let again = Batch::new(BatchId::of(&[b"again"])).open(LogName::node(), "conformance.example/node");
    commit(&store, again)?;
    same("logs", &store.heads()?.len(), &1)
}
