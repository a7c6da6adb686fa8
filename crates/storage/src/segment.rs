//! Segment files: a short header, then frames to the end.
//!
//! The last frame of the last segment is the only one that a crash can leave in part, since none is written before the
//! sync of the one before has returned. What is not whole there is one of two things, and they must not be confused: a write
//! that a crash cut off, which nobody was told of and which is cut away; or a frame that was acknowledged and has been
//! damaged since, which is named and never cut away. A cut-off write leaves the file short, or whole sectors of it
//! unwritten, and those read as zeros.

use record::digest::sha256;
use tlog::note::VerifierKey;

use crate::codec::{Reader, Writer};
use crate::disk::Disk;
use crate::frame::{
    self, FrameDigest, HEADER_BYTES, Header, Meta, Range, SIGNATURE_BYTES, TRAILER_BYTES, blank_sectors, is_signed,
};
use crate::layout::{LAYOUT, StoreId, segment_path};
use crate::limits::READS_BEFORE_CUTTING;
use crate::store::StoreError;

const MAGIC: &[u8; 8] = b"detsegmt";
/// Octets of a segment's own header.
pub(crate) const SEGMENT_HEADER_BYTES: u64 = 64;

/// The header of a segment file.
pub(crate) fn header(store: StoreId, ordinal: u32) -> Vec<u8> {
    let mut out = Writer::new();
    out.exact(MAGIC);
    out.u32(LAYOUT);
    out.u32(ordinal);
    out.exact(store.octets());
    let mut octets = out.into_octets();
    let check = sha256(&[b"detente/segment/v1\0", &octets]);
    octets.extend(check);
    octets
}

/// A segment that is read.
#[derive(Debug)]
pub(crate) struct Segment<'disk> {
    disk: &'disk dyn Disk,
    store: StoreId,
    ordinal: u32,
    path: String,
    length: u64,
}

/// A frame where it lies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Located {
    pub(crate) segment: u32,
    pub(crate) offset: u64,
    pub(crate) header: Header,
    pub(crate) meta: Meta,
    /// Where each entry stands in the meta.
    pub(crate) entry_places: Vec<Range>,
}

impl Located {
    /// Where the next frame begins.
    pub(crate) fn end(&self) -> u64 {
        self.offset.saturating_add(u64::try_from(self.header.frame_bytes()).unwrap_or(u64::MAX))
    }

    /// Where its meta begins.
    pub(crate) const fn meta_offset(&self) -> u64 {
        self.offset.saturating_add(HEADER_BYTES as u64)
    }

    /// Where its bodies begin.
    pub(crate) fn body_offset(&self) -> u64 {
        self.meta_offset().saturating_add(u64::try_from(self.header.meta_bytes).unwrap_or(u64::MAX))
    }
}

/// What stands at an offset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Step {
    /// A frame whose header and meta hold.
    Frame(Box<Located>),
    /// Nothing: the file ends here.
    End,
    /// A write that was cut off.
    Torn,
    /// Something that was written whole once and is not what it was.
    Damaged(String),
}

impl<'disk> Segment<'disk> {
    /// Opens a segment file; none if it is not there.
    pub(crate) fn open(disk: &'disk dyn Disk, store: StoreId, ordinal: u32) -> Result<Option<Self>, StoreError> {
        let path = segment_path(ordinal);
        let Some(length) = disk.length(&path)? else { return Ok(None) };
        Ok(Some(Self { disk, store, ordinal, path, length }))
    }

    pub(crate) const fn length(&self) -> u64 {
        self.length
    }

    /// Looks at the file's own header.
    pub(crate) fn check_header(&self) -> Result<Step, StoreError> {
        let wanted = header(self.store, self.ordinal);
        let mut found = Vec::new();
        for _ in 0..READS_BEFORE_CUTTING {
            found = self.disk.read(&self.path, 0, wanted.len())?;
            if found == wanted {
                return Ok(Step::End);
            }
        }
        let torn = found.len() < wanted.len() || found.iter().all(|octet| *octet == 0);
        Ok(if torn { Step::Torn } else { Step::Damaged("its header is not the one that was written".to_owned()) })
    }

