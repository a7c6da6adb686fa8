//! Characters of which a text has to hold one, for a pattern to be found in it.
//!
//! Patterns without a literal are mostly about signs that few texts have: backquotes, braces, letters of mathematics. Which signs a
//! text has is told once, and then most of these patterns are not run.

use regex_syntax::hir::{Class, Hir, HirKind};

/// Needs of one pattern that are kept: the rarest.
const MAX_NEEDS: usize = 8;

/// Signs that most texts have: a need that one of them meets says little.
const COMMON: &str = " \netaoinshrdlcumwfgypbETAOINSHRDLCUMWFGYPB.,";

/// Characters by their kind: those of ASCII one by one, others by the block in which they are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Signs {
    ascii: u128,
    beyond: u64,
}

impl Signs {
    /// The signs of a text.
    pub(super) fn of(text: &str) -> Self {
        let mut signs = Self::default();
        text.chars().for_each(|character| signs.add(character));
        signs
    }

    fn add(&mut self, character: char) {
        let code = u32::from(character);
        if code < 128 { self.ascii |= 1 << code } else { self.beyond |= 1 << block(code) }
    }

    fn add_range(&mut self, from: u32, to: u32) {
        (from..=to.min(127)).for_each(|code| self.ascii |= 1 << code);
        let from = from.max(128);
        if from > to {
            return;
        }
        if (to >> 8) - (from >> 8) >= u64::BITS {
            self.beyond = u64::MAX;
        } else {
            ((from >> 8)..=(to >> 8)).for_each(|upper| self.beyond |= 1 << (upper % u64::BITS));
        }
    }

    const fn or(self, other: Self) -> Self {
        Self { ascii: self.ascii | other.ascii, beyond: self.beyond | other.beyond }
    }

    const fn meets(self, need: Self) -> bool {
        self.ascii & need.ascii != 0 || self.beyond & need.beyond != 0
    }

    /// How often texts have one of these: the less the better.
    fn commonness(self) -> u32 {
        let common = Self::of(COMMON);
        (self.ascii & common.ascii).count_ones() * 16 + self.ascii.count_ones() + self.beyond.count_ones()
    }
}

const fn block(code: u32) -> u32 {
    (code >> 8) % u64::BITS
}

/// Of each of these a text has to hold one, wherever it stands.
pub(super) fn needs(pattern: &Hir) -> Vec<Signs> {
    let mut needs = of(pattern);
    needs.sort_unstable();
    needs.dedup();
    needs.retain(|need| need.commonness() < 16 * 12);
    needs.sort_by_key(|need| need.commonness());
    needs.truncate(MAX_NEEDS);
    needs
}

/// Whether a text has what is needed.
pub(super) fn are_met(needs: &[Signs], text: Signs) -> bool {
    needs.iter().all(|need| text.meets(*need))
}

fn of(part: &Hir) -> Vec<Signs> {
    match part.kind() {
        HirKind::Empty | HirKind::Look(_) => Vec::new(),
        HirKind::Literal(literal) => {
            String::from_utf8_lossy(&literal.0).chars().map(|c| Signs::of(c.encode_utf8(&mut [0; 4]))).collect()
        }
        HirKind::Class(class) => vec![of_class(class)],
        HirKind::Repetition(repetition) if repetition.min == 0 => Vec::new(),
        HirKind::Repetition(repetition) => of(&repetition.sub),
        HirKind::Capture(capture) => of(&capture.sub),
        HirKind::Concat(parts) => parts.iter().flat_map(of).collect(),
        HirKind::Alternation(parts) => {
            let best = parts.iter().map(|part| of(part).into_iter().min_by_key(|need| need.commonness()));
            let all: Option<Vec<Signs>> = best.collect();
            all.map(|all| all.into_iter().fold(Signs::default(), Signs::or)).into_iter().collect()
        }
    }
}

fn of_class(class: &Class) -> Signs {
    let mut signs = Signs::default();
    match class {
        Class::Unicode(class) => {
            class.iter().for_each(|range| signs.add_range(range.start().into(), range.end().into()));
        }
        Class::Bytes(class) => class.iter().for_each(|range| signs.add_range(range.start().into(), range.end().into())),
    }
    signs
}

#[cfg(test)]
mod tests {
    use super::{Signs, are_met, needs};

    fn may_be_in(pattern: &str, text: &str) -> bool {
        are_met(&needs(&regex_syntax::parse(pattern).unwrap()), Signs::of(text))
    }

    #[test]
    fn what_lacks_a_sign_is_told() {
        assert!(!may_be_in(r"`[^`]{1,9}`|\{\{7", "an ordinary text, without any of it"));
        assert!(may_be_in(r"`[^`]{1,9}`|\{\{7", "a text with {7"));
        assert!(!may_be_in(r"[\u{1F600}-\u{1F64F}]{2}", "中文和英文 without faces"));
        assert!(may_be_in(r"[\u{1F600}-\u{1F64F}]{2}", "\u{1F601}"));
        assert!(may_be_in(r"(?:`x)?y*", ""));
    }
}
