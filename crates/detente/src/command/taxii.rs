//! `detente taxii`: servers of others, read into quarantine.

mod show;
mod take;

use std::io::Write as _;

use record::json::{Json, Map};
use record::time::Timestamp;
use taxii::client::{Origin, Url};

use crate::arguments::{
    TaxiiAddArguments, TaxiiCommand, TaxiiDirArguments, TaxiiNameArguments, TaxiiPullArguments, TaxiiRemoveArguments,
};
use crate::home::{Home, read_input};
use crate::outcome::{Done, Failure};
use crate::quarantine::held::{Counts, Held};
use crate::quarantine::pull::{self, Runs, Told};
use crate::quarantine::source::{Credentials, Source, hexadecimal};
use crate::quarantine::{Cell, MAX_SOURCES, Quarantine, line};
use crate::report::{Report, one_line};

/// Notes and faults that are told a person; a program is told all.
const LINES_MAX: usize = 20;

/// Characters of a foreign id or version that a person is shown: one with its UUID fits.
const ID_CHARACTERS: usize = 100;

pub(crate) fn run(command: &TaxiiCommand, report: &mut Report) -> Done {
    match command {
        TaxiiCommand::Add(arguments) => add(arguments, report),
        TaxiiCommand::List(arguments) => list(arguments, report),
        TaxiiCommand::Collections(arguments) => collections(arguments, report),
        TaxiiCommand::Pull(arguments) => pull_some(arguments, report),
        TaxiiCommand::Show(arguments) => show::run(arguments, report),
        TaxiiCommand::Take(arguments) => take::run(arguments, report),
        TaxiiCommand::Remove(arguments) => remove(arguments, report),
    }
}

fn add(arguments: &TaxiiAddArguments, report: &mut Report) -> Done {
    let quarantine = Quarantine::of(&Home::open(&arguments.dir)?);
    let (source, credentials) = (source_of(arguments)?, credentials_of(arguments)?);
    let cell = quarantine.place(arguments.name.clone());
    if cell.is_there() && !arguments.replace {
        return Err(Failure::input(format!("there is a source `{}` already", cell.name))
            .advise("choose another name; or say all of it anew with --replace, which keeps what was pulled"));
    }
    if !cell.is_there() && quarantine.cells()?.len() >= MAX_SOURCES {
        return Err(Failure::input(format!("there are {MAX_SOURCES} sources already"))
            .advise("remove one that is not read any more"));
    }
    quarantine.make(&cell)?;
    let _held = cell.hold()?;
    if !cell.is_there() {
        cell.clear()?;
    }
    // The source last: it is there once this is, and then with its credentials.
    credentials.write(&cell)?;
    source.write(&cell)?;
    report.fact("source", cell.name.to_string());
    say_source(&source, &credentials, report);
    report.line(format!("\nSee what it offers with: detente taxii collections {} --dir DIR", cell.name));
    Ok(())
}

fn source_of(arguments: &TaxiiAddArguments) -> Done<Source> {
    let url: Url = arguments.url.parse().map_err(Failure::arguments)?;
    let also: Result<Vec<Origin>, _> = arguments.allow_origins.iter().map(|text| text.parse()).collect();
    let also = also.map_err(Failure::arguments)?;
    let mut origins = std::iter::once(url.origin()).chain(&also);
    let in_clear = origins.find(|origin| !origin.is_secure() && !origin.is_loopback());
    if let Some(origin) = in_clear.filter(|_| !arguments.insecure_http) {
        return Err(Failure::arguments(format!("`{origin}` would be spoken to without TLS"))
            .advise("use https; or, if whoever is on the way may read and change all of it, add --insecure-http"));
    }
    if !url.origin().is_secure() && (arguments.ca.is_some() || arguments.fingerprint.is_some()) {
        return Err(Failure::arguments("a server that is spoken to by http shows no certificate").advise("use https"));
    }
    let ca = arguments.ca.as_ref().map(|path| -> Done<String> {
        let text = String::from_utf8(read_input(path)?).map_err(Failure::input)?;
        line::check_certificates(&text)?;
        Ok(text)
    });
    Ok(Source {
        url,
        collections: arguments.collections.clone(),
        also,
        every_minutes: arguments.every_minutes,
        ca: ca.transpose()?,
        fingerprint: arguments.fingerprint,
        is_insecure: arguments.insecure_http,
    })
}

