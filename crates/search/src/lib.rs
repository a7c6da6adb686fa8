//! Search over incidents: an index that follows the logs, a query language, and searches that stand.
//!
//! One invariant: **what is in the index follows from the logs alone, and what a query finds from the index alone.** A text, however
//! hostile, is turned into tokens of small letters and digits before the database sees it, so it can neither break a query nor
//! become one. The position in each log lies in the transaction of the rows that were read from it.

mod cursor;
mod document;
mod error;
mod field;
mod index;
pub mod limits;
mod plan;
mod query;
mod range;
mod snippet;
mod token;
mod watch;

pub use cursor::{BadCursor, Cursor};
pub use document::{Document, is_searched};
pub use error::SearchError;
pub use field::Field;
pub use index::{Ask, Hit, Hits, Index, Opened, Order, Place, Position, Total, Writer};
pub use query::{Query, QueryError};
pub use watch::{Alert, BadName, Round, Rule, RuleName, Watches};
