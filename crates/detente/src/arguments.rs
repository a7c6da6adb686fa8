//! The command line. Its help is written to teach: what a thing is, then how to ask for it.

mod account;
mod agreement;
mod api;
mod bundle;
mod clarify;
mod countermeasure;
mod duties;
mod duty_forms;
mod exchange;
mod import;
mod incident;
mod key;
mod label;
mod log;
mod release;
mod report;
mod search;
mod signal;
mod stix;
mod taxii;
mod trend;

pub(crate) use account::{
    AccountAddArguments, AccountCommand, AccountListArguments, ChangeArguments, TokenCommand, TokenListArguments,
    TokenMakeArguments,
};
pub(crate) use agreement::{
    AgreementActArguments, AgreementCommand, AgreementDiffArguments, AgreementDraftArguments,
    AgreementExamplesArguments, AgreementListArguments, AgreementMessagesArguments, AgreementProposeArguments,
    AgreementShowArguments, AgreementSignArguments, AgreementTakeArguments,
};
pub(crate) use api::{ApiCommand, ApiDocumentArguments};
pub(crate) use clarify::{AnswerArguments, AskArguments, ClarifyCommand, ClarifyListArguments, SendingArguments};
pub(crate) use release::{
    AlertArguments, ApproveArguments, ExplainArguments, ProposeArguments, PublishArguments, RecallArguments,
    ReleaseCommand, ReleaseListArguments, WhatIfArguments,
};

pub(crate) use self::taxii::{
    TaxiiAddArguments, TaxiiCommand, TaxiiDirArguments, TaxiiNameArguments, TaxiiPullArguments, TaxiiRemoveArguments,
    TaxiiShowArguments, TaxiiTakeArguments,
};
pub(crate) use countermeasure::{
    CountermeasureCommand, CountermeasureLinkArguments, CountermeasureListArguments, CountermeasureNewArguments,
    CountermeasureShowArguments,
};
pub(crate) use duties::{
    DutiesAdoptArguments, DutiesAnswerArguments, DutiesCheckArguments, DutiesClockActArguments,
    DutiesClockCalendarArguments, DutiesClockCommand, DutiesClockFiledArguments, DutiesClockListArguments,
    DutiesClockProveArguments, DutiesClockSetArguments, DutiesClockShowArguments, DutiesClockWithdrawArguments,
    DutiesCommand, DutiesDropArguments, DutiesFactsArguments, DutiesLintArguments, DutiesListArguments,
    DutiesPreviewArguments, DutiesProfileArguments, DutiesShowArguments, DutiesTestArguments, KnownArguments,
    SaidArguments,
};
pub(crate) use duty_forms::{
    FilingFormat, FilingOutArguments, FilledArguments, FormCommand, FormEraseArguments, FormFileArguments,
    FormFilingsArguments, FormFillArguments, FormListArguments, FormShowArguments,
};
pub(crate) use report::{
    AcceptArguments, CloseReportArguments, DeleteReportArguments, DirArguments, FollowUpArguments, InboxArguments,
    ReadArguments, ReportAnswerArguments, ReportCommand, StatusArguments, SubmitArguments, TakeArguments,
};
pub(crate) use search::{
    SearchArguments, WatchAckArguments, WatchAddArguments, WatchCommand, WatchHitsArguments, WatchListArguments,
    WatchNameArguments, WatchRemoveArguments,
};
pub(crate) use signal::{
    NewKind, ScanArguments, Shows, SightingCommand, SightingNewArguments, SignalAboutArguments, SignalAllowArguments,
    SignalCommand, SignalForm, SignalHarmlessAddArguments, SignalHarmlessCommand, SignalHarmlessListArguments,
    SignalHarmlessRemoveArguments, SignalImportArguments, SignalListArguments, SignalNewArguments,
    SignalRetractArguments, SignalShowArguments, Together,
};
pub(crate) use stix::{StixCheckArguments, StixCommand};
pub(crate) use trend::TrendArguments;

