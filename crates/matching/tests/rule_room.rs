//! Who has room for rules: our own come first, each partner has a part that no other takes, and what waits runs when there is room.

use std::sync::Arc;

use matching::bank::{Bank, MAX_AUTHOR_STATES, MAX_AUTHOR_UNFILTERED, MAX_BANK_STATES, NotRun, Taken};
use matching::rules::MAX_UNFILTERED;
use matching::signal::{Combining, NewSignal, Signal, State, Target};

use crate::banks::{NOW, built, ids, later, scan};
use crate::evaluation::id;

const WE: &str = "we";

/// As many as fill what one author may have, and one more.
const ONE_TOO_MANY: usize = 33;

fn bank() -> Bank {
    Bank::new(1).with_own(WE)
}

/// A rule of nearly the size that a rule may have.
fn large(number: usize) -> Arc<Signal> {
    let patterns: Vec<String> = (0..4).map(|part| format!("[0-9]{{8000}}needle{number}and{part}")).collect();
    let patterns: Vec<&str> = patterns.iter().map(String::as_str).collect();
    built(number, NewSignal::rule(Combining::Any, &patterns, NOW))
}

fn many(from: usize) -> Vec<Arc<Signal>> {
    (from..from + ONE_TOO_MANY).map(large).collect()
}

/// A rule whose pattern runs on every text, and is found in a text of that many digits.
fn digits(count: usize) -> NewSignal {
    NewSignal::rule(Combining::Any, &[&format!("^[0-9]{{{count}}}$")], NOW)
}

/// As many patterns as one author may have that run on every text, each found in four digits.
fn unfiltered(from: usize) -> Vec<Arc<Signal>> {
    (from..from + MAX_AUTHOR_UNFILTERED).map(|number| built(number, digits(4))).collect()
}

fn run(taken: &[Taken]) -> usize {
    taken.iter().filter(|taken| **taken == Taken::InForce).count()
}

/// How many rules of an author wait, all for this reason.
fn waiting(bank: &Bank, author: &str, reason: &NotRun) -> usize {
    let of_author: Vec<_> = bank.not_run().filter(|(whose, ..)| *whose == author).collect();
    assert!(of_author.iter().all(|(_, _, why)| *why == reason), "{of_author:?}");
    of_author.len()
}

fn states(signals: &[Arc<Signal>]) -> usize {
    let of = |signal: &Arc<Signal>| {
        let Target::Rule { rule: Ok(rule), .. } = &signal.target else { panic!("{} is no rule that runs", signal.id) };
        rule.states()
    };
    signals.iter().map(of).sum()
}

/// Four partners have all that rules may unfold to. Ours run all the same, and theirs again when ours are gone.
#[test]
fn partners_do_not_crowd_out_our_own_rules() {
    let mut bank = bank();
    let partners = ["one", "two", "three", "four"];
    for (at, partner) in (1..).zip(partners) {
        let sent = many(at * 100);
        assert!(states(&sent) > MAX_AUTHOR_STATES && states(&sent[1..]) <= MAX_AUTHOR_STATES);
        assert_eq!(run(&bank.add(partner, sent, NOW)), ONE_TOO_MANY - 1);
    }
    let ours: Vec<_> = (1_000..1_008).map(large).collect();
    assert_eq!(run(&bank.add(WE, ours, NOW)), 8);
    assert_eq!(bank.not_run().filter(|(author, ..)| *author == WE).count(), 0);
    for partner in partners {
        let waits = bank.not_run().filter(|(whose, ..)| *whose == partner).count();
        assert!(waits <= 3, "{partner} keeps his part of what is left: {waits} wait");
    }
    assert!(bank.not_run().filter(|(.., why)| **why == NotRun::BankTooLarge).count() > 4);
    for number in 1_000..1_008 {
        bank.retract(WE, &id(number));
    }
    for partner in partners {
        assert_eq!(waiting(&bank, partner, &NotRun::AuthorTooLarge), 1, "no other waits any more");
    }
}

/// Each of four has all that one may have; the part of a fifth is smaller than that, and none of it is taken.
#[test]
fn a_partner_who_comes_last_has_his_part() {
    let mut bank = bank();
    for (at, partner) in (1..).zip(["one", "two", "three", "four"]) {
        bank.add(partner, many(at * 100), NOW);
    }
    let fifth = many(900);
    let part = MAX_BANK_STATES / 5 / states(&fifth[..1]);
    assert_eq!(run(&bank.add("five", fifth, NOW)), part);
    assert_eq!(waiting(&bank, "five", &NotRun::BankTooLarge), ONE_TOO_MANY - part);
    assert!(
        bank.not_run().any(|(author, id_of_rule, _)| author == "one" && *id_of_rule == id(131)),
        "the latest gives way"
    );
    assert!(!bank.not_run().any(|(author, id_of_rule, _)| author == "one" && *id_of_rule == id(100)));
}

