//! The heads of a sender: the statement, the node log beneath it, and the feed beside it.

use policy::belief::{Doubt, Evidence, verifiers_of};
use policy::control::{FeedHead, Sentence};
use record::digest::KeyRecordDigest;
use record::key_history::KeyHistory;
use tlog::checkpoint::{Checkpoint, SignedCheckpoint};
use tlog::fork::{Conflict, Fork};
use tlog::log_proof::LogProof;
use tlog::note::VerifierKey;
use tlog::proof::{BuildError, consistency};
use tlog::{Hash, Subtree};

use super::{Known, Peer, Seen, Stop, bodies, history, must};
use crate::exchange::caught::{Caught, FalseHead};
use crate::exchange::files::{LogTree, Looked, NoTree};
use crate::exchange::listing::ListedFeed;
use crate::exchange::opened::{Disbelieved, Opened, Proven};
use crate::exchange::resource::{LogId, Resource};

/// Checks all three, and that they continue what was known.
pub(super) fn check(known: &Known, feed: &ListedFeed, peer: &Peer<'_>, looked: &mut Looked<'_>) -> Result<Seen, Stop> {
    let head = statement(feed, peer, looked)?;
    let (known_leaf, leaf) = (known.head.unwrap_or(0), head.verified().log_place().index());
    if leaf < known_leaf {
        return Err(Caught::OldHead { known: known_leaf, shown: leaf }.into());
    }
    let node = head.verified().log_place().checkpoint().clone();
    let history = history(peer, looked)?;
    continues_node(known, &node, history, looked)?;
    let shown = feed_checkpoint(feed, history, looked)?;
    if let Some(before) = &known.checkpoint {
        continues(LogId::Feed(feed.name()), before, &shown, &verifiers_of(history, &feed.origin), looked)?;
    }
    others_saw(known, (&node, &shown), feed, history, looked)?;
    let mut seen = Seen { head, node, feed: shown, warnings: Vec::new() };
    let Some(stated) = seen.stated().cloned() else { return Err(no_head(feed)) };
    agrees(known, &stated, feed, &seen, looked)?;
    let shown = seen.feed.claims().size();
    if shown > stated.size {
        seen.warnings.push(Caught::Unannounced { stated: stated.size, shown });
    }
    Ok(seen)
}

fn no_head(feed: &ListedFeed) -> Stop {
    let (resource, problem) = (Resource::Head(feed.name()), "it is not about this feed".to_owned());
    Caught::Malformed { resource, problem }.into()
}

/// The head statement, believed.
fn statement(feed: &ListedFeed, peer: &Peer<'_>, looked: &mut Looked<'_>) -> Result<Proven, Stop> {
    let resource = Resource::Head(feed.name());
    let octets = must(looked, resource)?;
    let malformed = |problem: String| Stop::from(Caught::Malformed { resource, problem });
    let opened = Opened::read(octets).map_err(|error| malformed(error.to_string()))?;
    if opened.claimed_issuer() != peer.party {
        return Err(no_head(feed));
    }
    let history = history(peer, looked)?;
    let proven = believe((resource, opened), history, peer, looked)?;
    match &proven.told().stated().sentence {
        Sentence::Head(head) if is_of(head, feed) => {
            check_leaf(head, &proven)?;
            check_key(feed, &proven)?;
            Ok(proven)
        }
        Sentence::Head(_)
        | Sentence::Acknowledgement(_)
        | Sentence::RecallAnswer(_)
        | Sentence::Silence(_)
        | Sentence::Deposit(_)
        | Sentence::NoDeposit(_)
        | Sentence::DepositWithdrawn(_) => Err(no_head(feed)),
    }
}

fn is_of(head: &FeedHead, feed: &ListedFeed) -> bool {
    head.feed == feed.origin && head.agreement == feed.agreement && head.epoch == feed.epoch
}

/// The statement's leaf comes after the size of the node log that it speaks of: otherwise it would promise the future.
fn check_leaf(head: &FeedHead, proven: &Proven) -> Result<(), Stop> {
    let leaf = proven.verified().log_place().index();
    if leaf >= head.node_size {
        return Ok(());
    }
    let problem = format!("leaf {leaf} speaks of a node log of {} leaves", head.node_size);
    Err(Caught::Malformed { resource: Resource::Head(crate::exchange::FeedName::of(&head.feed)), problem }.into())
}

