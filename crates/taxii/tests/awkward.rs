//! Awkward requests, each with what it is told.

use taxii::limits::{MAX_CONTENT_BYTES, MAX_QUERY_BYTES};
use taxii::{Head, MEDIA_TYPE, Reply, Request};

use crate::scene::{ADA, Scene, body, head, id, listed, next, scene, told};
use crate::store::Account;

/// One row: what is asked, what is sent, and the status and code that come back. 2xx have no code.
struct Row {
    name: &'static str,
    caller: Option<&'static str>,
    method: &'static str,
    target: String,
    accept: Option<&'static str>,
    content_type: Option<&'static str>,
    content_length: Option<String>,
    content_encoding: Option<&'static str>,
    body: Vec<u8>,
    expected: (u16, &'static str),
}

fn row(name: &'static str, target: impl Into<String>, expected: (u16, &'static str)) -> Row {
    Row {
        name,
        caller: Some("ada"),
        method: "GET",
        target: target.into(),
        accept: Some(MEDIA_TYPE),
        content_type: None,
        content_length: None,
        content_encoding: None,
        body: Vec::new(),
        expected,
    }
}

fn accepting(accept: &'static str, expected: (u16, &'static str)) -> Row {
    Row { accept: Some(accept), ..row(accept, "/taxii2/api/collections/", expected) }
}

fn using(method: &'static str, target: impl Into<String>, expected: (u16, &'static str)) -> Row {
    Row { method, ..row(method, target, expected) }
}

fn sending(name: &'static str, target: &str, body: &[u8], expected: (u16, &'static str)) -> Row {
    let content_type = Some(MEDIA_TYPE);
    Row { method: "POST", content_type, body: body.to_vec(), ..row(name, target, expected) }
}

impl Row {
    fn ask(&self, scene: &Scene) -> Reply {
        let mut head: Head<'_> = head(self.method, &self.target);
        head.accept = self.accept;
        head.content_type = self.content_type;
        head.content_length = self.content_length.as_deref();
        head.content_encoding = self.content_encoding;
        let caller = self.caller.map(Account);
        scene.server.answer(caller.as_ref(), &Request::new(head, &self.body))
    }
}

const OK: (u16, &str) = (200, "");

/// 3 objects for Ada; Bo has a collection of his own; Ada may only write to one and only read another.
fn rows(scene: &Scene) -> Vec<Row> {
    let backend = scene.server.backend();
    let hidden = backend.open(2, &["bo"], &["bo"]);
    let box_only = backend.open(3, &["bo"], &["ada"]);
    let shelf = backend.open(4, &["ada"], &[]);
    let path = |rest: &str| scene.path(rest);
    let objects = path("objects/");
    let of = |collection: taxii::CollectionId, rest: &str| format!("/taxii2/api/collections/{collection}/{rest}");
    let cursor = next(&scene.get(&path("objects/?limit=1"))).unwrap();
    let mut all = paths(scene, &objects);
    all.extend(media_types());
    all.extend(parameters(&objects, &cursor));
    all.extend(bodies(&objects));
    all.extend([
        row("hidden", of(hidden, ""), (404, "not_found")),
        row("objects of a hidden one", of(hidden, "objects/"), (404, "not_found")),
        row("a cursor for a hidden one", of(hidden, &format!("objects/?next={cursor}")), (404, "not_found")),
        using("POST", of(hidden, "objects/"), (415, "media_type")),
        sending("into a hidden one", &of(hidden, "objects/"), b"{", (404, "not_found")),
        row("reading where one may write", of(box_only, "objects/"), (403, "not_readable")),
        row("a manifest where one may write", of(box_only, "manifest/"), (403, "not_readable")),
        sending("writing where one may read", &of(shelf, "objects/"), b"{", (403, "not_writable")),
        using("DELETE", of(shelf, &format!("objects/{}/", id(0))), (403, "append_only")),
        row("a cursor of another collection", of(shelf, &format!("objects/?next={cursor}")), (400, "cursor")),
    ]);
    all
}

