//! Key records and histories: who a party is, and what becomes of its keys.

mod golden;
mod malformed;
mod misuse;
mod recovery_line;
mod standing;
pub(crate) mod world;

use record::digest::PartyId;
use record::key_history::{Extended, KeyHistory};
use record::key_record::{KeyChainError, KeyError, Purpose, Revocation, RevocationReason, Use};
use record::limits::MAX_KEY_RECORDS;
use record::suite::SUITES;

use world::{Party, at, forge, record_keys};

#[test]
fn a_first_key_record_founds_a_party() {
    let party = Party::new("a");
    let history = KeyHistory::begin(party.first.envelope().clone()).unwrap();
    assert_eq!(history.party(), PartyId::of(party.first.digest()));
    assert_eq!(history.head(), &party.first);
    assert_eq!(history.head().content().index(), 0);
    let signers: Vec<_> = history.required_keys(&party.first.digest(), Use::KeyRecord).unwrap();
    assert_eq!(signers, party.keys.record_keys().map(record::suite::PrivateKey::public).collect::<Vec<_>>());
    assert_eq!(signers.len(), SUITES.len());
    assert_eq!(history.required_keys(&party.first.digest(), Use::Record).unwrap().len(), 1);
}

#[test]
fn a_key_record_reads_back_from_its_text() {
    let party = Party::new("a");
    let text = party.first.envelope().to_json();
    let read = world::read(text.as_bytes());
    assert_eq!(KeyHistory::begin(read).unwrap().head(), &party.first);
}

#[test]
fn a_rotation_is_signed_by_old_and_new_keys() {
    let (party, next) = (Party::new("a"), Party::new("next").keys);
    let second = party.rotate(&next);
    assert_eq!(second.envelope().signatures().len(), 4);
    let mut history = party.history();
    assert_eq!(history.extend(second.envelope().clone()), Ok(Extended::Added));
    assert_eq!(history.extend(second.envelope().clone()), Ok(Extended::AlreadyKnown));
    assert_eq!(
        history.records().map(|record| record.digest()).collect::<Vec<_>>(),
        [party.first.digest(), second.digest()]
    );
    assert_eq!(history.party(), second.content().party());
    assert_eq!(history.get(&second.digest()), Some(&second));
}

#[test]
fn a_key_that_stays_signs_a_rotation_once() {
    let party = Party::new("a");
    let mut next = party.keys.duplicate().unwrap();
    next.renew(Purpose::Log, &mut crate::scene::CountedEntropy::new("log")).unwrap();
    let second = party.rotate(&next);
    assert_eq!(second.envelope().signatures().len(), 2);
    assert_eq!(party.history().extend(second.envelope().clone()), Ok(Extended::Added));
}

#[test]
fn a_rotation_without_the_old_or_the_new_keys_is_refused() {
    let (party, next) = (Party::new("a"), Party::new("next").keys);
    let payload = party.rotate(&next).envelope().payload().to_vec();
    let only_new = party.history().extend(forge(&payload, &record_keys(&next))).unwrap_err();
    assert!(matches!(only_new, KeyError::Chain(KeyChainError::MissingOldSignature { .. })), "{only_new}");
    let only_old = party.history().extend(forge(&payload, &record_keys(&party.keys))).unwrap_err();
    assert!(matches!(only_old, KeyError::Chain(KeyChainError::MissingNewSignature { .. })), "{only_old}");
    // Nor can it be made: a private key that is not at hand is a signature that would be missing.
    let unmade = world::draft(&next, 2).rotate(party.first.content(), &next, &next).unwrap_err();
    assert!(matches!(unmade, KeyError::Chain(KeyChainError::MissingOldSignature { .. })), "{unmade}");
}

