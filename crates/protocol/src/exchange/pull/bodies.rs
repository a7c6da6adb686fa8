//! What entries release: leaves proved in the sender's node log, and records that count.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use policy::belief::{Doubt, Evidence, Heads, Knowledge};
use policy::feed::{ReadEntry, ReleaseEntry, body_digest};
use record::digest::{BodyDigest, PartyId};
use record::json::{self, Json};
use record::key_history::{KeyHistory, Moment};
use record::{Record, Signed, Unverified};
use tlog::Hash;
use tlog::checkpoint::SignedCheckpoint;
use tlog::log_proof::LogProof;
use tlog::proof::{BuildError, inclusion};
use tlog::subtree::{Node, NodeReader as _};
use tlog::tiled::TiledError;

use super::entries::Standing;
use super::{Arrived, Content, Peer, Seen, Stop, heads};
use crate::exchange::caught::Caught;
use crate::exchange::files::{Absence, EntryRead, LogTree, Looked, NoTree};
use crate::exchange::listing::ListedFeed;
use crate::exchange::resource::{LogId, Resource};

/// What came with each entry. All files that are lacking are asked for at once.
pub(super) fn read(
    feed: &ListedFeed,
    peer: &Peer<'_>,
    seen: &Seen,
    (entries, is_last): (Vec<Standing>, bool),
    looked: &mut Looked<'_>,
) -> Result<Vec<Arrived>, Stop> {
    // Bodies are asked for beside the tiles that prove their leaves: on a slow line each round trip counts.
    let proofs = match leaves(seen, &entries, looked) {
        Err(Stop::NotYet) => None,
        done => Some(done?),
    };
    let erased = erased(&entries);
    let releases = entries.iter().filter_map(|one| Some((one.index, release(one)?)));
    for (index, release) in releases.filter(|(index, _)| !erased.contains(index)) {
        let _asked = (index, looked.get(Resource::Body(feed.name(), release.body)));
    }
    let Some(proofs) = proofs.filter(|_| !looked.wants()) else {
        looked.remember(entries.into_iter().map(|one| one.read));
        return Err(Stop::NotYet);
    };
    let mut reading = Reading::new(feed, peer, seen);
    let mut arrived = Vec::new();
    for (one, proof) in entries.into_iter().zip(proofs) {
        let content = match (release(&one), proof) {
            (Some(_), _) if erased.contains(&one.index) => Content::Erased,
            (Some(entry), Some(proof)) => {
                let (index, body) = (one.index, entry.body);
                let content = content(&mut reading, (index, entry), proof, looked)?;
                // Said to be erased, and no entry up to the feed's end says so: then it is withheld.
                let is_withheld = is_last && matches!(content, Content::SaidErased(_));
                if is_withheld { Content::Lacking(Box::new(Caught::MissingBody { index, body })) } else { content }
            }
            _ => Content::None,
        };
        let EntryRead { octets, entry, leaf: _ } = one.read;
        arrived.push(Arrived { index: one.index, octets, entry, content });
    }
    if looked.wants() { Err(Stop::NotYet) } else { Ok(arrived) }
}

fn release(one: &Standing) -> Option<&ReleaseEntry> {
    if let ReadEntry::Release(release) = &one.read.entry { Some(release) } else { None }
}

/// Entries of this package whose bodies a later one says to be erased.
fn erased(entries: &[Standing]) -> BTreeSet<u64> {
    let erased = entries.iter().filter_map(|one| match &one.read.entry {
        ReadEntry::Erased(erased) => Some(erased.index),
        ReadEntry::Release(_) | ReadEntry::Recall(_) | ReadEntry::Marks(_) | ReadEntry::Close { .. } | _ => None,
    });
    erased.collect()
}

/// The proof of each released leaf in the sender's node log; none for an entry that releases nothing.
fn leaves(seen: &Seen, entries: &[Standing], looked: &mut Looked<'_>) -> Result<Vec<Option<LogProof>>, Stop> {
    let node_size = seen.stated().map_or(0, |head| head.node_size);
    let node = Arc::new(seen.node.clone());
    let mut tree = heads::open(LogId::Node, node.claims(), looked)?;
    let (mut proofs, mut is_lacking) = (Vec::new(), false);
    for one in entries {
        let Some(release) = release(one) else {
            proofs.push(None);
            continue;
        };
        let (index, node_index) = (one.index, release.node_index);
        if node_index >= node_size {
            return Err(Caught::BeyondHead { index, node_index, node_size }.into());
        }
        match leaf(&mut tree, &node, index, release) {
            Ok(proof) => proofs.push(Some(proof)),
            Err(Stop::NotYet) => is_lacking = true,
            Err(other) => return Err(other),
        }
    }
    if is_lacking { Err(Stop::NotYet) } else { Ok(proofs) }
}

fn leaf(
    tree: &mut LogTree<'_, '_>,
    node: &Arc<SignedCheckpoint>,
    index: u64,
    release: &ReleaseEntry,
) -> Result<LogProof, Stop> {
    let hashes = inclusion(tree, release.node_index, node.claims().size()).map_err(|error| match error {
        BuildError::Reader(error) => Stop::of_tree(LogId::Node, NoTree::from(error)),
        other @ (BuildError::Asked(_) | _) => Caught::BadEntry { index, problem: asked(&other) }.into(),
    })?;
    let shown = tree.node(Node::new(0, release.node_index));
    let shown = shown.map_err(|error| Stop::of_tree(LogId::Node, NoTree::from(error)))?;
    // Each hash of the tree was checked up to the root that is signed: the leaf is in the log if it is the one in its tile.
    if shown != Hash::leaf(release.commitment.octets()) {
        let problem = format!("leaf {} of the node log is not the one that it names", release.node_index);
        return Err(Caught::BadEntry { index, problem }.into());
    }
    Ok(LogProof::new(Some(release.salt.to_vec()), release.node_index, hashes, Arc::clone(node)))
}

