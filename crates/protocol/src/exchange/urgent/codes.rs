//! Octets of a skeleton that stand for something else. None of them stands in JSON text.

use super::MAX_REFERENCES;

/// A part ends.
pub(super) const END: u8 = 0x00;
/// The next 32 raw octets, in base64url.
pub(super) const DIGEST: u8 = 0x01;
/// The next 16 raw octets, in base64url.
pub(super) const SALT: u8 = 0x02;
/// The digest of a disclosure, whose number follows.
pub(super) const DISCLOSURE: u8 = 0x03;
/// The digest of the record.
pub(super) const RECORD: u8 = 0x04;
/// Raw octets that stood at [`DIGEST`] before; their number follows.
pub(super) const AGAIN: u8 = 0x07;
/// The last octet that is not text: from 8 on they are words.
pub(super) const LAST: u8 = 0x1F;

/// What is added to a number, so that its octet is none of those above.
const NUMBER: u8 = 0x20;

/// The octet of a number; none if it has none.
pub(super) fn number(place: usize) -> Option<u8> {
    u8::try_from(place).ok().filter(|_| place < MAX_REFERENCES)?.checked_add(NUMBER)
}

/// The number of an octet.
pub(super) fn place(octet: u8) -> Option<usize> {
    octet.checked_sub(NUMBER).map(usize::from)
}
