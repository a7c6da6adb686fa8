//! Plays worlds: `--network N`, `--networks FROM..TO`, `--seed N [--steps M]`, `--seeds FROM..TO`, `--minutes N`, `--traps`, `--trap
//! CALL:KIND:TIMES`.

use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use sim::{DEFAULT_STEPS, NetworkTally, Tally};

const USAGE: &str = "cargo run -p sim -- --network N | --networks FROM..TO | --seed N | --seeds FROM..TO | --minutes N | --traps | --trap CALL:KIND:TIMES [--steps M]";

/// Worlds between two lines of progress.
const PROGRESS: u64 = 50;

fn main() -> ExitCode {
    match play() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            say(&format!("{error:#}"));
            ExitCode::FAILURE
        }
    }
}

fn play() -> Result<()> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let value = |name: &str| words.iter().skip_while(|word| *word != name).nth(1).map(String::as_str);
    let steps = value("--steps").map_or(Ok(DEFAULT_STEPS), str::parse).context(USAGE)?;
    let start = Instant::now();
    if let Some(range) = value("--networks") {
        let (from, to) = range.split_once("..").context(USAGE)?;
        let mut all = NetworkTally::default();
        for seed in from.parse::<u64>()?..to.parse()? {
            all += sim::run_network(seed)?;
        }
        say(&format!("{all}in {:.1} s", start.elapsed().as_secs_f64()));
        return Ok(());
    }
    if let Some(seed) = value("--network") {
        let tally = sim::run_network(seed.parse().context(USAGE)?)?;
        say(&format!("{tally}in {:.1} s", start.elapsed().as_secs_f64()));
        return Ok(());
    }
    let tally = if let Some(seed) = value("--seed") {
        sim::run(seed.parse().context(USAGE)?, steps)?
    } else if let Some(range) = value("--seeds") {
        let (from, to) = range.split_once("..").context(USAGE)?;
        many(from.parse()?..to.parse()?, steps, None)?
    } else if let Some(minutes) = value("--minutes") {
        let until = start.checked_add(Duration::from_secs(minutes.parse::<u64>()?.saturating_mul(60)));
        many(start_seed()..u64::MAX, steps, until)?
    } else if let Some(trap) = value("--trap") {
        sim::play_script(trap.parse().map_err(anyhow::Error::msg)?)?
    } else if words.iter().any(|word| word == "--traps") {
        let mut all = Tally::default();
        for trap in sim::traps(&sim::calls_of_script()?) {
            match sim::play_script(trap) {
                Ok(tally) => all += tally,
                Err(broken) => say(&format!("{trap}: {}", broken.problem)),
            }
        }
        all
    } else {
        bail!(USAGE);
    };
    say(&format!("{tally}in {:.1} s", start.elapsed().as_secs_f64()));
    Ok(())
}

/// Another range of seeds each time: the clock chooses where to look, and the seed that is printed is all that matters.
fn start_seed() -> u64 {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    now.map_or(0, |now| now.as_secs().saturating_mul(1_000_000))
}

fn many(seeds: std::ops::Range<u64>, steps: u64, until: Option<Instant>) -> Result<Tally> {
    let mut all = Tally::default();
    for seed in seeds {
        all += sim::run(seed, steps)?;
        if all.worlds.is_multiple_of(PROGRESS) {
            say(&format!("{} worlds, {} steps, {} faults", all.worlds, all.all_steps(), all.all_faults()));
        }
        if until.is_some_and(|until| Instant::now() >= until) {
            break;
        }
    }
    Ok(all)
}

#[expect(clippy::print_stdout, reason = "a developer's tool speaks to its terminal")]
fn say(text: &str) {
    println!("{text}");
}
