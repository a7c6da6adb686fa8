//! `detente incident`: what can be asked at the incident desk.

use std::path::PathBuf;
use std::str::FromStr;

use clap::{Args, Subcommand, ValueEnum};
use incident::links::LinkWord;
use incident::{EventKind, Moment, Severity, Stage, SubmitterRole};
use record::digest::RecordDigest;
use record::time::Timestamp;

use super::{NodeArguments, TrendArguments};

/// A word of the format, in which a hyphen may be typed for a space.
fn spaced<T: FromStr>(text: &str) -> Result<T, T::Err> {
    text.replace('-', " ").parse()
}

/// What can be done at the incident desk.
#[derive(Debug, Subcommand)]
pub(crate) enum IncidentCommand {
    /// Write down an incident, a near miss or a hazard; signed and logged
    ///
    /// Say what is known and leave out what is not: nothing is filled in for you. What the OECD's reporting framework wants in
    /// every report and yours lacks is named, and is no obstacle. See what would be signed with --preview. Typed again after
    /// an answer that was lost, the same report is not made twice.
    New(IncidentNewArguments),
    /// Make the next version of an incident of ours
    ///
    /// Every version stays. The new one names the one before it, and the difference is shown. A first report that is edited
    /// becomes an interim one.
    Edit(IncidentEditArguments),
    /// Say how far a report has come: interim, final, not reportable, retracted
    ///
    /// "not reportable" and "retracted" need a reason. Nothing follows a retraction.
    Stage(IncidentStageArguments),
    /// Show an incident: what each party says of it, its versions, its links
    Show(IncidentShowArguments),
    /// List the incidents that are here, the latest first
    List(IncidentListArguments),
    /// Say that a report is about an incident, or that two incidents belong near each other and are not the same
    ///
    /// Each link is a signed statement of this party. It can be taken back.
    Link(IncidentLinkArguments),
    /// Take a link back
    Unlink(IncidentUnlinkArguments),
    /// Say that two incidents are one
    ///
    /// Both ids stay good, and each leads to the other. A and B, and B and C, do not make A and C one: somebody has to say so.
    /// See what would follow with --preview, and take it back with --undo.
    Merge(IncidentMergeArguments),
    /// Say that an incident held more than one thing, and that others here are among them
    ///
    /// Write the others down first with `incident new`. Undone with --undo.
    Split(IncidentSplitArguments),
    /// Label an incident in the words of a taxonomy, as one of any number of annotators
    ///
    /// Nothing chooses between annotators: `incident show` sets them side by side, and says how far they agree.
    Label(IncidentLabelArguments),
    /// Put texts of an incident of ours into another language; signed and logged
    ///
    /// A translation is a record of its own beside the version that it translates (STIX `language-content`): it changes nothing of the
    /// incident, and whoever reads it sees whose it is. Every label on the incident holds for all of it.
    Translate(IncidentTranslateArguments),
    /// Tell all that happened around an incident: who, when, and what proves each line
    Timeline(IncidentTimelineArguments),
    /// Find incidents that may be the same event, with reasons; you decide
    Candidates(IncidentCandidatesArguments),
    /// Count incidents by a coded field over time, and look for bursts
    ///
    /// Nothing is filled in: what an incident does not say stands in a row of its own. Bursts are found by a scan statistic
    /// (Kulldorff 1997) and corrected for the number of rows (Benjamini and Hochberg 1995); `docs/trends.md` has the formulas.
    Trend(TrendArguments),
    /// Write the hand-over note of a shift: what changed, and what waits
    Handover(IncidentHandoverArguments),
}

