//! Checking a whole directory: every octet that the store answers for, named by file where it does not hold.
//!
//! Nothing is changed, and no lock is taken: a node may go on writing meanwhile, and then its newest frames are not looked
//! at.

mod bodies;
mod logs;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use tlog::checkpoint::SignedCheckpoint;
use tlog::note::VerifierKey;

use crate::body_keys::BodyKeys;
use crate::disk::{Disk, DiskError};
use crate::frame::{Change, SIGNER};
use crate::keys::LogKeys;
use crate::layout::{self, LAYOUT_FILE, LOGS, SEGMENTS, StoreId, ordinals, segment_path};
use crate::ledger::Ledger;
use crate::recovery::is_unmade;
use crate::segment::{FIRST_FRAME, Located, Segment, Step, is_frame_signed, wrong_part};
use crate::store::{Head, StoreError};
use crate::views::View;

/// Problems of one file beyond which no more are listed: a file that is all wrong is told of once.
const MAX_FINDINGS: usize = 1000;

/// A file that is not what it must be.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Finding {
    /// The file.
    pub path: String,
    /// What is wrong with it.
    pub problem: String,
    /// Whether the file is a view, which `rebuild` makes anew; otherwise it is the truth, and only a backup helps.
    pub is_view: bool,
}

/// What was looked at, and what was found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Report {
    /// Frames that hold.
    pub frames: u64,
    /// Batches in them.
    pub batches: u64,
    /// Entries in them, each under a signed checkpoint.
    pub entries: u64,
    /// Signatures of checkpoints that were checked.
    pub signatures: u64,
    /// Bodies that open.
    pub bodies: u64,
    /// Bodies that are erased, as an erasure in the log says.
    pub erased: u64,
    /// Key files, all of whose slots hold.
    pub key_files: u64,
    /// Published files that are what follows from the entries.
    pub published_files: u64,
    /// The logs at their ends.
    pub heads: Vec<Head>,
    /// Octets at the end that a crash cut off and that nobody was told of.
    pub cut_off_bytes: u64,
    /// What was not looked at, and why.
    pub not_checked: Vec<String>,
    /// What does not hold.
    pub findings: Vec<Finding>,
}

impl Report {
    /// Whether everything holds.
    #[must_use]
    pub const fn is_sound(&self) -> bool {
        self.findings.is_empty()
    }

    fn find(&mut self, path: &str, problem: impl Into<String>, is_view: bool) {
        if self.findings.len() < MAX_FINDINGS {
            self.findings.push(Finding { path: path.to_owned(), problem: problem.into(), is_view });
        }
    }

    fn find_error(&mut self, error: StoreError) {
        match error {
            StoreError::Damaged { path, problem } => self.find(&path, problem, false),
            StoreError::Disk(DiskError { path, problem, .. }) => self.find(&path, problem, false),
            other @ (StoreError::Refused { .. }
            | StoreError::NoSuchLog { .. }
            | StoreError::NoSuchEntry { .. }
            | StoreError::Views { .. }) => self.find(LAYOUT_FILE, other.to_string(), false),
        }
    }
}

