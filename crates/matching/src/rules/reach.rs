//! How far a part of a pattern reaches in a text at the most.
//!
//! Most patterns have gaps such as `\s+` or `\w*`, which have no bound by themselves. But in a text every stretch of white space has an
//! end, and every word and every line; how long the longest of each is, is told once for all patterns.

use regex_syntax::hir::{Class, Hir, HirKind};

/// Characters that the regular expression `\s` finds.
const WHITE_SPACE: [char; 25] = [
    '\t', '\n', '\u{B}', '\u{C}', '\r', ' ', '\u{85}', '\u{A0}', '\u{1680}', '\u{2000}', '\u{2001}', '\u{2002}',
    '\u{2003}', '\u{2004}', '\u{2005}', '\u{2006}', '\u{2007}', '\u{2008}', '\u{2009}', '\u{200A}', '\u{2028}',
    '\u{2029}', '\u{202F}', '\u{205F}', '\u{3000}',
];

/// So many characters, and so many of the longest stretches of three kinds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Reach {
    pub(super) characters: usize,
    /// Stretches of white space,
    pub(super) spaces: usize,
    /// of anything but white space,
    pub(super) words: usize,
    /// and of anything but the end of a line.
    pub(super) lines: usize,
}

/// The longest stretches of a text, in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Stretches {
    spaces: usize,
    words: usize,
    lines: usize,
}

impl Stretches {
    pub(super) fn of(text: &str) -> Self {
        let (mut longest, mut now) = (Self::default(), Self::default());
        for character in text.chars() {
            let is_space = character.is_whitespace();
            now.spaces = if is_space { now.spaces + 1 } else { 0 };
            now.words = if is_space { 0 } else { now.words + 1 };
            now.lines = if character == '\n' { 0 } else { now.lines + 1 };
            longest.spaces = longest.spaces.max(now.spaces);
            longest.words = longest.words.max(now.words);
            longest.lines = longest.lines.max(now.lines);
        }
        longest
    }
}

impl Reach {
    /// Nothing.
    pub(super) const NONE: Self = Self { characters: 0, spaces: 0, words: 0, lines: 0 };

    const ONE: Self = Self { characters: 1, spaces: 0, words: 0, lines: 0 };
    /// One stretch of white space.
    pub(super) const SPACE: Self = Self { characters: 0, spaces: 1, words: 0, lines: 0 };
    const WORD: Self = Self { characters: 0, spaces: 0, words: 1, lines: 0 };
    const LINE: Self = Self { characters: 0, spaces: 0, words: 0, lines: 1 };

    /// How far whatever this part finds reaches; none if there is no bound.
    pub(super) fn of(part: &Hir) -> Option<Self> {
        match part.kind() {
            HirKind::Empty | HirKind::Look(_) => Some(Self::NONE),
            HirKind::Literal(literal) => {
                let characters = std::str::from_utf8(&literal.0).map_or(literal.0.len(), |text| text.chars().count());
                Some(Self { characters, ..Self::NONE })
            }
            HirKind::Class(_) => Some(Self::ONE),
            HirKind::Capture(capture) => Self::of(&capture.sub),
            HirKind::Repetition(repetition) => match repetition.max {
                Some(times) => Self::of(&repetition.sub).map(|once| once.times(crate::lists::place(times))),
                None => stretch(&repetition.sub),
            },
            HirKind::Concat(parts) => parts.iter().map(Self::of).try_fold(Self::NONE, |all, part| Some(all.and(part?))),
            HirKind::Alternation(parts) => {
                parts.iter().map(Self::of).try_fold(Self::NONE, |all, part| Some(all.or(part?)))
            }
        }
    }

    /// How far a literal reaches, in which one sign stands for all white space that stands together.
    pub(super) fn of_literal(literal: &str) -> Self {
        let spaces = literal.chars().filter(|character| *character == ' ').count();
        Self { characters: literal.chars().count() - spaces, spaces, ..Self::NONE }
    }

    /// Both, one after the other.
    pub(super) const fn and(self, other: Self) -> Self {
        Self {
            characters: self.characters.saturating_add(other.characters),
            spaces: self.spaces.saturating_add(other.spaces),
            words: self.words.saturating_add(other.words),
            lines: self.lines.saturating_add(other.lines),
        }
    }

    /// One of both, whichever it is.
    pub(super) fn or(self, other: Self) -> Self {
        Self {
            characters: self.characters.max(other.characters),
            spaces: self.spaces.max(other.spaces),
            words: self.words.max(other.words),
            lines: self.lines.max(other.lines),
        }
    }

