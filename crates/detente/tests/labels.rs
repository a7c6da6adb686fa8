//! Labels join, and only their own author lowers them.

use serde_json::{Value, json};

use crate::scene::{Desk, Run};

/// A desk with two nodes, where Harbour has logged `r.json`.
fn desk() -> Desk {
    let desk = Desk::with_two();
    desk.log_tempe();
    desk
}

fn put(desk: &Desk, more: &str) -> Run {
    desk.run(&format!("label put r.json --dir harbour {more}"))
}

/// What is in force on a place of a record.
fn in_force(desk: &Desk, record: &str, place: &str) -> Value {
    let list = desk.run(&format!("--json label list {record} --dir harbour")).ends_with(0).json();
    let rows = list["in_force"].as_array().unwrap();
    let row = rows.iter().find(|row| row["place"].as_str().unwrap().ends_with(place));
    row.unwrap_or_else(|| panic!("no {place} in {list}"))["marks"].clone()
}

const UNLABELLED: &str = "unlabelled: stays here";

#[test]
fn a_label_holds_for_the_whole_or_for_a_place() {
    let desk = desk();
    assert_eq!(in_force(&desk, "r.json", "/object/name"), UNLABELLED);
    put(&desk, "--tlp green").ends_with(0).says(&["place:             *", "TLP green, PAP clear"]);
    let told =
        put(&desk, "--place description --tlp amber --pap green --tag hazard:chemical --json").ends_with(0).json();
    assert_eq!(
        (&told["place"], &told["marks"]),
        (&json!("/object/description"), &json!("TLP amber, PAP green, hazard:chemical"))
    );
    assert_eq!(in_force(&desk, "r.json", "/object/name"), "TLP green, PAP clear");
    assert_eq!(in_force(&desk, "r.json", "/object/description"), told["marks"]);
    let list = desk.run("label list r.json --dir harbour").ends_with(0);
    list.says(&[told["label"].as_str().unwrap(), "by Harbour", "In force:"]);
}

#[test]
fn labels_join_and_never_weaken() {
    let desk = desk();
    put(&desk, "--tlp amber --tag source-identity").ends_with(0);
    put(&desk, "--tlp clear --tag export-controlled").ends_with(0);
    assert_eq!(in_force(&desk, "r.json", "/object/name"), "TLP amber, PAP clear, export-controlled, source-identity");
}

#[test]
fn an_audience_is_whom_every_label_admits() {
    let desk = desk();
    let (harbour, hills) = (desk.party("harbour"), desk.party("hills"));
    put(&desk, &format!("--tlp green --recipient {hills}")).ends_with(0);
    assert_eq!(in_force(&desk, "r.json", "/object/name"), format!("TLP green, PAP clear, for {hills}"));
    put(&desk, &format!("--tlp green --recipient {harbour}")).ends_with(0);
    assert_eq!(in_force(&desk, "r.json", "/object/name"), "TLP green, PAP clear, for nobody");
}

#[test]
fn marks_that_make_no_sense_are_refused() {
    let desk = desk();
    let before = desk.entries("harbour");
    for more in ["", "--tlp pink", "--tlp green --pap pink", "--tlp green --recipient me", "--tlp green --tag Ünsinn"]
    {
        put(&desk, more).ends_with(2);
    }
    put(&desk, &format!("--tlp green --nobody --recipient {}", desk.party("hills"))).ends_with(2);
    put(&desk, "--tlp green --place mood").refuses(3, &["nothing called `mood`"]);
    desk.run("label put nothing.json --tlp green --dir harbour").ends_with(3);
    assert_eq!(desk.entries("harbour"), before);
}

#[test]
fn its_author_lowers_a_label_and_says_why() {
    let desk = desk();
    let label = put(&desk, "--tlp amber --tag export-controlled").ends_with(0).fact("label");
    let lower = |more: &str| desk.run(&format!("label lower {label} --dir harbour --by Ada {more}"));
    lower("--tlp green").refuses(2, &["--reason"]);
    let empty = ["label", "lower", &label, "--tlp", "green", "--reason", " ", "--by", "Ada", "--dir", "harbour"];
    desk.run_words(&empty).ends_with(1);
    lower("--tlp green --reason cleared").ends_with(0).says(&["declassification:", "TLP green, PAP clear"]);
    assert_eq!(in_force(&desk, "r.json", "/object/name"), "TLP green, PAP clear");
    desk.run("label list r.json --dir harbour").ends_with(0).says(&["lowered by Ada: cleared"]);
}

