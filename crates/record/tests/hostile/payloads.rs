//! Payloads that are no record's, though their author signed them: claims, and digests where or as they must not be.

use record::json::ParseErrorKind as K;
use record::sd_jwt::resolve::ResolveError as D;
use record::{RecordError as R, VerifyError};

use super::forgery::{Forgery, decoys, sd, sd_as_is, sign, slots, slots_as_is};
use super::{Case, refused};
use crate::records::stage::{FOREIGN, INCIDENT};

macro_rules! record {
    ($name:literal, $pattern:pat $(if $guard:expr)?, $text:expr) => {
        refused!($name, VerifyError::Record($pattern) $(if $guard)?, $text)
    };
}

macro_rules! json {
    ($name:literal, $kind:pat, $payload:expr) => {
        record!($name, R::Payload(record::json::ParseError { kind: $kind, .. }), |world| {
            sign(&world.alice, &Vec::<u8>::from($payload), &[])
        })
    };
}

/// A payload with one claim replaced, added or left out.
macro_rules! claim {
    ($name:literal, $pattern:pat $(if $guard:expr)?, $claim:literal = $value:expr) => {
        record!($name, $pattern $(if $guard)?, |world| {
            Forgery::new().sign_with(&world.alice, &[($claim, $value.to_owned())])
        })
    };
}

/// A record whose `object` holds these digests.
macro_rules! digests {
    ($name:literal, $pattern:pat, $digests:expr) => {
        record!($name, $pattern, |world| {
            let object = sd_as_is(&$digests);
            sign(&world.alice, Forgery::bare().payload(&world.alice, &[("object", object)]).as_bytes(), &[])
        })
    };
}

/// A sound record with one property more, whose value is made with digests.
macro_rules! property {
    ($name:literal, $pattern:pat $(if $guard:expr)?, $property:literal = $value:expr) => {
        record!($name, $pattern $(if $guard)?, |world| {
            let make: fn(&mut Forgery) -> String = $value;
            let mut forged = Forgery::new();
            let value = make(&mut forged);
            forged.object($property, &value).sign(&world.alice)
        })
    };
}

