//! Other people's formats of AI incidents: read into STIX incidents with our extension, and written out of them.
//!
//! One invariant: **nothing is made up and nothing is dropped in silence.** What a source does not say is absent, what has no
//! place here is counted and shown with examples, and a row that cannot be read is named with its row and column while the
//! others are read. What a row becomes follows from its octets alone, so that reading it again makes the same.

mod building;
mod error;
pub mod export;
mod imported;
mod losses;
pub mod mapping;
pub mod misp;
mod reader;
mod rejects;
pub mod rows;
mod sources;
pub mod stix;

pub use building::Markup;
pub use error::{At, FieldError, FileError, RowError};
pub use imported::{Compared, Content, compare, namespace};
pub use losses::{Loss, Losses};
pub use mapping::Mapping;
pub use reader::{Read, Reader, Row, Source};
pub use rejects::Rejects;
pub use rows::{Format, RawRow, Rows};
pub use sources::aiid::{Companions, LabelTable};
