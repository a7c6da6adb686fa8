//! Tiles: paths, what a log publishes, and reading it back without trust.

use std::collections::BTreeMap;

use proptest::prelude::*;
use tlog::bundle::{BadBundle, check_entries, push_entry, read_entries};
use tlog::edge::Edge;
use tlog::proof;
use tlog::tile::{TileKind, TilePath, read_hashes, tiles_between, write_hashes};
use tlog::tiled::{TiledError, TiledTree};
use tlog::{Hash, tree::Tree};

use crate::scene::{Files, flip, leaf, reader, tree};

/// Every hash tile that a log of this tree has published.
fn publish(tree: &Tree) -> Files {
    let files = crate::scene::publish(tree);
    files.into_iter().filter(|(path, _)| path.kind() != TileKind::Entries).collect()
}

#[test]
fn a_tree_of_70_000_has_the_tiles_that_the_text_counts() {
    let mut counts = BTreeMap::new();
    for path in tiles_between(0, 70_000) {
        *counts.entry((path.kind(), path.width())).or_insert(0) += 1;
    }
    let hashes = |level, width| (TileKind::Hashes(level), width);
    let wanted = [
        (hashes(0, 256), 273),
        (hashes(0, 112), 1),
        (hashes(1, 256), 1),
        (hashes(1, 17), 1),
        (hashes(2, 1), 1),
        ((TileKind::Entries, 256), 273),
        ((TileKind::Entries, 112), 1),
    ];
    assert_eq!(counts, BTreeMap::from(wanted));
    let at_256: Vec<String> = tiles_between(255, 256).map(|path| path.to_string()).collect();
    assert_eq!(at_256, ["tile/entries/000", "tile/0/000", "tile/1/000.p/1"]);
}

#[test]
fn paths_are_read_in_the_one_way_in_which_they_are_written() {
    for path in ["tile/0/x001/x234/067", "tile/63/005.p/255", "tile/entries/000.p/1", "tile/entries/x001/000"] {
        assert_eq!(path.parse::<TilePath>().unwrap().to_string(), path);
    }
    let bad = [
        "tile/64/000",
        "tile/00/000",
        "tile/0/0",
        "tile/0/x000/001",
        "tile/0/001/002",
        "tile/0/x001",
        "tile/0/000.p/0",
        "tile/0/000.p/256",
        "tile/0/000.p/01",
        "tile/0/",
        "tile/0/+01",
        "/tile/0/000",
        "tile/0/000/",
        "tile/data/000",
        "tile/0/x018/x446/x744/x073/x709/x551/616",
        "tile/0/000.p/1.p/1",
        "",
        "tile/-1/000",
        "tile/0/xx01/000",
    ];
    for path in bad {
        assert!(path.parse::<TilePath>().is_err(), "{path}");
    }
}

proptest! {
    #[test]
    fn any_path_is_read_as_it_was_written(level in 0_u8..64, index: u64, width in 1_u16..=256, entries: bool) {
        let kind = if entries { TileKind::Entries } else { TileKind::Hashes(level) };
        let path = TilePath::new(kind, index, width).unwrap();
        prop_assert_eq!(path.to_string().parse::<TilePath>().unwrap(), path);
    }

    #[test]
    fn growing_in_steps_publishes_what_growing_at_once_does(old in 0_u64..200_000, step in 0_u64..200_000) {
        let new = old + step;
        let grown: std::collections::BTreeSet<_> = tiles_between(0, old).chain(tiles_between(old, new)).collect();
        for path in tiles_between(0, new) {
            prop_assert!(grown.contains(&path), "{}", path);
        }
    }
}

#[test]
fn proofs_read_from_tiles_are_those_of_the_tree() {
    for size in [1, 2, 255, 256, 257, 511, 65_536, 66_000] {
        let tree = tree(size);
        let files = publish(&tree);
        let mut tiled = TiledTree::open(reader(&files), size, &tree.root()).unwrap();
        for index in [0, size / 3, size / 2, size - 1] {
            let built = proof::inclusion(&mut tiled, index, size).unwrap();
            assert_eq!(built, proof::inclusion(&mut &tree, index, size).unwrap());
            proof::verify_inclusion(index, size, &leaf(index), &built, &tree.root()).unwrap();
        }
        let old = size.div_ceil(2);
        let built = proof::consistency(&mut tiled, old, size).unwrap();
        assert_eq!(built, proof::consistency(&mut &tree, old, size).unwrap());
    }
}

#[test]
fn a_full_tile_serves_for_a_partial_one() {
    let (small, large) = (tree(100), tree(256));
    let full = publish(&large)[&"tile/0/000".parse().unwrap()].clone();
    let read = |_: TilePath| Ok::<_, String>(full.clone());
    let mut tiled = TiledTree::open(read, 100, &small.root()).unwrap();
    assert_eq!(tiled.tile(0, 0).unwrap().len(), 100);
}

