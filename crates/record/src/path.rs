//! Names of places in a record.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

use crate::limits::{MAX_JSON_DEPTH, MAX_NAME_BYTES, MAX_PATH_BYTES};

/// A place in a record's processed payload: a JSON Pointer (RFC 6901) from the payload's root.
///
/// A number names an element's *slot* in the committed array, counted from 0 with hidden elements and decoys among the
/// others, so that a place has one name whatever is shown. Every path begins at `/object` or `/aside`.
///
/// Ordered as a tree: a place stands directly before the places below it, which makes them one range of a sorted map.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Path(Box<str>);

/// The claims of a payload that hold content.
const ROOTS: [&str; 2] = ["/object", "/aside"];

impl Path {
    /// The whole object.
    #[must_use]
    pub fn object_root() -> Self {
        Self("/object".into())
    }

    /// The whole of what stands beside the object: twins, `previous`, `version`, members.
    #[must_use]
    pub fn aside_root() -> Self {
        Self("/aside".into())
    }

    /// A property of the object.
    #[must_use]
    pub fn object(name: &str) -> Self {
        Self::object_root().child(name)
    }

    /// A property beside the object.
    #[must_use]
    pub fn aside(name: &str) -> Self {
        Self::aside_root().child(name)
    }

    /// The property `name` of the object at this place.
    ///
    /// Names are expected to come from parsed JSON, whose limits are those of a path.
    #[must_use]
    pub fn child(&self, name: &str) -> Self {
        let mut text = String::with_capacity(self.0.len().saturating_add(name.len()).saturating_add(1));
        text.push_str(&self.0);
        push_segment(&mut text, name);
        Self(text.into())
    }

    /// The element in slot `slot` (from 0) of the array at this place.
    #[must_use]
    pub fn slot(&self, slot: usize) -> Self {
        Self(format!("{}/{slot}", self.0).into())
    }

    /// A pointer that this crate has built segment by segment with [`push_segment`].
    pub(crate) fn known(pointer: &str) -> Self {
        Self(pointer.into())
    }

    /// The pointer's text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The names and slots from the root on, unescaped.
    pub fn segments(&self) -> impl Iterator<Item = Cow<'_, str>> {
        self.0.split('/').skip(1).map(unescape)
    }

    /// The last name or slot, unescaped.
    #[must_use]
    pub fn last(&self) -> Cow<'_, str> {
        self.0.rsplit_once('/').map_or(Cow::Borrowed(""), |(_, last)| unescape(last))
    }

    /// The place one step up; `None` at a root.
    #[must_use]
    pub fn parent(&self) -> Option<Self> {
        let (above, _) = self.0.rsplit_once('/')?;
        (!above.is_empty()).then(|| Self(above.into()))
    }

    /// True if this place is `other` or lies below it.
    #[must_use]
    pub fn is_within(&self, other: &Self) -> bool {
        let below = self.0.strip_prefix(&*other.0);
        below.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }

    /// What the tree order compares: the separator sorts before every octet of a name.
    fn order_key(&self) -> impl Iterator<Item = u16> {
        self.0.bytes().map(|octet| if octet == b'/' { 0 } else { u16::from(octet).saturating_add(1) })
    }
}

/// Adds `/` and an escaped name to a pointer.
pub(crate) fn push_segment(pointer: &mut String, name: &str) {
    pointer.push('/');
    if !name.bytes().any(|octet| octet == b'~' || octet == b'/') {
        return pointer.push_str(name);
    }
    for character in name.chars() {
        match character {
            '~' => pointer.push_str("~0"),
            '/' => pointer.push_str("~1"),
            other => pointer.push(other),
        }
    }
}

fn unescape(segment: &str) -> Cow<'_, str> {
    if segment.contains('~') {
        Cow::Owned(segment.replace("~1", "/").replace("~0", "~"))
    } else {
        Cow::Borrowed(segment)
    }
}

impl Ord for Path {
    fn cmp(&self, other: &Self) -> Ordering {
        self.order_key().cmp(other.order_key())
    }
}

impl PartialOrd for Path {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for Path {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

impl fmt::Debug for Path {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Path({:?})", self.0)
    }
}

impl FromStr for Path {
    type Err = NotAPath;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        check(text).map_err(|reason| NotAPath { text: text.chars().take(128).collect(), reason })?;
        Ok(Self(text.into()))
    }
}

fn check(text: &str) -> Result<(), &'static str> {
    if text.len() > MAX_PATH_BYTES {
        return Err("it is too long");
    }
    let rooted = ROOTS
        .iter()
        .any(|root| text.strip_prefix(root).is_some_and(|rest| matches!(rest.chars().next(), None | Some('/'))));
    if !rooted {
        return Err("it should begin with `/object` or `/aside`");
    }
    if text.bytes().filter(|octet| *octet == b'/').count() > MAX_JSON_DEPTH {
        return Err("it has too many segments");
    }
    // Taking escapes out makes no segment longer.
    let is_long = |segment: &str| segment.len() > MAX_NAME_BYTES && unescape(segment).len() > MAX_NAME_BYTES;
    if text.split('/').any(is_long) {
        return Err("a segment is too long");
    }
    let escapes_fit = text.split('~').skip(1).all(|after| after.starts_with(['0', '1']));
    if escapes_fit { Ok(()) } else { Err("`~` should be followed by `0` or `1`") }
}

/// A text is not a path.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{}` is not a path such as /object/description: {reason}", text.escape_debug())]
#[non_exhaustive]
pub struct NotAPath {
    /// What stood there, cut to 128 characters.
    pub text: String,
    /// What is wrong with it.
    pub reason: &'static str,
}
