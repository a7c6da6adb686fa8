//! An incident as it is put together from the fields of a row, remembering which field each property came from.

use incident::reference::{CrossReference, Database};
use incident::{Moment, Precision, TimeName};
use record::json::{Json, Map};

use crate::error::FieldError;
use crate::losses::RowLosses;

/// What becomes of a text that would act on its reader: HTML, or controls that turn the order of reading.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Markup {
    /// Its row is refused, by row and column.
    #[default]
    Refuse,
    /// HTML is taken as it stands, for a source whose texts are about HTML. Controls that turn the order of reading are still
    /// refused: nobody can read such a text as it was written.
    KeepHtml,
}

/// Elements of one list. A record has room for 256 digests in an array, decoys among them.
const ELEMENTS_MAX: usize = 200;

/// An incident without id and times, and where its properties come from.
#[derive(Debug, Default)]
pub(crate) struct Building {
    pub(crate) source_id: String,
    pub(crate) top: Map,
    pub(crate) own: Map,
    pub(crate) references: Vec<Json>,
    pub(crate) losses: RowLosses,
    /// What a person should look at although it was taken: the field, and why.
    pub(crate) notes: Vec<(String, String)>,
    fields: Vec<(String, String)>,
    markup: Markup,
}

impl Building {
    pub(crate) fn new(markup: Markup) -> Self {
        Self { markup, ..Self::default() }
    }

    /// The field from which a property came; of a property inside another, that of the outer one.
    pub(crate) fn field_of(&self, property: &str) -> String {
        let outer = property.split('/').next().unwrap_or(property);
        let found = self.fields.iter().find(|(known, _)| known == outer);
        found.map_or_else(|| property.to_owned(), |(_, field)| field.clone())
    }

    /// A property at the object's top. An empty text says nothing.
    pub(crate) fn top_text(&mut self, property: &str, field: &str, text: &str) -> Result<(), FieldError> {
        if text.trim().is_empty() {
            return Ok(());
        }
        self.check(field, text)?;
        self.top_value(property, field, Json::text(text));
        Ok(())
    }

    /// A value at the object's top that was checked.
    pub(crate) fn top_value(&mut self, property: &str, field: &str, value: Json) {
        self.from(property, field);
        self.top.set(property, value);
    }

    /// A property of our extension.
    pub(crate) fn own_text(&mut self, property: &str, field: &str, text: &str) -> Result<(), FieldError> {
        if text.trim().is_empty() {
            return Ok(());
        }
        self.check(field, text)?;
        self.own_value(property, field, Json::text(text));
        Ok(())
    }

    /// A value of our extension that holds no text of the source, or text that was checked.
    pub(crate) fn own_value(&mut self, property: &str, field: &str, value: Json) {
        self.from(property, field);
        self.own.set(property, value);
    }

    /// A list of texts of our extension. Empty elements say nothing.
    pub(crate) fn own_list(&mut self, property: &str, field: &str, texts: &[&str]) -> Result<(), FieldError> {
        let mut elements: Vec<Json> = Vec::new();
        for text in texts.iter().map(|text| text.trim()).filter(|text| !text.is_empty()) {
            self.check(field, text)?;
            if !elements.iter().any(|known| known.as_str() == Some(text)) {
                elements.push(Json::text(text));
            }
        }
        if elements.len() > ELEMENTS_MAX {
            return Err(FieldError::new(
                field,
                format!("has {} elements, and a list takes {ELEMENTS_MAX}", elements.len()),
            ));
        }
        if !elements.is_empty() {
            self.own_value(property, field, Json::Array(elements));
        }
        Ok(())
    }

    /// One of the seven times, as exact as its text is.
    pub(crate) fn time(&mut self, name: TimeName, field: &str, text: &str) -> Result<(), FieldError> {
        if text.trim().is_empty() {
            return Ok(());
        }
        let moment: Moment =
            text.parse().map_err(|error: incident::NotAMoment| FieldError::new(field, error.to_string()))?;
        self.moment(name, field, &moment);
        Ok(())
    }

    pub(crate) fn moment(&mut self, name: TimeName, field: &str, moment: &Moment) {
        self.own_value(name.name(), field, Json::text(moment.time().text()));
        if let Some(precision) = moment.precision() {
            self.precision(name, precision);
        }
    }

    pub(crate) fn precision(&mut self, name: TimeName, precision: Precision) {
        let known = self.own.get("precision").and_then(Json::as_object).cloned().unwrap_or_default();
        self.own.set("precision", known.with(name.name(), precision.name()));
    }

