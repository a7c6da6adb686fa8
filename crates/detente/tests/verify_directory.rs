//! A node's directory: whatever is not as it was written is named.

use std::collections::BTreeSet;

use crate::nodes::{desk_with_log, draw, relative};
use crate::scene::Desk;

/// Flips bits of a file of the node, and ends the test if one of them is not laid at that file's door.
fn flips_are_named(desk: &Desk, file: &str, bits: &[usize]) {
    let path = format!("harbour/{file}");
    for &bit in bits {
        desk.flip(&path, bit);
        let found = desk.found("harbour");
        assert!(found.iter().any(|name| name == file), "bit {bit} of {file}: {found:?}");
        desk.flip(&path, bit);
    }
}

fn desk_with_all() -> Desk {
    let desk = desk_with_log();
    desk.log_named("second", "harbour");
    desk.run("log erase 2 --dir harbour --reason x --yes").ends_with(0);
    std::fs::create_dir(desk.path("heads")).unwrap();
    desk.run("log guard --dir harbour --add heads").ends_with(0);
    desk
}

#[test]
fn a_sound_directory_says_what_is_proved_and_what_is_not() {
    let desk = desk_with_all();
    let before = desk.files("harbour");
    let facts = desk.run("--json verify harbour").ends_with(0).json();
    assert_eq!((&facts["verdict"], &facts["findings"]), (&"sound".into(), &serde_json::json!([])));
    assert_eq!(
        (&facts["entries"], &facts["bodies_opened"], &facts["bodies_erased"]),
        (&5.into(), &4.into(), &1.into())
    );
    desk.run("verify harbour").ends_with(0).says(&["\nProved: ", "\nNot proved: ", "newest state"]);
    desk.run("verify harbour --keys harbour/profile.json").ends_with(0);
    assert_eq!(desk.files("harbour"), before, "checking changes nothing");
    desk.make_node("hills");
    desk.run("verify harbour --keys hills/profile.json").refuses(1, &["which none of the given profiles is"]);
}

#[test]
fn a_flipped_bit_in_what_lies_beside_the_store_is_named() {
    let desk = desk_with_all();
    for file in ["keys.json", "profile.json", "head-sources", "layout"] {
        flips_are_named(&desk, file, &desk.bits(&format!("harbour/{file}"), 25));
    }
    desk.run("verify harbour").ends_with(0);
}

#[test]
fn a_flipped_bit_in_the_segment_is_named() {
    let desk = desk_with_all();
    let file = "segments/00000000.segment";
    flips_are_named(&desk, file, &desk.bits(&format!("harbour/{file}"), 50));
}

#[test]
fn a_flipped_bit_in_the_keys_of_bodies_is_named() {
    let desk = desk_with_all();
    let file = "body-keys/00000000.keys";
    flips_are_named(&desk, file, &desk.bits(&format!("harbour/{file}"), 20));
    // Where the keys in use lie.
    let bits: Vec<_> = (0..20).map(|_| draw(512 * 8)).collect();
    flips_are_named(&desk, file, &bits);
}

#[test]
fn a_flipped_bit_in_what_is_published_is_named() {
    let desk = desk_with_all();
    let all: Vec<_> = desk.files("harbour/log").into_keys().map(|path| relative(&path, &desk, "harbour")).collect();
    let newest: Vec<_> =
        all.into_iter().filter(|file| file.ends_with("checkpoint") || file.ends_with(".p/5")).collect();
    assert_eq!(newest.len(), 3);
    for file in newest {
        flips_are_named(&desk, &file, &desk.bits(&format!("harbour/{file}"), 12));
    }
}

#[test]
fn a_flipped_bit_in_a_view_is_named_or_changes_no_answer_after_a_rebuild() {
    let desk = desk_with_all();
    let (list, file) = (desk.entries("harbour"), "views/views.sqlite");
    let mut named = 0;
    desk.copy("harbour", "sound");
    // One bit of what is listed, and others wherever they fall: most pages of so small a database are empty.
    let octets = std::fs::read(desk.path("harbour").join(file)).unwrap();
    let name = octets.windows(6).position(|window| window == b"second").unwrap();
    for bit in desk.bits(&format!("harbour/{file}"), 15).into_iter().chain([name * 8]) {
        desk.flip(&format!("harbour/{file}"), bit);
        let found: BTreeSet<_> = desk.found("harbour").into_iter().collect();
        assert!(found.is_empty() || found == BTreeSet::from([file.to_owned()]), "bit {bit}: {found:?}");
        named += usize::from(!found.is_empty());
        desk.run("log guard --dir harbour --remove heads").ends_with(0);
        desk.run("rebuild --dir harbour").ends_with(0);
        assert_eq!(desk.entries("harbour"), list, "bit {bit}");
        desk.run("verify harbour").ends_with(0);
        desk.copy("sound", "harbour");
    }
    assert!(named > 0);
}

#[test]
fn a_missing_file_is_named() {
    let desk = desk_with_all();
    desk.copy("harbour", "sound");
    let files: Vec<_> = desk.files("harbour").into_keys().map(|path| relative(&path, &desk, "harbour")).collect();
    // What an older checkpoint needed, what a start makes anew, and what need not be there.
    let spare = |file: &str| {
        matches!(file, "lock" | "head-sources" | "views/views.sqlite" | "log/node/checkpoint")
            || file.contains(".p/") && !file.ends_with(".p/5")
    };
    for file in files.iter().filter(|file| !spare(file)) {
        std::fs::remove_file(desk.path("harbour").join(file)).unwrap();
        let found = desk.found("harbour");
        assert!(found.iter().any(|name| name == file || file.starts_with(name)), "{file}: {found:?}");
        desk.copy("sound", "harbour");
    }
    std::fs::remove_file(desk.path("harbour/log/node/checkpoint")).unwrap();
    desk.run("verify harbour").ends_with(0).says(&["not checked: log node: its last 5 entries are not published"]);
}

#[test]
fn a_segment_that_was_cut_short_is_named() {
    let desk = desk_with_all();
    let path = desk.path("harbour/segments/00000000.segment");
    let whole = std::fs::read(&path).unwrap();
    let used = whole.iter().rposition(|octet| *octet != 0).unwrap() + 1;
    for length in [0, 100, used / 2, used - 1] {
        std::fs::write(&path, &whole[..length]).unwrap();
        assert!(!desk.found("harbour").is_empty(), "cut to {length} of {used}");
        let run = desk.run("log append r.json --dir harbour");
        assert!(matches!(run.code, Some(1 | 4)), "cut to {length}: {run:#?}");
        assert_eq!(std::fs::read(&path).unwrap().len(), length, "and nothing was changed");
    }
}

#[test]
fn what_is_neither_node_nor_log_is_said() {
    let desk = Desk::new();
    std::fs::create_dir(desk.path("letters")).unwrap();
    desk.run("verify letters").refuses(3, &["neither a node's directory nor a log's folder", "`checkpoint`"]);
    desk.run("verify absent").refuses(3, &["`absent`"]);
}
