//! What two honest nodes live through.

use node::exchange::{Received, Taken, alarms};

use crate::agreement::{Treaties, agreement};
use crate::line::{Line, deliver, pull};
use crate::scene::{Clock, Node};

/// Two nodes that know one another, and have an agreement.
struct Pair {
    harbour: Node,
    lotus: Node,
    treaties: Treaties,
}

impl Pair {
    fn new() -> Self {
        let clock = Clock::new();
        let (mut harbour, mut lotus) = (Node::new("harbour", &clock), Node::new("lotus", &clock));
        harbour.know(lotus.id(), lotus.party.history());
        lotus.know(harbour.id(), harbour.party.history());
        let treaties = Treaties::of(vec![agreement("Incidents", &[harbour.id(), lotus.id()])]);
        Self { harbour, lotus, treaties }
    }

    fn tell(&mut self, name: &str) {
        self.harbour.tell(name, &self.treaties);
        assert_eq!(self.harbour.state_heads(&self.treaties), 1);
    }

    fn pull(&mut self) -> node::exchange::Pulled {
        let mut line = Line::new(&self.lotus, &self.harbour, &self.treaties);
        pull(&mut self.lotus, &mut line)
    }

    fn no_alarm(&self) {
        assert_eq!(alarms(&self.harbour.store).unwrap(), []);
        assert_eq!(alarms(&self.lotus.store).unwrap(), []);
    }
}

#[test]
fn what_one_releases_the_other_has_and_acknowledges() {
    let mut pair = Pair::new();
    pair.tell("A robot blocked a gate");
    let pulled = pair.pull();
    assert_eq!((pulled.caught.as_slice(), pulled.entries, pulled.waiting.as_deref()), ([].as_slice(), 1, None));
    let taken = deliver(&pair.lotus, &pulled.acknowledged, &pair.harbour, &pair.treaties);
    assert_eq!(taken, Taken::Kept);
    let received = Received::all(&pair.harbour.store).unwrap();
    assert_eq!((received[0].kind.as_str(), received[0].size), ("acknowledgement", 1));
    assert_eq!(deliver(&pair.lotus, &pulled.acknowledged, &pair.harbour, &pair.treaties), Taken::Known);
    let again = pair.pull();
    assert_eq!((again.caught.as_slice(), again.entries, again.size), ([].as_slice(), 0, 1));
    pair.no_alarm();
}

#[test]
fn a_reader_that_stops_goes_on_where_it_was() {
    let mut pair = Pair::new();
    pair.tell("first");
    assert_eq!(pair.pull().entries, 1);
    pair.lotus.restart();
    assert_eq!(pair.pull().size, 1);
    pair.tell("second");
    let pulled = pair.pull();
    assert_eq!((pulled.caught.as_slice(), pulled.entries, pulled.size), ([].as_slice(), 1, 2));
    assert_eq!(deliver(&pair.lotus, &pulled.acknowledged, &pair.harbour, &pair.treaties), Taken::Kept);
    pair.no_alarm();
}
