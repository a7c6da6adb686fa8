//! The site for people and programs: who gets in, what each account is shown, and what is posted.

use std::io::{BufRead as _, BufReader};

use serde_json::{Value, json};

use crate::exchange::{Federation, Serving};
use crate::https::{Answer, SiteAt, TAXII};
use crate::scene::Desk;
use crate::treaty::CANARY;

const COLLECTIONS: &str = "/taxii2/api/collections/";
const PASSWORD: &str = "correct horse battery staple";

/// Harbour with its site, and accounts with tokens.
pub(crate) struct Office {
    pub(crate) desk: Desk,
    pub(crate) site: SiteAt,
    pub(crate) node: Serving,
}

/// A session, as a browser keeps it.
pub(crate) struct Session {
    pub(crate) cookie: String,
    pub(crate) form: String,
}

impl Desk {
    /// Opens the first account, an analyst, a reader and a program.
    pub(crate) fn open_accounts(&self, dir: &str) {
        self.write("pw", PASSWORD);
        let more = format!("--password-file pw --by Ada --yes --dir {dir}");
        for (name, role) in [("ada", "administrator"), ("lin", "analyst"), ("rea", "reader")] {
            self.run(&format!("account add {name} --role {role} {more}")).ends_with(0);
        }
        self.run(&format!("account add gate --role machine --by Ada --yes --dir {dir}")).ends_with(0);
    }

    /// Makes a token with these rights.
    pub(crate) fn token(&self, dir: &str, account: &str, name: &str, rights: &str) -> String {
        let rights: Vec<String> = rights.split(' ').map(|right| format!("--right {right}")).collect();
        let words =
            format!("--json token make {account} {name} {} --days 30 --by Ada --yes --dir {dir}", rights.join(" "));
        self.run(&words).ends_with(0).json()["secret"].as_str().unwrap().to_owned()
    }

    /// Runs a node with its site.
    pub(crate) fn serve_users(&self, dir: &str) -> (Serving, SiteAt) {
        let words = format!("--json serve --dir {dir} --listen 127.0.0.1:0 --users 127.0.0.1:0 --head-every-ms 4000");
        let mut child = self.start(&words);
        let mut line = String::new();
        let _read = BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let facts: Value = serde_json::from_str(&line).unwrap_or_else(|_| panic!("{dir} does not serve: {line}"));
        let text = |name: &str| facts[name].as_str().unwrap().to_owned();
        let site = SiteAt { address: text("users_listening"), fingerprint: text("certificate_sha256") };
        (Serving::of(child, text("listening")), site)
    }
}

impl Office {
    pub(crate) fn new() -> Self {
        let desk = Desk::with_node();
        desk.open_accounts("harbour");
        let (node, site) = desk.serve_users("harbour");
        Self { desk, site, node }
    }

    pub(crate) fn token(&self, account: &str, name: &str, rights: &str) -> String {
        self.desk.token("harbour", account, name, rights)
    }

    /// Begins a session with the password.
    pub(crate) fn sign_in(&self, name: &str) -> Session {
        let body = json!({ "name": name, "password": PASSWORD }).to_string();
        let begun = self.site.ask("POST", "/api/v1/session", &[("Content-Type", "application/json")], body.as_bytes());
        let cookie = begun.field("set-cookie").unwrap().split(';').next().unwrap().to_owned();
        Session { cookie, form: begun.json()["form_token"].as_str().unwrap().to_owned() }
    }

    pub(crate) fn sign_out(&self, session: &Session) {
        let fields = [("Cookie", session.cookie.as_str()), ("detente-form-token", session.form.as_str())];
        self.site.ask("DELETE", "/api/v1/session", &fields, &[]).is(204);
    }

    /// The path of the objects of the collection with this title.
    pub(crate) fn collection(&self, token: &str, title: &str) -> String {
        collection(&self.site, token, title).unwrap_or_else(|| panic!("no collection {title}"))
    }
}

/// The path of the collection whose title begins so.
pub(crate) fn collection(site: &SiteAt, token: &str, title: &str) -> Option<String> {
    let listed = site.get(COLLECTIONS, token).is(200).json();
    let is_it = |one: &&Value| one["title"].as_str().is_some_and(|found| found.starts_with(title));
    let found = listed["collections"].as_array()?.iter().find(is_it)?;
    Some(format!("{COLLECTIONS}{}/", found["id"].as_str()?))
}

