//! Disks that are full, and readers that go away.

use std::fs::OpenOptions;
use std::process::{Command, Stdio};

use crate::scene::{DETENTE, Desk, Run};

/// Types a command whose answer goes to a device that is always full.
fn into_full_device(desk: &Desk, words: &str) -> Run {
    let full = OpenOptions::new().write(true).open("/dev/full").unwrap();
    let mut command = Command::new(DETENTE);
    command.args(words.split_whitespace()).current_dir(desk.path("")).stdout(full);
    Run::from(command.output().unwrap())
}

/// Types a command whose reader has gone before the first word.
fn into_closed_pipe(desk: &Desk, words: &str) -> Run {
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let mut command = Command::new(DETENTE);
    command.args(words.split_whitespace()).current_dir(desk.path("")).stdin(Stdio::null()).stdout(writer);
    Run::from(command.output().unwrap())
}

#[test]
fn a_full_disk_keeps_no_half_record() {
    let desk = Desk::with_record();
    std::fs::create_dir(desk.path("small")).unwrap();
    for words in ["record sign object.json", "record present whole.json --all"] {
        let script = format!(
            "mount -t tmpfs -o size=8k tmpfs small && \"$0\" {words} --dir harbour --out small/r.json; \
             code=$?; ls -A small; exit $code"
        );
        let Some(run) = desk.run_with_disks(&script) else { return };
        let run = run.refuses(4, &["cannot write `small/r.json`: No space left on device", "make room"]);
        assert_eq!(run.out, "", "nothing was said as if it had worked, and nothing is left");
    }
}

#[test]
fn an_answer_that_does_not_fit_is_no_success() {
    let desk = Desk::with_record();
    for words in [
        "record sign object.json --dir harbour",
        "record show whole.json",
        "--json record verify whole.json --dir harbour",
        "log list --dir harbour",
    ] {
        into_full_device(&desk, words).refuses(4, &["the answer could not be written"]);
    }
}

#[test]
fn a_lost_recovery_key_is_no_success() {
    for run in [into_full_device, into_closed_pipe] {
        let desk = Desk::new();
        let advice = "its recovery key could not be shown, so no party was made: run init again";
        run(&desk, "init --dir node --name en=Harbour").refuses(4, &[advice]);
        run(&desk, "--json init --dir other --name en=Harbour").refuses(4, &[advice]);
        assert_eq!(desk.names(), [""; 0], "a party whose recovery key nobody saw does not begin");
    }
}

#[test]
fn a_reader_that_has_seen_enough_is_no_error() {
    let desk = Desk::with_record();
    for words in [
        "record show whole.json",
        "--json record show whole.json",
        "record sign object.json --dir harbour",
        "log list --dir harbour",
        "--help",
    ] {
        assert_eq!(into_closed_pipe(&desk, words).ends_with(0).err, "", "{words}");
    }
}
