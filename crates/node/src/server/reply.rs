//! What a site answers.

use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use tokio::sync::mpsc::Receiver;

/// How it went. The codes are those of RFC 9110.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Status {
    /// 200: here it is. Turned into 206, 304 or 416 by what the caller asked for.
    Ok,
    /// 201: it was taken and has a place now.
    Created,
    /// 202: it was taken; what follows comes later.
    Accepted,
    /// 204: done, nothing to show.
    NoContent,
    /// 303: the answer to it lies elsewhere.
    SeeOther,
    /// 304: the caller has it already.
    NotModified,
    /// 400: it cannot be read.
    BadRequest,
    /// 401: show who you are.
    Unauthorized,
    /// 403: not for you.
    Forbidden,
    /// 404: no such thing.
    NotFound,
    /// 405: this cannot be done here.
    MethodNotAllowed,
    /// 406: not to be had in a form that the caller reads.
    NotAcceptable,
    /// 409: it does not fit what is there, as an old checkpoint to a witness.
    Conflict,
    /// 410: it was erased or withdrawn.
    Gone,
    /// 412: it is not as the caller believed.
    PreconditionFailed,
    /// 413: too long.
    TooLong,
    /// 414: the question is too long.
    QueryTooLong,
    /// 415: not in a form that is read here.
    UnsupportedMedia,
    /// 422: it can be read and does not hold, as a proof that leads elsewhere.
    Unprocessable,
    /// 429: too many; come again later.
    TooMany,
    /// 500: our fault.
    Internal,
    /// 503: not now.
    Unavailable,
}

/// Every status, for [`Status::of`].
const ALL: [Status; 21] = [
    Status::Ok,
    Status::Created,
    Status::Accepted,
    Status::NoContent,
    Status::SeeOther,
    Status::NotModified,
    Status::BadRequest,
    Status::Unauthorized,
    Status::Forbidden,
    Status::NotFound,
    Status::MethodNotAllowed,
    Status::NotAcceptable,
    Status::Conflict,
    Status::Gone,
    Status::PreconditionFailed,
    Status::TooLong,
    Status::QueryTooLong,
    Status::UnsupportedMedia,
    Status::Unprocessable,
    Status::TooMany,
    Status::Unavailable,
];

impl Status {
    /// The status of a number; [`Self::Internal`] for one that is not spoken here.
    #[must_use]
    pub fn of(code: u16) -> Self {
        ALL.into_iter().find(|one| one.code() == code).unwrap_or(Self::Internal)
    }

    /// The number on the wire.
    #[must_use]
    pub const fn code(self) -> u16 {
        match self {
            Self::Ok => 200,
            Self::Created => 201,
            Self::Accepted => 202,
            Self::NoContent => 204,
            Self::SeeOther => 303,
            Self::NotModified => 304,
            Self::BadRequest => 400,
            Self::Unauthorized => 401,
            Self::Forbidden => 403,
            Self::NotFound => 404,
            Self::MethodNotAllowed => 405,
            Self::NotAcceptable => 406,
            Self::Conflict => 409,
            Self::Gone => 410,
            Self::PreconditionFailed => 412,
            Self::TooLong => 413,
            Self::QueryTooLong => 414,
            Self::UnsupportedMedia => 415,
            Self::Unprocessable => 422,
            Self::TooMany => 429,
            Self::Internal => 500,
            Self::Unavailable => 503,
        }
    }
}

/// The name of one version of a thing, by which a caller says what it has already. A digest is a good one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EntityTag(String);

/// Longer tags name nothing better.
const MAX_TAG_BYTES: usize = 128;

impl EntityTag {
    /// A tag of letters, digits, `-`, `_`, `.` and `:`; none for anything else.
    #[must_use]
    pub fn new(text: &str) -> Option<Self> {
        let is_plain = |octet: u8| octet.is_ascii_alphanumeric() || b"-_.:".contains(&octet);
        let fits = (1..=MAX_TAG_BYTES).contains(&text.len()) && text.bytes().all(is_plain);
        fits.then(|| Self(format!("\"{text}\"")))
    }

    /// The tag as it stands in a header, in quotes.
    #[must_use]
    pub fn quoted(&self) -> &str {
        &self.0
    }
}

