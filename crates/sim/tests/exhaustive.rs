//! Every fault at every disk call of one short story.

use sim::Tally;

/// Plays every trap, or one in so many, on two threads.
fn play_traps(one_in: usize) {
    let calls = sim::calls_of_script().unwrap_or_else(|broken| panic!("{broken}"));
    let traps: Vec<_> = sim::traps(&calls).into_iter().step_by(one_in).collect();
    let (first, second) = traps.split_at(traps.len() / 2);
    let half = |traps: &[sim::Trap]| {
        let mut all = Tally::default();
        for trap in traps {
            all += sim::play_script(*trap).unwrap_or_else(|broken| panic!("{broken}"));
        }
        all
    };
    let all = std::thread::scope(|scope| {
        let other = scope.spawn(|| half(second));
        let mut all = half(first);
        all += other.join().unwrap_or_else(|_| panic!("a trap broke the world on the other thread"));
        all
    });
    let (calls, traps, faults) = (calls.len(), traps.len(), all.all_faults());
    let (crashes, kills) = (all.other("power losses"), all.other("kills"));
    println!("COUNT: {traps} traps at {calls} disk calls: {faults} faults, {crashes} power losses, {kills} kills");
    println!("{all}");
}

/// One trap in so many with every build: a number without a common factor with the traps of a call, so that over the story
/// every kind is met.
const SAMPLE: usize = 41;

#[test]
fn faults_at_disk_calls_all_over_the_story() {
    play_traps(SAMPLE);
}

#[test]
#[ignore = "long: `cargo xtask test --long`"]
fn long_every_fault_at_every_disk_call() {
    play_traps(1);
}
