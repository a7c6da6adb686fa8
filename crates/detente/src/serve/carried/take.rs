//! A bundle as a source of files for a reader: one package of the bundle in memory, and what was read ahead of its turn.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::BufReader;
use std::path::Path;
use std::sync::Arc;

use bundle::{PrivateBundleKey, Reader};
use node::exchange::{Source, Unreachable};
use protocol::exchange::{Absence, Files, Resource, Ring};
use record::digest::PartyId;
use record::time::Timestamp;
use tlog::tile::TileKind;

use super::paths::Carried;
use super::survey::{Survey, open as open_bundle};
use crate::clock;
use crate::serve::open::Open;
use crate::serve::source::limit;

/// Octets of hash tiles, heads and proofs that are kept while the rest is read: the hash tiles of two million leaves. Entries
/// and bodies are never kept: they stand where they are needed.
const MAX_KEPT_BYTES: usize = 64 * 1024 * 1024;

/// How often a bundle is read again from its beginning for files that do not stand in the order in which they are needed. A
/// bundle of this program never needs it, unless it holds more hash tiles than are kept.
const MAX_REWINDS: usize = 64;

/// A bundle that is being read.
pub(super) struct Stick<'s> {
    open: &'s Open,
    survey: &'s Survey,
    path: &'s Path,
    keys: &'s [PrivateBundleKey],
    reader: Reader<BufReader<File>>,
    /// The package that was read last, and the entries and bodies in it: they are asked for one after the other.
    at: u32,
    content: BTreeMap<Resource, Vec<u8>>,
    kept: BTreeMap<Resource, Vec<u8>>,
    kept_bytes: usize,
    rewinds: usize,
}

impl<'s> Stick<'s> {
    pub(super) fn new(
        open: &'s Open,
        survey: &'s Survey,
        (path, keys): (&'s Path, &'s [PrivateBundleKey]),
    ) -> crate::outcome::Done<Self> {
        let reader = open_bundle(path, open.party(), keys)?;
        let (content, kept) = (BTreeMap::new(), BTreeMap::new());
        Ok(Self { open, survey, path, keys, reader, at: 0, content, kept, kept_bytes: 0, rewinds: 0 })
    }

    /// Reads on to the end of a package, and hands out what is wanted of all that lies before it.
    fn read_to(&mut self, package: u32, wanted: &mut BTreeSet<Resource>, files: &mut Files) -> Result<(), Unreachable> {
        if package <= self.at {
            self.rewind()?;
        }
        while self.at < package {
            let next = self.reader.next().ok_or_else(|| changed("it is shorter than it was"))?;
            let next = next.map_err(|error| changed(&error.to_string()))?;
            self.at = next.number;
            self.content.clear();
            for file in next.files {
                let Ok(Carried::File(resource)) = file.path.as_str().parse() else { continue };
                if wanted.remove(&resource) {
                    put(resource, file.octets.clone(), files);
                }
                self.keep(resource, file.octets);
            }
        }
        Ok(())
    }

    /// Keeps what is small and asked for again, and entries and bodies until the next package.
    fn keep(&mut self, resource: Resource, octets: Vec<u8>) {
        let is_content = matches!(resource, Resource::Body(..))
            || matches!(resource, Resource::Tile(_, path) if path.kind() == TileKind::Entries);
        if is_content {
            let _none = self.content.insert(resource, octets);
            return;
        }
        let bytes = self.kept_bytes.saturating_add(octets.len());
        if bytes <= MAX_KEPT_BYTES && self.kept.insert(resource, octets).is_none() {
            self.kept_bytes = bytes;
        }
    }

    fn rewind(&mut self) -> Result<(), Unreachable> {
        self.rewinds = self.rewinds.saturating_add(1);
        if self.rewinds > MAX_REWINDS {
            return Err(changed("its files do not stand in the order in which they are needed"));
        }
        let reader = open_bundle(self.path, self.open.party(), self.keys);
        self.reader = reader.map_err(|failure| changed(&failure.message))?;
        self.at = 0;
        Ok(())
    }
}

fn changed(problem: &str) -> Unreachable {
    Unreachable::new(format!("the bundle cannot be read further: {problem}"))
}

fn put(resource: Resource, octets: Vec<u8>, files: &mut Files) {
    if octets.len() > limit(&resource) { files.lacks(resource, Absence::TooLong) } else { files.put(resource, octets) }
}

impl Source for Stick<'_> {
    fn fetch(&mut self, wanted: &BTreeSet<Resource>, files: &mut Files) -> Result<(), Unreachable> {
        let mut wanted = wanted.clone();
        let mut packages = BTreeSet::new();
        for resource in wanted.clone() {
            let package = self.survey.package_of(Carried::File(resource));
            if let Some(octets) = self.kept.get(&resource).or_else(|| self.content.get(&resource)) {
                put(resource, octets.clone(), files);
            } else if let Some(package) = package {
                let _new = packages.insert(package);
                continue;
            } else if matches!(resource, Resource::Tile(_, path) if path.kind() == TileKind::Entries) {
                // A long feed goes into several bundles, and this is where one of them ends.
                return Err(Unreachable::new("the entries from here on are not in this bundle".to_owned()));
            } else {
                files.lacks(resource, self.absence(resource));
            }
            let _done = wanted.remove(&resource);
        }
        // What lies ahead comes first, so that one rewind is enough for the rest.
        let (ahead, behind): (Vec<u32>, Vec<u32>) = packages.into_iter().partition(|package| *package > self.at);
        for package in ahead.into_iter().chain(behind) {
            if !wanted.is_empty() {
                self.read_to(package, &mut wanted, files)?;
            }
        }
        Ok(())
    }

    fn learn(&mut self, peer: PartyId, profile: &[u8]) {
        // What does not hold teaches nothing, and whoever asked sees that the key is still unknown.
        let _taught = self.open.learn(peer, profile);
    }

    fn ring(&self) -> Arc<dyn Ring + Send + Sync> {
        self.open.keys.get()
    }

    fn now(&self) -> Timestamp {
        clock::now()
    }
}

impl Stick<'_> {
    /// Why there is no such file: a body may have been erased at its sender's.
    fn absence(&self, resource: Resource) -> Absence {
        let Resource::Body(feed, digest) = resource else { return Absence::NotThere };
        let is_erased = self.survey.package_of(Carried::Erased(feed, digest)).is_some();
        if is_erased { Absence::Erased } else { Absence::NotThere }
    }
}
