//! What a value may look like: written into the document, and checked in requests.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use record::json::{Json, Map};

use crate::form::Form;
use crate::limits::{MAX_FILE_BYTES, MAX_LIST_ELEMENTS};
use crate::member::Member;

/// What a value may look like.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Shape {
    /// `true` or `false`.
    Flag,
    /// A whole number within bounds, both included.
    #[non_exhaustive]
    Integer {
        /// The least.
        min: i64,
        /// The greatest.
        max: i64,
    },
    /// A text, its length in characters.
    #[non_exhaustive]
    Text {
        /// Its form.
        form: Form,
        /// The fewest characters.
        min: usize,
        /// The most characters.
        max: usize,
    },
    /// One of some words.
    Choice(Vec<String>),
    /// A list, of at least and at most so many.
    #[non_exhaustive]
    List {
        /// What each element looks like.
        of: Box<Self>,
        /// The fewest.
        min: usize,
        /// The most.
        max: usize,
    },
    /// The content of a file: `{"text": ...}`, or `{"base64": ...}` for octets that are no text.
    File,
    /// An object with these members and no other.
    Object(Vec<Member>),
    /// Any object. In answers, what a command has to say; in requests, an object that is handed on as it is.
    AnyObject,
    /// This, or `null`. In answers alone.
    OrNull(Box<Self>),
    /// The one or the other: whichever fits first.
    Either(Box<Self>, Box<Self>),
}

impl Shape {
    /// Whether it has room for a file: then a request can be long.
    #[must_use]
    pub fn has_files(&self) -> bool {
        match self {
            Self::File => true,
            Self::List { of, .. } => of.has_files(),
            Self::OrNull(inner) => inner.has_files(),
            Self::Either(one, other) => one.has_files() || other.has_files(),
            Self::Object(members) => members.iter().any(|member| member.shape.has_files()),
            Self::Flag | Self::Integer { .. } | Self::Text { .. } | Self::Choice(_) | Self::AnyObject => false,
        }
    }

    /// A whole number within bounds.
    #[must_use]
    pub const fn integer(min: i64, max: i64) -> Self {
        Self::Integer { min, max }
    }

    /// A size or an index: from 0 to the greatest whole number that every reader of JSON keeps.
    #[must_use]
    pub const fn count() -> Self {
        Self::integer(0, record::limits::MAX_SAFE_INTEGER)
    }

    /// A text with some content, of the usual length.
    #[must_use]
    pub const fn text() -> Self {
        Self::form(Form::Any)
    }

    /// A text of a form, and of a length that such texts have.
    #[must_use]
    pub const fn form(form: Form) -> Self {
        let (min, max) = form.length();
        Self::text_of(form, min, max)
    }

    /// A text of a form and a length.
    #[must_use]
    pub const fn text_of(form: Form, min: usize, max: usize) -> Self {
        Self::Text { form, min, max }
    }

    /// One of some words.
    #[must_use]
    pub fn choice<T: Into<String>>(words: impl IntoIterator<Item = T>) -> Self {
        Self::Choice(words.into_iter().map(Into::into).collect())
    }

    /// A list of any length that a request may have.
    #[must_use]
    pub fn list(of: Self) -> Self {
        Self::list_of(of, 0, MAX_LIST_ELEMENTS)
    }

    /// A list of a length.
    #[must_use]
    pub fn list_of(of: Self, min: usize, max: usize) -> Self {
        Self::List { of: Box::new(of), min, max }
    }

    /// This, or `null`.
    #[must_use]
    pub fn or_null(self) -> Self {
        Self::OrNull(Box::new(self))
    }

    /// This, or the other.
    #[must_use]
    pub fn or_else(self, other: Self) -> Self {
        Self::Either(Box::new(self), Box::new(other))
    }

