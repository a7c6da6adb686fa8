//! `detente sighting`: new.

use matching::bank::SignalName;
use matching::signed::{SIGHTING_TYPE, Sighting};
use record::digest::{PartyId, RecordDigest};

use super::incident::{Desk, Reading, fresh_id, made_nothing};
use super::scan::followed;
use super::signal::not_here;
use crate::arguments::{SightingCommand, SightingNewArguments};
use crate::clock;
use crate::outcome::{Done, Failure};
use crate::report::Report;
use crate::scanning::Scanner;

pub(crate) fn run(command: &SightingCommand, report: &mut Report) -> Done {
    match command {
        SightingCommand::New(arguments) => new(arguments, report),
    }
}

fn new(arguments: &SightingNewArguments, report: &mut Report) -> Done {
    let reading = Reading::open(&arguments.node.dir)?;
    let scanner = followed(&reading, &arguments.node.dir)?;
    drop(reading);
    let (signal_author, signal_record) = seen(&scanner, arguments)?;
    let now = clock::now();
    let last = arguments.last.as_ref().map_or(now, incident::Moment::instant);
    let first = arguments.first.as_ref().map_or(last, incident::Moment::instant);
    let id = fresh_id(SIGHTING_TYPE)?;
    let object = Sighting::to_object(
        &id,
        now,
        (&arguments.signal, signal_author, signal_record),
        (first, last, arguments.count),
    );
    let object = object.map_err(Failure::input)?;
    report.fact("sighting", id.as_str());
    report.fact("signal", arguments.signal.as_str());
    report.fact("signal_author", signal_author.to_string());
    if arguments.preview.preview {
        made_nothing("This was a preview.", report);
        return Ok(());
    }
    let desk = Desk::open(&arguments.node)?;
    let record = desk.node.sign(object)?;
    desk.log(&record, report)
}

/// Whose signal was seen, and in which record it stands.
fn seen(scanner: &Scanner, arguments: &SightingNewArguments) -> Done<(PartyId, RecordDigest)> {
    let author = arguments.author.map(|party| party.to_string());
    let is_it = |name: &SignalName| {
        name.id == arguments.signal && author.as_deref().is_none_or(|author| *name.author == *author)
    };
    let mut all = scanner.known().filter(|(name, _)| is_it(name));
    let (name, known) = all.next().ok_or_else(|| not_here(&arguments.signal))?;
    if all.next().is_some() {
        return Err(Failure::input(format!("several parties have a signal {}", arguments.signal))
            .advise("say whose was found with --author PARTY; `detente signal show` names them"));
    }
    Ok((name.author.parse().map_err(Failure::input)?, known.record))
}
