//! Digits and signs that stand for letters.

/// A word without letters: a number, unless its neighbours show that digits are letters here.
pub(super) struct Numeral {
    pub(super) word: String,
    /// Whether a separator came before it.
    pub(super) gap: bool,
}

impl Numeral {
    /// Whether every character could stand for a letter: `70` could be `to`, `2026` is a number.
    pub(super) fn spells_letters(word: &str) -> bool {
        word.chars().all(|character| letter_for_sign(character) != character)
    }
}

/// The letter that a digit or sign stands for.
pub(super) fn letter_for_sign(character: char) -> char {
    match character {
        '0' => 'o',
        // `i` and `l` are one letter, so the old question which of them `1` means does not arise.
        '1' => 'l',
        '3' => 'e',
        '4' | '@' => 'a',
        '5' | '$' => 's',
        '7' => 't',
        other => other,
    }
}
