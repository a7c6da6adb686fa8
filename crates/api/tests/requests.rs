//! A request is read by its description, and by nothing else.

use api::request::{Asked, read};
use api::{Found, Method, Place, ProblemKind, Value};
use record::digest::sha256;

use crate::scene::{berth, harbour, leave, path, post, query};

const DIGEST: &str = "47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU";

#[test]
fn what_is_described_is_taken() {
    let values =
        post(r#"{"name":"海鸥","draught":3e2,"kind":"tug","crew":["Ada"],"pilot":true,"papers":{"base64":"AP8="}}"#)
            .unwrap();
    assert_eq!((values.text("name"), values.integer("draught"), values.flag("pilot")), (Some("海鸥"), Some(300), true));
    assert_eq!((values.text("kind"), values.texts("crew")), (Some("tug"), vec!["Ada"]));
    assert_eq!(values.get("papers"), Some(&Value::File(vec![0, 255])));
    assert_eq!(post(r#"{"name":"a","papers":{"text":"é"}}"#).unwrap().get("papers"), Some(&Value::File("é".into())));
    assert_eq!(post(&format!(r#"{{"name":"a","chart":"{DIGEST}"}}"#)).unwrap().text("chart"), Some(DIGEST));
    let chart = post(r#"{"name":"a","chart":{"text":"é"}}"#).unwrap();
    assert_eq!(chart.get("chart"), Some(&Value::File("é".into())));
    assert_eq!(post(r#"{"name":"a","draught":1.0}"#).unwrap().integer("draught"), Some(1));
}

#[test]
fn whatever_is_not_is_refused_by_name() {
    for (body, member) in [
        (r#"{"name":"a","sail":1}"#, "/sail"),
        (r#"{"name":"a","a/b~c":1}"#, "/a~1b~0c"),
        ("{}", "/name"),
        (r#"{"name":""}"#, "/name"),
        (r#"{"name":"abcdefghijk"}"#, "/name"),
        (r#"{"name":7}"#, "/name"),
        (r#"{"name":null}"#, "/name"),
        (r#"{"name":"a","draught":3001}"#, "/draught"),
        (r#"{"name":"a","draught":-1}"#, "/draught"),
        (r#"{"name":"a","draught":1.5}"#, "/draught"),
        (r#"{"name":"a","draught":"1"}"#, "/draught"),
        (r#"{"name":"a","draught":1e15}"#, "/draught"),
        (r#"{"name":"a","kind":"TUG"}"#, "/kind"),
        (r#"{"name":"a","crew":[]}"#, "/crew"),
        (r#"{"name":"a","crew":["1","2","3","4"]}"#, "/crew"),
        (r#"{"name":"a","crew":["1",""]}"#, "/crew/1"),
        (r#"{"name":"a","pilot":"true"}"#, "/pilot"),
        (r#"{"name":"a","papers":"/etc/passwd"}"#, "/papers"),
        (r#"{"name":"a","chart":"/etc/passwd"}"#, "/chart"),
        (r#"{"name":"a","chart":{"base64":"!"}}"#, "/chart/base64"),
        (r#"{"name":"a","papers":{"path":"/etc/passwd"}}"#, "/papers"),
        (r#"{"name":"a","papers":{"text":"a","base64":"YQ=="}}"#, "/papers"),
        (r#"{"name":"a","papers":{"base64":"YQ"}}"#, "/papers/base64"),
        (r#"{"name":"a","papers":{"base64":"YR=="}}"#, "/papers/base64"),
    ] {
        let problem = post(body).unwrap_err();
        assert_eq!((problem.kind(), problem.member()), (ProblemKind::Member, Some((Place::Body, member))), "{body}");
    }
}

#[test]
fn a_body_is_json_of_the_strict_profile() {
    for body in [
        "{",
        r#"{"name":"a","name":"b"}"#,
        "{\"name\":\"\u{0}\"}",
        r#"{"name":"\ud800"}"#,
        r#"{"draught":9007199254740993}"#,
    ] {
        assert_eq!(post(body).unwrap_err().kind(), ProblemKind::Malformed, "{body}");
    }
    assert_eq!(post("[]").unwrap_err().kind(), ProblemKind::NoObject);
    assert_eq!(post("\"a\"").unwrap_err().kind(), ProblemKind::NoObject);
}

#[test]
fn a_body_has_a_type_and_a_size() {
    let of = |content_type, content_encoding, body| {
        let asked = Asked { content_type, content_encoding, body, ..Asked::default() };
        read(&berth(), &[], asked).map_err(|problem| problem.kind())
    };
    let good = br#"{"name":"a"}"#;
    for content_type in ["application/json", "Application/JSON; charset=UTF-8", "application/json;charset=\"utf-8\""] {
        assert!(of(Some(content_type), None, good).is_ok(), "{content_type}");
    }
    for content_type in [None, Some("text/plain"), Some("application/json;charset=latin1"), Some("application/jsonx")] {
        assert_eq!(of(content_type, None, good), Err(ProblemKind::MediaType), "{content_type:?}");
    }
    assert_eq!(of(Some("application/json"), Some("gzip"), good), Err(ProblemKind::MediaType));
    let long = vec![b' '; api::limits::MAX_BODY_BYTES + 1];
    assert_eq!(of(Some("application/json"), None, &long), Err(ProblemKind::TooLarge));
    assert_eq!(of(None, None, b""), Err(ProblemKind::Member), "what must be there is not");
    let asked = Asked { body: b"{}", ..Asked::default() };
    assert_eq!(read(&leave(), &[("digest", DIGEST.into())], asked).unwrap_err().kind(), ProblemKind::NoBody);
}

#[test]
fn a_file_is_no_larger_than_a_record() {
    let file = |octets: usize| post(&format!(r#"{{"name":"a","papers":{{"text":"{}"}}}}"#, "a".repeat(octets)));
    assert!(file(api::limits::MAX_FILE_BYTES).is_ok());
    assert_eq!(file(api::limits::MAX_FILE_BYTES + 1).unwrap_err().member(), Some((Place::Body, "/papers")));
}

#[test]
fn a_query_is_read_as_forms_have_it() {
    let values = query("flag=%E6%B5%B7%E9%B8%A5&moored=true&limit=3&since=2026-07-01T03:10:00Z").unwrap();
    assert_eq!((values.text("flag"), values.flag("moored"), values.integer("limit")), (Some("海鸥"), true, Some(3)));
    assert_eq!(query("flag=+a").unwrap().text("flag"), Some(" a"));
    for (text, member) in [
        ("sail=1", "sail"),
        ("flag=ab&flag=ab", "flag"),
        ("flag=abc", "flag"),
        ("flag=%zz", "flag"),
        ("flag=%ff%ff", "flag"),
        ("moored=1", "moored"),
        ("moored", "moored"),
        ("limit=0", "limit"),
        ("limit=1001", "limit"),
        ("limit=1.0", "limit"),
        ("limit=+1", "limit"),
        ("limit=-1", "limit"),
        ("since=2026-07-01", "since"),
        ("since=2026-02-30T00:00:00Z", "since"),
    ] {
        assert_eq!(query(text).unwrap_err().member(), Some((Place::Query, member)), "{text}");
    }
    let long = format!("flag={}", "a".repeat(api::limits::MAX_QUERY_BYTES));
    assert_eq!(query(&long).unwrap_err().kind(), ProblemKind::QueryTooLong);
}

#[test]
fn a_path_that_names_nothing_is_not_found() {
    assert_eq!(path(&format!("/api/v1/ships/{DIGEST}")).unwrap().text("digest"), Some(DIGEST));
    assert_eq!(path("/api/v1/ships/short").unwrap_err().kind(), ProblemKind::NotFound);
    assert_eq!(path("/api/v1/ships/..").unwrap_err().kind(), ProblemKind::NotFound);
    let harbour = harbour();
    for nothing in ["/", "/api/v1/ships/", "/api/v1/ships/a/b", "/api/v1/ships/%ff", "/api/v1/shipsx", "api/v1/ships"] {
        assert_eq!(harbour.find("GET", nothing), Found::Nothing, "{nothing}");
    }
    assert_eq!(harbour.find("DELETE", "/api/v1/ships"), Found::OtherMethods(vec![Method::Get, Method::Post]));
    assert!(matches!(harbour.find("HEAD", "/api/v1/ships"), Found::Operation(operation, _) if operation.id == "ships"));
    assert_eq!(harbour.find("get", "/api/v1/ships"), Found::OtherMethods(vec![Method::Get, Method::Post]));
}

#[test]
fn secrets_are_not_shown_and_values_of_two_requests_differ() {
    let values = post(r#"{"name":"a","word":"swordfish"}"#).unwrap();
    assert!(!format!("{values:?}").contains("swordfish"));
    assert_eq!(values.text("word"), Some("swordfish"));
    let octets = |body| sha256(&[&post(body).unwrap().octets_without(&[])]);
    assert_ne!(octets(r#"{"name":"a","crew":["b"]}"#), octets(r#"{"name":"ab","crew":[" "]}"#));
    assert_ne!(octets(r#"{"name":"a","crew":["b","c"]}"#), octets(r#"{"name":"a","crew":["bc"]}"#));
    assert_eq!(octets(r#"{"name":"a","pilot":true}"#), octets(r#"{"pilot":true,"name":"a"}"#), "order says nothing");
}
