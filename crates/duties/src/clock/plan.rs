//! When people are reminded: at shares of the time that they have, so that one hour and sixty days are served alike.

use record::time::Timestamp;

/// All of the time.
pub(super) const ALL: u8 = 100;

/// Shares of the time, in percent, at which the first person is reminded.
const REMIND_AT: [u8; 4] = [0, 50, 75, 90];

/// The share of the time, in percent, after which a second person is told, if nobody has taken the clock on.
const ESCALATE_AT: u8 = 75;

/// When people are reminded.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Plan {
    /// Shares of the time, in percent, rising.
    pub remind_at: Vec<u8>,
    /// The share of the time after which a second person is told.
    pub escalate_at: u8,
}

impl Default for Plan {
    fn default() -> Self {
        Self { remind_at: REMIND_AT.to_vec(), escalate_at: ESCALATE_AT }
    }
}

impl Plan {
    /// At shares of one's own. Those of 100 and more are left out: when time has run out everybody is told anyway.
    #[must_use]
    pub fn new(remind_at: impl IntoIterator<Item = u8>, escalate_at: u8) -> Self {
        let mut remind_at: Vec<u8> = remind_at.into_iter().filter(|percent| *percent < ALL).collect();
        remind_at.sort_unstable();
        remind_at.dedup();
        Self { remind_at, escalate_at: escalate_at.min(ALL) }
    }

    /// The largest share that has passed.
    pub(super) fn passed(&self, started: Timestamp, due: Timestamp, now: Timestamp) -> Option<u8> {
        self.remind_at.iter().copied().filter(|percent| moment(started, due, *percent) <= now).max()
    }

    pub(super) fn escalation(&self, started: Timestamp, due: Timestamp) -> Timestamp {
        moment(started, due, self.escalate_at)
    }

    pub(super) fn moments(&self, started: Timestamp, due: Timestamp) -> impl Iterator<Item = Timestamp> {
        self.remind_at.iter().chain([&self.escalate_at]).map(move |percent| moment(started, due, *percent))
    }
}

fn moment(started: Timestamp, due: Timestamp, percent: u8) -> Timestamp {
    let length = i128::from(due.micros()) - i128::from(started.micros());
    let share = length * i128::from(percent) / i128::from(ALL);
    let at = i128::from(started.micros()) + share;
    Timestamp::from_micros(i64::try_from(at).unwrap_or(i64::MAX))
}
