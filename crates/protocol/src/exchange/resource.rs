//! What a node serves, by name: the same files over HTTPS, in a bundle, and in a simulation.

use std::fmt;
use std::str::FromStr;

use record::digest::{KeyRecordDigest, sha256};
use tlog::Hash;
use tlog::limits::{MAX_BUNDLE_BYTES, MAX_LOG_PROOF_BYTES, MAX_NOTE_BYTES, TILE_WIDTH};
use tlog::tile::{TileKind, TilePath};

/// Octets of a profile file: the profile, and more key records than a party makes in a lifetime.
pub const MAX_PROFILE_BYTES: usize = 4 * 1024 * 1024;

/// The part of a feed's name that stands in paths: 32 hexadecimal digits that follow from its origin. Lower case alone, since
/// some file systems on a stick do not tell cases apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct FeedName(u128);

impl FeedName {
    /// The name of the feed with this origin.
    #[must_use]
    pub fn of(origin: &str) -> Self {
        let digest = sha256(&[b"detente/feed-path/v1\0", origin.as_bytes()]);
        Self(digest.first_chunk().map(|head| u128::from_be_bytes(*head)).unwrap_or_default())
    }

    /// The name's octets, as binary frames have them.
    #[must_use]
    pub const fn octets(self) -> [u8; 16] {
        self.0.to_be_bytes()
    }

    /// The name of these octets.
    #[must_use]
    pub const fn from_octets(octets: [u8; 16]) -> Self {
        Self(u128::from_be_bytes(octets))
    }
}

impl fmt::Display for FeedName {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{:032x}", self.0)
    }
}

/// One of a party's logs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[expect(clippy::exhaustive_enums, reason = "whoever serves logs must know which of them are for whom")]
pub enum LogId {
    /// Its node log.
    Node,
    /// A feed.
    Feed(FeedName),
}

/// A file of a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[expect(clippy::exhaustive_enums, reason = "what is served is a closed list, and each has its own readers")]
pub enum Resource {
    /// `peer/profile`: key records and profile, for anybody.
    Profile,
    /// `peer/feeds`: the feeds that the asker is a member of.
    Feeds,
    /// `log/key/HEX`: the proof of a key record's leaf, for anybody.
    KeyProof(KeyRecordDigest),
    /// `log/checkpoint` or `feed/NAME/checkpoint`.
    Checkpoint(LogId),
    /// `log/tile/..` or `feed/NAME/tile/..`.
    Tile(LogId, TilePath),
    /// `feed/NAME/head`: the latest head statement, opened.
    Head(FeedName),
    /// `feed/NAME/body/HEX`: a body by its digest.
    Body(FeedName, [u8; 32]),
}

impl Resource {
    /// The log whose readers may have it; none if anybody may.
    #[must_use]
    pub const fn log(&self) -> Option<LogId> {
        match self {
            Self::Profile | Self::Feeds | Self::KeyProof(_) => None,
            Self::Checkpoint(log) | Self::Tile(log, _) => Some(*log),
            Self::Head(feed) | Self::Body(feed, _) => Some(LogId::Feed(*feed)),
        }
    }
}

impl Resource {
    /// Octets beyond which no honest file of this kind is: whoever reads stops there.
    #[must_use]
    pub const fn max_bytes(&self) -> usize {
        match self {
            Self::Profile => MAX_PROFILE_BYTES,
            Self::Feeds => super::listing::MAX_LISTING_BYTES,
            Self::KeyProof(_) => MAX_LOG_PROOF_BYTES,
            Self::Checkpoint(_) => MAX_NOTE_BYTES,
            Self::Tile(_, path) => match path.kind() {
                TileKind::Entries => MAX_BUNDLE_BYTES,
                TileKind::Hashes(_) | _ => Hash::BYTES.saturating_mul(TILE_WIDTH as usize),
            },
            Self::Head(_) => super::opened::MAX_OPENED_BYTES,
            Self::Body(..) => policy::feed::MAX_BODY_BYTES,
        }
    }
}

impl fmt::Display for LogId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Node => out.write_str("log"),
            Self::Feed(feed) => write!(out, "feed/{feed}"),
        }
    }
}

/// The path, without a slash before it.
impl fmt::Display for Resource {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Profile => out.write_str("peer/profile"),
            Self::Feeds => out.write_str("peer/feeds"),
            Self::KeyProof(key_record) => write!(out, "log/key/{}", hex(key_record.octets())),
            Self::Checkpoint(log) => write!(out, "{log}/checkpoint"),
            Self::Tile(log, path) => write!(out, "{log}/{path}"),
            Self::Head(feed) => write!(out, "feed/{feed}/head"),
            Self::Body(feed, digest) => write!(out, "feed/{feed}/body/{}", hex(digest)),
        }
    }
}

fn hex(octets: &[u8; 32]) -> String {
    octets.iter().map(|octet| format!("{octet:02x}")).collect()
}

/// A path that names nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this path names no file of a node")]
#[non_exhaustive]
pub struct NotAResource;

impl FromStr for FeedName {
    type Err = NotAResource;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let is_plain = text.len() == 32 && text.bytes().all(|it| it.is_ascii_digit() || matches!(it, b'a'..=b'f'));
        let name = u128::from_str_radix(text, 16).ok().filter(|_| is_plain);
        name.map(Self).ok_or(NotAResource)
    }
}

impl FromStr for Resource {
    type Err = NotAResource;

    /// Reads the one spelling that is written.
    fn from_str(path: &str) -> Result<Self, Self::Err> {
        let read = match path.split('/').collect::<Vec<_>>().as_slice() {
            ["peer", "profile"] => Some(Self::Profile),
            ["peer", "feeds"] => Some(Self::Feeds),
            ["log", "key", digest] => unhex(digest).map(KeyRecordDigest::from_octets).map(Self::KeyProof),
            ["log", rest @ ..] => of_log(LogId::Node, rest),
            ["feed", name, "head"] => name.parse().ok().map(Self::Head),
            ["feed", name, "body", digest] => {
                name.parse().ok().zip(unhex(digest)).map(|(name, it)| Self::Body(name, it))
            }
            ["feed", name, rest @ ..] => name.parse().ok().and_then(|name| of_log(LogId::Feed(name), rest)),
            _ => None,
        };
        read.filter(|resource| resource.to_string() == path).ok_or(NotAResource)
    }
}

fn of_log(log: LogId, rest: &[&str]) -> Option<Resource> {
    if rest == ["checkpoint"] {
        return Some(Resource::Checkpoint(log));
    }
    rest.join("/").parse().ok().map(|path| Resource::Tile(log, path))
}

fn unhex(text: &str) -> Option<[u8; 32]> {
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    let octets = pairs.iter().map(|pair| str::from_utf8(pair).ok().and_then(|pair| u8::from_str_radix(pair, 16).ok()));
    let octets: Option<Vec<u8>> = octets.collect();
    octets.filter(|_| rest.is_empty())?.try_into().ok()
}
