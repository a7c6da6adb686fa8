//! Whether a file of lines is the one that was logged.

use record::time::Timestamp;

use super::{MinuteDigest, Open};

/// A file that fits its digests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Sealed {
    /// Lines that a digest covers.
    pub covered: u64,
    /// Lines after them, which no digest covers yet. Nothing is proved of these.
    pub uncovered: u64,
    /// Lines that digests cover and that are kept no more, since they came before those that are compared.
    pub let_go: u64,
    /// Lines of a minute of which the rest is kept no more: no digest covers a part. Nothing is proved of these.
    pub cut: u64,
}

/// A file does not fit its digests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LogFault {
    /// A digest does not name the one before it.
    #[error("the digest of {minute} does not follow the one before it: a digest is missing, or out of order")]
    Chain {
        /// Its minute.
        minute: Timestamp,
    },
    /// The file ends too early.
    #[error("the file has {found} lines for {minute}, and its digest covers {lines}: lines were cut off")]
    Short {
        /// The minute.
        minute: Timestamp,
        /// How many lines the digest covers.
        lines: u64,
        /// How many there are.
        found: u64,
    },
    /// Lines are not those that were logged.
    #[error(
        "the lines of {minute} are not those that were logged: something was changed, added, taken out or moved there"
    )]
    Changed {
        /// The minute.
        minute: Timestamp,
    },
}

/// Compares a file's lines, without their ends, with the digests that were logged for them, in order. The first digest may be a
/// later one, if the file begins with its lines: what it names as before it is taken as it is.
///
/// # Errors
/// [`LogFault`], the first.
pub fn verify(lines: impl IntoIterator<Item: AsRef<str>>, digests: &[MinuteDigest]) -> Result<Sealed, LogFault> {
    verify_from(0, lines, digests)
}

/// The same for lines of which the first so many are kept no more. That the digests of those follow one another is looked at too.
///
/// # Errors
/// [`LogFault`], the first.
pub fn verify_from(
    first: u64,
    lines: impl IntoIterator<Item: AsRef<str>>,
    digests: &[MinuteDigest],
) -> Result<Sealed, LogFault> {
    let mut lines = lines.into_iter();
    let mut sealed = Sealed { covered: 0, uncovered: 0, let_go: 0, cut: 0 };
    let (mut before, mut begin): (Option<[u8; 32]>, u64) = (None, 0);
    for digest in digests {
        if before.is_some_and(|before| before != digest.previous) {
            return Err(LogFault::Chain { minute: digest.minute });
        }
        let end = begin.saturating_add(digest.lines);
        if begin >= first {
            check(&mut lines, digest)?;
            sealed.covered = sealed.covered.saturating_add(digest.lines);
        } else {
            let cut = end.saturating_sub(first);
            skip(&mut lines, cut, digest)?;
            sealed.cut = sealed.cut.saturating_add(cut);
            sealed.let_go = sealed.let_go.saturating_add(digest.lines.saturating_sub(cut));
        }
        (before, begin) = (Some(digest.digest), end);
    }
    sealed.uncovered = lines.fold(0, |count, _| count.saturating_add(1));
    Ok(sealed)
}

fn skip(lines: &mut impl Iterator, count: u64, digest: &MinuteDigest) -> Result<(), LogFault> {
    for found in 0..count {
        let short = LogFault::Short { minute: digest.minute, lines: count, found };
        let _line = lines.next().ok_or(short)?;
    }
    Ok(())
}

fn check(lines: &mut impl Iterator<Item: AsRef<str>>, digest: &MinuteDigest) -> Result<(), LogFault> {
    let mut open = Open::new(digest.minute, &digest.previous);
    while open.lines < digest.lines {
        let short = LogFault::Short { minute: digest.minute, lines: digest.lines, found: open.lines };
        open.add(lines.next().ok_or(short)?.as_ref());
    }
    let is_same = open.close(digest.previous) == *digest;
    if is_same { Ok(()) } else { Err(LogFault::Changed { minute: digest.minute }) }
}
