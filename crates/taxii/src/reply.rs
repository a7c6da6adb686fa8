//! What is answered.

use record::base64url;
use record::digest::sha256;

use crate::date::DateAdded;
use crate::media::MEDIA_TYPE;
use crate::refusal::Refusal;

/// An answer. Whoever sends it adds `Content-Length` from `length` and nothing else.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Reply {
    /// The status of HTTP.
    pub status: u16,
    /// Further header fields, each name once. Every value is made here or by whoever set up the server, so nothing foreign
    /// gets into a header.
    pub headers: Vec<(&'static str, String)>,
    /// The body: JSON, or nothing for HEAD and 304.
    pub body: String,
    /// Octets of the body that a GET has, so that HEAD can tell them.
    pub length: usize,
}

impl Reply {
    /// Every answer is JSON of one type, may be kept by nobody, and depends on `Accept`.
    pub(crate) fn new(status: u16, body: String) -> Self {
        let headers = [("Content-Type", MEDIA_TYPE), ("Cache-Control", "no-store"), ("Vary", "Accept")];
        let headers = headers.map(|(name, value)| (name, value.to_owned())).to_vec();
        Self { status, headers, length: body.len(), body }
    }

    /// A small thing that changes seldom, with a tag by which a caller on a weak line asks whether it has.
    pub(crate) fn tagged(body: String) -> Self {
        let tag = format!("\"{}\"", base64url::encode(&sha256(&[body.as_bytes()])));
        Self::new(200, body).with("ETag", tag)
    }

    pub(crate) fn refused(refusal: &Refusal, challenge: &str) -> Self {
        let reply = Self::new(refusal.status(), refusal.to_json().to_text());
        match refusal {
            Refusal::Unauthenticated => reply.with("WWW-Authenticate", challenge.to_owned()),
            Refusal::Method { allowed } => reply.with("Allow", (*allowed).to_owned()),
            // RFC 9110 section 15.5.16: says that the coding was the cause.
            Refusal::Encoded => reply.with("Accept-Encoding", "identity".to_owned()),
            Refusal::Unavailable { retry_after_s } => reply.with("Retry-After", retry_after_s.to_string()),
            Refusal::NotAcceptable
            | Refusal::NotFound
            | Refusal::MissingSlash
            | Refusal::QueryTooLong
            | Refusal::Wrong { .. }
            | Refusal::MediaType
            | Refusal::TooLarge
            | Refusal::TooManyObjects
            | Refusal::Envelope(_)
            | Refusal::NotReadable
            | Refusal::NotWritable
            | Refusal::AppendOnly
            | Refusal::Internal => reply,
        }
    }

    pub(crate) fn with(mut self, name: &'static str, value: String) -> Self {
        self.headers.push((name, value));
        self
    }

    pub(crate) fn dated(self, dates: Option<(DateAdded, DateAdded)>) -> Self {
        let Some((first, last)) = dates else { return self };
        self.with("X-TAXII-Date-Added-First", first.to_string()).with("X-TAXII-Date-Added-Last", last.to_string())
    }

    /// The value of a header field.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        let is_named = |(known, _): &&(&str, String)| known.eq_ignore_ascii_case(name);
        self.headers.iter().find(is_named).map(|(_, value)| value.as_str())
    }

    pub(crate) fn without_body(mut self) -> Self {
        self.body = String::new();
        self
    }

    /// 304 if the caller has just this already (RFC 9110 section 13.1.2).
    pub(crate) fn unless_known(self, if_none_match: Option<&str>) -> Self {
        let Some((tag, known)) = self.header("ETag").zip(if_none_match) else { return self };
        let mut tags = known.split(',').map(|one| one.trim().trim_start_matches("W/"));
        if tags.any(|one| one == "*" || one == tag) { Self { status: 304, ..self }.without_body() } else { self }
    }
}