/// A statement names the key record that it is signed under: otherwise it would name a retirement and pass over it.
fn check_key(feed: &ListedFeed, proven: &Proven) -> Result<(), Stop> {
    let (signed, stated) = (proven.verified().record(), proven.told().stated().key);
    let is_below = stated.leaf < proven.verified().log_place().index();
    if signed.content().key_record() == stated.key_record && is_below {
        return Ok(());
    }
    let problem = "it names another key record in force than the one that it is signed under".to_owned();
    Err(Caught::Malformed { resource: Resource::Head(feed.name()), problem }.into())
}

/// Believes a statement, and asks for keys and proofs of keys where they are lacking.
fn believe(
    (resource, opened): (Resource, Opened),
    history: &KeyHistory,
    peer: &Peer<'_>,
    looked: &mut Looked<'_>,
) -> Result<Proven, Stop> {
    let knowledge = peer.ring.knowledge(&peer.party);
    let mut proofs = Vec::new();
    loop {
        let evidence = |proof: LogProof| {
            let start = Evidence::new(proof, peer.delivery);
            proofs
                .iter()
                .fold(start, |all, (key, proof): &(KeyRecordDigest, LogProof)| all.with_key_record(*key, proof.clone()))
        };
        let claimed = opened.claims().key_record();
        match opened.clone().verify(evidence, history, peer.quorum, knowledge) {
            Ok(proven) => return Ok(proven),
            Err(Disbelieved::Doubt(Doubt::QuorumUnmet(lack))) => return Err(Stop::Pending(Doubt::QuorumUnmet(lack))),
            Err(Disbelieved::Doubt(Doubt::LeafUnproved { key_record, .. })) => {
                proofs.push((key_record, key_proof(key_record, looked)?));
            }
            // A key record that came after our copy of the profile: the newest profile has it.
            Err(_) if history.get(&claimed).is_none() => {
                let _profile = must(looked, Resource::Profile)?;
                let doubt = Box::new(Doubt::UnknownKeyRecord { key_record: claimed });
                return Err(Caught::Disbelieved { about: "a head statement".to_owned(), doubt }.into());
            }
            Err(Disbelieved::Doubt(doubt)) => {
                return Err(Caught::Disbelieved { about: "a head statement".to_owned(), doubt: Box::new(doubt) }.into());
            }
            Err(other) => return Err(Caught::Malformed { resource, problem: other.to_string() }.into()),
        }
    }
}

/// The proof of a key record's leaf.
pub(super) fn key_proof(key_record: KeyRecordDigest, looked: &mut Looked<'_>) -> Result<LogProof, Stop> {
    let resource = Resource::KeyProof(key_record);
    let octets = must(looked, resource)?;
    LogProof::parse(octets).map_err(|error| Caught::Malformed { resource, problem: error.to_string() }.into())
}

/// The node log has grown from what was known, or stayed.
fn continues_node(
    known: &Known,
    shown: &SignedCheckpoint,
    history: &KeyHistory,
    looked: &mut Looked<'_>,
) -> Result<(), Stop> {
    let Some(before) = &known.node else { return Ok(()) };
    let keys = policy::belief::log_verifiers(history);
    continues(LogId::Node, before, shown, &keys, looked)
}

/// Both logs continue what other readers saw of them. What is larger than what we are shown, or not signed, says nothing.
fn others_saw(
    known: &Known,
    (node, shown): (&SignedCheckpoint, &SignedCheckpoint),
    feed: &ListedFeed,
    history: &KeyHistory,
    looked: &mut Looked<'_>,
) -> Result<(), Stop> {
    for (log, ours) in [(LogId::Node, node), (LogId::Feed(feed.name()), shown)] {
        let (origin, size) = (ours.claims().origin(), ours.claims().size());
        let keys = verifiers_of(history, origin);
        let of_log = known.seen_by_others.iter().filter(|it| it.claims().origin() == origin);
        for other in of_log.filter(|it| it.claims().size() <= size && it.verify(&keys).is_ok()) {
            continues(log, other, ours, &keys, looked)?;
        }
    }
    Ok(())
}

/// A log has grown from one signed head to another. What it did instead is proved, where it can be.
pub(super) fn continues(
    log: LogId,
    before: &SignedCheckpoint,
    shown: &SignedCheckpoint,
    keys: &[VerifierKey],
    looked: &mut Looked<'_>,
) -> Result<(), Stop> {
    let (old, new) = (before.claims(), shown.claims());
    if old.size() > new.size() {
        return Err(Caught::Rollback { known: Box::new(before.clone()), shown: Box::new(shown.clone()) }.into());
    }
    if old.size() == new.size() {
        let conflict = (old.root() != new.root()).then_some(Conflict::SameSize);
        return conflict.map_or(Ok(()), |conflict| Err(forked(keys, &conflict, before, shown)));
    }
    let mut tree = open(log, new, looked)?;
    let root = root_at(log, &mut tree, old.size())?;
    if root == *old.root() {
        return Ok(());
    }
    let proof = proof(log, &mut tree, old.size(), new.size())?;
    Err(forked(keys, &Conflict::OtherPrefix { root, proof }, before, shown))
}

