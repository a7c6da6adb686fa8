//! Pairing by a spoken code: two parties that have only a line and a telephone learn one another's keys.
//!
//! The one who begins commits to a random number and its key record, the other answers with a number of its own, and only
//! then is the first number revealed. Both compute the same code over both key records and both numbers. Whoever sits
//! between the two must guess it: neither number can be chosen after the other is known. People compare twenty digits, which
//! read the same in every language.

use record::digest::{KeyRecordDigest, PartyId, sha256};

/// Digits of a code: 10^20 is more than 2^66. Sixty bits are what an attacker with one try must not be able to guess.
pub const CODE_DIGITS: usize = 20;

/// How long pairing stays open once it was asked for, in milliseconds: a telephone call.
pub const OPEN_MS: u64 = 10 * 60 * 1000;

/// One side: who it is, its newest key record, and its random number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Side {
    /// The party.
    pub party: PartyId,
    /// Its newest key record.
    pub key_record: KeyRecordDigest,
    /// Thirty-two fresh random octets.
    pub number: [u8; 32],
}

impl Side {
    /// A side.
    #[must_use]
    pub const fn new(party: PartyId, key_record: KeyRecordDigest, number: [u8; 32]) -> Self {
        Self { party, key_record, number }
    }

    /// What the one who begins sends first.
    #[must_use]
    pub fn commitment(&self) -> [u8; 32] {
        sha256(&[b"detente/pair/commit/v1\0", self.party.octets(), self.key_record.octets(), &self.number])
    }
}

/// The code that both read out, in groups of four digits.
#[must_use]
pub fn code(beginner: &Side, answerer: &Side) -> String {
    let parts =
        [beginner, answerer].map(|side| [*side.party.octets(), *side.key_record.octets(), side.number].concat());
    let digest = sha256(&[b"detente/pair/code/v1\0", &parts[0], &parts[1]]);
    let number = digest.first_chunk().map(|head| u128::from_be_bytes(*head)).unwrap_or_default();
    let digits = format!("{:020}", number % 100_000_000_000_000_000_000);
    digits.as_bytes().chunks(4).map(String::from_utf8_lossy).collect::<Vec<_>>().join(" ")
}
