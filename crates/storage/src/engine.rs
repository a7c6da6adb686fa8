//! The sequencer's inner part: it alone writes segments, one frame after another.
//!
//! The commit point is one sync of one frame (design, section 5). Nobody hears of a batch before that sync has returned, and
//! nothing is published before it.

use std::fmt;
use std::sync::Arc;

use record::time::Timestamp;
use tlog::checkpoint::{Checkpoint, SignedCheckpoint};

use crate::batch::BatchId;
use crate::body_keys::BodyKeys;
use crate::disk::Disk;
use crate::frame::{self, Change, FrameDigest, Header, Meta, Next};
use crate::handed::{HandOver, Handed};
use crate::keys::LogKeys;
use crate::layout::{SEGMENTS, StoreId, segment_path};
use crate::ledger::Ledger;
use crate::limits::{MAX_CLOCK_BACK_MICROS, MAX_KEPT_FRAME_BYTES, SEGMENT_BYTES};
use crate::prepare::{Prepared, not_written};
use crate::recovery::{self, Tail};
use crate::segment;
use crate::stage::{FindSlot, Stage};
use crate::store::{CommitError, Committed, StoreError};

/// Reads the machine's clock.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// Writes frames.
pub(crate) struct Engine {
    disk: Arc<dyn Disk>,
    store: StoreId,
    ledger: Ledger,
    tail: Option<Tail>,
    body_keys: Arc<BodyKeys>,
    log_keys: Arc<dyn LogKeys>,
    clock: Clock,
    segment_bytes: u64,
    /// Where the views find what was committed just now; none if there are no views of bodies.
    hand_over: Option<Arc<HandOver>>,
    /// The octets of the last frame, so that the next one is not written into fresh memory.
    frame: Vec<u8>,
    /// Frames that followers are known to have read: segments that have fewer have lost their end.
    seen: u64,
    /// Whether a person has checked a clock that is far behind the last commit.
    is_clock_accepted: bool,
    /// Whether the last write failed, so that the disk must be read again before the next.
    is_doubtful: bool,
}

impl fmt::Debug for Engine {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Engine({} frames, doubtful: {})", self.ledger.next_frame, self.is_doubtful)
    }
}

/// What an engine is given.
pub(crate) struct Parts {
    pub(crate) disk: Arc<dyn Disk>,
    pub(crate) store: StoreId,
    pub(crate) body_keys: Arc<BodyKeys>,
    pub(crate) log_keys: Arc<dyn LogKeys>,
    pub(crate) clock: Clock,
    pub(crate) segment_bytes: Option<u64>,
    /// Frames that the views have read.
    pub(crate) seen: u64,
    pub(crate) hand_over: Option<Arc<HandOver>>,
}

impl Engine {
    /// Recovers, and is ready to write.
    pub(crate) fn open(parts: Parts) -> Result<Self, StoreError> {
        let mut engine = Self {
            disk: parts.disk,
            store: parts.store,
            ledger: Ledger::new(),
            tail: None,
            body_keys: parts.body_keys,
            log_keys: parts.log_keys,
            clock: parts.clock,
            segment_bytes: parts.segment_bytes.unwrap_or(SEGMENT_BYTES),
            hand_over: parts.hand_over,
            frame: Vec::new(),
            seen: parts.seen,
            is_clock_accepted: false,
            is_doubtful: true,
        };
        engine.recover()?;
        Ok(engine)
    }

    /// The state after the last durable frame.
    pub(crate) const fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// Reads the truth again: at the start, and after a write that failed.
    pub(crate) fn recover(&mut self) -> Result<(), StoreError> {
        self.is_doubtful = true;
        let mut recovered = recovery::read(&*self.disk, self.store)?;
        recovered.check_published(&*self.disk, &*self.log_keys)?;
        recovered.check_seen(self.seen.max(self.ledger.next_frame))?;
        recovered.check_signed(&*self.disk, &*self.log_keys)?;
        recovered.mend(&*self.disk)?;
        self.body_keys.skip_to(recovered.ledger.next_slot);
        // Now its frames are durable, so readers see them before they find a body of theirs erased.
        self.tail = recovered.tail;
        self.ledger = std::mem::replace(&mut recovered.ledger, Ledger::new());
        recovered.finish_erasures(&self.body_keys)?;
        self.is_doubtful = false;
        Ok(())
    }

