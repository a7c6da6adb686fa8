//! Whatever happens while keys change, the old ones are in force or the new ones, whole.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Instant;

use record::entropy::{Entropy as _, SystemEntropy};

use crate::key_commands::desk_with_safe;
use crate::scene::{DETENTE, Desk, HURRIED, Run, is_of_store};

const ALL: [&str; 3] = [
    "key rotate --dir harbour",
    "key revoke KEY --dir harbour --reason lost",
    "key recover --dir harbour --recovery-key-file safe",
];

/// The commands that change keys, with a key of this desk.
fn changes(desk: &Desk) -> [String; 3] {
    let listed = desk.run("--json key list --dir harbour").ends_with(0).json();
    let key = listed["key_records"][0]["keys"][0]["key_id"].as_str().unwrap().to_owned();
    ALL.map(|words| words.replace("KEY", &key))
}

/// The node as it is, and as a change leaves it.
struct Change {
    desk: Desk,
    old: BTreeMap<PathBuf, Vec<u8>>,
    new: BTreeMap<PathBuf, Vec<u8>>,
}

impl Change {
    fn of(which: usize) -> Self {
        let desk = desk_with_safe();
        let old = desk.files("harbour");
        desk.run(&changes(&desk)[which]).ends_with(0);
        let new = desk.files("harbour");
        desk.is_whole_node("harbour");
        Self { desk, old, new }
    }

    /// Puts the node back to where a crash left it: a file of the old or the new state under each name, and the store as it
    /// was, since a change reaches the log last.
    fn crash(&self, files: &[(&str, &str, bool)]) {
        let home = self.desk.path("harbour");
        std::fs::remove_dir_all(&home).unwrap();
        std::fs::create_dir(&home).unwrap();
        for (path, octets) in self.old.iter().filter(|(path, _)| is_of_store(path.strip_prefix(&home).unwrap())) {
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, octets).unwrap();
        }
        for (name, from, is_new) in files {
            let state = if *is_new { &self.new } else { &self.old };
            let octets = &state[&self.desk.path(&format!("harbour/{from}"))];
            // What was being written when the power went is there by half.
            let whole = if name.ends_with("draft") { octets.len() / 2 } else { octets.len() };
            self.desk.write(&format!("harbour/{name}"), &octets[..whole]);
            let mode = std::os::unix::fs::PermissionsExt::from_mode(0o600);
            std::fs::set_permissions(self.desk.path(&format!("harbour/{name}")), mode).unwrap();
        }
    }

    /// The next command signs, with the keys of one state, and leaves nothing else behind.
    fn ends_well(&self, is_new: bool) {
        let _gone = std::fs::remove_file(self.desk.path("later.json"));
        self.desk.sign(HURRIED, "later.json");
        self.desk.run("record verify later.json --keys harbour/profile.json").ends_with(0);
        let mut state = if is_new { self.new.clone() } else { self.old.clone() };
        state.retain(|path, _| !is_of_store(path.strip_prefix(self.desk.path("harbour")).unwrap()));
        assert_eq!(self.desk.party_files("harbour"), state);
        self.logs_its_keys_first();
    }

    /// Every key record stands in the log before the first record that is logged from now on.
    fn logs_its_keys_first(&self) {
        let records = self.desk.run("--json key list --dir harbour").ends_with(0).json()["key_records"].clone();
        self.desk.run("log append later.json --dir harbour").ends_with(0);
        let list = self.desk.run("--json log list --dir harbour").ends_with(0).json()["entries"].clone();
        let logged: Vec<_> = list.as_array().unwrap().iter().map(|row| row["record_digest"].clone()).collect();
        for record in records.as_array().unwrap() {
            let digest = &record["key_record"];
            assert!(logged[..logged.len() - 1].contains(digest), "{digest} in {logged:?}");
        }
        self.desk.run("verify harbour").ends_with(0);
    }
}

#[test]
fn a_crash_before_the_commit_point_never_happened() {
    for which in 0..ALL.len() {
        let change = Change::of(which);
        let old = [("keys.json", "keys.json", false), ("profile.json", "profile.json", false)];
        for spare in [
            &[("keys.next.json.draft", "keys.json", true)][..],
            &[("keys.next.json", "keys.json", true)],
            &[("keys.next.json", "keys.json", true), ("profile.json.draft", "profile.json", true)],
        ] {
            change.crash(&[&old, spare].concat());
            change.ends_well(false);
        }
    }
}

#[test]
fn a_crash_after_the_commit_point_is_finished_by_the_next_command() {
    for which in 0..ALL.len() {
        let change = Change::of(which);
        let published = [("profile.json", "profile.json", true), ("keys.next.json", "keys.json", true)];
        change.crash(&[&published[..], &[("keys.json", "keys.json", false)]].concat());
        change.ends_well(true);
        // A recovery begins without old keys.
        change.crash(&published);
        change.ends_well(true);
        change.crash(&[("profile.json", "profile.json", true), ("keys.json", "keys.json", true)]);
        change.ends_well(true);
    }
}

