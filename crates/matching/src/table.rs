//! Numbers found by a hash of 64 bits: open addressing in one flat array.

/// A cell that holds nothing. A hash of this value is taken for its neighbour.
const EMPTY: u64 = 0;

/// Of so many cells at most one is full, so that a look-up seldom goes beyond its first.
const CELLS_PER_ENTRY: usize = 2;

/// Hashes with a number each.
#[derive(Debug, Clone)]
pub(crate) struct Table {
    cells: Vec<(u64, u32)>,
    count: usize,
}

impl Default for Table {
    fn default() -> Self {
        Self::with_room(0)
    }
}

impl Table {
    pub(crate) fn with_room(entries: usize) -> Self {
        let cells = (entries * CELLS_PER_ENTRY).next_power_of_two().max(CELLS_PER_ENTRY);
        Self { cells: vec![(EMPTY, 0); cells], count: 0 }
    }

    /// How many there are.
    pub(crate) const fn len(&self) -> usize {
        self.count
    }

    /// Octets that it takes.
    pub(crate) const fn memory(&self) -> usize {
        self.cells.len() * size_of::<(u64, u32)>()
    }

    /// The number of a hash.
    pub(crate) fn get(&self, hash: u64) -> Option<u32> {
        let hash = hash.max(EMPTY + 1);
        let (head, tail) = self.cells.split_at_checked(self.home(hash))?;
        let probes = tail.iter().chain(head).take_while(|cell| cell.0 != EMPTY);
        probes.into_iter().find(|cell| cell.0 == hash).map(|cell| cell.1)
    }

    /// Sets the number of a hash to what follows from the one that it has.
    pub(crate) fn update(&mut self, hash: u64, change: impl FnOnce(Option<u32>) -> u32) {
        if (self.count + 1) * CELLS_PER_ENTRY > self.cells.len() {
            self.grow();
        }
        let hash = hash.max(EMPTY + 1);
        let home = self.home(hash);
        let (head, tail) = self.cells.split_at_mut(home);
        let mut probes = tail.iter_mut().chain(head);
        // At most half of the cells are full, so there is one.
        let Some(cell) = probes.find(|cell| cell.0 == EMPTY || cell.0 == hash) else { return };
        self.count += usize::from(cell.0 == EMPTY);
        let known = (cell.0 == hash).then_some(cell.1);
        *cell = (hash, change(known));
    }

    fn grow(&mut self) {
        let mut larger = Self::with_room(self.cells.len());
        for &(hash, number) in self.cells.iter().filter(|cell| cell.0 != EMPTY) {
            larger.update(hash, |_| number);
        }
        *self = larger;
    }

    /// Hashes are spread over all their bits; the upper ones are taken, since lists are cut by the lower ones elsewhere.
    fn home(&self, hash: u64) -> usize {
        let bits = self.cells.len().trailing_zeros();
        usize::try_from(hash.checked_shr(u64::BITS - bits).unwrap_or(0)).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::Table;

    #[test]
    fn what_was_set_is_found_and_nothing_else() {
        let mut table = Table::default();
        let hash = |number: u64| number.wrapping_mul(0x9E37_79B9_7F4A_7C15);
        (0..1_000).for_each(|number: u32| table.update(hash(number.into()), |known| known.map_or(number, |_| 0)));
        assert!((0..1_000).all(|number: u32| table.get(hash(number.into())) == Some(number)));
        assert!((1_000..2_000).all(|number| table.get(hash(number)).is_none()));
        table.update(0, |_| 7);
        assert_eq!((table.get(0), table.get(1)), (Some(7), Some(7)), "the hash 0 is taken for 1");
    }

    #[test]
    fn hashes_that_begin_alike_are_told_apart() {
        let mut table = Table::default();
        (1..500).for_each(|hash| table.update(u64::MAX - hash, |_| 1));
        assert!((1..500).all(|hash| table.get(u64::MAX - hash) == Some(1)) && table.get(u64::MAX - 500).is_none());
    }
}
