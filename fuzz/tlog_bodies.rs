//! What the fuzz targets of `tlog` do with their input. The tests of `tlog` include this file and run the kept corpora
//! through it.

use std::collections::BTreeSet;

use tlog::Hash;
use tlog::bundle::{check_entries, push_entry, read_entries};
use tlog::checkpoint::{Checkpoint, SignedCheckpoint};
use tlog::fork::Fork;
use tlog::limits::{MAX_BUNDLE_BYTES, MAX_FORK_BYTES, MAX_LOG_PROOF_BYTES, MAX_NOTE_BYTES, MAX_SIGNATURES};
use tlog::log_proof::LogProof;
use tlog::note::{Note, VerifierKey};
use tlog::proof::{consistency_tiles, inclusion_tiles};
use tlog::tile::{TileKind, TilePath, read_hashes, write_hashes};

/// A note has one spelling, and so has a verifier key.
pub fn tlog_note(data: &[u8]) {
    key(data);
    let Ok(note) = Note::parse(data) else { return };
    assert!(data.len() <= MAX_NOTE_BYTES && (1..=MAX_SIGNATURES).contains(&note.signatures().len()));
    assert_eq!(note.to_string().as_bytes(), data);
    let mut again = Note::unsigned(note.text().to_owned()).unwrap();
    note.signatures().iter().for_each(|signature| again.add(signature.clone()).unwrap());
    assert_eq!(again, note);
}

fn key(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let Ok(key) = text.parse::<VerifierKey>() else { return };
    assert_eq!(key.to_string(), text);
    if let Some(public) = key.public() {
        assert_eq!(VerifierKey::new(key.name().clone(), key.kind(), public.clone()), Ok(key));
    }
}

/// A checkpoint has one spelling, signed and bare, and a key that did not sign it never vouches for it.
pub fn tlog_checkpoint(data: &[u8]) {
    if let Ok(checkpoint) = std::str::from_utf8(data).map_err(drop).and_then(|it| Checkpoint::parse(it).map_err(drop)) {
        assert_eq!(checkpoint.to_string().as_bytes(), data);
    }
    let Ok(signed) = SignedCheckpoint::parse(data) else { return };
    assert_eq!(signed.to_string().as_bytes(), data);
    assert_eq!(SignedCheckpoint::parse(signed.to_string().as_bytes()), Ok(signed.clone()));
    let claims = signed.claims();
    assert_eq!(claims.to_string(), signed.note().text());
    assert!(signed.verify(&[]).is_err());
    let (size, tiles) = (claims.size(), 16);
    assert!(inclusion_tiles(size / 2, size).map_or(size == 0, |paths| paths.len() <= tiles));
    assert!(consistency_tiles(size / 2, size).map_or(size == 1, |paths| paths.len() <= tiles));
}

/// A proof file has one spelling, and proves nothing without a key.
pub fn tlog_proof(data: &[u8]) {
    let Ok(proof) = LogProof::parse(data) else { return };
    assert!(data.len() <= MAX_LOG_PROOF_BYTES);
    assert_eq!(proof.to_string().as_bytes(), data);
    assert_eq!(LogProof::parse(proof.to_string().as_bytes()).as_ref(), Ok(&proof));
    let origin = proof.checkpoint().claims().origin();
    assert!(proof.verify(&Hash::EMPTY, origin, &[]).is_err());
}

/// An evidence file has one spelling, and what it proves, it proves whoever reads it.
pub fn tlog_fork(data: &[u8]) {
    let Ok(fork) = Fork::parse(data) else { return };
    assert!(data.len() <= MAX_FORK_BYTES);
    assert_eq!(fork.to_string().as_bytes(), data);
    assert_eq!(Fork::parse(fork.to_string().as_bytes()).as_ref(), Ok(&fork));
    assert!(fork.check_against(&[]).is_err());
    let Ok(proved) = fork.check() else { return };
    assert_eq!(proved.first().origin(), proved.second().origin());
    assert!(proved.first() != proved.second());
    assert!(fork.check_against(std::slice::from_ref(proved.key())).is_ok());
}

/// A path has one spelling, and names a file of the trees that reach it and of no others.
pub fn tlog_path(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let Ok(path) = text.parse::<TilePath>() else { return };
    assert_eq!(path.to_string(), text);
    assert_eq!(TilePath::new(path.kind(), path.index(), path.width()), Ok(path));
    assert!(!path.is_replaced_at(0));
    let level = if let TileKind::Hashes(level) = path.kind() { u32::from(level) * 8 } else { 0 };
    let held = path.index().checked_mul(256).and_then(|first| first.checked_add(path.width().into()));
    let size = held.and_then(|held| held.checked_mul(1_u64.checked_shl(level)?));
    let Some(size) = size else { return };
    assert_eq!(TilePath::in_tree(path.kind(), path.index(), size), Some(path));
    assert_ne!(TilePath::in_tree(path.kind(), path.index(), size - 1), Some(path));
    assert!(!path.is_replaced_at(size));
}

/// A bundle is read as it was written. The first octet is the number of entries, less one; the rest are taken as a hash
/// tile too.
pub fn tlog_bundle(data: &[u8]) {
    let Some((width, octets)) = data.split_first() else { return };
    let width = u16::from(*width) + 1;
    let path = TilePath::new(TileKind::Hashes(0), 0, width).unwrap();
    if let Ok(hashes) = read_hashes(path, octets) {
        assert!(hashes.len() == usize::from(width) && octets.starts_with(&write_hashes(&hashes)));
    }
    let Ok(entries) = read_entries(octets, width) else { return };
    assert!(octets.len() <= MAX_BUNDLE_BYTES && entries.len() == usize::from(width));
    let mut again = Vec::new();
    entries.iter().for_each(|entry| push_entry(&mut again, entry).unwrap());
    assert!(octets.starts_with(&again));
    assert_eq!(read_entries(&again, width).as_ref(), Ok(&entries));
    let mut tile: Vec<Hash> = entries.iter().map(|entry| Hash::leaf(entry)).collect();
    assert_eq!(check_entries(&entries, &tile), Ok(()));
    // Turned round, the tile fits only if the entries read alike from both ends.
    tile.reverse();
    let ends: BTreeSet<bool> = tile.iter().zip(&entries).map(|(hash, entry)| *hash == Hash::leaf(entry)).collect();
    assert_eq!(check_entries(&entries, &tile).is_ok(), !ends.contains(&false));
}
