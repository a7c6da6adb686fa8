//! What was tried, and whether it worked.
//!
//! A countermeasure is a STIX `course-of-action` with an extension of ours. Against what it was tried is said by a link of its
//! own ([`crate::links::LinkWord::Mitigates`]): the same measure can be tried against many things, by parties that do not know
//! of one another. What nobody measured is not said; there is no default.

use std::collections::BTreeMap;

use record::json::{Json, Map};
use record::stix::{StixId, StixObject};
use record::time::Timestamp;
use record::words;

use crate::error::PropertyError;
use crate::incident::Showing;
use crate::signed_form::{extension_of, refuse_concerns};

/// The STIX type of a countermeasure.
pub const COUNTERMEASURE_TYPE: &str = "course-of-action";

words! {
    /// Whether it worked.
    Outcome, "outcome" {
        /// It did not do what it was for.
        Failed = "failed",
        /// Nobody has measured it yet, or the measurement says nothing yet.
        NotYetKnown = "not yet known",
        /// It did some of what it was for, or only sometimes.
        Partly = "partly",
        /// It did what it was for.
        Worked = "worked",
    }
}

words! {
    /// Where it was tested.
    Setting, "setting" {
        /// On a system apart, by whoever tested.
        Laboratory = "laboratory",
        /// Where people use the system.
        Production = "production",
        /// In a model of the system.
        Simulation = "simulation",
        /// With some who use the system and knew of it.
        Trial = "trial",
    }
}

words! {
    /// Properties that hold text.
    CountermeasureText, "text of a countermeasure" {
        /// Under which conditions it holds.
        Conditions = "conditions",
        /// What was tried.
        Description = "description",
        /// How the outcome was measured, and what came out.
        Measured = "measured",
        /// A short title.
        Name = "name",
        /// What else it did.
        SideEffects = "side_effects",
        /// How it is done.
        Steps = "steps",
        /// Who tested it.
        TestedBy = "tested_by",
        /// On which system, and where.
        TestedWhere = "tested_where",
    }
}

impl CountermeasureText {
    const fn is_core(self) -> bool {
        matches!(self, Self::Name | Self::Description)
    }
}

/// What is said of a countermeasure.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct CountermeasureFacts {
    /// Texts by property.
    pub texts: BTreeMap<CountermeasureText, String>,
    /// Whether it worked.
    pub outcome: Option<Outcome>,
    /// Where it was tested.
    pub setting: Option<Setting>,
    /// When the test began.
    pub tested_from: Option<Timestamp>,
    /// When the test ended.
    pub tested_until: Option<Timestamp>,
}

impl CountermeasureFacts {
    /// The same with one more text.
    #[must_use]
    pub fn with_text(mut self, name: CountermeasureText, text: &str) -> Self {
        self.texts.insert(name, text.to_owned());
        self
    }

    /// A text, if it is said.
    #[must_use]
    pub fn text(&self, name: CountermeasureText) -> Option<&str> {
        self.texts.get(&name).map(String::as_str)
    }

    /// An outcome that nobody can check is an opinion: whoever says that it worked says how that was measured.
    fn check(&self, showing: Showing) -> Result<(), PropertyError> {
        if let (Some(from), Some(until)) = (self.tested_from, self.tested_until)
            && until < from
        {
            return Err(PropertyError::new("tested_until", "is before `tested_from`"));
        }
        let is_measured = matches!(self.outcome, Some(Outcome::Failed | Outcome::Partly | Outcome::Worked));
        if showing == Showing::Whole && is_measured && self.text(CountermeasureText::Measured).is_none() {
            return Err(PropertyError::new(
                "measured",
                "is missing; say how the outcome was measured, or that it is not yet known",
            ));
        }
        Ok(())
    }

    fn properties(&self) -> Vec<(bool, &'static str, String)> {
        let texts = self.texts.iter().map(|(name, text)| (name.is_core(), name.name(), text.clone()));
        let words = [
            ("outcome", self.outcome.map(|word| word.name().to_owned())),
            ("setting", self.setting.map(|word| word.name().to_owned())),
            ("tested_from", self.tested_from.map(|time| time.to_string())),
            ("tested_until", self.tested_until.map(|time| time.to_string())),
        ];
        texts.chain(words.into_iter().filter_map(|(name, text)| Some((false, name, text?)))).collect()
    }
}

