//! An event of MISP's core format, in types.

use std::fmt;
use std::str::FromStr;

use incident::{Moment, Precision};
use record::json::{Json, Map};
use record::words;
use uuid::Uuid;

use super::attribute_type::AttributeType;

words! {
    /// The category of an attribute.
    Category, "category of MISP" {
        /// What a scanner calls it.
        AntivirusDetection = "Antivirus detection",
        /// What was left on a machine.
        ArtifactsDropped = "Artifacts dropped",
        /// Who did it.
        Attribution = "Attribution",
        /// What others found.
        ExternalAnalysis = "External analysis",
        /// Accounts and cards.
        FinancialFraud = "Financial fraud",
        /// A number in somebody's own system.
        InternalReference = "Internal reference",
        /// What goes over the network.
        NetworkActivity = "Network activity",
        /// Anything else.
        Other = "Other",
        /// How it came.
        PayloadDelivery = "Payload delivery",
        /// What is installed.
        PayloadInstallation = "Payload installation",
        /// What kind it is.
        PayloadType = "Payload type",
        /// How it stays.
        PersistenceMechanism = "Persistence mechanism",
        /// A person.
        Person = "Person",
        /// Accounts in social networks.
        SocialNetwork = "Social network",
        /// Tools that help.
        SupportTool = "Support Tool",
        /// Who was aimed at.
        TargetingData = "Targeting data",
    }
}

/// Writes an enum whose variants are small numbers of MISP.
macro_rules! numbered {
    ($(#[$about:meta])* $kind:ident { $($(#[$doc:meta])* $variant:ident = $number:literal, $name:literal;)+ }) => {
        $(#[$about])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[expect(clippy::exhaustive_enums, reason = "MISP's core format has these numbers")]
        pub enum $kind {
            $($(#[$doc])* $variant,)+
        }

        impl $kind {
            /// The number.
            #[must_use]
            pub const fn number(self) -> i64 {
                match self { $(Self::$variant => $number),+ }
            }

            /// The number's meaning, in words.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name),+ }
            }

            /// What a number stands for.
            #[must_use]
            pub const fn of_number(number: i64) -> Option<Self> {
                match number { $($number => Some(Self::$variant),)+ _ => None }
            }
        }
    };
}

numbered! {
    /// How grave its author finds it.
    ThreatLevel {
        /// Sophisticated.
        High = 1, "high";
        /// Targeted.
        Medium = 2, "medium";
        /// Common.
        Low = 3, "low";
        /// Not said.
        Undefined = 4, "undefined";
    }
}

numbered! {
    /// How far its author's work on it is.
    Analysis {
        /// Begun.
        Initial = 0, "initial";
        /// Going on.
        Ongoing = 1, "ongoing";
        /// Done.
        Completed = 2, "completed";
    }
}

numbered! {
    /// Who may see something on the MISP that it came from.
    Distribution {
        /// The organisation alone.
        Organisation = 0, "your organisation only";
        /// Those on the same MISP.
        Community = 1, "this community only";
        /// Those on the MISPs beside it.
        Connected = 2, "connected communities";
        /// Whoever it reaches.
        All = 3, "all communities";
        /// The members of a sharing group.
        SharingGroup = 4, "sharing group";
        /// As what it stands in.
        Inherit = 5, "inherit event";
    }
}

/// A day of the calendar.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(Box<str>);

impl Day {
    /// The day, such as `2026-06-30`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Day {
    type Err = NotADay;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let is_day = text.parse::<Moment>().is_ok_and(|moment| moment.precision() == Some(Precision::Day));
        if is_day { Ok(Self(text.into())) } else { Err(NotADay { text: crate::error::excerpt(text) }) }
    }
}

impl fmt::Display for Day {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

/// A text is no day.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{}` is not a day such as 2026-06-30", text.escape_debug())]
#[non_exhaustive]
pub struct NotADay {
    /// What stood there.
    pub text: String,
}

/// An organisation, as MISP names one.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Organisation {
    /// Its id, if it is named with one.
    pub uuid: Option<Uuid>,
    /// Its name.
    pub name: String,
    /// What else stands there.
    pub extra: Map,
}

impl Organisation {
    /// An organisation.
    #[must_use]
    pub fn new(uuid: Uuid, name: &str) -> Self {
        Self { uuid: Some(uuid), name: name.to_owned(), extra: Map::new() }
    }
}

/// A tag on an event, attribute or object.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct EventTag {
    /// Its whole name, such as `tlp:amber`.
    pub name: String,
    /// Its colour, if it has one.
    pub colour: Option<String>,
    /// True if it was put on by the MISP that holds the event, and not by its author.
    pub is_local: bool,
    /// True if it may leave the MISP that it is on.
    pub is_exportable: bool,
    /// How it bears on what it is on; mostly empty.
    pub relationship_type: String,
    /// What else stands there.
    pub extra: Map,
}

impl EventTag {
    /// A tag without more.
    #[must_use]
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            colour: None,
            is_local: false,
            is_exportable: true,
            relationship_type: String::new(),
            extra: Map::new(),
        }
    }
}

