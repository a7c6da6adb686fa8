//! Han characters that no signal has: variants that no table knows.
//!
//! Each is read as what stands between its neighbours in signals; where several do, the same sign is read the same everywhere in
//! the text, as most of its places say.

use std::collections::BTreeMap;

use text::is_unspaced;

use crate::lexicon::Lexicon;

/// Rounds: what was read is a neighbour in the next.
const ROUNDS: usize = 3;

/// What two neighbours say weighs more than what one says,
const TWO_NEIGHBOURS: u32 = 8;

/// and what four say more than what two say.
const FOUR_NEIGHBOURS: u32 = 64;

type Votes = BTreeMap<char, BTreeMap<char, u32>>;

/// Which characters are taken for something else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Strange {
    /// Those that no signal has.
    Unknown,
    /// Those too that no signal has beside either of their neighbours.
    Misplaced,
}

/// A text with every strange character replaced; none if there is none.
pub(super) fn read(normal: &str, which: Strange, lexicon: &Lexicon) -> Option<String> {
    if normal.is_ascii() {
        return None;
    }
    let mut characters: Vec<char> = normal.chars().collect();
    let mut is_changed = false;
    for _ in 0..ROUNDS {
        let strange: Vec<bool> = (0..characters.len()).map(|at| is_strange(&characters, at, which, lexicon)).collect();
        let table = if strange.contains(&true) { elected(&characters, &strange, lexicon) } else { BTreeMap::new() };
        if table.is_empty() {
            break;
        }
        is_changed = true;
        for (character, _) in characters.iter_mut().zip(strange).filter(|(_, strange)| *strange) {
            *character = table.get(character).copied().unwrap_or(*character);
        }
    }
    is_changed.then(|| characters.into_iter().collect())
}

fn is_strange(characters: &[char], at: usize, which: Strange, lexicon: &Lexicon) -> bool {
    let near =
        |at: Option<usize>| at.and_then(|at| characters.get(at)).copied().filter(|&character| is_unspaced(character));
    let Some(character) = near(Some(at)) else { return false };
    if !lexicon.knows_character(character) {
        return true;
    }
    // In an ordinary text the first neighbour that is looked at answers.
    which == Strange::Misplaced && {
        match (near(at.checked_sub(1)), near(Some(at + 1))) {
            (Some(before), Some(after)) => {
                !lexicon.knows_pair(before, character) && !lexicon.knows_pair(character, after)
            }
            (Some(before), None) => !lexicon.knows_pair(before, character),
            (None, Some(after)) => !lexicon.knows_pair(character, after),
            (None, None) => false,
        }
    }
}

fn elected(characters: &[char], strange: &[bool], lexicon: &Lexicon) -> BTreeMap<char, char> {
    let mut votes = Votes::new();
    let is_known = |at: &usize| strange.get(*at).is_some_and(|strange| !strange);
    let known = |at: Option<usize>| characters.get(at.filter(is_known)?).copied();
    for (at, unknown) in characters.iter().enumerate().filter(|(at, _)| strange.get(*at).copied().unwrap_or(false)) {
        let beside = |distance: usize| (known(at.checked_sub(distance)), known(Some(at + distance)));
        let counts = votes.entry(*unknown).or_default();
        vote(beside(1), lexicon, counts);
        if let ((Some(b), Some(c)), (Some(a), Some(d))) = (beside(1), beside(2)) {
            let amid = lexicon.amid([a, b, c, d]);
            amid.into_iter().for_each(|character| *counts.entry(character).or_default() += 100 * FOUR_NEIGHBOURS);
        }
    }
    let winner = |counts: &BTreeMap<char, u32>| counts.iter().max_by_key(|(_, count)| **count).map(|(known, _)| *known);
    let pairs = votes.iter().filter_map(|(unknown, counts)| Some((*unknown, winner(counts)?)));
    pairs.filter(|(unknown, known)| unknown != known).collect()
}

fn vote((before, after): (Option<char>, Option<char>), lexicon: &Lexicon, counts: &mut BTreeMap<char, u32>) {
    let Some(found) = lexicon.between(before, after) else { return };
    let all: u32 = found.values().sum();
    let ballot = if before.is_some() && after.is_some() { 100 * TWO_NEIGHBOURS } else { 100 };
    for (character, count) in found {
        *counts.entry(*character).or_default() += ballot * count / all.max(1);
    }
}
