//! `detente duties`: check, preview, facts, list, show, lint, test; answer, profile, adopt, drop, clock, form.

mod adopt;
mod check;
mod clock;
mod follows;
mod form;
mod keep;
mod lint;
mod preview;
mod prove;
mod show;
mod tell;

use duties::Language;
use policy::explain::Language as Asked;

use crate::arguments::DutiesCommand;
use crate::outcome::Done;
use crate::report::Report;

/// What stands under every list of duties.
const NOT_ADVICE: [&str; 2] =
    ["Rules are read from the texts that they name. This is not legal advice.", "规则依所列文本整理，不构成法律意见。"];

pub(crate) fn run(command: &DutiesCommand, report: &mut Report) -> Done {
    match command {
        DutiesCommand::Check(arguments) => check::run(arguments, report),
        DutiesCommand::Preview(arguments) => preview::run(arguments, report),
        DutiesCommand::Facts(arguments) => show::facts(arguments, report),
        DutiesCommand::List(arguments) => show::list(arguments, report),
        DutiesCommand::Show(arguments) => show::one(arguments, report),
        DutiesCommand::Form(command) => form::run(command, report),
        DutiesCommand::Lint(arguments) => lint::lint(arguments, report),
        DutiesCommand::Test(arguments) => lint::test(arguments, report),
        DutiesCommand::Answer(arguments) => keep::answer(arguments, report),
        DutiesCommand::Profile(arguments) => keep::profile(arguments, report),
        DutiesCommand::Adopt(arguments) => adopt::adopt(arguments, report),
        DutiesCommand::Drop(arguments) => adopt::drop(arguments, report),
        DutiesCommand::Clock(command) => clock::run(command, report),
    }
}

const fn language(asked: Asked) -> Language {
    match asked {
        Asked::English => Language::English,
        Asked::Chinese => Language::Chinese,
    }
}

/// One of two texts.
const fn either(language: Language, [english, chinese]: [&str; 2]) -> &str {
    match language {
        Language::English => english,
        Language::Chinese => chinese,
    }
}
