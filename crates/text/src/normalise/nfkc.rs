//! NFKC (UAX #15) on the frozen tables.

use crate::tables::{Tables, V1, find};

const SYLLABLE_BASE: u32 = 0xAC00;
const LEAD_BASE: u32 = 0x1100;
const VOWEL_BASE: u32 = 0x1161;
/// One below the first trailing consonant: trail 0 means that there is none.
const TRAIL_BASE: u32 = 0x11A7;
const LEADS: u32 = 19;
const VOWELS: u32 = 21;
const TRAILS: u32 = 28;

/// Unicode normalisation form KC under the tables of `norm/1` (Unicode 18).
#[must_use]
pub fn nfkc(text: &str) -> String {
    if text.is_ascii() {
        return text.to_owned();
    }
    let mut characters = Vec::with_capacity(text.len());
    for character in text.chars() {
        decompose(&V1, character, &mut |part| characters.push(part));
    }
    compose(&V1, &mut characters);
    characters.into_iter().collect()
}

/// The full compatibility decomposition of one character.
pub(super) fn decompose(tables: &Tables, character: char, emit: &mut impl FnMut(char)) {
    if character.is_ascii() || is_ideograph(character) {
        emit(character);
    } else if let Some(syllable) = hangul_index(character, SYLLABLE_BASE, LEADS * VOWELS * TRAILS) {
        decompose_hangul(syllable, emit);
    } else if let Some(parts) = find(&tables.decompositions, character) {
        parts.chars().for_each(emit);
    } else {
        emit(character);
    }
}

fn decompose_hangul(syllable: u32, emit: &mut impl FnMut(char)) {
    let lead = LEAD_BASE + syllable / (VOWELS * TRAILS);
    let vowel = VOWEL_BASE + syllable % (VOWELS * TRAILS) / TRAILS;
    let trail = syllable % TRAILS;
    let trail = (trail > 0).then_some(TRAIL_BASE + trail);
    [Some(lead), Some(vowel), trail].into_iter().flatten().filter_map(char::from_u32).for_each(emit);
}

/// Canonical ordering, then canonical composition, in place.
pub(super) fn compose(tables: &Tables, characters: &mut Vec<char>) {
    order(tables, characters);
    let mut composed: Vec<char> = Vec::with_capacity(characters.len());
    let mut starter: Option<usize> = None;
    let mut previous_class = 0;
    for &character in characters.iter() {
        if stands_alone(character) {
            (starter, previous_class) = (Some(composed.len()), 0);
            composed.push(character);
            continue;
        }
        let class = tables.combining_class(character);
        // A mark is blocked from its starter by another mark of equal or higher class in between.
        let adjacent = starter.is_some_and(|at| at + 1 == composed.len());
        let reachable = adjacent || (previous_class != 0 && previous_class < class);
        let base = starter.filter(|_| reachable).and_then(|at| composed.get_mut(at));
        if let Some((base, whole)) = base.and_then(|base| pair(tables, *base, character).map(|whole| (base, whole))) {
            *base = whole;
            continue;
        }
        if class == 0 {
            starter = Some(composed.len());
        }
        previous_class = class;
        composed.push(character);
    }
    *characters = composed;
}

/// Sorts each run of marks by combining class, keeping equals in place.
fn order(tables: &Tables, characters: &mut [char]) {
    let is_starter = |character: &char| stands_alone(*character) || tables.combining_class(*character) == 0;
    for run in characters.split_mut(is_starter).filter(|run| run.len() > 1) {
        run.sort_by_key(|&character| tables.combining_class(character));
    }
}

/// Ideographs that are what they are in every form: most characters of a Chinese text, and none of them is in a table.
const fn is_ideograph(character: char) -> bool {
    matches!(character, '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}')
}

/// Whether it begins anew whatever stands before it. The first mark is U+0300.
const fn stands_alone(character: char) -> bool {
    character < '\u{300}' || is_ideograph(character)
}

fn pair(tables: &Tables, first: char, second: char) -> Option<char> {
    compose_hangul(first, second).or_else(|| tables.compose(first, second))
}

fn compose_hangul(first: char, second: char) -> Option<char> {
    if let Some(lead) = hangul_index(first, LEAD_BASE, LEADS) {
        let vowel = hangul_index(second, VOWEL_BASE, VOWELS)?;
        return char::from_u32(SYLLABLE_BASE + (lead * VOWELS + vowel) * TRAILS);
    }
    let syllable = hangul_index(first, SYLLABLE_BASE, LEADS * VOWELS * TRAILS)?;
    let trail = hangul_index(second, TRAIL_BASE, TRAILS)?;
    let open = syllable % TRAILS == 0 && trail > 0;
    open.then(|| char::from_u32(SYLLABLE_BASE + syllable + trail)).flatten()
}

/// Whether a syllable block can grow by this letter.
pub(super) fn is_joining_jamo(character: char) -> bool {
    hangul_index(character, VOWEL_BASE, VOWELS).is_some() || hangul_index(character, TRAIL_BASE, TRAILS).is_some()
}

fn hangul_index(character: char, base: u32, count: u32) -> Option<u32> {
    u32::from(character).checked_sub(base).filter(|&index| index < count)
}

#[cfg(test)]
mod tests {
    use super::{is_ideograph, nfkc, stands_alone};
    use crate::tables::{V1, find};

    #[test]
    fn what_is_passed_over_is_in_no_table() {
        for character in ('\0'..=char::MAX).filter(|character| stands_alone(*character)) {
            assert_eq!(V1.combining_class(character), 0, "{character:?}");
        }
        assert!(V1.compositions.iter().all(|(_, second, _)| !stands_alone(*second)));
        assert!(('\u{3400}'..='\u{9FFF}').filter(|c| is_ideograph(*c)).all(|c| find(&V1.decompositions, c).is_none()));
    }

    #[test]
    fn composes_across_unblocked_marks_only() {
        assert_eq!(nfkc("a\u{323}\u{302}"), "\u{1EAD}");
        assert_eq!(nfkc("a\u{302}\u{323}"), "\u{1EAD}");
        assert_eq!(nfkc("a\u{304}\u{301}"), "\u{101}\u{301}");
    }

    #[test]
    fn hangul_follows_its_formula() {
        assert_eq!(nfkc("\u{1112}\u{1161}\u{11AB}"), "한");
        assert_eq!(nfkc("하\u{11AB}"), "한");
        assert_eq!(nfkc("한\u{11AB}"), "한\u{11AB}");
    }
}