pub(crate) use bundle::{BundleCommand, BundleExportArguments, BundleImportArguments};
pub(crate) use exchange::{
    AlarmCloseArguments, AlarmCommand, AlarmExportArguments, AlarmListArguments, AlarmShowArguments, FeedAcksArguments,
    FeedAnswerArguments, FeedCollectionArguments, FeedCommand, FeedListArguments, FeedPullArguments, FeedShowArguments,
    PeerAcceptArguments, PeerAddArguments, PeerCheckArguments, PeerCommand, PeerListArguments, PeerPairArguments,
    PeerRemoveArguments, ServeArguments,
};
pub(crate) use import::{ExportArguments, ExportForm, ImportArguments, KnownSource};
pub(crate) use incident::{
    AnnotatorKind, FactArguments, IncidentCandidatesArguments, IncidentCommand, IncidentEditArguments,
    IncidentHandoverArguments, IncidentLabelArguments, IncidentLinkArguments, IncidentListArguments,
    IncidentMergeArguments, IncidentNewArguments, IncidentShowArguments, IncidentSplitArguments,
    IncidentStageArguments, IncidentTimelineArguments, IncidentTranslateArguments, IncidentUnlinkArguments,
    WhyArguments,
};
pub(crate) use key::{KeyCommand, KeyListArguments, KeyRecoverArguments, KeyRevokeArguments, KeyRotateArguments};
pub(crate) use label::{
    FloorCommand, FloorListArguments, FloorSwitchArguments, LabelCommand, LabelListArguments, LabelLowerArguments,
    LabelPutArguments, MarksArguments, PartnerCommand,
};
pub(crate) use log::{
    CheckArguments, LogAppendArguments, LogCheckpointArguments, LogCommand, LogCosignArguments, LogEraseArguments,
    LogGuardArguments, LogListArguments, LogMigrateArguments, LogProveArguments, LogResumeArguments, NodeArguments,
    RebuildArguments,
};

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{ArgGroup, Args, Parser, Subcommand, ValueEnum};
use record::time::Timestamp;

use crate::outcome::{Exit, Failure};
use crate::report::Report;

/// Cooperate on AI safety with parties that you do not trust.
///
/// Sign what you know about an incident once, show each partner as much of it as you choose, and check what others show
/// you. Nothing here needs a server or a registrar: a party is its keys.
#[derive(Debug, Parser)]
#[command(name = "detente", version, max_term_width = 100, after_help = EXIT_CODES)]
pub(crate) struct Arguments {
    /// Answer with one JSON object on standard output instead of lines
    #[arg(long, global = true)]
    pub(crate) json: bool,
    #[command(subcommand)]
    pub(crate) command: Command,
}

const EXIT_CODES: &str = "Exit codes: 0 done; 1 refused, a check did not hold; 2 wrong arguments; \
3 a file is not what is needed; 4 the machine did not do its part.";

/// Ends on arguments that cannot be read, and on `--help`. A program that asked for JSON is answered in JSON here too.
pub(crate) fn refuse(error: &clap::Error) -> ExitCode {
    if error.use_stderr() && std::env::args_os().any(|argument| argument == "--json") {
        let text = error.to_string();
        // Its first paragraph; what follows is for people.
        let lines: Vec<_> = text.lines().map(str::trim).take_while(|line| !line.is_empty()).collect();
        let failure = Failure::arguments(lines.join(" ").trim_start_matches("error: ")).advise("try --help");
        Report::new(true).failure(&failure);
        return failure.exit.into();
    }
    // Nothing is left to tell if its output is closed.
    let _closed = error.print();
    if error.use_stderr() { Exit::Arguments.into() } else { ExitCode::SUCCESS }
}

