//! STIX 2.1: a reader, a checker and a writer for whatever others send.
//!
//! The reader is lenient object by object: one that breaks a rule goes into quarantine with every reason, and the others are
//! taken. The report is strict: each finding has a code, a place, the section of the standard and a sentence in two languages.
//! What is not known is kept as it stands. A [`CheckedObject`] comes only out of the check, and the writer takes nothing else.
//!
//! ```
//! let file = br#"{"type": "bundle", "id": "bundle--5d0092c5-5f74-4287-9642-33f4c354e56d", "objects": [
//!     {"type": "identity", "spec_version": "2.1", "id": "identity--f431f809-377b-45e0-aa1c-6a4751cae5ff",
//!      "created": "2026-07-01T03:10:00.000Z", "modified": "2026-07-01T03:10:00.000Z"}]}"#;
//! let mut report = interop::stix::read(file);
//! assert_eq!(report.quarantined[0].findings()[0].english(), "`name` is missing; add it");
//! let patch = record::json::Map::new().with("name", "Harbour 港");
//! assert!(report.quarantined.remove(0).mend(&patch).is_ok());
//! ```

mod check;
mod checked;
mod code;
mod deterministic;
mod finding;
pub mod limits;
pub mod pattern;
mod phrases;
mod read;
mod report;
mod spec;
mod tlp;
mod write;

pub use checked::{CheckedObject, Quarantined, check};
pub use code::{Code, Level};
pub use deterministic::deterministic_id;
pub use finding::Finding;
pub use read::{FileForm, Read, Reader, read};
pub use report::{Line, Report};
pub use spec::{Required, required};
pub use tlp::tlp_marking;
pub(crate) use write::bundle_text;
pub use write::{BundleId, NotABundleId, bundle, pieces};
