//! Texts that are no agreement, each with the place and the reason.

use policy::agreement::{Agreement, AgreementProblem, MAX_CLAUSE_DEPTH, MAX_CLAUSES};
use policy::cedar::PolicyError;
use record::json::{Json, Map};

use super::scene::{edit, object, read, repolicy, text, within, words};

fn problem(text: &Map) -> (Option<String>, AgreementProblem) {
    let error = read(text).unwrap_err();
    (error.at, error.problem)
}

/// The problem of clause 2.1, which must be named.
fn of_incidents(text: &Map) -> AgreementProblem {
    let (at, problem) = problem(text);
    assert_eq!(at.as_deref(), Some("clause 2.1"), "{problem}");
    problem
}

fn policy(condition: &str) -> Map {
    let policy = format!("permit(principal, action == Action::\"release\", resource) when {{ {condition} }};");
    edit(&text(), "2.1", |clause| clause.set("policy", policy))
}

#[test]
fn a_policy_that_does_not_type_check_is_refused_with_its_clause() {
    for condition in ["context.tlp == 3", "context.weather == \"fine\"", "context.approvals", "1 + true == 2"] {
        let problem = of_incidents(&policy(condition));
        assert!(matches!(problem, AgreementProblem::Policy(PolicyError::Types { .. })), "{condition}: {problem}");
    }
}

#[test]
fn a_policy_with_a_word_that_does_not_exist_is_refused() {
    for condition in [
        r#"context.tlp == Tlp::"white""#,
        r#"context.kind == Kind::"rumour""#,
        r#"context.care.contains(Care::"secret")"#,
    ] {
        let problem = of_incidents(&policy(condition));
        assert!(matches!(problem, AgreementProblem::Policy(PolicyError::Types { .. })), "{condition}: {problem}");
    }
}

#[test]
fn what_is_not_one_policy_is_refused() {
    for wrong in [
        "",
        "permit",
        "permit(principal, action, resource); forbid(principal, action, resource);",
        "permit(principal == ?principal, action, resource);",
    ] {
        let wrong = edit(&text(), "2.1", |clause| clause.set("policy", wrong));
        assert!(matches!(of_incidents(&wrong), AgreementProblem::Policy(PolicyError::Syntax { .. })));
    }
    let long = format!(
        "permit(principal, action, resource) when {{ {} context.foreign }};",
        "context.foreign && ".repeat(1000)
    );
    let long = edit(&text(), "2.1", |clause| clause.set("policy", long));
    assert!(matches!(of_incidents(&long), AgreementProblem::Policy(PolicyError::TooLong { .. })));
}

#[test]
fn a_clause_that_never_matches_is_refused() {
    for condition in [
        r#"context.tlp == Tlp::"clear" && context.tlp == Tlp::"green""#,
        "context.approvals > 3",
        r#"context.kind == Kind::"incident" && context.kind == Kind::"signals""#,
    ] {
        let problem = of_incidents(&policy(condition));
        let is_named =
            matches!(problem, AgreementProblem::NeverApplies | AgreementProblem::Policy(PolicyError::Types { .. }));
        assert!(is_named, "{condition}: {problem}");
    }
}

#[test]
fn a_clause_that_asks_about_too_much_at_once_is_refused() {
    let all: Vec<_> = policy::vocabulary::Care::ALL.iter().map(|care| format!("Care::\"{care}\"")).collect();
    let problem = of_incidents(&policy(&format!("context.care.containsAny([{}])", all.join(", "))));
    assert!(matches!(problem, AgreementProblem::TooManyCases { .. }), "{problem}");
}

fn transform(json: &str) -> AgreementProblem {
    of_incidents(&edit(&text(), "2.1", |clause| clause.set("transform", object(json))))
}

