//! Texts that are no envelope of this format. What stands outside the payload is unsigned, so anybody can change it.

use record::base64url::encode;
use record::json::{Json, Map, ParseErrorKind as K};
use record::jws::EnvelopeError as E;
use record::limits::{MAX_DISCLOSURES, MAX_RECORD_BYTES, MAX_SIGNATURES};
use record::suite::Suite;
use record::{VerifyError, base64url};

use super::forgery::{Signature, envelope as write_envelope};
use super::{Case, World, refused};
use record::key_record::Purpose;

macro_rules! envelope {
    ($name:literal, $pattern:pat $(if $guard:expr)?, $text:expr) => {
        refused!($name, VerifyError::Envelope($pattern) $(if $guard)?, $text)
    };
}

macro_rules! json {
    ($name:literal, $kind:pat, $text:expr) => {
        envelope!($name, E::Json(record::json::ParseError { kind: $kind, .. }), $text)
    };
}

pub(super) const CASES: &[Case] = &[
    // JSON.
    envelope!("nothing", E::NotCompact, |_| String::new()),
    envelope!("white space alone", E::NotCompact, |_| " \n\t ".to_owned()),
    envelope!("an array around the envelope", E::NotCompact, |world| format!("[{}]", world.text)),
    envelope!("a byte order mark", E::NotCompact, |world| format!("\u{FEFF}{}", world.text)),
    json!("a duplicate key", K::DuplicateKey { .. }, |world| world.text.replacen('{', r#"{"payload":"e30","#, 1)),
    json!("a duplicate key in the header", K::DuplicateKey { .. }, |world| {
        world.text.replacen(r#""disclosures""#, r#""disclosures":[],"disclosures""#, 1)
    }),
    json!("an integer of 2^53", K::IntegerOutOfRange, |world| {
        world.text.replacen('{', r#"{"n":9007199254740992,"#, 1)
    }),
    json!("a lone surrogate", K::LoneSurrogate, |world| world.text.replacen('{', r#"{"n":"\ud800","#, 1)),
    json!("invalid UTF-8", K::InvalidUtf8, |world| [world.text.as_bytes(), b"\xff"].concat()),
    json!("an overlong UTF-8 sequence", K::InvalidUtf8, |world| [world.text.as_bytes(), b"\xc0\xa0"].concat()),
    json!("a control character in a string", K::ControlCharacter { .. }, |world| {
        world.text.replacen(r#""payload":""#, "\"payload\":\"\n", 1)
    }),
    json!("brackets after the envelope", K::TrailingData, |world| format!("{}[]", world.text)),
    json!("a second envelope after the first", K::TrailingData, |world| world.text.repeat(2)),
    json!("a comment after the envelope", K::TrailingData, |world| format!("{}//", world.text)),
    json!("half an envelope", K::UnexpectedEnd { .. }, |world| {
        world.text.chars().take(world.text.len() / 2).collect::<String>()
    }),
    json!("one octet beyond the limit", K::TooLong { limit: MAX_RECORD_BYTES }, |world| {
        format!("{}{}", world.text, " ".repeat(MAX_RECORD_BYTES + 1 - world.text.len()))
    }),
    // Parts.
    envelope!("no payload", E::Missing { name: "payload" }, |world| without(world, "payload")),
    envelope!("no protected header", E::Missing { name: "protected" }, |world| without(world, "protected")),
    envelope!("no signature", E::Missing { name: "signature" }, |world| without(world, "signature")),
    envelope!("a payload that is an object", E::WrongForm { name: "payload", .. }, |world| {
        world.edited(|envelope| envelope.set("payload", Map::new()))
    }),
    envelope!("an unknown member", E::Unknown { name } if name == "note", |world| {
        world.edited(|envelope| envelope.set("note", "x"))
    }),
    envelope!("an unknown member of the unprotected header", E::Unknown { name } if name == "kb_jwt", |world| {
        world.edited(|envelope| envelope.set("header", Map::new().with("kb_jwt", "x")))
    }),
    envelope!("another key id in the unprotected header", E::Unknown { name } if name == "kid", |world| {
        world.edited(|envelope| envelope.set("header", Map::new().with("kid", encode(&[1; 32]))))
    }),
    envelope!("an algorithm in the unprotected header", E::Unknown { name } if name == "alg", |world| {
        world.edited(|envelope| envelope.set("header", Map::new().with("alg", "none")))
    }),
    envelope!("an unprotected header that is a list", E::WrongForm { name: "header", .. }, |world| {
        world.edited(|envelope| envelope.set("header", Json::Array(Vec::new())))
    }),
    envelope!("disclosures that are one text", E::WrongForm { name: "disclosures", .. }, |world| {
        with_disclosures(world, "AAAA".into())
    }),
    envelope!("a disclosure that is a number", E::WrongForm { name: "disclosures", .. }, |world| {
        with_disclosures(world, Json::Array(vec![Json::integer(1).unwrap()]))
    }),
    envelope!("one disclosure too many", E::TooManyDisclosures, |world| {
        with_disclosures(world, Json::Array(vec!["AAAA".into(); MAX_DISCLOSURES + 1]))
    }),
    // Signatures.
    envelope!("an empty list of signatures", E::NoSignature, |world| general(world, Vec::new())),
    envelope!("signatures that are an object", E::WrongForm { name: "signatures", .. }, |world| {
        world.edited(|envelope| *envelope = Map::new().with("payload", "e30").with("signatures", Map::new()))
    }),
    envelope!("a signature that is a text", E::WrongForm { name: "signatures", .. }, |world| {
        general(world, vec!["x".into()])
    }),
    envelope!("a signature beside the list of signatures", E::Unknown { .. }, |world| {
        world.edited(|envelope| envelope.set("signatures", Json::Array(vec![Map::new().into()])))
    }),
    envelope!("one signature more than there can be", E::TooManySignatures, |world| {
        general(world, vec![signature_of(world); MAX_SIGNATURES + 1])
    }),
    envelope!("two signatures by one key", E::RepeatedKey, |world| general(world, vec![signature_of(world); 2])),
    envelope!("disclosures beside the second signature", E::DisclosuresMisplaced, |world| {
        let Json::Object(second) = signature_of(world) else { panic!("no object") };
        let header = Map::new().with("disclosures", Json::Array(Vec::new()));
        general(world, vec![signature_of(world), second.with("header", header).into()])
    }),
    envelope!("a payload beside each signature", E::Unknown { name } if name == "payload", |world| {
        let Json::Object(one) = signature_of(world) else { panic!("no object") };
        general(world, vec![one.with("payload", "e30").into()])
    }),
    // Base64url.
    envelope!("a padded payload", E::Encoding { name: "payload", .. }, |world| {
        world.edited(|envelope| envelope.set("payload", "e30="))
    }),
    envelope!("a payload with stray bits", E::Encoding { name: "payload", .. }, |world| {
        world.edited(|envelope| envelope.set("payload", "e31"))
    }),
    envelope!("white space in the payload", E::Encoding { name: "payload", .. }, |world| {
        world.text.replacen(r#""payload":""#, r#""payload":"\n"#, 1)
    }),
    envelope!("the payload in the other alphabet", E::Encoding { name: "payload", .. }, |world| {
        world.edited(|envelope| envelope.set("payload", "+/++"))
    }),
    envelope!("a signature with stray bits", E::Encoding { name: "signature", .. }, |world| {
        world.edited(|envelope| envelope.set("signature", stray(&world.part("signature"))))
    }),
    envelope!("a protected header with padding", E::Encoding { name: "protected", .. }, |world| {
        world.edited(|envelope| envelope.set("protected", format!("{}==", world.part("protected"))))
    }),
    envelope!("a disclosure with padding", E::DisclosureNotBase64Url, |world| with_disclosure(world, "AAA=")),
    envelope!("a disclosure in the other alphabet", E::DisclosureNotBase64Url, |world| with_disclosure(world, "AA+/")),
    envelope!("white space in a disclosure", E::DisclosureNotBase64Url, |world| with_disclosure(world, "AA AA")),
    // The protected header, signed by its author.
    envelope!("a further member of the protected header", E::NotOurHeader, |world| {
        headed(world, &[], r#""x5u":"https://example.org""#)
    }),
    envelope!("a critical extension", E::NotOurHeader, |world| headed(world, &[], r#""crit":["b64"],"b64":false"#)),
    envelope!("a key in the protected header", E::NotOurHeader, |world| {
        headed(world, &[], r#""jwk":{"kty":"OKP","crv":"Ed25519","x":"AA"}"#)
    }),
    envelope!("white space in the protected header", E::NotOurHeader, |world| {
        signed_under(world, &header(world).replace(',', ", "))
    }),
    envelope!("a reordered protected header", E::NotOurHeader, |world| {
        let id = world.alice.record_keys()[0].public().id();
        signed_under(world, &format!(r#"{{"typ":"detente-record+sd-jwt","alg":"Ed25519","kid":"{id}"}}"#))
    }),
    envelope!("an escape in the protected header", E::NotOurHeader, |world| {
        signed_under(world, &header(world).replace("Ed25519", r"\u0045d25519"))
    }),
    envelope!("a key id that is none", E::NotOurHeader, |world| headed(world, &[("kid", "alice")], "")),
    envelope!("no key id", E::NotOurHeader, |world| {
        signed_under(world, r#"{"alg":"Ed25519","typ":"detente-record+sd-jwt"}"#)
    }),
    envelope!("a protected header that is a list", E::NotOurHeader, |world| signed_under(world, "[]")),
    json!("a protected header that is no JSON", K::UnexpectedCharacter { .. }, |world| signed_under(world, "none")),
    json!("two algorithms", K::DuplicateKey { .. }, |world| headed(world, &[], r#""alg":"none""#)),
    envelope!("a protected header beyond its limit", E::HeaderTooLong, |world| {
        headed(world, &[], &format!(r#""x":"{}""#, "x".repeat(1024)))
    }),
    envelope!("alg none", E::Suite(_), |world| headed(world, &[("alg", "none")], "")),
    envelope!("alg EdDSA", E::Suite(_), |world| headed(world, &[("alg", "EdDSA")], "")),
    envelope!("alg ES256", E::Suite(_), |world| headed(world, &[("alg", "ES256")], "")),
    envelope!("alg HS256", E::Suite(_), |world| headed(world, &[("alg", "HS256")], "")),
    envelope!("alg in small letters", E::Suite(_), |world| headed(world, &[("alg", "ed25519")], "")),
    envelope!("the type of another SD-JWT", E::WrongType { .. }, |world| headed(world, &[("typ", "dc+sd-jwt")], "")),
    envelope!("the type of a key record", E::WrongType { .. }, |world| headed(
        world,
        &[("typ", "detente-key+jws")],
        ""
    )),
    envelope!("the type in capitals", E::WrongType { .. }, |world| {
        headed(world, &[("typ", "DETENTE-RECORD+SD-JWT")], "")
    }),
    // The compact form.
    envelope!("a compact form without tilde", E::NotCompact, |world| compact(world).replace('~', "")),
    envelope!("a compact form without its last tilde", E::NotCompact, |world| {
        compact(world).trim_end_matches('~').to_owned()
    }),
    envelope!("a compact form with key binding", E::NotCompact, |world| format!("{}e30.e30.AAAA", compact(world))),
    envelope!("key binding that poses as a disclosure", E::DisclosureNotBase64Url, |world| {
        format!("{}e30.e30.AAAA~", compact(world))
    }),
    envelope!("a compact form of two parts", E::NotCompact, |world| compact(world).replacen('.', "", 1)),
    envelope!("a compact form of four parts", E::NotCompact, |world| compact(world).replacen('.', "..", 1)),
    envelope!("white space before a compact form", E::Encoding { name: "protected", .. }, |world| {
        format!(" {}", compact(world))
    }),
    envelope!("a compact form that is not UTF-8", E::NotCompact, |world| {
        [compact(world).as_bytes(), b"\xff~"].concat()
    }),
    envelope!("one disclosure too many in a compact form", E::TooManyDisclosures, |world| {
        format!("{}{}", compact(world), "AAAA~".repeat(MAX_DISCLOSURES + 1))
    }),
];

fn without(world: &World, name: &str) -> String {
    world.edited(|envelope| drop(envelope.remove(name)))
}

fn with_disclosures(world: &World, disclosures: Json) -> String {
    world.edited(|envelope| envelope.set("header", Map::new().with("disclosures", disclosures)))
}

fn with_disclosure(world: &World, disclosure: &str) -> String {
    with_disclosures(world, Json::Array(vec![disclosure.into()]))
}

fn general(world: &World, signatures: Vec<Json>) -> String {
    Map::new().with("payload", world.part("payload")).with("signatures", Json::Array(signatures)).to_text()
}

fn signature_of(world: &World) -> Json {
    Map::new().with("protected", world.part("protected")).with("signature", world.part("signature")).into()
}

/// Another spelling of the same octets: the last character's unused bits are set.
pub(super) fn stray(text: &str) -> String {
    let (rest, last) = text.split_at(text.len() - 1);
    let next = char::from(last.as_bytes()[0] + 1);
    let changed = format!("{rest}{next}");
    assert!(base64url::decode(text).is_ok() && base64url::decode(&changed).is_err(), "{text}");
    changed
}

fn header(world: &World) -> String {
    String::from_utf8(world.full.envelope().signatures()[0].header().octets().to_vec()).unwrap()
}

/// The good payload under a protected header with other values, and with a member more.
fn headed(world: &World, changes: &[(&str, &str)], more: &str) -> String {
    let id = world.alice.record_keys()[0].public().id().to_string();
    let value = |name, own| changes.iter().find(|(changed, _)| *changed == name).map_or(own, |(_, value)| *value);
    let (alg, kid) = (value("alg", "Ed25519"), value("kid", &id));
    let (typ, comma) = (value("typ", "detente-record+sd-jwt"), if more.is_empty() { "" } else { "," });
    signed_under(world, &format!(r#"{{"alg":"{alg}","kid":"{kid}","typ":"{typ}"{comma}{more}}}"#))
}

fn signed_under(world: &World, header: &str) -> String {
    let payload = world.part("payload");
    let key = world.alice.key(Purpose::Record, Suite::Ed25519);
    write_envelope(&payload, &[Signature::under(header.as_bytes(), key, &payload)], world.disclosures())
}

fn compact(world: &World) -> String {
    world.full.envelope().to_text(record::jws::Form::Compact).unwrap()
}
