//! Servers of others, read into quarantine: over lines that break, from servers that mean ill, and taken by a person.

use std::io::{BufRead as _, BufReader};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::scene::Desk;
use crate::taxii_scene::{AUTHOR, COLLECTION, Certificate, Taxii, tool, tool_id, tool_version};
use crate::users::{Office, envelope, indicator};

const PULL: &str = "--json taxii pull coast --dir harbour";
const TAKE: &str = "--json taxii take coast --all-sound --yes --dir harbour";

/// How long a story waits for another process on a busy machine.
const PATIENCE: Duration = Duration::from_secs(30);

fn pulled(desk: &Desk) -> Value {
    desk.run(PULL).ends_with(0).json()["sources"][0].clone()
}

fn show(desk: &Desk, more: &str) -> Value {
    desk.run(&format!("--json taxii show coast --dir harbour {more}")).ends_with(0).json()
}

fn ids(shown: &Value) -> Vec<String> {
    shown["objects"].as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap_or("-").to_owned()).collect()
}

fn size(desk: &Desk) -> u64 {
    desk.run("--json log list --dir harbour --limit 1").ends_with(0).json()["size"].as_u64().unwrap()
}

fn all(count: usize) -> Vec<String> {
    (0..count).map(tool_id).collect()
}

#[test]
fn a_server_is_read_into_quarantine_and_nothing_of_it_is_ours() {
    let (desk, taxii) = (Desk::with_node(), Taxii::with(8));
    desk.name_server(&taxii, "");
    let offered = desk.run("--json taxii collections coast --dir harbour").ends_with(0).json();
    assert_eq!(offered["collections"][0]["title"], "What we saw");
    assert_eq!(offered["collections"][1]["can_read"], false);
    let before = size(&desk);
    let told = pulled(&desk);
    assert_eq!(
        (told["new"].as_u64(), told["sound"].as_u64(), told["pages"].as_u64()),
        (Some(8), Some(8), Some(3)),
        "{told}"
    );
    assert_eq!(ids(&show(&desk, "")), all(8));
    assert_eq!(size(&desk), before);
    desk.run("verify harbour").ends_with(0);
}

#[test]
fn what_lies_in_quarantine_is_found_by_no_search_until_it_is_taken() {
    let (desk, taxii) = (Desk::with_node(), Taxii::with(1));
    taxii.put(their_incident("2f1e5a3b-7c0d-4e4f-9a1b-0c2d3e4f5a6b", "Lighthouse"));
    desk.name_server(&taxii, "");
    let _told = pulled(&desk);
    let hits = || {
        let found = desk.run("--json search lighthouse --dir harbour").ends_with(0).json();
        found["hits"].as_array().unwrap().len()
    };
    assert_eq!(hits(), 0);
    desk.run(TAKE).ends_with(0);
    assert_eq!(hits(), 1);
}

fn their_incident(uuid: &str, name: &str) -> String {
    format!(
        r#"{{"type":"incident","spec_version":"2.1","id":"incident--{uuid}","created_by_ref":"{AUTHOR}","created":"2026-07-01T00:00:00.000Z","modified":"2026-07-01T00:00:00.000Z","name":"{name}"}}"#
    )
}

#[test]
fn a_second_pull_takes_only_what_is_new() {
    let (desk, taxii) = (Desk::with_node(), Taxii::with(7));
    desk.name_server(&taxii, &format!("--collection {COLLECTION}"));
    assert_eq!(pulled(&desk)["new"], 7);
    let _first = taxii.asked();
    taxii.put(tool(20));
    taxii.put(tool_version(3, 2));
    let told = pulled(&desk);
    // The last object of the run before comes along, and is passed over.
    assert_eq!((told["new"].as_u64(), told["known"].as_u64()), (Some(2), Some(1)), "{told}");
    let asked = taxii.asked();
    assert_eq!(asked.len(), 4, "{asked:?}");
    assert!(asked[3].0.contains("added_after=2026-07-10T00%3A05%3A59.999999Z"), "{asked:?}");
    // Nothing is newer any more, so the last one is not asked for once more than that.
    let again: Vec<_> = (0..2).map(|_| pulled(&desk)).map(|told| told["known"].as_u64().unwrap()).collect();
    assert_eq!(again, [1, 0]);
    assert_eq!(show(&desk, "")["sound"], 9);
}

