//! From segment files to the state after the last frame: the same at every start, after every failed write, and after every
//! crash.
//!
//! First all is read and judged, and nothing is changed; then what the log published is compared, so that a log that lost
//! its end is refused and not continued; only then is a cut-off write taken away.

use std::sync::Arc;

use tlog::checkpoint::SignedCheckpoint;

use crate::body_keys::BodyKeys;
use crate::disk::{Disk, read_whole};
use crate::frame::{Change, SIGNER};
use crate::keys::LogKeys;
use crate::layout::{LOGS, SEGMENTS, StoreId, ordinals, segment_path};
use crate::ledger::Ledger;
use crate::limits::READS_BEFORE_CUTTING;
use crate::segment::{FIRST_FRAME, Located, Segment, Step, is_frame_signed, wrong_part};
use crate::store::StoreError;

/// The end of the last segment: where the next frame goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Tail {
    pub(crate) segment: u32,
    pub(crate) offset: u64,
}

/// What segment files amount to, and what has to be done before the next frame.
#[derive(Debug)]
pub(crate) struct Recovered {
    pub(crate) ledger: Ledger,
    /// None for a store without a segment.
    pub(crate) tail: Option<Tail>,
    /// The last frame.
    last: Option<Located>,
    /// A segment whose making was cut off: it has no frame that anybody was told of.
    unmade: Option<u32>,
    /// Whether the last segment goes on behind its last whole frame.
    is_torn: bool,
    /// Keys that frames say are destroyed.
    erased: Vec<u64>,
}

/// Reads the last two segments and judges them. Changes nothing.
pub(crate) fn read(disk: &dyn Disk, store: StoreId) -> Result<Recovered, StoreError> {
    let mut recovered =
        Recovered { ledger: Ledger::new(), tail: None, last: None, unmade: None, is_torn: false, erased: Vec::new() };
    let Some(mut last) = last_segment(disk)? else { return Ok(recovered) };
    if is_unmade(disk, store, last)? {
        recovered.unmade = Some(last);
        let Some(before) = last.checked_sub(1) else {
            recovered.check_unmade(disk, store)?;
            return Ok(recovered);
        };
        last = before;
    }
    for ordinal in last.saturating_sub(1)..=last {
        recovered.read_segment(disk, store, ordinal, ordinal == last)?;
    }
    recovered.check_unmade(disk, store)?;
    Ok(recovered)
}

/// The number of the last segment. One that is missing before it is named.
fn last_segment(disk: &dyn Disk) -> Result<Option<u32>, StoreError> {
    let found = ordinals(disk, SEGMENTS, "segment")?;
    for (wanted, ordinal) in (0_u32..).zip(&found) {
        if u64::from(wanted) != *ordinal {
            return Err(StoreError::damaged(&segment_path(wanted), "it is missing; restore it from a backup"));
        }
    }
    Ok(found.len().checked_sub(1).and_then(|last| u32::try_from(last).ok()))
}

/// Whether the last segment was cut off while it was made: its header and snapshot are synced before any frame follows.
pub(crate) fn is_unmade(disk: &dyn Disk, store: StoreId, ordinal: u32) -> Result<bool, StoreError> {
    let Some(segment) = Segment::open(disk, store, ordinal)? else { return Ok(false) };
    match segment.check_header()? {
        Step::Damaged(problem) => return Err(segment.damaged(0, &problem)),
        Step::Torn => return Ok(true),
        Step::End | Step::Frame(_) => {}
    }
    match segment.at(FIRST_FRAME)? {
        Step::Torn | Step::End => Ok(true),
        Step::Damaged(problem) => Err(segment.damaged(FIRST_FRAME, &problem)),
        Step::Frame(located) => match segment.check_bodies(&located)? {
            Step::Torn => Ok(located.end() >= segment.length()),
            Step::Damaged(problem) => Err(segment.damaged(FIRST_FRAME, &problem)),
            Step::End | Step::Frame(_) => Ok(false),
        },
    }
}

impl Recovered {
    /// A segment that was cut off while it was made holds no more than its beginning. What is longer had frames.
    fn check_unmade(&self, disk: &dyn Disk, store: StoreId) -> Result<(), StoreError> {
        let Some(unmade) = self.unmade else { return Ok(()) };
        let Some(segment) = Segment::open(disk, store, unmade)? else { return Ok(()) };
        if segment.length() <= self.ledger.segment_start_bytes(store) {
            return Ok(());
        }
        Err(segment.damaged(0, "its beginning is not what was written, and frames follow it; restore it from a backup"))
    }

