//! Waits between tries.

use node::backoff::Backoff;
use record::time::Timestamp;

const START: Timestamp = Timestamp::from_micros(1_800_000_000_000_000);

fn waits(backoff: &mut Backoff, random: u64, count: usize) -> Vec<u128> {
    (0..count).map(|_| backoff.next(START, random).as_millis()).collect()
}

#[test]
fn waits_double_up_to_the_longest() {
    let waits = waits(&mut Backoff::new(100, 1000), 0, 6);
    assert_eq!(waits, [50, 100, 200, 400, 500, 500]);
}

#[test]
fn jitter_stays_between_half_a_step_and_all_of_it() {
    for random in (0..10_000).chain([u64::MAX]) {
        let wait = Backoff::new(100, 1000).next(START, random).as_millis();
        assert!((50..=100).contains(&wait), "{wait}");
    }
}

#[test]
fn the_same_chance_gives_the_same_waits() {
    assert_eq!(waits(&mut Backoff::new(100, 9000), 77, 9), waits(&mut Backoff::new(100, 9000), 77, 9));
}

#[test]
fn success_and_long_quiet_begin_anew() {
    let mut backoff = Backoff::new(100, 1000);
    waits(&mut backoff, 0, 5);
    backoff.succeeded();
    assert_eq!(waits(&mut backoff, 0, 2), [50, 100]);
    let later = Timestamp::from_micros(START.micros() + 60_000_000);
    assert_eq!(backoff.next(later, 0).as_millis(), 50);
}

#[test]
fn no_number_breaks_it() {
    let mut backoff = Backoff::new(u64::MAX, u64::MAX);
    for _ in 0..100 {
        assert!(backoff.next(Timestamp::from_micros(i64::MIN), u64::MAX).as_millis() > 0);
    }
    assert!(Backoff::new(0, 0).next(START, u64::MAX).as_millis() <= 1);
}