pub(crate) fn indicator(number: u32) -> Value {
    json!({
        "type": "indicator", "spec_version": "2.1",
        "id": format!("indicator--00000000-0000-4000-8000-{number:012}"),
        "created": "2026-11-01T00:00:00.000Z", "modified": "2026-11-01T00:00:00.000Z",
        "name": format!("Prompt number {number}"), "pattern": "[url:value = 'https://one.example/']",
        "pattern_type": "stix", "valid_from": "2026-11-01T00:00:00Z"
    })
}

pub(crate) fn envelope(objects: &[Value]) -> Vec<u8> {
    json!({ "objects": objects }).to_string().into_bytes()
}

/// The ids of indicators on a page: the node's own identity is an object too.
fn ids(answer: &Answer) -> Vec<String> {
    let objects = answer.json()["objects"].as_array().cloned().unwrap_or_default();
    let ids = objects.iter().map(|object| object["id"].as_str().unwrap().to_owned());
    ids.filter(|id| !id.starts_with("identity--")).collect()
}

#[test]
fn nobody_is_told_who_is_there_and_a_wrong_token_is_no_stranger() {
    let office = Office::new();
    let site = &office.site;
    site.ask("GET", "/healthz", &[], &[]).is(200);
    let nobody = site.ask("GET", "/taxii2/", &[("Accept", TAXII)], &[]).is(401);
    assert!(nobody.field("www-authenticate").unwrap().contains("Bearer"));
    assert_eq!(nobody.json()["http_status"], "401");
    let wrong = site.get("/taxii2/", "detente_aaaa").is(401);
    assert_eq!((wrong.body, wrong.status), (nobody.body, nobody.status), "nothing tells one from the other");
    let _end = &office.node;
}

#[test]
fn a_program_posts_objects_and_reads_them_back() {
    let office = Office::new();
    let token = office.token("lin", "laptop", "post read-feeds read write");
    let path = office.collection(&token, "Our own records");
    let status = office.site.post(&format!("{path}objects/"), &token, &envelope(&[indicator(1), indicator(2)])).is(202);
    assert_eq!(status.json()["success_count"], 2, "{}", status.text());
    let kept = format!("/taxii2/api/status/{}/", status.json()["id"].as_str().unwrap());
    assert_eq!(office.site.get(&kept, &token).is(200).json(), status.json());
    let other = office.token("rea", "phone", "read-feeds");
    office.site.get(&kept, &other).is(404);
    let read = office.site.get(&format!("{path}objects/"), &token).is(200);
    assert_eq!(ids(&read).len(), 2);
    let again = office.site.post(&format!("{path}objects/"), &token, &envelope(&[indicator(1)])).is(202);
    assert_eq!(again.json()["successes"][0]["message"], "it was here already");
    assert_eq!(ids(&office.site.get(&format!("{path}objects/"), &token).is(200)).len(), 2);
    let log = office.desk.run("--json log list --dir harbour").ends_with(0).json();
    let logged = log["entries"].as_array().unwrap().iter().filter(|row| row["type"] == "indicator").count();
    assert_eq!(logged, 2, "each object is a record of its own");
}

#[test]
fn a_later_version_follows_and_an_earlier_one_does_not() {
    let office = Office::new();
    let token = office.token("lin", "laptop", "post read-feeds write");
    let path = format!("{}objects/", office.collection(&token, "Our own records"));
    let dated = |modified: &str| {
        let mut object = indicator(1);
        object["modified"] = modified.into();
        object
    };
    let (first, second, between) = (indicator(1), dated("2026-11-03T00:00:00.000Z"), dated("2026-11-02T00:00:00.000Z"));
    let status = office.site.post(&path, &token, &envelope(&[second, first])).is(202).json();
    assert_eq!(status["success_count"], 2, "whatever their order in the request: {status}");
    let late = office.site.post(&path, &token, &envelope(&[between])).is(202).json();
    assert!(late["failures"][0]["message"].as_str().unwrap().contains("later version"), "{late}");
    let newest = office.site.get(&format!("{path}?match%5Btype%5D=indicator"), &token).is(200).json();
    assert_eq!(newest["objects"][0]["modified"], "2026-11-03T00:00:00.000Z");
    assert_eq!(newest["objects"].as_array().unwrap().len(), 1);
    let all = office.site.get(&format!("{path}?match%5Bversion%5D=all"), &token).is(200);
    assert_eq!(ids(&all).len(), 2);
}

