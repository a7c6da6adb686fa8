//! Machine tags: `namespace:predicate` and `namespace:predicate="value"`.

use std::fmt;
use std::str::FromStr;

/// A tag with a meaning that a taxonomy says.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub struct MachineTag {
    /// The taxonomy's name.
    pub namespace: String,
    /// What is said.
    pub predicate: String,
    /// Its value, where it has one.
    pub value: Option<String>,
}

impl MachineTag {
    /// A tag without a value.
    #[must_use]
    pub fn new(namespace: &str, predicate: &str) -> Self {
        Self { namespace: namespace.to_owned(), predicate: predicate.to_owned(), value: None }
    }

    /// The same with a value.
    #[must_use]
    pub fn with_value(self, value: &str) -> Self {
        Self { value: Some(value.to_owned()), ..self }
    }

    /// True if it is of this taxonomy. MISP does not tell upper from lower case in tags.
    #[must_use]
    pub fn is_of(&self, namespace: &str) -> bool {
        self.namespace.eq_ignore_ascii_case(namespace)
    }
}

impl fmt::Display for MachineTag {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}:{}", self.namespace, self.predicate)?;
        self.value.as_ref().map_or(Ok(()), |value| write!(out, "=\"{value}\""))
    }
}

impl FromStr for MachineTag {
    type Err = NotAMachineTag;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (namespace, rest) = text.split_once(':').ok_or(NotAMachineTag)?;
        let (predicate, value) = match rest.split_once('=') {
            None => (rest, None),
            Some((predicate, value)) => (predicate, Some(unquoted(value).ok_or(NotAMachineTag)?)),
        };
        if !is_word(namespace) || !is_word(predicate) {
            return Err(NotAMachineTag);
        }
        Ok(Self { namespace: namespace.to_owned(), predicate: predicate.to_owned(), value: value.map(str::to_owned) })
    }
}

fn is_word(text: &str) -> bool {
    !text.is_empty() && !text.contains(|character: char| character.is_whitespace() || character == '"')
}

fn unquoted(text: &str) -> Option<&str> {
    text.strip_prefix('"')?.strip_suffix('"')
}

/// A tag is no machine tag, but free text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("is no machine tag such as namespace:predicate=\"value\"")]
#[non_exhaustive]
pub struct NotAMachineTag;
