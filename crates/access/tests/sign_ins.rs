//! Guesses are slowed down, and nobody is kept out by them.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use access::NodeSecret;
use access::sign_in::{
    ALARM_TRIES, Attempt, FORGOTTEN_MICROS, FREE_TRIES, FREE_TRIES_OF_ADDRESS, LONGEST_WAIT_MICROS, Lane,
    MARK_LASTS_MICROS, Prefix, SignIns, Wait, mark,
};
use proptest::prelude::*;

use crate::scene::{Counted, DAY, HOUR, MINUTE, SECOND, name, noon};

struct Door {
    secret: NodeSecret,
    sign_ins: SignIns,
}

impl Door {
    fn new() -> Self {
        Self { secret: NodeSecret::generate(&mut Counted::default()).unwrap(), sign_ins: SignIns::new() }
    }

    /// A try that fails.
    fn fail(&mut self, account: &str, from: u32, at: i64) -> Result<bool, Wait> {
        let admitted = self.sign_ins.admit(&self.secret, &try_of(account, from, None), noon(at))?;
        Ok(admitted.raises_alarm())
    }

    /// A try that succeeds, if it is admitted.
    fn succeed(&mut self, account: &str, from: u32, mark: Option<&str>, at: i64) -> Result<Lane, Wait> {
        let admitted = self.sign_ins.admit(&self.secret, &try_of(account, from, mark), noon(at))?;
        let lane = admitted.lane();
        self.sign_ins.succeeded(admitted);
        Ok(lane)
    }

    /// Fails as soon and as often as it may, until then; gives how often that was.
    fn hammer(&mut self, account: &str, from: u32, until: i64) -> u32 {
        let (mut at, mut tries) = (0, 0);
        while at < until {
            match self.fail(account, from, at) {
                Ok(_) => tries += 1,
                Err(wait) => at = wait.until.micros() - noon(0).micros(),
            }
        }
        tries
    }
}

fn try_of<'a>(account: &'a str, from: u32, mark: Option<&'a str>) -> Attempt<'a> {
    Attempt { account, address: IpAddr::V4(Ipv4Addr::from(from)), mark }
}

#[test]
fn waits_double_up_to_a_quarter_of_an_hour() {
    let mut door = Door::new();
    let (mut at, mut waits) = (0, Vec::new());
    for _ in 0..FREE_TRIES {
        assert_eq!(door.fail("lin", 1, at), Ok(false));
    }
    for _ in 0..13 {
        let wait = door.fail("lin", 1, at).unwrap_err();
        waits.push((wait.until.micros() - noon(at).micros()) / SECOND);
        at = wait.until.micros() - noon(0).micros();
        assert_eq!(door.fail("lin", 1, at), Ok(false));
    }
    assert_eq!(waits, [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900]);
}

#[test]
fn a_try_that_is_refused_makes_no_wait_longer() {
    let mut door = Door::new();
    (0..FREE_TRIES).for_each(|_| assert!(door.fail("lin", 1, 0).is_ok()));
    let first = door.fail("lin", 1, 0).unwrap_err();
    for _ in 0..1_000 {
        assert_eq!(door.fail("lin", 1, SECOND / 2), Err(first));
    }
    assert!(door.succeed("lin", 1, None, SECOND).is_ok());
    assert!(door.fail("lin", 1, SECOND).is_ok(), "and what failed before is forgotten");
}

#[test]
fn an_attacker_with_one_address_gets_about_a_hundred_guesses_a_day() {
    let tries = Door::new().hammer("lin", 1, DAY);
    assert!((100..=120).contains(&tries), "{tries}");
}

#[test]
fn guesses_from_elsewhere_do_not_keep_an_officer_out() {
    let mut door = Door::new();
    for attacker in 1..=500 {
        door.hammer("lin", attacker, HOUR);
    }
    assert_eq!(door.succeed("lin", 9_999, None, HOUR), Ok(Lane::Stranger), "from an address of her own");
}

#[test]
fn guesses_from_her_own_address_do_not_reach_a_browser_that_has_signed_in_before() {
    let mut door = Door::new();
    let hers = mark(&door.secret, &name("lin"), noon(0), &mut Counted::default()).unwrap();
    for account in ["lin", "remy", "ada"] {
        door.hammer(account, 7, HOUR);
    }
    assert!(door.succeed("lin", 7, None, HOUR - 1).is_err(), "without its mark she would wait");
    assert_eq!(door.succeed("lin", 7, Some(&hers), HOUR), Ok(Lane::Known));
}

