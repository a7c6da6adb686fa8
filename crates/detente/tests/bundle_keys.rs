//! Keys that bundles are sealed for.

use std::collections::BTreeSet;

use bundle::PrivateBundleKey;
use record::base64url;
use record::key_record::BundleSuite;
use serde_json::Value;

use crate::key_commands::desk_with_safe;
use crate::scene::{Desk, HURRIED};

/// The bundle keys that the key record in force lists, in its order.
pub(crate) fn listed(desk: &Desk, node: &str) -> Vec<Value> {
    let answer = desk.run(&format!("--json key list --dir {node}")).ends_with(0).json();
    let head = answer["key_records"].as_array().unwrap().last().unwrap().clone();
    head["keys"].as_array().unwrap().iter().filter(|row| row["purpose"] == "bundle").cloned().collect()
}

pub(crate) fn ids(rows: &[Value]) -> BTreeSet<String> {
    rows.iter().map(|row| row["key_id"].as_str().unwrap().to_owned()).collect()
}

/// The ids of the keys that stand for the seeds of the key file.
pub(crate) fn held(desk: &Desk, node: &str) -> BTreeSet<String> {
    let file: Value = serde_json::from_str(&desk.read(&format!("{node}/keys.json"))).unwrap();
    let rows = file["keys"].as_array().unwrap().iter().filter(|row| row["purpose"] == "bundle");
    let key = |row: &Value| {
        assert_eq!(row["suite"], "MLKEM768-X25519");
        let seed = base64url::decode_exactly(row["seed"].as_str().unwrap()).unwrap();
        PrivateBundleKey::from_seed(BundleSuite::MlKem768X25519, &seed).unwrap().public().id().to_string()
    };
    rows.map(key).collect()
}

#[test]
fn a_party_begins_with_a_bundle_key_and_holds_its_seed() {
    let desk = Desk::with_node();
    let rows = listed(&desk, "harbour");
    assert_eq!((rows.len(), &rows[0]["suite"]), (1, &"MLKEM768-X25519".into()));
    assert_eq!(ids(&rows), held(&desk, "harbour"));
    desk.run("verify harbour").ends_with(0);
}

#[test]
fn a_rotation_makes_a_fresh_one_and_the_old_one_still_opens_what_is_on_its_way() {
    let desk = desk_with_safe();
    let mut seen = ids(&listed(&desk, "harbour"));
    let mut last = seen.clone();
    for words in ["", "--purpose bundle", "--purpose bundle"] {
        desk.run(&format!("key rotate --dir harbour {words}")).ends_with(0);
        let now = ids(&listed(&desk, "harbour"));
        assert_eq!(now.len(), 2, "an old and a new one, never three");
        assert_eq!(now, held(&desk, "harbour"));
        let fresh: BTreeSet<_> = now.difference(&seen).cloned().collect();
        assert_eq!((fresh.len(), last.is_subset(&now)), (1, true));
        seen.extend(now);
        last = fresh;
    }
    desk.sign(HURRIED, "later.json");
    desk.run("verify harbour").ends_with(0);
}

#[test]
fn a_rotation_of_other_keys_leaves_it_alone() {
    let desk = desk_with_safe();
    let before = listed(&desk, "harbour");
    desk.run("key rotate --dir harbour --purpose log").ends_with(0);
    assert_eq!(ids(&listed(&desk, "harbour")), ids(&before));
    assert_eq!(held(&desk, "harbour"), ids(&before));
}

#[test]
fn a_revoked_one_is_replaced_and_its_seed_is_gone() {
    let desk = desk_with_safe();
    let before = listed(&desk, "harbour");
    let key = before[0]["key_id"].as_str().unwrap();
    desk.run(&format!("key revoke {key} --dir harbour --reason compromised")).ends_with(0);
    let after = ids(&listed(&desk, "harbour"));
    assert_eq!((after.len(), after.contains(key)), (1, false));
    assert_eq!(held(&desk, "harbour"), after);
}

#[test]
fn a_recovery_makes_a_fresh_one_alone() {
    let desk = desk_with_safe();
    let before = ids(&listed(&desk, "harbour"));
    desk.run("key recover --dir harbour --recovery-key-file safe").ends_with(0);
    let after = ids(&listed(&desk, "harbour"));
    assert_eq!((after.len(), after.is_disjoint(&before)), (1, true));
    assert_eq!(held(&desk, "harbour"), after);
}

#[test]
fn encrypted_ones_are_carried_through_a_rotation() {
    let desk = Desk::new();
    desk.write("pass", "four unrelated words here");
    desk.run("init --dir harbour --name en=Harbour --passphrase-file pass").ends_with(0);
    desk.run("key rotate --dir harbour --purpose bundle --passphrase-file pass").ends_with(0);
    desk.run("key rotate --dir harbour --purpose log --passphrase-file pass").ends_with(0);
    assert_eq!(listed(&desk, "harbour").len(), 2);
    assert!(!desk.read("harbour/keys.json").contains("seed"));
}
