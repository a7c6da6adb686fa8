//! Lengths and counts by somebody who can make every check hold.

use std::sync::Arc;

use record::digest::sha256;

use storage::batch::Movement;
use storage::disk::memory::MemoryDisk;
use storage::keys::{LogKeys, LogSigners};
use storage::{Batch, BatchId, LocalStore, LogName, Place, Store as _};
use tlog::note::VerifierKey;

use crate::damage::{KEYS, LAST, disk_of, findings, is_refused};
use crate::scene::{Keys, batch, new_store, options};

/// A header that says these lengths, with a check that holds.
fn forged(disk: &MemoryDisk, header: &[u8], meta_bytes: u32, body_bytes: u64) -> Vec<u8> {
    let layout = String::from_utf8(disk.contents("layout").unwrap()).unwrap();
    let id = layout.lines().nth(2).unwrap().strip_prefix("store ").unwrap();
    let store: [u8; 16] = record::base64url::decode_exactly(id).unwrap();
    let mut octets = header[..96].to_vec();
    octets[20..24].copy_from_slice(&meta_bytes.to_be_bytes());
    octets[24..32].copy_from_slice(&body_bytes.to_be_bytes());
    octets.extend(sha256(&[b"detente/frame-header/v1\0", &store, &octets]));
    octets
}

#[test]
fn lengths_that_cannot_be_are_refused_without_reserving_memory() {
    let sound = disk_of(1);
    let whole = sound.contents(LAST).unwrap();
    let at = whole.windows(8).rposition(|part| part == b"detframe").unwrap();
    let most = 64 * 1024 * 1024;
    for (meta, bodies) in [(u32::MAX, 0), (0, u64::MAX), (u32::MAX, u64::MAX), (most, 0), (1, 1 << 24), (0, 0)] {
        let disk = sound.copy();
        let mut octets = whole.clone();
        octets[at..at + 128].copy_from_slice(&forged(&sound, &whole[at..at + 128], meta, bodies));
        disk.set_contents(LAST, &octets).unwrap();
        is_refused(&disk, LAST);
        assert!(findings(&disk).iter().any(|finding| finding.path == LAST));
    }
    for length in [0, 63, 64, 65, 1 << 20, (1 << 20) + 65] {
        let disk = sound.copy();
        disk.set_contents(KEYS, &vec![0xff; length]).unwrap();
        assert_eq!(findings(&disk)[0].path, KEYS);
    }
}

/// A whole frame in the place of another, with digests that hold.
fn forged_frame(disk: &MemoryDisk, header: &[u8], meta: &[u8]) -> Vec<u8> {
    let layout = String::from_utf8(disk.contents("layout").unwrap()).unwrap();
    let id = layout.lines().nth(2).unwrap().strip_prefix("store ").unwrap();
    let store: [u8; 16] = record::base64url::decode_exactly(id).unwrap();
    let length = (meta.len() as u64).to_be_bytes();
    let (number, previous) = (&header[8..16], &header[32..64]);
    let digest = sha256(&[b"detente/frame/v1\0", &store, number, &length, &[0; 8], previous, meta]);
    let mut header = header.to_vec();
    header[64..96].copy_from_slice(&digest);
    let mut frame = forged(disk, &header, meta.len() as u32, 0);
    frame.extend(meta);
    frame.extend(digest);
    frame
}

#[test]
fn counts_that_cannot_be_are_refused_without_reserving_memory() {
    let sound = disk_of(1);
    let whole = sound.contents(LAST).unwrap();
    let at = whole.windows(8).rposition(|part| part == b"detframe").unwrap();
    let time = 1_i64.to_be_bytes();
    let most = u32::MAX.to_be_bytes();
    let opens = [[0x11].as_slice(), &time, &most].concat();
    let name = [[0x11].as_slice(), &time, &[0, 0, 0, 1], &most, b"node"].concat();
    let batches = [[0x11].as_slice(), &time, &[0; 4], &most, &[7; 32], &most].concat();
    let nodes = [[0x12].as_slice(), &time, &[0, 0, 0, 1], &[0, 0, 0, 1, b'n', 0, 0, 0, 0], &[0xff; 8], &most].concat();
    let unknown = [[0x77].as_slice(), &time, &most].concat();
    for meta in [opens, name, batches, nodes, unknown, vec![0x11]] {
        let disk = sound.copy();
        let frame = forged_frame(&sound, &whole[at..at + 128], &meta);
        disk.set_contents(LAST, &[&whole[..at], &frame].concat()).unwrap();
        is_refused(&disk, LAST);
        assert!(findings(&disk).iter().any(|finding| finding.path == LAST));
    }
}

/// The node's keys for reading, and a thief's for signing: what somebody has who can write the directory and no more.
struct Thief(Arc<Keys>, Arc<Keys>);

impl LogKeys for Thief {
    fn verifiers(&self, origin: &str) -> Vec<VerifierKey> {
        self.0.verifiers(origin)
    }

    fn signers(&self, origin: &str) -> Result<Arc<LogSigners>, String> {
        self.1.signers(origin)
    }
}

#[test]
fn a_frame_that_the_logs_key_did_not_sign_is_refused_although_every_digest_holds() {
    let disk = MemoryDisk::new();
    let store = new_store(Arc::new(disk.clone()));
    store.commit((0..3).map(batch).collect());
    store.publish().unwrap();
    drop(store);
    let mut with = options(Arc::new(disk.clone()));
    with.keys = Arc::new(Thief(Keys::of(7), Keys::of(9)));
    let thief = LocalStore::open(with).unwrap();
    thief.guard(&LogName::node(), &[]).unwrap();
    // No entry, so no checkpoint: a counter moves and a body goes.
    let quiet =
        Batch::new(BatchId::of(&[b"quiet"])).movement(Movement::new("resumed-until".to_owned(), i64::MAX, i64::MAX));
    assert!(thief.commit(vec![quiet.erase(Place::new(LogName::node(), 1))])[0].is_ok());
    drop(thief);
    let only = "segments/00000000.segment";
    is_refused(&disk, only);
    let found = findings(&disk);
    assert!(found.iter().any(|one| one.path == only && one.problem.contains("signed by no key")), "{found:?}");
}