/// Who may keep an answer, and for how long.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum CacheControl {
    /// Nobody.
    NoStore,
    /// Whoever asks again before each use.
    Ask,
    /// Everybody for ever: it cannot change.
    Immutable,
}

impl CacheControl {
    pub(super) const fn value(self) -> &'static str {
        match self {
            Self::NoStore => "no-store",
            Self::Ask => "no-cache",
            Self::Immutable => "public, max-age=31536000, immutable",
        }
    }
}

/// A header field that a site may set. The server sets lengths and ranges.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Header {
    /// The name of the version that is shown.
    Etag(EntityTag),
    /// Who may keep the answer. Nobody, unless it is said.
    CacheControl(CacheControl),
    /// In how many seconds to come again.
    RetryAfter(u32),
    /// Where what was made can be fetched: a path of this server.
    Location(String),
    /// Any other, by its name. A value that no header can have is left out.
    Field(&'static str, String),
}

/// What is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Body {
    /// Octets in memory, where they stay until the caller has taken them. What is large belongs in a file.
    Octets(Vec<u8>),
    /// The first `length` octets of a file, which may grow meanwhile. They are read as the caller takes them. Whoever
    /// makes the path answers for it: nothing of a request belongs in it unread.
    File {
        /// The file.
        path: PathBuf,
        /// Octets of it.
        length: u64,
    },
    /// Octets as they come, until whoever sends them lets go.
    Live(Live),
}

/// The receiving end of an answer that goes on for as long as somebody reads it.
#[derive(Debug, Clone)]
pub struct Live(pub(super) Arc<Mutex<Receiver<Vec<u8>>>>);

impl Live {
    /// What comes out of a channel.
    #[must_use]
    pub fn new(receiver: Receiver<Vec<u8>>) -> Self {
        Self(Arc::new(Mutex::new(receiver)))
    }
}

impl PartialEq for Live {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Eq for Live {}

impl Body {
    /// Octets in all, as far as it is known.
    #[must_use]
    pub fn length(&self) -> u64 {
        match self {
            Self::Live(_) => 0,
            Self::Octets(octets) => u64::try_from(octets.len()).unwrap_or(u64::MAX),
            Self::File { length, .. } => *length,
        }
    }
}

/// An answer.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Reply {
    /// How it went.
    pub status: Status,
    /// What kind of thing the body is. It is a word of this program, so nothing foreign can get into the header.
    pub content_type: &'static str,
    /// What is shown.
    pub body: Body,
    /// Further header fields.
    pub headers: Vec<Header>,
    /// Whether a part of it can be asked for, and whether the tag among the headers is held against what the caller has.
    pub is_in_parts: bool,
}

impl Reply {
    /// 200 with a body.
    #[must_use]
    pub const fn ok(content_type: &'static str, body: Body) -> Self {
        Self { status: Status::Ok, content_type, body, headers: Vec::new(), is_in_parts: true }
    }

    /// A status with a line of text for whoever reads it.
    #[must_use]
    pub fn text(status: Status, text: impl Into<String>) -> Self {
        let body = Body::Octets(text.into().into_bytes());
        Self { status, content_type: "text/plain; charset=utf-8", body, headers: Vec::new(), is_in_parts: true }
    }

    /// Octets under a status, which go as they are: conditions are the site's own business.
    #[must_use]
    pub const fn whole(status: Status, content_type: &'static str, octets: Vec<u8>) -> Self {
        Self { status, content_type, body: Body::Octets(octets), headers: Vec::new(), is_in_parts: false }
    }

    /// A status without a body.
    #[must_use]
    pub fn empty(status: Status) -> Self {
        Self::text(status, "")
    }

    /// With another header field.
    #[must_use]
    pub fn with(mut self, header: Header) -> Self {
        self.headers.push(header);
        self
    }

    pub(super) fn take_body(&mut self) -> Body {
        std::mem::replace(&mut self.body, Body::Octets(Vec::new()))
    }

    pub(super) fn tag(&self) -> Option<&EntityTag> {
        self.headers.iter().find_map(|header| if let Header::Etag(tag) = header { Some(tag) } else { None })
    }
}
