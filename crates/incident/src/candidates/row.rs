//! What the index is told about an incident.

/// Octets of a title or a description that are read; the rest of a longer one is not compared. A long report says in its first
/// pages what happened, and a hostile one must not slow every later question down.
pub const MAX_TEXT_BYTES: usize = 32 * 1024;

/// Entities, models or sources of one row that are read. Far more than any incident has.
pub const MAX_CODED: usize = 128;

/// Octets of one entity, model or source that are read: the usual bound of an address.
pub const MAX_NAME_BYTES: usize = 2048;

/// One incident or report, as far as duplicates are looked for by it. Every field but the id may be empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "callers build it from their own model")]
pub struct Row {
    /// Its id, which comes back in a candidate.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Its description; empty if only the title is known.
    pub description: String,
    /// Names of developers, deployers and harmed parties, aliases included.
    pub entities: Vec<String>,
    /// Names of AI systems and models.
    pub models: Vec<String>,
    /// When it happened, as far as known.
    pub days: Option<DayRange>,
    /// Addresses or ids of what reported it.
    pub sources: Vec<String>,
}

/// First and last day on which something may have happened, as days since 1970-01-01. Fields are private so that the first is
/// never after the last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct DayRange {
    first: i32,
    last: i32,
}

impl DayRange {
    /// The range between two days, whichever is earlier.
    #[must_use]
    pub const fn between(one: i32, other: i32) -> Self {
        if one <= other { Self { first: one, last: other } } else { Self { first: other, last: one } }
    }

    /// A single day.
    #[must_use]
    pub const fn on(day: i32) -> Self {
        Self { first: day, last: day }
    }

    /// Days between the ranges; 0 if they overlap.
    #[must_use]
    pub fn apart(self, other: Self) -> u32 {
        let gap = i64::from(self.first.max(other.first)) - i64::from(self.last.min(other.last));
        u32::try_from(gap.max(0)).unwrap_or(u32::MAX)
    }
}

/// The beginning of a text, cut between two characters.
pub(super) fn beginning(text: &str, limit: usize) -> &str {
    text.get(..text.floor_char_boundary(limit)).unwrap_or(text)
}