/// A galaxy with its clusters, as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Galaxy(pub(super) Map);

impl Galaxy {
    /// Its members.
    #[must_use]
    pub const fn members(&self) -> &Map {
        &self.0
    }

    /// The tags that its clusters stand for.
    pub fn tag_names(&self) -> impl Iterator<Item = &str> {
        let clusters = self.0.get("GalaxyCluster").and_then(Json::as_array).unwrap_or_default();
        clusters.iter().filter_map(|cluster| cluster.as_object()?.text("tag_name"))
    }
}

/// An attribute.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Attribute {
    /// Its id.
    pub uuid: Uuid,
    /// Its type.
    pub attribute_type: AttributeType,
    /// Its category.
    pub category: Category,
    /// What it says; never empty.
    pub value: String,
    /// A remark.
    pub comment: String,
    /// True if its author would search traffic for it.
    pub is_for_detection: bool,
    /// True if its author took it back.
    pub is_deleted: bool,
    /// True if MISP shall not look for it in other events.
    pub is_uncorrelated: bool,
    /// When it was last changed, in seconds since 1970.
    pub timestamp_s: Option<i64>,
    /// What it is to the object that it stands in.
    pub object_relation: Option<String>,
    /// Its tags.
    pub tags: Vec<EventTag>,
    /// Its galaxies.
    pub galaxies: Vec<Galaxy>,
    /// What else stands there, its distribution among it.
    pub extra: Map,
}

/// An object: attributes that belong together, by a template.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Object {
    /// Its id.
    pub uuid: Uuid,
    /// The template's name.
    pub name: String,
    /// The template's group.
    pub meta_category: String,
    /// The template's description.
    pub description: String,
    /// The template's id.
    pub template_uuid: Option<Uuid>,
    /// The template's version.
    pub template_version: Option<i64>,
    /// A remark.
    pub comment: String,
    /// True if its author took it back.
    pub is_deleted: bool,
    /// When it was last changed, in seconds since 1970.
    pub timestamp_s: Option<i64>,
    /// Its attributes.
    pub attributes: Vec<Attribute>,
    /// What else stands there, references to others and its distribution among it.
    pub extra: Map,
}

/// An event.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Event {
    /// Its id.
    pub uuid: Uuid,
    /// Its title.
    pub info: String,
    /// The day that its author gives it.
    pub date: Day,
    /// When it was last changed, in seconds since 1970.
    pub timestamp_s: i64,
    /// When it was last published, in seconds since 1970; 0 if never.
    pub publish_timestamp_s: Option<i64>,
    /// True if its author published it.
    pub is_published: bool,
    /// How grave its author finds it.
    pub threat_level: ThreatLevel,
    /// How far its author's work on it is.
    pub analysis: Analysis,
    /// Who may see it where it came from.
    pub distribution: Option<Distribution>,
    /// The number of the sharing group there.
    pub sharing_group: Option<i64>,
    /// Who made it.
    pub creator: Option<Organisation>,
    /// Its tags.
    pub tags: Vec<EventTag>,
    /// Its galaxies.
    pub galaxies: Vec<Galaxy>,
    /// Its attributes.
    pub attributes: Vec<Attribute>,
    /// Its objects.
    pub objects: Vec<Object>,
    /// What else stands there.
    pub extra: Map,
}

impl Event {
    /// Every attribute, those of objects after the others.
    pub fn all_attributes(&self) -> impl Iterator<Item = &Attribute> {
        self.attributes.iter().chain(self.objects.iter().flat_map(|object| &object.attributes))
    }

    /// The objects that their author did not take back.
    pub fn standing_objects(&self) -> impl Iterator<Item = &Object> {
        self.objects.iter().filter(|object| !object.is_deleted)
    }

    /// The attributes that their author did not take back, by themselves or with their object.
    pub fn standing_attributes(&self) -> impl Iterator<Item = &Attribute> {
        let inside = self.standing_objects().flat_map(|object| &object.attributes);
        self.attributes.iter().chain(inside).filter(|attribute| !attribute.is_deleted)
    }
}
