//! What holds, what that proves, and what it does not.

use std::fs::File;
use std::time::{Duration, Instant};

use crate::scene::{Desk, TEMPE};

#[test]
fn a_record_that_holds_says_what_is_proved_and_what_is_not() {
    let desk = Desk::with_record();
    let run = desk.run("record verify whole.json --dir harbour").ends_with(0);
    let run =
        run.says(&["verdict:           signed, unlogged", "\nProved: ", "\nNot proved: when it was signed", "Harbour"]);
    assert_eq!(run.err, "");
}

/// The record with one octet of one part turned.
fn tampered(whole: &str, part: &str) -> String {
    let at = whole.find(part).unwrap() + part.len() + 40;
    let mut octets = whole.as_bytes().to_vec();
    octets[at] = if octets[at] == b'A' { b'B' } else { b'A' };
    String::from_utf8(octets).unwrap()
}

#[test]
fn a_changed_record_is_refused() {
    let desk = Desk::with_record();
    let whole = desk.read("whole.json");
    for part in ["\"payload\":\"", "\"disclosures\":[\"", "\"signature\":\""] {
        desk.write("changed.json", tampered(&whole, part));
        let run = desk.run("record verify changed.json --dir harbour");
        assert!(matches!(run.code, Some(1 | 3)) && run.out.is_empty(), "{part}: {run:#?}");
    }
    desk.write("changed.json", tampered(&whole, "\"signature\":\""));
    desk.run("record verify changed.json --dir harbour").refuses(1, &["signature"]);
}

#[test]
fn a_borrowed_disclosure_is_refused() {
    let desk = Desk::with_record();
    desk.sign(&TEMPE.replace("She died.", "She fell."), "other.json");
    let borrowed: serde_json::Value = serde_json::from_str(&desk.read("other.json")).unwrap();
    let borrowed = borrowed["header"]["disclosures"][0].to_string();
    let mixed = desk.read("whole.json").replacen("\"disclosures\":[", &format!("\"disclosures\":[{borrowed},"), 1);
    desk.write("mixed.json", mixed);
    desk.run("record verify mixed.json --dir harbour").ends_with(1);
}

#[test]
fn what_is_no_record_is_bad_input() {
    let desk = Desk::with_node();
    for (text, words) in [
        ("", "is empty"),
        (" \n\n", "is empty"),
        ("garbage", "compact envelope"),
        ("{", "line 1 column 2"),
        ("{}", "right file?"),
        ("[]", "right file?"),
        (TEMPE, "detente record sign"),
    ] {
        desk.write("file.json", text);
        desk.run("record verify file.json --dir harbour").refuses(3, &["`file.json`", words]);
    }
    desk.write("file.json", [0xFF, 0xFE, b'{']);
    desk.run("record verify file.json --dir harbour").ends_with(3);
}

#[test]
fn files_that_are_none_are_named() {
    let desk = Desk::with_node();
    desk.run("record verify harbour --dir harbour").refuses(3, &["cannot read `harbour`: Is a directory"]);
    desk.run("record verify absent.json --dir harbour").refuses(3, &["cannot read `absent.json`: No such file"]);
}

#[test]
fn an_unknown_author_is_refused_with_advice() {
    let desk = Desk::with_record();
    desk.run("record verify whole.json")
        .refuses(1, &["whose keys are not here", "--keys PROFILE", "a way that you trust"]);
    desk.run("init --dir hills --name en=Hills").ends_with(0);
    desk.run("record verify whole.json --dir hills").refuses(1, &["whose keys are not here"]);
    desk.run("record verify whole.json --dir hills --keys harbour/profile.json").ends_with(0);
}

#[test]
fn a_file_that_is_no_profile_is_named() {
    let desk = Desk::with_record();
    desk.run("record verify whole.json --keys whole.json")
        .refuses(3, &["`whole.json` is no profile file", "profile.json"]);
    desk.run("record verify whole.json --keys harbour/keys.json").refuses(3, &["is no profile file"]);
}

#[test]
fn a_profile_with_anothers_name_on_it_does_not_hold() {
    let desk = Desk::with_record();
    desk.run("init --dir hills --name en=Hills").ends_with(0);
    let read = |name| serde_json::from_str::<serde_json::Value>(&desk.read(name)).unwrap();
    let mut mixed = read("harbour/profile.json");
    mixed["profile"] = read("hills/profile.json")["profile"].clone();
    desk.write("mixed.json", mixed.to_string());
    desk.run("record verify whole.json --keys mixed.json").refuses(1, &["`mixed.json` does not hold"]);
}

#[test]
fn keys_count_only_in_their_time() {
    let desk = Desk::with_record();
    for (time, word) in [("2020-01-01T00:00:00Z", "not valid before"), ("2100-01-01T00:00:00Z", "expired")] {
        desk.run(&format!("record verify whole.json --dir harbour --at {time}")).refuses(1, &[word, "--as-named"]);
    }
    desk.run("record verify whole.json --dir harbour --as-named").ends_with(0);
}

#[test]
fn a_day_long_key_expires() {
    let desk = Desk::new();
    desk.run("init --dir harbour --name en=Harbour --valid-days 1").ends_with(0);
    desk.sign(TEMPE, "whole.json");
    desk.run("record verify whole.json --dir harbour").ends_with(0);
    desk.run("record verify whole.json --dir harbour --at 2100-01-01T00:00:00Z").refuses(1, &["expired"]);
}

#[test]
fn a_time_that_is_none_is_a_wrong_argument() {
    let desk = Desk::with_record();
    desk.run("record verify whole.json --dir harbour --at yesterday").refuses(2, &["2026-07-01T03:10:00Z"]);
    desk.run("record verify whole.json --dir harbour --as-named --at 2026-07-01T03:10:00Z").ends_with(2);
}

#[test]
fn standard_input_is_a_dash() {
    let desk = Desk::with_record();
    desk.feed("record verify - --dir harbour", desk.read("whole.json").as_bytes()).ends_with(0);
    desk.feed("record verify - --dir harbour", b"").refuses(3, &["`-` is empty"]);
    desk.feed("record verify - --dir harbour", &vec![b' '; 5 << 20]).ends_with(3);
}

#[test]
fn padding_at_the_end_changes_nothing() {
    let desk = Desk::with_record();
    desk.write("padded.json", format!("{}{}", desk.read("whole.json").trim_end(), " ".repeat(200)));
    assert_eq!(desk.shown("padded.json"), desk.shown("whole.json"));
}

#[test]
fn files_without_an_end_are_refused_at_once() {
    let desk = Desk::with_node();
    File::create(desk.path("huge")).unwrap().set_len(1 << 30).unwrap();
    desk.write("brackets", "[".repeat(100_000));
    desk.write("members", format!("{{\"payload\":[{}0]}}", "[0],".repeat(1_000_000)));
    for file in ["huge", "/dev/zero", "/dev/urandom", "brackets", "members"] {
        let began = Instant::now();
        desk.run(&format!("record verify {file} --dir harbour")).ends_with(3);
        assert!(began.elapsed() < Duration::from_secs(10), "{file} took {:?}", began.elapsed());
    }
    desk.run("record verify huge --dir harbour").refuses(3, &["4194304 octets"]);
}
