//! Events say that something happened, by ids.

use api::{Event, KEEP_ALIVE, Kind, LastEventId, Notice, RETRY, Subject, mark};
use record::digest::RecordDigest;

use crate::scene::at;

#[test]
fn an_event_is_in_the_form_of_the_standard() {
    let subjects = vec![Subject::Record(RecordDigest::from_octets([0; 32])), Subject::Entry(17)];
    let notice = Notice { number: 17, kind: Kind::RecordLogged, time: at(0), subjects };
    let text = Event::of(&notice).to_string();
    let expected = concat!(
        "id: 17\nevent: record.logged\n",
        r#"data: {"number":17,"kind":"record.logged","time":"2026-07-01T03:10:00.000000Z","subjects":["#,
        r#"{"what":"record","id":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"},{"what":"entry","id":"17"}]}"#,
        "\n\n"
    );
    assert_eq!(text, expected);
    assert_eq!(mark(17), "id: 17\n\n");
    assert_eq!(parse(&format!("{RETRY}{KEEP_ALIVE}{text}")), [("17".to_owned(), "record.logged".to_owned())]);
}

/// What a browser makes of a stream (WHATWG HTML section 9.2.6): the id and the name of each event that has data.
fn parse(stream: &str) -> Vec<(String, String)> {
    let (mut events, mut id, mut name, mut data) = (Vec::new(), String::new(), String::new(), String::new());
    for line in stream.split('\n') {
        match line.split_once(": ").unwrap_or((line, "")) {
            ("", "") if !data.is_empty() => events.push((id.clone(), std::mem::take(&mut name))),
            ("id", value) => id = value.to_owned(),
            ("event", value) => name = value.to_owned(),
            ("data", value) => data = value.to_owned(),
            _ => {}
        }
        if line.is_empty() {
            data.clear();
        }
    }
    events
}

#[test]
fn a_reader_goes_on_behind_the_last_event() {
    assert_eq!("17".parse(), Ok(LastEventId(17)));
    for wrong in ["", "-1", "017", "1e3", "x", "99999999999999999999"] {
        assert!(wrong.parse::<LastEventId>().is_err(), "{wrong}");
    }
}

#[test]
fn a_notice_reads_back_and_nothing_else_is_one() {
    let subjects = vec![Subject::Record(RecordDigest::from_octets([3; 32])), Subject::Entry(7), Subject::Alarm(2)];
    let notice = Notice { number: 9 << 20, kind: Kind::ReleaseRecalled, time: at(3), subjects };
    assert_eq!(Notice::from_json(&notice.to_json()), Some(notice.clone()));
    for member in ["number", "kind", "time", "subjects"] {
        assert_eq!(Notice::from_json(&notice.to_json().with(member, "crane")), None, "{member}");
    }
}
