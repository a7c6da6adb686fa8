//! A party begins.

use std::os::unix::fs::PermissionsExt as _;
use std::time::{Duration, Instant};

use record::base64url;
use record::key_record::RecoveryKey;

use crate::scene::{Desk, HURRIED};

const PASSPHRASE: &str = "four unrelated words here";

/// A desk with a node whose keys are encrypted, and its passphrase in the file `pass`.
fn desk_with_passphrase() -> Desk {
    let desk = Desk::new();
    desk.write("pass", PASSPHRASE);
    desk.run("init --dir harbour --name en=Harbour --passphrase-file pass").ends_with(0);
    desk.write("object.json", HURRIED);
    desk
}

#[test]
fn keys_are_for_the_owner_alone() {
    let desk = Desk::with_node();
    let mode = std::fs::metadata(desk.path("harbour/keys.json")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    desk.is_whole_node("harbour");
    for folder in ["segments", "body-keys", "views"] {
        let mode = std::fs::metadata(desk.path("harbour").join(folder)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o700, "{folder}");
    }
    assert_eq!(desk.names(), ["harbour"], "and no draft beside it");
}

/// The 32 octets that a recovery line stands for: Crockford's base32, then a checksum.
fn secret_of(line: &str) -> [u8; 32] {
    let digits = line.chars().filter(|character| *character != '-');
    let bits: String = digits
        .map(|digit| "0123456789ABCDEFGHJKMNPQRSTVWXYZ".find(digit).unwrap())
        .map(|value| format!("{value:05b}"))
        .collect();
    let octet = |place: usize| bits.bytes().skip(place * 8).take(8).fold(0, |octet, bit| octet << 1 | (bit - b'0'));
    let secret = std::array::from_fn(octet);
    assert_eq!(
        *RecoveryKey::from_seed(&secret).unwrap().to_text(),
        *line,
        "this test reads the line as the crate does"
    );
    secret
}

#[test]
fn the_recovery_key_is_printed_once_and_lies_in_no_file() {
    for words in ["init --dir node --name en=Harbour", "--json init --dir node --name en=Harbour"] {
        let desk = Desk::new();
        let run = desk.run(words).ends_with(0);
        let line = if words.starts_with("--json") {
            run.json()["recovery_key"].as_str().unwrap().to_owned()
        } else {
            run.fact("recovery key")
        };
        assert_eq!((run.out.matches(&line).count(), run.err.as_str()), (1, ""));
        let secret = secret_of(&line);
        let hex: String = secret.iter().map(|octet| format!("{octet:02x}")).collect();
        let forms = [line.clone(), line.replace('-', ""), hex, base64url::encode(&secret)];
        for (path, octets) in desk.files("") {
            let text = String::from_utf8_lossy(&octets).to_ascii_lowercase();
            assert!(!forms.iter().any(|form| text.contains(&form.to_ascii_lowercase())), "{}", path.display());
            assert!(!octets.windows(32).any(|window| window == secret), "{}", path.display());
        }
    }
}

#[test]
fn a_second_party_does_not_take_the_place_of_the_first() {
    let desk = Desk::with_node();
    let before = desk.files("");
    desk.run("init --dir harbour --name en=Thief").refuses(4, &["holds a node already", "does not exist yet"]);
    assert_eq!(desk.files(""), before);
}

#[test]
fn a_directory_with_other_things_is_left_alone() {
    let desk = Desk::new();
    std::fs::create_dir(desk.path("letters")).unwrap();
    desk.write("letters/one.txt", "dear");
    desk.run("init --dir letters --name en=Harbour").refuses(4, &["`letters` is not empty"]);
    desk.run("init --dir letters/one.txt --name en=Harbour").refuses(4, &["is a file"]);
    assert_eq!(desk.files("").len(), 1);
}

#[test]
fn an_occupied_place_is_refused_before_a_passphrase_is_read() {
    let desk = Desk::with_node();
    desk.run("init --dir harbour --name en=Thief --passphrase-file not-there").refuses(4, &["holds a node already"]);
}

#[test]
fn an_empty_directory_will_do_however_it_is_spelt() {
    let desk = Desk::new();
    for name in ["empty", "with-slash/", "deep/er/", "./dotted"] {
        if !name.contains('d') {
            std::fs::create_dir(desk.path(name)).unwrap();
        }
        desk.run(&format!("init --dir {name} --name en=Harbour")).ends_with(0);
        desk.is_whole_node(name);
    }
    std::fs::create_dir(desk.path("target")).unwrap();
    std::os::unix::fs::symlink("target", desk.path("link")).unwrap();
    desk.run("init --dir link --name en=Harbour").ends_with(0);
    assert!(desk.has("target/keys.json"));
}

#[test]
fn the_directory_one_stands_in_is_not_pulled_away() {
    let desk = Desk::new();
    desk.run("init --dir . --name en=Harbour").refuses(4, &["the directory that you are in"]);
    assert_eq!(desk.names(), [""; 0]);
}

#[test]
fn a_disk_that_cannot_be_written_is_named() {
    let desk = Desk::new();
    std::fs::create_dir(desk.path("sealed")).unwrap();
    let script = "mount -t tmpfs -o ro tmpfs sealed && \"$0\" init --dir sealed/node --name en=Harbour";
    let Some(run) = desk.run_with_disks(script) else { return };
    run.refuses(4, &["cannot make `sealed/node`: Read-only file system", "a disk that can be written"]);
}

#[test]
fn a_full_disk_keeps_no_half_node() {
    let desk = Desk::new();
    std::fs::create_dir(desk.path("small")).unwrap();
    let script = "mount -t tmpfs -o size=12k tmpfs small && \"$0\" init --dir small/node --name en=Harbour; \
                  code=$?; ls -A small; exit $code";
    let Some(run) = desk.run_with_disks(script) else { return };
    let run = run.refuses(4, &["cannot make `small/node`: No space left on device"]);
    assert_eq!(run.out, "", "nothing was printed as if it had worked, and nothing is left");
}

#[test]
fn names_stand_in_the_profile_in_every_language() {
    let desk = Desk::new();
    let names = ["zh-Hans=北岭观测站", "en=North Hills Observatory", "ar=مرصد التلال الشمالية"];
    let words = names.iter().flat_map(|name| ["--name", name]);
    let words: Vec<_> =
        ["init", "--dir", "harbour", "--contact", "duty@hills.example"].into_iter().chain(words).collect();
    desk.run_words(&words).ends_with(0);
    let profile: serde_json::Value = serde_json::from_str(&desk.read("harbour/profile.json")).unwrap();
    desk.write("profile-record.json", profile["profile"].to_string());
    let object = desk.shown("profile-record.json")["object"].clone();
    assert_eq!((object["name"].as_str(), object["lang"].as_str()), (Some("北岭观测站"), Some("zh-Hans")));
    assert_eq!(object["contact_information"], "duty@hills.example");
    let text = object["extensions"].to_string();
    for name in names {
        assert!(text.contains(name.split_once('=').unwrap().1), "{name} in {text}");
    }
}

#[test]
fn names_that_cannot_be_read_are_wrong_arguments() {
    let desk = Desk::new();
    for (name, word) in [
        ("Harbour", "not LANGUAGE=NAME"),
        ("en=", "not LANGUAGE=NAME"),
        ("=Harbour", "language tag"),
        ("bad_!!=Harbour", "not a language tag such as en or zh-Hans"),
    ] {
        desk.run_words(&["init", "--dir", "node", "--name", name]).refuses(2, &[word]);
    }
    desk.run("init --dir node --name en=One --name en=Two").refuses(2, &["stands twice"]);
    desk.run("init --dir node").refuses(2, &["--name"]);
    assert_eq!(desk.names(), [""; 0]);
}

#[test]
fn days_of_validity_have_bounds() {
    let desk = Desk::new();
    for days in ["0", "3651", "-1", "many"] {
        desk.run(&format!("init --dir node --name en=Harbour --valid-days={days}")).ends_with(2);
    }
    desk.run("init --dir node --name en=Harbour --valid-days 1").ends_with(0);
}

#[test]
fn a_passphrase_leaves_no_seed_in_clear() {
    let desk = desk_with_passphrase();
    let keys: serde_json::Value = serde_json::from_str(&desk.read("harbour/keys.json")).unwrap();
    let mut names: Vec<_> = keys.as_object().unwrap().keys().map(String::as_str).collect();
    names.sort_unstable();
    assert_eq!(names, ["check", "encrypted", "key_ids", "salt"]);
    assert!(!desk.read("harbour/keys.json").contains("seed"));
    let sealed = base64url::decode(keys["encrypted"].as_str().unwrap()).unwrap();
    assert!(!sealed.windows(6).any(|window| window == b"\"seed\""));
}

#[test]
fn the_right_passphrase_signs() {
    let desk = desk_with_passphrase();
    desk.run("record sign object.json --dir harbour --passphrase-file pass --out r.json").ends_with(0);
    desk.run("record verify r.json --keys harbour/profile.json").ends_with(0);
}

#[test]
fn a_wrong_passphrase_does_not_open_the_keys() {
    let desk = desk_with_passphrase();
    desk.write("pass", format!("{PASSPHRASE}."));
    desk.run("record sign object.json --dir harbour --passphrase-file pass --out r.json")
        .refuses(1, &["the passphrase does not open the keys"]);
    assert!(!desk.has("r.json"));
}

#[test]
fn a_missing_passphrase_is_asked_for_in_words() {
    let desk = desk_with_passphrase();
    desk.run("record sign object.json --dir harbour").refuses(3, &["encrypted", "--passphrase-file FILE"]);
}

#[test]
fn a_passphrase_ends_where_its_line_ends() {
    let desk = desk_with_passphrase();
    desk.write("pass", format!("{PASSPHRASE}\r\na second line\n"));
    desk.run("record sign object.json --dir harbour --passphrase-file pass --out r.json").ends_with(0);
}

#[test]
fn poor_passphrases_are_refused() {
    let desk = Desk::new();
    desk.write("short", "elevenchars");
    desk.write("empty", "");
    desk.write("binary", [0xFF; 20]);
    for (file, word) in [
        ("short", "at least 12 characters"),
        ("empty", "at least 12 characters"),
        ("binary", "not UTF-8"),
        ("/dev/zero", "at most 1024 octets"),
        ("absent", "cannot read `absent`"),
    ] {
        desk.run(&format!("init --dir node --name en=Harbour --passphrase-file {file}")).refuses(3, &[word]);
    }
    assert!(!desk.has("node"));
}

#[test]
fn a_killed_beginning_leaves_a_whole_node_or_none() {
    let desk = Desk::new();
    desk.write("pass", PASSPHRASE);
    let words = |name: &str| format!("init --dir {name} --name en=Harbour --passphrase-file pass");
    let began = Instant::now();
    desk.run(&words("whole")).ends_with(0);
    let all = began.elapsed();
    let mut cut_short = 0;
    for part in 0..=10_u32 {
        let name = format!("node-{part}");
        let mut child = desk.start(&words(&name));
        std::thread::sleep(all * part / 10);
        child.kill().unwrap();
        cut_short += u32::from(!child.wait().unwrap().success());
        if !desk.has(&name) {
            desk.run(&words(&name)).ends_with(0);
        }
        desk.is_whole_node(&name);
    }
    assert!(cut_short > 0, "no kill came in time");
    assert!(all < Duration::from_secs(60), "a passphrase costs {all:?}");
}

#[test]
fn what_a_killed_beginning_left_does_not_stand_in_the_way() {
    let desk = Desk::new();
    // In a container, the next process has the number of the one that was killed.
    let script = "mkdir harbour.new-$$ && echo '{' > harbour.new-$$/keys.json && exec \"$0\" init --dir harbour --name en=Harbour";
    desk.run_script(script).ends_with(0);
    desk.is_whole_node("harbour");
}

#[test]
fn what_a_killed_beginning_left_goes_with_the_next_one() {
    let desk = Desk::new();
    let drafts =
        ["harbour.new-0123456789abcdef", "harbour.new-0123456789abcdee", "harbour.new-x", "hills.new-0123456789abcdef"];
    for name in drafts {
        std::fs::create_dir(desk.path(name)).unwrap();
        desk.write(&format!("{name}/keys.json"), "{");
        desk.write(&format!("{name}/layout.new"), "");
    }
    desk.write("harbour.new-0123456789abcdee/letter", "dear");
    desk.run("init --dir harbour --name en=Harbour").ends_with(0);
    let left: Vec<_> = desk.names().into_iter().filter(|name| name.contains(".new-")).collect();
    assert_eq!(left, [drafts[1], drafts[2], drafts[3]], "only what is surely such a draft, and of this node");
}

#[test]
fn a_beginning_that_is_still_being_written_is_left_alone() {
    let desk = Desk::new();
    std::fs::create_dir(desk.path("harbour.new-0123456789abcdef")).unwrap();
    let held = std::fs::File::open(desk.path("harbour.new-0123456789abcdef")).unwrap();
    held.lock().unwrap();
    desk.run("init --dir harbour --name en=Harbour").ends_with(0);
    assert!(desk.has("harbour.new-0123456789abcdef"));
}
