//! Putting back what was disclosed (RFC 9901 section 7.1).
//!
//! A disclosure that no digest stands for is refused, as the RFC demands and not every library does: it would travel under
//! a signature that does not cover it.

use crate::digest::DisclosureDigest;
use crate::json::{Json, Map};
use crate::limits::{MAX_DIGEST_SETS, MAX_JSON_DEPTH, MAX_PLACE_BYTES};
use crate::path::{Path, push_segment};
use crate::sd_jwt::{Claim, DisclosureError};

/// A payload with its disclosed parts put back.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Resolved {
    /// The claims, without digests.
    pub claims: Map,
    /// Where each disclosure belongs.
    pub layout: Layout,
}

/// What a payload commits to, and which part of it was disclosed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Layout {
    /// For each disclosure, in order, the place that it opens.
    pub places: Vec<Path>,
    /// Every `_sd` and every array of digests, outer ones first.
    pub sets: Vec<DigestSet>,
}

/// An `_sd`, or an array with digests in it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct DigestSet {
    /// The object or array that holds it.
    pub at: Path,
    /// Properties or elements.
    pub form: SetForm,
    /// Digests in all, decoys included.
    pub total: usize,
    /// How many of them were disclosed.
    pub shown: usize,
    /// True if the digests were sorted and each was one; array elements are never sorted.
    pub is_regular: bool,
}

/// What the digests of a set stand for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "RFC 9901 has these two forms")]
pub enum SetForm {
    /// Properties of an object.
    Properties,
    /// Elements of an array.
    Elements,
}

/// Why disclosures do not fit a payload.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ResolveError {
    /// A disclosure that cannot be read.
    #[error("disclosure {index}: {source}")]
    Disclosure {
        /// Its place in the envelope, from 0.
        index: usize,
        /// What is wrong with it.
        source: DisclosureError,
    },
    /// Two disclosures are the same.
    #[error("disclosure {index} stands twice")]
    Repeated {
        /// The place of one of them, from 0.
        index: usize,
    },
    /// A disclosure that no digest stands for: from another record, changed, or its parent is withheld.
    #[error(
        "disclosure {index} belongs to no digest of this record: it was changed, comes from another record, or its parent is withheld"
    )]
    Unreferenced {
        /// Its place in the envelope, from 0.
        index: usize,
    },
    /// A digest stands at two places, so one disclosure would open both.
    #[error("the digest {digest} stands twice")]
    DigestRepeated {
        /// The digest.
        digest: DisclosureDigest,
    },
    /// A property's disclosure where an element's should be, or the other way round.
    #[error("disclosure {index} opens {at} in the wrong form")]
    WrongForm {
        /// Its place in the envelope, from 0.
        index: usize,
        /// The place it opens.
        at: String,
    },
    /// A disclosed property that the object has already.
    #[error("`{at}` is disclosed although it stands there already")]
    AlreadyThere {
        /// The place.
        at: String,
    },
    /// More objects and arrays with digests in them than any record has.
    #[error("more than {MAX_DIGEST_SETS} objects and arrays hold digests")]
    TooManySets,
    /// Disclosures inside disclosures nest deeper than any text may, or name a longer place than any record has: a small
    /// text could exhaust stack or memory.
    #[error(
        "disclosures nest deeper than {MAX_JSON_DEPTH} levels, or name a place longer than {MAX_PLACE_BYTES} octets"
    )]
    TooDeep,
    /// A reserved name where it has no meaning.
    #[error("the reserved name `{name}` stands at `{at}` in a form that RFC 9901 does not have")]
    Reserved {
        /// The name.
        name: &'static str,
        /// The object it stands in.
        at: String,
    },
}

/// Puts the disclosures, in base64url, back into `payload`.
///
/// # Errors
/// [`ResolveError`] unless every disclosure opens exactly one digest of the payload or of another disclosure.
pub fn resolve(payload: Map, disclosures: &[String]) -> Result<Resolved, ResolveError> {
    let mut claims = Vec::with_capacity(disclosures.len());
    let mut buffer = Vec::with_capacity(512);
    for (index, text) in disclosures.iter().enumerate() {
        let claim = Claim::read_with(text, &mut buffer).map_err(|source| ResolveError::Disclosure { index, source })?;
        claims.push((DisclosureDigest::of(text), claim));
    }
    resolve_claims(payload, claims)
}

