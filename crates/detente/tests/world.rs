//! The invented world of data/world: its parties can be made, and a node takes each of its labels as they stand.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;

use crate::scene::Desk;

fn data(file: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../data").join(file);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn list(file: &str, name: &str) -> Vec<Value> {
    let file: Value = serde_json::from_str(&data(file)).unwrap();
    file[name].as_array().unwrap().clone()
}

fn text<'v>(value: &'v Value, name: &str) -> &'v str {
    value[name].as_str().unwrap_or_default()
}

/// A desk where every member has a node, and the id of each.
fn members() -> (Desk, BTreeMap<String, String>) {
    let desk = Desk::new();
    let mut ids = BTreeMap::new();
    for party in list("world/parties.json", "parties").iter().filter(|party| text(party, "role") == "member") {
        let code = text(party, "code").to_owned();
        let named = party["names"].as_object().unwrap().iter();
        let names = named.map(|(language, name)| format!("{language}={}", name.as_str().unwrap()));
        let words: Vec<String> = ["--json", "init", "--dir", &code]
            .map(str::to_owned)
            .into_iter()
            .chain(names.flat_map(|name| ["--name".to_owned(), name]))
            .collect();
        let made = desk.run_words(&words.iter().map(String::as_str).collect::<Vec<_>>()).ends_with(0).json();
        ids.insert(code, text(&made, "party").to_owned());
    }
    (desk, ids)
}

/// The record that a label is put on, signed and logged by the party that labels it.
fn logged(desk: &Desk, party: &str, record: &str) -> String {
    let name = format!("{party}-{}", record.replace('/', "-"));
    if !desk.has(&name) {
        desk.write("object.json", data(record));
        desk.run(&format!("record sign object.json --dir {party} --out {name}")).ends_with(0);
        desk.run(&format!("log append {name} --dir {party}")).ends_with(0);
    }
    name
}

fn words(label: &Value, record: &str, ids: &BTreeMap<String, String>) -> String {
    let mut words = format!("--json label put {record} --dir {} --tlp {}", text(label, "party"), text(label, "tlp"));
    for (member, option) in [("place", "--place"), ("pap", "--pap")] {
        words += &label[member].as_str().map(|value| format!(" {option} {value}")).unwrap_or_default();
    }
    for tag in label["tags"].as_array().into_iter().flatten() {
        words += &format!(" --tag {}", tag.as_str().unwrap());
    }
    for party in label["recipients"].as_array().into_iter().flatten() {
        words += &format!(" --recipient {}", ids[party.as_str().unwrap()]);
    }
    words + if label["nobody"] == true { " --nobody" } else { "" }
}

#[test]
fn a_node_takes_every_label_of_the_world() {
    let (desk, ids) = members();
    for label in list("world/labels.json", "labels") {
        let record = logged(&desk, text(&label, "party"), text(&label, "record"));
        let told = desk.run(&words(&label, &record, &ids)).ends_with(0).json();
        for tag in label["tags"].as_array().into_iter().flatten() {
            assert!(text(&told, "marks").contains(tag.as_str().unwrap()), "{told}");
        }
    }
}

#[test]
fn every_party_of_the_world_holds_back_something_that_another_would_want() {
    let labels = list("world/labels.json", "labels");
    let kept = |party: &str| labels.iter().filter(|one| text(one, "party") == party && one["nobody"] == true).count();
    let parties = list("world/parties.json", "parties");
    let members: Vec<&str> =
        parties.iter().filter(|one| text(one, "role") == "member").map(|one| text(one, "code")).collect();
    assert_eq!(members.len(), 3);
    assert!(members.iter().all(|party| kept(party) > 0));
    assert_eq!(parties.iter().filter(|one| text(one, "role") == "witness").count(), 1);
}
