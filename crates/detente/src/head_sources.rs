//! Who remembers this node's heads: folders, one on a line, and a last line by which a damaged file is noticed.
//!
//! The operator sets it, so nothing can make it anew. A flipped bit in it would point the guard at nothing or at another
//! folder, and the node would learn of a restored backup too late.

use std::io::ErrorKind;
use std::path::Path;

use record::base64url;
use record::digest::sha256;

use crate::home::{Home, Readers, replace};
use crate::outcome::{Done, Failure};

/// Name of the file.
pub(crate) const HEAD_SOURCES: &str = "head-sources";

/// Octets beyond which the file is not read: more than any operator has folders.
const MAX_BYTES: u64 = 1 << 20;

/// The folders of heads that the guard asks. None if there is no such file.
pub(crate) fn read(home: &Home) -> Done<Vec<String>> {
    let path = home.head_sources_path();
    match read_limited(&path) {
        Ok(octets) => parse(&octets).ok_or_else(|| damaged(&path)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(Failure::environment(format!("cannot read `{}`: {error}", path.display()))),
    }
}

/// Puts these folders in the place of those before. The caller holds the directory.
pub(crate) fn write(home: &Home, folders: &[String]) -> Done {
    replace(&home.head_sources_path(), to_text(folders).trim_end_matches('\n'), Readers::All)
}

fn read_limited(path: &Path) -> std::io::Result<Vec<u8>> {
    let mut octets = Vec::new();
    std::io::Read::read_to_end(&mut std::io::Read::take(std::fs::File::open(path)?, MAX_BYTES), &mut octets)?;
    Ok(octets)
}

fn to_text(folders: &[String]) -> String {
    let lines: String = folders.iter().map(|folder| format!("{folder}\n")).collect();
    let check = base64url::encode(&sha256(&[lines.as_bytes()]));
    format!("{lines}check {check}\n")
}

/// The folders of a file that is, octet by octet, what [`write()`] would write of them.
fn parse(octets: &[u8]) -> Option<Vec<String>> {
    let text = str::from_utf8(octets).ok()?;
    let mut folders: Vec<String> = text.lines().map(str::to_owned).collect();
    let _check = folders.pop()?;
    (to_text(&folders) == text).then_some(folders)
}

fn damaged(path: &Path) -> Failure {
    Failure::refused(format!("`{}` is damaged: its last line does not fit the lines before", path.display())).advise(
        "restore it from a backup; or remove it, and name each folder again with: detente log guard --add FOLDER",
    )
}
