//! A copy of a bank: whoever scans keeps it, while the other grows.

use matching::bank::{Arrival, Bank, Limit, Scan, SignalName};
use matching::signal::State;
use proptest::prelude::*;

use crate::banks::{AUTHOR, NOW, PROMPT, ids, later, prompt, scan, version};
use crate::evaluation::id;

const AUTHORS: [&str; 3] = [AUTHOR, "other", "a third"];
const SIGNALS: usize = 12;

/// What may happen to a bank.
#[derive(Debug, Clone)]
enum Change {
    Add(usize, usize),
    Replace(usize, usize, i64),
    Retract(usize, usize),
    Dispute(usize, usize),
    Seal,
    Learn,
}

fn change() -> impl Strategy<Value = Change> {
    let author = 0..AUTHORS.len();
    let signal = 0..SIGNALS;
    prop_oneof![
        4 => (author.clone(), signal.clone()).prop_map(|(author, signal)| Change::Add(author, signal)),
        2 => (author.clone(), signal.clone(), 1..9_i64).prop_map(|(author, signal, hours)| Change::Replace(author, signal, hours)),
        2 => (author.clone(), signal.clone()).prop_map(|(author, signal)| Change::Retract(author, signal)),
        1 => (author, signal).prop_map(|(author, signal)| Change::Dispute(author, signal)),
        1 => Just(Change::Seal),
        1 => Just(Change::Learn),
    ]
}

fn text_of(signal: usize) -> String {
    format!("number {signal} of many: {}", PROMPT.split(' ').skip(signal).collect::<Vec<_>>().join(" "))
}

fn make(bank: &mut Bank, change: &Change) {
    match *change {
        Change::Add(author, signal) => drop(bank.add(AUTHORS[author], vec![prompt(signal, &text_of(signal))], NOW)),
        Change::Replace(author, signal, hours) => {
            let text = format!("{} corrected {hours}", text_of(signal));
            drop(bank.add(AUTHORS[author], vec![version(signal, &text, hours)], NOW));
        }
        Change::Retract(author, signal) => {
            let _was_here = bank.retract(AUTHORS[author], &id(signal));
        }
        Change::Dispute(author, signal) => {
            let _was_here = bank.set_state(AUTHORS[author], &id(signal), State::Disputed);
        }
        Change::Seal => {
            let many = (0..400).map(|number| prompt(1_000 + number, &format!("filling {number}"))).collect();
            let author = "filler".into();
            drop(bank.take_in(vec![Arrival::Signals { author, signals: many, at: NOW }]));
        }
        Change::Learn => bank.learn(),
    }
}

fn answers(bank: &Bank) -> Vec<Scan> {
    (0..SIGNALS).map(|signal| scan(bank, &text_of(signal))).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// Both halves: the copy stays as it was, and the bank that was copied is no other than one that never was.
    #[test]
    fn a_copy_answers_as_before_while_the_other_grows(
        before in prop::collection::vec(change(), 0..12),
        after in prop::collection::vec(change(), 1..12),
    ) {
        let (mut bank, mut never_copied) = (Bank::new(1), Bank::new(1));
        before.iter().for_each(|change| make(&mut bank, change));
        let copy = bank.clone();
        let known = answers(&copy);
        for change in &after {
            make(&mut bank, change);
            let _kept = bank.clone();
        }
        prop_assert_eq!(answers(&copy), known);
        before.iter().chain(&after).for_each(|change| make(&mut never_copied, change));
        prop_assert_eq!(answers(&bank), answers(&never_copied));
    }
}

#[test]
fn copies_count_together_how_often_a_signal_is_found() {
    let mut grows = Bank::new(1).with_limits(Limit::per_hour(100), Limit::per_hour(2));
    drop(grows.add(AUTHOR, vec![prompt(1, PROMPT)], NOW));
    let scans = grows.clone();
    drop(grows.add(AUTHOR, vec![prompt(2, "Another prompt that came later, about other things")], NOW));
    let found = scan(&scans, PROMPT);
    assert_eq!((scans.count(&found, NOW), grows.count(&found, NOW)), (vec![], vec![]));
    let name = SignalName::new(AUTHOR, id(1));
    assert_eq!(scans.count(&found, later(0)), std::slice::from_ref(&name));
    assert_eq!(grows.quarantined(), std::slice::from_ref(&name), "the one that grows knows it too");
    assert!(scan(&grows, PROMPT).matches.is_empty() && scan(&scans, PROMPT).matches.is_empty());
    assert!(grows.release_signal(&name));
    assert_eq!((ids(&scan(&grows, PROMPT)), ids(&scan(&scans, PROMPT))), (vec![id(1)], vec![id(1)]));
}
