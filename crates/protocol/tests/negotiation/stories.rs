//! Negotiations from the offer to the end.

use protocol::negotiation::{Effect, Input, Negotiation, Period, Refusal, Rule, State, standing};

use super::scene::{HARBOUR, LOTUS, MERIDIAN, Scene, at, digest, reason, reproduced, text};

fn offered(scene: &mut Scene, title: &str) -> record::digest::AgreementDigest {
    let parties: Vec<_> = scene.views.iter().map(|(party, _)| *party).collect();
    let agreement = text(title, &parties);
    let _offer = scene.says(parties[0], Input::Offer { agreement: agreement.clone() }).unwrap();
    digest(&agreement)
}

#[test]
fn two_parties_come_to_an_agreement_hold_it_back_and_end_it() {
    let mut scene = Scene::new(&[&HARBOUR, &MERIDIAN]);
    let agreement = offered(&mut scene, "first");
    assert_eq!(scene.state(agreement), State::Offered);
    let early = scene.says(&MERIDIAN, Input::Sign { agreement, blocked: Vec::new() });
    assert_eq!(early, Err(Rule::NotAccepted.into()));
    let _accept = scene.says(&MERIDIAN, Input::Accept { agreement }).unwrap();
    assert_eq!(scene.state(agreement), State::Accepted);
    let early = scene.says(&MERIDIAN, Input::Sign { agreement, blocked: Vec::new() });
    assert_eq!(early, Err(Rule::NotVerified.into()));
    let failed = Input::Verify { agreement, outcome: Err(vec!["e1".to_owned()]) };
    assert_eq!(scene.says(&MERIDIAN, failed), Err(Refusal::ExamplesFailed { examples: vec!["e1".to_owned()] }));
    for party in [&*HARBOUR, &*MERIDIAN] {
        let _verify = scene.says(party, Input::Verify { agreement, outcome: Ok(reproduced()) }).unwrap();
    }
    assert_eq!(scene.state(agreement), State::Verified);
    let blocked = vec!["clause 1 differs in Chinese".to_owned()];
    let refused = scene.says(&HARBOUR, Input::Sign { agreement, blocked: blocked.clone() });
    assert_eq!(refused, Err(Refusal::Blocked { reasons: blocked }));
    let _sign = scene.says(&HARBOUR, Input::Sign { agreement, blocked: Vec::new() }).unwrap();
    assert_eq!(scene.state(agreement), State::Verified, "one signature binds nobody");
    assert_eq!(scene.says(&HARBOUR, Input::Withdraw { agreement }), Err(Rule::AlreadySigned.into()));
    let last = scene.whispers(&MERIDIAN, Input::Sign { agreement, blocked: Vec::new() }).unwrap();
    let effects = scene.deliver(&last);
    let (from, to) = (Some(State::Verified), State::InForce);
    assert!(effects.contains(&Effect::StateChanged { agreement, from, to, period: Period::NotYet }), "{effects:?}");
    in_force_and_over(&mut scene, agreement);
}

fn in_force_and_over(scene: &mut Scene, agreement: record::digest::AgreementDigest) {
    let periods = [(at(9), Period::NotYet), (at(10), Period::Covered), (at(20), Period::Over)];
    for (now, period) in periods {
        let report = scene.view(&HARBOUR).report(agreement, now).unwrap();
        assert_eq!((report.state, report.period), (State::InForce, period));
        let agreed = scene.view(&HARBOUR).agreed();
        assert_eq!(standing(&agreed, now).len(), usize::from(period == Period::Covered));
    }
    scene.now = at(11);
    let _held = scene.says(&MERIDIAN, Input::Suspend { agreement, reason: None }).unwrap();
    assert_eq!(scene.state(agreement), State::Suspended);
    let agreed = scene.view(&HARBOUR).agreed();
    let one = &standing(&agreed, at(11))[0];
    assert!(one.is_suspended() && one.since == at(10) && one.until == at(20));
    assert_eq!(scene.says(&HARBOUR, Input::Resume { agreement }), Err(Rule::NotSuspended.into()));
    let _free = scene.says(&MERIDIAN, Input::Resume { agreement }).unwrap();
    assert_eq!(scene.state(agreement), State::InForce);
    let _end = scene.says(&HARBOUR, Input::Terminate { agreement, reason: reason() }).unwrap();
    assert_eq!(scene.state(agreement), State::Terminated);
    assert_eq!(scene.says(&HARBOUR, Input::Accept { agreement }), Err(Refusal::NotLive { agreement }));
    let _late = scene.says(&MERIDIAN, Input::Suspend { agreement, reason: None }).unwrap();
    assert_eq!(scene.state(agreement), State::Terminated, "nothing revives it");
    assert!(standing(&scene.view(&HARBOUR).agreed(), at(11)).is_empty());
}

