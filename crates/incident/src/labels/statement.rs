//! One signed classification.

use std::collections::{BTreeMap, BTreeSet};

use record::Record;
use record::digest::{PartyId, RecordDigest};
use record::json::{Json, Map};
use record::signed::Signed;
use record::stix::{StixId, StixObject};
use record::time::Timestamp;

use super::{Annotator, NoSuchValue};
use crate::error::PropertyError;
use crate::incident::INCIDENT_TYPE;
use crate::signed_form::{self, Shown, parse, text};
use crate::taking_back::Statement;
use crate::taxonomy::Taxonomy;

/// The STIX type of a classification.
pub const CLASSIFICATION_TYPE: &str = "detente-classification";

/// Fields of one classification. The largest taxonomy known, CSET, has 65.
pub const MAX_FIELDS: usize = 256;

/// Values of one field. An annotator who names more has not chosen.
pub const MAX_VALUES: usize = 64;

const PERCENT_MAX: u8 = 100;

/// A taxonomy by its name and version: words of another version may mean something else.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub struct Pinned {
    /// Its name.
    pub taxonomy: String,
    /// Its version.
    pub version: String,
}

impl Pinned {
    /// The name and the version of a taxonomy.
    #[must_use]
    pub fn of(taxonomy: &Taxonomy) -> Self {
        Self { taxonomy: taxonomy.name.clone(), version: taxonomy.version.clone() }
    }
}

/// The values of one field, in the order of their codes. Several where more than one holds.
pub type Values = BTreeSet<String>;

/// What one annotator says of one incident.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub struct Classification {
    /// The incident.
    pub about: StixId,
    /// The record of it that the annotator read.
    pub record: RecordDigest,
    /// Who says so; `None` if the name is not shown.
    pub annotator: Option<Annotator>,
    /// In whose words.
    pub pinned: Pinned,
    /// The values by field.
    pub values: BTreeMap<String, Values>,
    /// How sure the annotator is, 0 to 100.
    pub confidence: Option<u8>,
    /// Why these values; empty if that is not said.
    pub reason: String,
}

impl Classification {
    /// A classification without a value yet.
    ///
    /// # Errors
    /// [`PropertyError`] if `about` is no incident.
    pub fn new(
        about: StixId,
        record: RecordDigest,
        annotator: Annotator,
        taxonomy: &Taxonomy,
    ) -> Result<Self, PropertyError> {
        if about.object_type() != INCIDENT_TYPE {
            return Err(PropertyError::new("about", "is not the id of an incident"));
        }
        let pinned = Pinned::of(taxonomy);
        Ok(Self {
            about,
            record,
            annotator: Some(annotator),
            pinned,
            values: BTreeMap::new(),
            confidence: None,
            reason: String::new(),
        })
    }

    /// One more value of a field.
    ///
    /// # Errors
    /// If the taxonomy has no such value, or is another one.
    pub fn with_value(mut self, taxonomy: &Taxonomy, field: &str, value: &str) -> Result<Self, NoSuchValue> {
        if Pinned::of(taxonomy) != self.pinned || !taxonomy.has(field, value) {
            return Err(self.pinned.lacks(field, value));
        }
        self.values.entry(field.to_owned()).or_default().insert(value.to_owned());
        Ok(self)
    }

    /// Holds what came from elsewhere against the taxonomy that it names.
    ///
    /// # Errors
    /// With the first value that the taxonomy has not.
    pub fn check(&self, taxonomy: &Taxonomy) -> Result<(), NoSuchValue> {
        let all = self.values.iter().flat_map(|(field, values)| values.iter().map(move |value| (field, value)));
        for (field, value) in all {
            if Pinned::of(taxonomy) != self.pinned || !taxonomy.has(field, value) {
                return Err(self.pinned.lacks(field, value));
            }
        }
        Ok(())
    }

    fn to_fields(&self) -> Map {
        let values = self.values.iter().map(|(field, values)| {
            let values = values.iter().map(|value| Json::text(value.as_str())).collect();
            (field.clone(), Json::Array(values))
        });
        let mut fields = Map::new().with("about", self.about.as_str()).with("record", self.record.to_string());
        if let Some(annotator) = &self.annotator {
            fields = fields.with("annotator", annotator.to_map());
        }
        fields
            .with("taxonomy", self.pinned.taxonomy.as_str())
            .with("taxonomy_version", self.pinned.version.as_str())
            .with("values", values.collect::<Map>())
    }

    fn read(shown: &Shown<'_>) -> Result<Option<Self>, PropertyError> {
        let fields = shown.fields;
        let names = ["about", "record", "annotator", "taxonomy", "taxonomy_version", "values"];
        if names.iter().all(|name| !fields.contains(name)) {
            return Ok(None);
        }
        let read = Self {
            about: parse(fields, "about")?,
            record: parse(fields, "record")?,
            annotator: fields.get("annotator").map(Annotator::read).transpose()?,
            pinned: Pinned {
                taxonomy: text(fields, "taxonomy")?.to_owned(),
                version: text(fields, "taxonomy_version")?.to_owned(),
            },
            values: read_values(fields)?,
            confidence: read_confidence(shown.top)?,
            reason: fields.text("reason").unwrap_or_default().to_owned(),
        };
        read.checked().map(Some)
    }

