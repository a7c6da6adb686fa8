//! A feed for MISP over HTTP: the files that a MISP server fetches, of one collection.

use access::Caller;
use node::server::{Reply, Request, Status};

use super::{Inner, MISP, UserDesk};

/// One file of a feed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "a path has these two parts")]
pub struct FeedFile<'a> {
    /// The collection, by its id in TAXII.
    pub collection: &'a str,
    /// The file: `manifest.json`, `hashes.csv`, or an event's id with `.json`.
    pub name: &'a str,
}

impl<'a> FeedFile<'a> {
    fn of(path: &'a str) -> Option<Self> {
        let (collection, name) = path.strip_prefix(MISP)?.split_once('/')?;
        let is_one = !collection.is_empty() && !name.is_empty() && !name.contains('/');
        is_one.then_some(Self { collection, name })
    }

    const fn pattern() -> &'static str {
        "/misp/{collection}/{file}"
    }

    fn content_type(self) -> &'static str {
        if self.name.strip_suffix(".csv").is_some() { "text/csv; charset=utf-8" } else { "application/json" }
    }
}

impl<D: UserDesk> Inner<D> {
    /// A MISP server asks with the header fields that its feed is set up with, and follows no redirect.
    pub(super) fn misp(&self, caller: &Caller, request: &Request) -> (Reply, Option<&'static str>) {
        let nothing = || Reply::text(Status::NotFound, "there is no such feed for you\n");
        let Some(file) = FeedFile::of(&request.path) else { return (nothing(), None) };
        if caller.account().is_none() {
            let reply = Reply::text(Status::Unauthorized, "show a token: a header `Authorization: Bearer TOKEN`\n");
            let challenge = node::server::Header::Field("www-authenticate", "Bearer realm=\"misp\"".to_owned());
            return (reply.with(challenge), Some(FeedFile::pattern()));
        }
        let reply = match self.desk.misp(caller, &file) {
            None => nothing(),
            Some(Ok(octets)) => Reply::whole(Status::Ok, file.content_type(), octets),
            Some(Err(problem)) => Reply::text(Status::Unavailable, format!("{problem}\n")),
        };
        (reply, Some(FeedFile::pattern()))
    }
}
