//! Numbers grouped by a short key: two flat arrays, filled by counting.

use std::ops::Range;

/// A 32-bit number as a place. No machine that this is built for has less.
pub(crate) fn place(number: u32) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

/// The slots with key k are at `starts[k]..starts[k + 1]`.
#[derive(Debug, Clone, Default)]
pub(crate) struct Lists {
    starts: Vec<u32>,
    slots: Vec<u32>,
}

impl Lists {
    /// Groups the slots 0, 1, 2 and so on by their keys, which have that many bits. The keys are asked for twice: once to count,
    /// once to place.
    pub(crate) fn new<I: Iterator<Item = u32>>(bits: u32, keys: impl Fn() -> I) -> Self {
        // Counted two places further on, so that filling moves each start to where it belongs.
        let mut starts = vec![0_u32; place(1 << bits) + 2];
        let mut count = 0_usize;
        for key in keys() {
            starts.get_mut(place(key) + 2).into_iter().for_each(|start| *start += 1);
            count += 1;
        }
        let mut sum = 0;
        for start in &mut starts {
            sum += *start;
            *start = sum;
        }
        let mut slots = vec![0; count];
        for (slot, key) in (0..).zip(keys()) {
            let Some(next) = starts.get_mut(place(key) + 1) else { continue };
            slots.get_mut(place(*next)).into_iter().for_each(|cell| *cell = slot);
            *next += 1;
        }
        starts.pop();
        Self { starts, slots }
    }

    /// Where the slots of a key are.
    pub(crate) fn range(&self, key: u32) -> Range<usize> {
        match self.starts.get(place(key)..place(key) + 2) {
            Some(&[start, end]) => place(start)..place(end),
            _ => 0..0,
        }
    }

    /// The slots at a range.
    pub(crate) fn at(&self, range: Range<usize>) -> &[u32] {
        self.slots.get(range).unwrap_or_default()
    }

    /// The slots of a key, ascending.
    pub(crate) fn of(&self, key: u32) -> &[u32] {
        self.at(self.range(key))
    }

    /// Octets that it takes.
    pub(crate) const fn memory(&self) -> usize {
        (self.starts.len() + self.slots.len()) * size_of::<u32>()
    }
}

/// The upper bits of a key of 64: by them it stands in a list.
pub(crate) fn upper_bits(key: u64, bits: u32) -> u32 {
    u32::try_from(key >> (u64::BITS - bits)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::Lists;

    #[test]
    fn every_slot_is_under_its_key() {
        let keys = [3, 0, 3, 1, 3];
        let lists = Lists::new(2, || keys.into_iter());
        assert_eq!(
            [lists.of(0), lists.of(1), lists.of(2), lists.of(3), lists.of(9)],
            [&[1][..], &[3], &[], &[0, 2, 4], &[]]
        );
    }
}
