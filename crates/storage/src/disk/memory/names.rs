//! The names on a disk: which are seen, which a crash leaves, and what lies between.
//!
//! A rename is one step even between two folders, as journals make it. Changes of one file, and changes that share a name,
//! reach the disk in their order; all others may overtake each other.

use std::collections::{BTreeMap, BTreeSet};

use super::random::Random;
use crate::disk::folder_of;

/// What a name leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Entry {
    Folder,
    File(u64),
}

#[derive(Debug, Clone, Default)]
pub(super) struct Names {
    visible: BTreeMap<String, Entry>,
    persisted: BTreeMap<String, Entry>,
    /// What may still reach the disk, in order.
    pending: Vec<Change>,
    made: u64,
}

#[derive(Debug, Clone)]
enum Change {
    Made { path: String, file: u64 },
    Renamed { from: String, to: String, file: u64 },
    Removed { path: String, file: u64 },
    FolderRemoved { path: String },
}

impl Names {
    pub(super) fn entry(&self, path: &str) -> Option<Entry> {
        if path.is_empty() { Some(Entry::Folder) } else { self.visible.get(path).copied() }
    }

    /// Every file that is seen.
    pub(super) fn files(&self) -> impl Iterator<Item = (&String, u64)> {
        self.visible.iter().filter_map(|(path, entry)| entry.file().map(|file| (path, file)))
    }

    /// The last parts of the names in a folder, sorted.
    pub(super) fn list(&self, folder: &str) -> Vec<String> {
        let inside = self.visible.keys().filter(|path| folder_of(path) == folder);
        let mut names: Vec<String> = inside.filter_map(|path| path.rsplit('/').next()).map(str::to_owned).collect();
        names.sort_unstable();
        names
    }

    /// Files that have a name, had one or may get one again.
    pub(super) fn used(&self) -> BTreeSet<u64> {
        let named = self.visible.values().chain(self.persisted.values()).filter_map(|entry| entry.file());
        named.chain(self.pending.iter().filter_map(Change::file)).collect()
    }

    /// Makes a name durable at once, with all that was done to that name before.
    pub(super) fn make_folder(&mut self, path: &str) {
        if self.entry(path).is_none() {
            self.settle(|change| change.names().contains(&path));
            self.visible.insert(path.to_owned(), Entry::Folder);
            self.persisted.insert(path.to_owned(), Entry::Folder);
        }
    }

    pub(super) fn make(&mut self, path: &str) -> u64 {
        self.made = self.made.saturating_add(1);
        self.visible.insert(path.to_owned(), Entry::File(self.made));
        self.pending.push(Change::Made { path: path.to_owned(), file: self.made });
        self.made
    }

    pub(super) fn rename(&mut self, from: &str, to: &str, file: u64) {
        self.visible.remove(from);
        self.visible.insert(to.to_owned(), Entry::File(file));
        self.pending.push(Change::Renamed { from: from.to_owned(), to: to.to_owned(), file });
    }

    pub(super) fn remove(&mut self, path: &str, file: u64) {
        self.visible.remove(path);
        self.pending.push(Change::Removed { path: path.to_owned(), file });
    }

    pub(super) fn remove_folder(&mut self, folder: &str) {
        let inside = self.visible.iter().filter(|(path, _)| is_in(path, folder));
        let inside: Vec<_> = inside.map(|(path, entry)| (path.clone(), *entry)).collect();
        // What lies deepest goes first.
        for (path, entry) in inside.into_iter().rev() {
            self.visible.remove(&path);
            self.pending.push(match entry {
                Entry::File(file) => Change::Removed { path, file },
                Entry::Folder => Change::FolderRemoved { path },
            });
        }
    }

    pub(super) fn sync(&mut self, folder: &str) {
        self.settle(|change| change.names().into_iter().any(|name| folder_of(name) == folder));
    }

    /// Makes all durable that was done to a name.
    pub(super) fn sync_one(&mut self, path: &str) {
        self.settle(|change| change.names().contains(&path));
    }

    pub(super) fn settle_all(&mut self) {
        self.settle(|_| true);
    }

    /// Chance says which changes reached the disk; the others never were.
    pub(super) fn crash(&mut self, random: &mut Random) {
        self.settle(|_| random.is_heads());
        self.pending.clear();
        self.visible.clone_from(&self.persisted);
    }

    /// Brings the changes that are wanted to the disk, with those on which they stand.
    fn settle(&mut self, mut is_wanted: impl FnMut(&Change) -> bool) {
        let mut kept: Vec<Change> = Vec::new();
        let mut left = Vec::new();
        for change in self.pending.drain(..).rev() {
            if is_wanted(&change) || kept.iter().any(|later| later.stands_on(&change)) {
                kept.push(change);
            } else {
                left.push(change);
            }
        }
        left.reverse();
        self.pending = left;
        kept.into_iter().rev().for_each(|change| change.apply(&mut self.persisted));
    }
}

impl Entry {
    pub(super) const fn file(self) -> Option<u64> {
        match self {
            Self::File(file) => Some(file),
            Self::Folder => None,
        }
    }
}

impl Change {
    fn names(&self) -> Vec<&str> {
        match self {
            Self::Made { path, .. } | Self::Removed { path, .. } | Self::FolderRemoved { path } => vec![path],
            Self::Renamed { from, to, .. } => vec![from, to],
        }
    }

    fn file(&self) -> Option<u64> {
        match self {
            Self::Made { file, .. } | Self::Renamed { file, .. } | Self::Removed { file, .. } => Some(*file),
            Self::FolderRemoved { .. } => None,
        }
    }

    fn stands_on(&self, earlier: &Self) -> bool {
        let is_same_file = self.file().is_some() && self.file() == earlier.file();
        let removed = if let Self::FolderRemoved { path } = self { Some(path) } else { None };
        let names = self.names();
        let shares = |name: &str| names.contains(&name) || removed.is_some_and(|folder| is_in(name, folder));
        is_same_file || earlier.names().into_iter().any(shares)
    }

    fn apply(self, names: &mut BTreeMap<String, Entry>) {
        match self {
            Self::Made { path, file } => {
                names.insert(path, Entry::File(file));
            }
            Self::Renamed { from, to, file } => {
                names.remove(&from);
                names.insert(to, Entry::File(file));
            }
            Self::Removed { path, .. } | Self::FolderRemoved { path } => {
                names.remove(&path);
            }
        }
    }
}

/// Whether a path is a folder or lies in it.
fn is_in(path: &str, folder: &str) -> bool {
    path.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}
