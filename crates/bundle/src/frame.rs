//! The Zstandard frame around the archive (RFC 8878), of stored blocks alone.
//!
//! What is sealed does not get smaller, and what would get smaller before it is sealed would tell by its length what the
//! padding hides. So nothing is compressed. A reader that takes stored blocks and no others needs no decoder, holds no
//! window, and cannot be made to write more than it was given: there is no decompression bomb to limit.

use std::io::{self, Read, Write};

use crate::error::ReadError;
use crate::limits::BLOCK_BYTES;

/// Magic number; a frame header without content size, checksum and dictionary; a window of 128 KiB, so that blocks may be
/// as long (RFC 8878 section 3.1.1.1).
const HEADER: [u8; 6] = [0x28, 0xB5, 0x2F, 0xFD, 0x00, 0x38];

/// Octets of the magic number.
const MAGIC_BYTES: usize = 4;

/// Octets of a block's header: 21 bits of length, two of type (0 for a stored block), one that says "the last".
const BLOCK_HEADER_BYTES: usize = 3;

/// Writes octets as one frame.
#[derive(Debug)]
pub(crate) struct FrameWriter<W> {
    out: W,
    block: Vec<u8>,
}

impl<W: Write> FrameWriter<W> {
    pub(crate) fn new(mut out: W) -> io::Result<Self> {
        out.write_all(&HEADER)?;
        Ok(Self { out, block: Vec::with_capacity(BLOCK_BYTES) })
    }

    pub(crate) fn write(&mut self, mut octets: &[u8]) -> io::Result<()> {
        while !octets.is_empty() {
            // A full block waits for what follows: the last one must say that it is.
            if self.block.len() == BLOCK_BYTES {
                self.write_block(false)?;
            }
            let room = BLOCK_BYTES.saturating_sub(self.block.len()).min(octets.len());
            let (now, later) = octets.split_at_checked(room).unwrap_or((octets, &[]));
            self.block.extend(now);
            octets = later;
        }
        Ok(())
    }

    pub(crate) fn finish(mut self) -> io::Result<W> {
        self.write_block(true)?;
        self.out.flush()?;
        Ok(self.out)
    }

    fn write_block(&mut self, is_last: bool) -> io::Result<()> {
        let length = u32::try_from(self.block.len()).unwrap_or_default();
        let [first, second, third, _] = (length << 3 | u32::from(is_last)).to_le_bytes();
        self.out.write_all(&[first, second, third])?;
        self.out.write_all(&self.block)?;
        self.block.clear();
        Ok(())
    }
}

/// Reads the octets of one frame.
#[derive(Debug)]
pub(crate) struct FrameReader<R> {
    from: R,
    /// Octets of the block that were not read yet.
    left: usize,
    is_last: bool,
    /// Octets that may still come.
    allowance: u64,
    limit: u64,
}

impl<R: Read> FrameReader<R> {
    pub(crate) fn new(mut from: R, limit: u64) -> Result<Self, ReadError> {
        let mut header = [0; HEADER.len()];
        match fill(&mut from, &mut header) {
            // What is shorter than a header is no bundle, and not half of one.
            Err(ReadError::Truncated) => return Err(ReadError::NotABundle),
            answer => answer?,
        }
        match (header == HEADER, header.starts_with(&HEADER[..MAGIC_BYTES])) {
            (true, _) => Ok(Self { from, left: 0, is_last: false, allowance: limit, limit }),
            (false, true) => Err(ReadError::Frame),
            (false, false) => Err(ReadError::NotABundle),
        }
    }

    /// Fills `out`.
    pub(crate) fn fill(&mut self, mut out: &mut [u8]) -> Result<(), ReadError> {
        let wanted = u64::try_from(out.len()).unwrap_or(u64::MAX);
        self.allowance = self.allowance.checked_sub(wanted).ok_or(ReadError::ArchiveTooLong { limit: self.limit })?;
        while !out.is_empty() {
            if self.left == 0 {
                self.begin_block()?;
            }
            let (now, later) = out.split_at_mut(self.left.min(out.len()));
            fill(&mut self.from, now)?;
            self.left = self.left.saturating_sub(now.len());
            out = later;
        }
        Ok(())
    }

    /// Checks that nothing follows.
    pub(crate) fn finish(&mut self) -> Result<(), ReadError> {
        if self.left != 0 {
            return Err(ReadError::Trailing);
        }
        if !self.is_last {
            // Only a frame that goes on, or one that was cut here, has no last block.
            return self.begin_block().and(Err(ReadError::Trailing));
        }
        match fill(&mut self.from, &mut [0]) {
            Err(ReadError::Truncated) => Ok(()),
            Ok(()) => Err(ReadError::Trailing),
            Err(error) => Err(error),
        }
    }

    fn begin_block(&mut self) -> Result<(), ReadError> {
        if self.is_last {
            return Err(ReadError::Truncated);
        }
        let mut header = [0; BLOCK_HEADER_BYTES];
        fill(&mut self.from, &mut header)?;
        let [first, second, third] = header;
        let header = u32::from_le_bytes([first, second, third, 0]);
        let (length, kind) = (usize::try_from(header >> 3).unwrap_or(usize::MAX), header >> 1 & 0b11);
        self.is_last = header & 1 == 1;
        let is_whole = length == BLOCK_BYTES || self.is_last && (1..BLOCK_BYTES).contains(&length);
        if kind != 0 || !is_whole {
            return Err(ReadError::Frame);
        }
        self.left = length;
        Ok(())
    }
}

fn fill(from: &mut impl Read, out: &mut [u8]) -> Result<(), ReadError> {
    from.read_exact(out).map_err(|error| {
        let kind = error.kind();
        if kind == io::ErrorKind::UnexpectedEof { ReadError::Truncated } else { ReadError::Unreadable { kind } }
    })
}