/// What is said of an incident.
#[derive(Debug, Args)]
pub(crate) struct FactArguments {
    /// A short title
    #[arg(long, value_name = "TEXT")]
    pub(crate) title: Option<String>,
    /// What happened
    #[arg(long, value_name = "TEXT")]
    pub(crate) description: Option<String>,
    /// How the AI system bears on it
    #[arg(long, value_name = "TEXT")]
    pub(crate) involvement: Option<String>,
    /// incident, near miss, or hazard
    #[arg(long, value_name = "KIND", value_parser = spaced::<EventKind>)]
    pub(crate) kind: Option<EventKind>,
    /// hazard, serious hazard, incident, serious incident, or disaster
    #[arg(long, value_name = "SEVERITY", value_parser = spaced::<Severity>)]
    pub(crate) severity: Option<Severity>,
    /// What you have to do with it: provider, deployer, affected party, authority, investigator, observer
    #[arg(long, value_name = "ROLE", value_parser = spaced::<SubmitterRole>)]
    pub(crate) role: Option<SubmitterRole>,
    /// A kind of harm, in your words; may be given many times
    #[arg(long = "harm", value_name = "TEXT")]
    pub(crate) harms: Vec<String>,
    /// A country that is concerned, such as NL; may be given many times
    #[arg(long = "country", value_name = "CODE")]
    pub(crate) countries: Vec<String>,
    /// When it happened, as exactly as is known: 2026, 2026-06, 2026-06-30, 2026-06-30T08:15Z
    #[arg(long, value_name = "TIME")]
    pub(crate) occurred: Option<String>,
    /// When you became aware of it
    #[arg(long, value_name = "TIME")]
    pub(crate) aware: Option<String>,
    /// The AI system's name
    #[arg(long, value_name = "TEXT")]
    pub(crate) system: Option<String>,
    /// Supporting material: a name, NAME=ADDRESS, or NAME=ID such as mitre-atlas=AML.T0015; may be given many times
    #[arg(long = "source", value_name = "SOURCE")]
    pub(crate) sources: Vec<String>,
    /// Any property by its name, such as deaths=0 or cause="worn cable"; lists take one element each time, and what has
    /// members is JSON. docs/incident.md names them all
    #[arg(long = "set", value_name = "PROPERTY=VALUE")]
    pub(crate) set: Vec<String>,
}

/// Whether anything is signed.
#[derive(Debug, Clone, Copy, Args)]
pub(crate) struct PreviewArguments {
    /// Only say what would be signed
    #[arg(long)]
    pub(crate) preview: bool,
}

#[derive(Debug, Args)]
pub(crate) struct IncidentNewArguments {
    /// A JSON file: a STIX incident, or an object of properties by name; `-` for standard input
    #[arg(value_name = "FILE")]
    pub(crate) file: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) facts: FactArguments,
    /// Make it even if this party has said the same before: it is another event
    #[arg(long)]
    pub(crate) again: bool,
    #[command(flatten)]
    pub(crate) preview: PreviewArguments,
    #[command(flatten)]
    pub(crate) node: NodeArguments,
}

#[derive(Debug, Args)]
pub(crate) struct IncidentEditArguments {
    /// The incident: its id, or the digest of one of its versions
    #[arg(value_name = "INCIDENT", allow_hyphen_values = true)]
    pub(crate) incident: String,
    /// A JSON file of properties by name; `null` takes one away; `-` for standard input
    #[arg(value_name = "FILE")]
    pub(crate) file: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) facts: FactArguments,
    /// Take a property away; may be given many times
    #[arg(long = "unset", value_name = "PROPERTY")]
    pub(crate) unset: Vec<String>,
    /// The version that you looked at: refuse if another has come since
    #[arg(long, value_name = "DIGEST", allow_hyphen_values = true)]
    pub(crate) after: Option<RecordDigest>,
    #[command(flatten)]
    pub(crate) preview: PreviewArguments,
    #[command(flatten)]
    pub(crate) node: NodeArguments,
}

#[derive(Debug, Args)]
pub(crate) struct IncidentStageArguments {
    /// The incident: its id, or the digest of one of its versions
    #[arg(value_name = "INCIDENT", allow_hyphen_values = true)]
    pub(crate) incident: String,
    /// interim, final, "not reportable", or retracted
    #[arg(value_name = "STAGE", value_parser = spaced::<Stage>)]
    pub(crate) stage: Stage,
    /// Why: needed for "not reportable" and "retracted"
    #[arg(long, value_name = "TEXT")]
    pub(crate) reason: Option<String>,
    #[command(flatten)]
    pub(crate) preview: PreviewArguments,
    #[command(flatten)]
    pub(crate) node: NodeArguments,
}

