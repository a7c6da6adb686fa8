//! Vectors that lie in the tree: made by a script that shares no code with the crate, and by a Go library.

use serde_json::Value;
use tlog::bundle::push_entry;
use tlog::checkpoint::{Checkpoint, SignedCheckpoint};
use tlog::log_proof::LogProof;
use tlog::note::{KeyKind, VerifierKey};
use tlog::proof;
use tlog::tile::TilePath;
use tlog::{Hash, Subtree};

use crate::scene::{leaf, signer, tree};
use crate::shared::say;

const KEYS: &str = include_str!("golden/keys.txt");
const COSIGNED: &str = include_str!("golden/cosigned.checkpoint");
const PROOF: &str = include_str!("golden/leaf-4.tlog-proof");

fn vectors() -> Value {
    serde_json::from_str(include_str!("golden/vectors.json")).unwrap()
}

fn hashes(value: &Value) -> Vec<Hash> {
    value.as_array().unwrap().iter().map(|hash| hash.as_str().unwrap().parse().unwrap()).collect()
}

fn key(line: &str) -> VerifierKey {
    let line = KEYS.lines().find_map(|it| it.strip_prefix(line)).unwrap();
    line.trim().parse().unwrap()
}

#[test]
fn roots_and_inclusion_proofs_are_those_of_the_script() {
    let vectors = vectors();
    let roots = hashes(&vectors["roots"]);
    let tree = tree(24);
    for (size, root) in (0..).zip(&roots) {
        assert_eq!(tree.root_at(size).unwrap(), *root);
    }
    let cases = vectors["inclusion"].as_array().unwrap();
    for case in cases {
        let (index, size) = (case["index"].as_u64().unwrap(), case["size"].as_u64().unwrap());
        let built = proof::inclusion(&mut &tree, index, size).unwrap();
        assert_eq!(built, hashes(&case["proof"]));
        proof::verify_inclusion(index, size, &leaf(index), &built, &roots[usize::try_from(size).unwrap()]).unwrap();
    }
    say(&format!("COUNT: golden roots {}, inclusion proofs {}", roots.len(), cases.len()));
}

#[test]
fn subtree_proofs_are_those_of_the_script() {
    let vectors = vectors();
    let tree = tree(24);
    let cases = vectors["subtrees"].as_array().unwrap();
    for case in cases {
        let number = |name: &str| case[name].as_u64().unwrap();
        let subtree = Subtree::new(number("start"), number("end")).unwrap();
        let hash = subtree.hash(&mut &tree).unwrap();
        assert_eq!(hash.to_string(), case["hash"]);
        let built = proof::subtree_consistency(&mut &tree, subtree, number("size")).unwrap();
        assert_eq!(built, hashes(&case["proof"]), "{case}");
        let root = tree.root_at(number("size")).unwrap();
        proof::verify_subtree_consistency(subtree, number("size"), &built, &hash, &root).unwrap();
    }
    say(&format!("COUNT: golden subtree proofs {}", cases.len()));
}

#[test]
fn tile_paths_are_those_of_the_script() {
    for case in vectors()["tile_paths"].as_array().unwrap() {
        let text = format!("tile/0/{}", case["path"].as_str().unwrap());
        let path: TilePath = text.parse().unwrap();
        assert_eq!(path.index().to_string(), case["index"]);
        assert_eq!(path.to_string(), text);
    }
}

#[test]
fn signatures_are_those_of_the_script_octet_by_octet() {
    let vectors = vectors();
    let text = vectors["checkpoint"].as_str().unwrap();
    let read = SignedCheckpoint::parse(text.as_bytes()).unwrap();
    let log = signer("golden.example/log", KeyKind::Ed25519, 1);
    let witness = signer("golden.example/witness", KeyKind::CosignatureEd25519, 2);
    let keys = [log.verifier().clone(), witness.verifier().clone()];
    for (key, written) in keys.iter().zip(vectors["keys"].as_array().unwrap()) {
        assert_eq!(key.to_string(), written.as_str().unwrap());
    }
    let vouched = read.verify(&keys).unwrap();
    assert_eq!(vouched.iter().map(|it| it.time).collect::<Vec<_>>(), [None, Some(1_700_000_000)]);
    let checkpoint = Checkpoint::new("golden.example/log", 24, tree(24).root()).unwrap();
    let ours = SignedCheckpoint::sign(checkpoint, &[&log, &witness], 1_700_000_000).unwrap();
    assert_eq!(ours.to_string(), text);
}

#[test]
fn a_checkpoint_of_a_go_log_with_two_cosignatures_verifies_and_is_written_alike() {
    let keys = [key("log_vkey "), key("witness_ed_vkey "), key("witness_pq_vkey ")];
    let kinds = keys.iter().map(VerifierKey::kind).collect::<Vec<_>>();
    assert_eq!(kinds, [KeyKind::Ed25519, KeyKind::CosignatureEd25519, KeyKind::CosignatureMlDsa44]);
    let checkpoint = SignedCheckpoint::parse(COSIGNED.as_bytes()).unwrap();
    let vouched = checkpoint.verify(&keys).unwrap();
    assert_eq!(vouched.len(), 3);
    assert_eq!(vouched[1].time, vouched[2].time);
    assert_eq!(checkpoint.to_string(), COSIGNED);
    for key in &keys {
        assert_eq!(key.to_string().parse::<VerifierKey>().unwrap(), *key);
    }
}

#[test]
fn a_proof_file_of_a_go_log_verifies_for_its_leaf_alone() {
    let keys = [key("log_vkey "), key("witness_pq_vkey ")];
    let proof = LogProof::parse(PROOF.as_bytes()).unwrap();
    assert_eq!(proof.verify(&Hash::leaf(b"leaf-4"), "example.com/log1", &keys).unwrap().len(), 2);
    assert!(proof.verify(&Hash::leaf(b"leaf-3"), "example.com/log1", &keys).is_err());
    assert!(proof.verify(&Hash::leaf(b"leaf-4"), "example.com/log2", &keys).is_err());
    assert_eq!(proof.to_string(), PROOF);
}

#[test]
fn a_bundle_has_two_octets_of_length_before_each_entry() {
    let mut bundle = Vec::new();
    push_entry(&mut bundle, b"ab").unwrap();
    push_entry(&mut bundle, b"").unwrap();
    assert_eq!(bundle, b"\0\x02ab\0\0");
}
