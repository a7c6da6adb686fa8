//! Letters drawn apart: `i g n o r e`, `ig no re`, `炸 药`.

use text::{Folded, NormaliserVersion, is_unspaced};

use crate::lexicon::{Lexicon, MAX_LETTERS};

/// Words of fewer letters on average than this, in tenths, are parts of words. English has 42 to 50.
const SHORT_WORDS_TENTHS: usize = 34;

/// One of so many words may be a single letter before a text looks drawn apart. English has one of 20 to 30.
const SINGLE_LETTERS_PART: usize = 8;

/// Letters of a text before it is asked whether its words are cut elsewhere.
const MIN_LETTERS: usize = 12;

/// Of a hundred letters of a text more than so many stand in words that no signal has, if its words are cut elsewhere, or not at all.
const UNKNOWN_PERCENT: usize = 40;

/// Letters that are cut into words to see whether they are words of signals, before that is tried with the whole text;
const TRIED_LETTERS: usize = 72;

/// and of a hundred of them so many have to be in words that signals have,
const CUT_PERCENT: usize = 70;

/// of at least so many letters: short ones are in anything.
const MIN_CUT_LETTERS: usize = 3;

/// Han characters that stand in a row, on average, where each stands apart but some, in tenths. Then no gap is one of the text's own.
const SINGLE_RUNS_TENTHS: usize = 13;

/// Han characters that stand in a row in an ordinary text, on average, are more than this, in tenths. Where there are fewer a gap goes if
/// signals have what stands beside it side by side.
const SHORT_RUNS_TENTHS: usize = 60;

/// Words or characters of which a text needs at least as many before anything is said of their mean.
const MIN_PARTS: usize = 6;

/// What a letter costs that belongs to no known word: more than any known word costs by the letter.
const UNKNOWN_LETTER: u32 = 80;

/// A text whose letters stand apart, put together; none if they do not.
pub(super) fn joined(normal: &str, lexicon: &Lexicon) -> Option<String> {
    let latin = has_short_words(normal) || is_cut_elsewhere(normal, lexicon);
    let han = has_runs_within(normal, SHORT_RUNS_TENTHS);
    if !latin && !han {
        return None;
    }
    let gaps = Gaps { latin, han, is_single: han && has_runs_within(normal, SINGLE_RUNS_TENTHS), lexicon };
    let together = gaps.closed(normal);
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

/// Whether a text has hardly a word that signals have, and has many as soon as its gaps are somewhere else: all of them were left
/// out, or letters were put together by fives.
fn is_cut_elsewhere(normal: &str, lexicon: &Lexicon) -> bool {
    let (mut letters, mut unknown, mut tried) = (0, 0, Vec::with_capacity(2 * TRIED_LETTERS));
    for word in normal.split(' ').filter(|word| word.bytes().all(|byte| byte.is_ascii_lowercase())) {
        letters += word.len();
        unknown += if lexicon.knows(word.as_bytes()) { 0 } else { word.len() };
        if unknown > 0 && tried.len() < TRIED_LETTERS {
            tried.extend(word.bytes().take(TRIED_LETTERS));
        }
    }
    letters >= MIN_LETTERS && unknown * 100 > letters * UNKNOWN_PERCENT && {
        let words = cheapest(&tried, lexicon).into_iter();
        let known = words.filter(|word| word.len() >= MIN_CUT_LETTERS && lexicon.knows(word.as_bytes())).map(str::len);
        known.sum::<usize>() * 100 >= tried.len() * CUT_PERCENT
    }
}

/// Whether Han characters stand in shorter rows than this, on average.
fn has_runs_within(normal: &str, tenths: usize) -> bool {
    if normal.is_ascii() {
        return false;
    }
    let characters = normal.chars().filter(|&character| is_unspaced(character)).count();
    let runs = normal.split(|character: char| !is_unspaced(character)).filter(|run| !run.is_empty()).count();
    characters >= MIN_PARTS && characters * 10 < runs * tenths
}

/// Which gaps of a text are none of its own.
struct Gaps<'l> {
    /// All between Latin letters,
    latin: bool,
    /// those between Han characters that signals have side by side,
    han: bool,
    /// or all of these.
    is_single: bool,
    lexicon: &'l Lexicon,
}

impl Gaps<'_> {
    fn closed(&self, normal: &str) -> String {
        let mut out = String::with_capacity(normal.len());
        let mut characters = normal.chars().peekable();
        while let Some(character) = characters.next() {
            let beside = out.chars().next_back().zip(characters.peek().copied());
            let drops = character == ' ' && beside.is_some_and(|(before, after)| self.is_none(before, after));
            if !drops {
                out.push(character);
            }
        }
        out
    }

    fn is_none(&self, before: char, after: char) -> bool {
        let is_han = self.han && is_unspaced(before) && is_unspaced(after);
        (self.latin && is_latin(before) && is_latin(after))
            || (is_han && (self.is_single || self.lexicon.knows_pair(before, after)))
    }
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
