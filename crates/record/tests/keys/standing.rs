//! What a history says of a key.

use record::jws::MediaType;
use record::key_history::{KeyHistory, KeyStanding, Moment};
use record::key_record::{KeyError, KeyUseError, Purpose, Revocation, RevocationReason, Use};
use record::suite::Suite;

use super::world::{self, Party, at, forge_as};

#[test]
fn a_key_is_in_force_within_its_window() {
    let party = Party::new("a");
    let (history, record, key) = (party.history(), party.first.digest(), ed25519(&party, Purpose::Record));
    let stand = |moment| history.standing(&record, &key, moment).unwrap();
    for day in [1, 15, 31] {
        assert_eq!(stand(Moment::At(at(day))), KeyStanding::InForce);
    }
    let before = "2026-06-30T12:00:00Z".parse().unwrap();
    let after = "2026-08-01T12:00:00Z".parse().unwrap();
    assert_eq!(stand(Moment::At(before)), KeyStanding::NotYetValid { from: at(1) });
    assert_eq!(stand(Moment::At(after)), KeyStanding::Expired { since: at(31) });
    assert_eq!(stand(Moment::AsNamed), KeyStanding::InForce);
    let refused = |moment| history.keys_in_force(&record, Use::Record, moment).unwrap_err().to_string();
    assert_eq!(refused(Moment::At(before)), format!("key {key} is not valid before 2026-07-01T12:00:00.000000Z"));
    assert_eq!(refused(Moment::At(after)), format!("key {key} expired at 2026-07-31T12:00:00.000000Z"));
}

#[test]
fn a_key_that_a_later_record_leaves_out_is_retired() {
    let (party, next) = (Party::new("a"), Party::new("next").keys);
    let second = party.rotate(&next);
    let history = history_of(&[&party.first, &second]);
    let (record, key) = (party.first.digest(), ed25519(&party, Purpose::Record));
    let by = second.digest();
    assert_eq!(history.standing(&record, &key, Moment::AsNamed), Ok(KeyStanding::Retired { by }));
    let refused = history.keys_in_force(&record, Use::Record, Moment::At(at(3))).unwrap_err();
    assert_eq!(refused, KeyUseError::Retired { key_id: key, by }.into());
    // As named it may still be used: whether the record was logged in time is for the log to show.
    assert!(history.keys_in_force(&record, Use::Record, Moment::AsNamed).is_ok());
}

#[test]
fn a_key_that_came_back_counts_from_its_last_leaving() {
    let (party, next) = (Party::new("a"), Party::new("next").keys);
    let second = party.rotate(&next);
    let third = world::draft(&party.keys, 3).rotate(second.content(), &next, &party.keys).unwrap();
    let fourth = world::draft(&next, 4).rotate(third.content(), &party.keys, &next).unwrap();
    let (record, key) = (party.first.digest(), ed25519(&party, Purpose::Record));
    let stand = |records: &[_]| history_of(records).standing(&record, &key, Moment::At(at(5))).unwrap();
    assert_eq!(stand(&[&party.first, &second, &third]), KeyStanding::InForce);
    let all = stand(&[&party.first, &second, &third, &fourth]);
    assert_eq!(all, KeyStanding::Retired { by: fourth.digest() });
}

#[test]
fn a_revoked_key_says_why_and_since_when() {
    let (party, next) = (Party::new("a"), Party::new("next").keys);
    let key = ed25519(&party, Purpose::Record);
    let revocation = Revocation::new(key, RevocationReason::Lost, at(1));
    let second = world::draft(&next, 2).revoke(revocation).rotate(party.first.content(), &party.keys, &next).unwrap();
    let third = world::draft(&next, 3).rotate(second.content(), &next, &next).unwrap();
    let history = history_of(&[&party.first, &second, &third]);
    let (by, reason, since) = (second.digest(), RevocationReason::Lost, at(1));
    let standing = history.standing(&party.first.digest(), &key, Moment::AsNamed);
    assert_eq!(standing, Ok(KeyStanding::Revoked { by, reason, since }));
    let refused = history.keys_in_force(&party.first.digest(), Use::Record, Moment::At(at(3))).unwrap_err();
    assert_eq!(refused, KeyUseError::Revoked { key_id: key, by, reason, since }.into());
    assert!(refused.to_string().contains("was revoked as lost since 2026-07-01T12:00:00.000000Z"), "{refused}");
}

