//! `detente signal`: new, import, list, show, retract, and what a person decides about signals.

mod decide;
mod import;
mod new;

use std::collections::BTreeSet;
use std::path::Path;

use matching::bank::SignalName;
use matching::signal::{NewSignal, Signal, State};
use matching::signed::{BATCH_TYPE, NewBatch, RETRACTION_TYPE, Retraction};
use record::digest::{PartyId, RecordDigest};
use record::json::{Json, Map};
use record::stix::StixId;
use record::{Record, Signed};

use super::incident::{Desk, Reading, fresh_id, made_nothing};
use super::scan::followed;
use crate::arguments::{
    SignalAboutArguments, SignalCommand, SignalListArguments, SignalRetractArguments, SignalShowArguments,
};
use crate::clock;
use crate::holdings::Holdings;
use crate::home::Home;
use crate::operations::asked;
use crate::outcome::{Done, Failure};
use crate::proposals;
use crate::report::{Report, one_line};
use crate::scanning::{Known, Scanner, Settings};

pub(crate) fn run(command: &SignalCommand, report: &mut Report) -> Done {
    match command {
        SignalCommand::New(arguments) => new::run(arguments, report),
        SignalCommand::Import(arguments) => import::run(arguments, report),
        SignalCommand::List(arguments) => list(arguments, report),
        SignalCommand::Show(arguments) => show(arguments, report),
        SignalCommand::Retract(arguments) => retract(arguments, report),
        SignalCommand::Allow(arguments) => decide::allow(arguments, report),
        SignalCommand::Harmless(command) => decide::harmless(command, report),
    }
}

/// A signal with what is said of it.
fn about(new: NewSignal, about: &SignalAboutArguments) -> NewSignal {
    let texts = [("family", &about.family), ("source", &about.source), ("how", &about.how)];
    let new = texts.into_iter().fold(new, |new, (name, text)| match text {
        Some(text) => new.with(name, text.as_str()),
        None => new,
    });
    let new = about.confidence.into_iter().fold(new, NewSignal::confidence);
    about.until.iter().fold(new, |new, until| new.until(until.instant()))
}

fn built(new: NewSignal) -> Done<Signal> {
    new.build(&fresh_id(matching::signal::SIGNAL_TYPE)?, clock::now()).map_err(Failure::input)
}

/// Signs signals as one record.
fn signed(desk: &Desk, title: &str, signals: &[Signal]) -> Done<Signed<Record>> {
    let draft = NewBatch::titled(title).draft(&fresh_id(BATCH_TYPE)?, clock::now(), signals).map_err(Failure::input)?;
    desk.node.sign_draft(draft)
}

/// How a signal stands: what its author said last, that he took it back, or that it waits since too many came.
fn state(scanner: &Scanner, name: &SignalName) -> &'static str {
    scanner.bank.state(&name.author, &name.id).map_or("waiting", State::name)
}

fn list(arguments: &SignalListArguments, report: &mut Report) -> Done {
    let reading = Reading::open(&arguments.dir)?;
    let scanner = followed(&reading, &arguments.dir)?;
    let author = arguments.author.map(|party| party.to_string());
    let fits = |name: &SignalName, known: &Known| {
        author.as_deref().is_none_or(|author| *name.author == *author)
            && arguments.kind.as_deref().is_none_or(|kind| known.signal.kind.name() == kind)
    };
    let (mut rows, mut count) = (Vec::new(), 0_usize);
    for (name, known) in scanner.known().filter(|(name, known)| fits(name, known)) {
        count = count.saturating_add(1);
        if rows.len() < usize::from(arguments.limit) {
            rows.push(say_row(&reading, &scanner, (&name, known), report).into());
        }
    }
    report.line(format!("\n{count} signals{}", if count > rows.len() { ", the first of them shown" } else { "" }));
    say_not_run(&scanner, report);
    report.data("count", Json::count(count));
    report.data("signals", Json::Array(rows));
    report.data("unreadable", Json::count(scanner.unreadable()));
    Ok(())
}

