//! Which suites must sign what.

use std::collections::BTreeMap;

use super::{KeyRecordError, SuiteName, Use};

/// For each use the suites whose signatures must all be there. Never below the floors of [`Use::floor`].
///
/// It stands in the author's key record and never in an envelope, or whoever takes a signature away could also take away
/// that it was required.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Required(BTreeMap<Use, Vec<SuiteName>>);

impl Required {
    /// What a party requires that asks for no more than the floors, and cosigns with both suites.
    #[must_use]
    pub fn floor() -> Self {
        let suites = |usage: Use| {
            let suites = if usage == Use::Cosignature { &crate::suite::SUITES } else { usage.floor() };
            suites.iter().copied().map(SuiteName::from).collect()
        };
        Self(Use::ALL.iter().map(|usage| (*usage, suites(*usage))).collect())
    }

    /// Requirements with other suites for one use.
    ///
    /// # Errors
    /// [`KeyRecordError::Weaker`] below the floor.
    pub fn with(mut self, usage: Use, suites: impl IntoIterator<Item = SuiteName>) -> Result<Self, KeyRecordError> {
        let mut suites: Vec<_> = suites.into_iter().collect();
        suites.sort_unstable();
        suites.dedup();
        check_floor(usage, &suites)?;
        let _replaced = self.0.insert(usage, suites);
        Ok(self)
    }

    /// Requirements as they were read.
    pub(super) fn from_lists(lists: BTreeMap<Use, Vec<SuiteName>>) -> Result<Self, KeyRecordError> {
        for (usage, suites) in &lists {
            if !suites.is_sorted_by(|one, next| one < next) {
                return Err(KeyRecordError::NotSorted { usage: *usage });
            }
        }
        // Every use must be there, so that a missing one cannot mean "anything goes".
        for usage in Use::ALL {
            let suites = lists.get(usage).ok_or(KeyRecordError::Missing { member: usage.name() })?;
            check_floor(*usage, suites)?;
        }
        Ok(Self(lists))
    }

    /// The suites that must sign for a use, in the order of their names.
    #[must_use]
    pub fn suites(&self, usage: Use) -> &[SuiteName] {
        self.0.get(&usage).map_or(&[], Vec::as_slice)
    }

    /// All of it, in the order of the uses' names.
    pub fn iter(&self) -> impl Iterator<Item = (Use, &[SuiteName])> {
        self.0.iter().map(|(usage, suites)| (*usage, suites.as_slice()))
    }
}

fn check_floor(usage: Use, suites: &[SuiteName]) -> Result<(), KeyRecordError> {
    let missing = usage.floor().iter().find(|floor| suites.iter().all(|suite| suite.signature() != Some(**floor)));
    if let Some(suite) = missing {
        return Err(KeyRecordError::Weaker { usage, suite: *suite });
    }
    // A cosignature whose every suite is unknown would be one that nobody here can check.
    if suites.iter().all(|suite| suite.signature().is_none()) {
        return Err(KeyRecordError::WeakerCosignature);
    }
    Ok(())
}
