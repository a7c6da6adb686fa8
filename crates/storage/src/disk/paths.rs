//! Which paths a disk takes.

use std::io::ErrorKind;
use std::path::{Component, Path};

use super::DiskError;

/// Refuses a path that does not lead to a file or folder inside the directory.
///
/// # Errors
/// [`ErrorKind::InvalidInput`] for one that is absolute, has an empty part, `.` or `..`, or means something else to another
/// operating system.
pub(super) fn check(operation: &'static str, path: &str) -> Result<(), DiskError> {
    if path.split('/').all(is_name) {
        return Ok(());
    }
    Err(failure(operation, path, ErrorKind::InvalidInput, "the path does not lead to a place inside the directory"))
}

/// As [`check`], but `""` is the directory itself.
///
/// # Errors
/// As [`check`].
pub(super) fn check_folder(operation: &'static str, folder: &str) -> Result<(), DiskError> {
    if folder.is_empty() { Ok(()) } else { check(operation, folder) }
}

/// A folder and all that lead to it, the outermost first.
pub(super) fn levels(folder: &str) -> Vec<&str> {
    let ends = folder.match_indices('/').map(|(end, _)| end).chain([folder.len()]);
    ends.filter_map(|end| folder.get(..end)).filter(|level| !level.is_empty()).collect()
}

/// A failure in words of our own.
pub(super) fn failure(operation: &'static str, path: &str, kind: ErrorKind, problem: &str) -> DiskError {
    DiskError { operation, path: path.to_owned(), kind, problem: problem.to_owned() }
}

fn is_name(part: &str) -> bool {
    // The operating system is asked as well: to some, `C:` and `a\b` are more than a name.
    let mut components = Path::new(part).components();
    let is_one = matches!((components.next(), components.next()), (Some(Component::Normal(_)), None));
    is_one && !part.contains('\0')
}
