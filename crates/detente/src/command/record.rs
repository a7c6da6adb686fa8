//! `detente record`: sign, present, show, verify.

pub(crate) mod places;
mod present;
pub(crate) mod show;
mod sign;
mod verify;

use std::path::Path;

use record::json::Json;
use record::jws::{Envelope, Form};
use record::{Unverified, VerifyError};

use crate::arguments::{OutputArguments, RecordCommand, RecordForm};
use crate::home::{Readers, check_absent, read_input, write_whole};
use crate::keyring::embed;
use crate::outcome::{Done, Failure};
use crate::report::Report;

pub(crate) fn run(command: RecordCommand, report: &mut Report) -> Done {
    match command {
        RecordCommand::Sign(arguments) => sign::run(&arguments, report),
        RecordCommand::Present(arguments) => present::run(&arguments, report),
        RecordCommand::Show(arguments) => show::run(&arguments, report),
        RecordCommand::Verify(arguments) => verify::run(&arguments, report),
    }
}

/// Reads a record's text. What is not a record at all is bad input; what claims to be one and is not fails a check.
pub(crate) fn read_record(path: &Path) -> Done<Unverified> {
    let text = read_input(path)?;
    if text.trim_ascii().is_empty() {
        return Err(Failure::input(format!("`{}` is empty", path.display())));
    }
    Unverified::read(&text).map_err(|error| {
        let message = format!("`{}`: {error}", path.display());
        if matches!(error, VerifyError::Envelope(_)) {
            return Failure::input(message)
                .advise("a record is what `detente record sign` writes; is this the right file?");
        }
        Failure::refused(message)
    })
}

/// Refuses an output that cannot be written, before anything is done for it.
fn check_output(output: &OutputArguments) -> Done {
    output.out.as_deref().map_or(Ok(()), check_absent)
}

/// Writes a record where the arguments say.
fn write_record(envelope: &Envelope, output: &OutputArguments, readers: Readers, report: &mut Report) -> Done {
    let form = if output.format == RecordForm::Compact { Form::Compact } else { Form::Json };
    let text = envelope.to_text(form).map_err(Failure::input)?;
    if let Some(path) = &output.out {
        write_whole(path, &text, readers)?;
        report.fact("written", path.display().to_string());
    } else if report.is_json() {
        report.data("record", if form == Form::Compact { Json::from(text) } else { embed(envelope) });
    } else {
        report.product(&text);
    }
    Ok(())
}

/// A count as a JSON number. Counts of a record are bounded far below 2^53.
fn count(count: usize) -> Json {
    Json::count(count)
}