    fn read_segment(&mut self, disk: &dyn Disk, store: StoreId, ordinal: u32, is_last: bool) -> Result<(), StoreError> {
        let missing = || StoreError::damaged(&segment_path(ordinal), "it is missing; restore it from a backup");
        let segment = Segment::open(disk, store, ordinal)?.ok_or_else(missing)?;
        if segment.check_header()? != Step::End {
            return Err(segment.damaged(0, "its header is not the one that was written"));
        }
        let mut offset = FIRST_FRAME;
        let mut pending: Option<Located> = None;
        let step = loop {
            match segment.at(offset)? {
                Step::Frame(located) => {
                    offset = located.end();
                    let before = pending.replace(*located);
                    before.map_or(Ok(()), |before| self.take(&segment, before))?;
                }
                step @ (Step::End | Step::Torn | Step::Damaged(_)) => break step,
            }
        };
        if is_last {
            return self.end(&segment, pending, &step);
        }
        match step {
            Step::End if offset <= segment.length() => pending.map_or(Ok(()), |located| self.take(&segment, located)),
            Step::Damaged(problem) => Err(segment.damaged(offset, &problem)),
            Step::Torn | Step::End | Step::Frame(_) => {
                Err(segment.damaged(offset, "it is cut off, and a later segment exists; restore it from a backup"))
            }
        }
    }

    /// The end of the last segment: the last frame may be one that a crash cut off.
    fn end(&mut self, segment: &Segment<'_>, pending: Option<Located>, step: &Step) -> Result<(), StoreError> {
        let end = pending.as_ref().map_or(FIRST_FRAME, Located::end);
        if let Step::Damaged(problem) = step {
            return Err(segment.damaged(end, problem));
        }
        if *step == Step::Torn
            && let Some(behind) = segment.frame_behind(end)?
        {
            let problem = format!("its frame is not whole, and another begins at octet {behind}");
            return Err(segment.damaged(end, &problem));
        }
        // What is behind the last frame was begun after that frame was durable, so that frame must be whole.
        self.is_torn = *step == Step::Torn;
        if let Some(last) = pending {
            match segment.check_bodies(&last)? {
                Step::Torn if !self.is_torn => {
                    self.is_torn = true;
                    self.tail = Some(Tail { segment: last.segment, offset: last.offset });
                    return Ok(());
                }
                Step::Torn => return Err(segment.damaged(last.offset, "a body of its frame is not whole")),
                Step::Damaged(problem) => return Err(segment.damaged(last.offset, &problem)),
                Step::End | Step::Frame(_) => self.take(segment, last)?,
            }
        }
        Ok(())
    }

    fn take(&mut self, segment: &Segment<'_>, located: Located) -> Result<(), StoreError> {
        let wrong = |problem: String| segment.damaged(located.offset, &problem);
        if self.last.is_none() && located.header.number > 0 {
            self.ledger = Ledger::begin(&located.header, &located.meta).map_err(wrong)?;
        } else {
            self.ledger.apply(&located.header, &located.meta).map_err(wrong)?;
        }
        if let Change::Commit { batches, .. } = &located.meta.change {
            self.erased.extend(batches.iter().flat_map(|batch| &batch.erasures).filter_map(|erasure| erasure.slot));
        }
        self.tail = Some(Tail { segment: located.segment, offset: located.end() });
        self.last = Some(located);
        Ok(())
    }

    /// Compares with what the logs published. A signed checkpoint that is ahead of the segments means that they lost their
    /// end after it was acknowledged: going on from here would make a second history.
    pub(crate) fn check_published(&self, disk: &dyn Disk, keys: &dyn LogKeys) -> Result<(), StoreError> {
        for name in disk.list(LOGS)? {
            let path = format!("{LOGS}/{name}/checkpoint");
            let octets = match read_whole(disk, &path, tlog::limits::MAX_NOTE_BYTES) {
                Ok(octets) => octets,
                Err(error) if error.is_absent() || error.kind == std::io::ErrorKind::NotADirectory => continue,
                Err(error) => return Err(error.into()),
            };
            // One that a crash left half written, or that bears none of our signatures, says nothing. It is remade.
            let Ok(signed) = SignedCheckpoint::parse(&octets) else { continue };
            let claims = signed.claims();
            if signed.verify(&keys.verifiers(claims.origin())).is_err() {
                continue;
            }
            let size = self.ledger.logs.iter().find(|log| log.origin == claims.origin()).map(|log| log.frontier.size());
            if size.is_none_or(|size| size < claims.size()) {
                return Err(self.lost_end(&name, claims.size(), size.unwrap_or(0)));
            }
        }
        Ok(())
    }

