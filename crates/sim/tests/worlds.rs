//! Worlds by chance.

use sim::{DEFAULT_STEPS, Tally};

/// Plays worlds on two threads, each world on one.
fn play(seeds: std::ops::Range<u64>) -> Tally {
    let half = |odd: u64| {
        let mut all = Tally::default();
        for seed in seeds.clone().filter(|seed| seed % 2 == odd) {
            all += sim::run(seed, DEFAULT_STEPS).unwrap_or_else(|broken| panic!("{broken}"));
        }
        all
    };
    std::thread::scope(|scope| {
        let other = scope.spawn(|| half(1));
        let mut all = half(0);
        all += other.join().unwrap_or_else(|_| panic!("a world broke on the other thread"));
        all
    })
}

fn tell(tally: &Tally) {
    let (crashes, kills) = (tally.other("power losses"), tally.other("kills"));
    let (steps, faults) = (tally.all_steps(), tally.all_faults());
    println!("COUNT: {} seeds, {steps} steps, {crashes} power losses, {kills} kills, {faults} faults", tally.worlds);
    println!("{tally}");
}

#[test]
fn worlds_by_chance_keep_every_promise() {
    tell(&play(0..12));
}

#[test]
#[ignore = "long: `cargo xtask test --long`"]
fn long_worlds_by_chance_keep_every_promise() {
    tell(&play(1_000..3_000));
}

#[test]
fn a_seed_always_leads_to_the_same_world() {
    assert_eq!(sim::run(42, 60), sim::run(42, 60));
}
