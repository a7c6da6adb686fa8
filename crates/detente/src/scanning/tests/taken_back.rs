//! What was taken back stays so when the record that says it is gone.

use matching::signal::{NewSignal, State};
use record::json::Json;
use record::time::Timestamp;
use storage::{LogName, Place, Store as _};
use text::NormaliserVersion;

use super::port::{Port, WORD, found, keyword_of, looked_for, signal_id};
use crate::clock;
use crate::scanning::Remains;

/// Erases an entry of our own log, as `log erase` does.
fn erases(port: &Port, index: u64) {
    let told = port.types(&format!("log erase {index} --reason gone --yes"));
    assert_eq!(told.get("erased"), Some(&Json::Bool(true)));
}

#[test]
fn a_version_that_takes_its_signal_back_is_erased_and_the_signal_stays_taken_back() {
    let port = Port::open();
    port.logs(&port.signal());
    let now = clock::now();
    let new = NewSignal::keyword(WORD, NormaliserVersion::V1, now).with("state", "retracted");
    let index = port.logs(&port.signs(&[new.build(&signal_id(), now).unwrap()], now));
    assert_eq!(
        (found(&port.scanner()), port.scanner().bank.state(&port.own().to_string(), &signal_id())),
        (0, Some(State::Retracted))
    );
    erases(&port, index);
    let scanner = port.scanner();
    assert_eq!(
        (found(&scanner), scanner.bank.state(&port.own().to_string(), &signal_id())),
        (0, Some(State::Retracted))
    );
    assert_eq!(scanner.find(&port.name()).unwrap().retracted.as_deref(), Some(""), "why is known no more");
}

#[test]
fn an_erasure_of_a_signal_takes_nothing_back() {
    let port = Port::open();
    let index = port.logs(&port.signal());
    erases(&port, index);
    assert_eq!((found(&port.scanner()), port.scanner().known().count()), (0, 0));
    port.logs(&port.signal());
    assert_eq!(found(&port.scanner()), 1, "it is sent again, and nobody took it back");
}

/// A withdrawal that is only signed does nothing while it is here, and nothing once it is gone.
#[test]
fn what_a_withdrawal_keeps_when_it_goes_is_what_counted() {
    let port = Port::open();
    port.hears(&port.retraction());
    port.judges("signed", &[0]);
    let kept = || {
        let (node, log) = (port.signing(), "pulled-");
        let head = node.store.heads().unwrap().into_iter().find(|head| head.log.as_str().starts_with(log)).unwrap();
        let place = Place::new(head.log, 0);
        let body = node.store.bodies(std::slice::from_ref(&place)).unwrap().remove(0);
        Remains::of_body(&node.store, &port.ring(), (&place, &body)).unwrap()
    };
    assert_eq!(kept(), None);
    port.judges("proved", &[0]);
    assert_eq!(kept(), Some(Remains { author: port.own(), withdrawn: vec![signal_id()], versions: vec![] }));
    let own = port.logs(&port.signal());
    let node = port.signing();
    let place = Place::new(LogName::node(), own);
    let body = node.store.bodies(std::slice::from_ref(&place)).unwrap().remove(0);
    let remains = Remains::of_body(&node.store, &port.ring(), (&place, &body)).unwrap().unwrap();
    assert_eq!((remains.withdrawn, remains.versions.len()), (vec![], 1), "it takes nothing back");
}

fn later(micros: i64) -> Timestamp {
    Timestamp::from_micros(clock::now().micros() + micros)
}

/// A word that was looked for before its signal was narrowed to another one.
const WIDER: &str = "wombat";

#[test]
fn an_older_version_does_not_stand_in_the_place_of_one_that_was_erased() {
    let port = Port::open();
    let (first, second) = (clock::now(), later(1));
    let sends = |word: &str, version| port.logs(&port.signs(&[keyword_of(word, version)], clock::now()));
    sends(WIDER, first);
    erases(&port, sends(WORD, second));
    let scanner = port.scanner();
    assert_eq!(scanner.known().count(), 0, "neither the one that went nor the one before it");
    assert_eq!((looked_for(&scanner, WIDER), found(&scanner)), (0, 0));
    sends(WIDER, first);
    assert_eq!(looked_for(&port.scanner(), WIDER), 0, "also if it is sent again");
    sends(WORD, second);
    let scanner = port.scanner();
    assert_eq!(
        (looked_for(&scanner, WIDER), found(&scanner), scanner.known().count()),
        (0, 1, 1),
        "nobody took it back"
    );
}
