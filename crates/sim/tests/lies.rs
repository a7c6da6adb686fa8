//! The checkers themselves are checked: a disk that lies, and a backup that is restored, do not pass.

use sim::{Broken, Lie, Step, World};

/// Steps that meet every lie.
const STEPS: [Step; 10] = [
    Step::Append,
    Step::Group,
    Step::Publish,
    Step::Erase,
    Step::Erase,
    Step::Group,
    Step::Append,
    Step::PowerLoss,
    Step::Append,
    Step::PowerLoss,
];

/// Worlds that are played with each lie. Chance may save what was not synced, but not in all of them.
const WORLDS: u64 = 6;

fn under(lie: Option<Lie>, seed: u64) -> Result<(), Broken> {
    let mut world = World::new(seed, false);
    lie.into_iter().for_each(|lie| world.lie(lie));
    world.begin()?;
    STEPS.into_iter().try_for_each(|step| world.play(step))?;
    world.finish().map(drop)
}

fn is_caught(lie: Lie) {
    let caught: Vec<_> = (0..WORLDS).filter_map(|seed| under(Some(lie), seed).err()).collect();
    println!("COUNT: {lie:?} was caught in {} of {WORLDS} worlds", caught.len());
    assert!(!caught.is_empty(), "{lie:?} was never caught");
}

#[test]
fn an_honest_disk_passes() {
    for seed in 0..WORLDS {
        under(None, seed).unwrap_or_else(|broken| panic!("{broken}"));
    }
}

#[test]
fn a_disk_that_does_not_sync_is_caught() {
    is_caught(Lie::Sync("segments/"));
    is_caught(Lie::SyncNames("segments"));
}

#[test]
fn a_disk_that_keeps_destroyed_keys_is_caught() {
    is_caught(Lie::Write("body-keys/"));
    is_caught(Lie::Sync("body-keys/"));
    is_caught(Lie::SyncNames("body-keys"));
}

#[test]
fn a_restored_backup_is_caught() -> Result<(), Broken> {
    let mut world = World::new(1, false);
    world.begin()?;
    world.play(Step::Append)?;
    let backup = world.backup();
    world.play(Step::Append)?;
    world.play(Step::Publish)?;
    let Err(caught) = world.restore(backup) else { panic!("an old state went on") };
    assert!(caught.problem.contains("it is an old state"), "{caught}");
    Ok(())
}
