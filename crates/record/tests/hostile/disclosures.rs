//! Disclosures that cannot be read, belong nowhere, or say something that was not signed.

use record::base64url;
use record::json::{Json, Map, ParseErrorKind as K};
use record::sd_jwt::DisclosureError as E;
use record::sd_jwt::resolve::ResolveError as D;
use record::{Draft, RecordError as R, Selection, VerifyError};

use super::forgery::{Forgery, sd, slots};
use super::{Case, World, refused};
use crate::records::stage::incident;

macro_rules! resolve {
    ($name:literal, $pattern:pat, $text:expr) => {
        refused!($name, VerifyError::Record(R::Disclosures($pattern)), $text)
    };
}

/// A disclosure of these octets, which the author signed.
macro_rules! disclosure {
    ($name:literal, $pattern:pat, $octets:expr) => {
        resolve!($name, D::Disclosure { source: $pattern, .. }, |world| {
            Forgery::new().with_disclosure(&$octets).sign(&world.alice)
        })
    };
}

macro_rules! json {
    ($name:literal, $kind:pat, $octets:expr) => {
        disclosure!($name, E::Json(record::json::ParseError { kind: $kind, .. }), $octets)
    };
}

const SALT: &str = "AAAAAAAAAAAAAAAAAAAAAA";

