//! The guard after a restore (design, section 5): a node that was restored from an old backup, or from a snapshot, must not
//! sign a second history of what it had signed since. What it has forgotten, others remember.

use std::fmt;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use tlog::Hash;
use tlog::checkpoint::SignedCheckpoint;
use tlog::limits::MAX_NOTE_BYTES;
use tlog::note::VerifierKey;

use crate::keys::{LogKeys, LogSigners};
use crate::limits::{MAX_HEAD_FILES, MAX_HEADS};

/// Somebody who remembers heads of our logs: a witness, or a folder of cosigned heads on another disk.
pub trait HeadSource: Send + Sync {
    /// What to call it.
    fn name(&self) -> String;

    /// Adds every head of this origin that it remembers, unchecked.
    ///
    /// # Errors
    /// Why these are not all, or why it does not answer. What it added before that can still speak against us.
    fn heads(&self, origin: &str, found: &mut Vec<SignedCheckpoint>) -> Result<(), String>;
}

/// A folder of cosigned heads: files whose names end in `.checkpoint`, of any logs.
#[derive(Debug, Clone)]
pub struct HeadFolder(PathBuf);

impl HeadFolder {
    /// The heads in this folder.
    #[must_use]
    pub fn new(folder: &Path) -> Self {
        Self(folder.to_owned())
    }
}

impl HeadSource for HeadFolder {
    fn name(&self) -> String {
        format!("folder {}", self.0.display())
    }

    fn heads(&self, origin: &str, found: &mut Vec<SignedCheckpoint>) -> Result<(), String> {
        let (mut problem, mut read, mut ours) = (None, 0_usize, 0_usize);
        let files = std::fs::read_dir(&self.0).map_err(|error| error.to_string())?;
        for file in files {
            let path = file.map_err(|error| error.to_string())?.path();
            if path.extension().is_none_or(|ending| ending != "checkpoint") {
                continue;
            }
            match read_head(&path) {
                Ok(head) => {
                    let head = head.filter(|head| head.claims().origin() == origin);
                    ours = ours.saturating_add(usize::from(head.is_some()));
                    found.extend(head);
                }
                // Read on: another file may hold the head that speaks against us.
                Err(error) => problem = problem.or_else(|| Some(format!("{}: {error}", path.display()))),
            }
            // To pass over some would be to pass over the newest.
            read = read.saturating_add(1);
            if read > MAX_HEAD_FILES || ours > MAX_HEADS {
                return Err(format!(
                    "it has more than {MAX_HEADS} heads of this log, or {MAX_HEAD_FILES} of all; leave the newest alone there"
                ));
            }
        }
        problem.map_or(Ok(()), Err)
    }
}

/// A head from a file. What is no checkpoint is not ours to complain of: the folder may hold anything.
fn read_head(path: &Path) -> std::io::Result<Option<SignedCheckpoint>> {
    let data = std::fs::metadata(path)?;
    if !data.is_file() || data.len() > MAX_NOTE_BYTES as u64 {
        return Ok(None);
    }
    let mut octets = Vec::new();
    std::fs::File::open(path)?.take(MAX_NOTE_BYTES as u64).read_to_end(&mut octets)?;
    Ok(SignedCheckpoint::parse(&octets).ok())
}

/// What the guard found.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Guarded {
    /// No source is set: nothing would notice a restored backup.
    Alone,
    /// A source remembers a head that our log continues.
    Checked {
        /// The source.
        by: String,
        /// The largest size that it remembers.
        size: u64,
    },
    /// No source answered with a head of ours.
    Unanswered {
        /// What each said.
        problems: Vec<String>,
    },
    /// A source remembers more than we have: this is an old state.
    Behind {
        /// The source.
        by: String,
        /// The size that it remembers, under our signature.
        remembered: u64,
        /// Our size.
        ours: u64,
    },
    /// A source remembers, under our signature, another history.
    Forked {
        /// The source.
        by: String,
        /// At this size.
        size: u64,
    },
}

impl Guarded {
    /// Why nothing may be signed; none if it may.
    #[must_use]
    pub fn objection(&self) -> Option<String> {
        match self {
            Self::Alone | Self::Checked { .. } => None,
            Self::Unanswered { .. } | Self::Behind { .. } | Self::Forked { .. } => Some(self.to_string()),
        }
    }