fn say_row(reading: &Reading, scanner: &Scanner, (name, known): (&SignalName, &Known), report: &Report) -> Map {
    let party = name.author.parse().ok().and_then(|party| reading.ring.name(party)).unwrap_or("unknown party");
    let (kind, state) = (known.signal.kind.name(), state(scanner, name));
    report.line(format!("{}  {kind:<20}  {state:<9}  by {}", name.id, one_line(party)));
    let row = Map::new().with("id", name.id.as_str()).with("kind", kind).with("state", state);
    let row = row.with("author", &*name.author).with("record_digest", known.record.to_string());
    row.with("disclosure", known.signal.disclosure.name())
}

fn say_not_run(scanner: &Scanner, report: &mut Report) {
    let rows: Vec<Json> = scanner
        .bank
        .not_run()
        .map(|(author, id, why)| {
            report.line(format!("not run: {id}: {}", one_line(&why.to_string())));
            Map::new().with("id", id.as_str()).with("author", author).with("why", why.to_string()).into()
        })
        .collect();
    let left_out = scanner.left_out();
    for words in &left_out {
        report.line(format!("not looked for: {}", one_line(words)));
    }
    report.data("left_out", Json::Array(left_out.into_iter().map(Json::from).collect()));
    report.data("not_run", Json::Array(rows));
    report.data("doubted", Json::count(scanner.doubted()));
}

fn show(arguments: &SignalShowArguments, report: &mut Report) -> Done {
    let reading = Reading::open(&arguments.dir)?;
    let scanner = followed(&reading, &arguments.dir)?;
    // One that whoever asks may not see is refused as one that is not here: an empty list would tell of it.
    let is_shown = |known: &Known| asked::is_shown(&judged_by(known));
    let all: Vec<_> = scanner.known().filter(|(name, known)| name.id == arguments.id && is_shown(known)).collect();
    if all.is_empty() {
        return Err(not_here(&arguments.id));
    }
    let (mut rows, mut parties, mut count) = (Vec::new(), BTreeSet::new(), 0_u64);
    for (name, known) in all {
        report.line(format!("\n{}", name.id));
        let row = say_row(&reading, &scanner, (&name, known), report);
        rows.push(judged_by(known).into_iter().fold(row, |row, (member, value)| row.with(&member, value)).into());
        report.line(known.signal.object().to_text());
        match (known.retracted.as_deref(), scanner.withdrawal(&name)) {
            (Some(""), None) => report.line("taken back; the record that says why is not here"),
            (Some(""), Some(record)) => report.line(format!("taken back by {record}, which does not show why")),
            (Some(reason), _) => report.line(format!("taken back: {}", one_line(reason))),
            (None, _) => {}
        }
        let seen = scanner.sightings(&name);
        report.line(format!("\nseen {} times, by {} parties", seen.count, seen.parties.len()));
        count = count.saturating_add(seen.count);
        parties.extend(seen.parties);
    }
    let tried = reading.cases().links(&arguments.id)?.graph.countermeasures_of(&arguments.id);
    for one in &tried {
        report.line(format!("tried against it: {}; detente countermeasure show says how it went", one.id));
    }
    report.data("countermeasures", Json::Array(tried.iter().map(|one| Json::text(one.id.as_str())).collect()));
    report.data("signals", Json::Array(rows));
    report.data("seen", Json::count(count));
    report.data("seen_by", Json::count(parties.len()));
    Ok(())
}

/// A signal with the record that it stands in, by which it is judged who may see it.
fn judged_by(known: &Known) -> Map {
    Map::new().with("record_digest", known.record.to_string()).with("object", known.signal.object().clone())
}

pub(super) fn not_here(id: &StixId) -> Failure {
    Failure::input(format!("signal {id} is not here")).advise("`detente signal list --dir DIR` shows those that are")
}

