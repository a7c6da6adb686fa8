//! What the server asks of a store.

use std::borrow::Cow;

use record::stix::StixId;

use crate::collection::{Collection, CollectionId, StatusId};
use crate::date::DateAdded;
use crate::filter::Filters;
use crate::page::{ManifestPage, ObjectPage, VersionPage};
use crate::status::Status;
use crate::submission::Submission;

/// Who asks, as whoever checked it says.
pub trait Caller {
    /// Octets that name this caller and no other, the same for ever: cursors are bound to them.
    fn name(&self) -> Cow<'_, [u8]>;
}

/// What is shown: collections, and in each of them objects in one order.
///
/// Everything here may block. Nothing is decided above: a store shows a caller only what was released to it, at each call
/// anew.
///
/// - **Order.** Each object of a collection has a [`DateAdded`] that no other object of it has and that never changes. Whatever
///   is added later has a later one, and is not seen before everything with an earlier one: a writer that commits out of
///   order would put objects behind the cursors of those who read meanwhile.
/// - **Hidden is not there.** For a collection, object or status that the caller may not see the store answers as for one that
///   does not exist, with the same work.
pub trait Backend {
    /// Who asks.
    type Caller: Caller;

    /// The collections that the caller may see, in any order.
    ///
    /// # Errors
    /// [`Fault`].
    fn collections(&self, caller: &Self::Caller) -> Result<Vec<Collection>, Fault>;

    /// One of them. None if the caller may not see it, or it does not exist.
    ///
    /// # Errors
    /// [`Fault`].
    fn collection(&self, caller: &Self::Caller, id: CollectionId) -> Result<Option<Collection>, Fault>;

    /// Pushes what is asked for, in order, until the page is full or there is nothing more.
    ///
    /// # Errors
    /// [`Fault`].
    fn objects(&self, caller: &Self::Caller, query: &Query<'_>, page: &mut ObjectPage) -> Result<Found, Fault>;

    /// As [`Self::objects`], without their texts.
    ///
    /// # Errors
    /// [`Fault`].
    fn manifest(&self, caller: &Self::Caller, query: &Query<'_>, page: &mut ManifestPage) -> Result<Found, Fault>;

    /// As [`Self::objects`], the versions of one object only. `query.object` is there.
    ///
    /// # Errors
    /// [`Fault`].
    fn versions(&self, caller: &Self::Caller, query: &Query<'_>, page: &mut VersionPage) -> Result<Found, Fault>;

    /// Adds what was submitted, each object as a record of its own, and keeps the status for
    /// [`crate::limits::STATUS_KEPT_MS`]. An object that is there already, in the same version, is a success that changes
    /// nothing. What is called a success must be durable. None if the caller may not see the collection any more.
    ///
    /// # Errors
    /// [`Fault`], if nothing was added.
    fn add_objects(
        &self,
        caller: &Self::Caller,
        collection: CollectionId,
        submission: &Submission<'_>,
    ) -> Result<Option<Status>, Fault>;

    /// The status of what this caller submitted, as [`Status::to_text`] had it or as it is by now. None for what others
    /// submitted, and once its time is over.
    ///
    /// # Errors
    /// [`Fault`].
    fn status(&self, caller: &Self::Caller, id: StatusId) -> Result<Option<String>, Fault>;
}

/// What a page is asked about.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Query<'a> {
    /// In which collection.
    pub collection: CollectionId,
    /// Only this object.
    pub object: Option<&'a StixId>,
    /// Which versions of which objects.
    pub filters: &'a Filters,
    /// Only what was added later than this.
    pub after: Option<DateAdded>,
    /// How many objects the page takes. One more tells that another page follows; asking for more than that is waste.
    pub limit: usize,
}

/// Whether there was anything to look through.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(clippy::exhaustive_enums, reason = "it is there or it is not")]
pub enum Found {
    /// What is asked for is on the page, and may be nothing.
    Here,
    /// The caller may not see the collection, or the object that the question names; or it does not exist.
    Nothing,
}

/// The store cannot answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Fault {
    /// Not now: it is busy, or being recomputed.
    #[error("not now, come again in {retry_after_s} s")]
    Unavailable {
        /// In how many seconds to come again.
        retry_after_s: u32,
    },
    /// It failed. What it was belongs in our own journal: a caller learns nothing of our insides.
    #[error("the store failed")]
    Failed,
}
