//! `detente stix check`: what is wrong with a file of STIX 2.1, by whoever wrote it.

use interop::stix::{Level, Line, Report as Checked, read};
use policy::explain::Language;

use super::export::bundle_id;
use crate::arguments::{StixCheckArguments, StixCommand};
use crate::home::{Readers, check_absent, read_input, write_whole};
use crate::outcome::{Done, Failure};
use crate::report::{Report, one_line};

pub(crate) fn run(command: &StixCommand, report: &mut Report) -> Done {
    let StixCommand::Check(arguments) = command;
    check(arguments, report)
}

fn check(arguments: &StixCheckArguments, report: &mut Report) -> Done {
    arguments.quarantine.as_deref().map_or(Ok(()), check_absent)?;
    let checked = read(&read_input(&arguments.file)?);
    checked.lines().for_each(|line| report.line(words(&line, arguments.language)));
    for (name, value) in checked.to_json().iter() {
        report.data(name, value.clone());
    }
    report.line(format!("{} objects hold, {} do not", checked.objects.len(), checked.quarantined.len()));
    let id = bundle_id()?.parse().map_err(Failure::environment)?;
    if let (Some(path), Some(text)) = (&arguments.quarantine, checked.quarantine_bundle(&id)) {
        write_whole(path, text.trim_end_matches('\n'), Readers::Owner)?;
        report.fact("quarantine_file", path.display().to_string());
    }
    verdict(&checked, arguments)
}

fn verdict(checked: &Checked, arguments: &StixCheckArguments) -> Done {
    if checked.is_valid() {
        return Ok(());
    }
    let failure = Failure::refused(format!("`{}` breaks rules of STIX 2.1", arguments.file.display()));
    Err(match (checked.quarantined.is_empty(), &arguments.quarantine) {
        (true, _) => failure,
        (false, Some(path)) => failure.advise(format!("mend the objects in `{}` and check that file", path.display())),
        (false, None) => failure.advise("to have the objects that break them in a file to mend: --quarantine FILE"),
    })
}

fn words(line: &Line<'_>, language: Language) -> String {
    let finding = line.finding;
    let level = if finding.level() == Level::Must { "MUST  " } else { "advice" };
    let text = match language {
        Language::English => finding.english(),
        Language::Chinese => finding.chinese(),
    };
    let (at, section) = (one_line(&finding.pointer), finding.section);
    match line.index {
        Some(index) => {
            format!("{level}  object {index} {} {at}: {}  [{section}]", one_line(line.id), one_line(&text))
        }
        None => format!("{level}  the file: {}  [{section}]", one_line(&text)),
    }
}
