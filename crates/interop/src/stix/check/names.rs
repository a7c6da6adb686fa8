//! Names of types, properties, keys and hashes.

use record::limits::MAX_NAME_BYTES;

/// The least length of names (STIX 2.1 section 3.1).
const LEAST: usize = 3;

/// STIX 2.1 sections 3.1 and 11.1.
pub(super) fn is_property(name: &str) -> bool {
    let fits = |octet: u8| octet.is_ascii_lowercase() || octet.is_ascii_digit() || octet == b'_';
    (LEAST..=MAX_NAME_BYTES).contains(&name.len()) && starts_with_letter(name) && name.bytes().all(fits)
}

/// STIX 2.1 sections 3.1, 7.3.2 and 11.2.
pub(super) fn is_type(name: &str) -> bool {
    let fits = |octet: u8| octet.is_ascii_lowercase() || octet.is_ascii_digit() || octet == b'-';
    (LEAST..=MAX_NAME_BYTES).contains(&name.len())
        && starts_with_letter(name)
        && name.bytes().all(fits)
        && !name.contains("--")
        && !name.ends_with('-')
}

/// STIX 2.1 section 2.3.
pub(super) fn is_key(name: &str) -> bool {
    let fits = |octet: u8| octet.is_ascii_alphanumeric() || octet == b'-' || octet == b'_';
    name.len() <= MAX_NAME_BYTES && name.bytes().all(fits)
}

/// STIX 2.1 section 2.7.
pub(super) fn is_hash(name: &str) -> bool {
    name.len() >= LEAST && is_key(name)
}

/// Lower case, with hyphens between words (STIX 2.1 sections 2.11 and 2.14).
pub(super) fn is_hyphenated(text: &str) -> bool {
    !text.chars().any(|character| character.is_uppercase() || character == '_' || character == ' ')
}

fn starts_with_letter(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_lowercase())
}