fn paths(scene: &Scene, objects: &str) -> Vec<Row> {
    let anonymous = |target: &str| Row { caller: None, ..row("nobody", target, (401, "unauthenticated")) };
    vec![
        anonymous("/taxii2/"),
        anonymous("/nowhere"),
        anonymous("/taxii2/api/collections/?a=b"),
        row("no last slash", "/taxii2", (404, "missing_slash")),
        row("no last slash further in", objects.trim_end_matches('/'), (404, "missing_slash")),
        row("a path of no endpoint without a slash", "/taxii2/apis", (404, "not_found")),
        row("two slashes", "/taxii2/api//", (404, "not_found")),
        row("another root", "/api1/collections/", (404, "not_found")),
        row("no path", "", (404, "not_found")),
        row("an id that is none", "/taxii2/api/collections/x/", (404, "not_found")),
        row("an id in capitals", scene.path("").replace("0101", "AAAA"), (404, "not_found")),
        row("an id in braces", format!("/taxii2/api/collections/{{{}}}/", scene.shared), (404, "not_found")),
        row("an object that is none", format!("{objects}incident--1/"), (404, "not_found")),
        row("an object that is not there", format!("{objects}{}/", id(77)), (404, "not_found")),
        row("the singular of old examples", objects.replace("objects", "object"), (404, "not_found")),
        row("a status of nobody", "/taxii2/api/status/2d086da7-4bdc-4f91-900e-d77486753710/", (404, "not_found")),
        using("HEAD", objects, OK),
        using("head", objects, (405, "method")),
        using("PUT", objects, (405, "method")),
        using("OPTIONS", "/taxii2/", (405, "method")),
        using("DELETE", objects, (405, "method")),
        using("POST", "/taxii2/api/collections/", (405, "method")),
    ]
}

fn media_types() -> Vec<Row> {
    vec![
        Row { accept: None, ..row("no Accept", "/taxii2/", OK) },
        accepting("", OK),
        accepting("application/taxii+json", OK),
        accepting("application/taxii+json; version=\"2.1\"", OK),
        accepting("APPLICATION/TAXII+JSON;Version=2.1", OK),
        accepting("application/taxii+json;q=0.4", OK),
        accepting("application/taxii+json;version=2.1;q=", OK),
        accepting("application/*;q=0.1", OK),
        accepting("*/*", OK),
        accepting("application/json, text/plain, */*", OK),
        accepting("text/html, application/taxii+json;version=2.0, application/taxii+json;version=2.1;q=0.1", OK),
        accepting("application/json", (406, "not_acceptable")),
        accepting("application/taxii+json;version=2.0", (406, "not_acceptable")),
        accepting("application/vnd.oasis.taxii+json; version=2.0", (406, "not_acceptable")),
        accepting("application/stix+json;version=2.1", (406, "not_acceptable")),
        accepting("application/taxii+json;version=2.1;q=0", (406, "not_acceptable")),
        accepting("*/*, application/taxii+json;q=0.0", (406, "not_acceptable")),
    ]
}

