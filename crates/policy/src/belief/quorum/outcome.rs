//! Whether a quorum is met, and which groups lack how many if it is not.

use std::fmt;

use tlog::note::VerifierKey;

use super::Member;

/// Whether cosignatures suffice.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum QuorumOutcome {
    /// They do.
    Met,
    /// They do not.
    Unmet(Shortfall),
}

impl QuorumOutcome {
    /// True if the cosignatures suffice.
    #[must_use]
    pub const fn is_met(&self) -> bool {
        matches!(self, Self::Met)
    }
}

/// What is lacking to a quorum: the required witness or group first, and under a group those of its members that lack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shortfall {
    lacks: Vec<Lack>,
}

impl Shortfall {
    /// Everything that lacks, from the quorum downwards.
    #[must_use]
    pub fn lacks(&self) -> &[Lack] {
        &self.lacks
    }
}

/// A witness or group that has not witnessed.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Lack {
    /// Its name in the policy.
    pub name: String,
    /// Members that must witness; 1 for a witness.
    pub wanted: usize,
    /// Members that did.
    pub found: usize,
    /// The members that did not, in the group's order; empty for a witness.
    pub absent: Vec<String>,
}

impl fmt::Display for Lack {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = self.name.escape_debug();
        if self.absent.is_empty() {
            return write!(out, "witness `{name}` did not cosign");
        }
        let more = self.wanted.saturating_sub(self.found);
        write!(out, "group `{name}` has {} of {}, and lacks {more} of ", self.found, self.wanted)?;
        write!(out, "{}", self.absent.join(", ").escape_debug())
    }
}

impl fmt::Display for Shortfall {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, lack) in self.lacks.iter().enumerate() {
            let between = if place == 0 { "" } else { "; " };
            write!(out, "{between}{lack}")?;
        }
        Ok(())
    }
}

/// For each member of a policy whether it has witnessed.
pub(super) struct Tally<'a> {
    members: &'a [Member],
    witnessed: Vec<bool>,
}

impl<'a> Tally<'a> {
    /// One pass suffices, since a group stands behind its members.
    pub(super) fn of(members: &'a [Member], cosigners: &[&VerifierKey]) -> Self {
        let mut tally = Self { members, witnessed: Vec::with_capacity(members.len()) };
        for member in members {
            let witnessed = match member {
                Member::Witness(witness) => cosigners.contains(&&witness.key),
                Member::Group(group) => tally.count(&group.members) >= group.threshold.of(group.members.len()),
            };
            tally.witnessed.push(witnessed);
        }
        tally
    }

    pub(super) fn outcome(&self, required: usize) -> QuorumOutcome {
        if self.has(required) {
            return QuorumOutcome::Met;
        }
        let mut lacks = Vec::new();
        let mut open = vec![required];
        while let Some(place) = open.pop() {
            let Some(member) = self.members.get(place) else { continue };
            lacks.push(self.lack(member));
            if let Member::Group(group) = member {
                open.extend(group.members.iter().rev().filter(|place| self.is_lacking_group(**place)));
            }
        }
        QuorumOutcome::Unmet(Shortfall { lacks })
    }

    fn has(&self, place: usize) -> bool {
        self.witnessed.get(place).copied().unwrap_or(false)
    }

    /// Absent witnesses are named with their group already.
    fn is_lacking_group(&self, place: usize) -> bool {
        !self.has(place) && matches!(self.members.get(place), Some(Member::Group(_)))
    }

    fn count(&self, places: &[usize]) -> usize {
        places.iter().filter(|place| self.has(**place)).count()
    }

    fn lack(&self, member: &Member) -> Lack {
        let name = member.name().to_owned();
        match member {
            Member::Witness(_) => Lack { name, wanted: 1, found: 0, absent: Vec::new() },
            Member::Group(group) => {
                let absent = group.members.iter().filter(|place| !self.has(**place));
                let absent = absent.filter_map(|place| self.members.get(*place)).map(|one| one.name().to_owned());
                let wanted = group.threshold.of(group.members.len());
                Lack { name, wanted, found: self.count(&group.members), absent: absent.collect() }
            }
        }
    }
}
