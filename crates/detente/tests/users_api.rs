//! `/api/v1` at a running node.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::exchange::Federation;
use crate::https::{Answer, SiteAt, TAXII};
use crate::treaty::CANARY;
use crate::users::{Office, envelope, indicator};

pub(crate) const JSON: (&str, &str) = ("Content-Type", "application/json");

impl SiteAt {
    pub(crate) fn api(&self, method: &str, path: &str, token: &str, more: &[(&str, &str)], body: &str) -> Answer {
        let bearer = format!("Bearer {token}");
        let fields = [&[("Authorization", bearer.as_str())], more].concat();
        self.ask(method, &format!("/api/v1/{path}"), &fields, body.as_bytes())
    }

    pub(crate) fn command(&self, name: &str, token: &str, body: &Value) -> Answer {
        self.api("POST", &format!("commands/{name}"), token, &[JSON], &body.to_string())
    }
}

#[test]
fn what_the_command_line_does_is_asked_at_the_site() {
    let office = Office::new();
    let token = office.token("lin", "laptop", "read write read-feeds label");
    let about = office.site.api("GET", "about", &token, &[], "").is(200);
    assert_eq!(about.json()["name"], "Harbour");
    let known = about.field("etag").unwrap().to_owned();
    office.site.api("GET", "about", &token, &[("If-None-Match", &known)], "").is(304);
    let object = json!({ "type": "incident", "spec_version": "2.1", "name": "Crane stopped" }).to_string();
    let signed = office.site.command("record/sign", &token, &json!({ "object": { "text": object } })).is(200).json();
    let record = signed["told"]["record"].to_string();
    let logged = office.site.command("log/append", &token, &json!({ "records": [{ "text": record }] })).is(200).json();
    let digest = logged["told"]["entries"][0]["record_digest"].as_str().unwrap().to_owned();
    let listed = office.site.api("GET", "records?type=incident", &token, &[], "").is(200).json();
    assert_eq!(listed["records"][0]["digest"], digest.as_str());
    let shown = office.site.api("GET", &format!("records/{digest}"), &token, &[], "").is(200).json();
    assert_eq!(shown["withheld"], json!([]));
    let reader = office.token("rea", "phone", "read");
    office.site.api("GET", &format!("records/{digest}"), &reader, &[], "").is(404);
    assert_eq!(office.site.api("GET", "records?type=incident", &reader, &[], "").is(200).json()["records"], json!([]));
    let refused = office.site.command("log/append", &reader, &json!({ "records": [{ "text": record }] })).is(403);
    assert_eq!(refused.json()["type"], "urn:detente:problem:forbidden");
}

#[test]
fn a_problem_is_told_in_the_language_of_the_reader() {
    let office = Office::new();
    let token = office.token("lin", "laptop", "read");
    let chinese = [("Accept-Language", "fr;q=0.2, zh-Hans-CN, en;q=0.8")];
    let problem = office.site.api("GET", "records?colour=red", &token, &chinese, "").is(400);
    assert_eq!(problem.field("content-type"), Some("application/problem+json"));
    assert_eq!(problem.field("content-language"), Some("zh-Hans"));
    assert!(problem.json()["title"].as_str().unwrap().chars().any(|letter| letter > '\u{3fff}'), "{}", problem.text());
    let english = office.site.api("GET", "records?colour=red", &token, &[], "").is(400);
    assert!(english.json()["title"].as_str().unwrap().is_ascii());
    let nobody = office.site.ask("GET", "/api/v1/records", &[], &[]).is(401);
    assert_eq!(nobody.json()["type"], "urn:detente:problem:sign-in");
    assert!(nobody.field("www-authenticate").is_some());
    let method = office.site.api("DELETE", "records", &token, &[], "").is(405);
    assert_eq!(method.field("allow"), Some("GET, HEAD"));
}

#[test]
fn a_request_that_is_sent_again_under_its_key_is_done_once() {
    let office = Office::new();
    let token = office.token("lin", "laptop", "read write");
    let incident = |name: &str| json!({ "object": { "text": json!({ "name": name }).to_string() } }).to_string();
    let send = |key: &str, body: &str| {
        office.site.api("POST", "commands/record/sign", &token, &[JSON, ("Idempotency-Key", key)], body)
    };
    let object = json!({ "type": "incident", "spec_version": "2.1", "name": "Crane stopped" }).to_string();
    let body = json!({ "object": { "text": object } }).to_string();
    let (first, again) = (send("one-key-for-this", &body).is(200), send("one-key-for-this", &body).is(200));
    assert_eq!(first.body, again.body, "each signing draws salts: the same octets come from memory alone");
    assert_eq!(again.field("idempotency-replayed"), Some("true"));
    assert_ne!(send("another-key-for-it", &body).is(200).body, first.body);
    let other = send("one-key-for-this", &incident("Another")).is(422);
    assert_eq!(other.json()["type"], "urn:detente:problem:key-reused");
    send("short", &body).is(400);
}

