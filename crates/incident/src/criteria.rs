//! The 29 criteria of the OECD's common reporting framework for AI incidents (AI papers no. 34, 2025), and where each stands.

use record::json::Json;

use crate::incident::Incident;

/// One criterion.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub struct Criterion {
    /// Its number in the framework, 1 to 29.
    pub number: u8,
    /// What it asks.
    pub asks: &'static str,
    /// The properties that answer it; one of them is enough.
    pub properties: &'static [&'static str],
    /// Whether the framework wants it in every report.
    pub is_mandatory: bool,
}

const fn must(number: u8, asks: &'static str, properties: &'static [&'static str]) -> Criterion {
    Criterion { number, asks, properties, is_mandatory: true }
}

const fn may(number: u8, asks: &'static str, properties: &'static [&'static str]) -> Criterion {
    Criterion { number, asks, properties, is_mandatory: false }
}

/// All of them, in the framework's order.
pub const CRITERIA: [Criterion; 29] = [
    must(1, "title", &["name"]),
    must(2, "description", &["description"]),
    must(3, "how AI relates to it", &["ai_involvement"]),
    must(4, "who submits it", &["created_by_ref", "submitter_role"]),
    may(5, "date of first known occurrence", &["occurred", "discovered"]),
    may(6, "countries", &["countries", "place"]),
    must(7, "supporting material", &["external_references"]),
    may(8, "system name and version", &["system", "system_version", "model", "model_version"]),
    may(9, "developer and deployer", &["developer", "deployer"]),
    must(10, "severity", &["severity"]),
    must(11, "type of harm", &["harm_types", "harms"]),
    may(12, "quantified harm", &["harms", "people_affected", "deaths", "injured"]),
    may(13, "unintended or wrongful use", &["use_kind"]),
    may(14, "stakeholders affected", &["affected_parties"]),
    may(15, "impact on rights", &["rights_affected"]),
    may(16, "AI principles affected", &["principles"]),
    may(17, "industry", &["industries"]),
    may(18, "business function", &["business_function"]),
    may(19, "critical infrastructure", &["critical_infrastructure"]),
    may(20, "breadth of deployment", &["deployment_breadth", "deployment_state"]),
    may(21, "link to training data", &["training_data"]),
    may(22, "link to the model", &["model_link", "training_compute"]),
    may(23, "usage rights", &["usage_rights"]),
    may(24, "several AI systems interacting", &["interacting_systems"]),
    may(25, "tasks of the system", &["tasks"]),
    may(26, "autonomy", &["autonomy", "autonomy_level"]),
    may(27, "actions taken", &["actions_taken"]),
    may(28, "steps to reproduce", &["steps_to_reproduce"]),
    may(29, "anything else", &["remarks"]),
];

impl Criterion {
    /// Whether the incident says something here. Empty text and empty lists say nothing.
    #[must_use]
    pub fn is_met(&self, incident: &Incident) -> bool {
        let mut values = self.properties.iter().filter_map(|name| incident.property(name));
        values.any(says_something)
    }
}

fn says_something(value: &Json) -> bool {
    match value {
        Json::String(text) => !text.trim().is_empty(),
        Json::Array(elements) => !elements.is_empty(),
        Json::Object(members) => !members.is_empty(),
        Json::Bool(_) | Json::Number(_) => true,
        Json::Null => false,
    }
}

/// The mandatory criteria that are not met. They are flagged and nothing is made up for them; in an incident that is shown in
/// part they may have been withheld.
#[must_use]
pub fn missing(incident: &Incident) -> Vec<Criterion> {
    CRITERIA.into_iter().filter(|criterion| criterion.is_mandatory && !criterion.is_met(incident)).collect()
}
