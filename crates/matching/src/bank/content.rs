//! What is scanned, and what is computed of it once for all segments.

use record::digest::sha256;
use text::{MinHash, NormaliserVersion, ShingleSet, ShingleWidths, SimHash};

use crate::aligned::Partly;
use crate::disguise::{Reading, Readings, is_too_long};
use crate::exact::ShortDigest;
use crate::lexicon::Lexicon;
use crate::near::signature_of;
use crate::pdq::Fingerprint;
use crate::signal::ExactKey;
use crate::substituted::Substituted;

/// Something that is scanned. None of it is kept.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Content {
    /// A text.
    Text(String),
    /// A picture, which was decoded elsewhere.
    Picture {
        /// What was computed of it.
        fingerprint: Box<Fingerprint>,
        /// The digest of its file, if there is one.
        file: Option<ExactKey>,
    },
    /// A file, of which the digest is enough, or a value under an agreement's key.
    Key(ExactKey),
    /// A name of a package, as somebody is about to install it.
    Package {
        /// Its name.
        name: String,
        /// Where it is looked for.
        ecosystem: String,
    },
}

impl Content {
    /// Octets as a text; where they are no UTF-8 each wrong sequence is one sign that matches nothing.
    #[must_use]
    pub fn of_octets(octets: &[u8]) -> Self {
        Self::Text(String::from_utf8_lossy(octets).into_owned())
    }
}

/// One reading of a text, with its keys.
#[derive(Debug, Clone)]
pub(super) struct PreparedText {
    pub(super) reading: Reading,
    pub(super) normal: String,
    pub(super) digest: ShortDigest,
    pub(super) signature: MinHash,
    pub(super) simhash: SimHash,
}

/// Content with everything computed that segments are asked for.
#[derive(Debug, Clone)]
pub struct Prepared {
    pub(super) content: Content,
    pub(super) texts: Vec<PreparedText>,
    /// The text with what cannot be read, if there is such.
    pub(super) partly: Option<Partly>,
    /// The words of the text as they were written, if there are signs in them.
    pub(super) substituted: Option<Substituted>,
    /// The text as rules see it: without invisible characters, and in ordinary width.
    pub(super) plain: Option<String>,
}

impl Prepared {
    pub(super) fn new(content: Content, lexicon: &Lexicon) -> Self {
        let (texts, plain) = match &content {
            Content::Text(text) => (texts(text, lexicon), plain(text)),
            Content::Picture { .. } | Content::Key(_) | Content::Package { .. } => (Vec::new(), None),
        };
        let partly = texts.first().and_then(|text| Partly::of(&text.normal, lexicon));
        let substituted = match &content {
            Content::Text(text) if !is_too_long(text) => Substituted::of(text),
            Content::Text(_) | Content::Picture { .. } | Content::Key(_) | Content::Package { .. } => None,
        };
        Self { content, texts, partly, substituted, plain }
    }

    /// The digest of the content, whatever it is.
    pub(super) fn digest(&self) -> Option<ShortDigest> {
        match &self.content {
            Content::Text(_) => self.texts.first().map(|text| text.digest),
            Content::Picture { file, .. } => file.as_ref().map(|key| ShortDigest::of(key.digest())),
            Content::Key(key) => Some(ShortDigest::of(key.digest())),
            Content::Package { .. } => None,
        }
    }

    /// Texts that rules are run on.
    pub(super) fn rule_texts(&self) -> impl Iterator<Item = &str> {
        let written = if let Content::Text(text) = &self.content { Some(text.as_str()) } else { None };
        written.into_iter().chain(self.plain.as_deref())
    }
}

fn texts(text: &str, lexicon: &Lexicon) -> Vec<PreparedText> {
    let readings = Readings::new(text, NormaliserVersion::V1, lexicon);
    let with_letters = readings.iter().filter(|(_, normal)| !normal.as_str().is_empty());
    let prepared = with_letters.map(|(reading, normal)| {
        let shingles = ShingleSet::new(normal.as_str(), ShingleWidths::V1);
        PreparedText {
            reading,
            digest: ShortDigest::of(&sha256(&[normal.as_str().as_bytes()])),
            signature: signature_of(&shingles),
            simhash: SimHash::new(&shingles),
            normal: normal.as_str().to_owned(),
        }
    });
    prepared.collect()
}

/// None if that is the text itself.
fn plain(text: &str) -> Option<String> {
    if text.is_ascii() {
        return None;
    }
    let hidden: std::collections::BTreeSet<usize> =
        text::invisible_characters(text).map(|found| found.offset).collect();
    let seen: String =
        text.char_indices().filter(|(at, _)| !hidden.contains(at)).map(|(_, character)| character).collect();
    Some(text::nfkc(&seen)).filter(|plain| plain != text)
}