#[test]
fn to_lower_a_label_never_raises_it() {
    let desk = desk();
    let label = put(&desk, "--tlp green").ends_with(0).fact("label");
    let lower = |more: &str| desk.run(&format!("label lower {label} --dir harbour --reason x --by Ada {more}"));
    let before = desk.entries("harbour");
    lower("--tlp red").ends_with(1);
    lower("--tlp green --tag classified").ends_with(1);
    lower("--tlp clear --nobody").ends_with(1);
    desk.run(&format!("label lower {} --tlp clear --dir harbour --reason x --by Ada", "A".repeat(43)))
        .refuses(3, &["holds no label", "label list"]);
    assert_eq!(desk.entries("harbour"), before);
}

/// Hills puts a label on Harbour's record, and Harbour takes it into its log.
fn label_of_hills(desk: &Desk, more: &str) -> String {
    desk.run("log append r.json --dir hills --keys harbour/profile.json").ends_with(0);
    desk.run("partner add harbour/profile.json --dir hills").ends_with(0);
    let label = desk.run(&format!("label put r.json --dir hills {more}")).ends_with(0).fact("label");
    desk.hand_out("hills", &label, "label.json");
    label
}

#[test]
fn a_label_of_a_partner_restricts_and_only_the_partner_lowers_it() {
    let desk = desk();
    put(&desk, "--tlp clear").ends_with(0);
    let label = label_of_hills(&desk, "--tlp amber+strict --tag third-party-owned");
    desk.run("log append label.json --dir harbour --keys hills/profile.json").ends_with(0);
    desk.run("partner add hills/profile.json --dir harbour").ends_with(0);
    assert_eq!(in_force(&desk, "r.json", "/object/name"), "TLP amber+strict, PAP clear, third-party-owned");
    desk.run("label list r.json --dir harbour").ends_with(0).says(&["by hills"]);
    desk.run(&format!("label lower {label} --tlp clear --reason x --by Ada --dir harbour"))
        .refuses(1, &["cannot lower a label of party"]);
}

#[test]
fn a_label_of_another_party_opens_nothing_and_restricts_what_we_labelled() {
    let desk = desk();
    label_of_hills(&desk, "--tlp red");
    desk.run("log append label.json --dir harbour --keys hills/profile.json").ends_with(0);
    desk.run("partner list --dir harbour").ends_with(0).says(&["hills"]);
    assert_eq!(in_force(&desk, "r.json", "/object/name"), "unlabelled: stays here");
    put(&desk, "--tlp green").ends_with(0);
    assert_eq!(in_force(&desk, "r.json", "/object/name"), "TLP red, PAP clear");
}

#[test]
fn a_label_holds_for_every_later_version() {
    let desk = desk();
    put(&desk, "--place description --tlp amber --tag classified").ends_with(0);
    put(&desk, "--tlp green").ends_with(0);
    for (from, to) in [("r.json", "r2.json"), ("r2.json", "r3.json")] {
        desk.edit("object.json", "next.json", |object| {
            object["modified"] = format!("203{}-01-01T00:00:00.000Z", to.len() + from.len() - 12).into();
            object["name"] = format!("Version {to}").into();
        });
        desk.run(&format!("record sign next.json --after {from} --dir harbour --out {to}")).ends_with(0);
        desk.run(&format!("log append {to} --dir harbour")).ends_with(0);
        assert_eq!(in_force(&desk, to, "/object/description"), "TLP amber, PAP clear, classified");
        assert_eq!(in_force(&desk, to, "/object/name"), "TLP green, PAP clear");
    }
}

