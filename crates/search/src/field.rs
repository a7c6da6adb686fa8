//! The fields that a query can name.

use std::fmt::Display;
use std::str::FromStr;

use incident::{
    AutonomyLevel, Country, DeploymentState, EventKind, HarmType, Industry, Severity, Stage, SubmitterRole, UseKind,
};
use record::digest::{PartyId, RecordDigest};
use record::language::LanguageTag;
use record::stix::StixId;
use record::words;

words! {
    /// A field, by the name of its property where it is one.
    Field, "field" {
        /// The party that signed the record.
        Author = "author",
        /// How far the system acts by itself.
        AutonomyLevel = "autonomy_level",
        /// The reporting party became aware of it.
        Aware = "aware",
        /// How sure the author is of the cause, in percent.
        CauseConfidence = "cause_confidence",
        /// A country concerned, or where it happened.
        Country = "country",
        /// When the object was made.
        Created = "created",
        /// Whether critical infrastructure was concerned.
        CriticalInfrastructure = "critical_infrastructure",
        /// A database that knows the event by an id.
        Database = "database",
        /// How many people died.
        Deaths = "deaths",
        /// Who ran the system.
        Deployer = "deployer",
        /// How far the system was in use.
        DeploymentState = "deployment_state",
        /// The party determined what it was.
        Determined = "determined",
        /// Who made the system.
        Developer = "developer",
        /// The record's digest.
        Digest = "digest",
        /// Anybody first noticed it.
        Discovered = "discovered",
        /// Incident, near miss or hazard.
        EventKind = "event_kind",
        /// The type of a harm.
        Harm = "harm",
        /// The object's STIX id.
        Id = "id",
        /// An industry concerned.
        Industry = "industry",
        /// How many people were injured.
        Injured = "injured",
        /// The language of the object.
        Lang = "lang",
        /// The model beneath the system.
        Model = "model",
        /// When this version was made.
        Modified = "modified",
        /// It happened.
        Occurred = "occurred",
        /// How many people were harmed or exposed.
        PeopleAffected = "people_affected",
        /// Facts first gave a reasonable belief.
        ReasonableBelief = "reasonable_belief",
        /// An id in another database.
        Reference = "reference",
        /// It was first reported to an authority.
        Reported = "reported",
        /// How severe.
        Severity = "severity",
        /// How far the report has come.
        Stage = "stage",
        /// What whoever submits it has to do with it.
        SubmitterRole = "submitter_role",
        /// The system's involvement was first suspected.
        Suspected = "suspected",
        /// The AI system's name.
        System = "system",
        /// Whether it was used as meant.
        UseKind = "use_kind",
    }
}

/// What a field's values are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FieldKind {
    /// A word of a closed list, a code or an id: equal or not.
    Code,
    /// Text whose words are searched within the field alone.
    Name,
    /// A count.
    Number,
    /// A time.
    Time,
}

/// The databases whose ids are known, as a query writes them.
pub(crate) const DATABASES: [(&str, incident::reference::Database); 5] = [
    ("aiid", incident::reference::Database::Aiid),
    ("atlas", incident::reference::Database::Atlas),
    ("avid", incident::reference::Database::Avid),
    ("cve", incident::reference::Database::Cve),
    ("oecd-aim", incident::reference::Database::OecdAim),
];

/// How the words of a field are listed.
type Listing = fn() -> Vec<String>;

/// How a value of a field is read.
type Reading = fn(&str) -> Result<String, String>;

const TRUTHS: [&str; 2] = ["no", "yes"];

impl Field {
    pub(crate) const fn kind(self) -> FieldKind {
        match self {
            Self::Deployer | Self::Developer | Self::Model | Self::System => FieldKind::Name,
            Self::CauseConfidence | Self::Deaths | Self::Injured | Self::PeopleAffected => FieldKind::Number,
            Self::Aware
            | Self::Created
            | Self::Determined
            | Self::Discovered
            | Self::Modified
            | Self::Occurred
            | Self::ReasonableBelief
            | Self::Reported
            | Self::Suspected => FieldKind::Time,
            Self::Author
            | Self::AutonomyLevel
            | Self::Country
            | Self::CriticalInfrastructure
            | Self::Database
            | Self::DeploymentState
            | Self::Digest
            | Self::EventKind
            | Self::Harm
            | Self::Id
            | Self::Industry
            | Self::Lang
            | Self::Reference
            | Self::Severity
            | Self::Stage
            | Self::SubmitterRole
            | Self::UseKind => FieldKind::Code,
        }
    }

