//! Files that follow one another, and what a crash between two steps leaves.

use std::fs;

use access::{Caller, Entry, Method};
use record::time::Timestamp;

use super::{AccessLog, Limits};
use crate::arguments::{NodeArguments, PassphraseArguments};
use crate::clock;
use crate::command::log::Signing;
use crate::home::Home;
use crate::operations::tests::office::Office;
use crate::requests::{Files, REQUESTS};

/// Files of one line each: each minute begins another.
const SMALL: Limits = Limits { bytes: 1, files: 3 };

const MINUTE: i64 = 60_000_000;

/// A node whose site writes down requests.
struct Desk {
    office: Office,
    home: Home,
    node: Option<Signing>,
    log: Option<AccessLog>,
    minute: i64,
}

impl Desk {
    fn new(limits: Limits) -> Self {
        let office = Office::open();
        let home = office.home();
        let mut desk = Self { office, home, node: None, log: None, minute: 0 };
        desk.start(limits);
        desk
    }

    fn start(&mut self, limits: Limits) {
        let passphrase = PassphraseArguments { passphrase: false, passphrase_file: None };
        let node = Signing::open(&NodeArguments { dir: self.office.dir(), passphrase }).unwrap();
        self.log = Some(AccessLog::with(&self.home, &node.store, limits).unwrap());
        self.node = Some(node);
    }

    /// The process is killed: nothing is closed, and nothing logged.
    fn crash(&mut self) {
        (self.node, self.log) = (None, None);
    }

    fn end(&mut self) {
        self.log.as_ref().unwrap().close();
        self.keep();
        self.crash();
    }

    fn keep(&self) {
        let node = self.node.as_ref().unwrap();
        self.log.as_ref().unwrap().log(&node.store, node.history.party()).unwrap();
    }

    /// One request, in a minute of its own.
    fn request(&mut self) {
        self.minute += 1;
        let time = Timestamp::from_micros(clock::now().micros() + self.minute * MINUTE);
        let caller = Caller::nobody();
        let entry = Entry {
            time,
            caller: &caller,
            address: None,
            method: Method::Get,
            route: None,
            status: 200,
            octets: 1,
            duration_micros: 1,
        };
        assert_eq!(self.log.as_ref().unwrap().write(&entry), None);
    }

    fn names(&self) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(self.home.dir())
            .unwrap()
            .map(|file| file.unwrap().file_name().into_string().unwrap())
            .filter(|name| name.starts_with(REQUESTS))
            .collect();
        names.sort();
        names
    }

    /// What `account requests` says: lines that hold, that no digest covers, and that were let go.
    fn checked(&self) -> (i64, i64, i64) {
        let told = self.office.type_in(&format!("account requests --dir {}", self.office.dir().display()));
        let count = |name: &str| told.get(name).and_then(record::json::Json::as_integer).unwrap();
        (count("covered"), count("uncovered"), count("let_go"))
    }

    fn older(&self, end: u64) -> std::path::PathBuf {
        self.home.dir().join(format!("{REQUESTS}.{end:020}"))
    }
}

#[test]
fn a_file_that_is_full_is_followed_by_another_and_the_chain_goes_on() {
    let mut desk = Desk::new(SMALL);
    for _ in 0..3 {
        desk.request();
    }
    desk.end();
    assert_eq!(desk.names(), ["access.log", "access.log.00000000000000000001", "access.log.00000000000000000002"]);
    assert_eq!(desk.checked(), (3, 0, 0));
    desk.start(SMALL);
    desk.request();
    desk.end();
    assert_eq!(desk.checked(), (4, 0, 0), "and over a restart");
    let file = desk.older(2);
    let changed = fs::read_to_string(&file).unwrap().replace("200", "404");
    fs::write(&file, changed).unwrap();
    assert!(desk.is_refused(), "a line of an older file was changed");
}

#[test]
fn a_small_log_stays_one_file() {
    let mut desk = Desk::new(Limits::default());
    for _ in 0..5 {
        desk.request();
    }
    desk.end();
    assert_eq!((desk.names(), desk.checked()), (vec!["access.log".to_owned()], (5, 0, 0)));
}

impl Desk {
    fn is_refused(&self) -> bool {
        let typed = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| self.checked()));
        typed.is_err()
    }
}

