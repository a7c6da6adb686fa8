//! Checkpoints, cosignatures and proof files.

use tlog::checkpoint::{BadCheckpoint, Checkpoint, CheckpointError, SignedCheckpoint};
use tlog::cosignature::{CosignError, SubtreeStatement};
use tlog::log_proof::{BadLogProof, LogProof, LogProofError};
use tlog::note::KeyKind;
use tlog::{Hash, Subtree, proof};

use crate::scene::{NOW, ORIGIN, leaf, log_signer, signed, signer, tree};

#[test]
fn what_the_format_forbids_is_refused() {
    let root = tree(3).root();
    let parse = |text: &str| Checkpoint::parse(text).unwrap_err();
    assert_eq!(parse(&format!("\n3\n{root}\n")), BadCheckpoint::Origin);
    for size in ["03", "+3", "-1", "", "3 ", "18446744073709551616", "٣"] {
        assert_eq!(parse(&format!("o\n{size}\n{root}\n")), BadCheckpoint::Size, "{size}");
    }
    for root in ["", "AAAA", "x", &format!("{root}="), &format!(" {root}")] {
        assert_eq!(parse(&format!("o\n3\n{root}\n")), BadCheckpoint::Root, "{root}");
    }
    assert_eq!(parse(&format!("o\n0\n{root}\n")), BadCheckpoint::Root);
    assert_eq!(parse(&format!("o\n3\n{root}")), BadCheckpoint::Lines);
    assert_eq!(parse(&format!("o\n3\n{root}\n\nx\n")), BadCheckpoint::Lines);
    let extended = format!("o\n18446744073709551615\n{root}\nmore\nand more\n");
    assert_eq!(Checkpoint::parse(&extended).unwrap().to_string(), extended);
    assert!(Checkpoint::new("o\n5", 3, root).is_err());
    assert!(Checkpoint::new("o", 0, Hash::EMPTY).is_ok());
}

#[test]
fn every_kind_signs_and_known_forgeries_are_refused() {
    let signers = [
        log_signer(),
        signer("w.example/ed", KeyKind::CosignatureEd25519, 2),
        signer("w.example/pq", KeyKind::CosignatureMlDsa44, 3),
    ];
    let all: Vec<_> = signers.iter().collect();
    let keys: Vec<_> = signers.iter().map(|signer| signer.verifier().clone()).collect();
    let checkpoint = signed(&tree(9), &all);
    assert_eq!(checkpoint.verify(&keys).unwrap().len(), 3);
    let text = checkpoint.to_string();
    for (from, to) in [("\n9\n", "\n8\n"), (ORIGIN, "log.example/two")] {
        let forged = SignedCheckpoint::parse(text.replacen(from, to, 1).as_bytes()).unwrap();
        for key in &keys {
            let answer = forged.verify(std::slice::from_ref(key));
            assert!(matches!(answer, Err(CheckpointError::Forged { .. })), "{} {answer:?}", key.name());
        }
    }
    let stranger = [signer("w.example/other", KeyKind::Ed25519, 9).verifier().clone()];
    assert_eq!(checkpoint.verify(&stranger), Err(CheckpointError::NobodyKnown));
    assert_eq!(checkpoint.verify(&[]), Err(CheckpointError::NobodyKnown));
}

#[test]
fn an_unknown_line_is_ignored_and_a_doubled_one_counts_once() {
    let log = log_signer();
    let text = signed(&tree(5), &[&log]).to_string();
    let line = text.lines().last().unwrap();
    let more = format!("{text}— {ORIGIN} AAAAAAE=\n{line}\n");
    let read = SignedCheckpoint::parse(more.as_bytes()).unwrap();
    assert_eq!(read.verify(&[log.verifier().clone()]).unwrap().len(), 1);
}

#[test]
fn only_the_lines_of_known_keys_that_hold_are_kept() {
    let (log, witness) = (log_signer(), signer("example.org/witness", KeyKind::CosignatureEd25519, 2));
    let checkpoint = Checkpoint::new(ORIGIN, 3, leaf(3)).unwrap();
    let mut shown = SignedCheckpoint::sign(checkpoint.clone(), &[&log], NOW).unwrap();
    let other = Checkpoint::new(ORIGIN, 3, leaf(4)).unwrap();
    // A line under the witness's name that it made for another head, and one by nobody who is known.
    shown.add(other.sign(&witness, NOW).unwrap()).unwrap();
    shown.add(checkpoint.sign(&signer("example.org/stranger", KeyKind::CosignatureEd25519, 3), NOW).unwrap()).unwrap();
    let keys = [log.verifier().clone(), witness.verifier().clone()];
    let kept = shown.only_by(&keys);
    assert_eq!(kept.note().signatures().len(), 1);
    assert_eq!(kept.verify(&keys).unwrap().len(), 1);
    assert_eq!(kept.claims(), shown.claims());
}

