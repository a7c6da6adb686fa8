//! What a party keeps about its duties: facts that its people answered, the events of clocks, which packs it adopted, what it filed.
//!
//! Each is an object of one type, signed and logged as any other record of the party, so the log is all that is kept and whatever
//! is shown follows from it. They name incidents and records by ids and digests. Nothing here is read of another party, and no
//! table of the record crate knows these types: an agreement has no word for them, so none is released.

mod adoption;
mod clock;
mod facts;
mod filing;
mod object;

use record::json::{Json, Map};

pub use adoption::{ADOPTION_EXTENSION, ADOPTION_TYPE, Adoption, KeptAdoption};
pub use clock::{CLOCK_EXTENSION, CLOCK_TYPE, KeptClock, MAX_EVENTS_OF_A_RECORD};
pub use facts::{FACTS_EXTENSION, FACTS_TYPE, Folded, KeptFacts, Subject};
pub use filing::{FILING_EXTENSION, FreezeError, KeptFiling};
pub use object::MAX_BY_BYTES;

/// The STIX type of a frozen filing.
pub const FILING_TYPE: &str = "detente-filing";

/// The STIX types in which a party keeps its own book of duties.
pub const TYPES: [&str; 4] = [ADOPTION_TYPE, CLOCK_TYPE, FACTS_TYPE, FILING_TYPE];

/// Whether a STIX type is one of those in which a party keeps its own book of duties. None of them leaves it.
#[must_use]
pub fn is_kept(object_type: &str) -> bool {
    TYPES.contains(&object_type)
}

/// The incident that a record of the book is about, by what it claims; none if it is about the party.
#[must_use]
pub fn incident_named(object: &Map) -> Option<&str> {
    let extensions = object.get("extensions").and_then(Json::as_object)?;
    extensions.iter().find_map(|(_, own)| own.as_object()?.text("incident"))
}
