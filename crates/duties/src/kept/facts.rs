//! Facts that people answered, as they are kept.

use std::collections::BTreeMap;
use std::sync::Arc;

use record::digest::RecordDigest;
use record::json::{Json, Map, parse_within};
use record::stix::{StixError, StixId, StixObject};
use record::time::Timestamp;

use super::clock::is_stage;
use super::object::{Form, by, incident_of, named};
use crate::dictionary::{About, Dictionary};
use crate::facts::{FILED, Facts};
use crate::fault::Fault;
use crate::limits::{MAX_FACTS, MAX_FILE_BYTES, MAX_TEXT_BYTES};
use crate::reader::{At, Members};

/// The STIX type of answered facts.
pub const FACTS_TYPE: &str = "detente-duty-facts";

/// The extension definition of that type.
pub const FACTS_EXTENSION: &str = "extension-definition--6a2f20e8-655c-4143-85fc-d2a8bd6c4731";

const FORM: Form = Form {
    object_type: FACTS_TYPE,
    extension: FACTS_EXTENSION,
    members: &["about", "incident", "party", "facts", "taken_back", "by"],
};

/// What facts are about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
#[expect(clippy::exhaustive_enums, reason = "facts are about one incident, or about the party in all of them")]
pub enum Subject {
    /// The party, by its identity: who it is and what its system is.
    Party(String),
    /// An incident, by its id.
    Incident(String),
}

/// Facts that people answered at one time. One without a value was taken back: it is unknown again.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct KeptFacts {
    /// What they are about.
    pub about: Subject,
    /// Values as packs write them, by the ids of their facts.
    pub facts: BTreeMap<String, Option<Json>>,
    /// Who answered, as far as the node knows.
    pub by: Option<String>,
}

impl KeptFacts {
    /// What is said now, and what is taken back.
    ///
    /// # Errors
    /// Every [`Fault`]: a fact that the dictionary has not, one that is said and taken back at once, or one about a single incident
    /// where the party as a whole is spoken of.
    pub fn new(about: Subject, said: &Facts, taken_back: &[String]) -> Result<Self, Vec<Fault>> {
        let dictionary = said.dictionary();
        let Json::Object(values) = said.to_json() else { return Err(vec![Fault::whole("cannot be written")]) };
        let mut facts: BTreeMap<String, Option<Json>> =
            values.into_iter().map(|(id, value)| (id, Some(value))).collect();
        let mut faults = Vec::new();
        for id in taken_back {
            if !is_known(dictionary, id) {
                faults.push(Fault::whole(format!("there is no fact `{id}` to be taken back")));
            } else if facts.insert(id.clone(), None).is_some_and(|value| value.is_some()) {
                faults.push(Fault::whole(format!("`{id}` is said and taken back at once; do one of the two")));
            }
        }
        if matches!(about, Subject::Party(_)) {
            faults.extend(facts.keys().filter(|id| !is_of_party(dictionary, id)).map(|id| of_an_incident(id)));
        }
        if faults.is_empty() { Ok(Self { about, facts, by: None }) } else { Err(faults) }
    }

    /// The same, with who answered.
    #[must_use]
    pub fn with_by(self, by: Option<String>) -> Self {
        Self { by, ..self }
    }

    /// True if nothing is said and nothing taken back.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.facts.is_empty()
    }

    /// The object, ready to be signed. Facts stand in it as a text: STIX knows no empty list, and `[]` is knowledge.
    ///
    /// # Errors
    /// [`StixError`] if the id is of another type.
    pub fn to_object(&self, id: &StixId, created: Timestamp) -> Result<StixObject, StixError> {
        let mut own = match &self.about {
            Subject::Party(identity) => Map::new().with("about", "party").with("party", identity.as_str()),
            Subject::Incident(incident) => Map::new().with("about", "incident").with("incident", incident.as_str()),
        };
        let said = self.facts.iter().filter_map(|(id, value)| Some((id.clone(), value.clone()?)));
        own.set("facts", said.collect::<Map>().to_text());
        let back = self.facts.iter().filter(|(_, value)| value.is_none()).map(|(id, _)| Json::text(id.as_str()));
        let back: Vec<Json> = back.collect();
        if !back.is_empty() {
            own.set("taken_back", Json::Array(back));
        }
        FORM.object(id, created, named(own, self.by.as_deref()))
    }

    /// The facts, those that were taken back as `null`.
    #[must_use]
    pub fn facts_json(&self) -> Json {
        let facts = self.facts.iter().map(|(id, value)| (id.clone(), value.clone().unwrap_or(Json::Null)));
        facts.collect::<Map>().into()
    }

    /// Reads what is shown of an object. Values are read against a dictionary when they are used: it may have changed since.
    ///
    /// # Errors
    /// Every [`Fault`].
    pub fn of_shown(object: &Map) -> Result<Self, Vec<Fault>> {
        FORM.read(object, |members| {
            let about = subject(members)?;
            let at = members.need("facts")?;
            let mut facts = said(&at)?;
            for id in members.each("taken_back", |at| at.text().map(str::to_owned)) {
                if facts.insert(id, None).is_some() {
                    return at.fault("says something of a fact that is taken back");
                }
            }
            if facts.len() > MAX_FACTS {
                return at.fault(format!("has more than {MAX_FACTS} facts"));
            }
            if facts.keys().any(|id| id.is_empty() || id.len() > MAX_TEXT_BYTES) {
                return at.fault("has a fact whose id is empty or too long");
            }
            Some(Self { about, facts, by: by(members)? })
        })
    }
}

