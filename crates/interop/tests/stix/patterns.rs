//! Patterns: what reads, what does not, and where it breaks off.

use interop::stix::pattern::{Observation, Pattern, PatternError, Qualifier};
use proptest::prelude::*;

use super::scene::{advice, domain, faults};

fn wrong(text: &str) -> PatternError {
    text.parse::<Pattern>().err().unwrap_or_else(|| panic!("{text}"))
}

/// What is written of a pattern reads as the same.
fn reads(text: &str) -> Pattern {
    let pattern: Pattern = text.parse().unwrap_or_else(|error| panic!("{text}: {error}"));
    assert_eq!(pattern.to_string().parse().as_ref(), Ok(&pattern), "{pattern}");
    pattern
}

#[test]
fn every_form_of_the_language_reads() {
    for text in [
        "[file:size = 1280]",
        "[file:name != 'a\\'b\\\\c' AND file:size <= 1024.5 OR file:size > -5]",
        "[(file:name = 'pdf.exe' OR file:size = 371712) AND file:ctime = t'2014-01-13T07:03:17Z']",
        "[file:extensions.'windows-pebinary-ext'.sections[*].entropy > 7.0]",
        "[network-traffic:protocols[0] == 'tcp' AND network-traffic:src_port <> 80]",
        "[artifact:payload_bin = b'dGhpcyBp\ncyBhIHRlc3Q=' OR file:magic_number_hex = h'ffd8']",
        "[ipv4-addr:value NOT ISSUBSET '198.51.100.0/24' OR ipv6-addr:value ISSUPERSET '2001:db8::/64']",
        "[process:pid IN (1, 2, 3) AND process:command_line MATCHES'^.+>-add$' AND process:cwd LIKE 'C:\\\\\\\\%']",
        "[EXISTS windows-registry-key:values] OR [NOT EXISTS process:pid]",
        "([a:bcd=1] AND [a:bcd=2] REPEATS 5 TIMES) WITHIN 5.5 SECONDS FOLLOWEDBY [user-account:is_disabled=true]",
        "[x-usb:serial = '57'] START t'2016-06-01T00:00:00Z' STOP t'2016-07-01T00:00:00.123Z' REPEATS 2 TIMES",
        "\u{3000}[file:name = '名前'] /* a comment */ // and another",
    ] {
        reads(text);
    }
}

#[test]
fn and_binds_before_or_before_followedby() {
    let pattern = reads("[a:bcd=1] FOLLOWEDBY [a:bcd=2] OR [a:bcd=3] AND [a:bcd=4] WITHIN 5 SECONDS");
    let Observation::Joined(_, parts) = pattern.observation() else { panic!("{pattern}") };
    assert_eq!(
        parts.iter().map(ToString::to_string).collect::<Vec<_>>(),
        ["[a:bcd = 1]", "[a:bcd = 2] OR [a:bcd = 3] AND [a:bcd = 4] WITHIN 5 SECONDS"]
    );
    let Observation::Joined(_, parts) = &parts[1] else { panic!("{pattern}") };
    let Observation::Joined(_, parts) = &parts[1] else { panic!("{pattern}") };
    assert!(matches!(&parts[1], Observation::Qualified(_, Qualifier::Within(_))), "a qualifier takes the nearest");
}

#[test]
fn a_pattern_that_breaks_off_is_told_where_and_why() {
    for (text, column, reason) in [
        ("file:size = 1280", 1, "`[` or `(` should stand here"),
        ("[file:size = ]", 14, "a constant should stand here"),
        (
            "[file:hashes.SHA-256 = 'x']",
            14,
            "a name, in apostrophes if it holds a hyphen or is a keyword, should stand here",
        ),
        ("[file.size = 1280]", 6, "`:` should stand here"),
        ("[file:size = 007]", 14, "this is no number, or one beyond 2^53 - 1"),
        ("[file:size = +5]", 14, "a number is written without a plus sign"),
        ("[file:size = 9007199254740992]", 14, "this is no number, or one beyond 2^53 - 1"),
        ("[file:name = '名", 14, "the text is never closed; an apostrophe should stand at its end"),
        ("[file:name = '名\\n']", 16, "after a backslash stands an apostrophe or a backslash"),
        ("[file:name = 'a'] within 5 SECONDS", 19, "AND, OR, FOLLOWEDBY, a qualifier or the end should stand here"),
        ("[file:name = 'a'] WITHIN 5 HOURS", 28, "SECONDS should stand here"),
        ("[file:ctime = t'2023-02-29T00:00:00Z']", 15, "this constant is not of its kind"),
        ("[file:x_bin = b'AA']", 15, "this constant is not of its kind"),
        ("[file:x_hex = h'0']", 15, "this constant is not of its kind"),
        ("[file:contains_refs[-1].name = 'a']", 21, "an index from 0, or `*` should stand here"),
        ("[user-account:is_disabled > true]", 29, "true and false have no order"),
        ("[file:name NOT EXISTS]", 16, "a comparison operator should stand here"),
        ("[file:name = 'a']]", 18, "AND, OR, FOLLOWEDBY, a qualifier or the end should stand here"),
        ("[file:IN = 1]", 7, "a name, in apostrophes if it holds a hyphen or is a keyword, should stand here"),
        ("[AND:name = 1]", 2, "a path such as file:name should stand here"),
        ("", 1, "`[` or `(` should stand here"),
    ] {
        let error = wrong(text);
        assert_eq!((error.column, error.reason.as_str(), error.is_grammar), (column, reason, true), "{text}");
    }
}

