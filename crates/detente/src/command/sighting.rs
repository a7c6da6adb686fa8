//! `detente sighting`: new.

use matching::signed::{SIGHTING_TYPE, Sighting};

use super::incident::{Desk, Reading, fresh_id, made_nothing};
use super::scan::followed;
use super::signal::only_one;
use crate::arguments::{SightingCommand, SightingNewArguments};
use crate::clock;
use crate::outcome::{Done, Failure};
use crate::report::Report;

pub(crate) fn run(command: &SightingCommand, report: &mut Report) -> Done {
    match command {
        SightingCommand::New(arguments) => new(arguments, report),
    }
}

fn new(arguments: &SightingNewArguments, report: &mut Report) -> Done {
    let reading = Reading::open(&arguments.node.dir)?;
    let scanner = followed(&reading, &arguments.node.dir)?;
    let asked = (&arguments.signal, arguments.author);
    let (signal_author, signal_record) = only_one((&reading, &arguments.node.dir), &scanner, asked)?;
    drop(reading);
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