#[test]
fn nobody_hands_in_what_the_node_itself_states() {
    let office = Office::new();
    let token = office.token("gate", "north", "post read-feeds");
    let path = format!("{}objects/", office.collection(&token, "Our own records"));
    let label = json!({
        "type": "detente-label", "spec_version": "2.1", "id": "detente-label--00000000-0000-4000-8000-000000000001",
        "created": "2026-11-01T00:00:00.000Z", "modified": "2026-11-01T00:00:00.000Z",
    });
    let broken = json!({ "type": "indicator", "id": "indicator--x" });
    let status = office.site.post(&path, &token, &envelope(&[label, broken, indicator(3)])).is(202).json();
    assert_eq!((&status["success_count"], &status["failure_count"]), (&json!(1), &json!(2)), "{status}");
    assert!(status["failures"][0]["message"].as_str().unwrap().contains("own people"), "{status}");
}

#[test]
fn a_program_changes_what_it_handed_in_until_somebody_else_does() {
    let office = Office::new();
    let gate = office.token("gate", "north", "post read-feeds");
    let analyst = office.token("lin", "laptop", "post read-feeds write");
    let path = format!("{}objects/", office.collection(&analyst, "Our own records"));
    let dated = |day: u32| {
        let mut object = indicator(1);
        object["modified"] = format!("2026-11-{day:02}T00:00:00.000Z").into();
        object
    };
    let post = |token: &str, day: u32| office.site.post(&path, token, &envelope(&[dated(day)])).is(202).json();
    assert_eq!(post(&gate, 1)["success_count"], 1);
    assert_eq!(post(&gate, 2)["success_count"], 1, "its own, and unchanged since");
    assert_eq!(post(&analyst, 3)["success_count"], 1);
    let refused = post(&gate, 4);
    assert_eq!(refused["failures"][0]["message"], "it is not taken", "and nothing is said of what is here: {refused}");
}

#[test]
fn an_account_without_the_right_reads_and_does_not_write() {
    let office = Office::new();
    let reader = office.token("rea", "phone", "read-feeds");
    let path = format!("{}objects/", office.collection(&reader, "Our own records"));
    let refused = office.site.post(&path, &reader, &envelope(&[indicator(1)])).is(403);
    assert_eq!(refused.json()["error_code"], "not_writable");
    office.desk.run("token revoke rea phone --by Ada --yes --dir harbour").ends_with(0);
    office.site.get(COLLECTIONS, &reader).is(401);
}

#[test]
fn what_is_not_labelled_is_for_those_who_label() {
    let office = Office::new();
    let analyst = office.token("lin", "laptop", "post read-feeds");
    let reader = office.token("rea", "phone", "read-feeds");
    let path = format!("{}objects/", office.collection(&analyst, "Our own records"));
    office.site.post(&path, &analyst, &envelope(&[indicator(1)])).is(202);
    assert_eq!(ids(&office.site.get(&path, &analyst).is(200)).len(), 1);
    assert_eq!(office.site.get(&path, &reader).is(200).text(), "{}");
    let entries = office.desk.entries("harbour");
    let digest = entries.iter().find(|row| row["type"] == "indicator").unwrap()["record_digest"].clone();
    office.desk.run(&format!("label put {} --tlp green --dir harbour", digest.as_str().unwrap())).ends_with(0);
    assert_eq!(ids(&office.site.get(&path, &reader).is(200)).len(), 1);
    let object = format!("{path}{}/", indicator(1)["id"].as_str().unwrap());
    office.site.get(&object, &reader).is(200);
    office.desk.run(&format!("label put {} --tlp red --dir harbour", digest.as_str().unwrap())).ends_with(0);
    office.site.get(&object, &reader).is(404);
    assert_eq!(office.site.get(&path, &reader).is(200).text(), "{}");
}

