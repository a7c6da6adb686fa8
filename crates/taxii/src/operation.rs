//! From a head to what is to be done.

use record::stix::StixId;
use record::time::Timestamp;

use crate::collection::{CollectionId, StatusId};
use crate::cursor::Kind;
use crate::filter::{Filters, ID, SPEC_VERSION, TYPE, VERSION, VersionMatch};
use crate::head::{Head, Method};
use crate::limits::{DEFAULT_PAGE_OBJECTS, MAX_CONTENT_BYTES, MAX_PAGE_OBJECTS};
use crate::media::is_envelope;
use crate::query::Parameters;
use crate::refusal::{Refusal, Wrong};
use crate::route::Route;

const ADDED_AFTER: &str = "added_after";
const LIMIT: &str = "limit";
const NEXT: &str = "next";

/// Sections 5.3 and 5.4.
const OF_OBJECTS: [&str; 7] = [ADDED_AFTER, LIMIT, NEXT, ID, TYPE, VERSION, SPEC_VERSION];
/// Section 5.6.
const OF_OBJECT: [&str; 5] = [ADDED_AFTER, LIMIT, NEXT, VERSION, SPEC_VERSION];
/// Section 5.8.
const OF_VERSIONS: [&str; 4] = [ADDED_AFTER, LIMIT, NEXT, SPEC_VERSION];

/// One of the eleven operations, with all that its head says about it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Operation {
    /// Which API roots there are (section 4.1).
    Discovery,
    /// What the API root can do (section 4.2).
    ApiRoot,
    /// What became of a POST (section 4.3).
    Status(StatusId),
    /// The collections of the caller (section 5.1).
    Collections,
    /// One of them (section 5.2).
    Collection(CollectionId),
    /// What is in it, without the objects (section 5.3).
    Manifest(CollectionId, Filters, Page),
    /// The objects (section 5.4).
    Objects(CollectionId, Filters, Page),
    /// Objects are added (section 5.5). The body is read only once it is clear that the caller may.
    AddObjects(CollectionId),
    /// The versions of one object, whole (section 5.6).
    Object(CollectionId, StixId, Filters, Page),
    /// An object is to be deleted (section 5.7).
    DeleteObject(CollectionId, StixId),
    /// Which versions of one object there are (section 5.8).
    Versions(CollectionId, StixId, Filters, Page),
}

/// Which part of the answer is wanted (section 3.5).
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Page {
    /// Objects in it: what was asked for, and [`MAX_PAGE_OBJECTS`] at most.
    pub limit: usize,
    /// A cursor, not yet looked at.
    pub next: Option<String>,
    /// Only what was added later than this. A cursor counts more.
    pub added_after: Option<Timestamp>,
}

impl Operation {
    /// Reads a head whose caller is known.
    ///
    /// # Errors
    /// [`Refusal`], from the head alone: nothing of it depends on what is in the store.
    pub fn parse(head: &Head<'_>) -> Result<Self, Refusal> {
        if !crate::media::is_acceptable(head.accept) {
            return Err(Refusal::NotAcceptable);
        }
        let route = Route::read(head.path)?;
        let method = route.method(head.method)?;
        match (route, method) {
            (Route::Objects(collection), Method::Post) => check_body(head).map(|()| Self::AddObjects(collection)),
            (Route::Object(collection, object), Method::Delete) => Ok(Self::DeleteObject(collection, object)),
            (route, _) => Self::read(route, head.query),
        }
    }

    fn read(route: Route, query: Option<&str>) -> Result<Self, Refusal> {
        let plain = match route {
            Route::Manifest(collection) => {
                return paged(query, &OF_OBJECTS).map(|(filters, page)| Self::Manifest(collection, filters, page));
            }
            Route::Objects(collection) => {
                return paged(query, &OF_OBJECTS).map(|(filters, page)| Self::Objects(collection, filters, page));
            }
            Route::Object(collection, object) => {
                return paged(query, &OF_OBJECT).map(|(filters, page)| Self::Object(collection, object, filters, page));
            }
            Route::Versions(collection, object) => {
                let (mut filters, page) = paged(query, &OF_VERSIONS)?;
                // It is them that are asked for.
                filters.versions = VersionMatch::every();
                return Ok(Self::Versions(collection, object, filters, page));
            }
            Route::Discovery => Self::Discovery,
            Route::ApiRoot => Self::ApiRoot,
            Route::Status(id) => Self::Status(id),
            Route::Collections => Self::Collections,
            Route::Collection(collection) => Self::Collection(collection),
        };
        Parameters::read(query, &[]).map(|_none| plain)
    }