    /// Whether a person who has checked may let signing go on. What is proved is not theirs to overrule.
    #[must_use]
    pub const fn may_resume(&self) -> bool {
        matches!(self, Self::Alone | Self::Checked { .. } | Self::Unanswered { .. })
    }
}

impl fmt::Display for Guarded {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Alone => out.write_str("no head source is set, so nothing would notice a restored backup"),
            Self::Checked { by, size } => write!(out, "{by} remembers {size} entries, and the log continues them"),
            Self::Unanswered { problems } => {
                write!(out, "no head source knows this log: {}", problems.join("; "))
            }
            Self::Behind { by, remembered, ours } => write!(
                out,
                "{by} remembers {remembered} entries under our own signature, and this directory has {ours}: it is an old \
                 state, and signing on from it would make a second history"
            ),
            Self::Forked { by, size } => write!(
                out,
                "{by} remembers another history of {size} entries under our own signature: two copies of this node have \
                 signed"
            ),
        }
    }
}

/// Our log, as the guard compares it.
pub(crate) struct Ours<'log> {
    pub(crate) origin: &'log str,
    pub(crate) size: u64,
    pub(crate) verifiers: &'log [VerifierKey],
    /// The root that the log had at a size.
    pub(crate) root_at: &'log dyn Fn(u64) -> Result<Hash, String>,
}

/// Asks every source. One that contradicts us outweighs any that agree.
pub(crate) fn check(sources: &[Arc<dyn HeadSource>], ours: &Ours<'_>) -> Guarded {
    if sources.is_empty() {
        return Guarded::Alone;
    }
    let (mut checked, mut problems) = (None, Vec::new());
    for source in sources {
        match ask(&**source, ours) {
            Ok(Guarded::Checked { by, size }) => checked = checked.or(Some(Guarded::Checked { by, size })),
            Ok(objection) => return objection,
            Err(problem) => problems.push(format!("{}: {problem}", source.name())),
        }
    }
    checked.unwrap_or(Guarded::Unanswered { problems })
}

fn ask(source: &dyn HeadSource, ours: &Ours<'_>) -> Result<Guarded, String> {
    let mut heads = Vec::new();
    let answered = source.heads(ours.origin, &mut heads);
    // Only what bears our own signature speaks against us or for us; a stranger's folder can do neither.
    heads.retain(|head| head.claims().origin() == ours.origin && head.verify(ours.verifiers).is_ok());
    heads.sort_by_key(|head| head.claims().size());
    let by = source.name();
    let largest = heads.last().map(|head| head.claims().size());
    if let Some(largest) = largest.filter(|largest| *largest > ours.size) {
        return Ok(Guarded::Behind { by, remembered: largest, ours: ours.size });
    }
    for head in &heads {
        let size = head.claims().size();
        if (ours.root_at)(size)? != *head.claims().root() {
            return Ok(Guarded::Forked { by, size });
        }
    }
    // Only now: what a head proves is not undone by another that cannot be read.
    answered?;
    Ok(Guarded::Checked { by, size: largest.ok_or("it has no head of this log")? })
}

/// Keys behind a gate: while it is shut nothing is signed, whoever asks.
pub(crate) struct Gate {
    keys: Arc<dyn LogKeys>,
    objection: RwLock<Option<String>>,
}

impl Gate {
    /// A gate that is shut until the guard has looked.
    pub(crate) fn shut(keys: Arc<dyn LogKeys>) -> Self {
        Self { keys, objection: RwLock::new(Some("the guard has not looked yet".to_owned())) }
    }

    pub(crate) fn set(&self, objection: Option<String>) {
        *self.objection.write().unwrap_or_else(PoisonError::into_inner) = objection;
    }

    pub(crate) fn objection(&self) -> Option<String> {
        self.objection.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl LogKeys for Gate {
    fn verifiers(&self, origin: &str) -> Vec<VerifierKey> {
        self.keys.verifiers(origin)
    }

    fn signers(&self, origin: &str) -> Result<Arc<LogSigners>, String> {
        match self.objection() {
            Some(objection) => Err(objection),
            None => self.keys.signers(origin),
        }
    }
}
