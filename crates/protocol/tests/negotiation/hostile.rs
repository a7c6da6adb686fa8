//! What hostile members and strangers send.

use protocol::negotiation::{
    Act, Alarm, Effect, Input, MAX_MESSAGES_PER_PARTY, MAX_WAITING, Missing, Negotiation, RESERVED_FOR_ENDING, Refusal,
    Reproduced, Rule, State,
};
use record::digest::{AgreementDigest, MessageDigest};
use record::json::Map;
use record::message::Message;
use record::signed::Signed;

use super::scene::{Chain, HARBOUR, LOTUS, MALLORY, MERIDIAN, at, digest, offer, read_at, reason, reproduced, text};

struct World {
    view: Negotiation,
    offer: Signed<Message>,
    agreement: AgreementDigest,
}

fn world() -> World {
    let agreement = text("offer", &[&HARBOUR, &MERIDIAN]);
    let offer = offer(&HARBOUR, agreement.clone());
    let mut view = Negotiation::of_thread(HARBOUR.id(), offer.digest());
    let _effects = view.handle(Input::Received(Box::new(offer.clone())), at(4)).unwrap();
    World { view, offer, agreement: digest(&agreement) }
}

impl World {
    fn receive(&mut self, signed: Signed<Message>) -> Result<Vec<Effect>, Refusal> {
        self.view.handle(Input::Received(Box::new(signed)), at(4))
    }

    fn meridian(&self) -> Chain {
        Chain::new(&MERIDIAN, self.offer.digest())
    }

    fn accept(&self) -> Act {
        Act::Accept { agreement: self.agreement, answers: self.offer.digest() }
    }

    const fn verify(&self, examples: Reproduced) -> Act {
        Act::Verify { agreement: self.agreement, examples }
    }

    fn counter(&self, agreement: Map) -> Act {
        Act::Counter { agreement, answers: self.offer.digest() }
    }
}

#[test]
fn what_never_belongs_to_the_thread_is_refused_and_leaves_nothing() {
    let mut world = world();
    let before = world.view.messages().count();
    let elsewhere = Chain::new(&MERIDIAN, MessageDigest::from_octets([7; 32]));
    let agreement = world.agreement;
    let bad_text = text("bad", &[&HARBOUR, &MERIDIAN]).with("until", at(1).to_string());
    let cases = [
        ("a stranger", Chain::new(&MALLORY, world.offer.digest()).aside(world.accept())),
        ("another thread", elsewhere.aside(Act::Sign { agreement })),
        ("another offer", offer(&MERIDIAN, text("offer", &[&HARBOUR, &MERIDIAN]))),
        ("an offer of a text that does not hold", offer(&MERIDIAN, bad_text)),
        ("no step at all", MERIDIAN.sign(Map::new().with("says", "hello"))),
    ];
    for (name, signed) in cases {
        assert!(world.receive(signed).is_err(), "{name}");
    }
    assert_eq!(world.view.messages().count(), before);
    assert!(world.view.alarms().is_empty());
}

#[test]
fn a_broken_rule_is_reported_and_counts_for_nothing() {
    let fresh = world();
    let (agreement, offer_digest) = (fresh.agreement, fresh.offer.digest());
    let unknown = AgreementDigest::from_octets([8; 32]);
    let short = Reproduced { count: 1, ..reproduced() };
    let invalid = text("bad", &[&HARBOUR, &MERIDIAN]).with("until", at(1).to_string());
    let wider = text("wider", &[&HARBOUR, &MERIDIAN, &LOTUS]);
    let (accept, verify) = (fresh.accept(), fresh.verify(reproduced()));
    let sign = Act::Sign { agreement };
    let signed = vec![accept.clone(), verify.clone(), sign.clone()];
    type Breaks = fn(&Rule) -> bool;
    let cases: Vec<(&str, Vec<Act>, Act, Breaks)> = vec![
        ("sign before accept", vec![], sign.clone(), |rule| *rule == Rule::NotAccepted),
        ("sign before verify", vec![accept.clone()], sign.clone(), |rule| *rule == Rule::NotVerified),
        ("verify before accept", vec![], verify.clone(), |rule| *rule == Rule::NotAccepted),
        ("an example too many", vec![accept.clone()], fresh.verify(short), |rule| {
            matches!(rule, Rule::ExamplesLeftOut { expected: 0, found: 1 })
        }),
        ("sign twice", signed.clone(), sign, |rule| *rule == Rule::AlreadySigned),
        ("verify after sign", signed.clone(), verify, |rule| *rule == Rule::AlreadySigned),
        ("another text accepted", vec![], Act::Accept { agreement: unknown, answers: offer_digest }, |rule| {
            matches!(rule, Rule::OtherText { .. })
        }),
        ("withdraw another's", vec![], Act::Withdraw { agreement }, |rule| *rule == Rule::NotProposed),
        ("suspend unsigned", vec![accept.clone()], Act::Suspend { agreement, reason: None }, |rule| {
            *rule == Rule::NotSigned
        }),
        ("resume unsuspended", signed, Act::Resume { agreement }, |rule| *rule == Rule::NotSuspended),
        ("accept after terminate", vec![Act::Terminate { agreement, reason: reason() }], accept, |rule| {
            *rule == Rule::Terminated
        }),
        ("a counter that does not hold", vec![], fresh.counter(invalid), |rule| matches!(rule, Rule::Text(_))),
        ("a counter with a third party", vec![], fresh.counter(wider), |rule| *rule == Rule::OtherParties),
    ];
    for (name, before, act, breaks) in cases {
        let mut world = world();
        let mut chain = world.meridian();
        for act in before {
            let _effects = world.receive(chain.then(act)).unwrap();
        }
        assert!(world.view.alarms().is_empty(), "{name}");
        let effects = world.receive(chain.then(act)).unwrap();
        let broken = |effect: &Effect| matches!(effect, Effect::Alarm(Alarm::Broken { rule, .. }) if breaks(rule));
        assert!(effects.iter().any(broken), "{name}: {effects:?}");
        assert_ne!(world.view.state(at(4)), Some(State::InForce), "{name}");
    }
}

