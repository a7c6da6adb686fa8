//! What a column may become: a property, and the form of its value.

use incident::{Count, Country, HarmType, Incident, Industry, List, Moment, Text, TimeName};
use record::json::{Json, Map};

use super::{ELEMENTS, How, split};
use crate::building::Building;
use crate::error::FieldError;

/// A property with the form of its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Target {
    Top(&'static str),
    Text(Text),
    List(List),
    Count(Count),
    Time(TimeName),
    /// A list of codes: countries or industries.
    Codes(&'static str),
    /// A word of a closed vocabulary.
    Word(&'static str),
    /// The country or the locality of the place.
    Place(&'static str),
    /// The types of the harms.
    Harms,
    Truth(&'static str),
    Percent(&'static str),
}

const WORDS: [&str; 7] =
    ["event_kind", "severity", "stage", "submitter_role", "autonomy_level", "deployment_state", "use_kind"];
const CODES: [&str; 2] = ["countries", "industries"];
const PLACES: [&str; 2] = ["place/country", "place/locality"];
const TRUTHS: [&str; 1] = ["critical_infrastructure"];
const PERCENTS: [&str; 1] = ["cause_confidence"];
const TOPS: [&str; 1] = ["lang"];

/// Every property that a column may become, for help and for errors.
#[must_use]
pub fn property_list() -> Vec<&'static str> {
    let texts = Text::ALL.iter().map(|name| name.name());
    let lists = List::ALL.iter().map(|name| name.name());
    let counts = Count::ALL.iter().map(|name| name.name());
    let times = TimeName::ALL.iter().map(|name| name.name());
    let others =
        WORDS.into_iter().chain(CODES).chain(PLACES).chain(TRUTHS).chain(PERCENTS).chain(TOPS).chain(["harms"]);
    let mut all: Vec<_> = texts.chain(lists).chain(counts).chain(times).chain(others).collect();
    all.sort_unstable();
    all
}

impl Target {
    pub(super) fn of(name: &str) -> Option<Self> {
        let among = |names: &[&'static str]| names.iter().find(|known| **known == name).copied();
        let word = Text::ALL.iter().find(|known| known.name() == name).map(|text| Self::Text(*text));
        word.or_else(|| List::ALL.iter().find(|known| known.name() == name).map(|list| Self::List(*list)))
            .or_else(|| Count::ALL.iter().find(|known| known.name() == name).map(|count| Self::Count(*count)))
            .or_else(|| TimeName::ALL.iter().find(|known| known.name() == name).map(|time| Self::Time(*time)))
            .or_else(|| among(&WORDS).map(Self::Word))
            .or_else(|| among(&CODES).map(Self::Codes))
            .or_else(|| among(&PLACES).map(Self::Place))
            .or_else(|| among(&TRUTHS).map(Self::Truth))
            .or_else(|| among(&PERCENTS).map(Self::Percent))
            .or_else(|| among(&TOPS).map(Self::Top))
            .or_else(|| (name == "harms").then_some(Self::Harms))
    }

    /// The property that it sets, or a part of which it sets.
    pub(super) fn property(self) -> &'static str {
        match self {
            Self::Text(name) => name.name(),
            Self::List(name) => name.name(),
            Self::Count(name) => name.name(),
            Self::Time(name) => name.name(),
            Self::Top(name) | Self::Codes(name) | Self::Word(name) | Self::Truth(name) | Self::Percent(name) => name,
            Self::Place(_) => "place",
            Self::Harms => "harms",
        }
    }

    const fn is_top(self) -> bool {
        match self {
            Self::Top(_) => true,
            Self::Text(name) => name.is_core(),
            Self::List(_)
            | Self::Count(_)
            | Self::Time(_)
            | Self::Codes(_)
            | Self::Word(_)
            | Self::Place(_)
            | Self::Harms
            | Self::Truth(_)
            | Self::Percent(_) => false,
        }
    }

    pub(super) const fn is_list(self) -> bool {
        matches!(self, Self::List(_) | Self::Codes(_) | Self::Harms)
    }

    pub(super) const fn is_time(self) -> bool {
        matches!(self, Self::Time(_))
    }

    /// Reads a cell into its property.
    pub(super) fn read(self, building: &mut Building, field: &str, text: &str, how: &How) -> Result<(), FieldError> {
        if let Self::Time(name) = self {
            let wrong = |reason: String| FieldError::new(field, reason);
            return match &how.date {
                Some(pattern) => {
                    building.moment(name, field, &pattern.read(text).map_err(wrong)?);
                    Ok(())
                }
                None => building.time(name, field, text),
            };
        }
        let parts: Vec<&str> = if self.is_list() { split_list(text, how) } else { vec![text] };
        let parts: Vec<&str> = parts.into_iter().map(|part| how.word(part)).collect();
        // A cell of separators alone says nothing.
        if parts.is_empty() {
            return Ok(());
        }
        for part in &parts {
            building.check(field, part)?;
        }
        let value = self.value(&parts).map_err(|reason| FieldError::new(field, reason))?;
        if let Self::List(name) = self {
            return building.own_list(name.name(), field, &parts);
        }
        self.set(building, field, value);
        Ok(())
    }

    /// Puts a value where it belongs. A constant goes the same way.
    pub(super) fn set(self, building: &mut Building, field: &str, value: Json) {
        if let Self::Place(part) = self {
            let known = building.own.get("place").and_then(Json::as_object).cloned().unwrap_or_default();
            let part = part.rsplit('/').next().unwrap_or_default();
            building.own_value("place", field, Json::Object(known.with(part, value)));
        } else if self.is_top() {
            building.top_value(self.property(), field, value);
        } else {
            building.own_value(self.property(), field, value);
        }
    }

    /// The value of the parts of a cell.
    pub(super) fn value(self, parts: &[&str]) -> Result<Json, String> {
        let first = parts.first().copied().unwrap_or_default();
        match self {
            Self::Top(_) | Self::Text(_) | Self::Word(_) | Self::Place("place/locality") => Ok(Json::text(first)),
            Self::Time(_) => first
                .parse::<Moment>()
                .map(|moment| Json::text(moment.time().text()))
                .map_err(|error| error.to_string()),
            Self::List(_) => Ok(list(parts.iter().map(|part| Json::text(*part)))),
            Self::Count(_) => count(first),
            Self::Codes("industries") => codes::<Industry>(parts),
            Self::Codes(_) => codes::<Country>(parts),
            Self::Place(_) => {
                first.parse::<Country>().map(|country| Json::text(country.as_str())).map_err(|error| error.to_string())
            }
            Self::Harms => harms(parts),
            Self::Truth(_) => truth(first),
            Self::Percent(_) => count(first),
        }
    }

    /// Whether a value is one that the format has.
    pub(super) fn check(self, value: &Json) -> Result<(), String> {
        let mut building = Building::default();
        self.set(&mut building, "", value.clone());
        let own = building.own.with("extension_type", "property-extension");
        let extensions = Map::new().with(incident::extension_id(), own);
        let object = building.top.with("type", incident::INCIDENT_TYPE).with("extensions", extensions);
        Incident::of_shown(&object).map(drop).map_err(|error| error.to_string())
    }
}

impl How {
    /// The word that stands for a word of the source.
    fn word<'w>(&'w self, text: &'w str) -> &'w str {
        let found = self.words.iter().find(|(theirs, _)| theirs == text);
        found.map_or(text, |(_, ours)| ours.as_str())
    }
}

fn split_list<'t>(text: &'t str, how: &'t How) -> Vec<&'t str> {
    let separator = if text.contains(ELEMENTS) { Some(ELEMENTS) } else { how.separator.as_deref() };
    split(text, separator)
}

fn list(elements: impl Iterator<Item = Json>) -> Json {
    Json::Array(elements.collect())
}

fn codes<T: std::str::FromStr<Err: ToString> + ToString>(parts: &[&str]) -> Result<Json, String> {
    let read = parts.iter().map(|part| part.parse::<T>().map(|code| Json::text(code.to_string())));
    read.collect::<Result<Vec<_>, _>>().map(Json::Array).map_err(|error| error.to_string())
}

fn harms(parts: &[&str]) -> Result<Json, String> {
    let read = parts.iter().map(|part| part.parse::<HarmType>().map(|kind| incident::Harm::new(kind).to_json()));
    read.collect::<Result<Vec<_>, _>>().map(Json::Array).map_err(|error| error.to_string())
}

fn count(text: &str) -> Result<Json, String> {
    let digits = !text.is_empty() && text.bytes().all(|octet| octet.is_ascii_digit());
    let count = text.parse::<i64>().ok().filter(|_| digits).and_then(Json::integer);
    count.ok_or_else(|| format!("`{}` is not a whole number, 0 or more", text.escape_debug()))
}

fn truth(text: &str) -> Result<Json, String> {
    match text {
        "true" => Ok(Json::Bool(true)),
        "false" => Ok(Json::Bool(false)),
        other => Err(format!(
            "`{}` is neither `true` nor `false`; say in `words` what stands for them",
            other.escape_debug()
        )),
    }
}
