//! Many clients at once: threads that keep batches in flight all together.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use storage::{Batch, LocalStore, Ticket};

use super::rate;

/// Batches in flight, over all threads.
pub(super) const IN_FLIGHT: usize = 1024;
/// Threads that submit.
pub(super) const THREADS: usize = 16;

/// What a load came to.
#[derive(Debug, Clone, Copy)]
pub(super) struct Flow {
    /// Batches in a second.
    pub(super) rate: f64,
    /// From handing a batch in to its answer, the median, in milliseconds.
    pub(super) p50_ms: f64,
}

impl Flow {
    /// The median latency as a share of what so many in flight at this rate must wait, in percent.
    #[expect(clippy::cast_precision_loss, reason = "a thousand")]
    pub(super) fn latency_share(&self) -> f64 {
        100.0 * self.p50_ms / (1000.0 * IN_FLIGHT as f64 / self.rate)
    }

    pub(super) fn faster(self, other: Self) -> Self {
        if other.rate > self.rate { other } else { self }
    }
}

/// Makes the batch of a number.
pub(super) type Make<'make> = dyn Fn(usize) -> anyhow::Result<Batch> + Sync + 'make;

/// Commits so many batches, with [`IN_FLIGHT`] of them under way at any time.
pub(super) fn run(store: &LocalStore, total: usize, make: &Make<'_>) -> anyhow::Result<Flow> {
    let next = AtomicUsize::new(0);
    let start = Instant::now();
    let times = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..THREADS).map(|_| scope.spawn(|| client(store, total, &next, make))).collect();
        let joined =
            threads.into_iter().map(|thread| thread.join().map_err(|_| anyhow::anyhow!("a client panicked"))?);
        joined.collect::<anyhow::Result<Vec<_>>>()
    })?;
    let seconds = start.elapsed().as_secs_f64();
    Ok(Flow { rate: rate(total, seconds), p50_ms: median(times.concat()) })
}

fn client(store: &LocalStore, total: usize, next: &AtomicUsize, make: &Make<'_>) -> anyhow::Result<Vec<f64>> {
    let mut flying: VecDeque<(Instant, Ticket)> = VecDeque::new();
    let mut times = Vec::new();
    loop {
        let number = next.fetch_add(1, Ordering::Relaxed);
        if number >= total {
            break;
        }
        if flying.len() >= IN_FLIGHT / THREADS {
            land(&mut flying, &mut times)?;
        }
        let batch = make(number)?;
        flying.push_back((Instant::now(), store.submit(vec![batch])));
    }
    while !flying.is_empty() {
        land(&mut flying, &mut times)?;
    }
    Ok(times)
}

fn land(flying: &mut VecDeque<(Instant, Ticket)>, times: &mut Vec<f64>) -> anyhow::Result<()> {
    let Some((begun, ticket)) = flying.pop_front() else { return Ok(()) };
    ticket.wait().into_iter().collect::<Result<Vec<_>, _>>()?;
    times.push(begun.elapsed().as_secs_f64() * 1e3);
    Ok(())
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times.get(times.len() / 2).copied().unwrap_or(f64::NAN)
}
