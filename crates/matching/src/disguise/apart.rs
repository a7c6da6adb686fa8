//! Letters drawn apart: `i g n o r e`, `ig no re`, `炸 药`.

use text::{Folded, NormaliserVersion, is_unspaced};

use crate::lexicon::{Lexicon, MAX_LETTERS};

/// Words of fewer letters on average than this, in tenths, are parts of words. English has 42 to 50.
const SHORT_WORDS_TENTHS: usize = 34;

/// One of so many words may be a single letter before a text looks drawn apart. English has one of 20 to 30.
const SINGLE_LETTERS_PART: usize = 8;

/// Han characters that stand in a row in an ordinary text, on average, are more than this, in tenths.
const SHORT_RUNS_TENTHS: usize = 20;

/// Words or characters of which a text needs at least as many before anything is said of their mean.
const MIN_PARTS: usize = 6;

/// What a letter costs that belongs to no known word: more than any known word costs by the letter.
const UNKNOWN_LETTER: u32 = 80;

/// A text whose letters stand apart, put together; none if they do not.
pub(super) fn joined(normal: &str, lexicon: &Lexicon) -> Option<String> {
    let latin = has_short_words(normal);
    let han = has_short_runs(normal);
    if !latin && !han {
        return None;
    }
    let together = without_gaps(normal, latin, han);
    Some(if latin { cut_into_words(&together, lexicon) } else { together })
}

/// Signs that stand apart too, as in `1 g n 0 r 3`: alone no sign shows what it is, so all are put together first.
pub(super) fn joined_signs(text: &str, version: NormaliserVersion, lexicon: &Lexicon) -> Option<String> {
    if !has_short_tokens(text) {
        return None;
    }
    let together: String = text.chars().filter(|&character| version.fold(character) != Folded::Space).collect();
    let letters = version.normalise(&together).into_string();
    let letters: String = letters.chars().filter(|character| *character != ' ').collect();
    Some(cut_into_words(&letters, lexicon))
}

fn has_short_tokens(text: &str) -> bool {
    let (mut tokens, mut characters) = (0, 0);
    for token in text.split_whitespace() {
        tokens += 1;
        characters += token.chars().count();
    }
    tokens >= MIN_PARTS && characters * 10 < tokens * SHORT_WORDS_TENTHS
}

fn has_short_words(normal: &str) -> bool {
    let (mut words, mut letters, mut singles) = (0, 0, 0);
    for word in normal.split(' ').filter(|word| word.bytes().all(|byte| byte.is_ascii_lowercase())) {
        words += 1;
        letters += word.len();
        singles += usize::from(word.len() == 1);
    }
    words >= MIN_PARTS && (letters * 10 < words * SHORT_WORDS_TENTHS || singles * SINGLE_LETTERS_PART > words)
}

fn has_short_runs(normal: &str) -> bool {
    if normal.is_ascii() {
        return false;
    }
    let characters = normal.chars().filter(|&character| is_unspaced(character)).count();
    let runs = normal.split(|character: char| !is_unspaced(character)).filter(|run| !run.is_empty()).count();
    characters >= MIN_PARTS && characters * 10 < runs * SHORT_RUNS_TENTHS
}

fn without_gaps(normal: &str, latin: bool, han: bool) -> String {
    let mut out = String::with_capacity(normal.len());
    let mut characters = normal.chars().peekable();
    while let Some(character) = characters.next() {
        let (before, after) = (out.chars().next_back(), characters.peek().copied());
        let is_between = |is: fn(char) -> bool| before.is_some_and(is) && after.is_some_and(is);
        let drops = character == ' ' && ((han && is_between(is_unspaced)) || (latin && is_between(is_latin)));
        if !drops {
            out.push(character);
        }
    }
    out
}

fn is_latin(character: char) -> bool {
    character.is_ascii_lowercase() || character.is_ascii_digit()
}

/// Runs of letters as the words that cost least.
fn cut_into_words(text: &str, lexicon: &Lexicon) -> String {
    let mut out = String::with_capacity(text.len() * 2);
    for run in text.split_inclusive(|character: char| !character.is_ascii_lowercase()) {
        let letters = run.trim_end_matches(|character: char| !character.is_ascii_lowercase());
        for word in cheapest(letters.as_bytes(), lexicon) {
            out.push_str(word);
            out.push(' ');
        }
        out.extend(run.chars().next_back().filter(|character| !character.is_ascii_lowercase()));
    }
    out
}

/// The least cost of each beginning, and the length of its last word. Letters of no word stay together.
fn cheapest<'t>(letters: &'t [u8], lexicon: &Lexicon) -> Vec<&'t str> {
    let mut best: Vec<(u32, usize)> = Vec::with_capacity(letters.len() + 1);
    best.push((0, 0));
    for end in 1..=letters.len() {
        let known = (1..=MAX_LETTERS.min(end)).filter_map(|length| {
            let start = end - length;
            let cost = lexicon.cost(letters.get(start..end)?)?;
            Some((best.get(start)?.0.saturating_add(cost), length))
        });
        let unknown = best.last().map(|(cost, _)| (cost.saturating_add(UNKNOWN_LETTER), 1));
        best.extend(known.chain(unknown).min());
    }
    words_of(letters, &best)
}

fn words_of<'t>(letters: &'t [u8], best: &[(u32, usize)]) -> Vec<&'t str> {
    let mut words = Vec::new();
    let mut end = letters.len();
    while end > 0 {
        let length = best.get(end).map_or(1, |(_, length)| (*length).max(1)).min(end);
        words.extend(letters.get(end - length..end).and_then(|word| std::str::from_utf8(word).ok()));
        end -= length;
    }
    words.reverse();
    words
}
