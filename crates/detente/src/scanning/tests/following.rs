//! What is read of the logs, and what of it counts.

use matching::bank::{Content, Harmless, MAX_AUTHOR_UNFILTERED};
use matching::rules::MAX_RECORD_UNFILTERED;
use matching::signal::{Combining, NewSignal, Signal};
use record::time::Timestamp;

use super::port::{Port, WORD, found, id, shown, signal_id};
use crate::clock;
use crate::scanning::{Allowed, Growing, HarmlessEntry, LiveBank, Settings};

const HOUR_MICROS: i64 = 3_600_000_000;

/// A rule that runs on every text, and finds so many digits.
fn digits(number: usize, count: usize, (then, until): (Timestamp, Option<Timestamp>)) -> Signal {
    let new = NewSignal::rule(Combining::Any, &[&format!("^[0-9]{{{count}}}$")], then);
    let new = until.into_iter().fold(new, NewSignal::until);
    new.build(&id("indicator", u8::try_from(number).unwrap()), then).unwrap()
}

/// The signal is read in one turn, and the last turn brings nothing that concerns signals: it is shown all the same.
#[test]
fn a_bank_that_is_read_in_several_turns_shows_what_it_read() {
    let port = Port::open();
    let (bank, mut growing) = (LiveBank::default(), Growing::default());
    port.follows(&mut growing, &bank);
    assert_eq!(found(&shown(&bank)), 0);
    port.logs(&port.signal());
    port.types("incident new --title Crane --kind incident");
    let turns = port.reads_entry_by_entry(&mut growing, &bank);
    assert!(turns > 1, "one turn was enough");
    assert_eq!(found(&shown(&bank)), 1);
}

/// Nobody scans with half of what was here at the start.
#[test]
fn a_bank_is_not_shown_before_all_was_read() {
    let port = Port::open();
    port.logs(&port.signal());
    port.logs(&port.retraction());
    let (bank, mut growing) = (LiveBank::default(), Growing::default());
    assert!(port.reads_entry_by_entry(&mut growing, &bank) > 1);
    let scanner = shown(&bank);
    assert_eq!((found(&scanner), scanner.known().count()), (0, 1));
}

/// Whoever took a key can sign, and so can whoever relays: what is not proved in its author's log is named, and does nothing.
#[test]
fn a_record_that_is_only_signed_does_not_count() {
    let port = Port::open();
    port.hears(&port.signal());
    let unjudged = port.scanner();
    assert_eq!((found(&unjudged), unjudged.known().count(), unjudged.doubted()), (0, 0, 1));
    port.judges("signed", &[0]);
    let doubted = port.scanner();
    assert_eq!((found(&doubted), doubted.known().count(), doubted.doubted()), (0, 0, 1));
    let told = doubted.left_out();
    assert!(told.iter().any(|line| line.starts_with("1 records about signals are only signed")), "{told:?}");
    let places: Vec<_> = doubted.doubted_places().map(|place| place.index).collect();
    assert_eq!(places, [0]);
}

#[test]
fn neither_a_withdrawal_nor_a_sighting_that_is_only_signed_counts() {
    let port = Port::open();
    let signal = port.signal();
    port.logs(&signal);
    port.hears(&port.retraction());
    port.hears(&port.sighting(&signal));
    port.judges("signed", &[0, 1]);
    let scanner = port.scanner();
    assert_eq!((found(&scanner), scanner.doubted()), (1, 2));
    assert_eq!(
        (scanner.find(&port.name()).unwrap().retracted.as_deref(), scanner.sightings(&port.name()).count),
        (None, 0)
    );
}

/// A running bank holds it as doubted, and takes it in once it was proved.
#[test]
fn what_is_proved_later_counts_from_then_on() {
    let port = Port::open();
    let (bank, mut growing) = (LiveBank::default(), Growing::default());
    port.hears(&port.signal());
    port.judges("signed", &[0]);
    port.follows(&mut growing, &bank);
    assert_eq!((found(&shown(&bank)), shown(&bank).doubted()), (0, 1));
    port.judges("proved", &[0]);
    port.follows(&mut growing, &bank);
    assert_eq!((found(&shown(&bank)), shown(&bank).doubted()), (1, 0));
}

/// Logs are read as of when they were written: what has ended since makes room all the same.
#[test]
fn a_rule_that_has_ended_takes_no_room_from_one_that_waited() {
    let port = Port::open();
    let ago = |hours: i64| Timestamp::from_micros(clock::now().micros() - hours * HOUR_MICROS);
    let (then, ended) = (ago(3), ago(1));
    let mut rules: Vec<Signal> =
        (1..=MAX_AUTHOR_UNFILTERED).map(|number| digits(number, 4, (then, (number == 1).then_some(ended)))).collect();
    rules.push(digits(200, 6, (then, None)));
    for part in rules.chunks(MAX_RECORD_UNFILTERED) {
        port.logs(&port.signs(part, then));
    }
    let scanner = port.scanner();
    let finds = |text: &str| scanner.bank.scan(Content::Text(text.to_owned()), clock::now()).matches.len();
    assert_eq!((finds("123456"), finds("1234")), (1, MAX_AUTHOR_UNFILTERED - 1));
    assert_eq!(scanner.bank.not_run().count(), 0);
}

/// With a million signals reading again takes minutes: what a person calls harmless is not flagged from the next turn on.
#[test]
fn what_is_harmless_holds_without_reading_again() {
    let port = Port::open();
    let (bank, mut growing) = (LiveBank::default(), Growing::default());
    port.logs(&port.signal());
    port.follows(&mut growing, &bank);
    let before = shown(&bank);
    let content = Harmless::keys_of(&format!("here comes the {WORD}"));
    let entry = HarmlessEntry { note: "a parade".to_owned(), by: None, at: clock::now(), content };
    let mut settings = Settings { harmless: vec![entry], ..Settings::default() };
    let mut decides = |settings: &Settings| {
        settings.write(&port.dir()).unwrap();
        growing.decide_anew(&port.dir()).unwrap();
        port.follows(&mut growing, &bank);
        (found(&shown(&bank)), shown(&bank).made == before.made)
    };
    assert_eq!((found(&before), decides(&settings)), (1, (0, true)));
    settings.allowed.push(Allowed::Signal(port.own(), signal_id()));
    assert_eq!(decides(&settings), (0, true));
    settings.allowed.push(Allowed::Party(port.own()));
    assert_eq!(decides(&settings), (0, false), "what that party sent is read again");
    assert_eq!(decides(&Settings::default()), (1, false));
}
