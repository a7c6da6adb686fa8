//! Entity tags (RFC 9110 sections 8.8.3, 13.1.1 and 13.1.2).

use std::fmt;

use record::base64url;
use record::digest::sha256;

use crate::limits::MAX_ENTITY_TAGS;
use crate::problem::{Problem, ProblemKind};

/// Octets of a digest that a tag has: two answers of one address have one tag once in 2^64 tries.
const TAG_BYTES: usize = 16;

/// A strong entity tag: octet for octet the same answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntityTag(String);

/// One tag of a condition.
struct Given<'a> {
    is_weak: bool,
    opaque: &'a str,
}

impl EntityTag {
    /// The tag of an answer's octets, for one caller: what one may see is no proof of what another sees.
    #[must_use]
    pub fn of(caller: &str, body: &[u8]) -> Self {
        let length = u64::try_from(caller.len()).unwrap_or(u64::MAX).to_be_bytes();
        let digest = sha256(&[b"detente/api/etag/v1\0", &length, caller.as_bytes(), body]);
        Self(base64url::encode(digest.first_chunk::<TAG_BYTES>().map_or(&digest[..], |first| &first[..])))
    }

    /// Whether the caller has this answer already (`If-None-Match`): answer 304 then. A field that cannot be read is as good as
    /// none.
    #[must_use]
    pub fn is_known(&self, if_none_match: Option<&str>) -> bool {
        let Some(field) = if_none_match else { return false };
        // Weak comparison, as section 13.1.2 has it.
        field.trim() == "*" || given(field).is_some_and(|tags| tags.iter().any(|tag| tag.opaque == self.0))
    }

    /// Whether a change may go on (`If-Match`), where the thing to be changed has this tag, or is not there.
    ///
    /// # Errors
    /// [`ProblemKind::Precondition`]. A condition that cannot be read does not hold.
    pub fn check(current: Option<&Self>, if_match: Option<&str>) -> Result<(), Problem> {
        let Some(field) = if_match else { return Ok(()) };
        let holds = current.is_some_and(|tag| field.trim() == "*" || tag.is_among(field));
        if holds { Ok(()) } else { Err(Problem::new(ProblemKind::Precondition)) }
    }

    /// Strong comparison, as section 13.1.1 has it.
    fn is_among(&self, field: &str) -> bool {
        given(field).is_some_and(|tags| tags.iter().any(|tag| !tag.is_weak && tag.opaque == self.0))
    }
}

/// `"a", W/"b"`; none if it is no such list.
fn given(field: &str) -> Option<Vec<Given<'_>>> {
    let (mut tags, mut rest) = (Vec::new(), field.trim());
    while !rest.is_empty() {
        if tags.len() == MAX_ENTITY_TAGS {
            return None;
        }
        let (is_weak, quoted) = rest.strip_prefix("W/").map_or((false, rest), |quoted| (true, quoted));
        let (opaque, after) = quoted.strip_prefix('"')?.split_once('"')?;
        tags.push(Given { is_weak, opaque });
        let after = after.trim_start();
        rest = if after.is_empty() { after } else { after.strip_prefix(',')?.trim_start() };
    }
    (!tags.is_empty()).then_some(tags)
}

/// As it stands in `ETag`, in quotes.
impl fmt::Display for EntityTag {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "\"{}\"", self.0)
    }
}
