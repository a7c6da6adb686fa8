//! What senders released to us, counted against what agreements allow.

use std::collections::BTreeMap;

use node::exchange::{FeedState, raise_alarm};
use policy::agreement::{Agreement, Clause};
use policy::decision::{Exceeded, ReceivedExposure};
use policy::feed::ReadEntry;
use protocol::exchange::{Caught, FeedName};
use record::digest::PartyId;
use storage::{LogName, Store as _};

use super::open::Open;
use super::rounds::Tell;

/// Entries that are read at once: some 64 MiB at the longest.
const ENTRIES_AT_ONCE: usize = 4_096;

/// What came so far. It is counted from the beginning at each start of the node, and then only what is new.
#[derive(Debug, Default)]
pub(super) struct Exposures {
    /// Entries of each feed that were counted.
    counted: BTreeMap<String, u64>,
    senders: BTreeMap<PartyId, ReceivedExposure>,
}

impl Exposures {
    /// Counts what is new in every feed that was read, however it came.
    pub(super) fn count(&mut self, open: &Open, tell: &Tell) -> Result<(), String> {
        for state in FeedState::all(&open.store).map_err(|error| error.to_string())? {
            if self.counted.get(&state.feed).is_some_and(|counted| *counted >= state.size) {
                continue;
            }
            // Without its text nobody knows what it allows; once that is here, all of the feed is counted.
            let agreement = state.agreement.parse().ok();
            let agreement = agreement.and_then(|digest| open.negotiations().agreement(digest).cloned());
            let (Some(agreement), Ok(sender)) = (agreement, state.peer.parse::<PartyId>()) else { continue };
            if agreement.all_clauses().any(has_budget) {
                self.count_feed(open, (&state, sender), &agreement, tell)?;
            }
            let _before = self.counted.insert(state.feed, state.size);
        }
        Ok(())
    }

    fn count_feed(
        &mut self,
        open: &Open,
        (state, sender): (&FeedState, PartyId),
        agreement: &Agreement,
        tell: &Tell,
    ) -> Result<(), String> {
        let log: LogName =
            format!("pulled-{}", FeedName::of(&state.feed)).parse().map_err(|_| "a feed has no name".to_owned())?;
        let mut from = self.counted.get(&state.feed).copied().unwrap_or(0);
        while from < state.size {
            let entries = open.store.entries(&log, from, ENTRIES_AT_ONCE).map_err(|error| error.to_string())?;
            if entries.is_empty() {
                break;
            }
            for (index, octets) in (from..).zip(&entries) {
                let Ok(ReadEntry::Release(release)) = ReadEntry::read(octets) else { continue };
                let received = self.senders.entry(sender).or_default();
                let exceeded = received.take(agreement, open.party(), &release.receipt);
                // Before anything can fail: an entry that is counted twice would accuse an honest sender.
                let _before = self.counted.insert(state.feed.clone(), index.saturating_add(1));
                let Some(exceeded) = exceeded else { continue };
                let caught = caught(agreement, &exceeded, index);
                if raise_alarm(&open.store, &open.own, sender, &state.feed, &caught)
                    .map_err(|error| error.to_string())?
                {
                    tell(format!("ALARM about {sender}: {caught}"));
                }
            }
            from = from.saturating_add(entries.len() as u64);
            let _before = self.counted.insert(state.feed.clone(), from);
        }
        Ok(())
    }
}

fn has_budget(clause: &Clause) -> bool {
    clause.operative().is_some_and(|one| one.obligations().budget.is_some())
}

fn caught(agreement: &Agreement, exceeded: &Exceeded, index: u64) -> Caught {
    let (budget, under) = (&exceeded.budget, format!("clause {} of agreement {}", exceeded.clause, agreement.digest()));
    let period = budget.per.name();
    let allowed =
        format!("{} {} of the category `{}` per {period}", budget.at_most, budget.counted.name(), budget.category);
    Caught::Exposed { under, budget: allowed, index }
}
