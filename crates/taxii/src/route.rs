//! Paths (section 3.1).

use record::stix::StixId;

use crate::collection::{CollectionId, StatusId};
use crate::head::Method;
use crate::refusal::Refusal;

/// Where a client begins.
pub const DISCOVERY_PATH: &str = "/taxii2/";

/// The API root. There is one: what a caller may see is a matter of collections.
pub const API_ROOT_PATH: &str = "/taxii2/api/";

const READ: &str = "GET, HEAD";
const READ_AND_ADD: &str = "GET, HEAD, POST";
const READ_AND_DELETE: &str = "GET, HEAD, DELETE";

/// What a path names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Route {
    Discovery,
    ApiRoot,
    Status(StatusId),
    Collections,
    Collection(CollectionId),
    Manifest(CollectionId),
    Objects(CollectionId),
    Object(CollectionId, StixId),
    Versions(CollectionId, StixId),
}

impl Route {
    /// Reads a path. One without its last slash names nothing (section 3.1). It is not redirected either: clients leave
    /// their credentials behind on the way, and turn a POST into a GET. What is wrong is told from the path alone, so it
    /// tells nothing about what is there.
    pub(crate) fn read(path: &str) -> Result<Self, Refusal> {
        let Some(inner) = path.strip_suffix('/') else {
            return Err(Self::within(path).map_or(Refusal::NotFound, |_| Refusal::MissingSlash));
        };
        Self::within(inner).ok_or(Refusal::NotFound)
    }

    fn within(path: &str) -> Option<Self> {
        let parts: Vec<&str> = path.strip_prefix('/')?.split('/').take(8).collect();
        let ("taxii2", rest) = parts.split_first().map(|(first, rest)| (*first, rest))? else { return None };
        match *rest {
            [] => Some(Self::Discovery),
            ["api"] => Some(Self::ApiRoot),
            ["api", "status", id] => id.parse().ok().map(Self::Status),
            ["api", "collections"] => Some(Self::Collections),
            ["api", "collections", id] => id.parse().ok().map(Self::Collection),
            ["api", "collections", id, "manifest"] => id.parse().ok().map(Self::Manifest),
            ["api", "collections", id, "objects"] => id.parse().ok().map(Self::Objects),
            ["api", "collections", id, "objects", object] => Some(Self::Object(id.parse().ok()?, object.parse().ok()?)),
            ["api", "collections", id, "objects", object, "versions"] => {
                Some(Self::Versions(id.parse().ok()?, object.parse().ok()?))
            }
            _ => None,
        }
    }

    /// The method, if this path has it.
    pub(crate) fn method(&self, word: &str) -> Result<Method, Refusal> {
        let method = Method::of(word);
        let allowed = self.allowed();
        method.filter(|_| allowed.split(", ").any(|one| one == word)).ok_or(Refusal::Method { allowed })
    }

    const fn allowed(&self) -> &'static str {
        match self {
            Self::Objects(_) => READ_AND_ADD,
            Self::Object(..) => READ_AND_DELETE,
            Self::Discovery
            | Self::ApiRoot
            | Self::Status(_)
            | Self::Collections
            | Self::Collection(_)
            | Self::Manifest(_)
            | Self::Versions(..) => READ,
        }
    }
}
