//! What a depositary keeps, and what it deletes.

use bundle::PrivateBundleKey;
use node::exchange::{Depositing, KEPT_MS, Lying, Taken, bytes_of, delete_due, deposit, deposits, lying};
use policy::control::Deposited;
use policy::feed::body_digest;
use protocol::exchange::{HandIn, Opened};
use record::digest::{BodyDigest, PartyId};
use record::entropy::SystemEntropy;
use record::key_record::BundleSuite;

use crate::agreement::Treaties;
use crate::line::hand_in;
use crate::scene::{Clock, Node};

const BODY: &[u8] = b"a record, padded with spaces to the next step     ";

/// Room for more than is laid here.
const ROOM_BYTES: u64 = 1 << 20;

/// Harbour releases, Lake keeps, and a member reads.
struct Laid {
    harbour: Node,
    lake: Node,
    treaties: Treaties,
    of: Deposited,
}

impl Laid {
    /// A body of Harbour's lies at Lake.
    fn new() -> Self {
        let clock = Clock::new();
        let (harbour, mut lake) = (Node::new("harbour", &clock), Node::new("lake", &clock));
        lake.know(harbour.id(), harbour.party.history());
        let parties = (harbour.id(), PartyId::from_octets([7; 32]));
        let of = Deposited::new(("feed/1".to_owned(), 0), BodyDigest::from_octets(body_digest(BODY)), parties);
        let laid = Self { harbour, lake, treaties: Treaties::of(Vec::new()), of };
        assert!(matches!(laid.hand_in(), Depositing::Kept(_)));
        laid
    }

    fn hand_in(&self) -> Depositing {
        let key = PrivateBundleKey::generate(BundleSuite::MlKem768X25519, &mut SystemEntropy::new()).unwrap();
        let now = self.lake.clock.now();
        let handed = HandIn::seal(self.of.clone(), key.public(), BODY, now, &mut SystemEntropy::new()).unwrap();
        let room = (self.harbour.id(), ROOM_BYTES);
        deposit(&self.lake.store, &self.lake.own, room, &handed, now).unwrap()
    }

    fn lying(&self) -> Lying {
        lying(&self.lake.store, &self.of).unwrap()
    }

    fn delete_due(&self) -> usize {
        delete_due(&self.lake.store, &self.lake.own, self.lake.clock.now()).unwrap()
    }

    /// A node states that it takes the body back, and hands that in at Lake.
    fn withdrawn_by(&self, author: &Node) -> Taken {
        let leaf = author.sender.withdraw(&author.own, &self.of, author.clock.now()).unwrap().unwrap();
        author.store.publish().unwrap();
        let opened = author.sender.own_opened_unwitnessed(leaf).unwrap().unwrap();
        hand_in(author.id(), &opened.to_octets(), &self.lake, &self.treaties)
    }
}

#[test]
fn what_its_sender_takes_back_is_deleted_and_the_senders_own_word_says_so() {
    let mut laid = Laid::new();
    assert!(matches!(laid.lying(), Lying::Here { .. }));
    assert_eq!(laid.delete_due(), 0);
    assert_eq!(laid.withdrawn_by(&laid.harbour), Taken::Kept);
    assert_eq!(laid.withdrawn_by(&laid.harbour), Taken::Known, "told again, it is stated once");
    assert_eq!((laid.delete_due(), laid.delete_due()), (1, 0));
    let Lying::Deleted { withdrawn: Some(opened) } = laid.lying() else { panic!("{:?}", laid.lying()) };
    assert_eq!(Opened::read(opened.as_bytes()).unwrap().claimed_issuer(), laid.harbour.id());
    let bytes = || bytes_of(&laid.lake.store, &laid.harbour.id(), laid.lake.clock.now()).unwrap();
    assert!(bytes() > 0, "its octets are on the disk until their days are over");
    laid.lake.clock.wait_minutes(i64::try_from(KEPT_MS / 60_000).unwrap());
    assert_eq!(bytes(), 0);
    laid.lake.restart();
    assert!(matches!(laid.lying(), Lying::Deleted { withdrawn: Some(_) }));
    assert!(deposits(&laid.lake.store).unwrap()[0].is_deleted);
}

#[test]
fn what_was_taken_back_is_not_laid_there_anew() {
    let laid = Laid::new();
    let _taken = laid.withdrawn_by(&laid.harbour);
    assert_eq!(laid.delete_due(), 1);
    assert_eq!(laid.hand_in(), Depositing::Deleted, "nobody is told that it is kept");
    assert!(matches!(laid.lying(), Lying::Deleted { .. }));
}

#[test]
fn nobody_takes_back_what_another_party_handed_in() {
    let mut laid = Laid::new();
    let stranger = Node::new("stranger", &laid.lake.clock);
    laid.lake.know(stranger.id(), stranger.party.history());
    assert!(matches!(laid.withdrawn_by(&stranger), Taken::Refused(_)));
    assert_eq!(laid.delete_due(), 0);
    assert!(matches!(laid.lying(), Lying::Here { .. }));
}

#[test]
fn what_is_kept_to_its_day_is_deleted_then_and_not_before() {
    let laid = Laid::new();
    let minutes = i64::try_from(KEPT_MS / 60_000).unwrap();
    laid.lake.clock.wait_minutes(minutes - 1);
    assert_eq!(laid.delete_due(), 0);
    laid.lake.clock.wait_minutes(1);
    assert_eq!(laid.delete_due(), 1);
    assert_eq!(laid.lying(), Lying::Deleted { withdrawn: None });
}

#[test]
fn what_is_taken_back_in_one_feed_stays_for_another_that_shows_the_same() {
    let mut laid = Laid::new();
    let first = laid.of.clone();
    laid.of = Deposited::new(("feed/2".to_owned(), 0), first.body, (first.sender, first.member));
    assert!(matches!(laid.hand_in(), Depositing::Kept(_)));
    let second = std::mem::replace(&mut laid.of, first);
    assert_eq!(laid.withdrawn_by(&laid.harbour), Taken::Kept);
    assert_eq!(laid.delete_due(), 1);
    assert!(matches!(laid.lying(), Lying::Deleted { .. }));
    laid.of = second;
    assert!(matches!(laid.lying(), Lying::Here { .. }));
    assert_eq!(laid.withdrawn_by(&laid.harbour), Taken::Kept, "it is another statement");
    assert_eq!(laid.delete_due(), 1);
}
