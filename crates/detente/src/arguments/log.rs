//! `detente log`: what can be asked about a node's log.

use std::path::PathBuf;

use clap::{ArgGroup, Args, Subcommand};
use record::digest::PartyId;

use super::{KeyArguments, PassphraseArguments};

/// What can be done with a node's log.
#[derive(Debug, Subcommand)]
pub(crate) enum LogCommand {
    /// Put records into the log, so that nobody can say later that they were made up afterwards
    ///
    /// The log holds a blinded commitment: an outsider learns that something was logged, and nothing of what. The record
    /// itself is kept beside it under a key of its own. What is answered here is on the disk.
    Append(LogAppendArguments),
    /// List what the log holds
    List(LogListArguments),
    /// Write the proof that a record is in the log
    ///
    /// A C2SP tlog-proof file: whoever has the record, this file and your profile can check it without this node. It holds
    /// the salt of this one record, so hand it only to whoever may see the record.
    Prove(LogProveArguments),
    /// Print the log's newest checkpoint: its size and root, signed
    Checkpoint(LogCheckpointArguments),
    /// Cosign the checkpoint of another party's log, after checking that it continues what you cosigned before
    ///
    /// Reads the log's published folder, checks all of the proof that it continues the head that lies in the folder of
    /// heads, and puts the new head there with your signature. A party whose log you cosign can point its guard at that
    /// folder.
    Cosign(LogCosignArguments),
    /// Say who remembers this log's heads, so that a restored backup is noticed
    Guard(LogGuardArguments),
    /// Let the node sign although nobody who remembers its heads answers, or its clock was wrong once
    ///
    /// Do this only after you have checked by another way that this directory holds the newest state, and that the clock is
    /// right now. Who checked is logged, and it holds for eight hours. What a head proves is never overruled.
    Resume(LogResumeArguments),
    /// Erase the body of a record, and log that it was erased
    ///
    /// The key of the body is destroyed, so that nobody can read it again, here or in the segments. The commitment stays in
    /// the log. This cannot be undone.
    Erase(LogEraseArguments),
    /// Bring a directory of an earlier build to this build's layout
    Migrate(LogMigrateArguments),
}

#[derive(Debug, Args)]
pub(crate) struct LogAppendArguments {
    /// The records; `-` for standard input
    #[arg(value_name = "RECORD", required = true)]
    pub(crate) records: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) node: NodeArguments,
    /// A profile file of the party that a relayed record is from; may be given many times
    #[arg(long = "keys", value_name = "PROFILE")]
    pub(crate) profiles: Vec<PathBuf>,
}

/// A node that signs.
#[derive(Debug, Args)]
pub(crate) struct NodeArguments {
    /// The node's directory
    #[arg(long, value_name = "DIR")]
    pub(crate) dir: PathBuf,
    #[command(flatten)]
    pub(crate) passphrase: PassphraseArguments,
}

#[derive(Debug, Args)]
pub(crate) struct LogListArguments {
    /// The node's directory
    #[arg(long, value_name = "DIR")]
    pub(crate) dir: PathBuf,
    /// The first entry to list
    #[arg(long, value_name = "INDEX", default_value_t = 0)]
    pub(crate) from: u64,
    /// The most entries to list
    #[arg(long, value_name = "COUNT", default_value_t = 100, value_parser = clap::value_parser!(u16).range(1..=10_000))]
    pub(crate) limit: u16,
}