#[test]
fn three_parties_need_all_three() {
    let mut scene = Scene::new(&[&HARBOUR, &MERIDIAN, &LOTUS]);
    let agreement = offered(&mut scene, "three");
    for party in [&*HARBOUR, &*MERIDIAN] {
        let _accept = scene.says(party, Input::Accept { agreement }).unwrap();
        let _verify = scene.says(party, Input::Verify { agreement, outcome: Ok(reproduced()) }).unwrap();
        let _sign = scene.says(party, Input::Sign { agreement, blocked: Vec::new() }).unwrap();
    }
    assert_eq!(scene.state(agreement), State::Offered);
    let _accept = scene.says(&LOTUS, Input::Accept { agreement }).unwrap();
    assert_eq!(scene.state(agreement), State::Accepted);
    let _verify = scene.says(&LOTUS, Input::Verify { agreement, outcome: Ok(reproduced()) }).unwrap();
    assert_eq!(scene.state(agreement), State::Verified);
    let _sign = scene.says(&LOTUS, Input::Sign { agreement, blocked: Vec::new() }).unwrap();
    assert_eq!(scene.state(agreement), State::InForce);
    for party in [&*HARBOUR, &*LOTUS] {
        let _held = scene.says(party, Input::Suspend { agreement, reason: Some(reason()) }).unwrap();
    }
    let _free = scene.says(&HARBOUR, Input::Resume { agreement }).unwrap();
    assert_eq!(scene.state(agreement), State::Suspended, "Lotus holds it back still");
}

#[test]
fn crossing_counters_do_not_block_one_another() {
    let mut scene = Scene::new(&[&HARBOUR, &MERIDIAN]);
    let first = offered(&mut scene, "offer");
    let answers = scene.view(&HARBOUR).thread().unwrap();
    let (one, other) = (text("one", &[&HARBOUR, &MERIDIAN]), text("other", &[&HARBOUR, &MERIDIAN]));
    let from_harbour = scene.whispers(&HARBOUR, Input::Counter { agreement: one.clone(), answers }).unwrap();
    let from_meridian = scene.whispers(&MERIDIAN, Input::Counter { agreement: other.clone(), answers }).unwrap();
    let _effects = (scene.deliver(&from_meridian), scene.deliver(&from_harbour));
    assert_eq!(
        [first, digest(&one), digest(&other)].map(|text| scene.state(text)),
        [State::Countered, State::Offered, State::Offered]
    );
    scene.all_sign(digest(&other));
    assert_eq!(scene.state(digest(&other)), State::InForce);
    let agreement = digest(&one);
    let _accept = scene.says(&MERIDIAN, Input::Accept { agreement }).unwrap();
    let _verify = scene.says(&MERIDIAN, Input::Verify { agreement, outcome: Ok(reproduced()) }).unwrap();
    let second = scene.says(&MERIDIAN, Input::Sign { agreement, blocked: Vec::new() });
    assert_eq!(second, Err(Rule::SignedAnother { other: digest(&other) }.into()));
}

