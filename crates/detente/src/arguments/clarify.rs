//! `detente clarify`: what can be asked about what was received.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use policy::explain::Language;
use policy::vocabulary::Purpose;
use record::digest::AgreementDigest;
use record::label::Tlp;
use record::time::Timestamp;

use super::NodeArguments;

/// What can be done to clear something up.
#[derive(Debug, Subcommand)]
pub(crate) enum ClarifyCommand {
    /// Ask the party that released a record to say more about it
    ///
    /// The question is a signed record. It is logged, labelled, and proposed for release under the agreement by which the
    /// record came. If the clause asks for no second person, `--yes` sends it at once.
    Ask(AskArguments),
    /// Answer a question that came
    ///
    /// That you cannot or will not say more is an answer too.
    Answer(AnswerArguments),
    /// Show the questions that were asked, by either side, and what became of each
    ///
    /// Silence past a deadline is an outcome: a running node records it, and tells the other side.
    List(ClarifyListArguments),
}

#[derive(Debug, Args)]
pub(crate) struct AskArguments {
    /// The record that came, or an answer on which to ask further: a file, or its digest as `feed show` has it
    #[arg(value_name = "RECORD", allow_hyphen_values = true)]
    pub(crate) record: String,
    /// What is asked, in a language, such as en="Which version was it?"; may be given once for each language
    #[arg(long = "text", value_name = "LANGUAGE=TEXT", required = true)]
    pub(crate) texts: Vec<String>,
    /// Until when an answer is asked for, such as 2027-03-01T12:00:00Z
    #[arg(long, value_name = "TIME")]
    pub(crate) deadline: Timestamp,
    #[command(flatten)]
    pub(crate) sending: SendingArguments,
}

#[derive(Debug, Args)]
pub(crate) struct AnswerArguments {
    /// The question: a file, or its digest as `clarify list` has it
    #[arg(value_name = "QUESTION", allow_hyphen_values = true)]
    pub(crate) question: String,
    /// The answer, in a language, such as en="Version 3."; may be given once for each language
    #[arg(long = "text", value_name = "LANGUAGE=TEXT", required_if_eq_any([("status", "answered"), ("status", "partly")]))]
    pub(crate) texts: Vec<String>,
    /// How far this answers the question
    #[arg(long, value_enum)]
    pub(crate) status: AnswerStatus,
    #[command(flatten)]
    pub(crate) sending: SendingArguments,
}

/// How far an answer answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum AnswerStatus {
    /// In full
    Answered,
    /// In part
    Partly,
    /// We will not say
    Declined,
    /// We are not able to say, or not allowed to
    CannotSay,
}

impl AnswerStatus {
    /// The word in a record.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Answered => "answered",
            Self::Partly => "partly",
            Self::Declined => "declined",
            Self::CannotSay => "cannot-say",
        }
    }
}

/// How a question or an answer goes out.
#[derive(Debug, Args)]
pub(crate) struct SendingArguments {
    /// The agreement: all its other parties receive it; the one by which the record came, if not given
    #[arg(long, value_name = "AGREEMENT", allow_hyphen_values = true)]
    pub(crate) agreement: Option<AgreementDigest>,
    /// What the recipients may use it for; the first purpose of the clause, if not given
    #[arg(long, value_name = "PURPOSE")]
    pub(crate) purpose: Option<Purpose>,
    /// How far it may be passed on: clear, green, amber, amber+strict, red
    #[arg(long, value_name = "LEVEL", default_value = "green")]
    pub(crate) tlp: Tlp,
    /// Who proposes it
    #[arg(long, value_name = "NAME")]
    pub(crate) by: String,
    /// Send it at once, if the clause asks for nobody's approval; without this, only propose it
    #[arg(long)]
    pub(crate) yes: bool,
    /// The language of what is said here: en or zh-Hans
    #[arg(long, value_name = "LANGUAGE", default_value = "en")]
    pub(crate) language: Language,
    #[command(flatten)]
    pub(crate) node: NodeArguments,
}

#[derive(Debug, Args)]
pub(crate) struct ClarifyListArguments {
    /// The node's directory
    #[arg(long, value_name = "DIR")]
    pub(crate) dir: PathBuf,
    /// The language of what is said here: en or zh-Hans
    #[arg(long, value_name = "LANGUAGE", default_value = "en")]
    pub(crate) language: Language,
}
