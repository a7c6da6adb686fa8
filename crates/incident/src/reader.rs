//! Reads typed values out of an object, and names the property that is wrong.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::str::FromStr;

use record::json::{Json, Map};
use record::time::LexicalTime;

use crate::compute::ComputeRange;
use crate::error::PropertyError;
use crate::harm::Harm;
use crate::moment::{Precision, TimeName};
use crate::property::{Count, List, Text};

const PERCENT_MAX: u8 = 100;

/// The object's top and our extension in it.
pub(crate) struct Reader<'o> {
    top: &'o Map,
    extension: &'o Map,
}

impl<'o> Reader<'o> {
    pub(crate) const fn new(top: &'o Map, extension: &'o Map) -> Self {
        Self { top, extension }
    }

    /// A property of the extension.
    pub(crate) fn value(&self, name: &str) -> Option<&'o Json> {
        self.extension.get(name)
    }

    pub(crate) fn texts(&self) -> Result<BTreeMap<Text, String>, PropertyError> {
        let found = Text::ALL.iter().filter_map(|name| {
            let value = if name.is_core() { self.top.get(name.name()) } else { self.value(name.name()) };
            Some((*name, value?))
        });
        found.map(|(name, value)| Ok((name, text(value, name.name())?.to_owned()))).collect()
    }

    pub(crate) fn lists(&self) -> Result<BTreeMap<List, Vec<String>>, PropertyError> {
        let found = List::ALL.iter().filter(|name| self.value(name.name()).is_some());
        found.map(|name| Ok((*name, self.each(name.name(), |value, at| Ok(text(value, at)?.to_owned()))?))).collect()
    }

    pub(crate) fn counts(&self) -> Result<BTreeMap<Count, u64>, PropertyError> {
        let found = Count::ALL.iter().filter_map(|name| Some((*name, self.value(name.name())?)));
        found.map(|(name, value)| Ok((name, count(value, name.name())?))).collect()
    }

    pub(crate) fn times(&self) -> Result<BTreeMap<TimeName, LexicalTime>, PropertyError> {
        let found = TimeName::ALL.iter().filter_map(|name| Some((*name, self.value(name.name())?)));
        found.map(|(name, value)| Ok((name, parsed(value, name.name())?))).collect()
    }

    pub(crate) fn precision(&self) -> Result<BTreeMap<TimeName, Precision>, PropertyError> {
        let Some(value) = self.value("precision") else { return Ok(BTreeMap::new()) };
        let members = value.as_object().ok_or_else(|| PropertyError::new("precision", "should be an object"))?;
        members.iter().map(|(name, value)| entry(name, value).map_err(|error| error.inside("precision"))).collect()
    }

    pub(crate) fn harms(&self) -> Result<Vec<Harm>, PropertyError> {
        self.each("harms", |value, at| Harm::read(value).map_err(|error| error.inside(at)))
    }

    pub(crate) fn compute(&self) -> Result<Option<ComputeRange>, PropertyError> {
        let read = self.value("training_compute").map(ComputeRange::read).transpose();
        read.map_err(|error| error.inside("training_compute"))
    }

    /// A list of codes.
    pub(crate) fn codes<T: FromStr<Err: Display>>(&self, name: &str) -> Result<Vec<T>, PropertyError> {
        self.each(name, parsed)
    }

    /// A word of a closed vocabulary.
    pub(crate) fn word<T: FromStr<Err: Display>>(&self, name: &str) -> Result<Option<T>, PropertyError> {
        self.value(name).map(|value| parsed(value, name)).transpose()
    }

    pub(crate) fn truth(&self, name: &str) -> Result<Option<bool>, PropertyError> {
        match self.value(name) {
            None => Ok(None),
            Some(Json::Bool(value)) => Ok(Some(*value)),
            Some(other) => Err(PropertyError::new(name, format!("should be `true` or `false`, not {}", other.form()))),
        }
    }

    pub(crate) fn percent(&self, name: &str) -> Result<Option<u8>, PropertyError> {
        let Some(value) = self.value(name) else { return Ok(None) };
        let percent =
            value.as_integer().and_then(|value| u8::try_from(value).ok()).filter(|value| *value <= PERCENT_MAX);
        percent.map(Some).ok_or_else(|| PropertyError::new(name, "should be a whole number from 0 to 100"))
    }

    fn each<T>(
        &self,
        name: &str,
        read: impl Fn(&Json, &str) -> Result<T, PropertyError>,
    ) -> Result<Vec<T>, PropertyError> {
        let Some(value) = self.value(name) else { return Ok(Vec::new()) };
        let list = value.as_array().ok_or_else(|| PropertyError::new(name, "should be a list"))?;
        list.iter().enumerate().map(|(slot, element)| read(element, &format!("{name}/{slot}"))).collect()
    }
}

fn entry(name: &str, value: &Json) -> Result<(TimeName, Precision), PropertyError> {
    let time = name.parse().map_err(|error: record::words::UnknownWord| PropertyError::new(name, error.to_string()))?;
    Ok((time, parsed(value, name)?))
}

fn text<'v>(value: &'v Json, at: &str) -> Result<&'v str, PropertyError> {
    value.as_str().ok_or_else(|| PropertyError::new(at, format!("should be a text, not {}", value.form())))
}

fn count(value: &Json, at: &str) -> Result<u64, PropertyError> {
    let count = value.as_integer().and_then(|count| u64::try_from(count).ok());
    count.ok_or_else(|| PropertyError::new(at, "should be a whole number, 0 or more; a range belongs into `harms`"))
}

fn parsed<T: FromStr<Err: Display>>(value: &Json, at: &str) -> Result<T, PropertyError> {
    text(value, at)?.parse().map_err(|error: T::Err| PropertyError::new(at, error.to_string()))
}
