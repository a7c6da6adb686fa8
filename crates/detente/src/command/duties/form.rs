//! `detente duties form`: list, fill, file, show, filings, erase.

mod draft;
mod erase;
mod file;
mod list;
mod output;
mod show;
mod tell;

use crate::arguments::FormCommand;
use crate::outcome::Done;
use crate::report::Report;

pub(super) fn run(command: &FormCommand, report: &mut Report) -> Done {
    match command {
        FormCommand::List(arguments) => list::run(arguments, report),
        FormCommand::Fill(arguments) => draft::run(arguments, report),
        FormCommand::File(arguments) => file::run(arguments, report),
        FormCommand::Show(arguments) => show::run(arguments, report),
        FormCommand::Filings(arguments) => show::filings(arguments, report),
        FormCommand::Erase(arguments) => erase::run(arguments, report),
    }
}
