//! Servers that mean ill, or do not know what they do: each run ends, says why, and asks nobody else.

use std::cell::Cell;

use taxii::client::{Answer, Fault, MAX_ANSWER_BYTES, Note, Url};

use crate::bridge::{Back, Reader, settings};

const HOME: &str = "https://ada.example/taxii2/";
const ID: &str = "91a7b528-80eb-42ed-a74d-c6fbd5a26116";

fn json(body: impl Into<Vec<u8>>) -> Answer {
    Answer::new(200).with_field("Content-Type", "application/taxii+json;version=2.1").with_body(body.into())
}

/// A sound server but for its objects.
fn sound(url: &Url, objects: impl FnOnce(&str) -> Answer) -> Back {
    let whole = url.to_string();
    Back::Whole(match url.path() {
        "/taxii2/" => json(r#"{"title":"Ada","api_roots":["/api/"]}"#),
        "/api/" => json(r#"{"title":"Root","versions":["application/taxii+json;version=2.1"],"max_content_length":1}"#),
        "/api/collections/" => {
            json(format!(r#"{{"collections":[{{"id":"{ID}","title":"C","can_read":true,"can_write":false}}]}}"#))
        }
        _ => objects(&whole),
    })
}

fn read(objects: impl Fn(&str) -> Answer) -> Reader {
    let mut reader = Reader::default();
    reader.run(settings(HOME), |url| sound(url, &objects));
    only_ada(&reader);
    reader
}

fn only_ada(reader: &Reader) {
    assert!(reader.asked.iter().all(|url| url.starts_with("https://ada.example/")), "{:?}", reader.asked);
}

fn front(body: &str) -> Reader {
    let mut reader = Reader::default();
    reader.run(settings(HOME), |_| Back::Whole(json(body)));
    only_ada(&reader);
    reader
}

fn object(number: usize) -> String {
    format!(r#"{{"type":"tool","id":"tool--{number}","modified":"2026-07-01T00:00:00.000Z"}}"#)
}

fn page(numbers: &[usize], rest: &str) -> Answer {
    let objects: Vec<String> = numbers.iter().map(|number| object(*number)).collect();
    json(format!(r#"{{"objects":[{}]{rest}}}"#, objects.join(",")))
}

fn dated(answer: Answer, date: &str) -> Answer {
    answer.with_field("X-TAXII-Date-Added-Last", date)
}

/// What it is called, what it answers, and what is said of it.
type Endless<'a> = (&'a str, &'a dyn Fn(&str) -> Answer, Fault);

#[test]
fn pages_that_never_end_are_found_out() {
    let number = Cell::new(0_usize);
    let count = || number.replace(number.get() + 1);
    let day = "2026-07-01T00:00:00.000000Z";
    let cases: [Endless<'_>; 7] = [
        ("the same cursor", &|_| page(&[1], r#","more":true,"next":"x""#), Fault::CursorRepeats),
        (
            "cursors in a circle",
            &|_| page(&[1, 2], &format!(r#","more":true,"next":"{}""#, count() % 4)),
            Fault::CursorRepeats,
        ),
        (
            "new cursors, the same objects",
            &|_| page(&[1, 2], &format!(r#","more":true,"next":"{}""#, count())),
            Fault::GoesRound,
        ),
        ("new cursors, no objects", &|_| page(&[], &format!(r#","more":true,"next":"{}""#, count())), Fault::GoesRound),
        ("more, and no way on", &|_| page(&[1], r#","more":true"#), Fault::NoWayOn),
        ("a date that does not move", &|_| dated(page(&[1], r#","more":true"#), day), Fault::GoesRound),
        (
            "dates that go back",
            &|_| dated(page(&[1], r#","more":true"#), &format!("2026-06-01T00:00:00.{:06}Z", 999_999 - count())),
            Fault::GoesRound,
        ),
    ];
    for (what, objects, fault) in cases {
        let reader = read(objects);
        assert_eq!(reader.faults, [fault], "{what}");
        assert!(reader.asked.len() < 20, "{what}: {}", reader.asked.len());
        // What came before it stays.
        assert!(reader.kept.len() <= 12, "{what}");
    }
}

#[test]
fn what_was_read_before_a_fault_is_kept_and_the_next_run_goes_on_from_there() {
    let answer = |url: &str| if url.contains("next=b") { json("{") } else { page(&[1], r#","more":true,"next":"b""#) };
    let mut reader = read(answer);
    assert!(matches!(reader.faults[..], [Fault::Document { .. }]), "{:?}", reader.faults);
    assert_eq!(reader.kept, [object(1)]);
    reader.faults.clear();
    reader.run(settings(HOME), |url| {
        sound(url, |url| if url.contains("next=b") { page(&[2], "") } else { page(&[1], "") })
    });
    assert_eq!((reader.kept, reader.again, reader.faults), (vec![object(1), object(2)], 0, vec![]));
}

#[test]
fn nobody_else_is_asked() {
    for root in [
        "https://eve.example/api/",
        "//eve.example/api/",
        "http://ada.example/api/",
        "https://ada.example:444/api/",
        "file:///etc/passwd",
        "https://ada.example@eve.example/",
    ] {
        let reader = front(&format!(r#"{{"title":"Ada","api_roots":["{root}"]}}"#));
        assert_eq!(reader.faults, [Fault::NoRoot], "{root}");
        assert!(matches!(reader.notes[..], [Note::RootElsewhere(_)]), "{root}");
    }
}

#[test]
fn an_origin_that_the_operator_named_is_asked() {
    let mut with = settings(HOME);
    with.also.push("https://bo.example".parse().unwrap());
    let mut reader = Reader::default();
    reader.run(with, |url| {
        let is_home = url.to_string().starts_with("https://ada.example");
        if is_home {
            Back::Whole(json(r#"{"title":"Ada","api_roots":["https://bo.example/api"]}"#))
        } else {
            sound(url, |_| page(&[1], ""))
        }
    });
    assert_eq!((reader.kept.len(), reader.faults.len()), (1, 0));
    assert_eq!(reader.asked[1], "https://bo.example/api/");
}

#[test]
fn a_redirect_is_followed_within_the_origin_alone() {
    let to = |location: &'static str| {
        let mut reader = Reader::default();
        reader.run(settings("https://ada.example/old"), |url| match url.path() {
            "/old" => Back::Whole(Answer::new(302).with_field("Location", location)),
            _ => sound(url, |_| page(&[1], "")),
        });
        only_ada(&reader);
        reader
    };
    assert_eq!(to("/taxii2/").kept.len(), 1);
    assert_eq!(to("https://ada.example/taxii2/").kept.len(), 1);
    for elsewhere in ["https://eve.example/taxii2/", "//eve.example/taxii2/", "http://ada.example/taxii2/"] {
        let reader = to(elsewhere);
        assert!(matches!(reader.faults[..], [Fault::Elsewhere(_)]), "{elsewhere}: {:?}", reader.faults);
        assert_eq!(reader.asked.len(), 1);
    }
    assert_eq!(to("/old").faults, [Fault::Redirected]);
}

#[test]
fn redirects_that_lead_on_and_on_end() {
    let number = Cell::new(0);
    let mut reader = Reader::default();
    reader.run(settings(HOME), |_| {
        number.set(number.get() + 1);
        Back::Whole(Answer::new(307).with_field("Location", &format!("/{}", number.get())))
    });
    assert_eq!((reader.faults, reader.asked.len()), (vec![Fault::Redirected], 6));
}

#[test]
fn each_status_says_what_to_do() {
    let cases = [
        (401, Fault::Unauthenticated),
        (403, Fault::Forbidden),
        (404, Fault::NotFound),
        (406, Fault::NotAcceptable),
        (418, Fault::Status { status: 418, title: "no tea".into() }),
        (204, Fault::Status { status: 204, title: "no tea".into() }),
        (206, Fault::Status { status: 206, title: "no tea".into() }),
    ];
    for (status, fault) in cases {
        let mut reader = Reader::default();
        reader.run(settings(HOME), |_| Back::Whole(Answer::new(status).with_body(br#"{"title":"no tea"}"#.to_vec())));
        assert!(!fault.advice().is_empty() && reader.waited_ms == 0);
        assert_eq!(reader.faults, [fault]);
    }
}

#[test]
fn patience_is_had_and_ends() {
    for status in [429, 500, 502, 503, 504] {
        let reader = read(|_| Answer::new(status).with_field("Retry-After", "3"));
        assert_eq!(reader.faults, [Fault::Failing { status, tries: 6 }]);
        assert_eq!(reader.waited_ms, 3_000 + 3_000 + 3_000 + 4_000 + 8_000);
    }
    let long = read(|_| Answer::new(429).with_field("Retry-After", "3600"));
    assert_eq!((long.faults, long.waited_ms), (vec![Fault::Later { seconds: 3_600 }], 0));
    let number = Cell::new(0);
    let recovered = read(|_| if number.replace(number.get() + 1) < 5 { Answer::new(503) } else { page(&[1], "") });
    assert_eq!((recovered.kept.len(), recovered.faults.len()), (1, 0));
}

#[test]
fn a_line_that_always_breaks_ends() {
    let mut reader = Reader::default();
    reader.run(settings(HOME), |_| Back::Broken("connection reset by peer"));
    assert_eq!(reader.faults, [Fault::Unreachable { tries: 6, reason: "connection reset by peer".into() }]);
}

#[test]
fn a_page_that_is_too_large_is_asked_for_in_smaller_ones() {
    let huge = || json(vec![b' '; MAX_ANSWER_BYTES + 1]);
    let limit = |url: &str| url.split("limit=").nth(1).unwrap().parse::<usize>().unwrap();
    let reader = read(|url| if limit(url) > 40 { huge() } else { page(&[1, 2], "") });
    assert_eq!((reader.kept.len(), reader.faults.len()), (2, 0));
    assert!(reader.notes.contains(&Note::SmallerPages(31)), "{:?}", reader.notes);
    assert_eq!(read(|_| huge()).faults, [Fault::TooLarge]);
}

#[test]
fn other_versions_and_other_things_are_told() {
    let with = |answer: Answer| {
        let mut reader = Reader::default();
        reader.run(settings(HOME), |_| Back::Whole(answer.clone()));
        reader.faults
    };
    let of = |media: &str, body: &str| {
        Answer::new(200).with_field("Content-Type", media).with_body(body.as_bytes().to_vec())
    };
    let old = "application/vnd.oasis.taxii+json; version=2.0";
    assert_eq!(with(of(old, "{}")), [Fault::OtherVersion("2.0".into())]);
    assert_eq!(with(of("text/html", "<h1>hello</h1>")), [Fault::ContentType("text/html".into())]);
    assert!(matches!(with(of("application/json", "<h1>"))[..], [Fault::Document { .. }]));
    assert!(matches!(with(of("application/json", "{}"))[..], [Fault::Document { .. }]));
    let nested = format!("{{\"title\":{}", "[".repeat(1 << 20));
    assert!(matches!(with(of("application/json", &nested))[..], [Fault::Document { .. }]));
}

#[test]
fn a_root_of_another_version_is_passed_over() {
    let mut reader = Reader::default();
    reader.run(settings(HOME), |url| {
        Back::Whole(match url.path() {
            "/taxii2/" => json(r#"{"title":"Ada","default":"/old/","api_roots":["/old/","/api/"]}"#),
            "/old/" => json(r#"{"title":"Old","versions":["taxii-2.0"],"max_content_length":1}"#),
            _ => return sound(url, |_| page(&[1], "")),
        })
    });
    assert_eq!((reader.kept.len(), reader.faults.len()), (1, 0));
    assert_eq!(reader.notes[0], Note::RootOtherVersion("https://ada.example/old/".into()));
}

#[test]
fn types_of_known_servers_are_told_and_taken() {
    let reader = read(|_| Answer::new(200).with_field("Content-Type", "application/json").with_body(page_body()));
    assert_eq!(
        (reader.kept.len(), reader.notes),
        (1, vec![Note::ContentType("application/json".into()), Note::Undated])
    );
}

fn page_body() -> Vec<u8> {
    format!(r#"{{"objects":[{}]}}"#, object(1)).into_bytes()
}

#[test]
fn a_server_without_dates_and_cursors_is_read_anew_each_time() {
    let mut reader = read(|_| page(&[1, 2, 3], ""));
    assert_eq!(reader.notes, [Note::Undated]);
    reader.run(settings(HOME), |url| sound(url, |_| page(&[1, 2, 3, 4], "")));
    assert_eq!((reader.kept.len(), reader.again), (4, 3));
}

#[test]
fn a_date_of_tomorrow_hides_nothing() {
    for odd in ["9999-12-31T23:59:59.999999Z", "yesterday", "2026-07-01"] {
        let reader = read(|_| dated(page(&[1], ""), odd));
        assert!(matches!(reader.notes[..], [Note::DateUnreadable(_), Note::Undated]), "{:?}", reader.notes);
        assert_eq!(reader.places.values().next().unwrap().added_after, None);
    }
}

#[test]
fn objects_with_one_date_and_no_cursor_are_told() {
    let day = "2026-07-01T00:00:00.000000Z";
    let reader = read(|url| {
        let is_exact = url.contains("added_after=2026-07-01T00%3A00%3A00.000000Z");
        if is_exact { page(&[], "") } else { dated(page(&[1, 2], r#","more":true"#), day) }
    });
    assert_eq!((reader.kept.len(), reader.faults.len()), (2, 0));
    assert!(reader.notes.contains(&Note::SharedDate));
}

#[test]
fn objects_of_one_date_are_not_lost_when_a_run_is_cut_off_between_them() {
    // As a server that gives all of one envelope the moment at which it came.
    let day = "2026-07-01T00:00:00.000000Z";
    let server = |url: &str| {
        let from = url.split("next=").nth(1).map_or(0, |next| next.parse::<usize>().unwrap());
        let more = if from < 4 { format!(r#","more":true,"next":"{}""#, from + 2) } else { String::new() };
        if url.contains("added_after=2026-07-01T00%3A00%3A00") {
            return page(&[], "");
        }
        dated(page(&[from, from + 1], &more), day)
    };
    let mut reader = Reader::default();
    reader.run_for(settings(HOME), 1, |url| sound(url, server));
    assert_eq!(reader.kept.len(), 2);
    reader.run(settings(HOME), |url| sound(url, server));
    assert_eq!((reader.kept.len(), reader.faults.len()), (6, 0));
}

#[test]
fn words_of_a_server_stay_on_one_line() {
    let evil = "\\u001b[2J\\nok: \\u202e";
    let mut reader = Reader::default();
    reader.run(settings(HOME), |url| {
        Back::Whole(match url.path() {
            "/api/collections/" => json(format!(
                r#"{{"collections":[{{"id":"x","title":"{evil}","can_read":false}},{{"id":"../..{evil}"}}]}}"#
            )),
            _ => return sound(url, |_| page(&[1], "")),
        })
    });
    let told: Vec<String> = reader
        .notes
        .iter()
        .map(ToString::to_string)
        .chain(reader.offered.iter().map(|one| one.title.clone()))
        .collect();
    assert_eq!(told.len(), 3);
    assert!(told.iter().all(|text| !text.contains(['\u{1b}', '\n', '\u{202e}'])), "{told:?}");
}
