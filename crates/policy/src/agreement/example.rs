//! Worked examples: what the parties expect, in a form that each node tries before it signs.

use std::collections::BTreeSet;

use record::label::{Pap, Recipients, Tlp};
use record::language::TaggedText;

use super::clause::ClauseId;
use super::terms::RoleName;
use crate::vocabulary::{Care, Kind, Purpose};

/// The marks of an example's record or of one of its fields.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ExampleMarks {
    /// How far it may be passed on.
    pub tlp: Tlp,
    /// What may be done with it.
    pub pap: Pap,
    /// The reasons for care.
    pub care: BTreeSet<Care>,
    /// Who may receive it: anyone, nobody (`Only` of an empty set); examples name no parties beside.
    pub recipients: Recipients,
}

/// A field of an example's record.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ExampleField {
    /// The property's name.
    pub name: String,
    /// Marks of its own beside those of the whole.
    pub marks: Option<ExampleMarks>,
}

/// What should become of it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "a release is permitted or refused")]
pub enum Expected {
    /// It goes, under this clause, with exactly these fields beside the core.
    Permitted {
        /// The clause.
        clause: ClauseId,
        /// The fields and twins by name.
        shown: BTreeSet<String>,
    },
    /// It stays.
    Refused {
        /// The code of one of the reasons, such as `floor:classified` or `no-clause`.
        because: String,
    },
}

/// One worked example.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Example {
    /// Its name.
    pub id: String,
    /// What happens in it, by language.
    pub title: TaggedText,
    /// Who sends.
    pub from: RoleName,
    /// What sort of record it is.
    pub kind: Kind,
    /// The marks of the whole; none for an unlabelled record.
    pub marks: Option<ExampleMarks>,
    /// The record comes from a third party.
    pub is_relayed: bool,
    /// Its fields beside the core.
    pub fields: Vec<ExampleField>,
    /// What the recipient wants it for.
    pub purpose: Purpose,
    /// Persons beside the proposer who approved.
    pub approvals: u8,
    /// What should become of it.
    pub expected: Expected,
}
