//! The octets of one file: what is seen, what a crash leaves, and what lies between.

use std::collections::VecDeque;

use super::random::Random;
use crate::limits::SECTOR_BYTES;

/// Changes of a file that are remembered for stale reads. A disk answers from a cache, so with what was there lately.
const REMEMBERED_CHANGES: usize = 16;

/// The octets of one file.
#[derive(Debug, Clone, Default)]
pub(super) struct Contents {
    visible: Vec<u8>,
    persisted: Vec<u8>,
    /// What may still reach the disk, in order.
    pending: Vec<Pending>,
    /// What the last changes have replaced, in order.
    replaced: VecDeque<Replaced>,
}

#[derive(Debug, Clone)]
struct Pending {
    change: Change,
    /// Whether only a sync saves it, and chance never.
    is_doomed: bool,
}

#[derive(Debug, Clone)]
enum Change {
    Write { offset: usize, octets: Vec<u8> },
    Cut(usize),
}

#[derive(Debug, Clone)]
struct Replaced {
    offset: usize,
    end: usize,
    octets: Vec<u8>,
    length: usize,
}

impl Contents {
    /// A file whose octets are all on the disk.
    pub(super) fn settled(octets: &[u8]) -> Self {
        Self { visible: octets.to_vec(), persisted: octets.to_vec(), ..Self::default() }
    }

    pub(super) fn visible(&self) -> &[u8] {
        &self.visible
    }

    pub(super) fn write(&mut self, offset: usize, octets: &[u8]) {
        // To write nothing beyond the end lengthens no file.
        if octets.is_empty() {
            return;
        }
        self.remember(offset, offset.saturating_add(octets.len()));
        place(&mut self.visible, offset, octets);
        self.push(Change::Write { offset, octets: octets.to_vec() });
    }

    /// Writes only those sectors on which the coin falls.
    pub(super) fn write_torn(&mut self, offset: usize, octets: &[u8], random: &mut Random) {
        for (offset, sector) in sectors(offset, octets) {
            if random.is_heads() {
                self.write(offset, sector);
            }
        }
    }

    pub(super) fn cut(&mut self, length: usize) {
        self.remember(length.min(self.visible.len()), length.max(self.visible.len()));
        self.visible.resize(length, 0);
        self.push(Change::Cut(length));
    }

    /// As [`Self::write`], but unless a sync comes first, the next crash takes it.
    pub(super) fn write_doomed(&mut self, offset: usize, octets: &[u8]) {
        self.write(offset, octets);
        if let Some(last) = self.pending.last_mut().filter(|_| !octets.is_empty()) {
            last.is_doomed = true;
        }
    }

    pub(super) fn sync(&mut self) {
        for pending in self.pending.drain(..) {
            pending.change.apply(&mut self.persisted);
        }
    }

    /// A sync that failed: nothing of what is pending reaches the disk any more, though it is still seen.
    pub(super) fn forsake(&mut self) {
        self.pending.clear();
    }

    /// A sync that failed on its way: chance says what of it reached the disk, and the rest never will.
    pub(super) fn sync_torn(&mut self, random: &mut Random) {
        for pending in self.pending.drain(..) {
            pending.change.apply_by_chance(&mut self.persisted, random);
        }
    }

    /// What the file is after a crash.
    pub(super) fn crash(&mut self, random: &mut Random) {
        self.pending.retain(|pending| !pending.is_doomed);
        let longest = self.longest_pending();
        self.sync_torn(random);
        let length = match random.below(3) {
            0 => self.persisted.len(),
            1 => longest.max(self.persisted.len()),
            _ => random.between(self.persisted.len(), longest),
        };
        self.persisted.resize(length, 0);
        *self = Self::settled(&self.persisted);
    }

    /// The length that the file has if all that is pending reaches the disk: a length may get there without its octets.
    fn longest_pending(&self) -> usize {
        let lengths = self.pending.iter().map(|pending| pending.change.end());
        lengths.max().unwrap_or(0).min(self.visible.len())
    }

