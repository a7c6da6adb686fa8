//! Agreements to begin with. Parties change the words and the policies as they negotiate; the form stays.
//!
//! A template is an agreement's own JSON without what only its parties know: who they are, for how long, and against which
//! engine and schema the policies run. Its clauses run from every party to all of the others.

use record::digest::PartyId;
use record::json::{self, Json, Map};
use record::time::Timestamp;

use super::{Agreement, AgreementError, AgreementProblem, FORMAT, RoleName};
use crate::cedar::{ENGINE, schema_digest};
use crate::explain::Language;

/// An agreement without its parties and its period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Template {
    /// Its name in commands and addresses.
    pub name: &'static str,
    english: &'static str,
    chinese: &'static str,
    text: &'static str,
}

impl Template {
    /// All of them, in the order of trust that they ask for.
    pub const ALL: &'static [Self] = &[
        Self {
            name: "public-incident",
            english: "What may be made public about incidents, or told to a community; no personal data.",
            chinese: "可以公开或者可以告知社群的事件信息；不含个人数据。",
            text: include_str!("../../templates/public-incident.json"),
        },
        Self {
            name: "misuse-signals",
            english: "Signals of misuse, sightings of them and countermeasures, for defence only.",
            chinese: "滥用信号、信号发现报告与应对措施，仅限于防范滥用。",
            text: include_str!("../../templates/misuse-signals.json"),
        },
        Self {
            name: "confidential-incident",
            english: "Serious incidents in confidence: after one approval, up to a number each month, times and places made coarse.",
            chinese: "以保密方式交换严重事件：每次发布经一人批准，每月限量，时间与地点作概略处理。",
            text: include_str!("../../templates/confidential-incident.json"),
        },
    ];

    /// The template of this name.
    #[must_use]
    pub fn find(name: &str) -> Option<&'static Self> {
        Self::ALL.iter().find(|one| one.name == name)
    }

    /// What it is for.
    #[must_use]
    pub const fn about(&self, language: Language) -> &'static str {
        match language {
            Language::English => self.english,
            Language::Chinese => self.chinese,
        }
    }

    /// A first draft between these parties. `zone` is the calendar that they have in mind; the two instants decide.
    ///
    /// The worked examples speak of the roles `a` and `b`, so two of the parties should have these; more may join them.
    ///
    /// # Errors
    /// [`AgreementError`] for fewer than two parties, a role or a party named twice, or an empty period.
    pub fn draft(
        &self,
        parties: &[(RoleName, PartyId)],
        from: Timestamp,
        until: Timestamp,
        zone: &str,
    ) -> Result<Agreement, AgreementError> {
        let Json::Object(text) = json::parse(self.text.as_bytes()).map_err(AgreementProblem::from)? else {
            return Err(AgreementProblem::Form { field: "template", reason: "should be an object".to_owned() }.into());
        };
        let member = |(role, party): &(RoleName, PartyId)| -> Json {
            Map::new().with("role", role.as_str()).with("party", party.to_string()).into()
        };
        let members: Vec<_> = parties.iter().map(member).collect();
        let roles = Json::Array(parties.iter().map(|(role, _)| Json::text(role.as_str())).collect());
        let head = Map::new()
            .with("format", FORMAT)
            .with("engine", ENGINE)
            .with("schema", record::base64url::encode(&schema_digest()))
            .with("parties", Json::Array(members))
            .with("from", from.to_string())
            .with("until", until.to_string())
            .with("zone", zone);
        let body = text.into_iter().map(|(name, value)| match name.as_str() {
            "clauses" => (name, between(value, &roles)),
            _ => (name, value),
        });
        Agreement::from_map(head.into_iter().chain(body).collect())
    }
}

/// Clauses as they stand, each operative one from all roles to all.
fn between(clauses: Json, roles: &Json) -> Json {
    let Json::Array(clauses) = clauses else { return clauses };
    Json::Array(clauses.into_iter().map(|clause| one_between(clause, roles)).collect())
}

fn one_between(clause: Json, roles: &Json) -> Json {
    let Json::Object(mut clause) = clause else { return clause };
    if clause.contains("policy") {
        clause.set("from", roles.clone());
        clause.set("to", roles.clone());
    }
    if let Some(below) = clause.remove("clauses") {
        clause.set("clauses", between(below, roles));
    }
    clause.into()
}
