//! A whole log against its checkpoint: every wrong file is named.

use proptest::prelude::*;
use tlog::audit::{Audit, Checked, Fault, leftover};
use tlog::bundle::{BadBundle, push_entry};
use tlog::tile::{TileKind, TilePath, tiles_between, write_hashes};
use tlog::tiled::TiledTree;
use tlog::tree::Tree;
use tlog::{Hash, tree::root};

use crate::scene::{Files, flip, forked_tree, log_signer, octets_of, publish, reader, signed, tree};

type Answer = Result<Checked, Vec<Fault<String>>>;

fn path(text: &str) -> TilePath {
    text.parse().unwrap()
}

fn audit(files: &Files, size: u64, root: Hash) -> Answer {
    Audit::new(size, root).run(&mut reader(files), |_| ())
}

/// The paths of what is wrong, beside the tree of this many leaves.
fn wrong(files: &Files, tree: &Tree) -> Vec<TilePath> {
    let faults = audit(files, tree.size(), tree.root()).unwrap_err();
    faults.iter().map(|fault| fault.path().unwrap_or_else(|| panic!("{fault}"))).collect()
}

fn flip_bit(files: &mut Files, path: TilePath, place: usize) {
    let octets = files.get_mut(&path).unwrap();
    let place = place % octets.len();
    octets[place] ^= 1 << (place % 8);
}

/// Files in which one level 0 tile and its bundle were made anew around another entry.
fn reforged(tree: &Tree, index: u64) -> Files {
    let mut files = publish(tree);
    let tile = TilePath::in_tree(TileKind::Hashes(0), index / 256, tree.size()).unwrap();
    files.insert(tile, octets_of(&forked_tree(tree.size(), index), tile));
    let bundle = TilePath::in_tree(TileKind::Entries, index / 256, tree.size()).unwrap();
    let mut octets = Vec::new();
    for at in index / 256 * 256..(index / 256 * 256 + u64::from(bundle.width())) {
        let entry = if at == index { b"another".to_vec() } else { crate::scene::entry(at) };
        push_entry(&mut octets, &entry).unwrap();
    }
    files.insert(bundle, octets);
    files
}

#[test]
fn a_log_as_it_was_published_is_sound_at_any_size() {
    for size in [0, 1, 2, 255, 256, 257, 511, 512, 1000, 65_535, 65_536, 65_537, 66_000] {
        let tree = tree(size);
        let files = publish(&tree);
        let checked = audit(&files, size, tree.root()).unwrap();
        let bundles = size.div_ceil(256);
        assert_eq!((checked.leaves, checked.entries, checked.bundles), (size, size, bundles));
        assert_eq!(checked.tiles + checked.bundles, tiles_between(0, size).count() as u64);
        assert_eq!(checked.octets, files.values().map(|octets| octets.len() as u64).sum::<u64>());
    }
    let checkpoint = signed(&tree(300), &[&log_signer()]);
    Audit::of(checkpoint.claims()).run(&mut reader(&publish(&tree(300))), |_| ()).unwrap();
}

#[test]
fn a_flipped_bit_in_any_file_names_that_file_and_no_other() {
    let tree = tree(300);
    let files = publish(&tree);
    for (path, octets) in &files {
        for place in (0..octets.len()).step_by(if octets.len() > 1000 { 29 } else { 3 }) {
            let mut forged = files.clone();
            flip_bit(&mut forged, *path, place);
            assert_eq!(wrong(&forged, &tree), [*path], "octet {place}");
        }
    }
}

#[test]
fn a_flipped_bit_in_a_log_of_three_levels_names_its_file() {
    let tree = tree(66_000);
    let files = publish(&tree);
    let chosen = files.keys().filter(|path| path.index() == 128 || !path.is_full() || path.index() == 0);
    for path in chosen {
        let mut forged = files.clone();
        flip_bit(&mut forged, *path, 4099);
        assert_eq!(wrong(&forged, &tree), [*path]);
    }
}

