//! Words of a text, without a dictionary.

use crate::segments::{Group, runs, windows};

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

fn token_width(group: Group) -> usize {
    match group {
        Group::Ideographs | Group::Unspaced => UNSPACED_TOKEN,
        Group::Symbol => 1,
        Group::Gap | Group::Word => usize::MAX,
    }
}
