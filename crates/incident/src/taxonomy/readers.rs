//! Taxonomies of others, supplied as files. None of these files says its version, so the caller pins it.

use std::collections::BTreeSet;

use record::json::{Json, parse_within};

use super::{Field, MAX_ENTRIES, MAX_TAXONOMY_BYTES, Taxonomy, TaxonomyError, Value};
use crate::csv::Table;

/// Columns of MIT's table of labels that are fields.
const MIT_FIELDS: [&str; 5] = ["Risk Domain", "Risk Subdomain", "Entity", "Timing", "Intent"];

/// The values that stand in the named columns of a CSET table. Columns are named by the caller, since most of CSET's are notes.
///
/// # Errors
/// If the table is broken, a column is missing, or a field has more than [`MAX_ENTRIES`] values.
pub fn cset(version: &str, table: &Table, columns: &[&str]) -> Result<Taxonomy, TaxonomyError> {
    of_table("CSET", version, table, columns)
}

/// The values that stand in a table of MIT labels.
///
/// # Errors
/// As of [`cset`].
pub fn mit(version: &str, table: &Table) -> Result<Taxonomy, TaxonomyError> {
    of_table("MIT AI Risk", version, table, &MIT_FIELDS)
}

/// Tactics, techniques and mitigations of the ATLAS STIX file, by their ATLAS ids.
///
/// # Errors
/// If the file is no STIX bundle, or an object that should have an ATLAS id has none.
pub fn atlas(version: &str, octets: &[u8]) -> Result<Taxonomy, TaxonomyError> {
    let file = parse_within(octets, MAX_TAXONOMY_BYTES).map_err(|error| TaxonomyError::Json(error.to_string()))?;
    let Json::Object(bundle) = file else { return Err(shape("", "is no object")) };
    let Some(Json::Array(objects)) = bundle.get("objects") else { return Err(shape("objects", "is no list")) };
    let mut fields = Vec::new();
    for (code, kind) in
        [("tactic", "x-mitre-tactic"), ("technique", "attack-pattern"), ("mitigation", "course-of-action")]
    {
        fields.push(Field { code: code.to_owned(), values: of_kind(objects, kind)? });
    }
    Ok(Taxonomy { name: "ATLAS".to_owned(), version: version.to_owned(), fields })
}

fn of_kind(objects: &[Json], kind: &str) -> Result<Vec<Value>, TaxonomyError> {
    let mut values = Vec::new();
    let mut codes = BTreeSet::new();
    for (at, object) in objects.iter().enumerate() {
        let Json::Object(object) = object else { return Err(shape(&format!("objects/{at}"), "is no object")) };
        if object.text("type") != Some(kind) {
            continue;
        }
        let code = atlas_id(object.get("external_references"))
            .ok_or_else(|| shape(&format!("objects/{at}"), "has no ATLAS id"))?;
        if !codes.insert(code.clone()) || values.len() >= MAX_ENTRIES {
            return Err(shape(&format!("objects/{at}"), "stands twice or is one too many"));
        }
        let text = |name| object.text(name).unwrap_or_default().to_owned();
        values.push(Value { name_en: text("name"), definition_en: text("description"), ..coded(code) });
    }
    Ok(values)
}

fn atlas_id(references: Option<&Json>) -> Option<String> {
    let Some(Json::Array(references)) = references else { return None };
    references.iter().find_map(|reference| match reference {
        Json::Object(map) if map.text("source_name") == Some("mitre-atlas") => {
            map.text("external_id").map(str::to_owned)
        }
        Json::Object(_) | Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) | Json::Array(_) => None,
    })
}

fn of_table(name: &str, version: &str, table: &Table, columns: &[&str]) -> Result<Taxonomy, TaxonomyError> {
    let mut fields = Vec::new();
    for code in columns {
        let column = table.column(code)?;
        let mut values = BTreeSet::new();
        for (row, cells) in table.rows() {
            values.extend(cells.get(column).filter(|value| !value.is_empty()).cloned());
            if values.len() > MAX_ENTRIES {
                return Err(TaxonomyError::Cell(row, column.saturating_add(1), "too many values"));
            }
        }
        fields.push(Field { code: (*code).to_owned(), values: values.into_iter().map(coded).collect() });
    }
    Ok(Taxonomy { name: name.to_owned(), version: version.to_owned(), fields })
}

/// A value that is known by its code only.
fn coded(code: String) -> Value {
    let empty = String::new;
    Value { name_en: code.clone(), code, name_zh: empty(), definition_en: empty(), definition_zh: empty() }
}

fn shape(place: &str, what: &'static str) -> TaxonomyError {
    TaxonomyError::Shape(place.to_owned(), what)
}
