//! Letters that stand for Latin ones by their shape or their name, beyond what the frozen table of the normaliser has.
//!
//! This table may grow: no hash follows from it.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use text::{Folded, NormaliserVersion};

use crate::lexicon::LetterSet;

/// Each line: a Latin letter, a space, and all that stands for it.
static TABLE: LazyLock<BTreeMap<char, char>> = LazyLock::new(|| {
    let lines = include_str!("../../tables/look_alikes.txt").lines().filter(|line| !line.starts_with('#'));
    let pairs = lines.filter_map(|line| line.split_once(' ')).filter_map(|(letter, all)| {
        let letter = letter.chars().next()?;
        Some(all.chars().map(move |like| (like, letter)))
    });
    pairs.flatten().collect()
});

/// Of each sign the letters that it may stand for, as they are in normal form.
static SHAPES: LazyLock<BTreeMap<char, LetterSet>> = LazyLock::new(|| {
    let lines = include_str!("../../tables/shapes.txt").lines().filter(|line| !line.starts_with('#'));
    let mut shapes: BTreeMap<char, LetterSet> = BTreeMap::new();
    let listed = lines.filter_map(|line| line.split_once(' '));
    let listed = listed.flat_map(|(letter, all)| all.chars().filter_map(|sign| Some((sign, letter.chars().next()?))));
    for (sign, letter) in listed.chain(TABLE.iter().map(|(sign, letter)| (*sign, *letter))) {
        let Folded::Letter(letter) = NormaliserVersion::V1.fold(letter) else { continue };
        let known = shapes.entry(sign).or_insert(LetterSet::NONE);
        *known = u8::try_from(letter).map_or(*known, |letter| known.or(LetterSet::one(letter)));
    }
    shapes
});

/// The letters that a sign may stand for by its shape; none if nothing is known of it.
pub(super) fn shapes(sign: char) -> LetterSet {
    SHAPES.get(&sign).copied().unwrap_or(LetterSet::NONE)
}

/// The text with these letters replaced; none if it has none.
pub(super) fn replaced(text: &str) -> Option<String> {
    if text.is_ascii() || !text.chars().any(|character| !character.is_ascii() && TABLE.contains_key(&character)) {
        return None;
    }
    Some(text.chars().map(|character| TABLE.get(&character).copied().unwrap_or(character)).collect())
}

#[cfg(test)]
mod tests {
    use super::{TABLE, replaced, shapes};
    use crate::lexicon::LetterSet;

    #[test]
    fn a_sign_may_be_several_letters() {
        let any = |letters: &[u8]| letters.iter().fold(LetterSet::NONE, |all, letter| all.or(LetterSet::one(*letter)));
        assert_eq!(shapes('9'), any(b"gq"));
        assert_eq!(shapes('¡'), any(b"l"), "i and l are one letter in normal form");
        assert_eq!((shapes('🅐'), shapes('ⰾ')), (any(b"a"), LetterSet::NONE));
    }

    #[test]
    fn letters_by_name_are_read() {
        assert_eq!(replaced("ɢᴇᴀᴛ 🅰🇧").as_deref(), Some("geat ab"));
        assert_eq!(replaced("忽略 ignore"), None);
        assert!(TABLE.len() > 300 && TABLE.values().all(char::is_ascii_lowercase));
        assert!(!TABLE.keys().any(char::is_ascii));
    }
}