pub(super) const CASES: &[Case] = &[
    // JSON.
    json!("a payload that is no JSON", K::UnexpectedCharacter { .. }, "payload"),
    json!("an empty payload", K::UnexpectedEnd { .. }, ""),
    json!("a duplicate claim", K::DuplicateKey { .. }, r#"{"iss":"a","iss":"b"}"#),
    json!("a duplicate key deep in the payload", K::DuplicateKey { .. }, r#"{"object":{"_sd":[{"a":1,"a":2}]}}"#),
    json!("a payload with an integer of 2^53", K::IntegerOutOfRange, r#"{"iss":-9007199254740992}"#),
    json!("a payload with an integer in other words", K::IntegerOutOfRange, r#"{"iss":1e17}"#),
    json!("a payload with a number beyond doubles", K::NumberOutOfRange, r#"{"iss":1e999}"#),
    json!("a payload with a lone surrogate", K::LoneSurrogate, r#"{"iss":"\udc00\ud800"}"#),
    json!("a payload that is not UTF-8", K::InvalidUtf8, b"{\"iss\":\"\xed\xa0\x80\"}".to_vec()),
    json!("a payload with a byte order mark", K::ByteOrderMark, "\u{FEFF}{}"),
    json!("a payload of one level too many", K::TooDeep, format!("{}{}", "[".repeat(65), "]".repeat(65))),
    json!("a payload with something after it", K::TrailingData, "{} {}"),
    record!("a payload that is a list", R::Claims { .. }, |world| sign(&world.alice, b"[]", &[])),
    // The five claims.
    claim!("no issuer", R::Claims { name, .. } if name == "iss", "iss" = ""),
    claim!("no key record", R::Claims { name, .. } if name == "key_record", "key_record" = ""),
    claim!("no hash", R::Claims { name, .. } if name == "_sd_alg", "_sd_alg" = ""),
    claim!("no object", R::Claims { name, .. } if name == "object", "object" = ""),
    claim!("no aside", R::Claims { name, .. } if name == "aside", "aside" = ""),
    claim!("a claim too many", R::Claims { name, .. } if name == "exp", "exp" = "1"),
    claim!("a claim for key binding", R::Claims { name, .. } if name == "cnf", "cnf" = "{}"),
    claim!("digests at the root", R::Claims { name, .. } if name == "_sd", "_sd" = "[]"),
    claim!("three points at the root", R::Claims { name, .. } if name == "...", "..." = "\"x\""),
    claim!("SHA-512", R::HashUnknown { found } if found == "sha-512", "_sd_alg" = "\"sha-512\""),
    claim!("SHA-256 in capitals", R::HashUnknown { .. }, "_sd_alg" = "\"SHA-256\""),
    claim!("a hash that is a number", R::Claims { name, .. } if name == "_sd_alg", "_sd_alg" = "256"),
    claim!("an issuer that is no party", R::Claims { name, .. } if name == "iss", "iss" = "\"https://example.org\""),
    claim!("a key record that is no digest", R::Claims { name, .. } if name == "key_record", "key_record" = "\"x\""),
    claim!("an object that is null", R::Claims { name, .. } if name == "object", "object" = "null"),
    claim!("an object in clear", R::Claims { name, .. } if name == "object", "object" = r#"{"type":"incident"}"#),
    claim!("an object partly in clear", R::Claims { name, .. } if name == "object", "object" = r#"{"_sd":[],"a":1}"#),
    claim!("an aside without digests", R::Claims { name, .. } if name == "aside", "aside" = "{}"),
    // Digests as they must not be.
    claim!("digests that are an object", R::Disclosures(D::Reserved { name: "_sd", .. }), "object" = r#"{"_sd":{}}"#),
    claim!("digests that are a text", R::Disclosures(D::Reserved { name: "_sd", .. }), "aside" = r#"{"_sd":"x"}"#),
    claim!(
        "a digest that is a number",
        R::Disclosures(D::Reserved { name: "_sd", .. }),
        "object" = r#"{"_sd":[1,2,3,4,5,6,7,8]}"#
    ),
    digests!("no digest", R::IrregularDigests { total: 0, .. }, decoys(0)),
    digests!("7 digests", R::IrregularDigests { total: 7, .. }, sorted(7)),
    digests!("9 digests", R::IrregularDigests { total: 9, .. }, sorted(9)),
    digests!("24 digests", R::IrregularDigests { total: 24, .. }, sorted(24)),
    digests!("300 digests", R::IrregularDigests { total: 300, .. }, sorted(300)),
    digests!("512 digests", R::IrregularDigests { total: 512, .. }, sorted(512)),
    digests!("digests out of order", R::IrregularDigests { total: 8, .. }, {
        let mut digests = sorted(8);
        digests.swap(2, 5);
        digests
    }),
    digests!("a digest that is a word", R::IrregularDigests { total: 8, .. }, replaced(|_| "zzzz".to_owned())),
    digests!("a digest with padding", R::IrregularDigests { .. }, replaced(|digest| format!("{digest}="))),
    digests!("a digest with stray bits", R::IrregularDigests { .. }, replaced(super::envelopes::stray)),
    digests!("a digest of 33 octets", R::IrregularDigests { .. }, replaced(|digest| format!("{digest}A"))),
    digests!("a digest twice in a row", R::Disclosures(D::DigestRepeated { .. }), replaced(|_| sorted(8)[6].clone())),
    record!("a digest in object and aside", R::Disclosures(D::DigestRepeated { .. }), |world| {
        let shared = sd_as_is(&sorted(8));
        let claims = [("object", shared.clone()), ("aside", shared)];
        sign(&world.alice, Forgery::bare().payload(&world.alice, &claims).as_bytes(), &[])
    }),
    record!("one property disclosed at two places", R::Disclosures(D::DigestRepeated { .. }), |world| {
        let mut forged = Forgery::new();
        let digest = forged.property("x", "1");
        forged.object_digest(&*digest).aside_digest(digest).sign(&world.alice)
    }),
    // Digests where they must not be.
    property!(
        "digests inside a property",
        R::MisplacedDigests { .. },
        "x" = |forged| {
            let inner = forged.property("y", "1");
            sd(&[inner])
        }
    ),
    property!("decoys alone inside a property", R::MisplacedDigests { .. }, "x" = |_| sd(&[])),
    property!(
        "digests two levels inside a property",
        R::MisplacedDigests { .. },
        "x" = |forged| {
            let inner = forged.property("y", "1");
            format!(r#"{{"z":[{}]}}"#, sd(&[inner]))
        }
    ),
    property!(
        "elements deep inside a property",
        R::MisplacedDigests { .. },
        "x" = |forged| {
            let inner = forged.element("1");
            format!(r#"{{"y":{}}}"#, slots(&[inner]))
        }
    ),
    property!(
        "digests inside an element",
        R::MisplacedDigests { .. },
        "object_refs" = |forged| {
            let inner = forged.property("y", "1");
            let element = forged.element(&sd(&[inner]));
            slots(&[element])
        }
    ),
    property!(
        "extensions as digests",
        R::MisplacedDigests { .. },
        "extensions" = |forged| {
            let extension = forged.property(INCIDENT, &sd(&[]));
            sd(&[extension])
        }
    ),
    property!(
        "extensions as elements",
        R::MisplacedDigests { .. },
        "extensions" = |forged| {
            let extension = forged.element("{}");
            slots(&[extension])
        }
    ),
    property!(
        "digests deep inside an extension",
        R::MisplacedDigests { .. },
        "extensions" = |forged| {
            let inner = forged.property("country", "\"SG\"");
            let place = forged.property("place", &sd(&[inner]));
            format!(r#"{{"{INCIDENT}":{}}}"#, sd(&[place]))
        }
    ),
    record!("a version as digests", R::MisplacedDigests { .. }, |world| {
        Forgery::new().aside("x", &sd(&[])).sign(&world.alice)
    }),
    record!("a twin as elements", R::MisplacedDigests { .. }, |world| {
        let mut forged = Forgery::new();
        let year = forged.element("\"2026\"");
        let twin = slots(&[year]);
        forged.aside("occurred_year", &twin).sign(&world.alice)
    }),
    // Elements as they must not be.
    property!("7 elements", R::IrregularDigests { total: 7, .. }, "object_refs" = |_| slots_as_is(&decoys(7))),
    property!("300 elements", R::IrregularDigests { total: 300, .. }, "object_refs" = |_| slots_as_is(&decoys(300))),
    property!(
        "an element in clear among digests",
        R::IrregularDigests { total: 8, .. },
        "object_refs" = |_| { slots_as_is(&decoys(7)).replacen('[', r#"["clear","#, 1) }
    ),
    property!(
        "an element whose digest is a word",
        R::IrregularDigests { .. },
        "object_refs" = |_| { slots_as_is(&decoys(7)).replacen('[', r#"[{"...":"word"},"#, 1) }
    ),
    property!(
        "an element's digest with company",
        R::Disclosures(D::Reserved { name: "...", .. }),
        "object_refs" = |_| slots_as_is(&decoys(7)).replacen('[', r#"[{"...":"word","x":1},"#, 1)
    ),
    property!(
        "an element's digest that is a number",
        R::Disclosures(D::Reserved { name: "...", .. }),
        "object_refs" = |_| slots_as_is(&decoys(7)).replacen('[', r#"[{"...":1},"#, 1)
    ),
    property!(
        "an element twice",
        R::Disclosures(D::DigestRepeated { .. }),
        "object_refs" = |forged| {
            let element = forged.element("\"a\"");
            slots(&[element.clone(), element])
        }
    ),
    // Extensions.
    property!(
        "an extension in clear",
        R::ExtensionInClear { .. },
        "extensions" = |_| { format!(r#"{{"{FOREIGN}":{{"case":1}}}}"#) }
    ),
    property!(
        "an empty extension without digests",
        R::ExtensionInClear { .. },
        "extensions" = |_| { format!(r#"{{"{FOREIGN}":{{}}}}"#) }
    ),
    property!(
        "an extension partly in clear",
        R::ExtensionInClear { .. },
        "extensions" = |_| { format!(r#"{{"{FOREIGN}":{}}}"#, sd(&[]).replacen('{', r#"{"case":1,"#, 1)) }
    ),
    property!("one extension in clear beside a sound one", R::ExtensionInClear { id } if id == FOREIGN, "extensions" = |_| {
        format!(r#"{{"{INCIDENT}":{},"{FOREIGN}":{{}}}}"#, sd(&[]))
    }),
    property!(
        "an extension that is a text",
        R::ExtensionInClear { .. },
        "extensions" = |_| { format!(r#"{{"{FOREIGN}":"x"}}"#) }
    ),
    property!("extensions that are a text", R::Stix(_), "extensions" = |_| "\"x\"".to_owned()),
];

fn sorted(count: usize) -> Vec<String> {
    let mut digests = decoys(count);
    digests.sort_unstable();
    digests
}

/// Eight digests, the last of them changed.
fn replaced(change: fn(&str) -> String) -> Vec<String> {
    let mut digests = sorted(8);
    digests[7] = change(&digests[7]);
    digests
}
