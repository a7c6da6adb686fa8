//! Writing a bundle, one package in memory at a time.

use std::collections::BTreeSet;
use std::fmt;
use std::io::Write;
use std::mem::take;

use record::entropy::Entropy;
use record::key_record::BundleKey;

use crate::archive::ArchiveWriter;
use crate::cover::{Cover, Totals};
use crate::error::WriteError;
use crate::limits::{Limits, MAX_FILE_BYTES, MAX_PACKAGE_BYTES, MAX_PACKAGE_FILES};
use crate::manifest::MEMBER;
use crate::package::{File, wrap, write_package};
use crate::path::FilePath;
use crate::seal::{Place, Sealer};

/// Writes a bundle.
///
/// Files keep the order in which they are added. A reader believes nothing before it has what proves it, so put key records
/// and checkpoints before tiles, and tiles before bodies.
pub struct Writer<W> {
    archive: ArchiveWriter<W>,
    sealer: Sealer,
    /// The next package, as long as more fits into it.
    pending: Vec<File>,
    pending_bytes: usize,
    paths: BTreeSet<FilePath>,
    totals: Totals,
}

impl<W: Write> Writer<W> {
    /// Begins a bundle for the party that lists this key.
    ///
    /// # Errors
    /// [`WriteError::Seal`] if the key is none, [`WriteError::NoEntropy`], [`WriteError::Cover`], or
    /// [`WriteError::Unwritable`].
    pub fn new(out: W, cover: &Cover, key: &BundleKey, entropy: &mut dyn Entropy) -> Result<Self, WriteError> {
        let cover = cover.to_octets()?;
        let (mut sealer, manifest) = Sealer::new(key, entropy)?;
        let cover = sealer.seal(Place::Cover, &wrap(Place::Cover, &cover, &[]))?;
        let mut archive = ArchiveWriter::new(out)?;
        archive.write(MEMBER, &manifest)?;
        archive.write(&Place::Cover.name(), &cover)?;
        let (pending, paths, totals) = (Vec::new(), BTreeSet::new(), Totals::default());
        Ok(Self { archive, sealer, pending, pending_bytes: 0, paths, totals })
    }

    /// Adds a file.
    ///
    /// # Errors
    /// [`WriteError::FileTooLong`], [`WriteError::RepeatedPath`] and [`WriteError::TooManyFiles`]; then nothing is added.
    /// [`WriteError::Seal`] and [`WriteError::Unwritable`].
    pub fn add(&mut self, path: FilePath, octets: Vec<u8>) -> Result<(), WriteError> {
        if octets.len() > MAX_FILE_BYTES {
            return Err(WriteError::FileTooLong { path, bytes: octets.len() });
        }
        if self.paths.len() >= Limits::STANDARD.files {
            return Err(WriteError::TooManyFiles { limit: Limits::STANDARD.files });
        }
        if !self.paths.insert(path.clone()) {
            return Err(WriteError::RepeatedPath { path });
        }
        let bytes = self.pending_bytes.saturating_add(octets.len());
        if self.pending.len() == MAX_PACKAGE_FILES || bytes > MAX_PACKAGE_BYTES {
            self.write_pending()?;
        }
        self.pending_bytes = self.pending_bytes.saturating_add(octets.len());
        self.pending.push(File { path, octets });
        Ok(())
    }

    /// Ends the bundle, and answers where it was written. Without its end a bundle reads as cut off.
    ///
    /// # Errors
    /// [`WriteError::Seal`] and [`WriteError::Unwritable`].
    pub fn finish(mut self) -> Result<W, WriteError> {
        self.write_pending()?;
        let place = Place::End(self.totals.packages.saturating_add(1));
        let totals = self.totals.to_octets().ok_or(WriteError::Cover)?;
        let end = self.sealer.seal(place, &wrap(place, &totals, &[]))?;
        self.archive.write(&place.name(), &end)?;
        Ok(self.archive.finish()?)
    }

    fn write_pending(&mut self) -> Result<(), WriteError> {
        let (files, bytes) = (take(&mut self.pending), take(&mut self.pending_bytes));
        if files.is_empty() {
            return Ok(());
        }
        self.totals.add(files.len(), bytes);
        let place = Place::Package(self.totals.packages);
        let plain = write_package(place, &files).ok_or(WriteError::Cover)?;
        let sealed = self.sealer.seal(place, &plain)?;
        Ok(self.archive.write(&place.name(), &sealed)?)
    }
}

impl<W> fmt::Debug for Writer<W> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Writer({} written, {} files wait)", self.totals.words(), self.pending.len())
    }
}
