//! What a source says and a target has no place for.

use std::borrow::Cow;
use std::collections::BTreeMap;

use record::json::{Json, Map};

use crate::error::excerpt;

/// Examples that are kept of one field: enough to judge whether it matters.
const EXAMPLES_MAX: usize = 3;

/// Different fields that are told apart. A hostile file may have a new one in every row.
const FIELDS_MAX: usize = 1_000;

/// The name under which further fields are counted together.
const FURTHER: &str = "(further fields)";

/// A field that had no place.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Loss {
    /// In how many rows it said something.
    pub rows: usize,
    /// Why it had no place.
    pub why: String,
    /// What it said, cut short.
    pub examples: Vec<String>,
}

/// Everything that had no place, by field.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Losses {
    fields: BTreeMap<String, Loss>,
}

impl Losses {
    /// Nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The fields with what was lost of them, sorted by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Loss)> {
        self.fields.iter().map(|(field, loss)| (field.as_str(), loss))
    }

    /// True if everything had a place.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.fields.is_empty()
    }

    /// Counts one row in which a field said something that has no place.
    pub fn note(&mut self, field: &str, why: &str, example: &str) {
        let loss = self.of(field);
        loss.rows = loss.rows.saturating_add(1);
        if loss.why.is_empty() {
            why.clone_into(&mut loss.why);
        }
        let is_new = loss.examples.len() < EXAMPLES_MAX && !example.is_empty();
        if is_new && !loss.examples.iter().any(|known| *known == excerpt(example)) {
            loss.examples.push(excerpt(example));
        }
    }

    /// Counts the rows of a whole table, with the names of its first columns.
    pub(crate) fn note_many(&mut self, table: &str, why: &str, rows: usize, names: impl Iterator<Item: AsRef<str>>) {
        let loss = self.of(table);
        loss.rows = loss.rows.saturating_add(rows);
        why.clone_into(&mut loss.why);
        loss.examples.extend(names.take(EXAMPLES_MAX).map(|name| excerpt(name.as_ref())));
    }

    fn of(&mut self, field: &str) -> &mut Loss {
        let is_known = self.fields.contains_key(field) || self.fields.len() < FIELDS_MAX;
        self.fields.entry(if is_known { field.to_owned() } else { FURTHER.to_owned() }).or_default()
    }

    /// Counts what one row lost.
    pub(crate) fn add(&mut self, row: RowLosses) {
        for (field, why, example) in row.0 {
            self.note(&field, &why, &example);
        }
    }

    /// As JSON, for a report.
    #[must_use]
    pub fn to_json(&self) -> Json {
        let rows = self.fields.iter().map(|(field, loss)| {
            let examples = loss.examples.iter().map(|example| Json::text(example.as_str())).collect();
            let row = Map::new().with("field", field.as_str()).with("rows", Json::count(loss.rows));
            Json::Object(row.with("why", loss.why.as_str()).with("examples", Json::Array(examples)))
        });
        Json::Array(rows.collect())
    }
}

/// What one row lost: each field once.
#[derive(Debug, Default)]
pub(crate) struct RowLosses(Vec<(String, Cow<'static, str>, String)>);

impl RowLosses {
    pub(crate) fn note(&mut self, field: &str, why: impl Into<Cow<'static, str>>, example: &str) {
        if !self.0.iter().any(|(known, _, _)| known == field) {
            self.0.push((field.to_owned(), why.into(), excerpt(example)));
        }
    }

    /// Notes every leaf of a row that does not lie under what was taken.
    pub(crate) fn rest(&mut self, cells: &Map, taken: &[&str], why: &dyn Fn(&str) -> &'static str) {
        let mut path = String::new();
        for (name, value) in cells.iter() {
            self.leaf(&mut path, name, value, taken, why);
        }
    }

    fn leaf(
        &mut self,
        path: &mut String,
        name: &str,
        value: &Json,
        taken: &[&str],
        why: &dyn Fn(&str) -> &'static str,
    ) {
        let length = path.len();
        if length > 0 {
            path.push('/');
        }
        path.push_str(name);
        if !taken.contains(&path.as_str()) {
            self.inside(path, value, taken, why);
        }
        path.truncate(length);
    }

    fn inside(&mut self, path: &mut String, value: &Json, taken: &[&str], why: &dyn Fn(&str) -> &'static str) {
        match value {
            Json::Object(members) => {
                members.iter().for_each(|(name, value)| self.leaf(path, name, value, taken, why));
            }
            // Elements are not told apart: what matters is that the field says something.
            Json::Array(elements) => elements.iter().for_each(|element| self.inside(path, element, taken, why)),
            Json::String(text) if text.is_empty() => {}
            Json::Null => {}
            Json::String(text) => self.note(path, why(path), text),
            Json::Bool(_) | Json::Number(_) => self.note(path, why(path), &value.to_text()),
        }
    }
}