#[test]
fn a_line_that_breaks_in_the_middle_of_a_page_costs_nothing() {
    let (desk, taxii) = (Desk::with_node(), Taxii::with(8));
    desk.name_server(&taxii, "");
    taxii.change(|state| state.breaks = 2);
    assert_eq!(pulled(&desk)["new"], 8);
    assert_eq!(ids(&show(&desk, "")), all(8));
}

#[test]
fn a_pull_that_is_killed_goes_on_from_its_page() {
    let (desk, taxii) = (Desk::with_node(), Taxii::with(11));
    desk.name_server(&taxii, "");
    taxii.change(|state| state.hangs_behind = Some(2));
    let mut child = desk.start("taxii pull coast --dir harbour");
    let begun = Instant::now();
    // The line of the third page is open, and the first two were kept before it was asked for.
    while taxii.pages_asked() < 3 {
        assert!(begun.elapsed() < PATIENCE);
        std::thread::sleep(Duration::from_millis(10));
    }
    child.kill().unwrap();
    let _status = child.wait().unwrap();
    assert_eq!(ids(&show(&desk, "")), all(6));
    let _first = taxii.asked();
    taxii.change(|state| state.hangs_behind = None);
    assert_eq!(pulled(&desk)["new"], 5);
    let asked = taxii.asked();
    assert!(
        asked[3].0.contains("added_after=2026-07-10T00%3A04%3A59.999999Z"),
        "it goes on from what was kept: {asked:?}"
    );
    assert_eq!(ids(&show(&desk, "")), all(11));
}

#[test]
fn two_pulls_at_once_do_not_meet() {
    let (desk, taxii) = (Desk::with_node(), Taxii::with(11));
    desk.name_server(&taxii, "");
    taxii.change(|state| state.hangs_behind = Some(1));
    let mut child = desk.start("taxii pull coast --dir harbour");
    let begun = Instant::now();
    while taxii.pages_asked() < 2 {
        assert!(begun.elapsed() < PATIENCE);
        std::thread::sleep(Duration::from_millis(10));
    }
    desk.run("taxii pull coast --dir harbour").refuses(4, &["is being pulled or changed by another process"]);
    desk.run("taxii remove coast --yes --dir harbour").refuses(4, &["is being pulled or changed by another process"]);
    child.kill().unwrap();
    let _status = child.wait().unwrap();
}

