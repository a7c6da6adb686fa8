//! Marks and their join: a lattice, from everything allowed upwards.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use super::{Pap, Tag, Tlp};
use crate::digest::PartyId;

/// Who may receive something.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "an audience is open or a set")]
pub enum Recipients {
    /// This says nothing against anyone.
    Anyone,
    /// These parties. An empty set is nobody.
    Only(BTreeSet<PartyId>),
}

/// What is asked of whoever handles something.
///
/// `a <= b` means that `b` asks all that `a` asks: a partial order, in which [`Marks::OPEN`] lies below everything.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Marks {
    tlp: Tlp,
    pap: Pap,
    tags: BTreeSet<Tag>,
    origins: BTreeSet<PartyId>,
    recipients: Recipients,
}

impl Recipients {
    /// True if this lets the party receive it.
    #[must_use]
    pub fn admits(&self, party: PartyId) -> bool {
        match self {
            Self::Anyone => true,
            Self::Only(parties) => parties.contains(&party),
        }
    }

    /// Those whom both admit.
    #[must_use]
    pub fn join(&self, other: &Self) -> Self {
        match (self, other) {
            (Self::Anyone, limited) | (limited, Self::Anyone) => limited.clone(),
            (Self::Only(one), Self::Only(two)) => Self::Only(one.intersection(two).copied().collect()),
        }
    }

    /// True if this admits nobody whom `other` does not.
    fn covers(&self, other: &Self) -> bool {
        match (self, other) {
            (_, Self::Anyone) => true,
            (Self::Anyone, Self::Only(_)) => false,
            (Self::Only(fewer), Self::Only(more)) => fewer.is_subset(more),
        }
    }
}

impl Marks {
    /// Nothing is asked. That is a label too: what has no label at all is denied.
    pub const OPEN: Self = Self::new(Tlp::Clear, Pap::Clear);

    /// Two levels, and nothing else.
    #[must_use]
    pub const fn new(tlp: Tlp, pap: Pap) -> Self {
        Self { tlp, pap, tags: BTreeSet::new(), origins: BTreeSet::new(), recipients: Recipients::Anyone }
    }

    /// The same with exactly these tags.
    #[must_use]
    pub fn with_tags(self, tags: impl IntoIterator<Item = Tag>) -> Self {
        Self { tags: tags.into_iter().collect(), ..self }
    }

    /// The same with exactly these origins.
    #[must_use]
    pub fn with_origins(self, origins: impl IntoIterator<Item = PartyId>) -> Self {
        Self { origins: origins.into_iter().collect(), ..self }
    }

    /// The same with exactly these recipients.
    #[must_use]
    pub fn with_recipients(self, recipients: Recipients) -> Self {
        Self { recipients, ..self }
    }

    /// How far it may be passed on.
    #[must_use]
    pub const fn tlp(&self) -> Tlp {
        self.tlp
    }

    /// What may be done with it.
    #[must_use]
    pub const fn pap(&self) -> Pap {
        self.pap
    }

    /// The reasons for care, which floors and agreements know by name.
    #[must_use]
    pub const fn tags(&self) -> &BTreeSet<Tag> {
        &self.tags
    }

    /// The parties from whom it came: each has a say in where it goes.
    #[must_use]
    pub const fn origins(&self) -> &BTreeSet<PartyId> {
        &self.origins
    }

    /// Who may receive it.
    #[must_use]
    pub const fn recipients(&self) -> &Recipients {
        &self.recipients
    }

    /// The least marks that ask all that either asks: what holds for something that has both, or was made of both.
    #[must_use]
    pub fn join(&self, other: &Self) -> Self {
        Self {
            tlp: self.tlp.max(other.tlp),
            pap: self.pap.max(other.pap),
            tags: self.tags.union(&other.tags).cloned().collect(),
            origins: self.origins.union(&other.origins).copied().collect(),
            recipients: self.recipients.join(&other.recipients),
        }
    }

    /// True if these ask all that `other` asks.
    #[must_use]
    pub fn covers(&self, other: &Self) -> bool {
        self.tlp >= other.tlp
            && self.pap >= other.pap
            && self.tags.is_superset(&other.tags)
            && self.origins.is_superset(&other.origins)
            && self.recipients.covers(&other.recipients)
    }
}

impl PartialOrd for Marks {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        match (self.covers(other), other.covers(self)) {
            (true, true) => Some(Ordering::Equal),
            (true, false) => Some(Ordering::Greater),
            (false, true) => Some(Ordering::Less),
            (false, false) => None,
        }
    }
}
