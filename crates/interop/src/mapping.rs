//! A mapping file: how the columns of somebody's table become properties of incidents.
//!
//! It is JSON, and read strictly: a member that is not known is an error, so that a typing error does not drop a column.

mod date;
mod read;
mod target;

use incident::reference::Database;
use record::json::{Json, Map};

use crate::building::Building;
use crate::error::{FieldError, FileError};
use crate::rows::Format;
use date::DatePattern;
use target::Target;

pub use read::{MAX_MAPPING_BYTES, Problem};
pub use target::property_list;

/// How a table becomes incidents.
#[derive(Debug, Clone)]
pub struct Mapping {
    source: String,
    format: Format,
    /// The column with the source's own id.
    id: String,
    /// The address of a case, with `{id}` in it.
    link: Option<String>,
    columns: Vec<Column>,
    constants: Vec<(Target, Json)>,
    /// What means that nothing is known.
    empty: Vec<String>,
}

/// What becomes of one column.
#[derive(Debug, Clone)]
struct Column {
    name: String,
    uses: Use,
}

#[derive(Debug, Clone)]
enum Use {
    /// It becomes a property.
    Property { target: Target, how: How },
    /// It holds an id of the same event in another database.
    Reference { source_name: String, separator: Option<String> },
    /// It is left out, and why.
    Drop(String),
}

/// How the text of a cell is read.
#[derive(Debug, Clone, Default)]
struct How {
    date: Option<DatePattern>,
    separator: Option<String>,
    words: Vec<(String, String)>,
}

impl Mapping {
    /// The name of the register.
    #[must_use]
    pub fn source(&self) -> &str {
        &self.source
    }

    /// The form of its files.
    #[must_use]
    pub const fn format(&self) -> &Format {
        &self.format
    }

    /// Every property that it sets.
    #[must_use]
    pub fn properties(&self) -> Vec<String> {
        let columns = self.columns.iter().filter_map(|column| match &column.uses {
            Use::Property { target, .. } => Some(target.property()),
            Use::Reference { .. } | Use::Drop(_) => None,
        });
        let mut all: Vec<String> =
            columns.chain(self.constants.iter().map(|(target, _)| target.property())).map(str::to_owned).collect();
        if all.iter().any(|name| incident::TimeName::ALL.iter().any(|time| time.name() == name)) {
            all.push("precision".to_owned());
        }
        all.push("external_references".to_owned());
        all.sort();
        all.dedup();
        all
    }

    /// The columns that it names.
    pub fn columns(&self) -> impl Iterator<Item = &str> {
        self.columns.iter().map(|column| column.name.as_str())
    }

    /// Refuses a table that lacks a column of the mapping. Formats without columns are not asked.
    pub(crate) fn check_columns(&self, names: &[String]) -> Result<(), FileError> {
        if names.is_empty() {
            return Ok(());
        }
        let needed = std::iter::once(self.id.as_str()).chain(self.columns());
        let missing: Vec<_> = needed
            .filter(|needed| !names.iter().any(|name| name == needed))
            .map(|name| format!("`{}`", name.escape_debug()))
            .collect();
        if missing.is_empty() {
            return Ok(());
        }
        Err(FileError::new(format!(
            "the table has no column {}; correct the mapping, or the names in row 1",
            missing.join(", ")
        )))
    }

    pub(crate) fn build(&self, cells: &Map, building: &mut Building) -> Result<(), FieldError> {
        let id = cell(cells, &self.id)?.unwrap_or_default();
        id.trim().clone_into(&mut building.source_id);
        if building.source_id.is_empty() {
            return Err(FieldError::new(self.id.clone(), "is empty; without an id the row could not be found again"));
        }
        self.own_reference(building)?;
        for column in &self.columns {
            let Some(text) = cell(cells, &column.name)? else { continue };
            if self.is_empty(&text) {
                continue;
            }
            self.one(column, &text, building)?;
        }
        for (target, value) in &self.constants {
            target.set(building, "constants", value.clone());
        }
        self.losses(cells, building);
        Ok(())
    }

    fn is_empty(&self, text: &str) -> bool {
        let text = text.trim();
        text.is_empty() || self.empty.iter().any(|word| word == text)
    }

    fn own_reference(&self, building: &mut Building) -> Result<(), FieldError> {
        let id = building.source_id.clone();
        let reference = Map::new().with("source_name", self.source.as_str()).with("external_id", id.as_str());
        let link = self.link.as_ref().map(|link| link.replace("{id}", &id));
        building.reference(link.into_iter().fold(reference, |reference, link| reference.with("url", link)), &self.id)
    }

    fn one(&self, column: &Column, text: &str, building: &mut Building) -> Result<(), FieldError> {
        match &column.uses {
            Use::Drop(_) => Ok(()),
            Use::Property { target, how } => target.read(building, &column.name, text.trim(), how),
            Use::Reference { source_name, separator } => {
                for id in split(text, separator.as_deref()) {
                    refer(building, source_name, id, &column.name)?;
                }
                Ok(())
            }
        }
    }

    /// What the mapping leaves out, and what it does not know of.
    fn losses(&self, cells: &Map, building: &mut Building) {
        for column in &self.columns {
            if let (Use::Drop(why), Some(text)) = (&column.uses, cells.text(&column.name))
                && !self.is_empty(text)
            {
                building.losses.note(&column.name, format!("left out by the mapping: {why}"), text);
            }
        }
        let taken: Vec<&str> = self.columns().chain([self.id.as_str()]).collect();
        building.losses.rest(cells, &taken, &|_| "the mapping does not name it");
    }
}

fn refer(building: &mut Building, source_name: &str, id: &str, field: &str) -> Result<(), FieldError> {
    match Database::of_source_name(source_name) {
        Some(database) => building.cross(database, id, None, field),
        None => building.reference(Map::new().with("source_name", source_name).with("external_id", id), field),
    }
}

/// The parts of a cell, without white space around them.
fn split<'t>(text: &'t str, separator: Option<&'t str>) -> Vec<&'t str> {
    let parts: Vec<&str> = separator.map_or_else(|| vec![text], |separator| text.split(separator).collect());
    parts.into_iter().map(str::trim).filter(|part| !part.is_empty()).collect()
}

/// The text of a cell: a text as it stands, a number or truth value as it is written. A path such as `a/b` looks inside objects.
fn cell(cells: &Map, name: &str) -> Result<Option<String>, FieldError> {
    let mut parts = name.split('/');
    let direct = cells.get(name);
    let found = direct.or_else(|| {
        let first = cells.get(parts.next()?)?;
        parts.try_fold(first, |value, part| value.as_object()?.get(part))
    });
    match found {
        None | Some(Json::Null) => Ok(None),
        Some(Json::String(text)) => Ok(Some(text.clone())),
        Some(value @ (Json::Bool(_) | Json::Number(_))) => Ok(Some(value.to_text())),
        Some(Json::Array(elements)) => Ok(Some(joined(name, elements)?)),
        Some(Json::Object(_)) => Err(FieldError::new(name, "is an object; name a member of it, such as `name/member`")),
    }
}

/// What stands between the elements of a JSON list once it is a cell: no text of a register holds it.
pub(crate) const ELEMENTS: &str = "\u{1f}";

fn joined(name: &str, elements: &[Json]) -> Result<String, FieldError> {
    let texts: Option<Vec<_>> = elements.iter().map(Json::as_str).collect();
    texts
        .map(|texts| texts.join(ELEMENTS))
        .ok_or_else(|| FieldError::new(name, "is a list with elements that are no texts"))
}
