//! Why a text is no envelope.

use crate::base64url::NotBase64Url;
use crate::json::ParseError;
use crate::limits::{MAX_DISCLOSURES, MAX_PROTECTED_HEADER_BYTES, MAX_SIGNATURES};
use crate::suite::UnknownSuite;

/// Why a text is no envelope of this format.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EnvelopeError {
    /// The text is neither JSON under the profile nor a compact form.
    #[error("the envelope is not JSON: {0}")]
    Json(#[from] ParseError),
    /// A part is absent.
    #[error("the envelope has no `{name}`")]
    Missing {
        /// The part.
        name: &'static str,
    },
    /// A part has another JSON form than it must.
    #[error("`{name}` is {found} where {expected} should be")]
    WrongForm {
        /// The part.
        name: &'static str,
        /// What stands there.
        found: &'static str,
        /// What should stand there.
        expected: &'static str,
    },
    /// A part that this format does not have. It would be unsigned, so two copies could differ in it unnoticed.
    #[error("the envelope has an unknown part `{}`", name.escape_debug())]
    Unknown {
        /// The part.
        name: String,
    },
    /// A part is not base64url in its one spelling.
    #[error("`{name}`: {reason}")]
    Encoding {
        /// The part.
        name: &'static str,
        /// What the decoder said.
        reason: NotBase64Url,
    },
    /// A compact form that does not have its three parts and a closing `~`.
    #[error(
        "a compact envelope is `header.payload.signature~disclosure~...~`, with a `~` at its end; key binding is not used here"
    )]
    NotCompact,
    /// A compact form of an envelope with several signatures.
    #[error("the compact form holds one signature; this envelope has {count}")]
    CompactNeedsOneSignature {
        /// How many it has.
        count: usize,
    },
    /// A disclosure with characters outside base64url.
    #[error("a disclosure is not base64url")]
    DisclosureNotBase64Url,
    /// More disclosures than any record may have.
    #[error("more than {MAX_DISCLOSURES} disclosures")]
    TooManyDisclosures,
    /// More signatures than there are suites.
    #[error("more than {MAX_SIGNATURES} signatures")]
    TooManySignatures,
    /// An envelope without any signature.
    #[error("the envelope has no signature")]
    NoSignature,
    /// Disclosures beside another signature than the first (RFC 9901 section 8).
    #[error("disclosures stand beside a signature that is not the first")]
    DisclosuresMisplaced,
    /// A protected header longer than any of ours.
    #[error("a protected header is longer than {MAX_PROTECTED_HEADER_BYTES} octets")]
    HeaderTooLong,
    /// A protected header that is not the canonical JSON of exactly `alg`, `kid` and `typ`.
    #[error("a protected header must be the canonical JSON of exactly `alg`, `kid` and `typ`")]
    NotOurHeader,
    /// A protected header names a suite that this build does not know.
    #[error(transparent)]
    Suite(#[from] UnknownSuite),
    /// A protected header names another kind of content.
    #[error("`typ` is `{}` where `{expected}` should be", found.escape_debug())]
    WrongType {
        /// What the header says.
        found: String,
        /// What it should say.
        expected: &'static str,
    },
    /// Two signatures name the same key.
    #[error("two signatures name the same key")]
    RepeatedKey,
}
