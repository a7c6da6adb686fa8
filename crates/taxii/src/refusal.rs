//! Errors, as a caller reads them (section 3.6.1).

use record::json::Map;

use crate::envelope::EnvelopeFault;
use crate::limits::{EXCERPT_CHARACTERS, MAX_CONTENT_BYTES, MAX_OBJECTS_PER_POST, MAX_QUERY_BYTES};

/// Why a request is not answered with what it asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Refusal {
    /// 401: nobody is known to ask.
    Unauthenticated,
    /// 406: no form in which we answer is among those that the caller takes.
    NotAcceptable,
    /// 404: there is nothing here, or nothing for this caller, which is the same answer.
    NotFound,
    /// 404: the path lacks its last slash.
    MissingSlash,
    /// 405: the endpoint does not have this method.
    Method {
        /// Those that it has, as in `Allow`.
        allowed: &'static str,
    },
    /// 414: the query is too long.
    QueryTooLong,
    /// 400: a parameter or header field is wrong.
    Wrong {
        /// In which way.
        wrong: Wrong,
        /// Which, and what would be right.
        description: String,
    },
    /// 415: the body is compressed or otherwise encoded.
    Encoded,
    /// 415: the body is not an envelope of TAXII 2.1.
    MediaType,
    /// 413: the body is too long.
    TooLarge,
    /// 413: there are too many objects in the body.
    TooManyObjects,
    /// 422: the body cannot be taken apart.
    Envelope(EnvelopeFault),
    /// 403: this caller may not read this collection.
    NotReadable,
    /// 403: this caller may not write to this collection.
    NotWritable,
    /// 403: nothing is deleted.
    AppendOnly,
    /// 503: not now.
    Unavailable {
        /// In how many seconds to come again.
        retry_after_s: u32,
    },
    /// 500: our fault.
    Internal,
}

/// In which way a parameter or a header field is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Wrong {
    /// The endpoint has no such parameter.
    Unknown,
    /// It stands there twice.
    Twice,
    /// It is not written as a query is.
    Encoding,
    /// `limit` is not a number from 1.
    Limit,
    /// `added_after` is not a timestamp in UTC.
    AddedAfter,
    /// `next` is not a cursor of this caller for this question.
    Cursor,
    /// A filter has a value that no object can have.
    Filter,
    /// `Content-Length` is not a number.
    ContentLength,
}

impl Refusal {
    /// The status of HTTP.
    #[must_use]
    pub const fn status(&self) -> u16 {
        match self {
            Self::Wrong { .. } => 400,
            Self::Unauthenticated => 401,
            Self::NotReadable | Self::NotWritable | Self::AppendOnly => 403,
            Self::NotFound | Self::MissingSlash => 404,
            Self::Method { .. } => 405,
            Self::NotAcceptable => 406,
            Self::TooLarge | Self::TooManyObjects => 413,
            Self::QueryTooLong => 414,
            Self::Encoded | Self::MediaType => 415,
            Self::Envelope(_) => 422,
            Self::Internal => 500,
            Self::Unavailable { .. } => 503,
        }
    }

