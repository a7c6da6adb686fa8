//! Reads the table files. A line that cannot be read is skipped, and a test counts that none is:
//! the files are compiled in, so there is nobody to report an error to.

use super::{Mapping, Pages};

fn lines(table: &str) -> impl Iterator<Item = &str> {
    table.lines().filter(|line| !line.starts_with('#'))
}

fn character(word: &str) -> Option<char> {
    char::from_u32(u32::from_str_radix(word, 16).ok()?)
}

/// `source target…`
pub(super) fn mapping(table: &str) -> Mapping {
    let entry = |line: &str| {
        let mut characters = line.split(' ').map(character);
        Some((characters.next()??, characters.collect::<Option<String>>()?))
    };
    lines(table).filter_map(entry).collect()
}

/// `first second whole`
pub(super) fn triples(table: &str) -> Vec<(char, char, char)> {
    let entry = |line: &str| {
        let mut characters = line.split(' ').map(character);
        Some((characters.next()??, characters.next()??, characters.next()??))
    };
    lines(table).filter_map(entry).collect()
}

/// `first last value`
pub(super) fn spans<T>(table: &str, value: impl Fn(&str) -> Option<T>) -> impl Iterator<Item = (char, char, T)> {
    lines(table).filter_map(move |line| {
        let mut words = line.split(' ');
        Some((character(words.next()?)?, character(words.next()?)?, value(words.next()?)?))
    })
}

pub(super) fn ranges<T: Copy + Default>(table: &str, value: impl Fn(&str) -> Option<T>) -> Pages<T> {
    let mut pages = Pages::new();
    for (first, last, value) in spans(table, value) {
        for character in first..=last {
            pages.set(character, value);
        }
    }
    pages
}
