//! `/api/v1`: every command of this program as an operation, and what is read there besides.
//!
//! The commands are described from the command line's own tree, so a command cannot be there and not here; a table says
//! beside each who may, what it changes, and which of its arguments are files. What a request gives is content and never a
//! path: whatever a command reads or writes lies in a folder that is made for the request and goes with it.

mod argv;
pub(crate) mod asked;
mod describe;
pub(crate) mod folder;
pub(crate) mod front;
pub(crate) mod hearers;
mod kept;
pub(crate) mod native;
mod queue;
pub(crate) mod read;
mod run;
mod shapes;
pub(crate) mod sight;
mod state;
mod sweep;
pub(crate) mod table;

#[cfg(test)]
pub(crate) mod tests;

use api::Catalogue;

use crate::outcome::{Done, Failure};

#[cfg(test)]
pub(crate) use run::run;
pub(crate) use run::{answer_of, keeps_answer, run_if};

const TITLE: &str = "Détente";

/// What the document says of the whole.
const ABOUT: &str = "The API of one node. Every command of `detente` is an operation under `/api/v1/commands/`, with the same \
words: an option `--valid-days` is the member `valid_days`, a file that the command reads is a member that holds the file's \
content, and a file that it writes comes back in `files`. Records that the caller may not see are not there. `docs/api.md` says \
how to ask; `docs/access.md` says who may.";

/// All operations.
pub(crate) fn catalogue() -> Done<Catalogue> {
    let mut operations = native::operations()?;
    operations.extend(describe::commands()?);
    Catalogue::new(operations).map_err(Failure::environment)
}

/// The paths of all operations as patterns, and that of the document.
pub(crate) fn paths() -> Done<Vec<String>> {
    let catalogue = catalogue()?;
    let paths = catalogue.iter().map(|operation| operation.path.as_str().to_owned());
    Ok(paths.chain([front::DOCUMENT_PATH.to_owned()]).collect())
}

/// The OpenAPI document, with the commands that are no operations, and why.
pub(crate) fn document() -> Done<String> {
    let mut about = format!("{ABOUT}\n\nNot asked over the network:\n");
    for (command, reason) in table::left_at_the_machine() {
        about.push_str(&format!("\n- `{command}`: {reason}"));
    }
    Ok(api::document(&catalogue()?, (TITLE, &about), env!("CARGO_PKG_VERSION")))
}
