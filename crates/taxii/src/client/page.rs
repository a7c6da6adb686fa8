//! The objects of a page, each by itself.

use record::digest::sha256;
use record::json::{self, Json, Map};
use record::time::Timestamp;

use super::fault::Fault;
use crate::envelope::{self, EnvelopeFault};
use crate::limits::MAX_OBJECT_BYTES;

/// Objects of a page, whatever was asked for. Known servers give a thousand; a page lies in memory whole.
pub const MAX_PAGE_PIECES: usize = 10_000;

/// Octets of an id or a version that count: an id has some 80. What is longer is known by its octets alone.
const MAX_NAME_BYTES: usize = 256;

/// Characters of a cursor. Those of known servers have some hundreds.
const MAX_CURSOR_CHARACTERS: usize = 4_096;

/// One object of a page as it came, readable or not.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Piece {
    /// Its octets.
    pub octets: Vec<u8>,
    /// What it is known by: the same id and the same version have the same key, however they are written. What cannot be read, or
    /// has no version, is known by its octets.
    pub key: [u8; 32],
    /// Its id, as far as it has one.
    pub id: Option<String>,
    /// `modified`, otherwise `created`, as it stands there.
    pub version: Option<String>,
}

/// A page that was taken apart.
#[derive(Debug)]
pub(super) struct Parts {
    pub(super) pieces: Vec<Piece>,
    /// Whether the server says that there is more, if it says anything about it.
    pub(super) more: Option<bool>,
    pub(super) next: Option<String>,
}

const WHAT: &str = "the page";

impl Parts {
    pub(super) fn read(body: &[u8]) -> Result<Self, Fault> {
        let wrong = |why: String| Fault::Document { what: WHAT, why };
        let parts =
            envelope::take_apart(body, MAX_PAGE_PIECES).map_err(|fault: EnvelopeFault| wrong(fault.to_string()))?;
        let objects = parts.objects.unwrap_or_default();
        if objects.len() > MAX_PAGE_PIECES {
            return Err(Fault::TooManyObjects);
        }
        let more = match parts.more {
            None | Some(Json::Null) => None,
            Some(Json::Bool(more)) => Some(more),
            Some(Json::Number(_) | Json::String(_) | Json::Array(_) | Json::Object(_)) => {
                return Err(wrong("`more` is neither true nor false".to_owned()));
            }
        };
        let next = cursor(parts.next).map_err(wrong)?;
        Ok(Self { pieces: objects.into_iter().map(Piece::new).collect(), more, next })
    }
}

/// A cursor is any text (section 3.7). Some servers write a number.
fn cursor(value: Option<Json>) -> Result<Option<String>, String> {
    let text = match value {
        None | Some(Json::Null) => return Ok(None),
        Some(Json::String(text)) => text,
        Some(number @ Json::Number(_)) => number.to_text(),
        Some(Json::Bool(_) | Json::Array(_) | Json::Object(_)) => return Err("`next` is no text".to_owned()),
    };
    if text.chars().count() > MAX_CURSOR_CHARACTERS {
        return Err(format!("`next` has more than {MAX_CURSOR_CHARACTERS} characters"));
    }
    // taxii2-client asks with an empty one too, and no server means anything by it.
    Ok((!text.is_empty()).then_some(text))
}

impl Piece {
    fn new(octets: &[u8]) -> Self {
        let members = members_of(octets);
        let text = |name: &str| {
            let text = members.as_ref().and_then(|members| members.text(name));
            text.filter(|text| text.len() <= MAX_NAME_BYTES).map(str::to_owned)
        };
        let id = text("id");
        let version = text("modified").or_else(|| text("created"));
        let key = match (&id, &version) {
            (Some(id), Some(version)) => {
                sha256(&[b"detente/taxii-version/v1\0", id.as_bytes(), b"\0", spelled(version).as_bytes()])
            }
            _ => sha256(&[b"detente/taxii-octets/v1\0", octets]),
        };
        Self { octets: octets.to_vec(), key, id, version }
    }
}

fn members_of(octets: &[u8]) -> Option<Map> {
    match json::parse_within(octets, MAX_OBJECT_BYTES) {
        Ok(Json::Object(members)) => Some(members),
        Ok(_) | Err(_) => None,
    }
}

/// One spelling for each instant; what is no time stands for itself.
fn spelled(version: &str) -> String {
    version.parse::<Timestamp>().map_or_else(|_| version.to_owned(), |time| time.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(texts: [&str; 2]) -> [[u8; 32]; 2] {
        texts.map(|text| Piece::new(text.as_bytes()).key)
    }

    #[test]
    fn one_version_has_one_key_however_it_is_written() {
        let [a, b] = keys([
            r#"{"id":"tool--1","modified":"2026-07-01T00:00:00Z"}"#,
            r#"{ "modified": "2026-07-01T00:00:00.000Z", "id": "tool--1", "name": "other" }"#,
        ]);
        assert_eq!(a, b);
        let [a, b] = keys([
            r#"{"id":"tool--1","modified":"2026-07-01T00:00:00Z"}"#,
            r#"{"id":"tool--1","modified":"2026-07-02T00:00:00Z"}"#,
        ]);
        assert_ne!(a, b);
        let [a, b] = keys([r#"{"id":"url--1","value":"a"}"#, r#"{"id":"url--1","value":"b"}"#]);
        assert_ne!(a, b);
    }

    #[test]
    fn an_id_of_a_page_is_no_name() {
        let long = format!(r#"{{"id":"{}","modified":"2026-07-01T00:00:00Z"}}"#, "x".repeat(1_000));
        assert_eq!(Piece::new(long.as_bytes()).id, None);
    }

    #[test]
    fn a_broken_object_spoils_no_other() {
        let parts =
            Parts::read(br#"{"more":true,"next":7,"objects":[{"id":"a","id":"a"},{"id":"b"},nonsense,{"x":1e999}]}"#)
                .unwrap();
        assert_eq!(parts.pieces.len(), 4);
        assert_eq!(parts.pieces[1].id.as_deref(), Some("b"));
        assert_eq!((parts.more, parts.next.as_deref()), (Some(true), Some("7")));
    }

    #[test]
    fn a_page_without_objects_is_empty() {
        for body in ["{}", r#"{"more":false}"#, r#"{"objects":[]}"#, r#"{"objects":[],"next":""}"#] {
            let parts = Parts::read(body.as_bytes()).unwrap();
            assert!(parts.pieces.is_empty() && parts.next.is_none(), "{body}");
        }
    }

    #[test]
    fn what_is_no_page_is_told() {
        let long = format!(r#"{{"next":"{}"}}"#, "x".repeat(5_000));
        for body in [
            "",
            "[]",
            "{",
            r#"{"objects":{}}"#,
            r#"{"objects":[],"objects":[]}"#,
            r#"{"more":"yes"}"#,
            r#"{"next":[]}"#,
            &long,
        ] {
            assert!(matches!(Parts::read(body.as_bytes()), Err(Fault::Document { .. })), "{body}");
        }
        let many = format!(r#"{{"objects":[{}1]}}"#, "1,".repeat(MAX_PAGE_PIECES));
        assert_eq!(Parts::read(many.as_bytes()).unwrap_err(), Fault::TooManyObjects);
    }
}
