//! Exact search among many hashes.
//!
//! If two hashes of 256 bits differ in at most r, and the bits are cut into m chunks, then some chunk differs in few: give chunk
//! i the number l(i) so that all of them sum to r + 1, and at least one chunk differs in fewer than l(i) bits. So for each chunk
//! the hashes are listed by its value, and a query looks at the values that lie that near its own (multi-index hashing; Norouzi
//! and others 2012, Qin and others 2018 for unequal numbers). Everything that is looked at is compared in full: nothing within
//! the radius is missed and nothing beyond it is found.
//!
//! Pictures of a kind share bits, and so some values hold very many hashes. Those are taken out as families and read in a row, as
//! far as they can be near. The lists' lengths are known before any is read; if they would cost more than reading all hashes in a
//! row, all hashes are read in a row.

use super::families::{Family, Order};
use super::halves::Halves;
use super::{Pdq, WORDS};
use crate::lists::{Lists, place};

/// Beyond this radius chunks say too little, and every hash is compared.
pub const SCAN_ABOVE_RADIUS: u32 = 31;

/// Below this many hashes there are no lists: comparing all of them takes some microseconds.
const SCAN_BELOW: usize = 1_024;

/// From this many hashes chunks of 23 bits are cheaper than those of 16: their lists are shorter, and there are more of them to
/// look at.
const WIDE_FROM: usize = 3_000_000;

/// A hash in a list costs about as much as this many hashes that are read in a row, because it lies anywhere in memory.
const SCATTERED_COST: usize = 8;

/// One hash that was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub struct PdqHit {
    /// Bits that differ.
    pub distance: u32,
    /// Which hash: its place among those that the index was made of.
    pub slot: u32,
}

/// Memory of a search, so that many searches need no new one.
#[derive(Debug, Default)]
pub struct PdqSearch {
    /// Lists that are to be read: which, and from where to where.
    lists: Vec<(usize, std::ops::Range<usize>)>,
    /// What stands in them.
    candidates: Vec<u32>,
    hits: Vec<PdqHit>,
}

impl PdqSearch {
    /// What the last search found: the nearest first, then by place.
    #[must_use]
    pub fn hits(&self) -> &[PdqHit] {
        &self.hits
    }
}

/// How the bits are cut. Bits beyond the last chunk are in none, which costs nothing: what differs in few bits differs in no
/// more of those that are looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Cut {
    chunks: u32,
    bits: u32,
}

const NARROW: Cut = Cut { chunks: 16, bits: 16 };
const WIDE: Cut = Cut { chunks: 11, bits: 23 };

impl Cut {
    fn of(count: usize) -> Option<Self> {
        match count {
            0..SCAN_BELOW => None,
            SCAN_BELOW..WIDE_FROM => Some(NARROW),
            _ => Some(WIDE),
        }
    }

    fn mask(self) -> u64 {
        (1 << self.bits) - 1
    }

    /// The value of a chunk. A chunk that crosses from one word to the next takes its upper bits from there.
    fn value(self, hash: &Pdq, chunk: u32) -> u32 {
        let start = chunk * self.bits;
        let (word, shift) = (usize::try_from(start / u64::BITS).unwrap_or(WORDS), start % u64::BITS);
        let low = hash.0.get(word).copied().unwrap_or_default() >> shift;
        let high = hash.0.get(word + 1).copied().unwrap_or_default();
        let high = if shift == 0 { 0 } else { high << (u64::BITS - shift) };
        u32::try_from((low | high) & self.mask()).unwrap_or_default()
    }

    /// In fewer bits than this a chunk has to differ, for some chunk of any hash within the radius.
    const fn level(self, radius: u32, chunk: u32) -> u32 {
        let sum = radius + 1;
        sum / self.chunks + if chunk < sum % self.chunks { 1 } else { 0 }
    }
}

/// Hashes that can be searched. It never changes: new hashes go into another one.
#[derive(Debug, Clone, Default)]
pub struct PdqIndex {
    hashes: Halves,
    /// The place of each among those that the index was made of; none where the order stayed.
    slots: Vec<u32>,
    families: Vec<Family>,
    /// From here on hashes belong to no family.
    rest: usize,
    /// Of the rest.
    cut: Option<(Cut, Vec<Lists>)>,
}

impl PdqIndex {
    /// An index of these hashes; at most 2^32 - 1, which is 137 GB of them.
    #[must_use]
    pub fn new(mut hashes: Vec<Pdq>) -> Self {
        hashes.truncate(place(u32::MAX));
        let Order { families, slots, rest } = Order::of(&hashes);
        if !slots.is_empty() {
            hashes = slots.iter().filter_map(|slot| hashes.get(place(*slot)).copied()).collect();
        }
        let lone = hashes.get(rest..).unwrap_or_default();
        let cut = Cut::of(lone.len()).map(|cut| {
            let values = |chunk| lone.iter().map(move |hash| cut.value(hash, chunk));
            let lists = (0..cut.chunks).map(|chunk| Lists::new(cut.bits, || values(chunk)));
            (cut, lists.collect())
        });
        Self { hashes: Halves::new(hashes.into_iter()), slots, families, rest, cut }
    }

