//! The strict JSON profile: what it refuses and where, what it keeps, and its canonical form.

use proptest::prelude::*;
use record::json::{Json, Map, ParseErrorKind as Kind, canonical, parse, parse_within};

use crate::shared;

fn end(expected: &'static str) -> Kind {
    Kind::UnexpectedEnd { expected }
}

fn found(found: char, expected: &'static str) -> Kind {
    Kind::UnexpectedCharacter { found, expected }
}

fn twice(key: &str) -> Kind {
    Kind::DuplicateKey { key: key.to_owned() }
}

/// `{"k0":0,...}` with this many members, then a repetition of `k3`.
fn large(members: usize) -> Vec<u8> {
    let members: String = (0..members).map(|place| format!("\"k{place}\":0,")).collect();
    format!("{{{members}\"k3\":1}}").into_bytes()
}

struct Case {
    name: &'static str,
    text: Vec<u8>,
    kind: Kind,
    offset: usize,
}

fn case(name: &'static str, text: impl AsRef<[u8]>, kind: Kind, offset: usize) -> Case {
    Case { name, text: text.as_ref().to_vec(), kind, offset }
}

const MEMBER: &str = "a key in quotes";
const NEXT_MEMBER: &str = "a comma or a closing brace";
const NEXT_ELEMENT: &str = "a comma or a closing bracket";

fn structure() -> Vec<Case> {
    vec![
        case("nothing", "", end("a value"), 0),
        case("only space", " \n\t\r", end("a value"), 4),
        case("bare word", "yes", found('y', "a value"), 0),
        case("word in capitals", "True", found('T', "a value"), 0),
        case("cut word", "[nul]", found('n', "a value"), 1),
        case("two values", "1 2", Kind::TrailingData, 2),
        case("closing bracket too many", "[]]", Kind::TrailingData, 2),
        case("word that runs on", "nullx", Kind::TrailingData, 4),
        case("line comment", "// a\n1", found('/', "a value"), 0),
        case("comment inside", "[1/**/]", found('/', NEXT_ELEMENT), 2),
        case("comment at the end", "1 #", Kind::TrailingData, 2),
        case("form feed as space", "\u{c}1", found('\u{c}', "a value"), 0),
        case("no-break space", "[\u{a0}1]", found('\u{a0}', "a value"), 1),
        case("open array", "[1", end(NEXT_ELEMENT), 2),
        case("open object", "{\"a\":1", end(NEXT_MEMBER), 6),
        case("wrong closing sign", "[1}", found('}', NEXT_ELEMENT), 2),
        case("comma at the end of an array", "[1,]", found(']', "a value"), 3),
        case("comma at the end of an object", "{\"a\":1,}", found('}', MEMBER), 7),
        case("comma at the start", "[,1]", found(',', "a value"), 1),
        case("no comma", "[1 2]", found('2', NEXT_ELEMENT), 3),
        case("no colon", "{\"a\" 1}", found('1', "a colon"), 5),
        case("no value", "{\"a\":}", found('}', "a value"), 5),
        case("key without quotes", "{a:1}", found('a', MEMBER), 1),
        case("key in single quotes", "{'a':1}", found('\'', MEMBER), 1),
        case("number as key", "{1:1}", found('1', MEMBER), 1),
        case("string in single quotes", "'a'", found('\'', "a value"), 0),
        case("100,000 arrays", "[".repeat(100_000), Kind::TooDeep, 64),
        case("100,000 objects", "{\"a\":".repeat(100_000), Kind::TooDeep, 320),
        case("65 levels closed", "[".repeat(65) + &"]".repeat(65), Kind::TooDeep, 64),
        case("long key", format!("{{\"{}\":1}}", "k".repeat(251)), Kind::KeyTooLong, 1),
        case("long key in wide letters", format!("{{\"{}\":1}}", "字".repeat(84)), Kind::KeyTooLong, 1),
    ]
}