#[test]
fn a_further_change_after_a_crash_settles_it_first() {
    let change = Change::of(0);
    change.crash(&[
        ("profile.json", "profile.json", true),
        ("keys.next.json", "keys.json", true),
        ("keys.json", "keys.json", false),
    ]);
    assert_eq!(change.desk.run("--json key rotate --dir harbour").ends_with(0).json()["index"], 2);
    change.desk.is_whole_node("harbour");
}

#[test]
fn a_recovery_writes_over_what_an_unfinished_one_left() {
    let change = Change::of(2);
    change.crash(&[("profile.json", "profile.json", false), ("keys.next.json", "keys.json", true)]);
    let sign = change.desk.run("record sign object.json --dir harbour");
    sign.refuses(4, &["not those of the key record in force", "detente key recover"]);
    change.desk.run("key recover --dir harbour --recovery-key-file safe").ends_with(0);
    change.desk.sign(HURRIED, "later.json");
    change.desk.is_whole_node("harbour");
}

#[test]
fn files_of_different_backups_are_named_and_nothing_is_removed() {
    let change = Change::of(0);
    for is_new in [false, true] {
        change.crash(&[("profile.json", "profile.json", is_new), ("keys.json", "keys.json", !is_new)]);
        let before = change.desk.files("harbour");
        for words in ["record sign object.json --dir harbour", "key rotate --dir harbour"] {
            change.desk.run(words).refuses(4, &["not those of the key record in force", "same backup"]);
        }
        assert_eq!(change.desk.files("harbour"), before);
    }
}

#[test]
fn keys_that_lie_elsewhere_are_not_brought_here() {
    let desk = desk_with_safe();
    std::fs::rename(desk.path("harbour/keys.json"), desk.path("elsewhere")).unwrap();
    std::os::unix::fs::symlink("../elsewhere", desk.path("harbour/keys.json")).unwrap();
    let before = desk.files("");
    for words in changes(&desk) {
        desk.run(&words).refuses(4, &["`harbour/keys.json` leads to another place"]);
    }
    assert_eq!(desk.files(""), before);
    desk.run("record sign object.json --dir harbour").ends_with(0);
}

#[test]
fn a_killed_rotation_leaves_a_node_that_signs() {
    let desk = Desk::new();
    desk.write("pass", "four unrelated words here");
    desk.run("init --dir harbour --name en=Harbour --passphrase-file pass").ends_with(0);
    desk.write("object.json", HURRIED);
    let began = Instant::now();
    desk.run("key rotate --dir harbour --passphrase-file pass").ends_with(0);
    let all = began.elapsed();
    let mut cut_short = 0;
    for part in 0..=12_u32 {
        let mut child = desk.start("key rotate --dir harbour --passphrase-file pass");
        std::thread::sleep(all * part / 11);
        child.kill().unwrap();
        cut_short += u32::from(!child.wait().unwrap().success());
        let out = format!("r-{part}.json");
        desk.run(&format!("record sign object.json --dir harbour --passphrase-file pass --out {out}")).ends_with(0);
        desk.run(&format!("record verify {out} --keys harbour/profile.json")).ends_with(0);
        desk.is_whole_node("harbour");
    }
    assert!(cut_short > 0, "no kill came in time");
}

#[test]
fn two_changes_at_once_make_no_fork() {
    let desk = desk_with_safe();
    let children: Vec<_> = (0..4).map(|_| desk.start("key rotate --dir harbour")).collect();
    let runs: Vec<_> = children.into_iter().map(|child| Run::from(child.wait_with_output().unwrap())).collect();
    let done = runs.iter().filter(|run| run.code == Some(0)).count();
    assert!(done > 0 && runs.iter().all(|run| run.code == Some(0) || run.err.contains("another command")), "{runs:#?}");
    let listed = desk.run("--json key list --keys-of first.json --keys-of harbour/profile.json").ends_with(0).json();
    assert_eq!(listed["key_records"].as_array().unwrap().len(), done + 1);
    desk.sign(HURRIED, "later.json");
}

#[test]
fn signing_while_keys_change_uses_the_old_ones_or_the_new_ones() {
    let desk = desk_with_safe();
    for round in 0..6 {
        let change = desk.start("key rotate --dir harbour");
        let words = |one| format!("record sign object.json --dir harbour --out r-{round}-{one}.json");
        let signing: Vec<_> = (0..4).map(|one| desk.start(&words(one))).collect();
        Run::from(change.wait_with_output().unwrap()).ends_with(0);
        for (one, child) in signing.into_iter().enumerate() {
            let run = Run::from(child.wait_with_output().unwrap());
            if run.code != Some(0) {
                run.refuses(4, &["another command", "again"]);
                continue;
            }
            let verify = format!("record verify r-{round}-{one}.json --dir harbour --as-named");
            desk.run(&verify).ends_with(0);
        }
    }
    desk.is_whole_node("harbour");
}

