//! The query language: everything parses or says where it went wrong.

use proptest::prelude::*;
use search::{Field, Query, QueryError};

fn error(text: &str) -> QueryError {
    text.parse::<Query>().map(|query| query.to_string()).unwrap_err()
}

#[test]
fn an_error_names_its_column_and_what_to_do() {
    for (text, column, words) in [
        ("", 1, "something to search for"),
        ("   ", 4, "something to search for"),
        ("crane OR", 9, "something to search for"),
        ("crane OR OR x", 10, "something to search for"),
        ("crane \"red line", 7, "not closed"),
        ("crane )", 7, "closes nothing"),
        ("(crane", 7, "closing bracket"),
        ("crane - x", 8, "right behind the hyphen"),
        ("NOT crane", 1, "-word"),
        ("colour:red", 1, "no field `colour`"),
        ("severity:grave", 10, "serious-incident"),
        ("country:Holland", 9, "ISO 3166-1"),
        ("country:NL,", 12, "a value should stand here"),
        ("country>NL", 8, "has no order"),
        ("injured>=two", 10, "whole number"),
        ("after:2026-13", 7, "calendar"),
        ("after>2026", 6, "after:DATE"),
        ("occurred:2025,2026", 15, "OR"),
        ("severity<hazard", 9, "no value"),
        ("crane !!!", 7, "no letter or digit"),
        ("行人 国家:NL", 4, "no field"),
    ] {
        let error = error(text);
        assert_eq!(error.column, column, "{text}: {error}");
        assert!(error.to_string().contains(words), "{text}: {error}");
    }
}

#[test]
fn what_is_too_much_is_refused_before_it_is_worked_on() {
    assert!(error(&"a ".repeat(65)).problem.contains("64 things"));
    assert!(error(&"a".repeat(5_000)).problem.contains("longer"));
    let deep = format!("{}a{}", "(".repeat(40), ")".repeat(40));
    assert!(error(&deep).problem.contains("brackets"));
    let list = format!("reference:{}", vec!["a"; 70].join(","));
    assert!(error(&list).problem.contains("64 values"));
    assert!(error(&format!("\"{}\"", "a ".repeat(80))).problem.contains("phrase"));
}

#[test]
fn a_query_is_printed_in_one_form() {
    for (text, printed) in [
        ("crane  AND   vest", "crane vest"),
        ("((crane)) (vest boots)", "crane vest boots"),
        ("a OR (b OR c)", "a OR b OR c"),
        ("-(-crane)", "crane"),
        ("-(a b)", "-(a b)"),
        ("Severity >=hazard", ""),
        ("SEVERITY>=incident", "severity:incident,serious-incident,disaster"),
        ("country=nl,de,NL", "country:NL,DE"),
        ("\"OR\"", "\"OR\""),
        ("“红线”", "红线"),
        ("system:\"yard pilot\",crane", "system:\"yard pilot\",crane"),
        ("after:2026-07-01T10:30Z", "after:\"2026-07-01T10:30Z\""),
    ] {
        if printed.is_empty() {
            assert!(text.parse::<Query>().is_err(), "{text}");
        } else {
            assert_eq!(text.parse::<Query>().unwrap().to_string(), printed, "{text}");
        }
    }
}

/// Pieces of which queries are made, sound and broken.
fn piece() -> impl Strategy<Value = String> {
    let field = proptest::sample::select(Field::ALL).prop_map(|field| field.name().to_owned());
    prop_oneof![
        "[a-z]{1,6}",
        "\\PC{0,8}",
        field,
        proptest::sample::select(vec![
            "(",
            ")",
            "\"",
            "“",
            "”",
            "「",
            "-",
            "OR",
            "AND",
            "NOT",
            ":",
            ">=",
            "<",
            ",",
            "，",
            "：",
            " ",
            "\\",
            "after:2026",
            "before:2026-07-01",
            "severity:hazard",
            "injured>=3",
            "country:NL,DE",
            "行人",
            "自动驾驶",
            "lang:zh",
            "＂",
            "occurred<2026-07",
            "system:\"a b\"",
        ])
        .prop_map(str::to_owned),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn any_text_parses_or_names_a_column(text in "\\PC{0,60}") {
        if let Err(error) = text.parse::<Query>() {
            prop_assert!(error.column >= 1 && error.column <= text.chars().count() + 1, "{}", error);
        }
    }

    #[test]
    fn a_printed_query_parses_to_the_same_query(pieces in proptest::collection::vec(piece(), 1..9), space in any::<bool>()) {
        let text = pieces.join(if space { " " } else { "" });
        match text.parse::<Query>() {
            Ok(query) => {
                let printed = query.to_string();
                prop_assert_eq!(printed.parse::<Query>(), Ok(query), "{}", printed);
            }
            Err(error) => prop_assert!(error.column >= 1 && error.column <= text.chars().count() + 1, "{}", error),
        }
    }
}
