//! `detente import` and `detente export`, told with a harbour's own register and with the databases of others.
#![expect(clippy::print_stdout, reason = "a test that was skipped must say so")]

use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::scene::Desk;

pub(crate) const MAPPING: &str = r#"{"detente_mapping":1,"source":"Harbour register","format":"csv","id":"Case",
"columns":{"Title":"name","Day":{"to":"occurred","date":"DD.MM.YYYY"},"Text":"description"},"constants":{"event_kind":"incident"}}"#;

const HEAD: &str = "Case,Title,Day,Text,Desk\n";

/// A table of so many cases.
pub(crate) fn register(cases: usize) -> String {
    let row = |number| {
        format!("H-{number},Crane {number},{:02}.06.2026,\"It stood, for {number} hours.\",desk 3\n", number % 30 + 1)
    };
    HEAD.to_owned() + &(1..=cases).map(row).collect::<String>()
}

pub(crate) const IMPORT: &str = "--json import register.csv --mapping mapping.json --dir harbour";

pub(crate) fn desk(table: &str) -> Desk {
    let desk = Desk::with_node();
    desk.write("mapping.json", MAPPING);
    desk.write("register.csv", table);
    desk
}

/// Made, changed, unchanged, rejected.
fn counts(answer: &Value) -> [u64; 4] {
    ["made", "changed", "unchanged", "rejected"].map(|name| answer[name].as_u64().unwrap())
}

fn size(desk: &Desk) -> u64 {
    desk.run("--json log list --dir harbour --limit 1").ends_with(0).json()["size"].as_u64().unwrap()
}

/// A file of the shared data, or nothing, said aloud.
pub(crate) fn shared(name: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/incidents").join(name);
    if path.exists() {
        return Some(path);
    }
    println!("SKIPPED: {} is not here", path.display());
    None
}

#[test]
fn a_table_is_taken_in_and_a_second_run_changes_nothing() {
    let desk = desk(&register(600));
    let first = desk.run(IMPORT).ends_with(0).json();
    assert_eq!(counts(&first), [600, 0, 0, 0]);
    assert_eq!(first["losses"][0]["field"], "Desk");
    assert_eq!(first["losses"][0]["rows"], 600);
    let before = size(&desk);
    assert_eq!(counts(&desk.run(IMPORT).ends_with(0).json()), [0, 0, 600, 0]);
    assert_eq!(size(&desk), before);
    desk.run("verify harbour").ends_with(0);
}

#[test]
fn a_changed_row_makes_a_new_version_that_names_the_one_before() {
    let desk = desk(&register(3));
    desk.run(IMPORT).ends_with(0);
    desk.write("register.csv", register(4).replace("Crane 2,", "Crane two,"));
    assert_eq!(counts(&desk.run(IMPORT).ends_with(0).json()), [1, 1, 2, 0]);
    let list = desk.run("--json log list --dir harbour --limit 100").ends_with(0).json();
    let rows = list["entries"].as_array().unwrap();
    let of =
        |name: &str| rows.iter().filter(|row| row["name"] == name).map(|row| row["id"].clone()).collect::<Vec<_>>();
    assert_eq!(of("Crane two"), of("Crane 2"), "one id for both versions");
    desk.run("verify harbour").ends_with(0);
    desk.write("register.csv", register(4));
    let back = desk.run(IMPORT).ends_with(0).json();
    assert_eq!(
        (counts(&back), back["left"].as_u64()),
        ([0, 0, 3, 0], Some(1)),
        "what was said before does not undo what came after"
    );
}

