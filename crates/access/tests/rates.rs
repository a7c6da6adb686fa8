//! Rates of requests.

use std::net::IpAddr;

use access::rates::{Counted, OF_CALLER, OF_STRANGER, Rate, Rates};
use access::{Caller, Right, Role};
use proptest::prelude::*;

use crate::scene::{HOUR, Node, SECOND, noon, scopes};

fn stranger(last: u8) -> Counted {
    Counted::of(&Caller::nobody(), IpAddr::from([192, 0, 2, last]))
}

#[test]
fn a_hundred_a_second_go_on_for_ever() {
    let mut node = Node::new().with("gate", &[Role::Machine]);
    let secret = node.token("gate", "north", scopes(&[Right::Post], &[]));
    let caller = node.accounts.check_token(&node.secret, secret.reveal(), noon(1)).unwrap();
    let counted = Counted::of(&caller, IpAddr::from([192, 0, 2, 1]));
    let mut rates = Rates::new();
    for request in 0..100_000 {
        assert!(rates.take(counted.clone(), noon(request * SECOND / 100)).is_ok());
    }
}

#[test]
fn what_comes_at_once_is_bounded_and_the_wait_is_told() {
    let mut rates = Rates::new();
    let answered = (0..1_000).filter(|_| rates.take(stranger(1), noon(0)).is_ok()).count();
    assert_eq!(answered, 60);
    let refused = rates.take(stranger(1), noon(0)).unwrap_err();
    assert_eq!(refused.retry_after_micros, SECOND / 20);
    assert!(rates.take(stranger(1), noon(SECOND / 20 - 1)).is_err());
    assert!(rates.take(stranger(1), noon(SECOND / 20)).is_ok());
    assert!(rates.take(stranger(2), noon(0)).is_ok(), "another address has its own");
}

#[test]
fn two_tokens_of_one_account_and_its_session_are_counted_apart() {
    let mut node = Node::new().with("lin", &[Role::Analyst]);
    let [one, two] = ["one", "two"].map(|name| node.token("lin", name, scopes(&[Right::Read], &[])));
    let of = |secret: &access::Secret| node.accounts.check_token(&node.secret, secret.reveal(), noon(1)).unwrap();
    let address = IpAddr::from([192, 0, 2, 1]);
    let counted = [of(&one), of(&two), node.caller("lin")].map(|caller| Counted::of(&caller, address));
    assert!(counted[0] != counted[1] && counted[1] != counted[2]);
    assert_eq!(counted.map(|counted| counted.rate()), [OF_CALLER; 3]);
    assert_eq!(stranger(1).rate(), OF_STRANGER);
}

#[test]
fn a_clock_set_back_locks_nobody_out() {
    let mut rates = Rates::new();
    while rates.take(stranger(1), noon(0)).is_ok() {}
    assert!(rates.take(stranger(1), noon(-HOUR)).is_ok());
}

#[test]
fn a_rate_of_nothing_is_one() {
    let mut rates = Rates::new();
    assert!(rates.take_at(stranger(1), Rate::new(0, 0), noon(0)).is_ok());
    assert!(rates.take_at(stranger(1), Rate::new(0, 0), noon(SECOND - 1)).is_err());
    assert!(rates.take_at(stranger(1), Rate::new(0, 0), noon(SECOND)).is_ok());
}

proptest! {
    #[test]
    fn in_any_span_no_more_than_the_burst_and_the_rate(
        steps in prop::collection::vec(0_i64..200_000, 1..400),
        per_second in 1_u32..50,
        burst in 1_u32..20,
    ) {
        let (mut rates, mut at, mut answered) = (Rates::new(), 0, Vec::new());
        for step in steps {
            at += step;
            if rates.take_at(stranger(1), Rate::new(per_second, burst), noon(at)).is_ok() {
                answered.push(at);
            }
        }
        let interval = i64::from(1_000_000 / per_second);
        for (first, from) in answered.iter().enumerate() {
            for (last, to) in answered.iter().enumerate().skip(first) {
                let count = i64::try_from(last - first + 1).unwrap();
                prop_assert!(count <= i64::from(burst) + (to - from) / interval);
            }
        }
    }

    #[test]
    fn who_waits_as_told_is_answered(burst in 1_u32..20, tries in 1_usize..100) {
        let (mut rates, mut at) = (Rates::new(), 0);
        for _ in 0..tries {
            if let Err(wait) = rates.take_at(stranger(1), Rate::new(10, burst), noon(at)) {
                at += wait.retry_after_micros;
                prop_assert!(rates.take_at(stranger(1), Rate::new(10, burst), noon(at)).is_ok());
            }
        }
    }
}
