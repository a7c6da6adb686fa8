//! `detente incident timeline`: all that happened around an incident, each line with what proves it.

pub(crate) mod things;

use std::path::Path;

use incident::timeline::{Dated, Due, Line, Proof, What, timeline};
use record::json::{Json, Map};

use super::{Reading, words};
use crate::arguments::IncidentTimelineArguments;
use crate::clock;
use crate::outcome::Done;
use crate::report::Report;

use things::{Seats, Things};

pub(super) fn run(arguments: &IncidentTimelineArguments, report: &mut Report) -> Done {
    let reading = Reading::open(&arguments.dir)?;
    let case = reading.cases().named(&arguments.incident)?;
    report.fact("incident", case.id.as_str());
    let Things { dated, seats, is_cut } = Things::of(&reading.cases(), &case)?;
    let mut rows = Vec::new();
    for line in timeline(dated, clock::now()) {
        say(&reading, &line, &seats, &arguments.dir, report);
        rows.push(to_json(&reading, &line, &seats, &arguments.dir));
    }
    if is_cut {
        report.line("\nthere is more than is read: ours and the last of each log are here");
    }
    report.data("is_cut", Json::Bool(is_cut));
    report.line("\nTimes are those that whoever signed a line gives; its place in a log says only that it was not logged later.");
    report.data("lines", Json::Array(rows));
    Ok(())
}

fn say(reading: &Reading, line: &Line, seats: &Seats, dir: &Path, report: &Report) {
    let thing = &line.thing;
    let due = line.due.map(|due| format!("  [{}]", due_words(due))).unwrap_or_default();
    let who = words::name(&reading.ring, thing.who);
    report.line(format!("{}  {who}: {}{due}", thing.at, what(reading, thing)));
    report.line(format!("      {}", proof(thing.proof)));
    for seat in seats.of(thing) {
        report.line(format!("      {}  {}", seat.words(), seat.proving(dir)));
    }
}

fn proof(proof: Proof) -> String {
    match proof {
        Proof::Record(digest) => format!("record {digest}"),
        Proof::Message(digest) => format!("message {digest}"),
        Proof::Statement(digest) => format!("statement {digest}"),
        _ => "another proof".to_owned(),
    }
}

const fn due_words(due: Due) -> &'static str {
    match due {
        Due::Ahead => "ahead",
        Due::Met(_) => "met",
        Due::Late(_) => "late",
        Due::Missed => "MISSED",
    }
}

fn what(reading: &Reading, thing: &Dated) -> String {
    let stage = |stage: &Option<incident::Stage>| stage.map_or("stage not shown", incident::Stage::name);
    match &thing.what {
        What::Fact { name, precision } => {
            let exact = precision.map(|word| format!(" (exact to the {word})")).unwrap_or_default();
            format!("says: {name}{exact}")
        }
        What::Reported { stage: at } => format!("reported ({})", stage(at)),
        What::Edited { stage: at, places } => {
            let places: Vec<_> = places.iter().map(|place| words::place(place.as_str())).collect();
            format!("made a version ({}): {}", stage(at), words::cut(&places.join(", ")))
        }
        What::Labelled { place } => format!("labelled {}", words::cut(place)),
        What::Linked { word, ends: (from, to) } => format!("said that {from} {} {to}", words::link(*word)),
        What::TookBack { statements } => {
            let all: Vec<_> = statements.iter().map(ToString::to_string).collect();
            format!("took back {}", all.join(", "))
        }
        What::Released { to } => {
            let names: Vec<_> = to.iter().map(|party| words::name(&reading.ring, *party)).collect();
            format!("released to {}", names.join(", "))
        }
        What::Acknowledged { .. } => "acknowledged that they have it".to_owned(),
        What::Asked { deadline } => {
            let until = deadline.map(|time| format!(", an answer until {time}")).unwrap_or_default();
            format!("asked{until}")
        }
        What::Answered { .. } => "answered".to_owned(),
        What::Deadline { duty, .. } => format!("deadline: {}", words::cut(duty)),
        _ => "something that this build does not know".to_owned(),
    }
}

/// What kind of line it is, for a program.
const fn kind(what: &What) -> &'static str {
    match what {
        What::Fact { .. } => "fact",
        What::Reported { .. } => "reported",
        What::Edited { .. } => "edited",
        What::Labelled { .. } => "labelled",
        What::Linked { .. } => "linked",
        What::TookBack { .. } => "took back",
        What::Released { .. } => "released",
        What::Acknowledged { .. } => "acknowledged",
        What::Asked { .. } => "asked",
        What::Answered { .. } => "answered",
        What::Deadline { .. } => "deadline",
        _ => "other",
    }
}

fn to_json(reading: &Reading, line: &Line, seats: &Seats, dir: &Path) -> Json {
    let thing = &line.thing;
    let places = seats.of(thing).map(|seat| Json::from(seat.to_map().with("proving", seat.proving(dir))));
    let map = Map::new().with("at", thing.at.to_string()).with("who", thing.who.to_string());
    let map = map.with("kind", kind(&thing.what)).with("says", what(reading, thing)).with("proof", proof(thing.proof));
    let map = map.with("due", line.due.map_or(Json::Null, |due| Json::from(due_words(due))));
    Json::from(map.with("places", Json::Array(places.collect())))
}
