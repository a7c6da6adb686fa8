//! A request that is sent twice is done once.

use api::ProblemKind;
use api::idempotency::{
    Begin, Entry, InMemory, KEPT_MICROS, Kept, Keys as _, MAX_ANSWER_BYTES, MAX_ANSWERS_BYTES_PER_CALLER,
    MAX_KEYS_PER_CALLER, Secret, Slot, State, abandon, begin, finish, spend,
};
use proptest::prelude::*;
use record::time::Timestamp;

use crate::scene::{at, post};

const KEY: &str = "8e03978e-40d5-43dd-bc93-6894a57f9324";
const ONE: [u8; 32] = [1; 32];

fn answer(octets: usize) -> Kept {
    Kept { status: 200, media_type: Some("application/json".into()), body: vec![b' '; octets] }
}

fn secret() -> Secret {
    Secret::from_octets(&[5; 32])
}

fn slot(caller: &str, field: &str) -> Result<Slot, api::Problem> {
    api::idempotency::slot(&secret(), caller, field)
}

fn digest_of(operation: &str, values: &api::Values) -> [u8; 32] {
    api::idempotency::digest_of(&secret(), operation, values)
}

fn ada(key: &str) -> Slot {
    slot("ada", key).unwrap()
}

/// Does a request under a key and answers so much.
fn done(keys: &mut InMemory, slot: Slot, request: [u8; 32], now: Timestamp, octets: usize) {
    let Begin::Go(ticket) = begin(keys, slot, request, now).unwrap() else { panic!("done before") };
    finish(keys, &ticket, answer(octets)).unwrap();
}

fn refused(keys: &mut InMemory, slot: Slot, request: [u8; 32], now: Timestamp) -> ProblemKind {
    begin(keys, slot, request, now).unwrap_err().kind()
}

#[test]
fn the_same_request_gets_the_same_answer() {
    let mut keys = InMemory::new();
    done(&mut keys, ada(KEY), ONE, at(0), 7);
    assert_eq!(begin(&mut keys, ada(KEY), ONE, at(1)), Ok(Begin::Again(answer(7))));
    assert_eq!(
        begin(&mut keys, ada(&format!("\"{KEY}\"")), ONE, at(1)),
        Ok(Begin::Again(answer(7))),
        "quotes say nothing"
    );
}