/// A countermeasure. Members that no table knows are kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Countermeasure {
    object: Map,
    facts: CountermeasureFacts,
}

impl Countermeasure {
    /// A new one.
    ///
    /// # Errors
    /// [`PropertyError`] if its name is missing, if an outcome is claimed that nobody measured, if the test ended before it
    /// began, or if a text would act on its reader.
    pub fn new(id: &StixId, created: Timestamp, facts: &CountermeasureFacts) -> Result<Self, PropertyError> {
        if facts.text(CountermeasureText::Name).is_none_or(|name| name.trim().is_empty()) {
            return Err(PropertyError::new("name", "is missing; say in a few words what was tried"));
        }
        let mut object = Map::new()
            .with("type", COUNTERMEASURE_TYPE)
            .with("spec_version", "2.1")
            .with("id", id.as_str())
            .with("created", created.to_string())
            .with("modified", created.to_string());
        let mut own = Map::new().with("extension_type", "property-extension");
        for (is_core, name, text) in facts.properties() {
            let place = if is_core { &mut object } else { &mut own };
            place.set(name, text);
        }
        refuse_concerns(&object)?;
        refuse_concerns(&own)?;
        object.set("extensions", Map::new().with(extension_of(COUNTERMEASURE_TYPE), own));
        Self::read(object, Showing::Whole)
    }

    /// Reads a whole object.
    ///
    /// # Errors
    /// [`PropertyError`] with the first property whose value the format does not have.
    pub fn of_object(object: &StixObject) -> Result<Self, PropertyError> {
        Self::read(object.as_map().clone(), Showing::Whole)
    }

    /// Reads what is shown of an object.
    ///
    /// # Errors
    /// As [`Countermeasure::of_object`].
    pub fn of_shown(members: &Map) -> Result<Self, PropertyError> {
        Self::read(members.clone(), Showing::Part)
    }

    fn read(object: Map, showing: Showing) -> Result<Self, PropertyError> {
        match object.text("type") {
            Some(COUNTERMEASURE_TYPE) => {}
            None if showing == Showing::Part => {}
            Some(_) | None => return Err(PropertyError::new("type", "should be `course-of-action`")),
        }
        let facts = read_facts(&object)?;
        facts.check(showing)?;
        Ok(Self { object, facts })
    }

    /// What it says.
    #[must_use]
    pub const fn facts(&self) -> &CountermeasureFacts {
        &self.facts
    }

    /// The object's members.
    #[must_use]
    pub const fn object(&self) -> &Map {
        &self.object
    }

    /// The object, ready to be signed.
    ///
    /// # Errors
    /// [`PropertyError`] if what is here is not a whole STIX object.
    pub fn to_object(&self) -> Result<StixObject, PropertyError> {
        StixObject::from_map(self.object.clone()).map_err(|error| PropertyError::new("object", error.to_string()))
    }
}

fn read_facts(object: &Map) -> Result<CountermeasureFacts, PropertyError> {
    let empty = Map::new();
    let all = object.get("extensions").and_then(Json::as_object);
    let own = all.and_then(|all| all.get(extension_of(COUNTERMEASURE_TYPE))).and_then(Json::as_object);
    let own = own.unwrap_or(&empty);
    let mut facts = CountermeasureFacts {
        outcome: word(own, "outcome")?,
        setting: word(own, "setting")?,
        tested_from: word(own, "tested_from")?,
        tested_until: word(own, "tested_until")?,
        texts: BTreeMap::new(),
    };
    for name in CountermeasureText::ALL {
        let place = if name.is_core() { object } else { own };
        if let Some(text) = shown_text(place, name.name())? {
            facts.texts.insert(*name, text.to_owned());
        }
    }
    Ok(facts)
}

fn shown_text<'m>(members: &'m Map, name: &str) -> Result<Option<&'m str>, PropertyError> {
    let Some(value) = members.get(name) else { return Ok(None) };
    value.as_str().map(Some).ok_or_else(|| PropertyError::new(name, format!("should be a text, not {}", value.form())))
}

fn word<T: std::str::FromStr<Err: std::fmt::Display>>(members: &Map, name: &str) -> Result<Option<T>, PropertyError> {
    let read = shown_text(members, name)?.map(str::parse).transpose();
    read.map_err(|error: T::Err| PropertyError::new(name, error.to_string()))
}
