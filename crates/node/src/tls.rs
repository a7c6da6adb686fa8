//! Who is at the other end of a connection.
//!
//! A party lists its transport keys in its key record. Each side shows a certificate that it signed itself with such a
//! key; the other side looks at the key and not at the name. No authority vouches for anybody. A certificate lives for
//! days only and is made anew from the key: it says no more than "whoever has this key speaks now".
//!
//! TLS 1.3 alone, the hybrid key exchange (X25519 with ML-KEM-768) first: what is recorded on the line today must not be
//! readable when somebody has a quantum computer. No session is resumed, so every connection proves its key.

mod certificate;
mod config;
mod fault;
mod identity;
mod site;
mod verify;

pub(crate) use certificate::key_of;
pub use config::{client_config, server_config};
pub use fault::{TlsFault, WrongKey};
pub use identity::{CannotIdentify, Identity};
pub use site::{CERTIFICATE_DAYS, NoCertificate, RENEW_DAYS, SiteCertificate, SitePem};

use record::digest::PartyId;
use record::time::Timestamp;

/// Octets of a transport key.
pub const TRANSPORT_KEY_BYTES: usize = 32;

/// A transport key: Ed25519, as a key record lists it for the purpose `transport`.
pub type TransportKey = [u8; TRANSPORT_KEY_BYTES];

/// Which transport keys belong to whom. It is asked at each handshake and each request, so that a key taken back counts for
/// nothing from then on, on open connections too.
pub trait Pins: Send + Sync + 'static {
    /// The party for which this transport key is in force at `now`: listed in its key record, inside its window, not
    /// revoked. None if there is no such party, or if two claim it.
    fn party_of(&self, key: &TransportKey, now: Timestamp) -> Option<PartyId>;
}

/// Whom a client means to reach.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Expected {
    /// This party and nobody else.
    Party(PartyId),
    /// Whoever answers. For pairing only, where what is said is checked by other means; the answer tells which key it was.
    AnyKey,
}
