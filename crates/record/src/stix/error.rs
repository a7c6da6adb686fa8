//! What is wrong with a STIX object, and where.

use crate::path::Path;

/// A map is not a STIX 2.1 object, or not a part of one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum StixError {
    /// A bundle has no author, no versions and no meaning of its own (STIX 2.1 section 8).
    #[error("a bundle is a container, sign its objects")]
    Bundle,
    /// A property that every object of this class has is not there.
    #[error("the property `{property}` is missing; add it")]
    Missing {
        /// Its name.
        property: &'static str,
    },
    /// A property does not have the value that STIX asks for.
    #[error("`{place}` {reason}")]
    Property {
        /// The property, or the element of it.
        place: Path,
        /// What it should be.
        reason: &'static str,
    },
    /// The id begins with another type than the object has.
    #[error("the id begins with `{in_id}` but the type is `{object_type}`; make them agree")]
    OtherType {
        /// The type in `id`.
        in_id: String,
        /// The type in `type`.
        object_type: String,
    },
    /// A version from before the object.
    #[error("`modified` ({modified}) lies before `created` ({created}); give the version its own time")]
    ModifiedBeforeCreated {
        /// As written.
        created: String,
        /// As written.
        modified: String,
    },
    /// STIX has no null: what is unknown is left out.
    #[error("`{place}` is null; leave it out")]
    Null {
        /// Where.
        place: Path,
    },
    /// STIX has no empty lists (STIX 2.1 section 2.9): what has no elements is left out.
    #[error("`{place}` is an empty list; leave it out")]
    EmptyList {
        /// Where.
        place: Path,
    },
    /// Deeper than a payload may nest, which can come of disclosures inside one another.
    #[error("`{place}` nests deeper than the {} levels of an object", crate::limits::MAX_OBJECT_DEPTH)]
    TooDeep {
        /// The deepest place that may be.
        place: Path,
    },
    /// A property name longer than any reader takes. Only objects that were built rather than parsed can have one.
    #[error("a property name in `{place}` is longer than {} octets", crate::limits::MAX_NAME_BYTES)]
    NameTooLong {
        /// The object that holds it.
        place: Path,
    },
    /// More values than any reader takes.
    #[error("the object holds more than {} values; make several of it", crate::limits::MAX_JSON_VALUES)]
    TooManyValues,
    /// A name by which RFC 9901 finds digests: content that holds one could pass for something withheld.
    #[error("the name `{name}` in `{place}` is reserved for what is withheld; rename the property")]
    ReservedName {
        /// The name.
        name: String,
        /// The object that holds it.
        place: Path,
    },
}