/// The facts in their text.
fn said(at: &At<'_>) -> Option<BTreeMap<String, Option<Json>>> {
    let text = at.json().as_str();
    let Some(text) = text else { return at.fault("should be a text of JSON") };
    match parse_within(text.as_bytes(), MAX_FILE_BYTES) {
        Ok(Json::Object(map)) => Some(map.into_iter().map(|(id, value)| (id, Some(value))).collect()),
        Ok(_) => at.fault("should be a text of a JSON object"),
        Err(error) => at.fault(format!("is not JSON of the profile: {error}")),
    }
}

fn subject(members: &Members<'_>) -> Option<Subject> {
    let at = members.need("about")?;
    match at.str()? {
        "incident" if members.may("party").is_none() => incident_of(members).map(Subject::Incident),
        "party" if members.may("incident").is_none() => identity_of(members).map(Subject::Party),
        "incident" | "party" => at.fault("names an incident and a party; it is about one of them"),
        _ => at.fault("should be `incident` or `party`"),
    }
}

fn identity_of(members: &Members<'_>) -> Option<String> {
    let at = members.need("party")?;
    let id: StixId = at.parse()?;
    if id.object_type() == "identity" {
        Some(id.as_str().to_owned())
    } else {
        at.fault("should be the id of an identity")
    }
}

fn is_known(dictionary: &Dictionary, id: &str) -> bool {
    dictionary.find(id).is_some() || id.strip_prefix(FILED).is_some_and(is_stage)
}

fn is_of_party(dictionary: &Dictionary, id: &str) -> bool {
    dictionary.get(id).is_some_and(|(_, fact)| matches!(fact.about, About::Actor | About::System))
}

fn of_an_incident(id: &str) -> Fault {
    Fault::whole(format!(
        "`{id}` is about one incident and not about who we are: `detente duties answer INCIDENT` keeps it"
    ))
}

/// What was answered, folded in the order of the log: of each fact the last word holds.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Folded {
    /// Values by fact, each with the record that says it.
    pub values: BTreeMap<String, (Json, RecordDigest)>,
    /// Who said so, by the record, as far as the node knew.
    pub by: BTreeMap<RecordDigest, String>,
}

impl Folded {
    /// Takes the next record.
    pub fn take(&mut self, record: RecordDigest, kept: &KeptFacts) {
        if let Some(by) = &kept.by {
            drop(self.by.insert(record, by.clone()));
        }
        for (id, value) in &kept.facts {
            match value {
                Some(value) => drop(self.values.insert(id.clone(), (value.clone(), record))),
                None => drop(self.values.remove(id)),
            }
        }
    }

    /// What of it a dictionary knows, and what it does not, with the reason: a fact of an earlier dictionary is not lost, and does
    /// not count.
    #[must_use]
    pub fn read(&self, dictionary: &Arc<Dictionary>) -> (Facts, Vec<(String, String)>) {
        let (mut facts, mut left_out) = (Facts::unknown(dictionary), Vec::new());
        for (id, (value, _)) in &self.values {
            match Facts::of_json(dictionary, &Map::new().with(id.as_str(), value.clone()).into()) {
                Ok(one) => facts = facts.with(&one),
                Err(faults) => left_out.push((id.clone(), reasons(&faults))),
            }
        }
        (facts, left_out)
    }
}

fn reasons(faults: &[Fault]) -> String {
    faults.iter().map(|fault| fault.reason.as_str()).collect::<Vec<_>>().join("; ")
}