#[test]
fn a_recovery_overrules_the_rotation_of_a_thief() {
    let (party, thief, fresh) = (Party::new("a"), Party::new("thief"), Party::new("fresh"));
    let stolen = party.rotate(&thief.keys);
    let stolen_again = world::draft(&thief.keys, 3).rotate(stolen.content(), &thief.keys, &thief.keys).unwrap();
    let recovery = party.recover(&fresh);
    let mut history = party.history();
    for record in [&stolen, &stolen_again] {
        assert_eq!(history.extend(record.envelope().clone()), Ok(Extended::Added));
    }
    let overruled = vec![stolen.digest(), stolen_again.digest()];
    assert_eq!(history.extend(recovery.envelope().clone()), Ok(Extended::Recovered { overruled }));
    assert_eq!(history.head(), &recovery);
    assert_eq!(history.overruled().len(), 2);
    assert!(history.overruled().iter().all(|one| one.by() == recovery.digest()));
    assert!(history.get(&stolen.digest()).is_some());
}

#[test]
fn a_thief_who_comes_after_the_recovery_changes_nothing() {
    let (party, thief, fresh) = (Party::new("a"), Party::new("thief"), Party::new("fresh"));
    let stolen = party.rotate(&thief.keys);
    let stolen_again = world::draft(&thief.keys, 3).rotate(stolen.content(), &thief.keys, &thief.keys).unwrap();
    let recovery = party.recover(&fresh);
    let mut history = party.history();
    assert_eq!(history.extend(recovery.envelope().clone()), Ok(Extended::Recovered { overruled: Vec::new() }));
    for record in [&stolen, &stolen_again] {
        assert_eq!(history.extend(record.envelope().clone()), Ok(Extended::Overruled { by: recovery.digest() }));
    }
    assert_eq!(history.head(), &recovery);
    assert_eq!(history.overruled().len(), 2);
}

#[test]
fn a_thief_cannot_replace_the_recovery_key() {
    let (party, thief) = (Party::new("a"), Party::new("thief"));
    let payload = world::edit(party.rotate(&thief.keys).envelope().payload(), |members| {
        members.set("recovery", world::recovery_member(&thief.recovery));
    });
    let forged = forge(&payload, &[record_keys(&party.keys), record_keys(&thief.keys)].concat());
    let refused = party.history().extend(forged).unwrap_err();
    assert_eq!(refused, KeyChainError::RecoveryChanged.into());
    assert_eq!(refused.to_string(), "only a record signed by the recovery key may change `recovery`");
    // With a recovery key of its own it is not the one committed to.
    let own = world::draft(&thief.keys, 2).recover(
        party.first.content(),
        &thief.recovery,
        &thief.keys,
        &Party::new("other").recovery.commitment(),
    );
    assert!(matches!(own, Err(KeyError::Chain(KeyChainError::RecoveryKeyWrong { .. }))), "{own:?}");
}

#[test]
fn a_hidden_fork_shows_when_two_histories_meet() {
    let (party, one, other) = (Party::new("a"), Party::new("one").keys, Party::new("other").keys);
    let (to_alice, to_bob) = (party.rotate(&one), party.rotate(&other));
    let (mut alice, mut bob) = (party.history(), party.history());
    alice.extend(to_alice.envelope().clone()).unwrap();
    bob.extend(to_bob.envelope().clone()).unwrap();
    let (first, second) = (to_bob.digest(), to_alice.digest());
    let previous = Some(party.first.digest());
    let fork = bob.extend(alice.head().envelope().clone()).unwrap_err();
    assert_eq!(fork, KeyChainError::Fork { first, second, previous }.into());
    assert!([first, second].iter().all(|digest| fork.to_string().contains(&digest.to_string())), "{fork}");
    assert_eq!(bob.head(), &to_bob);
}

#[test]
fn one_recovery_key_counts_once() {
    let (party, fresh, other) = (Party::new("a"), Party::new("fresh"), Party::new("other"));
    let (one, two) = (party.recover(&fresh), party.recover(&other));
    let mut history = party.history();
    history.extend(one.envelope().clone()).unwrap();
    let fork = history.extend(two.envelope().clone()).unwrap_err();
    let previous = Some(party.first.digest());
    assert_eq!(fork, KeyChainError::Fork { first: one.digest(), second: two.digest(), previous }.into());
    // Also from another record under the same commitment, even an overruled one.
    let between = party.rotate(&Party::new("between").keys);
    history.extend(between.envelope().clone()).unwrap();
    let three = world::draft(&other.keys, 4)
        .recover(between.content(), &party.recovery, &other.keys, &other.recovery.commitment())
        .unwrap();
    let fork = history.extend(three.envelope().clone()).unwrap_err();
    assert_eq!(fork, KeyChainError::Fork { first: one.digest(), second: three.digest(), previous: None }.into());
    assert!(fork.to_string().contains("its recovery key"), "{fork}");
}

