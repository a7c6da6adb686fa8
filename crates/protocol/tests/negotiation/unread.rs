//! Texts of another engine: what can be told of them without reading them.

use std::collections::BTreeSet;

use policy::agreement::Agreement;
use protocol::negotiation::{Act, Agreed, Alarm, Input, Negotiation, Unread, unread};
use record::digest::{AgreementDigest, MessageDigest};
use record::json::{self, Json, Map};
use record::message::Message;
use record::signed::Signed;

use super::scene::{Chain, HARBOUR, LOTUS, MALLORY, MERIDIAN, at, digest, offer, reason, reproduced, text};

/// A text that this build does not read.
fn foreign(title: &str) -> Map {
    text(title, &[&HARBOUR, &MERIDIAN]).with("engine", "cedar/9.0 detente-policy/7")
}

fn name(text: &Map) -> AgreementDigest {
    assert!(Agreement::from_map(text.clone()).is_err(), "this build reads it");
    AgreementDigest::of(&json::canonical(&Json::from(text.clone())).unwrap())
}

/// The offer of a text, and what each party said since.
fn thread(text: &Map, acts: &[(&'static super::scene::Party, Act)]) -> Vec<Signed<Message>> {
    let offer = offer(&HARBOUR, text.clone());
    let mut harbour = Chain::after_offer(&HARBOUR, offer.digest());
    let mut others = [&*MERIDIAN, &*LOTUS, &*MALLORY].map(|party| Chain::new(party, offer.digest()));
    let said = acts.iter().map(|(party, act)| match others.iter_mut().find(|one| one.party.id() == party.id()) {
        Some(chain) => chain.then(act.clone()),
        None => harbour.then(act.clone()),
    });
    std::iter::once(offer).chain(said.collect::<Vec<_>>()).collect()
}

fn found(messages: &[Signed<Message>]) -> Vec<Unread> {
    unread(messages, &BTreeSet::new(), HARBOUR.id())
}

fn sign(text: &Map) -> Act {
    Act::Sign { agreement: name(text) }
}

fn end(text: &Map) -> Act {
    Act::Terminate { agreement: name(text), reason: reason() }
}

#[test]
fn what_all_parties_signed_may_bind_in_its_period() {
    let text = foreign("other engine");
    let messages = thread(&text, &[(&HARBOUR, sign(&text)), (&MERIDIAN, sign(&text))]);
    let [one] = found(&messages).try_into().unwrap();
    assert_eq!((one.agreement, one.is_ended), (name(&text), false));
    assert_eq!(one.parties, [HARBOUR.id(), MERIDIAN.id()].into());
    assert_eq!([9, 10, 19, 20].map(|day| one.may_bind(at(day), &[])), [false, true, true, false]);
    assert!(
        unread(&messages, &[(name(&text), messages[0].digest())].into(), HARBOUR.id()).is_empty(),
        "this one is read"
    );
}

#[test]
fn what_one_party_did_not_sign_binds_nobody() {
    let text = foreign("half signed");
    for acts in [vec![], vec![(&*HARBOUR, sign(&text))], vec![(&*MERIDIAN, sign(&text)), (&*LOTUS, sign(&text))]] {
        assert!(found(&thread(&text, &acts)).is_empty());
    }
}

#[test]
fn suspended_it_still_holds_back_and_only_a_party_ends_it() {
    let text = foreign("to be ended");
    let both = [(&*HARBOUR, sign(&text)), (&*MERIDIAN, sign(&text))];
    let after = |act: (&'static super::scene::Party, Act)| {
        let [one] = found(&thread(&text, &[both.to_vec(), vec![act]].concat())).try_into().unwrap();
        one.may_bind(at(12), &[])
    };
    assert!(after((&MERIDIAN, Act::Suspend { agreement: name(&text), reason: None })));
    assert!(after((&MALLORY, end(&text))), "a stranger ends nothing");
    assert!(!after((&MERIDIAN, end(&text))));
}

#[test]
fn an_end_in_a_thread_where_it_was_never_agreed_ends_nothing() {
    let text = foreign("two threads");
    let mut messages = thread(&text, &[(&HARBOUR, sign(&text)), (&MERIDIAN, sign(&text))]);
    messages.push(Chain::new(&MERIDIAN, MessageDigest::from_octets([5; 32])).then(end(&text)));
    assert!(found(&messages)[0].may_bind(at(12), &[]));
}

#[test]
fn what_hides_its_parties_or_its_period_counts_as_in_force_once_we_signed() {
    let text = foreign("odd").with("parties", "see annex").with("from", "soon").with("until", Json::Null);
    let [one] = found(&thread(&text, &[(&HARBOUR, sign(&text)), (&MERIDIAN, sign(&text))])).try_into().unwrap();
    assert_eq!(one.parties, [HARBOUR.id(), MERIDIAN.id()].into());
    assert!(one.may_bind(at(1), &[]) && one.may_bind(at(30), &[]));
}

#[test]
fn what_it_replaced_does_not_come_back_and_what_replaces_it_ends_it() {
    let old = text("before", &[&HARBOUR, &MERIDIAN]);
    let new = foreign("after").with("replaces", digest(&old).to_string());
    let signed = [(&*HARBOUR, sign(&new)), (&*MERIDIAN, sign(&new))];
    let [one] = found(&thread(&new, &[signed.to_vec(), vec![(&HARBOUR, end(&new))]].concat())).try_into().unwrap();
    let before = Agreement::from_map(old).unwrap();
    assert!(one.is_ended && one.has_replaced(&before, at(12)) && !one.has_replaced(&before, at(9)));

    let [one] = found(&thread(&new, &signed)).try_into().unwrap();
    let after = text("at last", &[&HARBOUR, &MERIDIAN]).with("replaces", name(&new).to_string());
    let after = Agreement::from_map(after).unwrap();
    let agreed = Agreed::new(&after, at(11));
    assert!(!one.may_bind(at(12), std::slice::from_ref(&agreed)) && one.may_bind(at(12), &[]));
}

#[test]
fn whoever_runs_another_engine_is_accused_of_nothing() {
    let read = text("ours", &[&HARBOUR, &MERIDIAN]);
    let first = offer(&HARBOUR, read.clone());
    let theirs = foreign("theirs");
    let mut meridian = Chain::new(&MERIDIAN, first.digest());
    let counter = meridian.then(Act::Counter { agreement: theirs.clone(), answers: first.digest() });
    let more = [
        Act::Counter { agreement: read, answers: counter.digest() },
        Act::Verify { agreement: name(&theirs), examples: reproduced() },
        sign(&theirs),
        Act::Suspend { agreement: name(&theirs), reason: None },
    ];
    let more: Vec<_> = more.into_iter().map(|act| meridian.then(act)).collect();
    let mut view = Negotiation::new(HARBOUR.id());
    for message in [first, counter].into_iter().chain(more) {
        let _effects = view.handle(Input::Received(Box::new(message)), at(4)).unwrap();
    }
    let alarms = view.alarms();
    assert!(!alarms.is_empty(), "that nothing of it counts here is told");
    for alarm in alarms {
        assert!(matches!(&alarm, Alarm::Broken { rule, .. } if !rule.is_fault()), "{alarm:?}");
    }
    let stray = meridian.then(Act::Sign { agreement: AgreementDigest::from_octets([9; 32]) });
    let _effects = view.handle(Input::Received(Box::new(stray)), at(4)).unwrap();
    assert!(view.alarms().iter().any(|alarm| matches!(alarm, Alarm::Broken { rule, .. } if rule.is_fault())));
}

#[test]
fn a_text_that_was_signed_in_a_thread_that_cannot_be_read_is_not_taken_for_the_one_that_was_only_offered() {
    let read = text("ours", &[&HARBOUR, &MERIDIAN]);
    let offered = offer(&HARBOUR, read.clone());
    let acts = [
        (&*HARBOUR, Act::Counter { agreement: read.clone(), answers: MessageDigest::from_octets([1; 32]) }),
        (&*HARBOUR, Act::Sign { agreement: digest(&read) }),
        (&*MERIDIAN, Act::Sign { agreement: digest(&read) }),
    ];
    let mut messages = thread(&foreign("the offer"), &acts);
    messages.push(offered.clone());
    let known = [(digest(&read), offered.digest())].into();
    let [one] = unread(&messages, &known, HARBOUR.id()).try_into().unwrap();
    assert_eq!((one.agreement, one.may_bind(at(12), &[])), (digest(&read), true));
}
