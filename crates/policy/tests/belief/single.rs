//! Cases that need more than the table's turns.

use policy::belief::{Delivery, Doubt, Evidence, Knowledge, verify};
use record::key_record::{Purpose, Required, Revocation, RevocationReason, Use};
use record::suite::Suite;
use tlog::log_proof::LogProof;

use super::stage::{CAME, Stage, name_of};
use crate::scene::{Log, NOW, at, draft_keys, sign_with};

#[test]
fn two_checkpoints_of_one_size_are_told_as_a_fork() {
    let mut stage = Stage::new();
    stage.log_record();
    stage.rotate();
    stage.name(5);
    let mut other = Log::of(&stage.author.id());
    other.fill(stage.key_records[0].1);
    other.append(|salt| stage.key_records[0].0.commitment(salt));
    other.fill(stage.log.size() - other.size());
    let signers: Vec<_> = stage.signers.iter().collect();
    let (key_record, leaf) = &stage.key_records[0];
    let forked = other.prove(*leaf, other.size(), &signers);
    let evidence = stage.evidence().with_key_record(key_record.digest(), forked);
    let refused = verify(stage.record.clone(), &evidence, &stage.history, &stage.quorum, &stage.knowledge);
    assert_eq!(refused.unwrap_err(), Doubt::Forked { size: stage.log.size() });
}

#[test]
fn a_key_record_s_proof_is_held_to_the_same_rules() {
    let mut stage = Stage::new();
    stage.log_record();
    stage.rotate();
    stage.name(5);
    let evidence = stage.evidence();
    stage.signers.truncate(2);
    let (key_record, leaf) = &stage.key_records[0];
    let uncosigned = evidence.with_key_record(key_record.digest(), stage.prove(*leaf));
    let refused = verify(stage.record.clone(), &uncosigned, &stage.history, &stage.quorum, &stage.knowledge);
    let refused = refused.unwrap_err();
    assert!(matches!(&refused, Doubt::KeyRecordProof { doubt, .. } if matches!(**doubt, Doubt::QuorumUnmet(_))));
    assert!(
        refused.to_string().contains("group `east` has 0 of 2, and lacks 2 of east-1, east-2, east-3"),
        "{refused}"
    );
}

#[test]
fn a_first_naming_counts_in_whatever_order_it_is_told() {
    let digest = Stage::new().author.first.digest();
    let mut knowledge = Knowledge::new();
    for (delivery, leaf) in [(7, 3), (5, 9), (5, 8), (9, 1)] {
        knowledge.name(digest, Delivery::new(delivery), leaf);
    }
    let named = knowledge.named(&digest).unwrap();
    assert_eq!((named.delivery.number(), named.leaf), (5, 8));
}

#[test]
fn a_forged_cosignature_is_told() {
    let mut stage = Stage::new();
    stage.log_record();
    let sound = stage.record_proof().unwrap();
    stage.log.fill(1);
    let (later, checkpoint) = (stage.record_proof().unwrap(), sound.checkpoint().clone());
    let text = sound.to_string();
    let lines: Vec<_> = text.lines().filter(|line| !line.contains("east-1")).collect();
    let forged = later.to_string().lines().find(|line| line.contains("east-1")).map(str::to_owned).unwrap();
    let text = format!("{}\n{forged}\n", lines.join("\n"));
    stage.proof = Some(LogProof::parse(text.as_bytes()).unwrap());
    assert_eq!(stage.proof.as_ref().unwrap().checkpoint().claims(), checkpoint.claims());
    assert_eq!(name_of(stage.verify()), "Checkpoint");
}

#[test]
fn a_cosignature_without_a_time_does_not_count() {
    let mut stage = Stage::new();
    stage.log_record();
    for (time, expected) in [(NOW, "Believed"), (0, "QuorumUnmet")] {
        let cosigners = stage.signers.split_off(2);
        let bare = stage.record_proof().unwrap();
        let mut checkpoint = bare.checkpoint().clone();
        for cosigner in &cosigners {
            checkpoint.add(checkpoint.claims().sign(cosigner, time).unwrap()).unwrap();
        }
        stage.signers.extend(cosigners);
        let salt = bare.extra().map(<[u8]>::to_vec);
        stage.proof = Some(LogProof::new(salt, bare.index(), bare.hashes().to_vec(), checkpoint));
        assert_eq!(name_of(stage.verify()), expected, "{time}");
        stage.proof = None;
    }
}

/// Of two keys that signed, one was replaced and the other withdrawn: the graver is told.
#[test]
fn a_revoked_key_is_told_before_a_retired_one() {
    for suite in [Suite::Ed25519, Suite::MlDsa44] {
        let mut stage = Stage::new();
        let required = Required::floor().with(Use::Record, [Suite::Ed25519.into(), Suite::MlDsa44.into()]).unwrap();
        let keys = stage.author.keys.duplicate().unwrap();
        let both = draft_keys(&keys, 2).require(required).rotate(stage.author.first.content(), &keys, &keys).unwrap();
        stage.log_key_record(both.clone());
        let signers: Vec<_> = keys.record_keys().collect();
        stage.record = sign_with(&both, &signers, 2, "both");
        let key_id = keys.get(Purpose::Record, suite).unwrap().public().id();
        let revocation = Revocation::new(key_id, RevocationReason::Compromised, at(3));
        let draft = draft_keys(&stage.other.keys, 5).revoke(revocation);
        stage.log_key_record(draft.rotate(both.content(), &keys, &stage.other.keys).unwrap());
        stage.name(5);
        stage.log_record();
        let refused = stage.verify().unwrap_err();
        assert!(matches!(&refused, Doubt::Revoked { key_id: told, .. } if *told == key_id), "{refused}");
    }
}

#[test]
fn evidence_says_what_it_holds() {
    let mut stage = Stage::new();
    assert_eq!(stage.evidence(), Evidence::none(Delivery::new(CAME)));
    stage.log_record();
    stage.rotate();
    let evidence = stage.evidence();
    assert_eq!(evidence.record().map(LogProof::index), stage.index);
    let (key_record, leaf) = &stage.key_records[0];
    assert_eq!(evidence.key_record(&key_record.digest()).map(LogProof::index), Some(*leaf));
    assert_eq!(evidence.delivery().number(), CAME);
}
