//! The chance of a world.

/// Splitmix64: the same number always leads to the same world. Nothing secret stands on it.
#[derive(Debug, Clone)]
pub struct Seed {
    number: u64,
    state: u64,
}

impl Seed {
    /// The chance that follows from a number.
    #[must_use]
    pub const fn new(number: u64) -> Self {
        Self { number, state: number }
    }

    /// The number from which all follows.
    #[must_use]
    pub const fn number(&self) -> u64 {
        self.number
    }

    /// Any number.
    pub fn any(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.state ^ (self.state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below a bound; 0 if there is none.
    pub fn below(&mut self, bound: u64) -> u64 {
        self.any().checked_rem(bound).unwrap_or(0)
    }

    /// A count or place below a bound.
    pub fn index(&mut self, bound: usize) -> usize {
        let bound = u64::try_from(bound).unwrap_or(u64::MAX);
        usize::try_from(self.below(bound)).unwrap_or(0)
    }

    /// True once in so many times.
    pub fn once_in(&mut self, times: u64) -> bool {
        self.below(times) == 0
    }

    /// One of several; none of none.
    pub fn pick<'all, T>(&mut self, all: &'all [T]) -> Option<&'all T> {
        all.get(self.index(all.len()))
    }

    /// Octets of a length.
    pub fn octets(&mut self, length: usize) -> Vec<u8> {
        let mut octets = Vec::with_capacity(length.saturating_add(8));
        while octets.len() < length {
            octets.extend(self.any().to_be_bytes());
        }
        octets.truncate(length);
        octets
    }
}