/// What can be asked for.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Make a new party: its keys, its first key record and its profile
    ///
    /// The party's id is the digest of its first key record, so it stays the same when keys change. The recovery key is
    /// printed once and stored nowhere: write it down and keep it away from this machine. It alone can take the party back
    /// from a thief.
    Init(InitArguments),
    /// Sign, show and verify records
    ///
    /// A record is a STIX 2.1 object under its author's signature, every property of it committed apart.
    #[command(subcommand)]
    Record(RecordCommand),
    /// List, replace and withdraw a party's keys, or take the party back
    ///
    /// The party's id stays the same whatever becomes of its keys. After every change hand the new profile file to partners.
    #[command(subcommand)]
    Key(KeyCommand),
    /// Open and close accounts of people and programs at this node
    ///
    /// Who may do what is a table in docs/access.md. Every change is logged in this node, and read by nobody else.
    #[command(subcommand)]
    Account(AccountCommand),
    /// Make, list and revoke the tokens of programs
    #[command(subcommand)]
    Token(TokenCommand),
    /// Put records into the node's log, prove that they are there, guard it, erase bodies
    ///
    /// What is in the log cannot be changed, backdated or shown in two versions without leaving evidence.
    #[command(subcommand)]
    Log(LogCommand),
    /// Name the parties whose keys this node believes
    #[command(subcommand)]
    Partner(PartnerCommand),
    /// Say what may be done with a record or a part of it
    ///
    /// A label by anyone restricts; only its own author lowers it. What has no label stays at home.
    #[command(subcommand)]
    Label(LabelCommand),
    /// Keep incidents: write them down, edit, link, label and hand them over
    ///
    /// Every step is a signed record in the node's log. Nothing is overwritten, and what was joined can be taken apart.
    #[command(subcommand)]
    Incident(IncidentCommand),
    /// Write down what was tried against incidents, whether it worked and how that was measured
    #[command(subcommand)]
    Countermeasure(CountermeasureCommand),
    /// Keep signals of misuse: sign them, see those that came, take own ones back
    ///
    /// docs/signals.md says what matching with them finds and what it does not.
    #[command(subcommand)]
    Signal(SignalCommand),
    /// Tell the author of a signal that it was found
    #[command(subcommand)]
    Sighting(SightingCommand),
    /// Look for known signals of misuse in texts, pictures and files
    ///
    /// Content is read and not kept. What is found is told with whose signal it is, how it was found and how near it is.
    Scan(ScanArguments),
    /// Report in confidence without an account; take in, read and answer such reports at a desk
    #[command(subcommand)]
    Report(ReportCommand),
    /// Draft, compare, negotiate and sign agreements
    ///
    /// An agreement says what may flow between its parties, in words and in policies. Every step is a signed message, handed
    /// over as a file.
    #[command(subcommand)]
    Agreement(AgreementCommand),
    /// Decide what may leave, have it approved, publish it, explain it, take it back
    ///
    /// Nothing leaves but what a clause permits, no floor keeps, and every label lets go.
    #[command(subcommand)]
    Release(ReleaseCommand),
    /// Run the node: serve feeds to peers, read theirs, acknowledge, witness
    ///
    /// Other commands may be used on the same directory meanwhile: the node lends it to them.
    Serve(ServeArguments),
    /// Name the nodes of partners, and pair with new ones by a spoken code
    #[command(subcommand)]
    Peer(PeerCommand),
    /// See what is sent and read, and check it
    #[command(subcommand)]
    Feed(FeedCommand),
    /// Exchange by files that are carried by hand, where there is no line
    #[command(subcommand)]
    Bundle(BundleCommand),
    /// Ask about what was received, answer what others ask, and see who kept silent
    #[command(subcommand)]
    Clarify(ClarifyCommand),
    /// See what peers were caught at, and hand the evidence on
    #[command(subcommand)]
    Alarm(AlarmCommand),
    /// Find records by words, phrases, fields and dates, in English and in Chinese
    ///
    /// Words are asked for together; "phrases" in their order; -word leaves out; OR joins; FIELD:VALUE, FIELD:A,B and FIELD>=N
    /// ask for coded fields; after: and before: bound the date. docs/search.md has examples.
    Search(SearchArguments),
    /// Keep searches standing: each new record that one finds makes one alert
    #[command(subcommand)]
    Watch(WatchCommand),
    /// Work out whom one must tell of an incident, by when, with what, and what is not known yet
    ///
    /// Rules are data with their sources; see docs/duties.md. They are not legal advice.
    #[command(subcommand)]
    Duties(DutiesCommand),
    /// Check files of STIX 2.1, whoever wrote them
    #[command(subcommand)]
    Stix(StixCommand),
    /// Read servers of TAXII 2.1 into quarantine, see what lies there, and take what a person accepts
    ///
    /// What was pulled is not ours: it is not searched and never released until it is taken.
    #[command(subcommand)]
    Taxii(TaxiiCommand),
    /// See and switch the floors: what this node never lets out, whatever an agreement says
    #[command(subcommand)]
    Floor(FloorCommand),
    /// Take in incidents from the databases of others, or from a table of your own
    ///
    /// Each row becomes an incident that this node signs and logs. Nothing is made up: what a row does not say is absent, what
    /// has no place is counted and shown, and a row that cannot be read is named with its row and column while the others are
    /// taken. A row that is here already makes nothing, a changed one a new version, so that a run which was cut off is simply
    /// run again.
    Import(ImportArguments),
    /// Write incidents to a file for other software: a STIX bundle, the OECD's 29 criteria, a flat table
    ///
    /// The file is this node's own view, for the machine that it is written on. NO AGREEMENT COVERS IT: whoever hands it to
    /// others does so outside of every agreement, without a receipt, and nothing can be recalled. To show an incident to a
    /// partner use `detente release`.
    Export(ExportArguments),
    /// Check anything, and say exactly what was proved and what was not
    ///
    /// A node's directory: every octet of it. A log's published folder or its URL: that it is one whole log under its key.
    /// A record, with its proof or without. A statement that somebody delivered, opened. Evidence that a log has two
    /// histories, that a head statement is false, or that a log was cut back. Nothing of ours is needed but this program and
    /// the party's profile.
    Verify(CheckArguments),
    /// Drop every view and all that is published, and make it anew from the segments
    Rebuild(RebuildArguments),
    /// Print the document of `/api/v1`: everything that can be asked of a running node
    #[command(subcommand)]
    Api(ApiCommand),
    /// Watch the main job happen on this machine, with real public incidents
    ///
    /// Nothing is prepared: keys are made, records signed and attacks tried while you watch. At its end the sites of its parties
    /// run until Ctrl-C, with accounts to sign in to.
    Demo(DemoArguments),
}

