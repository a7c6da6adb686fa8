//! From a skeleton and raw octets back to the texts.

use record::base64url;
use record::digest::DisclosureDigest;

use super::{BadFrame, MAX_REBUILT_BYTES, codes, words};

/// What is left to read, and what was read.
pub(super) struct Longer<'f> {
    raw: &'f [u8],
    parts: std::slice::Split<'f, u8, fn(&u8) -> bool>,
    seen: Vec<[u8; 32]>,
    disclosures: Vec<[u8; 32]>,
    record: Option<[u8; 32]>,
    /// Octets that may still be written: one octet of a skeleton can stand for many.
    left: usize,
}

const fn is_end(octet: &u8) -> bool {
    *octet == codes::END
}

impl<'f> Longer<'f> {
    pub(super) fn new(raw: &'f [u8], skeleton: &'f [u8]) -> Self {
        let parts = skeleton.split(is_end as fn(&u8) -> bool);
        Self { raw, parts, seen: Vec::new(), disclosures: Vec::new(), record: None, left: MAX_REBUILT_BYTES }
    }

    /// How many parts are left.
    pub(super) fn parts(&self) -> usize {
        self.parts.clone().count()
    }

    /// The next raw octets.
    pub(super) fn raw(&mut self, long: usize) -> Result<&'f [u8], BadFrame> {
        let (octets, rest) = self.raw.split_at_checked(long).ok_or(BadFrame::Shape)?;
        self.raw = rest;
        Ok(octets)
    }

    pub(super) const fn know_record(&mut self, digest: [u8; 32]) {
        self.record = Some(digest);
    }

    /// A disclosure before base64url, whose digest is known from now on.
    pub(super) fn disclosure(&mut self) -> Result<Vec<u8>, BadFrame> {
        let text = self.part()?;
        self.disclosures.push(*DisclosureDigest::of(&base64url::encode(&text)).octets());
        Ok(text)
    }

    /// The text of the next part.
    pub(super) fn part(&mut self) -> Result<Vec<u8>, BadFrame> {
        let mut octets = self.parts.next().ok_or(BadFrame::Shape)?.iter();
        let mut text = Vec::new();
        while let Some(octet) = octets.next() {
            match *octet {
                codes::DIGEST => {
                    let value = self.array()?;
                    self.seen.push(value);
                    self.push(&mut text, base64url::encode(&value).as_bytes())?;
                }
                codes::SALT => {
                    let salt: [u8; 16] = self.array()?;
                    self.push(&mut text, base64url::encode(&salt).as_bytes())?;
                }
                codes::RECORD => {
                    let value = self.record.ok_or(BadFrame::Shape)?;
                    self.push(&mut text, base64url::encode(&value).as_bytes())?;
                }
                code @ (codes::DISCLOSURE | codes::AGAIN) => {
                    let place = octets.next().copied().and_then(codes::place).ok_or(BadFrame::Shape)?;
                    let list = if code == codes::AGAIN { &self.seen } else { &self.disclosures };
                    let value = *list.get(place).ok_or(BadFrame::Shape)?;
                    self.push(&mut text, base64url::encode(&value).as_bytes())?;
                }
                code if code <= codes::LAST => {
                    let word = words::word(code).ok_or(BadFrame::Shape)?;
                    self.push(&mut text, word.as_bytes())?;
                }
                plain => self.push(&mut text, &[plain])?,
            }
        }
        Ok(text)
    }

    /// Whether everything was read.
    pub(super) fn is_done(&self) -> bool {
        self.raw.is_empty() && self.parts.clone().next().is_none()
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], BadFrame> {
        self.raw(N)?.try_into().map_err(|_| BadFrame::Shape)
    }

    fn push(&mut self, text: &mut Vec<u8>, octets: &[u8]) -> Result<(), BadFrame> {
        self.left = self.left.checked_sub(octets.len()).ok_or(BadFrame::Bomb)?;
        text.extend_from_slice(octets);
        Ok(())
    }
}
