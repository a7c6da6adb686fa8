//! Approvals by a second person, each bound to one exact release.

use std::fmt;
use std::str::FromStr;

use record::base64url::{self, NotBase64Url};
use record::time::Timestamp;
use text::NormaliserVersion;

/// For how long an approval counts, in microseconds: seven days. Whoever approved still knows what it was about, and a
/// weekend with holidays around it lies within.
pub const APPROVAL_LASTS_MICROS: i64 = 7 * 24 * 60 * 60 * 1_000_000;

/// What an approval is for: a digest over record, fields, recipients, agreement, clause, purpose, labels and policies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Binding([u8; 32]);

impl Binding {
    /// A binding that was computed or stored.
    #[must_use]
    pub const fn from_octets(octets: [u8; 32]) -> Self {
        Self(octets)
    }

    /// Its octets.
    #[must_use]
    pub const fn octets(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Display for Binding {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&base64url::encode(&self.0))
    }
}

impl FromStr for Binding {
    type Err = NotBase64Url;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        base64url::decode_exactly(text).map(Self)
    }
}

/// One person's approval.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Approval {
    /// Who.
    pub by: String,
    /// When.
    pub time: Timestamp,
    /// What for.
    pub binding: Binding,
}

impl Approval {
    /// An approval.
    #[must_use]
    pub fn new(by: &str, time: Timestamp, binding: Binding) -> Self {
        Self { by: by.to_owned(), time, binding }
    }

    /// Whether it counts at this time by its age. One that is dated ahead by as much counts no more than one that is old:
    /// a clock that was wrong once must not make an approval without an end.
    #[must_use]
    pub const fn lasts_at(&self, now: Timestamp) -> bool {
        now.micros().saturating_sub(self.time.micros()).unsigned_abs() <= APPROVAL_LASTS_MICROS.unsigned_abs()
    }

    /// One person under one name: case, spaces, accents, letters that look alike and characters that nobody sees make
    /// nobody another.
    #[must_use]
    pub fn person(name: &str) -> String {
        NormaliserVersion::V1.normalise(name).as_str().trim().to_owned()
    }
}