#[test]
fn bad_rows_are_named_kept_and_mended() {
    let table = register(3).replace("02.06.2026", "30.02.2023");
    let desk = desk(&table.replace("Crane 2", "Crane <b>2</b>"));
    let run = desk.run(&format!("{IMPORT} --rejected bad.csv")).refuses(3, &["2 of 3 rows were not taken", "bad.csv"]);
    let answer = run.json();
    assert_eq!(counts(&answer), [1, 0, 0, 2]);
    assert_eq!(answer["errors"][0]["row"], 2);
    assert_eq!((&answer["errors"][0]["column"], &answer["errors"][0]["field"]), (&Value::from(3), &Value::from("Day")));
    assert!(answer["errors"][1]["reason"].as_str().unwrap().contains("HTML"));
    let bad = desk.read("bad.csv");
    assert!(bad.starts_with("Case,Title,Day,Text,Desk,detente_reason,detente_raw\n"), "{bad}");
    desk.write("mended.csv", bad.replace("30.02.2023", "28.02.2023").replace("<b>2</b>", "2"));
    let mended = desk.run("--json import mended.csv --mapping mapping.json --dir harbour").ends_with(0).json();
    assert_eq!(counts(&mended), [2, 0, 0, 0]);
}

#[test]
fn an_id_that_stands_twice_is_a_persons_to_decide() {
    let desk = desk(&format!("{}H-1,Another,,,\n", register(2)));
    let answer = desk.run(IMPORT).refuses(3, &["1 of 3 rows"]).json();
    assert!(answer["errors"][0]["reason"].as_str().unwrap().contains("the id `H-1` stands in row 2 too"));
}

#[test]
fn what_was_erased_does_not_come_back() {
    let desk = desk(&register(2));
    desk.run(IMPORT).ends_with(0);
    let list = desk.run("--json log list --dir harbour --limit 100").ends_with(0).json();
    let row = list["entries"].as_array().unwrap().iter().find(|row| row["name"] == "Crane 2").unwrap().clone();
    desk.run(&format!("log erase {} --dir harbour --yes --reason asked", row["index"])).ends_with(0);
    let again = desk.run(IMPORT).ends_with(0).json();
    assert_eq!((counts(&again), again["erased"].as_u64()), ([0, 0, 1, 0], Some(1)));
}

#[test]
fn a_check_signs_nothing_and_needs_no_node() {
    let desk = Desk::new();
    desk.write("mapping.json", MAPPING);
    desk.write("register.csv", register(2));
    desk.run("import --mapping mapping.json --check").ends_with(0).says(&["Harbour register", "The mapping holds"]);
    let answer = desk.run("--json import register.csv --mapping mapping.json --check").ends_with(0).json();
    assert_eq!((answer["rows"].as_u64(), answer["made"].as_u64()), (Some(2), Some(0)));
    desk.write("mapping.json", MAPPING.replace("\"name\"", "\"nmae\""));
    desk.run("import --mapping mapping.json --check").refuses(3, &["columns/Title", "`nmae` is no property"]);
}

#[test]
fn an_export_is_seen_before_it_is_written() {
    let desk = desk(&register(3));
    desk.run(IMPORT).ends_with(0);
    desk.run("export --dir harbour --as stix --out out.json").ends_with(0).says(&[
        "Crane 2",
        "Nothing was written",
        "NO AGREEMENT",
    ]);
    assert!(!desk.has("out.json"));
    desk.run("export --dir harbour --as stix --out out.json --yes").ends_with(0);
    let bundle: Value = serde_json::from_str(&desk.read("out.json")).unwrap();
    let objects = bundle["objects"].as_array().unwrap();
    assert_eq!(objects.iter().filter(|object| object["type"] == "incident").count(), 3);
    desk.run("export --dir harbour --as oecd --out out.json --yes").refuses(4, &["out.json"]);
    let id = objects.last().unwrap()["id"].as_str().unwrap();
    desk.run(&format!("export --dir harbour --as oecd --out oecd.csv --id {id} --yes")).ends_with(0);
    assert_eq!(desk.read("oecd.csv").lines().count(), 2);
    desk.run("export --dir harbour --as csv --out flat.csv --all --yes").ends_with(0);
    assert_eq!(desk.read("flat.csv").lines().count(), 4);
    desk.run("export --dir harbour --as csv --out x.csv --id incident--none")
        .refuses(3, &["no incident `incident--none`"]);
}

