//! Two histories made by hand are caught, and an honest key cannot be accused.

use proptest::prelude::*;
use tlog::checkpoint::SignedCheckpoint;
use tlog::fork::{BadFork, Conflict, Fork, LeafProof, NotAFork, Role};
use tlog::note::{KeyKind, Signer, VerifierKey};
use tlog::proof;
use tlog::tree::Tree;

use crate::scene::{ORIGIN, flip, forked_tree, leaf, log_signer, signed, signer, tree};

fn leaf_proof(tree: &Tree, index: u64, leaf: tlog::Hash) -> LeafProof {
    LeafProof::new(leaf, proof::inclusion(&mut &*tree, index, tree.size()).unwrap())
}

fn same_size(signer: &Signer) -> Fork {
    let (one, other) = (signed(&tree(12), &[signer]), signed(&forked_tree(12, 4), &[signer]));
    Fork::new(signer.verifier().clone(), Conflict::SameSize, one, other)
}

fn other_prefix(signer: &Signer) -> Fork {
    let (old, new) = (tree(12), forked_tree(30, 4));
    let proof = proof::consistency(&mut &new, 12, 30).unwrap();
    let conflict = Conflict::OtherPrefix { root: new.root_at(12).unwrap(), proof };
    Fork::new(signer.verifier().clone(), conflict, signed(&old, &[signer]), signed(&new, &[signer]))
}

fn same_index(signer: &Signer) -> Fork {
    let (one, other) = (tree(12), forked_tree(30, 4));
    let first = leaf_proof(&one, 4, leaf(4));
    let second = leaf_proof(&other, 4, tlog::Hash::leaf(b"another"));
    let conflict = Conflict::SameIndex { index: 4, first, second };
    Fork::new(signer.verifier().clone(), conflict, signed(&one, &[signer]), signed(&other, &[signer]))
}

#[test]
fn each_kind_of_fork_is_proved_from_its_text_alone() {
    for (signer, role) in [
        (log_signer(), Role::Log),
        (signer("w.example/ed", KeyKind::CosignatureEd25519, 2), Role::Cosigner),
        (signer("w.example/pq", KeyKind::CosignatureMlDsa44, 3), Role::Cosigner),
        (signer(ORIGIN, KeyKind::CosignatureMlDsa44, 3), Role::Log),
    ] {
        for fork in [same_size(&signer), other_prefix(&signer), same_index(&signer)] {
            let text = fork.to_string();
            let read = Fork::parse(text.as_bytes()).unwrap();
            assert_eq!((&read, read.to_string()), (&fork, text));
            let proved = read.check().unwrap();
            assert_eq!((proved.role(), proved.origin()), (role, ORIGIN));
            assert!(proved.to_string().contains("signed two histories of log.example/one"));
            read.check_against(&[signer.verifier().clone()]).unwrap();
            let stranger: VerifierKey = log_signer_of(9).verifier().clone();
            assert_eq!(read.check_against(&[stranger]).unwrap_err(), NotAFork::UnknownKey);
        }
    }
}

fn log_signer_of(seed: u8) -> Signer {
    signer(ORIGIN, KeyKind::Ed25519, seed)
}

#[test]
fn the_sentence_says_what_is_proved_and_what_is_not() {
    let (log, mut text) = (log_signer(), String::new());
    for fork in [same_size(&log), other_prefix(&log), same_index(&log)] {
        text.push_str(&fork.check().unwrap().to_string());
        text.push('\n');
    }
    for part in
        ["one size has one root", "at size 12 the second had root", "leaf 4 is", "Not proved: who holds the key"]
    {
        assert!(text.contains(part), "{text}");
    }
}

#[test]
fn an_honest_log_cannot_be_accused() {
    let log = log_signer();
    let (old, new) = (tree(12), tree(30));
    let proof = proof::consistency(&mut &new, 12, 30).unwrap();
    let prefix = |root| Conflict::OtherPrefix { root, proof: proof.clone() };
    let index = |first, second| Conflict::SameIndex { index: 4, first, second };
    let (mine, theirs) = (leaf_proof(&old, 4, leaf(4)), leaf_proof(&new, 4, leaf(4)));
    let attempts = [
        Conflict::SameSize,
        prefix(old.root()),
        prefix(flip(&old.root(), 3)),
        index(mine.clone(), theirs.clone()),
        index(LeafProof::new(flip(&mine.leaf, 1), mine.proof.clone()), theirs.clone()),
        index(mine, LeafProof::new(flip(&theirs.leaf, 1), theirs.proof)),
    ];
    for conflict in attempts {
        let fork = Fork::new(log.verifier().clone(), conflict, signed(&old, &[&log]), signed(&new, &[&log]));
        assert!(fork.check().is_err(), "{fork}");
    }
    let same = Fork::new(log.verifier().clone(), Conflict::SameSize, signed(&old, &[&log]), signed(&old, &[&log]));
    assert_eq!(same.check().unwrap_err(), NotAFork::NoConflict);
}