fn credentials_of(arguments: &TaxiiAddArguments) -> Done<Credentials> {
    match (&arguments.user, &arguments.password_file, &arguments.token_file) {
        (Some(user), Some(file), _) => Credentials::basic(user, file),
        (_, _, Some(file)) => Credentials::bearer(file),
        (_, _, None) => Ok(Credentials::None),
    }
}

fn say_source(source: &Source, credentials: &Credentials, report: &mut Report) {
    report.fact("url", source.url.to_string());
    report.fact("credentials", credentials.word());
    report.fact("every_minutes", source.every_minutes.map_or(Json::Null, Json::count));
    if let Some(fingerprint) = &source.fingerprint {
        report.fact("fingerprint", hexadecimal(fingerprint));
    }
    if source.is_insecure {
        report.warn("what is said to this server can be read and changed on the way");
    }
}

fn list(arguments: &TaxiiDirArguments, report: &mut Report) -> Done {
    let cells = Quarantine::of(&Home::open(&arguments.dir)?).cells()?;
    let rows: Done<Vec<Json>> = cells.iter().map(|cell| row(cell, report)).collect();
    let rows = rows?;
    if rows.is_empty() {
        report.line("No server is named. Name one with: detente taxii add NAME URL --dir DIR");
    }
    report.data("sources", Json::Array(rows));
    Ok(())
}

fn row(cell: &Cell, report: &Report) -> Done<Json> {
    let source = Source::read(cell)?;
    let (counts, runs) = match cell.held_path().exists() {
        true => Held::open(cell).and_then(|held| Ok((held.counts()?, Runs::read(&held)?)))?,
        false => (Counts::default(), Runs::default()),
    };
    let every = source.every_minutes.map_or("by hand".to_owned(), |minutes| format!("every {minutes} min"));
    let last = runs.ended.or(runs.begun).map_or("never".to_owned(), |time| time.to_string());
    report.line(format!("{}  {}  {every}, last {last}", cell.name, source.url));
    report.line(format!(
        "    {} sound, {} with findings, {} unreadable, {} taken{}",
        counts.sound,
        counts.findings,
        counts.unreadable,
        counts.taken,
        runs.outcome.as_ref().map(|outcome| format!("; last time: {}", one_line(outcome))).unwrap_or_default()
    ));
    let time = |time: Option<Timestamp>| time.map_or(Json::Null, |time| Json::text(time.to_string()));
    let row = Map::new()
        .with("name", cell.name.to_string())
        .with("url", source.url.to_string())
        .with("every_minutes", source.every_minutes.map_or(Json::Null, Json::count))
        .with("collections", Json::Array(source.collections.iter().map(|id| Json::from(id.as_str())).collect()))
        .with("last_begun", time(runs.begun))
        .with("last_ended", time(runs.ended))
        .with("not_before", time(runs.not_before))
        .with("last_outcome", runs.outcome.as_deref().map_or(Json::Null, Json::from));
    Ok(Json::from(count(row, &counts)))
}

fn count(map: Map, counts: &Counts) -> Map {
    map.with("sound", Json::count(counts.sound))
        .with("findings", Json::count(counts.findings))
        .with("unreadable", Json::count(counts.unreadable))
        .with("taken", Json::count(counts.taken))
        .with("octets", Json::count(counts.octets))
}

fn collections(arguments: &TaxiiNameArguments, report: &mut Report) -> Done {
    let cell = Quarantine::of(&Home::open(&arguments.dir)?).cell(&arguments.name)?;
    let wanted = Source::read(&cell)?.collections;
    let told = pull::offers(&cell)?;
    let rows = told.offered.iter().map(|offered| {
        let names = [Some(&offered.id), offered.alias.as_ref()];
        let is_named = names.into_iter().flatten().any(|name| wanted.contains(name));
        let is_read = offered.can_read && (wanted.is_empty() || is_named);
        let mark = if is_read { "*" } else { " " };
        let words = if offered.can_read { "" } else { "  (not for us to read)" };
        report.line(format!("{mark} {}  {}{words}", offered.id, offered.title));
        Json::from(
            Map::new()
                .with("id", offered.id.as_str())
                .with("alias", offered.alias.as_deref().map_or(Json::Null, Json::from))
                .with("title", offered.title.as_str())
                .with("description", offered.description.as_str())
                .with("address", offered.address.as_str())
                .with("can_read", Json::Bool(offered.can_read))
                .with("is_read", Json::Bool(is_read)),
        )
    });
    let rows = rows.collect();
    report.data("collections", Json::Array(rows));
    report.line("\n`*` is read by: detente taxii pull NAME --dir DIR");
    say_notes(&told, report);
    told.failure().map_or(Ok(()), Err)
}

