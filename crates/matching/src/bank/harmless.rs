//! What is never flagged: content of which a person said that it is harmless.

use std::collections::BTreeMap;

use record::digest::sha256;
use text::{MinHash, Normalised, NormaliserVersion};

use super::content::{Content, Prepared};
use crate::exact::ShortDigest;
use crate::lists::place;
use crate::near::NearIndex;
use crate::pdq::{Pdq, PdqIndex, PdqSearch};
use crate::signal::signature;

/// The least estimate at which a text counts as a harmless one. It is much nearer than a match has to be: otherwise a harmful
/// text could be hidden in a harmless one.
pub const HARMLESS_ESTIMATE: f64 = 0.95;

/// The most bits in which a picture may differ from a harmless one.
pub const HARMLESS_RADIUS: u32 = 8;

/// Content that is harmless.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Harmless {
    /// A text.
    Text(String),
    /// The digest of a file, or of a text in normal form.
    Digest([u8; 32]),
    /// A text by its keys: the text itself is kept nowhere.
    Keys {
        /// The digest of its normal form.
        digest: [u8; 32],
        /// By which texts near to it are found.
        signature: Box<MinHash>,
    },
    /// A picture.
    Picture(Pdq),
}

impl Harmless {
    /// A text, of which its keys are enough.
    #[must_use]
    pub fn keys_of(text: &str) -> Self {
        let normal = NormaliserVersion::V1.normalise(text);
        Self::Keys { digest: sha256(&[normal.as_str().as_bytes()]), signature: Box::new(signature(&normal)) }
    }
}

/// Everything that is harmless, each with a note that a person wrote.
#[derive(Debug, Clone, Default)]
pub struct HarmlessBank {
    digests: BTreeMap<ShortDigest, String>,
    texts: NearIndex,
    text_notes: Vec<String>,
    pictures: PdqIndex,
    picture_notes: Vec<String>,
}

impl HarmlessBank {
    /// A bank of these.
    #[must_use]
    pub fn new(all: impl IntoIterator<Item = (Harmless, String)>) -> Self {
        let mut bank = Self::default();
        let (mut signatures, mut hashes) = (Vec::new(), Vec::new());
        for (harmless, note) in all {
            match harmless {
                Harmless::Text(text) => {
                    let normal = NormaliserVersion::V1.normalise(&text);
                    signatures.push(signature(&normal));
                    bank.digests.insert(digest(&normal), note.clone());
                    bank.text_notes.push(note);
                }
                Harmless::Keys { digest, signature } => {
                    signatures.push(*signature);
                    bank.digests.insert(ShortDigest::of(&digest), note.clone());
                    bank.text_notes.push(note);
                }
                Harmless::Digest(digest) => {
                    bank.digests.insert(ShortDigest::of(&digest), note);
                }
                Harmless::Picture(hash) => {
                    hashes.push(hash);
                    bank.picture_notes.push(note);
                }
            }
        }
        (bank.texts, bank.pictures) = (NearIndex::new(&signatures), PdqIndex::new(hashes));
        bank
    }

    /// How near content is to something harmless, 0 to 1, and the note beside it; none if it is near to nothing harmless. A match
    /// that is nearer than that stays.
    pub(super) fn look(&self, prepared: &Prepared) -> Option<(f64, &String)> {
        let signature = prepared.texts.first().map(|text| &text.signature);
        let picture = match &prepared.content {
            Content::Picture { fingerprint, .. } => Some(&fingerprint.hash),
            Content::Text(_) | Content::Key(_) | Content::Package { .. } => None,
        };
        self.near((prepared.digest().as_ref(), signature, picture))
    }

    /// The same of content of which no more than its keys is here.
    pub(super) fn near(
        &self,
        (digest, signature, picture): (Option<&ShortDigest>, Option<&MinHash>, Option<&Pdq>),
    ) -> Option<(f64, &String)> {
        let exact = digest.and_then(|digest| self.digests.get(digest)).map(|note| (1.0, note));
        exact.or_else(|| self.near_text(signature?)).or_else(|| self.near_picture(picture?))
    }

    fn near_text(&self, signature: &MinHash) -> Option<(f64, &String)> {
        let nearest = self.texts.search(signature, HARMLESS_ESTIMATE).hits.first().copied()?;
        Some((nearest.estimate, self.text_notes.get(place(nearest.slot))?))
    }

    fn near_picture(&self, hash: &Pdq) -> Option<(f64, &String)> {
        let mut search = PdqSearch::default();
        let nearest = self.pictures.search(hash, HARMLESS_RADIUS, &mut search).first().copied()?;
        Some((1.0 - f64::from(nearest.distance) / 256.0, self.picture_notes.get(place(nearest.slot))?))
    }
}

fn digest(normal: &Normalised) -> ShortDigest {
    ShortDigest::of(&sha256(&[normal.as_str().as_bytes()]))
}
