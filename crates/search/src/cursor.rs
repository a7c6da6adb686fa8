//! Where a page of hits ended, for whoever asks for the next.

use std::fmt;
use std::str::FromStr;

/// The end of a page, and the order in which it stood.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Cursor(pub(crate) After);

#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum After {
    /// The row before, newest first.
    Date(i64),
    /// Its rank and the row before, best first.
    Rank(f64, i64),
    /// The day and the place of the record before, newest first: they say no more than its hit does.
    Place(i32, i64),
}

impl fmt::Display for Cursor {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            After::Date(row) => write!(out, "d{row:x}"),
            After::Rank(rank, row) => write!(out, "r{:x}-{row:x}", rank.to_bits()),
            After::Place(day, place) => write!(out, "p{day:x}-{place:x}"),
        }
    }
}

impl FromStr for Cursor {
    type Err = BadCursor;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let hex = |text: &str| u64::from_str_radix(text, 16).map_err(|_| BadCursor);
        let row = |text: &str| hex(text).map(u64::cast_signed);
        if let Some(rest) = text.strip_prefix('d') {
            return row(rest).map(|row| Self(After::Date(row)));
        }
        if let Some((day, place)) = text.strip_prefix('p').and_then(|rest| rest.split_once('-')) {
            let day = u32::from_str_radix(day, 16).map_err(|_| BadCursor)?.cast_signed();
            return row(place).map(|place| Self(After::Place(day, place)));
        }
        let parts = text.strip_prefix('r').and_then(|rest| rest.split_once('-'));
        let (rank, last) = parts.ok_or(BadCursor)?;
        let rank = f64::from_bits(hex(rank)?);
        if rank.is_finite() { Ok(Self(After::Rank(rank, row(last)?))) } else { Err(BadCursor) }
    }
}

/// A text is no place to go on from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this is no place to go on from; take the one that the answer before ended with")]
#[non_exhaustive]
pub struct BadCursor;
