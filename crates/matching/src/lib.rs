//! Misuse signals, and finding what they name: the same, nearly the same, what looks alike, what holds a keyword, what a rule
//! describes.
//!
//! One invariant: **what is found says why.** Every match names the signal, whose it is and how sure its author was, by which
//! method it was found, how near it is and what was asked for; and what could not be looked at is named as well. Nothing here
//! decides what to do with a match.

mod aligned;
pub mod bank;
pub mod disguise;
pub mod exact;
pub mod keywords;
pub mod lexicon;
mod lists;
pub mod near;
pub mod pdq;
pub mod rules;
mod shared;
pub mod signal;
pub mod signed;
mod substituted;
mod table;