#[test]
fn a_withdrawn_offer_cannot_be_accepted() {
    let mut scene = Scene::new(&[&HARBOUR, &MERIDIAN]);
    let agreement = offered(&mut scene, "gone");
    assert_eq!(scene.says(&MERIDIAN, Input::Withdraw { agreement }), Err(Rule::NotProposed.into()));
    let withdrawal = scene.whispers(&HARBOUR, Input::Withdraw { agreement }).unwrap();
    let crossing = scene.whispers(&MERIDIAN, Input::Accept { agreement }).unwrap();
    let _effects = (scene.deliver(&withdrawal), scene.deliver(&crossing));
    assert_eq!(scene.state(agreement), State::Withdrawn);
    assert_eq!(scene.says(&MERIDIAN, Input::Accept { agreement }), Err(Refusal::NotLive { agreement }));
}

#[test]
fn an_amendment_ends_what_it_replaces_when_its_period_begins() {
    let mut scene = Scene::new(&[&HARBOUR, &MERIDIAN]);
    let old = offered(&mut scene, "old");
    scene.all_sign(old);
    let amended =
        text("new", &[&HARBOUR, &MERIDIAN]).with("replaces", old.to_string()).with("from", at(15).to_string());
    let (new, answers) = (digest(&amended), scene.view(&HARBOUR).thread().unwrap());
    let _counter = scene.says(&MERIDIAN, Input::Counter { agreement: amended, answers }).unwrap();
    scene.all_sign(new);
    let in_force = |view: &Negotiation, now| -> Vec<_> {
        let agreed = view.agreed();
        standing(&agreed, now).iter().map(|one| (one.agreement.digest(), one.until)).collect()
    };
    assert_eq!(in_force(scene.view(&HARBOUR), at(14)), [(old, at(15))]);
    assert_eq!(in_force(scene.view(&HARBOUR), at(15)), [(new, at(20))]);
    scene.now = at(15);
    let effects = scene.view(&HARBOUR).handle(Input::Tick, at(15)).unwrap();
    let (from, to) = (Some(State::InForce), State::Terminated);
    assert_eq!(effects, [Effect::StateChanged { agreement: old, from, to, period: Period::Covered }]);
    let _end = scene.says(&HARBOUR, Input::Terminate { agreement: new, reason: reason() }).unwrap();
    assert!(in_force(scene.view(&HARBOUR), at(16)).is_empty(), "the old one does not come back");
}

#[test]
fn one_message_is_out_to_be_signed_at_a_time() {
    let mut view = Negotiation::new(HARBOUR.id());
    let agreement = text("t", &[&HARBOUR, &MERIDIAN]);
    let input = || Input::Offer { agreement: agreement.clone() };
    assert!(view.handle(input(), at(2)).is_ok());
    assert_eq!(view.handle(input(), at(2)), Err(Refusal::Signing));
    assert_eq!(view.handle(Input::NotSigned, at(2)), Ok(Vec::new()));
    assert!(view.handle(input(), at(2)).is_ok());
    let mut stranger = Negotiation::new(LOTUS.id());
    assert_eq!(stranger.handle(input(), at(2)), Err(Refusal::NotAMember { party: LOTUS.id() }));
}

#[test]
fn fewer_parties_cannot_replace_what_others_signed_too() {
    let (mut all, mut two) = (Scene::new(&[&HARBOUR, &MERIDIAN, &LOTUS]), Scene::new(&[&HARBOUR, &MERIDIAN]));
    let old = offered(&mut all, "old");
    all.all_sign(old);
    let behind = text("behind its back", &[&HARBOUR, &MERIDIAN]).with("replaces", old.to_string());
    let _offer = two.says(&HARBOUR, Input::Offer { agreement: behind.clone() }).unwrap();
    two.all_sign(digest(&behind));
    let agreed = [all.view(&HARBOUR).agreed(), two.view(&HARBOUR).agreed()].concat();
    assert_eq!(standing(&agreed, at(12)).len(), 2);
    let again = [agreed.clone(), agreed].concat();
    assert_eq!(standing(&again, at(12)).len(), 2, "each once");
}
