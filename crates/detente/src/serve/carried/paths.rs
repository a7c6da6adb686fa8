//! The paths in a bundle: those of a node's files, and numbered ones for what is handed in over a line.

use std::fmt;
use std::str::FromStr;

use protocol::exchange::{FeedName, Resource};

/// A file of a bundle.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Carried {
    /// A file that a node serves, under the path by which it serves it.
    File(Resource),
    /// `feed/NAME/erased/HEX`, empty: the body of this digest was erased, so it is not lacking.
    Erased(FeedName, [u8; 32]),
    /// What is handed in over a line: `peer/KIND/00000001`.
    Handed(Handing, u32),
}

/// What is handed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Handing {
    /// A message of a negotiation.
    Message,
    /// A statement, opened.
    Statement,
    /// A checkpoint of the recipient's feed with the sender's cosignatures: "we saw this".
    Cosignature,
    /// A request to the recipient as a witness.
    AddCheckpoint,
    /// The largest head of the recipient's node log that the sender has cosigned, with its cosignatures.
    Vouched,
}

const HANDINGS: [(Handing, &str); 5] = [
    (Handing::Message, "message"),
    (Handing::Statement, "statement"),
    (Handing::Cosignature, "cosignature"),
    (Handing::AddCheckpoint, "add-checkpoint"),
    (Handing::Vouched, "vouched"),
];

impl Handing {
    const fn name(self) -> &'static str {
        match self {
            Self::Message => "message",
            Self::Statement => "statement",
            Self::Cosignature => "cosignature",
            Self::AddCheckpoint => "add-checkpoint",
            Self::Vouched => "vouched",
        }
    }
}

impl fmt::Display for Carried {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(resource) => write!(out, "{resource}"),
            // The digest is spelled as in the path of the body itself.
            Self::Erased(feed, digest) => {
                let body = Resource::Body(*feed, *digest).to_string();
                write!(out, "feed/{feed}/erased/{}", body.rsplit('/').next().unwrap_or_default())
            }
            Self::Handed(handing, number) => write!(out, "peer/{}/{number:08}", handing.name()),
        }
    }
}

/// A path that this build does not know. A later one may have put it there, so it is passed over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Unknown;

impl FromStr for Carried {
    type Err = Unknown;

    fn from_str(path: &str) -> Result<Self, Unknown> {
        if let Ok(resource) = path.parse() {
            return Ok(Self::File(resource));
        }
        let read = match path.split('/').collect::<Vec<_>>().as_slice() {
            ["peer", kind, number] => {
                let kind = HANDINGS.iter().find(|(_, name)| name == kind).map(|(kind, _)| *kind);
                kind.zip(number.parse().ok()).map(|(kind, number)| Self::Handed(kind, number))
            }
            ["feed", feed, "erased", digest] => match format!("feed/{feed}/body/{digest}").parse() {
                Ok(Resource::Body(feed, digest)) => Some(Self::Erased(feed, digest)),
                _ => None,
            },
            _ => None,
        };
        read.filter(|carried| carried.to_string() == path).ok_or(Unknown)
    }
}
