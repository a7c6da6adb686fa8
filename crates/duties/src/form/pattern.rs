//! Stages by their paths, as a form names them.

use std::fmt;
use std::str::FromStr;

/// Stages by their paths: `PACK/DUTY/STAGE`. A `*` stands for any one part, and at the end for all that follow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StagePattern(String);

/// What stands for any part.
const ANY: &str = "*";

/// Parts of a path: pack, duty, stage.
const PARTS_MAX: usize = 3;

impl StagePattern {
    /// True if the stage is one of those that are meant.
    #[must_use]
    pub fn fits(&self, path: &str) -> bool {
        let (mut wanted, mut parts) = (self.0.split('/').peekable(), path.split('/'));
        while let Some(want) = wanted.next() {
            let Some(part) = parts.next() else { return false };
            if want == ANY && wanted.peek().is_none() {
                return true;
            }
            if want != ANY && want != part {
                return false;
            }
        }
        parts.next().is_none()
    }

    /// How many parts it names: the more, the closer it fits.
    #[must_use]
    pub fn closeness(&self) -> usize {
        self.0.split('/').filter(|part| *part != ANY).count()
    }
}

impl fmt::Display for StagePattern {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

/// A text names no stages.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("should name stages: PACK/DUTY/STAGE, with `*` for any part, and at the end for all that follow")]
#[non_exhaustive]
pub struct NoStages;

impl FromStr for StagePattern {
    type Err = NoStages;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let is_part = |part: &str| part == ANY || (!part.is_empty() && !part.contains(['*', ' ']));
        let parts: Vec<&str> = text.split('/').collect();
        let is_whole = parts.len() == PARTS_MAX || parts.last() == Some(&ANY);
        if is_whole && parts.len() <= PARTS_MAX && parts.into_iter().all(is_part) {
            return Ok(Self(text.to_owned()));
        }
        Err(NoStages)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fits(pattern: &str, path: &str) -> bool {
        pattern.parse::<StagePattern>().unwrap().fits(path)
    }

    #[test]
    fn a_star_stands_for_one_part_and_at_the_end_for_the_rest() {
        assert!(
            fits("*", "pack/duty/stage") && fits("pack/*", "pack/duty/stage") && fits("pack/duty/*", "pack/duty/stage")
        );
        assert!(fits("pack/*/stage", "pack/duty/stage") && fits("*/duty/stage", "pack/duty/stage"));
        assert!(!fits("other/*", "pack/duty/stage") && !fits("pack/*/other", "pack/duty/stage"));
        assert!(!fits("pack/duty/stage", "pack/duty") && !fits("pack/duty/stage", "pack/duty/stage/more"));
        assert!(!fits("pack/*", "pack"), "a stage has a duty");
    }

    #[test]
    fn what_names_no_stages_is_refused() {
        for text in ["", "pack", "pack/duty", "pack//stage", "pack/duty/stage/more", "pa*/duty/stage", "a b/*"] {
            assert!(text.parse::<StagePattern>().is_err(), "{text}");
        }
    }
}
