//! Han characters that no signal has: variants that no table knows.
//!
//! Each is read as what stands between its neighbours in signals; where several do, the same sign is read the same everywhere in
//! the text, as most of its places say.

use std::collections::BTreeMap;

use text::is_unspaced;

use crate::lexicon::Lexicon;

/// Rounds: what was read is a neighbour in the next.
const ROUNDS: usize = 3;

/// What two neighbours say weighs more than what one says.
const BOTH_NEIGHBOURS: u32 = 8;

type Votes = BTreeMap<char, BTreeMap<char, u32>>;

/// A text with every unknown character replaced; none if all are known.
pub(super) fn read(normal: &str, lexicon: &Lexicon) -> Option<String> {
    let mut characters: Vec<char> = normal.chars().collect();
    let mut is_changed = false;
    for _ in 0..ROUNDS {
        let table = elected(&characters, lexicon);
        if table.is_empty() {
            break;
        }
        is_changed = true;
        characters.iter_mut().for_each(|character| *character = table.get(character).copied().unwrap_or(*character));
    }
    is_changed.then(|| characters.into_iter().collect())
}

fn elected(characters: &[char], lexicon: &Lexicon) -> BTreeMap<char, char> {
    let is_unknown = |character: char| is_unspaced(character) && !lexicon.knows_character(character);
    let mut votes = Votes::new();
    for [before, unknown, after] in characters.array_windows::<3>() {
        if is_unknown(*unknown) && !is_unknown(*before) {
            let after = Some(*after).filter(|after| !is_unknown(*after));
            vote(*unknown, lexicon.between(*before, after), after.is_some(), &mut votes);
        }
    }
    let winner = |counts: &BTreeMap<char, u32>| counts.iter().max_by_key(|(_, count)| **count).map(|(known, _)| *known);
    votes.iter().filter_map(|(unknown, counts)| Some((*unknown, winner(counts)?))).collect()
}

fn vote(unknown: char, known: Option<&BTreeMap<char, u32>>, is_between_two: bool, votes: &mut Votes) {
    let Some(known) = known else { return };
    let all: u32 = known.values().sum();
    let ballot = if is_between_two { 100 * BOTH_NEIGHBOURS } else { 100 };
    let counts = votes.entry(unknown).or_default();
    for (character, count) in known {
        *counts.entry(*character).or_default() += ballot * count / all.max(1);
    }
}
