//! Reading a bundle, one package in memory at a time.

use std::collections::BTreeSet;
use std::fmt;
use std::io::Read;

use record::digest::{PartyId, sha256};

use crate::archive::ArchiveReader;
use crate::cover::{Cover, Totals};
use crate::error::ReadError;
use crate::key::PrivateBundleKey;
use crate::limits::{Limits, MAX_MANIFEST_BYTES};
use crate::manifest::{Addressed, MEMBER, Manifest};
use crate::package::{Package, read_package, unwrap_alone};
use crate::path::FilePath;
use crate::seal::{Opener, Place};

/// For which key a bundle is sealed. It needs no key, and reads no further than the manifest.
///
/// # Errors
/// [`ReadError`] if this is no bundle, or one of a format or suite that this build does not know.
pub fn peek(from: impl Read) -> Result<Addressed, ReadError> {
    let mut archive = ArchiveReader::new(from, Limits::STANDARD.archive_bytes)?;
    read_manifest(&mut archive).map(|(_, manifest)| manifest.to)
}

/// Reads a bundle: an iterator over its packages, each of which is there whole or not at all.
///
/// After an error nothing more comes. The packages before it are good, and so are those of the same bundle read again: a
/// file has one path and one content in a bundle. Only [`Reader::is_complete`] says that nothing is missing at the end.
pub struct Reader<R> {
    archive: ArchiveReader<R>,
    opener: Opener,
    cover: Cover,
    limits: Limits,
    totals: Totals,
    /// The first half of each path's SHA-256: enough that no two fall together, even for somebody who tries.
    paths: BTreeSet<[u8; 16]>,
    state: State,
}

/// How far a reader has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Reading,
    Complete,
    Broken,
}

impl<R: Read> Reader<R> {
    /// Opens a bundle for this party, with whichever of its keys fits. An old key opens what was on its way when the key
    /// was replaced.
    ///
    /// # Errors
    /// [`ReadError::NotForUs`] and [`ReadError::OtherRecipient`] for a bundle for somebody else, and [`ReadError`] for
    /// whatever is wrong up to the first package.
    pub fn open(from: R, party: PartyId, keys: &[PrivateBundleKey], limits: Limits) -> Result<Self, ReadError> {
        let mut archive = ArchiveReader::new(from, limits.archive_bytes)?;
        let (octets, manifest) = read_manifest(&mut archive)?;
        let key = keys.iter().find(|key| key.public().id() == manifest.to.key);
        let key = key.ok_or(ReadError::NotForUs { key: manifest.to.key })?;
        let mut opener = Opener::new(&octets, &manifest, key)?;
        let plain = open_next(&mut archive, &mut opener, Place::Cover)?;
        let cover = Cover::read(unwrap_alone(Place::Cover, &plain)?)?;
        if cover.recipient != party {
            return Err(ReadError::OtherRecipient { party: cover.recipient });
        }
        let (totals, paths, state) = (Totals::default(), BTreeSet::new(), State::Reading);
        Ok(Self { archive, opener, cover, limits, totals, paths, state })
    }

    /// What the bundle says of itself.
    #[must_use]
    pub const fn cover(&self) -> &Cover {
        &self.cover
    }

    /// What came so far.
    #[must_use]
    pub const fn totals(&self) -> Totals {
        self.totals
    }

    /// True once the bundle's end was read, and everything that it speaks of had come.
    #[must_use]
    pub const fn is_complete(&self) -> bool {
        matches!(self.state, State::Complete)
    }

    /// The next package; none at the end.
    fn read_next(&mut self) -> Result<Option<Package>, ReadError> {
        let number = self.totals.packages.saturating_add(1);
        let (package, end) = (Place::Package(number), Place::End(number));
        let member = self.archive.next()?;
        let place = if member.name == end.name() { end } else { package };
        check_member(&member, place)?;
        let sealed = self.archive.octets(&member)?;
        let plain = self.opener.open(place, &sealed)?;
        if place == end {
            return self.end(place, &plain).map(|()| None);
        }
        let package = read_package(number, &plain)?;
        self.take_in(&package)?;
        Ok(Some(package))
    }

    /// Checks a package against those before it.
    fn take_in(&mut self, package: &Package) -> Result<(), ReadError> {
        if self.paths.len().saturating_add(package.files.len()) > self.limits.files {
            return Err(ReadError::TooManyFiles { limit: self.limits.files });
        }
        for file in &package.files {
            if !self.paths.insert(short(&file.path)) {
                return Err(ReadError::RepeatedPath { path: file.path.clone() });
            }
        }
        let bytes = package.files.iter().fold(0_usize, |sum, file| sum.saturating_add(file.octets.len()));
        self.totals.add(package.files.len(), bytes);
        Ok(())
    }

    fn end(&mut self, place: Place, plain: &[u8]) -> Result<(), ReadError> {
        let said = Totals::read(unwrap_alone(place, plain)?, place)?;
        if said != self.totals {
            return Err(ReadError::Totals { said: said.words(), came: self.totals.words() });
        }
        self.archive.finish()
    }
}

impl<R: Read> Iterator for Reader<R> {
    type Item = Result<Package, ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.state != State::Reading {
            return None;
        }
        let answer = self.read_next().transpose();
        match &answer {
            Some(Ok(_)) => {}
            Some(Err(_)) => self.state = State::Broken,
            None => self.state = State::Complete,
        }
        answer
    }
}

impl<R> fmt::Debug for Reader<R> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Reader({:?}, {})", self.state, self.totals.words())
    }
}

fn read_manifest<R: Read>(archive: &mut ArchiveReader<R>) -> Result<(Vec<u8>, Manifest), ReadError> {
    let member = archive.next()?;
    if member.name != MEMBER {
        return Err(ReadError::NotABundle);
    }
    if member.bytes > MAX_MANIFEST_BYTES as u64 {
        return Err(ReadError::ManifestTooLong { bytes: member.bytes });
    }
    let octets = archive.octets(&member)?;
    Manifest::read(&octets).map(|manifest| (octets, manifest))
}

fn open_next<R: Read>(archive: &mut ArchiveReader<R>, opener: &mut Opener, place: Place) -> Result<Vec<u8>, ReadError> {
    let member = archive.next()?;
    check_member(&member, place)?;
    opener.open(place, &archive.octets(&member)?)
}

/// Checks name and length before any memory is taken for a member.
fn check_member(member: &crate::archive::Member, place: Place) -> Result<(), ReadError> {
    let wanted = place.name();
    if member.name != wanted {
        return Err(ReadError::MemberOrder { wanted, found: member.name.clone() });
    }
    if place.fits(member.bytes) { Ok(()) } else { Err(ReadError::MemberSize { member: wanted, bytes: member.bytes }) }
}

fn short(path: &FilePath) -> [u8; 16] {
    let digest = sha256(&[path.as_str().as_bytes()]);
    digest.first_chunk().copied().unwrap_or_default()
}
