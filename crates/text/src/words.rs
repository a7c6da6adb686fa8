//! Words of a text, without a dictionary.

use crate::segments::{Group, runs, windows};
use crate::tables::V1;

/// Units per token where words are not spaced. Two is what search engines use for Han text.
const UNSPACED_TOKEN: usize = 2;

/// The tokens of a text, in order: words of spaced scripts whole, each symbol alone, and runs of
/// Han, kana, Thai, Lao, Khmer or Burmese as overlapping pairs (a lone character yields itself).
///
/// Meant for normalised text; other text is cut by the same rules.
pub fn words(text: &str) -> impl Iterator<Item = &str> {
    runs(text, |group| group)
        .filter(|&(group, _)| group != Group::Gap)
        .flat_map(|(group, run)| windows(group, run, token_width(group)))
}

/// The smallest parts of a text that a keyword can begin or end at: words of spaced scripts whole, each symbol, and each character
/// of Han, kana, Thai, Lao, Khmer or Burmese with its marks. Gaps are left out.
///
/// Meant for normalised text; other text is cut by the same rules.
pub fn units(text: &str) -> impl Iterator<Item = &str> {
    let width = |group: Group| if group.is_unspaced() { 1 } else { token_width(group) };
    runs(text, |group| group)
        .filter(|&(group, _)| group != Group::Gap)
        .flat_map(move |(group, run)| windows(group, run, width(group)))
}

/// Whether a character is written without spaces between words: Han, kana, Thai, Lao, Khmer, Burmese.
#[must_use]
pub fn is_unspaced(character: char) -> bool {
    Group::of(V1.class(character)).is_some_and(Group::is_unspaced)
}

fn token_width(group: Group) -> usize {
    match group {
        Group::Ideographs | Group::Unspaced => UNSPACED_TOKEN,
        Group::Symbol => 1,
        Group::Gap | Group::Word => usize::MAX,
    }
}