/// Forty commands of one account while something else has the directory: two of them stand in the queue, the others are told at once to
/// come again, and whoever reads is answered.
#[test]
fn commands_that_wait_hold_up_nobody_who_reads() {
    let office = Office::new();
    let (token, reader) = (office.token("lin", "laptop", "read write"), office.token("rea", "phone", "read"));
    let wanted = std::fs::File::open(office.desk.path("harbour/wanted")).unwrap();
    wanted.lock().unwrap();
    std::thread::scope(|scope| {
        let ask = || office.site.command("incident/list", &token, &json!({}));
        let asking: Vec<_> = (0..40).map(|_| scope.spawn(ask)).collect();
        let told = |asking: &Vec<std::thread::ScopedJoinHandle<'_, Answer>>| {
            asking.iter().filter(|one| one.is_finished()).count()
        };
        let began = Instant::now();
        while told(&asking) < 38 {
            assert!(began.elapsed() < Duration::from_secs(8), "{} were answered", told(&asking));
            std::thread::sleep(Duration::from_millis(20));
        }
        office.site.api("GET", "account", &reader, &[], "").is(200);
        assert!(began.elapsed() < Duration::from_secs(9), "{:?}", began.elapsed());
        wanted.unlock().unwrap();
        let answers: Vec<_> = asking.into_iter().map(|one| one.join().unwrap()).collect();
        let refused: Vec<_> = answers.iter().filter(|answer| answer.status == 429).collect();
        assert_eq!((refused.len(), answers.iter().filter(|answer| answer.status == 200).count()), (38, 2));
        for answer in refused {
            assert_eq!(answer.json()["type"], "urn:detente:problem:too-many");
            assert!(answer.field("retry-after").unwrap().parse::<u32>().unwrap() >= 1);
        }
    });
}