#[test]
fn both_checkpoints_must_bear_the_accused_key_s_signature() {
    let (log, forger) = (log_signer(), log_signer_of(9));
    let (one, other) = (signed(&tree(12), &[&log]), signed(&forked_tree(12, 4), &[&forger]));
    let accuse = |key: &Signer, one: &SignedCheckpoint, other: &SignedCheckpoint| {
        Fork::new(key.verifier().clone(), Conflict::SameSize, one.clone(), other.clone()).check().unwrap_err()
    };
    assert!(matches!(accuse(&log, &one, &other), NotAFork::SecondUnsigned(_)));
    assert!(matches!(accuse(&log, &other, &one), NotAFork::FirstUnsigned(_)));
    assert!(matches!(accuse(&forger, &one, &other), NotAFork::FirstUnsigned(_)));
}

#[test]
fn checkpoints_of_two_logs_and_keys_without_meaning_accuse_nobody() {
    let note_key = signer("somebody.example", KeyKind::Ed25519, 5);
    assert_eq!(same_size(&note_key).check().unwrap_err(), NotAFork::UncheckableKey);
    let log = log_signer();
    let text = same_size(&log).to_string();
    let (head, tail) = text.split_at(text.find("\nsecond ").unwrap());
    let two_logs = format!("{head}{}", tail.replacen(ORIGIN, "log.example/two", 1));
    assert_eq!(Fork::parse(two_logs.as_bytes()).unwrap().check().unwrap_err(), NotAFork::TwoLogs);
}

#[test]
fn a_changed_evidence_file_proves_nothing() {
    let log = log_signer();
    for fork in [same_size(&log), other_prefix(&log), same_index(&log)] {
        let text = fork.to_string();
        for place in 0..text.len() {
            let mut octets = text.clone().into_bytes();
            octets[place] ^= 1;
            let proved = Fork::parse(&octets).is_ok_and(|fork| fork.check().is_ok());
            assert!(!proved, "{place}: {}", String::from_utf8_lossy(&octets));
        }
        assert_eq!(Fork::parse(format!("{text}\n").as_bytes()).unwrap_err(), BadFork::End);
        assert!(Fork::parse(&text.as_bytes()[..text.len() - 4]).is_err());
    }
}

/// What a file accuses whom of, if it holds.
fn accusation(octets: &[u8]) -> Option<String> {
    let fork = Fork::parse(octets).ok()?;
    fork.check().ok().map(|proved| format!("{:?} {} {proved}", proved.role(), proved.key()))
}

/// Flips one bit, and asks what is then proved.
fn flipped(text: &str, bit: usize) -> Option<String> {
    let mut octets = text.as_bytes().to_vec();
    octets[bit / 8] ^= 1 << (bit % 8);
    accusation(&octets)
}

#[test]
fn no_flipped_bit_leaves_a_valid_accusation() {
    let signers = [log_signer(), signer("w.example/ed", KeyKind::CosignatureEd25519, 2)];
    for fork in signers.iter().flat_map(|signer| [same_size(signer), other_prefix(signer), same_index(signer)]) {
        let text = fork.to_string();
        for bit in 0..text.len() * 8 {
            assert_eq!(flipped(&text, bit), None, "bit {bit} of\n{text}");
        }
    }
}

/// Evidence with what no signature of the accused covers: lines of other keys, and extension lines under ML-DSA-44.
fn loose(signer: &Signer, stranger: &Signer) -> String {
    let extended = |tree: &Tree| {
        let text = signed(tree, &[signer]).to_string().replacen("\n\n", "\nmore\n\n", 1);
        let mut read = SignedCheckpoint::parse(text.as_bytes()).unwrap();
        read.add(read.claims().sign(stranger, 0).unwrap()).unwrap();
        read
    };
    let (one, other) = (extended(&tree(12)), extended(&forked_tree(12, 4)));
    Fork::new(signer.verifier().clone(), Conflict::SameSize, one, other).to_string()
}

#[test]
fn a_bit_that_no_signature_covers_never_changes_the_accusation() {
    let text = loose(&signer("w.example/pq", KeyKind::CosignatureMlDsa44, 3), &log_signer_of(9));
    let said = accusation(text.as_bytes()).unwrap();
    let (mut same, mut place) = (0, 0);
    for line in text.split_inclusive('\n') {
        // The long lines of ML-DSA-44 are left to the property below.
        let bits = if line.len() > 1000 { 0..0 } else { place * 8..(place + line.len()) * 8 };
        for answer in bits.filter_map(|bit| flipped(&text, bit)) {
            assert_eq!(answer, said);
            same += 1;
        }
        place += line.len();
    }
    assert!(same > 0);
}

proptest! {
    #[test]
    fn a_flipped_bit_anywhere_makes_no_other_accusation(kind in 0..3_usize, bit: prop::sample::Index) {
        let (pq, stranger) = (signer("w.example/pq", KeyKind::CosignatureMlDsa44, 3), log_signer_of(9));
        let text = match kind {
            0 => loose(&pq, &stranger),
            1 => other_prefix(&pq).to_string(),
            _ => same_index(&pq).to_string(),
        };
        let said = accusation(text.as_bytes());
        prop_assert!(said.is_some());
        let answer = flipped(&text, bit.index(text.len() * 8));
        prop_assert!(answer.is_none() || answer == said);
    }
}
