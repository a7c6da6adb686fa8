//! Networks by chance: every cheat is caught, nobody is accused of what they did not do, and all is delivered in the end.

use sim::{Cheat, NetworkTally};

/// Plays networks on two threads, each network on one.
fn play(seeds: std::ops::Range<u64>) -> NetworkTally {
    let half = |odd: u64| {
        let mut all = NetworkTally::default();
        for seed in seeds.clone().filter(|seed| seed % 2 == odd) {
            all += sim::run_network(seed).unwrap_or_else(|broken| panic!("{broken}"));
        }
        all
    };
    std::thread::scope(|scope| {
        let other = scope.spawn(|| half(1));
        let mut all = half(0);
        all += other.join().unwrap_or_else(|_| panic!("a network broke on the other thread"));
        all
    })
}

fn tell(tally: &NetworkTally, start: std::time::Instant) {
    let (seconds, caught) = (start.elapsed().as_secs_f64(), tally.cheats.values().sum::<u64>());
    println!("COUNT: {} networks of {} nodes, {caught} cheats caught, in {seconds:.1} s", tally.worlds, tally.nodes);
    println!("{tally}");
    for cheat in Cheat::ALL {
        assert!(tally.cheats.get(&cheat).is_some_and(|count| *count > 0), "{} was never played", cheat.name());
    }
}

#[test]
fn networks_catch_every_cheat_and_accuse_nobody_else() {
    let start = std::time::Instant::now();
    tell(&play(0..520), start);
}

#[test]
fn networks_that_broke_once_hold() {
    for seed in [10_604, 15_957] {
        let _tally = sim::run_network(seed).unwrap_or_else(|broken| panic!("{broken}"));
    }
}

#[test]
#[ignore = "long: `cargo xtask test --long`"]
fn long_networks_catch_every_cheat_and_accuse_nobody_else() {
    let start = std::time::Instant::now();
    tell(&play(10_000..20_000), start);
}

#[test]
fn a_seed_always_leads_to_the_same_network() {
    for seed in [3, 4, 18] {
        assert_eq!(sim::run_network(seed), sim::run_network(seed));
    }
}
