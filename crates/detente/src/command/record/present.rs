//! `detente record present`: show less under the same signature.

use record::key_history::Moment;

use super::{check_output, count, places, read_record, write_record};
use crate::arguments::PresentArguments;
use crate::home::Readers;
use crate::keyring::Keyring;
use crate::outcome::{Done, Failure};
use crate::report::Report;

pub(super) fn run(arguments: &PresentArguments, report: &mut Report) -> Done {
    check_output(&arguments.output)?;
    let ring = Keyring::read(&arguments.keys)?;
    let whole = ring.verify(read_record(&arguments.record)?, Moment::AsNamed)?;
    let selection = places::selection(arguments, whole.content())?;
    let shown = whole.present(&selection).map_err(Failure::input)?;
    let standing = ring.standing(&whole)?;
    write_record(shown.envelope(), &arguments.output, Readers::All, report)?;
    if arguments.output.out.is_some() || report.is_json() {
        report.fact("record_digest", shown.digest().to_string());
        report.fact("key_standing", standing.word());
        report.fact("shown", count(shown.envelope().disclosures().len()));
        report.fact("shown_before", count(whole.envelope().disclosures().len()));
    }
    if let Some(problem) = standing.problem().filter(|_| standing.is_grave()) {
        report.warn(&problem);
    }
    Ok(())
}