/// The one signal of this id that whoever asks may know of, where its author is not said; and the record that holds it.
pub(super) fn only_one(
    (reading, dir): (&Reading, &Path),
    scanner: &Scanner,
    (id, author): (&StixId, Option<PartyId>),
) -> Done<(PartyId, RecordDigest)> {
    let (home, mut found) = (Home::open(dir)?, Vec::new());
    let is_its = |name: &str| author.is_none_or(|party| party.to_string() == name);
    for (name, known) in scanner.known().filter(|(name, _)| name.id == *id && is_its(&name.author)) {
        if asked::may_know_signal(&home, &reading.store, &known.record)? {
            found.push((name.author.parse().map_err(Failure::input)?, known.record));
        }
    }
    match found.as_slice() {
        [] => Err(not_here(id)),
        [one] => Ok(*one),
        _ => Err(Failure::input(format!("several parties have a signal {id}"))
            .advise("say whose with --author PARTY; `detente signal show` names them")),
    }
}

fn retract(arguments: &SignalRetractArguments, report: &mut Report) -> Done {
    let reading = Reading::open(&arguments.node.dir)?;
    let own = reading.own.to_string();
    // Without what a person decided: a withdrawal must go however that file stands.
    let scanner = Scanner::of(&reading.store, &reading.ring, reading.own, Settings::default())?;
    let (mut records, mut versions) = (BTreeSet::new(), BTreeSet::new());
    for id in &arguments.signals {
        let name = SignalName::new(&own, id.clone());
        let known = scanner.find(&name).ok_or_else(|| {
            not_here(id).advise(
                "a party takes back its own signals alone; dispute another's with a question: detente clarify ask",
            )
        })?;
        records.insert(known.record);
        versions.extend(scanner.versions(&name).into_iter().map(|version| version.record));
        report.line(format!("{id}  {}", known.signal.kind));
    }
    let went = went_to(&reading, &arguments.node.dir, &versions)?;
    drop(reading);
    report.data("went_to", Json::Array(went.iter().map(|one| Json::from(one.to_map())).collect()));
    let records: Vec<RecordDigest> = records.into_iter().collect();
    let id = fresh_id(RETRACTION_TYPE)?;
    let object = Retraction::to_object(&id, clock::now(), &arguments.signals, &records, &arguments.reason)
        .map_err(Failure::input)?;
    if arguments.preview.preview {
        made_nothing("This was a preview. What is taken back never comes again.", report);
        return Ok(());
    }
    let desk = Desk::open(&arguments.node)?;
    let record = desk.node.sign(object)?;
    report.fact("retraction", id.as_str());
    desk.log(&record, report)?;
    say_whither(&record.digest(), &went, report);
    Ok(())
}

/// Under which agreement signals went out, and for what.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Went {
    agreement: String,
    purpose: String,
}

impl Went {
    fn to_map(&self) -> Map {
        Map::new().with("agreement", self.agreement.as_str()).with("purpose", self.purpose.as_str())
    }
}

/// Where the records went that hold these signals, as far as whoever asks may read them: a withdrawal has to reach everybody who has one.
fn went_to(reading: &Reading, dir: &Path, records: &BTreeSet<RecordDigest>) -> Done<BTreeSet<Went>> {
    let home = Home::open(dir)?;
    let mut went = BTreeSet::new();
    for proposal in proposals::read(&reading.store, &Holdings::read(&reading.store, &home)?)? {
        let record = proposal.subject.record;
        let is_out = proposal.published.is_some() && records.contains(&record);
        if is_out && asked::may_read(&home, &reading.store, &record)? {
            let (agreement, purpose) = (proposal.ask.agreement.to_string(), proposal.ask.purpose.to_string());
            went.insert(Went { agreement, purpose });
        }
    }
    Ok(went)
}

/// Says how the withdrawal gets to everybody who has the signals.
fn say_whither(withdrawal: &RecordDigest, went: &BTreeSet<Went>, report: &mut Report) {
    if went.is_empty() {
        report.line("\nOf a release of these signals nothing is known to you. Whoever has them by another way has to hear of this too.");
        return;
    }
    report.line(format!(
        "\nThe signals went out, and so must this. Label it (detente label put {withdrawal} --tlp TLP --dir DIR), then propose it for each:"
    ));
    for Went { agreement, purpose } in went {
        report.line(format!(
            "  detente release propose {withdrawal} --agreement {agreement} --purpose {purpose} --by NAME --dir DIR"
        ));
    }
}
