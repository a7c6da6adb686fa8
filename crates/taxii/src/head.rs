//! What is asked.

/// The head of a request: all of it that counts here. Several fields of one name are joined with commas, as RFC 9110 section
/// 5.3 has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Head<'a> {
    /// The method, as it stands in the request.
    pub method: &'a str,
    /// The path, not decoded.
    pub path: &'a str,
    /// What follows the question mark, not decoded.
    pub query: Option<&'a str>,
    /// `Accept`.
    pub accept: Option<&'a str>,
    /// `Content-Type`.
    pub content_type: Option<&'a str>,
    /// `Content-Length`.
    pub content_length: Option<&'a str>,
    /// `Content-Encoding`.
    pub content_encoding: Option<&'a str>,
    /// `If-None-Match`.
    pub if_none_match: Option<&'a str>,
}

impl<'a> Head<'a> {
    /// A head without header fields, to be filled in.
    #[must_use]
    pub const fn new(method: &'a str, path: &'a str) -> Self {
        Self {
            method,
            path,
            query: None,
            accept: None,
            content_type: None,
            content_length: None,
            content_encoding: None,
            if_none_match: None,
        }
    }
}

/// A request with its body, of which no more need have been read than [`crate::limits::MAX_CONTENT_BYTES`] and one octet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Request<'a> {
    /// Its head.
    pub head: Head<'a>,
    /// Its body, as it came: nothing is unpacked.
    pub body: &'a [u8],
}

impl<'a> Request<'a> {
    /// A head with a body.
    #[must_use]
    pub const fn new(head: Head<'a>, body: &'a [u8]) -> Self {
        Self { head, body }
    }
}

/// A method that some endpoint has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Method {
    /// Show it.
    Get,
    /// Show its head.
    Head,
    /// Take something.
    Post,
    /// Take something away.
    Delete,
}

impl Method {
    /// The method of a word; methods are written in capitals (RFC 9110 section 9.1).
    #[must_use]
    pub fn of(word: &str) -> Option<Self> {
        match word {
            "GET" => Some(Self::Get),
            "HEAD" => Some(Self::Head),
            "POST" => Some(Self::Post),
            "DELETE" => Some(Self::Delete),
            _ => None,
        }
    }
}
