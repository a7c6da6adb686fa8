//! Pages: keyset cursors, and how many elements one has.

use std::fmt;

use aws_lc_rs::hmac;
use record::base64url;

use crate::form::Form;
use crate::limits::{DEFAULT_PAGE, MAX_CURSOR_CHARACTERS, MAX_PAGE, MAX_PLACE_BYTES};
use crate::member::Member;
use crate::operation::Operation;
use crate::problem::{Problem, ProblemKind};
use crate::shape::Shape;
use crate::values::{Values, put};

/// The parameter with the cursor.
pub const AFTER: &str = "after";

/// The parameter with the most elements of a page.
pub const LIMIT: &str = "limit";

/// What the authenticator covers first, so that it is good for nothing else.
const DOMAIN: &[u8] = b"detente/api/cursor/v1\0";

/// Octets of an authenticator.
const TAG_BYTES: usize = 32;

/// The key of a node's cursors.
///
/// A cursor is the place where a page ended, and an HMAC-SHA-256 over it and over who asked what: it holds no state of ours, so
/// it never expires, and it means nothing to anybody else or for any other question.
#[derive(Clone)]
pub struct PageKey(hmac::Key);

/// What part of a list is wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Paging {
    /// At most so many elements.
    pub limit: usize,
    /// The place of the element before the first one; none for the beginning.
    pub after: Option<Vec<u8>>,
}

/// The parameters of an operation that is answered page by page.
pub(crate) fn members() -> [Member; 2] {
    let limit = Shape::integer(1, i64::from(MAX_PAGE));
    let cursor = Shape::text_of(Form::Any, 1, MAX_CURSOR_CHARACTERS);
    [
        Member::new(LIMIT, "The most elements of one page.", limit).or(i64_json(DEFAULT_PAGE)),
        Member::new(AFTER, "Go on where a page ended: its `next`, for the same filters.", cursor),
    ]
}

fn i64_json(value: u16) -> record::json::Json {
    record::json::Json::count(value)
}

impl PageKey {
    /// A key from 32 octets that nobody can predict, kept as long as the node.
    #[must_use]
    pub fn from_octets(octets: &[u8; 32]) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, octets))
    }

    /// What part of a list a caller wants.
    ///
    /// # Errors
    /// [`ProblemKind::Cursor`] for a cursor that was not given out to this caller for this operation and these filters.
    pub fn paging(&self, caller: &str, operation: &Operation, values: &Values) -> Result<Paging, Problem> {
        let limit = values.integer(LIMIT).and_then(|limit| usize::try_from(limit).ok());
        let place = |cursor| self.place(cursor, &binding(caller, operation, values));
        let after = match values.text(AFTER) {
            Some(cursor) => Some(place(cursor).ok_or_else(|| Problem::new(ProblemKind::Cursor))?),
            None => None,
        };
        Ok(Paging { limit: limit.unwrap_or_else(|| usize::from(DEFAULT_PAGE)), after })
    }

    /// The cursor behind the last element of a page; none for a place that is longer than [`MAX_PLACE_BYTES`].
    #[must_use]
    pub fn next(&self, place: &[u8], caller: &str, operation: &Operation, values: &Values) -> Option<String> {
        if place.len() > MAX_PLACE_BYTES {
            return None;
        }
        let tag = hmac::sign(&self.0, &message(place, &binding(caller, operation, values)));
        Some(base64url::encode(&[place, tag.as_ref()].concat()))
    }

    fn place(&self, cursor: &str, binding: &[u8]) -> Option<Vec<u8>> {
        if cursor.len() > MAX_CURSOR_CHARACTERS {
            return None;
        }
        let octets = base64url::decode(cursor).ok()?;
        let (place, tag) = octets.split_last_chunk::<TAG_BYTES>()?;
        hmac::verify(&self.0, &message(place, binding), tag).ok()?;
        Some(place.to_vec())
    }
}

/// How many elements a page has may change from one to the next; what is asked may not.
fn binding(caller: &str, operation: &Operation, values: &Values) -> Vec<u8> {
    let mut octets = Vec::new();
    put(&mut octets, b'w', caller.as_bytes());
    put(&mut octets, b'o', operation.id.as_bytes());
    octets.extend(values.octets_without(&[AFTER, LIMIT]));
    octets
}

fn message(place: &[u8], binding: &[u8]) -> Vec<u8> {
    let mut octets = DOMAIN.to_vec();
    put(&mut octets, b'p', place);
    octets.extend_from_slice(binding);
    octets
}

impl fmt::Debug for PageKey {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("PageKey(..)")
    }
}
