//! A promise that did not hold, with its story.

use std::fmt;

/// A world in which a promise did not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Broken {
    /// What did not hold.
    pub problem: String,
    /// What was done before, step by step, with the faults that were played.
    pub trail: Vec<String>,
    /// The command that plays it again.
    pub replay: String,
}

impl Broken {
    pub(crate) const fn new(problem: String, trail: Vec<String>, replay: String) -> Self {
        Self { problem, trail, replay }
    }
}

impl fmt::Display for Broken {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(out, "BROKEN: {}", self.problem)?;
        for (number, step) in self.trail.iter().enumerate() {
            writeln!(out, "  {number:4} {step}")?;
        }
        write!(out, "REPLAY: {}", self.replay)
    }
}

impl std::error::Error for Broken {}
