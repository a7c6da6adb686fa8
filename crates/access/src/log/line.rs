//! One request as one line.

use std::net::IpAddr;

use record::json::{Json, Map};
use record::time::Timestamp;
use record::words;

use super::minute_of;
use crate::caller::Caller;

words! {
    /// The method of a request.
    Method, "method" {
        /// DELETE.
        Delete = "DELETE",
        /// GET.
        Get = "GET",
        /// HEAD.
        Head = "HEAD",
        /// OPTIONS.
        Options = "OPTIONS",
        /// Any other: what a stranger makes up does not get into the log.
        Other = "OTHER",
        /// POST.
        Post = "POST",
        /// PUT.
        Put = "PUT",
    }
}

/// The pattern of a path, as the program that answers has it: `/api/v1/incidents/{id}`. What stands for `{id}` in a request is
/// content and does not get here, nor does anything after a question mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Route(&'static str);

/// A text is no pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is no pattern of a path: it begins with `/`, and has letters, digits, `.`, `-`, `_` and names in braces"
)]
#[non_exhaustive]
pub struct NotARoute(&'static str);

/// Routes whose requests are told by hardly more than that there was one: confidential reports from outside.
const CONFIDENTIAL: &str = "/report/";

/// A request that was answered.
#[derive(Debug, Clone, Copy)]
#[expect(clippy::exhaustive_structs, reason = "the server makes it; a further fact must break it")]
pub struct Entry<'a> {
    /// When it was answered.
    pub time: Timestamp,
    /// Who asked.
    pub caller: &'a Caller,
    /// From where.
    pub address: Option<IpAddr>,
    /// The method.
    pub method: Method,
    /// The pattern that its path matched; none if it matched none.
    pub route: Option<Route>,
    /// The status of the answer.
    pub status: u16,
    /// Octets of the answer's body.
    pub octets: u64,
    /// How long the answer took, in microseconds.
    pub duration_micros: u64,
}

impl Method {
    /// The method of this name, in capitals as HTTP has it.
    #[must_use]
    pub fn of(name: &str) -> Self {
        name.parse().unwrap_or(Self::Other)
    }
}

impl Route {
    /// A pattern, written into the program.
    ///
    /// # Errors
    /// [`NotARoute`].
    pub fn new(pattern: &'static str) -> Result<Self, NotARoute> {
        let path = pattern.strip_prefix('/').ok_or(NotARoute(pattern))?;
        if path.split('/').all(is_segment) { Ok(Self(pattern)) } else { Err(NotARoute(pattern)) }
    }

    /// The pattern.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        self.0
    }

    /// Whether it is one of those for confidential reports.
    #[must_use]
    pub fn is_confidential(self) -> bool {
        self.0.starts_with(CONFIDENTIAL) || CONFIDENTIAL.strip_suffix('/') == Some(self.0)
    }
}

fn is_segment(segment: &str) -> bool {
    let inner = segment.strip_prefix('{').and_then(|rest| rest.strip_suffix('}'));
    inner.map_or(segment, |name| if name.is_empty() { "?" } else { name }).bytes().all(is_of_segments)
}

const fn is_of_segments(octet: u8) -> bool {
    octet.is_ascii_alphanumeric() || matches!(octet, b'.' | b'-' | b'_')
}

impl Entry<'_> {
    /// The line, without its end.
    pub(super) fn line(&self) -> String {
        let line = if self.route.is_some_and(Route::is_confidential) { self.confidential() } else { self.whole() };
        line.to_text()
    }

    fn whole(&self) -> Map {
        let address = self.address.map_or(Json::Null, |address| Json::text(address.to_string()));
        Map::new()
            .with("time", self.time.to_string())
            .with("who", self.caller.shown())
            .with("address", address)
            .with("method", self.method.name())
            .with("route", self.route.map_or("-", Route::as_str))
            .with("status", Json::count(self.status))
            .with("octets", Json::count(self.octets))
            .with("duration_us", Json::count(self.duration_micros))
    }

    /// Neither who nor from where; the time to the minute and no sizes, which could be compared with what was seen on a line.
    fn confidential(&self) -> Map {
        Map::new()
            .with("time", minute_of(self.time).to_string())
            .with("method", self.method.name())
            .with("route", CONFIDENTIAL)
            .with("status", Json::count(self.status))
    }
}
