//! Cuts a text into words, with their place and their spelling.

use text::NormaliserVersion;

use super::stem::stem;

/// Octets of a word that are compared; longer runs of letters are no words.
const MAX_WORD_BYTES: usize = 64;

/// Letters of a part of a compound such as `TayBot` that are compared by themselves.
const MIN_PART: usize = 3;

/// Words that say nothing about which event is meant: grammar, and how reports speak.
const EMPTY_WORDS: &str = " a about according after all allegedly alleged also an and any are as at be because been before being \
 between both but by can could did do does due during each for from had has have he her his how if in incident into is it its many \
 may might more most new no not of on one only or other out over report reported reportedly s said several she should so some such \
 t than that the their them then there these they this those through to two under up use used using was were what when where which \
 while who will with would ";

/// A word of a text.
pub(super) struct Token {
    /// What is compared: the stem in normal form.
    pub(super) key: String,
    /// As it stands in the text.
    pub(super) spelled: String,
    /// Words before it, empty ones included.
    pub(super) place: usize,
    /// How it is written.
    pub(super) script: Script,
}

/// What may be done with a word.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Script {
    /// Two neighbouring characters of a text without spaces.
    Unspaced,
    /// Capital letters only.
    Capitals,
    /// Any other word.
    Spaced,
}

/// The words of a text in order, empty ones left out; the parts of a compound stand before it.
pub(super) fn tokens(text: &str) -> Vec<Token> {
    let joined = joined(text);
    let mut found = Vec::new();
    for (place, word) in text::words(&joined).enumerate() {
        let parts = parts(word);
        if parts.len() > 1 {
            found.extend(parts.into_iter().filter_map(|part| token(part, place, Script::Spaced)));
        }
        found.extend(token(word, place, script(word)));
    }
    found
}

fn token(word: &str, place: usize, script: Script) -> Option<Token> {
    if word.len() > MAX_WORD_BYTES {
        return None;
    }
    let lower = word.to_lowercase();
    let empty = EMPTY_WORDS.contains(&format!(" {lower} "));
    let key = NormaliserVersion::V1.normalise(&stem(&lower)).into_string();
    (!empty && !key.is_empty()).then(|| Token { key, spelled: word.to_owned(), place, script })
}

fn script(word: &str) -> Script {
    if word.starts_with(unspaced) {
        Script::Unspaced
    } else if word.len() > 1 && word.bytes().all(|octet| octet.is_ascii_uppercase()) {
        Script::Capitals
    } else {
        Script::Spaced
    }
}

/// Han and kana, and the compatibility and extension blocks of Han.
fn unspaced(character: char) -> bool {
    matches!(character, '\u{2e80}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

/// The text without apostrophes and possessive endings, and with `N.Y.P.D.` as one word.
fn joined(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut left = text.chars().peekable();
    let mut letters_in_row = 0_usize;
    while let Some(character) = left.next() {
        let stands_alone = letters_in_row == 1;
        letters_in_row = if character.is_alphanumeric() { letters_in_row.saturating_add(1) } else { 0 };
        match character {
            '\'' | '’' if left.peek() == Some(&'s') => out.push(' '),
            '\'' | '’' => {}
            '.' if stands_alone && left.peek().is_none_or(|next| !next.is_whitespace()) => {}
            other => out.push(other),
        }
    }
    out
}

/// `TayBot` as `Tay` and `Bot`; a word without a capital after a small letter as nothing.
fn parts(word: &str) -> Vec<&str> {
    let bytes = word.as_bytes();
    let small_then_capital =
        |pair: &[u8]| matches!(pair, [before, after] if before.is_ascii_lowercase() && after.is_ascii_uppercase());
    let cuts =
        bytes.windows(2).enumerate().filter(|(_, pair)| small_then_capital(pair)).map(|(at, _)| at.saturating_add(1));
    let mut bounds = vec![0];
    bounds.extend(cuts);
    bounds.push(word.len());
    if bounds.len() == 2 {
        return Vec::new();
    }
    let between = |pair: &[usize]| word.get(*pair.first()?..*pair.last()?);
    bounds.windows(2).filter_map(between).filter(|part| part.len() >= MIN_PART).collect()
}