    fn checked(self) -> Result<Self, PropertyError> {
        if self.about.object_type() != INCIDENT_TYPE {
            return Err(PropertyError::new("about", "is not the id of an incident"));
        }
        if self.values.is_empty() || self.values.len() > MAX_FIELDS {
            return Err(PropertyError::new("values", "holds no field, or more than 256"));
        }
        let wrong = self.values.iter().find(|(_, values)| values.is_empty() || values.len() > MAX_VALUES);
        match wrong {
            Some((field, _)) => Err(PropertyError::new(format!("values/{field}"), "holds no value, or more than 64")),
            None => Ok(self),
        }
    }
}

impl Pinned {
    fn lacks(&self, field: &str, value: &str) -> NoSuchValue {
        NoSuchValue {
            taxonomy: self.taxonomy.clone(),
            version: self.version.clone(),
            field: field.to_owned(),
            value: value.to_owned(),
        }
    }
}

/// A signed statement: a classification, and the earlier ones of the same author that hold no more. Either may be absent.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub struct ClassificationStatement {
    /// The record that says it.
    pub digest: RecordDigest,
    /// Who signed.
    pub author: PartyId,
    /// When, by its author's word.
    pub time: Timestamp,
    /// What it says.
    pub says: Option<Classification>,
    /// What it takes back.
    pub takes_back: BTreeSet<RecordDigest>,
}

impl ClassificationStatement {
    /// The statement that a record is. The annotator's name and the reason may be withheld; everything else of a
    /// classification must be shown, because half of one would be another one.
    ///
    /// # Errors
    /// [`PropertyError`] with what is withheld, missing, or not of the format's form.
    pub fn of_record(record: &Signed<Record>) -> Result<Self, PropertyError> {
        let shown = Shown::of(record, CLASSIFICATION_TYPE)?;
        let (says, takes_back) = (Classification::read(&shown)?, shown.takes_back()?);
        if says.is_none() && takes_back.is_empty() {
            return Err(PropertyError::new("values", "is missing; say a value, or what is taken back"));
        }
        Ok(Self { digest: record.digest(), author: record.content().issuer(), time: shown.created, says, takes_back })
    }

    /// The object of a statement, ready to be signed.
    ///
    /// # Errors
    /// [`PropertyError`] if `id` is not of the type `detente-classification`, if there is nothing to say, or if a text would
    /// act on its reader.
    pub fn to_object(
        id: &StixId,
        created: Timestamp,
        says: Option<&Classification>,
        takes_back: &BTreeSet<RecordDigest>,
        reason: &str,
    ) -> Result<StixObject, PropertyError> {
        let fields = match says {
            Some(says) => says.clone().checked()?.to_fields(),
            None => Map::new(),
        };
        let fields = fields.with("takes_back", signed_form::digests(takes_back)).with("reason", reason);
        let object = signed_form::new_object(CLASSIFICATION_TYPE, id, created, fields)?;
        let Some(confidence) = says.and_then(|says| says.confidence) else { return Ok(object) };
        let object = object.into_map().with("confidence", Json::count(confidence));
        StixObject::from_map(object).map_err(|error| PropertyError::new("confidence", error.to_string()))
    }
}

impl Statement for ClassificationStatement {
    fn digest(&self) -> RecordDigest {
        self.digest
    }

    fn author(&self) -> PartyId {
        self.author
    }

    fn time(&self) -> Timestamp {
        self.time
    }

    fn takes_back(&self) -> &BTreeSet<RecordDigest> {
        &self.takes_back
    }
}

impl Annotator {
    fn to_map(&self) -> Map {
        match self {
            Self::Person(name) => Map::new().with("kind", "person").with("name", name.as_str()),
            Self::Party(name) => Map::new().with("kind", "party").with("name", name.as_str()),
            Self::Program { name, version } => {
                Map::new().with("kind", "program").with("name", name.as_str()).with("version", version.as_str())
            }
        }
    }

    fn read(value: &Json) -> Result<Self, PropertyError> {
        let inside = |error: PropertyError| error.inside("annotator");
        let map = value.as_object().ok_or_else(|| PropertyError::new("annotator", "should be an object"))?;
        let name = text(map, "name").map_err(inside)?.to_owned();
        match text(map, "kind").map_err(inside)? {
            "person" => Ok(Self::Person(name)),
            "party" => Ok(Self::Party(name)),
            "program" => Ok(Self::Program { name, version: text(map, "version").map_err(inside)?.to_owned() }),
            _ => Err(inside(PropertyError::new("kind", "should be `person`, `party` or `program`"))),
        }
    }
}

fn read_values(fields: &Map) -> Result<BTreeMap<String, Values>, PropertyError> {
    let values = fields.get("values").and_then(Json::as_object);
    let values = values.ok_or_else(|| PropertyError::new("values", "is missing or not shown; ask for all of it"))?;
    values.iter().map(|(field, list)| Ok((field.to_owned(), read_list(field, list)?))).collect()
}

fn read_list(field: &str, list: &Json) -> Result<Values, PropertyError> {
    let wrong = || PropertyError::new(format!("values/{field}"), "should be a list of codes, none of them twice");
    let list = list.as_array().ok_or_else(wrong)?;
    let values: Values =
        list.iter().map(|code| code.as_str().map(str::to_owned).ok_or_else(wrong)).collect::<Result<_, _>>()?;
    if values.len() == list.len() { Ok(values) } else { Err(wrong()) }
}

fn read_confidence(top: &Map) -> Result<Option<u8>, PropertyError> {
    let Some(value) = top.get("confidence") else { return Ok(None) };
    let percent = value.as_integer().and_then(|value| u8::try_from(value).ok()).filter(|value| *value <= PERCENT_MAX);
    percent.map(Some).ok_or_else(|| PropertyError::new("confidence", "should be a whole number from 0 to 100"))
}
