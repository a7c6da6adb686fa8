//! How far the parties have come with a text.

use std::fmt;

use policy::agreement::Agreement;
use record::time::Timestamp;

/// The state of one text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(clippy::exhaustive_enums, reason = "the states of an agreement")]
pub enum State {
    /// Somebody put it forward.
    Offered,
    /// Another text answers it. It can still be accepted.
    Countered,
    /// Every party accepts it.
    Accepted,
    /// Every party reproduced the same outcomes of its worked examples.
    Verified,
    /// Every party signed it. Whether a moment lies in its [`Period`] is said beside.
    InForce,
    /// As in force, but some party holds it back.
    Suspended,
    /// It was taken back before its author signed it. That is final.
    Withdrawn,
    /// Some party ended or declined it, or another agreement took its place. That is final.
    Terminated,
}

impl State {
    /// Its name in pages and commands.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Offered => "offered",
            Self::Countered => "countered",
            Self::Accepted => "accepted",
            Self::Verified => "verified",
            Self::InForce => "in force",
            Self::Suspended => "suspended",
            Self::Withdrawn => "withdrawn",
            Self::Terminated => "terminated",
        }
    }

    /// Whether nothing can come of it any more.
    #[must_use]
    pub const fn is_final(self) -> bool {
        matches!(self, Self::Withdrawn | Self::Terminated)
    }

    /// How much a thread as a whole has of it: one text in force outweighs what else is on the table.
    pub(super) const fn weight(self) -> u8 {
        match self {
            Self::Withdrawn => 0,
            Self::Terminated => 1,
            Self::Offered => 2,
            Self::Countered => 3,
            Self::Accepted => 4,
            Self::Verified => 5,
            Self::Suspended => 6,
            Self::InForce => 7,
        }
    }
}

impl fmt::Display for State {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.name())
    }
}

/// Where a moment lies to an agreement's period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "before, within, after")]
pub enum Period {
    /// Before its first instant.
    NotYet,
    /// Within.
    Covered,
    /// At its end or later.
    Over,
}

impl Period {
    /// Where `now` lies.
    #[must_use]
    pub fn of(agreement: &Agreement, now: Timestamp) -> Self {
        if agreement.covers(now) {
            Self::Covered
        } else if now < agreement.from() {
            Self::NotYet
        } else {
            Self::Over
        }
    }
}
