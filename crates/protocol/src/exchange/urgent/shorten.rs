//! From texts to a skeleton and the octets that do not shrink.

use record::base64url;
use record::digest::DisclosureDigest;

use super::{MAX_REFERENCES, codes, words};

/// A text holds an octet that stands for something else in a skeleton.
pub(super) struct Unfit;

/// What is written so far.
#[derive(Default)]
pub(super) struct Shorter {
    /// Digests, salts and signatures, as raw octets.
    pub(super) raw: Vec<u8>,
    /// The texts without them.
    pub(super) skeleton: Vec<u8>,
    seen: Vec<[u8; 32]>,
    disclosures: Vec<[u8; 32]>,
    record: Option<[u8; 32]>,
}

impl Shorter {
    /// Ends a part.
    pub(super) fn end(&mut self) {
        self.skeleton.push(codes::END);
    }

    /// From now on this digest needs no octets.
    pub(super) const fn know_record(&mut self, digest: [u8; 32]) {
        self.record = Some(digest);
    }

    /// Writes a disclosure as a part. The digest of it needs no octets from now on.
    pub(super) fn disclosure(&mut self, text: &str) -> Result<(), Unfit> {
        self.text(&base64url::decode(text).map_err(|_| Unfit)?)?;
        self.end();
        self.disclosures.push(*DisclosureDigest::of(text).octets());
        Ok(())
    }

    /// Writes a text.
    pub(super) fn text(&mut self, text: &[u8]) -> Result<(), Unfit> {
        let mut rest = text;
        while let Some(first) = rest.first() {
            if *first <= codes::LAST {
                return Err(Unfit);
            }
            let written = match words::of(rest) {
                Some((octet, word)) => {
                    self.skeleton.push(octet);
                    word.len()
                }
                None => self.run(rest),
            };
            rest = rest.get(written.max(1)..).unwrap_or_default();
        }
        Ok(())
    }

    /// Writes one octet, or all that follow one another of the letters of base64url. Answers how many.
    fn run(&mut self, text: &[u8]) -> usize {
        let long = text.iter().take_while(|octet| is_letter(**octet)).count().max(1);
        let run = text.get(..long).unwrap_or_default();
        let letters = str::from_utf8(run).unwrap_or_default();
        if let Some(value) = value::<32>(letters, 43) {
            self.digest(value);
        } else if let Some(salt) = value::<16>(letters, 22) {
            self.skeleton.push(codes::SALT);
            self.raw.extend(salt);
        } else {
            self.skeleton.extend(run);
        }
        long
    }

    fn digest(&mut self, value: [u8; 32]) {
        let place = |list: &[[u8; 32]]| list.iter().take(MAX_REFERENCES).position(|one| *one == value);
        if self.record == Some(value) {
            self.skeleton.push(codes::RECORD);
        } else if let Some(number) = place(&self.disclosures).and_then(codes::number) {
            self.skeleton.extend([codes::DISCLOSURE, number]);
        } else if let Some(number) = place(&self.seen).and_then(codes::number) {
            self.skeleton.extend([codes::AGAIN, number]);
        } else {
            self.skeleton.push(codes::DIGEST);
            self.raw.extend(value);
            self.seen.push(value);
        }
    }
}

const fn is_letter(octet: u8) -> bool {
    octet.is_ascii_alphanumeric() || matches!(octet, b'-' | b'_')
}

fn value<const N: usize>(letters: &str, long: usize) -> Option<[u8; N]> {
    Some(letters).filter(|letters| letters.len() == long).and_then(|letters| base64url::decode_exactly(letters).ok())
}
