//! Statements about an incident, read so that nobody's flood hides what others say.

use std::collections::{BTreeMap, BTreeSet};

use storage::views::cases::{self, Share};
use storage::{LogName, Place};

use super::{Cases, Found};
use crate::node;
use crate::outcome::Done;

/// Most statements of one log that are opened around one incident: far more than anybody decides over. A peer that floods its
/// feed uses up what is kept for its own log, and neither ours nor that of another peer.
const MAX_STATEMENTS_OF_A_LOG: usize = 4_096;

/// Most statements of one log that are opened because they name one and the same thing.
const MAX_STATEMENTS_OF_A_NAME: usize = 1_024;

/// Which statements were opened around one incident. No place is opened twice.
#[derive(Debug, Default)]
pub(super) struct Naming {
    opened: BTreeSet<Place>,
    of_a_log: BTreeMap<LogName, usize>,
    /// Whether something was left out.
    pub(super) is_cut: bool,
}

impl Naming {
    /// The statements of a type that name an id or a digest, and were not opened before: those of the node's own log first, and
    /// in each log its last ones.
    pub(super) fn read(&mut self, cases: &Cases<'_>, name: &str, object_type: &str) -> Done<Vec<Found>> {
        let asked = cases::naming_in_turn(cases.store, (name, object_type), cases.own, MAX_STATEMENTS_OF_A_NAME);
        let Share { mut places, is_cut } = asked.map_err(node::fail)?;
        self.is_cut |= is_cut;
        places.retain(|place| self.is_wanted(place));
        let mut found = cases.open(&places)?.0;
        found.sort_by_key(|one| (one.record.content().issuer() != cases.own, one.record.digest()));
        Ok(found)
    }

    /// Whether a place is new and its log's share is not used up. Counted are places, read or not: what cannot be read took
    /// time as well.
    fn is_wanted(&mut self, place: &Place) -> bool {
        if self.opened.contains(place) {
            return false;
        }
        let count = self.of_a_log.entry(place.log.clone()).or_default();
        if *count >= MAX_STATEMENTS_OF_A_LOG {
            self.is_cut = true;
            return false;
        }
        *count = count.saturating_add(1);
        self.opened.insert(place.clone())
    }
}
