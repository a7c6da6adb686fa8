//! Feeds take only what policy released, and nothing else takes that.

use policy::feed::{FeedEntry, FeedWriter, Recall, RecallReason};
use record::digest::{AgreementDigest, RecordDigest};
use record::time::Timestamp;
use storage::batch::Movement;
use storage::{Batch, BatchId, CommitError, LogName, NewEntry, Store as _};

use crate::scene::new_store;

const AGREEMENT: AgreementDigest = AgreementDigest::from_octets([7; 32]);

fn feed() -> LogName {
    LogName::feed(AGREEMENT, 0)
}

/// An entry that holds no content: a recall needs no release.
fn entry() -> FeedEntry {
    let mut writer = FeedWriter::new(AGREEMENT);
    let record = RecordDigest::from_octets([1; 32]);
    writer.recall(&Recall::new(0, record, RecallReason::Error, Timestamp::from_micros(0))).unwrap();
    writer.into_entries().remove(0)
}

fn opening(name: &[u8]) -> Batch {
    Batch::new(BatchId::of(&[name])).open(feed(), "detente/feed/example")
}

#[test]
fn an_entry_of_the_writer_goes_into_the_feed() {
    let store = new_store(storage::disk::memory::MemoryDisk::new());
    let answer = store.commit(vec![opening(b"one").feed(0, &entry())]).remove(0);
    assert_eq!(answer.unwrap().entries.len(), 1);
    assert_eq!(store.entries(&feed(), 0, 9).unwrap(), [entry().entry().to_vec()]);
}

#[test]
fn an_entry_that_nobody_released_is_refused_by_a_feed() {
    let store = new_store(storage::disk::memory::MemoryDisk::new());
    let forged = NewEntry::bare(feed(), entry().entry().to_vec());
    let answer = store.commit(vec![opening(b"forged").entry(forged)]).remove(0);
    assert_eq!(answer, Err(CommitError::NotReleased { log: feed() }));
    assert!(store.heads().unwrap().iter().all(|head| head.log != feed()), "nothing of the batch is there");
}

#[test]
fn a_counter_at_its_limit_keeps_the_entry_out() {
    let store = new_store(storage::disk::memory::MemoryDisk::new());
    let one = |name: &[u8]| opening(name).feed(0, &entry()).movement(Movement::new("exposure".to_owned(), 1, 1));
    assert!(store.commit(vec![one(b"first")]).remove(0).is_ok());
    let second = store.commit(vec![one(b"second")]).remove(0);
    assert!(matches!(second, Err(CommitError::OverLimit { .. })), "{second:?}");
    assert_eq!(store.entries(&feed(), 0, 9).unwrap().len(), 1, "no entry without its counter");
    assert_eq!(store.counters(&["exposure"]).unwrap(), [1]);
}

#[test]
fn another_agreement_or_epoch_has_another_feed() {
    let other = AgreementDigest::from_octets([8; 32]);
    assert_ne!(LogName::feed(AGREEMENT, 0), LogName::feed(AGREEMENT, 1));
    assert_ne!(LogName::feed(AGREEMENT, 0), LogName::feed(other, 0));
    assert!(feed().is_feed() && !LogName::node().is_feed());
    assert_eq!(feed().as_str().parse::<LogName>(), Ok(feed()));
}
