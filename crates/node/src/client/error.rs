//! Why a peer was not asked, or its answer not taken.

use std::io;

use crate::client::{Address, Fetched};
use crate::server::PathFault;
use crate::tls::TlsFault;

/// What went wrong, and what to do.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ClientError {
    /// No connection opens.
    #[error("cannot reach {address}: {cause}; check the address, and try again later")]
    Unreachable {
        /// The address.
        address: Address,
        /// What the system says.
        cause: io::Error,
    },
    /// No connection opened in time.
    #[error("no connection to {address} opened in {waited_ms} ms: try again later")]
    ConnectTime {
        /// The address.
        address: Address,
        /// How long it was waited for.
        waited_ms: u64,
    },
    /// There is no trusted connection.
    #[error(transparent)]
    Tls(#[from] TlsFault),
    /// No answer came in time.
    #[error("no answer in {waited_ms} ms: try again later")]
    NoAnswer {
        /// How long it was waited for.
        waited_ms: u64,
    },
    /// The connection ended before an answer.
    #[error("the peer ended the connection without an answer: try again later")]
    Dropped,
    /// What came is no HTTP, or its header is too large.
    #[error("the peer's answer is no HTTP that can be read: its node is another program, or hostile")]
    NotHttp,
    /// The peer sends elsewhere.
    #[error("the peer answers with a redirect ({status}), and none is followed: ask it for its address")]
    Redirected {
        /// The status on the wire.
        status: u16,
    },
    /// The answer is compressed, though nobody asked for that.
    #[error("the peer's answer is compressed, and nothing is unpacked here")]
    Encoded,
    /// The answer is longer than what is taken.
    #[error("the peer's answer is longer than {max_octets} octets: none of it was taken")]
    TooLong {
        /// Octets that would be taken.
        max_octets: usize,
    },
    /// The answer is another part than the one asked for.
    #[error("the peer sent another part than that from octet {wanted}: ask for the whole")]
    WrongRange {
        /// The first octet asked for.
        wanted: u64,
    },
    /// The answer did not come to its end.
    #[error("the answer stopped after {} octets ({cause}): ask for the rest", so_far.octets.len())]
    Interrupted {
        /// Why.
        cause: Interruption,
        /// What came until then. The rest begins at `first_octet` and the number of `octets`.
        so_far: Box<Fetched>,
    },
    /// The path or query is none.
    #[error("cannot ask for that: {0}")]
    Path(#[from] PathFault),
    /// The name of a version is none.
    #[error("the name of the version cannot be sent: give it as it came")]
    Version,
    /// TLS refuses its settings.
    #[error("TLS cannot be set up: {0}")]
    Setup(#[source] rustls::Error),
}

/// Why an answer did not come to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Interruption {
    /// The connection was cut.
    #[error("the connection was cut")]
    Cut,
    /// It came below the least rate.
    #[error("too slow")]
    TooSlow,
    /// The time for one request was over.
    #[error("out of time")]
    OutOfTime,
}

impl ClientError {
    /// One word for counting.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Unreachable { .. } => "unreachable",
            Self::ConnectTime { .. } => "connect_time",
            Self::Tls(_) => "tls",
            Self::NoAnswer { .. } => "no_answer",
            Self::Dropped => "dropped",
            Self::NotHttp => "not_http",
            Self::Redirected { .. } => "redirected",
            Self::Encoded => "encoded",
            Self::TooLong { .. } => "too_long",
            Self::WrongRange { .. } => "wrong_range",
            Self::Interrupted { .. } => "interrupted",
            Self::Path(_) | Self::Version => "bad_request",
            Self::Setup(_) => "setup",
        }
    }

    /// What became of a request whose answer never began.
    pub(super) fn of_lost(error: &hyper::Error) -> Self {
        if let Some(fault) = TlsFault::find(error) {
            return Self::Tls(fault);
        }
        if error.is_parse() { Self::NotHttp } else { Self::Dropped }
    }
}
