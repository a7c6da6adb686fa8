//! What the fuzz targets of `taxii` do with their input. The tests of `taxii` include this file and run the kept corpora
//! through it.

use ::taxii::{About, CursorKey, Head, MEDIA_TYPE, Outcome, Reply, Request, Server, StatusId, Submission};
use record::json::{self, Json};
use record::time::Timestamp;

use super::store::{Account, Store};

/// The object that a request can find.
const OBJECT: &str = r#"{"type":"incident","spec_version":"2.1","id":"incident--00000000-0000-4000-8000-000000000001","created":"2026-06-01T03:10:00.000Z","modified":"2026-06-01T03:10:00.000Z","name":"x"}"#;

/// A request as lines: method and target, header fields, an empty line, the body. Whatever it is, it is answered as every
/// request is.
pub fn taxii_request(data: &[u8]) {
    let place = data.windows(2).position(|two| two == b"\n\n").unwrap_or(data.len());
    let (head, body) = data.split_at(place);
    let head = String::from_utf8_lossy(head);
    let head = read(&head);
    let server = Server::new(Store::default(), CursorKey::from_octets(&[7; 32]), About::new("x", "https://x.example"));
    let shared = server.backend().open(1, &["ada"], &["ada"]);
    server.backend().put(shared, OBJECT);
    let request = Request::new(head, body.get(2..).unwrap_or_default());
    let reply = server.answer(Some(&Account("ada")), &request);
    check(head.method, &reply);
    if let Some(before) = server.before_body(Some(&Account("ada")), &head) {
        check("GET", &before);
        assert_eq!(before.status, reply.status);
    }
    check(head.method, &server.answer(None, &request));
}

fn read(text: &str) -> Head<'_> {
    let mut lines = text.split('\n');
    let (method, target) = lines.next().unwrap_or_default().split_once(' ').unwrap_or_default();
    let (path, query) = target.split_once('?').map_or((target, None), |(path, query)| (path, Some(query)));
    let mut head = Head::new(method, path);
    head.query = query;
    for (name, value) in lines.filter_map(|line| line.split_once(": ")) {
        match name {
            "accept" => head.accept = Some(value),
            "content-type" => head.content_type = Some(value),
            "content-length" => head.content_length = Some(value),
            "content-encoding" => head.content_encoding = Some(value),
            "if-none-match" => head.if_none_match = Some(value),
            _ => {}
        }
    }
    head
}

/// What holds of every answer.
pub fn check(method: &str, reply: &Reply) {
    assert_eq!(reply.header("Content-Type"), Some(MEDIA_TYPE));
    assert_eq!((reply.header("Cache-Control"), reply.header("Vary")), (Some("no-store"), Some("Accept")));
    assert!(reply.headers.iter().all(|(_, value)| value.bytes().all(|octet| (b' '..0x7F).contains(&octet))));
    if method == "HEAD" || reply.status == 304 {
        assert!(reply.body.is_empty() && reply.length > 0);
        return;
    }
    assert_eq!(reply.length, reply.body.len());
    let Ok(Json::Object(members)) = json::parse(reply.body.as_bytes()) else { panic!("{}", reply.body) };
    if reply.status >= 400 {
        assert_eq!(members.text("http_status"), Some(reply.status.to_string().as_str()));
        assert!(["title", "description", "error_code"].iter().all(|name| members.text(name).is_some()));
    }
}

/// Whatever is a JSON object with a list `objects` comes apart into just its elements, and what came apart can be put together
/// again.
pub fn taxii_envelope(data: &[u8]) {
    let read = Submission::read(data);
    let whole = json::parse(data).ok();
    let listed = whole.as_ref().and_then(Json::as_object).and_then(|members| members.get("objects"));
    if let Some(elements) = listed.and_then(Json::as_array).filter(|elements| !elements.is_empty()) {
        let submission = read.as_ref().unwrap();
        assert_eq!(submission.objects.len() + submission.unreadable.len(), elements.len());
        for offered in &submission.objects {
            assert_eq!(json::parse(offered.text.as_bytes()).as_ref(), Ok(&elements[offered.place]));
        }
    }
    let Ok(submission) = read else { return };
    let status = submission.settle(StatusId::from_random([1; 16]), Timestamp::from_micros(0), |_| Outcome::Success);
    assert!(json::parse(status.to_text().as_bytes()).is_ok());
    let texts: Vec<&str> = submission.objects.iter().map(|offered| offered.text).collect();
    if !texts.is_empty() {
        let again = format!(r#"{{"objects":[{}]}}"#, texts.join(","));
        let again = Submission::read(again.as_bytes()).unwrap();
        assert!(again.unreadable.is_empty() && again.objects.iter().map(|offered| offered.text).eq(texts));
    }
}
