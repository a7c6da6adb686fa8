//! From a request to its answer.

use record::json::{Json, Map};
use record::stix::StixId;
use record::time::Timestamp;

use crate::backend::{Backend, Caller as _, Fault, Found, Query};
use crate::collection::{Collection, CollectionId};
use crate::cursor::{Binding, CursorKey, Kind};
use crate::date::DateAdded;
use crate::filter::Filters;
use crate::head::{Head, Request};
use crate::limits::MAX_CONTENT_BYTES;
use crate::media::MEDIA_TYPE;
use crate::operation::{Operation, Page};
use crate::page::{Frame, ManifestPage, ObjectPage, VersionPage};
use crate::refusal::{Refusal, Wrong};
use crate::reply::Reply;
use crate::route::API_ROOT_PATH;
use crate::submission::Submission;

/// What a server says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct About {
    /// Its name for people.
    pub title: String,
    /// What it is for; may be empty.
    pub description: String,
    /// Whom to ask; may be empty.
    pub contact: String,
    /// Scheme, host and port, as `https://node.example:8443`, by which clients reach it: common ones do not resolve a root that
    /// is only a path.
    pub origin: String,
    /// What `WWW-Authenticate` says to whoever is not known: a word of the program.
    pub challenge: &'static str,
}

/// A TAXII server over a store. It holds no state: any number of them over one store and key are one server.
#[derive(Debug)]
pub struct Server<B> {
    backend: B,
    key: CursorKey,
    about: About,
}

/// What a page is about.
struct Asked<'a> {
    collection: CollectionId,
    kind: Kind,
    object: Option<&'a StixId>,
    filters: &'a Filters,
    page: &'a Page,
}

impl About {
    /// A server under this name and origin, which asks for a user and a password or for a token.
    #[must_use]
    pub fn new(title: impl Into<String>, origin: impl Into<String>) -> Self {
        let (description, contact) = (String::new(), String::new());
        let challenge = "Basic realm=\"taxii\", charset=\"UTF-8\", Bearer realm=\"taxii\"";
        Self { title: title.into(), description, contact, origin: origin.into(), challenge }
    }

    /// Section 4.1.1.
    fn discovery(&self) -> Map {
        let root = format!("{}{API_ROOT_PATH}", self.origin);
        let about = Map::new().with("title", self.title.as_str());
        let about = optional(optional(about, "description", &self.description), "contact", &self.contact);
        about.with("default", root.as_str()).with("api_roots", Json::Array(vec![root.into()]))
    }

    /// Section 4.2.1.
    fn api_root(&self) -> Map {
        optional(Map::new().with("title", self.title.as_str()), "description", &self.description)
            .with("versions", Json::Array(vec![MEDIA_TYPE.into()]))
            .with("max_content_length", Json::count(MAX_CONTENT_BYTES))
    }
}

fn optional(about: Map, name: &str, text: &str) -> Map {
    if text.is_empty() { about } else { about.with(name, text) }
}

impl<B: Backend> Server<B> {
    /// A server.
    #[must_use]
    pub const fn new(backend: B, key: CursorKey, about: About) -> Self {
        Self { backend, key, about }
    }

    /// The store.
    #[must_use]
    pub const fn backend(&self) -> &B {
        &self.backend
    }

    /// Answers a request, whatever it is. `caller` is who was proved to ask; none for everybody else. It may block as long as
    /// the store does.
    pub fn answer(&self, caller: Option<&B::Caller>, request: &Request<'_>) -> Reply {
        let reply = match self.ask(caller, request) {
            Ok(reply) => reply.unless_known(request.head.if_none_match),
            Err(refusal) => Reply::refused(&refusal, self.about.challenge),
        };
        if request.head.method == "HEAD" { reply.without_body() } else { reply }
    }

    /// What is to be answered without reading a body: a refusal, or nothing if the body is to be read, up to
    /// [`MAX_CONTENT_BYTES`] octets and one more, and given to [`Self::answer`]. Whoever may not write is spared sending it.
    pub fn before_body(&self, caller: Option<&B::Caller>, head: &Head<'_>) -> Option<Reply> {
        let refusal = self.admit(caller, head).err()?;
        Some(Reply::refused(&refusal, self.about.challenge))
    }

