//! Bodies that a depositary keeps: sealed by their sender, opened by their reader, read by nobody between.

use bundle::PrivateBundleKey;
use policy::control::{Deposit, Deposited, KeyInForce, Sentence, Stated};
use policy::feed::body_digest;
use proptest::prelude::*;
use protocol::exchange::deposit::{MAX_SEALED_BYTES, open, read_deposited, sealed_digest, write_deposited};
use protocol::exchange::{Control, HandIn, Kept, NotSealed};
use record::digest::{BodyDigest, KeyRecordDigest, PartyId};
use record::entropy::SystemEntropy;
use record::key_record::BundleSuite;
use record::time::Timestamp;

const BODY: &[u8] = b"a record, padded with spaces to the next step     ";

fn party(number: u8) -> PartyId {
    PartyId::from_octets([number; 32])
}

fn key() -> PrivateBundleKey {
    PrivateBundleKey::generate(BundleSuite::MlKem768X25519, &mut SystemEntropy::new()).unwrap()
}

/// The body of entry 7, for party 2.
fn named(body: &[u8]) -> Deposited {
    let entry = ("feed.example/7".to_owned(), 7);
    Deposited::new(entry, BodyDigest::from_octets(body_digest(body)), (party(1), party(2)))
}

fn seal(of: Deposited, body: &[u8], key: &PrivateBundleKey) -> Result<HandIn, NotSealed> {
    let now = Timestamp::from_micros(1_800_000_000_000_000);
    HandIn::seal(of, key.public(), body, now, &mut SystemEntropy::new())
}

#[test]
fn a_member_opens_what_was_sealed_for_it() {
    let key = key();
    let handed = seal(named(BODY), BODY, &key).unwrap();
    let came = HandIn::read(&Control::HandIn(handed.clone()).to_octets()).unwrap();
    assert_eq!(came, handed);
    assert_eq!(came.key().unwrap(), key.public().id());
    assert_eq!(open(came.sealed(), came.of(), &[key]).unwrap(), BODY);
}

#[test]
fn whoever_keeps_it_reads_nothing() {
    let handed = seal(named(BODY), BODY, &key()).unwrap();
    let octets = handed.to_octets();
    assert!(!octets.windows(8).any(|part| part == &BODY[..8]));
    assert!(open(handed.sealed(), handed.of(), &[key()]).is_err(), "another key opens nothing");
}

#[test]
fn nobody_seals_another_body_than_the_entry_names() {
    assert_eq!(seal(named(BODY), b"something else", &key()), Err(NotSealed::OtherBody));
}

#[test]
fn octets_that_open_to_another_body_are_no_deposit() {
    let key = key();
    let other = seal(named(b"another body"), b"another body", &key).unwrap();
    let problem = open(other.sealed(), &named(BODY), std::slice::from_ref(&key)).unwrap_err();
    assert!(problem.to_string().contains("another body"), "{problem}");
}

#[test]
fn the_longest_body_fits() {
    let body = vec![b' '; policy::feed::MAX_BODY_BYTES];
    let key = key();
    // Spaces compress to nothing, and random octets do not.
    let mut noise = body.clone();
    record::entropy::Entropy::fill(&mut SystemEntropy::new(), &mut noise).unwrap();
    for body in [body, noise] {
        let handed = seal(named(&body), &body, &key).unwrap();
        assert!(handed.sealed().len() <= MAX_SEALED_BYTES, "{}", handed.sealed().len());
        let came = HandIn::read(&handed.to_octets()).unwrap();
        assert!(open(came.sealed(), came.of(), std::slice::from_ref(&key)).unwrap() == body);
    }
}

#[test]
fn a_statement_about_a_deposit_has_one_spelling() {
    let of = named(BODY);
    let deposit = Deposit::new(of.clone(), sealed_digest(b"sealed"), 6, Timestamp::from_micros(1_800_000_000_000_000));
    let in_force = KeyInForce::new(KeyRecordDigest::from_octets([3; 32]), 4);
    for sentence in [Sentence::Deposit(deposit), Sentence::NoDeposit(of.clone()), Sentence::DepositWithdrawn(of)] {
        let stated = Stated::new(sentence, Timestamp::from_micros(5_000_000), in_force);
        assert_eq!(Stated::from_map(&stated.to_map()).unwrap(), stated);
        let longer = stated.to_map().with("note", "anything");
        assert!(Stated::from_map(&longer).is_err(), "free text has no place in it");
    }
}

#[test]
fn an_answer_holds_a_statement_and_perhaps_octets() {
    for sealed in [None, Some(b"with \n a line".to_vec())] {
        let kept = Kept { opened: b"{\"opened\":1}".to_vec(), sealed };
        assert_eq!(Kept::read(&kept.to_octets()).unwrap(), kept);
    }
    assert!(Kept::read(b"no line").is_err());
}

proptest! {
    #[test]
    fn a_question_is_read_as_it_was_written(feed in "[a-z./0-9]{1,60}", index in 0_u64..1 << 53, body: [u8; 32], sender: [u8; 32], member: [u8; 32]) {
        let of = Deposited::new(
            (feed, index),
            BodyDigest::from_octets(body),
            (PartyId::from_octets(sender), PartyId::from_octets(member)),
        );
        prop_assert_eq!(read_deposited(&write_deposited(&of)).unwrap(), of);
    }

    #[test]
    fn any_octets_are_refused_or_read(octets in proptest::collection::vec(any::<u8>(), 0..400)) {
        let _read = (HandIn::read(&octets), Kept::read(&octets), read_deposited(&octets));
    }
}
