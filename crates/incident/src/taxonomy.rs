//! Taxonomies as data: fields, and the values that a label may take, under a pinned name and version.
//!
//! ATLAS is read from its STIX file and not from its YAML: JSON needs no further reader, and the STIX file holds the same
//! techniques. CSET and MIT are read from their tables of labels, since those are what is published.

mod readers;

use record::json::{Json, Map, parse_within};

pub use readers::{atlas, cset, mit};

use crate::csv::CsvError;

/// Octets of a taxonomy file. The largest known, ATLAS as STIX, has half a million.
pub const MAX_TAXONOMY_BYTES: usize = 8 * 1024 * 1024;

/// Fields, and values of one field. CSET has 65 fields and ATLAS 170 techniques.
pub const MAX_ENTRIES: usize = 4096;

/// Our own taxonomy, version 1.
const NEUTRAL: &[u8] = include_bytes!("../../../data/taxonomies/detente-neutral-1.json");

/// A taxonomy of one version.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Taxonomy {
    /// Its name, as labels pin it.
    pub name: String,
    /// Its version, as labels pin it.
    pub version: String,
    /// What can be labelled.
    pub fields: Vec<Field>,
}

/// Something that can be labelled.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Field {
    /// Its code.
    pub code: String,
    /// Its values.
    pub values: Vec<Value>,
}

/// A value that a label can take. Texts that the source has not are empty.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Value {
    /// Its code.
    pub code: String,
    /// Its English name.
    pub name_en: String,
    /// Its name in simplified Chinese.
    pub name_zh: String,
    /// What it means, in English.
    pub definition_en: String,
    /// What it means, in simplified Chinese.
    pub definition_zh: String,
}

/// Why a taxonomy was not read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TaxonomyError {
    /// Not JSON of the profile.
    #[error("{0}")]
    Json(String),
    /// Something is missing, of another form, or too much.
    #[error("at `{0}`: {1}")]
    Shape(String, &'static str),
    /// The table is broken.
    #[error(transparent)]
    Table(#[from] CsvError),
    /// A cell that cannot be read, by its row and column.
    #[error("row {0}, column {1}: {2}")]
    Cell(usize, usize, &'static str),
}

impl Taxonomy {
    /// Our own short one.
    ///
    /// # Errors
    /// Never with the file of this tree; a test reads it.
    pub fn neutral() -> Result<Self, TaxonomyError> {
        Self::read(NEUTRAL)
    }

    /// Reads a file of our form, strictly: every name and definition in both languages, no code twice, nothing else.
    ///
    /// # Errors
    /// With the place that is wrong.
    pub fn read(octets: &[u8]) -> Result<Self, TaxonomyError> {
        let file = object(octets)?;
        only(&file, "", &["name", "version", "fields"])?;
        let mut fields = Vec::new();
        for (at, field) in list(&file, "", "fields")?.iter().enumerate() {
            fields.push(self::field(field, &format!("fields/{at}"))?);
        }
        distinct(&mut fields.iter().map(|field| field.code.as_str()), "fields")?;
        Ok(Self { name: text(&file, "", "name")?, version: text(&file, "", "version")?, fields })
    }

    /// Whether the field has that value.
    #[must_use]
    pub fn has(&self, field: &str, value: &str) -> bool {
        let values = self.fields.iter().filter(|found| found.code == field).flat_map(|found| &found.values);
        values.into_iter().any(|found| found.code == value)
    }
}

fn field(json: &Json, place: &str) -> Result<Field, TaxonomyError> {
    let map = map(json, place)?;
    only(map, place, &["code", "name", "values"])?;
    both(map, place, "name")?;
    let mut values = Vec::new();
    for (at, value) in list(map, place, "values")?.iter().enumerate() {
        values.push(self::value(value, &format!("{place}/values/{at}"))?);
    }
    distinct(&mut values.iter().map(|value| value.code.as_str()), place)?;
    Ok(Field { code: text(map, place, "code")?, values })
}

fn value(json: &Json, place: &str) -> Result<Value, TaxonomyError> {
    let map = map(json, place)?;
    only(map, place, &["code", "name", "definition"])?;
    let (name_en, name_zh) = both(map, place, "name")?;
    let (definition_en, definition_zh) = both(map, place, "definition")?;
    Ok(Value { code: text(map, place, "code")?, name_en, name_zh, definition_en, definition_zh })
}

/// A text in both languages.
fn both(parent: &Map, place: &str, name: &str) -> Result<(String, String), TaxonomyError> {
    let place = format!("{place}/{name}");
    let texts = parent.get(name).ok_or_else(|| TaxonomyError::Shape(place.clone(), "is missing"))?;
    let texts = map(texts, &place)?;
    only(texts, &place, &["en", "zh"])?;
    Ok((text(texts, &place, "en")?, text(texts, &place, "zh")?))
}

fn object(octets: &[u8]) -> Result<Map, TaxonomyError> {
    match parse_within(octets, MAX_TAXONOMY_BYTES).map_err(|error| TaxonomyError::Json(error.to_string()))? {
        Json::Object(map) => Ok(map),
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) | Json::Array(_) => {
            Err(TaxonomyError::Shape(String::new(), "is no object"))
        }
    }
}

fn map<'json>(json: &'json Json, place: &str) -> Result<&'json Map, TaxonomyError> {
    if let Json::Object(map) = json { Ok(map) } else { Err(TaxonomyError::Shape(place.to_owned(), "is no object")) }
}

fn text(map: &Map, place: &str, name: &str) -> Result<String, TaxonomyError> {
    let found = map.text(name).filter(|text| !text.is_empty());
    found.map(str::to_owned).ok_or_else(|| TaxonomyError::Shape(format!("{place}/{name}"), "is no text"))
}

fn list<'json>(map: &'json Map, place: &str, name: &str) -> Result<&'json [Json], TaxonomyError> {
    let wrong = |what| TaxonomyError::Shape(format!("{place}/{name}"), what);
    let Some(Json::Array(items)) = map.get(name) else { return Err(wrong("is no list")) };
    if items.is_empty() || items.len() > MAX_ENTRIES {
        return Err(wrong("is empty or too long"));
    }
    Ok(items)
}

fn only(map: &Map, place: &str, names: &[&str]) -> Result<(), TaxonomyError> {
    match map.names().find(|name| !names.contains(name)) {
        Some(name) => Err(TaxonomyError::Shape(format!("{place}/{name}"), "is not known")),
        None => Ok(()),
    }
}

fn distinct(codes: &mut dyn Iterator<Item = &str>, place: &str) -> Result<(), TaxonomyError> {
    let mut seen = std::collections::BTreeSet::new();
    for code in codes {
        if !seen.insert(code) {
            return Err(TaxonomyError::Shape(place.to_owned(), "a code stands twice"));
        }
    }
    Ok(())
}
