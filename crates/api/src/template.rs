//! Paths with places for values.

use std::fmt;
use std::str::FromStr;

use crate::request::percent_decoded;

/// A path such as `/api/v1/records/{digest}`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Template {
    text: String,
    segments: Vec<Segment>,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Segment {
    Fixed(String),
    Variable(String),
}

/// A text is no path with places.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is no path: write `/`, then words of letters, digits, `-` and `.`, or one name in braces, between slashes"
)]
#[non_exhaustive]
pub struct NotATemplate(pub String);

impl Template {
    /// As it is written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The names in braces, in their order.
    pub fn variables(&self) -> impl Iterator<Item = &str> {
        self.segments.iter().filter_map(|segment| match segment {
            Segment::Variable(name) => Some(name.as_str()),
            Segment::Fixed(_) => None,
        })
    }

    /// What stands in the places of a path that has this form, decoded; none if it has another form.
    pub(crate) fn values(&self, path: &str) -> Option<Vec<(&str, String)>> {
        let mut found = Vec::new();
        let mut parts = path.strip_prefix('/')?.split('/');
        for segment in &self.segments {
            let part = parts.next()?;
            match segment {
                Segment::Fixed(word) if word == part => {}
                Segment::Fixed(_) => return None,
                // What cannot be decoded names nothing.
                Segment::Variable(name) => {
                    found.push((name.as_str(), percent_decoded(part, false).filter(|it| !it.is_empty())?));
                }
            }
        }
        parts.next().is_none().then_some(found)
    }
}

impl FromStr for Template {
    type Err = NotATemplate;

    fn from_str(text: &str) -> Result<Self, NotATemplate> {
        let wrong = || NotATemplate(text.to_owned());
        let path = text.strip_prefix('/').ok_or_else(wrong)?;
        let segments: Option<Vec<_>> = path.split('/').map(segment).collect();
        Ok(Self { text: text.to_owned(), segments: segments.ok_or_else(wrong)? })
    }
}

fn segment(text: &str) -> Option<Segment> {
    let is_word = |text: &str, marks: &[u8]| {
        !text.is_empty() && text.bytes().all(|octet| octet.is_ascii_alphanumeric() || marks.contains(&octet))
    };
    match text.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) {
        Some(name) => is_word(name, b"_").then(|| Segment::Variable(name.to_owned())),
        None => is_word(text, b"-.").then(|| Segment::Fixed(text.to_owned())),
    }
}

impl fmt::Display for Template {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.text)
    }
}
