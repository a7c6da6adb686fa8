//! Steps of the story: commands as a person would type them, run by their own code, and a look at what they left.

use std::fs;
use std::path::{Path, PathBuf};

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
    let dir = cast.dir.display().to_string();
    // A digest may hold the three letters too: only a path begins with them.
    let in_dir = |word: String| match word.strip_prefix("DIR") {
        Some(rest) if rest.is_empty() || rest.starts_with('/') => format!("{dir}{rest}"),
        _ => word,
    };
    let words = split(command).into_iter().map(in_dir);
    let arguments = Arguments::try_parse_from(std::iter::once("detente".to_owned()).chain(words));
    let mut report = Report::quiet();
    match arguments.map_err(Failure::arguments)?.command {
        Command::Record(record) => command::record::run(record, &mut report),
        Command::Log(log) => command::log::run(log, &mut report),
        Command::Import(import) => command::import::run(&import, &mut report),
        Command::Export(export) => command::export::run(&export, &mut report),
        Command::Verify(check) => command::check::run(&check, &mut report),
        Command::Partner(partner) => command::partner::run(partner, &mut report),
        Command::Agreement(agreement) => command::agreement::run(agreement, &mut report),
        Command::Release(release) => command::release::run(release, &mut report),
        Command::Label(label) => command::label::run(label, &mut report),
        Command::Floor(floor) => command::floor::run(floor, &mut report),
        Command::Peer(peer) => command::peer::run(&peer, &mut report),
        Command::Feed(feed) => command::feed::run(&feed, &mut report),
        Command::Bundle(bundle) => command::bundle::run(&bundle, &mut report),
        Command::Clarify(clarify) => command::clarify::run(&clarify, &mut report),
        Command::Alarm(alarm) => command::alarm::run(&alarm, &mut report),
        Command::Incident(incident) => command::incident::run(&incident, &mut report),
        Command::Countermeasure(one) => command::countermeasure::run(&one, &mut report),
        Command::Report(one) => command::intake::run(&one, &mut report),
        Command::Search(search) => command::search::run(&search, &mut report),
        Command::Watch(watch) => command::watch::run(&watch, &mut report),
        Command::Stix(stix) => command::stix::run(&stix, &mut report),
        Command::Taxii(taxii) => command::taxii::run(&taxii, &mut report),
        Command::Account(account) => command::account::run(account, &mut report),
        Command::Token(token) => command::token::run(token, &mut report),
        Command::Api(_)
        | Command::Serve(_)
        | Command::Init(_)
        | Command::Key(_)
        | Command::Rebuild(_)
        | Command::Demo(_) => Err(Failure::arguments("the story has no such command")),
    }?;
    Ok(report.told())
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
