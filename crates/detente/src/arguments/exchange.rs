//! `detente serve`, `peer`, `feed` and `alarm`: what can be asked about exchange.

use std::path::PathBuf;

use clap::{ArgGroup, Args, Subcommand};
use node::client::Address;
use record::digest::PartyId;

use super::NodeArguments;

#[derive(Debug, Args)]
pub(crate) struct ServeArguments {
    #[command(flatten)]
    pub(crate) node: NodeArguments,
    /// Where to listen, such as `127.0.0.1:7440` or `[::]:7440`; port 0 lets the machine choose. Otherwise as `serve.json` in
    /// the directory says
    #[arg(long, value_name = "ADDRESS")]
    pub(crate) listen: Option<String>,
    /// Listen here too, for people, programs and accounts of partners: TAXII, feeds for MISP, the API. Otherwise as `users` in
    /// `serve.json` says; without either there is no such site
    #[arg(long, value_name = "ADDRESS")]
    pub(crate) users: Option<String>,
    /// State the head of each feed at least so often, in milliseconds, and miss those of others after three times as long,
    /// where agreements name a longer time. Without this, what each agreement names
    #[arg(long, value_name = "MILLISECONDS", value_parser = clap::value_parser!(u64).range(100..=86_400_000))]
    pub(crate) head_every_ms: Option<u64>,
    /// End when standard input ends: for a program that starts this node and holds the other side of its input, so that the
    /// node does not outlive it
    #[arg(long)]
    pub(crate) until_stdin_ends: bool,
}

/// What can be done with peers.
#[derive(Debug, Subcommand)]
pub(crate) enum PeerCommand {
    /// Let strangers begin to pair with this node for ten minutes
    ///
    /// The node must be running. The other side then runs `peer pair`, both read out the twenty digits that their nodes
    /// show, and if they are the same, both run `peer accept`.
    Invite(PeerListArguments),
    /// Begin to pair with a node that has invited us
    ///
    /// Prints twenty digits over both sides' keys. Read them to the other side by a way that you trust, such as a voice that
    /// you know. Whoever sits between the two cannot make them the same.
    Pair(PeerPairArguments),
    /// Believe the keys of a pairing whose code is the same on both sides
    Accept(PeerAcceptArguments),
    /// Name a partner's node: its profile must be here, by `partner add` or by this
    Add(PeerAddArguments),
    /// Show the peers, and the pairings that wait
    List(PeerListArguments),
    /// Show the sealed bodies that peers laid here for others: for whom, how many octets, until when, and what is deleted
    Deposits(PeerListArguments),
    /// Ask a peer whether it answers, under the key that we expect, and which feeds it has for us
    Check(PeerCheckArguments),
    /// Forget a peer's address. Its keys stay known
    Remove(PeerRemoveArguments),
}

