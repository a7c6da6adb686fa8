//! A node's directory that is not there yet.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::path::{Path, PathBuf};

use super::{Home, KEYS, OURS, PROFILE, random_name, sync_directory, write_new, write_private};
use crate::outcome::{Done, Failure};

/// What stands between a node's name and the random end of its draft's name.
const DRAFT: &str = ".new-";
/// Characters of that end, see [`random_name`].
const RANDOM_CHARACTERS: usize = 16;

/// A node's directory that is written, as a neighbour of its place: it is renamed at the end, so that no half-made node is
/// ever seen. One that is dropped before goes again.
#[derive(Debug)]
pub(crate) struct NewHome {
    dir: PathBuf,
    place: PathBuf,
    draft: PathBuf,
    /// Tells a later `init` that the draft is still being written. Some file systems cannot hold a directory.
    held: Option<File>,
}

impl NewHome {
    /// Writes the files of a node beside its place.
    pub(crate) fn write(dir: &Path, keys: &str, profile: &str) -> Done<Self> {
        Home::check_free(dir)?;
        // Without a slash at its end, so that the neighbour lies beside it and not inside.
        let place = fs::canonicalize(dir).unwrap_or_else(|_| dir.components().collect());
        let mut name = place.as_os_str().to_owned();
        name.push(format!("{DRAFT}{}", random_name()?));
        remove_leftovers(&place);
        let mut new = Self { dir: dir.to_owned(), place, draft: PathBuf::from(name), held: None };
        fs::create_dir_all(&new.draft).map_err(|error| new.cannot(&error))?;
        new.held = hold(&new.draft);
        write_new_node(&new.draft, keys, profile).map_err(|error| new.cannot(&error))?;
        Ok(new)
    }

    /// Where it is written.
    pub(crate) fn draft(&self) -> &Path {
        &self.draft
    }

    /// Where it will be.
    pub(crate) fn home(&self) -> Home {
        Home(self.dir.clone())
    }

    /// Gives it its name.
    pub(crate) fn settle(self) -> Done<Home> {
        let named = fs::rename(&self.draft, &self.place);
        // A node that the disk may lose is none, so it goes again.
        let named =
            named.and_then(|()| sync_directory(&self.place).inspect_err(|_| drop(fs::remove_dir_all(&self.place))));
        named.map_err(|error| self.cannot(&error))?;
        Ok(self.home())
    }

    fn cannot(&self, error: &std::io::Error) -> Failure {
        Failure::environment(format!("cannot make `{}`: {error}", self.dir.display()))
            .advise("choose a directory that does not exist yet, on a disk that can be written")
    }
}

impl Drop for NewHome {
    fn drop(&mut self) {
        // What is left of the draft is of no use to anybody, and after a renaming nothing is left.
        let _left = fs::remove_dir_all(&self.draft);
    }
}

fn write_new_node(draft: &Path, keys: &str, profile: &str) -> std::io::Result<()> {
    write_private(&draft.join(KEYS), keys)?;
    write_new(&draft.join(PROFILE), profile)?;
    File::open(draft)?.sync_all()
}

/// Holds a directory against [`remove_leftovers`].
fn hold(directory: &Path) -> Option<File> {
    let directory = File::open(directory).ok()?;
    directory.try_lock().is_ok().then_some(directory)
}

/// Removes what a killed `init` of the same place left: private keys of a party that never began. Only what bears such a
/// name, holds nothing else, and is not being written by anybody. Whatever cannot be removed harms nobody.
fn remove_leftovers(place: &Path) {
    let holder = place.parent().filter(|holder| !holder.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."));
    let Some(name) = place.file_name().and_then(OsStr::to_str) else { return };
    for entry in fs::read_dir(holder).into_iter().flatten().flatten() {
        let is_draft = entry.file_name().to_str().is_some_and(|draft| is_draft_of(name, draft));
        if !is_draft || !holds_only_ours(&entry.path()) {
            continue;
        }
        // Held until it has gone.
        let held = hold(&entry.path());
        if held.is_some() {
            let _left = fs::remove_dir_all(entry.path());
        }
    }
}

fn is_draft_of(name: &str, draft: &str) -> bool {
    let end = draft.strip_prefix(name).and_then(|rest| rest.strip_prefix(DRAFT));
    end.is_some_and(|end| end.len() == RANDOM_CHARACTERS && end.bytes().all(|octet| octet.is_ascii_hexdigit()))
}

fn holds_only_ours(directory: &Path) -> bool {
    let is_directory = directory.symlink_metadata().is_ok_and(|data| data.is_dir());
    is_directory
        && fs::read_dir(directory).is_ok_and(|mut entries| {
            entries.all(|entry| entry.is_ok_and(|entry| OURS.map(OsStr::new).contains(&&*entry.file_name())))
        })
}