pub(super) const CASES: &[Case] = &[
    // Octets that are no disclosure.
    json!("a disclosure that is no JSON", K::UnexpectedCharacter { .. }, "disclosure"),
    json!("an empty disclosure", K::UnexpectedEnd { .. }, ""),
    json!("a disclosure that is not UTF-8", K::InvalidUtf8, [b"[\"", SALT.as_bytes(), b"\",\"\xff\"]"].concat()),
    json!("a disclosure with a duplicate key", K::DuplicateKey { .. }, with(r#""x",{"a":1,"a":2}"#)),
    json!("a disclosure with an integer of 2^53", K::IntegerOutOfRange, with(r#""x",9007199254740992"#)),
    json!("a disclosure with a lone surrogate", K::LoneSurrogate, with(r#""x","\ud800""#)),
    json!("a name with a lone surrogate", K::LoneSurrogate, with(r#""\udfff",1"#)),
    json!("a disclosure with a name of 251 octets", K::KeyTooLong, with(&format!(r#""{}",1"#, "x".repeat(251)))),
    json!("a disclosure with a deep name of 251 octets", K::KeyTooLong, {
        with(&format!(r#""x",{{"{}":1}}"#, "x".repeat(251)))
    }),
    json!("a disclosure of one level too many", K::TooDeep, {
        with(&format!(r#""x",{}{}"#, "[".repeat(64), "]".repeat(64)))
    }),
    json!("a disclosure with something after it", K::TrailingData, with(r#""x",1"#) + "[]"),
    disclosure!("a disclosure that is an object", E::NotADisclosure, r#"{"x":1}"#),
    disclosure!("a disclosure that is a text", E::NotADisclosure, r#""x""#),
    disclosure!("a disclosure of no element", E::NotADisclosure, "[]"),
    disclosure!("a disclosure of one element", E::NotADisclosure, format!(r#"["{SALT}"]"#)),
    disclosure!("a disclosure of four elements", E::NotADisclosure, with(r#""x",1,2"#)),
    disclosure!("a name that is a number", E::NotADisclosure, with("1,2")),
    disclosure!("a name that is null", E::NotADisclosure, with("null,2")),
    disclosure!("a salt that is a number", E::NotADisclosure, r#"[1234567890123456,"x",1]"#),
    disclosure!("an empty salt", E::ShortSalt, r#"["","x",1]"#),
    disclosure!("a salt of 120 bits", E::ShortSalt, r#"["AAAAAAAAAAAAAAAAAAAA","x",1]"#),
    disclosure!("an element with a short salt", E::ShortSalt, r#"["salt",1]"#),
    disclosure!("the reserved name _sd", E::ReservedName { .. }, with(r#""_sd",[]"#)),
    disclosure!("the reserved name of three points", E::ReservedName { .. }, with(r#""...",1"#)),
    disclosure!("the reserved name _sd_alg", E::ReservedName { .. }, with(r#""_sd_alg","sha-256""#)),
    disclosure!("the reserved name _sd in an escape", E::ReservedName { .. }, with(r#""\u005fsd",[]"#)),
    resolve!("a disclosure with stray bits", D::Disclosure { source: E::Encoding(_), .. }, |world| {
        with_disclosures(world, |texts| {
            let place = texts.iter().position(|text| text.len() % 4 != 0).unwrap();
            texts[place] = super::envelopes::stray(&texts[place]);
        })
    }),
    resolve!("a disclosure of one character", D::Disclosure { source: E::Encoding(_), .. }, |world| {
        with_disclosures(world, |texts| texts[0] = "A".to_owned())
    }),
    // Disclosures that belong nowhere.
    resolve!("a disclosure that no digest stands for", D::Unreferenced { .. }, |world| {
        let mut forged = Forgery::new();
        let _unused = forged.property("x", "1");
        forged.sign(&world.alice)
    }),
    resolve!("a disclosure from another record", D::Unreferenced { .. }, |world| {
        let other = world.alice.sign(Draft::new(incident()), "another");
        with_disclosures(world, |texts| texts[0].clone_from(&other.envelope().disclosures()[0]))
    }),
    resolve!("a disclosure of a sealed record's twin", D::Unreferenced { .. }, |world| {
        let sealed = world.alice.sign(Draft::new(incident()), "another").present(&Selection::nothing()).unwrap();
        let text = sealed.envelope().to_json();
        text.replacen("[]", &format!("[\"{}\"]", world.disclosures()[0]), 1)
    }),
    resolve!("a disclosure with another salt", D::Unreferenced { .. }, |world| {
        rewritten(world, |text| text.replacen("[\"", "[\"A", 1))
    }),
    resolve!("a disclosure with white space", D::Unreferenced { .. }, |world| {
        rewritten(world, |text| text.replacen(',', ", ", 1))
    }),
    resolve!("a disclosure with another value", D::Unreferenced { .. }, |world| {
        rewritten(world, |text| text.replacen("incident", "accident", 1))
    }),
    resolve!("a disclosure whose parent is withheld", D::Unreferenced { .. }, |world| {
        with_disclosures(world, |texts| {
            // Disclosures inside the extensions stand before that of the extensions themselves.
            let parent = texts.iter().position(|text| decoded(text).contains("\"extensions\""));
            drop(texts.remove(parent.unwrap()));
        })
    }),
    resolve!("an element whose array is withheld", D::Unreferenced { .. }, |world| {
        with_disclosures(world, |texts| {
            let array = texts.iter().position(|text| decoded(text).contains("\"external_references\""));
            drop(texts.remove(array.unwrap()));
        })
    }),
    resolve!("a disclosure twice", D::Repeated { .. }, |world| {
        with_disclosures(world, |texts| texts.push(texts[0].clone()))
    }),
    resolve!("a disclosure twice and far apart", D::Repeated { .. }, |world| {
        with_disclosures(world, |texts| texts.insert(20, texts[1].clone()))
    }),
    resolve!("two disclosures of one property", D::AlreadyThere { .. }, |world| {
        Forgery::new().object("x", "1").object("x", "2").sign(&world.alice)
    }),
    resolve!("two disclosures of one claim beside the object", D::AlreadyThere { .. }, |world| {
        Forgery::new().aside("version", "2").sign(&world.alice)
    }),
    resolve!("a property that an extension has in clear already", D::AlreadyThere { .. }, |world| {
        let mut forged = Forgery::new();
        let severity = forged.property("severity", "\"hazard\"");
        let digests = sd(&[severity]).replacen('{', r#"{"severity":"incident","#, 1);
        let extensions = format!(r#"{{"{}":{digests}}}"#, crate::records::stage::INCIDENT);
        forged.object("extensions", &extensions).sign(&world.alice)
    }),
    resolve!("an element in a property's place", D::WrongForm { .. }, |world| {
        let mut forged = Forgery::new();
        let element = forged.element("1");
        forged.object_digest(element).sign(&world.alice)
    }),
    resolve!("a property in an element's place", D::WrongForm { .. }, |world| {
        let mut forged = Forgery::new();
        let property = forged.property("x", "1");
        let array = slots(&[property]);
        forged.object("object_refs", &array).sign(&world.alice)
    }),
    // Reserved names inside what is disclosed.
    resolve!("_sd_alg inside a property", D::Reserved { name: "_sd_alg", .. }, |world| {
        Forgery::new().object("x", r#"{"y":{"_sd_alg":"sha-256"}}"#).sign(&world.alice)
    }),
    resolve!("a text as _sd inside a property", D::Reserved { name: "_sd", .. }, |world| {
        Forgery::new().object("x", r#"[{"_sd":"y"}]"#).sign(&world.alice)
    }),
    resolve!("three points inside an object", D::Reserved { name: "...", .. }, |world| {
        Forgery::new().object("x", r#"{"...":"y"}"#).sign(&world.alice)
    }),
    resolve!("three points beside the object", D::Reserved { name: "...", .. }, |world| {
        Forgery::new().aside("x", r#"{"y":{"...":"z"}}"#).sign(&world.alice)
    }),
    resolve!("65 levels of disclosures inside disclosures", D::TooDeep, |world| chain(65).sign(&world.alice)),
];

fn with(rest: &str) -> String {
    format!(r#"["{SALT}",{rest}]"#)
}

fn decoded(disclosure: &str) -> String {
    String::from_utf8(base64url::decode(disclosure).unwrap()).unwrap()
}

fn with_disclosures(world: &World, change: impl FnOnce(&mut Vec<String>)) -> String {
    let mut texts = world.disclosures().to_vec();
    change(&mut texts);
    let texts = Json::Array(texts.into_iter().map(Json::from).collect());
    world.edited(|envelope| envelope.set("header", Map::new().with("disclosures", texts)))
}

/// The first disclosure, that of `type`, with other octets.
fn rewritten(world: &World, change: fn(&str) -> String) -> String {
    with_disclosures(world, |texts| {
        let (old, new) = (decoded(&texts[0]), change(&decoded(&texts[0])));
        assert_ne!(old, new);
        texts[0] = base64url::encode(new.as_bytes());
    })
}

/// So many properties, each of which is disclosed inside the one before.
pub(super) fn chain(levels: usize) -> Forgery {
    let mut forged = Forgery::new();
    let innermost = forged.property("x", "1");
    let outermost = (1..levels).fold(innermost, |inner, _| forged.property("x", &sd(&[inner])));
    forged.object_digest(outermost)
}
