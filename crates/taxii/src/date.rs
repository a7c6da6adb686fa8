//! When an object came into a collection.

use std::fmt;

use record::time::Timestamp;

/// The last microsecond of the year 9999, beyond which a timestamp has no spelling.
const LAST_MICROS: i64 = 253_402_300_799_999_999;

/// The moment at which an object was added to a collection, in microseconds of UTC. Within one collection each is given once
/// and each is later than all before it, so that it is a place in the order as well.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DateAdded(i64);

impl DateAdded {
    /// After everything.
    pub(crate) const LAST: Self = Self(LAST_MICROS);

    /// From microseconds since 1970; none before that year or beyond 9999, which TAXII could not write.
    #[must_use]
    pub fn from_micros(micros: i64) -> Option<Self> {
        (0..=LAST_MICROS).contains(&micros).then_some(Self(micros))
    }

    /// Microseconds since 1970.
    #[must_use]
    pub const fn micros(self) -> i64 {
        self.0
    }
}

impl fmt::Display for DateAdded {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        Timestamp::from_micros(self.0).fmt(out)
    }
}
