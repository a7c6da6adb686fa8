//! What the server itself answers, without asking the site.

use std::net::SocketAddr;

use crate::server::path::PathFault;
use crate::server::request::Fields;

/// Why a request does not reach the site, or its answer not the caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum Refusal {
    #[error("{0}")]
    Path(#[from] PathFault),
    #[error("this method is not spoken here")]
    Method,
    #[error("send it uncompressed")]
    Encoded,
    #[error("the body may have {max_bytes} octets")]
    TooLong { max_bytes: usize },
    #[error("the body came too slowly")]
    TooSlow,
    #[error("the body was cut off")]
    Cut,
    #[error("too many requests, come again in {seconds} s")]
    TooMany { seconds: u32 },
    #[error("busy, come again in a few seconds")]
    Busy,
    #[error("the answer took too long, come again")]
    NoAnswer,
    #[error("the answer cannot be read")]
    Unreadable,
    #[error("there are only {length} octets")]
    BeyondEnd { length: u64 },
}

/// In how many seconds to come again when there is no better reason for a number.
const RETRY_S: u32 = 5;

impl Refusal {
    pub(super) const fn code(self) -> u16 {
        match self {
            Self::Path(PathFault::TooLong) => 414,
            Self::Path(_) | Self::Cut => 400,
            Self::Method => 405,
            Self::Encoded => 415,
            Self::TooLong { .. } => 413,
            Self::TooSlow => 408,
            Self::TooMany { .. } => 429,
            Self::Busy | Self::NoAnswer => 503,
            Self::Unreadable => 500,
            Self::BeyondEnd { .. } => 416,
        }
    }

    pub(super) const fn retry_after_s(self) -> Option<u32> {
        match self {
            Self::TooMany { seconds } => Some(seconds),
            Self::Busy | Self::NoAnswer => Some(RETRY_S),
            Self::Path(_)
            | Self::Method
            | Self::Encoded
            | Self::TooLong { .. }
            | Self::TooSlow
            | Self::Cut
            | Self::Unreadable
            | Self::BeyondEnd { .. } => None,
        }
    }
}

/// A request that the server turns away before its site answers it, for a site that has its own words for that.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct TurnedAway<'a> {
    /// The method, as the caller wrote it.
    pub method: &'a str,
    /// The path, which may be none that a site ever sees.
    pub path: &'a str,
    /// The header fields.
    pub fields: &'a Fields,
    /// Where the caller's connection comes from.
    pub remote: SocketAddr,
    /// The status.
    pub status: u16,
    /// Why, for a person.
    pub reason: &'a str,
    /// In how many seconds to come again, if that may help.
    pub retry_after_s: Option<u32>,
}
