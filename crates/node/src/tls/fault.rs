//! What goes wrong before anything is said.

use std::error::Error as StdError;
use std::io;

use rustls::{AlertDescription, CertificateError, Error, InvalidMessage};

use record::digest::PartyId;

use super::TransportKey;

/// Why there is no trusted connection.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TlsFault {
    /// The other side speaks something else.
    #[error("the other side does not speak TLS: check the port")]
    NotTls,
    /// The connection ended amid the handshake.
    #[error("the connection ended amid the handshake: try again; if it happens again, something on the way cuts it")]
    Truncated,
    /// The handshake did not end in time.
    #[error("the handshake did not end in time: try again")]
    TooSlow,
    /// The key is not the one that was pinned.
    #[error(transparent)]
    WrongKey(#[from] WrongKey),
    /// The certificate is past its validity.
    #[error("the certificate is expired: one of the two clocks is wrong")]
    Expired,
    /// The certificate's validity has not begun.
    #[error("the certificate is not valid yet: one of the two clocks is wrong")]
    NotYetValid,
    /// The certificate is not one that a party makes for its transport key.
    #[error("the certificate is not one that a party signs with its own Ed25519 key")]
    BadCertificate,
    /// The handshake is not signed by the certificate's key.
    #[error("the handshake is not signed by the key that was shown")]
    BadSignature,
    /// The other side finds our certificate expired, or not yet valid.
    #[error("the other side finds our certificate outside its validity: check this machine's clock")]
    WeAreExpired,
    /// The other side refused us with another alert.
    #[error("the other side refused the handshake ({alert})")]
    Refused {
        /// The alert's name in TLS.
        alert: String,
    },
    /// Both sides speak TLS, but not the same.
    #[error("the two sides have no version or algorithm of TLS in common: {detail}")]
    Incompatible {
        /// What the TLS library says.
        detail: String,
    },
    /// The other side broke the rules of TLS.
    #[error("the other side breaks the rules of TLS: {detail}")]
    Broken {
        /// What the TLS library says.
        detail: String,
    },
}

/// Another key than the one that was pinned answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.text())]
#[non_exhaustive]
pub struct WrongKey {
    /// Who was dialled.
    pub expected: PartyId,
    /// Whose key it is.
    pub found: Option<PartyId>,
    /// The key.
    pub key: TransportKey,
}

impl WrongKey {
    fn text(&self) -> String {
        let who = match self.found {
            Some(party) => format!("party {party}"),
            None => "somebody unknown".to_owned(),
        };
        let expected = self.expected;
        format!(
            "dialled {expected}, and {who} answered: check the address; if the party has new keys, fetch its key record"
        )
    }
}

impl TlsFault {
    /// One word for counting.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Self::NotTls => "not_tls",
            Self::Truncated => "truncated",
            Self::TooSlow => "too_slow",
            Self::WrongKey(_) => "wrong_key",
            Self::Expired => "expired",
            Self::NotYetValid => "not_yet_valid",
            Self::BadCertificate => "bad_certificate",
            Self::BadSignature => "bad_signature",
            Self::WeAreExpired => "we_are_expired",
            Self::Refused { .. } => "refused",
            Self::Incompatible { .. } => "incompatible",
            Self::Broken { .. } => "broken",
        }
    }

    /// What a failed handshake came from.
    pub(crate) fn of_handshake(error: &io::Error) -> Self {
        Self::find(error).unwrap_or(Self::Truncated)
    }

    /// The fault of TLS that is somewhere beneath an error, if one is. In TLS 1.3 a client hears only after its handshake
    /// that the server refused it.
    pub(crate) fn find(error: &(dyn StdError + 'static)) -> Option<Self> {
        let mut next = Some(error);
        while let Some(error) = next {
            if let Some(fault) = here(error) {
                return Some(fault);
            }
            next = error.source();
        }
        None
    }
}

// An input or output error hides what it wraps from `source`.
fn here(error: &(dyn StdError + 'static)) -> Option<TlsFault> {
    if let Some(error) = error.downcast_ref::<Error>() {
        return Some(fault(error));
    }
    let inner = error.downcast_ref::<io::Error>()?.get_ref()?;
    inner.downcast_ref::<Error>().map(fault)
}

#[expect(clippy::wildcard_enum_match_arm, reason = "the library's error grows; what is new is a broken rule")]
fn fault(error: &Error) -> TlsFault {
    match error {
        Error::InvalidMessage(InvalidMessage::InvalidContentType) => TlsFault::NotTls,
        Error::InvalidCertificate(cause) => certificate_fault(cause),
        Error::AlertReceived(alert) => alert_fault(*alert),
        Error::PeerIncompatible(_) | Error::NoApplicationProtocol => {
            TlsFault::Incompatible { detail: error.to_string() }
        }
        Error::NoCertificatesPresented | Error::UnsupportedNameType => TlsFault::BadCertificate,
        _ => TlsFault::Broken { detail: error.to_string() },
    }
}

#[expect(clippy::wildcard_enum_match_arm, reason = "the library's error grows; what is new is a bad certificate")]
fn certificate_fault(cause: &CertificateError) -> TlsFault {
    match cause {
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => TlsFault::Expired,
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => TlsFault::NotYetValid,
        CertificateError::BadSignature => TlsFault::BadSignature,
        CertificateError::Other(other) => {
            other.0.downcast_ref::<WrongKey>().map_or(TlsFault::BadCertificate, |wrong| (*wrong).into())
        }
        _ => TlsFault::BadCertificate,
    }
}

#[expect(clippy::wildcard_enum_match_arm, reason = "alerts are many and all are refusals")]
fn alert_fault(alert: AlertDescription) -> TlsFault {
    match alert {
        AlertDescription::CertificateExpired => TlsFault::WeAreExpired,
        _ => TlsFault::Refused { alert: format!("{alert:?}") },
    }
}
