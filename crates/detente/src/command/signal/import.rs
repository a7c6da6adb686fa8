//! `detente signal import`: the signals of a file.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use matching::rules::{self, AtrRule, Combine};
use matching::signal::{Combining, MAX_MEMBERS, NewSignal, Signal, SignalKind, Target};
use record::json::{self, Json, Map};

use super::new::{VERSION, disclosure};
use super::{about, built, signed};
use crate::arguments::{SignalForm, SignalImportArguments};
use crate::clock;
use crate::command::incident::{Desk, Reading, made_nothing};
use crate::command::log::batch_of;
use crate::command::scan::{followed, key_of};
use crate::outcome::{Done, Failure};
use crate::report::{Report, one_line};
use crate::scanning::tensors;

/// Octets of the signals of one record, before they are signed: base64 and digests make a half more of them, and a record has at most
/// four mebioctets.
const MAX_BATCH_BYTES: usize = 2 * 1024 * 1024;

/// What a line or rule became, with its number in the file.
type Row = (usize, Result<Signal, String>);

pub(super) fn run(arguments: &SignalImportArguments, report: &mut Report) -> Done {
    let octets = || read(&arguments.file);
    let rows = match arguments.form {
        SignalForm::Atr => atr(arguments, &octets()?)?,
        SignalForm::Prompts => lines(arguments, &octets()?, &prompt)?,
        SignalForm::Keywords => {
            lines(arguments, &octets()?, &|line, _| Ok(NewSignal::keyword(line, VERSION, clock::now())))?
        }
        SignalForm::Weights => weights(arguments)?,
    };
    let (mut signals, mut left_out) = (Vec::new(), Vec::new());
    for (place, row) in rows {
        match row {
            Ok(signal) => signals.push(signal),
            Err(why) => {
                report.line(format!("{place}: left out: {}", one_line(&why)));
                left_out.push(Map::new().with("place", Json::count(place)).with("why", why).into());
            }
        }
    }
    let read = signals.len();
    let signals = new_ones(arguments, signals)?;
    let here = read.saturating_sub(signals.len());
    if here > 0 {
        report.line(format!("{here} are here already, as they are, or stand in the file twice"));
    }
    let batches = batches(signals);
    let count: usize = batches.iter().map(Vec::len).sum();
    report.fact("signals", Json::count(count));
    report.fact("records", Json::count(batches.len()));
    report.fact("already_here", Json::count(here));
    report.fact("left_out", Json::count(left_out.len()));
    report.data("reasons", Json::Array(left_out));
    if arguments.preview.preview || count == 0 {
        made_nothing(if count == 0 { "There is no new signal in it." } else { "This was a preview." }, report);
        return Ok(());
    }
    let desk = Desk::open(&arguments.node)?;
    let mut digests = Vec::new();
    for batch in &batches {
        let record = signed(&desk, &arguments.title, batch)?;
        let _committed = desk.node.commit(batch_of(&record)?)?;
        digests.push(Json::text(record.digest().to_string()));
        report.line(format!("{} of {} records are logged", digests.len(), batches.len()));
    }
    report.data("record_digests", Json::Array(digests));
    report.data("made", Json::Bool(true));
    Ok(())
}

/// Those that are not here as they are: an import that was broken off is gone on with by asking for it again, and signs nothing twice.
/// What was taken back is here too: it does not come again by an import.
fn new_ones(arguments: &SignalImportArguments, signals: Vec<Signal>) -> Done<Vec<Signal>> {
    let reading = Reading::open(&arguments.node.dir)?;
    let own = reading.own.to_string();
    let scanner = followed(&reading, &arguments.node.dir)?;
    let own = scanner.known().filter(|(name, _)| *name.author == *own);
    let mut here: BTreeSet<String> = own.map(|(_, known)| what(&known.signal)).collect();
    Ok(signals.into_iter().filter(|signal| here.insert(what(signal))).collect())
}

/// What a signal looks for, and what it says of it: all but its id and its times.
fn what(signal: &Signal) -> String {
    signal.object().get("extensions").map(Json::to_text).unwrap_or_default()
}

