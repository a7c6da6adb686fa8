//! Whatever is said, by whomever, in whatever order it arrives.

use proptest::prelude::*;
use protocol::negotiation::{Act, Alarm, Input, Negotiation, State};
use record::digest::{AgreementDigest, MessageDigest};
use record::json::Map;
use record::message::Message;
use record::signed::Signed;

use super::scene::{Chain, HARBOUR, MERIDIAN, at, digest, offer, reason, reproduced, text};

/// Who says what of which text, and whether its author goes on as if it had not been said.
type Step = (bool, u8, bool, bool);

fn act(kind: u8, texts: &[(Map, MessageDigest); 2], second: bool) -> Act {
    let (text, answers) = &texts[usize::from(second)];
    let (agreement, answers) = (digest(text), *answers);
    match kind {
        0 | 1 => Act::Accept { agreement, answers },
        2 | 3 => Act::Verify { agreement, examples: reproduced() },
        4..=6 => Act::Sign { agreement },
        7 => Act::Suspend { agreement, reason: None },
        8 => Act::Resume { agreement },
        9 => Act::Withdraw { agreement },
        _ => Act::Terminate { agreement, reason: reason() },
    }
}

/// The two texts and all that is said of them.
fn play(steps: &[Step]) -> ([AgreementDigest; 2], Vec<Signed<Message>>) {
    let texts = ["one", "two"].map(|title| text(title, &[&HARBOUR, &MERIDIAN]));
    let offer = offer(&HARBOUR, texts[0].clone());
    let thread = offer.digest();
    let mut chains = [Chain::after_offer(&HARBOUR, thread), Chain::new(&MERIDIAN, thread)];
    let counter = chains[1].then(Act::Counter { agreement: texts[1].clone(), answers: thread });
    let names = [digest(&texts[0]), digest(&texts[1])];
    let [one, two] = texts;
    let texts = [(one, thread), (two, counter.digest())];
    let mut said = vec![offer, counter];
    for (who, kind, second, fork) in steps {
        let (chain, act) = (&mut chains[usize::from(*who)], act(*kind, &texts, *second));
        said.push(if *fork { chain.aside(act) } else { chain.then(act) });
    }
    (names, said)
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let fork = prop_oneof![12 => Just(false), 1 => Just(true)];
    // Mostly the way to a signature, so that some cases come into force.
    let kind = prop_oneof![8 => 0..7_u8, 1 => 7..11_u8];
    prop::collection::vec((any::<bool>(), kind, any::<bool>(), fork), 0..24)
}

fn outcome(view: &Negotiation) -> String {
    let reports: Vec<_> = view.reports(at(12)).iter().map(|one| (one.agreement.digest(), one.state)).collect();
    let missing: Vec<_> = view.missing().collect();
    let agreed: Vec<_> = view.agreed().iter().map(|one| (one.agreement.digest(), one.signed, one.is_ended)).collect();
    let alarms: Vec<_> = view.alarms().iter().map(named).collect();
    format!("{reports:?} {missing:?} {agreed:?} {alarms:?} {:?}", view.state(at(12)))
}

/// An alarm with its evidence by name: ML-DSA signs one message in many ways, and the copy that came first is kept.
fn named(alarm: &Alarm) -> String {
    if let Alarm::Equivocation { party, first, second } = alarm {
        format!("{party} {} {}", first.digest(), second.digest())
    } else {
        format!("{alarm:?}")
    }
}

fn signs(message: &Signed<Message>, agreement: AgreementDigest) -> bool {
    let content = message.content().content();
    content.text("kind") == Some("sign") && content.text("agreement") == Some(agreement.to_string().as_str())
}

/// Delivers in an order, with every message of it, and looks after each whether force came from nowhere.
fn deliver(
    names: [AgreementDigest; 2],
    said: &[&Signed<Message>],
    thread: MessageDigest,
) -> Result<String, TestCaseError> {
    let mut view = Negotiation::of_thread(HARBOUR.id(), thread);
    for message in said {
        let received = view.handle(Input::Received(Box::new((*message).clone())), at(12));
        prop_assert!(received.is_ok());
        for name in names {
            let in_force =
                view.report(name, at(12)).is_some_and(|one| matches!(one.state, State::InForce | State::Suspended));
            for party in [HARBOUR.id(), MERIDIAN.id()] {
                let signed = view.messages().any(|one| one.content().issuer() == party && signs(one, name));
                prop_assert!(!in_force || signed);
            }
        }
    }
    Ok(outcome(&view))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn order_and_repetition_do_not_matter(
        (steps, order) in steps().prop_flat_map(|steps| {
            let count = steps.len() + 2;
            let twice: Vec<_> = (0..count).chain(0..count).collect();
            (Just(steps), Just(twice).prop_shuffle())
        })
    ) {
        let (names, said) = play(&steps);
        let thread = said[0].digest();
        let in_order: Vec<_> = said.iter().collect();
        let shuffled: Vec<_> = order.iter().map(|at| &said[*at]).collect();
        prop_assert_eq!(deliver(names, &in_order, thread)?, deliver(names, &shuffled, thread)?);
    }
}

/// Both parties take the way to a signature in one of their random orders: such cases are among those above.
#[test]
fn the_steps_can_lead_into_force() {
    let way = [(false, 2), (false, 4), (true, 0), (true, 2), (true, 4)];
    let steps: Vec<Step> = way.iter().map(|(who, kind)| (*who, *kind, false, false)).collect();
    let (names, said) = play(&steps);
    let in_order: Vec<_> = said.iter().rev().collect();
    assert!(deliver(names, &in_order, said[0].digest()).unwrap().contains("InForce"));
}
