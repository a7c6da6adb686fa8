//! An incident: a STIX object, and what it says in types.

use record::json::{Json, Map};
use record::kind::Kind;
use record::path::Path;
use record::stix::{StixId, StixObject};
use record::time::Timestamp;

use crate::concern::{self, Concern};
use crate::core_extension::IncidentCore;
use crate::error::PropertyError;
use crate::facts::Facts;
use crate::reference::{self, CrossReference};
use crate::stage::Stage;

/// The STIX type of an incident.
pub const INCIDENT_TYPE: &str = "incident";

/// Whether everything that the author said is here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(clippy::exhaustive_enums, reason = "a whole object, or what is shown of it")]
pub enum Showing {
    /// The whole object: what is absent was not said.
    Whole,
    /// What is shown of one: what is absent may have been withheld.
    Part,
}

/// An incident. Members that no table knows are kept, in their author's order and spelling.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Incident {
    object: Map,
    showing: Showing,
    facts: Facts,
    core: Option<IncidentCore>,
    references: Vec<CrossReference>,
}

/// The id of our extension: what `record`'s table of the kind says.
#[must_use]
pub fn extension_id() -> &'static str {
    Kind::of(INCIDENT_TYPE).and_then(|kind| kind.extension).unwrap_or_default()
}

impl Incident {
    /// A new incident with what is said of it.
    ///
    /// # Errors
    /// [`PropertyError`] for a value that the format does not have, and for text that would act on its reader: it is named,
    /// and never changed in silence.
    pub fn new(id: &StixId, created: Timestamp, facts: &Facts) -> Result<Self, PropertyError> {
        let object = Map::new()
            .with("type", INCIDENT_TYPE)
            .with("spec_version", "2.1")
            .with("id", id.as_str())
            .with("created", created.to_string())
            .with("modified", created.to_string());
        Self::read(object, Showing::Whole)?.with_facts(facts)
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
    /// As [`Incident::of_object`].
    pub fn of_shown(members: &Map) -> Result<Self, PropertyError> {
        Self::read(members.clone(), Showing::Part)
    }

    pub(crate) fn read(object: Map, showing: Showing) -> Result<Self, PropertyError> {
        check_type(&object, showing)?;
        let facts = Facts::read(&object, extension(&object, extension_id()))?;
        let core = extension(&object, IncidentCore::EXTENSION).map(IncidentCore::read).transpose()?;
        let references = reference::read_all(&object)?;
        let incident = Self { object, showing, facts, core, references };
        incident.check_stage()?;
        Ok(incident)
    }

    /// What it says.
    #[must_use]
    pub const fn facts(&self) -> &Facts {
        &self.facts
    }

    /// Whether everything that the author said is here.
    #[must_use]
    pub const fn showing(&self) -> Showing {
        self.showing
    }

    /// What the Incident Core extension says, if the object has it.
    #[must_use]
    pub const fn core(&self) -> Option<&IncidentCore> {
        self.core.as_ref()
    }

    /// The same event, weakness or technique in other databases.
    #[must_use]
    pub fn references(&self) -> &[CrossReference] {
        &self.references
    }

    /// The object's members.
    #[must_use]
    pub const fn object(&self) -> &Map {
        &self.object
    }

    /// What is shown of our extension.
    #[must_use]
    pub fn extension(&self) -> Option<&Map> {
        extension(&self.object, extension_id())
    }

    /// A property by its name, at the top or in our extension.
    #[must_use]
    pub fn property(&self, name: &str) -> Option<&Json> {
        let own = self.extension().and_then(|extension| extension.get(name));
        own.or_else(|| self.object.get(name))
    }

    /// The same incident with other facts. A property whose fact did not change keeps its author's spelling, and members that
    /// are not known stay.
    ///
    /// # Errors
    /// [`PropertyError`] if the facts contradict one another, or a changed one holds text that would act on its reader.
    pub fn with_facts(self, facts: &Facts) -> Result<Self, PropertyError> {
        let (before, after) = (self.facts.properties(), facts.properties());
        let mut object = self.object;
        let mut own = extension(&object, extension_id()).cloned().unwrap_or_default();
        let gone = before.iter().filter(|(_, name, _)| !after.iter().any(|(_, kept, _)| kept == name));
        for (is_core, name, _) in gone {
            let place = if *is_core { &mut object } else { &mut own };
            place.remove(name);
        }
        for (is_core, name, value) in after.iter().filter(|said| !before.contains(said)) {
            refuse_concerns(name, value)?;
            let place = if *is_core { &mut object } else { &mut own };
            place.set(*name, value.clone());
        }
        if !own.is_empty() {
            set_extension(&mut object, extension_id(), own);
        }
        Self::read(object, self.showing)
    }

    /// The same incident with the Incident Core extension.
    ///
    /// # Errors
    /// [`PropertyError`] if it contradicts what stands there.
    pub fn with_core(self, core: &IncidentCore) -> Result<Self, PropertyError> {
        let mut object = self.object;
        set_extension(&mut object, IncidentCore::EXTENSION, core.to_map());
        Self::read(object, self.showing)
    }

    /// The same incident with one more cross-reference; one that is there already is not repeated.
    ///
    /// # Errors
    /// [`PropertyError`] as for reading.
    pub fn with_reference(self, reference: &CrossReference) -> Result<Self, PropertyError> {
        if self.references.contains(reference) {
            return Ok(self);
        }
        let mut object = self.object;
        let mut list = object.get("external_references").and_then(Json::as_array).unwrap_or_default().to_vec();
        list.push(reference.to_json());
        object.set("external_references", Json::Array(list));
        Self::read(object, self.showing)
    }

    /// The next version, at another stage. A retraction also revokes the STIX object, for readers who know no stages.
    ///
    /// # Errors
    /// [`PropertyError`] at `stage` if it cannot follow, at `stage_reason` if one is needed and missing, and at `modified` if
    /// the time is not later than that of the version before.
    pub fn at_stage(self, stage: Stage, reason: Option<&str>, modified: Timestamp) -> Result<Self, PropertyError> {
        stage.after(self.facts.stage).map_err(|error| PropertyError::new("stage", error.to_string()))?;
        let mut facts = self.facts.clone();
        facts.stage = Some(stage);
        facts.texts.remove(&crate::property::Text::StageReason);
        if let Some(reason) = reason {
            facts = facts.with_text(crate::property::Text::StageReason, reason);
        }
        self.modified_at(modified, stage == Stage::Retracted)?.with_facts(&facts)
    }

    pub(crate) fn modified_at(mut self, modified: Timestamp, is_revoked: bool) -> Result<Self, PropertyError> {
        let before: Option<Timestamp> = self.object.text("modified").and_then(|text| text.parse().ok());
        if before.is_some_and(|before| modified <= before) {
            return Err(PropertyError::new("modified", "is not later than that of the version before; set the clock"));
        }
        self.object.set("modified", modified.to_string());
        if is_revoked {
            self.object.set("revoked", Json::Bool(true));
        }
        Ok(self)
    }

    /// The object, ready to be signed.
    ///
    /// # Errors
    /// [`PropertyError`] if what is here is not a whole STIX object.
    pub fn to_object(&self) -> Result<StixObject, PropertyError> {
        StixObject::from_map(self.object.clone()).map_err(|error| PropertyError::new("object", error.to_string()))
    }

    /// Every text that would act on its reader, anywhere in the object.
    #[must_use]
    pub fn concerns(&self) -> Vec<Concern> {
        concern::concerns(&self.object, &Path::object_root())
    }

    /// `revoked` and `stage` say the same thing to two kinds of readers.
    fn check_stage(&self) -> Result<(), PropertyError> {
        let revoked = matches!(self.object.get("revoked"), Some(Json::Bool(true)));
        let is_whole = self.showing == Showing::Whole;
        match self.facts.stage {
            Some(Stage::Retracted) if !revoked && (is_whole || self.object.contains("revoked")) => {
                Err(PropertyError::new("revoked", "is not `true`, and `stage` is `retracted`; set it"))
            }
            Some(stage) if stage.needs_reason() && is_whole && self.property("stage_reason").is_none() => {
                Err(PropertyError::new("stage_reason", format!("is missing; say why it is {stage}")))
            }
            _ => Ok(()),
        }
    }
}

pub(crate) fn refuse_concerns(name: &str, value: &Json) -> Result<(), PropertyError> {
    let found = concern::of_value(value, &Path::object(name)).into_iter().next();
    found.map_or(Ok(()), |concern| {
        let place = concern.place.as_str().trim_start_matches("/object/");
        Err(PropertyError::new(place, concern.what.to_string()))
    })
}

fn check_type(object: &Map, showing: Showing) -> Result<(), PropertyError> {
    match object.text("type") {
        Some(INCIDENT_TYPE) => Ok(()),
        None if showing == Showing::Part => Ok(()),
        Some(_) | None => Err(PropertyError::new("type", "should be `incident`; other objects are no incidents")),
    }
}

fn extension<'o>(object: &'o Map, id: &str) -> Option<&'o Map> {
    object.get("extensions")?.as_object()?.get(id)?.as_object()
}

pub(crate) fn set_extension(object: &mut Map, id: &str, members: Map) {
    let all = object.get("extensions").and_then(Json::as_object).cloned().unwrap_or_default();
    let mut own = Map::new().with("extension_type", "property-extension");
    for (name, value) in members {
        own.set(name, value);
    }
    object.set("extensions", all.with(id, own));
}
