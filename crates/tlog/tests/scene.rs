//! Logs, keys and checkpoints to test with.

use std::collections::BTreeMap;

use record::suite::PrivateKey;
use tlog::Hash;
use tlog::bundle::push_entry;
use tlog::checkpoint::{Checkpoint, SignedCheckpoint};
use tlog::note::{KeyKind, Signer};
use tlog::tile::{TileKind, TilePath, hashes_of, tiles_between, write_hashes};
use tlog::tree::Tree;

/// A log's files as a reader finds them.
pub(crate) type Files = BTreeMap<TilePath, Vec<u8>>;

pub(crate) const ORIGIN: &str = "log.example/one";
pub(crate) const NOW: u64 = 1_700_000_000;

pub(crate) fn entry(index: u64) -> Vec<u8> {
    format!("entry {index}").into_bytes()
}

pub(crate) fn leaf(index: u64) -> Hash {
    Hash::leaf(&entry(index))
}

pub(crate) fn tree(size: u64) -> Tree {
    forked_tree(size, u64::MAX)
}

/// A tree whose leaf at one index is another.
pub(crate) fn forked_tree(size: u64, forged: u64) -> Tree {
    let mut tree = Tree::new();
    for index in 0..size {
        tree.append(if index == forged { Hash::leaf(b"another") } else { leaf(index) });
    }
    tree
}

pub(crate) fn signer(name: &str, kind: KeyKind, seed: u8) -> Signer {
    let key = PrivateKey::from_seed(kind.suite().unwrap(), &[seed; 32]).unwrap();
    Signer::new(name.parse().unwrap(), kind, key).unwrap()
}

pub(crate) fn log_signer() -> Signer {
    signer(ORIGIN, KeyKind::Ed25519, 1)
}

pub(crate) fn signed(tree: &Tree, signers: &[&Signer]) -> SignedCheckpoint {
    let checkpoint = Checkpoint::new(ORIGIN, tree.size(), tree.root()).unwrap();
    SignedCheckpoint::sign(checkpoint, signers, NOW).unwrap()
}

pub(crate) fn flip(hash: &Hash, bit: usize) -> Hash {
    let mut octets = *hash.octets();
    octets[bit / 8] ^= 1 << (bit % 8);
    Hash::from_octets(octets)
}

/// Every file of a log whose entries are those of [`tree`].
pub(crate) fn publish(tree: &Tree) -> Files {
    tiles_between(0, tree.size()).map(|path| (path, octets_of(tree, path))).collect()
}

/// What a log of this tree has at a path.
pub(crate) fn octets_of(tree: &Tree, path: TilePath) -> Vec<u8> {
    let mut bundle = Vec::new();
    if path.kind() == TileKind::Entries {
        let first = path.index() * 256;
        (first..first + u64::from(path.width())).for_each(|index| push_entry(&mut bundle, &entry(index)).unwrap());
        return bundle;
    }
    write_hashes(&hashes_of(&mut &*tree, path).unwrap())
}

pub(crate) fn reader(files: &Files) -> impl FnMut(TilePath) -> Result<Vec<u8>, String> + Send + '_ {
    |path| files.get(&path).cloned().ok_or_else(|| format!("{path} is missing"))
}