#[test]
fn the_oldest_files_go_and_whoever_takes_another_away_is_found() {
    let mut desk = Desk::new(SMALL);
    for _ in 0..7 {
        desk.request();
        desk.keep();
    }
    desk.end();
    assert_eq!(desk.names().len(), 4, "three older ones and the one that is written: {:?}", desk.names());
    assert_eq!(desk.checked(), (3, 0, 4));
    fs::remove_file(desk.older(5)).unwrap();
    assert!(desk.is_refused(), "no log says that this one was let go");
}

#[test]
fn a_file_out_of_the_middle_is_missed() {
    let mut desk = Desk::new(SMALL);
    for _ in 0..4 {
        desk.request();
    }
    desk.end();
    fs::remove_file(desk.older(2)).unwrap();
    assert!(desk.is_refused());
}

#[test]
fn a_crash_after_any_step_of_the_change_loses_no_line() {
    // The next file is made, the old one has its new name, the next one has its name; and digests are not logged yet.
    for step in 0..3 {
        let mut desk = Desk::new(Limits::default());
        desk.request();
        desk.request();
        desk.crash();
        let (path, next) = (desk.home.dir().join(REQUESTS), desk.home.dir().join("access.log.new"));
        fs::write(&next, "").unwrap();
        private(&next);
        if step > 0 {
            fs::rename(&path, desk.older(2)).unwrap();
        }
        if step > 1 {
            fs::rename(&next, &path).unwrap();
        }
        desk.start(SMALL);
        desk.request();
        desk.end();
        assert!(!desk.names().contains(&"access.log.new".to_owned()), "step {step}: {:?}", desk.names());
        assert_eq!(desk.checked(), (3, 0, 0), "step {step}");
    }
}

#[test]
fn what_a_crash_cut_off_is_no_line_and_digests_that_were_not_logged_are_made_again() {
    let mut desk = Desk::new(SMALL);
    for _ in 0..3 {
        desk.request();
    }
    desk.crash();
    let path = desk.home.dir().join(REQUESTS);
    let torn = [fs::read(&path).unwrap().as_slice(), b"{\"time\":\"20"].concat();
    fs::write(&path, torn).unwrap();
    assert_eq!(desk.checked().0, 0);
    desk.start(SMALL);
    desk.request();
    desk.end();
    assert_eq!(desk.checked(), (4, 0, 0), "one digest over three files, and one behind it");
    // The first file goes: of the minute that it is a part of nothing more is proved, and the rest holds.
    desk.start(Limits { bytes: u64::MAX, files: 2 });
    desk.request();
    desk.end();
    assert_eq!(desk.checked(), (2, 0, 1));
}

#[test]
fn a_crash_between_the_note_and_the_deletion_leaves_a_file_that_goes_later() {
    let mut desk = Desk::new(SMALL);
    for _ in 0..5 {
        desk.request();
    }
    // The note is logged, and the file is still there.
    let node = desk.node.as_ref().unwrap();
    assert!(super::is_logged(&node.store, node.history.party(), &crate::accounts_file::let_go(1)).unwrap());
    desk.log.as_ref().unwrap().lock().has_more = false;
    desk.end();
    assert_eq!(desk.checked(), (5, 0, 0), "it is checked as long as it is there");
    desk.start(SMALL);
    desk.request();
    desk.end();
    let (covered, uncovered, let_go) = desk.checked();
    assert_eq!((covered + let_go, uncovered), (6, 0));
    assert!(let_go > 0 && !desk.older(1).exists());
}

#[test]
fn a_file_that_cannot_be_followed_by_another_goes_on() {
    let mut desk = Desk::new(SMALL);
    desk.request();
    // A folder stands where the next file would be.
    fs::create_dir(desk.home.dir().join("access.log.new")).unwrap();
    let log = desk.log.as_ref().unwrap();
    let refused = log.lock().begin_another().unwrap_err();
    assert!(refused.contains("cannot begin another"), "{refused}");
    log.lock().append("{}").unwrap();
    let lines = Files::of(&desk.home).lines_behind(0).unwrap();
    assert_eq!(lines.len(), 2, "{lines:?}");
}

#[cfg(unix)]
fn private(path: &std::path::Path) {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(path, fs::Permissions::from_mode(0o600)).unwrap();
}

#[cfg(not(unix))]
fn private(_path: &std::path::Path) {}
