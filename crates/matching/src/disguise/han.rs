//! Han characters that no signal has: variants that no table knows.

use std::collections::BTreeMap;

use text::is_unspaced;

use crate::lexicon::Lexicon;

/// Characters of a text that have to be unknown before it is read again.
const MIN_UNKNOWN: usize = 1;

/// A text with every unknown character replaced by what stands between its neighbours in signals; none if all are known.
pub(super) fn read(normal: &str, lexicon: &Lexicon) -> Option<String> {
    let characters: Vec<char> = normal.chars().collect();
    let is_unknown = |character: char| is_unspaced(character) && !lexicon.knows_character(character);
    if characters.iter().filter(|character| is_unknown(**character)).count() < MIN_UNKNOWN {
        return None;
    }
    let mut votes: BTreeMap<char, BTreeMap<char, u32>> = BTreeMap::new();
    let triples = characters.windows(3).filter_map(|triple| triple.as_array::<3>());
    for [before, unknown, after] in triples.filter(|[_, middle, _]| is_unknown(*middle)) {
        let counts = votes.entry(*unknown).or_default();
        lexicon.between(*before, *after).for_each(|known| *counts.entry(known).or_default() += 1);
    }
    let table = votes.into_iter().filter_map(|(unknown, counts)| Some((unknown, winner(&counts)?)));
    let table: BTreeMap<char, char> = table.collect();
    (!table.is_empty()).then(|| characters.iter().map(|c| table.get(c).copied().unwrap_or(*c)).collect())
}

fn winner(counts: &BTreeMap<char, u32>) -> Option<char> {
    counts.iter().max_by_key(|(_, count)| **count).map(|(character, _)| *character)
}
