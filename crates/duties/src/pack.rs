//! A rule pack: what one instrument asks, as data.

mod conditions;
mod parts;
mod read;
mod stages;

use std::sync::Arc;

use record::digest::sha256;
use record::words;

use crate::condition::Condition;
use crate::counting::{Counting, Within};
use crate::day::Day;
use crate::dictionary::{Dictionary, FactIndex};
use crate::fault::Fault;
use crate::lines::Lines;
use crate::text::Both;
use crate::vignette::Vignette;
use crate::zone::ZoneRule;

/// The word by which a file says that it is a pack of this form.
pub const FORMAT: &str = "detente-rule-pack/1";

words! {
    /// How far a source can be relied on, from firm to weak.
    Confidence, "confidence" {
        /// Sources contradict one another, or the text leaves it open.
        Disputed = "disputed",
        /// Read in the text, or in an official copy.
        Official = "official",
        /// Read in other people's accounts.
        Secondary = "secondary",
    }
}

words! {
    /// What binds somebody to a duty.
    Binding, "binding force" {
        /// A contract, or the rules of a coalition.
        Agreed = "agreed",
        /// Law.
        Law = "binding",
        /// A guide or a code that one may follow.
        Voluntary = "voluntary",
    }
}

/// A pack that has been read. Its vignettes run when it is loaded among others, see [`crate::Packs`].
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Pack {
    /// Its id, the same in all versions.
    pub id: String,
    /// Its version.
    pub version: String,
    /// Its title.
    pub title: Both,
    /// The code of whose law it is: `EU`, `US-CA`, `CN`, or one of its own.
    pub jurisdiction: String,
    /// Whose law it is.
    pub jurisdiction_label: Both,
    /// What it is about.
    pub about: Both,
    /// When its sources were read.
    pub read_on: Day,
    /// Until when it should be looked at again. Afterwards every answer says so.
    pub review_by: Day,
    /// From when it is not loaded any more.
    pub expires: Option<Day>,
    /// Its sources.
    pub sources: Vec<Arc<Source>>,
    /// Its definitions, each before its first use.
    pub definitions: Vec<Arc<Definition>>,
    /// What the law leaves open.
    pub questions: Vec<Arc<Question>>,
    /// Its duties.
    pub duties: Vec<Duty>,
    /// Cases with the answers that they must get.
    pub vignettes: Vec<Vignette>,
    pub(crate) lines: Lines,
    pub(crate) digest: [u8; 32],
    pub(crate) text: Arc<str>,
}

/// Where something is written.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Source {
    /// Its id in the pack.
    pub id: String,
    /// The instrument.
    pub instrument: Both,
    /// The article.
    pub article: String,
    /// Where it can be read; empty where it has no address.
    pub link: String,
    /// When it was read.
    pub read_on: Day,
    /// How far it can be relied on.
    pub confidence: Confidence,
    /// What else there is to say of it.
    pub note: Option<Both>,
}

/// A word of the law with what it means.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Definition {
    /// Its id in the pack.
    pub id: String,
    /// The word.
    pub label: Both,
    /// When it holds.
    pub when: Condition,
    /// Where it is written.
    pub source: Arc<Source>,
}

/// A question that the law leaves open.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Question {
    /// Its id in the pack.
    pub id: String,
    /// The question.
    pub text: Both,
    /// Where it arises.
    pub source: Arc<Source>,
    /// Its place in the pack.
    pub(crate) place: u8,
}

/// A window of time.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Window {
    /// Its first day.
    pub from: Day,
    /// The first day after it.
    pub until: Option<Day>,
    /// From when the law named this window.
    pub stood_from: Option<Day>,
    /// From when it named it no more.
    pub stood_until: Option<Day>,
    /// Where it is written.
    pub source: Arc<Source>,
}

/// A window of the rule that a trigger hangs on.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct PredicateWindow {
    /// The window.
    pub window: Window,
    /// What holds outside: an open question, or, without one, that the duty does not.
    pub question: Option<Arc<Question>>,
}

/// A duty.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Duty {
    /// Its id in the pack.
    pub id: String,
    /// Pack and id: `eu-ai-act-73/report`.
    pub path: String,
    /// What is to be done.
    pub label: Both,
    /// What binds to it.
    pub binding: Binding,
    /// Whom it binds.
    pub holder: Both,
    /// When it is in force.
    pub in_force: Vec<Window>,
    /// When the rule is in force that its trigger hangs on; empty if that is the duty itself.
    pub predicate_in_force: Vec<PredicateWindow>,
    /// What brings it about.
    pub trigger: Condition,
    /// Where it is written.
    pub source: Arc<Source>,
    /// Who is told.
    pub recipient: Both,
    /// How they are told.
    pub channel: Both,
    /// In which languages: tags.
    pub languages: Vec<String>,
    /// What failing it can cost.
    pub penalty: Option<Both>,
    /// The zone in which it is counted.
    pub zone: ZoneRule,
    /// What it gives way to.
    pub displaced_by: Vec<Displacement>,
    /// What is disputed about it beside whether it is due.
    pub question: Option<Arc<Question>>,
    /// Its stages: the first report, and what follows.
    pub stages: Vec<Stage>,
    /// Every open question that whether it is due hangs on.
    pub(crate) questions: Vec<Arc<Question>>,
    /// The weakest of its own source and of those of the definitions in its trigger.
    pub(crate) rests_on: Confidence,
}