#[test]
fn what_some_do_not_use_is_for_others_up_to_the_bound_of_one_author() {
    let mut bank = bank();
    assert_eq!(run(&bank.add("small", vec![large(1)], NOW)), 1);
    assert_eq!(run(&bank.add("other", vec![large(2)], NOW)), 1);
    let taken = bank.add("great", many(100), NOW);
    assert_eq!((run(&taken), waiting(&bank, "great", &NotRun::AuthorTooLarge)), (ONE_TOO_MANY - 1, 1));
    assert_eq!(run(&bank.add(WE, many(200), NOW)), ONE_TOO_MANY - 1, "our own have that bound too");
}

/// Whose rules run beyond his part is the same in whatever order all of them come, as after a restart.
#[test]
fn what_some_do_not_use_is_dealt_out_in_no_order_of_coming() {
    let partners = ["one", "two", "three", "four", "five"];
    let waiting = |order: [usize; 5]| {
        let mut bank = bank();
        for at in order {
            let sent = many((at + 1) * 100).into_iter().take(if at == 0 { 3 } else { ONE_TOO_MANY });
            bank.add(partners[at], sent.collect(), NOW);
        }
        let mut waiting: Vec<_> = bank.not_run().map(|(author, id, _)| (author.to_owned(), id.clone())).collect();
        waiting.sort();
        waiting
    };
    let first = waiting([0, 1, 2, 3, 4]);
    assert_eq!(first, waiting([4, 3, 2, 1, 0]));
    assert_eq!(first, waiting([3, 0, 4, 1, 2]));
    let of = |name: &str| first.iter().filter(|(author, _)| author == name).count();
    let counts = partners[1..].iter().map(|name| of(name)).collect::<Vec<_>>();
    assert_eq!(of("one"), 0);
    assert!(
        counts.iter().max().unwrap() - counts.iter().min().unwrap() <= 1,
        "nobody has more than his part: {counts:?}"
    );
}

/// Patterns that run on every text are dealt out by the same law. What gives way is found no more.
#[test]
fn patterns_without_a_literal_are_dealt_out_too() {
    let mut bank = bank();
    for (at, partner) in (1..).zip(["one", "two", "three"]) {
        bank.add(partner, unfiltered(at * 100), NOW);
    }
    let count = 3 * MAX_AUTHOR_UNFILTERED;
    assert_eq!((scan(&bank, "1234").matches.len(), bank.not_run().count()), (MAX_UNFILTERED, count - MAX_UNFILTERED));
    // More than the part of one of four.
    let ours: Vec<_> = (1_000..1_090).map(|number| built(number, digits(5))).collect();
    assert_eq!(run(&bank.add(WE, ours, NOW)), 90);
    assert_eq!(scan(&bank, "12345").matches.len(), 90);
    assert_eq!(scan(&bank, "1234").matches.len(), MAX_UNFILTERED - 90);
    assert_eq!(bank.not_run().count(), count - MAX_UNFILTERED + 90);
}

/// A copy that scans goes on with the rules that it has.
#[test]
fn what_was_set_aside_runs_when_its_neighbour_is_taken_back() {
    let mut bank = bank();
    let mut sent = unfiltered(100);
    sent.push(built(900, digits(6)));
    assert_eq!(*bank.add("one", sent, NOW).last().unwrap(), Taken::RuleRefused);
    assert_eq!((waiting(&bank, "one", &NotRun::AuthorUnfiltered), ids(&scan(&bank, "123456")).len()), (1, 0));
    let copy = bank.clone();
    bank.retract("one", &id(100));
    assert_eq!((bank.not_run().count(), ids(&scan(&bank, "123456"))), (0, vec![id(900)]));
    assert_eq!((copy.not_run().count(), ids(&scan(&copy, "123456"))), (1, vec![]));
    assert_eq!(scan(&copy, "1234").matches.len(), MAX_AUTHOR_UNFILTERED);
}

#[test]
fn what_was_set_aside_runs_when_its_neighbour_has_ended() {
    let mut bank = bank();
    let mut sent = unfiltered(101);
    sent[0] = built(100, digits(4).until(later(2)));
    sent.push(built(900, digits(6)));
    bank.add("one", sent, NOW);
    assert!(!bank.has_rules_to_deal(later(1)) && !bank.let_rules_end(later(1)));
    assert_eq!(bank.not_run().count(), 1);
    assert!(bank.has_rules_to_deal(later(2)) && bank.let_rules_end(later(2)));
    assert_eq!((bank.not_run().count(), ids(&scan(&bank, "123456"))), (0, vec![id(900)]));
    assert!(!bank.has_rules_to_deal(later(9)), "nothing waits");
    assert!(bank.set_state("one", &id(900), State::Expired));
    assert_eq!(ids(&scan(&bank, "123456")), []);
}

#[test]
fn a_later_version_of_a_rule_takes_the_place_of_the_earlier_one() {
    let mut bank = bank();
    bank.add("one", unfiltered(100), NOW);
    let again = digits(6).build(&id(100), later(1)).unwrap();
    assert_eq!(bank.add("one", vec![Arc::new(again)], NOW), [Taken::InForce]);
    assert_eq!(
        (ids(&scan(&bank, "123456")), scan(&bank, "1234").matches.len()),
        (vec![id(100)], MAX_AUTHOR_UNFILTERED - 1)
    );
    assert_eq!(bank.not_run().count(), 0);
}
