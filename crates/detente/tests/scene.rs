//! What the tests of all modules stand on: a desk with files on it, and a person who types commands at it.
#![expect(clippy::print_stdout, reason = "a test that was skipped must say so")]

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;

/// The binary under test.
pub(crate) const DETENTE: &str = env!("CARGO_BIN_EXE_detente");

/// A real incident with every property that its kind knows.
pub(crate) const TEMPE: &str = include_str!("../../../data/incidents/tempe-test-vehicle.json");

/// The pointer of our incident extension.
pub(crate) const EXTENSION: &str = "/object/extensions/extension-definition--e23affed-2d24-48e5-a8b5-9fa59a0701cd";

/// A small incident: what a person types in a hurry.
pub(crate) const HURRIED: &str =
    r#"{"type":"incident","spec_version":"2.1","name":"Crane stopped","description":"It stood still for an hour."}"#;

/// A directory of its own for one story, gone at its end. Commands run in it, so that their arguments are short.
pub(crate) struct Desk(TempDir);

impl Desk {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    /// A desk with a node `harbour` and its signed record `whole.json` of the incident in Tempe.
    pub(crate) fn with_record() -> Self {
        let desk = Self::with_node();
        desk.sign(TEMPE, "whole.json");
        desk
    }

    /// A desk with a node `harbour`.
    pub(crate) fn with_node() -> Self {
        let desk = Self::new();
        desk.run("init --dir harbour --name en=Harbour").ends_with(0);
        desk
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, text: impl AsRef<[u8]>) {
        std::fs::write(self.path(name), text).unwrap();
    }

