//! What a disk in memory does with each call, faults included.

use std::collections::BTreeMap;
use std::io::ErrorKind;

use super::contents::{Contents, part};
use super::faults::{Call, FaultKind, Plan};
use super::names::{Entry, Names};
use super::random::Random;
use crate::disk::paths::{check, check_folder, failure, levels};
use crate::disk::{DiskError, folder_of};
use crate::limits::SECTOR_BYTES;

/// Octets of the longest file: sixteen segments. A wrong offset must not take the memory of the machine.
const MAX_FILE_BYTES: usize = 1024 * 1024 * 1024;

/// The file by which a process takes the directory.
const LOCK: &str = "lock";

/// What the lock file says: the simulated machine has one process.
const HOLDER: &[u8] = b"1\n";

/// What a refused process is told.
const TAKEN: &str = "process 1 has it";

#[derive(Debug, Clone, Default)]
pub(super) struct State {
    names: Names,
    contents: BTreeMap<u64, Contents>,
    pub(super) plan: Plan,
    /// Who has the directory.
    holder: Option<u64>,
    locked: u64,
}

impl State {
    pub(super) fn list(&mut self, folder: &str) -> Result<Vec<String>, DiskError> {
        check_folder("list", folder)?;
        answer("list", folder, self.plan.strike(Call::Look, folder))?;
        Ok(self.names.list(folder))
    }

    pub(super) fn make_folder(&mut self, folder: &str) -> Result<(), DiskError> {
        check_folder("make", folder)?;
        self.check_levels("make", folder)?;
        let fault = self.plan.strike(Call::MakeFolder, folder);
        if is_done(fault) {
            levels(folder).into_iter().for_each(|level| self.names.make_folder(level));
        }
        answer("make", folder, fault)
    }

    pub(super) fn length(&mut self, path: &str) -> Result<Option<u64>, DiskError> {
        check("look at", path)?;
        answer("look at", path, self.plan.strike(Call::Look, path))?;
        Ok(self.visible(path).and_then(|octets| u64::try_from(octets.len()).ok()))
    }

    pub(super) fn read(&mut self, path: &str, offset: u64, length: usize) -> Result<Vec<u8>, DiskError> {
        let file = self.file("read", path)?;
        let fault = self.plan.strike(Call::Read, path);
        answer("read", path, fault)?;
        let offset = usize::try_from(offset).unwrap_or(usize::MAX);
        let Some(contents) = self.contents.get(&file) else { return Ok(Vec::new()) };
        let octets = part(contents.visible(), offset, length);
        Ok(if fault == Some(FaultKind::StaleRead) {
            contents.stale(offset, length, &mut self.plan.random)
        } else if fault == Some(FaultKind::MisdirectedRead) {
            misdirected(&self.contents, octets.len(), &mut self.plan.random)
        } else {
            octets.to_vec()
        })
    }

    pub(super) fn create(&mut self, path: &str, octets: &[u8]) -> Result<(), DiskError> {
        check("create", path)?;
        if self.names.entry(path).is_some() {
            return Err(DiskError::new("create", path, &ErrorKind::AlreadyExists.into()));
        }
        self.check_parent("create", path, path)?;
        end_of("create", path, 0, octets.len())?;
        let fault = self.plan.strike(Call::Create, path);
        let is_refused = matches!(fault, Some(FaultKind::FailNotPersisted | FaultKind::ReadOnly));
        let has_no_room = fault == Some(FaultKind::Full) && self.plan.random.is_heads();
        if !is_refused && !has_no_room {
            self.make(path, octets, fault);
        }
        answer("create", path, fault)
    }

    fn make(&mut self, path: &str, octets: &[u8], fault: Option<FaultKind>) {
        let file = self.names.make(path);
        self.contents.insert(file, Contents::default());
        self.put(file, 0, octets, fault);
        self.settle_name(path, fault);
    }

    pub(super) fn write(&mut self, path: &str, offset: u64, octets: &[u8]) -> Result<(), DiskError> {
        let file = self.file("write", path)?;
        end_of("write", path, offset, octets.len())?;
        let fault = self.plan.strike(Call::Write, path);
        self.put(file, usize::try_from(offset).unwrap_or(usize::MAX), octets, fault);
        answer("write", path, fault)
    }

    fn put(&mut self, file: u64, offset: usize, octets: &[u8], fault: Option<FaultKind>) {
        let Some(contents) = self.contents.get_mut(&file) else { return };
        let random = &mut self.plan.random;
        match fault {
            None => contents.write(offset, octets),
            Some(FaultKind::FailYetPersisted) => {
                contents.write(offset, octets);
                contents.sync();
            }
            Some(FaultKind::LostWrite) => contents.write_doomed(offset, octets),
            Some(FaultKind::TornWrite) => contents.write_torn(offset, octets, random),
            Some(FaultKind::Full) => contents.write(offset, part(octets, 0, random.below(octets.len()))),
            Some(FaultKind::FailNotPersisted | FaultKind::ReadOnly) => {}
            Some(FaultKind::FailedRead | FaultKind::MisdirectedRead | FaultKind::StaleRead) => {}
        }
    }

