//! What may happen in a world.

use crate::seed::Seed;

/// One thing that happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Step {
    /// One batch is committed.
    Append,
    /// Several batches are committed in one call, some of which must be refused.
    Group,
    /// A batch that was answered is sent again.
    Retry,
    /// A batch is sent that must be refused.
    Refuse,
    /// A body is erased.
    Erase,
    /// The logs are published.
    Publish,
    /// Views and published files follow.
    Follow,
    /// What is there is read.
    Read,
    /// The guard looks again.
    Guard,
    /// All views are made anew.
    Rebuild,
    /// The store is closed and opened.
    Close,
    /// The process is killed, and another opens the store.
    Kill,
    /// Power fails, and the store is opened.
    PowerLoss,
    /// The clock jumps forward.
    ClockJump,
}

/// How often each step comes, of all of them together.
const WEIGHTS: [(Step, u64); 14] = [
    (Step::Append, 24),
    (Step::Group, 10),
    (Step::Retry, 6),
    (Step::Refuse, 5),
    (Step::Erase, 10),
    (Step::Publish, 12),
    (Step::Follow, 4),
    (Step::Read, 5),
    (Step::Guard, 3),
    (Step::Rebuild, 3),
    (Step::Close, 4),
    (Step::Kill, 6),
    (Step::PowerLoss, 8),
    (Step::ClockJump, 2),
];

impl Step {
    /// Every kind of step.
    pub const ALL: [Self; 14] = [
        Self::Append,
        Self::Group,
        Self::Retry,
        Self::Refuse,
        Self::Erase,
        Self::Publish,
        Self::Follow,
        Self::Read,
        Self::Guard,
        Self::Rebuild,
        Self::Close,
        Self::Kill,
        Self::PowerLoss,
        Self::ClockJump,
    ];

    /// What to call it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Append => "append",
            Self::Group => "group",
            Self::Retry => "retry",
            Self::Refuse => "refuse",
            Self::Erase => "erase",
            Self::Publish => "publish",
            Self::Follow => "follow",
            Self::Read => "read",
            Self::Guard => "guard",
            Self::Rebuild => "rebuild",
            Self::Close => "close",
            Self::Kill => "kill",
            Self::PowerLoss => "power loss",
            Self::ClockJump => "clock jump",
        }
    }

    /// A step by chance.
    pub(crate) fn by_chance(seed: &mut Seed) -> Self {
        let mut left = seed.below(WEIGHTS.iter().map(|(_, weight)| weight).sum());
        for (step, weight) in WEIGHTS {
            if left < weight {
                return step;
            }
            left = left.saturating_sub(weight);
        }
        Self::Append
    }
}
