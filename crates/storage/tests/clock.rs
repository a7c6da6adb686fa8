//! A machine's clock that goes wrong.

use std::sync::Arc;

use storage::disk::memory::MemoryDisk;
use storage::{LocalStore, LogName, Store as _};

use crate::scene::{Clock, TODAY, batch, new_store, options};

#[test]
fn a_clock_that_goes_back_a_year_signs_nothing_until_it_is_set() {
    let disk = MemoryDisk::new();
    drop(new_store(Arc::new(disk.clone())));
    let clock = Clock::at(TODAY);
    let mut options = options(Arc::new(disk));
    options.clock = clock.read();
    let store = LocalStore::open(options).unwrap();
    store.guard(&LogName::node(), &[]).unwrap();
    assert!(store.commit(vec![batch(1)])[0].is_ok());
    clock.set(TODAY - 365 * 24 * 60 * 60);
    let refused = store.commit(vec![batch(2)])[0].clone().unwrap_err();
    assert!(refused.to_string().contains("set the clock"), "{refused}");
    clock.set(TODAY);
    assert!(store.commit(vec![batch(2)])[0].is_ok());
    assert_eq!(store.heads().unwrap()[0].size, 2);
}
