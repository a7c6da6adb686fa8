//! Properties as a person types them: by name and text, several at once.

use record::json::{self, Json, Map};
use record::time::{LexicalTime, Timestamp};

use crate::error::PropertyError;
use crate::incident::{Incident, extension_id, refuse_concerns, set_extension};
use crate::moment::{Moment, TimeName};
use crate::property::{Count, List, Text, property_names};

/// The property that names sources; it is STIX's own.
const SOURCES: &str = "external_references";

/// Edits between a name that is not known and one that is, for it to be offered.
const NEAR: usize = 3;

/// Octets of a value that is typed as JSON: far more than a command line holds.
const MAX_VALUE_BYTES: usize = 1024 * 1024;

/// What becomes of one property: a value, or nothing any more.
pub type Wish = (String, Option<Json>);

/// Reads what was typed for a property: one text for each time it was named. A list takes all of them; everything else the
/// last. `place` takes a country, times take as much as is known, and what has members is typed as JSON.
///
/// # Errors
/// [`PropertyError`] if there is no such property, or the text is no value of its form.
pub fn typed(name: &str, texts: &[&str]) -> Result<Json, PropertyError> {
    check_name(name)?;
    let last = texts.last().copied().unwrap_or_default();
    if is_list(name) {
        return typed_list(name, texts);
    }
    if name.parse::<Count>().is_ok() || name == "cause_confidence" {
        let number: Option<u64> = last.parse().ok();
        return number.map(Json::count).ok_or_else(|| PropertyError::new(name, "should be a whole number, 0 or more"));
    }
    match name {
        "critical_infrastructure" => {
            let truth: Result<bool, _> = last.parse();
            truth.map(Json::Bool).map_err(|_| PropertyError::new(name, "should be `true` or `false`"))
        }
        "place" if !last.starts_with('{') => Ok(Json::Object(Map::new().with("country", last))),
        "place" | "training_compute" | "precision" => parsed(name, last),
        _ => Ok(Json::text(last)),
    }
}

fn typed_list(name: &str, texts: &[&str]) -> Result<Json, PropertyError> {
    let mut elements = Vec::new();
    for text in texts {
        match text.chars().next() {
            Some('[') => elements.extend(parsed(name, text)?.as_array().unwrap_or_default().iter().cloned()),
            Some('{') => elements.push(parsed(name, text)?),
            _ => elements.push(Json::text(*text)),
        }
    }
    Ok(Json::Array(elements))
}

fn parsed(name: &str, text: &str) -> Result<Json, PropertyError> {
    let value = json::parse_within(text.as_bytes(), MAX_VALUE_BYTES);
    value.map_err(|error| PropertyError::new(name, format!("is no JSON: {error}")))
}

fn is_list(name: &str) -> bool {
    name.parse::<List>().is_ok() || ["countries", "industries", "harms", SOURCES].contains(&name)
}

/// Every name that can be typed.
fn names() -> impl Iterator<Item = &'static str> {
    property_names().chain([SOURCES])
}

/// Refuses a name that is no property, and offers the nearest that is.
fn check_name(name: &str) -> Result<(), PropertyError> {
    if names().any(|known| known == name) {
        return Ok(());
    }
    let near = names().filter_map(|known| Some((text::edit_distance_within(name, known, NEAR)?, known))).min();
    let offer = near.map_or_else(
        || "`detente incident new --help` names them".to_owned(),
        |(_, known)| format!("did you mean `{known}`?"),
    );
    Err(PropertyError::new(name, format!("is no property of an incident; {offer}")))
}

impl Incident {
    /// The properties of an object that is written here: all of STIX's own, and those of our extension.
    ///
    /// # Errors
    /// [`PropertyError`] for a member of our extension that is no property: a typing error would be signed as a fact.
    pub fn check_names(&self) -> Result<(), PropertyError> {
        let own = self.extension().into_iter().flat_map(Map::names);
        own.filter(|name| *name != "extension_type").try_for_each(check_name)
    }

    /// Refuses text anywhere that would act on its reader.
    ///
    /// # Errors
    /// [`PropertyError`] with the first place.
    pub fn check_texts(&self) -> Result<(), PropertyError> {
        self.concerns().into_iter().next().map_or(Ok(()), |concern| {
            let place = concern.place.as_str().trim_start_matches("/object/");
            Err(PropertyError::new(place, concern.what.to_string()))
        })
    }

    /// The same incident with these properties, all at once: what contradicts what stood there before may come with what
    /// goes with it. A time that is given in part also says how exact it is.
    ///
    /// # Errors
    /// [`PropertyError`] for an unknown name, a value that the format does not have, or text that would act on its reader.
    pub fn with_properties(self, wishes: &[Wish]) -> Result<Self, PropertyError> {
        let showing = self.showing();
        let mut object = self.object().clone();
        let mut own = self.extension().cloned().unwrap_or_default();
        // What is said of how exact times are comes behind the times: each of them clears what was said of an earlier value.
        let (exact, others): (Vec<_>, Vec<_>) = wishes.iter().partition(|(name, _)| name == "precision");
        for (name, value) in others.into_iter().chain(exact) {
            check_name(name)?;
            value.as_ref().map_or(Ok(()), |value| refuse_concerns(name, value))?;
            let is_core = name == SOURCES || name.parse::<Text>().is_ok_and(Text::is_core);
            put(if is_core { &mut object } else { &mut own }, name, value.as_ref())?;
        }
        if own.names().any(|name| name != "extension_type") || self.extension().is_some() {
            set_extension(&mut object, extension_id(), own);
        }
        Self::read(object, showing)
    }

    /// The same incident as the version that follows at this time.
    ///
    /// # Errors
    /// [`PropertyError`] at `modified` if the time is not later than that of the version before.
    pub fn following(self, modified: Timestamp) -> Result<Self, PropertyError> {
        self.modified_at(modified, false)
    }
}

fn put(members: &mut Map, name: &str, value: Option<&Json>) -> Result<(), PropertyError> {
    let Some(value) = value else {
        drop(members.remove(name));
        say_precision(members, name, None);
        return Ok(());
    };
    match (name.parse::<TimeName>(), value.as_str()) {
        (Ok(_), Some(text)) => put_time(members, name, text),
        _ => {
            members.set(name, value.clone());
            Ok(())
        }
    }
}

fn put_time(members: &mut Map, name: &str, text: &str) -> Result<(), PropertyError> {
    if text.parse::<LexicalTime>().is_ok() {
        members.set(name, text);
        say_precision(members, name, None);
        return Ok(());
    }
    let moment: Moment =
        text.parse().map_err(|error: crate::NotAMoment| PropertyError::new(name, error.to_string()))?;
    members.set(name, moment.time().text());
    say_precision(members, name, moment.precision().map(crate::Precision::name));
    Ok(())
}

/// Says how exact a time is; what was said of an earlier value goes with it.
fn say_precision(members: &mut Map, name: &str, word: Option<&str>) {
    let mut all = members.get("precision").and_then(Json::as_object).cloned().unwrap_or_default();
    match word {
        Some(word) => all.set(name, word),
        None => drop(all.remove(name)),
    }
    if all.is_empty() {
        drop(members.remove("precision"));
    } else {
        members.set("precision", Json::Object(all));
    }
}
