//! Checking a whole directory: every octet that the store answers for, named by file where it does not hold.
//!
//! Nothing is changed, and no lock is taken: a node may go on writing meanwhile, and then its newest frames are not looked
//! at.

mod bodies;
mod logs;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use tlog::checkpoint::SignedCheckpoint;

use crate::body_keys::BodyKeys;
use crate::disk::{Disk, DiskError};
use crate::frame::Change;
use crate::keys::LogKeys;
use crate::layout::{self, Found, LAYOUT_FILE, LOGS, SEGMENTS, StoreId, ordinals, segment_path};
use crate::ledger::Ledger;
use crate::recovery::is_unmade;
use crate::segment::{FIRST_FRAME, Located, Segment, Step, wrong_part};
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
    let store = match layout::find(&**disk) {
        Ok(Found::Store(store)) => store,
        Ok(Found::Nothing) => {
            return Err(StoreError::Refused { problem: "there is no store in this directory".to_owned() });
        }
        Err(error @ StoreError::Damaged { .. }) => {
            // Every checksum holds the store's id, so nothing else can be checked without it.
            report.find_error(error);
            report.not_checked.push("everything else: the layout file names the store".to_owned());
            return Ok(report);
        }
        Err(error) => return Err(error),
    };
    let mut walk = Walk::new(disk, store, keys, &mut report);
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
    /// Whether every frame so far held, so that what follows from all of them can be compared.
    is_whole: bool,
    body_keys: BodyKeys,
    /// Slots of erased bodies, with the entry that names each.
    erased: BTreeMap<u64, String>,
    /// Those of them that the last frame erases: a crash may have come before their keys were destroyed.
    under_way: BTreeSet<u64>,
    logs: logs::Logs,
    verifiers: BTreeMap<String, Vec<tlog::note::VerifierKey>>,
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
            is_whole: true,
            body_keys: BodyKeys::new(Arc::clone(disk), store, 0, entropy),
            erased: BTreeMap::new(),
            under_way: BTreeSet::new(),
            logs: logs::Logs::default(),
            verifiers: BTreeMap::new(),
        }
    }

    fn segments(&mut self, progress: &mut dyn FnMut(u64, u64)) -> Result<(), StoreError> {
        let found = ordinals(&**self.disk, SEGMENTS, "segment")?;
        let last = found.last().copied().and_then(|last| u32::try_from(last).ok());
        let Some(last) = last else {
            // A store that was made and never used has none; one that has published something has lost them.
            if self.disk.list(LOGS)?.is_empty() {
                self.report.not_checked.push("segments: there is none, nothing was ever committed".to_owned());
            } else {
                self.report.find(SEGMENTS, "there is no segment", false);
            }
            return Ok(());
        };
        let lengths = found.iter().filter_map(|ordinal| u32::try_from(*ordinal).ok());
        let lengths = lengths.map(|ordinal| Ok(self.disk.length(&segment_path(ordinal))?.unwrap_or(0)));
        let all = lengths.collect::<Result<Vec<_>, DiskError>>()?.into_iter().fold(0, u64::saturating_add);
        // Erasures come after what they erase, so they are collected first.
        for ordinal in 0..=last {
            self.collect_erasures(ordinal);
        }
        let mut done = 0_u64;
        for ordinal in 0..=last {
            match Segment::open(&**self.disk, self.store, ordinal)? {
                Some(segment) => {
                    let base = done;
                    done = done.saturating_add(segment.length());
                    self.segment(&segment, ordinal, ordinal == last, &mut |at| progress(base.saturating_add(at), all))?;
                }
                None => {
                    self.report.find(&segment_path(ordinal), "it is missing; restore it from a backup", false);
                    self.is_whole = false;
                }
            }
        }
        Ok(())
    }

    fn collect_erasures(&mut self, ordinal: u32) {
        let Ok(Some(segment)) = Segment::open(&**self.disk, self.store, ordinal) else { return };
        let mut offset = FIRST_FRAME;
        while let Ok(Step::Frame(located)) = segment.at(offset) {
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
        // What is damaged in another way is named below.
        if is_last && matches!(is_unmade(&**self.disk, self.store, ordinal), Ok(true)) {
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

    fn lost(&mut self, path: &str, offset: u64, problem: &str) {
        self.report.find(path, format!("at octet {offset}: {problem}"), false);
        self.is_whole = false;
    }

    /// Checks one frame. False if nothing behind it in this segment can be checked.
    fn frame(&mut self, segment: &Segment<'_>, located: &Located, is_end: bool) -> Result<bool, StoreError> {
        let path = segment_path(located.segment);
        let octets = self.disk.read(&path, located.offset, located.header.frame_bytes())?;
        if let Some(problem) = wrong_part(located, &octets) {
            if is_end && segment.check_bodies(located)? == Step::Torn {
                self.report.cut_off_bytes = segment.length().saturating_sub(located.offset);
                return Ok(false);
            }
            self.lost(&path, located.offset, problem);
        }
        if let Err(problem) = self.advance(located) {
            self.lost(&path, located.offset, &problem);
            return Ok(false);
        }
        self.count(located, &octets)?;
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

    fn count(&mut self, located: &Located, octets: &[u8]) -> Result<(), StoreError> {
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
        self.check_bodies(located, octets);
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
        self.check_key_files()?;
        self.report.heads = self.ledger.logs.iter().map(crate::ledger::Log::head).collect();
        if self.is_whole {
            self.logs.finish(&**self.disk, self.keys, &self.ledger, self.report)?;
        } else {
            self.report.not_checked.push("what the logs published: it follows from all segments".to_owned());
        }
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
        let source = crate::views::Source { disk: &**self.disk, store: self.store, keys: &self.body_keys };
        match crate::views::compare(&path, views, source, self.ledger.next_frame) {
            Ok(None) => {}
            Ok(Some(reason)) => self.report.not_checked.push(format!("views: {reason}")),
            Err(problem) => self.report.find("views/views.sqlite", problem, true),
        }
    }
}
