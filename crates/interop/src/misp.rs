//! MISP: events and feeds, in its core format.
//!
//! An event says who may see it there (`distribution`, sharing groups). Here that is where it came from, and permits nothing: only
//! its tags are asked, and an event whose tags do not say clearly how far it may go **waits** without a label, so that nothing
//! releases it.

mod attribute_type;
mod audience;
mod event;
mod feed;
mod incoming;
mod marks;
mod observable;
mod outgoing;
mod read;
mod tag;
mod taking;
mod taxonomy;
mod template;
mod write;

pub use attribute_type::{AttributeType, UnknownType};
pub use audience::{Audience, NoOrganisation, Sender, SharingGroup};
pub use event::{
    Analysis, Attribute, Category, Day, Distribution, Event, EventTag, Galaxy, NotADay, Object, Organisation,
    ThreatLevel,
};
pub use feed::{FeedEntry, FeedError, FeedFault, FeedFile, FeedRead, MAX_FEED_FILES, feed, read_feed};
pub use incoming::Beside;
pub use marks::{Verdict, handling_tags, verdict};
pub use observable::Observable;
pub use outgoing::{add_report, event_id, event_of};
pub use read::{EventError, EventRead, LeftAside, read_event, read_events, read_members};
pub use tag::{MachineTag, NotAMachineTag};
pub use taxonomy::{AI_NAMESPACES, Standing, Taxonomies, Taxonomy, TaxonomyError};

pub(crate) use incoming::{PROPERTIES, build};

/// The name under which ids of MISP's events are its own.
pub(crate) const SOURCE: &str = "MISP";

/// How much of one event is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// Octets of one event's JSON.
    pub event_bytes: usize,
    /// Attributes, those inside objects among them.
    pub attributes: usize,
    /// Objects.
    pub objects: usize,
    /// Tags of one event, attribute or object.
    pub tags: usize,
    /// Octets of one value.
    pub value_bytes: usize,
}

impl Limits {
    /// What holds unless somebody says otherwise. Octets as for every row; a full attribute has some fifteen values, and the
    /// parser takes 131,072 of one text, so more than ten thousand attributes cannot be read at all. Objects and tags: ten times
    /// what the fullest published event has. A value as every field.
    pub const USUAL: Self = Self {
        event_bytes: crate::rows::MAX_ROW_BYTES,
        attributes: 10_000,
        objects: 2_000,
        tags: 500,
        value_bytes: crate::rows::MAX_FIELD_BYTES,
    };

    /// The same with so many attributes at most.
    #[must_use]
    pub const fn with_attributes(self, attributes: usize) -> Self {
        Self { attributes, ..self }
    }
}