#[test]
fn a_party_recovers_again_with_its_next_recovery_key() {
    let (party, fresh, last) = (Party::new("a"), Party::new("fresh"), Party::new("last"));
    let one = party.recover(&fresh);
    let two = world::draft(&last.keys, 5)
        .recover(one.content(), &fresh.recovery, &last.keys, &last.recovery.commitment())
        .unwrap();
    let records = [&party.first, &one, &two].map(|record| record.envelope().clone());
    let history = KeyHistory::from_records(records).unwrap();
    assert_eq!(history.head().content().index(), 2);
    assert!(history.overruled().is_empty());
}

#[test]
fn revocations_stay_for_ever() {
    let (party, next) = (Party::new("a"), Party::new("next").keys);
    let old = party.keys.record_keys().next().unwrap().public().id();
    let revocation = Revocation::new(old, RevocationReason::Compromised, at(1));
    let second = world::draft(&next, 2).revoke(revocation).rotate(party.first.content(), &party.keys, &next).unwrap();
    let third = world::draft(&next, 3).rotate(second.content(), &next, &next).unwrap();
    assert_eq!(third.content().revoked(), [revocation]);
    let dropped = world::edit(third.envelope().payload(), |members| {
        members.set("revoked", record::json::Json::Array(Vec::new()));
    });
    let mut history = KeyHistory::from_records([&party.first, &second].map(|one| one.envelope().clone())).unwrap();
    let refused = history.extend(forge(&dropped, &record_keys(&next))).unwrap_err();
    assert_eq!(refused, KeyChainError::RevocationDropped { key_id: old }.into());
}

/// Weekly rotations fill a history in twenty years. A thief may do it in a minute, which must not stop a recovery.
#[test]
fn a_full_history_still_takes_a_recovery() {
    let (party, fresh) = (Party::new("a"), Party::new("fresh"));
    let mut history = party.history();
    for _ in 1..MAX_KEY_RECORDS {
        let next = world::draft(&party.keys, 2).rotate(history.head().content(), &party.keys, &party.keys).unwrap();
        history.extend(next.envelope().clone()).unwrap();
    }
    assert_eq!(history.records().count(), MAX_KEY_RECORDS);
    let full = world::draft(&party.keys, 2).rotate(history.head().content(), &party.keys, &party.keys).unwrap_err();
    assert_eq!(full.to_string(), "`index` is 1024; it counts from 0 to 1023");
    let recovery = party.recover(&fresh);
    history.extend(recovery.envelope().clone()).unwrap();
    assert_eq!((history.records().count(), history.overruled().len()), (2, MAX_KEY_RECORDS - 1));
    // Evidence that comes late is kept as long as there is room for it.
    let (keys, last) = (&fresh.keys, Party::new("last"));
    let stolen = world::draft(keys, 5).rotate(recovery.content(), keys, keys).unwrap();
    let later = world::draft(keys, 6).rotate(stolen.content(), keys, keys).unwrap();
    history.extend(stolen.envelope().clone()).unwrap();
    let next = last.recovery.commitment();
    let again = world::draft(&last.keys, 7).recover(recovery.content(), &fresh.recovery, &last.keys, &next).unwrap();
    history.extend(again.envelope().clone()).unwrap();
    assert_eq!((history.records().count(), history.overruled().len()), (3, MAX_KEY_RECORDS));
    let full = history.extend(later.envelope().clone()).unwrap_err();
    assert_eq!(full, KeyChainError::TooMany.into());
}
