//! Families: hashes that lie close together, of which a query has to look at a whole lot.
//!
//! Lists by the value of some bits help where hashes have nothing in common. Pictures of a kind share bits, and a query among them
//! meets their long lists. So families are looked for first, in a sample; their members lie in a row, by how far they are from the
//! middle of the family; and a query reads of the row what can be within the radius, since no distance is shorter than the
//! difference of two (the triangle inequality). What belongs to no family is in lists.

use super::{PDQ_BITS, Pdq};

/// Hashes of the sample.
const SAMPLE: usize = 1_024;

/// Below so many hashes nobody looks for families.
const FAMILIES_FROM: usize = 65_536;

/// Bits within which two of a sample belong together. Of unrelated hashes one pair in a million is as near.
const NEIGHBOURS_WITHIN: u32 = 90;

/// Neighbours in the sample that make a family: one of 170 of all hashes.
const MIN_NEIGHBOURS: usize = 6;

/// The farthest that a member is from the middle.
const FAMILY_RADIUS: u32 = 96;

/// Families. Each hash is compared with the middle of each.
const MAX_FAMILIES: usize = 64;

/// Members from which on reading a row is worth it.
const MIN_MEMBERS: usize = 1_024;

/// The middle of a family, and where its members are in the row of all.
#[derive(Debug, Clone)]
pub(super) struct Family {
    middle: Pdq,
    /// Where the members begin that are so far from the middle, or farther; one more for the end.
    starts: Vec<usize>,
}

impl Family {
    /// The places of members that can be within a radius of a query.
    pub(super) fn near(&self, query: &Pdq, radius: u32) -> std::ops::Range<usize> {
        let far = self.middle.distance(query);
        let start = |distance: u32| {
            let at = crate::lists::place(distance).min(self.starts.len().saturating_sub(1));
            self.starts.get(at).copied().unwrap_or_default()
        };
        start(far.saturating_sub(radius))..start(far.saturating_add(radius).saturating_add(1))
    }
}

/// Hashes in the order in which they are kept: families first, one after another.
#[derive(Debug, Default)]
pub(super) struct Order {
    pub(super) families: Vec<Family>,
    /// The places as they were, in the new order.
    pub(super) slots: Vec<u32>,
    /// From where on hashes belong to no family.
    pub(super) rest: usize,
}

impl Order {
    /// Looks for families. Where there are none the order stays, and no places are kept.
    pub(super) fn of(hashes: &[Pdq]) -> Self {
        let middles = if hashes.len() < FAMILIES_FROM { Vec::new() } else { middles(&sample(hashes)) };
        if middles.is_empty() {
            return Self::default();
        }
        let (members, rest) = members(hashes, &middles);
        let mut order = Self::default();
        for (middle, mut members) in middles.into_iter().zip(members) {
            members.sort_unstable();
            let begin = order.slots.len();
            let before = |distance: u32| begin + members.partition_point(|(far, _)| *far < distance);
            let starts = (0..=FAMILY_RADIUS + 1).map(before).collect();
            order.slots.extend(members.iter().map(|(_, slot)| *slot));
            order.families.push(Family { middle, starts });
        }
        order.rest = order.slots.len();
        order.slots.extend(rest);
        order
    }
}

fn sample(hashes: &[Pdq]) -> Vec<Pdq> {
    hashes.iter().step_by((hashes.len() / SAMPLE).max(1)).take(SAMPLE).copied().collect()
}

/// The middles of the families of a sample, the largest first.
fn middles(sample: &[Pdq]) -> Vec<Pdq> {
    let (mut left, mut middles) = (sample.to_vec(), Vec::new());
    while middles.len() < MAX_FAMILIES {
        let neighbours = |hash: &Pdq| left.iter().filter(|other| other.distance(hash) <= NEIGHBOURS_WITHIN).count();
        let Some((count, centre)) = left.iter().map(|hash| (neighbours(hash), *hash)).max() else { break };
        if count < MIN_NEIGHBOURS {
            break;
        }
        let near = left.iter().filter(|other| other.distance(&centre) <= NEIGHBOURS_WITHIN);
        let middle = majority(&near.copied().collect::<Vec<_>>());
        let before = left.len();
        left.retain(|hash| hash.distance(&middle) > FAMILY_RADIUS && hash.distance(&centre) > NEIGHBOURS_WITHIN);
        if left.len() < before {
            middles.push(middle);
        }
    }
    middles
}

/// The hash of which each bit is as in most of these.
fn majority(hashes: &[Pdq]) -> Pdq {
    let mut counts = [0_usize; 256];
    for hash in hashes {
        for (count, bit) in counts.iter_mut().zip(0..PDQ_BITS) {
            let word = hash.0.get(crate::lists::place(bit / u64::BITS)).copied().unwrap_or_default();
            *count += usize::from(word >> (bit % u64::BITS) & 1 == 1);
        }
    }
    let set = (0..PDQ_BITS).zip(counts).filter(|(_, count)| count * 2 > hashes.len());
    set.fold(Pdq::default(), |hash, (bit, _)| hash.with_bit(bit))
}

type Members = Vec<(u32, u32)>;

/// Of each family the members, with how far each is from the middle; and what belongs to none. Small families are none.
fn members(hashes: &[Pdq], middles: &[Pdq]) -> (Vec<Members>, Vec<u32>) {
    let mut members: Vec<Members> = vec![Vec::new(); middles.len()];
    let mut rest = Vec::new();
    for (slot, hash) in (0..).zip(hashes) {
        let nearest = middles.iter().map(|middle| middle.distance(hash)).zip(0..).min();
        let family = nearest.filter(|(far, _)| *far <= FAMILY_RADIUS);
        match family.and_then(|(far, number)| Some((far, members.get_mut::<usize>(number)?))) {
            Some((far, family)) => family.push((far, slot)),
            None => rest.push(slot),
        }
    }
    for small in members.iter_mut().filter(|members| members.len() < MIN_MEMBERS) {
        rest.extend(std::mem::take(small).into_iter().map(|(_, slot)| slot));
    }
    (members, rest)
}