    pub(crate) fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap()
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.path(name).exists()
    }

    /// Signs an object as the node `harbour`.
    pub(crate) fn sign(&self, object: &str, out: &str) {
        self.write("object.json", object);
        self.run(&format!("record sign object.json --dir harbour --out {out}")).ends_with(0);
    }

    /// What a record shows, as a program reads it, under Harbour's keys.
    pub(crate) fn shown(&self, record: &str) -> Value {
        self.run(&format!("--json record show {record} --dir harbour")).ends_with(0).json()
    }

    /// Types a command whose words hold no spaces.
    pub(crate) fn run(&self, words: &str) -> Run {
        self.run_words(&words.split_whitespace().collect::<Vec<_>>())
    }

    pub(crate) fn run_words(&self, words: &[&str]) -> Run {
        Run::from(self.command().args(words).output().unwrap())
    }

    /// Types a command, and gives it something on standard input.
    pub(crate) fn feed(&self, words: &str, input: &[u8]) -> Run {
        let mut command = self.command();
        let mut child = command.args(words.split_whitespace()).stdin(Stdio::piped()).spawn().unwrap();
        // A command that has read enough closes its input early.
        let _early = child.stdin.take().unwrap().write_all(input);
        Run::from(child.wait_with_output().unwrap())
    }

    /// Starts a command and does not wait for it.
    pub(crate) fn start(&self, words: &str) -> Child {
        self.command().args(words.split_whitespace()).spawn().unwrap()
    }

    fn command(&self) -> Command {
        let mut command = Command::new(DETENTE);
        command.current_dir(self.0.path()).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    /// Runs a shell script on the desk; the binary is `$0`.
    pub(crate) fn run_script(&self, script: &str) -> Run {
        Run::from(Command::new("sh").args(["-c", script, DETENTE]).current_dir(self.0.path()).output().unwrap())
    }

    /// Runs a shell script on the desk, with disks of its own to mount; the binary is `$0`. `None`, said aloud, where the
    /// machine does not let us mount anything.
    pub(crate) fn run_with_disks(&self, script: &str) -> Option<Run> {
        let shell = |script: &str| {
            let mut command = Command::new("unshare");
            command
                .args(["--user", "--map-root-user", "--mount", "sh", "-c", script, DETENTE])
                .current_dir(self.0.path());
            command.output()
        };
        let can_mount = shell("mount -t tmpfs -o size=4k tmpfs .").is_ok_and(|output| output.status.success());
        if !can_mount {
            println!("SKIPPED: this machine does not let a test mount a small disk");
            return None;
        }
        Some(Run::from(shell(script).unwrap()))
    }

    /// Every file in a directory, by its path, with its octets.
    pub(crate) fn files(&self, name: &str) -> BTreeMap<PathBuf, Vec<u8>> {
        let mut files = BTreeMap::new();
        collect(&self.path(name), &mut files);
        files
    }

    /// The files of a node that are no part of its store: keys, profile, and what a killed command left of them.
    pub(crate) fn party_files(&self, name: &str) -> BTreeMap<PathBuf, Vec<u8>> {
        let mut files = self.files(name);
        let dir = self.path(name);
        files.retain(|path, _| !is_of_store(path.strip_prefix(&dir).unwrap_or(path)));
        files
    }

    /// Ends the test unless a node has its two files and a log that holds.
    pub(crate) fn is_whole_node(&self, name: &str) {
        let dir = self.path(name);
        let files = self.party_files(name);
        let names: Vec<_> = files.keys().map(|path| path.strip_prefix(&dir).unwrap().to_str().unwrap()).collect();
        assert_eq!(names, ["keys.json", "profile.json"]);
        self.run(&format!("verify {name}")).ends_with(0);
    }

    /// The names that lie on the desk itself.
    pub(crate) fn names(&self) -> Vec<String> {
        let mut names: Vec<_> = std::fs::read_dir(self.0.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    }
}

/// Whether a path inside a node's directory belongs to its store.
pub(crate) fn is_of_store(path: &Path) -> bool {
    let first = path.components().next().map(|part| part.as_os_str().to_string_lossy().into_owned());
    first.is_some_and(|first| ["body-keys", "layout", "lock", "log", "search", "segments", "views"].contains(&&*first))
}

fn collect(path: &Path, files: &mut BTreeMap<PathBuf, Vec<u8>>) {
    if path.is_dir() {
        std::fs::read_dir(path).unwrap().for_each(|entry| collect(&entry.unwrap().path(), files));
    } else {
        files.insert(path.to_owned(), std::fs::read(path).unwrap());
    }
}

/// What a command said, and how it ended.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl From<Output> for Run {
    fn from(output: Output) -> Self {
        let text = |octets| String::from_utf8(octets).unwrap();
        Self { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
    }
}

impl Run {
    /// Ends the test unless the command ended with this code, and without a panic.
    pub(crate) fn ends_with(self, code: i32) -> Self {
        assert!(self.code == Some(code) && !self.err.contains("panicked"), "expected exit {code}: {self:#?}");
        self
    }

    /// Ends the test unless the command refused with this code, and said all of this on standard error.
    pub(crate) fn refuses(self, code: i32, words: &[&str]) -> Self {
        let run = self.ends_with(code);
        assert!(words.iter().all(|word| run.err.contains(word)), "expected {words:?} in: {run:#?}");
        run
    }

    /// Ends the test unless the answer holds all of this.
    pub(crate) fn says(self, words: &[&str]) -> Self {
        assert!(words.iter().all(|word| self.out.contains(word)), "expected {words:?} in: {self:#?}");
        self
    }

    /// The answer as one JSON object on one line, and nothing else.
    pub(crate) fn json(&self) -> Value {
        one_object(&self.out)
    }

    /// The error as one JSON object on one line, with an answer that stayed empty.
    pub(crate) fn json_error(&self) -> Value {
        assert!(self.out.is_empty(), "an answer beside an error: {self:#?}");
        one_object(&self.err)["error"].clone()
    }

    /// The value that follows a name, as a person reads it.
    pub(crate) fn fact(&self, name: &str) -> String {
        let line = self.out.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
        line.unwrap_or_else(|| panic!("no `{name}` in: {self:#?}")).trim().to_owned()
    }
}

fn one_object(text: &str) -> Value {
    let line = text.strip_suffix('\n').unwrap_or_else(|| panic!("no line: {text:?}"));
    assert!(!line.contains('\n'), "more than one line: {text}");
    let value: Value = serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {text}"));
    assert!(value.is_object(), "not an object: {text}");
    value
}