#[test]
fn a_changed_tile_is_named_or_breaks_the_edge() {
    let tree = tree(66_000);
    let files = publish(&tree);
    for path in files.keys().copied().filter(|path| path.index() % 50 == 0 || !path.is_full()) {
        let mut forged = files.clone();
        let tile = forged.get_mut(&path).unwrap();
        let place = tile.len() / 2;
        tile[place] ^= 4;
        match TiledTree::open(reader(&forged), 66_000, &tree.root()) {
            Err(error) => {
                assert!(matches!(error, TiledError::LogWrongEdge { .. }) && !path.is_full(), "{path} {error}");
            }
            Ok(mut tiled) => {
                let TileKind::Hashes(level) = path.kind() else { panic!("{path}") };
                let error = tiled.tile(level, path.index()).unwrap_err();
                assert_eq!(error, TiledError::LogWrongTile { path });
            }
        }
    }
}

#[test]
fn another_valid_tile_in_a_tile_s_place_is_refused() {
    let tree = tree(1000);
    let mut files = publish(&tree);
    let other = files[&"tile/0/001".parse().unwrap()].clone();
    let path = "tile/0/000".parse().unwrap();
    files.insert(path, other);
    let mut tiled = TiledTree::open(reader(&files), 1000, &tree.root()).unwrap();
    assert_eq!(tiled.tile(0, 0).unwrap_err(), TiledError::LogWrongTile { path });
    assert!(matches!(tiled.tile(0, 3).map(|tile| tile.len()), Ok(232)));
    assert!(matches!(tiled.tile(0, 4), Err(TiledError::AskedOutside { .. })));
}

#[test]
fn missing_short_and_long_tiles_are_named() {
    let tree = tree(1000);
    let files = publish(&tree);
    let path: TilePath = "tile/0/003.p/232".parse().unwrap();
    let mut without = files.clone();
    without.remove(&path);
    let error = TiledTree::open(reader(&without), 1000, &tree.root()).unwrap_err();
    assert!(matches!(error, TiledError::Reader { path: named, .. } if named == path));
    for bytes in [0, 31, 231 * 32, 233 * 32, 232 * 32 + 1, 1 << 20] {
        assert_eq!(read_hashes(path, &vec![0; bytes]).unwrap_err().bytes, bytes);
    }
    assert!(TiledTree::open(reader(&files), 1000, &flip(&tree.root(), 9)).is_err());
    assert!(TiledTree::open(reader(&files), 999, &tree.root()).is_err());
}

#[test]
fn entry_bundles_are_read_as_written_and_checked_against_their_tile() {
    let entries: Vec<Vec<u8>> = (0..256_usize).map(|index| vec![b'x'; index * 3]).collect();
    let mut bundle = Vec::new();
    entries.iter().for_each(|entry| push_entry(&mut bundle, entry).unwrap());
    let read = read_entries(&bundle, 256).unwrap();
    assert_eq!(read, entries.iter().map(Vec::as_slice).collect::<Vec<_>>());
    assert_eq!(read_entries(&bundle, 7).unwrap().len(), 7);
    let mut tile: Vec<Hash> = entries.iter().map(|entry| Hash::leaf(entry)).collect();
    check_entries(&read, &tile).unwrap();
    tile[200] = leaf(0);
    assert_eq!(check_entries(&read, &tile), Err(BadBundle::NotInTile { entry: 200 }));
    assert!(check_entries(&read[1..], &tile).is_err());
    assert!(matches!(read_entries(&bundle[..bundle.len() - 1], 256), Err(BadBundle::EndsWithin { entry: 255 })));
    bundle.extend([0, 0]);
    assert!(matches!(read_entries(&bundle, 256), Err(BadBundle::WrongCount { got: 257, .. })));
    assert!(push_entry(&mut bundle, &vec![0; 65_535]).is_ok());
    assert!(push_entry(&mut bundle, &vec![0; 65_536]).is_err());
}

#[test]
fn an_edge_writes_the_tiles_of_the_tree_and_is_taken_up_again_from_its_partial_ones() {
    let (tree, files) = (tree(66_000), publish(&tree(66_000)));
    let mut written = Files::new();
    let mut edge = Edge::new();
    for index in 0..tree.size() {
        for (path, hashes) in edge.append(leaf(index)).unwrap() {
            assert!(path.is_full());
            assert_eq!(written.insert(path, write_hashes(&hashes)), None, "{path}");
        }
        if index % 9_999 == 0 {
            let tiles: BTreeMap<_, _> = edge.partial().into_iter().collect();
            let again = Edge::resume(index + 1, |path| Ok::<_, String>(tiles[&path].clone())).unwrap();
            assert_eq!(again, edge);
        }
    }
    written.extend(edge.partial().into_iter().map(|(path, hashes)| (path, write_hashes(&hashes))));
    assert_eq!((edge.size(), written), (66_000, files));
    assert!(Edge::resume(66_000, |_| Ok::<_, String>(Vec::new())).is_err());
}
