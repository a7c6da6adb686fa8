//! A node's directory: what lies where, and how it is written so that a crash leaves all of it or none.

use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Read as _, Write as _};
use std::path::{Path, PathBuf};

use record::key_history::KeyHistory;
use record::limits::MAX_RECORD_BYTES;

use crate::keyring;
use crate::outcome::{Done, Failure};

/// Name of the file that holds the private keys.
const KEYS: &str = "keys.json";
/// Name of the file to hand to others: key records and profile.
const PROFILE: &str = "profile.json";

/// A directory that `detente init` made.
#[derive(Debug, Clone)]
pub(crate) struct Home(PathBuf);

impl Home {
    /// An existing node.
    pub(crate) fn open(dir: &Path) -> Done<Self> {
        let home = Self(dir.to_owned());
        if home.profile_path().is_file() {
            return Ok(home);
        }
        Err(Failure::environment(format!("`{}` is not a node's directory", dir.display()))
            .advise(format!("make one with: detente init --dir {} --name en=NAME", dir.display())))
    }

    /// Makes a node's directory out of a neighbour that is renamed at the end, so that no half-made node is ever seen.
    pub(crate) fn create(dir: &Path, keys: &str, profile: &str) -> Done<Self> {
        let in_the_way = |error: std::io::Error| {
            Failure::environment(format!("cannot make `{}`: {error}", dir.display()))
                .advise("choose a directory that does not exist yet, on a disk that can be written")
        };
        if fs::read_dir(dir).is_ok_and(|mut entries| entries.next().is_some()) || dir.is_file() {
            return Err(in_the_way(std::io::Error::from(ErrorKind::AlreadyExists)));
        }
        let mut name = dir.as_os_str().to_owned();
        name.push(format!(".new-{}", std::process::id()));
        let draft = PathBuf::from(name);
        let written = write_new_node(&draft, keys, profile).and_then(|()| fs::rename(&draft, dir));
        if let Err(error) = written {
            // What is left of the draft is of no use to anybody; an error here would only hide the first one.
            let _left = fs::remove_dir_all(&draft);
            return Err(in_the_way(error));
        }
        Ok(Self(dir.to_owned()))
    }

    pub(crate) fn keys_path(&self) -> PathBuf {
        self.0.join(KEYS)
    }

    pub(crate) fn profile_path(&self) -> PathBuf {
        self.0.join(PROFILE)
    }

    /// The node's own key history.
    pub(crate) fn history(&self) -> Done<KeyHistory> {
        keyring::read_profile(&self.profile_path())
    }
}

fn write_new_node(draft: &Path, keys: &str, profile: &str) -> std::io::Result<()> {
    fs::create_dir_all(draft)?;
    write_private(&draft.join(KEYS), keys)?;
    write_new(&draft.join(PROFILE), profile)?;
    File::open(draft)?.sync_all()
}

/// Writes a file that did not exist, and does not return before the disk has it.
pub(crate) fn write_new(path: &Path, text: &str) -> std::io::Result<()> {
    write_synced(&mut OpenOptions::new().write(true).create_new(true).open(path)?, text)
}

fn write_synced(file: &mut File, text: &str) -> std::io::Result<()> {
    file.write_all(text.as_bytes())?;
    file.write_all(b"\n")?;
    file.sync_all()
}

/// As [`write_new`], readable by the owner alone from its first moment.
fn write_private(path: &Path, text: &str) -> std::io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    write_synced(&mut options.open(path)?, text)
}

/// Refuses private keys that others can read.
pub(crate) fn check_private(path: &Path) -> Done {
    #[cfg(unix)]
    {
        let mode = fs::metadata(path).map(|data| std::os::unix::fs::PermissionsExt::mode(&data.permissions()));
        if mode.is_ok_and(|mode| mode & 0o077 != 0) {
            return Err(Failure::environment(format!("others can read the private keys in `{}`", path.display()))
                .advise(format!("chmod 600 {}", path.display())));
        }
    }
    Ok(())
}

/// Reads a file, or standard input for `-`, and stops at the limit: a file of a gibibyte costs no gibibyte of memory.
pub(crate) fn read_input(path: &Path) -> Done<Vec<u8>> {
    let cannot = |error: std::io::Error| Failure::input(format!("cannot read `{}`: {error}", path.display()));
    let limit = u64::try_from(MAX_RECORD_BYTES).unwrap_or(u64::MAX).saturating_add(1);
    let mut octets = Vec::new();
    if path.as_os_str() == "-" {
        std::io::stdin().lock().take(limit).read_to_end(&mut octets).map_err(cannot)?;
    } else {
        File::open(path).map_err(cannot)?.take(limit).read_to_end(&mut octets).map_err(cannot)?;
    }
    Ok(octets)
}
