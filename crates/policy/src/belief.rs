//! Whom we believe: the types that say that a signature counts.

pub mod limits;
pub mod quorum;

pub use quorum::Quorum;