#[derive(Debug, Args)]
pub(crate) struct InitArguments {
    /// Directory of the new node; must not exist yet, or be empty
    #[arg(long, value_name = "DIR")]
    pub(crate) dir: PathBuf,
    /// The party's name in a language, such as en="Harbour Office" or zh-Hans=海港局; the first one leads
    #[arg(long = "name", value_name = "LANGUAGE=NAME", required = true)]
    pub(crate) names: Vec<String>,
    /// How others reach the party
    #[arg(long, value_name = "TEXT")]
    pub(crate) contact: Option<String>,
    /// Days until the keys expire
    #[arg(long, value_name = "DAYS", default_value_t = 730, value_parser = clap::value_parser!(u16).range(1..=3650))]
    pub(crate) valid_days: u16,
    #[command(flatten)]
    pub(crate) passphrase: PassphraseArguments,
}

/// How private keys are opened.
#[derive(Debug, Clone, Args)]
pub(crate) struct PassphraseArguments {
    /// Ask for a passphrase that encrypts the private keys
    #[arg(long, conflicts_with = "passphrase_file")]
    pub(crate) passphrase: bool,
    /// Read that passphrase from the first line of a file
    #[arg(long, value_name = "FILE")]
    pub(crate) passphrase_file: Option<PathBuf>,
}

/// What can be done with records.
#[derive(Debug, Subcommand)]
pub(crate) enum RecordCommand {
    /// Sign a STIX 2.1 object
    ///
    /// It is signed once, so that it can be shown whole, in part, coarsened, or not yet. An id and times that it lacks are
    /// filled in. Whoever has the written record can show any part of it, so keep it, and hand on what `record present`
    /// makes of it.
    Sign(SignArguments),
    /// Show less of a record under the same signature
    ///
    /// The signature does not change, and what is left out cannot be guessed.
    ///
    /// A PLACE is a JSON Pointer such as `/object/description` or `/aside/occurred_year`, or just its end, such as
    /// `description` or `countries/0`, if no other place ends so. Showing a place shows what lies inside it. `record show`
    /// lists the places of a record.
    Present(PresentArguments),
    /// Print what a record shows
    ///
    /// Also how much it withholds, decoys included, and the places that can be shown or withheld further. Without the
    /// author's keys nothing is checked, and the first line says so.
    Show(ShowArguments),
    /// Check a record and say what that proves
    ///
    /// It proves that the party's keys signed this record, and that every shown value is as it was signed. It does not prove
    /// when it was signed, which needs a log, nor that what it says is true, nor what it withholds.
    Verify(VerifyArguments),
}

