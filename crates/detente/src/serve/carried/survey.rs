//! The first reading of a bundle: is it whole, and what lies where in it. Nothing is taken in before that is known.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::BufReader;
use std::path::Path;

use bundle::{Cover, Limits, Package, PrivateBundleKey, ReadError, Reader};
use protocol::exchange::{FeedName, Opened, Resource};
use record::digest::{PartyId, sha256};

use super::paths::{Carried, Handing};
use super::upkeep::Tell;
use crate::outcome::{Done, Exit, Failure};

/// Octets of what is handed in by one bundle: messages, statements and cosignatures lie in memory together. It is what 32 of
/// the longest messages have, and thousands of ordinary ones.
pub(super) const MAX_HANDED_BYTES: usize = 32 * 1024 * 1024;

/// What a bundle holds.
pub(super) struct Survey {
    pub(super) cover: Cover,
    /// Which package holds a path, by the beginning of the path's digest: 16 octets, whatever its length.
    packages: BTreeMap<[u8; 16], u32>,
    pub(super) handed: Vec<(Handing, Vec<u8>)>,
    pub(super) profile: Option<Vec<u8>>,
    pub(super) feeds: Option<Vec<u8>>,
    /// Leaves of the sender's node log under which each feed's head statement claims to be proved.
    heads: BTreeMap<FeedName, u64>,
    /// Files under paths of a later build.
    pub(super) unknown: u64,
    /// Why it ends before its end.
    pub(super) damage: Option<ReadError>,
}

/// Opens a bundle that is for this party.
pub(super) fn open(path: &Path, party: PartyId, keys: &[PrivateBundleKey]) -> Done<Reader<BufReader<File>>> {
    let file =
        File::open(path).map_err(|error| Failure::input(format!("cannot read `{}`: {error}", path.display())))?;
    Reader::open(BufReader::new(file), party, keys, Limits::STANDARD).map_err(|error| refused(path, &error))
}

/// Why nothing of a bundle was read, and what to do.
pub(super) fn refused(path: &Path, error: &ReadError) -> Failure {
    let failure = Failure::refused(format!("`{}`: {error}", path.display()));
    if matches!(error, ReadError::NotForUs { .. }) {
        return failure.advise(
            "whoever lists that key can open it: `detente key list --keys-of PROFILE` shows a party's keys. If it was for a \
             key of this node that is gone, ask its sender for another one",
        );
    }
    if matches!(error, ReadError::OtherRecipient { .. }) {
        return failure.advise("nothing of it was taken in");
    }
    if matches!(error, ReadError::NotABundle | ReadError::UnknownFormat { .. } | ReadError::UnknownSuite { .. }) {
        return Failure { exit: Exit::Input, ..failure }.advise("give a file that `detente bundle export` wrote");
    }
    failure.advise("copy the file from the stick again, or ask its sender for another one")
}

impl Survey {
    /// Reads a bundle to its end, or to where it is damaged.
    pub(super) fn of(path: &Path, party: PartyId, keys: &[PrivateBundleKey], tell: Tell<'_>) -> Done<Self> {
        let mut reader = open(path, party, keys)?;
        let mut survey = Self {
            cover: *reader.cover(),
            packages: BTreeMap::new(),
            handed: Vec::new(),
            profile: None,
            feeds: None,
            heads: BTreeMap::new(),
            unknown: 0,
            damage: None,
        };
        for package in reader.by_ref() {
            match package {
                Ok(package) => survey.take(path, package)?,
                Err(error) => survey.damage = Some(error),
            }
            tell.now(&format!("{} files are whole", survey.packages.len()));
        }
        Ok(survey)
    }

    fn take(&mut self, path: &Path, package: Package) -> Done {
        for file in package.files {
            let _none = self.packages.insert(short(file.path.as_str()), package.number);
            match file.path.as_str().parse() {
                Ok(Carried::Handed(handing, _)) => self.hand(path, handing, file.octets)?,
                Ok(Carried::File(Resource::Profile)) => self.profile = Some(file.octets),
                Ok(Carried::File(Resource::Feeds)) => self.feeds = Some(file.octets),
                Ok(Carried::File(Resource::Head(feed))) => self.head(feed, &file.octets),
                Ok(_) => {}
                Err(_) => self.unknown = self.unknown.saturating_add(1),
            }
        }
        Ok(())
    }

    fn hand(&mut self, path: &Path, handing: Handing, octets: Vec<u8>) -> Done {
        let bytes = self.handed.iter().map(|(_, octets)| octets.len()).fold(octets.len(), usize::saturating_add);
        if bytes > MAX_HANDED_BYTES {
            let words = format!("`{}` hands in more than {MAX_HANDED_BYTES} octets of messages", path.display());
            return Err(Failure::refused(words).advise("nothing of it was taken in; ask its sender what it is"));
        }
        self.handed.push((handing, octets));
        Ok(())
    }

    fn head(&mut self, feed: FeedName, octets: &[u8]) {
        if let Ok(opened) = Opened::read(octets) {
            let _none = self.heads.insert(feed, opened.proof().checkpoint().claims().size());
        }
    }

    /// Leaves of the sender's node log, as the bundle shows it beside a feed.
    pub(super) fn node_size(&self, feed: FeedName) -> Option<u64> {
        self.heads.get(&feed).copied()
    }

    /// The package that holds a file; none if the bundle has no such file.
    pub(super) fn package_of(&self, what: Carried) -> Option<u32> {
        self.packages.get(&short(&what.to_string())).copied()
    }
}

fn short(path: &str) -> [u8; 16] {
    sha256(&[path.as_bytes()]).first_chunk().copied().unwrap_or_default()
}
