//! Bundles: the files that a node serves over HTTPS, sealed for one recipient and carried by hand.
//!
//! A courier who opens the file learns for which key it is, how big it is, and nothing else. Whatever was left out, put in
//! another order, doubled, cut off or changed on the way is found; each package of files is there whole or not at all.
//! `docs/bundle.md` is the format to the octet.
//!
//! Octets come in and values go out: nothing here opens a file, knows the time, or draws its own randomness. Nor does it
//! know what the files mean. A bundle says who made it and does not prove it: anybody can seal something for a public key.
//! So what comes out is to be believed as little as what any peer sends, until its own signatures and proofs are checked.
//!
//! ```
//! use bundle::{Cover, Limits, PrivateBundleKey, Reader, Writer};
//! use record::digest::PartyId;
//! use record::entropy::SystemEntropy;
//! use record::key_record::BundleSuite;
//! use record::time::Timestamp;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let entropy = &mut SystemEntropy::new();
//! let (island, harbour) = (PartyId::from_octets([1; 32]), PartyId::from_octets([2; 32]));
//! let key = PrivateBundleKey::generate(BundleSuite::MlKem768X25519, entropy)?;
//!
//! let cover = Cover::new(island, harbour, Timestamp::from_micros(1_790_000_000_000_000), 1);
//! let mut writer = Writer::new(Vec::new(), &cover, key.public(), entropy)?;
//! writer.add("log/checkpoint".parse()?, b"example.org/log\n".to_vec())?;
//! let carried = writer.finish()?;
//!
//! let mut reader = Reader::open(carried.as_slice(), harbour, &[key], Limits::STANDARD)?;
//! for package in reader.by_ref() {
//!     assert_eq!(package?.files[0].path.as_str(), "log/checkpoint");
//! }
//! assert!(reader.is_complete());
//! # Ok(())
//! # }
//! ```
#![warn(clippy::arithmetic_side_effects)]

mod archive;
mod cover;
mod error;
mod frame;
mod key;
pub mod limits;
mod manifest;
mod package;
mod path;
mod reader;
mod seal;
mod tar;
mod writer;

pub use cover::{Cover, Totals};
pub use error::{MemberKind, ReadError, WriteError};
pub use key::{CannotMakeKey, PrivateBundleKey};
pub use limits::Limits;
pub use manifest::Addressed;
pub use package::{File, Package};
pub use path::{FilePath, NotAPath};
pub use reader::{Reader, peek};
pub use writer::Writer;

/// What a bundle's manifest names as its format.
pub const FORMAT: &str = "detente/bundle/v1";