#[test]
fn a_missing_file_is_named_with_what_its_reader_said() {
    let tree = tree(1000);
    for path in publish(&tree).into_keys() {
        let mut files = publish(&tree);
        files.remove(&path);
        let faults = audit(&files, 1000, tree.root()).unwrap_err();
        assert_eq!(faults, [Fault::Unreadable { path, error: format!("{path} is missing") }]);
    }
}

#[test]
fn a_file_of_another_length_is_named() {
    let tree = tree(1000);
    for path in publish(&tree).into_keys() {
        for change in [-1_isize, 1, isize::MIN] {
            let mut files = publish(&tree);
            let octets = files.get_mut(&path).unwrap();
            octets.resize(octets.len().saturating_add_signed(change), 0);
            assert_eq!(wrong(&files, &tree), [path]);
        }
    }
}

#[test]
fn the_wrong_entry_of_a_bundle_is_told_by_its_place() {
    let tree = tree(1000);
    let mut files = publish(&tree);
    let path = path("tile/entries/001");
    // Behind two octets of length, an entry of 9 octets for each index below 1000.
    flip_bit(&mut files, path, 77 * 11 + 5);
    let reason = BadBundle::NotInTile { entry: 77 };
    assert_eq!(audit(&files, 1000, tree.root()), Err(vec![Fault::WrongBundle { path, reason }]));
}

#[test]
fn many_wrong_files_are_all_named() {
    let tree = tree(66_000);
    let mut files = publish(&tree);
    let wanted = ["tile/0/000", "tile/0/003", "tile/1/000", "tile/1/001.p/1", "tile/entries/009", "tile/entries/256"];
    let wanted = wanted.map(path);
    for path in wanted {
        flip_bit(&mut files, path, 4096 + 40);
    }
    files.remove(&path("tile/0/200"));
    let named = [&wanted[..2], &[path("tile/0/200")], &wanted[2..]].concat();
    assert_eq!(wrong(&files, &tree), named);
}

#[test]
fn a_tile_and_its_bundle_made_anew_together_are_both_named() {
    let tree = tree(66_000);
    for index in [0, 700, 65_535] {
        let both = [TileKind::Hashes(0), TileKind::Entries];
        let both = both.map(|kind| TilePath::in_tree(kind, index / 256, 66_000).unwrap());
        assert_eq!(wrong(&reforged(&tree, index), &tree), both);
    }
}

#[test]
fn a_lost_tile_and_bundle_hide_no_other_wrong_file() {
    let tree = tree(66_000);
    let mut files = publish(&tree);
    let lost = ["tile/0/003", "tile/entries/003"].map(path);
    let wrong_too = ["tile/0/256", "tile/2/000.p/1"].map(path);
    lost.iter().for_each(|path| drop(files.remove(path)));
    wrong_too.iter().for_each(|path| flip_bit(&mut files, *path, 9));
    assert_eq!(wrong(&files, &tree), [lost[0], wrong_too[0], wrong_too[1], lost[1]]);
}

#[test]
fn a_tile_and_its_bundle_wrong_in_different_ways_are_both_named() {
    let tree = tree(1000);
    let mut files = publish(&tree);
    let (tile, bundle) = (path("tile/0/002"), path("tile/entries/002"));
    flip_bit(&mut files, tile, 99 * 32);
    flip_bit(&mut files, bundle, 7 * 11 + 5);
    let wanted = [Fault::WrongTile { path: tile }, Fault::WrongBundle { path: bundle, reason: BadBundle::NotInTree }];
    assert_eq!(audit(&files, 1000, tree.root()), Err(wanted.to_vec()));
}

#[test]
fn a_wrong_tile_far_from_a_forgery_is_named_beside_it() {
    let tree = tree(66_000);
    let mut files = reforged(&tree, 65_600);
    flip_bit(&mut files, path("tile/1/000"), 9);
    assert_eq!(wrong(&files, &tree), ["tile/0/256", "tile/1/000", "tile/entries/256"].map(path));
}

