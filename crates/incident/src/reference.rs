//! References to other databases, each with an id type that checks its form.

use std::fmt;
use std::str::FromStr;

use record::json::{Json, Map};
use record::words;

use crate::error::{PropertyError, excerpt};

words! {
    /// A database whose ids are checked.
    Database, "database" {
        /// The AI Incident Database.
        Aiid = "AI Incident Database",
        /// The AI Vulnerability Database.
        Avid = "AVID",
        /// MITRE ATLAS.
        Atlas = "mitre-atlas",
        /// Common Vulnerabilities and Exposures.
        Cve = "cve",
        /// The AI Incidents Monitor of the OECD.
        OecdAim = "OECD AIM",
    }
}

impl Database {
    /// The database that a `source_name` means, in any of the spellings in use.
    #[must_use]
    pub fn of_source_name(name: &str) -> Option<Self> {
        match name.to_ascii_lowercase().as_str() {
            "ai incident database" | "aiid" | "incidentdatabase.ai" => Some(Self::Aiid),
            "avid" | "ai vulnerability database" => Some(Self::Avid),
            "mitre-atlas" | "mitre atlas" | "atlas" => Some(Self::Atlas),
            "cve" => Some(Self::Cve),
            "oecd aim" | "oecd ai incidents monitor" => Some(Self::OecdAim),
            _ => None,
        }
    }
}

/// An id type whose text has a form.
macro_rules! checked_id {
    ($(#[$about:meta])* $name:ident, $fits:ident, $example:literal) => {
        $(#[$about])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Box<str>);

        impl $name {
            /// The id.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = NotAReference;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                let wrong = || NotAReference { text: excerpt(text), example: $example };
                if $fits(text) { Ok(Self(text.into())) } else { Err(wrong()) }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str(&self.0)
            }
        }
    };
}

checked_id! {
    /// The number of an incident in the AI Incident Database.
    AiidId, is_aiid, "639"
}
checked_id! {
    /// A report (`R`) or vulnerability (`V`) of AVID.
    AvidId, is_avid, "AVID-2023-V001 or AVID-2023-R0001"
}
checked_id! {
    /// A technique, tactic, mitigation or case study of MITRE ATLAS.
    AtlasId, is_atlas, "AML.T0051.000, AML.TA0002, AML.M0015 or AML.CS0012"
}
checked_id! {
    /// A CVE id.
    CveId, is_cve, "CVE-2024-12345"
}
checked_id! {
    /// An event of the OECD's AI Incidents Monitor: the last part of its address.
    OecdAimId, is_oecd_aim, "2022-01-10-5735"
}

/// Digits of an AIID number. The database has fewer than ten thousand incidents; a million times that is no number of it.
const AIID_DIGITS_MAX: usize = 9;

fn digits(text: &str, length: std::ops::RangeInclusive<usize>) -> bool {
    length.contains(&text.len()) && text.bytes().all(|octet| octet.is_ascii_digit())
}

fn is_aiid(text: &str) -> bool {
    digits(text, 1..=AIID_DIGITS_MAX) && !text.starts_with('0')
}

fn is_avid(text: &str) -> bool {
    let parts = text.strip_prefix("AVID-").and_then(|rest| rest.split_once('-'));
    parts.is_some_and(|(year, number)| {
        let number = number.strip_prefix(['R', 'V']);
        digits(year, 4..=4) && number.is_some_and(|number| digits(number, 3..=6))
    })
}

fn is_atlas(text: &str) -> bool {
    let Some(rest) = text.strip_prefix("AML.") else { return false };
    let short = ["TA", "CS", "M"].iter().find_map(|kind| rest.strip_prefix(kind));
    if let Some(number) = short {
        return digits(number, 4..=4);
    }
    let Some(technique) = rest.strip_prefix('T') else { return false };
    match technique.split_once('.') {
        Some((number, part)) => digits(number, 4..=4) && digits(part, 3..=3),
        None => digits(technique, 4..=4),
    }
}

fn is_cve(text: &str) -> bool {
    let parts = text.strip_prefix("CVE-").and_then(|rest| rest.split_once('-'));
    parts.is_some_and(|(year, number)| digits(year, 4..=4) && digits(number, 4..=19))
}

fn is_oecd_aim(text: &str) -> bool {
    let Some((date, mark)) = text.rsplit_once('-') else { return false };
    let is_mark = mark.len() == 4 && mark.bytes().all(|octet| octet.is_ascii_digit() || matches!(octet, b'a'..=b'f'));
    is_mark && date.len() == 10 && date.parse::<crate::moment::Moment>().is_ok()
}

/// A text is not an id of the database that it is said to come from.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{}` is not an id such as {example}; correct it, or name another source", text.escape_debug())]
#[non_exhaustive]
pub struct NotAReference {
    /// What stood there.
    pub text: String,
    /// What an id looks like.
    pub example: &'static str,
}

/// The same event, weakness or technique in another database.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum CrossReference {
    /// In the AI Incident Database.
    Aiid(AiidId),
    /// In AVID.
    Avid(AvidId),
    /// In MITRE ATLAS.
    Atlas(AtlasId),
    /// In CVE.
    Cve(CveId),
    /// In the OECD's monitor.
    OecdAim(OecdAimId),
}

