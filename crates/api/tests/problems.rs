//! Problems are stable for programs and readable for people, and tell nothing that they should not.

use access::{Refused, Right};
use api::{Language, Method, Place, Problem, ProblemKind, Wrong};
use record::json::Json;

use crate::scene::post;

#[test]
fn every_kind_has_words_in_both_languages_and_a_type_of_its_own() {
    for kind in ProblemKind::ALL {
        let [english, chinese] = Language::ALL.map(|language| Problem::new(*kind).to_json(language));
        assert_eq!(english.text("type"), Some(format!("urn:detente:problem:{kind}").as_str()));
        assert_eq!(english.text("type"), chinese.text("type"));
        assert_eq!(english.get("status").and_then(Json::as_integer), Some(i64::from(kind.status())));
        for member in ["title", "detail", "advice"] {
            let (one, other) = (english.text(member).unwrap(), chinese.text(member).unwrap());
            assert!(!one.is_empty() && one.is_ascii(), "{one}");
            assert!(other.chars().any(|character| ('\u{4e00}'..='\u{9fff}').contains(&character)), "{other}");
        }
    }
}

#[test]
fn a_wrong_member_is_named_in_the_readers_language() {
    let problem = post(r#"{"name":"a","draught":3001}"#).unwrap_err();
    let [english, chinese] = Language::ALL.map(|language| problem.to_json(language));
    assert_eq!(english.text("detail"), Some("`/draught` is not from 0 to 3000."));
    assert_eq!(chinese.text("detail"), Some("`/draught`不在 0 到 3000 之间。"));
    assert_eq!((english.text("in"), english.text("member")), (Some("body"), Some("/draught")));
    let unknown = post(r#"{"\u001b[2Jname":"a"}"#).unwrap_err().to_json(Language::English);
    assert!(!unknown.to_text().contains('\u{1b}'), "what acts on a terminal is escaped");
    let long = Wrong::Missing.about(Place::Query, &"a".repeat(10_000)).to_json(Language::Chinese).to_text();
    assert!(long.len() < 1_000);
}

#[test]
fn the_language_is_the_one_that_the_reader_wants_most() {
    for (field, wanted) in [
        (None, Language::English),
        (Some(""), Language::English),
        (Some("*"), Language::English),
        (Some("zh-CN,zh;q=0.9,en;q=0.8"), Language::Chinese),
        (Some("zh-Hans"), Language::Chinese),
        (Some("ZH"), Language::Chinese),
        (Some("en-GB,en;q=0.9,zh;q=0.8"), Language::English),
        (Some("fr, zh;q=0.3"), Language::Chinese),
        (Some("fr"), Language::English),
        (Some("en;q=0, *"), Language::Chinese),
        (Some("en;q=0.2, zh-Hans;q=0.3"), Language::Chinese),
        (Some("*;q=0.5, en;q=0.2"), Language::Chinese),
        (Some("zh;q=x"), Language::Chinese),
        (Some("zhx"), Language::English),
        (Some("zh, en"), Language::Chinese),
        (Some("en, zh"), Language::English),
    ] {
        assert_eq!(Language::accepted(field), wanted, "{field:?}");
    }
}

#[test]
fn what_is_hidden_and_who_is_unknown_learn_nothing() {
    let hidden = Problem::new(ProblemKind::NotFound).to_json(Language::English);
    assert!(!hidden.contains("said") && !hidden.contains("member"));
    let unknown = Problem::forbidden(Refused::SignIn);
    assert_eq!((unknown.status(), unknown.words_of_refusal()), (401, None));
    let fields = unknown.headers(Language::Chinese);
    assert!(fields.contains(&("WWW-Authenticate", "Bearer realm=\"detente\"".to_owned())));
    assert!(fields.contains(&("Content-Language", "zh-Hans".to_owned())));
    let forbidden = Problem::forbidden(Refused::Role(Right::Publish));
    assert_eq!(forbidden.status(), 403);
    assert!(forbidden.words_of_refusal().unwrap().message.contains("publish"));
}

#[test]
fn header_fields_say_what_to_do() {
    let other = Problem::method(vec![Method::Get, Method::Post]).headers(Language::English);
    assert!(other.contains(&("Allow", "GET, POST, HEAD".to_owned())));
    let busy = Problem::new(ProblemKind::Busy).retry_after(3).headers(Language::English);
    assert!(busy.contains(&("Retry-After", "3".to_owned())));
}