#[derive(Debug, Args)]
pub(crate) struct PeerListArguments {
    /// The node's directory
    #[arg(long, value_name = "DIR")]
    pub(crate) dir: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct PeerPairArguments {
    /// Where the other node listens, such as node.example.org:7440
    #[arg(value_name = "ADDRESS")]
    pub(crate) address: Address,
    /// Where this node listens, for the other side to keep
    #[arg(long, value_name = "ADDRESS")]
    pub(crate) our_address: Option<Address>,
    #[command(flatten)]
    pub(crate) node: NodeArguments,
}

#[derive(Debug, Args)]
pub(crate) struct PeerAcceptArguments {
    /// The twenty digits, with or without spaces
    #[arg(value_name = "CODE")]
    pub(crate) code: String,
    /// Rely on it as a witness: no head of others is believed without its cosignature, and it is asked for ours
    #[arg(long)]
    pub(crate) witness: bool,
    /// The node's directory
    #[arg(long, value_name = "DIR")]
    pub(crate) dir: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct PeerAddArguments {
    /// The partner: its profile file, or its party id if the profile is here
    #[arg(value_name = "PROFILE|PARTY", allow_hyphen_values = true)]
    pub(crate) partner: String,
    /// Where its node listens; leave it out if it only ever comes to us
    #[arg(long, value_name = "ADDRESS")]
    pub(crate) address: Option<Address>,
    /// Rely on it as a witness: no head of others is believed without its cosignature, and it is asked for ours
    #[arg(long)]
    pub(crate) witness: bool,
    /// Keep so many MiB of sealed bodies that it hands in, if an agreement of its names this node as its depositary
    #[arg(long, value_name = "MIB", default_value_t = 0)]
    pub(crate) deposits: u32,
    /// The node's directory
    #[arg(long, value_name = "DIR")]
    pub(crate) dir: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct PeerCheckArguments {
    /// The peer
    #[arg(value_name = "PARTY", allow_hyphen_values = true)]
    pub(crate) party: PartyId,
    #[command(flatten)]
    pub(crate) node: NodeArguments,
}

#[derive(Debug, Args)]
pub(crate) struct PeerRemoveArguments {
    /// Forget its keys too. Refused while the log holds messages of negotiations that it signed: without its keys they could
    /// not be read, and they say what is in force
    #[arg(long)]
    pub(crate) unpin: bool,
    /// The peer
    #[arg(value_name = "PARTY", allow_hyphen_values = true)]
    pub(crate) party: PartyId,
    /// The node's directory
    #[arg(long, value_name = "DIR")]
    pub(crate) dir: PathBuf,
}

/// What can be done with feeds.
#[derive(Debug, Subcommand)]
pub(crate) enum FeedCommand {
    /// Show the feeds of this node and those that it reads, how far each was read, and who acknowledged what
    List(FeedListArguments),
    /// Read a peer's feeds once, now; a running node does so by itself
    Pull(FeedPullArguments),
    /// Show what a feed released to us, entry by entry
    Show(FeedShowArguments),
    /// Answer a recall: say whether what was taken back is deleted here, and whether it had been passed on
    ///
    /// The answer is signed and logged, and a running node delivers it.
    Answer(FeedAnswerArguments),
    /// Check again everything that was read of a feed, from what is kept here
    Verify(FeedShowArguments),
    /// Show the acknowledgements and answers that came, and write one out for a third party
    Acks(FeedAcksArguments),
    /// Show what the members of a feed of ours read of it as STIX objects, one for each id
    Collection(FeedCollectionArguments),
}

#[derive(Debug, Args)]
pub(crate) struct FeedCollectionArguments {
    /// The feed's name, as `feed list` has it
    #[arg(value_name = "FEED")]
    pub(crate) feed: String,
    /// Write them to this file as a STIX 2.1 bundle; an existing one is refused
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
    /// The node's directory
    #[arg(long, value_name = "DIR")]
    pub(crate) dir: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct FeedListArguments {
    /// The node's directory
    #[arg(long, value_name = "DIR")]
    pub(crate) dir: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct FeedPullArguments {
    /// The peer
    #[arg(value_name = "PARTY", allow_hyphen_values = true)]
    pub(crate) party: PartyId,
    #[command(flatten)]
    pub(crate) node: NodeArguments,
}

#[derive(Debug, Args)]
pub(crate) struct FeedShowArguments {
    /// The feed's name, as `feed list` shows it
    #[arg(value_name = "FEED")]
    pub(crate) feed: String,
    /// Write the record of this entry to a file
    #[arg(long, value_name = "INDEX", requires = "out")]
    pub(crate) entry: Option<u64>,
    /// The file; it must not exist
    #[arg(long, value_name = "FILE", requires = "entry")]
    pub(crate) out: Option<PathBuf>,
    /// The node's directory
    #[arg(long, value_name = "DIR")]
    pub(crate) dir: PathBuf,
}

#[derive(Debug, Args)]
#[command(group = ArgGroup::new("deed").required(true))]
pub(crate) struct FeedAnswerArguments {
    /// The feed's name, as `feed list` shows it
    #[arg(value_name = "FEED")]
    pub(crate) feed: String,
    /// The entry that was taken back
    #[arg(value_name = "INDEX")]
    pub(crate) index: u64,
    /// Delete the record here, for good, and say so
    #[arg(long, group = "deed")]
    pub(crate) deleted: bool,
    /// Say that it is kept
    #[arg(long, group = "deed")]
    pub(crate) kept: bool,
    /// Say that it had been passed on before
    #[arg(long)]
    pub(crate) passed_on: bool,
    /// Who decided it
    #[arg(long, value_name = "NAME")]
    pub(crate) by: String,
    #[command(flatten)]
    pub(crate) node: NodeArguments,
}

#[derive(Debug, Args)]
pub(crate) struct FeedAcksArguments {
    /// Write the statement of this number to a file that anybody can check
    #[arg(long, value_name = "NUMBER", requires = "out")]
    pub(crate) number: Option<usize>,
    /// The file; it must not exist
    #[arg(long, value_name = "FILE", requires = "number")]
    pub(crate) out: Option<PathBuf>,
    /// The node's directory
    #[arg(long, value_name = "DIR")]
    pub(crate) dir: PathBuf,
}

/// What can be done with alarms.
#[derive(Debug, Subcommand)]
pub(crate) enum AlarmCommand {
    /// Show what peers were caught at, newest last
    List(AlarmListArguments),
    /// Show one alarm, what it means and what to do
    Show(AlarmShowArguments),
    /// Write an alarm's evidence to a file: digests, sizes and signatures, and no content
    Export(AlarmExportArguments),
    /// Note that an alarm was dealt with. It stays, with its evidence, and is not listed any more
    Close(AlarmCloseArguments),
}

#[derive(Debug, Args)]
pub(crate) struct AlarmListArguments {
    /// Show those too that were dealt with
    #[arg(long)]
    pub(crate) all: bool,
    /// The node's directory
    #[arg(long, value_name = "DIR")]
    pub(crate) dir: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct AlarmShowArguments {
    /// The alarm's number
    #[arg(value_name = "NUMBER")]
    pub(crate) number: u64,
    /// The node's directory
    #[arg(long, value_name = "DIR")]
    pub(crate) dir: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct AlarmCloseArguments {
    /// The alarm's number
    #[arg(value_name = "NUMBER")]
    pub(crate) number: u64,
    /// What was found, or done
    #[arg(long, value_name = "TEXT")]
    pub(crate) note: String,
    /// Who has dealt with it
    #[arg(long, value_name = "NAME")]
    pub(crate) by: String,
    #[command(flatten)]
    pub(crate) node: NodeArguments,
}

#[derive(Debug, Args)]
pub(crate) struct AlarmExportArguments {
    /// The alarm's number
    #[arg(value_name = "NUMBER")]
    pub(crate) number: u64,
    /// The file; it must not exist
    #[arg(long, value_name = "FILE")]
    pub(crate) out: PathBuf,
    /// The node's directory
    #[arg(long, value_name = "DIR")]
    pub(crate) dir: PathBuf,
}
