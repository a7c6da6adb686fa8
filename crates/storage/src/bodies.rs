//! Reading what lies in segments, at places that a view points at: nothing is believed that does not check.

use record::digest::sha256;

use crate::frame::{EntryMeta, SealedMeta};
use crate::layout::segment_path;
use crate::limits::READS_BEFORE_CUTTING;
use crate::store::StoreError;
use crate::views::{EntryPlace, Source};

/// An entry, from where a view says that it lies. What lies there names its log and index.
pub(crate) fn entry(source: Source<'_>, place: &EntryPlace) -> Result<EntryMeta, StoreError> {
    let path = segment_path(place.segment);
    for _ in 0..READS_BEFORE_CUTTING {
        let octets = source.disk.read(&path, place.offset, place.length)?;
        if sha256(&[&octets]) == place.digest
            && let Ok(entry) = EntryMeta::read(&octets)
            && entry.log == place.log
            && entry.index == place.index
        {
            return Ok(entry);
        }
    }
    let problem = format!("at octet {}: entry {} does not lie there; remake the views", place.offset, place.index);
    Err(StoreError::damaged(&path, problem))
}

/// A body; none if it was erased.
pub(crate) fn read(
    source: Source<'_>,
    segment: u32,
    offset: u64,
    body: &SealedMeta,
) -> Result<Option<Vec<u8>>, StoreError> {
    let path = segment_path(segment);
    let length = usize::try_from(body.bytes).unwrap_or(usize::MAX);
    for _ in 0..READS_BEFORE_CUTTING {
        let octets = source.disk.read(&path, offset, length)?;
        if sha256(&[&octets]) == body.digest {
            return source.keys.open(body, octets);
        }
    }
    Err(StoreError::damaged(&path, format!("at octet {offset}: a body does not hold")))
}