    /// Compares with what was read or written before: a frame that was there once was durable.
    pub(crate) fn check_seen(&self, frames: u64) -> Result<(), StoreError> {
        let found = self.ledger.next_frame;
        if found >= frames {
            return Ok(());
        }
        let problem = format!(
            "{frames} frames were read before, and the segments hold {found}: their end is lost. Nothing was changed; restore \
             the segments from a newer backup"
        );
        Err(StoreError::damaged(&segment_path(self.tail.map_or(0, |tail| tail.segment)), problem))
    }

    /// The last frame must bear a signature by a key of the log; its digest speaks for all before it. Whoever can write the
    /// directory and has not the key can add nothing.
    pub(crate) fn check_signed(&self, disk: &dyn Disk, keys: &dyn LogKeys) -> Result<(), StoreError> {
        let Some(last) = self.last.as_ref() else { return Ok(()) };
        let (path, verifiers) = (segment_path(last.segment), keys.verifiers(SIGNER));
        for _ in 0..READS_BEFORE_CUTTING {
            let octets = disk.read(&path, last.offset, last.header.frame_bytes())?;
            if is_frame_signed(&verifiers, last, &octets) {
                return Ok(());
            }
        }
        let problem = format!(
            "at octet {}: its last frame is signed by no key of the log that is known here: it was changed, or profile.json is \
             older than it",
            last.offset
        );
        Err(StoreError::damaged(&path, problem))
    }

    fn lost_end(&self, log: &str, published: u64, size: u64) -> StoreError {
        let segment = self.tail.map_or(0, |tail| tail.segment);
        StoreError::damaged(
            &segment_path(segment),
            format!(
                "log {log} has published {published} entries, and the segments hold {size}: their end is lost. Nothing was \
                 changed; restore the segments from a newer backup"
            ),
        )
    }

    /// Makes the disk ready for the next frame.
    ///
    /// A crash in the middle of this is met by the same steps at the next start.
    pub(crate) fn mend(&self, disk: &dyn Disk) -> Result<(), StoreError> {
        if let Some(unmade) = self.unmade {
            disk.remove(&segment_path(unmade))?;
            disk.sync_names(SEGMENTS)?;
        }
        let Some(tail) = self.tail else { return Ok(()) };
        let path = segment_path(tail.segment);
        if self.is_torn {
            // A crash before the sync brings the cut-off write back, and it is cut off again.
            disk.truncate(&path, tail.offset)?;
            disk.sync(&path)?;
        }
        self.write_last_again(disk, &path)?;
        disk.sync_names(SEGMENTS)?;
        Ok(())
    }

    /// A sync that failed may have left the last frame in memory alone, where it reads as if it were on the disk, and a
    /// further sync would not write it. So it is written again: the same octets to the same place, where a crash can do no
    /// harm.
    fn write_last_again(&self, disk: &dyn Disk, path: &str) -> Result<(), StoreError> {
        let Some(last) = self.last.as_ref() else { return Ok(()) };
        if segment_path(last.segment) != *path {
            return Ok(());
        }
        let from = if last.offset == FIRST_FRAME { 0 } else { last.offset };
        let length = usize::try_from(last.end().saturating_sub(from)).unwrap_or(usize::MAX);
        let octets = disk.read(path, from, length)?;
        let skipped = usize::try_from(last.offset.saturating_sub(from)).unwrap_or(usize::MAX);
        let frame = octets.get(skipped..).unwrap_or_default();
        // A disk that answers wrongly now must not make us write what it answered.
        if !starts_with_header(last, frame) || wrong_part(last, frame).is_some() {
            return Err(StoreError::damaged(path, "its last frame reads differently from one time to the next"));
        }
        disk.write(path, from, &octets)?;
        disk.sync(path)?;
        Ok(())
    }

    /// Destroys what the last frames say is erased: a crash may have come between the frame and its keys.
    pub(crate) fn finish_erasures(&self, keys: &Arc<BodyKeys>) -> Result<(), StoreError> {
        if self.erased.is_empty() { Ok(()) } else { keys.destroy(&self.erased) }
    }
}

fn starts_with_header(located: &Located, frame: &[u8]) -> bool {
    frame.get(..8) == Some(b"detframe".as_slice()) && frame.len() == located.header.frame_bytes()
}
