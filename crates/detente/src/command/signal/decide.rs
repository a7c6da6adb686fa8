//! What a person decides about signals: whose are looked for beyond the limits, and what is never flagged.

use std::path::Path;

use matching::bank::{Content, Harmless};
use matching::pdq::MIN_QUALITY;
use record::digest::PartyId;
use record::json::{Json, Map};
use record::stix::StixId;

use super::not_here;
use crate::arguments::{
    SignalAllowArguments, SignalHarmlessAddArguments, SignalHarmlessCommand, SignalHarmlessListArguments,
    SignalHarmlessRemoveArguments,
};
use crate::clock;
use crate::command::incident::Reading;
use crate::command::scan::{content, followed};
use crate::outcome::{Done, Failure};
use crate::report::{Report, one_line};
use crate::scanning::{Allowed, HarmlessEntry, Settings};

pub(super) fn allow(arguments: &SignalAllowArguments, report: &mut Report) -> Done {
    // Held while the file is written: no other command changes it meanwhile.
    let reading = Reading::open(&arguments.dir)?;
    let who = who(arguments, &reading)?;
    let mut settings = Settings::read(&arguments.dir)?;
    let was_allowed = settings.allowed.contains(&who);
    settings.allowed.retain(|one| *one != who);
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
    report.data("allowed", Json::Bool(!arguments.undo));
    report.data("who", who.to_map());
    Ok(())
}

fn who(arguments: &SignalAllowArguments, reading: &Reading) -> Done<Allowed> {
    if let Ok(party) = arguments.who.parse::<PartyId>() {
        return Ok(Allowed::Party(party));
    }
    let id: StixId = arguments.who.parse().map_err(|_| {
        Failure::input(format!("`{}` is neither a party nor the id of a signal", arguments.who))
            .advise("`detente signal list --dir DIR` has both")
    })?;
    let scanner = followed(reading, &arguments.dir)?;
    let is_its = |author: &str| arguments.author.is_none_or(|party| party.to_string() == author);
    let mut all = scanner.known().filter(|(name, _)| name.id == id && is_its(&name.author));
    let (name, _) = all.next().ok_or_else(|| not_here(&id))?;
    if all.next().is_some() {
        return Err(
            Failure::input(format!("several parties have a signal {id}")).advise("say whose with --author PARTY")
        );
    }
    Ok(Allowed::Signal(name.author.parse().map_err(Failure::input)?, id))
}

pub(super) fn harmless(command: &SignalHarmlessCommand, report: &mut Report) -> Done {
    match command {
        SignalHarmlessCommand::Add(arguments) => add(arguments, report),
        SignalHarmlessCommand::List(arguments) => list(arguments, report),
        SignalHarmlessCommand::Remove(arguments) => remove(arguments, report),
    }
}

fn add(arguments: &SignalHarmlessAddArguments, report: &mut Report) -> Done {
    let (_, content) = content(&arguments.file, arguments.kind)?;
    let content = harmless_of(content, &arguments.file)?;
    let entry = HarmlessEntry { note: arguments.note.clone(), by: arguments.by.clone(), at: clock::now(), content };
    let _held = Reading::open(&arguments.dir)?;
    let mut settings = Settings::read(&arguments.dir)?;
    let is_known = settings.harmless.iter().any(|known| known.content == entry.content);
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

fn harmless_of(content: Content, file: &Path) -> Done<Harmless> {
    match content {
        Content::Text(text) => Ok(Harmless::keys_of(&text)),
        Content::Picture { fingerprint, .. } if fingerprint.quality >= MIN_QUALITY => {
            Ok(Harmless::Picture(fingerprint.hash))
        }
        Content::Key(key) => Ok(Harmless::Digest(*key.digest())),
        Content::Picture { .. } | Content::Package { .. } | _ => {
            Err(Failure::input(format!("there is too little in `{}` to know it again", file.display()))
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
    settings.write(&arguments.dir)?;
    report.line(format!("It is flagged again: {}", one_line(&entry.note)));
    report.data("removed", row(place + 1, &entry));
    Ok(())
}
