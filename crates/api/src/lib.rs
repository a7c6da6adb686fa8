//! What `/api/v1` is, without sockets, files or a clock: bytes and times go in, values and answers come out.
//!
//! One invariant: **the description that a caller reads is the one that its request is checked by.** A [`Catalogue`] of
//! [`Operation`]s makes the OpenAPI document and reads the requests, so the two cannot say different things. What a caller may
//! not see is answered as what is not there, and nothing that this crate writes by itself (events, webhooks) holds content.
//!
//! ```text
//! Catalogue --find--> Operation --request::read--> Values | Problem
//! Values --PageKey--> Paging { limit, after }      answer --EntityTag--> 200 | 304
//! Idempotency-Key --Guard::begin--> Go | Replay | Problem
//! Notice --Event--> text/event-stream              Notice --Message--> signed webhook
//! ```
//!
//! `docs/api.md` is the contract for those who call it.

mod catalogue;
pub mod etag;
mod event;
mod form;
pub mod idempotency;
mod language;
pub mod limits;
mod member;
mod notice;
mod openapi;
mod operation;
pub mod page;
mod problem;
pub mod request;
mod shape;
mod template;
mod values;
pub mod webhook;

pub use catalogue::{Catalogue, Found, IllFormed};
pub use event::{Event, KEEP_ALIVE, LastEventId, NotAnEventId, RETRY, mark};
pub use form::Form;
pub use language::Language;
pub use member::{Member, Place};
pub use notice::{Kind, Notice, Subject};
pub use openapi::document;
pub use operation::{Access, Answer, Effect, Media, Method, Operation};
pub use problem::{MEDIA_TYPE, Problem, ProblemKind, Said, Wrong};
pub use shape::{Shape, file_json};
pub use template::{NotATemplate, Template};
pub use values::{Hidden, Value, Values};
