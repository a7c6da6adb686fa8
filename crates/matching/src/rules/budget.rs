//! How much may be compiled: one record of rules must cost neither gigabytes nor minutes to whoever reads it.

use regex_syntax::hir::Hir;

use super::engine::Engine;
use super::{MAX_PROGRAM_BYTES, PatternError};

/// Octets of the compiled patterns of one rule: many times what an ATR rule has.
pub const MAX_RULE_PROGRAM_BYTES: usize = 16 * 1024 * 1024;

/// Octets of the compiled rules of one record: some seconds of compiling at the very most. Of 256 ATR rules some have 64 MiB.
pub const MAX_RECORD_PROGRAM_BYTES: usize = 128 * 1024 * 1024;

/// What may still be compiled of one record.
#[derive(Debug)]
pub struct Budget {
    record_left: usize,
    rule_left: usize,
}

impl Budget {
    /// The budget of a record of which nothing was compiled.
    #[must_use]
    pub const fn of_record() -> Self {
        Self { record_left: MAX_RECORD_PROGRAM_BYTES, rule_left: MAX_RULE_PROGRAM_BYTES }
    }

    pub(super) const fn begin_rule(&mut self) {
        self.rule_left = MAX_RULE_PROGRAM_BYTES;
    }

    /// Compiles a pattern. One that is too large costs as much as the largest: it was compiled as far.
    pub(super) fn compile(&mut self, pattern: &Hir) -> Result<Engine, PatternError> {
        let most = MAX_PROGRAM_BYTES.min(self.rule_left).min(self.record_left);
        if most == 0 {
            return Err(self.spent());
        }
        let built = Engine::new(pattern, most);
        let cost = built.as_ref().map_or(most, |engine| engine.bytes().min(most));
        let is_spent = most < MAX_PROGRAM_BYTES;
        let reason = if is_spent { self.spent() } else { PatternError::TooLarge };
        (self.rule_left, self.record_left) = (self.rule_left - cost, self.record_left - cost);
        built.map_err(|error| match error.size_limit() {
            Some(_) => reason,
            None => PatternError::Syntax { reason: error.to_string() },
        })
    }

    const fn spent(&self) -> PatternError {
        if self.record_left <= self.rule_left { PatternError::RecordTooLarge } else { PatternError::RuleTooLarge }
    }
}
