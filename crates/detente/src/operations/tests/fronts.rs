//! The whole way of a request, without a socket.

use std::sync::Arc;

use api::KEEP_ALIVE;
use record::json::{self, Json, Map};
use storage::LocalStore;

use super::office::Office;
use crate::node;
use crate::operations::front::{Answered, Front, Sent};

struct Door<'o> {
    office: &'o Office,
    front: Front,
}

impl<'o> Door<'o> {
    fn of(office: &'o Office) -> Self {
        Self { office, front: Front::new(office.home(), &[3; 32], Arc::default()).unwrap() }
    }

    fn ask(&self, who: &str, sent: Sent<'_>) -> Answered {
        let home = self.office.home();
        let with = |read: &mut dyn FnMut(&LocalStore)| {
            let store = node::open_to_read(&home, &home.history().unwrap()).map_err(|failure| failure.message)?;
            read(&store);
            Ok(())
        };
        self.front.answer(&self.office.caller(who), &sent, &with)
    }

    fn get(&self, who: &str, path: &str) -> Answered {
        self.ask(who, Sent { method: "GET", path, ..Sent::default() })
    }

    fn post(&self, who: &str, path: &str, key: Option<&str>, body: &str) -> Answered {
        let content_type = Some("application/json");
        self.ask(
            who,
            Sent { method: "POST", path, content_type, idempotency_key: key, body: body.as_bytes(), ..Sent::default() },
        )
    }
}

impl Answered {
    fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(one, _)| *one == name).map(|(_, value)| value.as_str())
    }

    fn json(&self) -> Map {
        let Json::Object(map) = json::parse(&self.body).unwrap() else { panic!() };
        map
    }
}

const NEW: &str = "/api/v1/commands/incident/new";
const KEY: Option<&str> = Some("8e03978e-40d5-43dd-bc93-6894a57f9324");

#[test]
fn a_request_that_is_sent_twice_is_done_once() {
    let office = Office::staffed();
    let door = Door::of(&office);
    let before = office.entries();
    let body = r#"{"title":"Crane stopped","again":true}"#;
    let first = door.post("lin", NEW, KEY, body);
    assert_eq!((first.status, first.route.as_deref()), (200, Some(NEW)));
    let second = door.post("lin", NEW, KEY, body);
    assert_eq!((second.status, &second.body), (200, &first.body));
    assert_eq!(office.entries(), before + 1);
    let other = door.post("lin", NEW, KEY, r#"{"title":"Another"}"#);
    assert_eq!((other.status, other.header("Content-Type")), (422, Some("application/problem+json")));
    assert_eq!(door.post("lin", NEW, None, body).status, 200);
    assert_eq!(office.entries(), before + 2, "without a key it is done again");
    let token = r#"{"account":"lin","name":"gate","right":["read"],"yes":true}"#;
    let (first, second) = ("/api/v1/commands/token/make", "/api/v1/commands/token/make");
    assert_eq!(door.post("ada", first, KEY, token).status, 200);
    let again = door.post("ada", second, KEY, token);
    assert_eq!(again.status, 409, "a secret is told once");
}

/// The node was started anew between the two: the same answer comes back, and nothing of it stands readable on the disk.
#[test]
fn a_request_that_is_sent_again_after_a_restart_is_not_done_again() {
    let office = Office::staffed();
    let before = office.entries();
    let body = r#"{"title":"Crane stopped","again":true}"#;
    let first = Door::of(&office).post("lin", NEW, KEY, body);
    let door = Door::of(&office);
    let second = door.post("lin", NEW, KEY, body);
    assert_eq!((first.status, second.status, &second.body), (200, 200, &first.body));
    assert_eq!(second.header("idempotency-replayed"), Some("true"));
    assert_eq!(office.entries(), before + 1);
    let kept = std::fs::read_to_string(office.dir().join("idempotency.jsonl")).unwrap();
    let told = first.json().to_text();
    assert!(!kept.is_empty() && !kept.contains("Crane") && told.contains("record_digest"));
    assert!(!kept.contains(KEY.unwrap()) && !kept.contains("lin"));
}

impl Door<'_> {
    /// Asks for a command on the condition that something has not changed.
    fn post_if(&self, who: &str, command: &str, if_match: Option<&str>, body: &str) -> Answered {
        let path = format!("/api/v1/commands/{command}");
        let content_type = Some("application/json");
        let sent =
            Sent { method: "POST", path: &path, content_type, if_match, body: body.as_bytes(), ..Sent::default() };
        self.ask(who, sent)
    }

    fn tag(&self, who: &str, command: &str, body: &str) -> String {
        self.post_if(who, command, None, body).header("ETag").unwrap().to_owned()
    }
}

