//! Server-sent events (WHATWG HTML section 9.2), with ids only.

use std::fmt;
use std::str::FromStr;

use crate::notice::Notice;

/// A comment that keeps a line open while nothing happens. Send it at least every 15 seconds, as section 9.2.7 advises.
pub const KEEP_ALIVE: &str = ":\n\n";

/// What a stream begins with: a reader that loses the line comes again after this many milliseconds.
pub const RETRY: &str = "retry: 5000\n\n";

/// One event: the text form of a notice.
#[derive(Debug, Clone, Copy)]
pub struct Event<'a>(&'a Notice);

/// `Last-Event-ID`: the number of the last notice that a reader has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[expect(clippy::exhaustive_structs, reason = "it is a number")]
pub struct LastEventId(pub u64);

/// A text is no number of a notice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("`Last-Event-ID` is the `id` of an event of this stream")]
#[non_exhaustive]
pub struct NotAnEventId;

impl<'a> Event<'a> {
    /// The event that tells of a notice.
    #[must_use]
    pub const fn of(notice: &'a Notice) -> Self {
        Self(notice)
    }
}

/// How far a stream has come, without an event: a reader that comes again names this number (section 9.2.6: an `id` counts also
/// where there is no data).
#[must_use]
pub fn mark(number: u64) -> String {
    format!("id: {number}\n\n")
}

/// JSON has no line breaks here, so `data` is one line.
impl fmt::Display for Event<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(notice) = self;
        write!(out, "id: {}\nevent: {}\ndata: {}\n\n", notice.number, notice.kind, notice.to_json().to_text())
    }
}

impl FromStr for LastEventId {
    type Err = NotAnEventId;

    fn from_str(text: &str) -> Result<Self, NotAnEventId> {
        let is_number = crate::form::Form::Number.fits(text);
        is_number.then(|| text.parse().ok().map(Self)).flatten().ok_or(NotAnEventId)
    }
}
