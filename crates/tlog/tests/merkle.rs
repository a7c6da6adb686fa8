//! Cases of other people: transparency-dev/merkle, Sigsum, and a Certificate Transparency log of 961,984,011 leaves.

use std::path::Path;

use record::digest::sha256;
use serde_json::Value;
use tlog::proof::{verify_consistency, verify_inclusion, verify_subtree_consistency, verify_subtree_inclusion};
use tlog::{Hash, Subtree};

use crate::shared::{data, files, read, say};

fn json(file: &Path) -> Value {
    serde_json::from_slice(&read(file)).unwrap()
}

/// A hash; a placeholder of another length becomes the hash of its text, so that equal ones stay equal.
fn hash(value: &Value) -> Hash {
    let text = value.as_str().unwrap_or_default();
    text.parse().unwrap_or_else(|_| Hash::from_octets(sha256(&[text.as_bytes()])))
}

fn hashes(value: &Value) -> Vec<Hash> {
    value.as_array().map(|list| list.iter().map(hash).collect()).unwrap_or_default()
}

fn number(case: &Value, name: &str) -> u64 {
    case[name].as_u64().unwrap_or_else(|| panic!("{name} in {case}"))
}

fn holds(kind: &str, case: &Value) -> bool {
    // An inclusion case whose leaf is no hash cannot even be asked of typed hashes.
    if case.get("leafHash").is_some_and(|leaf| leaf.as_str().unwrap().parse::<Hash>().is_err()) {
        return false;
    }
    let proof = hashes(&case["proof"]);
    let subtree = || Subtree::new(number(case, "start"), number(case, "end"));
    let (root, leaf) = (hash(&case["root"]), hash(&case["leafHash"]));
    let (one, two) = (hash(&case["root1"]), hash(&case["root2"]));
    match kind {
        "inclusion" => {
            verify_inclusion(number(case, "leafIdx"), number(case, "treeSize"), &leaf, &proof, &root).is_ok()
        }
        "consistency" => verify_consistency(number(case, "size1"), number(case, "size2"), &proof, &one, &two).is_ok(),
        "subtreeinclusion" => subtree().is_ok_and(|subtree| {
            verify_subtree_inclusion(number(case, "leafIdx"), subtree, &leaf, &proof, &root).is_ok()
        }),
        _ => subtree()
            .is_ok_and(|subtree| verify_subtree_consistency(subtree, number(case, "size"), &proof, &one, &two).is_ok()),
    }
}

#[test]
fn every_case_of_the_merkle_library_is_decided_as_it_says() {
    let Some(folder) = data("logs/merkle/testdata") else { return };
    let mut wrong = Vec::new();
    for kind in ["inclusion", "consistency", "subtreeinclusion", "subtreeconsistency"] {
        let cases = files(&folder.join(kind), ".json");
        for file in &cases {
            let case = json(file);
            if holds(kind, &case) == case["wantErr"].as_bool().unwrap() {
                wrong.push(format!("{} {}", file.display(), case["desc"]));
            }
        }
        say(&format!("COUNT: transparency-dev/merkle {kind}: {} cases", cases.len()));
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn every_case_of_sigsum_is_decided_as_it_says() {
    let Some(folder) = data("logs/crates/sigsum-merkle-testdata") else { return };
    for (file, valid) in [("inclusion-valid.json", true), ("inclusion-invalid.json", false)] {
        let cases = json(&folder.join(file));
        let cases = cases.as_array().unwrap();
        for case in cases {
            let (index, size) = (number(case, "leaf_index"), number(case, "tree_size"));
            let (leaf, root) = (hash(&case["leaf_hash"]), hash(&case["root_hash"]));
            let proof = hashes(&case["inclusion_path"]);
            assert_eq!(verify_inclusion(index, size, &leaf, &proof, &root).is_ok(), valid, "{case}");
        }
        say(&format!("COUNT: sigsum {file}: {} cases", cases.len()));
    }
}

#[test]
fn a_log_of_961_984_011_leaves_proves_inclusion_and_consistency() {
    let Some(folder) = data("logs/crates/tlog_tiles-argon2020-http") else { return };
    let answer = |name: &str| {
        let file = files(&folder, "").into_iter().find(|file| file.to_string_lossy().contains(name)).unwrap();
        json(&file)
    };
    let head = json(&folder.join("get-sth"));
    let (size, root) = (number(&head, "tree_size"), hash(&head["sha256_root_hash"]));
    let found = answer("get-proof-by-hash");
    let leaf: Hash = "nCs3mfIydh9x4CKyQ+u2xtmpxmFggA5MLymHwNQSlLg=".parse().unwrap();
    let (index, path) = (number(&found, "leaf_index"), hashes(&found["audit_path"]));
    verify_inclusion(index, size, &leaf, &path, &root).unwrap();
    assert!(verify_inclusion(index + 1, size, &leaf, &path, &root).is_err());

    let proof = hashes(&answer("get-sth-consistency")["consistency"]);
    let old: Hash = "AuIZ5V6sDUj1vn3Y1K85oOaQ7y+FJJKtyRTl1edIKBQ=".parse().unwrap();
    verify_consistency(3_654_490, size, &proof, &old, &root).unwrap();
    assert!(verify_consistency(3_654_491, size, &proof, &old, &root).is_err());
    say("COUNT: Argon2020 at size 961,984,011: 1 inclusion, 1 consistency");
}