#[test]
fn messages_wait_for_those_before_them_and_gaps_are_named() {
    let mut world = world();
    let mut chain = world.meridian();
    let [accept, verify] = [world.accept(), world.verify(reproduced())].map(|act| chain.then(act));
    let effects = world.receive(verify.clone()).unwrap();
    let gap = Missing::Sequence { party: MERIDIAN.id(), first: 0, after: 1 };
    assert!(effects.contains(&Effect::Fetch(gap)), "{effects:?}");
    assert_eq!(world.view.state(at(4)), Some(State::Offered));
    let _effects = world.receive(accept).unwrap();
    assert_eq!(world.view.state(at(4)), Some(State::Accepted));
    assert_eq!(world.view.missing().count(), 0);
    assert_eq!(world.receive(verify), Ok(Vec::new()), "a duplicate does nothing");
    let mut ahead = world.meridian();
    ahead.next = 5;
    ahead.previous = Some(MessageDigest::from_octets([1; 32]));
    let end = Act::Terminate { agreement: world.agreement, reason: reason() };
    let _effects = world.receive(ahead.aside(end)).unwrap();
    assert_eq!(world.view.state(at(4)), Some(State::Terminated), "what ends a text does not wait");
}

#[test]
fn an_accept_of_an_unknown_text_waits_for_it() {
    let mut world = world();
    let other = text("other", &[&HARBOUR, &MERIDIAN]);
    let counter = Chain::after_offer(&HARBOUR, world.offer.digest()).aside(world.counter(other.clone()));
    let accept = Act::Accept { agreement: digest(&other), answers: counter.digest() };
    let accept = world.meridian().aside(accept);
    let effects = world.receive(accept).unwrap();
    let missing = Missing::Message { digest: counter.digest(), party: None };
    assert!(effects.contains(&Effect::Fetch(missing)), "{effects:?}");
    let _effects = world.receive(counter).unwrap();
    assert_eq!(world.view.report(digest(&other), at(4)).unwrap().state, State::Accepted);
}

#[test]
fn two_messages_of_one_place_are_evidence_and_freeze_their_author() {
    let mut world = world();
    let mut chain = world.meridian();
    let _effects = world.receive(chain.then(world.accept())).unwrap();
    let other = chain.aside(Act::Resume { agreement: world.agreement });
    let verify = chain.then(world.verify(reproduced()));
    let _effects = world.receive(verify.clone()).unwrap();
    let effects = world.receive(other.clone()).unwrap();
    let found = effects.iter().find_map(|effect| {
        let Effect::Alarm(Alarm::Equivocation { party, first, second }) = effect else { return None };
        Some((*party, [first.digest(), second.digest()]))
    });
    let (party, evidence) = found.unwrap();
    assert_eq!(party, MERIDIAN.id());
    assert!(evidence.contains(&verify.digest()) && evidence.contains(&other.digest()));
    let agreement = world.agreement;
    let mut own = Chain::after_offer(&HARBOUR, world.offer.digest());
    for act in [world.verify(reproduced()), Act::Sign { agreement }] {
        let _effects = world.receive(own.then(act)).unwrap();
    }
    let _effects = world.receive(chain.then(Act::Sign { agreement })).unwrap();
    assert_eq!(world.view.state(at(4)), Some(State::Suspended), "what comes after the fork lets nothing flow");
    let _effects = world.receive(chain.then(Act::Terminate { agreement, reason: reason() })).unwrap();
    assert_eq!(world.view.state(at(4)), Some(State::Terminated));
}