/// Checks a directory; `views` are those with which its store is opened. Tells how many octets of segments of how many have been read.
///
/// # Errors
/// [`StoreError`] if there is no store of a layout that this build knows.
pub fn verify(
    disk: &Arc<dyn Disk>,
    keys: &dyn LogKeys,
    views: Vec<Box<dyn View>>,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<Report, StoreError> {
    let mut report = Report::default();
    let store = match layout::must(&**disk) {
        Ok(store) => store,
        Err(error @ StoreError::Damaged { .. }) => {
            // Every checksum holds the store's id, so nothing else can be checked without it.
            report.find_error(error);
            report.not_checked.push("everything else: the layout file names the store".to_owned());
            return Ok(report);
        }
        Err(error) => return Err(error),
    };
    // Before the walk: a node that writes meanwhile lets them read on.
    let read_before =
        disk.views_path().filter(|path| path.exists()).and_then(|path| crate::views::frames_read(&path, store));
    let mut walk = Walk::new(disk, store, keys, &mut report);
    walk.read_before = read_before.unwrap_or(0);
    walk.segments(progress)?;
    walk.finish(views)?;
    Ok(report)
}

/// A walk over all segments.
struct Walk<'walk> {
    disk: &'walk Arc<dyn Disk>,
    store: StoreId,
    keys: &'walk dyn LogKeys,
    report: &'walk mut Report,
    ledger: Ledger,
    /// The path of the last segment.
    last_segment: String,
    /// Whether every frame so far held, so that what follows from all of them can be compared.
    is_whole: bool,
    body_keys: BodyKeys,
    /// Slots of erased bodies, with the entry that names each.
    erased: BTreeMap<u64, String>,
    /// Whether these are all: otherwise a destroyed key may have its erasure where nothing can be read.
    knows_erasures: bool,
    /// Those of them that the last frame erases: a crash may have come before their keys were destroyed.
    under_way: BTreeSet<u64>,
    logs: logs::Logs,
    /// Bodies whose keys are destroyed and whose erasure was not found: their slots, and where they lie.
    unexplained: Vec<(u64, String)>,
    /// Frames that the views had read before the walk began.
    read_before: u64,
    verifiers: BTreeMap<String, Vec<VerifierKey>>,
}

impl<'walk> Walk<'walk> {
    fn new(disk: &'walk Arc<dyn Disk>, store: StoreId, keys: &'walk dyn LogKeys, report: &'walk mut Report) -> Self {
        let entropy = Box::new(record::entropy::SystemEntropy::new());
        Self {
            disk,
            store,
            keys,
            report,
            ledger: Ledger::new(),
            last_segment: SEGMENTS.to_owned(),
            is_whole: true,
            body_keys: BodyKeys::new(Arc::clone(disk), store, 0, entropy),
            erased: BTreeMap::new(),
            knows_erasures: false,
            under_way: BTreeSet::new(),
            logs: logs::Logs::default(),
            unexplained: Vec::new(),
            read_before: 0,
            verifiers: BTreeMap::new(),
        }
    }

    fn segments(&mut self, progress: &mut dyn FnMut(u64, u64)) -> Result<(), StoreError> {
        let found = ordinals(&**self.disk, SEGMENTS, "segment")?;
        let found: Vec<_> = found.into_iter().filter_map(|ordinal| u32::try_from(ordinal).ok()).collect();
        let Some(last) = found.last().copied() else {
            // A store that was made and never used has none; one that has published something has lost them.
            if self.disk.list(LOGS)?.is_empty() {
                self.report.not_checked.push("segments: there is none, nothing was ever committed".to_owned());
            } else {
                self.report.find(SEGMENTS, "there is no segment", false);
            }
            return Ok(());
        };
        let lengths = found.iter().map(|ordinal| Ok(self.disk.length(&segment_path(*ordinal))?.unwrap_or(0)));
        let all = lengths.collect::<Result<Vec<_>, DiskError>>()?.into_iter().fold(0, u64::saturating_add);
        // Erasures come after what they erase, so they are collected first.
        self.last_segment = segment_path(last);
        self.knows_erasures = found.iter().all(|ordinal| self.collect_erasures(*ordinal, *ordinal == last));
        let (mut done, mut due) = (0_u64, 0_u32);
        for ordinal in found {
            if ordinal != due {
                // The first of a gap is named, however long it is.
                self.report.find(&segment_path(due), "it is missing; restore it from a backup", false);
                (self.is_whole, self.knows_erasures) = (false, false);
            }
            due = ordinal.saturating_add(1);
            let Some(segment) = Segment::open(&**self.disk, self.store, ordinal)? else { continue };
            let base = done;
            done = done.saturating_add(segment.length());
            self.segment(&segment, ordinal, ordinal == last, &mut |at| progress(base.saturating_add(at), all))?;
        }
        Ok(())
    }

