//! AI incidents: what is reported, what is known, who says so, and what may be the same.
//!
//! One invariant: **nothing merges by itself.** Candidates are shown with their reasons, a person decides, every decision is a
//! signed statement that can be taken back, and an id never dies.

pub mod candidates;
pub mod csv;
pub mod labels;
pub mod taxonomy;
