//! Labels from JSON.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use super::{Label, LabelError, Marks, Recipients};
use crate::json::{Json, Map};
use crate::limits::MAX_MARKS;

/// What `recipients` says where it restricts nothing. No party id has six characters.
pub(super) const ANYONE: &str = "anyone";

const FIELDS: [&str; 7] = ["about", "path", "tlp", "pap", "tags", "origins", "recipients"];

pub(super) fn label(fields: &Map) -> Result<Label, LabelError> {
    if let Some(field) = fields.names().find(|name| !FIELDS.contains(name)) {
        return Err(LabelError::Unknown { field: field.to_owned() });
    }
    let marks = Marks::new(one(fields, "tlp")?, one(fields, "pap")?)
        .with_tags(set(fields, "tags")?)
        .with_origins(set(fields, "origins")?)
        .with_recipients(recipients(fields)?);
    Ok(Label::new(one(fields, "about")?, one(fields, "path")?, marks))
}

fn field<'a>(fields: &'a Map, field: &'static str) -> Result<&'a Json, LabelError> {
    fields.get(field).ok_or(LabelError::Missing { field })
}

fn one<T: FromStr<Err: fmt::Display>>(fields: &Map, name: &'static str) -> Result<T, LabelError> {
    parse(field(fields, name)?, name)
}

fn parse<T: FromStr<Err: fmt::Display>>(value: &Json, field: &'static str) -> Result<T, LabelError> {
    let wrong = |reason| LabelError::Field { field, reason };
    let text = value.as_str().ok_or_else(|| wrong(format!("should be a string, not {}", value.form())))?;
    text.parse().map_err(|error| wrong(format!("is wrong: {error}")))
}

fn recipients(fields: &Map) -> Result<Recipients, LabelError> {
    if field(fields, "recipients")?.as_str() == Some(ANYONE) {
        return Ok(Recipients::Anyone);
    }
    set(fields, "recipients").map(Recipients::Only)
}

fn set<T: FromStr<Err: fmt::Display> + Ord>(fields: &Map, name: &'static str) -> Result<BTreeSet<T>, LabelError> {
    let wrong = |reason| LabelError::Field { field: name, reason };
    let value = field(fields, name)?;
    let elements = value.as_array().ok_or_else(|| wrong(format!("should be a list, not {}", value.form())))?;
    if elements.len() > MAX_MARKS {
        return Err(wrong(format!("has more than {MAX_MARKS} elements")));
    }
    let set: BTreeSet<T> = elements.iter().map(|element| parse(element, name)).collect::<Result<_, _>>()?;
    if set.len() == elements.len() { Ok(set) } else { Err(wrong("names one thing twice".to_owned())) }
}
