//! Exact search among many hashes.
//!
//! If two hashes of 256 bits differ in at most r, and the bits are cut into m chunks, then some chunk differs in few: give chunk
//! i the number l(i) so that all of them sum to r + 1, and at least one chunk differs in fewer than l(i) bits. So for each chunk
//! the hashes are listed by its value, and a query looks at the values that lie that near its own (multi-index hashing; Norouzi
//! and others 2012, Qin and others 2018 for unequal numbers). Everything that is looked at is compared in full: nothing within
//! the radius is missed and nothing beyond it is found.
//!
//! Pictures of a kind share bits, and so some values hold very many hashes. Those are taken out as families and read in a row, as
//! far as they can be near. How much stands in lists is known before any is read; if that would cost more than reading all hashes in
//! a row, all hashes are read in a row.

use super::families::{Family, Order};
use super::halves::Halves;
use super::rows::Rows;
use super::sparse::{MAX_SLOTS, Slots, SparseLists};
use super::{Pdq, WORDS};
use crate::lists::place;

/// Beyond this radius chunks say too little, and every hash is compared.
pub const SCAN_ABOVE_RADIUS: u32 = 31;

/// Below this many hashes there are no lists: comparing all of them takes some microseconds.
const SCAN_BELOW: usize = 1_024;

/// From this many hashes chunks of 23 bits are cheaper than those of 16: nearly all their lists are empty, and which are is told by
/// 11 MB of bits.
const WIDE_FROM: usize = 131_072;

/// A hash in a list costs about as much as this many hashes that are read in a row, because it lies anywhere in memory.
const SCATTERED_COST: usize = 8;

/// Distances that there are: 0 to [`PDQ_BITS`].
const DISTANCES: usize = 257;

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
    /// Values near that of the query that have a hash: of which chunk, and which entry there.
    entries: Vec<(u32, usize)>,
    /// Those of them that have several.
    lists: Vec<(u32, usize)>,
    /// The hashes.
    candidates: Vec<u32>,
    found: Vec<PdqHit>,
    hits: Vec<PdqHit>,
}

impl PdqSearch {
    /// What the last search found: the nearest first, and equally near ones in no order that means anything.
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
    families: Vec<Family>,
    members: Rows,
    /// Of no family.
    lone: Halves,
    /// The place of each among those that the index was made of, members of families first; none where the order stayed.
    slots: Vec<u32>,
    /// Where members end.
    rest: usize,
    /// Of the lone.
    cut: Option<(Cut, Vec<SparseLists>)>,
}

impl PdqIndex {
    /// An index of these hashes; at most 2^30, which is 34 GB of them.
    #[must_use]
    pub fn new(mut hashes: Vec<Pdq>) -> Self {
        hashes.truncate(MAX_SLOTS);
        let Order { families, slots, rest } = Order::of(&hashes);
        if !slots.is_empty() {
            hashes = slots.iter().filter_map(|slot| hashes.get(place(*slot)).copied()).collect();
        }
        let (members, lone) = hashes.split_at_checked(rest).unwrap_or_default();
        let cut = Cut::of(lone.len()).map(|cut| {
            let lists = |chunk| SparseLists::new(cut.bits, lone.iter().map(|hash| cut.value(hash, chunk)));
            (cut, (0..cut.chunks).map(lists).collect())
        });
        Self { families, members: Rows::new(members), lone: Halves::new(lone.iter().copied()), slots, rest, cut }
    }

