//! What an agreement says of how its feeds are kept.

use node::exchange::{Agreements as _, FeedState, Reader};
use policy::belief::Quorum;
use protocol::exchange::timing::interval_ms;
use record::time::Timestamp;

use crate::agreement::{Treaties, agreement_with};
use crate::line::{Line, pull};
use crate::scene::{Clock, HOUR_MS, Node};

/// Feeds from which nothing new has come to a reader for too long.
fn missed(reader: &Node, treaties: &Treaties) -> usize {
    let (quorum, since) = (Quorum::none(), Timestamp::from_micros(0));
    let every_ms = |state: &FeedState| {
        let agreement = state.agreement.parse().unwrap();
        treaties.head_every_minutes(&agreement).map(|minutes| interval_ms(Some(minutes), None))
    };
    let it = Reader::new(&reader.store, &reader.own, &quorum, HOUR_MS);
    it.check_fresh(since, &every_ms, reader.clock.now()).unwrap().len()
}

#[test]
fn the_interval_that_an_agreement_names_is_kept_and_missed_and_a_setting_only_shortens_it() {
    let clock = Clock::new();
    let (mut harbour, mut lotus) = (Node::new("harbour", &clock), Node::new("lotus", &clock));
    harbour.know(lotus.id(), lotus.party.history());
    lotus.know(harbour.id(), harbour.party.history());
    let daily = agreement_with("Incidents", &[harbour.id(), lotus.id()], 24 * 60);
    let treaties = Treaties::of(vec![daily]);
    harbour.tell("A robot blocked a gate", &treaties);
    assert_eq!(harbour.state_heads(&treaties), 1);
    let mut line = Line::new(&lotus, &harbour, &treaties);
    assert_eq!(pull(&mut lotus, &mut line).entries, 1);

    clock.wait_minutes(23 * 60);
    let state = |at_most_ms| harbour.sender.state_heads(&harbour.own, &treaties, at_most_ms, clock.now()).unwrap();
    assert_eq!(state(None), 0, "the agreement asks for one a day");
    assert_eq!(state(Some(7 * 24 * HOUR_MS)), 0);
    assert_eq!(state(Some(HOUR_MS)), 1, "a node may speak more often");
    clock.wait_minutes(24 * 60);
    assert_eq!(state(Some(7 * 24 * HOUR_MS)), 1, "and not less often than it has promised");

    assert_eq!(missed(&lotus, &treaties), 0, "47 hours of 72");
    clock.wait_minutes(26 * 60);
    assert_eq!(missed(&lotus, &treaties), 1, "73 hours");
}
