//! What a person decides about signals: whose are looked for beyond the limits, and what is never flagged.

use std::path::Path;

use access::Right;
use matching::bank::{Content, Harmless, SignalName};
use matching::pdq::MIN_QUALITY;
use matching::signal::ExactKey;
use record::digest::PartyId;
use record::json::{Json, Map};
use record::stix::StixId;

use super::only_one;
use crate::arguments::{
    SignalAllowArguments, SignalHarmlessAddArguments, SignalHarmlessCommand, SignalHarmlessListArguments,
    SignalHarmlessRemoveArguments,
};
use crate::clock;
use crate::command::incident::Reading;
use crate::command::scan::{content, followed};
use crate::home::Home;
use crate::operations::asked;
use crate::outcome::{Done, Failure};
use crate::report::{Report, one_line};
use crate::scanning::{Allowed, FileDigest, HarmlessEntry, Settings};

pub(super) fn allow(arguments: &SignalAllowArguments, report: &mut Report) -> Done {
    // Held while the file is written: no other command changes it meanwhile.
    let reading = Reading::open(&arguments.dir)?;
    let who = who(arguments, &reading)?;
    let mut settings = Settings::read(&arguments.dir)?;
    // For one from whom a signal is hidden it was not let in, and is held to nothing: as one that is not here.
    let is_hidden = arguments.undo && is_hidden(&who, &reading, &arguments.dir)?;
    let was_allowed = !is_hidden && settings.allowed.contains(&who);
    report.data("allowed", Json::Bool(!arguments.undo));
    report.data("who", who.to_map());
    if arguments.preview.preview {
        decided_nothing(report);
        return Ok(());
    }
    settings.allowed.retain(|one| *one != who || is_hidden);
    if !arguments.undo {
        settings.allowed.push(who.clone());
    }
    settings.write(&arguments.dir)?;
    drop(reading);
    report.line(match (arguments.undo, was_allowed) {
        (false, false) => "It is looked for without a limit; a running node does so within a second.",
        (false, true) => "It was allowed before.",
        (true, true) => "It is held to the limits again.",
        (true, false) => "It was not allowed before.",
    });
    report.data("made", Json::Bool(arguments.undo == was_allowed));
    Ok(())
}

fn is_hidden(who: &Allowed, reading: &Reading, dir: &Path) -> Done<bool> {
    let Allowed::Signal(party, id) = who else { return Ok(false) };
    if !asked::is_remote() {
        return Ok(false);
    }
    let scanner = followed(reading, dir)?;
    let Some(known) = scanner.find(&SignalName::new(&party.to_string(), id.clone())) else { return Ok(false) };
    asked::may_know_signal(&Home::open(dir)?, &reading.store, &known.record).map(|may| !may)
}

fn decided_nothing(report: &mut Report) {
    report.line("\nThis was a preview. Nothing was decided.");
    report.data("made", Json::Bool(false));
}

fn who(arguments: &SignalAllowArguments, reading: &Reading) -> Done<Allowed> {
    if let Ok(party) = arguments.who.parse::<PartyId>() {
        return Ok(Allowed::Party(party));
    }
    let wrong = || {
        Failure::input(format!("`{}` is neither a party nor the id of a signal", arguments.who))
            .advise("`detente signal list --dir DIR` has both")
    };
    let (author, id) = match arguments.who.split_once('/') {
        Some((party, id)) => (Some(party.parse::<PartyId>().map_err(|_| wrong())?), id),
        None => (arguments.author, arguments.who.as_str()),
    };
    let id: StixId = id.parse().map_err(|_| wrong())?;
    // What was let in once can be held again, also when the signal is here no more.
    if let Some(party) = author.filter(|_| arguments.undo) {
        return Ok(Allowed::Signal(party, id));
    }
    let scanner = followed(reading, &arguments.dir)?;
    let (party, _record) = only_one((reading, &arguments.dir), &scanner, (&id, author))?;
    Ok(Allowed::Signal(party, id))
}

pub(super) fn harmless(command: &SignalHarmlessCommand, report: &mut Report) -> Done {
    match command {
        SignalHarmlessCommand::Add(arguments) => add(arguments, report),
        SignalHarmlessCommand::List(arguments) => list(arguments, report),
        SignalHarmlessCommand::Remove(arguments) => remove(arguments, report),
    }
}

