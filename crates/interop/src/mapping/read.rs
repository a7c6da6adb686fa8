//! Reading a mapping file, with every problem that it has.

use record::json::{Json, Map, parse_within};

use super::date::DatePattern;
use super::target::{Target, property_list};
use super::{Column, How, Mapping, Use};
use crate::rows::Format;

/// Octets of a mapping file: a few hundred columns.
pub const MAX_MAPPING_BYTES: usize = 1024 * 1024;

/// The version of the format that this build reads.
const VERSION: i64 = 1;

/// Members of a mapping file.
const MEMBERS: [&str; 10] =
    ["detente_mapping", "source", "format", "rows", "id", "link", "columns", "constants", "empty", "about"];

/// Members of a column.
const COLUMN_MEMBERS: [&str; 6] = ["to", "date", "separator", "words", "reference", "drop"];

/// What is wrong with a mapping file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{place}`: {reason}")]
#[non_exhaustive]
pub struct Problem {
    /// The member: `columns/Day/date`.
    pub place: String,
    /// What is wrong there, and what to do.
    pub reason: String,
}

/// Collects problems, so that a person sees all of them at once.
#[derive(Default)]
struct Lint {
    problems: Vec<Problem>,
}

impl Lint {
    fn say(&mut self, place: impl Into<String>, reason: impl Into<String>) {
        self.problems.push(Problem { place: place.into(), reason: reason.into() });
    }

    /// A value, or what is wrong with it.
    fn take<T>(&mut self, place: &str, found: Result<T, String>) -> Option<T> {
        match found {
            Ok(value) => Some(value),
            Err(reason) => {
                self.say(place, reason);
                None
            }
        }
    }

    fn unknown(&mut self, base: &str, members: &Map, known: &[&str]) {
        for name in members.names().filter(|name| !known.contains(name)) {
            self.say(format!("{base}{name}"), format!("is not known; expected one of {}", known.join(", ")));
        }
    }
}

impl Mapping {
    /// Reads a mapping file.
    ///
    /// # Errors
    /// All problems that it has.
    pub fn read(octets: &[u8]) -> Result<Self, Vec<Problem>> {
        let one = |reason: String| vec![Problem { place: "/".to_owned(), reason }];
        let parsed = parse_within(octets, MAX_MAPPING_BYTES).map_err(|error| one(error.to_string()))?;
        let members = parsed.as_object().ok_or_else(|| one(format!("should be an object, not {}", parsed.form())))?;
        let mut lint = Lint::default();
        let mapping = lint.mapping(members);
        match mapping {
            Some(mapping) if lint.problems.is_empty() => Ok(mapping),
            _ => Err(lint.problems),
        }
    }
}

impl Lint {
    fn mapping(&mut self, members: &Map) -> Option<Mapping> {
        self.unknown("", members, &MEMBERS);
        if members.get("detente_mapping").and_then(Json::as_integer) != Some(VERSION) {
            self.say("detente_mapping", format!("should be {VERSION}, the version that this build reads"));
        }
        let source = self.text(members, "source", "the name of the register, which ids are counted under");
        let id = self.text(members, "id", "the column with the register's own id");
        let format = self.format(members);
        let columns = self.columns(members);
        let constants = self.constants(members);
        self.twice(&columns, &constants);
        let link = self.link(members);
        let empty = self.words_of(members);
        Some(Mapping { source: source?, format: format?, id: id?, link, columns, constants, empty })
    }

    fn text(&mut self, members: &Map, name: &str, what: &str) -> Option<String> {
        let text = members.text(name).filter(|text| !text.trim().is_empty()).map(str::to_owned);
        if text.is_none() {
            self.say(name, format!("is missing: {what}"));
        }
        text
    }

    fn format(&mut self, members: &Map) -> Option<Format> {
        let rows = members.text("rows").map(str::to_owned);
        match members.text("format") {
            Some("json") => Some(Format::Json { member: rows }),
            Some("csv") if rows.is_none() => Some(Format::Csv),
            Some("jsonl") if rows.is_none() => Some(Format::JsonLines),
            Some("csv" | "jsonl") => {
                self.say("rows", "names the member with the array of a JSON file; take it out");
                None
            }
            Some(_) | None => {
                self.say("format", "should be csv, json or jsonl");
                None
            }
        }
    }

    fn link(&mut self, members: &Map) -> Option<String> {
        let link = members.get("link")?;
        let text = link.as_str().filter(|text| text.starts_with("https://") || text.starts_with("http://"));
        let text = text.filter(|text| text.contains("{id}"));
        if text.is_none() {
            self.say("link", "should be an address with {id} in it");
        }
        text.map(str::to_owned)
    }