#[test]
fn a_stolen_mark_has_its_own_waits() {
    let mut door = Door::new();
    let stolen = mark(&door.secret, &name("lin"), noon(0), &mut Counted::default()).unwrap();
    let mut admitted = 0;
    for from in 0..1_000 {
        let attempt = try_of("lin", from, Some(&stolen));
        admitted += u32::from(door.sign_ins.admit(&door.secret, &attempt, noon(MINUTE)).is_ok());
    }
    assert_eq!(admitted, FREE_TRIES, "whatever address it is shown from");
}

#[test]
fn marks_of_others_of_another_node_and_of_long_ago_are_none() {
    let mut door = Door::new();
    let hers = mark(&door.secret, &name("lin"), noon(0), &mut Counted::default()).unwrap();
    let foreign = NodeSecret::from_text(&"B".repeat(42).chars().chain(['A']).collect::<String>()).unwrap();
    let others = mark(&foreign, &name("lin"), noon(0), &mut Counted::default()).unwrap();
    let mut lane = |account: &str, mark: &str, at| door.succeed(account, 1, Some(mark), at).unwrap();
    assert_eq!(lane("LIN", &hers, 0), Lane::Known, "another spelling is the same account");
    assert_eq!(lane("remy", &hers, 0), Lane::Stranger);
    assert_eq!(lane("lin", &others, 0), Lane::Stranger);
    assert_eq!(lane("lin", hers.split_at(1).1, 0), Lane::Stranger);
    assert_eq!(lane("lin", &hers, MARK_LASTS_MICROS), Lane::Stranger);
    assert_eq!(lane("lin", &hers, -1), Lane::Stranger, "made in the future");
}

#[test]
fn one_address_cannot_try_one_password_on_everybody() {
    let mut door = Door::new();
    let mut admitted = 0;
    for victim in 0..1_000 {
        admitted += u32::from(door.fail(&format!("officer{victim}"), 1, 0).is_ok());
    }
    assert_eq!(admitted, FREE_TRIES_OF_ADDRESS);
}

#[test]
fn an_account_of_ones_own_does_not_wash_an_address_clean() {
    let mut door = Door::new();
    let mut guesses = 0;
    for at in 0..1_000 {
        let _may_wait = door.succeed("mallory", 1, None, 0);
        guesses += u32::from(door.fail(&format!("officer{at}"), 1, 0).is_ok());
    }
    assert_eq!(guesses, FREE_TRIES_OF_ADDRESS);
}

#[test]
fn many_guesses_from_everywhere_raise_one_alarm() {
    let mut door = Door::new();
    let alarms: Vec<u32> = (1..=4 * ALARM_TRIES).filter(|from| door.fail("lin", *from, 0).unwrap()).collect();
    assert_eq!(alarms, [ALARM_TRIES]);
}

#[test]
fn a_day_without_tries_is_forgotten_and_a_clock_set_back_keeps_nobody_waiting() {
    let mut door = Door::new();
    door.hammer("lin", 1, DAY);
    assert!(door.fail("lin", 1, DAY).is_err());
    assert!(door.fail("lin", 1, -DAY).is_ok(), "set back by two days");
    assert!(door.fail("lin", 1, -DAY).is_err(), "and counted from there");
    let free = 2 * DAY + FORGOTTEN_MICROS;
    (0..FREE_TRIES).for_each(|_| assert!(door.fail("lin", 1, free).is_ok()));
}

#[test]
fn an_address_of_version_six_is_its_subscriber() {
    let of = |text: &str| Prefix::of(text.parse::<Ipv6Addr>().unwrap().into());
    assert_eq!(of("2001:db8:1:2:aaaa::1"), of("2001:db8:1:2:bbbb::2"));
    assert_ne!(of("2001:db8:1:2::1"), of("2001:db8:1:3::1"));
    assert_eq!(of("::ffff:192.0.2.1"), Prefix::of(IpAddr::from([192, 0, 2, 1])));
    assert_eq!(of("2001:db8:1:2::9").to_string(), "2001:db8:1:2::/64");
}

#[test]
fn a_long_name_costs_nothing_and_tells_nothing() {
    let mut door = Door::new();
    assert!(door.fail(&"x".repeat(1 << 20), 1, 0).is_ok());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn whoever_tries_whatever_waits_at_most_the_longest_wait(
        tries in prop::collection::vec((0_u32..3, 0_usize..3, -2 * HOUR..2 * HOUR), 1..200),
    ) {
        let mut door = Door::new();
        for (from, account, at) in tries {
            if let Err(wait) = door.fail(["ada", "lin", "remy"][account], from, at) {
                let waits = wait.until.micros() - noon(at).micros();
                prop_assert!(waits > 0 && waits <= 2 * LONGEST_WAIT_MICROS);
            }
        }
    }
}
