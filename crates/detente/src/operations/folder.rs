//! A private folder of one request, or of one page that is printed: what is read lies there under names of ours, and what is written.

use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use api::limits::MAX_FILE_BYTES;

use crate::home::{self, random_name};
use crate::outcome::{Done, Failure};

/// A folder that its owner alone reads, and that goes when this is dropped.
#[derive(Debug)]
pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) fn make() -> Done<Self> {
        let path = std::env::temp_dir().join(format!("detente-{}", random_name()?));
        let mut builder = fs::DirBuilder::new();
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        let made = builder.create(&path);
        made.map_err(|error| Failure::environment(format!("cannot make a folder for the request: {error}")))?;
        Ok(Self(path))
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    /// Writes a file under a name of ours.
    pub(crate) fn put(&self, name: &str, octets: &[u8]) -> Done<PathBuf> {
        let path = self.0.join(name);
        let cannot =
            |error: std::io::Error| Failure::environment(format!("cannot write what the request holds: {error}"));
        let mut file = home::create(&path, home::Readers::Owner).map_err(cannot)?;
        std::io::Write::write_all(&mut file, octets).map_err(cannot)?;
        Ok(path)
    }

    /// What a command wrote under a name; none if it wrote nothing.
    pub(crate) fn take(&self, name: &str) -> Done<Option<Vec<u8>>> {
        let path = self.0.join(name);
        if !path.symlink_metadata().is_ok_and(|data| data.is_file()) {
            return Ok(None);
        }
        let cannot =
            |error: std::io::Error| Failure::environment(format!("cannot read what the command wrote: {error}"));
        let limit = u64::try_from(MAX_FILE_BYTES).unwrap_or(u64::MAX).saturating_add(1);
        let mut octets = Vec::new();
        fs::File::open(&path).map_err(cannot)?.take(limit).read_to_end(&mut octets).map_err(cannot)?;
        if octets.len() > MAX_FILE_BYTES {
            return Err(Failure::environment(format!("what the command wrote is longer than {MAX_FILE_BYTES} octets"))
                .advise("run the command at the machine, or ask for less"));
        }
        Ok(Some(octets))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // What is left is found by nobody else, and goes with the machine's other temporary files.
        let _left = fs::remove_dir_all(&self.0);
    }
}
