//! Sizes and proofs as an attacker would send them: refused by name, at once.

use tlog::frontier::{Frontier, FrontierError};
use tlog::proof::{
    ProofError, consistency_ranges, inclusion_ranges, verify_consistency, verify_inclusion, verify_subtree_consistency,
};
use tlog::subtree::{Node, NodeReader as _};
use tlog::tile::{TileKind, TilePath};
use tlog::tiled::TiledTree;
use tlog::tree::Tree;
use tlog::{Hash, Subtree};

const SIZES: [u64; 9] = [0, 1, 2, 255, 1 << 32, (1 << 63) - 1, 1 << 63, u64::MAX - 1, u64::MAX];

#[test]
fn a_proof_of_ten_thousand_hashes_is_refused_unread() {
    let flood = vec![Hash::EMPTY; 10_000];
    for size in SIZES.into_iter().filter(|size| *size > 1) {
        let answer = verify_inclusion(size / 2, size, &Hash::EMPTY, &flood, &Hash::EMPTY);
        assert!(matches!(answer, Err(ProofError::ProverWrongLength { wanted, got: 10_000 }) if wanted <= 64));
        let answer = verify_consistency(size / 2, size, &flood, &Hash::EMPTY, &Hash::EMPTY);
        assert!(matches!(answer, Err(ProofError::ProverWrongLength { wanted, got: 10_000 }) if wanted <= 65));
    }
}

#[test]
fn no_size_overflows() {
    let mut longest = (0, 0);
    for (one, other) in SIZES.into_iter().flat_map(|one| SIZES.map(|other| (one, other))) {
        let inclusion = inclusion_ranges(one, Subtree::whole(other));
        assert_eq!(inclusion.is_ok(), one < other);
        longest.0 = longest.0.max(inclusion.map_or(0, |ranges| ranges.len()));
        let consistency = consistency_ranges(Subtree::whole(one), other);
        assert_eq!(consistency.is_ok(), one <= other);
        longest.1 = longest.1.max(consistency.map_or(0, |ranges| ranges.len()));
        for count in [0, 1, 63, 64, 65, 66] {
            let proof = vec![Hash::EMPTY; count];
            assert!(verify_inclusion(one, other, &Hash::EMPTY, &proof, &Hash::EMPTY).is_err() || other == 1);
            let trivial = one == other && count == 0;
            assert_eq!(verify_consistency(one, other, &proof, &Hash::EMPTY, &Hash::EMPTY).is_ok(), trivial);
            if let Ok(subtree) = Subtree::new(one, other) {
                let answer = verify_subtree_consistency(subtree, u64::MAX, &proof, &Hash::EMPTY, &Hash::EMPTY);
                assert!(answer.is_err() || count == 0);
            }
        }
    }
    assert!(longest.0 <= 64 && longest.1 <= 65, "{longest:?}");
}

#[test]
fn the_largest_tree_is_full() {
    let nodes = vec![Hash::EMPTY; 64];
    let mut frontier = Frontier::from_nodes(u64::MAX, nodes.clone()).unwrap();
    assert_eq!(frontier.append(Hash::EMPTY), Err(FrontierError::Full));
    assert!(matches!(Frontier::from_nodes(5, nodes), Err(FrontierError::NotThatMany { wanted: 2, .. })));
}

#[test]
fn a_tree_of_a_hostile_size_asks_for_eight_tiles_at_most() {
    for size in SIZES {
        let mut asked = 0;
        let reader = |path: TilePath| {
            asked += 1;
            Ok::<_, String>(vec![0; usize::from(path.width()) * 32])
        };
        assert!(TiledTree::open(reader, size, &Hash::from_octets([1; 32])).is_err());
        assert!(asked <= 8, "{size}");
    }
    assert_eq!(TilePath::in_tree(TileKind::Hashes(0), u64::MAX, u64::MAX), None);
    assert_eq!(TilePath::in_tree(TileKind::Hashes(8), 0, u64::MAX), None);
}

#[test]
fn nodes_outside_a_tree_are_named() {
    let tree = Tree::new();
    for node in [Node::new(0, 0), Node::new(63, 0), Node::new(255, u64::MAX)] {
        assert_eq!((&tree).node(node).unwrap_err().node, node);
    }
    let read = |_: TilePath| Ok::<_, String>(Vec::new());
    let mut tiled = TiledTree::open(read, 0, &Hash::EMPTY).unwrap();
    for node in [Node::new(0, 0), Node::new(63, u64::MAX), Node::new(255, u64::MAX)] {
        assert!(tiled.node(node).is_err());
    }
}
