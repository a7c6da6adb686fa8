//! What each audience may read, as ready STIX objects.
//!
//! A feed is for the members of one agreement, and a collection is one view of it: one object for each id, the union of what was
//! released there. Policy has run before an entry is in a feed, and nothing else gets into a collection, so what is read here
//! needs no further decision but whether its reader is a member now.
//!
//! An object that grows, or is taken back, is emitted anew: under a new and larger time of addition, which no other object of the
//! collection has, and a new `modified`. So whoever reads on from where it was, by any time it has seen, misses nothing.

mod emitted;
mod read;
mod view;

pub use emitted::{SHOWN, WITHHELD};
pub use read::{Filter, Item, MAX_PAGE_ITEMS, Page, Versions, objects, versions_of};
pub use view::Collections;
