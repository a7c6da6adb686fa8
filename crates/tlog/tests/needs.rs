//! Which tiles a proof needs, and which a log may let go.

use std::collections::BTreeSet;

use proptest::prelude::*;
use tlog::Hash;
use tlog::proof::{self, ProofError, consistency_tiles, inclusion_tiles};
use tlog::tile::{TilePath, replaced_between, tiles_between};
use tlog::tiled::TiledTree;
use tlog::tree::Tree;

use crate::scene::{Files, octets_of, reader, tree};

/// These tiles of a tree and no others.
fn only(tree: &Tree, paths: &[TilePath]) -> Files {
    paths.iter().map(|path| (*path, octets_of(tree, *path))).collect()
}

fn prove_inclusion(files: &Files, tree: &Tree, index: u64) -> Option<Vec<Hash>> {
    let mut tiled = TiledTree::open(reader(files), tree.size(), &tree.root()).ok()?;
    proof::inclusion(&mut tiled, index, tree.size()).ok()
}

fn prove_consistency(files: &Files, tree: &Tree, old: u64) -> Option<Vec<Hash>> {
    let mut tiled = TiledTree::open(reader(files), tree.size(), &tree.root()).ok()?;
    proof::consistency(&mut tiled, old, tree.size()).ok()
}

/// The tiles suffice for a proof, and none of them can be spared.
fn suffice_and_are_needed(tree: &Tree, paths: &[TilePath], prove: impl Fn(&Files) -> Option<Vec<Hash>>) {
    let files = only(tree, paths);
    assert!(prove(&files).is_some(), "{paths:?}");
    for path in paths {
        let mut fewer = files.clone();
        fewer.remove(path);
        assert_eq!(prove(&fewer), None, "{path} of {paths:?}");
    }
}

#[test]
fn an_inclusion_proof_needs_each_of_its_tiles_and_no_more() {
    for size in [1, 2, 255, 256, 257, 511, 1000, 65_536, 66_000, 70_000] {
        let tree = tree(size);
        for index in [0, 1, 255, 256, size / 3, size / 2, 65_535, size - 1] {
            if index < size {
                let paths = inclusion_tiles(index, size).unwrap();
                suffice_and_are_needed(&tree, &paths, |files| prove_inclusion(files, &tree, index));
            }
        }
    }
}

#[test]
fn a_consistency_proof_needs_each_of_its_tiles_and_no_more() {
    for size in [1, 2, 256, 257, 1000, 65_536, 66_000, 70_000] {
        let tree = tree(size);
        for old in [1, 2, 255, 256, 257, size / 3, size / 2, 65_535, 65_536, size - 1, size] {
            if (1..=size).contains(&old) {
                let paths = consistency_tiles(old, size).unwrap();
                suffice_and_are_needed(&tree, &paths, |files| prove_consistency(files, &tree, old));
            }
        }
    }
}

#[test]
fn what_cannot_be_proved_needs_no_tiles() {
    assert_eq!(inclusion_tiles(5, 5), Err(ProofError::AskedOutside { index: 5, start: 0, end: 5 }));
    assert_eq!(consistency_tiles(0, 5), Err(ProofError::AskedNothing));
    assert_eq!(consistency_tiles(6, 5), Err(ProofError::AskedBackwards { old: 6, new: 5 }));
    assert_eq!(consistency_tiles(0, 0), Ok(Vec::new()));
}

#[test]
fn the_largest_tree_needs_few_tiles_for_any_proof() {
    let mut most = 0;
    for place in [0, 1, 255, 1 << 31, (1 << 32) - 1, 1 << 63, (1 << 63) - 1, u64::MAX / 3, u64::MAX - 1] {
        for size in [u64::MAX, u64::MAX - 1, 1 << 63, (1 << 63) + 1] {
            most = most.max(inclusion_tiles(place, size).map_or(0, |paths| paths.len()));
            most = most.max(consistency_tiles(place, size).map_or(0, |paths| paths.len()));
        }
    }
    assert!((8..=16).contains(&most), "{most}");
}

#[test]
fn a_partial_tile_may_go_when_the_full_one_is_there_and_not_before() {
    let path = |text: &str| text.parse::<TilePath>().unwrap();
    let named = |old, new| replaced_between(old, new).map(|path| path.to_string()).collect::<Vec<_>>();
    assert_eq!(named(300, 511), [""; 0]);
    assert_eq!(named(300, 512), ["tile/entries/001.p/44", "tile/0/001.p/44"]);
    assert_eq!(named(65_300, 65_536), ["tile/entries/255.p/20", "tile/0/255.p/20", "tile/1/000.p/255"]);
    assert_eq!(named(512, 513), [""; 0]);
    assert!(!path("tile/0/001").is_replaced_at(u64::MAX));
    assert!(path("tile/1/000.p/1").is_replaced_at(65_536) && !path("tile/1/000.p/1").is_replaced_at(65_535));
}

proptest! {
    #[test]
    fn what_may_go_belongs_to_the_old_tree_and_is_full_in_the_new_one(old in 0_u64..200_000, step in 0_u64..200_000) {
        let new = old + step;
        let (before, after): (BTreeSet<_>, BTreeSet<_>) =
            (tiles_between(0, old).collect(), tiles_between(0, new).collect());
        let replaced: BTreeSet<_> = replaced_between(old, new).collect();
        for path in &before {
            let full = TilePath::new(path.kind(), path.index(), 256).unwrap();
            prop_assert_eq!(replaced.contains(path), !path.is_full() && after.contains(&full), "{}", path);
        }
        prop_assert!(replaced.is_subset(&before));
    }
}