    /// Commits batches in one frame, and answers each in its place.
    pub(crate) fn commit(
        &mut self,
        batches: Vec<Prepared>,
        find_slot: &FindSlot<'_>,
    ) -> Vec<Result<Committed, CommitError>> {
        if self.is_doubtful
            && let Err(error) = self.recover()
        {
            // Any of them may have been sent before and be on the disk that does not answer.
            let unknown = CommitError::Unknown { problem: error.to_string() };
            return batches.iter().map(|_| Err(unknown.clone())).collect();
        }
        let asked: Vec<_> = batches.iter().map(|batch| batch.id).collect();
        let ready = self.time().and_then(|time| self.make_room(time).map(|()| time));
        let time = match ready {
            Ok(time) => time,
            Err(error) => return self.refuse_new(&asked, &error),
        };
        let mut stage = Stage::new(&self.ledger);
        let mut answers: Vec<_> = batches.into_iter().map(|batch| stage.admit(batch, time, find_slot)).collect();
        if stage.is_empty() {
            return answers;
        }
        let heads = match stage.heads(|checkpoint| self.sign(checkpoint)) {
            Ok(heads) => heads,
            Err(problem) => return self.refuse_new(&asked, &CommitError::NotSigning { problem }),
        };
        let ids = stage.batches.iter().map(|batch| batch.id).collect::<Vec<_>>();
        let change = Change::Commit { opens: stage.opens, batches: stage.batches, heads };
        let (bodies, handed) = (stage.bodies, stage.handed);
        match self.write(&Meta { time, change }, &bodies) {
            Ok(is_erasing) => self.hand_over(handed, is_erasing),
            Err(error) => {
                self.hand_over(Vec::new(), true);
                self.settle(&error, &ids, &mut answers);
            }
        }
        answers
    }

    /// Leaves the views what is durable now. What is erased in the same frame, or was handed over and is erased now, is read
    /// from the disk instead, where it is not any more.
    fn hand_over(&self, handed: Vec<((u32, u64), Handed)>, is_erasing: bool) {
        match &self.hand_over {
            Some(hand_over) if is_erasing => hand_over.clear(),
            Some(hand_over) => hand_over.put(handed),
            None => {}
        }
    }

    /// Refuses batches, but for those that were committed before: a refusal would say that nothing of them is there.
    fn refuse_new(&self, asked: &[BatchId], error: &CommitError) -> Vec<Result<Committed, CommitError>> {
        asked.iter().map(|id| self.ledger.committed(id).ok_or_else(|| error.clone())).collect()
    }

    /// Writes a frame and takes it into the ledger. On return it is durable. True if it erases something.
    fn write(&mut self, meta: &Meta, bodies: &[Vec<u8>]) -> Result<bool, StoreError> {
        let tail = self.tail.ok_or_else(no_segment)?;
        let path = segment_path(tail.segment);
        let bodies: Vec<_> = bodies.iter().map(Vec::as_slice).collect();
        let mut octets = std::mem::take(&mut self.frame);
        let sign = |digest: &FrameDigest| self.sign_frame(digest);
        let written = frame::write_onto(&mut octets, (self.store, self.next(tail.offset)), meta, &bodies, &sign);
        let header = written.map_err(|problem| StoreError::Refused { problem })?;
        check_bounds(&header)?;
        // Whatever keeps this from its end, a panic too: the disk is read again before the next frame.
        self.is_doubtful = true;
        // A crash up to the end of the sync leaves the frame whole, in part, or not at all. Nobody was told of it; a whole
        // one is taken in at the next start, any other is cut off.
        self.disk.write(&path, tail.offset, &octets)?;
        self.disk.sync(&path)?;
        // From here on no crash takes it away.
        self.take(&header, meta, Tail { offset: tail.offset.saturating_add(length(&octets)), ..tail })?;
        // A crash between the sync and this destroys the keys at the next start.
        let is_erasing = self.destroy_erased(meta)?;
        self.is_doubtful = false;
        if octets.capacity() <= MAX_KEPT_FRAME_BYTES {
            self.frame = octets;
        }
        Ok(is_erasing)
    }

    const fn next(&self, offset: u64) -> Next {
        Next { number: self.ledger.next_frame, previous: self.ledger.previous, offset }
    }

    fn take(&mut self, header: &Header, meta: &Meta, tail: Tail) -> Result<(), StoreError> {
        let path = segment_path(tail.segment);
        self.ledger.apply(header, meta).map_err(|problem| StoreError::damaged(&path, problem))?;
        self.tail = Some(tail);
        Ok(())
    }

    /// True if it erases something.
    fn destroy_erased(&self, meta: &Meta) -> Result<bool, StoreError> {
        let Change::Commit { batches, .. } = &meta.change else { return Ok(false) };
        let slots: Vec<_> = batches.iter().flat_map(|batch| &batch.erasures).filter_map(|one| one.slot).collect();
        if slots.is_empty() { Ok(false) } else { self.body_keys.destroy(&slots).map(|()| true) }
    }

