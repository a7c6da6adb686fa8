//! `detente verify`: what it is given decides what is checked.

mod directory;
mod evidence;
mod fetch;
mod log;
mod proof;

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

pub(crate) fn run(arguments: &CheckArguments, report: &mut Report) -> Done {
    if arguments.what.starts_with("http://") || arguments.what.starts_with("https://") {
        return log::run(&Source::url(&arguments.what)?, arguments, report);
    }
    let path = Path::new(&arguments.what);
    if path.is_dir() {
        return run_directory(path, arguments, report);
    }
    let octets = read_input(path)?;
    if octets.starts_with(EVIDENCE_HEADER) {
        return evidence::run(&octets, arguments, report);
    }
    if octets.starts_with(PROOF_HEADER) {
        return Err(Failure::arguments("this is a proof, and it proves something of a record alone")
            .advise("detente verify RECORD --proof THIS_FILE --keys PROFILE"));
    }
    let ring = Keyring::read(&arguments.keys)?;
    match &arguments.proof {
        Some(proof) => proof::run(read_record(path)?, proof, &ring, report),
        None => proof::run_unlogged(read_record(path)?, &ring, report),
    }
}

fn run_directory(path: &Path, arguments: &CheckArguments, report: &mut Report) -> Done {
    let has = |name: &str| path.join(name).symlink_metadata().is_ok();
    if has(storage::layout::LAYOUT_FILE) || has(storage::layout::SEGMENTS) || has("profile.json") {
        return directory::run(path, arguments, report);
    }
    if has("checkpoint") {
        return log::run(&Source::Folder(path.to_owned()), arguments, report);
    }
    Err(Failure::input(format!("`{}` is neither a node's directory nor a log's folder", path.display()))
        .advise("a node's directory holds `layout`, a log's folder holds `checkpoint`"))
}
