//! `detente api`: what can be asked about `/api/v1`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

/// What can be done about the API.
#[derive(Debug, Subcommand)]
pub(crate) enum ApiCommand {
    /// Write the OpenAPI 3.1 document, which programs and people read
    ///
    /// It follows from this program alone: each command of it is an operation there, but for those that are named with a reason.
    Document(ApiDocumentArguments),
}

#[derive(Debug, Args)]
pub(crate) struct ApiDocumentArguments {
    /// Write it here instead of to standard output; an existing file is refused
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
}