#[derive(Debug, Args)]
pub(crate) struct IncidentTranslateArguments {
    /// The incident: its id, or the digest of the version that was read
    #[arg(value_name = "INCIDENT", allow_hyphen_values = true)]
    pub(crate) incident: String,
    /// The language, such as en, zh-Hans, fr
    #[arg(long, value_name = "LANGUAGE")]
    pub(crate) language: record::language::LanguageTag,
    /// The title in that language
    #[arg(long, value_name = "TEXT")]
    pub(crate) title: Option<String>,
    /// What happened, in that language
    #[arg(long, value_name = "TEXT")]
    pub(crate) description: Option<String>,
    /// How the AI system bears on it, in that language
    #[arg(long, value_name = "TEXT")]
    pub(crate) involvement: Option<String>,
    /// Any other text by its name, such as cause="..."; may be given many times
    #[arg(long = "set", value_name = "PROPERTY=TEXT")]
    pub(crate) set: Vec<String>,
    /// Who or what translated it: a person, an office, a program; for whoever reads it
    #[arg(long, value_name = "TEXT")]
    pub(crate) translator: Option<String>,
    #[command(flatten)]
    pub(crate) preview: PreviewArguments,
    #[command(flatten)]
    pub(crate) node: NodeArguments,
}

#[derive(Debug, Args)]
pub(crate) struct IncidentShowArguments {
    /// The incident: its id, or the digest of one of its versions
    #[arg(value_name = "INCIDENT", allow_hyphen_values = true)]
    pub(crate) incident: String,
    /// Show every version with what changed in it
    #[arg(long)]
    pub(crate) versions: bool,
    /// Show what differs between two versions, by their digests
    #[arg(long, value_names = ["OLDER", "NEWER"], num_args = 2, allow_hyphen_values = true)]
    pub(crate) diff: Vec<RecordDigest>,
    /// The node's directory
    #[arg(long, value_name = "DIR")]
    pub(crate) dir: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct IncidentListArguments {
    /// Only those at this stage
    #[arg(long, value_name = "STAGE", value_parser = spaced::<Stage>)]
    pub(crate) stage: Option<Stage>,
    /// Only this kind: incident, near miss, hazard
    #[arg(long, value_name = "KIND", value_parser = spaced::<EventKind>)]
    pub(crate) kind: Option<EventKind>,
    /// Only of this severity
    #[arg(long, value_name = "SEVERITY", value_parser = spaced::<Severity>)]
    pub(crate) severity: Option<Severity>,
    /// Only those that concern this country, such as NL
    #[arg(long, value_name = "CODE")]
    pub(crate) country: Option<incident::Country>,
    /// Only those that occurred at this time or later, such as 2026-06; those without a time are left out
    #[arg(long, value_name = "TIME")]
    pub(crate) from: Option<Moment>,
    /// Only those that occurred before this time
    #[arg(long, value_name = "TIME")]
    pub(crate) before: Option<Moment>,
    /// The most incidents to list
    #[arg(long, value_name = "COUNT", default_value_t = 50, value_parser = clap::value_parser!(u16).range(1..=1_000))]
    pub(crate) limit: u16,
    /// Go on behind this mark, as the page before printed it
    #[arg(long, value_name = "MARK")]
    pub(crate) behind: Option<String>,
    /// The node's directory
    #[arg(long, value_name = "DIR")]
    pub(crate) dir: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct IncidentLinkArguments {
    /// The report, or the first of two incidents: its id
    #[arg(value_name = "FROM")]
    pub(crate) from: String,
    /// The incident
    #[arg(value_name = "TO")]
    pub(crate) to: String,
    /// What it says
    #[arg(long = "as", value_enum, default_value_t = LinkSaying::Reports)]
    pub(crate) saying: LinkSaying,
    #[command(flatten)]
    pub(crate) why: WhyArguments,
}

/// What a link says that is no merge and no split.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum LinkSaying {
    /// The first is a report about the second
    Reports,
    /// The two belong near each other and are not the same
    RelatedNotSame,
}

impl LinkSaying {
    pub(crate) const fn word(self) -> LinkWord {
        match self {
            Self::Reports => LinkWord::Reports,
            Self::RelatedNotSame => LinkWord::RelatedNotSame,
        }
    }
}

/// Why a statement is made, and by which node.
#[derive(Debug, Args)]
pub(crate) struct WhyArguments {
    /// Why, for whoever reads it later
    #[arg(long, value_name = "TEXT")]
    pub(crate) reason: String,
    #[command(flatten)]
    pub(crate) preview: PreviewArguments,
    #[command(flatten)]
    pub(crate) node: NodeArguments,
}

#[derive(Debug, Args)]
pub(crate) struct IncidentUnlinkArguments {
    /// The statement's digest, as `incident show` has it; or the first of two ids
    #[arg(value_name = "STATEMENT", allow_hyphen_values = true)]
    pub(crate) statement: String,
    /// The second id: all that this party said of the two is taken back
    #[arg(value_name = "TO")]
    pub(crate) to: Option<String>,
    #[command(flatten)]
    pub(crate) why: WhyArguments,
}

#[derive(Debug, Args)]
pub(crate) struct IncidentMergeArguments {
    /// The incident that is merged
    #[arg(value_name = "INCIDENT")]
    pub(crate) from: String,
    /// The incident that it is one with
    #[arg(value_name = "INTO")]
    pub(crate) to: String,
    /// Take this party's merge of the two back
    #[arg(long)]
    pub(crate) undo: bool,
    #[command(flatten)]
    pub(crate) why: WhyArguments,
}

#[derive(Debug, Args)]
pub(crate) struct IncidentSplitArguments {
    /// The incident that held more than one thing
    #[arg(value_name = "INCIDENT")]
    pub(crate) from: String,
    /// One of the things that it held: an incident that is here; may be given many times
    #[arg(long = "into", value_name = "INCIDENT", required = true)]
    pub(crate) into: Vec<String>,
    /// Take this party's split back
    #[arg(long)]
    pub(crate) undo: bool,
    #[command(flatten)]
    pub(crate) why: WhyArguments,
}

/// Who labels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum AnnotatorKind {
    /// A person
    Person,
    /// The party as a whole
    Party,
    /// A program; say its version too
    Program,
}