#[test]
fn a_forged_end_of_the_log_leads_to_another_root() {
    let faults = audit(&reforged(&tree(66_000), 65_999), 66_000, tree(66_000).root()).unwrap_err();
    assert_eq!(faults, [Fault::AnotherTree { size: 66_000, found: forked_tree(66_000, 65_999).root() }]);
}

#[test]
fn a_forgery_up_to_level_1_is_named_where_the_tree_above_stops_agreeing() {
    let tree = tree(66_000);
    let mut files = reforged(&tree, 700);
    let level_1 = path("tile/1/000");
    files.insert(level_1, octets_of(&forked_tree(66_000, 700), level_1));
    assert_eq!(wrong(&files, &tree), [level_1]);
}

#[test]
fn files_of_another_tree_are_told_by_the_root_that_they_make() {
    let (tree, forked) = (tree(1000), forked_tree(1000, 3));
    let faults = audit(&publish(&tree), 1000, forked.root()).unwrap_err();
    assert_eq!(faults, [Fault::AnotherTree { size: 1000, found: tree.root() }]);
    assert!(audit(&publish(&tree), 0, tree.root()).is_err());
    assert!(audit(&Files::new(), 0, Hash::EMPTY).is_ok());
}

#[test]
fn a_full_tile_serves_for_a_partial_one_that_was_removed() {
    let (old, new) = (tree(300), tree(1000));
    let files = publish(&new);
    let mut read = |path: TilePath| {
        let full = TilePath::new(path.kind(), path.index(), 256).unwrap();
        let own = if path == self::path("tile/1/000.p/1") { Some(octets_of(&old, path)) } else { None };
        own.or_else(|| files.get(&full).cloned()).ok_or(path)
    };
    assert_eq!(Audit::new(300, old.root()).run(&mut read, |_| ()).map(|checked| checked.entries), Ok(300));
}

#[test]
fn parts_read_by_many_threads_make_the_same_answer_in_any_order() {
    let tree = tree(5000);
    let mut files = publish(&tree);
    let sound = audit(&files, 5000, tree.root());
    let shared_out = |files: &Files| {
        let audit = Audit::new(5000, tree.root());
        let part = |range| audit.part(&mut reader(files), range, |_| ());
        let parts = std::thread::scope(|scope| {
            let threads = [15..20, 0..7, 7..15, 20..99].map(|range| scope.spawn(move || part(range)));
            threads.map(|thread| thread.join().unwrap()).to_vec()
        });
        audit.finish(&mut reader(files), parts)
    };
    assert_eq!(shared_out(&files), sound);
    flip_bit(&mut files, path("tile/0/008"), 9);
    assert_eq!(shared_out(&files).unwrap_err(), [Fault::WrongTile { path: path("tile/0/008") }]);
}

#[test]
fn parts_that_leave_a_gap_or_overlap_are_refused() {
    let tree = tree(5000);
    let (files, audit) = (publish(&tree), Audit::new(5000, tree.root()));
    for (ranges, index) in [(vec![], 0), (vec![0..7, 8..20], 7), (vec![0..7, 6..20], 7), (vec![0..9, 9..19], 19)] {
        let parts = ranges.into_iter().map(|range| audit.part(&mut reader(&files), range, |_| ())).collect();
        assert_eq!(audit.finish(&mut reader(&files), parts), Err(vec![Fault::PartsApart { index }]));
    }
}

#[test]
fn progress_is_told_after_each_tile_and_grows_to_the_whole() {
    let tree = tree(1000);
    let mut told = Vec::new();
    Audit::new(1000, tree.root()).run(&mut reader(&publish(&tree)), |checked| told.push(checked.entries)).unwrap();
    assert_eq!(told, [256, 512, 768, 1000]);
}

#[test]
fn a_log_without_its_files_ends_the_audit_early() {
    let mut asked = 0_u64;
    let mut read = |_: TilePath| {
        asked += 1;
        Err::<Vec<u8>, _>("nothing here")
    };
    let faults = Audit::new(u64::MAX, Hash::EMPTY).run(&mut read, |_| ()).unwrap_err();
    assert!(faults.len() == 1024 && asked < 3000, "{} {asked}", faults.len());
}

