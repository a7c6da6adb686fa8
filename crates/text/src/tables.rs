//! The frozen tables, read once.

mod pages;
mod parse;

pub(crate) use pages::Pages;

use std::sync::LazyLock;

use crate::class::Class;

/// Characters that decompose or change, with what they become.
pub(crate) type Mapping = Vec<(char, String)>;

/// The tables as published, sorted by their first column.
#[derive(Debug)]
pub(crate) struct Tables {
    pub(crate) decompositions: Mapping,
    pub(crate) compositions: Vec<(char, char, char)>,
    pub(crate) combining_classes: Pages<u8>,
    pub(crate) case_folding: Mapping,
    pub(crate) confusables: Mapping,
    pub(crate) simplified: Mapping,
    pub(crate) classes: Pages<Class>,
}

/// The tables of `norm/1`.
pub(crate) static V1: LazyLock<Tables> = LazyLock::new(|| Tables {
    decompositions: parse::mapping(include_str!("../tables/decompositions.txt")),
    compositions: parse::triples(include_str!("../tables/compositions.txt")),
    combining_classes: parse::ranges(include_str!("../tables/combining_classes.txt"), |word| word.parse().ok()),
    case_folding: parse::mapping(include_str!("../tables/case_folding.txt")),
    confusables: parse::mapping(include_str!("../tables/confusables.txt")),
    simplified: parse::mapping(include_str!("../tables/simplified.txt")),
    classes: parse::ranges(include_str!("../tables/classes.txt"), Class::from_name),
});

/// What a character maps to; `None` if the table leaves it alone.
pub(crate) fn find(mapping: &Mapping, character: char) -> Option<&str> {
    let at = mapping.binary_search_by_key(&character, |(source, _)| *source).ok()?;
    mapping.get(at).map(|(_, target)| target.as_str())
}

impl Tables {
    pub(crate) fn class(&self, character: char) -> Class {
        self.classes.get(character).refined(character)
    }

    pub(crate) fn combining_class(&self, character: char) -> u8 {
        self.combining_classes.get(character)
    }

    pub(crate) fn compose(&self, first: char, second: char) -> Option<char> {
        let at = self.compositions.binary_search_by_key(&(first, second), |&(a, b, _)| (a, b)).ok()?;
        self.compositions.get(at).map(|&(_, _, whole)| whole)
    }
}

#[cfg(test)]
mod tests {
    use super::V1;

    fn lines(table: &str) -> usize {
        table.lines().filter(|line| !line.starts_with('#')).count()
    }

    #[test]
    fn every_line_of_every_mapping_is_read_and_sorted() {
        for (mapping, source) in [
            (&V1.decompositions, include_str!("../tables/decompositions.txt")),
            (&V1.case_folding, include_str!("../tables/case_folding.txt")),
            (&V1.confusables, include_str!("../tables/confusables.txt")),
            (&V1.simplified, include_str!("../tables/simplified.txt")),
        ] {
            assert_eq!(mapping.len(), lines(source));
            assert!(mapping.is_sorted_by(|(a, _), (b, _)| a < b));
            assert!(mapping.iter().all(|(_, target)| !target.is_empty()));
        }
    }

    #[test]
    fn every_composition_is_read_and_sorted() {
        assert_eq!(V1.compositions.len(), lines(include_str!("../tables/compositions.txt")));
        assert!(V1.compositions.is_sorted_by(|a, b| (a.0, a.1) < (b.0, b.1)));
    }

    #[test]
    fn every_range_is_read() {
        let classes = include_str!("../tables/classes.txt");
        assert_eq!(super::parse::spans(classes, crate::class::Class::from_name).count(), lines(classes));
        let combining = include_str!("../tables/combining_classes.txt");
        let parsed = super::parse::spans(combining, |word| word.parse::<u8>().ok());
        assert_eq!(parsed.count(), lines(combining));
    }
}
