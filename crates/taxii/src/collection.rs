//! Collections, and the ids that stand in paths.

use std::fmt;
use std::str::FromStr;

use record::json::{Json, Map};
use uuid::Uuid;

macro_rules! id {
    ($(#[$about:meta])* $name:ident) => {
        $(#[$about])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Uuid);

        impl $name {
            /// An id of version 4 from 16 octets that nobody can predict.
            #[must_use]
            pub const fn from_random(octets: [u8; 16]) -> Self {
                Self(uuid::Builder::from_random_bytes(octets).into_uuid())
            }

            /// Its 16 octets.
            #[must_use]
            pub const fn octets(&self) -> &[u8; 16] {
                self.0.as_bytes()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.hyphenated().fmt(out)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(out, "{}({self})", stringify!($name))
            }
        }

        impl FromStr for $name {
            type Err = NotAnId;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                let id = Uuid::try_parse(text).map_err(|_| NotAnId)?;
                // One spelling for each, so that one path names one thing.
                if id.hyphenated().to_string() == text { Ok(Self(id)) } else { Err(NotAnId) }
            }
        }
    };
}

id! {
    /// Names a collection: a UUID in lower case with hyphens.
    CollectionId
}

id! {
    /// Names what became of a POST: a UUID, of version 4 where we make it.
    StatusId
}

impl CollectionId {
    /// An id of version 8 (RFC 9562 section 5.8) over octets that say what the collection is, such as the digest of account,
    /// partner and agreement. So it needs no table, and stays when a node is restored.
    #[must_use]
    pub const fn from_digest(octets: [u8; 16]) -> Self {
        Self(uuid::Builder::from_custom_bytes(octets).into_uuid())
    }
}

/// A text is not a UUID in lower case with hyphens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a UUID in lower case with hyphens")]
#[non_exhaustive]
pub struct NotAnId;

/// A collection as one caller sees it (section 5.2.1).
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Collection {
    /// Its id.
    pub id: CollectionId,
    /// Its name for people.
    pub title: String,
    /// What is in it; may be empty.
    pub description: String,
    /// The caller may read it.
    pub can_read: bool,
    /// The caller may add to it.
    pub can_write: bool,
}

impl Collection {
    /// A collection that the caller may read.
    #[must_use]
    pub fn readable(id: CollectionId, title: impl Into<String>) -> Self {
        Self { id, title: title.into(), description: String::new(), can_read: true, can_write: false }
    }

    pub(crate) fn to_json(&self) -> Map {
        let about = Map::new().with("id", self.id.to_string()).with("title", self.title.as_str());
        let about =
            if self.description.is_empty() { about } else { about.with("description", self.description.as_str()) };
        about
            .with("can_read", Json::Bool(self.can_read))
            .with("can_write", Json::Bool(self.can_write))
            .with("media_types", Json::Array(vec![crate::SpecVersion::V21.media_type().into()]))
    }
}