    /// Two letters that no other field has: they stand in tokens, so they never change for a name.
    pub(crate) const fn tag(self) -> &'static str {
        match self {
            Self::Author => "au",
            Self::AutonomyLevel => "al",
            Self::Aware => "aw",
            Self::CauseConfidence => "cc",
            Self::Country => "co",
            Self::Created => "cr",
            Self::CriticalInfrastructure => "ci",
            Self::Database => "db",
            Self::Deaths => "de",
            Self::Deployer => "dr",
            Self::DeploymentState => "ds",
            Self::Determined => "dt",
            Self::Developer => "dv",
            Self::Digest => "dg",
            Self::Discovered => "di",
            Self::EventKind => "ek",
            Self::Harm => "ha",
            Self::Id => "id",
            Self::Industry => "in",
            Self::Injured => "ij",
            Self::Lang => "la",
            Self::Model => "mo",
            Self::Modified => "md",
            Self::Occurred => "oc",
            Self::PeopleAffected => "pa",
            Self::ReasonableBelief => "rb",
            Self::Reference => "re",
            Self::Reported => "rp",
            Self::Severity => "se",
            Self::Stage => "st",
            Self::SubmitterRole => "sr",
            Self::Suspected => "su",
            Self::System => "sy",
            Self::UseKind => "uk",
        }
    }

    /// The words of a closed field, as a query writes them and in their order.
    pub(crate) fn closed(self) -> Option<Vec<String>> {
        let lists: [(Self, Listing); 10] = [
            (Self::AutonomyLevel, || names(AutonomyLevel::ALL, AutonomyLevel::name)),
            (Self::CriticalInfrastructure, || TRUTHS.map(str::to_owned).to_vec()),
            (Self::Database, || DATABASES.map(|(name, _)| name.to_owned()).to_vec()),
            (Self::DeploymentState, || names(DeploymentState::ALL, DeploymentState::name)),
            (Self::EventKind, || names(EventKind::ALL, EventKind::name)),
            (Self::Harm, || names(HarmType::ALL, HarmType::name)),
            (Self::Severity, || names(Severity::ALL, Severity::name)),
            (Self::Stage, || names(Stage::ALL, Stage::name)),
            (Self::SubmitterRole, || names(SubmitterRole::ALL, SubmitterRole::name)),
            (Self::UseKind, || names(UseKind::ALL, UseKind::name)),
        ];
        lists.iter().find(|(field, _)| *field == self).map(|(_, list)| list())
    }

    /// Reads a value of a code field as it is indexed.
    ///
    /// # Errors
    /// What is wrong, and what can stand there.
    pub(crate) fn read_code(self, value: &str) -> Result<String, String> {
        if let Some(known) = self.closed() {
            let word = code(value);
            let wrong =
                || format!("`{self}` has no value `{}`; its values are {}", value.escape_debug(), known.join(", "));
            return if known.contains(&word) { Ok(word) } else { Err(wrong()) };
        }
        self.read_open(value)
    }

    fn read_open(self, value: &str) -> Result<String, String> {
        let read: [(Self, Reading); 6] = [
            (Self::Country, |value| parsed(&value.to_ascii_uppercase(), Country::to_string)),
            (Self::Industry, |value| parsed(&value.to_ascii_uppercase(), Industry::to_string)),
            (Self::Lang, |value| parsed(value, |tag: &LanguageTag| code(tag.as_str()))),
            (Self::Author, |value| parsed(value, PartyId::to_string)),
            (Self::Digest, |value| parsed(value, RecordDigest::to_string)),
            (Self::Id, |value| parsed(value, |id: &StixId| id.as_str().to_owned())),
        ];
        match read.iter().find(|(field, _)| *field == self) {
            Some((_, read)) => read(value),
            None => Ok(value.to_ascii_lowercase()),
        }
    }

    /// True if the values have an order, so that they can be compared.
    pub(crate) fn is_ordered(self) -> bool {
        matches!(self.kind(), FieldKind::Number | FieldKind::Time) || self == Self::Severity
    }
}

fn names<T: Copy>(all: &[T], name: impl Fn(T) -> &'static str) -> Vec<String> {
    all.iter().map(|word| code(name(*word))).collect()
}

fn parsed<T: FromStr<Err: Display>>(value: &str, print: impl Fn(&T) -> String) -> Result<String, String> {
    value.parse().map(|parsed| print(&parsed)).map_err(|error: T::Err| error.to_string())
}

/// A word as queries write it: in small letters, with hyphens for what stands between its parts.
pub(crate) fn code(word: &str) -> String {
    word.trim().chars().map(|it| if it == ' ' || it == '_' { '-' } else { it.to_ascii_lowercase() }).collect()
}
