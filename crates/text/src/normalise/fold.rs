//! The steps of `norm/1` that look at one character at a time, worked out once for all characters.

use std::sync::LazyLock;

use super::nfkc::{compose, decompose, is_joining_jamo};
use crate::class::Class;
use crate::tables::{Pages, Tables, V1, find};

/// Far above the longest chain of mappings (a test finds the real one), so that the loop ends
/// whatever a table says.
const MAX_ROUNDS: usize = 8;

/// What becomes of one character.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Fold {
    pub(super) class: Class,
    /// Might combine with its neighbours, so the text must be composed afterwards.
    pub(super) joins: bool,
    length: u8,
    offset: u32,
}

/// The fold of every character.
#[derive(Debug)]
pub(super) struct Folds {
    entries: Pages<Fold>,
    ascii: [(Class, u8); 128],
    pool: Vec<char>,
}

/// The folds of `norm/1`.
pub(super) static FOLDS: LazyLock<Folds> = LazyLock::new(|| Folds::new(&V1));

impl Folds {
    fn new(tables: &Tables) -> Self {
        let mut folds = Self { entries: Pages::new(), ascii: [(Class::Invisible, 0); 128], pool: Vec::new() };
        folds.fill_classes(tables);
        for mapping in [&tables.decompositions, &tables.case_folding, &tables.confusables, &tables.simplified] {
            for &(source, _) in mapping {
                folds.fill_target(tables, source);
            }
        }
        folds.fill_ascii();
        folds
    }

    fn fill_classes(&mut self, tables: &Tables) {
        let mut seconds = Pages::new();
        tables.compositions.iter().for_each(|&(_, second, _)| seconds.set(second, true));
        for character in '\0'..=char::MAX {
            let class = tables.class(character);
            let composes = seconds.get(character) || is_joining_jamo(character);
            let joins = composes || tables.combining_class(character) != 0;
            if joins || class != Class::default() {
                self.entries.set(character, Fold { class, joins, length: 0, offset: 0 });
            }
        }
    }

    fn fill_target(&mut self, tables: &Tables, source: char) {
        let target = settle(tables, source);
        if target == [source] {
            return;
        }
        let length = u8::try_from(target.len()).unwrap_or_default();
        let offset = u32::try_from(self.pool.len()).unwrap_or_default();
        self.entries.set(source, Fold { length, offset, ..self.entries.get(source) });
        self.pool.extend(target);
    }

    fn fill_ascii(&mut self) {
        let mut row = self.ascii;
        for (byte, cell) in (0u8..).zip(row.iter_mut()) {
            let fold = self.entries.get(char::from(byte));
            let target = self.target(fold).first().copied().unwrap_or(char::from(byte));
            *cell = (fold.class, u8::try_from(target).unwrap_or(byte));
        }
        self.ascii = row;
    }

    pub(super) fn get(&self, character: char) -> Fold {
        self.entries.get(character)
    }

    /// The class of an ASCII character and the one it becomes; `None` for all others.
    pub(super) fn ascii(&self, byte: u8) -> Option<(Class, u8)> {
        self.ascii.get(usize::from(byte)).copied()
    }

    /// What a character becomes; empty if it stays.
    pub(super) fn target(&self, fold: Fold) -> &[char] {
        let start = usize::try_from(fold.offset).unwrap_or_default();
        self.pool.get(start..start + usize::from(fold.length)).unwrap_or_default()
    }
}

/// Repeats the single-character steps until nothing changes, so that one look-up is final.
fn settle(tables: &Tables, character: char) -> Vec<char> {
    let mut settled = vec![character];
    for _ in 0..MAX_ROUNDS {
        let next: Vec<char> = settled.iter().flat_map(|&c| step(tables, c)).collect();
        if next == settled {
            break;
        }
        settled = next;
    }
    strip_marks(tables, &mut settled);
    compose(tables, &mut settled);
    settled
}

fn step(tables: &Tables, character: char) -> Vec<char> {
    let mut parts = Vec::new();
    decompose(tables, character, &mut |part| {
        if tables.class(part) != Class::Invisible {
            match find(&tables.case_folding, part) {
                Some(folded) => parts.extend(folded.chars()),
                None => parts.push(part),
            }
        }
    });
    for part in &mut parts {
        *part = replaced(tables, *part).unwrap_or(*part);
    }
    parts
}

fn replaced(tables: &Tables, character: char) -> Option<char> {
    let target = find(&tables.confusables, character).or_else(|| find(&tables.simplified, character))?;
    target.chars().next()
}

/// Drops accents within one character's own expansion; a leading mark still waits for its base.
fn strip_marks(tables: &Tables, characters: &mut Vec<char>) {
    let mut keeps = true;
    characters.retain(|&character| {
        let class = tables.class(character);
        if class == Class::Mark {
            return keeps;
        }
        keeps = class.keeps_marks();
        true
    });
}

#[cfg(test)]
mod tests {
    use super::{Class, FOLDS, MAX_ROUNDS, settle, step};
    use crate::tables::V1;

    #[test]
    fn every_target_stays_what_it_is() {
        for character in '\0'..=char::MAX {
            for &part in FOLDS.target(FOLDS.get(character)) {
                assert_eq!(settle(&V1, part), [part], "{character:?} gives {part:?}, which changes again");
            }
        }
    }

    /// An empty target means that a character stays, so none may be meant to vanish.
    #[test]
    fn only_invisible_characters_vanish() {
        for &(source, _) in &V1.decompositions {
            assert!(V1.class(source) == Class::Invisible || !settle(&V1, source).is_empty(), "{source:?}");
        }
    }

    #[test]
    fn every_chain_ends_long_before_the_limit() {
        for character in '\0'..=char::MAX {
            let mut settled = vec![character];
            let mut rounds = 0;
            loop {
                let next: Vec<char> = settled.iter().flat_map(|&c| step(&V1, c)).collect();
                if next == settled {
                    break;
                }
                (settled, rounds) = (next, rounds + 1);
                assert!(rounds <= MAX_ROUNDS / 2, "{character:?}");
            }
        }
    }
}
