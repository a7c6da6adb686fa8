//! Timing: two things in turn, many short rounds, the fastest of each compared. Noise only ever adds, so the fastest round is
//! nearest to what the work itself costs.
//!
//! Where the stack happens to lie changes the time of one and the same signature check by five microseconds and more, since
//! its vectors then share cache sets with its tables. So rounds run at many depths of the stack, and luck meets both sides.

use std::hint::black_box;
use std::time::Instant;

use anyhow::Context as _;

/// Rounds of a comparison. Both sides run in every round, so that a noisy neighbour meets both.
const ROUNDS: usize = 305;
/// Repetitions of one side in one round.
const REPETITIONS: u32 = 20;

/// Depths of the stack that rounds go through, some hundred octets apart: more than a page in all.
const DEPTHS: usize = 61;

/// Microseconds for one repetition of each of two things: the fastest rounds.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Pair {
    pub(crate) bare_us: f64,
    pub(crate) whole_us: f64,
}

impl Pair {
    /// What the whole costs beyond the bare thing, in microseconds.
    pub(crate) fn over_us(self) -> f64 {
        self.whole_us - self.bare_us
    }
}

/// Times a bare thing and the whole that contains it.
pub(crate) fn pair<A, B>(mut bare: impl FnMut() -> A, mut whole: impl FnMut() -> B) -> Pair {
    let (mut bare_us, mut whole_us) = (Vec::new(), Vec::new());
    for number in 0..ROUNDS {
        bare_us.push(round(number, &mut bare));
        whole_us.push(round(number, &mut whole));
    }
    Pair { bare_us: fastest(bare_us), whole_us: fastest(whole_us) }
}

/// Microseconds for one repetition: the fastest round.
pub(crate) fn single<A>(mut one: impl FnMut() -> A) -> f64 {
    fastest((0..ROUNDS).map(|number| round(number, &mut one)).collect())
}

fn round<A>(number: usize, one: &mut impl FnMut() -> A) -> f64 {
    let mut micros = 0.0;
    at_depth(number % DEPTHS, &mut || {
        let start = Instant::now();
        for _ in 0..REPETITIONS {
            black_box(one());
        }
        micros = start.elapsed().as_secs_f64() * 1e6 / f64::from(REPETITIONS);
    });
    micros
}

#[inline(never)]
fn at_depth(levels: usize, work: &mut dyn FnMut()) {
    let room = black_box([0_u8; 64]);
    if levels == 0 {
        work();
    } else {
        at_depth(levels - 1, work);
    }
    black_box(&room);
}

/// What the system tells of a process's memory, in MB: `VmRSS` is what it holds, `VmHWM` the most that it has held.
pub(crate) fn memory_mb(process: &str, what: &str) -> anyhow::Result<f64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status"));
    let status = status.context("this system does not tell its memory")?;
    let line = status.lines().find_map(|line| line.strip_prefix(what)?.strip_prefix(':'));
    let kibibytes: f64 = line.with_context(|| format!("no {what}"))?.trim().trim_end_matches(" kB").parse()?;
    Ok(kibibytes * 1024.0 / 1e6)
}

/// The value below which this many of 100 lie.
pub(crate) fn percentile(values: &mut [f64], percent: usize) -> f64 {
    values.sort_by(f64::total_cmp);
    let at = values.len().saturating_mul(percent).div_ceil(100).saturating_sub(1);
    values.get(at).copied().unwrap_or(f64::NAN)
}

fn fastest(values: Vec<f64>) -> f64 {
    values.into_iter().fold(f64::MAX, f64::min)
}
