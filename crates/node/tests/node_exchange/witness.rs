//! What a witness keeps of a log that shows two histories.

use node::exchange::{MAX_REFUSED_HEADS, cosign, doubt, raise_alarm, remembered};
use policy::belief::log_origin;
use protocol::exchange::{AddCheckpoint, Caught, Refusal, Weight};
use record::digest::sha256;
use tlog::Hash;
use tlog::checkpoint::{Checkpoint, SignedCheckpoint};
use tlog::note::VerifierKey;

use crate::party::{Party, log_signers};
use crate::scene::{Clock, Node};

/// A witness, and the party whose log it is shown.
struct Stand {
    witness: Node,
    author: Party,
}

impl Stand {
    fn new() -> Self {
        Self { witness: Node::new("witness", &Clock::new()), author: Party::new("harbour") }
    }

    fn origin(&self) -> String {
        log_origin(&self.author.id())
    }

    fn keys(&self) -> Vec<VerifierKey> {
        policy::belief::log_verifiers(&self.author.history())
    }

    /// A head that the log's keys signed, of a history that has a name.
    fn head(&self, size: u64, history: &str) -> SignedCheckpoint {
        let origin = self.origin();
        let root = Hash::from_octets(sha256(&[history.as_bytes(), &size.to_be_bytes()]));
        let signers = log_signers(&self.author.keys, &origin);
        let head = Checkpoint::new(&origin, size, root).unwrap();
        SignedCheckpoint::sign(head, &[&signers.commit], 0).unwrap()
    }

    /// Brings a head to the witness, as its node does: what it answers, and what it finds.
    fn bring(&self, old_size: u64, head: SignedCheckpoint) -> (Option<Refusal>, Option<Caught>) {
        let (it, now, keys) = (&self.witness, self.witness.clock.now(), self.keys());
        let proof = if old_size == 0 { Vec::new() } else { vec![Hash::EMPTY] };
        let request = AddCheckpoint::new(old_size, proof, head);
        let refusal = cosign(&it.store, &it.own, &request, &keys, now).unwrap().err();
        let caught = doubt(&it.store, &it.own, &request, &keys, refusal.as_ref()).unwrap();
        if let Some(caught) = &caught {
            let _new = raise_alarm(&it.store, &it.own, self.author.id(), &self.origin(), caught).unwrap();
        }
        (refusal, caught)
    }
}

fn is_fork(caught: Option<&Caught>) -> bool {
    matches!(caught, Some(Caught::Fork(fork)) if fork.check().is_ok())
}

#[test]
fn one_size_with_two_roots_is_proof_whatever_size_the_request_names() {
    for old_size in [0, 5] {
        let stand = Stand::new();
        assert_eq!(stand.bring(0, stand.head(5, "one")), (None, None));
        let (refusal, caught) = stand.bring(old_size, stand.head(5, "another"));
        assert!(refusal.is_some(), "{old_size}");
        assert!(is_fork(caught.as_ref()), "{old_size}: {caught:?}");
        let alarms = node::exchange::alarms(&stand.witness.store).unwrap();
        assert_eq!((alarms.len(), alarms[0].kind.as_str(), alarms[0].weight), (1, "fork", 2));
        assert!(alarms[0].evidence.is_some());
    }
}

#[test]
fn a_head_whose_proof_does_not_hold_is_kept_and_proves_the_fork_when_the_other_of_its_size_comes() {
    let mut stand = Stand::new();
    assert_eq!(stand.bring(0, stand.head(5, "one")), (None, None));
    let (refusal, caught) = stand.bring(5, stand.head(9, "another"));
    assert_eq!(refusal, Some(Refusal::BadProof));
    let caught = caught.unwrap();
    assert_eq!((caught.kind(), caught.weight()), ("unproved-head", Weight::Look), "anybody can make up a proof");
    stand.witness.restart();
    assert_eq!(remembered(&stand.witness.store, &stand.origin()).unwrap().unwrap().claims().size(), 5);
    let (_, caught) = stand.bring(5, stand.head(9, "one"));
    assert!(is_fork(caught.as_ref()), "{caught:?}");
}

#[test]
fn heads_that_the_log_did_not_sign_are_not_kept_and_there_is_an_end_to_those_that_it_did() {
    let stand = Stand::new();
    assert_eq!(stand.bring(0, stand.head(5, "one")), (None, None));
    let thief = Stand { author: Party::new("thief"), witness: Node::new("other", &Clock::new()) };
    let signers = log_signers(&thief.author.keys, &stand.origin());
    let forged = Checkpoint::new(&stand.origin(), 5, Hash::EMPTY).unwrap();
    let forged = SignedCheckpoint::sign(forged, &[&signers.commit], 0).unwrap();
    assert_eq!(stand.bring(5, forged), (Some(Refusal::NotSigned), None));
    let told = (0..MAX_REFUSED_HEADS + 4).filter(|more| stand.bring(5, stand.head(6 + more, "another")).1.is_some());
    assert_eq!(u64::try_from(told.count()).unwrap(), MAX_REFUSED_HEADS);
}