    fn words_of(&mut self, members: &Map) -> Vec<String> {
        let Some(list) = members.get("empty") else { return Vec::new() };
        let words: Option<Vec<_>> =
            list.as_array().and_then(|list| list.iter().map(|word| word.as_str().map(str::to_owned)).collect());
        if words.is_none() {
            self.say("empty", "should be a list of texts that mean that nothing is known");
        }
        words.unwrap_or_default()
    }

    fn columns(&mut self, members: &Map) -> Vec<Column> {
        let Some(columns) = members.get("columns").and_then(Json::as_object) else {
            self.say("columns", "is missing: an object of columns, each with the property that it becomes");
            return Vec::new();
        };
        if columns.is_empty() {
            self.say("columns", "is empty; name at least one column");
        }
        let mut read = Vec::new();
        for (name, value) in columns.iter() {
            let uses = self.column(&format!("columns/{name}"), value);
            read.extend(uses.map(|uses| Column { name: name.to_owned(), uses }));
        }
        read
    }

    fn column(&mut self, place: &str, value: &Json) -> Option<Use> {
        if let Some(property) = value.as_str() {
            return self.property(place, property, &Map::new());
        }
        let Some(members) = value.as_object() else {
            self.say(place, "should be the name of a property, or an object");
            return None;
        };
        self.unknown(&format!("{place}/"), members, &COLUMN_MEMBERS);
        match (members.text("to"), members.text("reference"), members.text("drop")) {
            (Some(property), None, None) => self.property(place, property, members),
            (None, Some(source_name), None) => {
                let separator = members.text("separator").map(str::to_owned);
                Some(Use::Reference { source_name: source_name.to_owned(), separator })
            }
            (None, None, Some(why)) => Some(Use::Drop(why.to_owned())),
            _ => {
                self.say(place, "should have one of `to` (a property), `reference` (a database) and `drop` (a reason)");
                None
            }
        }
    }

    fn property(&mut self, place: &str, property: &str, members: &Map) -> Option<Use> {
        let Some(target) = Target::of(property) else {
            let known = property_list().join(", ");
            self.say(
                place,
                format!("`{}` is no property of an incident; expected one of {known}", property.escape_debug()),
            );
            return None;
        };
        let date = members.text("date").and_then(|text| self.date(place, target, text));
        let separator = members.text("separator").map(str::to_owned);
        if separator.as_deref().is_some_and(|text| text.is_empty() || !target.is_list()) {
            self.say(format!("{place}/separator"), "belongs to a property that is a list, and is not empty");
        }
        let words = self.words(place, target, members);
        Some(Use::Property { target, how: How { date, separator, words } })
    }

    fn date(&mut self, place: &str, target: Target, text: &str) -> Option<DatePattern> {
        if !target.is_time() {
            self.say(format!("{place}/date"), "belongs to one of the seven times");
            return None;
        }
        self.take(&format!("{place}/date"), DatePattern::new(text))
    }

    fn words(&mut self, place: &str, target: Target, members: &Map) -> Vec<(String, String)> {
        let Some(value) = members.get("words") else { return Vec::new() };
        let Some(words) = value.as_object() else {
            self.say(format!("{place}/words"), "should be an object: each word of the source, and ours");
            return Vec::new();
        };
        let mut read = Vec::new();
        for (theirs, ours) in words.iter() {
            let ours = ours.as_str().ok_or_else(|| "should be a text".to_owned());
            let checked =
                ours.and_then(|ours| target.value(&[ours]).and_then(|value| target.check(&value)).map(|()| ours));
            let ours = self.take(&format!("{place}/words/{theirs}"), checked);
            read.extend(ours.map(|ours| (theirs.to_owned(), ours.to_owned())));
        }
        read
    }

    fn constants(&mut self, members: &Map) -> Vec<(Target, Json)> {
        let Some(value) = members.get("constants") else { return Vec::new() };
        let Some(constants) = value.as_object() else {
            self.say("constants", "should be an object of properties and values");
            return Vec::new();
        };
        let mut read = Vec::new();
        for (name, value) in constants.iter() {
            let target = Target::of(name).filter(|target| !target.is_time());
            let target = target.ok_or_else(|| "is no property that can be the same in every row".to_owned());
            let checked = target.and_then(|target| target.check(value).map(|()| target));
            let target = self.take(&format!("constants/{name}"), checked);
            read.extend(target.map(|target| (target, value.clone())));
        }
        read
    }

    /// Two columns for one property would let the one overwrite the other.
    fn twice(&mut self, columns: &[Column], constants: &[(Target, Json)]) {
        let mut seen: Vec<Target> = constants.iter().map(|(target, _)| *target).collect();
        for column in columns {
            let Use::Property { target, .. } = &column.uses else { continue };
            if seen.contains(target) {
                self.say(format!("columns/{}", column.name), format!("`{}` is set twice", target.property()));
            }
            seen.push(*target);
        }
    }
}
