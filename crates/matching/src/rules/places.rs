//! Where in a text a pattern can be, as its literals stand there.

use std::ops::Range;

use super::literals::{Clause, fold};
use super::reach::Stretches;
use crate::lists::place;

/// Places of one literal that are kept one by one. Of a literal that stands more often only the first and the last are: then there is
/// little to gain, and a text of one word must not fill the memory.
const MAX_KEPT: u32 = 64;

/// Places of one clause that are looked at one by one. Where there are more, everything between the first and the last is read: a part for
/// each of thousands of places would cost more than it spares, and whoever writes both rules and text could make it so.
const MAX_PLACES: usize = 256;

/// Parts of a text that lie so near each other, in characters, are read as one: beginning anew costs about as much.
const NEAR: usize = 32;

/// Where a literal stands in a text.
#[derive(Debug, Clone, Copy)]
struct Stands {
    first: usize,
    last: usize,
    count: u32,
    /// The last place that was kept.
    newest: u32,
}

/// A place, and which was kept before it for the same literal.
#[derive(Debug, Clone, Copy)]
struct Kept {
    at: usize,
    before: u32,
}

/// Before the first place there is none.
const NO_PLACE: u32 = u32::MAX;

/// Where the literals of an index stand in a text.
#[derive(Debug)]
pub(super) struct Places<'t> {
    /// Of each literal one more than its place among those that stand there; 0 if it does not. There are thousands of them, and few
    /// in any text.
    literals: Vec<u32>,
    stand: Vec<Stands>,
    kept: Vec<Kept>,
    text: &'t FoldedText,
    longest: Stretches,
}

impl<'t> Places<'t> {
    /// In a text with such stretches, in which so many literals are looked for.
    pub(super) fn new(text: &'t FoldedText, longest: Stretches, literals: usize) -> Self {
        Self { literals: vec![0; literals], stand: Vec::new(), kept: Vec::new(), text, longest }
    }

    /// Takes down that a literal stands at an octet. True if it is seen for the first time.
    pub(super) fn add(&mut self, literal: usize, octet: usize) -> bool {
        let Some(number) = self.literals.get_mut(literal) else { return false };
        let is_new = *number == 0;
        if is_new {
            self.stand.push(Stands { first: octet, last: octet, count: 0, newest: NO_PLACE });
            *number = u32::try_from(self.stand.len()).unwrap_or(0);
        }
        let Some(stands) = self.stand.get_mut(place(*number).wrapping_sub(1)) else { return false };
        (stands.last, stands.count) = (octet, stands.count.saturating_add(1));
        if stands.count <= MAX_KEPT {
            self.kept.push(Kept { at: octet, before: stands.newest });
            stands.newest = u32::try_from(self.kept.len() - 1).unwrap_or(NO_PLACE);
        }
        is_new
    }

    fn stands(&self, literal: u32) -> Option<Stands> {
        let number = self.literals.get(place(literal)).copied().unwrap_or_default();
        self.stand.get(place(number).checked_sub(1)?).copied()
    }

    /// The parts of the text in which a pattern can be, in characters and in their order: those around the places of that clause
    /// which leaves the least to read, as far as the other clauses allow. None of them: it can be nowhere.
    pub(super) fn parts(&self, clauses: &[Clause], literals: &[Vec<u32>]) -> Vec<Range<usize>> {
        let around = clauses.iter().zip(literals).map(|(clause, literals)| self.around(clause, literals));
        let mut around: Vec<Vec<Range<usize>>> = around.collect();
        let (mut from, mut to) = (0, self.text.count);
        for parts in &around {
            from = from.max(parts.first().map_or(usize::MAX, |part| part.start));
            to = to.min(parts.last().map_or(0, |part| part.end));
        }
        let least = (0..around.len()).min_by_key(|at| around.get(*at).map(|parts| length(parts)));
        let mut parts = match least {
            Some(at) => around.swap_remove(at),
            None => std::iter::once(0..self.text.count).collect(),
        };
        parts.iter_mut().for_each(|part| *part = part.start.max(from)..part.end.min(to));
        parts.retain(|part| part.start <= part.end);
        parts
    }

    /// What it costs to find these parts: literals that are looked up, and places of them.
    pub(super) fn cost(literals: &[Vec<u32>]) -> usize {
        literals.iter().map(|clause| clause.len() + MAX_PLACES).sum()
    }

    /// The parts around the places of the literals of one clause.
    fn around(&self, clause: &Clause, literals: &[u32]) -> Vec<Range<usize>> {
        let count = self.text.count;
        let before = clause.before.map_or(count, |reach| reach.within(self.longest));
        let after = clause.after.map_or(count, |reach| reach.within(self.longest));
        let part = |first: usize, last: usize| {
            let (first, last) = (self.text.at(first), self.text.at(last));
            first.saturating_sub(before)..last.saturating_add(after).min(count)
        };
        let stand: Vec<Stands> = literals.iter().filter_map(|literal| self.stands(*literal)).collect();
        let places: usize = stand.iter().map(|stands| place(stands.count)).sum();
        let is_often = |stands: &Stands| stands.count > MAX_KEPT || before.saturating_add(after) >= count;
        if places > MAX_PLACES {
            let first = stand.iter().map(|stands| stands.first).min();
            let last = stand.iter().map(|stands| stands.last).max();
            return first.zip(last).map(|(first, last)| part(first, last)).into_iter().collect();
        }
        let mut parts = Vec::with_capacity(places);
        for stands in stand {
            if is_often(&stands) {
                parts.push(part(stands.first, stands.last));
            } else {
                parts.extend(self.each(stands).map(|at| part(at, at)));
            }
        }
        joined(parts)
    }