fn parameters(objects: &str, cursor: &str) -> Vec<Row> {
    let ask = |query: &str, expected| row("a parameter", format!("{objects}?{query}"), expected);
    let long = "a".repeat(MAX_QUERY_BYTES + 1);
    let many = vec!["indicator"; 201].join(",");
    vec![
        ask("", OK),
        ask("&&", OK),
        ask("limit=1", OK),
        ask("limit=0", (400, "limit")),
        ask("limit=-1", (400, "limit")),
        ask("limit=+1", (400, "limit")),
        ask("limit=1.0", (400, "limit")),
        ask("limit=1e3", (400, "limit")),
        ask("limit=%D9%A1", (400, "limit")),
        ask("limit=", (400, "limit")),
        ask("limit", (400, "limit")),
        ask("limit=00000000000000000000000000000000000001", OK),
        ask("limit=340282366920938463463374607431768211456", OK),
        ask("limit=1&limit=2", (400, "duplicate_parameter")),
        ask("match[type]=incident&match%5btype%5d=indicator", (400, "duplicate_parameter")),
        ask("next=", (400, "cursor")),
        ask("next=50", (400, "cursor")),
        ask("next=2026-07-01T00:00:00Z", (400, "cursor")),
        ask(&format!("next={cursor}A"), (400, "cursor")),
        ask(&format!("next={cursor}%3D"), (400, "cursor")),
        ask(&format!("next={}", cursor.split_at(1).1), (400, "cursor")),
        ask(&format!("next={}", "A".repeat(54)), (400, "cursor")),
        ask(&format!("next={cursor}"), OK),
        ask(&format!("next={cursor}&added_after=2026-12-31T00:00:00Z"), OK),
        ask(&format!("next={cursor}&added_after=yesterday"), (400, "added_after")),
        ask("added_after=2026-01-01", (400, "added_after")),
        ask("added_after=2026-01-01T00:00:00", (400, "added_after")),
        ask("added_after=2024-01-17T16:11:20.183201+00:00", (400, "added_after")),
        ask("added_after=2024-01-17T16:11:20.183201%2B00:00", (400, "added_after")),
        ask("added_after=1705507880", (400, "added_after")),
        ask("added_after=2026-02-30T00:00:00Z", (400, "added_after")),
        ask("added_after=", (400, "added_after")),
        ask("added_after=2026-01-01T00:00:00.123456789Z", OK),
        ask("match[colour]=red", (400, "unknown_parameter")),
        ask("match[]=red", (400, "unknown_parameter")),
        ask("type=incident", (400, "unknown_parameter")),
        ask("Limit=1", (400, "unknown_parameter")),
        ask("match[id]=*", (400, "filter")),
        ask(&format!("match[id]={},", id(0)), (400, "filter")),
        ask("match[id]=", (400, "filter")),
        ask("match[type]=Incident", (400, "filter")),
        ask("match[type]=incident%00", (400, "filter")),
        ask("match[version]=newest", (400, "filter")),
        ask("match[version]=last,", (400, "filter")),
        ask("match[spec_version]=2", (400, "filter")),
        ask("match[spec_version]=2.2", (400, "filter")),
        ask(&format!("match[type]={many}"), (400, "filter")),
        ask("limit=%", (400, "query_encoding")),
        ask("limit=%zz", (400, "query_encoding")),
        ask("match[type]=%FF", (400, "query_encoding")),
        ask(&long, (414, "query_too_long")),
        row("match[id] of one object", format!("{objects}{}/?match[id]={}", id(0), id(0)), (400, "unknown_parameter")),
        row(
            "versions by version",
            format!("{objects}{}/versions/?match[version]=all", id(0)),
            (400, "unknown_parameter"),
        ),
        row("a limit of collections", "/taxii2/api/collections/?limit=1", (400, "unknown_parameter")),
    ]
}

