//! What export and import have in common: how failures are said, and how a person sees that something happens.

use std::cell::Cell;
use std::time::{Duration, Instant};

use node::exchange::ExchangeError;

use crate::outcome::Failure;

/// Time between two lines of progress.
const PROGRESS_EVERY: Duration = Duration::from_secs(2);

/// Tells a person how far long work has come.
#[derive(Clone, Copy)]
pub(crate) struct Tell<'t> {
    say: &'t dyn Fn(&str),
    told: &'t Cell<Instant>,
}

impl<'t> Tell<'t> {
    pub(crate) const fn new(say: &'t dyn Fn(&str), told: &'t Cell<Instant>) -> Self {
        Self { say, told }
    }

    /// Says it, if nothing was said for a while.
    pub(super) fn now(self, words: &str) {
        if self.told.get().elapsed() >= PROGRESS_EVERY {
            (self.say)(words);
            self.told.set(Instant::now());
        }
    }
}

pub(super) fn failed(error: ExchangeError) -> Failure {
    Failure::environment(error)
}

pub(super) fn failed_with(problem: String) -> Failure {
    Failure::environment(problem)
}