    /// The `error_code`, by which programs tell causes of one status apart. It never changes.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Wrong { wrong, .. } => wrong.code(),
            Self::Unauthenticated => "unauthenticated",
            Self::NotReadable => "not_readable",
            Self::NotWritable => "not_writable",
            Self::AppendOnly => "append_only",
            Self::NotFound => "not_found",
            Self::MissingSlash => "missing_slash",
            Self::Method { .. } => "method",
            Self::NotAcceptable => "not_acceptable",
            Self::TooLarge => "too_large",
            Self::TooManyObjects => "too_many_objects",
            Self::QueryTooLong => "query_too_long",
            Self::Encoded => "content_encoding",
            Self::MediaType => "media_type",
            Self::Envelope(_) => "envelope",
            Self::Internal => "internal",
            Self::Unavailable { .. } => "unavailable",
        }
    }

    /// A line for people.
    #[must_use]
    pub const fn title(&self) -> &'static str {
        match self {
            Self::Wrong { .. } => "The request cannot be understood",
            Self::Unauthenticated => "Show who you are",
            Self::NotReadable | Self::NotWritable | Self::AppendOnly => "This is not allowed",
            Self::NotFound | Self::MissingSlash => "There is nothing here for you",
            Self::Method { .. } => "This is not done here",
            Self::NotAcceptable => "You do not take what is here",
            Self::TooLarge | Self::TooManyObjects => "This is too much at once",
            Self::QueryTooLong => "The query is too long",
            Self::Encoded | Self::MediaType => "This cannot be taken in this form",
            Self::Envelope(_) => "The body is no envelope",
            Self::Internal => "Something went wrong here",
            Self::Unavailable { .. } => "Not now",
        }
    }

    fn description(&self) -> String {
        match self {
            Self::Wrong { description, .. } => description.clone(),
            Self::Unauthenticated => "Send the credentials that you were given.".into(),
            Self::NotReadable => "You may write to this collection and not read it.".into(),
            Self::NotWritable => "You may read this collection and not write to it.".into(),
            Self::AppendOnly => {
                "What was logged stays, so nothing is deleted. Add a new version with `revoked` set instead.".into()
            }
            Self::NotFound => "The path names nothing, or nothing that is for you.".into(),
            Self::MissingSlash => "Every path ends with `/`: add it.".into(),
            Self::Method { allowed } => format!("This endpoint has {allowed}."),
            Self::NotAcceptable => format!("Accept `{}`.", crate::MEDIA_TYPE),
            Self::TooLarge => format!("A body may have {MAX_CONTENT_BYTES} octets. Send several smaller ones."),
            Self::TooManyObjects => {
                format!("An envelope may hold {MAX_OBJECTS_PER_POST} objects. Send several smaller ones.")
            }
            Self::QueryTooLong => format!("A query may have {MAX_QUERY_BYTES} octets. Ask several times."),
            Self::Encoded => "Send the body as it is, without Content-Encoding.".into(),
            Self::MediaType => format!("Send Content-Type `{}`.", crate::MEDIA_TYPE),
            Self::Envelope(fault) => format!("{fault}."),
            Self::Internal => "Nothing was changed. Tell whoever runs this server, with the time.".into(),
            Self::Unavailable { retry_after_s } => format!("Come again in {retry_after_s} s."),
        }
    }

    /// The error message as JSON. `http_status` is a string, as the standard has it.
    #[must_use]
    pub fn to_json(&self) -> Map {
        Map::new()
            .with("title", self.title())
            .with("description", self.description())
            .with("error_code", self.code())
            .with("http_status", self.status().to_string())
    }
}

impl Wrong {
    const fn code(self) -> &'static str {
        match self {
            Self::Unknown => "unknown_parameter",
            Self::Twice => "duplicate_parameter",
            Self::Encoding => "query_encoding",
            Self::Limit => "limit",
            Self::AddedAfter => "added_after",
            Self::Cursor => "cursor",
            Self::Filter => "filter",
            Self::ContentLength => "content_length",
        }
    }

    const fn words(self) -> &'static str {
        match self {
            Self::Unknown => "is no parameter of this endpoint",
            Self::Twice => "stands there twice",
            Self::Encoding => "cannot be decoded",
            Self::Limit => "is not a number from 1",
            Self::AddedAfter => "is not a timestamp in UTC",
            Self::Cursor => "is not what you were given for this question",
            Self::Filter => "has a wrong value",
            Self::ContentLength => "is not a number of octets",
        }
    }

    /// What is wrong with `name`, and what to do.
    pub(crate) fn about(self, name: &str, advice: &str) -> Refusal {
        let description = format!("`{}` {}. {advice}", excerpt(name), self.words());
        Refusal::Wrong { wrong: self, description }
    }
}

/// The beginning of foreign text, with what acts on a terminal escaped.
pub(crate) fn excerpt(text: &str) -> String {
    text.chars().take(EXCERPT_CHARACTERS).collect::<String>().escape_debug().to_string()
}