    pub(super) fn truncate(&mut self, path: &str, length: u64) -> Result<(), DiskError> {
        let file = self.file("truncate", path)?;
        let length = end_of("truncate", path, length, 0)?;
        let fault = self.plan.strike(Call::Truncate, path);
        if let Some(contents) = self.contents.get_mut(&file).filter(|_| is_done(fault)) {
            contents.cut(length);
            if fault.is_some() {
                contents.sync();
            }
        }
        answer("truncate", path, fault)
    }

    pub(super) fn sync(&mut self, path: &str) -> Result<(), DiskError> {
        let file = self.file("sync", path)?;
        let fault = self.plan.strike(Call::Sync, path);
        if let Some(contents) = self.contents.get_mut(&file) {
            if is_done(fault) {
                contents.sync();
            } else if fault == Some(FaultKind::TornWrite) {
                contents.sync_torn(&mut self.plan.random);
            } else {
                contents.forsake();
            }
        }
        answer("sync", path, fault)
    }

    pub(super) fn sync_names(&mut self, folder: &str) -> Result<(), DiskError> {
        check_folder("sync", folder)?;
        match self.names.entry(folder) {
            Some(Entry::Folder) => {}
            Some(Entry::File(_)) => return Err(DiskError::new("sync", folder, &ErrorKind::NotADirectory.into())),
            None => return Err(DiskError::new("sync", folder, &ErrorKind::NotFound.into())),
        }
        let fault = self.plan.strike(Call::SyncNames, folder);
        if is_done(fault) {
            self.names.sync(folder);
            self.sweep_sometimes();
        }
        answer("sync", folder, fault)
    }

    pub(super) fn rename(&mut self, from: &str, to: &str) -> Result<(), DiskError> {
        check("rename", to)?;
        let file = self.file("rename", from)?;
        if self.names.entry(to) == Some(Entry::Folder) {
            return Err(DiskError::new("rename", from, &ErrorKind::IsADirectory.into()));
        }
        self.check_parent("rename", from, to)?;
        let fault = self.plan.strike(Call::Rename, from);
        if is_done(fault) && from != to {
            self.names.rename(from, to, file);
            self.settle_name(to, fault);
        }
        answer("rename", from, fault)
    }

    pub(super) fn remove(&mut self, path: &str) -> Result<(), DiskError> {
        check("remove", path)?;
        let file = match self.names.entry(path) {
            Some(Entry::File(file)) => file,
            Some(Entry::Folder) => return Err(DiskError::new("remove", path, &ErrorKind::IsADirectory.into())),
            None => return Ok(()),
        };
        let fault = self.plan.strike(Call::Remove, path);
        if is_done(fault) {
            self.names.remove(path, file);
            self.settle_name(path, fault);
        }
        answer("remove", path, fault)
    }

    pub(super) fn remove_folder(&mut self, folder: &str) -> Result<(), DiskError> {
        check("remove", folder)?;
        match self.names.entry(folder) {
            Some(Entry::Folder) => {}
            Some(Entry::File(_)) => return Err(DiskError::new("remove", folder, &ErrorKind::NotADirectory.into())),
            None => return Ok(()),
        }
        let fault = self.plan.strike(Call::Remove, folder);
        if is_done(fault) {
            self.names.remove_folder(folder);
            self.settle_name(folder, fault);
        }
        answer("remove", folder, fault)
    }

    /// Takes the directory; answers the number by which it is given back.
    pub(super) fn lock(&mut self) -> Result<u64, DiskError> {
        if self.holder.is_some() {
            return Err(failure("lock", LOCK, ErrorKind::WouldBlock, TAKEN));
        }
        if self.plan.is_read_only {
            return Err(DiskError::new("lock", LOCK, &ErrorKind::ReadOnlyFilesystem.into()));
        }
        if self.names.entry(LOCK).is_none() {
            self.make(LOCK, HOLDER, None);
        }
        self.locked = self.locked.saturating_add(1);
        self.holder = Some(self.locked);
        Ok(self.locked)
    }

    /// Gives the directory back, unless whoever had it died and another has it.
    pub(super) fn unlock(&mut self, number: u64) {
        self.holder = self.holder.filter(|holder| *holder != number);
    }

    pub(super) fn crash(&mut self, seed: u64) {
        let mut random = Random::new(seed);
        self.names.crash(&mut random);
        self.sweep();
        self.contents.values_mut().for_each(|contents| contents.crash(&mut random));
        self.kill();
    }

