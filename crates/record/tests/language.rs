//! Text in several languages.

use record::json::{Json, Map, parse};
use record::language::{Direction, LanguageTag, TaggedText, TextError, isolate};

fn tag(text: &str) -> LanguageTag {
    text.parse().unwrap()
}

fn json(text: &str) -> Json {
    parse(text.as_bytes()).unwrap()
}

fn text(text: &str) -> Result<TaggedText, TextError> {
    TaggedText::from_json(&json(text))
}

/// A text whose renditions say their own tags.
fn offering(tags: &[&str]) -> TaggedText {
    let first = TaggedText::new(tag(tags[0]), tags[0]).unwrap();
    tags[1..].iter().fold(first, |whole, one| whole.and(tag(one), *one).unwrap())
}

#[test]
fn tags_have_one_spelling() {
    for (given, canonical) in
        [("ZH-hans-cn", "zh-Hans-CN"), ("EN", "en"), ("pt-br", "pt-BR"), ("und", "und"), ("sl-ROZAJ", "sl-rozaj")]
    {
        assert_eq!(tag(given).as_str(), canonical);
    }
    let long = "en-".to_owned() + &"abcde-".repeat(20);
    for bad in
        ["", "e", "en_US", "en-", "-en", "english language", "zh-Hans-Hant", "x-private", "en-u-ca-buddhist", &long]
    {
        assert!(bad.parse::<LanguageTag>().is_err(), "{bad}");
    }
    assert_eq!(
        "en_US".parse::<LanguageTag>().unwrap_err().to_string(),
        "`en_US` is not a language tag such as en or zh-Hans"
    );
}

#[test]
fn lines_run_as_their_script_does() {
    for left in ["en", "zh-Hans", "ja", "az", "az-Latn", "ks-Deva", "he-Latn", "pa", "pa-IN", "ha", "uz"] {
        assert_eq!(tag(left).direction(), Direction::LeftToRight, "{left}");
    }
    for right in [
        "ar", "he", "fa", "ur", "ckb", "ps", "dv", "yi", "az-Arab", "pa-Arab", "ha-Arab", "en-Hebr", "ff-Adlm", "pa-PK",
    ] {
        assert_eq!(tag(right).direction(), Direction::RightToLeft, "{right}");
    }
    assert_eq!((Direction::LeftToRight.html(), Direction::RightToLeft.html()), ("ltr", "rtl"));
}

#[test]
fn json_goes_round_in_its_order() {
    let json = r#"{"zh-Hans":"事件","en":"Incident","fr-CA":"Incident"}"#;
    let tagged = text(json).unwrap();
    assert_eq!(tagged.to_json().to_text(), json);
    assert_eq!((tagged.len(), tagged.get(&tag("en"))), (3, Some("Incident")));
    assert_eq!(text(r#"{"EN":"a"}"#).unwrap().to_json().to_text(), r#"{"en":"a"}"#);
}

#[test]
fn refuses_what_is_no_text() {
    let many: String = (0..65).map(|place| format!("\"en-{:03}\":\"a\",", place)).collect();
    let many = format!("{{{}}}", many.trim_end_matches(','));
    let cases = [
        ("{}", "the text is in no language; give at least one"),
        ("[]", "found an array where an object such as {\"en\": \"...\"} should stand"),
        (r#"{"en":""}"#, "the text in `en` is empty; leave the language out"),
        (r#"{"en":"a\u0000"}"#, "the text in `en` holds U+0000; remove it"),
        (r#"{"en":1}"#, "the text in `en` should be a string, not a number"),
        (r#"{"zh-hans":"a","zh-Hans":"b"}"#, "the language `zh-Hans` stands twice; keep one"),
        (r#"{"":"a"}"#, "`` is not a language tag such as en or zh-Hans"),
        (&many, "more than 64 languages"),
    ];
    for (json, message) in cases {
        assert_eq!(text(json).unwrap_err().to_string(), message, "{json}");
    }
}

#[test]
fn chooses_what_a_reader_can_read() {
    let cases: [(&[&str], &[&str], &str); 15] = [
        (&["en", "zh", "zh-Hans", "zh-CN"], &["zh-CN"], "zh-CN"),
        (&["en", "zh", "zh-Hans"], &["zh-CN"], "zh-Hans"),
        (&["en", "zh"], &["zh-CN"], "zh"),
        (&["en", "fr"], &["zh-CN"], "en"),
        (&["en", "zh-Hans", "zh-Hant"], &["zh-TW"], "zh-Hant"),
        (&["en", "zh-Hans", "zh-Hant"], &["zh-HK", "en"], "zh-Hant"),
        (&["en", "zh-Hans"], &["zh-TW", "en"], "en"),
        (&["en", "zh-Hans"], &["zh-TW"], "zh-Hans"),
        (&["en", "zh-Hant", "zh-Hans"], &["zh"], "zh-Hans"),
        (&["en", "zh-CN"], &["zh-Hans"], "zh-CN"),
        (&["fr", "en"], &["de", "en-GB"], "en"),
        (&["fr", "en-US", "en"], &["en-GB"], "en-US"),
        (&["fr", "pt-BR"], &["pt"], "pt-BR"),
        (&["en", "sr-Cyrl"], &["sr-Latn"], "sr-Cyrl"),
        (&["en", "fr"], &[], "en"),
    ];
    for (offers, wishes, expected) in cases {
        let wishes: Vec<_> = wishes.iter().map(|wish| tag(wish)).collect();
        let tagged = offering(offers);
        let (language, words) = tagged.choose(&wishes);
        assert_eq!((language.as_str(), words), (expected, expected), "{offers:?} for {wishes:?}");
    }
}

#[test]
fn foreign_text_stays_within_its_isolates() {
    assert_eq!(isolate("abc"), "\u{2068}abc\u{2069}");
    assert_eq!(isolate("a\u{2069}b"), "\u{2068}ab\u{2069}");
    assert_eq!(isolate("a\u{2067}b"), "\u{2068}a\u{2067}b\u{2069}\u{2069}");
    assert_eq!(isolate("\u{2066}b\u{2069}\u{2069}c"), "\u{2068}\u{2066}b\u{2069}c\u{2069}");
}

#[test]
fn a_text_is_built_without_repeats() {
    let one = TaggedText::new(tag("en"), "a").unwrap();
    assert!(matches!(one.clone().and(tag("EN"), "b"), Err(TextError::Twice { .. })));
    assert!(matches!(TaggedText::new(tag("en"), ""), Err(TextError::Empty { .. })));
    assert_eq!(one.to_json(), Json::from(Map::new().with("en", "a")));
}