#[test]
fn what_is_not_sound_lies_there_with_its_reasons_and_is_never_taken() {
    let (desk, taxii) = (Desk::with_node(), Taxii::with(1));
    taxii.put(r#"{"type":"tool","spec_version":"2.1","id":"tool--5d0092c5-5f74-4287-9642-33f4c354e56d","created":"2026-07-01T00:00:00Z","modified":"2026-07-01T00:00:00Z"}"#);
    taxii.put(r#"{"id":"tool--1","id":"tool--2"}"#);
    taxii.put(r#""a text""#);
    taxii.put("nonsense");
    taxii.put(tool(1));
    desk.name_server(&taxii, "");
    let told = pulled(&desk);
    assert_eq!((told["new"].as_u64(), told["not_sound"].as_u64()), (Some(6), Some(4)), "{told}");
    let bad = show(&desk, "--bad");
    let verdicts: Vec<_> =
        bad["objects"].as_array().unwrap().iter().map(|one| one["verdict"].as_str().unwrap()).collect();
    assert_eq!(verdicts, ["findings", "unreadable", "unreadable", "unreadable"]);
    let reasons = bad["objects"][0]["reasons"].as_array().unwrap();
    assert!(reasons.iter().any(|reason| reason["code"] == "missing-property"), "{bad}");
    assert!(
        bad["objects"].as_array().unwrap().iter().all(|one| !one["reasons"].as_array().unwrap().is_empty()),
        "{bad}"
    );
    let before = size(&desk);
    let refused =
        desk.run("--json taxii take coast tool--5d0092c5-5f74-4287-9642-33f4c354e56d --yes --dir harbour").ends_with(3);
    assert!(refused.out.contains("`name` is missing"), "{refused:?}");
    assert_eq!(size(&desk), before);
    let taken = desk.run(TAKE).ends_with(0).json();
    assert_eq!(taken["made"], 2, "{taken}");
}

#[test]
fn what_a_person_takes_is_signed_once_with_where_it_came_from() {
    let (desk, taxii) = (Desk::with_node(), Taxii::with(5));
    desk.name_server(&taxii, "");
    let _told = pulled(&desk);
    let before = size(&desk);
    let preview = desk.run("--json taxii take coast --all-sound --dir harbour").ends_with(0).json();
    assert_eq!((preview["objects"].as_u64(), preview["types"]["tool"].as_u64()), (Some(5), Some(5)), "{preview}");
    assert_eq!(size(&desk), before, "a preview signs nothing");
    let one = desk.run(&format!("--json taxii take coast {} --yes --dir harbour", tool_id(2))).ends_with(0).json();
    assert_eq!((one["made"].as_u64(), one["records"][0]["id"].as_str()), (Some(1), Some(&*tool_id(2))), "{one}");
    assert_eq!(desk.run(TAKE).ends_with(0).json()["made"], 4);
    let after = size(&desk);
    // Each run adds a note that says where its objects come from.
    assert_eq!(after, before + 5 + 2);
    assert_eq!(desk.run(TAKE).ends_with(0).json()["made"], 0);
    assert_eq!(size(&desk), after, "what was taken is not taken again");
    let entries = desk.entries("harbour");
    assert_eq!(entries.iter().filter(|entry| entry["id"] == tool_id(2)).count(), 1);
    assert_eq!(entries.iter().filter(|entry| entry["type"] == "note").count(), 2);
    desk.run("verify harbour").ends_with(0);
    let shown = show(&desk, "");
    assert_eq!((shown["taken"].as_u64(), shown["octets"].as_u64()), (Some(5), Some(0)), "{shown}");
}

#[test]
fn an_object_stays_its_authors_and_its_next_version_follows() {
    let (desk, taxii) = (Desk::with_node(), Taxii::with(1));
    desk.name_server(&taxii, "");
    let _told = pulled(&desk);
    desk.run(TAKE).ends_with(0);
    taxii.put(tool_version(0, 3));
    taxii.put(tool_version(0, 2));
    let _told = pulled(&desk);
    let second = desk.run(TAKE).ends_with(0).json();
    assert_eq!((second["changed"].as_u64(), second["made"].as_u64()), (Some(2), Some(0)), "{second}");
    let versions = desk.entries("harbour").iter().filter(|entry| entry["id"] == tool_id(0)).count();
    assert_eq!(versions, 3);
    // One that is older than what was taken meanwhile is left.
    taxii.put(tool_version(0, 9));
    let _told = pulled(&desk);
    desk.run(TAKE).ends_with(0);
    taxii.put(tool_version(0, 5));
    let _told = pulled(&desk);
    assert_eq!(desk.run(TAKE).ends_with(0).json()["older"], 1);
}

#[test]
fn versions_follow_one_another_over_the_end_of_a_group() {
    let (desk, taxii) = (Desk::with_node(), Taxii::with(127));
    taxii.change(|state| state.page = 50);
    // The last of 128 that are committed together, and the first of the next.
    taxii.put(tool_version(200, 1));
    taxii.put(tool_version(200, 2));
    desk.name_server(&taxii, "");
    assert_eq!(pulled(&desk)["new"], 129);
    let taken = desk.run(TAKE).ends_with(0).json();
    assert_eq!((taken["made"].as_u64(), taken["changed"].as_u64()), (Some(128), Some(1)), "{taken}");
    desk.run("verify harbour").ends_with(0);
}

/// What a server gives that would be a statement of this party's own if it were signed here.
fn statements(own: &str) -> Vec<(String, &'static str)> {
    let common = |kind: &str, uuid: &str| {
        format!(
            r#""type":"{kind}","spec_version":"2.1","id":"{kind}--5d0092c5-5f74-4287-9642-{uuid}","created":"2026-07-01T00:00:00.000Z","modified":"2026-07-01T00:00:00.000Z""#
        )
    };
    let digest = "A".repeat(43);
    vec![
        (
            format!(
                r#"{{{},"created_by_ref":"{AUTHOR}","extensions":{{"extension-definition--ab861779-2d19-4185-8c3e-b3cad9f1f955":{{"extension_type":"new-sdo","about":"{digest}","at":"*","tlp":"clear","pap":"clear"}}}}}}"#,
                common("detente-label", "00000000f001")
            ),
            "statements of a node",
        ),
        (
            format!(
                r#"{{{},"created_by_ref":"{AUTHOR}","relationship_type":"derived-from","source_ref":"{}","target_ref":"{}"}}"#,
                common("relationship", "00000000f002"),
                tool_id(1),
                tool_id(2)
            ),
            "labels are inherited",
        ),
        (
            format!(r#"{{{},"created_by_ref":"{own}","name":"in your name"}}"#, common("tool", "00000000f003")),
            "this party made it",
        ),
        (
            format!(
                r#"{{"type":"identity","spec_version":"2.1","id":"{own}","created":"2026-07-01T00:00:00.000Z","modified":"2099-07-01T00:00:00.000Z","name":"Not Harbour"}}"#
            ),
            "this node's own identity",
        ),
    ]
}

#[test]
fn nothing_is_taken_that_our_signature_would_make_a_statement_of_ours() {
    let (desk, taxii) = (Desk::with_node(), Taxii::with(3));
    desk.sign(crate::scene::HURRIED, "r.json");
    let own = desk.shown("r.json")["object"]["created_by_ref"].as_str().unwrap().to_owned();
    let hostile = statements(&own);
    hostile.iter().for_each(|(object, _)| taxii.put(object.as_str()));
    desk.name_server(&taxii, "");
    let _told = pulled(&desk);
    let run = desk.run(TAKE).ends_with(3);
    let taken = run.out.lines().next().map(|line| serde_json::from_str::<Value>(line).unwrap()).unwrap();
    assert_eq!(taken["made"], 3, "the others are taken: {taken}");
    let sound = show(&desk, "")["objects"].as_array().unwrap().iter().filter(|one| one["verdict"] == "sound").count();
    assert_eq!(taken["refused"].as_u64(), Some(sound as u64 - 3), "{taken}");
    for (object, reason) in hostile {
        let id = serde_json::from_str::<Value>(&object).unwrap()["id"].as_str().unwrap().to_owned();
        let refusals = taken["refusals"].as_array().unwrap();
        let said = refusals.iter().find(|one| one["id"] == id.as_str()).and_then(|one| one["reason"].as_str());
        // One that is not even sound is not asked about.
        assert!(said.is_none_or(|said| said.contains(reason)), "{id}: {said:?}");
        assert!(
            !desk.entries("harbour").iter().any(|entry| entry["id"] == id.as_str() && entry["type"] != "identity"),
            "{id}"
        );
    }
    let reasons = taken["refusals"].to_string();
    assert!(reasons.contains("labels are inherited") && reasons.contains("this party made it"), "{reasons}");
}

#[test]
fn only_its_author_makes_versions_of_an_object() {
    let (desk, taxii) = (Desk::with_node(), Taxii::with(1));
    let nameless = |version: usize| tool_version(7, version).replace(&format!(r#""created_by_ref":"{AUTHOR}","#), "");
    taxii.put(nameless(1));
    desk.sign(crate::scene::HURRIED, "ours.json");
    desk.run("log append ours.json --dir harbour").ends_with(0);
    let ours = desk.shown("ours.json")["object"].clone();
    desk.name_server(&taxii, "");
    let _told = pulled(&desk);
    desk.run(TAKE).ends_with(0);
    // A later version of what is ours, of what another author made, and of what named nobody.
    taxii.put(format!(
        r#"{{"type":"incident","spec_version":"2.1","id":{},"created":{},"modified":"2099-07-01T00:00:00.000Z","name":"It never happened"}}"#,
        ours["id"], ours["created"]
    ));
    taxii.put(tool_version(0, 2).replace(AUTHOR, "identity--00000000-7477-40d1-aa90-5c8671ce51ca"));
    taxii.put(nameless(2));
    let _told = pulled(&desk);
    let run = desk.run(TAKE).ends_with(3);
    let taken: Value = serde_json::from_str(run.out.lines().next().unwrap()).unwrap();
    assert_eq!((taken["changed"].as_u64(), taken["refused"].as_u64()), (Some(1), Some(2)), "{taken}");
    let reasons = taken["refusals"].to_string();
    assert!(reasons.contains("by this party") && reasons.contains("by another author"), "{reasons}");
}

#[test]
fn whoever_names_no_author_is_told_before_it_is_signed() {
    let (desk, taxii) = (Desk::with_node(), Taxii::with(1));
    taxii.put(tool(7).replace(&format!(r#""created_by_ref":"{AUTHOR}","#), ""));
    desk.name_server(&taxii, "");
    let _told = pulled(&desk);
    let preview = desk.run("taxii take coast --all-sound --dir harbour").ends_with(0);
    let preview = preview.says(&["Objects without an author get this party as theirs", "Nothing was signed"]);
    assert_eq!(preview.fact("without author"), "1");
}

#[test]
fn a_take_that_was_killed_after_its_commit_signs_nothing_twice() {
    let (desk, taxii) = (Desk::with_node(), Taxii::with(4));
    desk.name_server(&taxii, "");
    let _told = pulled(&desk);
    // Quarantine as it was before the take: what a kill between the two commits leaves.
    desk.copy("harbour/quarantine", "before");
    desk.run(TAKE).ends_with(0);
    let after = size(&desk);
    desk.copy("before", "harbour/quarantine");
    let again = desk.run(TAKE).ends_with(0).json();
    assert_eq!((again["here_before"].as_u64(), again["made"].as_u64()), (Some(4), Some(0)), "{again}");
    assert_eq!(size(&desk), after);
    assert_eq!(show(&desk, "")["taken"], 4);
}

#[test]
fn what_was_erased_here_does_not_come_back() {
    let (desk, taxii) = (Desk::with_node(), Taxii::with(1));
    desk.name_server(&taxii, "");
    let _told = pulled(&desk);
    desk.run(TAKE).ends_with(0);
    let index = desk.entries("harbour").iter().position(|entry| entry["id"] == tool_id(0)).unwrap();
    desk.run_words(&["log", "erase", &index.to_string(), "--reason", "a mistake", "--yes", "--dir", "harbour"])
        .ends_with(0);
    taxii.put(tool_version(0, 2));
    let _told = pulled(&desk);
    let taken = desk.run(TAKE).ends_with(0).json();
    assert_eq!((taken["erased"].as_u64(), taken["made"].as_u64()), (Some(1), Some(0)), "{taken}");
}

#[test]
fn an_import_after_a_take_is_not_taken_for_a_second_one() {
    let (desk, taxii) = (crate::import::desk(&crate::import::register(2)), Taxii::with(0));
    taxii.put(their_incident("2f1e5a3b-7c0d-5e4f-9a1b-0c2d3e4f5a6b", "Crane"));
    desk.name_server(&taxii, "");
    let _told = pulled(&desk);
    assert_eq!(desk.run(TAKE).ends_with(0).json()["made"], 1);
    desk.run(crate::import::IMPORT).ends_with(0);
}

#[test]
fn credentials_are_sent_to_their_server_and_told_nobody() {
    let (desk, taxii) = (Desk::with_node(), Taxii::with(2));
    desk.write("password", "open sesame 7f3a\n");
    desk.name_server(&taxii, "--user ada --password-file password");
    let mut said = String::new();
    for words in [
        PULL,
        "taxii list --dir harbour",
        "--json taxii list --dir harbour",
        "taxii show coast --dir harbour",
        "taxii collections coast --dir harbour",
    ] {
        let run = desk.run(words).ends_with(0);
        said.push_str(&(run.out + &run.err));
    }
    let asked = taxii.asked();
    assert!(asked.iter().all(|(_, who)| who.as_deref() == Some("Basic YWRhOm9wZW4gc2VzYW1lIDdmM2E=")), "{asked:?}");
    taxii.change(|state| state.front = Some((401, "X: y".to_owned(), "open sesame 7f3a".to_owned())));
    let refused =
        desk.run("taxii pull coast --dir harbour").refuses(4, &["does not know who asks (401)", "--password-file"]);
    said.push_str(&(refused.out + &refused.err));
    assert!(!said.contains("sesame") && !said.contains("YWRhOm9wZW4"), "{said}");
    let holding: Vec<_> =
        desk.files("harbour").into_iter().filter(|(_, octets)| octets.windows(6).any(|six| six == b"sesame")).collect();
    assert_eq!(holding.len(), 1);
    assert!(holding[0].0.ends_with("quarantine/coast/credentials.json"));
}

#[cfg(unix)]
#[test]
fn quarantine_is_for_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let (desk, taxii) = (Desk::with_node(), Taxii::with(2));
    desk.write("token", "abcdef\n");
    desk.name_server(&taxii, "--token-file token");
    let _told = pulled(&desk);
    let mode = |path: &std::path::Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    for folder in ["harbour/quarantine", "harbour/quarantine/coast"] {
        assert_eq!(mode(&desk.path(folder)), 0o700, "{folder}");
    }
    let files = desk.files("harbour/quarantine");
    assert_eq!(files.len(), 4, "{:?}", files.keys());
    assert!(files.keys().all(|path| mode(path) == 0o600));
    assert_eq!(taxii.asked()[0].1.as_deref(), Some("Bearer abcdef"));
}

#[test]
fn a_redirect_to_another_server_is_not_followed() {
    let (desk, taxii, other) = (Desk::with_node(), Taxii::with(2), Taxii::with(2));
    desk.write("password", "secret\n");
    desk.name_server(&taxii, "--user ada --password-file password");
    taxii.change(|state| state.front = Some((302, format!("Location: {}", other.url()), String::new())));
    desk.run("taxii pull coast --dir harbour").refuses(4, &["points to `http://127.0.0.1:", "which is another one"]);
    let root = format!(r#"{{"title":"Coast","api_roots":["http://{}/api/"]}}"#, other.address);
    taxii
        .change(|state| state.front = Some((200, "Content-Type: application/taxii+json;version=2.1".to_owned(), root)));
    desk.run("taxii pull coast --dir harbour").refuses(4, &["names no API root that can be asked"]);
    assert!(other.asked().is_empty());
    desk.run(&format!(
        "taxii add coast {} --allow-origin http://{} --replace --dir harbour",
        taxii.url(),
        other.address
    ))
    .ends_with(0);
    assert_eq!(pulled(&desk)["new"], 2);
    assert!(!other.asked().is_empty());
}

#[test]
fn what_is_no_taxii_server_is_told() {
    let (desk, taxii) = (Desk::with_node(), Taxii::with(2));
    desk.name_server(&taxii, "");
    let front = |status: u16, field: &str, body: &str| {
        taxii.change(|state| state.front = Some((status, field.to_owned(), body.to_owned())));
        desk.run("taxii pull coast --dir harbour")
    };
    front(200, "Content-Type: text/html", "<h1>Hello</h1>")
        .refuses(4, &["sent `text/html` where JSON should come", "/taxii2/"]);
    front(406, "X: y", "").refuses(4, &["does not answer in the form of TAXII 2.1"]);
    front(200, "Content-Type: application/vnd.oasis.taxii+json; version=2.0", "{}").refuses(4, &["speaks version 2.0"]);
    front(429, "Retry-After: 7200", "").refuses(4, &["left alone for 7200 seconds"]);
    let evil = "{\"title\":\"x\\u001b[2J\\u202e\"}";
    let run = front(418, "Content-Type: application/taxii+json", evil).refuses(4, &["418"]);
    assert!(!run.err.contains('\u{1b}') && !run.err.contains('\u{202e}'), "{run:?}");
    let list = desk.run("--json taxii list --dir harbour").ends_with(0).json();
    assert!(list["sources"][0]["last_outcome"].as_str().unwrap().contains("418"), "{list}");
}

#[test]
fn a_server_of_its_own_certificate_is_known_by_it() {
    let certificate = Certificate::own();
    let (desk, taxii) = (Desk::with_node(), Taxii::with_tls(4, &certificate));
    desk.write("ca.pem", &certificate.pem);
    desk.name_server(&taxii, "--ca ca.pem");
    assert_eq!(pulled(&desk)["new"], 4);
    let other = Certificate::own();
    let add = |name: &str, more: &str| {
        desk.run(&format!("taxii add {name} {} --dir harbour {more}", taxii.url())).ends_with(0)
    };
    add("pinned", &format!("--fingerprint {}", certificate.fingerprint));
    assert_eq!(desk.run("--json taxii pull pinned --dir harbour").ends_with(0).json()["sources"][0]["new"], 4);
    let _asked = taxii.asked();
    desk.write("password", "secret\n");
    add("wrong", &format!("--fingerprint {} --user ada --password-file password", other.fingerprint));
    add("unknown", "--user ada --password-file password");
    let run = desk
        .run("taxii collections wrong --dir harbour")
        .refuses(4, &["certificate is another one, with the fingerprint"]);
    assert!(run.err.contains(&certificate.fingerprint.replace(':', "").to_lowercase()), "{run:?}");
    desk.run("taxii collections unknown --dir harbour").refuses(4, &["not believed", "--fingerprint"]);
    assert!(taxii.asked().is_empty(), "nothing was said to whom we do not know");
}

#[test]
fn what_a_source_may_be_called_and_where_it_may_be() {
    let desk = Desk::with_node();
    for (words, said) in [
        ("../x https://a.example/", "small letters, digits and hyphens"),
        ("coast http://a.example/taxii2/", "without TLS"),
        ("coast https://a.example/ --allow-origin http://b.example", "without TLS"),
        ("coast https://ada:secret@a.example/", "a name and password do not belong into it"),
        ("coast ftp://a.example/", "neither https:// nor http://"),
        ("coast https://a.example/ --fingerprint 12", "64 hexadecimal digits"),
        ("coast https://a.example/ --user ada", "--password-file"),
    ] {
        let run = desk.run(&format!("taxii add {words} --dir harbour")).refuses(2, &[said]);
        assert!(!run.err.contains("secret"), "{run:?}");
    }
    desk.run("taxii add coast http://a.example/taxii2/ --insecure-http --dir harbour").ends_with(0);
    desk.run("taxii add coast https://b.example/ --dir harbour")
        .refuses(3, &["there is a source `coast` already", "--replace"]);
    desk.run("taxii pull elsewhere --dir harbour").refuses(3, &["there is no source `elsewhere`"]);
}

#[test]
fn a_source_is_forgotten_only_when_that_is_meant() {
    let (desk, taxii) = (Desk::with_node(), Taxii::with(2));
    desk.name_server(&taxii, "");
    let _told = pulled(&desk);
    desk.run("taxii remove coast --dir harbour").ends_with(0).says(&["Nothing was changed"]);
    assert_eq!(show(&desk, "")["sound"], 2);
    desk.run("taxii remove coast --yes --dir harbour").ends_with(0);
    assert!(!desk.has("harbour/quarantine/coast"));
    desk.name_server(&taxii, "");
    assert_eq!(pulled(&desk)["new"], 2, "it begins with nothing");
}

#[test]
fn one_server_in_trouble_keeps_no_other_from_being_read() {
    let (desk, taxii, other) = (Desk::with_node(), Taxii::with(2), Taxii::with(3));
    desk.name_server(&taxii, "");
    desk.run(&format!("taxii add bay {} --dir harbour", other.url())).ends_with(0);
    other.change(|state| state.front = Some((401, "X: y".to_owned(), String::new())));
    let run =
        desk.run("--json taxii pull --all --dir harbour").refuses(4, &["1 of 2 servers were not read to their end"]);
    let sources = serde_json::from_str::<Value>(&run.out).unwrap()["sources"].clone();
    let new: Vec<_> = sources.as_array().unwrap().iter().map(|one| (one["name"].clone(), one["new"].clone())).collect();
    assert_eq!(new, [("bay".into(), 0.into()), ("coast".into(), 2.into())]);
}

#[test]
fn a_damaged_quarantine_is_told_and_can_be_begun_anew() {
    let (desk, taxii) = (Desk::with_node(), Taxii::with(2));
    desk.name_server(&taxii, "");
    let _told = pulled(&desk);
    desk.write("harbour/quarantine/coast/held.sqlite", "x".repeat(5_000));
    for words in ["pull coast", "show coast", "take coast --all-sound --yes"] {
        desk.run(&format!("taxii {words} --dir harbour")).refuses(4, &["remove the source and name it again"]);
    }
    desk.run("taxii remove coast --yes --dir harbour").ends_with(0);
    desk.name_server(&taxii, "");
    assert_eq!(pulled(&desk)["new"], 2);
}

#[test]
fn one_node_pulls_another_that_runs() {
    let office = Office::new();
    let token = office.token("lin", "laptop", "post read-feeds read");
    let path = office.collection(&token, "Our own records");
    let objects: Vec<_> = (0..12).map(indicator).collect();
    office.site.post(&format!("{path}objects/"), &token, &envelope(&objects)).is(202);
    let desk = &office.desk;
    desk.make_node("coast");
    desk.write("token", &token);
    let url = format!("https://{}/taxii2/", office.site.address);
    let more = format!("--token-file token --fingerprint {} --dir coast", office.site.fingerprint);
    desk.run(&format!("taxii add harbour {url} {more}")).ends_with(0);
    let pull = || desk.run("--json taxii pull harbour --dir coast").ends_with(0).json()["sources"][0].clone();
    let first = pull();
    assert_eq!(
        (first["faults"].to_string(), first["notes"].to_string()),
        ("[]".to_owned(), "[]".to_owned()),
        "{first}"
    );
    assert_eq!(first["not_sound"], 0, "{first}");
    office.site.post(&format!("{path}objects/"), &token, &envelope(&[indicator(99)])).is(202);
    assert_eq!(pull()["new"], 1);
    let shown = desk.run("--json taxii show harbour --limit 1000 --dir coast").ends_with(0).json();
    let indicators = ids(&shown).into_iter().filter(|id| id.starts_with("indicator--")).count();
    assert_eq!(indicators, 13, "{shown}");
    let taken = desk.run("--json taxii take harbour --all-sound --yes --dir coast").ends_with(0).json();
    assert_eq!(taken["made"], first["new"].as_u64().unwrap() + 1, "{taken}");
    let _end = &office.node;
}

#[test]
fn a_running_node_pulls_by_itself() {
    let (desk, taxii) = (Desk::with_node(), Taxii::with(5));
    desk.name_server(&taxii, "--every-minutes 30");
    let mut serving = desk.serve("harbour", "127.0.0.1:0");
    let stderr = BufReader::new(serving.stderr());
    let line = stderr.lines().map_while(Result::ok).find(|line| line.contains("taxii"));
    assert!(line.as_ref().is_some_and(|line| line.ends_with("taxii coast: 5 new objects")), "{line:?}");
    assert_eq!(ids(&show(&desk, "")), all(5));
    // A command that borrows the directory and one that pulls do not hinder each other.
    assert_eq!(desk.run(TAKE).ends_with(0).json()["made"], 5);
    assert_eq!(pulled(&desk)["new"], 0);
}

#[test]
fn a_full_disk_leaves_what_is_there_whole() {
    let (desk, taxii) = (Desk::with_node(), Taxii::with(0));
    for number in 0..60 {
        taxii.put(tool(number).replace("crane", &"x".repeat(20_000)));
    }
    desk.name_server(&taxii, "");
    let script = "mkdir big && cp -rp harbour/quarantine big/ && mount -t tmpfs -o size=400k tmpfs harbour/quarantine && \
        cp -rp big/quarantine/. harbour/quarantine/ && \"$0\" taxii pull coast --dir harbour; code=$?; \
        \"$0\" --json taxii show coast --limit 1000 --dir harbour > shown.json; cp -rp harbour/quarantine/. big/after; exit $code";
    let Some(run) = desk.run_with_disks(script) else { return };
    run.refuses(4, &["full", "make room"]);
    let shown: Value = serde_json::from_str(&desk.read("shown.json")).unwrap();
    let kept = ids(&shown);
    assert!(kept.len().is_multiple_of(3) && !kept.is_empty() && kept.len() < 60, "whole pages: {}", kept.len());
    assert_eq!(kept, all(kept.len()));
    desk.run_script("rm -rf harbour/quarantine && cp -rp big/after harbour/quarantine").ends_with(0);
    assert_eq!(pulled(&desk)["new"].as_u64(), Some(60 - kept.len() as u64));
}