#[test]
fn each_page_is_read_once_while_another_writes() {
    let office = Office::new();
    let token = office.token("lin", "laptop", "post read-feeds");
    let path = format!("{}objects/", office.collection(&token, "Our own records"));
    let post = |numbers: std::ops::Range<u32>| {
        let objects: Vec<Value> = numbers.map(indicator).collect();
        office.site.post(&path, &token, &envelope(&objects)).is(202);
    };
    post(0..50);
    let (mut seen, mut next, mut written) = (Vec::new(), String::new(), 50);
    loop {
        let page = office.site.get(&format!("{path}?limit=7{next}"), &token).is(200);
        seen.extend(ids(&page));
        if written < 80 {
            post(written..written + 10);
            written += 10;
        }
        if page.json()["more"] != true {
            break;
        }
        next = format!("&next={}", page.json()["next"].as_str().unwrap());
    }
    assert_eq!(seen.len(), 80);
    let last = office.site.get(&path, &token).is(200).field("X-TAXII-Date-Added-Last").unwrap().to_owned();
    post(100..101);
    let rest = office.site.get(&format!("{path}?added_after={last}&limit=1000"), &token).is(200);
    assert!(ids(&rest).contains(&indicator(100)["id"].as_str().unwrap().to_owned()));
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), 80, "each object exactly once");
}

#[test]
fn a_head_tells_what_a_get_would_and_delete_is_refused() {
    let office = Office::new();
    let token = office.token("lin", "laptop", "post read-feeds");
    let bearer = format!("Bearer {token}");
    let fields = [("Authorization", bearer.as_str()), ("Accept", TAXII)];
    let whole = office.site.ask("GET", COLLECTIONS, &fields, &[]).is(200);
    let head = office.site.ask("HEAD", COLLECTIONS, &fields, &[]).is(200);
    assert_eq!(head.field("content-length"), whole.field("content-length"));
    assert_eq!((head.body.len(), head.field("etag")), (0, whole.field("etag")));
    let known = [fields[0], fields[1], ("If-None-Match", whole.field("etag").unwrap())];
    office.site.ask("GET", COLLECTIONS, &known, &[]).is(304);
    let path = format!("{}objects/{}/", office.collection(&token, "Our own"), indicator(1)["id"].as_str().unwrap());
    assert_eq!(office.site.ask("DELETE", &path, &fields, &[]).is(403).json()["error_code"], "append_only");
    assert_eq!(office.site.ask("PUT", &path, &fields, b"x").is(405).json()["http_status"], "405");
    let gzip = [fields[0], fields[1], ("Content-Type", TAXII), ("Content-Encoding", "gzip")];
    let objects = format!("{}objects/", office.collection(&token, "Our own"));
    assert_eq!(office.site.ask("POST", &objects, &gzip, b"\x1f\x8b").is(415).json()["error_code"], "content_encoding");
}

#[test]
fn a_session_begins_with_a_password_and_ends() {
    let office = Office::new();
    let sign_in = |password: &str| {
        let body = json!({ "name": "lin", "password": password }).to_string();
        office.site.ask("POST", "/api/v1/session", &[("Content-Type", "application/json")], body.as_bytes())
    };
    sign_in("wrong horse battery staple").is(401);
    let begun = sign_in(PASSWORD).is(201);
    let cookie = begun.field("set-cookie").unwrap().split(';').next().unwrap().to_owned();
    assert!(begun.field("set-cookie").unwrap().contains("HttpOnly") && cookie.starts_with("__Host-detente="));
    let form = begun.json()["form_token"].as_str().unwrap().to_owned();
    let end = |fields: &[(&str, &str)]| office.site.ask("DELETE", "/api/v1/session", fields, &[]);
    end(&[("Cookie", &cookie)]).is(403);
    end(&[("Cookie", &cookie), ("detente-form-token", &form)]).is(204);
    // What is over is nobody's.
    end(&[("Cookie", &cookie), ("detente-form-token", &form)]).is(204);
    for _ in 0..6 {
        let _failed = sign_in("wrong horse battery staple");
    }
    sign_in(PASSWORD).is(429);
}

