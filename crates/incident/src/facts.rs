//! What an incident says, typed.

use std::collections::BTreeMap;

use record::json::{Json, Map};
use record::time::LexicalTime;

use crate::compute::ComputeRange;
use crate::error::PropertyError;
use crate::harm::Harm;
use crate::moment::{Moment, Precision, TimeName};
use crate::place::{Country, Industry, Place};
use crate::property::{Count, List, Text};
use crate::reader::Reader;
use crate::stage::Stage;
use crate::vocabulary::{AutonomyLevel, DeploymentState, EventKind, Severity, SubmitterRole, UseKind};

/// What an incident says. What is not said is absent: nothing here has a default that could pass for a fact.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Facts {
    /// Texts.
    pub texts: BTreeMap<Text, String>,
    /// Lists of texts.
    pub lists: BTreeMap<List, Vec<String>>,
    /// Counts of people.
    pub counts: BTreeMap<Count, u64>,
    /// Times, in their author's spelling.
    pub times: BTreeMap<TimeName, LexicalTime>,
    /// How exact times are. It may be shown while its time is withheld.
    pub precision: BTreeMap<TimeName, Precision>,
    /// Where it happened.
    pub place: Option<Place>,
    /// The countries concerned.
    pub countries: Vec<Country>,
    /// The industries concerned.
    pub industries: Vec<Industry>,
    /// The harms.
    pub harms: Vec<Harm>,
    /// The model's training compute.
    pub training_compute: Option<ComputeRange>,
    /// Incident, near miss or hazard.
    pub event_kind: Option<EventKind>,
    /// How severe.
    pub severity: Option<Severity>,
    /// How far the report has come.
    pub stage: Option<Stage>,
    /// What whoever submits it has to do with it.
    pub submitter_role: Option<SubmitterRole>,
    /// How far the system acts by itself.
    pub autonomy_level: Option<AutonomyLevel>,
    /// How far the system was in use.
    pub deployment_state: Option<DeploymentState>,
    /// Whether it was used as meant.
    pub use_kind: Option<UseKind>,
    /// Whether critical infrastructure was concerned.
    pub critical_infrastructure: Option<bool>,
    /// How sure the author is of the cause, 0 to 100.
    pub cause_confidence: Option<u8>,
}

impl Facts {
    /// A text.
    #[must_use]
    pub fn text(&self, property: Text) -> Option<&str> {
        self.texts.get(&property).map(String::as_str)
    }

    /// Says a text.
    #[must_use]
    pub fn with_text(mut self, property: Text, text: &str) -> Self {
        self.texts.insert(property, text.to_owned());
        self
    }

    /// Says a list of texts.
    #[must_use]
    pub fn with_list(mut self, property: List, elements: &[&str]) -> Self {
        self.lists.insert(property, elements.iter().map(|element| (*element).to_owned()).collect());
        self
    }

    /// A time with how exact it is.
    #[must_use]
    pub fn moment(&self, name: TimeName) -> Option<Moment> {
        let time = self.times.get(&name)?.clone();
        Some(Moment::new(time, self.precision.get(&name).copied()))
    }

    /// Says a time.
    #[must_use]
    pub fn with_moment(mut self, name: TimeName, moment: &Moment) -> Self {
        self.times.insert(name, moment.time().clone());
        match moment.precision() {
            Some(precision) => drop(self.precision.insert(name, precision)),
            None => drop(self.precision.remove(&name)),
        }
        self
    }

