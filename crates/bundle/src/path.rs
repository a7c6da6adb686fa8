//! Where a file lies: a closed grammar in which no path can mean a place outside, or two places.

use std::fmt;
use std::str::FromStr;

use crate::limits::{MAX_PATH_BYTES, MAX_PATH_SEGMENTS};

/// The path of a file in a bundle, as under the root of the web server that would serve it: `log/tile/0/x001/067`.
///
/// One to 16 segments between slashes, at most 240 octets. A segment has lower-case letters, digits, `-`, `_` and `.`; it
/// begins with a letter or a digit and does not end with a dot. So there is no empty segment, no `..`, no hidden file, no
/// drive, nothing that a shell takes for an option, and no two paths that a file system could take for one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FilePath(Box<str>);

impl FilePath {
    /// The path.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for FilePath {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

impl FromStr for FilePath {
    type Err = NotAPath;

    fn from_str(path: &str) -> Result<Self, Self::Err> {
        if path.len() > MAX_PATH_BYTES {
            return Err(NotAPath::TooLong { bytes: path.len() });
        }
        if path.split('/').count() > MAX_PATH_SEGMENTS {
            return Err(NotAPath::TooDeep);
        }
        match path.split('/').find_map(wrong_segment) {
            None => Ok(Self(path.into())),
            Some(error) => Err(error),
        }
    }
}

/// What is wrong with a segment.
fn wrong_segment(segment: &str) -> Option<NotAPath> {
    let octets = segment.as_bytes();
    let (Some(first), Some(last)) = (octets.first(), octets.last()) else { return Some(NotAPath::EmptySegment) };
    if matches!(segment, "." | "..") {
        return Some(NotAPath::Dots);
    }
    if let Some(stray) = segment.chars().find(|letter| !is_allowed(*letter)) {
        return Some(NotAPath::Character { character: stray });
    }
    let is_plain = first.is_ascii_alphanumeric() && *last != b'.';
    (!is_plain).then(|| NotAPath::Segment { segment: segment.to_owned() })
}

const fn is_allowed(letter: char) -> bool {
    letter.is_ascii_lowercase() || letter.is_ascii_digit() || matches!(letter, '-' | '_' | '.')
}

/// A text is no path of a bundle.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NotAPath {
    /// A character outside the grammar, such as a capital, a backslash, a colon or a zero.
    #[error("a path has lower-case letters, digits, `-`, `_`, `.` and `/`, and not `{}`", character.escape_debug())]
    Character {
        /// The first one.
        character: char,
    },
    /// `.` or `..` stands for a folder.
    #[error("`.` and `..` name no file")]
    Dots,
    /// Nothing, a slash at an end, or two slashes side by side.
    #[error("a path may have no empty segment")]
    EmptySegment,
    /// A segment that begins with a sign or ends with a dot.
    #[error("`{segment}` must begin with a letter or a digit, and must not end with a dot")]
    Segment {
        /// The first one.
        segment: String,
    },
    /// More segments than any path has.
    #[error("a path has at most {MAX_PATH_SEGMENTS} segments")]
    TooDeep,
    /// Longer than any path.
    #[error("a path of {bytes} octets; the limit is {MAX_PATH_BYTES}")]
    TooLong {
        /// Its length.
        bytes: usize,
    },
}