/// What a duty gives way to.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Displacement {
    /// The other duty: `eu-nis2-23/notify`.
    pub duty: String,
    /// Under which condition; none: always.
    pub when: Option<Condition>,
    /// Only if the other duty is due.
    pub if_due: bool,
    /// Where it is written.
    pub source: Arc<Source>,
    pub(crate) at: String,
}

/// A stage of a duty.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Stage {
    /// Its id in the duty.
    pub id: String,
    /// The name of the fact that says when it was filed: `filed:PACK/DUTY/STAGE`.
    pub filed: String,
    /// What it is.
    pub label: Both,
    /// Whether there is such a stage; none: always.
    pub when: Option<Condition>,
    /// What starts its clock.
    pub start: Start,
    /// By when; the soonest that applies holds.
    pub deadlines: Vec<Deadline>,
    /// Until which instant it is repeated.
    pub repeats_until: Option<(FactIndex, String)>,
    /// What it has to say.
    pub content: Vec<Both>,
    /// The form that it is filed in.
    pub form: Option<String>,
}

/// What starts a clock. Facts are kept with their ids.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Start {
    /// The earliest of these instants.
    EarliestOf(Vec<(FactIndex, String)>),
    /// The latest of these instants.
    LatestOf(Vec<(FactIndex, String)>),
    /// When an earlier stage was filed, by the name of that fact.
    Filed(String),
}

/// By when.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Deadline {
    /// Its id in the stage.
    pub id: String,
    /// Its words.
    pub label: Both,
    /// Whether it applies; none: always.
    pub when: Option<Condition>,
    /// How long, counted how; none: without delay, in words and not in numbers.
    pub within: Option<(Within, Arc<Counting>)>,
    /// What is disputed about it.
    pub question: Option<Arc<Question>>,
    /// Where it is written.
    pub source: Arc<Source>,
}

impl Pack {
    /// Reads a pack against a dictionary. Its references within itself are checked here; other packs and vignettes when it is
    /// loaded among others.
    ///
    /// # Errors
    /// Every [`Fault`], each with line and reason.
    pub fn parse(octets: &[u8], dictionary: &Arc<Dictionary>) -> Result<Self, Vec<Fault>> {
        read::pack(octets, dictionary)
    }

    /// SHA-256("detente/rule-pack/v1\0" || the octets of the file).
    #[must_use]
    pub fn digest_of(octets: &[u8]) -> [u8; 32] {
        sha256(&[b"detente/rule-pack/v1\0", octets])
    }

    /// The digest of the file it was read from.
    #[must_use]
    pub const fn digest(&self) -> &[u8; 32] {
        &self.digest
    }

    /// The digest as 64 hexadecimal digits.
    #[must_use]
    pub fn digest_text(&self) -> String {
        self.digest.iter().map(|octet| format!("{octet:02x}")).collect()
    }

    /// The octets of the file it was read from.
    #[must_use]
    pub fn octets(&self) -> &[u8] {
        self.text.as_bytes()
    }

    /// The duty with an id.
    #[must_use]
    pub fn duty(&self, id: &str) -> Option<&Duty> {
        self.duties.iter().find(|duty| duty.id == id)
    }

    /// A fault at a place of its file.
    pub(crate) fn fault(&self, path: impl Into<String>, reason: impl Into<String>) -> Fault {
        let path = path.into();
        Fault { line: self.lines.of(&path), path, reason: reason.into() }
    }
}

impl Duty {
    /// The stage with an id.
    #[must_use]
    pub fn stage(&self, id: &str) -> Option<&Stage> {
        self.stages.iter().find(|stage| stage.id == id)
    }

    /// Every condition of it.
    pub(crate) fn conditions(&self) -> impl Iterator<Item = &Condition> {
        let displaced = self.displaced_by.iter().filter_map(|displacement| displacement.when.as_ref());
        let stages = self.stages.iter().flat_map(|stage| {
            stage.when.iter().chain(stage.deadlines.iter().filter_map(|deadline| deadline.when.as_ref()))
        });
        std::iter::once(&self.trigger).chain(displaced).chain(stages)
    }
}

impl Confidence {
    /// The weaker of two.
    #[must_use]
    pub fn weaker(self, other: Self) -> Self {
        if self.weakness() >= other.weakness() { self } else { other }
    }

    const fn weakness(self) -> u8 {
        match self {
            Self::Official => 0,
            Self::Secondary => 1,
            Self::Disputed => 2,
        }
    }
}

impl Window {
    /// Whether the law named this window on a day.
    pub(crate) fn stood_on(&self, day: Day) -> bool {
        self.stood_from.is_none_or(|from| from <= day) && self.stood_until.is_none_or(|until| day < until)
    }

    /// Whether a day lies inside.
    pub(crate) fn holds_on(&self, day: Day) -> bool {
        self.from <= day && self.until.is_none_or(|until| day < until)
    }
}

impl Start {
    /// The facts it reads; none if it is a filing.
    pub(crate) fn facts(&self) -> &[(FactIndex, String)] {
        match self {
            Self::EarliestOf(facts) | Self::LatestOf(facts) => facts,
            Self::Filed(_) => &[],
        }
    }
}
