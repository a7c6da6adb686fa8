//! Directories of other builds, and directories that another process has.

use crate::nodes::desk_with_log;
use crate::scene::{Desk, HURRIED};

/// Every command that is given a node's directory.
const COMMANDS: [&str; 16] = [
    "record sign object.json --dir harbour",
    "record verify r.json --dir harbour",
    "record show r.json --dir harbour",
    "key list --dir harbour",
    "key rotate --dir harbour",
    "key recover --dir harbour --recovery-key-file safe",
    "log append r.json --dir harbour",
    "log list --dir harbour",
    "log prove r.json --dir harbour",
    "log checkpoint --dir harbour",
    "log guard --dir harbour",
    "log resume --dir harbour --checked-by Ana",
    "log erase 0 --dir harbour --reason x --yes",
    "log migrate --dir harbour",
    "rebuild --dir harbour",
    "verify harbour",
];

#[test]
fn a_directory_of_a_later_layout_is_refused_by_every_command() {
    let desk = desk_with_log();
    let layout = desk.read("harbour/layout");
    let lines = layout.split_inclusive('\n').take(3).collect::<String>().replacen("layout 1", "layout 2", 1);
    let check = record::base64url::encode(&record::digest::sha256(&[b"detente/layout/v1\0", lines.as_bytes()]));
    desk.write("harbour/layout", format!("{lines}check {check}\n"));
    let before = desk.files("harbour");
    for words in COMMANDS {
        desk.run(words).refuses(4, &["has layout 2", "this build knows layout 1 alone", "use the build that wrote it"]);
        assert_eq!(desk.files("harbour"), before, "{words}");
    }
}

/// A node as the build before logs made it.
fn desk_with_earlier_node() -> Desk {
    let desk = Desk::with_node();
    desk.sign(HURRIED, "r.json");
    let store = ["layout", "segments", "body-keys", "log", "views", "lock"].map(|name| format!("harbour/{name}"));
    desk.run_script(&format!("rm -r {}", store.join(" "))).ends_with(0);
    desk
}

#[test]
fn a_node_of_an_earlier_build_is_migrated() {
    let desk = desk_with_earlier_node();
    for words in ["log append r.json --dir harbour", "log list --dir harbour", "verify harbour"] {
        desk.run(words).refuses(4, &["has no log", "detente log migrate --dir harbour"]);
    }
    desk.run("key rotate --dir harbour").ends_with(0);
    desk.run("log migrate --dir harbour").refuses(1, &["evidence of a fork", "--never-logged"]);
    let facts = desk.run("--json log migrate --dir harbour --never-logged").ends_with(0).json();
    assert_eq!((&facts["layout"], &facts["entries"]), (&"1".into(), &3.into()));
    let types: Vec<_> = desk.entries("harbour").iter().map(|row| row["type"].clone()).collect();
    assert_eq!(types, ["key-record", "key-record", "identity"]);
    desk.run("log append r.json --dir harbour").ends_with(0);
    desk.run("verify harbour").ends_with(0);
    desk.run("log migrate --dir harbour").ends_with(0).says(&["already", "Nothing was changed"]);
}

#[test]
fn a_layout_file_that_is_lost_is_not_taken_for_an_earlier_build() {
    let desk = desk_with_log();
    std::fs::remove_file(desk.path("harbour/layout")).unwrap();
    let before = desk.files("harbour");
    for words in ["log append r.json --dir harbour", "log migrate --dir harbour"] {
        desk.run(words).refuses(1, &["`layout` is damaged", "`segments` is not empty", "backup"]);
    }
    assert_eq!(desk.files("harbour"), before);
}

#[test]
fn a_second_process_is_refused_and_told_who_has_the_directory() {
    let desk = desk_with_log();
    let lock = std::fs::OpenOptions::new().write(true).open(desk.path("harbour/lock")).unwrap();
    lock.lock().unwrap();
    desk.write("harbour/lock", "4711\n");
    for words in ["log append r.json --dir harbour", "log list --dir harbour", "rebuild --dir harbour"] {
        desk.run(words).refuses(4, &["process 4711 has it", "wait until that process has ended"]);
    }
    // Checking takes nothing and changes nothing.
    desk.run("verify harbour").ends_with(0);
    drop(lock);
    desk.run("log append r.json --dir harbour").ends_with(0);
}

#[test]
fn processes_at_once_are_refused_or_log_one_after_the_other() {
    let desk = desk_with_log();
    let names: Vec<_> = (0..6).map(|number| format!("at-once-{number}")).collect();
    names.iter().for_each(|name| desk.sign_named(name));
    let children: Vec<_> =
        names.iter().map(|name| desk.start(&format!("log append {name}.json --dir harbour"))).collect();
    let mut done = 0;
    for child in children {
        let run = crate::scene::Run::from(child.wait_with_output().unwrap());
        assert!(run.code == Some(0) || run.code == Some(4) && run.err.contains("has it"), "{run:#?}");
        done += usize::from(run.code == Some(0));
    }
    assert_eq!(desk.entries("harbour").len(), 3 + done);
    desk.run("verify harbour").ends_with(0);
}
