//! What one party said, in its own order.

use record::digest::{MessageDigest, PartyId};

use super::messages::{Entry, Messages};

/// The messages of one party.
pub(super) struct Chain<'m> {
    /// From the first on, each named by the next, up to the first that is missing or forked.
    pub(super) placed: Vec<&'m Entry>,
    /// Those that wait for earlier ones.
    pub(super) waiting: Vec<&'m Entry>,
    /// Those from a fork on. What they permit counts for nothing, whichever of them comes to be known.
    pub(super) frozen: Vec<&'m Entry>,
    /// Two messages that no honest party signs both.
    pub(super) fork: Option<(MessageDigest, MessageDigest)>,
    /// Sequence numbers of which a later one is known, as first and first after.
    pub(super) gaps: Vec<(u64, u64)>,
}

impl<'m> Chain<'m> {
    pub(super) fn of(messages: &'m Messages, party: PartyId) -> Self {
        let mut all: Vec<_> = messages.iter().filter(|entry| entry.author() == party).collect();
        all.sort_by_key(|entry| (entry.said.sequence, entry.digest()));
        let fork = all.array_windows().find_map(|[one, next]| fork(one, next));
        let frozen_from = fork.map_or(u64::MAX, |(_, from)| from);
        let frozen = all.split_off(all.partition_point(|entry| entry.said.sequence < frozen_from));
        let gaps = gaps(&all);
        let first_gap = gaps.first().map_or(u64::MAX, |(first, _)| *first);
        let waiting = all.split_off(all.partition_point(|entry| entry.said.sequence < first_gap));
        Self { placed: all, waiting, frozen, fork: fork.map(|(pair, _)| pair), gaps }
    }

    /// The newest message, placed or not.
    pub(super) fn newest(&self) -> Option<&'m Entry> {
        let parts = [&self.placed, &self.waiting, &self.frozen];
        parts.iter().rev().find_map(|part| part.last().copied())
    }
}

/// Two messages of one place, or one that names another message before it than the one that its author signed there: with
/// the sequence number from which nothing counts.
fn fork(one: &Entry, next: &Entry) -> Option<((MessageDigest, MessageDigest), u64)> {
    let (at, then) = (one.said.sequence, next.said.sequence);
    let follows = at.checked_add(1) == Some(then);
    let contradicts = at == then || (follows && next.said.previous != Some(one.digest()));
    contradicts.then(|| ((one.digest(), next.digest()), then))
}

fn gaps(sorted: &[&Entry]) -> Vec<(u64, u64)> {
    let (mut gaps, mut expected) = (Vec::new(), 0_u64);
    for entry in sorted {
        let sequence = entry.said.sequence;
        if sequence > expected {
            gaps.push((expected, sequence));
        }
        expected = sequence.saturating_add(1);
    }
    gaps
}