    /// Reads what stands at the object's top and in our extension.
    pub(crate) fn read(top: &Map, extension: Option<&Map>) -> Result<Self, PropertyError> {
        let none = Map::new();
        let reader = Reader::new(top, extension.unwrap_or(&none));
        let facts = Self {
            texts: reader.texts()?,
            lists: reader.lists()?,
            counts: reader.counts()?,
            times: reader.times()?,
            precision: reader.precision()?,
            place: reader.value("place").map(Place::read).transpose()?,
            countries: reader.codes("countries")?,
            industries: reader.codes("industries")?,
            harms: reader.harms()?,
            training_compute: reader.compute()?,
            event_kind: reader.word("event_kind")?,
            severity: reader.word("severity")?,
            stage: reader.word("stage")?,
            submitter_role: reader.word("submitter_role")?,
            autonomy_level: reader.word("autonomy_level")?,
            deployment_state: reader.word("deployment_state")?,
            use_kind: reader.word("use_kind")?,
            critical_infrastructure: reader.truth("critical_infrastructure")?,
            cause_confidence: reader.percent("cause_confidence")?,
        };
        facts.check_severity()?;
        Ok(facts)
    }

    /// Where no harm came about, none can be severe.
    fn check_severity(&self) -> Result<(), PropertyError> {
        match (self.event_kind, self.severity) {
            (Some(kind), Some(severity)) if !kind.allows(severity) => {
                let reason = format!("is `{severity}`, and `event_kind` is `{kind}`; change one of them");
                Err(PropertyError::new("severity", reason))
            }
            _ => Ok(()),
        }
    }

    /// Every property that is said, as it stands in an object: whether at its top, its name, its value.
    pub(crate) fn properties(&self) -> Vec<(bool, &'static str, Json)> {
        let texts = self.texts.iter().map(|(name, text)| (name.is_core(), name.name(), Json::text(text.as_str())));
        let mut said: Vec<_> = texts.collect();
        let own = self.collections().into_iter().chain(self.words()).chain(self.singles());
        said.extend(own.map(|(name, value)| (false, name, value)));
        said
    }

    fn collections(&self) -> Vec<(&'static str, Json)> {
        let lists = self.lists.iter().map(|(name, list)| (name.name(), texts(list.iter())));
        let mut said: Vec<_> = lists.collect();
        said.extend(self.counts.iter().map(|(name, count)| (name.name(), Json::count(*count))));
        said.extend(self.times.iter().map(|(name, time)| (name.name(), Json::text(time.text()))));
        let arrays = [
            ("countries", texts(self.countries.iter())),
            ("industries", texts(self.industries.iter())),
            ("harms", Json::Array(self.harms.iter().map(Harm::to_json).collect())),
        ];
        said.extend(arrays.into_iter().filter(|(_, list)| list.as_array().is_some_and(|list| !list.is_empty())));
        said
    }

    fn words(&self) -> impl Iterator<Item = (&'static str, Json)> {
        let words = [
            ("event_kind", self.event_kind.map(EventKind::name)),
            ("severity", self.severity.map(Severity::name)),
            ("stage", self.stage.map(Stage::name)),
            ("submitter_role", self.submitter_role.map(SubmitterRole::name)),
            ("autonomy_level", self.autonomy_level.map(AutonomyLevel::name)),
            ("deployment_state", self.deployment_state.map(DeploymentState::name)),
            ("use_kind", self.use_kind.map(UseKind::name)),
        ];
        words.into_iter().filter_map(|(name, word)| Some((name, Json::text(word?))))
    }

    fn singles(&self) -> impl Iterator<Item = (&'static str, Json)> {
        let precision: Map = self.precision.iter().map(|(name, word)| (name.name(), Json::text(word.name()))).collect();
        let singles = [
            ("precision", (!precision.is_empty()).then_some(Json::Object(precision))),
            ("place", self.place.as_ref().map(Place::to_json)),
            ("training_compute", self.training_compute.map(ComputeRange::to_json)),
            ("critical_infrastructure", self.critical_infrastructure.map(Json::Bool)),
            ("cause_confidence", self.cause_confidence.map(Json::count)),
        ];
        singles.into_iter().filter_map(|(name, value)| Some((name, value?)))
    }
}

fn texts(elements: impl Iterator<Item = impl ToString>) -> Json {
    Json::Array(elements.map(|element| Json::text(element.to_string())).collect())
}
