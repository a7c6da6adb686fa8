//! Which feeds a party has for the one who asks.

use record::digest::AgreementDigest;
use record::json::{self, Json, Map};
use tlog::limits::MAX_NAME_BYTES;

use super::resource::FeedName;

/// Feeds that one sender lists for one reader: one for each agreement and epoch, and nobody reads more agreements than these.
pub const MAX_LISTED_FEEDS: usize = 4_096;

/// Octets of a list: each feed with the longest origin.
pub const MAX_LISTING_BYTES: usize = MAX_LISTED_FEEDS * (MAX_NAME_BYTES + 128);

/// A feed as its sender lists it. Nothing in it is signed: the head statement says it again, and is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub struct ListedFeed {
    /// Its origin.
    pub origin: String,
    /// The agreement that it belongs to.
    pub agreement: AgreementDigest,
    /// Its epoch.
    pub epoch: u32,
}

/// A text is no list of feeds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this is no list of feeds")]
#[non_exhaustive]
pub struct NotAListing;

impl ListedFeed {
    /// A feed.
    #[must_use]
    pub const fn new(origin: String, agreement: AgreementDigest, epoch: u32) -> Self {
        Self { origin, agreement, epoch }
    }

    /// Its name in paths.
    #[must_use]
    pub fn name(&self) -> FeedName {
        FeedName::of(&self.origin)
    }

    fn from_map(map: &Map) -> Option<Self> {
        let epoch = map.get("epoch").and_then(Json::as_integer).and_then(|epoch| u32::try_from(epoch).ok())?;
        let origin = map.text("feed").filter(|origin| origin.len() <= MAX_NAME_BYTES)?.to_owned();
        let feed = Self { origin, agreement: map.text("agreement")?.parse().ok()?, epoch };
        (map.len() == 3).then_some(feed)
    }
}

/// Writes a list: `{"feeds": [{"agreement", "epoch", "feed"}]}`.
#[must_use]
pub fn write(feeds: &[ListedFeed]) -> Vec<u8> {
    let rows = feeds.iter().map(|feed| {
        let map = Map::new().with("agreement", feed.agreement.to_string());
        Json::from(map.with("epoch", Json::count(feed.epoch)).with("feed", feed.origin.as_str()))
    });
    Json::from(Map::new().with("feeds", Json::Array(rows.collect()))).to_text().into_bytes()
}

/// Reads a list.
///
/// # Errors
/// [`NotAListing`]: also for one that is longer than any honest one.
pub fn read(octets: &[u8]) -> Result<Vec<ListedFeed>, NotAListing> {
    if octets.len() > MAX_LISTING_BYTES {
        return Err(NotAListing);
    }
    let Ok(Json::Object(map)) = json::parse(octets) else { return Err(NotAListing) };
    let rows = map.get("feeds").and_then(Json::as_array).filter(|rows| rows.len() <= MAX_LISTED_FEEDS);
    let feeds = rows.ok_or(NotAListing)?.iter().map(|row| ListedFeed::from_map(row.as_object()?));
    feeds.collect::<Option<Vec<_>>>().ok_or(NotAListing)
}
