//! Bundles out of checked objects.

use std::borrow::Borrow;
use std::fmt;
use std::str::FromStr;

use record::json::Json;

use super::checked::CheckedObject;

/// The id of a bundle: `bundle--` and a UUID.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BundleId(String);

/// A text is not the id of a bundle.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an id such as bundle--5d0092c5-5f74-4287-9642-33f4c354e56d")]
#[non_exhaustive]
pub struct NotABundleId;

impl FromStr for BundleId {
    type Err = NotABundleId;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let is_bundle = super::check::parts(text).is_some_and(|(named, _)| named == "bundle");
        if is_bundle { Ok(Self(text.to_owned())) } else { Err(NotABundleId) }
    }
}

impl fmt::Display for BundleId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

/// A bundle piece by piece, for whoever writes it somewhere: as many objects as there are need not be held at once.
pub fn pieces(
    id: &BundleId,
    objects: impl IntoIterator<Item = impl Borrow<CheckedObject>>,
) -> impl Iterator<Item = String> {
    bundle_pieces(&id.0, objects)
}

/// A whole bundle.
#[must_use]
pub fn bundle(id: &BundleId, objects: impl IntoIterator<Item = impl Borrow<CheckedObject>>) -> String {
    pieces(id, objects).collect()
}

/// A whole bundle whose id the caller vouches for.
pub(crate) fn bundle_text(id: &str, objects: &[CheckedObject]) -> String {
    bundle_pieces(id, objects).collect()
}

/// An empty list may not stand (STIX 2.1 section 2.12), so a bundle without objects has none.
fn bundle_pieces(
    id: &str,
    objects: impl IntoIterator<Item = impl Borrow<CheckedObject>>,
) -> impl Iterator<Item = String> {
    let head = format!("{{\"type\":\"bundle\",\"id\":{}", Json::text(id).to_text());
    let mut objects = objects.into_iter().peekable();
    let (open, close) = if objects.peek().is_some() { (",\"objects\":[\n", "\n]}\n") } else { ("", "}\n") };
    let mut sign = "";
    let listed = objects.map(move |object| {
        let piece = format!("{sign}{}", object.borrow().as_map().to_text());
        sign = ",\n";
        piece
    });
    std::iter::once(format!("{head}{open}")).chain(listed).chain(std::iter::once(close.to_owned()))
}