impl CrossReference {
    /// The reference to an id of a database.
    ///
    /// # Errors
    /// [`NotAReference`] if the id does not have the database's form.
    pub fn new(database: Database, id: &str) -> Result<Self, NotAReference> {
        Ok(match database {
            Database::Aiid => Self::Aiid(id.parse()?),
            Database::Avid => Self::Avid(id.parse()?),
            Database::Atlas => Self::Atlas(id.parse()?),
            Database::Cve => Self::Cve(id.parse()?),
            Database::OecdAim => Self::OecdAim(id.parse()?),
        })
    }

    /// The database.
    #[must_use]
    pub const fn database(&self) -> Database {
        match self {
            Self::Aiid(_) => Database::Aiid,
            Self::Avid(_) => Database::Avid,
            Self::Atlas(_) => Database::Atlas,
            Self::Cve(_) => Database::Cve,
            Self::OecdAim(_) => Database::OecdAim,
        }
    }

    /// The id in that database.
    #[must_use]
    pub fn id(&self) -> &str {
        match self {
            Self::Aiid(id) => id.as_str(),
            Self::Avid(id) => id.as_str(),
            Self::Atlas(id) => id.as_str(),
            Self::Cve(id) => id.as_str(),
            Self::OecdAim(id) => id.as_str(),
        }
    }

    /// The reference as an element of `external_references` (STIX 2.1 section 2.5).
    #[must_use]
    pub fn to_json(&self) -> Json {
        Json::Object(Map::new().with("source_name", self.database().name()).with("external_id", self.id()))
    }
}

/// The cross-references among an object's external references. Other sources, and those without an id, are passed over.
pub(crate) fn read_all(object: &Map) -> Result<Vec<CrossReference>, PropertyError> {
    let list = object.get("external_references").and_then(Json::as_array).unwrap_or_default();
    let read = list.iter().enumerate().filter_map(|(slot, element)| read_one(slot, element).transpose());
    read.collect()
}

fn read_one(slot: usize, element: &Json) -> Result<Option<CrossReference>, PropertyError> {
    let Some(members) = element.as_object() else { return Ok(None) };
    let database = members.text("source_name").and_then(Database::of_source_name);
    let (Some(database), Some(id)) = (database, members.text("external_id")) else { return Ok(None) };
    let wrong = |error: NotAReference| {
        PropertyError::new(format!("external_references/{slot}/external_id"), format!("{}: {error}", database.name()))
    };
    CrossReference::new(database, id).map(Some).map_err(wrong)
}