fn read(path: &Path) -> Done<Vec<u8>> {
    let cannot = |error: std::io::Error| Failure::input(format!("cannot read `{}`: {error}", path.display()));
    let most = u64::try_from(rules::MAX_FILE_BYTES).unwrap_or(u64::MAX);
    let mut octets = Vec::new();
    if path.as_os_str() == "-" {
        crate::operations::asked::refuse("standard input")?;
        std::io::stdin().lock().take(most.saturating_add(1)).read_to_end(&mut octets).map_err(cannot)?;
    } else {
        File::open(path).map_err(cannot)?.take(most.saturating_add(1)).read_to_end(&mut octets).map_err(cannot)?;
    }
    if octets.len() > rules::MAX_FILE_BYTES {
        return Err(Failure::input(format!("the file has more than {most} octets; cut it into several")));
    }
    Ok(octets)
}

/// Signals as records: as many as may stand in one, and as fit.
fn batches(signals: Vec<Signal>) -> Vec<Vec<Signal>> {
    let mut batches: Vec<Vec<Signal>> = Vec::new();
    let mut bytes = 0_usize;
    for signal in signals {
        let size = signal.object().to_text().len();
        let is_full = batches.last().is_none_or(|batch| batch.len() >= MAX_MEMBERS);
        if is_full || bytes.saturating_add(size) > MAX_BATCH_BYTES {
            batches.push(Vec::new());
            bytes = 0;
        }
        bytes = bytes.saturating_add(size);
        if let Some(batch) = batches.last_mut() {
            batch.push(signal);
        }
    }
    batches
}

/// A rule that cannot be run whole is left out with its reason: nobody is sent what he cannot run.
fn atr(arguments: &SignalImportArguments, octets: &[u8]) -> Done<Vec<Row>> {
    let is_list = octets.iter().find(|octet| !octet.is_ascii_whitespace()) == Some(&b'[');
    let read = if is_list {
        rules::read_atr_json(octets).map_err(Failure::input)?
    } else {
        vec![Ok(rules::read_atr_yaml(octets).map_err(Failure::input)?)]
    };
    let rule = |rule: Result<AtrRule, rules::NotAnAtrRule>| {
        let rule = rule.map_err(|error| error.reason)?;
        if let Err(aside) = &rule.rule {
            return Err(format!("{}: {aside}", rule.id));
        }
        let combine = match rule.combine {
            Combine::Any => Combining::Any,
            Combine::All => Combining::All,
        };
        let patterns: Vec<&str> = rule.written.iter().map(String::as_str).collect();
        let new =
            NewSignal::rule(combine, &patterns, clock::now()).with("source", format!("{} {}", rule.id, rule.title));
        let signal = built(about(new, &arguments.about)).map_err(|failure| failure.message)?;
        if let Target::Rule { rule: Err(aside), .. } = &signal.target {
            return Err(aside.to_string());
        }
        Ok(signal)
    };
    Ok((1..).zip(read.into_iter().map(rule)).collect())
}

type OfLine<'l> = dyn Fn(&str, &SignalImportArguments) -> Result<NewSignal, String> + 'l;

fn lines(arguments: &SignalImportArguments, octets: &[u8], of: &OfLine<'_>) -> Done<Vec<Row>> {
    let text = std::str::from_utf8(octets).map_err(|_| Failure::input("the file is not UTF-8"))?;
    let lines = (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty());
    let row = |line: &str| {
        let new = of(line, arguments)?;
        built(about(new, &arguments.about)).map_err(|failure| failure.message)
    };
    Ok(lines.map(|(place, line)| (place, row(line))).collect())
}

/// The file and each of its tensors, which say what they are a part of.
fn weights(arguments: &SignalImportArguments) -> Done<Vec<Row>> {
    let tensors = tensors::of(&arguments.file)?.ok_or_else(|| {
        Failure::input(format!("`{}` is no file of safetensors", arguments.file.display()))
            .advise("name another form of weights by its digest: detente signal new --file FILE")
    })?;
    let (whole, now) = (key_of(&arguments.file)?, clock::now());
    let file = NewSignal::keys(SignalKind::ModelFile, &whole, None, now);
    let parts = tensors.iter().map(|tensor| {
        NewSignal::keys(SignalKind::ModelShard, &tensor.key, None, now).with("part_of", whole.to_string())
    });
    let row = |new| built(about(new, &arguments.about)).map_err(|failure| failure.message);
    Ok((1..).zip(std::iter::once(file).chain(parts).map(row)).collect())
}

fn prompt(line: &str, arguments: &SignalImportArguments) -> Result<NewSignal, String> {
    let row = json::parse(line.as_bytes()).map_err(|error| error.to_string())?;
    let text = row.as_object().and_then(|row| row.text("text")).ok_or("a line should be an object with a `text`")?;
    Ok(NewSignal::text(SignalKind::Prompt, disclosure(arguments.shows), text, VERSION, clock::now()))
}