#[derive(Debug, Args)]
pub(crate) struct IncidentLabelArguments {
    /// The incident: its id, or the digest of the version that was read
    #[arg(value_name = "INCIDENT", allow_hyphen_values = true)]
    pub(crate) incident: String,
    /// A value of a field, such as harm=physical; may be given many times
    #[arg(long = "value", value_name = "FIELD=VALUE", required_unless_present = "undo")]
    pub(crate) values: Vec<String>,
    /// The annotator's name
    #[arg(long, value_name = "NAME")]
    pub(crate) by: String,
    /// What the annotator is
    #[arg(long, value_enum, default_value_t = AnnotatorKind::Person)]
    pub(crate) annotator: AnnotatorKind,
    /// The version of a program that labels
    #[arg(long, value_name = "VERSION", required_if_eq("annotator", "program"))]
    pub(crate) program_version: Option<String>,
    /// A taxonomy file in the form of data/taxonomies; the neutral one that is built in, if not given
    #[arg(long, value_name = "FILE")]
    pub(crate) taxonomy: Option<PathBuf>,
    /// How sure the annotator is, 0 to 100
    #[arg(long, value_name = "PERCENT", value_parser = clap::value_parser!(u8).range(0..=100))]
    pub(crate) confidence: Option<u8>,
    /// Take back what this annotator said of this incident in this taxonomy
    #[arg(long, conflicts_with = "values")]
    pub(crate) undo: bool,
    #[command(flatten)]
    pub(crate) why: WhyArguments,
}

#[derive(Debug, Args)]
pub(crate) struct IncidentTimelineArguments {
    /// The incident: its id, or the digest of one of its versions
    #[arg(value_name = "INCIDENT", allow_hyphen_values = true)]
    pub(crate) incident: String,
    /// The node's directory
    #[arg(long, value_name = "DIR")]
    pub(crate) dir: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct IncidentCandidatesArguments {
    /// The incident: its id, or the digest of one of its versions
    #[arg(value_name = "INCIDENT", allow_hyphen_values = true)]
    pub(crate) incident: String,
    /// The most candidates to show
    #[arg(long, value_name = "COUNT", default_value_t = 5, value_parser = clap::value_parser!(u16).range(1..=100))]
    pub(crate) limit: u16,
    /// Compare titles first, and open only the incidents whose titles share most; so it is done by itself where many are here
    #[arg(long)]
    pub(crate) by_titles: bool,
    /// The node's directory
    #[arg(long, value_name = "DIR")]
    pub(crate) dir: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct IncidentHandoverArguments {
    /// The beginning of the shift, such as 2026-07-01T06:00:00Z
    #[arg(long, value_name = "TIME")]
    pub(crate) since: Timestamp,
    /// The node's directory
    #[arg(long, value_name = "DIR")]
    pub(crate) dir: PathBuf,
}