#[test]
fn another_request_under_the_key_is_refused() {
    let mut keys = InMemory::new();
    done(&mut keys, ada(KEY), ONE, at(0), 7);
    assert_eq!(refused(&mut keys, ada(KEY), [2; 32], at(1)), ProblemKind::KeyReused);
    let digest = |operation, body| digest_of(operation, &post(body).unwrap());
    assert_ne!(digest("berth", r#"{"name":"a"}"#), digest("berth", r#"{"name":"b"}"#));
    assert_ne!(digest("berth", r#"{"name":"a"}"#), digest("leave", r#"{"name":"a"}"#));
}

/// What is kept tells nothing without the node's secret, and an answer nothing without the key either.
#[test]
fn what_is_kept_is_of_no_use_to_whoever_reads_it() {
    let other = Secret::from_octets(&[6; 32]);
    let values = post(r#"{"name":"a"}"#).unwrap();
    assert_ne!(api::idempotency::digest_of(&other, "berth", &values), digest_of("berth", &values));
    let foreign = api::idempotency::slot(&other, "ada", KEY).unwrap();
    assert_ne!(foreign, ada(KEY));
    assert_eq!(Slot::from_octets(&foreign.octets()), foreign);
    let kept = secret().seal((KEY, &ONE), answer(700)).unwrap();
    assert!(kept.body.windows(9).all(|part| part != [b' '; 9]));
    assert_eq!(secret().open((KEY, &ONE), kept.clone()), Some(answer(700)));
    assert_eq!(secret().open((&format!("\"{KEY}\""), &ONE), kept.clone()), Some(answer(700)), "quotes say nothing");
    assert_eq!(secret().open(("another-key-for-it", &ONE), kept.clone()), None);
    assert_eq!(secret().open((KEY, &[2; 32]), kept.clone()), None);
    assert_eq!(other.open((KEY, &ONE), kept), None);
}

#[test]
fn what_was_under_way_when_the_node_ended_is_not_done_again() {
    let mut keys = InMemory::new();
    keys.set(ada(KEY), Entry { request: ONE, since: at(0), state: State::Lost }).unwrap();
    assert_eq!(refused(&mut keys, ada(KEY), ONE, at(1)), ProblemKind::KeyLost);
    assert_eq!(refused(&mut keys, ada(KEY), [2; 32], at(1)), ProblemKind::KeyReused);
}

#[test]
fn a_key_is_its_callers_own() {
    let mut keys = InMemory::new();
    done(&mut keys, ada(KEY), ONE, at(0), 7);
    let bo = slot("bo", KEY).unwrap();
    assert!(matches!(begin(&mut keys, bo, [2; 32], at(0)), Ok(Begin::Go(_))));
}

#[test]
fn while_it_is_under_way_it_is_not_done_again() {
    let mut keys = InMemory::new();
    let Ok(Begin::Go(ticket)) = begin(&mut keys, ada(KEY), ONE, at(0)) else { panic!() };
    assert_eq!(refused(&mut keys, ada(KEY), ONE, at(1)), ProblemKind::InFlight);
    abandon(&mut keys, &ticket).unwrap();
    assert!(matches!(begin(&mut keys, ada(KEY), ONE, at(2)), Ok(Begin::Go(_))), "what was not done may be tried again");
}

#[test]
fn a_day_later_the_key_is_free() {
    let mut keys = InMemory::new();
    done(&mut keys, ada(KEY), ONE, at(0), 7);
    let almost = Timestamp::from_micros(at(0).micros() + KEPT_MICROS - 1);
    assert!(matches!(begin(&mut keys, ada(KEY), ONE, almost), Ok(Begin::Again(_))));
    let later = Timestamp::from_micros(at(0).micros() + KEPT_MICROS);
    assert!(matches!(begin(&mut keys, ada(KEY), [2; 32], later), Ok(Begin::Go(_))));
    assert_eq!(keys.len(), 1);
}

#[test]
fn an_answer_that_is_not_kept_is_not_given_twice_either() {
    let mut keys = InMemory::new();
    done(&mut keys, ada(KEY), ONE, at(0), MAX_ANSWER_BYTES + 1);
    assert_eq!(refused(&mut keys, ada(KEY), ONE, at(1)), ProblemKind::KeySpent);
    let many = MAX_ANSWERS_BYTES_PER_CALLER / MAX_ANSWER_BYTES + 2;
    for number in 0..many {
        let now = at(10 + i64::try_from(number).unwrap());
        done(&mut keys, ada(&format!("request-{number}")), ONE, now, MAX_ANSWER_BYTES);
    }
    assert_eq!(refused(&mut keys, ada("request-0"), ONE, at(99)), ProblemKind::KeySpent, "the oldest made room");
    let last = ada(&format!("request-{}", many - 1));
    assert!(matches!(begin(&mut keys, last, ONE, at(99)), Ok(Begin::Again(_))));
}

#[test]
fn an_answer_with_a_secret_is_given_once() {
    let mut keys = InMemory::new();
    let Ok(Begin::Go(ticket)) = begin(&mut keys, ada(KEY), ONE, at(0)) else { panic!() };
    spend(&mut keys, &ticket).unwrap();
    assert_eq!(refused(&mut keys, ada(KEY), ONE, at(1)), ProblemKind::KeySpent);
}

#[test]
fn a_caller_has_a_share() {
    let mut keys = InMemory::new();
    for number in 0..MAX_KEYS_PER_CALLER {
        use api::idempotency::{Entry, Keys as _, State};
        keys.set(ada(&format!("request-{number}")), Entry { request: ONE, since: at(0), state: State::Spent }).unwrap();
    }
    let problem = begin(&mut keys, ada("one-more-request"), ONE, at(60)).unwrap_err();
    assert_eq!(problem.kind(), ProblemKind::TooMany);
    assert!(problem.headers(api::Language::English).contains(&("Retry-After", "86341".to_owned())));
    assert!(matches!(begin(&mut keys, slot("bo", KEY).unwrap(), ONE, at(60)), Ok(Begin::Go(_))));
    let tomorrow = Timestamp::from_micros(at(0).micros() + KEPT_MICROS);
    assert!(matches!(begin(&mut keys, ada("one-more-request"), ONE, tomorrow), Ok(Begin::Go(_))));
    assert_eq!(keys.len(), 2, "what is old is swept away");
}

#[test]
fn a_key_has_a_form() {
    for wrong in ["", "short", "with blank", "\"unbalanced-key", "ключ-ключ", &"a".repeat(129), "new\nline-key"]
    {
        assert_eq!(slot("ada", wrong).unwrap_err().kind(), ProblemKind::Member, "{wrong}");
    }
    assert!(slot("ada", &"a".repeat(128)).is_ok() && slot("ada", "exactly8").is_ok());
}

proptest! {
    /// Whatever is tried in whatever order, nothing is done twice within a day.
    #[test]
    fn nothing_is_done_twice(steps in proptest::collection::vec((0_u8..4, any::<bool>(), 0_usize..100_000), 1..60)) {
        let (mut keys, mut was_done) = (InMemory::new(), [false; 4]);
        for (number, (which, holds, octets)) in steps.into_iter().enumerate() {
            let now = at(i64::try_from(number).unwrap());
            let slot = ada(&format!("request-{which}"));
            if let Ok(Begin::Go(ticket)) = begin(&mut keys, slot, ONE, now) {
                prop_assert!(!was_done[usize::from(which)]);
                if holds {
                    finish(&mut keys, &ticket, answer(octets)).unwrap();
                    was_done[usize::from(which)] = true;
                } else {
                    abandon(&mut keys, &ticket).unwrap();
                }
            }
        }
    }
}
