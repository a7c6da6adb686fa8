//! The code that a reporter keeps.

use std::fmt;
use std::str::FromStr;

use bundle::PrivateBundleKey;
use record::digest::sha256;
use record::entropy::{Entropy as _, SystemEntropy};
use zeroize::Zeroizing;

use crate::node_keys::BUNDLE_SUITE;
use crate::outcome::{Done, Failure};

/// Octets of a code: 160 bits, more than the 128 below which it could be searched for.
const CODE_BYTES: usize = 20;

/// Letters of a code: five bits each.
const CODE_LETTERS: usize = 32;

/// Letters of the check group: 20 bits, so that of a million mistyped codes one passes.
const CHECK_LETTERS: usize = 4;

/// Letters of one group.
const GROUP: usize = 4;

/// Crockford's alphabet: no letter looks like a digit, and none is missed when it is read aloud.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// What a reporter keeps, and nobody else. It is wiped from memory, and stands in no `Debug`.
pub(crate) struct Code(Zeroizing<[u8; CODE_BYTES]>);

/// A text is no code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum NotACode {
    #[error("a code has nine groups of four letters and digits")]
    Form,
    #[error("the last group does not fit the others, so something is mistyped")]
    Check,
}

impl Code {
    pub(crate) fn fresh() -> Done<Self> {
        let mut octets = Zeroizing::new([0; CODE_BYTES]);
        SystemEntropy::new().fill(octets.as_mut_slice()).map_err(Failure::environment)?;
        Ok(Self(octets))
    }

    /// The code of a report that was typed into a form of a page: the same for the same form with the same words, so that a form that
    /// is sent twice, or sent again because its answer was lost, is one report under one code. Nobody else comes to it, since the
    /// secret is this process's own.
    pub(crate) fn of_form(secret: &[u8; 32], once: &str, text: &str) -> Self {
        let sum =
            Zeroizing::new(sha256(&[b"detente/report-form/v1\0", secret, once.as_bytes(), b"\0", text.as_bytes()]));
        let mut octets = Zeroizing::new([0; CODE_BYTES]);
        octets.iter_mut().zip(sum.iter()).for_each(|(place, octet)| *place = *octet);
        Self(octets)
    }

    fn derived(&self, domain: &[u8]) -> [u8; 32] {
        sha256(&[domain, self.0.as_slice()])
    }

    /// By which the desk finds the thread. Whoever has it can add to the thread, so it travels sealed.
    pub(crate) fn locator(&self) -> [u8; 32] {
        self.derived(b"detente/report-locator/v1\0")
    }

    /// Under which answers lie. It is no secret: it leads neither to the code nor to the locator.
    pub(crate) fn tag(&self) -> String {
        record::base64url::encode(&self.derived(b"detente/report-tag/v1\0"))
    }

    /// The key that opens answers.
    pub(crate) fn key(&self) -> Done<PrivateBundleKey> {
        let seed = Zeroizing::new(self.derived(b"detente/report-key/v1\0"));
        PrivateBundleKey::from_seed(BUNDLE_SUITE, &seed).map_err(Failure::environment)
    }

    /// The code as it is written down.
    pub(crate) fn written(&self) -> Zeroizing<String> {
        let letters = [letters(self.0.as_slice(), CODE_LETTERS), check(&self.0)].concat();
        let groups: Vec<_> = letters.chunks(GROUP).map(|group| group.iter().collect::<String>()).collect();
        Zeroizing::new(groups.join("-"))
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Code(withheld)")
    }
}

fn check(octets: &[u8; CODE_BYTES]) -> Vec<char> {
    letters(&sha256(&[b"detente/report-check/v1\0", octets]), CHECK_LETTERS)
}

/// The first letters of octets, five bits each, the highest first.
fn letters(octets: &[u8], count: usize) -> Vec<char> {
    let bits: Vec<u8> = octets.iter().flat_map(|octet| (0..8).rev().map(move |bit| (octet >> bit) & 1)).collect();
    let letter = |bits: &[u8]| ALPHABET.get(usize::from(bits.iter().fold(0_u8, |sum, bit| (sum << 1) | bit)));
    bits.chunks(5).take(count).filter_map(letter).map(|letter| char::from(*letter)).collect()
}

/// Small letters, blanks and letters that look like digits are read as they are meant.
fn value(letter: char) -> Option<u8> {
    let letter = match letter.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    };
    let at = ALPHABET.iter().position(|known| char::from(*known) == letter)?;
    u8::try_from(at).ok()
}

impl FromStr for Code {
    type Err = NotACode;

    fn from_str(text: &str) -> Result<Self, NotACode> {
        let typed = text.chars().filter(|letter| !matches!(letter, '-' | ' '));
        let values: Option<Vec<u8>> = typed.map(value).collect();
        let values =
            Zeroizing::new(values.filter(|all| all.len() == CODE_LETTERS + CHECK_LETTERS).ok_or(NotACode::Form)?);
        let bits: Vec<u8> = values.iter().flat_map(|value| (0..5).rev().map(move |bit| (value >> bit) & 1)).collect();
        let octets = bits.chunks(8).map(|bits| bits.iter().fold(0_u8, |sum, bit| (sum << 1) | bit));
        let mut code = Zeroizing::new([0; CODE_BYTES]);
        code.iter_mut().zip(octets).for_each(|(place, octet)| *place = octet);
        let typed = values.iter().skip(CODE_LETTERS).filter_map(|value| ALPHABET.get(usize::from(*value)));
        if typed.map(|letter| char::from(*letter)).eq(check(&code)) { Ok(Self(code)) } else { Err(NotACode::Check) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_comes_back_as_it_was_written_and_a_slip_is_noticed() {
        for _ in 0..50 {
            let code = Code::fresh().unwrap();
            let written = code.written();
            assert_eq!(written.len(), 44);
            let sloppy = written.to_lowercase().replace('-', " ").replace('0', "o").replace('1', "l");
            assert_eq!(sloppy.parse::<Code>().unwrap().locator(), code.locator());
            let mut letters: Vec<char> = written.chars().collect();
            letters[7] = if letters[7] == 'Z' { 'Y' } else { 'Z' };
            let slip: String = letters.into_iter().collect();
            assert!(slip.parse::<Code>().is_err(), "{slip}");
        }
        assert_eq!("short".parse::<Code>().unwrap_err(), NotACode::Form);
    }

    #[test]
    fn a_form_that_is_sent_twice_has_one_code_and_no_other_has_it() {
        let code = |secret: u8, once: &str, text: &str| Code::of_form(&[secret; 32], once, text).locator();
        let same = code(1, "once", "The crane.");
        assert_eq!(same, code(1, "once", "The crane."));
        for other in [code(2, "once", "The crane."), code(1, "else", "The crane."), code(1, "once", "The crane")] {
            assert_ne!(same, other);
        }
        let written = Code::of_form(&[1; 32], "once", "The crane.").written();
        assert_eq!(written.parse::<Code>().unwrap().locator(), same);
    }

    #[test]
    fn what_follows_from_a_code_is_three_different_things() {
        let code = Code::fresh().unwrap();
        let tag = record::base64url::decode(&code.tag()).unwrap();
        assert_ne!(tag, code.locator());
        assert_eq!(
            code.key().unwrap().public().id(),
            code.written().parse::<Code>().unwrap().key().unwrap().public().id()
        );
    }
}