    /// What stands at an offset. A disk that answers wrongly once or twice is asked again.
    pub(crate) fn at(&self, offset: u64) -> Result<Step, StoreError> {
        let mut step = Step::End;
        for _ in 0..READS_BEFORE_CUTTING {
            step = self.read_at(offset)?;
            if matches!(step, Step::Frame(_)) {
                break;
            }
        }
        Ok(step)
    }

    fn read_at(&self, offset: u64) -> Result<Step, StoreError> {
        if offset >= self.length {
            return Ok(Step::End);
        }
        let octets = self.disk.read(&self.path, offset, HEADER_BYTES)?;
        let Some(start) = octets.first_chunk() else { return Ok(Step::Torn) };
        let Some(header) = Header::read(self.store, start) else {
            // One octet more: no sector of a header is blank that ends in the kind of its meta.
            let octets = self.disk.read(&self.path, offset, HEADER_BYTES.saturating_add(1))?;
            return Ok(judge(offset, &octets, 0, "the header of its frame does not hold"));
        };
        let meta_offset = offset.saturating_add(HEADER_BYTES as u64);
        let meta = self.disk.read(&self.path, meta_offset, header.meta_bytes)?;
        if header.fits(self.store, &meta)
            && let Ok((meta, entry_places)) = Meta::read_with_places(&meta)
        {
            return Ok(Step::Frame(Box::new(Located { segment: self.ordinal, offset, header, meta, entry_places })));
        }
        self.judge_frame(offset, &header, "what its frame says does not hold")
    }

    /// Whether the bodies and the trailer of a frame are whole too. Only the last frame needs this at a start.
    pub(crate) fn check_bodies(&self, located: &Located) -> Result<Step, StoreError> {
        let mut step = Step::End;
        for _ in 0..READS_BEFORE_CUTTING {
            step = self.read_bodies(located)?;
            if step == Step::End {
                break;
            }
        }
        Ok(step)
    }

    fn read_bodies(&self, located: &Located) -> Result<Step, StoreError> {
        let octets = self.disk.read(&self.path, located.offset, located.header.frame_bytes())?;
        match wrong_part(located, &octets) {
            // The signature may lie in a sector of its own, and a crash may have lost that.
            None if blank_sectors(located.offset, &octets) > located.header.blank_sectors => Ok(Step::Torn),
            None => Ok(Step::End),
            Some(part) => self.judge_frame(located.offset, &located.header, part),
        }
    }

    fn judge_frame(&self, offset: u64, header: &Header, problem: &str) -> Result<Step, StoreError> {
        let octets = self.disk.read(&self.path, offset, header.frame_bytes())?;
        if octets.len() < header.frame_bytes() {
            return Ok(Step::Torn);
        }
        Ok(judge(offset, &octets, header.blank_sectors, problem))
    }

    /// Where behind an offset a frame begins, if one does. None is begun before the one in front of it is durable, so what
    /// stands at the offset was whole once, whatever it looks like.
    pub(crate) fn frame_behind(&self, offset: u64) -> Result<Option<u64>, StoreError> {
        let length = usize::try_from(self.length.saturating_sub(offset)).unwrap_or(usize::MAX);
        let octets = self.disk.read(&self.path, offset, length)?;
        let is_header = |octets: &[u8]| {
            octets.starts_with(frame::MAGIC)
                && octets.first_chunk().is_some_and(|start| Header::read(self.store, start).is_some())
        };
        let found = (offset..).zip(octets.windows(HEADER_BYTES)).skip(1).find(|(_, octets)| is_header(octets));
        Ok(found.map(|(at, _)| at))
    }

