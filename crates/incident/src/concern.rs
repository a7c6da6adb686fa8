//! Text that would act on its reader: controls that turn the order of reading, and HTML.
//!
//! It is named with its place. What to do about it is a person's choice: a text that was quietly changed is no longer what its
//! author said.

use std::fmt;

use record::json::{Json, Map};
use record::path::Path;

/// A place whose text would act on its reader.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Concern {
    /// Where.
    pub place: Path,
    /// What stands there.
    pub what: Acting,
}

/// What in a text acts on its reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Acting {
    /// A control that turns the direction in which text is shown.
    #[non_exhaustive]
    BidiControl {
        /// The control.
        character: char,
        /// Where it begins, in octets.
        offset: usize,
    },
    /// The beginning of an HTML tag or comment, or an HTML character reference.
    #[non_exhaustive]
    Html {
        /// Where it begins, in octets.
        offset: usize,
    },
}

impl fmt::Display for Acting {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BidiControl { character, offset } => {
                let code = u32::from(*character);
                write!(out, "holds U+{code:04X} at octet {offset}, which turns the order of reading; take it out")
            }
            Self::Html { offset } => write!(out, "holds HTML at octet {offset}; write plain text"),
        }
    }
}

/// The concerns about one text, in the order of their places.
#[must_use]
pub fn acting(text: &str) -> Vec<Acting> {
    let controls = text::bidi_controls(text);
    let mut found: Vec<(usize, Acting)> = controls
        .map(|one| (one.offset, Acting::BidiControl { character: one.character, offset: one.offset }))
        .collect();
    found.extend(html(text).map(|offset| (offset, Acting::Html { offset })));
    found.sort_by_key(|(offset, _)| *offset);
    found.into_iter().map(|(_, acting)| acting).collect()
}

fn html(text: &str) -> impl Iterator<Item = usize> {
    let openings = text.match_indices('<').filter(|(offset, _)| is_tag(after(text, *offset)));
    let references = text.match_indices('&').filter(|(offset, _)| is_reference(after(text, *offset)));
    openings.chain(references).map(|(offset, _)| offset)
}

fn after(text: &str, offset: usize) -> &str {
    text.get(offset.saturating_add(1)..).unwrap_or_default()
}

/// HTML opens a tag only where a letter, `/` with a letter, `!` or `?` follows directly: `a < b` is no tag.
fn is_tag(rest: &str) -> bool {
    let name = rest.strip_prefix('/').unwrap_or(rest);
    name.starts_with(|first: char| first.is_ascii_alphabetic()) || rest.starts_with('!') || rest.starts_with('?')
}

/// Characters of the longest name of a character reference in HTML, and one more.
const REFERENCE_BYTES_MAX: usize = 32;

/// `&lt;` or `&#60;`: a name or number, then a semicolon. `R&D; more` has one too, and is named like it.
fn is_reference(rest: &str) -> bool {
    let Some((name, _)) = rest.split_once(';') else { return false };
    let digits = name.strip_prefix('#').unwrap_or(name);
    !digits.is_empty() && name.len() <= REFERENCE_BYTES_MAX && digits.bytes().all(|octet| octet.is_ascii_alphanumeric())
}

/// The concerns about every text below a place.
pub(crate) fn concerns(members: &Map, place: &Path) -> Vec<Concern> {
    members.iter().flat_map(|(name, value)| of_value(value, &place.child(name))).collect()
}

/// The concerns about every text in a value.
pub(crate) fn of_value(value: &Json, place: &Path) -> Vec<Concern> {
    match value {
        Json::String(text) => acting(text).into_iter().map(|what| Concern { place: place.clone(), what }).collect(),
        Json::Object(members) => concerns(members, place),
        Json::Array(elements) => {
            let slots = elements.iter().enumerate();
            slots.flat_map(|(slot, element)| of_value(element, &place.slot(slot))).collect()
        }
        Json::Null | Json::Bool(_) | Json::Number(_) => Vec::new(),
    }
}
