//! Texts of agreements: what is refused, what the templates say, and what one text changes in another.

mod common;
mod digest;
mod parity;
mod redline;
mod refused;
mod scene;
mod templates;
mod widening;
