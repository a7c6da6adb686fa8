//! Every fault at every disk call of one short story.

use std::fmt;
use std::str::FromStr;

use storage::disk::memory::faults::{Call, FaultKind};

use crate::broken::Broken;
use crate::steps::Step;
use crate::tally::Tally;
use crate::watch::Spring;
use crate::world::World;

/// The seed of the story itself.
pub const SCRIPT_SEED: u64 = 3;

/// Make a store, append, change segments, publish, erase, make anew, and start again in every way.
const SCRIPT: [Step; 12] = [
    Step::Append,
    Step::Group,
    Step::Publish,
    Step::Erase,
    Step::Append,
    Step::Group,
    Step::Publish,
    Step::Rebuild,
    Step::Kill,
    Step::Erase,
    Step::PowerLoss,
    Step::Append,
];

/// What strikes one call of the story.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Trap {
    at: usize,
    spring: Spring,
    /// Another seed for what is left to chance.
    chance: u64,
}

impl fmt::Display for Trap {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.spring {
            Spring::Death => write!(out, "{}:Death:{}", self.at, self.chance),
            Spring::Fault(kind, times) => write!(out, "{}:{kind:?}:{times}", self.at),
        }
    }
}

impl FromStr for Trap {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("`{text}` is no trap: CALL:KIND:TIMES");
        let parts: Vec<_> = text.split(':').collect();
        let [at, kind, number] = parts.as_slice() else { return Err(wrong()) };
        let (at, number): (usize, u32) = (at.parse().map_err(|_| wrong())?, number.parse().map_err(|_| wrong())?);
        if *kind == "Death" {
            return Ok(Self { at, spring: Spring::Death, chance: u64::from(number) });
        }
        let kind = FaultKind::ALL.into_iter().find(|one| format!("{one:?}") == *kind).ok_or_else(wrong)?;
        Ok(Self { at, spring: Spring::Fault(kind, number), chance: 0 })
    }
}

/// The disk calls of the story when nothing strikes.
///
/// # Errors
/// [`Broken`] if a promise does not hold even so.
pub fn calls_of_script() -> Result<Vec<Call>, Broken> {
    let mut world = World::new(SCRIPT_SEED, false);
    play(&mut world)?;
    let calls = world.calls();
    world.finish().map(|_| calls)
}

/// Every fault that can strike each call, once and twice in a row, and the end of the process before it, twice: whether
/// the machine ends with it is left to chance.
#[must_use]
pub fn traps(calls: &[Call]) -> Vec<Trap> {
    let mut traps = Vec::new();
    for (at, call) in calls.iter().enumerate() {
        for kind in FaultKind::ALL.into_iter().filter(|kind| kind.strikes(*call)) {
            traps.extend([1, 2].map(|times| Trap { at, spring: Spring::Fault(kind, times), chance: 0 }));
        }
        traps.extend([0, 1, 2].map(|chance| Trap { at, spring: Spring::Death, chance }));
    }
    traps
}

/// Plays the story with one trap.
///
/// # Errors
/// [`Broken`] if a promise did not hold.
pub fn play_script(trap: Trap) -> Result<Tally, Broken> {
    let mut world = World::new(SCRIPT_SEED, false);
    world.set_replay(format!("cargo run -p sim -- --trap {trap}"));
    world.set_trap(trap.at, trap.spring);
    world.stir(trap.chance);
    play(&mut world)?;
    world.finish()
}

fn play(world: &mut World) -> Result<(), Broken> {
    world.begin()?;
    SCRIPT.into_iter().try_for_each(|step| world.play(step))
}