fn keys() -> Vec<Case> {
    vec![
        case("key twice", "{\"a\":1,\"a\":2}", twice("a"), 7),
        case("key twice, same value", "{\"a\":1,\"b\":1,\"a\":1}", twice("a"), 13),
        case("key twice, one escaped", "{\"a\":1,\"\\u0061\":2}", twice("a"), 7),
        case("key twice beyond the first plane", "{\"😀\":1,\"\\ud83d\\ude00\":2}", twice("😀"), 10),
        case("empty key twice", "{\"\":1,\"\":2}", twice(""), 6),
        case("key twice inside", "[{\"x\":{\"a\":1,\"a\":2}}]", twice("a"), 13),
        case("key twice among 24", large(23), twice("k3"), 175),
        case("key twice among 25", large(24), twice("k3"), 183),
        case("key twice among 26", large(25), twice("k3"), 191),
        case("key twice among 1000", large(999), twice("k3"), 8882),
    ]
}

fn numbers() -> Vec<Case> {
    vec![
        case("2^53", "9007199254740992", Kind::IntegerOutOfRange, 0),
        case("-2^53", "[-9007199254740992]", Kind::IntegerOutOfRange, 1),
        case("2^64", "18446744073709551616", Kind::IntegerOutOfRange, 0),
        case("integer with an exponent", "1e17", Kind::IntegerOutOfRange, 0),
        case("integer with a point", "-9007199254740992.0", Kind::IntegerOutOfRange, 0),
        case("too great for a double", "1e400", Kind::NumberOutOfRange, 0),
        case("too small for a double", "[0,-1e400]", Kind::NumberOutOfRange, 3),
        case("65 digits", "0.".to_owned() + &"1".repeat(63), Kind::NumberOutOfRange, 0),
        case("leading zero", "01", Kind::MalformedNumber, 0),
        case("leading zero after a sign", "[-01]", Kind::MalformedNumber, 1),
        case("two zeros", "00", Kind::MalformedNumber, 0),
        case("minus alone", "-", Kind::MalformedNumber, 0),
        case("two signs", "--1", Kind::MalformedNumber, 0),
        case("plus", "+1", found('+', "a value"), 0),
        case("no whole part", ".5", found('.', "a value"), 0),
        case("no fraction", "1.", Kind::MalformedNumber, 0),
        case("two points", "1.2.3", Kind::MalformedNumber, 0),
        case("no exponent", "1e", Kind::MalformedNumber, 0),
        case("no exponent after a sign", "1e+", Kind::MalformedNumber, 0),
        case("exponent with a point", "1e1.5", Kind::MalformedNumber, 0),
        case("hexadecimal", "0x10", Kind::TrailingData, 1),
        case("digits of another script", "１", found('１', "a value"), 0),
        case("not a number", "NaN", found('N', "a value"), 0),
        case("infinity", "Infinity", found('I', "a value"), 0),
        case("minus infinity", "-Infinity", Kind::MalformedNumber, 0),
        case("grouped digits", "1_000", Kind::TrailingData, 1),
    ]
}