/// As [`resolve`], for claims whose digests are known. Apart so that a test can hand in a cycle, which nobody can make
/// with a hash.
pub(crate) fn resolve_claims(payload: Map, claims: Vec<(DisclosureDigest, Claim)>) -> Result<Resolved, ResolveError> {
    let mut order: Vec<_> = claims.iter().enumerate().map(|(index, (digest, _))| (*digest, index)).collect();
    order.sort_unstable();
    if let Some([_, (_, index)]) = order.array_windows().find(|[(one, _), (next, _)]| one == next) {
        return Err(ResolveError::Repeated { index: *index });
    }
    let count = claims.len();
    let claims = claims.into_iter().map(|(_, claim)| Some(claim)).collect();
    let mut resolver =
        Resolver { order, claims, places: vec![None; count], seen: Vec::with_capacity(64), sets: Vec::new(), depth: 0 };
    let mut whole = Json::Object(payload);
    resolver.value(&mut whole, &mut String::with_capacity(128))?;
    resolver.finish(whole)
}

/// Up to this many members a disclosed name is compared with each that is there; beyond it names are sorted once at the end,
/// since 2,000 of them beside 100,000 in clear would take seconds.
const SCAN_MEMBERS: usize = 64;

struct Resolver {
    /// Digests of the disclosures, sorted, each with its index.
    order: Vec<(DisclosureDigest, usize)>,
    claims: Vec<Option<Claim>>,
    places: Vec<Option<Path>>,
    seen: Vec<DisclosureDigest>,
    sets: Vec<DigestSet>,
    depth: usize,
}

