//! What each audience may read, as ready STIX objects.
//!
//! There are four kinds of collections. [`Collection::Released`] is one view of a feed of ours, for the members of its agreement:
//! one object for each id, the union of what was released there. Policy has run before an entry is in a feed, and nothing else gets
//! into that collection. [`Collection::Received`] is the same of a feed that a peer released to us, of what was proved when it came.
//! [`Collection::Partner`] joins what we released to one partner under several agreements, property by property.
//! [`Collection::Own`] holds our own records, whole, for our own people: each row has the marking in force, and a [`Reader`] sees
//! the rows that it reads so far.
//!
//! An object that grows, is taken back, or may be read by more, is emitted anew: under a new and larger time of addition, which no
//! other object has. So whoever reads on from where it was, by any time it has seen, misses nothing.

pub mod audience;
mod collection;
mod emitted;
mod feed;
mod marking;
mod own;
mod read;
mod view;

pub use collection::{Collection, known};
pub use emitted::{SHOWN, WITHHELD, marks_shown};
pub use marking::{Marking, Reader};
pub use read::{
    Entry, Filter, Item, MAX_PAGE_BYTES, MAX_PAGE_ITEMS, Page, Versions, has_object, manifest, newest, objects,
    versions_of,
};
pub use view::Collections;
