//! What a request holds, after it was checked.

use std::collections::BTreeMap;
use std::fmt;

use record::json::Map;
use zeroize::Zeroizing;

/// A value.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Value {
    /// `true` or `false`.
    Flag(bool),
    /// A whole number.
    Integer(i64),
    /// A text, or one of some words.
    Text(String),
    /// A text that is not shown.
    Secret(Hidden),
    /// The octets of a file.
    File(Vec<u8>),
    /// A list.
    List(Vec<Self>),
    /// The members of an object that is described.
    Object(Values),
    /// An object that is not.
    Any(Map),
}

/// A secret text, wiped when it is dropped.
#[derive(Clone, PartialEq, Eq)]
pub struct Hidden(Zeroizing<String>);

/// Named values: what a request holds, each as its description has it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Values(BTreeMap<String, Value>);

impl Values {
    /// None yet.
    #[must_use]
    pub const fn new() -> Self {
        Self(BTreeMap::new())
    }

    /// Adds one; false if there is one of this name.
    pub fn add(&mut self, name: &str, value: Value) -> bool {
        self.0.insert(name.to_owned(), value).is_none()
    }

    /// A value by its name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name)
    }

    /// A text by its name.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&str> {
        match self.get(name) {
            Some(Value::Text(text)) => Some(text),
            Some(Value::Secret(hidden)) => Some(hidden.reveal()),
            _ => None,
        }
    }

    /// A whole number by its name.
    #[must_use]
    pub fn integer(&self, name: &str) -> Option<i64> {
        if let Some(Value::Integer(integer)) = self.get(name) { Some(*integer) } else { None }
    }

    /// A flag by its name; false if it is not there.
    #[must_use]
    pub fn flag(&self, name: &str) -> bool {
        matches!(self.get(name), Some(Value::Flag(true)))
    }

    /// The texts of a list by its name; none if it is not there.
    #[must_use]
    pub fn texts(&self, name: &str) -> Vec<&str> {
        let Some(Value::List(elements)) = self.get(name) else { return Vec::new() };
        elements
            .iter()
            .filter_map(|element| if let Value::Text(text) = element { Some(text.as_str()) } else { None })
            .collect()
    }

    /// Each with its name, in the order of the names.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value))
    }

    /// Octets that two sets of values share only if they are equal, without those of some names: for cursors, and for telling
    /// two requests apart.
    #[must_use]
    pub fn octets_without(&self, names: &[&str]) -> Vec<u8> {
        let mut octets = Vec::new();
        for (name, value) in self.iter().filter(|(name, _)| !names.contains(name)) {
            put(&mut octets, b'n', name.as_bytes());
            value.put_onto(&mut octets);
        }
        octets
    }
}

impl Value {
    fn put_onto(&self, octets: &mut Vec<u8>) {
        match self {
            Self::Flag(flag) => put(octets, b'f', &[u8::from(*flag)]),
            Self::Integer(integer) => put(octets, b'i', &integer.to_be_bytes()),
            Self::Text(text) => put(octets, b't', text.as_bytes()),
            Self::Secret(hidden) => put(octets, b's', hidden.reveal().as_bytes()),
            Self::File(content) => put(octets, b'c', content),
            Self::Any(map) => put(octets, b'a', map.to_text().as_bytes()),
            Self::Object(values) => put(octets, b'o', &values.octets_without(&[])),
            Self::List(elements) => {
                let mut inner = Vec::new();
                elements.iter().for_each(|element| element.put_onto(&mut inner));
                put(octets, b'l', &inner);
            }
        }
    }
}

/// A part with its kind and its length, so that no two rows of parts have the same octets.
pub(crate) fn put(octets: &mut Vec<u8>, kind: u8, part: &[u8]) {
    octets.push(kind);
    octets.extend_from_slice(&u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
    octets.extend_from_slice(part);
}

impl Hidden {
    /// A secret text.
    #[must_use]
    pub fn new(text: String) -> Self {
        Self(Zeroizing::new(text))
    }

    /// The text.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Hidden {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Hidden(..)")
    }
}
