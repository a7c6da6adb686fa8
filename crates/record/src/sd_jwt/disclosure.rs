//! One disclosure: a salt, and a property or an array element (RFC 9901 section 4.2).

use crate::base64url::{self, NotBase64Url};
use crate::json::{self, Json, ParseError};
use crate::sd_jwt::SALT_BYTES;

/// Characters of a salt of [`SALT_BYTES`] octets in base64url.
const SALT_CHARACTERS: usize = 22;
const _: () = assert!(SALT_CHARACTERS == (SALT_BYTES * 8).div_ceil(6), "the salt's text has this length");

/// What a disclosure opens.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "RFC 9901 has these two forms")]
pub enum Claim {
    /// A property of an object.
    Property {
        /// Its name.
        name: String,
        /// Its value, in which further digests may stand.
        value: Json,
    },
    /// An element of an array.
    Element(Json),
}

/// A text is no disclosure.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DisclosureError {
    /// It is not base64url in its one spelling.
    #[error("a disclosure is {0}")]
    Encoding(#[from] NotBase64Url),
    /// Its octets are not JSON under the profile.
    #[error("a disclosure is not JSON: {0}")]
    Json(#[from] ParseError),
    /// It is not an array of a salt and a value, or of a salt, a name and a value.
    #[error("a disclosure must be an array of salt and value, or of salt, name and value")]
    NotADisclosure,
    /// Its salt is so short that a withheld value could be guessed.
    #[error(
        "a disclosure's salt has fewer than {SALT_CHARACTERS} characters, so its value could be guessed while withheld"
    )]
    ShortSalt,
    /// It names a property `_sd` or `...`, which would be taken for a digest.
    #[error("a disclosure names the reserved property `{name}`")]
    ReservedName {
        /// The name.
        name: String,
    },
}

impl Claim {
    /// Reads a disclosure from its base64url text.
    ///
    /// # Errors
    /// [`DisclosureError`] if it is not in the form of RFC 9901 section 4.2.
    pub fn read(text: &str) -> Result<Self, DisclosureError> {
        Self::read_with(text, &mut Vec::new())
    }

    /// As [`Self::read`], with a buffer that serves many disclosures.
    pub(super) fn read_with(text: &str, buffer: &mut Vec<u8>) -> Result<Self, DisclosureError> {
        base64url::decode_onto(text, buffer)?;
        let parts = json::parse_disclosure(buffer)?.ok_or(DisclosureError::NotADisclosure)?;
        if parts.salt_length < SALT_CHARACTERS {
            return Err(DisclosureError::ShortSalt);
        }
        let Some(name) = parts.name else { return Ok(Self::Element(parts.value)) };
        if matches!(name.as_str(), "_sd" | "..." | "_sd_alg") {
            return Err(DisclosureError::ReservedName { name });
        }
        Ok(Self::Property { name, value: parts.value })
    }
}