    pub(super) fn kill(&mut self) {
        self.holder = None;
        self.plan.forget_queue();
    }

    /// What can be seen, as it would be on a disk of its own.
    pub(super) fn copy(&self) -> Self {
        let mut copy = self.clone();
        (copy.plan, copy.holder) = (Plan::default(), None);
        copy.names.settle_all();
        copy.contents.values_mut().for_each(|contents| *contents = Contents::settled(contents.visible()));
        copy.sweep();
        copy
    }

    pub(super) fn files(&self) -> Vec<String> {
        self.names.files().map(|(path, _)| path.clone()).collect()
    }

    pub(super) fn visible(&self, path: &str) -> Option<&[u8]> {
        self.contents.get(&self.names.entry(path)?.file()?).map(Contents::visible)
    }

    pub(super) fn set(&mut self, path: &str, octets: &[u8]) -> Result<(), DiskError> {
        check("set", path)?;
        self.check_levels("set", folder_of(path))?;
        levels(folder_of(path)).into_iter().for_each(|level| self.names.make_folder(level));
        let file = match self.names.entry(path) {
            Some(Entry::File(file)) => file,
            Some(Entry::Folder) => return Err(DiskError::new("set", path, &ErrorKind::IsADirectory.into())),
            None => self.names.make(path),
        };
        self.names.sync_one(path);
        self.contents.insert(file, Contents::settled(octets));
        Ok(())
    }

    pub(super) fn flip(&mut self, path: &str, bit: u64) -> bool {
        let file = self.names.entry(path).and_then(Entry::file);
        file.and_then(|file| self.contents.get_mut(&file)).is_some_and(|contents| contents.flip(bit))
    }

    fn file(&self, operation: &'static str, path: &str) -> Result<u64, DiskError> {
        check(operation, path)?;
        match self.names.entry(path) {
            Some(Entry::File(file)) => Ok(file),
            Some(Entry::Folder) => Err(DiskError::new(operation, path, &ErrorKind::IsADirectory.into())),
            None => Err(DiskError::new(operation, path, &ErrorKind::NotFound.into())),
        }
    }

    fn check_parent(&self, operation: &'static str, path: &str, to: &str) -> Result<(), DiskError> {
        let is_there = self.names.entry(folder_of(to)) == Some(Entry::Folder);
        if is_there { Ok(()) } else { Err(DiskError::new(operation, path, &ErrorKind::NotFound.into())) }
    }

    fn check_levels(&self, operation: &'static str, folder: &str) -> Result<(), DiskError> {
        let file = levels(folder).into_iter().find(|level| matches!(self.names.entry(level), Some(Entry::File(_))));
        file.map_or(Ok(()), |level| Err(DiskError::new(operation, level, &ErrorKind::NotADirectory.into())))
    }

    fn settle_name(&mut self, path: &str, fault: Option<FaultKind>) {
        if fault == Some(FaultKind::FailYetPersisted) {
            self.names.sync_one(path);
        }
    }

    /// Forgets files without a name, once they are as many as the others.
    fn sweep_sometimes(&mut self) {
        if self.contents.len() > self.names.files().count().saturating_mul(2) {
            self.sweep();
        }
    }

    fn sweep(&mut self) {
        let used = self.names.used();
        self.contents.retain(|file, _| used.contains(file));
    }
}

fn is_done(fault: Option<FaultKind>) -> bool {
    matches!(fault, None | Some(FaultKind::FailYetPersisted))
}

fn answer(operation: &'static str, path: &str, fault: Option<FaultKind>) -> Result<(), DiskError> {
    match fault.and_then(FaultKind::error) {
        None => Ok(()),
        Some((kind, problem)) => Err(failure(operation, path, kind, problem)),
    }
}

fn end_of(operation: &'static str, path: &str, offset: u64, length: usize) -> Result<usize, DiskError> {
    let end = usize::try_from(offset).ok().and_then(|offset| offset.checked_add(length));
    let end = end.filter(|end| *end <= MAX_FILE_BYTES);
    end.ok_or_else(|| DiskError::new(operation, path, &ErrorKind::FileTooLarge.into()))
}

/// Octets of any file, from the beginning of any sector on.
fn misdirected(contents: &BTreeMap<u64, Contents>, length: usize, random: &mut Random) -> Vec<u8> {
    let all: Vec<_> = contents.values().map(Contents::visible).collect();
    let file = random.pick(&all).copied().unwrap_or_default();
    let sector = usize::try_from(SECTOR_BYTES).unwrap_or(usize::MAX);
    let starts: Vec<usize> = (0..file.len()).step_by(sector).collect();
    let start = random.pick(&starts).copied().unwrap_or(0);
    let mut octets = part(file, start, length).to_vec();
    octets.resize(length, 0);
    octets
}