impl Resolver {
    /// Resolves a value in place. `at` is its JSON Pointer, the same again on return.
    fn value(&mut self, value: &mut Json, at: &mut String) -> Result<(), ResolveError> {
        if self.depth > MAX_JSON_DEPTH {
            return Err(ResolveError::TooDeep);
        }
        self.depth = self.depth.saturating_add(1);
        match value {
            Json::Object(members) => self.object(members, at)?,
            Json::Array(elements) => self.array(elements, at)?,
            Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) => {}
        }
        self.depth = self.depth.saturating_sub(1);
        Ok(())
    }

    fn object(&mut self, members: &mut Map, at: &mut String) -> Result<(), ResolveError> {
        for name in ["...", "_sd_alg"] {
            let is_header = name == "_sd_alg" && at.is_empty();
            if members.contains(name) && !is_header {
                return Err(ResolveError::Reserved { name, at: at.clone() });
            }
        }
        for (name, value) in members.iter_mut().filter(|(name, _)| *name != "_sd") {
            let length = at.len();
            push_segment(at, name);
            self.value(value, at)?;
            at.truncate(length);
        }
        match members.remove("_sd") {
            None => Ok(()),
            Some(Json::Array(digests)) => self.properties(members, &digests, at),
            Some(_) => Err(ResolveError::Reserved { name: "_sd", at: at.clone() }),
        }
    }

    fn properties(&mut self, members: &mut Map, digests: &[Json], at: &mut String) -> Result<(), ResolveError> {
        let mut texts = Vec::with_capacity(digests.len());
        for digest in digests {
            texts.push(digest.as_str().ok_or_else(|| ResolveError::Reserved { name: "_sd", at: at.clone() })?);
        }
        let is_sorted = texts.is_sorted();
        let decoded: Vec<_> = texts.iter().filter_map(|text| text.parse().ok()).collect();
        let is_regular = is_sorted && decoded.len() == digests.len();
        self.seen.extend_from_slice(&decoded);
        // In the order of the disclosures, which is the order in which the author wrote the properties.
        let mut opened: Vec<_> = decoded.iter().filter_map(|digest| self.find(digest)).collect();
        opened.sort_unstable();
        let (at_path, total, shown) = (named(at)?, digests.len(), opened.len());
        self.push_set(DigestSet { at: at_path, form: SetForm::Properties, total, shown, is_regular })?;
        opened.into_iter().try_for_each(|index| self.open_property(members, index, at))?;
        if members.len() > SCAN_MEMBERS { check_unique(members, at) } else { Ok(()) }
    }

    fn open_property(&mut self, members: &mut Map, index: usize, at: &mut String) -> Result<(), ResolveError> {
        let Claim::Property { name, mut value } = self.take(index)? else {
            return Err(ResolveError::WrongForm { index, at: at.clone() });
        };
        let length = at.len();
        push_segment(at, &name);
        if members.len() < SCAN_MEMBERS && members.contains(&name) {
            return Err(ResolveError::AlreadyThere { at: at.clone() });
        }
        self.place(index, at)?;
        self.value(&mut value, at)?;
        at.truncate(length);
        members.push_unique(name, value);
        Ok(())
    }

    fn array(&mut self, elements: &mut Vec<Json>, at: &mut String) -> Result<(), ResolveError> {
        if elements.iter().any(|element| element.as_object().is_some_and(|members| members.contains("..."))) {
            return self.elements(elements, at);
        }
        for (slot, element) in elements.iter_mut().enumerate() {
            let length = at.len();
            push_segment(at, &slot.to_string());
            self.value(element, at)?;
            at.truncate(length);
        }
        Ok(())
    }

    fn elements(&mut self, elements: &mut Vec<Json>, at: &mut String) -> Result<(), ResolveError> {
        let place = self.sets.len();
        let (at_path, total) = (named(at)?, elements.len());
        self.push_set(DigestSet { at: at_path, form: SetForm::Elements, total, shown: 0, is_regular: true })?;
        let (mut shown, mut is_regular) = (0_usize, true);
        let mut kept = Vec::new();
        for (slot, mut element) in std::mem::take(elements).into_iter().enumerate() {
            let length = at.len();
            push_segment(at, &slot.to_string());
            match digest_of(&element, at)? {
                Slot::Plain => {
                    is_regular = false;
                    self.value(&mut element, at)?;
                    kept.push(element);
                }
                Slot::Malformed => is_regular = false,
                Slot::Digest(digest) => {
                    if let Some(element) = self.open_element(digest, at)? {
                        shown = shown.saturating_add(1);
                        kept.push(element);
                    }
                }
            }
            at.truncate(length);
        }
        *elements = kept;
        if let Some(set) = self.sets.get_mut(place) {
            (set.shown, set.is_regular) = (shown, is_regular);
        }
        Ok(())
    }

    fn open_element(&mut self, digest: DisclosureDigest, at: &mut String) -> Result<Option<Json>, ResolveError> {
        self.seen.push(digest);
        let Some(index) = self.find(&digest) else { return Ok(None) };
        let Claim::Element(mut value) = self.take(index)? else {
            return Err(ResolveError::WrongForm { index, at: at.clone() });
        };
        self.place(index, at)?;
        self.value(&mut value, at)?;
        Ok(Some(value))
    }

    fn find(&self, digest: &DisclosureDigest) -> Option<usize> {
        let found = self.order.binary_search_by(|(known, _)| known.cmp(digest)).ok()?;
        self.order.get(found).map(|(_, index)| *index)
    }

    /// Each disclosure opens one digest; a second one for the same digest would be a repetition or a cycle.
    fn take(&mut self, index: usize) -> Result<Claim, ResolveError> {
        let claim = self.claims.get_mut(index).and_then(Option::take);
        claim.ok_or_else(|| ResolveError::DigestRepeated { digest: self.digest_at(index) })
    }

    fn digest_at(&self, index: usize) -> DisclosureDigest {
        let found = self.order.iter().find(|(_, known)| *known == index);
        found.map_or(DisclosureDigest::from_octets([0; 32]), |(digest, _)| *digest)
    }

    fn place(&mut self, index: usize, at: &str) -> Result<(), ResolveError> {
        if let Some(place) = self.places.get_mut(index) {
            *place = Some(named(at)?);
        }
        Ok(())
    }

    fn push_set(&mut self, set: DigestSet) -> Result<(), ResolveError> {
        if self.sets.len() >= MAX_DIGEST_SETS {
            return Err(ResolveError::TooManySets);
        }
        self.sets.push(set);
        Ok(())
    }

    fn finish(mut self, whole: Json) -> Result<Resolved, ResolveError> {
        self.seen.sort_unstable();
        if let Some([digest, _]) = self.seen.array_windows().find(|[one, next]| one == next) {
            return Err(ResolveError::DigestRepeated { digest: *digest });
        }
        let mut places = Vec::with_capacity(self.places.len());
        for (index, place) in self.places.into_iter().enumerate() {
            places.push(place.ok_or(ResolveError::Unreferenced { index })?);
        }
        let claims = if let Json::Object(claims) = whole { claims } else { Map::new() };
        Ok(Resolved { claims, layout: Layout { places, sets: self.sets } })
    }
}

