//! Logs, keys and checkpoints to test with.

use record::suite::PrivateKey;
use tlog::Hash;
use tlog::checkpoint::{Checkpoint, SignedCheckpoint};
use tlog::note::{KeyKind, Signer};
use tlog::tree::Tree;

pub(crate) const ORIGIN: &str = "log.example/one";
pub(crate) const NOW: u64 = 1_700_000_000;

pub(crate) fn leaf(index: u64) -> Hash {
    Hash::leaf(format!("entry {index}").as_bytes())
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
