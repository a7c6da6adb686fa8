//! `detente verify`: what it is given decides what is checked.

mod directory;
mod evidence;
mod fetch;
mod log;
mod proof;
mod statement;

pub(crate) use fetch::Source;
pub(crate) use log::{Published, read_checkpoint};

use std::path::Path;

use crate::arguments::CheckArguments;
use crate::command::record::read_record;
use crate::home::read_input;
use crate::keyring::Keyring;
use crate::outcome::{Done, Failure};
use crate::report::Report;

/// How each kind of file begins.
const EVIDENCE_HEADER: &[u8] = b"detente/log-fork/";
const PROOF_HEADER: &[u8] = b"c2sp.org/tlog-proof@";

/// What was given to check.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum What {
    Directory,
    Log,
    Record,
    Evidence,
    Statement,
}

impl What {
    /// Refuses an option that would do nothing: whoever gave it would believe that more was checked.
    fn check_options(self, arguments: &CheckArguments) -> Done {
        let wrong = [
            ("--proof", arguments.proof.is_some() && self != Self::Record, "a record"),
            ("--against", arguments.against.is_some() && self != Self::Log, "a log's folder or URL"),
            ("--log-key", !arguments.log_keys.is_empty() && self != Self::Log, "a log's folder or URL"),
        ];
        match wrong.into_iter().find(|(_, is_wrong, _)| *is_wrong) {
            Some((option, _, with)) => Err(Failure::arguments(format!("{option} belongs with {with}"))
                .advise("leave it out, or name what it belongs with")),
            None => Ok(()),
        }
    }
}

pub(crate) fn run(arguments: &CheckArguments, report: &mut Report) -> Done {
    if arguments.what.starts_with("http://") || arguments.what.starts_with("https://") {
        What::Log.check_options(arguments)?;
        return log::run(&Source::url(&arguments.what)?, arguments, report);
    }
    let path = Path::new(&arguments.what);
    if path.is_dir() {
        return run_directory(path, arguments, report);
    }
    let octets = read_input(path)?;
    if octets.starts_with(EVIDENCE_HEADER) {
        What::Evidence.check_options(arguments)?;
        return evidence::run(&octets, arguments, report);
    }
    if octets.starts_with(PROOF_HEADER) {
        return Err(Failure::arguments("this is a proof, and it proves something of a record alone")
            .advise("detente verify RECORD --proof THIS_FILE --keys PROFILE"));
    }
    match statement::kind(&octets) {
        Some(statement::Kind::Opened) => {
            What::Statement.check_options(arguments)?;
            return statement::run(&octets, arguments, report);
        }
        Some(statement::Kind::Evidence) => {
            What::Evidence.check_options(arguments)?;
            return statement::run_evidence(&octets, arguments, report);
        }
        None => {}
    }
    What::Record.check_options(arguments)?;
    let ring = Keyring::read(&arguments.keys)?;
    match &arguments.proof {
        Some(proof) => proof::run(read_record(path)?, proof, &ring, report),
        None => proof::run_unlogged(read_record(path)?, &ring, report),
    }
}

fn run_directory(path: &Path, arguments: &CheckArguments, report: &mut Report) -> Done {
    let has = |name: &str| path.join(name).symlink_metadata().is_ok();
    if has(storage::layout::LAYOUT_FILE) || has(storage::layout::SEGMENTS) || has("profile.json") {
        What::Directory.check_options(arguments)?;
        return directory::run(path, arguments, report);
    }
    if has("checkpoint") {
        What::Log.check_options(arguments)?;
        return log::run(&Source::Folder(path.to_owned()), arguments, report);
    }
    Err(Failure::input(format!("`{}` is neither a node's directory nor a log's folder", path.display()))
        .advise("a node's directory holds `layout`, a log's folder holds `checkpoint`"))
}
