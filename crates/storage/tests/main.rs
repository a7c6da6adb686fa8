//! Tests of the store.

mod disks;
