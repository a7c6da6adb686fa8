//! The end of a confidential report: closed by the desk, and deleted.

use record::json::Json;

use crate::arguments::{CloseReportArguments, DeleteReportArguments};
use crate::home::Home;
use crate::intake::{Intake, State, Thread, days_before};
use crate::outcome::{Done, Failure};
use crate::report::Report;

pub(super) fn close(arguments: &CloseReportArguments, report: &mut Report) -> Done {
    let intake = Intake::open(&Home::open(&arguments.dir)?)?;
    let mut thread = intake.thread(&arguments.name)?;
    intake.close(&mut thread, arguments.text.as_deref())?;
    report.fact("report", thread.name.as_str());
    report.fact("state", thread.state.name());
    report.line("What its reporter adds opens it again. To delete it: detente report delete REPORT --dir DIR");
    Ok(())
}

/// Says what would go, and deletes it with `--yes`: neither the text nor the answers come back.
pub(super) fn delete(arguments: &DeleteReportArguments, report: &mut Report) -> Done {
    let intake = Intake::open(&Home::open(&arguments.dir)?)?;
    if arguments.yes {
        intake.check_all_is_opened()?;
    }
    let chosen = choose(&intake, arguments)?;
    for thread in &chosen {
        let (day, state) = (thread.last_day(), thread.state.name());
        let (texts, answers) = (thread.messages.len(), thread.answers.len());
        report.line(format!("{}  last word {day}, {state}: {texts} from the reporter, {answers} answers", thread.name));
        if arguments.yes {
            intake.delete(thread)?;
        }
    }
    report.data("reports", Json::Array(chosen.iter().map(|thread| Json::from(thread.name.as_str())).collect()));
    report.fact("deleted", Json::Bool(arguments.yes));
    if !arguments.yes {
        report.line("\nNothing was deleted. It cannot be undone: neither the texts nor the answers come back.");
        report.line("To delete, run the same command with --yes");
    }
    Ok(())
}

fn choose(intake: &Intake, arguments: &DeleteReportArguments) -> Done<Vec<Thread>> {
    let Some(days) = arguments.closed_days else {
        if arguments.names.is_empty() {
            return Err(Failure::arguments("no report is named").advise("name reports, or give --closed-days DAYS"));
        }
        return arguments.names.iter().map(|name| intake.thread(name)).collect();
    };
    let before = days_before(days);
    let is_done = |thread: &Thread| matches!(thread.state, State::Closed | State::Accepted);
    let threads = intake.threads()?.into_iter();
    Ok(threads.filter(|thread| is_done(thread) && thread.last_day() < before.as_str()).collect())
}
