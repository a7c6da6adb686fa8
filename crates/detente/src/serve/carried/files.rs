//! The files that go into a bundle: what the recipient's reader will ask for, found by reading our own feeds as it will.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::BufWriter;

use bundle::Writer;
use node::exchange::Answer;
use policy::belief::{Delivery, Quorum};
use protocol::exchange::{Absence, FeedKnown, Files, Known, ListedFeed, LogId, Peer, Resource, Step, pull};
use record::digest::PartyId;
use record::time::Timestamp;
use tlog::checkpoint::SignedCheckpoint;
use tlog::tile::{TileKind, tiles_between};

use super::paths::Carried;
use super::upkeep::{Tell, failed};
use crate::outcome::{Done, Failure};
use crate::serve::open::Open;

/// Files after which a bundle takes no further entries: each costs memory here and there. What is left goes into the next one,
/// once this one was acknowledged.
const ENOUGH_FILES: usize = 1 << 19;

/// Rounds of files for one package, as a reader allows them.
const MAX_ROUNDS: usize = 64;

/// A bundle that is being written.
pub(super) struct Packing<'p> {
    open: &'p Open,
    to: PartyId,
    now: Timestamp,
    writer: Writer<BufWriter<&'p File>>,
    added: BTreeSet<Carried>,
    tell: Tell<'p>,
}

impl<'p> Packing<'p> {
    pub(super) const fn new(
        open: &'p Open,
        (to, now): (PartyId, Timestamp),
        writer: Writer<BufWriter<&'p File>>,
        tell: Tell<'p>,
    ) -> Self {
        Self { open, to, now, writer, added: BTreeSet::new(), tell }
    }

    /// How many files it has.
    pub(super) fn files(&self) -> usize {
        self.added.len()
    }

    /// Ends the bundle.
    pub(super) fn finish(self) -> Done {
        let out = self.writer.finish().map_err(Failure::environment)?;
        out.into_inner().map(drop).map_err(Failure::environment)
    }

    /// Adds a file, unless it is there already.
    pub(super) fn add(&mut self, what: Carried, octets: Vec<u8>) -> Done {
        if !self.added.insert(what) {
            return Ok(());
        }
        let path = what.to_string().parse().map_err(Failure::environment)?;
        self.writer.add(path, octets).map_err(Failure::environment)
    }

    /// Adds a file of ours as the recipient would be answered over a line, and answers what that was.
    pub(super) fn serve(&mut self, resource: Resource) -> Done<Result<Vec<u8>, Absence>> {
        let answer = self.open.sender.answer(Some(&self.to), &resource, self.open, self.now).map_err(failed)?;
        match answer {
            Answer::Octets(octets) => {
                self.add(Carried::File(resource), octets.clone())?;
                Ok(Ok(octets))
            }
            Answer::Erased => {
                if let Resource::Body(feed, digest) = resource {
                    self.add(Carried::Erased(feed, digest), Vec::new())?;
                }
                Ok(Err(Absence::Erased))
            }
            Answer::NotThere => Ok(Err(Absence::NotThere)),
        }
    }

    /// The hashes by which a reader sees that a log continues whatever it may know of it, from this size on.
    pub(super) fn serve_hashes(&mut self, log: LogId, from: u64) -> Done {
        let Ok(octets) = self.serve(Resource::Checkpoint(log))? else { return Ok(()) };
        let shown = SignedCheckpoint::parse(&octets).map_err(Failure::environment)?;
        let size = shown.claims().size();
        let edge = tlog::tiled::edge_tiles(size);
        for path in edge.chain(tiles_between(from, size)).filter(|path| path.kind() != TileKind::Entries) {
            let _answer = self.serve(Resource::Tile(log, path))?;
        }
        Ok(())
    }

    /// Adds a feed from where it was acknowledged, package by package. Answers how many entries that are, and whether there are
    /// more.
    pub(super) fn serve_feed(&mut self, feed: &ListedFeed, acknowledged: FeedKnown) -> Done<(u64, bool)> {
        self.serve_hashes(LogId::Feed(feed.name()), acknowledged.size)?;
        let (mut reached, mut has_more) = (acknowledged, false);
        loop {
            match self.step(feed, reached)? {
                Step::Package(package) => {
                    (reached, has_more) = (package.reached, package.has_more);
                    self.tell.now(&format!("feed {}: {} entries", feed.name(), reached.size));
                    if !package.has_more || self.added.len() >= ENOUGH_FILES {
                        break;
                    }
                }
                Step::UpToDate(_) => break,
                Step::Pending(doubt) => return Err(unsound(feed, &doubt)),
                Step::Caught(caught) => return Err(unsound(feed, &caught)),
                Step::Fetch(_) => return Err(unsound(feed, &"it needs more rounds of files than a reader allows")),
            }
        }
        Ok((reached.size.saturating_sub(acknowledged.size), has_more))
    }

    /// Reads one package of our own as the recipient will, and packs whatever that takes.
    fn step(&mut self, feed: &ListedFeed, reached: FeedKnown) -> Done<Step> {
        let (known, keys) = (Known::new(None, None, reached), self.open.keys.get());
        // Whose cosignatures the recipient asks for is its own matter.
        let quorum = Quorum::none();
        let peer = Peer { party: self.open.party(), ring: &*keys, quorum: &quorum, delivery: Delivery::new(0) };
        let mut files = Files::new();
        let mut step = Step::Fetch(BTreeSet::new());
        for _ in 0..MAX_ROUNDS {
            step = pull(&known, feed, &peer, &files);
            let Step::Fetch(wanted) = &step else { break };
            for resource in wanted {
                match self.serve(*resource)? {
                    Ok(octets) => files.put(*resource, octets),
                    Err(absence) => files.lacks(*resource, absence),
                }
            }
        }
        Ok(step)
    }
}

/// A reader would refuse what this node serves: better said here than there.
fn unsound(feed: &ListedFeed, problem: &impl ToString) -> Failure {
    Failure::refused(format!("feed {} would be refused: {}", feed.name(), problem.to_string()))
        .advise("look for what is damaged here with: detente verify DIR")
}