#[derive(Debug, Args)]
pub(crate) struct SignArguments {
    /// The object, as JSON; `-` for standard input
    #[arg(value_name = "FILE")]
    pub(crate) object: PathBuf,
    /// Directory of the node that signs
    #[arg(long, value_name = "DIR")]
    pub(crate) dir: PathBuf,
    /// The record of the version before this one
    #[arg(long, value_name = "RECORD")]
    pub(crate) after: Option<PathBuf>,
    /// A further object that goes into the record as a member of a batch; may be given many times
    #[arg(long = "member", value_name = "FILE")]
    pub(crate) members: Vec<PathBuf>,
    /// Only say what would be signed
    #[arg(long)]
    pub(crate) dry_run: bool,
    #[command(flatten)]
    pub(crate) passphrase: PassphraseArguments,
    #[command(flatten)]
    pub(crate) output: OutputArguments,
}

/// Where a record is written, and how.
#[derive(Debug, Args)]
pub(crate) struct OutputArguments {
    /// Write the record here instead of to standard output; an existing file is refused
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
    /// How the record is written
    #[arg(long, value_enum, default_value_t = RecordForm::Json)]
    pub(crate) format: RecordForm,
}

/// The forms of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum RecordForm {
    /// JWS JSON, the form on the wire and in store
    Json,
    /// One line with `~` between its parts, for other SD-JWT software; one signature only
    Compact,
}

/// Whose keys are believed.
#[derive(Debug, Args)]
pub(crate) struct KeyArguments {
    /// A profile file of a party whose keys you have checked; may be given many times
    #[arg(long = "keys", value_name = "PROFILE")]
    pub(crate) profiles: Vec<PathBuf>,
    /// A node's directory: its own keys are believed too
    #[arg(long, value_name = "DIR")]
    pub(crate) dir: Option<PathBuf>,
}

#[derive(Debug, Args)]
#[command(group = ArgGroup::new("choice").required(true))]
pub(crate) struct PresentArguments {
    /// The record; `-` for standard input
    #[arg(value_name = "RECORD")]
    pub(crate) record: PathBuf,
    /// Show this place and no other that is not named; may be given many times
    #[arg(long, value_name = "PLACE", group = "choice")]
    pub(crate) show: Vec<String>,
    /// Withhold this place and show the others; may be given many times
    #[arg(long, value_name = "PLACE", group = "choice")]
    pub(crate) hide: Vec<String>,
    /// Show the STIX core: type, id, times, author, language, markings
    #[arg(long, group = "choice")]
    pub(crate) core: bool,
    /// Show nothing: proves that the record existed and tells no more
    #[arg(long, group = "choice")]
    pub(crate) sealed: bool,
    /// Show everything that the record shows
    #[arg(long, group = "choice")]
    pub(crate) all: bool,
    #[command(flatten)]
    pub(crate) keys: KeyArguments,
    #[command(flatten)]
    pub(crate) output: OutputArguments,
}

#[derive(Debug, Args)]
pub(crate) struct ShowArguments {
    /// The record; `-` for standard input
    #[arg(value_name = "RECORD")]
    pub(crate) record: PathBuf,
    #[command(flatten)]
    pub(crate) keys: KeyArguments,
}

#[derive(Debug, Args)]
pub(crate) struct VerifyArguments {
    /// The record; `-` for standard input
    #[arg(value_name = "RECORD")]
    pub(crate) record: PathBuf,
    #[command(flatten)]
    pub(crate) keys: KeyArguments,
    /// The time at which its keys must have been good; now, if not given
    #[arg(long, value_name = "TIME", conflicts_with = "as_named")]
    pub(crate) at: Option<Timestamp>,
    /// Check under the key record that the record names, also if its keys have expired or retired since
    #[arg(long)]
    pub(crate) as_named: bool,
    /// With --as-named: even if a key was revoked or overruled, so that a thief may have signed
    #[arg(long, requires = "as_named")]
    pub(crate) even_revoked: bool,
}

#[derive(Debug, Args)]
pub(crate) struct DemoArguments {
    /// Only check, and keep no site running at the end: exit 0 only if everything held
    #[arg(long)]
    pub(crate) headless: bool,
    /// Leave out what takes waiting: the slow line, and the warning that goes over it
    #[arg(long)]
    pub(crate) fast: bool,
    /// Take in your own snapshot of the AI Incident Database too: the folder with its `incidents.csv`
    #[arg(long, value_name = "DIR")]
    pub(crate) data: Option<PathBuf>,
    /// Directory for the demonstration's files; emptied first if an earlier demonstration left it
    #[arg(long, value_name = "DIR", default_value = "demo")]
    pub(crate) dir: PathBuf,
}