#[test]
fn each_request_is_a_line_and_each_minute_a_digest() {
    let office = Office::new();
    let token = office.token("lin", "laptop", "post read-feeds");
    office.site.get(&format!("{COLLECTIONS}?secret=yes"), &token).is(400);
    office.site.ask("GET", "/no/such/place", &[], &[]).is(404);
    office.node.end();
    let lines = office.desk.read("harbour/access.log");
    let lines: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines[0]["who"], "lin/laptop");
    assert_eq!((&lines[0]["route"], &lines[0]["status"]), (&json!("/taxii2/api/collections/"), &json!(400)));
    assert_eq!((&lines[1]["who"], &lines[1]["route"]), (&json!("-"), &json!("-")));
    assert!(!office.desk.read("harbour/access.log").contains("secret"), "no query is logged");
    office.desk.run("account requests --dir harbour").ends_with(0).says(&["2 lines", "hold"]);
    let changed = office.desk.read("harbour/access.log").replacen("lin/laptop", "rea/laptop", 1);
    office.desk.write("harbour/access.log", changed);
    office.desk.run("account requests --dir harbour").refuses(1, &["access.log"]);
}

#[test]
fn a_partner_reads_its_feed_and_nothing_else() {
    let mut federation = Federation::new();
    let agreement = federation.agree("hills", "public-incident");
    let desk = &federation.desk;
    desk.label_tempe("clear");
    let proposal = desk.propose(&agreement, "");
    desk.approve(&proposal, "second-person").ends_with(0);
    desk.publish(&proposal).ends_with(0);
    desk.open_accounts("harbour");
    let party = desk.party("hills");
    let partner =
        format!("account add hill --role reader --partner {party} --password-file pw --by Ada --yes --dir harbour");
    desk.run(&partner).ends_with(0);
    let token = desk.token("harbour", "hill", "feeds", "read-feeds");
    let own = desk.token("harbour", "lin", "laptop", "read-feeds post");
    drop(federation.nodes.remove(0));
    let desk = &federation.desk;
    let (_node, site) = desk.serve_users("harbour");
    let listed = site.get(COLLECTIONS, &token).is(200).json();
    let titles: Vec<_> = listed["collections"].as_array().unwrap().iter().map(|one| one["title"].clone()).collect();
    assert_eq!(titles.len(), 2, "what went by this agreement, and what went by all: {listed}");
    assert!(listed["collections"].as_array().unwrap().iter().all(|one| one["can_write"] == false));
    let path = format!("{}objects/", collection(&site, &token, "Released under").unwrap());
    let joined = format!("{}objects/", collection(&site, &token, "Released to").unwrap());
    // It is refused until it is made, which the running node does within a second.
    desk.until("the joined collection is made", |_| site.get(&joined, &token).status == 200);
    let read = site.get(&path, &token).is(200);
    let whole = site.get(&joined, &token).is(200);
    assert_eq!((ids(&whole), whole.text().contains(CANARY)), (ids(&read), false));
    assert_eq!(site.get(&joined, &own).is(200).text(), whole.text(), "our own people see what the partner sees");
    let marking = whole.json()["objects"][0]["object_marking_refs"].clone();
    assert_eq!(marking, json!(["marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487"]), "TLP clear");
    assert_eq!(ids(&read).len(), 1, "{}", read.text());
    assert!(!read.text().contains(CANARY), "what is classified is in no answer");
    let ours = collection(&site, &own, "Our own records").unwrap();
    assert_eq!(site.get(&format!("{ours}objects/"), &token).status, 404, "our own records are not there for a partner");
    assert!(collection(&site, &own, "Released under").is_some());
    let feed = format!("/misp/{}/manifest.json", path.split('/').nth(4).unwrap());
    let manifest = site.get(&feed, &token).is(200).json();
    assert_eq!(manifest.as_object().unwrap().len(), 1, "{manifest}");
    let event = manifest.as_object().unwrap().keys().next().unwrap().clone();
    let event = site.get(&feed.replace("manifest.json", &format!("{event}.json")), &token).is(200).json();
    let tags: Vec<_> = event["Event"]["Tag"].as_array().unwrap().iter().map(|tag| tag["name"].clone()).collect();
    assert!(tags.contains(&json!("tlp:clear")) && tags.contains(&json!("PAP:CLEAR")), "the marks in force: {tags:?}");
    assert_eq!(site.get(&feed.replace("manifest.json", "hashes.csv"), &token).is(200).status, 200);
    site.ask("GET", &feed, &[], &[]).is(401);
    desk.run(&format!("agreement suspend {agreement} --tlp green --reason en=talks --yes --dir harbour --out held"))
        .ends_with(0);
    assert_eq!(site.get(&path, &token).status, 404, "a suspended agreement shows nothing");
    assert_eq!(site.get(&feed, &token).status, 404);
    assert_eq!(site.get(&joined, &token).status, 404, "nor does the joined one: there is no other agreement");
}

