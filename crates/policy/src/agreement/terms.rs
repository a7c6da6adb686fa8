//! The parts of a clause beside its words: what is shown, and what is owed.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use record::language::LanguageTag;

use crate::vocabulary::Purpose;
use record::words;
use record::words::UnknownWord;

/// Most characters of a role's or a clause's name.
pub(super) const MAX_NAME_CHARACTERS: usize = 32;

/// The role of a party in an agreement: `a`, `laboratory`. Lower-case letters, digits and hyphens.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RoleName(String);

impl RoleName {
    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for RoleName {
    type Err = UnknownWord;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if is_name(text) {
            Ok(Self(text.to_owned()))
        } else {
            Err(UnknownWord::new("role", text, &["a", "laboratory"]))
        }
    }
}

impl fmt::Display for RoleName {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

pub(super) fn is_name(text: &str) -> bool {
    let plain = |it: u8| it.is_ascii_lowercase() || it.is_ascii_digit() || it == b'-' || it == b'.';
    !text.is_empty() && text.len() <= MAX_NAME_CHARACTERS && text.bytes().all(plain)
}

/// Which rendition decides where renditions differ (Vienna Convention on the Law of Treaties, article 33).
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "one language, all alike, or the policy")]
pub enum Prevails {
    /// All authentic texts alike.
    Equal,
    /// The policy: what the nodes run is what was meant.
    Machine,
    /// One language.
    Language(LanguageTag),
}

/// Which fields of a record go along.
///
/// Names are those of properties, in the object or in an extension: `description`, `occurred`. An array's name stands for
/// all of its elements, and `members` for the members of a batch.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Transform {
    /// Nothing goes along but the proof that the record exists.
    pub is_sealed: bool,
    /// What goes along; none means everything that is neither dropped nor replaced.
    pub show: Option<BTreeSet<String>>,
    /// What stays.
    pub drop: BTreeSet<String>,
    /// What is replaced by the coarse twin that its author signed.
    pub twin: BTreeSet<String>,
}

words! {
    /// How far a recipient may pass something on.
    Onward, "onward sharing" {
        /// To the clients and authorities that must know.
        Clients = "clients",
        /// To its community.
        Community = "community",
        /// To nobody.
        Nobody = "nobody",
        /// Within its own organisation.
        Organisation = "organisation",
        /// To anyone.
        Public = "public",
    }
}

words! {
    /// The period over which a budget counts, in UTC.
    Per, "period" {
        /// A calendar day.
        Day = "day",
        /// From the first release on, under whatever agreement.
        Ever = "ever",
        /// A calendar month.
        Month = "month",
        /// A calendar year.
        Year = "year",
    }
}

impl Per {
    /// All of them, the shortest first: each lies within one of the next.
    pub const BY_LENGTH: [Self; 4] = [Self::Day, Self::Month, Self::Year, Self::Ever];

    /// Its place among them.
    pub(crate) const fn length(self) -> u8 {
        match self {
            Self::Day => 0,
            Self::Month => 1,
            Self::Year => 2,
            Self::Ever => 3,
        }
    }
}

words! {
    /// What a budget counts.
    Counted, "counted thing" {
        /// The members of a batch.
        Members = "members",
        /// Whole records.
        Records = "records",
    }
}

/// How much of a category may go to each counterpart over a period.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Budget {
    /// What is counted together, across clauses that name the same category.
    pub category: String,
    /// What is counted.
    pub counted: Counted,
    /// The most.
    pub at_most: i64,
    /// Over which period.
    pub per: Per,
}

/// What the parties owe when a clause is used.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Obligations {
    /// What the recipient may use it for. A release names one of them.
    pub purposes: BTreeSet<Purpose>,
    /// The most days for which the recipient keeps it; none for no limit.
    pub retention_days: Option<u32>,
    /// How far it may go on.
    pub onward: Onward,
    /// Persons beside the proposer who must approve.
    pub approvals: u8,
    /// How much may go.
    pub budget: Option<Budget>,
    /// Within how many hours the recipient of a question answers it.
    pub answer_within_hours: Option<u32>,
}
