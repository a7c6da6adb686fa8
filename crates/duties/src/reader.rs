//! A place in a file, with everything that can be asked of what stands there. What is wrong is noted and reading goes on, so that
//! an author is told of all faults at once.

use std::fmt::Display;
use std::str::FromStr;

use record::json::{Json, Map, parse_within};

use crate::day::Day;
use crate::fault::{Fault, Faults};
use crate::limits::{MAX_FILE_BYTES, MAX_ID_BYTES, MAX_LIST, MAX_TEXT_BYTES};
use crate::lines::{Lines, join};
use crate::text::Both;

/// Reads the octets of a file as an object, with the lines of its places.
pub(crate) fn file(octets: &[u8]) -> Result<(Json, Faults), Vec<Fault>> {
    match parse_within(octets, MAX_FILE_BYTES) {
        Ok(json) => Ok((json, Faults::new(Lines::of_json(octets)))),
        Err(error) => {
            let reason = format!("is not JSON of the profile: {error}");
            Err(vec![Fault { line: error.position.line, path: String::new(), reason }])
        }
    }
}

/// A place.
#[derive(Debug, Clone)]
pub(crate) struct At<'f> {
    json: &'f Json,
    pub(crate) path: String,
    faults: &'f Faults,
}

/// The members of an object at a place.
#[derive(Debug)]
pub(crate) struct Members<'f> {
    at: At<'f>,
    map: &'f Map,
}

impl<'f> At<'f> {
    pub(crate) const fn root(json: &'f Json, faults: &'f Faults) -> Self {
        Self { json, path: String::new(), faults }
    }

    pub(crate) const fn json(&self) -> &'f Json {
        self.json
    }

    /// Notes a fault here. Always `None`, so that reading ends with it.
    pub(crate) fn fault<T>(&self, reason: impl Into<String>) -> Option<T> {
        self.faults.add(&self.path, reason);
        None
    }

    /// An object that has no members but these.
    pub(crate) fn object(&self, known: &[&str]) -> Option<Members<'f>> {
        let members = self.any_object()?;
        for name in members.map.names().filter(|name| !known.contains(name)) {
            let reason = format!("is not known here; known are {}", known.join(", "));
            self.faults.add(&join(&self.path, name), reason);
        }
        Some(members)
    }

    pub(crate) fn any_object(&self) -> Option<Members<'f>> {
        match self.json.as_object() {
            Some(map) => Some(Members { at: self.clone(), map }),
            None => self.fault(format!("should be an object, not {}", self.json.form())),
        }
    }

    pub(crate) fn str(&self) -> Option<&'f str> {
        match self.json.as_str() {
            Some(text) if text.len() <= MAX_TEXT_BYTES => Some(text),
            Some(_) => self.fault(format!("is longer than {MAX_TEXT_BYTES} octets; shorten it")),
            None => self.fault(format!("should be a string, not {}", self.json.form())),
        }
    }

    /// A text that says something.
    pub(crate) fn text(&self) -> Option<&'f str> {
        let text = self.str()?;
        if text.trim().is_empty() { self.fault("is empty; say something or leave it out") } else { Some(text) }
    }

    /// A text in both languages.
    pub(crate) fn both(&self) -> Option<Both> {
        let members = self.object(&["en", "zh"])?;
        let (en, zh) = (members.need("en"), members.need("zh"));
        Some(Both { en: en?.text()?.to_owned(), zh: zh?.text()?.to_owned() })
    }

    pub(crate) fn id(&self) -> Option<&'f str> {
        let text = self.str()?;
        let fits = |octet: u8| octet.is_ascii_lowercase() || octet.is_ascii_digit() || b"-_.".contains(&octet);
        if !text.is_empty() && text.len() <= MAX_ID_BYTES && text.bytes().all(fits) {
            return Some(text);
        }
        self.fault(format!("should be an id of 1 to {MAX_ID_BYTES} small letters, digits, `-`, `_`, `.`"))
    }

    pub(crate) fn truth(&self) -> Option<bool> {
        match self.json {
            Json::Bool(truth) => Some(*truth),
            Json::Null | Json::Number(_) | Json::String(_) | Json::Array(_) | Json::Object(_) => {
                self.fault(format!("should be true or false, not {}", self.json.form()))
            }
        }
    }

    pub(crate) fn count(&self) -> Option<u64> {
        let count = self.json.as_integer().and_then(|count| u64::try_from(count).ok());
        if count.is_none() { self.fault("should be a whole number, 0 or more") } else { count }
    }

    /// A value that is read from a text.
    pub(crate) fn parse<T: FromStr<Err: Display>>(&self) -> Option<T> {
        match self.str()?.parse() {
            Ok(value) => Some(value),
            Err(error) => self.fault(error.to_string()),
        }
    }

    pub(crate) fn day(&self) -> Option<Day> {
        self.parse()
    }

    /// The elements of a list that is not empty.
    pub(crate) fn list(&self) -> Option<Vec<Self>> {
        let elements = self.any_list()?;
        if elements.is_empty() { self.fault("is an empty list") } else { Some(elements) }
    }

    pub(crate) fn any_list(&self) -> Option<Vec<Self>> {
        match self.json.as_array() {
            Some(elements) if elements.len() <= MAX_LIST => {
                Some(elements.iter().enumerate().map(|(at, json)| self.inner(&at.to_string(), json)).collect())
            }
            Some(_) => self.fault(format!("has more than {MAX_LIST} elements")),
            None => self.fault(format!("should be a list, not {}", self.json.form())),
        }
    }

    /// Every element read; those that are wrong are noted and left out.
    pub(crate) fn each<T>(&self, read: impl FnMut(Self) -> Option<T>) -> Option<Vec<T>> {
        let elements = self.list()?;
        Some(elements.into_iter().filter_map(read).collect())
    }

    fn inner(&self, name: &str, json: &'f Json) -> Self {
        Self { json, path: join(&self.path, name), faults: self.faults }
    }
}

impl<'f> Members<'f> {
    pub(crate) fn may(&self, name: &str) -> Option<At<'f>> {
        self.map.get(name).map(|json| self.at.inner(name, json))
    }

    /// A member that has to be there.
    pub(crate) fn need(&self, name: &str) -> Option<At<'f>> {
        let found = self.may(name);
        if found.is_none() { self.at.fault(format!("`{name}` is missing; add it")) } else { found }
    }

    pub(crate) fn each_member(&self) -> impl Iterator<Item = (&'f str, At<'f>)> {
        self.map.iter().map(|(name, json)| (name, self.at.inner(name, json)))
    }

    /// The list under a name that may be absent, every element read.
    pub(crate) fn each<T>(&self, name: &str, read: impl FnMut(At<'f>) -> Option<T>) -> Vec<T> {
        self.may(name).and_then(|at| Some(at.any_list()?.into_iter().filter_map(read).collect())).unwrap_or_default()
    }

    pub(crate) const fn at(&self) -> &At<'f> {
        &self.at
    }
}