fn strings() -> Vec<Case> {
    vec![
        case("high surrogate alone", r#""\ud83d""#, Kind::LoneSurrogate, 1),
        case("high surrogate before a letter", r#""a\ud83dx""#, Kind::LoneSurrogate, 2),
        case("high surrogate before an escape", r#""\ud83d\n""#, Kind::LoneSurrogate, 1),
        case("two high surrogates", r#""\ud83d\ud83d""#, Kind::LoneSurrogate, 1),
        case("low surrogate alone", r#""\ude00""#, Kind::LoneSurrogate, 1),
        case("surrogates in the wrong order", r#""\ude00\ud83d""#, Kind::LoneSurrogate, 1),
        case("surrogate in a key", r#"{"\udfff":1}"#, Kind::LoneSurrogate, 2),
        case("unknown escape", r#""\x41""#, Kind::InvalidEscape, 1),
        case("escaped single quote", r#""\'""#, Kind::InvalidEscape, 1),
        case("short escape", r#""\u41""#, Kind::InvalidEscape, 1),
        case("escape with a sign", r#""\u+041""#, Kind::InvalidEscape, 1),
        case("escape cut by a wide letter", "\"\\u00é\"", Kind::InvalidEscape, 1),
        case("capital U", r#""\U00000041""#, Kind::InvalidEscape, 1),
        case("backslash at the end", r#""\"#, Kind::InvalidEscape, 1),
        case("escape at the end", r#""\u00"#, Kind::InvalidEscape, 1),
        case("no closing quote", r#"["a]"#, end("a closing quote"), 4),
        case("no closing quote after an escape", r#""a\""#, end("a closing quote"), 4),
        case("line feed", "\"a\nb\"", Kind::ControlCharacter { code: 10 }, 2),
        case("tab in a key", "{\"\t\":1}", Kind::ControlCharacter { code: 9 }, 2),
        case("NUL", "\"\0\"", Kind::ControlCharacter { code: 0 }, 1),
        case("unit separator", "\"ab\u{1f}\"", Kind::ControlCharacter { code: 31 }, 3),
    ]
}

fn octets() -> Vec<Case> {
    vec![
        case("byte order mark", "\u{feff}1", Kind::ByteOrderMark, 0),
        case("byte order mark inside", "[\u{feff}1]", found('\u{feff}', "a value"), 1),
        case("UTF-16", b"\xff\xfe1\0", Kind::InvalidUtf8, 0),
        case("overlong slash", b"\"\xc0\xaf\"", Kind::InvalidUtf8, 1),
        case("overlong NUL", b"\"\xe0\x80\x80\"", Kind::InvalidUtf8, 1),
        case("surrogate in octets", b"\"ab\xed\xa0\x80\"", Kind::InvalidUtf8, 3),
        case("beyond U+10FFFF", b"\"\xf4\x90\x80\x80\"", Kind::InvalidUtf8, 1),
        case("cut letter", b"\"\xe4\xbd\"", Kind::InvalidUtf8, 1),
        case("cut letter at the end", b"\"\xf0\x9f\x98", Kind::InvalidUtf8, 1),
        case("continuation alone", b"\"\x80\"", Kind::InvalidUtf8, 1),
        case("Latin-1", b"{\"a\":\"\xe9t\xe9\"}", Kind::InvalidUtf8, 6),
    ]
}

fn malformed() -> Vec<Case> {
    [structure(), keys(), numbers(), strings(), octets()].into_iter().flatten().collect()
}

#[test]
fn every_fault_is_named_and_placed() {
    for case in malformed() {
        let error = parse(&case.text).err().unwrap_or_else(|| panic!("{} was taken", case.name));
        assert_eq!((error.kind, error.position.offset), (case.kind, case.offset), "{}", case.name);
    }
    shared::say(&format!("COUNT: {} malformed texts are refused, each with its kind and place", malformed().len()));
}

#[test]
fn a_place_has_a_line_and_a_column_of_characters() {
    let error = parse("{\n \"é字\": tru\n}".as_bytes()).unwrap_err();
    assert_eq!(error.to_string(), "found `t` where a value should stand at line 2 column 8 (octet 12)");
}

#[test]
fn length_is_limited_by_whoever_reads() {
    assert_eq!(parse_within(b"[1]", 3).unwrap().to_text(), "[1]");
    let error = parse_within(b"[1] ", 3).unwrap_err();
    assert_eq!((error.kind, error.position.offset), (Kind::TooLong { limit: 3 }, 3));
    let long = vec![b' '; record::limits::MAX_RECORD_BYTES + 1];
    assert!(matches!(parse(&long).unwrap_err().kind, Kind::TooLong { .. }));
}

#[test]
fn edges_of_the_profile_are_inside() {
    let deep = "[".repeat(64) + &"]".repeat(64);
    let key = format!("{{\"{}\":1}}", "k".repeat(250));
    let digits = "0.".to_owned() + &"1".repeat(62);
    let compact = [
        "9007199254740991",
        "-9007199254740991",
        "0",
        "-0",
        "-0.0",
        "1E-400",
        "1e15",
        "5e-324",
        "2.2250738585072014e-308",
        "1.10",
        "1E+2",
        "\"\u{7f}\u{2028}\"",
        "\"\u{ffff}\u{10ffff}\"",
        "{\"\":[]}",
        &deep,
        &key,
        &digits,
    ];
    for text in compact {
        assert_eq!(parse(text.as_bytes()).unwrap().to_text(), text);
    }
    assert_eq!(parse(b"-0").unwrap().to_text(), "-0");
    assert_eq!(parse(br#" "\u0041\/\b\f\n\r\t\ud83d\ude00" "#).unwrap(), Json::text("A/\u{8}\u{c}\n\r\t😀"));
}

/// Text from all planes, control characters and quotes among it.
fn any_text() -> impl Strategy<Value = String> {
    prop_oneof!["[a-z_]{0,8}", proptest::collection::vec(any::<char>(), 0..8).prop_map(String::from_iter)]
}

fn any_number() -> impl Strategy<Value = Json> {
    let safe = record::limits::MAX_SAFE_INTEGER;
    let decimal = prop_oneof![
        any::<f64>().prop_map(|value| format!("{value:?}")),
        "-?(0|[1-9][0-9]{0,9})(\\.[0-9]{1,9})?([eE][+-]?[0-9]{1,2})?",
    ];
    let parsed = decimal.prop_filter_map("outside the profile", |spelling| parse(spelling.as_bytes()).ok());
    prop_oneof![(-safe..=safe).prop_map(|value| Json::integer(value).unwrap()), parsed]
}

fn any_json() -> impl Strategy<Value = Json> {
    let leaf = prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::Bool),
        any_number(),
        any_text().prop_map(Json::String),
    ];
    leaf.prop_recursive(5, 64, 30, |inner| {
        let members = proptest::collection::vec((any_text(), inner.clone()), 0..30);
        prop_oneof![
            proptest::collection::vec(inner, 0..8).prop_map(Json::Array),
            members.prop_map(|members| Json::Object(members.into_iter().collect::<Map>())),
        ]
    })
}

/// Octets that are often nearly JSON.
fn nearly_json() -> impl Strategy<Value = Vec<u8>> {
    let pieces = [
        "{", "}", "[", "]", ",", ":", "\"a\"", "\"b\"", "1", "-", "0", ".5", "e9", "null", "true", " ", "\\u0061",
        "\"", "\\",
    ];
    let pieces = proptest::collection::vec(proptest::sample::select(pieces.to_vec()), 0..12);
    let changed = (any_json(), any::<proptest::sample::Index>(), any::<u8>()).prop_map(|(json, place, octet)| {
        let mut text = json.to_text().into_bytes();
        let place = place.index(text.len());
        text[place] = octet;
        text
    });
    prop_oneof![pieces.prop_map(|pieces| pieces.concat().into_bytes()), changed, any::<Vec<u8>>()]
}

/// True where the profile refuses what JSON allows.
const fn is_stricter(kind: &Kind) -> bool {
    matches!(
        kind,
        Kind::DuplicateKey { .. } | Kind::KeyTooLong | Kind::IntegerOutOfRange | Kind::NumberOutOfRange | Kind::TooDeep
    )
}

proptest! {
    #[test]
    fn what_is_written_reads_as_it_was(json in any_json()) {
        let text = json.to_text();
        let again = parse(text.as_bytes()).unwrap();
        prop_assert_eq!(again.to_text(), text);
        prop_assert_eq!(again, json);
    }

    #[test]
    fn takes_what_json_is_and_nothing_else(text in nearly_json()) {
        let reference = serde_json::from_slice::<serde_json::Value>(&text);
        match parse(&text) {
            Ok(json) => {
                prop_assert_eq!(serde_json::from_str::<serde_json::Value>(&json.to_text()).unwrap(), reference.unwrap());
            }
            Err(error) => {
                prop_assert!(error.position.offset <= text.len());
                prop_assert!(reference.is_err() || is_stricter(&error.kind), "{error}");
            }
        }
    }

    #[test]
    fn canonical_form_is_that_of_another_implementation(json in any_json()) {
        let ours = canonical(&json).unwrap();
        let value: serde_json::Value = serde_json::from_str(&json.to_text()).unwrap();
        prop_assert_eq!(String::from_utf8(ours).unwrap(), serde_jcs::to_string(&value).unwrap());
    }

    #[test]
    fn canonical_form_is_a_fixed_point(json in any_json()) {
        let once = canonical(&json).unwrap();
        prop_assert_eq!(canonical(&parse(&once).unwrap()).unwrap(), once);
    }
}

/// A text and its canonical form (RFC 8785), worked out by hand.
const CANONICAL: [(&str, &str); 5] = [
    ("{\"b\":1.0,\"a\":-0,\"\":[ 1E2 , 0.000001, 1e-7 ]}", "{\"\":[100,0.000001,1e-7],\"a\":0,\"b\":1}"),
    // Names sort by UTF-16 code units: U+1F600 (D83D DE00) stands before U+FB33.
    ("{\"\\ufb33\":1,\"\\ud83d\\ude00\":2,\"\\u20ac\":3}", "{\"€\":3,\"😀\":2,\"\u{fb33}\":1}"),
    ("\"\\u000f\\u0008\\/\\u007f\\u2028\\\"\\\\\"", "\"\\u000f\\b/\u{7f}\u{2028}\\\"\\\\\""),
    (
        "[4.50,2e-3,333333333.33333329,5e-324,2.2250738585072014e-308]",
        "[4.5,0.002,333333333.3333333,5e-324,2.2250738585072014e-308]",
    ),
    (
        "{\"10\":{},\"1\":{\"f\":[null,true,false]},\"é\":\"\",\"e\\u0301\":\"\",\"Z\":[]}",
        "{\"1\":{\"f\":[null,true,false]},\"10\":{},\"Z\":[],\"e\u{301}\":\"\",\"é\":\"\"}",
    ),
];

#[test]
fn canonical_pairs_hold() {
    for (text, expected) in CANONICAL {
        assert_eq!(String::from_utf8(canonical(&parse(text.as_bytes()).unwrap()).unwrap()).unwrap(), expected);
    }
}

#[test]
fn published_canonical_pairs_hold() {
    let Some(folder) = shared::data("logs/jcs/testdata") else { return };
    let (mut equal, mut refused) = (0, Vec::new());
    for input in shared::files(&folder.join("input"), ".json") {
        let name = input.file_name().unwrap().to_string_lossy().into_owned();
        match parse(&shared::read(&input)) {
            Ok(json) => {
                assert_eq!(canonical(&json).unwrap(), shared::read(folder.join("output").join(&name)), "{name}");
                equal += 1;
            }
            Err(error) => refused.push(format!("{name}: {error}")),
        }
    }
    shared::say(&format!("COUNT: {equal} published canonical pairs are equal byte for byte"));
    // 1E30 is an integer beyond 2^53, which the profile keeps out of records.
    assert_eq!(
        (equal, refused.as_slice()),
        (5, ["values.json: integer beyond ±(2^53 - 1) at line 2 column 35 (octet 36)".to_owned()].as_slice())
    );
    let text = String::from_utf8(shared::read(folder.join("input/values.json"))).unwrap().replace("1E30", "1");
    let expected = String::from_utf8(shared::read(folder.join("output/values.json"))).unwrap().replace("1e+30", "1");
    assert_eq!(canonical(&parse(text.as_bytes()).unwrap()).unwrap(), expected.into_bytes());
}