#[test]
fn labels_beside_a_snapshot_are_classifications_by_their_annotators() {
    let desk = Desk::with_node();
    std::fs::create_dir(desk.path("aiid")).unwrap();
    let head = "_id,incident_id,date,reports,Alleged deployer of AI system,Alleged developer of AI system,\
                Alleged harmed or nearly harmed parties,description,title\n";
    desk.write("aiid/incidents.csv", format!("{head}x,7,2026-06-30,[],[],[],[],It fell.,Crane\n"));
    let labels = "Namespace,Incident ID,Published,Risk Domain,Risk Subdomain,Entity,Timing,Intent\n\
                  MIT,7,True,1. Toxicity,1.2. Exposure,AI,Post-deployment,Unintentional\nMIT,9,True,1. Toxicity,1.2. Exposure,AI,,\n";
    desk.write("aiid/classifications_MIT.csv", labels);
    let words = "--json import aiid --from aiid --dir harbour";
    let told = || {
        let answer = desk.run(words).ends_with(0).json();
        ["made", "labels_made", "labels_changed", "labels_unchanged", "labels_without_incident"]
            .map(|name| answer[name].as_u64().unwrap_or(0))
    };
    assert_eq!(told(), [1, 1, 0, 0, 1]);
    assert_eq!(told(), [0, 0, 0, 1, 1]);
    desk.write("aiid/classifications_MIT.csv", labels.replace("Unintentional", "Intentional"));
    assert_eq!(told(), [0, 0, 1, 0, 1]);
    assert_eq!(told(), [0, 0, 0, 1, 1], "the changed one is the one that is known now");
    let list = desk.run("--json log list --dir harbour --limit 100").ends_with(0).json();
    let rows = list["entries"].as_array().unwrap();
    assert_eq!(rows.iter().filter(|row| row["type"] == "detente-classification").count(), 2);
    desk.run("verify harbour").ends_with(0);
}

#[test]
fn the_databases_of_others_are_taken_in_where_they_are_here() {
    for (name, from) in [
        ("aiid", "aiid"),
        ("avid/avid_reports.jsonl", "avid"),
        ("avid/avid_vulnerabilities.jsonl", "avid"),
        ("atlas/ATLAS-5.6.1.yaml", "atlas"),
    ] {
        let Some(path) = shared(name) else { continue };
        let desk = Desk::with_node();
        let words = format!("--json import {} --from {from} --keep-html --dir harbour", path.display());
        let first = desk.run(&words).ends_with(0).json();
        println!("COUNT: {name}: {:?} {} rows/s", counts(&first), first["rows_per_second"]);
        assert_eq!(first["made"], first["rows"]);
        let again = desk.run(&words).ends_with(0).json();
        assert_eq!(again["unchanged"], again["rows"], "a second run changes nothing");
        desk.run("export --dir harbour --as stix --out out.json --yes").ends_with(0);
    }
}

#[test]
fn the_secret_of_ids_is_the_nodes_own_and_its_loss_makes_no_doubles_unasked() {
    let (one, other) = (desk(&register(2)), desk(&register(2)));
    let ids = |desk: &Desk| {
        desk.run(IMPORT).ends_with(0);
        let list = desk.run("--json log list --dir harbour --limit 100").ends_with(0).json();
        let rows = list["entries"].as_array().unwrap().iter().filter(|row| row["type"] == "incident");
        rows.map(|row| row["id"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert!(ids(&one).iter().all(|id| !ids(&other).contains(id)));
    std::fs::remove_file(one.path("harbour/import-secret")).unwrap();
    one.run(IMPORT).refuses(3, &["import-secret", "is missing", "--anew"]);
    assert_eq!(counts(&one.run(&format!("{IMPORT} --anew")).ends_with(0).json()), [2, 0, 0, 0]);
    one.write("harbour/import-secret", "short");
    one.run(IMPORT).refuses(3, &["does not hold what it should", "backup"]);
}