    pub(super) const fn times(self, times: usize) -> Self {
        Self {
            characters: self.characters.saturating_mul(times),
            spaces: self.spaces.saturating_mul(times),
            words: self.words.saturating_mul(times),
            lines: self.lines.saturating_mul(times),
        }
    }

    /// In characters of a text whose longest stretches are these.
    pub(super) const fn within(self, longest: Stretches) -> usize {
        let spaces = self.spaces.saturating_mul(longest.spaces);
        let words = self.words.saturating_mul(longest.words);
        let lines = self.lines.saturating_mul(longest.lines);
        self.characters.saturating_add(spaces).saturating_add(words).saturating_add(lines)
    }
}

/// What is repeated without end is one stretch if it is one character each time.
fn stretch(part: &Hir) -> Option<Reach> {
    match part.kind() {
        HirKind::Capture(capture) => stretch(&capture.sub),
        HirKind::Class(class) => of_class(class),
        HirKind::Literal(literal) => {
            let text = std::str::from_utf8(&literal.0).ok()?;
            let mut characters = text.chars();
            let one = characters.next().filter(|_| characters.next().is_none())?;
            Some(if WHITE_SPACE.contains(&one) { Reach::SPACE } else { Reach::WORD })
        }
        HirKind::Empty | HirKind::Look(_) | HirKind::Repetition(_) | HirKind::Concat(_) | HirKind::Alternation(_) => {
            None
        }
    }
}

fn of_class(class: &Class) -> Option<Reach> {
    let ranges: Vec<(u32, u32)> = match class {
        Class::Unicode(class) => class.iter().map(|range| (range.start().into(), range.end().into())).collect(),
        Class::Bytes(class) => class.iter().map(|range| (range.start().into(), range.end().into())).collect(),
    };
    let has = |character: char| ranges.iter().any(|(from, to)| (*from..=*to).contains(&u32::from(character)));
    let spaces = WHITE_SPACE.into_iter().filter(|space| has(*space)).count();
    let size = ranges.iter().map(|(from, to)| u64::from(to - from) + 1).sum::<u64>();
    if u64::try_from(spaces).is_ok_and(|spaces| spaces == size) {
        Some(Reach::SPACE)
    } else if spaces == 0 {
        Some(Reach::WORD)
    } else {
        (!has('\n')).then_some(Reach::LINE)
    }
}

#[cfg(test)]
mod tests {
    use super::{Reach, Stretches, WHITE_SPACE};

    fn of(pattern: &str) -> Option<(usize, usize, usize, usize)> {
        let reach = Reach::of(&regex_syntax::parse(pattern).unwrap())?;
        Some((reach.characters, reach.spaces, reach.words, reach.lines))
    }

    #[test]
    fn gaps_are_stretches() {
        assert_eq!(of(r"ignore\s+(all\s+)?rules"), Some((14, 2, 0, 0)));
        assert_eq!(of(r"\w+@[a-z]{2,9}(?:越狱|a)"), Some((12, 0, 1, 0)));
        assert_eq!(of(r"a.*b"), Some((2, 0, 0, 1)));
        assert_eq!(of(r"(?:a|b\s*){3}"), Some((3, 3, 0, 0)));
        assert_eq!([of(r"(?s)a.*b"), of(r"(?:\w+\s)+"), of(r"[\s\S]+")], [None; 3]);
    }

    #[test]
    fn stretches_of_a_text_are_told() {
        let longest = Stretches::of("one  three\n越狱 模式是四\n");
        assert_eq!(longest, Stretches { spaces: 2, words: 5, lines: 10 });
        let reach = Reach { characters: 3, spaces: 2, words: 1, lines: 1 };
        assert_eq!(reach.within(longest), 3 + 4 + 5 + 10);
    }

    #[test]
    fn white_space_is_what_the_engine_takes_for_it() {
        let spaces: Vec<char> = ('\0'..=char::MAX).filter(|character| character.is_whitespace()).collect();
        assert_eq!(spaces, WHITE_SPACE);
        let class = regex_syntax::parse(r"\s").unwrap();
        let regex_syntax::hir::HirKind::Class(regex_syntax::hir::Class::Unicode(class)) = class.kind() else {
            panic!("a class")
        };
        let found = class.iter().flat_map(|range| range.start()..=range.end()).collect::<Vec<_>>();
        assert_eq!(found, WHITE_SPACE);
    }
}
