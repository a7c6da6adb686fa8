//! The faults of a disk, and when they strike.

use std::collections::BTreeMap;
use std::io::ErrorKind;

use super::random::Random;

/// The most faults that chance plays in a row: one fewer than
/// [`READS_BEFORE_CUTTING`](crate::limits::READS_BEFORE_CUTTING), so that whoever tries that often gets one true answer.
pub const MAX_FAULTS_IN_A_ROW: u32 = 2;

/// Calls without a fault that end a row. One try may take several calls, and a row must not strike the same call of every
/// try.
pub const CALM_CALLS: u32 = 64;

/// What a fault does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum FaultKind {
    /// A change fails and nothing was done. After a failed sync what was pending can still be read, but no later sync makes
    /// it durable.
    FailNotPersisted,
    /// A change fails, yet all was done and is durable.
    FailYetPersisted,
    /// A write fails and some of its sectors can be read back; a sync fails and some of what was pending is durable.
    TornWrite,
    /// A write succeeds, and unless a sync comes first the next crash takes it for certain.
    LostWrite,
    /// There is no room: a part may have been written. Lasts until [`make_room`](super::MemoryDisk::make_room).
    Full,
    /// Nothing may be changed. Lasts until [`make_writable`](super::MemoryDisk::make_writable).
    ReadOnly,
    /// A read fails.
    FailedRead,
    /// A read answers as many octets from elsewhere.
    MisdirectedRead,
    /// A read answers what was there before the latest change.
    StaleRead,
}

impl FaultKind {
    /// Every kind.
    pub const ALL: [Self; 9] = [
        Self::FailNotPersisted,
        Self::FailYetPersisted,
        Self::TornWrite,
        Self::LostWrite,
        Self::Full,
        Self::ReadOnly,
        Self::FailedRead,
        Self::MisdirectedRead,
        Self::StaleRead,
    ];

    /// Whether it can strike a call.
    #[must_use]
    pub const fn strikes(self, call: Call) -> bool {
        match self {
            Self::FailNotPersisted | Self::FailYetPersisted | Self::ReadOnly => {
                !matches!(call, Call::Look | Call::Read)
            }
            Self::TornWrite => matches!(call, Call::Create | Call::Write | Call::Sync),
            Self::LostWrite => matches!(call, Call::Create | Call::Write),
            Self::Full => matches!(call, Call::Create | Call::Write | Call::MakeFolder),
            Self::FailedRead => matches!(call, Call::Look | Call::Read),
            Self::MisdirectedRead | Self::StaleRead => matches!(call, Call::Read),
        }
    }

    /// What the caller is told; none if the call seems to succeed.
    pub(super) const fn error(self) -> Option<(ErrorKind, &'static str)> {
        match self {
            Self::LostWrite | Self::MisdirectedRead | Self::StaleRead => None,
            Self::Full => Some((ErrorKind::StorageFull, "no space left on the simulated disk")),
            Self::ReadOnly => Some((ErrorKind::ReadOnlyFilesystem, "the simulated disk cannot be written")),
            Self::FailNotPersisted | Self::FailYetPersisted | Self::TornWrite | Self::FailedRead => {
                Some((ErrorKind::Other, "the simulated disk failed"))
            }
        }
    }
}

/// What is asked of a disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Call {
    /// For names in a folder, or a file's length.
    Look,
    /// To read.
    Read,
    /// To create a file.
    Create,
    /// To write.
    Write,
    /// To truncate.
    Truncate,
    /// To sync a file.
    Sync,
    /// To sync the names in a folder.
    SyncNames,
    /// To rename.
    Rename,
    /// To remove a file or folder.
    Remove,
    /// To make a folder.
    MakeFolder,
}

/// A fault that is to come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    kind: FaultKind,
    call: Option<Call>,
    beginning: String,
    after: u64,
    times: u32,
}

impl Fault {
    /// One that strikes the next call that it can strike, once.
    #[must_use]
    pub const fn new(kind: FaultKind) -> Self {
        Self { kind, call: None, beginning: String::new(), after: 0, times: 1 }
    }

    /// Only calls of this kind.
    #[must_use]
    pub fn only(self, call: Call) -> Self {
        Self { call: Some(call), ..self }
    }