#[test]
fn what_was_derived_from_a_record_inherits_its_labels() {
    let desk = desk();
    put(&desk, "--tlp amber --tag export-controlled").ends_with(0);
    let object: Value = serde_json::from_str(&desk.read("object.json")).unwrap();
    let other = "incident--11111111-2222-4333-8444-555555555555";
    let text = json!({"type": "incident", "spec_version": "2.1", "id": other, "name": "A summary"});
    desk.sign(&text.to_string(), "summary.json");
    let link = json!({"type": "relationship", "spec_version": "2.1", "relationship_type": "derived-from",
        "source_ref": other, "target_ref": object["id"]});
    desk.sign(&link.to_string(), "link.json");
    desk.run("log append summary.json link.json --dir harbour").ends_with(0);
    desk.run("label put summary.json --tlp clear --dir harbour").ends_with(0);
    assert_eq!(in_force(&desk, "summary.json", "/object/name"), "TLP amber, PAP clear, export-controlled");
}

#[test]
fn what_was_derived_from_itself_is_labelled_like_anything_else() {
    let desk = desk();
    let object: Value = serde_json::from_str(&desk.read("object.json")).unwrap();
    let link = json!({"type": "relationship", "spec_version": "2.1", "relationship_type": "derived-from",
        "source_ref": object["id"], "target_ref": object["id"]});
    desk.sign(&link.to_string(), "link.json");
    desk.run("log append link.json --dir harbour").ends_with(0);
    put(&desk, "--tlp green").ends_with(0);
    assert_eq!(in_force(&desk, "r.json", "/object/name"), "TLP green, PAP clear");
}

#[test]
fn labels_come_back_with_a_rebuild() {
    let desk = desk();
    put(&desk, "--tlp amber --tag classified").ends_with(0);
    let before = desk.run("--json label list r.json --dir harbour").ends_with(0).json();
    desk.run_script("rm -r harbour/views").ends_with(0);
    desk.run("rebuild --dir harbour").ends_with(0);
    assert_eq!(desk.run("--json label list r.json --dir harbour").ends_with(0).json(), before);
}

#[test]
fn what_was_lowered_is_told_to_programs_as_well() {
    let desk = desk();
    let label = put(&desk, "--tlp amber").ends_with(0).fact("label");
    let told = desk
        .run(&format!("--json label lower {label} --tlp clear --reason x --by Ada --dir harbour"))
        .ends_with(0)
        .json();
    assert_eq!((&told["label"], &told["marks"]), (&json!(label), &json!("TLP clear, PAP clear")));
    assert_eq!(told["declassification"].as_str().map(str::len), Some(43));
    let list = desk.run("--json label list r.json --dir harbour").ends_with(0).json();
    assert_eq!((&list["labels"][0]["label"], &list["labels"][0]["marks"]), (&json!(label), &told["marks"]));
}

/// Signs the object anew, as a version that names none before it, and logs it.
fn version(desk: &Desk, out: &str, year: u16) {
    desk.edit("object.json", "next.json", |object| {
        object["modified"] = format!("{year}-01-01T00:00:00.000Z").into();
    });
    desk.run(&format!("record sign next.json --dir harbour --out {out}")).ends_with(0);
    desk.run(&format!("log append {out} --dir harbour")).ends_with(0);
}

fn erase(desk: &Desk, record: &str) {
    let digest = desk.run(&format!("record show {record} --dir harbour")).fact("record digest");
    let entries = desk.entries("harbour");
    let index = &entries.iter().find(|row| row["record_digest"] == *digest).unwrap()["index"];
    desk.run(&format!("log erase {index} --dir harbour --reason requested --yes")).ends_with(0);
}

#[test]
fn erasing_a_version_takes_no_label_off_the_later_ones() {
    let desk = desk();
    put(&desk, "--tlp amber --tag classified").ends_with(0);
    version(&desk, "r2.json", 2031);
    desk.run("label put r2.json --tlp clear --dir harbour").ends_with(0);
    assert_eq!(in_force(&desk, "r2.json", "/object/name"), "TLP amber, PAP clear, classified");
    erase(&desk, "r.json");
    version(&desk, "r3.json", 2032);
    for record in ["r2.json", "r3.json"] {
        assert_eq!(in_force(&desk, record, "/object/name"), UNLABELLED, "{record}");
        desk.run(&format!("label list {record} --dir harbour"))
            .ends_with(0)
            .says(&["that was erased", "anew as a whole"]);
    }
    desk.run("label put r3.json --place name --tlp clear --dir harbour").ends_with(0);
    assert_eq!(in_force(&desk, "r3.json", "/object/name"), UNLABELLED, "a part is not the whole");
    desk.run("label put r3.json --tlp green --dir harbour").ends_with(0);
    assert_eq!(in_force(&desk, "r3.json", "/object/name"), "TLP green, PAP clear", "its owner has looked again");
    assert_eq!(in_force(&desk, "r2.json", "/object/name"), UNLABELLED, "and not at that one");
    desk.run_script("rm -r harbour/views").ends_with(0);
    desk.run("rebuild --dir harbour").ends_with(0);
    assert_eq!(in_force(&desk, "r2.json", "/object/name"), UNLABELLED);
    erase(&desk, "r2.json");
    assert_eq!(in_force(&desk, "r3.json", "/object/name"), UNLABELLED, "what went since was not looked at");
}

