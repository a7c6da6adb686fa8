//! Signatures that are missing, too many, by the wrong key, or by a key at the wrong time.

use record::VerifyError;
use record::key_history::{KeyHistory, Moment};
use record::key_record::{KeyError, KeyRecord, KeyUseError as U, Purpose, Revocation, RevocationReason};
use record::signed::{SignatureError as S, Signed};
use record::suite::{PrivateKey, Suite};
use record::{Draft, base64url};

use super::forgery::{Forgery, Signature, envelope};
use super::{Case, Refusal, World, attempt, refused};
use crate::records::stage::{Party, at, draft_keys, incident, verify};

macro_rules! signature {
    ($name:literal, $pattern:pat, $text:expr) => {
        refused!($name, VerifyError::Key(KeyError::Signature($pattern)), $text)
    };
}

macro_rules! usage {
    ($name:literal, $pattern:pat, $attempt:expr) => {
        attempt!($name, Refusal::Verify(VerifyError::Key(KeyError::Use($pattern))), $attempt)
    };
}

/// As `signature!`, for the author who requires two suites.
macro_rules! cautious {
    ($name:literal, $pattern:pat, $suites:expr) => {
        attempt!($name, Refusal::Verify(VerifyError::Key(KeyError::Signature($pattern))), |world| {
            let suites: &[Suite] = &$suites;
            let keys: Vec<_> = suites.iter().map(|suite| world.cautious.key(Purpose::Record, *suite)).collect();
            world.cautious.verify(&signed_by(&world.cautious, &keys))?;
            Ok(())
        })
    };
}

