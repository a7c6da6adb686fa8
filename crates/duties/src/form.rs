//! Filings: forms as data, filled from the incident, the facts and the answer about the duty. What nothing says is listed as
//! missing, never made up.

mod document;
mod fill;
mod fitting;
mod html;
mod pattern;
mod read;
mod unsaid;
mod wording;

use record::time::Timestamp;
use record::words;

use crate::answer::Answer;
use crate::facts::Facts;
use crate::fault::Fault;
use crate::text::Both;

pub use document::{DOCUMENT_FORMAT, Document, DocumentField, DocumentSaid, DocumentSection, FieldState};
pub use fill::{Filled, FilledField, Said};
pub use fitting::fitting;
pub use pattern::{NoStages, StagePattern};
pub use unsaid::{Unsaid, WrittenError};

/// The word by which a file says that it is a form of this kind.
pub const FORMAT: &str = "detente-form/1";

/// A file by its name, and its octets.
macro_rules! files {
    ($($name:literal),+ $(,)?) => {
        &[$(($name, include_bytes!(concat!("../../../data/duties/forms/", $name, ".json")))),+]
    };
}

/// The shipped forms, by the names of their files.
const FORMS: &[(&str, &[u8])] = files![
    "cn-generative-ai",
    "cn-incident-report",
    "cn-incident-summary",
    "eu-art-73",
    "eu-deployer-notice",
    "eu-gdpr-33",
    "eu-gpai",
    "eu-nis2",
    "eu-notice-to-people",
    "oecd-29",
    "us-ca-sb53",
    "us-ny-raise",
];

words! {
    /// When a field has to be filled.
    Wanted, "requirement of a field" {
        /// In every filing.
        Always = "always",
        /// In the last one; before, as far as known.
        Finally = "finally",
        /// Never: it may be left out.
        Never = "never",
        /// Where it is filed after its moment has passed.
        WhenLate = "when late",
    }
}

words! {
    /// A part of the answer about a duty.
    AnswerPart, "part of an answer" {
        /// How it is sent.
        Channel = "channel",
        /// Which deadline holds.
        Deadline = "deadline",
        /// By when.
        Due = "due",
        /// What is to be done.
        Duty = "duty",
        /// When this is filed.
        FiledOn = "filed_on",
        /// Whom the duty binds.
        Holder = "holder",
        /// Whose law it is.
        Jurisdiction = "jurisdiction",
        /// Who is told.
        Recipient = "recipient",
        /// Where the duty is written.
        Source = "source",
        /// Which stage this is.
        Stage = "stage",
        /// When the clock started.
        Started = "started",
    }
}

/// A form.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Form {
    /// Its id.
    pub id: String,
    /// Its version.
    pub version: String,
    /// Its title.
    pub title: Both,
    /// What it was made from, and how far that can be relied on.
    pub about: Both,
    /// The stages that it was made for.
    pub stages: Vec<StagePattern>,
    /// Stages after which nothing more follows.
    pub last: Vec<StagePattern>,
    /// Its sections.
    pub sections: Vec<Section>,
    /// Words of the incident's closed lists, in Chinese.
    pub words: Vec<(String, String)>,
}

/// A section of a form.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Section {
    /// Its id.
    pub id: String,
    /// Its heading.
    pub label: Both,
    /// Its fields.
    pub fields: Vec<Field>,
}

/// A field of a form.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Field {
    /// Its id, unique in the form.
    pub id: String,
    /// What it asks.
    pub label: Both,
    /// Where its content comes from: everything that says something is taken, in this order.
    pub from: Vec<Origin>,
    /// When it has to be filled.
    pub wanted: Wanted,
    /// Stages in which it has to be filled besides.
    pub stages: Vec<StagePattern>,
    /// What is chosen in other fields that makes it have to be filled besides.
    pub when: Vec<Chosen>,
    /// What may be chosen; empty where anything may be written.
    pub choices: Vec<(String, Both)>,
    /// Choices after which nothing more follows.
    pub last: Vec<String>,
}

/// What is chosen in another field.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Chosen {
    /// The other field.
    pub field: String,
    /// Its choices.
    pub codes: Vec<String>,
}

/// Where content comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Origin {
    /// A property of the incident.
    Property(String),
    /// A fact.
    Fact(String),
    /// The answer about the duty.
    Answer(AnswerPart),
    /// Whoever files it writes it.
    Written,
}

/// What a form is filled for.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Filing<'a> {
    /// The incident.
    pub incident: &'a incident::Incident,
    /// What is known.
    pub facts: &'a Facts,
    /// The answer about the duty.
    pub answer: &'a Answer<'a>,
    /// The stage that is filed.
    pub stage: &'a str,
    /// True if nothing more is to follow.
    pub is_last: bool,
    /// When.
    pub at: Timestamp,
}

impl<'a> Filing<'a> {
    /// A filing of a stage of a duty.
    #[must_use]
    pub const fn new(
        incident: &'a incident::Incident,
        facts: &'a Facts,
        answer: &'a Answer<'a>,
        stage: &'a str,
        at: Timestamp,
    ) -> Self {
        Self { incident, facts, answer, stage, is_last: false, at }
    }

    /// The stage's path: `PACK/DUTY/STAGE`.
    #[must_use]
    pub fn path(&self) -> String {
        format!("{}/{}", self.answer.duty.path, self.stage)
    }

    /// The same, with nothing more to follow.
    #[must_use]
    pub const fn as_last(mut self) -> Self {
        self.is_last = true;
        self
    }
}

/// The names of the shipped forms.
pub fn names() -> impl Iterator<Item = &'static str> {
    FORMS.iter().map(|(name, _)| *name)
}

/// A shipped form.
///
/// # Errors
/// One [`Fault`] if there is no such form; never with a name of [`names`], which a test reads.
pub fn shipped(name: &str) -> Result<Form, Vec<Fault>> {
    let Some((_, octets)) = FORMS.iter().find(|(known, _)| *known == name) else {
        let known = names().collect::<Vec<_>>().join(", ");
        return Err(vec![Fault::whole(format!("there is no form `{name}`; there are {known}"))]);
    };
    Form::parse(octets)
}

impl Form {
    /// Every field, in order.
    pub fn fields(&self) -> impl Iterator<Item = &Field> {
        self.sections.iter().flat_map(|section| &section.fields)
    }
}
