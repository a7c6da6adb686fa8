//! What an account of this node may see: pages, exports, events and the like take nothing else.
//!
//! ```compile_fail,E0451
//! use policy::shown::Shown;
//! use record::{Record, Signed};
//!
//! fn forge(content: Signed<Record>, like: Shown<Record>) -> Shown<Record> {
//!     Shown { content, ..like }
//! }
//! ```

use std::collections::BTreeSet;

use record::digest::{PartyId, RecordDigest};
use record::label::{Marks, Pap, Recipients, Tlp};
use record::path::Path;
use record::{PresentError, Record, Selection, Signed};

use crate::cedar::{Asked, Checked, Effect, Facts, Policies, PolicyError};
use crate::decision::{Field, Subject};
use crate::labels::InForce;
use crate::vocabulary::{Care, Kind, Purpose};
use record::words;

words! {
    /// What a person or program of this node is there for.
    Role, "role" {
        /// Switches floors, opens accounts.
        Administrator = "administrator",
        /// Takes in reports and keeps cases.
        Analyst = "analyst",
        /// Reads what there is, changes nothing.
        Auditor = "auditor",
        /// Decides what must be told to whom.
        Compliance = "compliance",
        /// Answers urgent notices.
        DutyOfficer = "duty-officer",
        /// Drafts and signs agreements.
        Negotiator = "negotiator",
        /// Works with pooled means.
        Researcher = "researcher",
    }
}

/// An account.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Account {
    /// The party it belongs to.
    pub party: PartyId,
    /// What it is there for.
    pub roles: BTreeSet<Role>,
    /// The records at TLP red that were given to this person by name.
    pub named_for: BTreeSet<RecordDigest>,
}

impl Account {
    /// An account with these roles.
    #[must_use]
    pub fn new(party: PartyId, roles: impl IntoIterator<Item = Role>) -> Self {
        Self { party, roles: roles.into_iter().collect(), named_for: BTreeSet::new() }
    }

    /// The same with records at TLP red that were given to it by name.
    #[must_use]
    pub fn named_for(self, records: impl IntoIterator<Item = RecordDigest>) -> Self {
        Self { named_for: records.into_iter().collect(), ..self }
    }
}

/// The rules of the house: who inside may see what. They permit by TLP and role, and forbid by reason for care.
const HOUSE: [(&str, &str); 8] = [
    (
        "open",
        r#"permit(principal, action == Action::"show", resource) when { [Tlp::"clear", Tlp::"green"].contains(context.tlp) };"#,
    ),
    (
        "need-to-know",
        r#"permit(principal, action == Action::"show", resource) when { [Role::"analyst", Role::"auditor", Role::"compliance", Role::"duty-officer"].contains(principal) };"#,
    ),
    (
        "source",
        r#"forbid(principal, action == Action::"show", resource) when { context.care.contains(Care::"source-identity") && principal != Role::"analyst" };"#,
    ),
    (
        "classified",
        r#"forbid(principal, action == Action::"show", resource) when { context.care.contains(Care::"classified") && principal != Role::"analyst" && principal != Role::"compliance" };"#,
    ),
    (
        "weights",
        r#"forbid(principal, action == Action::"show", resource) when { context.care.contains(Care::"model-weights") && principal != Role::"compliance" };"#,
    ),
    (
        "hazards",
        r#"forbid(principal, action == Action::"show", resource) when { context.care.containsAny([Care::"hazard:biological", Care::"hazard:chemical", Care::"hazard:cyber-offence", Care::"hazard:nuclear", Care::"hazard:radiological"]) && principal != Role::"analyst" && principal != Role::"compliance" };"#,
    ),
    (
        "persons",
        r#"forbid(principal, action == Action::"show", resource) when { context.care.containsAny([Care::"personal-data:biometric", Care::"personal-data:child", Care::"personal-data:contact", Care::"personal-data:financial", Care::"personal-data:health", Care::"personal-data:location"]) && principal != Role::"analyst" && principal != Role::"compliance" };"#,
    ),
    (
        "export",
        r#"forbid(principal, action == Action::"show", resource) when { context.care.contains(Care::"export-controlled") && principal != Role::"analyst" && principal != Role::"compliance" };"#,
    ),
];

/// The rules of the house, compiled.
#[derive(Debug, Clone)]
pub struct House {
    own: PartyId,
    permits: Policies,
    forbids: Policies,
}

/// Content as one account may see it, or everybody. Only [`House::show`] and [`to_public`] make one.
#[derive(Debug, Clone)]
pub struct Shown<T> {
    content: Signed<T>,
    withheld: Vec<Path>,
}

/// An account sees nothing of a record.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NotShown {
    /// The account is another party's: it gets that party's feeds and nothing else.
    #[error("this account belongs to another party")]
    OtherParty,
    /// Nothing of it is for this account.
    #[error("nothing of this record is for this account")]
    Nothing,
    /// It cannot be shown in part.
    #[error(transparent)]
    Present(#[from] PresentError),
}

