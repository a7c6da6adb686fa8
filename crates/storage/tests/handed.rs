//! What a committer has read already, and hands on: the views come to the same rows as if they had read it themselves.

use std::sync::Arc;

use record::{Record, Signed};
use storage::disk::memory::MemoryDisk;
use storage::views::View;
use storage::views::cases;
use storage::views::records::{self, Records};
use storage::{Batch, BatchId, LocalStore, LogName, NewEntry, Place, Store as _};

use crate::scene::{new_store_with, options};
use crate::signer::{Party, incident_id};

/// Records of a store.
const RECORDS: u64 = 20;

const SALT: [u8; 32] = [9; 32];

fn store() -> LocalStore {
    let mut with = options(Arc::new(MemoryDisk::new()));
    with.views = vec![Box::new(Records::new()) as Box<dyn View>];
    new_store_with(with)
}

/// The record is handed on as it was read.
fn read(entry: Vec<u8>, signed: Signed<Record>) -> NewEntry {
    NewEntry::with_record(LogName::node(), entry, &SALT, signed)
}

/// Only its text is.
fn unread(entry: Vec<u8>, signed: &Signed<Record>) -> NewEntry {
    let body = [SALT.as_slice(), signed.envelope().to_json().as_bytes()].concat();
    NewEntry::with_body(LogName::node(), entry, body)
}

fn fill(store: &LocalStore, make: impl Fn(Vec<u8>, Signed<Record>) -> NewEntry) {
    let party = Party::new();
    for number in 0..RECORDS {
        let signed = party.incident(number, &format!("crane {number}"));
        let entry = signed.commitment(&SALT).octets().to_vec();
        let batch = Batch::new(BatchId::of(&[b"record", &number.to_be_bytes()])).entry(make(entry, signed));
        assert!(store.commit(vec![batch])[0].is_ok());
    }
}

fn erase(store: &LocalStore, index: u64) {
    let record = NewEntry::bare(LogName::node(), b"erasure record".to_vec());
    let place = Place::new(LogName::node(), index);
    let batch = Batch::new(BatchId::of(&[b"erasure", &index.to_be_bytes()])).entry(record).erase(place);
    assert!(store.commit(vec![batch])[0].is_ok());
}

#[test]
fn the_rows_are_the_same_whoever_read_the_record() {
    let (handed, plain) = (store(), store());
    fill(&handed, read);
    fill(&plain, |entry, signed| unread(entry, &signed));
    let rows = handed.views_digest().unwrap();
    assert_eq!(rows, plain.views_digest().unwrap());
    assert_eq!(cases::count(&handed).unwrap(), RECORDS);
    handed.rebuild(&mut |_, _| ()).unwrap();
    assert_eq!(rows, handed.views_digest().unwrap());
}

#[test]
fn what_is_erased_before_the_views_came_to_it_is_not_shown() {
    let store = store();
    fill(&store, read);
    erase(&store, 3);
    let listed = records::list(&store, &LogName::node(), 0, 100).unwrap();
    assert_eq!((listed.len() as u64, listed[3].object_id.as_ref()), (RECORDS + 1, None));
    assert_eq!(cases::versions(&store, &incident_id(3)).unwrap(), []);
    let rows = store.views_digest().unwrap();
    store.rebuild(&mut |_, _| ()).unwrap();
    assert_eq!(rows, store.views_digest().unwrap());
}

#[test]
fn a_batch_that_is_sent_again_with_another_record_changes_no_row() {
    let store = store();
    fill(&store, read);
    let rows = store.views_digest().unwrap();
    let other = Party::new().incident(77, "another");
    let again = Batch::new(BatchId::of(&[b"record", &0_u64.to_be_bytes()])).entry(read(vec![1], other));
    assert_eq!(store.commit(vec![again])[0].as_ref().unwrap().entries[0].index, 0);
    assert_eq!(rows, store.views_digest().unwrap());
}
