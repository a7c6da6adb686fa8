//! How much one record may ask for: rules must cost neither gigabytes nor minutes to whoever reads them.

use super::{MAX_LARGE_CLASSES, MAX_PATTERN_STATES, PatternError};

/// States of the patterns of one rule. The ATR rule with the most has 22,012.
pub const MAX_RULE_STATES: usize = 65_536;

/// States of the rules of one record. All 833 ATR rules have 1,135,191, so 256 of them some 350,000.
/// Compiling as many takes a quarter of a second, and their programs have some 20 MB.
pub const MAX_RECORD_STATES: usize = 524_288;

/// Classes of very many characters in one record.
pub const MAX_RECORD_CLASSES: usize = 16_384;

/// Patterns of one record that run on every text, since nothing that they find has to hold a literal: as many as one author may
/// have at all.
pub const MAX_RECORD_UNFILTERED: usize = 64;

/// What may still be asked for by one record.
#[derive(Debug)]
pub struct Budget {
    rule_states: usize,
    record_states: usize,
    record_classes: usize,
    record_unfiltered: usize,
}

impl Budget {
    /// The budget of a record of which nothing was read.
    #[must_use]
    pub const fn of_record() -> Self {
        Self {
            rule_states: MAX_RULE_STATES,
            record_states: MAX_RECORD_STATES,
            record_classes: MAX_RECORD_CLASSES,
            record_unfiltered: MAX_RECORD_UNFILTERED,
        }
    }

    pub(super) const fn begin_rule(&mut self) {
        self.rule_states = MAX_RULE_STATES;
    }

    /// Classes cost before they are read.
    pub(super) fn classes(&mut self, count: usize) -> Result<(), PatternError> {
        if count > MAX_LARGE_CLASSES {
            return Err(PatternError::TooManyClasses);
        }
        self.record_classes = self.record_classes.checked_sub(count).ok_or(PatternError::RecordTooLarge)?;
        Ok(())
    }

    pub(super) fn states(&mut self, count: usize) -> Result<(), PatternError> {
        if count > MAX_PATTERN_STATES {
            return Err(PatternError::TooLarge { states: count });
        }
        let rule = self.rule_states.checked_sub(count).ok_or(PatternError::RuleTooLarge)?;
        let record = self.record_states.checked_sub(count).ok_or(PatternError::RecordTooLarge)?;
        (self.rule_states, self.record_states) = (rule, record);
        Ok(())
    }

    pub(super) fn unfiltered(&mut self) -> Result<(), PatternError> {
        self.record_unfiltered = self.record_unfiltered.checked_sub(1).ok_or(PatternError::RecordUnfiltered)?;
        Ok(())
    }
}