fn add(arguments: &SignalHarmlessAddArguments, report: &mut Report) -> Done {
    let content = given(arguments)?;
    let harmless = harmless_of(content.clone(), arguments.file.as_deref())?;
    let entry =
        HarmlessEntry { note: arguments.note.clone(), by: arguments.by.clone(), at: clock::now(), content: harmless };
    let reading = Reading::open(&arguments.dir)?;
    let mut settings = Settings::read(&arguments.dir)?;
    let is_known = settings.harmless.iter().any(|known| known.content == entry.content);
    if arguments.preview.preview {
        report.line(format!("what would never be flagged: a {}", entry.kind()));
        report.fact("note", entry.note.as_str());
        say_found(content, &reading, arguments, report)?;
        decided_nothing(report);
        return Ok(());
    }
    if !is_known {
        settings.harmless.push(entry.clone());
        settings.write(&arguments.dir)?;
    }
    report.line(if is_known {
        "It was harmless before."
    } else {
        "It is never flagged, nor is what is nearly the same."
    });
    report.data("harmless", row(settings.harmless.len(), &entry));
    report.data("made", Json::Bool(!is_known));
    Ok(())
}

/// What is said to be harmless: the content itself, or a file by its digest.
fn given(arguments: &SignalHarmlessAddArguments) -> Done<Content> {
    match (&arguments.file, arguments.sha256) {
        (Some(file), _) => content(file, arguments.kind).map(|(_, content)| content),
        (None, Some(FileDigest(digest))) => Ok(Content::Key(ExactKey::Plain(digest))),
        (None, None) => Err(Failure::arguments("give the content, or its digest with --sha256")),
    }
}

/// Which signals find it now. Over the network that is for whoever may scan: others would learn from it what the bank finds.
fn say_found(content: Content, reading: &Reading, arguments: &SignalHarmlessAddArguments, report: &mut Report) -> Done {
    if !asked::may(Right::Scan) {
        report.line("Which signals find it is told to whoever has the right `scan`.");
        return Ok(());
    }
    let scan = followed(reading, &arguments.dir)?.bank.scan(content, clock::now());
    for one in &scan.matches {
        report.line(format!("found by {}  {}", one.signal, one.kind));
    }
    report.data("found_now", Json::count(scan.matches.len()));
    report.data("found_by", Json::Array(scan.matches.iter().map(|one| Json::text(one.signal.as_str())).collect()));
    Ok(())
}

fn harmless_of(content: Content, file: Option<&Path>) -> Done<Harmless> {
    match content {
        Content::Text(text) => Ok(Harmless::keys_of(&text)),
        Content::Picture { fingerprint, .. } if fingerprint.quality >= MIN_QUALITY => {
            Ok(Harmless::Picture(fingerprint.hash))
        }
        Content::Key(key) => Ok(Harmless::Digest(*key.digest())),
        Content::Picture { .. } | Content::Package { .. } | _ => {
            let name = file.map_or_else(String::new, |file| format!(" in `{}`", file.display()));
            Err(Failure::input(format!("there is too little{name} to know it again"))
                .advise("name the file itself: --kind hash"))
        }
    }
}

fn list(arguments: &SignalHarmlessListArguments, report: &mut Report) -> Done {
    let _held = Reading::open(&arguments.dir)?;
    let settings = Settings::read(&arguments.dir)?;
    for (number, entry) in (1..).zip(&settings.harmless) {
        report.line(format!("{number}  {:<8}  {}  {}", entry.kind(), entry.at, one_line(&entry.note)));
    }
    report.line(format!("\n{} contents are never flagged", settings.harmless.len()));
    let rows = (1..).zip(&settings.harmless).map(|(number, entry)| Json::from(row(number, entry))).collect();
    report.data("harmless", Json::Array(rows));
    Ok(())
}

fn row(number: usize, entry: &HarmlessEntry) -> Map {
    let head = Map::new().with("number", Json::count(number));
    entry
        .to_map()
        .into_iter()
        .filter(|(name, _)| name != "near")
        .fold(head, |row, (name, value)| row.with(&name, value))
}

fn remove(arguments: &SignalHarmlessRemoveArguments, report: &mut Report) -> Done {
    let _held = Reading::open(&arguments.dir)?;
    let mut settings = Settings::read(&arguments.dir)?;
    let place = usize::from(arguments.number).checked_sub(1).filter(|place| *place < settings.harmless.len());
    let place = place.ok_or_else(|| {
        Failure::input(format!("there is no number {} in the list", arguments.number))
            .advise("`detente signal harmless list --dir DIR` has the numbers")
    })?;
    let entry = settings.harmless.remove(place);
    if arguments.decided_at.is_some_and(|at| at != entry.at) {
        return Err(Failure::refused(format!("number {} was decided at {}", arguments.number, entry.at))
            .advise("the list has changed since: read it again with `detente signal harmless list --dir DIR`"));
    }
    if arguments.preview.preview {
        report.data("removed", row(place + 1, &entry));
        decided_nothing(report);
        return Ok(());
    }
    settings.write(&arguments.dir)?;
    report.line(format!("It is flagged again: {}", one_line(&entry.note)));
    report.data("removed", row(place + 1, &entry));
    Ok(())
}
