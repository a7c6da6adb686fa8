//! What may stand nowhere in an object, however deep.

use super::StixError;
use crate::json::{Json, Map};
use crate::limits::{MAX_JSON_VALUES, MAX_NAME_BYTES, MAX_OBJECT_DEPTH};
use crate::path::Path;

/// Names that RFC 9901 gives to digests of what is withheld: content may use them nowhere.
pub const RESERVED: [&str; 3] = ["_sd", "_sd_alg", "..."];

/// Whether lists must have elements.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lists {
    /// As STIX has it.
    NotEmpty,
    /// Elements may have been withheld.
    AnyLength,
}

/// Refuses reserved names, nulls and, as asked, empty lists anywhere in an object.
///
/// Lists inside an extension definition's own properties may always be empty: that extension says what they mean.
pub(super) fn check_values(members: &Map, lists: Lists) -> Result<(), StixError> {
    let base = Path::object_root();
    Scan { base: &base, lists, nulls: false, steps: Vec::new(), values: 0 }.members(members)
}

/// Refuses [`RESERVED`] names anywhere in an object that stands at `base`.
///
/// # Errors
/// [`StixError::ReservedName`] with the first such name and the object that holds it, and [`StixError::TooDeep`].
pub fn check_reserved(members: &Map, base: &Path) -> Result<(), StixError> {
    Scan { base, lists: Lists::AnyLength, nulls: true, steps: Vec::new(), values: 0 }.members(members)
}

/// The way down to where the scan is: a path is built only when there is something to report.
struct Scan<'a> {
    base: &'a Path,
    lists: Lists,
    nulls: bool,
    steps: Vec<Step<'a>>,
    values: usize,
}

#[derive(Clone, Copy)]
enum Step<'a> {
    Name(&'a str),
    Slot(usize),
}

impl<'a> Scan<'a> {
    fn members(&mut self, members: &'a Map) -> Result<(), StixError> {
        for (name, value) in members.iter() {
            if RESERVED.contains(&name) {
                return Err(StixError::ReservedName { name: name.to_owned(), place: self.place() });
            }
            if name.len() > MAX_NAME_BYTES {
                return Err(StixError::NameTooLong { place: self.place() });
            }
            self.below(Step::Name(name), value)?;
        }
        Ok(())
    }

    fn below(&mut self, step: Step<'a>, value: &'a Json) -> Result<(), StixError> {
        self.values = self.values.saturating_add(1);
        if self.values >= MAX_JSON_VALUES {
            return Err(StixError::TooManyValues);
        }
        self.steps.push(step);
        // The object or what stands beside it is the payload's second level.
        if self.steps.len() >= MAX_OBJECT_DEPTH {
            self.steps.pop();
            return Err(StixError::TooDeep { place: self.place() });
        }
        self.value(value)?;
        self.steps.pop();
        Ok(())
    }

    fn value(&mut self, value: &'a Json) -> Result<(), StixError> {
        match value {
            Json::Null if !self.nulls => Err(StixError::Null { place: self.place() }),
            Json::Object(members) => self.members(members),
            Json::Array(elements) if elements.is_empty() && self.wants_elements() => {
                Err(StixError::EmptyList { place: self.place() })
            }
            Json::Array(elements) => {
                elements.iter().enumerate().try_for_each(|(slot, element)| self.below(Step::Slot(slot), element))
            }
            Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) => Ok(()),
        }
    }

    fn wants_elements(&self) -> bool {
        let in_definition = matches!(self.steps.as_slice(), [Step::Name("extensions"), Step::Name(id), _, ..]
            if id.starts_with("extension-definition--"));
        self.lists == Lists::NotEmpty && !in_definition
    }

    fn place(&self) -> Path {
        self.steps.iter().fold(self.base.clone(), |place, step| match step {
            Step::Name(name) => place.child(name),
            Step::Slot(slot) => place.slot(*slot),
        })
    }
}
