//! The next entries of a feed, each checked against the tree that its checkpoint signs.

use policy::feed::ReadEntry;
use tlog::bundle::read_entries;
use tlog::tile::{TileKind, TilePath};
use tlog::{Hash, Subtree};

use super::{FeedKnown, Known, MAX_PACKAGE, Seen, Stop, heads, must};
use crate::exchange::caught::Caught;
use crate::exchange::files::{EntryRead, Looked};
use crate::exchange::listing::ListedFeed;
use crate::exchange::resource::{LogId, Resource};

/// Octets of bodies that are taken in at once: a package lies in memory whole, and a sender chooses how long its bodies are.
const MAX_PACKAGE_BYTES: usize = 32 * 1024 * 1024;

/// An entry that stands in the feed.
pub(super) struct Standing {
    pub(super) index: u64,
    pub(super) read: EntryRead,
}

impl Standing {
    /// Octets of the body that it names.
    const fn body_bytes(&self) -> usize {
        if let ReadEntry::Release(release) = &self.read.entry { release.body_bytes } else { 0 }
    }
}

pub(super) struct Read {
    pub(super) entries: Vec<Standing>,
    pub(super) reached: FeedKnown,
}

/// Reads from where we are to the end of that tile, or to where the head statement ends: what stands behind it is not said
/// to be there yet.
pub(super) fn read(known: &Known, feed: &ListedFeed, seen: &Seen, looked: &mut Looked<'_>) -> Result<Read, Stop> {
    let (log, shown) = (LogId::Feed(feed.name()), seen.feed.claims());
    let stated = seen.stated().map_or(0, |head| head.size);
    let (from, width) = (known.feed.size, MAX_PACKAGE as u64);
    let tile = from.checked_div(width).unwrap_or(0);
    let to = stated.min(tile.saturating_add(1).saturating_mul(width));
    let path = TilePath::in_tree(TileKind::Entries, tile, shown.size());
    let path = path.ok_or_else(|| Stop::from(Caught::Tampered { problem: format!("{log} has no tile {tile}") }))?;
    let octets = must(looked, Resource::Tile(log, path))?;
    let mut before = looked.read_before().into_iter();
    let mut tree = heads::open(log, shown, looked)?;
    let hashes = tree.tile(0, tile).map_err(|error| Stop::of_tree(log, error.into()))?;
    let all = read_entries(octets, path.width()).map_err(|error| tampered(log, &error))?;
    let first = tile.saturating_mul(width);
    let (mut entries, mut bodies) = (Vec::new(), 0_usize);
    for (index, (octets, hash)) in (first..to).zip(all.iter().zip(&hashes)) {
        let known = if index < from { None } else { before.next() }.filter(|known| known.octets == *octets);
        let leaf = known.as_ref().map_or_else(|| Hash::leaf(octets), |known| known.leaf);
        if leaf != *hash {
            return Err(tampered(log, &format!("entry {index} is not the one that was signed")));
        }
        if index >= from {
            let one = parse((index, octets, leaf), feed, known)?;
            bodies = bodies.saturating_add(one.body_bytes());
            if bodies > MAX_PACKAGE_BYTES && !entries.is_empty() {
                break;
            }
            entries.push(one);
        }
    }
    let to = entries.last().map_or(to, |last: &Standing| last.index.saturating_add(1));
    let root = Subtree::whole(to).hash(&mut tree).map_err(|error| Stop::of_tree(log, error.into()))?;
    Ok(Read { entries, reached: FeedKnown::new(to, root) })
}

fn tampered(log: LogId, problem: &impl ToString) -> Stop {
    Caught::Tampered { problem: format!("{log}: {}", problem.to_string()) }.into()
}

fn parse(
    (index, octets, leaf): (u64, &[u8], Hash),
    feed: &ListedFeed,
    known: Option<EntryRead>,
) -> Result<Standing, Stop> {
    let bad = |problem: String| Stop::from(Caught::BadEntry { index, problem });
    let read = match known {
        Some(known) => known,
        None => {
            let entry = ReadEntry::read(octets).map_err(|error| bad(error.to_string()))?;
            EntryRead { octets: octets.to_vec(), leaf, entry }
        }
    };
    if let ReadEntry::Release(release) = &read.entry
        && release.receipt.agreement != feed.agreement
    {
        return Err(bad(format!("it was released under agreement {}", release.receipt.agreement)));
    }
    Ok(Standing { index, read })
}