fn bodies(objects: &str) -> Vec<Row> {
    let good = format!(r#"{{"objects":[{}]}}"#, crate::scene::incident(50));
    let send = |name, body: &[u8], expected| sending(name, objects, body, expected);
    let typed = |content_type, expected| Row { content_type, ..send("a type", good.as_bytes(), expected) };
    let long = |length: &str, expected| Row { content_length: Some(length.into()), ..send("a length", b"{", expected) };
    let packed =
        |coding| Row { content_encoding: Some(coding), ..send("packed", &[0x1F, 0x8B, 8], (415, "content_encoding")) };
    let many = format!(r#"{{"objects":[{}1]}}"#, "1,".repeat(10_000));
    vec![
        packed("gzip"),
        packed("GZIP, identity"),
        packed("deflate"),
        packed("br"),
        packed(""),
        Row { content_encoding: Some("Identity"), ..send("not packed", good.as_bytes(), (202, "")) },
        typed(None, (415, "media_type")),
        typed(Some(""), (415, "media_type")),
        typed(Some("application/json"), (415, "media_type")),
        typed(Some("application/stix+json;version=2.1"), (415, "media_type")),
        typed(Some("application/taxii+json;version=2.0"), (415, "media_type")),
        typed(Some("application/taxii+json;charset=utf-16"), (415, "media_type")),
        typed(Some("application/*"), (415, "media_type")),
        typed(Some("application/taxii+json"), (202, "")),
        typed(Some("application/taxii+json;version=2.1;charset=utf-8"), (202, "")),
        long("16777217", (413, "too_large")),
        long("99999999999999999999999999", (413, "too_large")),
        long("-1", (400, "content_length")),
        long("1, 1", (400, "content_length")),
        send("too long without saying so", &vec![b' '; MAX_CONTENT_BYTES + 1], (413, "too_large")),
        send("too many objects", many.as_bytes(), (413, "too_many_objects")),
        send("nothing", b"", (422, "envelope")),
        send("a list", b"[]", (422, "envelope")),
        send("no list of objects", br#"{"more":false}"#, (422, "envelope")),
        send("an empty list", br#"{"objects":[]}"#, (422, "envelope")),
        send("objects that is no list", br#"{"objects":{}}"#, (422, "envelope")),
        send("two lists", br#"{"objects":[1],"objects":[2]}"#, (422, "envelope")),
        send("cut off", br#"{"objects":[{"type":"incident""#, (422, "envelope")),
        send("something behind it", br#"{"objects":[1]} {}"#, (422, "envelope")),
        send("packed without saying so", &[0x1F, 0x8B, 8, 0, 0], (422, "envelope")),
        sending("a parameter beside a body", &format!("{objects}?limit=1"), b"{", (400, "unknown_parameter")),
    ]
}

#[test]
fn each_awkward_request_is_told_what_is_wrong_with_it() {
    let scene = scene();
    scene.put_many(3);
    let rows = rows(&scene);
    assert!(rows.len() >= 30);
    for row in rows {
        let reply = row.ask(&scene);
        let place = format!("{} {} {}", row.name, row.method, row.target.get(..120).unwrap_or(&row.target));
        assert_eq!(reply.header("Content-Type"), Some(MEDIA_TYPE), "{place}");
        if row.method == "HEAD" {
            assert_eq!((reply.status, reply.body.as_str()), (row.expected.0, ""), "{place}");
            continue;
        }
        assert_eq!(told(&reply), (row.expected.0, row.expected.1.to_owned()), "{place}: {}", reply.body);
        if reply.status >= 400 {
            let members = body(&reply);
            assert_eq!(members.text("http_status"), Some(row.expected.0.to_string().as_str()), "{place}");
            assert!(!members.text("title").unwrap().is_empty() && !members.text("description").unwrap().is_empty());
        }
    }
}

#[test]
fn the_cursor_counts_and_not_the_date_beside_it() {
    let scene = scene();
    scene.put_many(3);
    let cursor = next(&scene.get(&scene.path("objects/?limit=1"))).unwrap();
    let both = scene.path(&format!("objects/?next={cursor}&added_after=2026-12-31T00:00:00Z"));
    assert_eq!(listed(&scene.get(&both)), [id(1), id(2)]);
}

#[test]
fn header_fields_say_how_to_do_better() {
    let scene = scene();
    let ask = |caller: Option<&Account>, head: Head<'_>| scene.server.answer(caller, &Request::new(head, b""));
    let unknown = ask(None, head("GET", "/taxii2/"));
    assert!(unknown.header("WWW-Authenticate").unwrap().starts_with("Basic realm="));
    assert_eq!(ask(Some(&ADA), head("PUT", &scene.path("objects/"))).header("Allow"), Some("GET, HEAD, POST"));
    let path = scene.path("objects/");
    let mut packed = head("POST", &path);
    packed.content_encoding = Some("gzip");
    assert_eq!(ask(Some(&ADA), packed).header("Accept-Encoding"), Some("identity"));
}

#[test]
fn a_refusal_that_needs_no_body_is_given_before_it() {
    let scene = scene();
    let path = scene.path("objects/");
    let mut large = head("POST", &path);
    large.content_length = Some("999999999");
    let reply = scene.server.before_body(Some(&ADA), &large).unwrap();
    assert_eq!(told(&reply), (413, "too_large".into()));
    assert_eq!(scene.server.before_body(Some(&ADA), &head("POST", &path)), None);
    assert_eq!(scene.server.before_body(None, &head("POST", &path)).unwrap().status, 401);
}