#[test]
fn the_post_quantum_cosignature_does_not_cover_extension_lines_and_the_others_do() {
    let ed = signer("w.example/ed", KeyKind::CosignatureEd25519, 2);
    let pq = signer("w.example/pq", KeyKind::CosignatureMlDsa44, 3);
    let text = signed(&tree(5), &[&ed, &pq]).to_string().replacen("\n\n", "\nadded\n\n", 1);
    let read = SignedCheckpoint::parse(text.as_bytes()).unwrap();
    assert!(read.verify(&[pq.verifier().clone()]).is_ok());
    assert!(read.verify(&[ed.verifier().clone()]).is_err());
}

#[test]
fn a_subtree_is_cosigned_without_a_time() {
    let pq = signer("w.example/pq", KeyKind::CosignatureMlDsa44, 3);
    let tree = tree(9);
    let statement = |start, end| {
        let subtree = Subtree::new(start, end).unwrap();
        SubtreeStatement::new(ORIGIN.to_owned(), subtree, subtree.hash(&mut &tree).unwrap())
    };
    let signature = statement(4, 8).sign(&pq, 0).unwrap();
    assert_eq!(statement(4, 8).verify(pq.verifier(), &signature), Ok(0));
    assert_eq!(statement(0, 8).verify(pq.verifier(), &signature), Err(CosignError::DoesNotVerify));
    assert_eq!(statement(4, 8).sign(&pq, NOW), Err(CosignError::Time { seconds: NOW }));
    assert_eq!(statement(0, 8).sign(&pq, 1 << 63), Err(CosignError::Time { seconds: 1 << 63 }));
    let whole = statement(0, 9).sign(&pq, NOW).unwrap();
    let mut checkpoint = signed(&tree, &[]);
    checkpoint.add(whole).unwrap();
    assert_eq!(checkpoint.verify(&[pq.verifier().clone()]).unwrap()[0].time, Some(NOW));
    assert!(statement(4, 8).sign(&log_signer(), 0).is_err());
}

#[test]
fn a_proof_file_is_read_as_written_and_proves_one_leaf() {
    let (log, tree) = (log_signer(), tree(23));
    let keys = [log.verifier().clone()];
    let hashes = proof::inclusion(&mut &tree, 17, 23).unwrap();
    for extra in [None, Some(Vec::new()), Some(b"salt".to_vec())] {
        let made = LogProof::new(extra, 17, hashes.clone(), signed(&tree, &[&log]));
        let read = LogProof::parse(made.to_string().as_bytes()).unwrap();
        assert_eq!(read, made);
        assert_eq!(read.verify(&leaf(17), ORIGIN, &keys).unwrap().len(), 1);
        assert!(matches!(read.verify(&leaf(16), ORIGIN, &keys), Err(LogProofError::Prover(_))));
        assert!(matches!(read.verify(&leaf(17), "other", &keys), Err(LogProofError::AnotherLog { .. })));
        assert!(matches!(read.verify(&leaf(17), ORIGIN, &[]), Err(LogProofError::Checkpoint(_))));
    }
}

#[test]
fn what_is_no_proof_file_is_refused() {
    let log = log_signer();
    let note = signed(&tree(1), &[&log]).to_string();
    let header = "c2sp.org/tlog-proof@v1\n";
    let refused = |text: String| LogProof::parse(text.as_bytes()).unwrap_err();
    assert_eq!(refused(format!("c2sp.org/tlog-proof@v2\nindex 0\n\n{note}")), BadLogProof::Header);
    assert_eq!(refused(format!("{header}index 00\n\n{note}")), BadLogProof::Index);
    assert_eq!(refused(format!("{header}extra !\nindex 0\n\n{note}")), BadLogProof::Extra);
    assert_eq!(refused(format!("{header}index 0\nAAAA\n\n{note}")), BadLogProof::Hash);
    assert_eq!(refused(format!("{header}index 0\n{}", leaf(0))), BadLogProof::Hash);
    let flood = format!("{}\n", leaf(0)).repeat(10_000);
    assert_eq!(refused(format!("{header}index 0\n{flood}\n{note}")), BadLogProof::TooManyHashes { limit: 64 });
    assert!(matches!(refused(format!("{header}index 0\n\n")), BadLogProof::Checkpoint(_)));
    LogProof::parse(format!("{header}index 0\n\n{note}").as_bytes()).unwrap();
}
