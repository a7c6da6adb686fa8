//! New entries of a feed as they are, without proofs: what a long-poll answers at once.

use policy::feed::MAX_ENTRY_BYTES;
use tlog::bundle;

/// Entries of one answer: a reader that is behind by more reads tiles.
pub const MAX_NEWS_ENTRIES: usize = 32;

/// Octets of one answer: the longest entries, each with its length.
pub const MAX_NEWS_BYTES: usize = MAX_NEWS_ENTRIES * (MAX_ENTRY_BYTES + 2);

/// Writes entries as C2SP tlog-tiles has them in a bundle: u16be length and octets, each. Stops at the bound.
#[must_use]
pub fn write_news(entries: &[Vec<u8>]) -> Vec<u8> {
    let mut octets = Vec::new();
    for entry in entries.iter().take(MAX_NEWS_ENTRIES) {
        if bundle::push_entry(&mut octets, entry).is_err() {
            break;
        }
    }
    octets
}

/// Reads them. None if the octets are no entries, or too many.
#[must_use]
pub fn read_news(octets: &[u8]) -> Option<Vec<Vec<u8>>> {
    let (mut rest, mut entries) = (octets, Vec::new());
    while let Some((length, behind)) = rest.split_first_chunk::<2>() {
        let long = usize::from(u16::from_be_bytes(*length));
        let (entry, behind) = behind.split_at_checked(long).filter(|_| long <= MAX_ENTRY_BYTES)?;
        entries.push(entry.to_vec());
        rest = behind;
    }
    (rest.is_empty() && entries.len() <= MAX_NEWS_ENTRIES).then_some(entries)
}