#[test]
fn a_transform_that_contradicts_itself_is_refused() {
    for json in [
        r#"{"show": ["name"], "drop": ["name"]}"#,
        r#"{"show": ["occurred"], "twin": ["occurred"]}"#,
        r#"{"drop": ["place"], "twin": ["place"]}"#,
    ] {
        assert!(matches!(transform(json), AgreementProblem::Contradiction { .. }), "{json}");
    }
    assert!(matches!(
        transform(r#"{"is_sealed": true, "drop": ["name"]}"#),
        AgreementProblem::Form { field: "transform", .. }
    ));
}

#[test]
fn a_property_without_a_twin_cannot_be_coarsened_and_one_that_no_kind_has_cannot_be_named() {
    assert_eq!(transform(r#"{"twin": ["cause"]}"#), AgreementProblem::NoTwin { name: "cause".to_owned() });
    let name = "colour".to_owned();
    for json in [r#"{"show": ["colour"]}"#, r#"{"drop": ["colour"]}"#, r#"{"twin": ["colour"]}"#] {
        assert_eq!(transform(json), AgreementProblem::NoProperty { name: name.clone() });
    }
}

#[test]
fn a_character_that_nobody_sees_is_refused_wherever_it_stands() {
    let hidden = [
        '\u{202E}',
        '\u{2066}',
        '\u{200B}',
        '\u{200D}',
        '\u{FEFF}',
        '\u{AD}',
        '\u{FE0F}',
        '\u{E0041}',
        '\u{3164}',
        '\u{1}',
    ];
    for character in hidden {
        for language in ["en", "zh-Hans"] {
            let changed = edit(&text(), "2.1", |clause| {
                within(clause, "text", |words| {
                    let before = words.text(language).unwrap().to_owned();
                    words.set(language, format!("{character}{before}"));
                });
            });
            let problem = of_incidents(&changed);
            let AgreementProblem::Invisible { character: found, offset: 0, .. } = problem else {
                panic!("U+{:04X}: {problem}", u32::from(character))
            };
            assert_eq!(found, character);
        }
    }
    let mut title = text();
    within(&mut title, "title", |words| words.set("en", "\u{202E}tnemeerga"));
    assert!(matches!(problem(&title).1, AgreementProblem::Invisible { .. }));
}

#[test]
fn ten_thousand_clauses_are_refused_at_once() {
    let clause = object(r#"{"id": "x", "text": {"en": "x", "zh-Hans": "x"}}"#);
    let mut text = text();
    text.set("clauses", Json::Array(vec![clause; 10_000]));
    assert_eq!(problem(&text).1, AgreementProblem::TooMany { what: "clauses", limit: MAX_CLAUSES });
}

#[test]
fn clauses_nest_as_deep_as_sub_points_and_no_deeper() {
    let nested = |depth: usize| {
        let mut clause = Map::new().with("id", "leaf").with("text", object(r#"{"en": "x", "zh-Hans": "x"}"#));
        for level in 1..depth {
            let id = format!("level-{level}");
            clause = Map::new()
                .with("id", id)
                .with("text", object(r#"{"en": "x", "zh-Hans": "x"}"#))
                .with("clauses", Json::Array(vec![clause.into()]));
        }
        let mut text = text();
        text.set("clauses", Json::Array(vec![clause.into()]));
        text.set("examples", Json::Array(Vec::new()));
        text
    };
    assert!(read(&nested(MAX_CLAUSE_DEPTH)).is_ok());
    let deep = problem(&nested(MAX_CLAUSE_DEPTH + 1)).1;
    assert_eq!(deep, AgreementProblem::TooMany { what: "levels of clauses", limit: MAX_CLAUSE_DEPTH });
}

#[test]
fn two_clauses_of_one_name_are_refused_wherever_they_stand() {
    let twice = edit(&text(), "2.2", |clause| clause.set("id", "4.1"));
    assert_eq!(problem(&twice).1, AgreementProblem::Twice { what: "clauses", name: "4.1".to_owned() });
}

#[test]
fn an_authentic_language_may_not_be_missing_and_no_other_may_stand_there() {
    let without = edit(&text(), "2.1", |clause| within(clause, "text", |words| drop(words.remove("zh-Hans"))));
    assert!(matches!(of_incidents(&without), AgreementProblem::Rendition { .. }));
    let other = edit(&text(), "2.1", |clause| within(clause, "text", |words| words.set("fr", "Chaque partie")));
    assert!(matches!(of_incidents(&other), AgreementProblem::Rendition { .. }));
    let empty = edit(&text(), "2.1", |clause| within(clause, "text", |words| words.set("en", "")));
    assert!(matches!(of_incidents(&empty), AgreementProblem::Text(_)));
    let long = edit(&text(), "2.1", |clause| within(clause, "text", |words| words.set("en", "x".repeat(8_001))));
    assert!(matches!(of_incidents(&long), AgreementProblem::TooMany { what: "characters", .. }));
}

#[test]
fn a_courtesy_translation_may_be_missing() {
    let mut text = text();
    let languages = r#"[{"language": "en", "is_authentic": true}, {"language": "zh-Hans", "is_authentic": false}]"#;
    text.set("languages", object(languages));
    let text = edit(&text, "2.1", |clause| within(clause, "text", |words| drop(words.remove("zh-Hans"))));
    assert!(read(&text).is_ok());
}

#[test]
fn a_field_that_agreements_do_not_have_is_refused_at_every_level() {
    let mut top = text();
    top.set("note", "x");
    let unknown = AgreementProblem::Unknown { field: "note".to_owned() };
    assert_eq!(problem(&top).1, unknown);
    assert_eq!(problem(&edit(&text(), "2.1", |clause| clause.set("note", "x"))).1, unknown);
    for part in ["transform", "obligations"] {
        let changed = edit(&text(), "2.1", |clause| within(clause, part, |inner| inner.set("note", "x")));
        assert_eq!(of_incidents(&changed), unknown);
    }
}

#[test]
fn a_field_that_is_missing_or_of_another_form_is_named() {
    for name in [
        "format",
        "engine",
        "schema",
        "title",
        "languages",
        "prevails",
        "parties",
        "from",
        "until",
        "zone",
        "keep_days",
        "head_every_minutes",
        "clauses",
        "examples",
    ] {
        let mut without = text();
        drop(without.remove(name));
        assert!(problem(&without).1.to_string().contains(name), "{name}: {}", problem(&without).1);
        let mut other = text();
        other.set(name, Json::Null);
        assert!(read(&other).is_err(), "{name}");
    }
    assert!(Agreement::parse(b"[]").is_err());
    assert!(matches!(Agreement::parse(b"{").unwrap_err().problem, AgreementProblem::Json(_)));
    assert!(matches!(Agreement::parse(br#"{"a": 1, "a": 2}"#).unwrap_err().problem, AgreementProblem::Json(_)));
}

#[test]
fn an_agreement_for_another_engine_schema_or_form_is_refused() {
    for name in ["format", "engine", "schema"] {
        let mut other = text();
        other.set(name, "another/1");
        assert!(matches!(problem(&other).1, AgreementProblem::Engine { .. }), "{name}");
    }
}

#[test]
fn an_empty_period_is_refused() {
    let mut text = text();
    let until = text.text("until").unwrap().to_owned();
    text.set("from", until);
    assert_eq!(problem(&text).1, AgreementProblem::EmptyPeriod);
}

#[test]
fn roles_purposes_and_numbers_that_cannot_be_are_refused() {
    let changed =
        |name: &'static str, value: Json| of_incidents(&edit(&text(), "2.1", |clause| clause.set(name, value)));
    assert!(matches!(changed("from", words(&["z"])), AgreementProblem::Form { field: "from", .. }));
    assert!(matches!(changed("to", words(&[])), AgreementProblem::Form { field: "to", .. }));
    let owed = |name: &'static str, json: &str| {
        let value = object(json);
        of_incidents(&edit(&text(), "2.1", |clause| within(clause, "obligations", |owed| owed.set(name, value))))
    };
    for (name, json) in [
        ("purposes", "[]"),
        ("purposes", r#"["espionage"]"#),
        ("purposes", r#"["verification", "verification"]"#),
        ("retention_days", "0"),
        ("retention_days", "1.5"),
        ("onward", r#""everyone""#),
        ("approvals", "4"),
        ("answer_within_hours", "0"),
    ] {
        assert!(matches!(owed(name, json), AgreementProblem::Form { field, .. } if field == name), "{name} {json}");
    }
}

#[test]
fn a_clause_that_forbids_owes_nothing_and_one_without_a_policy_does_nothing() {
    let obligations = object(r#"{"purposes": ["verification"], "onward": "nobody"}"#);
    let forbids = edit(&text(), "4.1", |clause| clause.set("obligations", obligations));
    assert_eq!(problem(&forbids).0.as_deref(), Some("clause 4.1"));
    let idle = edit(&text(), "2.1", |clause| drop(clause.remove("policy")));
    assert!(matches!(of_incidents(&idle), AgreementProblem::Form { field: "policy", .. }));
}

#[test]
fn an_example_that_cannot_be_is_refused_with_its_name() {
    for (name, json) in [
        ("from", r#""z""#),
        ("kind", r#""rumour""#),
        ("fields", r#"[{"name": "colour"}]"#),
        ("expected", r#"{"clause": "2.1", "shown": [], "because": "no-clause"}"#),
        ("marks", r#"{"tlp": "clear", "recipients": "friends"}"#),
        ("title", r#"{"en": "only English"}"#),
    ] {
        let mut text = text();
        let Some(Json::Array(mut examples)) = text.remove("examples") else { panic!("no examples") };
        let Json::Object(first) = &mut examples[0] else { panic!("no object") };
        first.set(name, object(json));
        let id = first.text("id").unwrap().to_owned();
        text.set("examples", Json::Array(examples));
        assert_eq!(problem(&text).0, Some(format!("example {id}")), "{name}");
    }
}

#[test]
fn spaces_in_a_policy_are_no_mistake() {
    assert!(read(&repolicy(&text(), "2.1", " && ", "\n  &&\n  ")).is_ok());
}
