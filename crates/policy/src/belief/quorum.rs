//! Quorums (C2SP tlog-policy): whose cosignatures make a checkpoint one that we rely on.
//!
//! A policy names witnesses and puts them into groups, and groups into groups, so that it can ask for "two of these and one
//! of those": with a group for each bloc, no bloc alone can vouch for a false history, and none alone can prevent a true one.

mod error;
mod outcome;
mod read;
mod threshold;

pub use error::{BadQuorum, LineProblem};
pub use outcome::{Lack, QuorumOutcome, Shortfall};
pub use threshold::Threshold;

use std::fmt;

use tlog::note::VerifierKey;

use self::outcome::Tally;

/// A policy that was read. Every member was defined before it was used, stands in one place only, and can be reached by
/// its group's threshold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quorum {
    logs: Vec<KnownLog>,
    /// Witnesses and groups in the order of their lines: a group's members stand before it.
    members: Vec<Member>,
    /// The place of the member that must have witnessed; none for `quorum none`.
    required: Option<usize>,
}

/// A log that a policy knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownLog {
    key: VerifierKey,
    url: Option<String>,
}

/// A witness under the name that a policy gives it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Witness {
    name: String,
    key: VerifierKey,
    url: Option<String>,
}

/// Some of which must have witnessed.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Group {
    name: String,
    threshold: Threshold,
    /// Places of its members, each smaller than its own.
    members: Vec<usize>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Member {
    Witness(Witness),
    Group(Group),
}

impl Member {
    fn name(&self) -> &str {
        match self {
            Self::Witness(witness) => &witness.name,
            Self::Group(group) => &group.name,
        }
    }
}

impl KnownLog {
    /// Its key. The key's name is the log's origin.
    #[must_use]
    pub const fn key(&self) -> &VerifierKey {
        &self.key
    }

    /// Where it can be reached.
    #[must_use]
    pub fn url(&self) -> Option<&str> {
        self.url.as_deref()
    }
}

impl Witness {
    /// What the policy calls it. It means nothing outside the policy.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The key that it cosigns with.
    #[must_use]
    pub const fn key(&self) -> &VerifierKey {
        &self.key
    }

    /// Where it can be reached.
    #[must_use]
    pub fn url(&self) -> Option<&str> {
        self.url.as_deref()
    }
}

impl Quorum {
    /// The policy that asks for no cosignature. Whoever holds a log's keys can then show different histories to different
    /// readers.
    #[must_use]
    pub const fn none() -> Self {
        Self { logs: Vec::new(), members: Vec::new(), required: None }
    }

    /// Reads a policy file of at most [`super::limits::MAX_POLICY_BYTES`] octets.
    ///
    /// # Errors
    /// [`BadQuorum`], at the first line that cannot stand.
    pub fn parse(octets: &[u8]) -> Result<Self, BadQuorum> {
        read::read(octets)
    }

    /// Whether this policy asks for no cosignature.
    #[must_use]
    pub const fn is_none(&self) -> bool {
        self.required.is_none()
    }

    /// The logs that it lists. They decide nothing about a party's node log, whose keys its key history has.
    #[must_use]
    pub fn logs(&self) -> &[KnownLog] {
        &self.logs
    }

    /// The witnesses, in the order of their lines. Some may not matter to the quorum.
    pub fn witnesses(&self) -> impl Iterator<Item = &Witness> {
        self.members
            .iter()
            .filter_map(|member| if let Member::Witness(witness) = member { Some(witness) } else { None })
    }

    /// Whether cosignatures by these keys suffice, and if not, what is lacking. Keys that the policy does not name, and
    /// repeated ones, change nothing.
    #[must_use]
    pub fn is_met(&self, cosigners: &[&VerifierKey]) -> QuorumOutcome {
        let Some(required) = self.required else { return QuorumOutcome::Met };
        Tally::of(&self.members, cosigners).outcome(required)
    }
}

impl fmt::Display for Quorum {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for log in &self.logs {
            write!(out, "log {}", log.key)?;
            write_url(out, log.url())?;
        }
        self.members.iter().try_for_each(|member| self.write_member(out, member))?;
        let required = self.required.and_then(|place| self.members.get(place));
        writeln!(out, "quorum {}", required.map_or(NONE, Member::name))
    }
}

/// The word for a quorum that asks for nobody: never a member's name.
const NONE: &str = "none";

impl Quorum {
    fn write_member(&self, out: &mut fmt::Formatter<'_>, member: &Member) -> fmt::Result {
        match member {
            Member::Witness(witness) => {
                write!(out, "witness {} {}", witness.name, witness.key)?;
                write_url(out, witness.url())
            }
            Member::Group(group) => {
                write!(out, "group {} {}", group.name, group.threshold)?;
                let mut members = group.members.iter().filter_map(|place| self.members.get(*place));
                members.try_for_each(|member| write!(out, " {}", member.name()))?;
                writeln!(out)
            }
        }
    }
}

fn write_url(out: &mut fmt::Formatter<'_>, url: Option<&str>) -> fmt::Result {
    match url {
        Some(url) => writeln!(out, " {url}"),
        None => writeln!(out),
    }
}