/// An account that sends a long body slowly sends no other one meanwhile, under any token; others do.
#[test]
fn an_account_sends_one_long_body_after_the_other() {
    let office = Office::new();
    let token = office.token("lin", "laptop", "post read-feeds read write");
    let (again, other) = (office.token("lin", "screen", "post read-feeds"), office.token("gate", "north", "post"));
    let path = format!("{}objects/", office.collection(&token, "Our own records"));
    let long = |number: u32| {
        let mut body = envelope(&[indicator(number)]);
        body.resize(1_200_000, b' ');
        body
    };
    let body = long(1);
    let mut slow = office.site.begin();
    let head = format!(
        "POST {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nAuthorization: Bearer {token}\r\nAccept: {TAXII}\r\n\
         Content-Type: {TAXII}\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    slow.send(&[head.as_bytes(), &body[..600_000]].concat());
    // Until its header has been read, another may come before it.
    let refused = (2..40).map(|number| office.site.post(&path, &again, &long(number))).find(|one| one.status != 202);
    let refused = refused.expect("one was refused").is(429);
    assert_eq!((refused.field("retry-after"), refused.json()["http_status"].as_str()), (Some("10"), Some("429")));
    office.site.post(&path, &other, &long(50)).is(202);
    office.site.post(&path, &again, &envelope(&[indicator(51)])).is(202);
    slow.send(&body[600_000..]);
    slow.answer().is(202);
    office.site.post(&path, &again, &long(52)).is(202);
}

/// A stream of events ends with the session, or the token, for which it was opened, though the account goes on.
#[test]
fn a_stream_ends_with_what_it_was_opened_with() {
    let office = Office::new();
    let begun = office.sign_in("lin");
    let listen = |fields: &str| {
        let mut line = office.site.begin();
        line.send(
            format!("GET /api/v1/events HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{fields}\r\n\r\n")
                .as_bytes(),
        );
        line.hears("retry:");
        line
    };
    let by_session = listen(&format!("Cookie: {}", begun.cookie));
    let token = office.token("lin", "laptop", "read");
    let by_token = listen(&format!("Authorization: Bearer {token}"));
    let other = listen(&format!("Cookie: {}", office.sign_in("lin").cookie));
    office.sign_out(&begun);
    assert!(by_session.ends_within(Duration::from_secs(10)), "its session has ended");
    office.desk.run("token revoke lin laptop --by Ada --yes --dir harbour").ends_with(0);
    assert!(by_token.ends_within(Duration::from_secs(10)), "its token was revoked");
    assert!(!other.ends_within(Duration::from_secs(2)), "another session of the account goes on");
}

#[test]
fn who_listens_hears_of_a_record_by_its_ids() {
    let office = Office::new();
    let token = office.token("lin", "laptop", "read post read-feeds");
    let (site, listening) = (office.site.clone(), token.clone());
    let heard = std::thread::spawn(move || {
        site.listen("/api/v1/events", &[("Authorization", &format!("Bearer {listening}"))], "event: record.logged")
    });
    std::thread::sleep(Duration::from_millis(700));
    let path = format!("{}objects/", office.collection(&token, "Our own records"));
    office.site.post(&path, &token, &envelope(&[indicator(7)])).is(202);
    let heard = heard.join().unwrap();
    assert!(heard.contains("text/event-stream") && heard.contains("\nid: "), "{heard}");
    assert!(!heard.contains("Prompt number"), "ids alone: {heard}");
}

/// Harbour after a release to Hills, with its site, and somebody of each role who may not see what is classified.
struct Watched {
    _federation: Federation,
    _node: crate::exchange::Serving,
    site: SiteAt,
    tokens: BTreeMap<&'static str, String>,
    analyst: String,
    /// The collection of Harbour's own records.
    ours: String,
    /// The digests of all records that an analyst sees.
    all: Vec<String>,
}

const WATCHED: [(&str, &str); 5] = [
    ("hill", "read-feeds"),
    ("gate", "read read-feeds"),
    ("rea", "read read-feeds"),
    ("dun", "read alarms answer propose read-feeds"),
    ("ada", "read alarms operate read-access-log"),
];

impl Watched {
    fn new() -> Self {
        let mut federation = Federation::new();
        let agreement = federation.agree("hills", "public-incident");
        let desk = &federation.desk;
        desk.label_tempe("clear");
        let proposal = desk.propose(&agreement, "");
        desk.approve(&proposal, "second-person").ends_with(0);
        desk.publish(&proposal).ends_with(0);
        desk.open_accounts("harbour");
        let (party, more) = (desk.party("hills"), "--password-file pw --by Ada --yes --dir harbour");
        desk.run(&format!("account add hill --role reader --partner {party} {more}")).ends_with(0);
        desk.run(&format!("account add dun --role duty-officer {more}")).ends_with(0);
        let tokens = WATCHED.map(|(name, rights)| (name, desk.token("harbour", name, "every", rights))).into();
        let analyst = desk.token("harbour", "lin", "laptop", "read read-feeds");
        drop(federation.nodes.remove(0));
        let (node, site) = federation.desk.serve_users("harbour");
        let rows = site.api("GET", "records", &analyst, &[], "").is(200).json()["records"].clone();
        let all = rows.as_array().unwrap().iter().map(|row| row["digest"].as_str().unwrap().to_owned()).collect();
        let ours = crate::users::collection(&site, &analyst, "Our own records").unwrap();
        Self { _federation: federation, _node: node, site, tokens, analyst, ours, all }
    }

    /// Every path that is read.
    fn paths(&self) -> Vec<String> {
        let own = self.ours.split('/').nth(4).unwrap();
        let mut paths: Vec<String> = ["/taxii2/", "/taxii2/api/", "/taxii2/api/collections/", &self.ours]
            .iter()
            .map(|path| (*path).to_owned())
            .chain(["manifest.json", "hashes.csv"].map(|file| format!("/misp/{own}/{file}")))
            .collect();
        let listed = self.site.get("/taxii2/api/collections/", &self.analyst).is(200).json();
        let ends =
            ["objects/", "objects/?match%5Bversion%5D=all&limit=1", "manifest/", "objects/?match%5Btype%5D=incident"];
        for collection in listed["collections"].as_array().unwrap() {
            let id = collection["id"].as_str().unwrap();
            paths.extend(ends.iter().map(|end| format!("/taxii2/api/collections/{id}/{end}")));
        }
        let api = ["about", "account", "records", "records?limit=1", "alarms", "feeds", "search?q=crane", "webhooks"];
        paths.extend(api.iter().map(|path| format!("/api/v1/{path}")));
        paths.extend(self.all.iter().map(|digest| format!("/api/v1/records/{digest}")));
        paths
    }
}

#[test]
fn nothing_that_is_withheld_is_in_any_answer_to_any_role() {
    let watched = Watched::new();
    let site = &watched.site;
    let whole = site.get(&format!("{}objects/", watched.ours), &watched.analyst).is(200);
    assert!(whole.text().contains(CANARY), "there is something to see");
    let paths = watched.paths();
    for (account, token) in &watched.tokens {
        let asked = paths.iter().map(|path| (path.clone(), site.get(path, token)));
        let commands = ["log/list", "incident/list", "record/show", "release/list", "label/list", "export"];
        let commands = commands.map(|command| (command.to_owned(), site.command(command, token, &json!({}))));
        for (path, answer) in asked.chain(commands) {
            assert!(answer.status < 500, "{account} {path}: {}", answer.text());
            let is_there = answer.text().contains(CANARY) || answer.head.contains(CANARY);
            assert!(!is_there, "{account} {path} {}", answer.text());
        }
    }
}

#[test]
fn for_a_partner_what_is_hidden_is_octet_for_octet_what_never_was() {
    let watched = Watched::new();
    let (site, hill) = (&watched.site, &watched.tokens["hill"]);
    let never = site.get("/api/v1/records/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", hill);
    for digest in &watched.all {
        let hidden = site.get(&format!("/api/v1/records/{digest}"), hill);
        assert_eq!((hidden.status, &hidden.body), (never.status, &never.body));
    }
    let none = site.get("/taxii2/api/collections/5f0a9c1e-7c55-4f0b-9b8e-2a6d1c3e4f70/objects/", hill).is(404);
    assert_eq!(site.get(&format!("{}objects/", watched.ours), hill).is(404).body, none.body);
}
