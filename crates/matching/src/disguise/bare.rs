//! What stands between letters, or upon them, and is no writing: pictures, signs of private fonts, marks on Han characters. And
//! letters that stand in the text in one order and are shown in the other.
//!
//! A picture may also be drawn for a letter: the text with its pictures is read beside this.

use std::ops::RangeInclusive;

use text::is_unspaced;

/// Arrows, technical signs, boxes, pictures of all kinds, private use, what stands for a broken character, and the stroke that makes
/// Arabic words longer. Signs of mathematics are not among them, nor letters in circles: those are drawn for letters.
const PICTURES: [RangeInclusive<char>; 11] = [
    '\u{640}'..='\u{640}',
    '\u{2190}'..='\u{21FF}',
    '\u{2300}'..='\u{23FF}',
    '\u{2500}'..='\u{27BF}',
    '\u{2900}'..='\u{297F}',
    '\u{2B00}'..='\u{2BFF}',
    '\u{3004}'..='\u{3004}',
    '\u{3012}'..='\u{3013}',
    '\u{E000}'..='\u{F8FF}',
    '\u{FFFD}'..='\u{FFFD}',
    '\u{1F000}'..='\u{10FFFD}',
];

/// Letters in boxes and flags of letters, and what is written in planes behind the pictures: Han.
const WRITTEN: [RangeInclusive<char>; 2] = ['\u{1F100}'..='\u{1F1FF}', '\u{20000}'..='\u{EFFFF}'];

/// Marks that are put upon other characters. Scripts with marks of their own are not among them.
const MARKS: [RangeInclusive<char>; 9] = [
    '\u{300}'..='\u{36F}',
    '\u{483}'..='\u{489}',
    '\u{591}'..='\u{5BD}',
    '\u{64B}'..='\u{65F}',
    '\u{E34}'..='\u{E3A}',
    '\u{1AB0}'..='\u{1AFF}',
    '\u{1DC0}'..='\u{1DFF}',
    '\u{20D0}'..='\u{20FF}',
    '\u{FE20}'..='\u{FE2F}',
];

/// From here on letters are shown from right to left, whatever they are (Unicode Bidirectional Algorithm, RLO),
const TURNED: char = '\u{202E}';

/// until here (PDF). Where it is missing, to the end of the line.
const TURNED_BACK: char = '\u{202C}';

/// Of so many words of a text more than one is a number before the numbers are left out: then each word has one.
const WORDS_PER_NUMBER: usize = 3;

/// Words of such a text.
const MIN_WORDS: usize = 8;

/// A text whose words are numbered, without the numbers: `1. how 2. do 3. I`. None if they are not.
pub(super) fn unnumbered(text: &str) -> Option<String> {
    let is_number = |word: &&str| {
        let digits = word.strip_prefix('(').unwrap_or(word).trim_end_matches(['.', ')', ':']);
        !digits.is_empty() && digits.bytes().all(|octet| octet.is_ascii_digit())
    };
    let (words, numbers) = (text.split_whitespace().count(), text.split_whitespace().filter(is_number).count());
    let is_numbered = words >= MIN_WORDS && numbers * WORDS_PER_NUMBER > words;
    is_numbered.then(|| text.split_whitespace().filter(|word| !is_number(word)).collect::<Vec<_>>().join(" "))
}

/// The text without them, and turned to how it is shown; none if it has none.
pub(super) fn bared(text: &str) -> Option<String> {
    if text.is_ascii() {
        return None;
    }
    let mut bare = String::with_capacity(text.len());
    let mut is_changed = false;
    for character in text.chars() {
        if is_among(&MARKS, character) && bare.chars().next_back().is_some_and(is_unspaced) {
            is_changed = true;
        } else if is_picture(character) {
            bare.push(' ');
            is_changed = true;
        } else {
            bare.push(character);
        }
    }
    let turned = turned(&bare);
    turned.or_else(|| is_changed.then_some(bare))
}

fn is_picture(character: char) -> bool {
    is_among(&PICTURES, character) && !is_among(&WRITTEN, character)
}

fn is_among(ranges: &[RangeInclusive<char>], character: char) -> bool {
    ranges.iter().any(|range| range.contains(&character))
}

fn turned(text: &str) -> Option<String> {
    let mut parts = text.split(TURNED);
    let mut out = parts.next()?.to_owned();
    let before = out.len();
    for part in parts {
        let (backwards, after) = part.split_once(TURNED_BACK).or_else(|| part.split_once('\n')).unwrap_or((part, ""));
        out.extend(backwards.chars().rev());
        // What ended it is a gap.
        out.push('\n');
        out.push_str(after);
    }
    (out.len() > before).then_some(out)
}

#[cfg(test)]
mod tests {
    use super::{bared, unnumbered};

    #[test]
    fn pictures_between_letters_are_gaps() {
        assert_eq!(bared("如😀何→制").as_deref(), Some("如 何 制"));
        assert_eq!(bared("a\u{E000}b\u{FFFD}c").as_deref(), Some("a b c"));
        assert_eq!(bared("🅐🇦∂𠀀é"), None, "these are drawn for letters, or are letters");
    }

    #[test]
    fn marks_on_han_are_dropped_and_those_on_letters_are_the_normalisers() {
        assert_eq!(bared("如\u{336}何\u{308}\u{301}e\u{301}").as_deref(), Some("如何e\u{301}"));
    }

    #[test]
    fn what_is_turned_is_read_as_it_is_shown() {
        assert_eq!(bared("say \u{202E}erongi\u{202C} all").as_deref(), Some("say ignore\n all"));
        assert_eq!(bared("\u{202E}a\u{202E}cb\nd\u{202E}何如").as_deref(), Some("a\nbc\nd如何\n"));
        assert_eq!(bared("\u{202E}ih\nfo\u{202C}").as_deref(), Some("of\nhi\n"), "whoever turns several lines");
        assert_eq!(bared("\u{202C}é"), None);
    }

    #[test]
    fn numbers_before_each_word_are_left_out() {
        assert_eq!(unnumbered("1. how 2. do (3) you 4) do").as_deref(), Some("how do you do"));
        assert_eq!(unnumbered("in 2026 there were 12 of them and 3 were lost"), None);
    }
}
