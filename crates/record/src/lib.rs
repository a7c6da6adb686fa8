//! The signed record.
//!
//! Everything that parties tell one another is a record: a STIX 2.1 object whose author signs it once. Afterwards it can be
//! shown whole, in part, coarsened, or not yet, and every showing checks against that one signature.
#![warn(clippy::arithmetic_side_effects)]

pub mod base64url;
pub mod digest;
pub mod entropy;
mod excerpt;
pub mod json;
pub mod jws;
pub mod key_history;
pub mod key_record;
pub mod kind;
pub mod label;
pub mod language;
pub mod limits;
pub mod message;
pub mod path;
mod record;
pub mod sd_jwt;
pub mod signed;
pub mod stix;
pub mod suite;
pub mod time;
pub mod words;

pub use record::{
    Aside, Author, Draft, PresentError, Record, RecordError, SD_ALG, Selection, SignError, UniteError, Unverified,
    VerifyError,
};
pub use signed::Signed;
