//! What a site is asked.

use std::net::SocketAddr;

use hyper::HeaderMap;
use hyper::header::{COOKIE, HeaderName, IF_NONE_MATCH, IF_RANGE, RANGE};
use record::digest::PartyId;

use crate::limits::{MAX_MESSAGE_BODY_BYTES, MAX_PACKAGE_BODY_BYTES, MAX_SMALL_BODY_BYTES};
use crate::server::reply::EntityTag;
use crate::server::{Closing, Octets};
use crate::tls::TransportKey;

/// What is to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Method {
    /// Take something away.
    Delete,
    /// Show something.
    Get,
    /// Show all of it but the body.
    Head,
    /// Take something.
    Post,
}

impl Method {
    /// As it stands in a request (RFC 9110 section 9.1).
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Delete => "DELETE",
            Self::Get => "GET",
            Self::Head => "HEAD",
            Self::Post => "POST",
        }
    }

    pub(super) fn of(method: &hyper::Method) -> Option<Self> {
        [Self::Delete, Self::Get, Self::Head, Self::Post].into_iter().find(|one| one.name() == method.as_str())
    }
}

/// The header fields of a request.
#[derive(Debug, Clone, Default)]
pub struct Fields(HeaderMap);

impl Fields {
    pub(super) const fn of(headers: HeaderMap) -> Self {
        Self(headers)
    }

    pub(super) const fn headers(&self) -> &HeaderMap {
        &self.0
    }

    /// The value of a field; several of one name are joined with commas (RFC 9110 section 5.3). None if there is none, or one
    /// of them is no visible ASCII.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<String> {
        let values: Option<Vec<&str>> = self.0.get_all(name).iter().map(|value| value.to_str().ok()).collect();
        values.filter(|values| !values.is_empty()).map(|values| values.join(", "))
    }

    /// Whether a field was sent at all, also with a value that [`Self::get`] cannot read.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// The value of a cookie; none if it is sent twice: whoever can set cookies for a part of our name could otherwise put one
    /// before ours.
    #[must_use]
    pub fn cookie(&self, name: &str) -> Option<String> {
        let fields = self.0.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
        let pairs = fields.flat_map(|field| field.split(';')).filter_map(|pair| pair.trim().split_once('='));
        let mut found = pairs.filter(|(known, _)| *known == name).map(|(_, value)| value.to_owned());
        let first = found.next();
        first.filter(|_| found.next().is_none())
    }
}

/// How long a body may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum BodyClass {
    /// No body at all.
    Nothing,
    /// [`MAX_SMALL_BODY_BYTES`].
    Small,
    /// [`MAX_MESSAGE_BODY_BYTES`].
    Message,
    /// [`MAX_PACKAGE_BODY_BYTES`].
    Package,
}

impl BodyClass {
    /// Octets that it allows.
    #[must_use]
    pub const fn max_bytes(self) -> usize {
        match self {
            Self::Nothing => 0,
            Self::Small => MAX_SMALL_BODY_BYTES,
            Self::Message => MAX_MESSAGE_BODY_BYTES,
            Self::Package => MAX_PACKAGE_BODY_BYTES,
        }
    }
}

/// One request, as far as a site has to know it.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Request {
    /// The party whose transport key the caller proved, in force at this moment. None for everybody else.
    pub peer: Option<PartyId>,
    /// The transport key that the caller proved, pinned or not. Pairing needs it; it says nothing about who that is.
    pub key: Option<TransportKey>,
    /// What is to be done.
    pub method: Method,
    /// The path, checked by [`crate::server::check_path`].
    pub path: String,
    /// What follows the question mark, checked by [`crate::server::check_query`] and not decoded.
    pub query: Option<String>,
    /// The first octet that is wanted. The site answers with the whole all the same, and the server sends the rest: whether
    /// the caller began with this version is seen only beside the reply's tag.
    pub range: Option<u64>,
    /// The header fields.
    pub fields: Fields,
    /// The body, whole. As long as it is held it takes room from others.
    pub body: Octets,
    /// Where the caller's connection comes from.
    pub remote: SocketAddr,
    /// Tells an answer that waits when the server is about to end.
    pub closing: Closing,
}

impl Request {
    /// A request without a body from nobody, to be filled in.
    #[must_use]
    pub fn new(method: Method, path: String, remote: SocketAddr) -> Self {
        let (fields, body, closing) = (Fields::default(), Octets::default(), Closing::never());
        Self { peer: None, key: None, method, path, query: None, range: None, fields, body, remote, closing }
    }
}

/// Under which conditions which part of a thing is wanted.
#[derive(Debug, Clone, Default)]
pub(super) struct Conditions {
    pub(super) first_octet: Option<u64>,
    if_range: Option<String>,
    if_none_match: Option<String>,
}

impl Conditions {
    pub(super) fn of(headers: &HeaderMap) -> Self {
        Self {
            first_octet: text(headers, &RANGE).and_then(|range| first_octet(&range)),
            if_range: text(headers, &IF_RANGE),
            if_none_match: text(headers, &IF_NONE_MATCH),
        }
    }

    /// The caller has this version already.
    pub(super) fn is_known(&self, tag: Option<&EntityTag>) -> bool {
        let (Some(tag), Some(known)) = (tag, &self.if_none_match) else { return false };
        known.split(',').map(|one| one.trim().trim_start_matches("W/")).any(|one| one == "*" || one == tag.quoted())
    }

    /// The first octet that is wanted of this version: none if the caller has begun with another.
    pub(super) fn first_of(&self, tag: Option<&EntityTag>) -> Option<u64> {
        let same = self.if_range.as_ref().is_none_or(|wanted| tag.is_some_and(|tag| tag.quoted() == *wanted));
        self.first_octet.filter(|_| same)
    }
}

fn text(headers: &HeaderMap, name: &HeaderName) -> Option<String> {
    headers.get(name)?.to_str().ok().map(str::to_owned)
}

/// The one form of range that resuming needs, `bytes=N-`. Others are passed over, as RFC 9110 section 14.2 allows.
fn first_octet(range: &str) -> Option<u64> {
    let digits = range.strip_prefix("bytes=")?.strip_suffix('-')?;
    if digits.bytes().all(|digit| digit.is_ascii_digit()) { digits.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use hyper::header::{HeaderName, HeaderValue};

    use super::*;

    fn fields(pairs: &[(&'static str, &str)]) -> Fields {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            let _first = headers.append(HeaderName::from_static(name), HeaderValue::from_str(value).unwrap());
        }
        Fields::of(headers)
    }

    #[test]
    fn several_fields_of_one_name_are_one_list() {
        let sent = fields(&[("accept", "text/html"), ("accept", "application/json;q=0.5")]);
        assert_eq!(sent.get("accept").as_deref(), Some("text/html, application/json;q=0.5"));
        assert_eq!((sent.get("Accept").is_some(), sent.get("host")), (true, None));
    }

    #[test]
    fn a_cookie_that_is_sent_twice_is_none() {
        let once = fields(&[("cookie", "a=1; __Host-detente=abc"), ("cookie", "b=2")]);
        assert_eq!(once.cookie("__Host-detente").as_deref(), Some("abc"));
        assert_eq!((once.cookie("b").as_deref(), once.cookie("c")), (Some("2"), None));
        let twice = fields(&[("cookie", "__Host-detente=planted; __Host-detente=abc")]);
        assert_eq!(twice.cookie("__Host-detente"), None);
    }
}