#[test]
fn whoever_forks_before_its_signature_does_not_get_out_of_it() {
    let mut world = world();
    let (mut chain, mut own) = (world.meridian(), Chain::after_offer(&HARBOUR, world.offer.digest()));
    let agreement = world.agreement;
    for act in [world.accept(), world.verify(reproduced()), Act::Sign { agreement }] {
        let _effects = world.receive(chain.then(act)).unwrap();
    }
    for act in [world.verify(reproduced()), Act::Sign { agreement }] {
        let _effects = world.receive(own.then(act)).unwrap();
    }
    assert_eq!(world.view.state(at(4)), Some(State::InForce));
    let mut copy = world.meridian();
    let _effects = world.receive(copy.then(Act::Resume { agreement })).unwrap();
    assert_eq!(world.view.state(at(4)), Some(State::Suspended), "agreed still, and held back");
    assert_eq!(world.view.agreed().len(), 1, "what it replaced does not come back");
}

#[test]
fn a_message_after_another_than_was_signed_is_evidence_too() {
    let mut world = world();
    let mut chain = world.meridian();
    let _effects = world.receive(chain.then(world.accept())).unwrap();
    chain.previous = Some(MessageDigest::from_octets([1; 32]));
    let effects = world.receive(chain.aside(world.verify(reproduced()))).unwrap();
    assert!(effects.iter().any(|one| matches!(one, Effect::Alarm(Alarm::Equivocation { .. }))), "{effects:?}");
}

#[test]
fn different_outcomes_of_the_examples_are_no_verification() {
    let mut world = world();
    let (mut chain, mut own) = (world.meridian(), Chain::after_offer(&HARBOUR, world.offer.digest()));
    let other = Reproduced { count: 0, outcomes: Reproduced::of([("e1", "refused")]).outcomes };
    for signed in [chain.then(world.accept()), chain.then(world.verify(other))] {
        let _effects = world.receive(signed).unwrap();
    }
    let effects = world.receive(own.then(world.verify(reproduced()))).unwrap();
    assert!(effects.iter().any(|one| matches!(one, Effect::Alarm(Alarm::OutcomesDiffer { .. }))), "{effects:?}");
    assert_eq!(world.view.state(at(4)), Some(State::Accepted));
    let sign = Input::Sign { agreement: world.agreement, blocked: Vec::new() };
    assert_eq!(world.view.handle(sign, at(4)), Err(Refusal::OutcomesDiffer { party: MERIDIAN.id() }));
}

#[test]
fn a_date_far_ahead_is_flagged() {
    let mut world = world();
    let mut said = world.meridian().said(world.accept());
    said.time = at(9);
    let effects = world.receive(MERIDIAN.says(&said)).unwrap();
    assert!(effects.iter().any(|one| matches!(one, Effect::Alarm(Alarm::FromTheFuture { .. }))), "{effects:?}");
    assert_eq!(world.view.state(at(4)), Some(State::Accepted), "it counts all the same");
}

#[test]
fn a_party_that_lost_its_own_messages_says_nothing_but_the_end() {
    let mut world = world();
    let mut said = world.meridian().said(world.accept());
    let _new = said.seen.insert(HARBOUR.id(), MessageDigest::from_octets([6; 32]));
    let _effects = world.receive(MERIDIAN.says(&said)).unwrap();
    let agreement = world.agreement;
    let verify = Input::Verify { agreement, outcome: Ok(reproduced()) };
    assert_eq!(world.view.handle(verify, at(4)), Err(Refusal::OwnMissing));
    assert!(world.view.handle(Input::Terminate { agreement, reason: reason() }, at(4)).is_ok());
}

#[test]
fn a_retired_key_signs_nothing() {
    let world = world();
    let accept = world.meridian().aside(world.accept());
    assert!(read_at(&accept, &MERIDIAN.history(), 6));
    assert!(!read_at(&accept, &MERIDIAN.rotated(), 6), "the record's own check, before a message comes here");
    assert!(!read_at(&accept, &LOTUS.history(), 6));
}

#[test]
fn ten_thousand_messages_meet_a_limit() {
    let mut world = world();
    let mut chain = world.meridian();
    let ordinary = MAX_MESSAGES_PER_PARTY - RESERVED_FOR_ENDING;
    let act = Act::Resume { agreement: world.agreement };
    for _ in 0..ordinary {
        assert!(world.receive(chain.then(act.clone())).is_ok());
    }
    for _ in ordinary..10_000 {
        assert_eq!(world.receive(chain.aside(act.clone())), Err(Refusal::TooMany { party: MERIDIAN.id() }));
    }
    let end = Act::Terminate { agreement: world.agreement, reason: reason() };
    let _effects = world.receive(chain.aside(end)).unwrap();
    assert_eq!(world.view.state(at(4)), Some(State::Terminated), "there is always room to end it");
}

#[test]
fn only_so_many_wait() {
    let mut world = world();
    let mut chain = world.meridian();
    let act = Act::Resume { agreement: world.agreement };
    let first = chain.then(act.clone());
    for _ in 0..MAX_WAITING {
        assert!(world.receive(chain.then(act.clone())).is_ok());
    }
    let refused = world.receive(chain.aside(act));
    assert_eq!(refused, Err(Refusal::TooManyWaiting { party: MERIDIAN.id() }));
    assert!(world.receive(first).is_ok(), "what they wait for is always welcome");
}
