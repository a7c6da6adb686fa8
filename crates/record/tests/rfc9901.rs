//! The examples of RFC 9901, run through the same resolver that records use.
//!
//! They carry another `typ`, ES256 signatures and key binding, which records do not; so the outer text is taken apart
//! here, and the signature is checked with aws-lc.

use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};
use record::digest::DisclosureDigest;
use record::json::{self, Json};
use record::sd_jwt::resolve::resolve;
use record::{base64url, sd_jwt::Claim};
use serde_json::{Value, json};

use crate::shared::{self, say};

/// A token, whatever its form, in the parts that RFC 9901 names.
struct Token {
    payload: String,
    signatures: Vec<(String, String)>,
    disclosures: Vec<String>,
}

impl Token {
    fn read(token: &Value) -> Result<Self, String> {
        token.as_str().map_or_else(|| Self::read_json(token), Self::read_compact)
    }

    fn read_compact(text: &str) -> Result<Self, String> {
        let mut parts: Vec<_> = text.split('~').map(str::to_owned).collect();
        let key_binding = parts.pop().unwrap_or_default();
        if parts.is_empty() || (!key_binding.is_empty() && key_binding.matches('.').count() != 2) {
            return Err("no closing tilde".to_owned());
        }
        let jws: Vec<_> = parts.remove(0).split('.').map(str::to_owned).collect();
        let [protected, payload, signature] = jws.try_into().map_err(|_| "not three parts")?;
        Ok(Self { payload, signatures: vec![(protected, signature)], disclosures: parts })
    }

    fn read_json(token: &Value) -> Result<Self, String> {
        let all = token["signatures"].as_array().cloned().unwrap_or_else(|| vec![token.clone()]);
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        if all.iter().skip(1).any(|one| !one["header"]["disclosures"].is_null()) {
            return Err("disclosures beside a later signature".to_owned());
        }
        let signatures = all.iter().map(|one| (text(&one["protected"]), text(&one["signature"]))).collect();
        let disclosures = all[0]["header"]["disclosures"].as_array().into_iter().flatten().map(text).collect();
        Ok(Self { payload: text(&token["payload"]), signatures, disclosures })
    }

    fn check_signatures(&self, keys: &[Value]) -> Result<(), String> {
        for (place, (protected, signature)) in self.signatures.iter().enumerate() {
            let header = base64url::decode(protected).map_err(|error| error.to_string())?;
            let header: Value = serde_json::from_slice(&header).map_err(|error| error.to_string())?;
            if header["alg"] != "ES256" {
                return Err(format!("alg {}", header["alg"]));
            }
            let key = keys.get(place).or(keys.first()).ok_or("no key")?;
            let coordinate = |name: &str| base64url::decode(key[name].as_str().unwrap_or_default()).unwrap();
            let point = [vec![4], coordinate("x"), coordinate("y")].concat();
            let signature = base64url::decode(signature).map_err(|error| error.to_string())?;
            let message = format!("{protected}.{}", self.payload);
            let key = UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point);
            key.verify(message.as_bytes(), &signature).map_err(|_| "the signature does not verify".to_owned())?;
        }
        Ok(())
    }

    fn processed(&self) -> Result<Value, String> {
        let octets = base64url::decode(&self.payload).map_err(|error| error.to_string())?;
        let Ok(Json::Object(payload)) = json::parse(&octets) else { return Err("no object".to_owned()) };
        if payload.text("_sd_alg").is_some_and(|name| name != record::SD_ALG) {
            return Err("unknown _sd_alg".to_owned());
        }
        let resolved = resolve(payload, &self.disclosures).map_err(|error| error.to_string())?;
        let mut claims = resolved.claims;
        claims.remove("_sd_alg");
        serde_json::from_str(&claims.to_text()).map_err(|error| error.to_string())
    }
}

fn vectors() -> Vec<Value> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/vectors/rfc9901");
    let mut paths = shared::files(std::path::Path::new(folder), ".json");
    paths.retain(|path| !path.ends_with("keys.json") && !path.ends_with("negative.json"));
    paths.iter().map(|path| serde_json::from_slice(&shared::read(path)).unwrap()).collect()
}

fn keys_of(vector: &Value) -> Vec<Value> {
    match vector["issuer_jwks"].as_array() {
        Some(keys) => keys.clone(),
        None => vec![vector["issuer_jwk"].clone()],
    }
}

#[test]
fn each_example_verifies_and_shows_what_the_rfc_says() {
    let mut count = 0;
    for vector in vectors().iter().filter(|vector| vector["form"] != "disclosure") {
        let token = Token::read(&vector["token"]).unwrap();
        token.check_signatures(&keys_of(vector)).unwrap_or_else(|error| panic!("{}: {error}", vector["name"]));
        let mut expected = vector["expect"].clone();
        expected.as_object_mut().unwrap().remove("_sd_alg");
        assert_eq!(token.processed().unwrap(), expected, "{}", vector["name"]);
        count += 1;
    }
    say(&format!("COUNT: RFC 9901 examples processed as printed: {count}"));
    assert!(count >= 25, "the examples have gone");
}

#[test]
fn each_disclosure_of_the_rfc_has_its_digest() {
    let mut count = 0;
    for vector in vectors().iter().filter(|vector| vector["form"] == "disclosure") {
        let text = vector["token"].as_str().unwrap();
        assert!(Claim::read(text).is_ok(), "{}", vector["name"]);
        assert_eq!(json!(DisclosureDigest::of(text).to_string()), vector["digest"], "{}", vector["name"]);
        count += 1;
    }
    say(&format!("COUNT: RFC 9901 single disclosures: {count}"));
    assert!(count >= 9, "the disclosures have gone");
}

#[test]
fn each_broken_variant_is_refused() {
    let text = shared::read(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/vectors/rfc9901/negative.json"));
    let variants: Vec<Value> = serde_json::from_slice(&text).unwrap();
    for variant in &variants {
        let outcome = Token::read(&variant["token"]).and_then(|token| {
            token.check_signatures(&keys_of(variant))?;
            token.processed()
        });
        assert!(outcome.is_err(), "{} was accepted: {}", variant["name"], variant["reason"]);
    }
    say(&format!("COUNT: broken variants of RFC 9901 examples refused: {}", variants.len()));
    assert!(variants.len() >= 15, "the variants have gone");
}
