//! Cursors: where a page ended, in the words of the server.

use std::fmt;

use aws_lc_rs::hmac;
use record::base64url;
use record::stix::StixId;

use crate::collection::CollectionId;
use crate::date::DateAdded;
use crate::limits::MAX_CURSOR_CHARACTERS;

/// What the authenticator covers first, so that it is good for nothing else.
const DOMAIN: &[u8] = b"detente/taxii/cursor/v1\0";

/// Octets of a place, before its authenticator.
const PLACE_BYTES: usize = 8;

/// The key of a node's cursors.
///
/// A cursor is a date and an HMAC-SHA-256 over it and over what was asked: it holds no state of ours, so it never expires, and
/// it means nothing to anybody else or for any other question. A node that changes its key makes all cursors bad; their
/// holders are told so, and go on with `added_after`, which loses nothing either.
#[derive(Clone)]
pub struct CursorKey(hmac::Key);

/// Which pages a cursor leads through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Manifest,
    Objects,
    Object,
    Versions,
}

/// What a cursor is bound to.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Binding<'a> {
    pub(crate) caller: &'a [u8],
    pub(crate) collection: CollectionId,
    pub(crate) kind: Kind,
    pub(crate) object: Option<&'a StixId>,
    pub(crate) filters: &'a str,
}

impl CursorKey {
    /// A key from 32 octets that nobody can predict, kept as long as the node.
    #[must_use]
    pub fn from_octets(octets: &[u8; 32]) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, octets))
    }

    pub(crate) fn cursor(&self, last: DateAdded, binding: Binding<'_>) -> String {
        let place = last.micros().to_be_bytes();
        let tag = hmac::sign(&self.0, &binding.octets(place));
        base64url::encode(&[&place, tag.as_ref()].concat())
    }

    /// The place, if the cursor is ours and bound to just this.
    pub(crate) fn place(&self, cursor: &str, binding: Binding<'_>) -> Option<DateAdded> {
        if cursor.len() > MAX_CURSOR_CHARACTERS {
            return None;
        }
        let octets = base64url::decode(cursor).ok()?;
        let (place, tag) = octets.split_first_chunk::<PLACE_BYTES>()?;
        hmac::verify(&self.0, &binding.octets(*place), tag).ok()?;
        DateAdded::from_micros(i64::from_be_bytes(*place))
    }
}

impl Binding<'_> {
    /// Each part with its length, so that no two bindings have the same octets.
    fn octets(&self, place: [u8; PLACE_BYTES]) -> Vec<u8> {
        let object = self.object.map_or("", StixId::as_str);
        let parts =
            [self.caller, self.collection.octets(), self.kind.word(), object.as_bytes(), self.filters.as_bytes()];
        let mut octets = [DOMAIN, &place].concat();
        for part in parts {
            octets.extend_from_slice(&u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
            octets.extend_from_slice(part);
        }
        octets
    }
}

impl Kind {
    /// The name of the list in the envelope.
    pub(crate) const fn list(self) -> &'static str {
        match self {
            Self::Manifest | Self::Objects | Self::Object => "objects",
            Self::Versions => "versions",
        }
    }

    const fn word(self) -> &'static [u8] {
        match self {
            Self::Manifest => b"manifest",
            Self::Objects => b"objects",
            Self::Object => b"object",
            Self::Versions => b"versions",
        }
    }
}

impl fmt::Debug for CursorKey {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("CursorKey(..)")
    }
}
