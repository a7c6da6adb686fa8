//! What may leave a party, to whom, which fields, and why.
//!
//! Everything here is a pure function: facts go in, a decision with its reasons comes out. Nothing is looked up, no clock is
//! read. Only this crate can build the types that may leave a node.
#![warn(clippy::arithmetic_side_effects)]

pub mod agreement;
pub mod belief;
pub mod cedar;
pub mod control;
pub mod decision;
pub mod explain;
pub mod feed;
pub mod floors;
pub mod handed;
pub mod labels;
pub mod receipt;
pub mod released;
pub mod shown;
pub mod space;
pub mod vocabulary;