    /// The collection that it is about.
    #[must_use]
    pub const fn collection(&self) -> Option<CollectionId> {
        match self {
            Self::Discovery | Self::ApiRoot | Self::Status(_) | Self::Collections => None,
            Self::Collection(id)
            | Self::Manifest(id, ..)
            | Self::Objects(id, ..)
            | Self::AddObjects(id)
            | Self::Object(id, ..)
            | Self::DeleteObject(id, _)
            | Self::Versions(id, ..) => Some(*id),
        }
    }

    /// What is read page by page, if anything is: the object that it is about, and which part is wanted.
    pub(crate) const fn paged(&self) -> Option<(Kind, Option<&StixId>, &Filters, &Page)> {
        match self {
            Self::Manifest(_, filters, page) => Some((Kind::Manifest, None, filters, page)),
            Self::Objects(_, filters, page) => Some((Kind::Objects, None, filters, page)),
            Self::Object(_, object, filters, page) => Some((Kind::Object, Some(object), filters, page)),
            Self::Versions(_, object, filters, page) => Some((Kind::Versions, Some(object), filters, page)),
            Self::Discovery
            | Self::ApiRoot
            | Self::Status(_)
            | Self::Collections
            | Self::Collection(_)
            | Self::AddObjects(_)
            | Self::DeleteObject(..) => None,
        }
    }
}

fn paged(query: Option<&str>, known: &[&str]) -> Result<(Filters, Page), Refusal> {
    let parameters = Parameters::read(query, known)?;
    Ok((Filters::read(&parameters)?, Page::read(&parameters)?))
}

impl Page {
    fn read(parameters: &Parameters) -> Result<Self, Refusal> {
        let limit = parameters.value(LIMIT).map_or(Ok(DEFAULT_PAGE_OBJECTS), limit)?;
        let added_after = parameters.value(ADDED_AFTER).map(instant).transpose()?;
        Ok(Self { limit, next: parameters.value(NEXT).map(str::to_owned), added_after })
    }
}

/// However large the number, our own limit is less.
fn limit(text: &str) -> Result<usize, Refusal> {
    let wrong = || Wrong::Limit.about(LIMIT, &format!("Write a number from 1 to {MAX_PAGE_OBJECTS}."));
    let is_number = !text.is_empty() && text.bytes().all(|octet| octet.is_ascii_digit());
    let limit = is_number.then(|| text.parse().unwrap_or(usize::MAX)).filter(|limit| *limit > 0).ok_or_else(wrong)?;
    Ok(limit.min(MAX_PAGE_OBJECTS))
}

fn instant(text: &str) -> Result<Timestamp, Refusal> {
    text.parse().map_err(|_| Wrong::AddedAfter.about(ADDED_AFTER, "Write it as in 2026-07-01T03:10:00.123456Z."))
}

/// What can be told about a body before any of it is read. Nothing is unpacked, so that a small body is a small body.
fn check_body(head: &Head<'_>) -> Result<(), Refusal> {
    Parameters::read(head.query, &[])?;
    if head.content_encoding.is_some_and(|coding| !coding.trim().eq_ignore_ascii_case("identity")) {
        return Err(Refusal::Encoded);
    }
    if !is_envelope(head.content_type) {
        return Err(Refusal::MediaType);
    }
    head.content_length.map_or(Ok(()), check_length)
}

fn check_length(text: &str) -> Result<(), Refusal> {
    if text.is_empty() || !text.bytes().all(|octet| octet.is_ascii_digit()) {
        return Err(Wrong::ContentLength.about("Content-Length", "Write one decimal number."));
    }
    let fits = text.parse().is_ok_and(|length: usize| length <= MAX_CONTENT_BYTES);
    if fits { Ok(()) } else { Err(Refusal::TooLarge) }
}