    /// The first frame at an offset that must hold, or the end.
    pub(crate) fn must(&self, offset: u64) -> Result<Option<Located>, StoreError> {
        match self.at(offset)? {
            Step::Frame(located) => Ok(Some(*located)),
            Step::End => Ok(None),
            Step::Torn => Err(self.damaged(offset, "a frame in the middle of the log is not whole")),
            Step::Damaged(problem) => Err(self.damaged(offset, &problem)),
        }
    }

    pub(crate) fn damaged(&self, offset: u64, problem: &str) -> StoreError {
        StoreError::damaged(&self.path, format!("at octet {offset}: {problem}"))
    }
}

/// Whether a key of the log signed a frame, whose octets these are.
pub(crate) fn is_frame_signed(keys: &[VerifierKey], located: &Located, octets: &[u8]) -> bool {
    let signature = octets.len().checked_sub(SIGNATURE_BYTES).and_then(|at| octets.get(at..));
    signature.is_some_and(|signature| is_signed(keys, &located.header.digest, signature))
}

/// The first part of a frame's octets that is not what its header and meta stand for.
pub(crate) fn wrong_part(located: &Located, octets: &[u8]) -> Option<&'static str> {
    let start = HEADER_BYTES.saturating_add(located.header.meta_bytes);
    let Some((bodies, trailer)) = octets.get(start..).and_then(|rest| rest.split_at_checked(located.header.body_bytes))
    else {
        return Some("its frame is cut off");
    };
    let mut reader = Reader::new(bodies);
    for body in located.meta.bodies() {
        let bytes = usize::try_from(body.bytes).unwrap_or(usize::MAX);
        if reader.exact(bytes).ok().is_none_or(|octets| sha256(&[octets]) != body.digest) {
            return Some("a body of its frame does not hold");
        }
    }
    if reader.end().is_err() || trailer.len() != TRAILER_BYTES || !trailer.starts_with(&located.header.digest) {
        return Some("the end of its frame does not hold");
    }
    None
}

/// Torn, if a whole sector or what the region has of one was never written; damaged otherwise. So many are blank that were
/// written.
fn judge(offset: u64, octets: &[u8], blank: u32, problem: &str) -> Step {
    if blank_sectors(offset, octets) > blank { Step::Torn } else { Step::Damaged(problem.to_owned()) }
}

/// Where the first frame of a segment begins.
pub(crate) const FIRST_FRAME: u64 = SEGMENT_HEADER_BYTES;

/// Reads frames one after another over segments.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Cursor {
    pub(crate) segment: u32,
    pub(crate) offset: u64,
    pub(crate) number: u64,
    pub(crate) previous: FrameDigest,
}

impl Cursor {
    /// Before the first frame of a store.
    pub(crate) const START: Self = Self { segment: 0, offset: FIRST_FRAME, number: 0, previous: frame::NO_FRAME };

    /// The next frame below a number, and the cursor behind it. None at the number.
    pub(crate) fn next(
        &self,
        disk: &dyn Disk,
        store: StoreId,
        below: u64,
    ) -> Result<Option<(Located, Self)>, StoreError> {
        if self.number >= below {
            return Ok(None);
        }
        let mut at = *self;
        loop {
            let missing = || StoreError::damaged(&segment_path(at.segment), "it is missing");
            let segment = Segment::open(disk, store, at.segment)?.ok_or_else(missing)?;
            if let Some(located) = segment.must(at.offset)? {
                at.check(&segment, &located)?;
                let behind = at.behind(&located);
                return Ok(Some((located, behind)));
            }
            at = Self { segment: at.segment.saturating_add(1), offset: FIRST_FRAME, ..at };
        }
    }

    fn check(&self, segment: &Segment<'_>, located: &Located) -> Result<(), StoreError> {
        if located.header.number != self.number || located.header.previous != self.previous {
            return Err(segment.damaged(self.offset, "its frame does not continue the one before"));
        }
        Ok(())
    }

    fn behind(&self, located: &Located) -> Self {
        Self {
            segment: located.segment,
            offset: located.end(),
            number: self.number.saturating_add(1),
            previous: located.header.digest,
        }
    }
}
