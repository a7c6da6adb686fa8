//! Cosignatures that came by bundle: `cosigned.json`. A running node has its own from whoever it reaches; these come once, and
//! the next bundle must show them.

use policy::belief::{Quorum, log_origin};
use protocol::exchange::FeedName;
use record::digest::PartyId;
use record::json::{self, Json, Map};
use storage::LogName;
use tlog::checkpoint::SignedCheckpoint;

use crate::home::{Home, Readers, read_input, replace};
use crate::outcome::{Done, Failure};
use crate::serve::cosignatures::by;
use crate::serve::open::Open;
use crate::serve::witnesses;

/// Name of the file.
const COSIGNED: &str = "cosigned.json";

/// Heads of the node log that are kept: witnesses may answer about different ones, and the largest that enough of them have
/// cosigned is shown.
const MAX_HEADS: usize = 8;

/// Checkpoints with cosignatures of others.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Cosigned {
    node: Vec<SignedCheckpoint>,
    feeds: Vec<SignedCheckpoint>,
}

impl Cosigned {
    /// What is kept. A file that is damaged or not there holds none: they come again with the next bundle.
    pub(super) fn read(home: &Home) -> Self {
        let octets = read_input(&home.dir().join(COSIGNED)).unwrap_or_default();
        let Ok(Json::Object(map)) = json::parse(&octets) else { return Self::default() };
        let all = |name| {
            let rows = map.get(name).and_then(Json::as_array).unwrap_or_default().iter();
            rows.filter_map(|row| SignedCheckpoint::parse(row.as_str()?.as_bytes()).ok()).collect()
        };
        Self { node: all("node"), feeds: all("feeds") }
    }

    fn write(&self, home: &Home) -> Done {
        let rows = |all: &[SignedCheckpoint]| Json::Array(all.iter().map(|one| Json::text(one.to_string())).collect());
        let map = Map::new().with("feeds", rows(&self.feeds)).with("node", rows(&self.node));
        replace(&home.dir().join(COSIGNED), &Json::from(map).to_text(), Readers::Owner)
    }

    /// The largest head of the node log that enough witnesses have cosigned.
    pub(super) fn head(&self, quorum: &Quorum) -> Option<&SignedCheckpoint> {
        let keys: Vec<_> = quorum.witnesses().map(|witness| witness.key().clone()).collect();
        let is_enough = |head: &&SignedCheckpoint| {
            let vouched = head.verify(&keys).unwrap_or_default();
            let cosigners: Vec<_> = vouched.iter().map(|one| one.key).collect();
            quorum.is_met(&cosigners).is_met()
        };
        self.node.iter().filter(is_enough).max_by_key(|head| head.claims().size())
    }

    /// The largest size that a witness is known to have cosigned.
    pub(super) fn size_of(&self, witness: &PartyId) -> u64 {
        let name = policy::belief::witness_name(witness);
        let sizes = self.node.iter().filter(|head| !by(head, &name).is_empty()).map(|head| head.claims().size());
        sizes.max().unwrap_or(0)
    }

    /// Gives the cosignatures of members back to a sender that has just begun.
    pub(super) fn lend(&self, open: &Open) {
        for signed in &self.feeds {
            let (origin, size) = (signed.claims().origin(), signed.claims().size());
            let names = signed.note().signatures().iter().filter(|one| one.name().as_str() != origin);
            names.for_each(|one| open.sender.add_member(origin, size, one.clone()));
        }
    }
}

/// Keeps what a witness has cosigned of our node log. Answers whether it is new.
pub(super) fn keep_head(open: &Open, witness: &PartyId, signed: &SignedCheckpoint) -> Done<Result<bool, String>> {
    let refused = |problem: &str| Ok(Err(problem.to_owned()));
    if !open.peers().iter().any(|peer| peer.party == *witness && peer.is_witness) {
        return refused("it cosigns our node log, and is not named as a witness here");
    }
    let ours = open.sender.root_at(&LogName::node(), signed.claims().size()).map_err(Failure::environment)?;
    let is_of_ours = ours == Some(*signed.claims().root());
    if signed.claims().origin() != log_origin(&open.party()) || !is_of_ours {
        return refused("it cosigns a head that our node log never had");
    }
    let keys = open.keys.get();
    let verifiers = keys.ring().find(*witness).map(witnesses::keys_of)?;
    if signed.verify(&verifiers).is_err() {
        return refused("its cosignature on our node log does not hold");
    }
    let mut kept = Cosigned::read(&open.home);
    let is_new = join(&mut kept.node, signed, &policy::belief::witness_name(witness));
    kept.node.sort_by_key(|head| head.claims().size());
    let surplus = kept.node.len().saturating_sub(MAX_HEADS);
    drop(kept.node.drain(..surplus));
    kept.write(&open.home).map(|()| Ok(is_new))
}

/// Keeps what a member has cosigned of one of our feeds, which was checked. Answers whether it is new.
pub(super) fn keep_feed(open: &Open, member: &PartyId, signed: &SignedCheckpoint) -> Done<bool> {
    let mut kept = Cosigned::read(&open.home);
    let (feed, size) = (FeedName::of(signed.claims().origin()), signed.claims().size());
    // Only the newest size of a feed is shown with cosignatures.
    let is_of = |one: &SignedCheckpoint| FeedName::of(one.claims().origin()) == feed;
    if kept.feeds.iter().any(|one| is_of(one) && one.claims().size() > size) {
        return Ok(false);
    }
    kept.feeds.retain(|one| !is_of(one) || one.claims().size() == size);
    let is_new = join(&mut kept.feeds, signed, &policy::belief::witness_name(member));
    kept.write(&open.home).map(|()| is_new)
}

/// Adds a checkpoint, or somebody's signatures to the same one.
fn join(all: &mut Vec<SignedCheckpoint>, signed: &SignedCheckpoint, name: &str) -> bool {
    let Some(known) = all.iter_mut().find(|one| one.claims() == signed.claims()) else {
        all.push(signed.clone());
        return true;
    };
    if !by(known, name).is_empty() {
        return false;
    }
    // A note that is full goes without the rest.
    by(signed, name).into_iter().filter_map(|one| known.add(one).ok()).count() > 0
}
