//! Who may not, may not; and what is hidden is not there.

use api::page::PageKey;
use api::{Kind, LastEventId, ProblemKind, Subject};
use record::json::{Json, Map};
use storage::LocalStore;

use super::office::{Office, a_floor, file};
use crate::holdings::Holdings;
use crate::node;
use crate::operations::catalogue;
use crate::operations::read::events::Position;
use crate::operations::read::hooks::Hooks;
use crate::operations::read::{Paged, Reading, account};
use crate::operations::table::ROWS;

#[test]
fn whoever_has_no_right_changes_nothing() {
    let office = Office::staffed();
    let before = office.entries();
    assert_eq!(office.refused("rea", "incident new", r#"{"title":"x"}"#), ProblemKind::Forbidden);
    assert_eq!(
        office.refused("lin", "account add", r#"{"name":"eve","role":["administrator"],"yes":true}"#),
        ProblemKind::Forbidden
    );
    assert_eq!(office.refused("ada", "incident new", r#"{"title":"x"}"#), ProblemKind::Forbidden);
    assert_eq!(office.refused("nobody", "log checkpoint", "{}"), ProblemKind::SignIn);
    let (_, digest) = office.incident("Known");
    let alert = format!(r#"{{"record":"{digest}","urgency":"hours","yes":true}}"#);
    assert_eq!(office.refused("dov", "release alert", &alert), ProblemKind::Forbidden, "who proposes does not publish");
    assert_eq!(office.entries(), before + 1, "the incident alone");
}

/// A partner's account is told of no command at all, whatever it asks.
#[test]
fn for_an_account_of_another_party_nothing_is_there() {
    let office = Office::staffed();
    let gil = office.caller("gil");
    for row in ROWS {
        let refused = crate::operations::run(&office.home(), &row.operation(), &api::Values::new(), &gil).unwrap_err();
        assert_eq!(refused.kind(), ProblemKind::NotFound, "{}", row.command);
    }
    let rights = account(&gil).unwrap();
    assert_eq!(rights.get("rights"), Some(&Json::Array(Vec::new())));
}

#[test]
fn who_does_it_is_the_account_that_asks() {
    let office = Office::staffed();
    let body = |more: &str| format!(r#"{{"floor":"{}","reason":"a drill","yes":true{more}}}"#, a_floor());
    assert!(office.read("floor off", &body(r#","by":"lin""#)).is_err(), "nobody says who else does it");
    office.told("ada", "floor off", &body(""));
    let home = office.home();
    let store = node::open_to_read(&home, &home.history().unwrap()).unwrap();
    let switches = Holdings::read(&store, &home).unwrap().switches().unwrap();
    assert_eq!(switches.last().map(|switch| (switch.by.as_str(), switch.is_on)), Some(("ada", false)));
}

#[test]
fn what_an_account_may_not_see_is_in_no_answer() {
    let office = Office::staffed();
    let (red, red_digest) = office.incident("For named eyes");
    let (green, green_digest) = office.incident("For all eyes");
    let (bare, _) = office.incident("Not labelled yet");
    office.label(&red_digest, "red");
    office.label(&green_digest, "green");
    let listed = |who| office.told(who, "incident list", "{}").to_text();
    let (analyst, reader) = (listed("lin"), listed("rea"));
    assert!(!analyst.contains(&red) && !analyst.contains("For named eyes"), "{analyst}");
    assert!(analyst.contains(&green) && analyst.contains(&bare));
    assert!(reader.contains(&green) && !reader.contains(&red) && !reader.contains(&bare), "{reader}");
    let show = |who, id: &str| office.ask(who, "incident show", &format!(r#"{{"incident":"{id}"}}"#));
    assert_eq!(show("lin", &red).unwrap_err().kind(), ProblemKind::NotFound);
    assert!(show("rea", &green).is_ok());
    let unknown = "incident--0b21bb40-6ef3-4fc3-9c1b-3ad2a7ef3ed0";
    for id in [&red, unknown] {
        let edit = format!(r#"{{"incident":"{id}","title":"x"}}"#);
        assert_eq!(office.refused("lin", "incident edit", &edit), ProblemKind::NotFound, "hidden and absent are alike");
    }
    assert_eq!(office.refused("lin", "label list", &format!(r#"{{"record":"{red_digest}"}}"#)), ProblemKind::NotFound);
    let trend = r#"{"by":"severity"}"#;
    assert_eq!(office.refused("rea", "incident trend", trend), ProblemKind::Refused, "a count would tell");
    let found = office.told("rea", "search", r#"{"query":"eyes"}"#);
    assert_eq!(found.get("hits").and_then(Json::as_array).map(<[Json]>::len), Some(1));
    assert!(!found.contains("total"), "nor is it said how many there are");
    let watch = office.told("lin", "watch add", r#"{"name":"eyes","query":"eyes"}"#);
    assert!(watch.contains("watch") && !watch.contains("here_already"));
    let before = office.entries();
    let erase = |index: i64| format!(r#"{{"index":{index},"reason":"x","yes":true}}"#);
    let of_red = office.type_in(&format!("log list --dir {}", office.dir().display())).to_text();
    let at = of_red.split("\"index\":").position(|row| row.contains(&red_digest)).unwrap();
    assert_eq!(office.refused("lin", "log erase", &erase(i64::try_from(at).unwrap() - 1)), ProblemKind::NotFound);
    assert_eq!(office.entries(), before, "judged before it is done");
    let exported = office.ask("lin", "export", r#"{"as":"csv","all":true,"yes":true}"#);
    assert_eq!(exported.unwrap_err().kind(), ProblemKind::NotFound, "a file that tells of it is not given");
    native(&office, [&red_digest, &green_digest]);
}

fn native(office: &Office, [red, green]: [&str; 2]) {
    let home = office.home();
    let store: LocalStore = node::open_to_read(&home, &home.history().unwrap()).unwrap();
    let (rea, lin) = (office.caller("rea"), office.caller("lin"));
    let reading = |caller| Reading { home: &home, store: &store, caller };
    let digest = |text: &str| {
        let mut values = api::Values::new();
        values.add("digest", api::Value::Text(text.to_owned()));
        values
    };
    assert_eq!(reading(&lin).record(&digest(red)).unwrap_err().kind(), ProblemKind::NotFound);
    let (shown, _) = reading(&rea).record(&digest(green)).unwrap();
    assert!(shown.to_text().contains("payload"), "a record that checks as it is");
    pages(reading(&lin), 2);
    pages(reading(&rea), 1);
    let happened = reading(&rea).events(Position::of(0)).unwrap();
    let logged: Vec<_> = happened.notices.iter().filter(|notice| notice.kind == Kind::RecordLogged).collect();
    assert_eq!(logged.len(), 1, "one of three may be heard of");
    assert!(logged[0].subjects.contains(&Subject::Record(green.parse().unwrap())));
    let LastEventId(last) = happened.position.number().to_string().parse().unwrap();
    assert!(reading(&rea).events(Position::of(last)).unwrap().notices.is_empty(), "a reader goes on where it was");
    assert_eq!(reading(&rea).position().unwrap(), happened.position);
    search_is_judged(reading(&rea), red);
    assert!(reading(&rea).feeds().unwrap().contains("own"));
    assert_eq!(reading(&rea).alarms(&api::Values::new()).unwrap_err().kind(), ProblemKind::Forbidden);
    assert_eq!(reading(&rea).about().unwrap().text("name"), Some("Harbour"));
}

/// One record on each page.
fn pages(reading: Reading<'_>, expected: usize) {
    let catalogue = catalogue().unwrap();
    let (operation, key) = (catalogue.get("records").unwrap(), PageKey::from_octets(&[1; 32]));
    let (mut seen, mut after) = (0, None);
    loop {
        let mut values = api::Values::new();
        values.add("limit", api::Value::Integer(1));
        if let Some(after) = after {
            values.add("after", api::Value::Text(after));
        }
        let page = reading.records(Paged { key: &key, operation, values: &values }).unwrap();
        seen += page.get("records").and_then(Json::as_array).unwrap().len();
        after = page.text("next").map(str::to_owned);
        if after.is_none() {
            break;
        }
    }
    assert_eq!(seen, expected);
}

fn search_is_judged(reading: Reading<'_>, hidden: &str) {
    let catalogue = catalogue().unwrap();
    let (operation, key) = (catalogue.get("search").unwrap(), PageKey::from_octets(&[1; 32]));
    let mut values = api::Values::new();
    values.add("q", api::Value::Text("eyes".into()));
    let hits: Map = reading.search(Paged { key: &key, operation, values: &values }).unwrap();
    assert_eq!(hits.get("hits").and_then(Json::as_array).unwrap().len(), 1);
    assert!(!hits.to_text().contains(hidden) && !hits.to_text().contains("named eyes"));
    let mut wrong = api::Values::new();
    wrong.add("q", api::Value::Text("\"open".into()));
    assert_eq!(reading.search(Paged { key: &key, operation, values: &wrong }).unwrap_err().kind(), ProblemKind::Member);
}

/// What the two lead to may be hidden, and so may how much an export holds.
#[test]
fn a_preview_tells_nothing_of_what_is_hidden() {
    let office = Office::staffed();
    let [(one, first), (other, second), (hidden, third)] =
        ["A crane", "The crane", "A crane that nobody may know of"].map(|title| office.incident(title));
    for digest in [&first, &second, &third] {
        office.label(digest, "green");
    }
    let merge = |from: &str, to: &str, more: &str| {
        office.told("lin", "incident merge", &format!(r#"{{"from":"{from}","to":"{to}","reason":"one event"{more}}}"#))
    };
    merge(&other, &hidden, "");
    let preview = merge(&one, &other, r#","preview":true"#).to_text();
    assert!(preview.contains(&hidden), "{preview}");
    let count = |told: &Map| told.get("incidents").and_then(Json::as_integer);
    let export = || office.told("lin", "export", r#"{"as":"csv","all":true}"#);
    assert_eq!(count(&export()), Some(3));
    office.label(&third, "red");
    let preview = merge(&one, &other, r#","preview":true"#).to_text();
    assert!(preview.contains(&one) && preview.contains(&other) && !preview.contains(&hidden), "{preview}");
    let exported = export();
    assert_eq!((count(&exported), exported.get("losses")), (None, None), "a count would tell");
    assert!(!exported.to_text().contains(&hidden));
    let done = merge(&one, &other, "").to_text();
    assert!(!done.contains(&hidden), "{done}");
}

/// What takes another right is not told by the way.
#[test]
fn a_handover_tells_of_alarms_and_questions_whoever_may_handle_them() {
    let office = Office::staffed();
    let (_, digest) = office.incident("Seen by everybody");
    office.label(&digest, "green");
    let told = |who| office.told(who, "incident handover", r#"{"since":"2026-01-01T00:00:00Z"}"#);
    let (reader, duty) = (told("rea"), told("dov"));
    assert!(duty.contains("alarms") && duty.contains("questions"));
    assert!(!reader.contains("alarms") && !reader.contains("questions"), "{reader:?}");
    assert!(reader.to_text().contains("Seen by everybody"), "the rest is there");
}

/// Keys of a party are checked by whoever runs the node, whatever they come along with.
#[test]
fn a_party_is_made_known_by_whoever_runs_the_node_alone() {
    let (office, other) = (Office::staffed(), Office::open());
    let profile = file(&std::fs::read_to_string(other.dir().join("profile.json")).unwrap());
    let before = std::fs::read_dir(office.dir().join("partners")).map_or(0, Iterator::count);
    let signed = office.ask("lin", "record sign", &format!(r#"{{"object":{},"out":true}}"#, file(OBJECT))).unwrap();
    let record = signed.get("files").and_then(Json::as_object).unwrap().get("out").unwrap().to_text();
    let append = format!(r#"{{"records":[{record}],"keys":[{profile}]}}"#);
    assert_eq!(office.refused("lin", "log append", &append), ProblemKind::Forbidden);
    let take = format!(r#"{{"files":[{record}],"keys":[{profile}]}}"#);
    assert_eq!(office.refused("rel", "agreement take", &take), ProblemKind::Forbidden);
    let after = std::fs::read_dir(office.dir().join("partners")).map_or(0, Iterator::count);
    assert_eq!(before, after);
    office.told("lin", "log append", &format!(r#"{{"records":[{record}],"keys":[]}}"#));
}

const OBJECT: &str = r#"{"type":"incident","spec_version":"2.1","name":"Crane stopped"}"#;

#[test]
fn a_webhook_is_its_accounts_own() {
    let office = Office::staffed();
    let home = office.home();
    let hooks = Hooks::of(&home);
    let mut values = api::Values::new();
    values.add("url", api::Value::Text("https://hooks.example.org/in".into()));
    values.add("events", api::Value::List(vec![api::Value::Text("record.logged".into())]));
    let (lin, rea) = (office.caller("lin"), office.caller("rea"));
    let made = hooks.make(&lin, &values).unwrap();
    assert!(made.text("secret").unwrap().starts_with("whsec_"));
    let listed = hooks.list(&lin).unwrap().to_text();
    assert!(listed.contains(made.text("id").unwrap()) && !listed.contains("whsec_"));
    assert!(!hooks.list(&rea).unwrap().to_text().contains(made.text("id").unwrap()));
    assert_eq!(hooks.all().unwrap().len(), 1, "kept, with its secret");
    let mut id = api::Values::new();
    id.add("id", api::Value::Text(made.text("id").unwrap().to_owned()));
    assert_eq!(hooks.delete(&rea, &id).unwrap_err().kind(), ProblemKind::NotFound);
    hooks.delete(&lin, &id).unwrap();
    assert!(hooks.all().unwrap().is_empty());
    let mut inside = api::Values::new();
    inside.add("url", api::Value::Text("http://127.0.0.1/".into()));
    assert_eq!(hooks.make(&lin, &inside).unwrap_err().kind(), ProblemKind::Member);
    assert_eq!(hooks.make(&office.caller("gil"), &values).unwrap_err().kind(), ProblemKind::NotFound);
}