    /// As JSON Schema 2020-12 has it.
    #[must_use]
    pub fn schema(&self) -> Map {
        match self {
            Self::Flag => Map::new().with("type", "boolean"),
            Self::Integer { min, max } => {
                Map::new().with("type", "integer").with("minimum", number(*min)).with("maximum", number(*max))
            }
            Self::Text { form, min, max } => text_schema(*form, *min, *max),
            Self::Choice(words) => {
                let words = words.iter().map(|word| Json::text(word.as_str())).collect();
                Map::new().with("type", "string").with("enum", Json::Array(words))
            }
            Self::List { of, min, max } => Map::new()
                .with("type", "array")
                .with("items", of.schema())
                .with("minItems", Json::count(*min))
                .with("maxItems", Json::count(*max)),
            Self::File => Map::new().with("$ref", "#/components/schemas/File"),
            Self::Object(members) => object_schema(members),
            Self::AnyObject => Map::new().with("type", "object"),
            Self::OrNull(of) => any_of(of.schema(), Map::new().with("type", "null")),
            Self::Either(one, other) => any_of(one.schema(), other.schema()),
        }
    }
}

fn any_of(one: Map, other: Map) -> Map {
    Map::new().with("anyOf", Json::Array(vec![one.into(), other.into()]))
}

fn number(value: i64) -> Json {
    Json::integer(value).unwrap_or(Json::Null)
}

fn text_schema(form: Form, min: usize, max: usize) -> Map {
    let mut schema = Map::new().with("type", "string").with("minLength", Json::count(min));
    schema.set("maxLength", Json::count(max));
    if let Some(pattern) = form.pattern() {
        schema.set("pattern", pattern);
    }
    if let Some(format) = form.format() {
        schema.set("format", format);
    }
    schema
}

/// An object with these members and no other.
pub(crate) fn object_schema(members: &[Member]) -> Map {
    let properties: Map = members.iter().map(|member| (member.name.as_str(), Json::from(member.schema()))).collect();
    let required: Vec<_> =
        members.iter().filter(|member| member.is_required).map(|member| Json::text(member.name.as_str())).collect();
    let mut schema = Map::new().with("type", "object").with("properties", properties);
    if !required.is_empty() {
        schema.set("required", Json::Array(required));
    }
    schema.set("additionalProperties", Json::Bool(false));
    schema
}

/// The content of a file, as the document describes it once.
pub(crate) fn file_schema() -> Map {
    let text = Map::new()
        .with("type", "string")
        .with("maxLength", Json::count(MAX_FILE_BYTES))
        .with("description", "The file's text, in UTF-8.");
    let base64 = Map::new()
        .with("type", "string")
        .with("contentEncoding", "base64")
        .with("maxLength", Json::count(MAX_BASE64_CHARACTERS))
        .with("pattern", BASE64_PATTERN)
        .with("description", "The file's octets in base64 with padding (RFC 4648 section 4).");
    let only = |name: &str, schema: Map| -> Json {
        Map::new()
            .with("type", "object")
            .with("properties", Map::new().with(name, schema))
            .with("required", Json::Array(vec![Json::text(name)]))
            .with("additionalProperties", Json::Bool(false))
            .into()
    };
    Map::new()
        .with("description", "The content of a file: one of the two members. A name of it is never taken.")
        .with("oneOf", Json::Array(vec![only("text", text), only("base64", base64)]))
}

/// The content of a file as an answer has it: `{"text": ...}` if it is text, else `{"base64": ...}`.
#[must_use]
pub fn file_json(octets: &[u8]) -> Map {
    match std::str::from_utf8(octets) {
        Ok(text) => Map::new().with("text", text),
        Err(_) => Map::new().with("base64", STANDARD.encode(octets)),
    }
}

/// Characters that the largest file has in base64.
pub(crate) const MAX_BASE64_CHARACTERS: usize = MAX_FILE_BYTES.div_ceil(3) * 4;

/// Base64 with padding, one spelling for each value: the last digit before padding has no stray bits.
const BASE64_PATTERN: &str = "^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/][AQgw]==|[A-Za-z0-9+/]{2}[AEIMQUYcgkosw048]=)?$";
