//! Pages: keyset cursors, and how many elements one has.

use std::fmt;
use std::sync::Arc;

use aws_lc_rs::aead::{AES_256_GCM_SIV, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
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

/// What each of the two keys follows from, so that it is good for nothing else.
const NAMING: &[u8] = b"detente/api/cursor-nonce/v2\0";
const SEALING: &[u8] = b"detente/api/cursor-key/v2\0";

/// Octets by which cursors grow: how long a place is tells little of where it is.
const STEP_BYTES: usize = 64;

/// What ends a place within its padding.
const END: u8 = 0x80;

/// The key of a node's cursors.
///
/// A cursor is the place where a page ended, sealed with AES-256-GCM-SIV together with who asked what: it holds no state of ours,
/// so it never expires, it means nothing to anybody else or for any other question, and nobody reads in it how many rows lie
/// between two pages. The nonce follows from the place and the question (HMAC-SHA-256), so that one place has one cursor and an
/// answer that has not changed has the same tag.
#[derive(Clone)]
pub struct PageKey {
    naming: hmac::Key,
    /// None if this machine's cryptography refuses the key, which it does for none: then no cursor is given out or taken.
    sealing: Option<Arc<LessSafeKey>>,
}

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
        let root = hmac::Key::new(hmac::HMAC_SHA256, octets);
        let naming = hmac::Key::new(hmac::HMAC_SHA256, hmac::sign(&root, NAMING).as_ref());
        let sealing = UnboundKey::new(&AES_256_GCM_SIV, hmac::sign(&root, SEALING).as_ref()).ok();
        Self { naming, sealing: sealing.map(|key| Arc::new(LessSafeKey::new(key))) }
    }

    /// What part of a list a caller wants.
    ///
    /// # Errors
    /// [`ProblemKind::Cursor`] for a cursor that was not given out to this caller for this operation and these filters.
    pub fn paging(&self, caller: &str, operation: &Operation, values: &Values) -> Result<Paging, Problem> {
        let limit = values.integer(LIMIT).and_then(|limit| usize::try_from(limit).ok());
        let place = |cursor| self.place(cursor, binding(caller, operation, values));
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
        self.seal(place, binding(caller, operation, values))
    }

    /// The place from which a page for people goes on, sealed for this account and what the page was asked for; none for a place that is
    /// longer than [`MAX_PLACE_BYTES`].
    #[must_use]
    pub fn seal_for(&self, place: &[u8], caller: &str, asked: &[&str]) -> Option<String> {
        if place.len() > MAX_PLACE_BYTES {
            return None;
        }
        self.seal(place, binding_of_page(caller, asked))
    }

    /// The place that was sealed for this account and this question; none for anything else.
    #[must_use]
    pub fn open_for(&self, sealed: &str, caller: &str, asked: &[&str]) -> Option<Vec<u8>> {
        self.place(sealed, binding_of_page(caller, asked))
    }

    fn seal(&self, place: &[u8], binding: Vec<u8>) -> Option<String> {
        let mut octets = padded(place);
        let nonce = self.nonce(place, &binding)?;
        let sealed = Nonce::assume_unique_for_key(nonce);
        self.sealing.as_ref()?.seal_in_place_append_tag(sealed, Aad::from(binding), &mut octets).ok()?;
        Some(base64url::encode(&[&nonce[..], &octets].concat()))
    }

    fn nonce(&self, place: &[u8], binding: &[u8]) -> Option<[u8; NONCE_LEN]> {
        let mut message = Vec::new();
        put(&mut message, b'p', place);
        message.extend_from_slice(binding);
        hmac::sign(&self.naming, &message).as_ref().first_chunk().copied()
    }

    fn place(&self, cursor: &str, binding: Vec<u8>) -> Option<Vec<u8>> {
        if cursor.len() > MAX_CURSOR_CHARACTERS {
            return None;
        }
        let octets = base64url::decode(cursor).ok()?;
        let (nonce, sealed) = octets.split_first_chunk::<NONCE_LEN>()?;
        let (nonce, mut sealed) = (Nonce::assume_unique_for_key(*nonce), sealed.to_vec());
        let opened = self.sealing.as_ref()?.open_in_place(nonce, Aad::from(binding), &mut sealed).ok()?;
        let end = opened.iter().rposition(|octet| *octet == END)?;
        opened.get(..end).map(<[u8]>::to_vec)
    }
}

/// A place, its end, and zeros up to the next step.
fn padded(place: &[u8]) -> Vec<u8> {
    let mut octets = place.to_vec();
    octets.push(END);
    octets.resize(octets.len().next_multiple_of(STEP_BYTES), 0);
    octets
}

/// How many elements a page has may change from one to the next; what is asked may not.
fn binding(caller: &str, operation: &Operation, values: &Values) -> Vec<u8> {
    let mut octets = Vec::new();
    put(&mut octets, b'w', caller.as_bytes());
    put(&mut octets, b'o', operation.id.as_bytes());
    octets.extend(values.octets_without(&[AFTER, LIMIT]));
    octets
}

/// As of an operation; it begins otherwise, so that neither is taken for the other.
fn binding_of_page(caller: &str, asked: &[&str]) -> Vec<u8> {
    let mut octets = Vec::new();
    put(&mut octets, b'h', caller.as_bytes());
    asked.iter().for_each(|part| put(&mut octets, b'q', part.as_bytes()));
    octets
}

impl fmt::Debug for PageKey {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("PageKey(..)")
    }
}