#[test]
fn what_two_agreements_show_of_one_incident_is_one_object_for_the_partner() {
    let mut federation = Federation::new();
    let [public, confidential] =
        ["public-incident", "confidential-incident"].map(|template| federation.agree("hills", template));
    let desk = &federation.desk;
    desk.label_tempe("clear");
    for (agreement, more) in [(&public, "--hide name"), (&confidential, "--hide description")] {
        let proposal = desk.propose(agreement, more);
        desk.approve(&proposal, "second-person").ends_with(0);
        desk.publish(&proposal).ends_with(0);
    }
    desk.open_accounts("harbour");
    let more = "--password-file pw --by Ada --yes --dir harbour";
    desk.run(&format!("account add hill --role reader --partner {} {more}", desk.party("hills"))).ends_with(0);
    let token = desk.token("harbour", "hill", "feeds", "read-feeds");
    drop(federation.nodes.remove(0));
    let desk = &federation.desk;
    let (_node, site) = desk.serve_users("harbour");
    let path = format!("{}objects/", collection(&site, &token, "Released to").unwrap());
    let shown = || {
        let read = site.get(&path, &token);
        let one = |objects: &Vec<Value>| if let [one] = objects.as_slice() { one.clone() } else { Value::Null };
        if read.status == 200 { read.json()["objects"].as_array().map_or(Value::Null, one) } else { Value::Null }
    };
    desk.until("the two are joined", |_| shown()["name"].is_string());
    let joined = shown();
    assert!(joined["name"] != "[withheld]" && joined["description"].is_string(), "{joined}");
    let suspend = format!("agreement suspend {public} --tlp green --reason en=talks --yes --dir harbour --out held");
    desk.run(&suspend).ends_with(0);
    let now = site.get(&path, &token);
    assert!(
        now.status == 503 || !now.text().contains("\"description\""),
        "what rests is read from that moment on no more"
    );
    desk.until("what rests has gone", |_| shown()["name"].is_string());
    assert!(shown().get("description").is_none() && shown()["name"] == joined["name"], "{}", shown());
    desk.run(&format!("agreement resume {public} --yes --dir harbour --out on")).ends_with(0);
    desk.until("it goes on", |_| shown()["description"] == joined["description"]);
    assert!(shown()["modified"].as_str() > joined["modified"].as_str(), "told anew");
}

#[test]
fn a_wider_release_reaches_a_client_that_has_the_object() {
    let mut federation = Federation::new();
    let agreement = federation.agree("hills", "public-incident");
    let desk = &federation.desk;
    desk.label_tempe("clear");
    let release = |desk: &Desk, more: &str| {
        let proposal = desk.propose(&agreement, more);
        desk.approve(&proposal, "second-person").ends_with(0);
        desk.publish(&proposal).ends_with(0);
    };
    release(desk, "--hide description");
    desk.open_accounts("harbour");
    let party = desk.party("hills");
    let more = "--password-file pw --by Ada --yes --dir harbour";
    desk.run(&format!("account add hill --role reader --partner {party} {more}")).ends_with(0);
    let token = desk.token("harbour", "hill", "feeds", "read-feeds");
    drop(federation.nodes.remove(0));
    let desk = &federation.desk;
    let (_node, site) = desk.serve_users("harbour");
    let path = format!("{}objects/", collection(&site, &token, "Released under").unwrap());
    let first = site.get(&path, &token).is(200);
    let narrow = first.json()["objects"][0].clone();
    assert!(narrow.get("description").is_none(), "{narrow}");
    let last = first.field("X-TAXII-Date-Added-Last").unwrap().to_owned();
    let later = format!("{path}?added_after={last}");
    assert_eq!(site.get(&later, &token).is(200).text(), "{}", "it has all that there is");
    release(desk, "");
    desk.until("what grew comes again", |_| site.get(&later, &token).is(200).text() != "{}");
    let wide = site.get(&later, &token).is(200).json()["objects"][0].clone();
    assert_eq!(wide["id"], narrow["id"]);
    assert!(wide["description"].is_string() && wide["modified"].as_str() > narrow["modified"].as_str(), "{wide}");
    let all = site.get(&path, &token).is(200).json()["objects"].as_array().unwrap().len();
    assert_eq!(all, 1, "one object for each id");
}
