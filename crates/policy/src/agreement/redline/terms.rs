//! What differs beside the clauses.

use std::collections::BTreeSet;

use record::digest::{AgreementDigest, PartyId};
use record::time::Timestamp;

use super::{Rendition, renditions};
use crate::agreement::{Agreement, Example, LanguageOf, Prevails, RoleName};

/// A change of something that holds for the agreement as a whole.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum TermChange {
    /// The title, in one language.
    Title(Rendition),
    /// A party joins.
    Joined {
        /// Its role.
        role: RoleName,
        /// The party.
        party: PartyId,
    },
    /// A party is no longer there.
    Left {
        /// Its role.
        role: RoleName,
        /// The party.
        party: PartyId,
    },
    /// A party has another role.
    Role {
        /// The party.
        party: PartyId,
        /// Before.
        old: RoleName,
        /// After.
        new: RoleName,
    },
    /// The first instant.
    From {
        /// Before.
        old: Timestamp,
        /// After.
        new: Timestamp,
    },
    /// The end.
    Until {
        /// Before.
        old: Timestamp,
        /// After.
        new: Timestamp,
    },
    /// The time zone that readers are told.
    Zone {
        /// Before.
        old: String,
        /// After.
        new: String,
    },
    /// The days for which bodies stay for disputes.
    KeepDays {
        /// Before.
        old: u32,
        /// After.
        new: u32,
    },
    /// The minutes between two statements of a feed's head.
    HeadEveryMinutes {
        /// Before.
        old: u32,
        /// After.
        new: u32,
    },
    /// The roles whose cosignatures make a head common.
    CommonBy {
        /// Before; none for every member.
        old: Option<BTreeSet<RoleName>>,
        /// After.
        new: Option<BTreeSet<RoleName>>,
    },
    /// Who keeps bodies, sealed for their readers.
    Depositary {
        /// Before.
        old: Option<PartyId>,
        /// After.
        new: Option<PartyId>,
    },
    /// Which rendition decides.
    Prevails {
        /// Before.
        old: Prevails,
        /// After.
        new: Prevails,
    },
    /// The languages, or which of them bind.
    Languages {
        /// Before.
        old: Vec<LanguageOf>,
        /// After.
        new: Vec<LanguageOf>,
    },
    /// The agreement that is amended.
    Replaces {
        /// Before.
        old: Option<AgreementDigest>,
        /// After.
        new: Option<AgreementDigest>,
    },
    /// A worked example: none before for a new one, none after for one that is gone.
    Example {
        /// Before.
        old: Option<Box<Example>>,
        /// After.
        new: Option<Box<Example>>,
    },
}

pub(super) fn between(old: &Agreement, new: &Agreement) -> Vec<TermChange> {
    let titles = renditions(Some(old.title()), Some(new.title()));
    let mut changes: Vec<_> = titles.into_iter().map(TermChange::Title).collect();
    members(&mut changes, old, new);
    differ(&mut changes, &old.from(), &new.from(), |old, new| TermChange::From { old, new });
    differ(&mut changes, &old.until(), &new.until(), |old, new| TermChange::Until { old, new });
    let (old_zone, new_zone) = (old.zone().to_owned(), new.zone().to_owned());
    differ(&mut changes, &old_zone, &new_zone, |old, new| TermChange::Zone { old, new });
    differ(&mut changes, &old.keep_days(), &new.keep_days(), |old, new| TermChange::KeepDays { old, new });
    differ(&mut changes, &old.head_every_minutes(), &new.head_every_minutes(), |old, new| {
        TermChange::HeadEveryMinutes { old, new }
    });
    differ(&mut changes, &old.common_roles().cloned(), &new.common_roles().cloned(), |old, new| TermChange::CommonBy {
        old,
        new,
    });
    differ(&mut changes, &old.depositary(), &new.depositary(), |old, new| TermChange::Depositary { old, new });
    differ(&mut changes, old.prevails(), new.prevails(), |old, new| TermChange::Prevails { old, new });
    differ(&mut changes, &old.languages().to_vec(), &new.languages().to_vec(), |old, new| TermChange::Languages {
        old,
        new,
    });
    differ(&mut changes, &old.replaces(), &new.replaces(), |old, new| TermChange::Replaces { old, new });
    examples(&mut changes, old, new);
    changes
}

fn differ<T: PartialEq + Clone>(changes: &mut Vec<TermChange>, old: &T, new: &T, change: impl Fn(T, T) -> TermChange) {
    if old != new {
        changes.push(change(old.clone(), new.clone()));
    }
}

/// Parties are matched by who they are; a role is a name that an amendment may change.
fn members(changes: &mut Vec<TermChange>, old: &Agreement, new: &Agreement) {
    for member in new.members() {
        let (role, party) = (member.role.clone(), member.party);
        match old.role_of(party) {
            None => changes.push(TermChange::Joined { role, party }),
            Some(before) if *before != role => {
                changes.push(TermChange::Role { party, old: before.clone(), new: role });
            }
            Some(_) => {}
        }
    }
    for member in old.members().iter().filter(|member| !new.has(member.party)) {
        changes.push(TermChange::Left { role: member.role.clone(), party: member.party });
    }
}

fn examples(changes: &mut Vec<TermChange>, old: &Agreement, new: &Agreement) {
    let find = |text: &Agreement, id: &str| text.examples().iter().find(|one| one.id == id).cloned();
    for one in new.examples() {
        let before = find(old, &one.id);
        if before.as_ref() != Some(one) {
            changes.push(TermChange::Example { old: before.map(Box::new), new: Some(Box::new(one.clone())) });
        }
    }
    for one in old.examples().iter().filter(|one| find(new, &one.id).is_none()) {
        changes.push(TermChange::Example { old: Some(Box::new(one.clone())), new: None });
    }
}