fn check_unique(members: &Map, at: &str) -> Result<(), ResolveError> {
    let mut names: Vec<_> = members.names().collect();
    names.sort_unstable();
    names.array_windows().find(|[one, next]| one == next).map_or(Ok(()), |[name, _]| {
        let mut at = at.to_owned();
        push_segment(&mut at, name);
        Err(ResolveError::AlreadyThere { at })
    })
}

/// The name of a place, if it is short enough to be one: every place that is kept costs its name.
fn named(at: &str) -> Result<Path, ResolveError> {
    if at.len() > MAX_PLACE_BYTES { Err(ResolveError::TooDeep) } else { Ok(Path::known(at)) }
}

enum Slot {
    /// An element in clear.
    Plain,
    /// `{"...": digest}`
    Digest(DisclosureDigest),
    /// `{"...": text}` with a text that is no digest: a decoy to RFC 9901, an irregularity to us.
    Malformed,
}

fn digest_of(element: &Json, at: &str) -> Result<Slot, ResolveError> {
    let Some(members) = element.as_object() else { return Ok(Slot::Plain) };
    match (members.get("..."), members.len()) {
        (None, _) => Ok(Slot::Plain),
        (Some(Json::String(text)), 1) => Ok(text.parse().map_or(Slot::Malformed, Slot::Digest)),
        _ => Err(ResolveError::Reserved { name: "...", at: at.to_owned() }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::parse;

    fn digest(number: u8) -> DisclosureDigest {
        DisclosureDigest::from_octets([number; 32])
    }

    /// A payload whose `_sd` holds these digests.
    fn holding(digests: &[u8]) -> Map {
        Map::new().with("_sd", Json::Array(digests.iter().map(|number| digest(*number).to_string().into()).collect()))
    }

    fn property(name: &str, value: impl Into<Json>) -> Claim {
        Claim::Property { name: name.to_owned(), value: value.into() }
    }

    fn resolved(payload: Map, claims: Vec<(u8, Claim)>) -> Result<Resolved, ResolveError> {
        resolve_claims(payload, claims.into_iter().map(|(number, claim)| (digest(number), claim)).collect())
    }

    #[test]
    fn a_disclosure_inside_itself_is_refused() {
        let refused = resolved(holding(&[1]), vec![(1, property("a", holding(&[1])))]);
        assert_eq!(refused, Err(ResolveError::DigestRepeated { digest: digest(1) }));
    }

    #[test]
    fn two_disclosures_inside_each_other_are_refused() {
        let claims = vec![(1, property("a", holding(&[2]))), (2, property("b", holding(&[1])))];
        assert_eq!(resolved(holding(&[1]), claims), Err(ResolveError::DigestRepeated { digest: digest(1) }));
    }

    #[test]
    fn an_element_inside_itself_is_refused() {
        let array = format!(r#"[{{"...":"{}"}}]"#, digest(1));
        let payload = Map::new().with("a", parse(array.as_bytes()).unwrap());
        let refused = resolved(payload, vec![(1, Claim::Element(parse(array.as_bytes()).unwrap()))]);
        assert_eq!(refused, Err(ResolveError::DigestRepeated { digest: digest(1) }));
    }

    #[test]
    fn a_cycle_that_the_payload_does_not_reach_is_unreferenced() {
        let claims = vec![(1, property("a", holding(&[2]))), (2, property("b", holding(&[1])))];
        assert_eq!(resolved(holding(&[3]), claims), Err(ResolveError::Unreferenced { index: 0 }));
    }

    #[test]
    fn one_name_is_disclosed_once_however_many_stand_beside_it() {
        for count in [1, 63, 64, 65, 200] {
            let digests: Vec<u8> = (0..=count).collect();
            let mut claims: Vec<_> =
                digests.iter().map(|number| (*number, property(&format!("a{number}"), true_value()))).collect();
            assert_eq!(resolved(holding(&digests), claims.clone()).unwrap().claims.len(), digests.len());
            claims[0] = (0, property(&format!("a{count}"), true_value()));
            let refused = resolved(holding(&digests), claims);
            assert_eq!(refused, Err(ResolveError::AlreadyThere { at: format!("/a{count}") }), "{count}");
        }
    }

    const fn true_value() -> Json {
        Json::Bool(true)
    }
}
