//! Where everything lies in a node's directory, and which of it is the truth.
//!
//! ```text
//! layout                     which layout this is, the store's id, and a check of both
//! segments/00000000.segment  the truth: frames, appended only
//! body-keys/00000000.keys    a key for each body: erasing destroys one
//! log/NAME/checkpoint        a view: what a log publishes, C2SP tlog-tiles
//! log/NAME/tile/...          a view
//! views/views.sqlite         a view: where what lies, and what is searched
//! lock                       held while a process has the directory
//! ```

use std::fmt;

use record::base64url;
use record::digest::sha256;
use record::entropy::{Entropy, NoEntropy};

use crate::batch::LogName;
use crate::disk::{Disk, DiskError, read_whole, replace};
use crate::limits::READS_BEFORE_CUTTING;
use crate::store::StoreError;

/// The layout that this build writes and reads.
pub const LAYOUT: u32 = 1;

/// The file that says which layout a directory has.
pub const LAYOUT_FILE: &str = "layout";
/// The folder of segment files.
pub const SEGMENTS: &str = "segments";
/// The folder of key files.
pub const BODY_KEYS: &str = "body-keys";
/// The folder of what logs publish.
pub const LOGS: &str = "log";
/// The folder of views.
pub const VIEWS: &str = "views";

/// Octets of a layout file: three short lines, and the digest of them, so that a flipped bit is not taken for another store.
const MAX_LAYOUT_BYTES: usize = 256;

/// The random name of a store. It goes into every checksum, so that a file of another store is never taken for one of ours.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct StoreId([u8; 16]);

impl StoreId {
    /// Its octets.
    #[must_use]
    pub const fn octets(&self) -> &[u8; 16] {
        &self.0
    }

    /// An id that was read.
    #[must_use]
    pub const fn from_octets(octets: [u8; 16]) -> Self {
        Self(octets)
    }
}

impl fmt::Display for StoreId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&base64url::encode(&self.0))
    }
}

impl fmt::Debug for StoreId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "StoreId({self})")
    }
}

/// What a directory is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Found {
    /// No store yet.
    Nothing,
    /// A store of this layout.
    Store(StoreId),
}

/// Looks which layout a directory has.
///
/// # Errors
/// [`StoreError::Refused`] for a layout that this build does not know; [`StoreError::Damaged`] if the file is none, or is
/// missing where a store has left something.
pub fn find(disk: &dyn Disk) -> Result<Found, StoreError> {
    let mut found = find_once(disk);
    for _ in 1..READS_BEFORE_CUTTING {
        // A disk that answered wrongly once is asked again.
        if !matches!(found, Err(StoreError::Damaged { .. } | StoreError::Refused { .. })) {
            break;
        }
        found = find_once(disk);
    }
    found
}

fn find_once(disk: &dyn Disk) -> Result<Found, StoreError> {
    match read_whole(disk, LAYOUT_FILE, MAX_LAYOUT_BYTES) {
        Ok(octets) => read(&octets).map(Found::Store),
        Err(error) if error.is_absent() => match remains(disk)? {
            None => Ok(Found::Nothing),
            Some(folder) => {
                let problem = format!("it is missing, and `{folder}` is not empty; restore both from a backup");
                Err(StoreError::damaged(LAYOUT_FILE, problem))
            }
        },
        Err(error) => Err(error.into()),
    }
}

/// A folder that only a store has filled. A new store beside it would begin its logs a second time.
fn remains(disk: &dyn Disk) -> Result<Option<&'static str>, StoreError> {
    for folder in [SEGMENTS, BODY_KEYS, LOGS] {
        if !disk.list(folder)?.is_empty() {
            return Ok(Some(folder));
        }
    }
    Ok(None)
}

/// The store that a directory must have.
///
/// # Errors
/// As [`find`], and [`StoreError::Refused`] if there is none.
pub fn must(disk: &dyn Disk) -> Result<StoreId, StoreError> {
    match find(disk)? {
        Found::Store(store) => Ok(store),
        Found::Nothing => Err(StoreError::Refused { problem: "there is no store in this directory".to_owned() }),
    }
}

/// Makes the folders of a new store and, as the last thing, its layout file: until then there is no store.
///
/// # Errors
/// [`StoreError::Disk`], or [`StoreError::Refused`] without randomness.
pub fn make(disk: &dyn Disk, entropy: &mut dyn Entropy) -> Result<StoreId, StoreError> {
    let mut id = [0; 16];
    entropy.fill(&mut id).map_err(|NoEntropy { .. }| StoreError::Refused { problem: NoEntropy::new().to_string() })?;
    let id = StoreId(id);
    for folder in [SEGMENTS, BODY_KEYS, LOGS, VIEWS] {
        disk.make_folder(folder)?;
    }
    replace(disk, LAYOUT_FILE, write(LAYOUT, id).as_bytes())?;
    Ok(id)
}

fn write(layout: u32, id: StoreId) -> String {
    let text = format!("detente data directory\nlayout {layout}\nstore {id}\n");
    let check = base64url::encode(&sha256(&[b"detente/layout/v1\0", text.as_bytes()]));
    format!("{text}check {check}\n")
}

fn read(octets: &[u8]) -> Result<StoreId, StoreError> {
    let damaged = || StoreError::damaged(LAYOUT_FILE, "it is not the text that was written; restore it from a backup");
    let text = str::from_utf8(octets).map_err(|_| damaged())?;
    let mut lines = text.lines().skip(1);
    let layout = lines.next().and_then(|line| line.strip_prefix("layout "));
    let layout: u32 = layout.and_then(|layout| layout.parse().ok()).ok_or_else(damaged)?;
    let id = lines.next().and_then(|line| line.strip_prefix("store "));
    let id = id.and_then(|id| base64url::decode_exactly(id).ok()).map(StoreId).ok_or_else(damaged)?;
    if write(layout, id) != text {
        return Err(damaged());
    }
    if layout == LAYOUT { Ok(id) } else { Err(StoreError::Refused { problem: unknown_layout(layout) }) }
}

fn unknown_layout(layout: u32) -> String {
    format!(
        "the directory has layout {layout}, and this build knows layout {LAYOUT} alone: use the build that wrote it"
    )
}

/// The path of a segment file.
#[must_use]
pub fn segment_path(ordinal: u32) -> String {
    format!("{SEGMENTS}/{ordinal:08}.segment")
}

/// The path of a key file.
#[must_use]
pub fn keys_path(ordinal: u64) -> String {
    format!("{BODY_KEYS}/{ordinal:08}.keys")
}

/// The folder of what a log publishes.
#[must_use]
pub fn log_folder(log: &LogName) -> String {
    format!("{LOGS}/{log}")
}

/// The numbers of the files of a folder that are named `00000000.ENDING`, in order; files with other names are left out.
///
/// # Errors
/// [`DiskError`].
pub fn ordinals(disk: &dyn Disk, folder: &str, ending: &str) -> Result<Vec<u64>, DiskError> {
    let names = disk.list(folder)?;
    let stems = names.iter().filter_map(|name| name.strip_suffix(ending)?.strip_suffix('.'));
    let stems = stems.filter(|stem| stem.len() >= 8 && stem.bytes().all(|it| it.is_ascii_digit()));
    let mut found: Vec<u64> = stems.filter_map(|stem| stem.parse().ok()).collect();
    found.sort_unstable();
    Ok(found)
}
