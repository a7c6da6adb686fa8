//! Reading and writing at an offset, whatever else the same open file is used for meanwhile.

use std::fs::File;
use std::io;

/// An open file.
#[derive(Debug)]
pub(super) struct OpenFile {
    file: File,
    /// Where there are only reads and writes at a position that all share, one call has it at a time.
    #[cfg(not(unix))]
    position: std::sync::Mutex<()>,
}

impl OpenFile {
    /// A file that was opened.
    pub(super) fn new(file: File) -> Self {
        Self {
            file,
            #[cfg(not(unix))]
            position: std::sync::Mutex::new(()),
        }
    }

    /// The file itself, for what needs no position.
    pub(super) fn file(&self) -> &File {
        &self.file
    }

    /// Up to `length` octets from an offset: fewer only at the end of the file, and no more memory than the file has left.
    ///
    /// # Errors
    /// Of the operating system.
    pub(super) fn read(&self, offset: u64, length: usize) -> io::Result<Vec<u8>> {
        let left = self.file.metadata()?.len().saturating_sub(offset);
        let mut octets = vec![0; usize::try_from(left).unwrap_or(usize::MAX).min(length)];
        let mut done = 0;
        while let Some(space) = octets.get_mut(done..).filter(|space| !space.is_empty()) {
            match self.read_some(offset.saturating_add(u64::try_from(done).unwrap_or(u64::MAX)), space) {
                // Somebody cut the file meanwhile.
                Ok(0) => break,
                Ok(count) => done = done.saturating_add(count),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        octets.truncate(done);
        Ok(octets)
    }

    #[cfg(unix)]
    fn read_some(&self, offset: u64, space: &mut [u8]) -> io::Result<usize> {
        std::os::unix::fs::FileExt::read_at(&self.file, space, offset)
    }

    #[cfg(not(unix))]
    fn read_some(&self, offset: u64, space: &mut [u8]) -> io::Result<usize> {
        let _alone = self.at(offset)?;
        io::Read::read(&mut &self.file, space)
    }

    /// Writes all octets at an offset.
    ///
    /// # Errors
    /// Of the operating system: then any part may have been written.
    #[cfg(unix)]
    pub(super) fn write(&self, offset: u64, octets: &[u8]) -> io::Result<()> {
        std::os::unix::fs::FileExt::write_all_at(&self.file, octets, offset)
    }

    /// Writes all octets at an offset.
    ///
    /// # Errors
    /// Of the operating system: then any part may have been written.
    #[cfg(not(unix))]
    pub(super) fn write(&self, offset: u64, octets: &[u8]) -> io::Result<()> {
        let _alone = self.at(offset)?;
        io::Write::write_all(&mut &self.file, octets)
    }

    #[cfg(not(unix))]
    fn at(&self, offset: u64) -> io::Result<std::sync::MutexGuard<'_, ()>> {
        let alone = self.position.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        io::Seek::seek(&mut &self.file, io::SeekFrom::Start(offset))?;
        Ok(alone)
    }
}
