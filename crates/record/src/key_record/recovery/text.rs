//! The printed form of a recovery secret: Crockford's base32 with a checksum, in groups that a person can type.

use zeroize::Zeroizing;

use crate::digest::sha256;
use crate::suite::{BadKey, SEED_BYTES};

/// Crockford's letters: no I, L, O, which look like digits, and no U.
const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// Letters of the secret: 256 bits in steps of five, the last step filled with four zero bits.
const SECRET_LETTERS: usize = 52;

/// Letters of the checksum: 20 bits, so that one wrong line in a million passes.
const CHECK_LETTERS: usize = 4;

/// The bits of an octet and of a letter's value, the most significant first.
const OCTET: [u8; 8] = [128, 64, 32, 16, 8, 4, 2, 1];
const LETTER: [u8; 5] = [16, 8, 4, 2, 1];

/// Bits of the checksum's hash before those that are used: the last 20 are.
const HASH_BITS_BEFORE: usize = 236;

/// Letters in a group.
const GROUP_LETTERS: usize = 4;

/// The line for a secret.
pub(super) fn write(secret: &[u8; SEED_BYTES]) -> Zeroizing<String> {
    // With its capacity from the start, so that no copy is left behind when it grows.
    let mut line = Zeroizing::new(String::with_capacity(80));
    let values = values_of(secret);
    for (place, value) in values.iter().enumerate() {
        if place > 0 && place.is_multiple_of(GROUP_LETTERS) {
            line.push('-');
        }
        line.push(LETTERS.get(usize::from(*value)).copied().map_or('?', char::from));
    }
    line
}

/// The secret that a line stands for.
pub(super) fn read(line: &str) -> Result<Zeroizing<[u8; SEED_BYTES]>, RecoveryTextError> {
    let values = read_values(line)?;
    let mut secret = Zeroizing::new([0; SEED_BYTES]);
    let octets = regroup(&values, &LETTER, &OCTET);
    secret.iter_mut().zip(octets.iter()).for_each(|(place, octet)| *place = *octet);
    // Comparing with what would be written checks the checksum, and that the four filling bits are zero.
    if *values_of(&secret) == *values { Ok(secret) } else { Err(RecoveryTextError::Typo) }
}

fn read_values(line: &str) -> Result<Zeroizing<Vec<u8>>, RecoveryTextError> {
    let expected = SECRET_LETTERS.saturating_add(CHECK_LETTERS);
    let letters = line.chars().filter(|letter| !letter.is_whitespace() && *letter != '-');
    let mut values = Zeroizing::new(Vec::with_capacity(expected));
    let mut found: usize = 0;
    for letter in letters {
        found = found.saturating_add(1);
        let value = value_of(letter).ok_or(RecoveryTextError::Letter { found: letter, place: found })?;
        if found <= expected {
            values.push(value);
        }
    }
    if found == expected { Ok(values) } else { Err(RecoveryTextError::Length { found }) }
}

fn value_of(letter: char) -> Option<u8> {
    let letter = match letter.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    };
    let place = LETTERS.iter().position(|one| char::from(*one) == letter)?;
    u8::try_from(place).ok()
}

/// The values of all letters of a line.
fn values_of(secret: &[u8; SEED_BYTES]) -> Zeroizing<Vec<u8>> {
    let mut values = regroup(secret, &OCTET, &LETTER);
    // Under a domain of its own, so that the line says nothing that another hash says.
    let hash = Zeroizing::new(sha256(&[b"detente/recovery-check/v1\0", secret.as_slice()]));
    let check = bits(&*hash, &OCTET).skip(HASH_BITS_BEFORE).collect::<Vec<_>>();
    values.extend(gather(&check, &LETTER));
    values
}

/// The same bits in groups of another size; zeros fill the last one.
fn regroup(values: &[u8], from: &'static [u8], to: &'static [u8]) -> Zeroizing<Vec<u8>> {
    // Both with room from the start, so that no copy is left behind when they grow.
    let mut taken = Zeroizing::new(Vec::with_capacity(values.len().saturating_mul(from.len())));
    taken.extend(bits(values, from));
    let mut groups = Zeroizing::new(Vec::with_capacity(SECRET_LETTERS + CHECK_LETTERS));
    groups.extend(gather(&taken, to));
    groups
}

fn bits(values: &[u8], weights: &'static [u8]) -> impl Iterator<Item = bool> {
    values.iter().flat_map(|value| weights.iter().map(move |weight| value & weight != 0))
}

fn gather(bits: &[bool], weights: &'static [u8]) -> impl Iterator<Item = u8> {
    let value = move |group: &[bool]| {
        group.iter().zip(weights).filter(|(bit, _)| **bit).fold(0, |sum, (_, weight)| sum | weight)
    };
    bits.chunks(weights.len()).map(value)
}

/// Why a line is no recovery key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RecoveryTextError {
    /// A character that never stands in a recovery key.
    #[error("`{}` (character {place}) never stands in a recovery key", found.escape_debug())]
    Letter {
        /// The character.
        found: char,
        /// Its place among the characters that are not spaces or hyphens, from 1.
        place: usize,
    },
    /// Characters are missing, or there are too many.
    #[error("a recovery key has {} characters beside spaces and hyphens, this line has {found}", SECRET_LETTERS + CHECK_LETTERS)]
    Length {
        /// How many there are.
        found: usize,
    },
    /// The checksum does not fit.
    #[error(
        "the recovery key's last group does not fit the rest: a character was mistyped, compare the line once more"
    )]
    Typo,
    /// The suite's library refused the key.
    #[error(transparent)]
    Key(#[from] BadKey),
}
