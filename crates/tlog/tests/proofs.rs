//! Every proof of every small tree holds, and no other does.

use proptest::prelude::*;
use tlog::frontier::Frontier;
use tlog::proof;
use tlog::{Hash, Subtree, tree::root};

use crate::scene::{flip, leaf, tree};
use crate::shared::say;

#[test]
fn every_leaf_of_every_size_to_130_is_proved_and_no_bit_may_change() {
    let tree = tree(130);
    let mut count = 0_u32;
    for size in 1..=130 {
        let root = tree.root_at(size).unwrap();
        for index in 0..size {
            let proof = proof::inclusion(&mut &tree, index, size).unwrap();
            proof::verify_inclusion(index, size, &leaf(index), &proof, &root).unwrap();
            let bit = usize::try_from((index * 31 + size) % 256).unwrap();
            for place in 0..proof.len() {
                let mut forged = proof.clone();
                forged[place] = flip(&forged[place], bit);
                assert!(proof::verify_inclusion(index, size, &leaf(index), &forged, &root).is_err());
            }
            assert!(proof::verify_inclusion(index, size, &flip(&leaf(index), bit), &proof, &root).is_err());
            assert!(proof::verify_inclusion(index, size, &leaf(index), &proof, &flip(&root, bit)).is_err());
            count += 1;
        }
    }
    say(&format!("COUNT: inclusion proofs of sizes to 130: {count}"));
}

#[test]
fn every_pair_of_sizes_to_70_is_consistent_and_no_bit_may_change() {
    let tree = tree(70);
    let mut count = 0_u32;
    for new in 1..=70 {
        for old in 1..=new {
            let (one, two) = (tree.root_at(old).unwrap(), tree.root_at(new).unwrap());
            let proof = proof::consistency(&mut &tree, old, new).unwrap();
            proof::verify_consistency(old, new, &proof, &one, &two).unwrap();
            let bit = usize::try_from((old * 37 + new) % 256).unwrap();
            for place in 0..proof.len() {
                let mut forged = proof.clone();
                forged[place] = flip(&forged[place], bit);
                assert!(proof::verify_consistency(old, new, &forged, &one, &two).is_err());
            }
            assert!(proof::verify_consistency(old, new, &proof, &flip(&one, bit), &two).is_err());
            assert!(proof::verify_consistency(old, new, &proof, &one, &flip(&two, bit)).is_err());
            count += 1;
        }
    }
    say(&format!("COUNT: consistency proofs of sizes to 70: {count}"));
}

#[test]
fn every_subtree_of_every_tree_to_40_is_consistent_and_holds_its_leaves() {
    let tree = tree(40);
    let mut count = 0_u32;
    for (start, end) in (0..40).flat_map(|start| (start + 1..=40).map(move |end| (start, end))) {
        let Ok(subtree) = Subtree::new(start, end) else { continue };
        let hash = subtree.hash(&mut &tree).unwrap();
        for index in start..end {
            let proof = proof::subtree_inclusion(&mut &tree, index, subtree).unwrap();
            proof::verify_subtree_inclusion(index, subtree, &leaf(index), &proof, &hash).unwrap();
            count += 1;
        }
        for size in end..=40 {
            let root = tree.root_at(size).unwrap();
            let proof = proof::subtree_consistency(&mut &tree, subtree, size).unwrap();
            proof::verify_subtree_consistency(subtree, size, &proof, &hash, &root).unwrap();
            let forged = flip(&hash, usize::try_from(start + size).unwrap());
            assert!(proof::verify_subtree_consistency(subtree, size, &proof, &forged, &root).is_err());
            count += 1;
        }
    }
    say(&format!("COUNT: subtree proofs of trees to 40: {count}"));
}

#[test]
fn a_frontier_has_the_root_of_the_recomputed_tree_at_every_size() {
    let mut frontier = Frontier::new();
    let mut leaves = Vec::new();
    assert_eq!(frontier.root(), Hash::EMPTY);
    for index in 0..600 {
        assert_eq!(frontier.append(leaf(index)).unwrap(), index);
        leaves.push(leaf(index));
        assert_eq!(frontier.root(), root(&leaves));
        let stored = Frontier::from_nodes(frontier.size(), frontier.nodes().to_vec()).unwrap();
        assert_eq!(stored, frontier);
    }
}

#[test]
fn a_range_is_a_subtree_iff_it_begins_at_a_multiple_of_its_rounded_width() {
    for (start, end, sound) in [(0, 0, true), (1, 1, true), (1, 3, false), (2, 4, true), (2, 5, false), (4, 7, true)] {
        assert_eq!(Subtree::new(start, end).is_ok(), sound, "{start} {end}");
    }
    assert!(Subtree::new(0, u64::MAX).is_ok());
    assert!(Subtree::new(1, u64::MAX).is_err());
    assert!(Subtree::new(u64::MAX, 0).is_err());
}

proptest! {
    #[test]
    fn a_proof_of_one_question_answers_no_other(size in 2_u64..200, index in 0_u64..200, other in 0_u64..200) {
        let (index, other) = (index % size, other % size);
        let tree = tree(size);
        let proof = proof::inclusion(&mut &tree, index, size).unwrap();
        let answer = proof::verify_inclusion(other, size, &leaf(index), &proof, &tree.root());
        prop_assert_eq!(answer.is_ok(), index == other);
    }
}