/// Evidence of a fork, by whichever key signed both.
fn forked(keys: &[VerifierKey], conflict: &Conflict, first: &SignedCheckpoint, second: &SignedCheckpoint) -> Stop {
    let fork = |key: &VerifierKey| Fork::new(key.clone(), conflict.clone(), first.clone(), second.clone());
    let proved = keys.iter().map(fork).find(|fork| fork.check().is_ok());
    let Some(fork) = proved else {
        let problem = "two heads contradict one another, and no one key signed both".to_owned();
        return Caught::Tampered { problem }.into();
    };
    Caught::Fork(Box::new(fork)).into()
}

/// The feed's checkpoint, signed by the sender's log keys.
fn feed_checkpoint(feed: &ListedFeed, history: &KeyHistory, looked: &mut Looked<'_>) -> Result<SignedCheckpoint, Stop> {
    let resource = Resource::Checkpoint(LogId::Feed(feed.name()));
    let octets = must(looked, resource)?;
    let malformed = |problem: String| Stop::from(Caught::Malformed { resource, problem });
    let signed = SignedCheckpoint::parse(octets).map_err(|error| malformed(error.to_string()))?;
    if signed.claims().origin() != feed.origin {
        return Err(malformed("it is that of another log".to_owned()));
    }
    let keys = verifiers_of(history, &feed.origin);
    let _vouched = signed.verify(&keys).map_err(|error| malformed(error.to_string()))?;
    Ok(signed)
}

/// Statement and checkpoint say the same, and both continue what was read.
fn agrees(
    known: &Known,
    stated: &FeedHead,
    feed: &ListedFeed,
    seen: &Seen,
    looked: &mut Looked<'_>,
) -> Result<(), Stop> {
    let (log, shown) = (LogId::Feed(feed.name()), seen.feed.claims());
    if shown.size() < stated.size {
        // Both can be true, at two moments: it is an old copy of the feed, and proves nothing against anybody.
        return Err(Caught::Behind { stated: stated.size, shown: shown.size() }.into());
    }
    let mut tree = open(log, shown, looked)?;
    let root = root_at(log, &mut tree, stated.size)?;
    if root != stated.root {
        let proof =
            if stated.size == shown.size() { Vec::new() } else { proof(log, &mut tree, stated.size, shown.size())? };
        return Err(false_head(seen, root, proof));
    }
    if known.feed.size > shown.size() || root_at(log, &mut tree, known.feed.size)? != known.feed.root {
        let problem = format!("the feed does not continue the {} entries that were read", known.feed.size);
        return Err(Caught::Tampered { problem }.into());
    }
    Ok(())
}

fn false_head(seen: &Seen, root: Hash, proof: Vec<Hash>) -> Stop {
    let head = FalseHead::new(seen.head.to_opened(), seen.feed.clone(), root, proof);
    Caught::FalseHead(Box::new(head)).into()
}

pub(super) fn open<'l, 'f>(
    log: LogId,
    claims: &Checkpoint,
    looked: &'l mut Looked<'f>,
) -> Result<LogTree<'l, 'f>, Stop> {
    looked.tree(log, claims.size(), claims.root()).map_err(|no| Stop::of_tree(log, no))
}

/// The root that a tree had at a smaller size.
pub(super) fn root_at(log: LogId, tree: &mut LogTree<'_, '_>, size: u64) -> Result<Hash, Stop> {
    if size > tree.size() {
        let problem = format!("{log} has {} leaves, where {size} were known", tree.size());
        return Err(Caught::Tampered { problem }.into());
    }
    Subtree::whole(size).hash(tree).map_err(|error| Stop::of_tree(log, error.into()))
}

fn proof(log: LogId, tree: &mut LogTree<'_, '_>, old: u64, new: u64) -> Result<Vec<Hash>, Stop> {
    if old == 0 {
        return Ok(Vec::new());
    }
    consistency(tree, old, new).map_err(|error| match error {
        BuildError::Reader(error) => Stop::of_tree(log, NoTree::from(error)),
        other @ (BuildError::Asked(_) | _) => Caught::Tampered { problem: bodies::asked(&other) }.into(),
    })
}