#[test]
fn what_was_derived_from_an_erased_version_is_labelled_anew_too() {
    let desk = desk();
    put(&desk, "--tlp amber --tag export-controlled").ends_with(0);
    version(&desk, "r2.json", 2031);
    let object: Value = serde_json::from_str(&desk.read("object.json")).unwrap();
    let other = "incident--11111111-2222-4333-8444-555555555555";
    let text = json!({"type": "incident", "spec_version": "2.1", "id": other, "name": "A summary"});
    desk.sign(&text.to_string(), "summary.json");
    let link = json!({"type": "relationship", "spec_version": "2.1", "relationship_type": "derived-from",
        "source_ref": other, "target_ref": object["id"]});
    desk.sign(&link.to_string(), "link.json");
    desk.run("log append summary.json link.json --dir harbour").ends_with(0);
    desk.run("label put summary.json --tlp clear --dir harbour").ends_with(0);
    erase(&desk, "r.json");
    assert_eq!(in_force(&desk, "summary.json", "/object/name"), UNLABELLED);
    desk.run("label put summary.json --tlp green --dir harbour").ends_with(0);
    assert_eq!(in_force(&desk, "summary.json", "/object/name"), "TLP green, PAP clear");
}

#[test]
fn an_erasure_from_before_names_no_object_and_is_still_read() {
    let desk = desk();
    put(&desk, "--tlp green").ends_with(0);
    let extension = json!({"extension_type": "new-sdo", "log": "x", "index": 0, "leaf": "x", "reason": "x"});
    let old = json!({"type": "detente-erasure", "spec_version": "2.1",
        "extensions": {"extension-definition--5c8f7f0e-94b5-4f0e-8f53-2d1a7bb7b0f4": extension}});
    desk.write("old.json", old.to_string());
    desk.run("record sign old.json --dir harbour --out old").ends_with(0);
    desk.run("log append old --dir harbour").ends_with(0);
    assert_eq!(in_force(&desk, "r.json", "/object/name"), "TLP green, PAP clear");
}

#[test]
fn a_label_by_a_party_whose_keys_are_gone_leaves_the_record_unlabelled() {
    let desk = desk();
    put(&desk, "--tlp clear").ends_with(0);
    label_of_hills(&desk, "--tlp red");
    desk.run("log append label.json --dir harbour --keys hills/profile.json").ends_with(0);
    assert_eq!(in_force(&desk, "r.json", "/object/name"), "TLP red, PAP clear");
    desk.run_script("rm -r harbour/partners").ends_with(0);
    assert_eq!(in_force(&desk, "r.json", "/object/name"), UNLABELLED);
    desk.run("partner add hills/profile.json --dir harbour").ends_with(0);
    assert_eq!(in_force(&desk, "r.json", "/object/name"), "TLP red, PAP clear");
}

#[test]
fn a_version_by_a_party_whose_keys_are_gone_leaves_the_later_ones_unlabelled() {
    let desk = desk();
    desk.run("record sign object.json --dir hills --out theirs.json").ends_with(0);
    desk.run("log append theirs.json --dir harbour --keys hills/profile.json").ends_with(0);
    desk.run("label put theirs.json --tlp red --dir harbour").ends_with(0);
    version(&desk, "r2.json", 2031);
    desk.run("label put r2.json --tlp clear --dir harbour").ends_with(0);
    assert_eq!(in_force(&desk, "r2.json", "/object/name"), "TLP red, PAP clear");
    desk.run_script("rm -r harbour/partners").ends_with(0);
    assert_eq!(in_force(&desk, "r2.json", "/object/name"), UNLABELLED);
}