    /// Only paths that begin so.
    #[must_use]
    pub fn on(self, beginning: &str) -> Self {
        Self { beginning: beginning.to_owned(), ..self }
    }

    /// Lets so many calls pass that it could strike.
    #[must_use]
    pub fn after(self, calls: u64) -> Self {
        Self { after: calls, ..self }
    }

    /// Strikes so many such calls in a row.
    #[must_use]
    pub fn times(self, times: u32) -> Self {
        Self { times, ..self }
    }

    fn fits(&self, call: Call, path: &str) -> bool {
        self.kind.strikes(call) && self.call.is_none_or(|only| only == call) && path.starts_with(&self.beginning)
    }
}

/// All faults to come, and all that came.
#[derive(Debug, Clone)]
pub(super) struct Plan {
    queue: Vec<Fault>,
    chance: Option<Chance>,
    pub(super) is_full: bool,
    pub(super) is_read_only: bool,
    pub(super) played: BTreeMap<FaultKind, u64>,
    /// For what a fault leaves to chance.
    pub(super) random: Random,
}

impl Default for Plan {
    fn default() -> Self {
        Self {
            queue: Vec::new(),
            chance: None,
            is_full: false,
            is_read_only: false,
            played: BTreeMap::new(),
            random: Random::new(0),
        }
    }
}

impl Plan {
    pub(super) fn add(&mut self, fault: Fault) {
        self.queue.push(fault);
    }

    pub(super) fn add_chance(&mut self, seed: u64, one_in: u32) {
        self.random = Random::new(seed.wrapping_add(1));
        self.chance = Some(Chance { random: Random::new(seed), one_in, row: 0, calm: 0 });
    }

    /// Forgets what was queued.
    pub(super) fn forget_queue(&mut self) {
        self.queue.clear();
    }

    pub(super) fn stop(&mut self) {
        self.queue.clear();
        self.chance = None;
    }

    /// The fault that strikes a call.
    pub(super) fn strike(&mut self, call: Call, path: &str) -> Option<FaultKind> {
        let kind = self.lasting(call).or_else(|| self.queued(call, path));
        let kind = kind.or_else(|| self.chance.as_mut()?.strike(call))?;
        let played = self.played.entry(kind).or_default();
        *played = played.saturating_add(1);
        Some(kind)
    }

    fn lasting(&self, call: Call) -> Option<FaultKind> {
        let kinds = [(self.is_read_only, FaultKind::ReadOnly), (self.is_full, FaultKind::Full)];
        kinds.into_iter().find(|(lasts, kind)| *lasts && kind.strikes(call)).map(|(_, kind)| kind)
    }

    fn queued(&mut self, call: Call, path: &str) -> Option<FaultKind> {
        let mut struck = None;
        for fault in self.queue.iter_mut().filter(|fault| fault.fits(call, path)) {
            if fault.after > 0 {
                fault.after = fault.after.saturating_sub(1);
            } else if struck.is_none() {
                struck = Some(fault.kind);
                fault.times = fault.times.saturating_sub(1);
            }
        }
        self.queue.retain(|fault| fault.times > 0);
        self.is_full |= struck == Some(FaultKind::Full);
        self.is_read_only |= struck == Some(FaultKind::ReadOnly);
        struck
    }
}

#[derive(Debug, Clone)]
struct Chance {
    random: Random,
    one_in: u32,
    /// Faults since the last calm.
    row: u32,
    /// Calls since the last fault.
    calm: u32,
}

impl Chance {
    fn strike(&mut self, call: Call) -> Option<FaultKind> {
        self.calm = self.calm.saturating_add(1);
        if self.calm > CALM_CALLS {
            self.row = 0;
        }
        let is_due = self.random.below(usize::try_from(self.one_in).unwrap_or(usize::MAX)) == 0;
        if self.one_in == 0 || self.row >= MAX_FAULTS_IN_A_ROW || !is_due {
            return None;
        }
        let fit: Vec<_> = FaultKind::ALL.into_iter().filter(|kind| kind.strikes(call)).collect();
        let kind = self.random.pick(&fit).copied()?;
        (self.row, self.calm) = (self.row.saturating_add(1), 0);
        Some(kind)
    }
}