pub(super) const CASES: &[Case] = &[
    signature!("a signature with a bit turned", S::Bad { .. }, |world| with_signature(world, |octets| octets[0] ^= 1)),
    signature!("a truncated signature", S::Bad { .. }, |world| with_signature(world, |octets| octets.truncate(63))),
    signature!("an octet after the signature", S::Bad { .. }, |world| with_signature(world, |octets| octets.push(0))),
    signature!("an empty signature", S::Bad { .. }, |world| with_signature(world, Vec::clear)),
    signature!("a signature of zeros", S::Bad { .. }, |world| with_signature(world, |octets| octets.fill(0))),
    signature!("a signature whose s was raised by the order", S::Bad { .. }, |world| {
        with_signature(world, |octets| raise(&mut octets[32..]))
    }),
    signature!("the signature of another record", S::Bad { .. }, |world| {
        let other = world.alice.sign(Draft::new(incident()), "another");
        world.edited(|part| part.set("signature", base64url::encode(other.envelope().signatures()[0].octets())))
    }),
    signature!("another payload under the signature", S::Bad { .. }, |world| {
        let payload = base64url::encode(Forgery::new().payload(&world.alice, &[]).as_bytes());
        world.edited(|part| part.set("payload", payload))
    }),
    signature!("an Ed25519 key that says ML-DSA-44", S::SuiteSwapped { .. }, |world| {
        let id = world.alice.key(Purpose::Record, Suite::Ed25519).public().id();
        let header = format!(r#"{{"alg":"ML-DSA-44","kid":"{id}","typ":"detente-record+sd-jwt"}}"#);
        let (payload, key) = (world.part("payload"), world.alice.key(Purpose::Record, Suite::Ed25519));
        envelope(&payload, &[Signature::under(header.as_bytes(), key, &payload)], world.disclosures())
    }),
    signature!("a stranger's signature alone", S::NotRequired { .. }, |world| {
        signed_by(&world.alice, &world.mallory.record_keys())
    }),
    signature!("a stranger's signature beside the author's", S::NotRequired { .. }, |world| {
        signed_by(&world.alice, &[world.alice.record_keys(), world.mallory.record_keys()].concat())
    }),
    signature!("a second signature by the author in a suite that is not required", S::NotRequired { .. }, |world| {
        signed_by(&world.alice, &[Suite::Ed25519, Suite::MlDsa44].map(|suite| world.alice.key(Purpose::Record, suite)))
    }),
    signature!("a signature in the wrong suite alone", S::NotRequired { .. }, |world| {
        signed_by(&world.alice, &[world.alice.key(Purpose::Record, Suite::MlDsa44)])
    }),
    cautious!(
        "the required ML-DSA-44 signature was taken away",
        S::Missing { suite: Suite::MlDsa44, .. },
        [Suite::Ed25519]
    ),
    cautious!(
        "the required Ed25519 signature was taken away",
        S::Missing { suite: Suite::Ed25519, .. },
        [Suite::MlDsa44]
    ),
    attempt!(
        "the second of two signatures is bad",
        Refusal::Verify(VerifyError::Key(KeyError::Signature(S::Bad { suite: Suite::MlDsa44, .. }))),
        |world| {
            let text = Forgery::new().sign(&world.cautious);
            let ml_dsa = world.cautious.verify(&text)?;
            let signatures = ml_dsa.envelope().signatures();
            let bad = signatures.iter().find(|one| one.header().suite() == Suite::MlDsa44).unwrap();
            let mut octets = bad.octets().to_vec();
            octets[7] ^= 1;
            let text = text.replace(&base64url::encode(bad.octets()), &base64url::encode(&octets));
            world.cautious.verify(&text)?;
            Ok(())
        }
    ),
    attempt!(
        "a compact form of an author who requires two signatures",
        Refusal::Verify(VerifyError::Key(KeyError::Signature(S::Missing { .. }))),
        |world| {
            let forged = Forgery::new();
            let payload = base64url::encode(forged.payload(&world.cautious, &[]).as_bytes());
            let key = world.cautious.key(Purpose::Record, Suite::Ed25519);
            world.cautious.verify(&Signature::by(key, &payload).compact(&payload, &forged.disclosures))?;
            Ok(())
        }
    ),
    usage!("a log key signs a record", U::WrongPurpose { found: Purpose::Log, .. }, |world| {
        by_purpose(world, Purpose::Log)
    }),
    usage!("a transport key signs a record", U::WrongPurpose { found: Purpose::Transport, .. }, |world| {
        by_purpose(world, Purpose::Transport)
    }),
    usage!("a cosigning key signs beside the right one", U::WrongPurpose { found: Purpose::Cosign, .. }, |world| {
        let keys = [Purpose::Record, Purpose::Cosign].map(|purpose| world.alice.key(purpose, Suite::Ed25519));
        world.alice.verify(&signed_by(&world.alice, &keys))?;
        Ok(())
    }),
    usage!("a key before its time", U::NotYetValid { .. }, |world| at_time(world, "2026-06-30T12:00:00Z")),
    usage!("a key after its time", U::Expired { .. }, |world| at_time(world, "2026-08-01T00:00:00Z")),
    usage!("a retired key", U::Retired { .. }, |world| { under(world, |alice, next| alice.rotation(next, 2)) }),
    usage!("a revoked key", U::Revoked { reason: RevocationReason::Compromised, .. }, |world| {
        under(world, |alice, next| {
            let key_id = alice.key(Purpose::Record, Suite::Ed25519).public().id();
            let revocation = Revocation::new(key_id, RevocationReason::Compromised, at(1));
            let draft = draft_keys(&next.keys, 2).revoke(revocation);
            draft.rotate(alice.first.content(), &alice.keys, &next.keys).unwrap()
        })
    }),
    usage!("a key of a key record that a recovery set aside", U::Overruled { .. }, |world| {
        let (alice, thief, fresh) = (&world.alice, Party::new("thief"), Party::new("fresh"));
        let stolen = alice.rotation(&thief, 2);
        let recovery = draft_keys(&fresh.keys, 3)
            .recover(alice.first.content(), &alice.recovery, &fresh.keys, &fresh.recovery.commitment())
            .unwrap();
        let records = [&alice.first, &stolen, &recovery].map(|record| record.envelope().clone());
        let claims = [("key_record", format!("\"{}\"", stolen.digest()))];
        let forged = Forgery::new();
        let payload = base64url::encode(forged.payload(alice, &claims).as_bytes());
        let text = envelope(&payload, &[Signature::by(thief.record_keys()[0], &payload)], &forged.disclosures);
        verify(text.as_bytes(), &KeyHistory::from_records(records).unwrap(), Moment::At(at(2)))?;
        Ok(())
    }),
    usage!("the record of another party under this one's history", U::UnknownParty { .. }, |world| {
        world.alice.verify(&Forgery::new().sign(&world.mallory))?;
        Ok(())
    }),
    usage!("another party as issuer", U::UnknownParty { .. }, |world| {
        let claims = [("iss", format!("\"{}\"", world.mallory.id()))];
        world.alice.verify(&Forgery::new().sign_with(&world.alice, &claims))?;
        Ok(())
    }),
    usage!("the key record of another party", U::UnknownKeyRecord { .. }, |world| {
        let claims = [("key_record", format!("\"{}\"", world.mallory.first.digest()))];
        world.alice.verify(&Forgery::new().sign_with(&world.alice, &claims))?;
        Ok(())
    }),
    attempt!(
        "a record in another party's name",
        Refusal::Verify(VerifyError::Key(KeyError::Signature(S::NotRequired { .. }))),
        |world| {
            world.alice.verify(&signed_by(&world.alice, &world.mallory.record_keys()))?;
            Ok(())
        }
    ),
];

/// A sound payload of the author, signed by any keys.
fn signed_by(author: &Party, keys: &[&PrivateKey]) -> String {
    let forged = Forgery::new();
    let payload = base64url::encode(forged.payload(author, &[]).as_bytes());
    let signatures: Vec<_> = keys.iter().map(|key| Signature::by(key, &payload)).collect();
    envelope(&payload, &signatures, &forged.disclosures)
}

fn by_purpose(world: &World, purpose: Purpose) -> Result<(), Refusal> {
    world.alice.verify(&signed_by(&world.alice, &[world.alice.key(purpose, Suite::Ed25519)]))?;
    Ok(())
}

fn at_time(world: &World, time: &str) -> Result<(), Refusal> {
    let Ok(time) = time.parse() else { panic!("no time: {time}") };
    verify(world.text.as_bytes(), &world.alice.history(), Moment::At(time))?;
    Ok(())
}

type NextRecord = fn(&Party, &Party) -> Signed<KeyRecord>;

/// The good record under a history with one key record more.
fn under(world: &World, next: NextRecord) -> Result<(), Refusal> {
    verify(world.text.as_bytes(), &extended(&world.alice, next), Moment::At(at(3)))?;
    Ok(())
}

fn extended(party: &Party, next: NextRecord) -> KeyHistory {
    let next = next(party, &Party::new("alice's next keys"));
    KeyHistory::from_records([&party.first, &next].map(|record| record.envelope().clone())).unwrap()
}

fn with_signature(world: &World, change: impl FnOnce(&mut Vec<u8>)) -> String {
    let mut octets = world.full.envelope().signatures()[0].octets().to_vec();
    change(&mut octets);
    world.edited(|part| part.set("signature", base64url::encode(&octets)))
}

/// Adds the order of the group, little-endian: the same number to a verifier that reduces.
fn raise(scalar: &mut [u8]) {
    const ORDER: [u8; 32] = [
        0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14, 0, 0, 0, 0, 0,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
    ];
    let mut carry = 0;
    for (octet, order) in scalar.iter_mut().zip(ORDER) {
        let sum = u16::from(*octet) + u16::from(order) + carry;
        *octet = sum.to_le_bytes()[0];
        carry = sum >> 8;
    }
}
