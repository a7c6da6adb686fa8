//! What a peer may hand in, told as stories.

use protocol::exchange::quota::{MESSAGE_BYTES_PER_DAY, SPELL_ENDS_MS, STATEMENTS_PER_DAY, THREADS_PER_DAY};
use protocol::exchange::{Caught, HandedIn, Quotas, Spells};
use record::digest::PartyId;
use record::time::Timestamp;

const LOTUS: PartyId = PartyId::from_octets([1; 32]);
const HILLS: PartyId = PartyId::from_octets([2; 32]);

fn at_ms(ms: u64) -> Timestamp {
    Timestamp::from_micros(i64::try_from(ms * 1_000).unwrap())
}

#[test]
fn whoever_has_had_the_days_share_comes_again_tomorrow_and_others_are_not_held_up() {
    let mut quotas = Quotas::new();
    for _ in 0..STATEMENTS_PER_DAY {
        assert_eq!(quotas.check(LOTUS, HandedIn::Statement, at_ms(0)), Ok(()));
        quotas.count(LOTUS, HandedIn::Statement, 6_000, at_ms(0));
    }
    let used_up = quotas.check(LOTUS, HandedIn::Statement, at_ms(1)).unwrap_err();
    assert_eq!((used_up.what, used_up.limit), ("statements", STATEMENTS_PER_DAY));
    assert!(used_up.to_string().contains("tomorrow"), "{used_up}");
    assert_eq!(quotas.check(LOTUS, HandedIn::Message, at_ms(1)), Ok(()), "each kind has a share of its own");
    assert_eq!(quotas.check(HILLS, HandedIn::Statement, at_ms(1)), Ok(()));
    assert_eq!(quotas.check(LOTUS, HandedIn::Statement, at_ms(24 * 3_600_000)), Ok(()));
}

#[test]
fn long_messages_use_the_share_up_by_their_octets() {
    let mut quotas = Quotas::new();
    quotas.count(LOTUS, HandedIn::Message, usize::try_from(MESSAGE_BYTES_PER_DAY).unwrap(), at_ms(0));
    assert_eq!(quotas.check(LOTUS, HandedIn::Message, at_ms(1)).unwrap_err().limit, MESSAGE_BYTES_PER_DAY);
}

#[test]
fn negotiations_that_one_begins_have_a_share_beside_their_messages() {
    let mut quotas = Quotas::new();
    for _ in 0..THREADS_PER_DAY {
        quotas.count(LOTUS, HandedIn::Thread, 1, at_ms(0));
    }
    assert_eq!(quotas.check(LOTUS, HandedIn::Thread, at_ms(1)).unwrap_err().limit, THREADS_PER_DAY);
    assert_eq!(quotas.check(LOTUS, HandedIn::Message, at_ms(1)), Ok(()), "what is begun goes on");
}

#[test]
fn a_spell_is_told_of_once_however_many_requests_it_has() {
    let mut spells = Spells::new();
    let mut refuse = |peer, ms| spells.refuse(peer, "requests", 200, at_ms(ms));
    let first = Caught::Overuse { what: "requests", limit: 200, since: at_ms(0) };
    assert_eq!(refuse(LOTUS, 0), Some(first.clone()));
    // A peer that never stops, through a whole day.
    for minute in 1..24 * 60 {
        assert_eq!(refuse(LOTUS, minute * 60_000), None, "minute {minute}");
    }
    assert!(refuse(HILLS, 60_000).is_some(), "another peer has its own");
    let again = refuse(LOTUS, 24 * 3_600_000 + SPELL_ENDS_MS).unwrap();
    assert_ne!(again.to_string(), first.to_string(), "and is kept as another alarm");
    assert_eq!(again.kind(), "budget");
}
