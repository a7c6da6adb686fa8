//! Selective disclosure as RFC 9901 defines it, without knowing what a record is.
//!
//! `commit` replaces properties and array elements by digests and hands out the disclosures that open them.
//! [`resolve`] puts back what was disclosed and leaves out the rest. What a record may commit, and where, stands in
//! [`crate::Record`].

pub(crate) mod commit;
mod disclosure;
pub mod resolve;

pub use commit::CommitError;
pub use disclosure::{Claim, DisclosureError};

/// Octets of a salt: fresh for every disclosure of every version (RFC 9901 section 9.3 recommends 128 bits).
pub const SALT_BYTES: usize = 16;

/// Numbers of digests that an `_sd` or an array of digests may have. An observer learns the step, not the count.
pub const PADDING_STEPS: [usize; 6] = [8, 16, 32, 64, 128, 256];

/// The step that `count` digests are padded to; `None` beyond the last.
#[must_use]
pub fn padded(count: usize) -> Option<usize> {
    PADDING_STEPS.into_iter().find(|step| count <= *step)
}
