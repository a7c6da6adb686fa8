//! The fields that incidents are counted by: those with codes, not those with words.

use std::collections::BTreeSet;

use record::words;

use super::Counted;
use crate::facts::Facts;
use crate::moment::TimeName;

words! {
    /// A coded field of an incident.
    CodedField, "coded field" {
        /// How far the system acts by itself.
        AutonomyLevel = "autonomy_level",
        /// The countries concerned, that of the place among them.
        Countries = "countries",
        /// Whether critical infrastructure was concerned.
        CriticalInfrastructure = "critical_infrastructure",
        /// How far the system was in use.
        DeploymentState = "deployment_state",
        /// Incident, near miss or hazard.
        EventKind = "event_kind",
        /// The types of harm.
        Harms = "harms",
        /// The industries concerned.
        Industries = "industries",
        /// How severe.
        Severity = "severity",
        /// How far the report has come.
        Stage = "stage",
        /// What whoever submits it has to do with it.
        SubmitterRole = "submitter_role",
        /// Whether it was used as meant.
        UseKind = "use_kind",
    }
}

/// Reads a field and a time out of what an incident says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "callers build it")]
pub struct Coded {
    /// What is counted.
    pub by: CodedField,
    /// The time that places it.
    pub of: TimeName,
}

impl Coded {
    /// One incident as a trend sees it.
    #[must_use]
    pub fn read(self, facts: &Facts) -> Counted {
        Counted { when: facts.moment(self.of), values: self.by.values(facts) }
    }
}

impl CodedField {
    /// What an incident says in this field: nothing, one value, or several.
    #[must_use]
    pub fn values(self, facts: &Facts) -> BTreeSet<String> {
        match self {
            Self::AutonomyLevel => word(facts.autonomy_level.map(|word| word.name())),
            Self::Countries => {
                let place = facts.place.as_ref().and_then(crate::place::Place::country);
                facts.countries.iter().copied().chain(place).map(|code| code.as_str().to_owned()).collect()
            }
            Self::CriticalInfrastructure => {
                word(facts.critical_infrastructure.map(|is| if is { "true" } else { "false" }))
            }
            Self::DeploymentState => word(facts.deployment_state.map(|word| word.name())),
            Self::EventKind => word(facts.event_kind.map(|word| word.name())),
            Self::Harms => facts.harms.iter().map(|harm| harm.harm_type().name().to_owned()).collect(),
            Self::Industries => facts.industries.iter().map(ToString::to_string).collect(),
            Self::Severity => word(facts.severity.map(|word| word.name())),
            Self::Stage => word(facts.stage.map(|word| word.name())),
            Self::SubmitterRole => word(facts.submitter_role.map(|word| word.name())),
            Self::UseKind => word(facts.use_kind.map(|word| word.name())),
        }
    }
}

fn word(name: Option<&'static str>) -> BTreeSet<String> {
    name.map(str::to_owned).into_iter().collect()
}
