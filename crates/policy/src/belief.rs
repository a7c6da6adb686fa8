//! Whom we believe: the types that say that a signature counts.
//!
//! A record is *signed* once its signatures hold, and that is all that [`record::Signed`] says. It is [`Verified`] once its
//! leaf is proved to lie in its author's own log, below the leaf of any key record that was named to us and takes the
//! signing key back, under a checkpoint that enough witnesses have cosigned. Our own records are [`Logged`] as soon as our
//! own log holds them. Nothing outside this crate can build either, and neither is ever read from a file: after a restart
//! the evidence is checked anew.
//!
//! ```text
//! Signed<Record> + Evidence --verify(KeyHistory, Quorum, Knowledge)--> Verified<Record> --> Believed
//! Signed<Record> + LogProof --logged(our KeyHistory)-----------------> Logged<Record> ----> Believed
//! ```
//!
//! ```compile_fail,E0451
//! use policy::belief::Verified;
//! use record::{Record, Signed};
//!
//! fn forge(record: Signed<Record>, like: Verified<Record>) -> Verified<Record> {
//!     Verified { record, ..like }
//! }
//! ```

mod believed;
mod content;
mod doubt;
mod early;
mod ending;
mod evidence;
mod heads;
mod knowledge;
pub mod limits;
mod log_keys;
mod place;
pub mod quorum;
mod verify;

pub use believed::{Believed, Logged, Verified};
pub use content::Content;
pub use doubt::Doubt;
pub use early::{Early, early, ended};
pub use evidence::Evidence;
pub use heads::{Heads, Returned};
pub use knowledge::{Delivery, Knowledge, Named};
pub use log_keys::{log_origin, log_verifiers, verifiers_of, witness_name};
pub use place::LogPlace;
pub use quorum::Quorum;
pub use verify::{logged, verify};
