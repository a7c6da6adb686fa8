//! `detente report`: confidential reports from people without an account.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::NodeArguments;

/// What can be done with reports from outside.
#[derive(Debug, Subcommand)]
pub(crate) enum ReportCommand {
    /// Begin to take in reports at this desk
    ///
    /// They lie in the folder `intake` of the node's directory, apart from its log, until an officer makes cases of them.
    Open(DirArguments),
    /// Seal a report for a desk, without an account
    ///
    /// Only that desk can open it. The code that is printed is the only way to add to the report and to read answers: write it
    /// down. It is stored nowhere, here or there. Hand the file over by any way: a stick, a mail, the desk's web address.
    Submit(SubmitArguments),
    /// Add to an earlier report
    FollowUp(FollowUpArguments),
    /// See whether the desk has answered
    Status(StatusArguments),
    /// Take sealed reports in, at the desk
    ///
    /// They are laid aside unread.
    Take(TakeArguments),
    /// Open what has arrived, and list the reports
    Inbox(InboxArguments),
    /// Read a report
    Read(ReadArguments),
    /// Answer a report; its reporter alone can read it
    Answer(ReportAnswerArguments),
    /// Make a draft of an incident of a report
    ///
    /// Nothing is signed: check and correct the draft, then `detente incident new FILE`. What could tell who reported stays out.
    Accept(AcceptArguments),
    /// Close a report that the desk is done with, with a last word to its reporter if there is one
    Close(CloseReportArguments),
    /// Delete reports for good: texts and answers
    ///
    /// Without --yes it says what would go. A desk keeps 2048 reports at once, so those that are done with must go in time.
    Delete(DeleteReportArguments),
}

#[derive(Debug, Args)]
pub(crate) struct DirArguments {
    /// The node's directory
    #[arg(long, value_name = "DIR")]
    pub(crate) dir: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct SubmitArguments {
    /// The text, in any language; `-` for standard input
    #[arg(value_name = "FILE")]
    pub(crate) text: PathBuf,
    /// The desk's profile file
    #[arg(long, value_name = "PROFILE")]
    pub(crate) to: PathBuf,
    /// Where the sealed report is written
    #[arg(long, value_name = "FILE")]
    pub(crate) out: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct FollowUpArguments {
    /// The code of the report; `-` reads it from standard input, where other users of this machine do not see it
    #[arg(value_name = "CODE", allow_hyphen_values = true)]
    pub(crate) code: String,
    #[command(flatten)]
    pub(crate) submit: SubmitArguments,
}

#[derive(Debug, Args)]
pub(crate) struct StatusArguments {
    /// The code of the report; `-` reads it from standard input, where other users of this machine do not see it
    #[arg(value_name = "CODE", allow_hyphen_values = true)]
    pub(crate) code: String,
    /// The answers as they were fetched; without it, the name is told under which they lie
    #[arg(long, value_name = "FILE")]
    pub(crate) answers: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct TakeArguments {
    /// Sealed reports
    #[arg(value_name = "FILE", required = true)]
    pub(crate) files: Vec<PathBuf>,
    /// The node's directory
    #[arg(long, value_name = "DIR")]
    pub(crate) dir: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct InboxArguments {
    #[command(flatten)]
    pub(crate) node: NodeArguments,
}

#[derive(Debug, Args)]
pub(crate) struct ReadArguments {
    /// The report's name, as the inbox has it
    #[arg(value_name = "REPORT")]
    pub(crate) name: String,
    /// The node's directory
    #[arg(long, value_name = "DIR")]
    pub(crate) dir: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct ReportAnswerArguments {
    /// The report's name
    #[arg(value_name = "REPORT")]
    pub(crate) name: String,
    /// What to say
    #[arg(long, value_name = "TEXT")]
    pub(crate) text: String,
    /// The node's directory
    #[arg(long, value_name = "DIR")]
    pub(crate) dir: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct AcceptArguments {
    /// The report's name
    #[arg(value_name = "REPORT")]
    pub(crate) name: String,
    /// Where the draft is written
    #[arg(long, value_name = "FILE")]
    pub(crate) out: PathBuf,
    /// The node's directory
    #[arg(long, value_name = "DIR")]
    pub(crate) dir: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct CloseReportArguments {
    /// The report's name
    #[arg(value_name = "REPORT")]
    pub(crate) name: String,
    /// A last word, which its reporter alone can read
    #[arg(long, value_name = "TEXT")]
    pub(crate) text: Option<String>,
    /// The node's directory
    #[arg(long, value_name = "DIR")]
    pub(crate) dir: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct DeleteReportArguments {
    /// The reports' names
    #[arg(value_name = "REPORT")]
    pub(crate) names: Vec<String>,
    /// All that are closed or accepted, and in which nothing was said for so many days
    #[arg(long, value_name = "DAYS", conflicts_with = "names")]
    pub(crate) closed_days: Option<u32>,
    /// Delete them; without it the command only says which
    #[arg(long)]
    pub(crate) yes: bool,
    /// The node's directory
    #[arg(long, value_name = "DIR")]
    pub(crate) dir: PathBuf,
}