pub(super) fn asked(error: &BuildError<TiledError<Option<Absence>>>) -> String {
    if let BuildError::Asked(error) = error { error.to_string() } else { "a proof of it cannot be made".to_owned() }
}

/// What the bodies of one package are held to.
struct Reading<'r, 'p> {
    feed: &'r ListedFeed,
    peer: &'r Peer<'p>,
    /// The heads of each author's log, under the keys and the quorum that `peer` has: both stay while the package is read.
    heads: BTreeMap<PartyId, Heads<'p>>,
    /// Which key records of the peer were named to us, with the one that its head statement names: who sends a record together
    /// with the retirement of its key has told us.
    knowledge: Knowledge,
}

impl<'r, 'p> Reading<'r, 'p> {
    fn new(feed: &'r ListedFeed, peer: &'r Peer<'p>, seen: &Seen) -> Self {
        let mut knowledge = peer.ring.knowledge(&peer.party).clone();
        let named = seen.head.told().stated().key;
        knowledge.name(named.key_record, peer.delivery, named.leaf);
        Self { feed, peer, heads: BTreeMap::new(), knowledge }
    }
}

fn content(
    reading: &mut Reading<'_, '_>,
    (index, release): (u64, &ReleaseEntry),
    proof: LogProof,
    looked: &mut Looked<'_>,
) -> Result<Content, Stop> {
    let peer = reading.peer;
    let body = match looked.get(Resource::Body(reading.feed.name(), release.body)) {
        None => return Err(Stop::NotYet),
        Some(Ok(body)) => body,
        // The entry that says so may come in a later package; whoever reads on looks for it.
        Some(Err(Absence::Erased)) => return Ok(Content::SaidErased(BodyDigest::from_octets(release.body))),
        Some(Err(_)) => return Ok(Content::Lacking(Box::new(Caught::MissingBody { index, body: release.body }))),
    };
    let tampered =
        |problem: String| Ok(Content::Lacking(Box::new(Caught::TamperedBody { index, body: release.body, problem })));
    if body.len() != release.body_bytes || body_digest(body) != release.body {
        return tampered("its digest is another than the entry's".to_owned());
    }
    let Some(parts) = Parts::read(body) else { return tampered("it holds no record".to_owned()) };
    let author = parts.record.claimed_issuer();
    let Some(history) = peer.ring.history(&author) else {
        let doubt = Doubt::AnotherParty { expected: peer.party, found: author };
        return Ok(Content::Doubted(Box::new(doubt), body.to_vec()));
    };
    let key_record = parts.record.claimed_key_record();
    if author != peer.party && history.get(&key_record).is_none() {
        return Ok(Content::Doubted(Box::new(Doubt::UnknownKeyRecord { key_record }), body.to_vec()));
    }
    let signed = match parts.record.verify(history, Moment::AsNamed) {
        Ok(signed) => signed,
        Err(error) => return tampered(error.to_string()),
    };
    if signed.digest() != release.record {
        return tampered("it holds another record than the entry names".to_owned());
    }
    if signed.commitment(&release.salt) != release.commitment {
        return tampered("the leaf does not commit to it".to_owned());
    }
    let proof = if author == peer.party { Some(proof) } else { parts.author_proof };
    believed((signed, body), proof, history, reading, looked)
}

fn believed<'p>(
    (signed, body): (Signed<Record>, &[u8]),
    proof: Option<LogProof>,
    history: &'p KeyHistory,
    reading: &mut Reading<'_, 'p>,
    looked: &mut Looked<'_>,
) -> Result<Content, Stop> {
    let doubted = |doubt| Ok(Content::Doubted(Box::new(doubt), body.to_vec()));
    let Some(proof) = proof else { return doubted(Doubt::Unlogged) };
    let (peer, author) = (reading.peer, history.party());
    let heads = reading.heads.entry(author).or_insert_with(|| Heads::new(history, peer.quorum));
    let knowledge = if author == peer.party { &reading.knowledge } else { peer.ring.knowledge(&author) };
    let (mut evidence, mut signed) = (Evidence::new(proof, peer.delivery), signed);
    loop {
        let returned = match heads.verify_or_return(signed, &evidence, knowledge) {
            Ok(verified) => return Ok(Content::Record(Box::new(verified))),
            Err(returned) => *returned,
        };
        let lacking =
            if let Doubt::LeafUnproved { key_record, .. } = &returned.doubt { Some(*key_record) } else { None };
        let Some(key_record) = lacking.filter(|_| author == peer.party) else { return doubted(returned.doubt) };
        evidence = evidence.with_key_record(key_record, heads::key_proof(key_record, looked)?);
        signed = returned.signed;
    }
}

/// A body: a record, or one that is relayed with its author's proof.
struct Parts {
    record: Unverified,
    author_proof: Option<LogProof>,
}

impl Parts {
    fn read(body: &[u8]) -> Option<Self> {
        if let Ok(record) = Unverified::read(body) {
            return Some(Self { record, author_proof: None });
        }
        let Ok(Json::Object(map)) = json::parse(body) else { return None };
        let record = Unverified::read(map.get("record")?.to_text().as_bytes()).ok()?;
        let proof = LogProof::parse(map.text("author_proof")?.as_bytes()).ok()?;
        (map.len() == 2).then_some(Self { record, author_proof: Some(proof) })
    }
}