#[test]
fn a_preview_changes_no_octet() {
    let desk = desk_with_safe();
    let before = desk.files("");
    for words in changes(&desk) {
        desk.run(&format!("{words} --dry-run")).ends_with(0).says(&["New keys:", "Nothing was changed."]);
        assert!(desk.run(&format!("--json {words} --dry-run")).ends_with(0).json()["new_keys"].is_array());
    }
    desk.run("key recover --dir harbour --dry-run").ends_with(0);
    desk.run("key list --dir harbour").ends_with(0);
    assert_eq!(desk.files(""), before);
}

/// Runs a change on a small disk that a shell command has prepared, and says which files were other ones afterwards.
fn on_small_disk(desk: &Desk, words: &str, prepare: &str) -> Option<Run> {
    std::fs::create_dir_all(desk.path("small")).unwrap();
    let words = words.replace("--dir harbour", "--dir small/node");
    let script = format!(
        "mount -t tmpfs -o size=4m tmpfs small && cp -rp harbour small/node && {prepare}; \
         find small/node -type f | sort | xargs sha256sum > before; \"$0\" {words}; code=$?; \
         find small/node -type f | sort | xargs sha256sum | cmp before - || code=99; exit $code"
    );
    desk.run_with_disks(&script)
}

#[test]
fn a_disk_that_takes_nothing_more_leaves_everything_as_it_was() {
    let desk = desk_with_safe();
    for words in changes(&desk) {
        for (prepare, word) in [
            ("cat /dev/zero > small/fill 2> nowhere", "keys.next.json`: No space left on device"),
            // Room for the private keys, and none for the profile.
            (
                "head -c 8192 /dev/zero > small/room; cat /dev/zero > small/fill 2> nowhere; rm small/room",
                "profile.json`: No space left",
            ),
            ("mount -o remount,ro small", "Read-only file system"),
        ] {
            let Some(run) = on_small_disk(&desk, &words, prepare) else { return };
            run.refuses(4, &[word]);
        }
    }
}

#[test]
fn a_recovery_whose_key_nobody_saw_changes_nothing() {
    let desk = desk_with_safe();
    let before = desk.files("");
    for form in ["", "--json "] {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        for answer in [Stdio::from(writer), Stdio::from(full)] {
            let words = format!("{form}key recover --dir harbour --recovery-key-file safe");
            let mut command = Command::new(DETENTE);
            command.args(words.split_whitespace()).current_dir(desk.path("")).stdin(Stdio::null()).stdout(answer);
            let run = Run::from(command.output().unwrap());
            run.refuses(4, &["could not be shown, so nothing was changed and the old one still serves"]);
            assert_eq!(desk.files(""), before);
        }
    }
    desk.run("key recover --dir harbour --recovery-key-file safe").ends_with(0);
}

/// Flips single bits of the key file, and ends the test if one goes unnoticed.
fn flips_are_named(desk: &Desk, count: usize) {
    let whole = std::fs::read(desk.path("harbour/keys.json")).unwrap();
    for _ in 0..count {
        let mut draw = [0; 8];
        SystemEntropy::new().fill(&mut draw).unwrap();
        let place = usize::try_from(u64::from_be_bytes(draw) % (whole.len() as u64 * 8)).unwrap();
        let mut flipped = whole.clone();
        flipped[place / 8] ^= 1 << (place % 8);
        desk.write("harbour/keys.json", flipped);
        let run = desk.run("record sign object.json --dir harbour");
        assert!(run.code == Some(3) && run.err.contains("`harbour/keys.json` is damaged"), "bit {place}: {run:#?}");
    }
    desk.write("harbour/keys.json", whole);
}

#[test]
fn a_flipped_bit_in_the_key_file_is_named() {
    let desk = desk_with_safe();
    flips_are_named(&desk, 100);
    desk.run("record sign object.json --dir harbour").ends_with(0);
}

#[test]
fn a_flipped_bit_in_encrypted_keys_is_named_without_the_passphrase() {
    let desk = Desk::new();
    desk.write("pass", "four unrelated words here");
    desk.run("init --dir harbour --name en=Harbour --passphrase-file pass").ends_with(0);
    desk.write("object.json", HURRIED);
    flips_are_named(&desk, 50);
    desk.run("record sign object.json --dir harbour --passphrase-file pass").ends_with(0);
}
