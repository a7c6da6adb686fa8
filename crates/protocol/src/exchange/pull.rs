//! One step of reading a feed.

mod bodies;
mod entries;
mod heads;

use std::collections::BTreeSet;
use std::fmt;

use policy::belief::{Delivery, Knowledge, Quorum, Verified};
use policy::control::{FeedHead, Sentence};
use policy::feed::ReadEntry;
use record::Record;
use record::digest::{BodyDigest, PartyId};
use record::key_history::KeyHistory;
use tlog::Hash;
use tlog::checkpoint::SignedCheckpoint;

use super::caught::Caught;
use super::files::{Files, Looked, NoTree};
use super::listing::ListedFeed;
use super::opened::Proven;
use super::resource::{LogId, Resource};

/// Entries that are taken in at once: those of one tile. A dropped line costs no more than asking for these again, and no
/// more than these lie in memory.
pub const MAX_PACKAGE: usize = 256;

/// Whose keys are known here.
pub trait Ring {
    /// The keys of a party.
    fn history(&self, party: &PartyId) -> Option<&KeyHistory>;

    /// Which of its key records were named to us, and when.
    fn knowledge(&self, party: &PartyId) -> &Knowledge;
}

/// The party whose feed is read, and by which witnesses it is believed.
#[derive(Clone, Copy)]
#[expect(clippy::exhaustive_structs, reason = "whoever reads must say all four")]
pub struct Peer<'p> {
    /// Who it is.
    pub party: PartyId,
    /// Keys, its own and those of whom it relays.
    pub ring: &'p dyn Ring,
    /// Whose cosignatures make a head one that we rely on.
    pub quorum: &'p Quorum,
    /// The number of what arrives now.
    pub delivery: Delivery,
}

impl fmt::Debug for Peer<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Peer({}, delivery {})", self.party, self.delivery.number())
    }
}

/// What a reader has kept of a sender.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Known {
    /// The newest head of its node log.
    pub node: Option<SignedCheckpoint>,
    /// The newest checkpoint of the feed.
    pub checkpoint: Option<SignedCheckpoint>,
    /// How far the feed was read.
    pub feed: FeedKnown,
    /// The leaf of the newest head statement.
    pub head: Option<u64>,
    /// Heads of the sender's node log and of the feed that other readers saw. They are believed as far as they are signed.
    pub seen_by_others: Vec<SignedCheckpoint>,
}

/// How far a feed was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct FeedKnown {
    /// Entries that were taken in.
    pub size: u64,
    /// The root over them.
    pub root: Hash,
}

impl Default for FeedKnown {
    fn default() -> Self {
        Self::new(0, Hash::EMPTY)
    }
}

impl FeedKnown {
    /// So many entries under this root.
    #[must_use]
    pub const fn new(size: u64, root: Hash) -> Self {
        Self { size, root }
    }
}

impl Known {
    /// What was kept.
    #[must_use]
    pub const fn new(node: Option<SignedCheckpoint>, checkpoint: Option<SignedCheckpoint>, feed: FeedKnown) -> Self {
        Self { node, checkpoint, feed, head: None, seen_by_others: Vec::new() }
    }

    /// With the leaf of the newest head statement: no older one is taken for news.
    #[must_use]
    pub const fn with_head(mut self, leaf: u64) -> Self {
        self.head = Some(leaf);
        self
    }

    /// With heads that other readers saw: whoever is shown another history than they were notices.
    #[must_use]
    pub fn with_seen_by_others(mut self, heads: Vec<SignedCheckpoint>) -> Self {
        self.seen_by_others = heads;
        self
    }
}

/// What a step came to.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "whoever drives the steps must act on each")]
pub enum Step {
    /// These files come first; then the step is taken again. Where `peer/profile` is among them, the keys in it come first.
    Fetch(BTreeSet<Resource>),
    /// The head is signed and logged, and not all that we rely on have cosigned it yet.
    Pending(Box<policy::belief::Doubt>),
    /// Something is wrong, and nothing was taken in.
    Caught(Box<Caught>),
    /// There is nothing beyond what is known.
    UpToDate(Box<Seen>),
    /// The next entries. There may be more behind them.
    Package(Box<Package>),
}

/// The sender's heads, checked.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Seen {
    /// The head statement.
    pub head: Proven,
    /// The head of the node log that proves it.
    pub node: SignedCheckpoint,
    /// The feed's checkpoint, with whoever cosigned it.
    pub feed: SignedCheckpoint,
    /// Something to tell a person that does not stop the reading.
    pub warnings: Vec<Caught>,
}

impl Seen {
    /// What the statement says of the feed. None is never the case: no other statement gets here.
    #[must_use]
    pub fn stated(&self) -> Option<&FeedHead> {
        match &self.head.told().stated().sentence {
            Sentence::Head(head) => Some(head),
            Sentence::Acknowledgement(_)
            | Sentence::RecallAnswer(_)
            | Sentence::Silence(_)
            | Sentence::Deposit(_)
            | Sentence::NoDeposit(_)
            | Sentence::DepositWithdrawn(_) => None,
        }
    }
}

