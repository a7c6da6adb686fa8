//! A two-stage table: one look-up for the block of 256 characters, one inside it.

/// The number of blocks of 256 that hold all of Unicode.
const BLOCKS: usize = 0x1100;
const BLOCK: usize = 256;

/// A value for every character; most blocks share the default one.
#[derive(Debug)]
pub(crate) struct Pages<T> {
    index: Vec<u16>,
    blocks: Vec<[T; BLOCK]>,
}

impl<T: Copy + Default> Pages<T> {
    pub(crate) fn new() -> Self {
        Self { index: vec![0; BLOCKS], blocks: vec![[T::default(); BLOCK]] }
    }

    pub(crate) fn get(&self, character: char) -> T {
        let (block, cell) = split(character);
        let block = self.index.get(block).and_then(|&number| self.blocks.get(usize::from(number)));
        block.and_then(|block| block.get(cell)).copied().unwrap_or_default()
    }

    pub(crate) fn set(&mut self, character: char, value: T) {
        let (block, cell) = split(character);
        let Some(number) = self.index.get_mut(block) else { return };
        if *number == 0 {
            *number = u16::try_from(self.blocks.len()).unwrap_or_default();
            self.blocks.push([T::default(); BLOCK]);
        }
        let block = self.blocks.get_mut(usize::from(*number));
        if let Some(cell) = block.and_then(|block| block.get_mut(cell)) {
            *cell = value;
        }
    }
}

fn split(character: char) -> (usize, usize) {
    let [_, plane, row, cell] = u32::from(character).to_be_bytes();
    (usize::from(u16::from_be_bytes([plane, row])), usize::from(cell))
}