    /// After a write that failed: what the disk holds decides, never what it answered.
    fn settle(&mut self, error: &StoreError, ids: &[BatchId], answers: &mut [Result<Committed, CommitError>]) {
        let recovered = self.recover();
        let fresh = |answer: &&mut Result<Committed, CommitError>| {
            answer.as_ref().is_ok_and(|committed| ids.contains(&committed.id))
        };
        for answer in answers.iter_mut().filter(fresh) {
            let Ok(committed) = answer else { continue };
            *answer = match &recovered {
                Ok(()) => self.ledger.committed(&committed.id).ok_or_else(|| not_written(error)),
                Err(second) => Err(CommitError::Unknown { problem: format!("{error}, and then {second}") }),
            };
        }
    }

    /// Begins the first segment, or the next one when the last is full.
    fn make_room(&mut self, time: Timestamp) -> Result<(), CommitError> {
        // Asked first: a frame that nobody signs must not be begun.
        self.log_keys.signers(frame::SIGNER).map_err(|problem| CommitError::NotSigning { problem })?;
        let made = self.begin_segment(time);
        made.map_err(|error| {
            self.is_doubtful = true;
            not_written(&error)
        })
    }

    fn begin_segment(&mut self, time: Timestamp) -> Result<(), StoreError> {
        let segment = match self.tail {
            Some(tail) if tail.offset < self.segment_bytes => return Ok(()),
            Some(tail) => tail.segment.saturating_add(1),
            None => 0,
        };
        let snapshot = self.ledger.snapshot(self.body_keys.next_slot());
        let meta = Meta { time, change: Change::Snapshot(snapshot) };
        let sign = |digest: &FrameDigest| self.sign_frame(digest);
        let written = frame::write(self.store, self.next(segment::FIRST_FRAME), &meta, &[], &sign);
        let (header, frame) = written.map_err(|problem| StoreError::Refused { problem })?;
        check_bounds(&header)?;
        let mut octets = segment::header(self.store, segment);
        octets.extend(frame);
        let path = segment_path(segment);
        // A crash before both syncs have returned leaves a segment without a frame that anybody was told of; recovery takes
        // it away, or goes on in it if it is whole.
        self.disk.create(&path, &octets)?;
        self.disk.sync(&path)?;
        self.disk.sync_names(SEGMENTS)?;
        self.take(&header, &meta, Tail { segment, offset: length(&octets) })
    }

    /// The time of the next frame: never before the last one's.
    fn time(&self) -> Result<Timestamp, CommitError> {
        match self.clock_objection().filter(|_| !self.is_clock_accepted) {
            Some(problem) => Err(CommitError::NotSigning { problem }),
            None => Ok((self.clock)().max(self.ledger.time)),
        }
    }

    /// Why the clock is not believed; none if it is. A clock that is far behind is wrong, or the last commit's was, and what
    /// a wrong one would make us sign could not be told from backdating.
    pub(crate) fn clock_objection(&self) -> Option<String> {
        let (now, last) = ((self.clock)(), self.ledger.time);
        let behind = last.micros().saturating_sub(now.micros());
        let far = behind > MAX_CLOCK_BACK_MICROS;
        far.then(|| format!("the clock says {now}, and the last commit was at {last}"))
    }

    /// Goes on although the clock is far behind, because a person has checked it. Frames bear the last commit's time until
    /// the clock has passed it.
    pub(crate) const fn accept_clock(&mut self) {
        self.is_clock_accepted = true;
    }

    /// Signs a frame, as the log's key for Ed25519 does.
    fn sign_frame(&self, digest: &FrameDigest) -> Result<Vec<u8>, String> {
        let signers = self.log_keys.signers(frame::SIGNER)?;
        let signature = signers.commit.sign_message(frame::SIGNATURE_DOMAIN, digest);
        signature.map_err(|error| error.to_string())
    }

    fn sign(&self, checkpoint: &Checkpoint) -> Result<String, String> {
        let signers = self.log_keys.signers(checkpoint.origin())?;
        let signed = SignedCheckpoint::sign(checkpoint.clone(), &[&signers.commit], 0);
        signed.map(|signed| signed.to_string()).map_err(|error| error.to_string())
    }
}

fn no_segment() -> StoreError {
    StoreError::Refused { problem: "there is no segment to write to".to_owned() }
}

/// A frame that is too long to be read again must not be written.
fn check_bounds(header: &Header) -> Result<(), StoreError> {
    let problem = "a frame would be longer than any that is read";
    if header.is_within_bounds() { Ok(()) } else { Err(StoreError::Refused { problem: problem.to_owned() }) }
}

fn length(octets: &[u8]) -> u64 {
    u64::try_from(octets.len()).unwrap_or(u64::MAX)
}