    /// A reference to another database, with its address if the source has one.
    pub(crate) fn cross(
        &mut self,
        database: Database,
        id: &str,
        url: Option<&str>,
        field: &str,
    ) -> Result<(), FieldError> {
        let reference =
            CrossReference::new(database, id).map_err(|error| FieldError::new(field, error.to_string()))?.to_json();
        let mut members = reference.as_object().cloned().unwrap_or_default();
        if let Some(url) = url {
            self.check(field, url)?;
            members.set("url", url);
        }
        self.reference(members, field)
    }

    /// An external reference that is not there yet. What is no whole address (a path, a name) is told in words: other software
    /// refuses an object for it.
    pub(crate) fn reference(&mut self, members: Map, field: &str) -> Result<(), FieldError> {
        let members = with_whole_address(members);
        for text in members.iter().filter_map(|(_, value)| value.as_str()) {
            self.check(field, text)?;
        }
        self.from("external_references", field);
        let same = |known: &Json| known.as_object().is_some_and(|known| refers_to_same(known, &members));
        if !self.references.iter().any(same) {
            self.references.push(Json::Object(members));
        }
        if self.references.len() > ELEMENTS_MAX {
            return Err(FieldError::new(
                field,
                format!("has more than the {ELEMENTS_MAX} references that an incident takes"),
            ));
        }
        Ok(())
    }

    fn from(&mut self, property: &str, field: &str) {
        if !self.fields.iter().any(|(known, _)| known == property) {
            self.fields.push((property.to_owned(), field.to_owned()));
        }
    }

    /// Refuses what would act on its reader, and notes words whose letters are of several scripts.
    pub(crate) fn check(&mut self, field: &str, text: &str) -> Result<(), FieldError> {
        let is_kept = |acting: &incident::Acting| {
            self.markup == Markup::KeepHtml && matches!(acting, incident::Acting::Html { .. })
        };
        if let Some(acting) = incident::acting(text).into_iter().find(|acting| !is_kept(acting)) {
            return Err(FieldError::new(field, acting.to_string()));
        }
        if let Some(word) = mixed_word(text) {
            let code: String = word.escape_unicode().collect();
            self.notes.push((
                field.to_owned(),
                format!("the word `{word}` ({code}) has letters of several scripts that look alike"),
            ));
        }
        Ok(())
    }
}

fn with_whole_address(mut members: Map) -> Map {
    let address = members.text("url").filter(|url| !is_whole_address(url)).map(str::to_owned);
    if let Some(address) = address {
        let _no_address = members.remove("url");
        members.set("description", address);
    }
    members
}

/// An absolute URI by its form (RFC 3986): a scheme, two strokes, and octets that may stand in one.
fn is_whole_address(url: &str) -> bool {
    let Some((scheme, rest)) = url.split_once("://") else { return false };
    let is_scheme = scheme.starts_with(|first: char| first.is_ascii_alphabetic())
        && scheme.bytes().all(|octet| octet.is_ascii_alphanumeric() || matches!(octet, b'+' | b'-' | b'.'));
    let is_of_uri = |octet: u8| {
        octet.is_ascii_graphic() && !matches!(octet, b'<' | b'>' | b'"' | b'{' | b'}' | b'|' | b'\\' | b'^' | b'`')
    };
    is_scheme && !rest.is_empty() && rest.bytes().all(is_of_uri)
}

/// One id in one database is one reference, whatever else stands beside it; without an id, the address tells.
fn refers_to_same(one: &Map, other: &Map) -> bool {
    let both = |name: &str| one.text(name).is_some() && one.text(name) == other.text(name);
    match (one.text("external_id"), other.text("external_id")) {
        (Some(_), Some(_)) => both("source_name") && both("external_id"),
        (None, None) => both("url") || one == other,
        (Some(_), None) | (None, Some(_)) => false,
    }
}

/// Scripts whose letters are taken for one another.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Script {
    Latin,
    Greek,
    Cyrillic,
}

const fn script(letter: char) -> Option<Script> {
    match letter {
        'A'..='Z' | 'a'..='z' | '\u{c0}'..='\u{24f}' => Some(Script::Latin),
        '\u{370}'..='\u{3ff}' => Some(Script::Greek),
        '\u{400}'..='\u{52f}' => Some(Script::Cyrillic),
        _ => None,
    }
}

/// The first word in which Latin, Greek and Cyrillic letters stand together. Latin beside Chinese is how Chinese is written.
fn mixed_word(text: &str) -> Option<&str> {
    if text.is_ascii() {
        return None;
    }
    text.split(|character: char| !character.is_alphabetic()).find(|word| {
        let mut scripts = word.chars().filter_map(script);
        let first = scripts.next();
        scripts.any(|other| Some(other) != first)
    })
}
