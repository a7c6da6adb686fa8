//! The archive: members one after the other, inside the frame.

use std::io::{self, Read, Write};

use crate::error::{MemberKind, ReadError};
use crate::frame::{FrameReader, FrameWriter};
use crate::tar::{self, Head};

/// Writes members.
#[derive(Debug)]
pub(crate) struct ArchiveWriter<W>(FrameWriter<W>);

impl<W: Write> ArchiveWriter<W> {
    pub(crate) fn new(out: W) -> io::Result<Self> {
        FrameWriter::new(out).map(Self)
    }

    pub(crate) fn write(&mut self, name: &str, octets: &[u8]) -> io::Result<()> {
        let bytes = u64::try_from(octets.len()).unwrap_or(u64::MAX);
        self.0.write(&tar::head(name, bytes))?;
        self.0.write(octets)?;
        self.0.write(tar::ZEROS.get(..tar::filling_bytes(bytes)).unwrap_or_default())
    }

    pub(crate) fn finish(mut self) -> io::Result<W> {
        self.0.write(&tar::ZEROS)?;
        self.0.write(&tar::ZEROS)?;
        self.0.finish()
    }
}

/// A member of which the head was read, and not yet the octets.
#[derive(Debug)]
pub(crate) struct Member {
    pub(crate) name: String,
    pub(crate) bytes: u64,
}

/// Reads members.
#[derive(Debug)]
pub(crate) struct ArchiveReader<R> {
    frame: FrameReader<R>,
    /// Heads that were read.
    number: u32,
}

impl<R: Read> ArchiveReader<R> {
    pub(crate) fn new(from: R, limit: u64) -> Result<Self, ReadError> {
        FrameReader::new(from, limit).map(|frame| Self { frame, number: 0 })
    }

    /// The head of the next member. An archive that ends here ends too soon: whoever reads it knows its last member.
    pub(crate) fn next(&mut self) -> Result<Member, ReadError> {
        let mut block = tar::ZEROS;
        self.frame.fill(&mut block)?;
        let number = self.number;
        self.number = number.saturating_add(1);
        match tar::read_head(&block) {
            Head::File(name, bytes) => Ok(Member { name, bytes }),
            _ if block == tar::ZEROS => Err(ReadError::Truncated),
            Head::Kind(flag) => Err(ReadError::MemberKind { number, kind: MemberKind::of(flag) }),
            Head::Other => Err(ReadError::MemberHead { number }),
        }
    }

    /// The octets of a member, whose length the caller has looked at.
    pub(crate) fn octets(&mut self, member: &Member) -> Result<Vec<u8>, ReadError> {
        let wrong = || ReadError::MemberSize { member: member.name.clone(), bytes: member.bytes };
        let mut octets = vec![0; usize::try_from(member.bytes).map_err(|_| wrong())?];
        self.frame.fill(&mut octets)?;
        let mut filling = tar::ZEROS;
        let filling = filling.get_mut(..tar::filling_bytes(member.bytes)).unwrap_or_default();
        self.frame.fill(filling)?;
        let is_clean = filling.iter().all(|octet| *octet == 0);
        if is_clean { Ok(octets) } else { Err(ReadError::MemberFilling { member: member.name.clone() }) }
    }

    /// Checks that two blocks of zeros come, and nothing after them.
    pub(crate) fn finish(&mut self) -> Result<(), ReadError> {
        for _ in 0..2 {
            let mut block = tar::ZEROS;
            self.frame.fill(&mut block)?;
            if block != tar::ZEROS {
                return Err(ReadError::Trailing);
            }
        }
        self.frame.finish()
    }
}
