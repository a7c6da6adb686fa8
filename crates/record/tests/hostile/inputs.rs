//! What an author would sign, and must not: content that could pass for digests, or that nobody could read again.

use record::json::{self, ParseErrorKind as K};
use record::path::Path;
use record::stix::{StixError as S, StixObject, check_reserved};
use record::{Draft, RecordError as R};

use super::{Case, Refusal, attempt};
use crate::records::stage::{INCIDENT, incident, map, member};

/// A good incident with one property more, as JSON text.
macro_rules! input {
    ($name:literal, $pattern:pat $(if $guard:expr)?, $property:literal = $value:expr) => {
        attempt!($name, $pattern $(if $guard)?, |_| {
            let text = format!(r#"{{"{}":{},{}"#, $property, $value, &incident().into_map().to_text().split_off(1));
            let json::Json::Object(members) = json::parse(text.as_bytes())? else { panic!("no object") };
            StixObject::from_map(members)?;
            Ok(())
        })
    };
}

macro_rules! reserved {
    ($name:literal, $property:literal = $value:expr) => {
        input!($name, Refusal::Stix(S::ReservedName { .. }), $property = $value)
    };
}

macro_rules! draft {
    ($name:literal, $pattern:pat, $draft:expr) => {
        attempt!($name, Refusal::Record($pattern), |_| {
            let _draft: Draft = $draft?;
            Ok(())
        })
    };
}

pub(super) const CASES: &[Case] = &[
    reserved!("an input with _sd", "_sd" = "[]"),
    reserved!("an input with _sd_alg", "_sd_alg" = "\"sha-256\""),
    reserved!("an input with three points", "..." = "\"x\""),
    reserved!("an input with _sd inside a property", "x" = r#"{"_sd":[]}"#),
    reserved!("an input with _sd_alg inside a property", "x" = r#"{"y":{"_sd_alg":1}}"#),
    reserved!("an input with three points in a list", "x" = r#"[[{"...":"y"}]]"#),
    reserved!("an input with an element's digest", "object_refs" = r#"[{"...":"AAAA"}]"#),
    reserved!(
        "an input with _sd at 50 levels",
        "x" = { format!("{}{}{}", "[".repeat(50), r#"{"_sd":1}"#, "]".repeat(50)) }
    ),
    attempt!("an input with _sd in an extension", Refusal::Stix(S::ReservedName { .. }), |_| {
        let mut object = incident().into_map();
        object.set("extensions", map(&format!(r#"{{"{INCIDENT}":{{"place":{{"_sd":["x"]}}}}}}"#)));
        StixObject::from_map(object)?;
        Ok(())
    }),
    attempt!("a label with three points", Refusal::Stix(S::ReservedName { .. }), |_| {
        check_reserved(&map(r#"{"tags":[{"...":"x"}]}"#), &Path::aside_root())?;
        Ok(())
    }),
    input!(
        "an input with a duplicate key",
        Refusal::Json(json::ParseError { kind: K::DuplicateKey { .. }, .. }),
        "type" = { "\"note\"" }
    ),
    input!(
        "an input with a name of 251 octets",
        Refusal::Json(json::ParseError { kind: K::KeyTooLong, .. }),
        "x" = { format!(r#"{{"{}":1}}"#, "y".repeat(251)) }
    ),
    input!("an input with a null", Refusal::Stix(S::Null { .. }), "x" = "null"),
    input!("an input with an empty list", Refusal::Stix(S::EmptyList { .. }), "x" = "[]"),
    input!(
        "an input that nests too deep",
        Refusal::Stix(S::TooDeep { .. }),
        "x" = { format!("{}1{}", "[".repeat(60), "]".repeat(60)) }
    ),
    draft!("a second version numbered 1", R::BadAside { name: "version" }, {
        Draft::after(incident(), 1, record::digest::RecordDigest::of(b""))
    }),
    draft!("257 members", R::TooManyMembers { count: 257 }, {
        Draft::new(incident()).with_members(vec![member("one"); 257])
    }),
    draft!("a member twice", R::RepeatedMember { .. }, {
        Draft::new(incident()).with_members(vec![member("one"), member("two"), member("one")])
    }),
];
