//! From a file, or the octets of a request, to what is scanned.

use clap::ValueEnum;
use matching::bank::Content;
use matching::signal::ExactKey;

use super::picture;
use crate::outcome::{Done, Failure};

/// Octets that are scanned as one content: a picture of a large camera, or a text of ten books. What is larger is named by its
/// digest.
pub(crate) const MAX_CONTENT_BYTES: usize = 16 * 1024 * 1024;

/// What a content is taken for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ContentKind {
    /// A text: the same, nearly the same, keywords, rules
    Text,
    /// A picture in JPEG or PNG: what looks alike, and the file itself
    Image,
    /// Any file: the very same octets
    Hash,
}

impl ContentKind {
    /// What octets are, where nobody says.
    pub(crate) fn of(octets: &[u8]) -> Self {
        match octets {
            _ if picture::is_picture(octets) => Self::Image,
            _ if std::str::from_utf8(octets).is_ok() => Self::Text,
            _ => Self::Hash,
        }
    }

    pub(crate) const ALL: [Self; 3] = [Self::Text, Self::Image, Self::Hash];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Image => "image",
            Self::Hash => "hash",
        }
    }
}

/// Octets as what is scanned. None of it is kept.
pub(crate) fn of_octets(kind: ContentKind, octets: &[u8]) -> Done<Content> {
    if octets.len() > MAX_CONTENT_BYTES {
        return Err(Failure::input(format!("there are more than {MAX_CONTENT_BYTES} octets"))
            .advise("scan a large file with --kind hash; cut a long text into parts"));
    }
    match kind {
        ContentKind::Text => Ok(Content::of_octets(octets)),
        ContentKind::Hash => Ok(Content::Key(ExactKey::of_octets(octets))),
        ContentKind::Image => {
            let fingerprint = Box::new(picture::fingerprint(octets)?);
            Ok(Content::Picture { fingerprint, file: Some(ExactKey::of_octets(octets)) })
        }
    }
}
