//! Steps of the story: commands as a person would type them, run by their own code, and a look at what they left.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use clap::Parser as _;
use record::json::{self, Json, Map};

use super::cast::Cast;
use super::story::Story;
use crate::arguments::{Arguments, Command};
use crate::command;
use crate::outcome::{Done, Failure};
use crate::report::Report;

/// Does what a person would do with this command, and answers with what it told.
pub(super) fn act(cast: &Cast, story: &Story<'_>, command: &str) -> Done<String> {
    story.command(command);
    perform(cast, command)
}

/// The same, without showing the command.
pub(super) fn perform(cast: &Cast, command: &str) -> Done<String> {
    let (told, done) = perform_and_hear(cast, command)?;
    done.map(|()| told)
}

/// The same for a command that may end with a failure after it has told something.
pub(super) fn perform_and_hear(cast: &Cast, command: &str) -> Done<(String, Done)> {
    cast.interrupt.check()?;
    let dir = cast.dir.display().to_string();
    // A digest may hold the three letters too: only a path begins with them.
    let in_dir = |word: String| match word.strip_prefix("DIR") {
        Some(rest) if rest.is_empty() || rest.starts_with('/') => format!("{dir}{rest}"),
        _ => word,
    };
    let words = split(command).into_iter().map(in_dir);
    let arguments = Arguments::try_parse_from(std::iter::once("detente".to_owned()).chain(words));
    let mut report = Report::quiet();
    let done = run(arguments.map_err(Failure::arguments)?.command, &mut report);
    Ok((report.told(), done))
}

/// Asks a node without showing the command: the story asks often. What cannot be told yet is nothing.
pub(super) fn quiet(cast: &Cast, command: &str) -> Map {
    perform(cast, command).map(|answer| told(&answer)).unwrap_or_default()
}

fn run(command: Command, report: &mut Report) -> Done {
    match command {
        Command::Record(record) => command::record::run(record, report),
        Command::Log(log) => command::log::run(log, report),
        Command::Import(import) => command::import::run(&import, report),
        Command::Export(export) => command::export::run(&export, report),
        Command::Verify(check) => command::check::run(&check, report),
        Command::Partner(partner) => command::partner::run(partner, report),
        Command::Agreement(agreement) => command::agreement::run(agreement, report),
        Command::Release(release) => command::release::run(release, report),
        Command::Label(label) => command::label::run(label, report),
        Command::Floor(floor) => command::floor::run(floor, report),
        Command::Peer(peer) => command::peer::run(&peer, report),
        Command::Feed(feed) => command::feed::run(&feed, report),
        Command::Bundle(bundle) => command::bundle::run(&bundle, report),
        Command::Clarify(clarify) => command::clarify::run(&clarify, report),
        Command::Alarm(alarm) => command::alarm::run(&alarm, report),
        Command::Incident(incident) => command::incident::run(&incident, report),
        Command::Countermeasure(one) => command::countermeasure::run(&one, report),
        Command::Report(one) => command::intake::run(&one, report),
        Command::Signal(signal) => command::signal::run(&signal, report),
        Command::Sighting(sighting) => command::sighting::run(&sighting, report),
        Command::Scan(scan) => command::scan::run(&scan, report),
        Command::Search(search) => command::search::run(&search, report),
        Command::Duties(duties) => command::duties::run(&duties, report),
        Command::Watch(watch) => command::watch::run(&watch, report),
        Command::Stix(stix) => command::stix::run(&stix, report),
        Command::Taxii(taxii) => command::taxii::run(&taxii, report),
        Command::Account(account) => command::account::run(account, report),
        Command::Token(token) => command::token::run(token, report),
        Command::Api(_)
        | Command::Serve(_)
        | Command::Init(_)
        | Command::Key(_)
        | Command::Rebuild(_)
        | Command::Demo(_) => Err(Failure::arguments("the story has no such command")),
    }
}

/// Words as a shell splits them, as far as the story needs it.
fn split(command: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut is_quoted = false;
    for character in command.chars() {
        match character {
            '"' => is_quoted = !is_quoted,
            ' ' if !is_quoted => words.push(String::new()),
            _ => words.last_mut().into_iter().for_each(|word| word.push(character)),
        }
    }
    words
}

/// What a command told, as a program reads it.
pub(super) fn told(answer: &str) -> Map {
    match json::parse(answer.as_bytes()) {
        Ok(Json::Object(map)) => map,
        _ => Map::new(),
    }
}

/// One fact that a command told.
pub(super) fn fact(answer: &str, name: &str) -> Done<String> {
    let known = told(answer).text(name).map(str::to_owned);
    known.ok_or_else(|| Failure::environment(format!("the command did not tell its `{name}`")))
}

/// The rows of a list that a command told.
pub(super) fn rows(answer: &Map, name: &str) -> Vec<Map> {
    let rows = answer.get(name).and_then(Json::as_array).unwrap_or_default();
    rows.iter().filter_map(|row| row.as_object().cloned()).collect()
}

/// A number that a command told; none is 0.
pub(super) fn count(map: &Map, name: &str) -> u64 {
    map.get(name).and_then(Json::as_integer).and_then(|number| u64::try_from(number).ok()).unwrap_or(0)
}

/// Whether a record's text holds words, also inside its disclosures.
pub(super) fn decoded_holds(text: &str, words: &str) -> bool {
    let disclosed = text.split('"').filter_map(|part| record::base64url::decode(part).ok());
    text.contains(words) || disclosed.into_iter().any(|part| String::from_utf8_lossy(&part).contains(words))
}

/// How long the story waits for another node: far longer than a round takes, also on a machine that does much else.
const PATIENCE: Duration = Duration::from_secs(60);

/// How often it looks at what it heard.
const LOOK_EVERY: Duration = Duration::from_millis(50);

/// How often it asks a running node: each question takes the node's directory, and what the node was reading begins anew.
const ASK_EVERY: Duration = Duration::from_secs(1);

/// Waits until something was heard; whether it ever was.
pub(super) fn until_heard(cast: &Cast, is_so: impl Fn() -> bool) -> Done<bool> {
    wait(cast, is_so, LOOK_EVERY)
}

/// Waits until a running node says that something is so; whether it ever did.
pub(super) fn until_told(cast: &Cast, is_so: impl Fn() -> bool) -> Done<bool> {
    wait(cast, is_so, ASK_EVERY)
}

fn wait(cast: &Cast, is_so: impl Fn() -> bool, every: Duration) -> Done<bool> {
    let end = Instant::now().checked_add(PATIENCE);
    while !is_so() {
        cast.interrupt.check()?;
        if end.is_none_or(|end| Instant::now() >= end) {
            return Ok(false);
        }
        std::thread::sleep(every);
    }
    Ok(true)
}

/// Copies a directory.
pub(super) fn copy(from: &Path, to: &Path) -> Done {
    let cannot = |error: std::io::Error| Failure::environment(format!("cannot copy `{}`: {error}", from.display()));
    fs::create_dir_all(to).map_err(cannot)?;
    for entry in fs::read_dir(from).map_err(cannot)? {
        let entry = entry.map_err(cannot)?;
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), target).map(drop).map_err(cannot)?;
        }
    }
    Ok(())
}

/// Whether any file below a folder holds these octets.
pub(super) fn folder_holds(folder: &Path, words: &[u8]) -> bool {
    files(folder)
        .iter()
        .any(|path| fs::read(path).is_ok_and(|octets| octets.windows(words.len()).any(|window| window == words)))
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}
