//! What is asked for, and what came.

use bytes::Bytes;
use http_body_util::Full;
use hyper::header::{CONTENT_TYPE, HOST, IF_NONE_MATCH, IF_RANGE, RANGE};
use hyper::http::request::Builder;
use hyper::{Method, Request};
use protocol::exchange::Control;

use crate::client::{Address, ClientError, Outgoing};
use crate::server::{check_path, check_query};
use crate::tls::TransportKey;

/// A thing that is wanted of a peer.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Wanted {
    /// Its path, and its query after a question mark.
    pub path_and_query: String,
    /// The first octet that is wanted.
    pub from_octet: u64,
    /// The version whose first octets are here already, as [`Fetched::etag`] gave it. If it has changed since, the whole
    /// of the new one comes.
    pub version: Option<String>,
    /// The version that is here already as a whole: 304 comes if it is still the same.
    pub unless: Option<String>,
    /// Octets that are taken at most.
    pub max_octets: usize,
}

impl Wanted {
    /// The whole of a thing of at most `max_octets`.
    #[must_use]
    pub fn new(path_and_query: &str, max_octets: usize) -> Self {
        Self { path_and_query: path_and_query.to_owned(), from_octet: 0, version: None, unless: None, max_octets }
    }

    /// Only what follows the octets that are here already.
    #[must_use]
    pub fn from_octet(mut self, from_octet: u64, version: Option<String>) -> Self {
        self.from_octet = from_octet;
        self.version = version;
        self
    }

    /// Nothing, if this version is still the same.
    #[must_use]
    pub fn unless(mut self, version: String) -> Self {
        self.unless = Some(version);
        self
    }
}

/// What came.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Fetched {
    /// The status on the wire (RFC 9110).
    pub status: u16,
    /// The key that answered: one of the expected party, or whichever it was.
    pub key: TransportKey,
    /// The name of the version, in its quotes.
    pub etag: Option<String>,
    /// The place of the first of `octets` in the thing: what was asked for, or 0 if the peer sent all of it.
    pub first_octet: u64,
    /// Octets of the thing in all, if the peer said so.
    pub length: Option<u64>,
    /// In how many seconds the peer wants to be asked again.
    pub retry_after_s: Option<u32>,
    /// What was sent.
    pub octets: Vec<u8>,
}

/// 206: the rest of a thing.
const PARTIAL: u16 = 206;

pub(super) fn get(address: &Address, wanted: &Wanted) -> Result<Outgoing, ClientError> {
    let mut builder = request(address, Method::GET, &wanted.path_and_query)?;
    if wanted.from_octet > 0 {
        builder = builder.header(RANGE, format!("bytes={}-", wanted.from_octet));
        builder = optional(builder, IF_RANGE, wanted.version.as_deref());
    }
    builder = optional(builder, IF_NONE_MATCH, wanted.unless.as_deref());
    finish(builder, Vec::new())
}

pub(super) fn post(address: &Address, control: &Control) -> Result<Outgoing, ClientError> {
    let builder = request(address, Method::POST, control.path())?.header(CONTENT_TYPE, control.content_type());
    finish(builder, control.to_octets())
}

/// A peer may send all of it instead of the rest, and nothing else.
pub(super) fn check_range(fetched: Fetched, wanted: &Wanted) -> Result<Fetched, ClientError> {
    if fetched.status == PARTIAL && (wanted.from_octet == 0 || fetched.first_octet != wanted.from_octet) {
        return Err(ClientError::WrongRange { wanted: wanted.from_octet });
    }
    Ok(fetched)
}

fn request(address: &Address, method: Method, path_and_query: &str) -> Result<Builder, ClientError> {
    let (path, query) = path_and_query.split_once('?').unwrap_or((path_and_query, ""));
    check_path(path)?;
    check_query(query, crate::limits::MAX_QUERY_BYTES)?;
    Ok(Request::builder().method(method).uri(path_and_query).header(HOST, address.to_string()))
}

fn optional(builder: Builder, name: hyper::header::HeaderName, value: Option<&str>) -> Builder {
    match value {
        Some(value) => builder.header(name, value),
        None => builder,
    }
}

fn finish(builder: Builder, body: Vec<u8>) -> Result<Outgoing, ClientError> {
    builder.body(Full::new(Bytes::from(body))).map_err(|_| ClientError::Version)
}