    /// False if a part of the segment cannot be read.
    fn collect_erasures(&mut self, ordinal: u32, is_last: bool) -> bool {
        let Ok(Some(segment)) = Segment::open(&**self.disk, self.store, ordinal) else { return false };
        let mut offset = FIRST_FRAME;
        loop {
            let located = match segment.at(offset) {
                Ok(Step::Frame(located)) => located,
                Ok(Step::End) => return true,
                Ok(Step::Torn) => return is_last,
                Ok(Step::Damaged(_)) | Err(_) => return false,
            };
            offset = located.end();
            self.under_way.clear();
            let Change::Commit { batches, .. } = &located.meta.change else { continue };
            for erasure in batches.iter().flat_map(|batch| &batch.erasures) {
                if let Some(slot) = erasure.slot {
                    self.under_way.insert(slot);
                    self.erased.insert(slot, format!("entry {} of log {}", erasure.index, erasure.log));
                }
            }
        }
    }

    fn segment(
        &mut self,
        segment: &Segment<'_>,
        ordinal: u32,
        is_last: bool,
        progress: &mut dyn FnMut(u64),
    ) -> Result<(), StoreError> {
        let path = segment_path(ordinal);
        let is_short = || segment.length() <= self.ledger.segment_start_bytes(self.store);
        // What is damaged in another way is named below.
        if is_last && is_short() && matches!(is_unmade(&**self.disk, self.store, ordinal), Ok(true)) {
            self.report.cut_off_bytes = segment.length();
            return Ok(());
        }
        if segment.check_header()? != Step::End {
            self.report.find(&path, "its header is not the one that was written", false);
            self.is_whole = false;
        }
        let mut offset = FIRST_FRAME;
        loop {
            match segment.at(offset)? {
                Step::Frame(located) => {
                    let end = located.end();
                    let is_end = is_last && end >= segment.length();
                    if !self.frame(segment, &located, is_end)? {
                        return Ok(());
                    }
                    offset = end;
                    progress(offset);
                }
                Step::End => return Ok(()),
                Step::Torn if is_last => {
                    if let Some(behind) = segment.frame_behind(offset)? {
                        let problem = format!("its frame is not whole, and another begins at octet {behind}");
                        self.lost(&path, offset, &problem);
                        return Ok(());
                    }
                    self.report.cut_off_bytes = segment.length().saturating_sub(offset);
                    return Ok(());
                }
                step @ (Step::Torn | Step::Damaged(_)) => {
                    let cut_off = "it is cut off, and a later segment exists".to_owned();
                    let problem = if let Step::Damaged(problem) = step { problem } else { cut_off };
                    self.lost(&path, offset, &problem);
                    return Ok(());
                }
            }
        }
    }

    fn frame_verifiers(&mut self) -> &[VerifierKey] {
        let keys = self.keys;
        self.verifiers.entry(SIGNER.to_owned()).or_insert_with(|| keys.verifiers(SIGNER))
    }

    fn lost(&mut self, path: &str, offset: u64, problem: &str) {
        self.report.find(path, format!("at octet {offset}: {problem}"), false);
        self.is_whole = false;
    }

    /// Checks one frame. False if nothing behind it in this segment can be checked.
    fn frame(&mut self, segment: &Segment<'_>, located: &Located, is_end: bool) -> Result<bool, StoreError> {
        let path = segment_path(located.segment);
        let octets = self.disk.read(&path, located.offset, located.header.frame_bytes())?;
        let wrong = wrong_part(located, &octets);
        let is_signed = is_frame_signed(self.frame_verifiers(), located, &octets);
        let unsigned = (!is_signed).then_some("its frame is signed by no key of the log that is known here");
        if let Some(problem) = wrong.or(unsigned) {
            if is_end && segment.check_bodies(located)? == Step::Torn {
                self.report.cut_off_bytes = segment.length().saturating_sub(located.offset);
                return Ok(false);
            }
            self.lost(&path, located.offset, problem);
        } else {
            self.report.signatures = self.report.signatures.saturating_add(1);
        }
        if let Err(problem) = self.advance(located) {
            self.lost(&path, located.offset, &problem);
            return Ok(false);
        }
        self.count(located, &octets, wrong.is_none())?;
        Ok(true)
    }

