//! `detente import`: rows of other people's databases become incidents that this node signs and logs.
//!
//! There is no list of what was imported beside the log: an id follows from the source and its id there, so the log itself says
//! what is here. Whenever this is killed, the next run finds whole groups of rows here or not at all, and makes the rest.

mod known;
mod labels;
mod pipeline;
mod source;
mod standing;
mod told;

use std::path::Path;

use interop::{Reader, Rejects};

use crate::arguments::{ImportArguments, KnownSource, NodeArguments};
use crate::command::log::Signing;
use crate::home::{Home, Readers, check_absent, write_whole};
use crate::outcome::{Done, Failure};
use crate::report::Report;
use known::Known;
pub(crate) use known::{erased as erased_objects, held as held_version};
pub(crate) use pipeline::batches;
use source::Opened;
use told::Told;

/// Rows of one file that are refused before the rest is left: each is kept to be mended, with what is wrong, and a file in which
/// more are is another kind of file.
const MAX_REJECTED: usize = 100_000;

fn too_many() -> String {
    format!("{MAX_REJECTED} rows were refused, and the rest was not looked at: is it the right form, or mapping?")
}

pub(crate) fn run(arguments: &ImportArguments, report: &mut Report) -> Done {
    arguments.rejected.as_deref().map_or(Ok(()), check_absent)?;
    let Some(file) = &arguments.file else { return check_mapping(arguments, report) };
    let opened = source::open(arguments, file)?;
    if !arguments.taxonomies.is_empty() && arguments.from != Some(KnownSource::Misp) {
        return Err(Failure::arguments("--taxonomy is for --from misp"));
    }
    let mut told = if arguments.check { check_file(&opened, arguments)? } else { take_in(&opened, arguments, report)? };
    told.faults = opened.faults().to_vec();
    finish(told, arguments, file, report)
}

/// Only the mapping: reading it is the check.
fn check_mapping(arguments: &ImportArguments, report: &mut Report) -> Done {
    let Some(path) = &arguments.mapping else {
        return Err(Failure::arguments("there is nothing to check").advise("name a mapping with --mapping, or a file"));
    };
    let mapping = source::mapping(path)?;
    report.fact("mapping", path.display().to_string());
    report.fact("source", mapping.source());
    report.fact("columns", mapping.columns().collect::<Vec<_>>().join(", "));
    report.fact("properties", mapping.properties().join(", "));
    report.line("The mapping holds. To try it on a file: detente import FILE --mapping MAPPING --check");
    Ok(())
}

/// Reads a file to its end, and makes nothing of it.
fn check_file(opened: &Opened, arguments: &ImportArguments) -> Done<Told> {
    let mut reader = reader(opened, arguments)?;
    let (mut told, mut rejected) = (Told::default(), Vec::new());
    while let Some(read) = reader.next() {
        if rejected.len() >= MAX_REJECTED {
            told.stopped = Some(too_many());
            break;
        }
        match read {
            Ok(read) => rejected.extend(told.see(read)),
            Err(error) => {
                told.stopped = Some(error.to_string());
                break;
            }
        }
    }
    told.take_rejected(rejected, Rejects::new(reader.source().format(), reader.rows().names()));
    told.close(&reader);
    Ok(told)
}

fn reader<'f>(opened: &'f Opened, arguments: &ImportArguments) -> Done<Reader<'f>> {
    let markup = if arguments.keep_html { interop::Markup::KeepHtml } else { interop::Markup::Refuse };
    Reader::new(opened.source(), &opened.octets, markup).map_err(|error| {
        Failure::input(format!("`{}`: {error}", opened.path.display()))
            .advise("nothing was signed; correct the file, or name another form")
    })
}

fn take_in(opened: &Opened, arguments: &ImportArguments, report: &mut Report) -> Done<Told> {
    let reader = reader(opened, arguments)?;
    let dir = arguments.dir.clone().unwrap_or_default();
    let home = Home::open(&dir)?;
    let node = Signing::open(&NodeArguments { dir, passphrase: arguments.passphrase.clone() })?;
    let known = Known::read(&node, &home, arguments.anew)?;
    let source = reader.source().name().to_owned();
    let mut told = pipeline::run(&node, &known, reader, report.is_json())?;
    if !opened.labels().is_empty() && told.stopped.is_none() {
        told.labels = Some(labels::take_in(&node, &known, &source, opened.labels())?);
    }
    node.store.publish().map_err(crate::node::fail)?;
    node.print_guard(report);
    Ok(told)
}

/// Says what became of the file, and keeps what was not taken.
fn finish(mut told: Told, arguments: &ImportArguments, file: &Path, report: &mut Report) -> Done {
    told.print(report);
    let rejected = told.rejected();
    if let (Some(path), Some(rejects)) =
        (&arguments.rejected, told.rejects.take().filter(|rejects| rejects.count() > 0))
    {
        write_rejects(path, rejects, report)?;
    }
    if let Some(stopped) = &told.stopped {
        return Err(Failure::input(format!("`{}`: {stopped}", file.display()))
            .advise("the rows before it were taken; correct the file and run the same command again"));
    }
    if rejected == 0 && !told.faults.is_empty() {
        let faults = told.faults.len();
        return Err(Failure::input(format!("{faults} things are wrong with the feed in `{}`", file.display()))
            .advise("the events that are in its list were taken; fetch the feed again for the others"));
    }
    if rejected == 0 {
        return Ok(());
    }
    let failure = Failure::input(format!("{rejected} of {} rows were not taken", told.rows));
    Err(match &arguments.rejected {
        Some(path) => failure.advise(format!("mend them in `{}` and import that file in the same way", path.display())),
        None => failure.advise("the others were; to have these in a file to mend: --rejected FILE"),
    })
}

fn write_rejects(path: &Path, rejects: Rejects, report: &mut Report) -> Done {
    write_whole(path, rejects.finish().trim_end_matches('\n'), Readers::Owner)?;
    report.fact("rejected_file", path.display().to_string());
    Ok(())
}