impl House {
    /// The rules of a party's node.
    ///
    /// # Errors
    /// [`PolicyError`] if a rule of this build does not type-check: then nothing is shown.
    pub fn new(own: PartyId) -> Result<Self, PolicyError> {
        let rules: Vec<_> = HOUSE.iter().map(|(name, text)| Checked::parse(name, text)).collect::<Result<_, _>>()?;
        let of = |effect: Effect| Policies::new(rules.iter().filter(|rule| rule.effect() == effect));
        Ok(Self { own, permits: of(Effect::Permit)?, forbids: of(Effect::Forbid)? })
    }

    /// What an account may see of a record: each field for which one of its roles suffices.
    ///
    /// # Errors
    /// [`NotShown`].
    pub fn show(
        &self,
        account: &Account,
        record: &Signed<Record>,
        in_force: &InForce,
    ) -> Result<Shown<Record>, NotShown> {
        if account.party != self.own {
            return Err(NotShown::OtherParty);
        }
        let subject = Subject::new(record.content(), in_force);
        let may = |marks: Option<&Marks>| account.roles.iter().any(|role| self.may(account, *role, &subject, marks));
        let (shown, withheld): (Vec<_>, Vec<_>) = subject.fields.iter().partition(|field| may(field.marks.as_ref()));
        if shown.is_empty() {
            return Err(NotShown::Nothing);
        }
        let content = record.present(&Selection::only(paths(&shown)))?;
        Ok(Shown { content, withheld: paths(&withheld) })
    }

    /// The reasons for care that keep nothing from a role, each by itself. The rules forbid for single reasons, so what has several of
    /// these is not kept from it either.
    #[must_use]
    pub fn reads_tagged(&self, role: Role) -> BTreeSet<Care> {
        Care::ALL.iter().copied().filter(|care| self.reads_care(role, *care)).collect()
    }

    fn reads_care(&self, role: Role, care: Care) -> bool {
        // Open enough that the level keeps it from nobody. No rule asks for the kind, nor for which record it is.
        let mut facts = Facts::new(Kind::Incident, Purpose::SafetyResearch, Tlp::Clear, Pap::Clear);
        facts.care = [care].into();
        let Some(asked) = facts.to_role(role, RecordDigest::from_octets([0; 32])) else { return false };
        self.permits_all(&asked)
    }

    fn permits_all(&self, asked: &Asked) -> bool {
        let (permits, forbids) = (self.permits.ask(asked), self.forbids.ask(asked));
        !permits.holds.is_empty() && forbids.holds.is_empty() && permits.failed.is_empty() && forbids.failed.is_empty()
    }

    fn may(&self, account: &Account, role: Role, subject: &Subject, marks: Option<&Marks>) -> bool {
        // Somebody has to see what nobody has labelled yet, to label it.
        let Some(marks) = marks else { return matches!(role, Role::Analyst | Role::Compliance) };
        if marks.tlp() == Tlp::Red && !account.named_for.contains(&subject.record) {
            return false;
        }
        let care: Option<BTreeSet<Care>> = marks.tags().iter().map(Care::of).collect();
        let Some(care) = care else { return matches!(role, Role::Analyst | Role::Compliance) };
        let mut facts = Facts::new(subject.kind, Purpose::SafetyResearch, marks.tlp(), marks.pap());
        facts.care = care;
        facts.relayed = subject.author != self.own;
        let Some(asked) = facts.to_role(role, subject.record) else { return false };
        self.permits_all(&asked)
    }
}

/// An incident of ours as everybody may see it, without an account: whole, or not at all. Every place of it is marked TLP clear, for
/// anybody, without any reason for care, and nothing that bears on it is missing here.
///
/// The rules of the house ask for a role, and the public has none: nobody labels for it, and no level but clear is for it. So this is no
/// rule of theirs, and a part of an incident is never shown so: what is left out would tell that there is something.
#[must_use]
pub fn to_public(own: PartyId, record: &Signed<Record>, in_force: &InForce) -> Option<Shown<Record>> {
    let subject = Subject::new(record.content(), in_force);
    let is_ours = subject.author == own && subject.kind == Kind::Incident && in_force.lacking.is_empty();
    let is_for_all = subject.fields.iter().all(|field| field.marks.as_ref().is_some_and(is_for_anybody));
    (is_ours && is_for_all).then(|| Shown { content: record.clone(), withheld: Vec::new() })
}

fn is_for_anybody(marks: &Marks) -> bool {
    marks.tlp() == Tlp::Clear && marks.tags().is_empty() && *marks.recipients() == Recipients::Anyone
}

fn paths(fields: &[&Field]) -> Vec<Path> {
    fields.iter().map(|field| field.path.clone()).collect()
}

impl<T> Shown<T> {
    /// What may be seen.
    #[must_use]
    pub const fn content(&self) -> &Signed<T> {
        &self.content
    }

    /// The places that this account may not see. That there are some is no secret inside the house.
    #[must_use]
    pub fn withheld(&self) -> &[Path] {
        &self.withheld
    }
}