/// Entries that arrived, in order and without a gap.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Package {
    /// The heads under which they came.
    pub seen: Seen,
    /// The entries.
    pub entries: Vec<Arrived>,
    /// How far the feed is read with them.
    pub reached: FeedKnown,
    /// Whether the head statement tells of more.
    pub has_more: bool,
}

/// An entry that arrived.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Arrived {
    /// Its index in the feed.
    pub index: u64,
    /// As the feed has it.
    pub octets: Vec<u8>,
    /// What it says.
    pub entry: ReadEntry,
    /// What came with it.
    pub content: Content,
}

/// What came with an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "what did not come must be told from what never was")]
pub enum Content {
    /// It releases nothing.
    None,
    /// A record that counts, as far as it is shown.
    Record(Box<Verified<Record>>),
    /// The body was erased by its sender, and an entry says so.
    Erased,
    /// The sender answers that the body, of this digest, was erased, and no entry that was read says so yet: it may come behind, or
    /// the body is kept back.
    SaidErased(BodyDigest),
    /// A record that is signed, of which something is still lacking.
    Doubted(Box<policy::belief::Doubt>, Vec<u8>),
    /// The body did not come, or is not what it must be.
    Lacking(Box<Caught>),
}

/// Why a step ends early.
pub(super) enum Stop {
    /// Files are wanted.
    NotYet,
    /// Witnesses are.
    Pending(policy::belief::Doubt),
    /// Something is wrong.
    Caught(Caught),
}

impl From<Caught> for Stop {
    fn from(caught: Caught) -> Self {
        Self::Caught(caught)
    }
}

impl Stop {
    /// What a missing hash of a log means.
    pub(super) fn of_tree(log: LogId, no: NoTree) -> Self {
        match no {
            NoTree::NotYet => Self::NotYet,
            NoTree::Withheld(path, absence) => Caught::Withheld { resource: Resource::Tile(log, path), absence }.into(),
            NoTree::Wrong(problem) => Caught::Tampered { problem: format!("{log}: {problem}") }.into(),
        }
    }
}

/// Takes the next step in reading a feed, with the files that came so far.
#[must_use]
pub fn pull(known: &Known, feed: &ListedFeed, peer: &Peer<'_>, files: &Files) -> Step {
    let mut looked = files.look();
    match step(known, feed, peer, &mut looked) {
        Ok(step) => step,
        Err(Stop::NotYet) => Step::Fetch(looked.wanted()),
        Err(Stop::Pending(doubt)) => Step::Pending(Box::new(doubt)),
        // Keys that came after our copy of the profile make an honest peer look like a stranger.
        Err(Stop::Caught(caught)) if is_of_keys(&caught) && looked.get(Resource::Profile).is_none() => {
            Step::Fetch(looked.wanted())
        }
        Err(Stop::Caught(caught)) => Step::Caught(Box::new(caught)),
    }
}

/// Whether newer keys could mend it.
const fn is_of_keys(caught: &Caught) -> bool {
    matches!(caught, Caught::Disbelieved { .. } | Caught::Malformed { resource: Resource::Checkpoint(_), .. })
}

fn step(known: &Known, feed: &ListedFeed, peer: &Peer<'_>, looked: &mut Looked<'_>) -> Result<Step, Stop> {
    let seen = heads::check(known, feed, peer, looked)?;
    let stated = seen.stated().map_or(0, |head| head.size);
    if stated <= known.feed.size {
        return Ok(Step::UpToDate(Box::new(seen)));
    }
    let read = entries::read(known, feed, &seen, looked)?;
    let has_more = read.reached.size < stated;
    let entries = bodies::read(feed, peer, &seen, (read.entries, !has_more), looked)?;
    Ok(Step::Package(Box::new(Package { seen, entries, reached: read.reached, has_more })))
}

/// A file that must be there.
pub(super) fn must<'f>(looked: &mut Looked<'f>, resource: Resource) -> Result<&'f [u8], Stop> {
    match looked.get(resource) {
        None => Err(Stop::NotYet),
        Some(Ok(octets)) => Ok(octets),
        Some(Err(absence)) => Err(Caught::Withheld { resource, absence }.into()),
    }
}

/// A peer's keys, which whoever reads its feeds has.
pub(super) fn history<'p>(peer: &Peer<'p>, looked: &mut Looked<'_>) -> Result<&'p KeyHistory, Stop> {
    let party = peer.party;
    match peer.ring.history(&party) {
        Some(history) => Ok(history),
        None => {
            let _profile = must(looked, Resource::Profile)?;
            let problem = format!("it holds no key record of party {party}");
            Err(Caught::Malformed { resource: Resource::Profile, problem }.into())
        }
    }
}