fn pull_some(arguments: &TaxiiPullArguments, report: &mut Report) -> Done {
    let quarantine = Quarantine::of(&Home::open(&arguments.dir)?);
    let cells = match &arguments.name {
        Some(name) => vec![quarantine.cell(name)?],
        None => quarantine.cells()?,
    };
    let mut failures = Vec::new();
    let mut rows = Vec::new();
    for cell in &cells {
        match pull_one(cell, report) {
            Ok((row, failure)) => {
                rows.push(row);
                failures.extend(failure);
            }
            Err(failure) => {
                report.line(format!("{}: {}", cell.name, failure.message));
                rows.push(Json::from(
                    Map::new().with("name", cell.name.to_string()).with("error", failure.message.as_str()),
                ));
                failures.push(failure);
            }
        }
    }
    report.data("sources", Json::Array(rows));
    let only = (cells.len() == 1).then(|| failures.pop()).flatten();
    match (only, failures.len()) {
        (Some(failure), _) => Err(failure),
        (None, 0) => Ok(()),
        (None, count) => {
            Err(Failure::environment(format!("{count} of {} servers were not read to their end", cells.len()))
                .advise("what was read is kept; each is told above"))
        }
    }
}

fn pull_one(cell: &Cell, report: &Report) -> Done<(Json, Option<Failure>)> {
    let _held = cell.hold()?;
    let is_quiet = report.is_json();
    let told = pull::run(cell, &mut |line| {
        if !is_quiet {
            // Nothing is left to tell if even standard error is closed.
            let _closed = writeln!(std::io::stderr(), "{}: {}", cell.name, one_line(line));
        }
    })?;
    let kept = told.kept;
    report.line(format!("{}: {}; {} were here before", cell.name, told.in_one_line(), kept.known));
    if kept.differing > 0 {
        report.line(format!(
            "{} objects came with other octets under an id and version that is here; the first stays",
            kept.differing
        ));
    }
    say_notes(&told, report);
    let row = Map::new().with("name", cell.name.to_string());
    let row = told.to_map().into_iter().fold(row, |row, (name, value)| row.with(name, value));
    Ok((Json::from(row), told.failure()))
}

fn say_notes(told: &Told, report: &Report) {
    let about = |collection: &Option<String>| collection.as_ref().map(|id| format!("{id}: ")).unwrap_or_default();
    for (collection, note) in told.notes.iter().take(LINES_MAX) {
        report.line(format!("look at: {}{note}", about(collection)));
    }
    for (collection, fault) in told.faults.iter().take(LINES_MAX) {
        report.line(format!("not read: {}{fault}\n  -> {}", about(collection), fault.advice()));
    }
}

fn remove(arguments: &TaxiiRemoveArguments, report: &mut Report) -> Done {
    let cell = Quarantine::of(&Home::open(&arguments.dir)?).cell(&arguments.name)?;
    let _held = cell.hold()?;
    let counts = if cell.held_path().exists() {
        Held::open(&cell).and_then(|held| held.counts())
    } else {
        Ok(Counts::default())
    };
    report.fact("source", cell.name.to_string());
    match &counts {
        Ok(counts) => {
            for (name, value) in count(Map::new(), counts) {
                report.fact(&name, value);
            }
        }
        Err(failure) => report.line(format!("What lies there cannot be counted: {}", failure.message)),
    }
    if !arguments.yes {
        report.line("\nNothing was changed. Everything of it that was not taken would be lost. To do it, add --yes");
        return Ok(());
    }
    cell.remove()?;
    report.fact("removed", Json::Bool(true));
    Ok(())
}