/// Two people read the same; whoever writes second is told that it has changed, and writes over nobody.
#[test]
fn a_change_is_made_to_what_was_read_or_not_at_all() {
    let office = Office::staffed();
    let door = Door::of(&office);
    let (id, digest) = office.incident("Crane stopped");
    let show = format!(r#"{{"incident":"{id}"}}"#);
    let (first, second) = (door.tag("lin", "incident/show", &show), door.tag("lin", "incident/show", &show));
    assert_eq!(first, second);
    let edit = |title: &str| format!(r#"{{"incident":"{id}","title":"{title}"}}"#);
    let before = office.entries();
    assert_eq!(door.post_if("lin", "incident/edit", Some(&first), &edit("Crane fell")).status, 200);
    let late = door.post_if("lin", "incident/edit", Some(&second), &edit("Crane is well"));
    assert_eq!((late.status, late.header("Content-Type")), (412, Some("application/problem+json")));
    assert_eq!(late.json().text("type"), Some("urn:detente:problem:precondition"));
    assert_eq!(office.entries(), before + 1, "nothing was done");
    let now = door.tag("lin", "incident/show", &show);
    assert_ne!(now, first);
    for (tag, status) in [(Some("*"), 200), (Some("no tag"), 412), (None, 200)] {
        assert_eq!(
            door.post_if("lin", "incident/edit", tag, &edit(&format!("Now {tag:?}").replace('"', ""))).status,
            status
        );
    }
    let absent = show.replace(&id, "incident--0b21bb40-6ef3-4fc3-9c1b-3ad2a7ef3ed0");
    assert_eq!(
        door.post_if("lin", "incident/edit", Some("*"), &absent).status,
        404,
        "what is hidden or absent comes first"
    );
    assert_eq!(door.post_if("lin", "incident/new", Some("*"), r#"{"title":"x"}"#).status, 400, "no one thing is named");
    labels(&door, &digest);
}

/// A record that is read by its digest has a tag that changes when it is labelled, as the list of its labels has.
fn labels(door: &Door<'_>, digest: &str) {
    let path = format!("/api/v1/records/{digest}");
    let (list, put) = (format!(r#"{{"record":"{digest}"}}"#), format!(r#"{{"record":"{digest}","tlp":"green"}}"#));
    let of_record = door.get("lin", &path).header("ETag").unwrap().to_owned();
    let of_list = door.tag("lin", "label/list", &list);
    assert_eq!(door.post_if("rea", "label/put", Some(&of_record), &put).status, 403, "the right comes first");
    assert_eq!(door.post_if("lin", "label/put", Some(&of_record), &put).status, 200);
    for tag in [&of_record, &of_list] {
        assert_eq!(door.post_if("lin", "label/put", Some(tag), &put).status, 412);
    }
    let again = door.tag("lin", "label/list", &list);
    assert_ne!(again, of_list);
    assert_eq!(door.post_if("lin", "label/put", Some(&again), &put).status, 200);
    let known = Sent { method: "GET", path: &path, if_none_match: Some(&of_record), ..Sent::default() };
    assert_eq!(door.ask("lin", known).status, 200, "it is not as it was");
    let chinese = Sent {
        method: "POST",
        path: "/api/v1/commands/label/put",
        content_type: Some("application/json"),
        accept_language: Some("zh"),
        if_match: Some(&of_list),
        body: put.as_bytes(),
        ..Sent::default()
    };
    let problem = door.ask("lin", chinese);
    assert_eq!((problem.status, problem.header("Content-Language")), (412, Some("zh-Hans")));
    assert!(problem.json().text("title").is_some_and(|title| !title.is_ascii()));
}

#[test]
fn every_answer_says_what_a_program_needs() {
    let office = Office::staffed();
    let door = Door::of(&office);
    assert_eq!(
        door.front.operation("POST", NEW).map(|it| it.effect),
        Some(api::Effect::Changes),
        "before its body is read"
    );
    assert!(door.front.operation("GET", NEW).is_none());
    assert_eq!(door.get("nobody", "/api/v1/records").status, 401);
    assert!(door.get("nobody", "/api/v1/records").header("WWW-Authenticate").is_some());
    assert_eq!(door.get("rea", "/api/v1/nothing").route, None);
    let other = door.get("rea", NEW);
    assert_eq!((other.status, other.header("Allow")), (405, Some("POST")));
    assert_eq!(door.get("gil", "/api/v1/records").status, 404, "for a partner nothing is there");
    assert_eq!(door.get("gil", "/api/v1/account").status, 200);
    let sent = Sent {
        method: "GET",
        path: "/api/v1/records",
        query: Some("sail=1"),
        accept_language: Some("zh"),
        ..Sent::default()
    };
    let chinese = door.ask("rea", sent);
    assert_eq!((chinese.status, chinese.header("Content-Language")), (400, Some("zh-Hans")));
    let document = door.get("nobody", "/api/v1/openapi.json");
    assert_eq!((document.status, document.json().text("openapi").map(str::to_owned)), (200, Some("3.1.0".to_owned())));
    let known = Sent { method: "GET", path: "/api/v1/records", ..Sent::default() };
    let first = door.ask("rea", known);
    let again = door.ask("rea", Sent { if_none_match: first.header("ETag"), ..known });
    assert_eq!((first.status, again.status, again.body.len()), (200, 304, 0));
    for path in ["/api/v1/about", "/api/v1/account", "/api/v1/feeds", "/api/v1/webhooks"] {
        assert_eq!(door.get("rea", path).status, 200, "{path}");
    }
    assert_eq!(door.ask("rea", Sent { query: Some("q=crane"), path: "/api/v1/search", ..known }).status, 200);
    assert_eq!(door.get("dov", "/api/v1/alarms").status, 200);
    let hook = r#"{"url":"https://hooks.example.org/","events":["record.logged"]}"#;
    let made = door.post("rea", "/api/v1/webhooks", None, hook);
    let path = format!("/api/v1/webhooks/{}", made.json().text("id").unwrap());
    assert_eq!(
        (made.status, door.ask("rea", Sent { method: "DELETE", path: &path, ..Sent::default() }).status),
        (201, 204)
    );
}

#[test]
fn a_reader_of_events_misses_nothing() {
    let office = Office::staffed();
    let door = Door::of(&office);
    let listen = |last: Option<&str>| {
        let sent = Sent { method: "GET", path: "/api/v1/events", last_event_id: last, ..Sent::default() };
        let answered = door.ask("lin", sent);
        assert_eq!((answered.status, answered.header("Content-Type")), (200, Some("text/event-stream")));
        String::from_utf8(answered.body).unwrap()
    };
    let last = |text: &str| text.rsplit_once("id: ").unwrap().1.trim().to_owned();
    let first = listen(None);
    assert!(!first.contains("event:") && !first.contains(KEEP_ALIVE));
    let (_, digest) = office.incident("While nobody listened");
    let second = listen(Some(&last(&first)));
    assert!(second.contains("event: record.logged") && second.contains(&digest), "{second}");
    assert!(!second.contains("nobody listened"), "ids and no content");
    assert!(!listen(Some(&last(&second))).contains("event:"));
    let wrong = Sent { method: "GET", path: "/api/v1/events", last_event_id: Some("x"), ..Sent::default() };
    assert_eq!(door.ask("lin", wrong).status, 400);
}
