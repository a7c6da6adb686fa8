//! Three values: true, false, undetermined (Kleene's strong logic).

use record::words;

words! {
    /// Whether a condition holds.
    Truth, "truth" {
        /// It does not, whatever else becomes known.
        False = "false",
        /// It does, whatever else becomes known.
        True = "true",
        /// What is known does not say.
        Unknown = "undetermined",
    }
}

impl Truth {
    /// Of a plain truth.
    #[must_use]
    pub const fn of(truth: bool) -> Self {
        if truth { Self::True } else { Self::False }
    }

    /// Of two bounds: true if it certainly holds, false if it cannot.
    pub(crate) const fn certain(holds: bool, can_hold: bool) -> Self {
        match (holds, can_hold) {
            (true, _) => Self::True,
            (false, true) => Self::Unknown,
            (false, false) => Self::False,
        }
    }

    pub(crate) const fn negated(self) -> Self {
        match self {
            Self::True => Self::False,
            Self::False => Self::True,
            Self::Unknown => Self::Unknown,
        }
    }

    /// True only if all are; false if one is.
    pub(crate) fn all(mut each: impl Iterator<Item = Self>) -> Self {
        let joined = each.try_fold(Self::True, |all, one| match (all, one) {
            (_, Self::False) => None,
            (Self::Unknown, _) | (_, Self::Unknown) => Some(Self::Unknown),
            (all, Self::True) => Some(all),
        });
        joined.unwrap_or(Self::False)
    }

    /// True if one is; false only if none is.
    pub(crate) fn any(each: impl Iterator<Item = Self>) -> Self {
        Self::all(each.map(Self::negated)).negated()
    }
}
