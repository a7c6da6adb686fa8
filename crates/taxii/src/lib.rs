//! TAXII 2.1 (OASIS Standard, 10 June 2021), without sockets, files or a clock: the server's side, and in [`client`] the client's.
//!
//! One invariant: **what a caller may not see is not there**, in status, headers, body and the work that is done; and
//! whatever is asked in a wrong way is told so, since an empty answer would look like the end of the data. What is read in
//! pages is read once each and whole, however slowly, because a cursor is a place in an order that never changes.
//!
//! ```text
//! Head --Operation::parse--> Operation | Refusal
//! Operation + Backend --Server::answer--> Reply { status, headers, body }
//! body --Submission::read--> Offered (one for each object) | Unreadable (with its reason) --settle--> Status
//! ```
//!
//! `docs/taxii.md` has the operations, the error codes and the decisions with the sections of the standard.

mod backend;
pub mod client;
mod collection;
mod cursor;
mod date;
mod envelope;
mod filter;
mod head;
pub mod limits;
mod media;
mod operation;
mod page;
mod query;
mod refusal;
mod reply;
mod route;
mod server;
mod status;
mod submission;

pub use backend::{Backend, Caller, Fault, Found, Query};
pub use collection::{Collection, CollectionId, NotAnId, StatusId};
pub use cursor::CursorKey;
pub use date::DateAdded;
pub use envelope::EnvelopeFault;
pub use filter::{Filters, NotASpecVersion, SpecVersion, Version, VersionMatch};
pub use head::{Head, Method, Request};
pub use media::MEDIA_TYPE;
pub use operation::{Operation, Page};
pub use page::{Manifest, ManifestPage, ObjectPage, Room, VersionPage};
pub use refusal::{Refusal, Wrong};
pub use reply::Reply;
pub use route::{API_ROOT_PATH, DISCOVERY_PATH};
pub use server::{About, Server};
pub use status::{Detail, Outcome, Status};
pub use submission::{Offered, Submission, Unreadable};