    fn each(&self, stands: Stands) -> impl Iterator<Item = usize> {
        let kept = |at: u32| self.kept.get(place(at)).copied();
        std::iter::successors(kept(stands.newest), move |one| kept(one.before)).map(|one| one.at)
    }
}

fn length(parts: &[Range<usize>]) -> usize {
    parts.iter().map(Range::len).sum()
}

/// Parts in their order, each joined with what it meets.
fn joined(mut parts: Vec<Range<usize>>) -> Vec<Range<usize>> {
    parts.sort_unstable_by_key(|part| (part.start, part.end));
    parts.dedup_by(|next, part| {
        let is_near = next.start <= part.end.saturating_add(NEAR);
        if is_near {
            part.end = part.end.max(next.end);
        }
        is_near
    });
    parts
}

/// A text as literals are looked for in it, and which character of the text itself stands where in that.
#[derive(Debug)]
pub(super) struct FoldedText {
    folded: String,
    /// Characters of the text itself.
    count: usize,
    /// Where what is folded and the text itself go apart, or go further apart: octets of the one, and characters of the other. From
    /// there on each character is one octet.
    anchors: Vec<(usize, usize)>,
}

impl FoldedText {
    pub(super) fn of(text: &str) -> Self {
        let mut all = Self { folded: String::with_capacity(text.len()), count: 0, anchors: vec![(0, 0)] };
        for character in text.chars().map(fold) {
            if character != ' ' || !all.folded.ends_with(' ') {
                all.push(character);
            }
            all.count += 1;
        }
        all
    }

    fn push(&mut self, character: char) {
        let octet = self.folded.len();
        if self.anchors.last().is_some_and(|(at, number)| number + (octet - at) != self.count) {
            self.anchors.push((octet, self.count));
        }
        self.folded.push(character);
    }

    pub(super) fn as_str(&self) -> &str {
        &self.folded
    }

    /// The character that begins at an octet of what is folded; of white space the first.
    fn at(&self, octet: usize) -> usize {
        let before = self.anchors.partition_point(|(at, _)| *at <= octet).saturating_sub(1);
        self.anchors.get(before).map_or(octet, |(at, number)| number + octet.saturating_sub(*at))
    }
}

#[cfg(test)]
mod tests {
    use super::{FoldedText, MAX_KEPT, Places};
    use crate::rules::literals::clauses;
    use crate::rules::reach::Stretches;

    /// The parts of a text in which a pattern can be: where each begins and ends.
    fn parts(pattern: &str, text: &str) -> Vec<(usize, usize)> {
        let clauses = clauses(&regex_syntax::parse(pattern).unwrap());
        let all: Vec<&String> = clauses.iter().flat_map(|clause| &clause.literals).collect();
        let folded = FoldedText::of(text);
        let mut places = Places::new(&folded, Stretches::of(text), all.len());
        let mut found: Vec<(usize, usize)> = (0..)
            .zip(&all)
            .flat_map(|(number, literal)| {
                folded.as_str().match_indices(literal.as_str()).map(move |(at, _)| (at, number))
            })
            .collect();
        found.sort_unstable();
        for (at, number) in found {
            places.add(number, at);
        }
        let mut numbers = 0_u32..;
        let literals: Vec<Vec<u32>> =
            clauses.iter().map(|clause| numbers.by_ref().take(clause.literals.len()).collect()).collect();
        places.parts(&clauses, &literals).into_iter().map(|part| (part.start, part.end)).collect()
    }

    #[test]
    fn a_pattern_can_be_around_its_literals() {
        let text = format!("secret {}secret key {}", "x ".repeat(50), "y ".repeat(50));
        assert_eq!(parts(r"secret\s+key", &text), [(107, 107 + 10)]);
        assert_eq!(parts(r"secret.key", &text), [(107, 107 + 10)], "the key, as far as the secret allows");
        assert_eq!(parts(r"key\s+y", &text.replace("key y", "key \n  y")), [(114, 114 + 3 + 4 + 1)]);
        assert_eq!(parts(r"\s{2}yz", "one   \u{3000}  yz"), [(3, 11)], "from where the white space begins");
        assert_eq!(parts(r"越狱.{0,2}", "一二三四五越狱七八九十"), [(5, 9)]);
        assert_eq!(parts(r"secret(?s).*key", &text), [(0, 117)]);
    }

    #[test]
    fn where_no_clause_allows_it_it_is_not() {
        assert!(parts(r"key.{0,3}secret", "secret and, much later, key").is_empty());
    }

    #[test]
    fn many_places_of_many_literals_are_one_part() {
        let words: Vec<String> = (0..50).map(|word| format!("w{word:02}")).collect();
        let text = words.iter().map(|word| format!("{word}{}", " ".repeat(60))).collect::<String>().repeat(6);
        let clause = format!("(?:{})x?", words.join("|"));
        assert_eq!(parts(&clause, &text), [(0, 299 * 63 + 4)]);
        assert_eq!(parts(&clause, &text.replace("w0", "")).len(), 240, "as many as are looked at one by one");
    }

    #[test]
    fn a_literal_that_stands_very_often_is_one_part() {
        let often = usize::try_from(MAX_KEPT).unwrap() + 1;
        let text = format!("key{} ", "_".repeat(60)).repeat(often);
        assert_eq!(parts(r"key\d?", &text), [(0, (often - 1) * 64 + 4)]);
    }
}