#[test]
fn a_leftover_of_a_smaller_tree_is_checked_to_the_bit() {
    let tree = tree(1000);
    let mut files = publish(&tree);
    let left = ["tile/0/002.p/7", "tile/entries/001.p/200", "tile/1/000.p/2", "tile/entries/003.p/1"].map(path);
    left.iter().for_each(|path| drop(files.insert(*path, octets_of(&tree, *path))));
    for path in left.into_iter().chain(publish(&tree).into_keys()) {
        let octets = files[&path].len();
        let mut tiled = TiledTree::open(reader(&files), 1000, &tree.root()).unwrap();
        assert_eq!(leftover(&mut tiled, path), Ok(octets as u64));
    }
    for (path, place) in left.into_iter().flat_map(|path| (0..64).map(move |place| (path, place))) {
        let mut forged = files.clone();
        flip_bit(&mut forged, path, place);
        let mut tiled = TiledTree::open(reader(&forged), 1000, &tree.root()).unwrap();
        assert_eq!(leftover(&mut tiled, path).unwrap_err().path(), Some(path));
    }
}

#[test]
fn a_leftover_that_is_longer_missing_or_outside_is_named() {
    let tree = tree(1000);
    let mut files = publish(&tree);
    let (tile, bundle) = (path("tile/0/002.p/7"), path("tile/entries/002.p/7"));
    files.insert(tile, octets_of(&tree, path("tile/0/002")));
    files.insert(bundle, octets_of(&tree, path("tile/entries/002")));
    let mut tiled = TiledTree::open(reader(&files), 1000, &tree.root()).unwrap();
    assert!(matches!(leftover(&mut tiled, tile), Err(Fault::WrongLength(_))));
    let reason = BadBundle::WrongCount { wanted: 7, got: 256 };
    assert_eq!(leftover(&mut tiled, bundle), Err(Fault::WrongBundle { path: bundle, reason }));
    assert!(matches!(leftover(&mut tiled, path("tile/0/001.p/7")), Err(Fault::Unreadable { .. })));
    for outside in ["tile/0/003.p/233", "tile/0/004.p/1", "tile/2/000.p/1", "tile/entries/003", "tile/63/000"] {
        let path = path(outside);
        assert_eq!(leftover(&mut tiled, path), Err(Fault::Outside { path, size: 1000 }));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn whatever_files_are_changed_none_else_is_named(
        size in 1_u64..2000,
        changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<usize>()), 1..4),
    ) {
        let tree = tree(size);
        let mut files = publish(&tree);
        let paths: Vec<TilePath> = files.keys().copied().collect();
        let sound = files.clone();
        for (path, place) in &changes {
            flip_bit(&mut files, *path.get(&paths), *place);
        }
        let changed: Vec<_> = paths.into_iter().filter(|path| files[path] != sound[path]).collect();
        match audit(&files, size, tree.root()) {
            Ok(checked) => prop_assert!(changed.is_empty() && checked.leaves == size),
            Err(faults) => {
                let decided = faults.iter().all(|fault| fault.path().is_some());
                let named: Vec<_> = faults.iter().filter_map(Fault::path).collect();
                prop_assert!(!changed.is_empty());
                prop_assert!(!decided || named.iter().all(|path| changed.contains(path)), "{named:?} {changed:?}");
            }
        }
    }
}

#[test]
fn hashes_of_other_leaves_in_the_edge_are_told_from_their_bundle() {
    let tree = tree(300);
    let mut files = publish(&tree);
    let edge = path("tile/0/001.p/44");
    let hashes: Vec<Hash> = (0..44).map(|bit| flip(&root(&[]), bit)).collect();
    files.insert(edge, write_hashes(&hashes));
    assert_eq!(wrong(&files, &tree), [edge]);
}
