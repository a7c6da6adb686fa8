//! What is properly signed and properly disclosed, and still no record: twins, versions, members, STIX.

use record::kind::Kind;
use record::stix::StixError as S;
use record::{RecordError as R, VerifyError};

use super::forgery::{Forgery, sd, slots};
use super::{Case, refused};
use crate::records::stage::{INCIDENT, member};

macro_rules! record {
    ($name:literal, $pattern:pat $(if $guard:expr)?, $text:expr) => {
        refused!($name, VerifyError::Record($pattern) $(if $guard)?, $text)
    };
}

/// A sound record with a property of the incident extension, and a twin beside it that says something else.
macro_rules! twin {
    ($name:literal, $twin:literal = $says:expr, $of:literal = $original:expr) => {
        record!($name, R::TwinDisagrees { twin: $twin, of: $of, .. }, |world| {
            let mut forged = Forgery::new();
            let original = forged.property($of, $original);
            let extensions = format!(r#"{{"{INCIDENT}":{}}}"#, sd(&[original]));
            forged.object("extensions", &extensions).aside($twin, $says).sign(&world.alice)
        })
    };
}

/// A record that shows this twin, and not what it was made from.
macro_rules! shape {
    ($name:literal, $twin:literal = $says:expr) => {
        record!($name, R::BadTwin { twin: $twin }, |world| Forgery::bare().aside($twin, $says).sign(&world.alice))
    };
}

/// A record whose `aside` holds this claim and no other.
macro_rules! aside {
    ($name:literal, $pattern:pat $(if $guard:expr)?, $claim:literal = $value:expr) => {
        record!($name, $pattern $(if $guard)?, |world| Forgery::bare().aside($claim, $value).sign(&world.alice))
    };
}

/// A record whose object holds this property and no other.
macro_rules! object {
    ($name:literal, $pattern:pat $(if $guard:expr)?, $property:literal = $value:expr) => {
        record!($name, R::Stix($pattern) $(if $guard)?, |world| {
            Forgery::bare().object($property, $value).sign(&world.alice)
        })
    };
}

/// A batch with these members, as JSON texts.
macro_rules! members {
    ($name:literal, $pattern:pat $(if $guard:expr)?, $members:expr) => {
        record!($name, $pattern $(if $guard)?, |world| {
            let mut forged = Forgery::new();
            let members: Vec<String> = $members;
            let digests: Vec<_> = members.iter().map(|member| forged.element(member)).collect();
            let array = slots(&digests);
            forged.aside("members", &array).sign(&world.alice)
        })
    };
}

pub(super) const CASES: &[Case] = &[
    twin!("a twin of another year", "occurred_year" = "\"2025\"", "occurred" = "\"2026-07-01T03:10:00Z\""),
    twin!("a year of a time that is none", "occurred_year" = "\"2026\"", "occurred" = "\"in July 2026\""),
    twin!("a year of a local time", "occurred_year" = "\"2026\"", "occurred" = "\"2026-01-01T00:00:00+08:00\""),
    twin!("a twin of another country", "place_country" = "\"MY\"", "place" = r#"{"country":"SG"}"#),
    twin!("a country of a place without one", "place_country" = "\"SG\"", "place" = r#"{"city":"Queenstown"}"#),
    twin!("a twin of a lower band", "people_affected_band" = "\"1-9\"", "people_affected" = "10"),
    twin!("a band of fewer than none", "people_affected_band" = "\"0\"", "people_affected" = "-1"),
    // Twins whose form is wrong, whether or not their original is shown.
    shape!("a year that is a number", "occurred_year" = "2026"),
    shape!("a year of five digits", "occurred_year" = "\"12026\""),
    shape!("a twin with more inside", "occurred_year" = r#"{"year":"2026"}"#),
    shape!("a country that is a name", "place_country" = "\"Singapore\""),
    shape!("a country in small letters", "place_country" = "\"sg\""),
    shape!("a twin of a wider band", "people_affected_band" = "\"10-999\""),
    shape!("a band that begins in the middle", "people_affected_band" = "\"37-99\""),
    shape!("a band that is a count", "people_affected_band" = "\"37\""),
    record!("a twin of another kind", R::BadTwin { twin: "occurred_year" }, |world| {
        let forged = Forgery::bare().object("type", "\"grouping\"");
        forged.aside("occurred_year", "\"2026\"").sign(&world.alice)
    }),
    // Markings of which a relayer could withhold the strictest.
    record!("markings by element", R::MisplacedDigests { .. }, |world| {
        let mut forged = Forgery::bare();
        let red = forged.element("\"marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1\"");
        let array = slots(&[red]);
        forged.object("object_marking_refs", &array).sign(&world.alice)
    }),
    record!("a label's tags by element", R::MisplacedDigests { .. }, |world| {
        let mut forged = Forgery::bare();
        let tag = forged.element("\"export-controlled\"");
        let tags = forged.property("tags", &slots(&[tag]));
        let label = Kind::of("detente-label").and_then(|kind| kind.extension).unwrap();
        forged.object("extensions", &format!(r#"{{"{label}":{}}}"#, sd(&[tags]))).sign(&world.alice)
    }),
    // Versions.
    aside!("version 0", R::BadAside { name: "version" }, "version" = "0"),
    aside!("a version below 0", R::BadAside { name: "version" }, "version" = "-1"),
    aside!("a version and a half", R::BadAside { name: "version" }, "version" = "1.5"),
    aside!("a version that is no integer", R::BadAside { name: "version" }, "version" = "2.0"),
    aside!("a version that is a text", R::BadAside { name: "version" }, "version" = "\"1\""),
    aside!("a previous version that is no digest", R::BadAside { name: "previous" }, "previous" = "\"none\""),
    aside!("a previous version that is null", R::BadAside { name: "previous" }, "previous" = "null"),
    record!("a first version with a previous one", R::FirstVersionHasPrevious, |world| {
        let previous = format!("\"{}\"", world.full.digest());
        Forgery::new().aside("previous", &previous).sign(&world.alice)
    }),
    // Members.
    aside!("members that are an object", R::BadAside { name: "members" }, "members" = "{}"),
    aside!("members that are a text", R::BadAside { name: "members" }, "members" = "\"all\""),
    aside!("members in clear", R::BadAside { name: "members" }, "members" = &format!("[{}]", member_text("one"))),
    aside!("no members, in clear", R::BadAside { name: "members" }, "members" = "[]"),
    members!("a member that is a text", R::BadAside { name: "members" }, vec!["\"one\"".to_owned()]),
    members!("a member that is null", R::BadAside { name: "members" }, vec!["null".to_owned()]),
    members!("a member that is a list", R::BadAside { name: "members" }, vec!["[]".to_owned()]),
    members!("a member that is empty", R::Stix(S::Missing { .. }), vec!["{}".to_owned()]),
    members!("a member without its id", R::Stix(S::Missing { property: "id" }), vec![r#"{"type":"url"}"#.to_owned()]),
    members!(
        "two members of one id",
        R::RepeatedMember { .. },
        vec![member_text("one"), member_text("two"), member_text("one").replace("signal one", "another one")]
    ),
    members!(
        "a member with a null",
        R::Stix(S::Null { .. }),
        vec![member_text("one").replace("\"signal one\"", "null")]
    ),
    members!(
        "a member that is a bundle",
        R::Stix(S::Bundle),
        vec![r#"{"type":"bundle","id":"bundle--0b21bb40-6ef3-4fc3-9c1b-3ad2a7ef3ed0"}"#.to_owned()]
    ),
    // STIX.
    object!("a property that is null", S::Null { .. }, "x" = "null"),
    object!("a null deep inside a property", S::Null { .. }, "x" = r#"[{"y":[null]}]"#),
    object!(
        "a property that nests too deep",
        S::TooDeep { .. },
        "x" = &format!("{}1{}", "[".repeat(60), "]".repeat(60))
    ),
    object!("a bundle", S::Bundle, "type" = "\"bundle\""),
    object!("a type in capitals", S::Property { .. }, "type" = "\"Incident\""),
    object!("an id that is none", S::Property { .. }, "id" = "\"incident-1\""),
    object!("a time that is none", S::Property { .. }, "created" = "\"yesterday\""),
    object!(
        "an author that is no identity",
        S::Property { .. },
        "created_by_ref" = "\"incident--0b21bb40-6ef3-4fc3-9c1b-3ad2a7ef3ed0\""
    ),
    object!("a confidence of 101", S::Property { .. }, "confidence" = "101"),
    object!("a version of STIX that is not ours", S::Property { .. }, "spec_version" = "\"2.0\""),
    object!("sources that are a text", S::Property { .. }, "external_references" = "\"press\""),
    record!("an id of another type", R::Stix(S::OtherType { .. }), |world| {
        let id = "\"note--0b21bb40-6ef3-4fc3-9c1b-3ad2a7ef3ed0\"";
        Forgery::bare().object("type", "\"incident\"").object("id", id).sign(&world.alice)
    }),
    record!("a version from before its object", R::Stix(S::ModifiedBeforeCreated { .. }), |world| {
        let forged = Forgery::bare().object("created", "\"2026-07-01T03:10:00Z\"");
        forged.object("modified", "\"2026-07-01T03:09:59.999999Z\"").sign(&world.alice)
    }),
    record!("a source without a name", R::Stix(S::Property { .. }), |world| {
        let mut forged = Forgery::new();
        let element = forged.element(r#"{"url":"https://example.org"}"#);
        let array = slots(&[element]);
        forged.object("external_references", &array).sign(&world.alice)
    }),
    record!("an extension of no name", R::Stix(S::Property { .. }), |world| {
        Forgery::new().object("extensions", &format!(r#"{{"ours":{}}}"#, sd(&[]))).sign(&world.alice)
    }),
];

fn member_text(word: &str) -> String {
    member(word).into_map().to_text()
}
