//! What is sent: each object for itself.

use proptest::prelude::*;
use record::json::Json;
use taxii::{Outcome, StatusId, Submission};

use crate::scene::{Scene, body, id, incident, listed, scene};

fn envelope(objects: &[String]) -> String {
    format!(r#"{{"objects":[{}]}}"#, objects.join(","))
}

/// Successes, failures and pendings.
fn counts(scene: &Scene, objects: &[String]) -> [i64; 3] {
    let reply = scene.post(envelope(objects).as_bytes());
    assert_eq!(reply.status, 202, "{}", reply.body);
    let members = body(&reply);
    let count = |name: &str| members.get(name).unwrap().as_integer().unwrap();
    let counts = ["success_count", "failure_count", "pending_count"].map(count);
    assert_eq!(counts.iter().sum::<i64>(), count("total_count"));
    counts
}

#[test]
fn each_object_is_one_and_comes_under_its_own_date() {
    let scene = scene();
    assert_eq!(counts(&scene, &[incident(1), incident(2), incident(3)]), [3, 0, 0]);
    assert_eq!(listed(&scene.get(&scene.path("objects/?limit=2"))), [id(1), id(2)]);
    let manifest = body(&scene.get(&scene.path("manifest/")));
    let dates = manifest.get("objects").unwrap().as_array().unwrap().iter();
    let dates: Vec<&str> = dates.map(|one| one.as_object().unwrap().text("date_added").unwrap()).collect();
    assert!(dates.is_sorted_by(|one, next| one < next), "{dates:?}");
}

#[test]
fn the_same_version_again_is_a_success_that_adds_nothing() {
    let scene = scene();
    assert_eq!(counts(&scene, &[incident(1), incident(1)]), [2, 0, 0]);
    let again = body(&scene.post(envelope(&[incident(1)]).as_bytes()));
    let [Json::Object(detail)] = again.get("successes").unwrap().as_array().unwrap() else { panic!() };
    assert_eq!(detail.text("message"), Some("it was here already"));
    assert_eq!(listed(&scene.get(&scene.path("objects/?match[version]=all"))).len(), 1);
}

/// Objects that cannot be taken, each in its own way.
fn broken() -> Vec<(String, &'static str)> {
    let with = |from: &str, to: &str| incident(9).replace(from, to);
    vec![
        ("17".into(), "a number does"),
        ("null".into(), "null does"),
        ("{}".into(), "no `id`"),
        (with("incident--", "incident-"), "is not an id"),
        (with(r#""type":"incident""#, r#""type":"indicator""#), "`type`"),
        (with(r#""modified":"2026-06-01T03:10:00.000Z""#, r#""modified":7"#), "version is no text"),
        (with("2026-06-01T03:10:00.000Z\",\"name", "yesterday\",\"name"), "not a UTC timestamp"),
        (with("\"name\"", "\"id\":\"x\",\"name\""), "duplicate key"),
        (with("no. 9", "\\ud800"), "surrogate"),
        (with("\"no. 9\"", &format!("{}1{}", "[".repeat(100), "]".repeat(100))), "nested deeper"),
        (with("\"no. 9\"", "9007199254740993"), "integer beyond"),
        (with("\"no. 9\"", "[1}"), "found `}`"),
        (with("no. 9", "refuse me"), "takes no such thing"),
    ]
}

#[test]
fn a_broken_object_is_a_failure_with_its_reason_and_spoils_no_other() {
    let scene = scene();
    for (object, reason) in broken() {
        let sent = envelope(&[incident(1), object.clone(), incident(2)]);
        let status = body(&scene.post(sent.as_bytes()));
        let [Json::Object(failure)] = status.get("failures").unwrap().as_array().unwrap() else { panic!("{object}") };
        let message = failure.text("message").unwrap();
        assert!(message.contains(reason), "{object}: {message}");
        assert!(failure.text("id").is_some() && failure.text("version").is_some());
    }
    assert_eq!(listed(&scene.get(&scene.path("objects/"))), [id(1), id(2)]);
}

#[test]
fn octets_that_are_no_text_spoil_only_the_object_that_has_them() {
    let scene = scene();
    let mut sent = envelope(&[incident(1), incident(9)]).into_bytes();
    let place = sent.windows(5).position(|five| five == b"no. 9").unwrap();
    sent[place] = 0xFF;
    let status = body(&scene.post(&sent));
    assert_eq!(status.get("failure_count").unwrap().as_integer(), Some(1));
    assert!(status.to_text().contains("objects[1]") && status.to_text().contains("UTF-8"));
}

#[test]
fn a_bundle_is_taken_like_an_envelope() {
    let scene = scene();
    let bundle = format!(
        r#" {{"type":"bundle","id":"bundle--00000000-0000-4000-8000-000000000001","objects" : [ {} ,{}] , "more":{{"a":[1]}} }} "#,
        incident(1),
        incident(2)
    );
    assert_eq!(scene.post(bundle.as_bytes()).status, 202);
    assert_eq!(listed(&scene.get(&scene.path("objects/"))).len(), 2);
}

#[test]
fn an_object_without_times_has_the_version_of_its_arrival() {
    let scene = scene();
    let file =
        r#"{"type":"file","spec_version":"2.1","id":"file--00000000-0000-4000-8000-000000000001","name":"weights"}"#;
    assert_eq!(counts(&scene, &[file.into()]), [1, 0, 0]);
    assert_eq!(listed(&scene.get(&scene.path("objects/?match[version]=2026-07-01T00:00:00.000001Z"))).len(), 1);
}

#[test]
fn what_takes_longer_is_pending() {
    let sent = envelope(&[incident(1), incident(2), incident(3)]);
    let submission = Submission::read(sent.as_bytes()).unwrap();
    let now = "2026-07-01T00:00:00Z".parse().unwrap();
    let status = submission.settle(StatusId::from_random([9; 16]), now, |offered| match offered.place {
        0 => Outcome::Success,
        1 => Outcome::Pending("a person must agree".into()),
        _ => Outcome::Failure("x".repeat(10_000)),
    });
    let text = status.to_text();
    assert!(text.contains(r#""status":"pending""#) && text.contains("a person must agree"));
    assert!(text.len() < 2000, "a message is cut");
    let fourth = status.id.to_string().as_bytes()[14];
    assert_eq!(fourth, b'4', "{}", status.id);
}

proptest! {
    /// Whatever stands between the commas of well-formed JSON is found whole.
    #[test]
    fn an_envelope_comes_apart_where_its_objects_end(
        names in prop::collection::vec(r#"[a-z,:{}\[\]" \\é]{0,12}"#, 1..12),
        space in "[ \n\t]{0,3}",
    ) {
        let objects = names.iter().enumerate();
        let objects: Vec<String> = objects
            .map(|(number, name)| incident(number).replace(&format!("\"no. {number}\""), &Json::text(name.as_str()).to_text()))
            .collect();
        let sent = format!("{space}{{{space}\"objects\"{space}:{space}[{space}{}{space}]{space}}}{space}", objects.join(&format!("{space},{space}")));
        let submission = Submission::read(sent.as_bytes()).unwrap();
        prop_assert!(submission.unreadable.is_empty());
        let texts: Vec<&str> = submission.objects.iter().map(|one| one.text).collect();
        prop_assert_eq!(texts, objects);
    }
}
