//! Seeds and traps that found something, each with its story.

/// Worlds that broke once.
const SEEDS: [(u64, &str); 4] = [
    (1, "a log without entries was published only after a restart"),
    (2, "a checkpoint that a power loss had spoiled was served until the next publication"),
    (3, "a body whose erasure the full disk cut off half-way read as damaged, until the disk had room"),
    (21, "a body was found erased before the frame that erases it was seen"),
];

/// Traps that broke the story once.
const TRAPS: [(&str, &str); 1] = [("92:Death:0", "the world asked a process that had died in the middle of a rebuild")];

#[test]
fn worlds_that_broke_once_hold() {
    for (seed, story) in SEEDS {
        let played = sim::run(seed, sim::DEFAULT_STEPS);
        assert!(played.is_ok(), "{story}: {played:?}");
    }
    println!("COUNT: {} seeds that broke once", SEEDS.len());
}

#[test]
fn traps_that_broke_the_story_once_hold() {
    for (trap, story) in TRAPS {
        let played = trap.parse().and_then(|trap| sim::play_script(trap).map_err(|broken| broken.to_string()));
        assert!(played.is_ok(), "{story}: {played:?}");
    }
    println!("COUNT: {} traps that broke the story once", TRAPS.len());
}