#[test]
fn what_a_recovery_overruled_is_void_and_its_keys_are_not_blamed() {
    let (party, thief, fresh) = (Party::new("a"), Party::new("thief"), Party::new("fresh"));
    let (stolen, recovery) = (party.rotate(&thief.keys), party.recover(&fresh));
    let history = history_of(&[&party.first, &stolen, &recovery]);
    let (by, key) = (recovery.digest(), ed25519(&thief, Purpose::Record));
    assert_eq!(history.standing(&stolen.digest(), &key, Moment::AsNamed), Ok(KeyStanding::Overruled { by }));
    let refused = history.keys_in_force(&stolen.digest(), Use::Record, Moment::At(at(5))).unwrap_err();
    assert_eq!(refused, KeyUseError::Overruled { key_id: key, by }.into());
    // The key that was stolen is retired by the recovery, not by the thief.
    let old = history.standing(&party.first.digest(), &ed25519(&party, Purpose::Record), Moment::AsNamed);
    assert_eq!(old, Ok(KeyStanding::Retired { by }));
}

#[test]
fn what_a_party_signed_is_checked_against_its_key_record() {
    let party = Party::new("a");
    let (history, record) = (party.history(), party.first.digest());
    let sign = |purpose| forge_as(MediaType::Record, b"{}", &[party.keys.get(purpose, Suite::Ed25519).unwrap()]);
    let moment = Moment::At(at(2));
    assert!(history.check_signatures(&sign(Purpose::Record), &record, Use::Record, moment).is_ok());
    let wrong = history.check_signatures(&sign(Purpose::Log), &record, Use::Record, moment).unwrap_err();
    assert!(wrong.to_string().ends_with("is a log key and cannot sign where a record key must"), "{wrong}");
    // An agreement needs both suites, and taking one away is no weaker success.
    let half = history.check_signatures(&sign(Purpose::Record), &record, Use::Agreement, moment).unwrap_err();
    assert!(half.to_string().starts_with("the required ML-DSA-44 signature by key"), "{half}");
    let stranger = Party::new("stranger");
    let by_stranger =
        forge_as(MediaType::Record, b"{}", &[stranger.keys.get(Purpose::Record, Suite::Ed25519).unwrap()]);
    let refused = history.check_signatures(&by_stranger, &record, Use::Record, moment).unwrap_err();
    assert!(matches!(refused, KeyError::Signature(_)), "{refused}");
}

#[test]
fn what_is_not_known_is_named() {
    let (party, other) = (Party::new("a"), Party::new("other"));
    let history = party.history();
    let unknown = history.required_keys(&other.first.digest(), Use::Record).unwrap_err();
    assert_eq!(unknown, KeyUseError::UnknownKeyRecord { digest: other.first.digest() }.into());
    let (digest, key_id) = (party.first.digest(), ed25519(&other, Purpose::Record));
    let standing = history.standing(&digest, &key_id, Moment::AsNamed);
    assert_eq!(standing, Err(KeyUseError::UnknownKey { key_id, digest }));
    let stranger = other.first.content().party();
    assert_eq!(history.of_party(&stranger).unwrap_err(), KeyUseError::UnknownParty { party: stranger });
    assert!(history.of_party(&history.party()).is_ok());
}

fn history_of(records: &[&record::signed::Signed<record::key_record::KeyRecord>]) -> KeyHistory {
    let envelopes = records.iter().map(|record| record.envelope().clone());
    let mut history = None;
    for envelope in envelopes {
        history = match history {
            None => KeyHistory::begin(envelope).ok(),
            Some(history) => extended(history, envelope),
        };
    }
    history.unwrap_or_else(|| unreachable!("the records do not make a history"))
}

fn extended(mut history: KeyHistory, envelope: record::jws::Envelope) -> Option<KeyHistory> {
    history.extend(envelope).ok().map(|_| history)
}

fn ed25519(party: &Party, purpose: Purpose) -> record::digest::KeyId {
    let key = party.keys.get(purpose, Suite::Ed25519);
    key.map_or_else(|| unreachable!("no {purpose} key"), |key| key.public().id())
}