    /// Takes a frame into the ledger; after a gap the next snapshot begins anew.
    fn advance(&mut self, located: &Located) -> Result<(), String> {
        let is_snapshot = matches!(located.meta.change, Change::Snapshot(_));
        let continues = located.header.number == self.ledger.next_frame;
        if is_snapshot && !continues && !self.is_whole {
            self.ledger = Ledger::begin(&located.header, &located.meta)?;
            return Ok(());
        }
        self.ledger.apply(&located.header, &located.meta)
    }

    fn count(&mut self, located: &Located, octets: &[u8], holds: bool) -> Result<(), StoreError> {
        self.report.frames = self.report.frames.saturating_add(1);
        let Change::Commit { batches, heads, .. } = &located.meta.change else { return Ok(()) };
        for head in heads {
            self.check_head(located, head.log, &head.note);
        }
        for batch in batches {
            self.report.batches = self.report.batches.saturating_add(1);
            for entry in &batch.entries {
                self.report.entries = self.report.entries.saturating_add(1);
                if self.is_whole
                    && let Some(log) = self.ledger.log(entry.log)
                {
                    let (disk, report) = (&**self.disk, &mut *self.report);
                    self.logs.take(disk, self.keys, log, entry.index, &entry.entry, report)?;
                }
            }
        }
        self.check_bodies(located, octets, holds);
        Ok(())
    }

    fn check_head(&mut self, located: &Located, log: u32, note: &str) {
        let Some(log) = self.ledger.log(log) else { return };
        let origin = log.origin.clone();
        let keys = self.keys;
        let verifiers = self.verifiers.entry(origin.clone()).or_insert_with(|| keys.verifiers(&origin));
        let signed = SignedCheckpoint::parse(note.as_bytes()).map_err(|error| error.to_string());
        match signed.and_then(|signed| signed.verify(verifiers).map(drop).map_err(|error| error.to_string())) {
            Ok(()) => self.report.signatures = self.report.signatures.saturating_add(1),
            Err(problem) => {
                let problem = format!("at octet {}: its checkpoint of {origin}: {problem}", located.offset);
                self.report.find(&segment_path(located.segment), problem, false);
            }
        }
    }

    fn finish(&mut self, views: Vec<Box<dyn View>>) -> Result<(), StoreError> {
        self.explain()?;
        self.check_key_files()?;
        self.report.heads = self.ledger.logs.iter().map(crate::ledger::Log::head).collect();
        if self.is_whole {
            self.logs.finish(&**self.disk, self.keys, &self.ledger, &self.last_segment, self.report)?;
        } else {
            self.report.not_checked.push("what the logs published: it follows from all segments".to_owned());
        }
        self.body_keys.take_as_destroyed(&self.under_way);
        self.check_views(views);
        Ok(())
    }

    /// Views must be what a rebuild would make of the segments.
    fn check_views(&mut self, views: Vec<Box<dyn View>>) {
        if !self.is_whole {
            self.report.not_checked.push("views: they follow from all segments".to_owned());
            return;
        }
        let Some(path) = self.disk.views_path().filter(|path| path.exists()) else { return };
        let (read, found) = (self.read_before, self.ledger.next_frame);
        if read > found {
            let problem =
                format!("the views have read {read} frames, and the segments hold {found}: their end is lost");
            self.report.find(&self.last_segment, problem, false);
            return;
        }
        let source = crate::views::Source { disk: &**self.disk, store: self.store, keys: &self.body_keys };
        match crate::views::compare(&path, views, source, self.ledger.next_frame) {
            Ok(None) => {}
            Ok(Some(reason)) => self.report.not_checked.push(format!("views: {reason}")),
            Err(problem) => self.report.find("views/views.sqlite", problem, true),
        }
    }
}
