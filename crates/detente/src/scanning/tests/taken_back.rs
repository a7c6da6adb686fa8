//! What was taken back stays so when the record that says it is gone.

use matching::signal::{NewSignal, State};
use record::json::Json;
use storage::{LogName, Place, Store as _};
use text::NormaliserVersion;

use super::port::{Port, WORD, found, signal_id};
use crate::clock;
use crate::scanning::Withdrawn;

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
        Withdrawn::of_body(&node.store, &port.ring(), (&place, &body)).unwrap()
    };
    assert_eq!(kept(), None);
    port.judges("proved", &[0]);
    assert_eq!(kept(), Some(Withdrawn { author: port.own(), signals: vec![signal_id()] }));
    let own = port.logs(&port.signal());
    let node = port.signing();
    let place = Place::new(LogName::node(), own);
    let body = node.store.bodies(std::slice::from_ref(&place)).unwrap().remove(0);
    assert_eq!(Withdrawn::of_body(&node.store, &port.ring(), (&place, &body)).unwrap(), None, "it takes nothing back");
}