    /// All that can be told from the head and the collection. In this order: who asks; what the head says, whatever there is
    /// in the store; whether the collection is there for the caller; what the caller may do in it.
    fn admit<'a>(
        &self,
        caller: Option<&'a B::Caller>,
        head: &Head<'_>,
    ) -> Result<(&'a B::Caller, Operation, Option<Collection>), Refusal> {
        let caller = caller.ok_or(Refusal::Unauthenticated)?;
        let operation = Operation::parse(head)?;
        let Some(id) = operation.collection() else { return Ok((caller, operation, None)) };
        let collection = self.backend.collection(caller, id)?.ok_or(Refusal::NotFound)?;
        may(&operation, &collection)?;
        Ok((caller, operation, Some(collection)))
    }

    fn ask(&self, caller: Option<&B::Caller>, request: &Request<'_>) -> Result<Reply, Refusal> {
        let (caller, operation, collection) = self.admit(caller, &request.head)?;
        match &operation {
            Operation::Discovery => Ok(Reply::tagged(self.about.discovery().to_text())),
            Operation::ApiRoot => Ok(Reply::tagged(self.about.api_root().to_text())),
            Operation::Collections => self.collections(caller),
            Operation::Collection(_) => {
                collection.map(|one| Reply::tagged(one.to_json().to_text())).ok_or(Refusal::NotFound)
            }
            Operation::Status(id) => {
                self.backend.status(caller, *id)?.map(|text| Reply::new(200, text)).ok_or(Refusal::NotFound)
            }
            Operation::AddObjects(id) => self.add(caller, *id, request.body),
            Operation::DeleteObject(..) => Err(Refusal::AppendOnly),
            Operation::Manifest(..) | Operation::Objects(..) | Operation::Object(..) | Operation::Versions(..) => {
                self.paged(caller, &Asked::of(&operation).ok_or(Refusal::Internal)?)
            }
        }
    }

    fn collections(&self, caller: &B::Caller) -> Result<Reply, Refusal> {
        let mut collections = self.backend.collections(caller)?;
        // The interoperability profile asks for this order.
        collections.sort_by_key(|collection| collection.id);
        let list: Vec<Json> = collections.iter().map(|one| one.to_json().into()).collect();
        let about = if list.is_empty() { Map::new() } else { Map::new().with("collections", Json::Array(list)) };
        Ok(Reply::tagged(about.to_text()))
    }

    fn add(&self, caller: &B::Caller, collection: CollectionId, body: &[u8]) -> Result<Reply, Refusal> {
        let submission = Submission::read(body)?;
        let status = self.backend.add_objects(caller, collection, &submission)?.ok_or(Refusal::NotFound)?;
        Ok(Reply::new(202, status.to_text()))
    }

    fn paged(&self, caller: &B::Caller, asked: &Asked<'_>) -> Result<Reply, Refusal> {
        let (name, filters) = (caller.name(), asked.filters.to_text());
        let Asked { collection, kind, object, page, .. } = *asked;
        let binding = Binding { caller: &name, collection, kind, object, filters: &filters };
        let after = self.place(page, binding)?;
        let query = Query { collection, object, filters: asked.filters, after, limit: page.limit };
        let (found, frame) = self.fill(caller, kind, &query)?;
        if frame.is_out_of_order() {
            return Err(Refusal::Internal);
        }
        if found == Found::Nothing {
            return Err(Refusal::NotFound);
        }
        let next = frame.next().map(|last| self.key.cursor(last, binding));
        let dates = frame.dates();
        Ok(Reply::new(200, frame.into_body(kind.list(), next.as_deref())).dated(dates))
    }

    /// Where the page begins. A cursor counts, whatever `added_after` says beside it: a client that sends both has moved the
    /// one and kept the other, and the cursor is the exact one.
    fn place(&self, page: &Page, binding: Binding<'_>) -> Result<Option<DateAdded>, Refusal> {
        let Some(next) = &page.next else { return Ok(page.added_after.and_then(beginning)) };
        let wrong =
            || Wrong::Cursor.about("next", "Begin anew, or with `added_after` and the last date that you have.");
        self.key.place(next, binding).map(Some).ok_or_else(wrong)
    }

    fn fill(&self, caller: &B::Caller, kind: Kind, query: &Query<'_>) -> Result<(Found, Frame), Refusal> {
        let frame = Frame::new(query.limit, query.after);
        Ok(match kind {
            Kind::Manifest => {
                let mut page = ManifestPage(frame);
                (self.backend.manifest(caller, query, &mut page)?, page.0)
            }
            Kind::Objects | Kind::Object => {
                let mut page = ObjectPage(frame);
                (self.backend.objects(caller, query, &mut page)?, page.0)
            }
            Kind::Versions => {
                let mut page = VersionPage(frame);
                (self.backend.versions(caller, query, &mut page)?, page.0)
            }
        })
    }
}

/// Nothing was added before 1970, and nothing will be after 9999.
fn beginning(after: Timestamp) -> Option<DateAdded> {
    (after.micros() >= 0).then(|| DateAdded::from_micros(after.micros()).unwrap_or(DateAdded::LAST))
}

fn may(operation: &Operation, collection: &Collection) -> Result<(), Refusal> {
    match operation {
        Operation::AddObjects(_) if !collection.can_write => Err(Refusal::NotWritable),
        Operation::Manifest(..) | Operation::Objects(..) | Operation::Object(..) | Operation::Versions(..)
            if !collection.can_read =>
        {
            Err(Refusal::NotReadable)
        }
        Operation::DeleteObject(..) => Err(Refusal::AppendOnly),
        Operation::Discovery
        | Operation::ApiRoot
        | Operation::Status(_)
        | Operation::Collections
        | Operation::Collection(_)
        | Operation::AddObjects(_)
        | Operation::Manifest(..)
        | Operation::Objects(..)
        | Operation::Object(..)
        | Operation::Versions(..) => Ok(()),
    }
}

impl<'a> Asked<'a> {
    fn of(operation: &'a Operation) -> Option<Self> {
        let collection = operation.collection()?;
        let (kind, object, filters, page) = operation.paged()?;
        Some(Self { collection, kind, object, filters, page })
    }
}

impl From<Fault> for Refusal {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Unavailable { retry_after_s } => Self::Unavailable { retry_after_s },
            Fault::Failed => Self::Internal,
        }
    }
}