    /// Turns one bit over; says whether there is such a bit.
    pub(super) fn flip(&mut self, bit: u64) -> bool {
        let Ok(position) = usize::try_from(bit >> 3) else { return false };
        let mask = 1_u8.rotate_left(u32::try_from(bit & 7).unwrap_or(0));
        let is_there = position < self.visible.len();
        for octet in [&mut self.visible, &mut self.persisted].into_iter().filter_map(|octets| octets.get_mut(position))
        {
            *octet ^= mask;
        }
        is_there
    }

    /// What a region held before the latest change to it; zeros if nobody remembers.
    pub(super) fn stale(&self, offset: usize, length: usize, random: &mut Random) -> Vec<u8> {
        let now = part(&self.visible, offset, length);
        let end = offset.saturating_add(length);
        let Some(latest) = self.replaced.iter().rposition(|old| old.offset < end && offset < old.end) else {
            return vec![0; now.len()];
        };
        let mut older = self.visible.clone();
        for old in self.replaced.iter().skip(latest).rev() {
            older.resize(old.length, 0);
            place(&mut older, old.offset, &old.octets);
        }
        let mut octets = part(&older, offset, length).to_vec();
        if random.is_heads() {
            octets.resize(now.len(), 0);
        }
        octets
    }

    fn remember(&mut self, offset: usize, end: usize) {
        if self.replaced.len() >= REMEMBERED_CHANGES {
            self.replaced.pop_front();
        }
        let octets = part(&self.visible, offset, end.saturating_sub(offset)).to_vec();
        self.replaced.push_back(Replaced { offset, end, octets, length: self.visible.len() });
    }

    fn push(&mut self, change: Change) {
        self.pending.push(Pending { change, is_doomed: false });
    }
}

impl Change {
    fn apply(&self, octets: &mut Vec<u8>) {
        match self {
            Self::Write { offset, octets: written } => place(octets, *offset, written),
            Self::Cut(length) => octets.resize(*length, 0),
        }
    }

    /// Kept, lost or torn.
    fn apply_by_chance(&self, octets: &mut Vec<u8>, random: &mut Random) {
        match (random.below(3), self) {
            (0, _) => self.apply(octets),
            (1, Self::Write { offset, octets: written }) => {
                let kept = sectors(*offset, written).into_iter().filter(|_| random.is_heads());
                kept.for_each(|(offset, sector)| place(octets, offset, sector));
            }
            _ => {}
        }
    }

    fn end(&self) -> usize {
        match self {
            Self::Write { offset, octets } => offset.saturating_add(octets.len()),
            Self::Cut(length) => *length,
        }
    }
}

/// The octets from an offset, fewer where they end.
pub(super) fn part(octets: &[u8], offset: usize, length: usize) -> &[u8] {
    let end = offset.saturating_add(length).min(octets.len());
    octets.get(offset..end).unwrap_or_default()
}

fn place(target: &mut Vec<u8>, offset: usize, octets: &[u8]) {
    let end = offset.saturating_add(octets.len());
    if target.len() < end {
        target.resize(end, 0);
    }
    if let Some(space) = target.get_mut(offset..end) {
        space.copy_from_slice(octets);
    }
}

/// Octets in the pieces that a disk writes as a whole.
fn sectors(mut offset: usize, mut octets: &[u8]) -> Vec<(usize, &[u8])> {
    let size = usize::try_from(SECTOR_BYTES).unwrap_or(usize::MAX);
    let mut pieces = Vec::new();
    while !octets.is_empty() {
        let room = size.saturating_sub(offset.checked_rem(size).unwrap_or(0));
        let (piece, rest) = octets.split_at(room.min(octets.len()));
        pieces.push((offset, piece));
        (offset, octets) = (offset.saturating_add(piece.len()), rest);
    }
    pieces
}
