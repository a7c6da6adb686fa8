//! What pages say, without sockets, files or a clock: values go in, HTML or plain text comes out.
//!
//! One invariant: **nothing foreign is markup.** A page is a tree of [`Block`]s, and its leaves are words of ours, under keys that
//! both languages have, or content, which is escaped, keeps its own direction, and shows what is invisible in it. There is one
//! place that writes tags ([`html`]) and one that writes plain text ([`plain`]); both read the same tree, so the text view for slow
//! lines cannot lack what the page has.
//!
//! ```text
//! what was read --page--> Page (blocks) --fill(Overlay)--> Page --html | plain--> octets
//! form, as it was sent --Typed::read--> names and values, kept as they were typed
//! ```

mod assets;
mod block;
mod filled;
mod form;
mod frame;
pub mod html;
mod inline;
pub mod plain;
mod say;
mod sign_in;
mod typed;
mod words;
mod zone;

pub use assets::{Asset, asset};
pub use block::{Block, Page, Row, Section, Table, Tone};
pub use filled::{Outcome, Overlay, Refusal};
pub use form::{Field, Form, Kind, Sends};
pub use frame::Frame;
pub use inline::{Inline, Stretch};
pub use say::{Arg, Say};
pub use sign_in::{OWN_PASSWORD, SIGN_IN, SIGN_OUT, sign_in};
pub use typed::{MAX_FORM_BYTES, Typed, encoded};
pub use words::{keys, say};
pub use zone::Zone;
