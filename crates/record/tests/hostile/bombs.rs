//! Small texts that ask for much work: each is refused, and soon.

use std::time::{Duration, Instant};

use record::RecordError as R;
use record::json::{ParseError, ParseErrorKind as K};
use record::jws::EnvelopeError as E;
use record::key_history::{KeyHistory, Moment};
use record::limits::MAX_RECORD_BYTES;
use record::sd_jwt::resolve::ResolveError as D;
use record::{Unverified, VerifyError};

use super::World;
use super::disclosures::chain;
use super::forgery::{Forgery, Signature, decoys, envelope, sd, sd_as_is, sign, slots};
use crate::records::stage::{INCIDENT, at, verify};
use crate::shared::say;

/// In a debug build on a busy machine. A release build is some twenty times faster.
const LIMIT: Duration = Duration::from_secs(2);

type Bomb = (&'static str, fn(&World) -> Vec<u8>, fn(&VerifyError) -> bool);

/// Texts that no key is needed for.
const UNSIGNED: &[Bomb] = &[
    ("100,000 nested brackets", |_| "[".repeat(100_000).into(), |error| is_envelope(error, &E::NotCompact)),
    (
        "100,000 nested brackets in an envelope",
        |_| format!("{{\"payload\":{}", "[".repeat(100_000)).into(),
        |error| is_json(error, &K::TooDeep),
    ),
    (
        "100,000 nested objects in an envelope",
        |_| "{\"a\":".repeat(100_000).into(),
        |error| is_json(error, &K::TooDeep),
    ),
    (
        "a body of a gibibyte, of which a reader passes on one octet too many",
        |_| vec![b' '; MAX_RECORD_BYTES + 1],
        |error| is_json(error, &K::TooLong { limit: MAX_RECORD_BYTES }),
    ),
    (
        "a million disclosures",
        |_| format!(r#"{{"header":{{"disclosures":[{}"A"]}}}}"#, r#""","#.repeat(1_000_000)).into(),
        |error| is_json(error, &K::TooManyValues),
    ),
    (
        "100,000 disclosures",
        |world| {
            let [protected, signature] = ["protected", "signature"].map(|name| world.part(name));
            let many = vec!["AAAAAAAA".to_owned(); 100_000];
            envelope(&world.part("payload"), &[Signature { protected, signature }], &many).into()
        },
        |error| is_envelope(error, &E::TooManyDisclosures),
    ),
    (
        "a million disclosures in a compact form",
        |_| format!("{}{}", compact_head(), "A~".repeat(1_000_000)).into(),
        |error| is_envelope(error, &E::TooManyDisclosures),
    ),
    (
        "100,000 signatures",
        |_| format!(r#"{{"payload":"e30","signatures":[{}{{}}]}}"#, "{},".repeat(100_000)).into(),
        |error| is_envelope(error, &E::TooManySignatures),
    ),
    (
        "100,000 keys of one object",
        |_| {
            let keys: String = (0..100_000).map(|number| format!("\"k{number}\":0,")).collect();
            format!(r#"{{{keys}"k7":0}}"#).into()
        },
        |error| matches!(json_error(error), Some(K::DuplicateKey { key }) if key == "k7"),
    ),
    (
        "a million values",
        |_| format!(r#"{{"payload":[{}0]}}"#, "0,".repeat(1_000_000)).into(),
        |error| is_json(error, &K::TooManyValues),
    ),
    (
        "a number of a million digits",
        |_| format!(r#"{{"payload":{}}}"#, "1".repeat(1_000_000)).into(),
        |error| is_json(error, &K::NumberOutOfRange),
    ),
    (
        "a key of four megabytes",
        |_| format!(r#"{{"{}":1}}"#, "k".repeat(4_000_000)).into(),
        |error| is_json(error, &K::KeyTooLong),
    ),
];

/// Texts that a hostile author has properly signed.
const SIGNED: &[Bomb] = &[
    (
        "2,000 disclosures inside one another",
        |world| chain(2000).sign(&world.alice).into(),
        |error| is_resolve(error, |error| *error == D::TooDeep),
    ),
    (
        "a payload of 100,000 nested brackets",
        |world| sign(&world.alice, &[b'['; 100_000], &[]).into(),
        |error| matches!(error, VerifyError::Record(R::Payload(ParseError { kind: K::TooDeep, .. }))),
    ),
    (
        "a disclosure of 100,000 nested brackets",
        |world| {
            let octets = format!("[\"AAAAAAAAAAAAAAAAAAAAAA\",\"x\",{}", "[".repeat(100_000));
            Forgery::new().with_disclosure(octets).sign(&world.alice).into()
        },
        |error| is_resolve(error, |error| matches!(error, D::Disclosure { .. })),
    ),
    (
        "60,000 digests",
        |world| {
            let claims = [("object", sd_as_is(&decoys(60_000)))];
            Forgery::new().sign_with(&world.alice, &claims).into()
        },
        |error| matches!(error, VerifyError::Record(R::Disclosures(D::Unreferenced { .. }))),
    ),
    (
        "2,000 properties at one place",
        |world| {
            let names = (0..2000).map(|number| format!("x{number}"));
            names.fold(Forgery::new(), |forged, name| forged.object(&name, "1")).sign(&world.alice).into()
        },
        |error| matches!(error, VerifyError::Record(R::IrregularDigests { .. })),
    ),
    ("2,000 properties beside 120,000 in clear", crowded, |error| {
        matches!(error, VerifyError::Record(R::MisplacedDigests { .. }))
    }),
    ("5,000 extensions", many_extensions, |error| is_resolve(error, |found| matches!(found, D::TooManySets))),
    ("30,000 empty sets at the end of a long path", deep_sets, |error| {
        is_resolve(error, |found| matches!(found, D::TooDeep))
    }),
    ("40,000 members in clear", many_members, |error| {
        matches!(error, VerifyError::Record(R::BadAside { name: "members" }))
    }),
    (
        "names that make long paths",
        |world| {
            let name = "~".repeat(250);
            let mut forged = Forgery::new();
            let mut inner = forged.property(&name, "1");
            for _ in 0..60 {
                let value = format!(r#"{{"{name}":{}}}"#, slots(&[]));
                let beside = forged.property("y", &value);
                inner = forged.property(&name, &sd(&[inner, beside]));
            }
            forged.object_digest(inner).sign(&world.alice).into()
        },
        |error| matches!(error, VerifyError::Record(_)),
    ),
];

/// Names that are all of one length, so that each comparison looks at the letters.
fn crowded(world: &World) -> Vec<u8> {
    let mut forged = Forgery::new();
    let digests: Vec<_> = (0..2000).map(|number| forged.property(&format!("y{number:06}"), "1")).collect();
    let clear: String = (0..120_000).map(|number| format!("\"x{number:06}\":0,")).collect();
    let mut sorted = digests;
    sorted.sort_unstable();
    let value = sd_as_is(&sorted).replacen('{', &format!("{{{clear}"), 1);
    forged.object("x", &value).sign(&world.alice).into()
}

/// Each has digests of its own but the last.
fn many_extensions(world: &World) -> Vec<u8> {
    let id = |number: usize| INCIDENT.replace("9fa59a0701cd", &format!("{number:012x}"));
    let extensions = (0..5000).map(|number| {
        let digests = sd(&[super::forgery::digest_of(&number.to_string())]);
        format!("\"{}\":{digests},", id(number))
    });
    let value = format!("{{{}\"{}\":{{}}}}", extensions.collect::<String>(), id(5000));
    Forgery::new().object("extensions", &value).sign(&world.alice).into()
}

fn many_members(world: &World) -> Vec<u8> {
    let member = |number: usize| format!(r#"{{"type":"url","id":"url--0b21bb40-6ef3-4fc3-9c1b-{number:012x}"}}"#);
    let members: Vec<_> = (0..40_000).map(member).collect();
    Forgery::new().aside("members", &format!("[{}]", members.join(","))).sign(&world.alice).into()
}

fn compact_head() -> String {
    let header = record::base64url::encode(
        format!(r#"{{"alg":"Ed25519","kid":"{}","typ":"detente-record+sd-jwt"}}"#, "A".repeat(43)).as_bytes(),
    );
    format!("{header}.e30.AAAA~")
}

fn json_error(error: &VerifyError) -> Option<&K> {
    if let VerifyError::Envelope(E::Json(error)) = error { Some(&error.kind) } else { None }
}

fn is_json(error: &VerifyError, kind: &K) -> bool {
    json_error(error) == Some(kind)
}

fn is_envelope(error: &VerifyError, expected: &E) -> bool {
    matches!(error, VerifyError::Envelope(found) if found == expected)
}

/// Each set costs the name of its place, so a short text could ask for gigabytes.
fn deep_sets(world: &World) -> Vec<u8> {
    let sets = format!("[{}]", vec![r#"{"_sd":[]}"#; 30_000].join(","));
    let name = "~".repeat(250);
    let value = (0..40).fold(sets, |inside, _| format!(r#"{{"{name}":{inside}}}"#));
    Forgery::bare().object("x", &value).sign(&world.alice).into_bytes()
}

fn is_resolve(error: &VerifyError, fits: impl Fn(&D) -> bool) -> bool {
    matches!(error, VerifyError::Record(R::Disclosures(found)) if fits(found))
}

#[test]
fn what_asks_for_much_work_is_refused_soon() {
    let world = World::new();
    let history = world.alice.history();
    for (name, make, fits) in UNSIGNED.iter().chain(SIGNED) {
        let text = make(&world);
        assert!(text.len() <= MAX_RECORD_BYTES + 1, "{name}: {} octets are more than are read", text.len());
        // What else the machine does may double a time, but hardly three times in a row.
        let outcomes = (0..3).map(|_| timed(&text, &history)).scan(false, |soon, (refusal, spent)| {
            (!std::mem::replace(soon, spent < LIMIT)).then_some((refusal, spent))
        });
        let (refusal, spent) = outcomes.min_by_key(|(_, spent)| *spent).unwrap();
        say(&format!("BOMB: {name}: {} octets refused in {} ms", text.len(), spent.as_millis()));
        assert!(fits(&refusal), "{name}: {refusal}");
        assert!(spent < LIMIT, "{name}: {spent:?}");
    }
    say(&format!("COUNT: bombs refused: {}", UNSIGNED.len() + SIGNED.len()));
}

/// A refusal and how long it took.
#[expect(clippy::disallowed_methods, reason = "how long a refusal takes is what is measured")]
fn timed(text: &[u8], history: &KeyHistory) -> (VerifyError, Duration) {
    let start = Instant::now();
    let outcome = verify(text, history, Moment::At(at(2)));
    (outcome.unwrap_err(), start.elapsed())
}

/// What a stranger's text costs before any key is looked at.
#[test]
fn an_unknown_author_costs_no_more() {
    let world = World::new();
    for (name, make, _) in UNSIGNED {
        assert!(Unverified::read(&make(&world)).is_err(), "{name}");
    }
}
