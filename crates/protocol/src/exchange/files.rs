//! Where a reader's files come from: a peer's answers, a bundle, or another node of a simulation.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

use policy::feed::ReadEntry;
use tlog::tile::TilePath;
use tlog::tiled::{TileReader, TiledError, TiledTree};

use super::resource::{LogId, Resource};

/// Why a file is not to be had.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "each means something else for what it proves")]
pub enum Absence {
    /// The peer says that there is no such file.
    NotThere,
    /// The peer says that it was there and was erased.
    Erased,
    /// The peer says that this reader may not have it.
    Refused,
    /// It is longer than any honest one.
    TooLong,
}

/// The files that came so far. Nothing in them is believed.
#[derive(Debug, Clone, Default)]
pub struct Files {
    here: BTreeMap<Resource, Vec<u8>>,
    absent: BTreeMap<Resource, Absence>,
    read: ReadBefore,
}

/// Entries that a step has read: a step is taken again for each round of files, and what an entry says follows from its octets
/// alone. The next step takes them out.
#[derive(Debug, Default)]
struct ReadBefore(Mutex<Vec<EntryRead>>);

impl ReadBefore {
    const fn none() -> Self {
        Self(Mutex::new(Vec::new()))
    }

    fn lock(&self) -> MutexGuard<'_, Vec<EntryRead>> {
        // Whoever panicked with it held left what costs no more than reading again.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Clone for ReadBefore {
    fn clone(&self) -> Self {
        Self::none()
    }
}

/// An entry that was read.
#[derive(Debug)]
pub(super) struct EntryRead {
    pub(super) octets: Vec<u8>,
    /// The hash of the leaf that they make.
    pub(super) leaf: tlog::Hash,
    pub(super) entry: ReadEntry,
}

impl Files {
    /// None yet.
    #[must_use]
    pub const fn new() -> Self {
        Self { here: BTreeMap::new(), absent: BTreeMap::new(), read: ReadBefore::none() }
    }

    /// Takes in a file.
    pub fn put(&mut self, resource: Resource, octets: Vec<u8>) {
        let _before = self.here.insert(resource, octets);
    }

    /// Takes in that there is none.
    pub fn lacks(&mut self, resource: Resource, why: Absence) {
        let _before = self.absent.insert(resource, why);
    }

    /// A file that came.
    #[must_use]
    pub fn get(&self, resource: &Resource) -> Option<&[u8]> {
        self.here.get(resource).map(Vec::as_slice)
    }

    /// Octets that they hold, for bounds.
    #[must_use]
    pub fn octets(&self) -> usize {
        self.here.values().map(Vec::len).fold(0, usize::saturating_add)
    }

    /// The same for reading, with a list of what was looked for in vain.
    pub(super) fn look(&self) -> Looked<'_> {
        Looked { files: self, wanted: BTreeSet::new() }
    }
}

/// Files as a step looks at them. What is not there yet is wanted, and the step is taken again once it has come.
pub(super) struct Looked<'f> {
    files: &'f Files,
    wanted: BTreeSet<Resource>,
}

impl<'f> Looked<'f> {
    /// A file, or why there is none. Neither if it must be asked for first.
    pub(super) fn get(&mut self, resource: Resource) -> Option<Result<&'f [u8], Absence>> {
        if let Some(octets) = self.files.here.get(&resource) {
            return Some(Ok(octets));
        }
        let absence = self.files.absent.get(&resource).copied();
        if absence.is_none() {
            let _new = self.wanted.insert(resource);
        }
        absence.map(Err)
    }

    /// Entries that an earlier step has read, from the same place on. Whoever takes one compares its octets.
    pub(super) fn read_before(&self) -> Vec<EntryRead> {
        std::mem::take(&mut *self.files.read.lock())
    }

    /// Keeps entries for the next step.
    pub(super) fn remember(&self, read: impl Iterator<Item = EntryRead>) {
        *self.files.read.lock() = read.collect();
    }

    /// What was looked for in vain.
    pub(super) fn wanted(self) -> BTreeSet<Resource> {
        self.wanted
    }

    pub(super) fn wants(&self) -> bool {
        !self.wanted.is_empty()
    }

    /// The tree of a log whose head the caller has checked.
    pub(super) fn tree(&mut self, log: LogId, size: u64, root: &tlog::Hash) -> Result<LogTree<'_, 'f>, NoTree> {
        // All of the edge is asked for at once: on a slow line each round trip counts.
        for path in tlog::tiled::edge_tiles(size) {
            let _asked = self.get(Resource::Tile(log, path));
        }
        Ok(TiledTree::open(LogFiles { looked: self, log }, size, root)?)
    }
}

/// A log's tree over files that nobody needs to trust.
pub(super) type LogTree<'l, 'f> = TiledTree<LogFiles<'l, 'f>>;

/// The tiles of one log among the files.
pub(super) struct LogFiles<'l, 'f> {
    looked: &'l mut Looked<'f>,
    log: LogId,
}

impl TileReader for LogFiles<'_, '_> {
    type Error = Option<Absence>;

    fn read(&mut self, path: TilePath) -> Result<Vec<u8>, Self::Error> {
        let found = self.looked.get(Resource::Tile(self.log, path));
        found.ok_or(None)?.map(<[u8]>::to_vec).map_err(Some)
    }
}

/// A hash of a log cannot be had.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum NoTree {
    /// Not yet: the files come first.
    NotYet,
    /// The peer does not give it.
    Withheld(TilePath, Absence),
    /// What the peer gave is not what its checkpoint signs.
    Wrong(String),
}

impl From<TiledError<Option<Absence>>> for NoTree {
    fn from(error: TiledError<Option<Absence>>) -> Self {
        match error {
            TiledError::Reader { error: None, .. } => Self::NotYet,
            TiledError::Reader { path, error: Some(absence) } => Self::Withheld(path, absence),
            other @ (TiledError::AskedOutside { .. }
            | TiledError::LogWrongLength(_)
            | TiledError::LogWrongEdge { .. }
            | TiledError::LogWrongTile { .. }
            | _) => Self::Wrong(explained(&other)),
        }
    }
}

fn explained(error: &TiledError<Option<Absence>>) -> String {
    match error {
        TiledError::LogWrongEdge { size } => format!("its tiles do not make the root of {size} leaves"),
        TiledError::LogWrongTile { path } => format!("`{path}` is not the tile that the log signed"),
        TiledError::AskedOutside { .. } | TiledError::Reader { .. } | TiledError::LogWrongLength(_) | _ => {
            "its tiles do not have the length that they must have".to_owned()
        }
    }
}