    /// How many hashes there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.rest + self.lone.len()
    }

    /// Whether there are none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Octets of memory that it takes, without what the allocator adds.
    #[must_use]
    pub fn memory(&self) -> usize {
        let lists = self.cut.iter().flat_map(|(_, lists)| lists);
        let hashes = self.members.memory() + self.lone.memory();
        hashes + size_of_val(self.slots.as_slice()) + lists.map(SparseLists::memory).sum::<usize>()
    }

    /// Finds every hash within a radius, and no other.
    pub fn search<'s>(&self, query: &Pdq, radius: u32, search: &'s mut PdqSearch) -> &'s [PdqHit] {
        search.found.clear();
        match &self.cut {
            Some((cut, lists)) if radius <= SCAN_ABOVE_RADIUS => self.search_lists(query, radius, *cut, lists, search),
            _ => self.scan_lone(query, radius, &mut search.found),
        }
        // One that is near in several chunks was found several times.
        search.found.sort_unstable();
        search.found.dedup();
        for family in &self.families {
            let found = &mut search.found;
            let hit = |at, distance| found.push(PdqHit { distance, slot: self.slot(at) });
            self.members.scan(family.near(query, radius), query, radius, hit);
        }
        nearest_first(&search.found, &mut search.hits);
        &search.hits
    }

    fn scan_lone(&self, query: &Pdq, radius: u32, hits: &mut Vec<PdqHit>) {
        self.lone.scan(query, radius, |at, distance| hits.push(PdqHit { distance, slot: self.slot(self.rest + at) }));
    }

    fn slot(&self, at: usize) -> u32 {
        self.slots.get(at).copied().unwrap_or_else(|| u32::try_from(at).unwrap_or(u32::MAX))
    }

    /// In rounds, so that in each of them no look into memory has to wait for another: nearly all of them miss every cache, and
    /// a choice that hangs on one of them would hold up all that follow.
    fn search_lists(&self, query: &Pdq, radius: u32, cut: Cut, lists: &[SparseLists], search: &mut PdqSearch) {
        let PdqSearch { entries, lists: several, candidates, found, .. } = search;
        entries.clear();
        several.clear();
        candidates.clear();
        fearless_simd::dispatch!(fearless_simd::Level::new(), _simd => occupied(query, radius, cut, lists, entries));
        let list_of = |chunk: u32| lists.get(place(chunk));
        for (chunk, entry) in &*entries {
            match list_of(*chunk).map(|list| list.slots(*entry)) {
                Some(Slots::One(slot)) => candidates.push(slot),
                Some(Slots::List(at)) => several.push((*chunk, at)),
                None => {}
            }
        }
        let listed = || several.iter().filter_map(|(chunk, at)| Some(list_of(*chunk)?.list(*at)));
        let count = candidates.len() + listed().map(<[u32]>::len).sum::<usize>();
        if count > self.lone.len() / SCATTERED_COST {
            return self.scan_lone(query, radius, found);
        }
        candidates.extend(listed().flatten());
        self.lone.among(candidates, query, radius, |at, distance| {
            found.push(PdqHit { distance, slot: self.slot(self.rest + at) });
        });
    }
}

/// Sorts by distance, of which there are few: they are counted first, and then each is put where it belongs.
fn nearest_first(found: &[PdqHit], hits: &mut Vec<PdqHit>) {
    let mut next = [0_usize; DISTANCES];
    found.iter().for_each(|hit| next.iter_mut().skip(place(hit.distance) + 1).take(1).for_each(|count| *count += 1));
    let mut sum = 0;
    for next in &mut next {
        sum += *next;
        *next = sum;
    }
    hits.clear();
    hits.extend(found);
    for hit in found {
        let Some(next) = next.get_mut(place(hit.distance)) else { continue };
        hits.iter_mut().skip(*next).take(1).for_each(|place| *place = *hit);
        *next += 1;
    }
}

/// The values near that of the query which have a hash, in all chunks.
#[inline(always)]
#[expect(clippy::inline_always, reason = "the caller says by which instructions bits are counted")]
fn occupied(query: &Pdq, radius: u32, cut: Cut, lists: &[SparseLists], entries: &mut Vec<(u32, usize)>) {
    for (chunk, list) in (0..).zip(lists) {
        each_near(cut.value(query, chunk), cut.bits, cut.level(radius, chunk), |near| {
            if let Some(entry) = list.entry(near) {
                entries.push((chunk, entry));
            }
        });
    }
}

/// Each value that differs from this one in fewer bits than `level`, which is at most 3.
#[inline(always)]
#[expect(clippy::inline_always, reason = "as above")]
fn each_near(value: u32, bits: u32, level: u32, mut take: impl FnMut(u32)) {
    if level > 0 {
        take(value);
    }
    for high in 0..if level > 1 { bits } else { 0 } {
        let one = value ^ (1 << high);
        take(one);
        for low in 0..if level > 2 { high } else { 0 } {
            take(one ^ (1 << low));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Cut, NARROW, Pdq, SCAN_ABOVE_RADIUS, WIDE, each_near};

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
            let mut values = Vec::new();
            each_near(0x2A_5A5A, 23, level, |value| values.push(value));
            assert!(values.iter().all(|value| (value ^ 0x2A_5A5A).count_ones() < level));
            values.sort_unstable();
            values.dedup();
            assert_eq!(values.len(), count);
        }
    }
}