    /// How many hashes there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.hashes.len()
    }

    /// Whether there are none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.hashes.len() == 0
    }

    /// Octets of memory that it takes, without what the allocator adds.
    #[must_use]
    pub fn memory(&self) -> usize {
        let lists = self.cut.iter().flat_map(|(_, lists)| lists);
        self.hashes.memory() + size_of_val(self.slots.as_slice()) + lists.map(Lists::memory).sum::<usize>()
    }

    /// Finds every hash within a radius, and no other.
    pub fn search<'s>(&self, query: &Pdq, radius: u32, search: &'s mut PdqSearch) -> &'s [PdqHit] {
        search.hits.clear();
        for family in &self.families {
            self.scan(family.near(query, radius), query, radius, &mut search.hits);
        }
        match &self.cut {
            Some((cut, lists)) if radius <= SCAN_ABOVE_RADIUS => self.search_lists(query, radius, *cut, lists, search),
            _ => self.scan(self.rest..self.len(), query, radius, &mut search.hits),
        }
        search.hits.sort_unstable();
        // One that is near in several chunks was found several times.
        search.hits.dedup();
        &search.hits
    }

    fn scan(&self, places: std::ops::Range<usize>, query: &Pdq, radius: u32, hits: &mut Vec<PdqHit>) {
        self.hashes.scan(places, query, radius, |at, distance| hits.push(PdqHit { distance, slot: self.slot(at) }));
    }

    fn slot(&self, at: usize) -> u32 {
        self.slots.get(at).copied().unwrap_or_else(|| u32::try_from(at).unwrap_or(u32::MAX))
    }

    /// In three rounds, so that in each of them no look into memory has to wait for another: nearly all of them miss every cache, and
    /// a choice that hangs on one of them would hold up all that follow.
    fn search_lists(&self, query: &Pdq, radius: u32, cut: Cut, lists: &[Lists], search: &mut PdqSearch) {
        search.lists.clear();
        let mut count = 0;
        for (number, (chunk, list)) in (0..).zip(lists).enumerate() {
            let value = cut.value(query, chunk);
            for near in near(value, cut.bits, cut.level(radius, chunk)) {
                let range = list.range(near);
                count += range.len();
                // Empty ones too: asking whether it is empty would wait for it.
                search.lists.push((number, range));
            }
        }
        if count > (self.len() - self.rest) / SCATTERED_COST {
            return self.scan(self.rest..self.len(), query, radius, &mut search.hits);
        }
        search.candidates.clear();
        for (number, range) in &search.lists {
            let found = lists.get(*number).map(|list| list.at(range.clone()));
            search.candidates.extend(found.unwrap_or_default());
        }
        for &lone in &search.candidates {
            let at = self.rest + place(lone);
            if let Some(distance) = self.hashes.within(at, query, radius) {
                search.hits.push(PdqHit { distance, slot: self.slot(at) });
            }
        }
    }
}

/// The values that differ from this one in fewer bits than `level`, which is at most 3.
fn near(value: u32, bits: u32, level: u32) -> impl Iterator<Item = u32> {
    let same = (level > 0).then_some(value);
    let ones = if level > 1 { bits } else { 0 };
    let twos = if level > 2 { bits } else { 0 };
    let one = (0..ones).map(move |bit| value ^ (1 << bit));
    let two = (0..twos).flat_map(move |high| (0..high).map(move |low| value ^ (1 << high) ^ (1 << low)));
    same.into_iter().chain(one).chain(two)
}

#[cfg(test)]
mod tests {
    use super::{Cut, NARROW, Pdq, SCAN_ABOVE_RADIUS, WIDE, near};

    #[test]
    fn every_number_of_bits_is_spent_on_some_chunk() {
        for cut in [NARROW, WIDE] {
            for radius in 0..=SCAN_ABOVE_RADIUS {
                let levels: Vec<u32> = (0..cut.chunks).map(|chunk| cut.level(radius, chunk)).collect();
                assert_eq!(levels.iter().sum::<u32>(), radius + 1);
                assert!(levels.iter().all(|&level| level <= 3), "values that differ in three bits are not looked at");
            }
        }
    }

    #[test]
    fn chunks_lie_side_by_side_and_cross_words() {
        let hash = Pdq::from_words([1 << 63, 1, 0, 1 << 63]);
        assert_eq!((0..16).map(|chunk| NARROW.value(&hash, chunk)).collect::<Vec<_>>()[3..5], [0x8000, 1]);
        assert_eq!(WIDE.value(&hash, 2), (1 << 17) | (1 << 18));
        assert_eq!(Cut { chunks: 4, bits: 31 }.value(&hash, 0), 0);
    }

    #[test]
    fn near_values_are_all_and_none_twice() {
        for (level, count) in [(0, 0), (1, 1), (2, 1 + 23), (3, 1 + 23 + 23 * 22 / 2)] {
            let mut values: Vec<u32> = near(0x2A_5A5A, 23, level).collect();
            assert!(values.iter().all(|value| (value ^ 0x2A_5A5A).count_ones() < level));
            values.sort_unstable();
            values.dedup();
            assert_eq!(values.len(), count);
        }
    }
}
