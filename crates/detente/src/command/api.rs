//! `detente api`: the document of `/api/v1`.

use record::json::{self, Json};

use crate::arguments::{ApiCommand, ApiDocumentArguments};
use crate::home::{Readers, write_whole};
use crate::operations;
use crate::outcome::{Done, Failure};
use crate::report::Report;

pub(crate) fn run(command: &ApiCommand, report: &mut Report) -> Done {
    match command {
        ApiCommand::Document(arguments) => document(arguments, report),
    }
}

fn document(arguments: &ApiDocumentArguments, report: &mut Report) -> Done {
    let text = operations::document()?;
    if let Some(path) = &arguments.out {
        write_whole(path, text.trim_end(), Readers::All)?;
        report.fact("written", path.display().to_string());
        return Ok(());
    }
    if report.is_json() {
        let document: Json = json::parse(text.as_bytes()).map_err(Failure::environment)?;
        report.data("document", document);
        return Ok(());
    }
    report.product(text.trim_end());
    Ok(())
}