#[test]
fn what_follows_the_grammar_must_also_mean_something() {
    for (text, section) in [
        ("[file:name = 'a' AND process:pid = 1]", "9.5"),
        ("[(file:name = 'a' OR process:pid = 1) AND url:value = 'b']", "9.5"),
        ("[file:name = 'a'] WITHIN 5 SECONDS WITHIN 6 SECONDS", "9.5.1"),
        ("[file:name = 'a'] REPEATS 0 TIMES", "9.5.1"),
        ("[file:name = 'a'] WITHIN 0.0 SECONDS", "9.5.1"),
        ("[file:size IN (1, 'a')]", "9.6.1"),
        ("[ipv4-addr:value ISSUBSET 'harbour']", "9.6.1"),
        ("[file:hashes.'SHA-256' = 'f00']", "2.7"),
    ] {
        let error = wrong(text);
        assert_eq!((error.section, error.is_grammar), (section, false), "{text}: {error}");
    }
    reads("[(file:name = 'a' OR process:pid = 1) AND file:size = 1]");
    reads("([file:name = 'a'] REPEATS 2 TIMES) REPEATS 2 TIMES");
}

#[test]
fn limits_are_named() {
    let deep = format!("{}[a:bcd=1]{}", "(".repeat(65), ")".repeat(65));
    assert!(wrong(&deep).reason.starts_with("parentheses stand more than 64"), "{}", wrong(&deep));
    reads(&format!("{}[a:bcd=1]{}", "(".repeat(64), ")".repeat(64)));
    let long = format!("[a:bcd = '{}']", "x".repeat(1024 * 1024));
    assert!(wrong(&long).reason.contains("1048576 octets"));
    let path = format!("[a:bcd{} = 1]", ".x".repeat(64));
    assert!(wrong(&path).reason.contains("at most 64 steps"));
}

#[test]
fn an_indicator_is_held_back_for_its_pattern() {
    let indicator = |kind: &str, pattern: &str| {
        domain(
            "indicator",
            &format!(
                r#""name":"n","description":"d","pattern_type":"{kind}","valid_from":"2026-01-01T00:00:00Z","pattern":"{pattern}""#
            ),
        )
    };
    assert_eq!(faults(indicator("stix", "[file:name = 1")), ["pattern-syntax /pattern"]);
    assert_eq!(faults(indicator("stix", "[file:name = 'a' AND url:value = 'b']")), ["pattern-meaning /pattern"]);
    assert_eq!(faults(indicator("yara", "rule harbour { condition: true }")), [""; 0]);
    assert_eq!(faults(indicator("stix", "[ab:yz = 1]")), ["pattern-name /pattern", "pattern-name /pattern"]);
    assert_eq!(advice(indicator("stix", "[file:created = 1]")), [""; 0]);
    assert_eq!(advice(indicator("stix", "[file:made = 1]")), ["pattern-property /pattern"]);
}

/// The words and signs of the language, in any order.
fn scraps() -> impl Strategy<Value = String> {
    let words: &'static [&'static str] = &[
        "[",
        "]",
        "(",
        ")",
        "a:bcd",
        "file:name",
        "=",
        "!=",
        "<=",
        "IN",
        "LIKE",
        "NOT",
        "EXISTS",
        "AND",
        "OR",
        "FOLLOWEDBY",
        "WITHIN",
        "SECONDS",
        "REPEATS",
        "TIMES",
        "START",
        "STOP",
        "5",
        "1.5",
        "'x'",
        "t'2016-06-01T00:00:00Z'",
        "h'ff'",
        "b'AA=='",
        "true",
        ",",
        ".",
        "[*]",
        "[0]",
        "//",
        "/*",
        "\\",
        "'",
        "-",
        "\u{3000}",
        "名",
    ];
    proptest::collection::vec(proptest::sample::select(words), 0..20).prop_map(|words| words.join(" "))
}

fn comparison() -> impl Strategy<Value = String> {
    let test = prop_oneof![
        any::<i32>().prop_map(|value| format!("file:size = {value}")),
        "[^'\\\\]{0,6}".prop_map(|value| format!("file:name NOT LIKE '{value}'")),
        any::<bool>().prop_map(|value| format!("file:'x y'[*].z != {value}")),
        Just("EXISTS file:hashes.'SHA-256'".to_owned()),
        Just("file:size IN (1, -2.5)".to_owned()),
    ];
    test.prop_recursive(4, 16, 3, |inner| {
        let joined = (proptest::collection::vec(inner, 1..4), any::<bool>());
        joined.prop_map(|(parts, is_and)| format!("({})", parts.join(if is_and { " AND " } else { " OR " })))
    })
}

fn observation() -> impl Strategy<Value = String> {
    comparison().prop_map(|comparison| format!("[{comparison}]")).prop_recursive(4, 16, 3, |inner| {
        let joined = (proptest::collection::vec(inner, 1..4), 0..3_usize, any::<bool>());
        joined.prop_map(|(parts, join, is_limited)| {
            let joined = parts.join([" AND ", " OR ", " FOLLOWEDBY "][join]);
            if is_limited { format!("({joined}) WITHIN 5 SECONDS REPEATS 2 TIMES") } else { format!("({joined})") }
        })
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]
    #[test]
    fn what_is_built_by_the_grammar_reads_and_goes_round(text in observation()) {
        reads(&text);
    }

    #[test]
    fn no_scraps_break_the_reader(text in scraps()) {
        if let Ok(pattern) = text.parse::<Pattern>() {
            prop_assert_eq!(pattern.to_string().parse::<Pattern>(), Ok(pattern));
        }
    }

    #[test]
    fn no_text_breaks_the_reader(text in ".{0,60}") {
        let _read = text.parse::<Pattern>();
    }
}