#[derive(Debug, Args)]
#[command(group = ArgGroup::new("what").required(true))]
pub(crate) struct LogProveArguments {
    /// The record; `-` for standard input
    #[arg(value_name = "RECORD", group = "what")]
    pub(crate) record: Option<PathBuf>,
    /// The entry of this index
    #[arg(long, value_name = "INDEX", group = "what")]
    pub(crate) index: Option<u64>,
    /// The node's directory
    #[arg(long, value_name = "DIR")]
    pub(crate) dir: PathBuf,
    /// Write the proof here instead of to standard output; an existing file is refused
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct LogCheckpointArguments {
    /// The node's directory
    #[arg(long, value_name = "DIR")]
    pub(crate) dir: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct LogCosignArguments {
    /// The other log's published folder, the one that holds `checkpoint`
    #[arg(value_name = "LOG")]
    pub(crate) log: PathBuf,
    /// The other party's profile file
    #[arg(long = "keys", value_name = "PROFILE", required = true)]
    pub(crate) profiles: Vec<PathBuf>,
    /// The folder of heads that you cosigned
    #[arg(long, value_name = "FOLDER")]
    pub(crate) heads: PathBuf,
    /// Your own node
    #[command(flatten)]
    pub(crate) node: NodeArguments,
}

#[derive(Debug, Args)]
pub(crate) struct LogGuardArguments {
    /// The node's directory
    #[arg(long, value_name = "DIR")]
    pub(crate) dir: PathBuf,
    /// Ask this folder of cosigned heads at every start from now on; best on another machine or disk
    #[arg(long, value_name = "FOLDER", conflicts_with = "remove")]
    pub(crate) add: Option<PathBuf>,
    /// Ask this peer's node at every start from now on, over the line: best a witness that cosigns this log
    #[arg(long, value_name = "PARTY", allow_hyphen_values = true, conflicts_with_all = ["add", "remove"])]
    pub(crate) add_peer: Option<PartyId>,
    /// Ask this folder no more; of a peer, as it is listed
    #[arg(long, value_name = "FOLDER")]
    pub(crate) remove: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct LogResumeArguments {
    #[command(flatten)]
    pub(crate) node: NodeArguments,
    /// Who has checked that this directory holds the newest state
    #[arg(long, value_name = "NAME")]
    pub(crate) checked_by: String,
}

#[derive(Debug, Args)]
pub(crate) struct LogEraseArguments {
    /// The entry whose body is erased
    #[arg(value_name = "INDEX")]
    pub(crate) index: u64,
    #[command(flatten)]
    pub(crate) node: NodeArguments,
    /// Why; this is logged in a record that says which entry was erased
    #[arg(long, value_name = "TEXT")]
    pub(crate) reason: String,
    /// Do it; without this only say what would be erased
    #[arg(long)]
    pub(crate) yes: bool,
}

#[derive(Debug, Args)]
pub(crate) struct LogMigrateArguments {
    /// This party never had a log: a second one under its name would be evidence that it has two histories
    #[arg(long)]
    pub(crate) never_logged: bool,
    #[command(flatten)]
    pub(crate) node: NodeArguments,
}

/// What `detente rebuild` is asked.
#[derive(Debug, Args)]
pub(crate) struct RebuildArguments {
    /// The node's directory
    #[command(flatten)]
    pub(crate) node: NodeArguments,
}

/// What `detente verify` is asked.
#[derive(Debug, Args)]
pub(crate) struct CheckArguments {
    /// A node's directory, a log's published folder or its URL, a record, a proof, an opened statement, or evidence
    #[arg(value_name = "WHAT")]
    pub(crate) what: String,
    /// With a record: the proof that it is in its author's log
    #[arg(long, value_name = "FILE")]
    pub(crate) proof: Option<PathBuf>,
    /// With a log of other software: its key as C2SP signed-note writes it, `name+id+key`; may be given many times
    #[arg(long = "log-key", value_name = "KEY")]
    pub(crate) log_keys: Vec<String>,
    /// With a log: a checkpoint that somebody was shown earlier, which the log must continue
    #[arg(long, value_name = "FILE")]
    pub(crate) against: Option<PathBuf>,
    /// With --against: where to write the evidence if the log does not continue it
    #[arg(long, value_name = "FILE", requires = "against")]
    pub(crate) evidence: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) keys: KeyArguments,
}
