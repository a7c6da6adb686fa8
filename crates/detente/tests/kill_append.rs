//! A command that is killed while it logs has logged some of its records, each whole, and goes on where it was.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use record::entropy::SystemEntropy;
use record::json::{Json, Map};
use record::key_history::KeyHistory;
use record::key_record::{KeyRecordDraft, PartyKeys, RecoveryKey};
use record::stix::StixObject;
use record::suite::Suite;
use record::time::Timestamp;
use record::{Author, Draft};

use crate::nodes::draw;
use crate::scene::Desk;

const RECORDS: usize = 300;
const ROUNDS: usize = 5;

/// A party that was made here: signing so many records with a command each would take longer than all the rest.
struct Partner {
    keys: PartyKeys,
    history: KeyHistory,
}

impl Partner {
    fn new() -> Self {
        let mut entropy = SystemEntropy::new();
        let (keys, recovery) =
            (PartyKeys::generate(&mut entropy).unwrap(), RecoveryKey::generate(&mut entropy).unwrap());
        let now = Timestamp::from_micros(i64::try_from(std::time::UNIX_EPOCH.elapsed().unwrap().as_micros()).unwrap());
        let entries = keys.entries(now, Timestamp::from_micros(now.micros() + 86_400_000_000)).unwrap();
        let first = KeyRecordDraft::new(now, entries).sign_first(&recovery.commitment(), &keys).unwrap();
        Self { keys, history: KeyHistory::begin(first.envelope().clone()).unwrap() }
    }

    fn sign(&self, object: Map) -> String {
        let object = object.with("spec_version", "2.1").with("created", NOW).with("modified", NOW);
        let signers: Vec<_> = self.keys.record_keys().filter(|key| key.public().suite() == Suite::Ed25519).collect();
        let author = Author::new(self.history.party(), self.history.head().digest(), &signers);
        let draft = Draft::new(StixObject::from_map(object).unwrap());
        draft.sign(&author, &mut SystemEntropy::new()).unwrap().envelope().to_json()
    }

    fn profile(&self) -> String {
        let identity = self.history.party().identity();
        let profile = Map::new().with("type", "identity").with("id", identity).with("name", "Partner");
        let read = |text: &str| record::json::parse(text.as_bytes()).unwrap();
        let head = read(&self.history.head().envelope().to_json());
        let profile = read(&self.sign(profile));
        Map::new().with("key_records", Json::Array(vec![head])).with("profile", profile).to_text()
    }
}

const NOW: &str = "2026-01-01T00:00:00.000Z";

fn desk_with_many() -> Desk {
    let desk = Desk::with_node();
    let partner = Partner::new();
    desk.write("partner.json", partner.profile());
    std::fs::create_dir(desk.path("many")).unwrap();
    for number in 0..RECORDS {
        let id = format!("incident--00000000-0000-4000-8000-{number:012}");
        let incident = Map::new().with("type", "incident").with("id", id).with("name", format!("Incident {number}"));
        desk.write(&format!("many/{number:03}.json"), partner.sign(incident));
    }
    desk
}

fn words(desk: &Desk) -> String {
    let mut files: Vec<_> = desk.files("many").into_keys().map(|path| path.to_str().unwrap().to_owned()).collect();
    files.sort();
    format!("log append {} --keys partner.json --dir node", files.join(" "))
}

#[test]
fn a_killed_append_goes_on_where_it_was() {
    let desk = desk_with_many();
    let words = words(&desk);
    desk.copy("harbour", "node");
    let began = Instant::now();
    desk.run(&words).ends_with(0);
    let all = began.elapsed();
    let (mut cut_short, mut partly) = (0, 0);
    for _ in 0..ROUNDS {
        desk.copy("harbour", "node");
        for _ in 0..3 {
            let mut child = desk.start(&words);
            let pause = Duration::from_micros(draw(usize::try_from(all.as_micros()).unwrap()) as u64);
            std::thread::sleep(pause);
            child.kill().unwrap();
            cut_short += usize::from(!child.wait().unwrap().success());
            desk.run("verify node").ends_with(0);
        }
        partly += usize::from(desk.run("--json log list --dir node --limit 1000").json()["size"].as_u64() > Some(2));
        desk.run(&words).ends_with(0);
        desk.run("verify node").ends_with(0);
        let list = desk.run("--json log list --dir node --limit 1000").ends_with(0).json();
        let rows = list["entries"].as_array().unwrap();
        let different: BTreeSet<_> = rows.iter().map(|row| row["record_digest"].as_str().unwrap()).collect();
        assert_eq!((rows.len(), different.len()), (RECORDS + 2, RECORDS + 2), "each once");
    }
    println!(
        "COUNT: kill -9 of log append: {} kills, {cut_short} in time, {partly} rounds logged before the last run",
        ROUNDS * 3
    );
    assert!(cut_short > 0, "no kill came in time");
}
