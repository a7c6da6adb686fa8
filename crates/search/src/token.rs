//! Tokens: what the database is given instead of text. Small letters and digits alone, each kind with a letter of its own
//! before it, so that no text can be mistaken for a code or for a word of the database's query language.

use text::{Normalised, NormaliserVersion};

use crate::field::Field;
use crate::limits::MAX_TOKEN_BYTES;

/// What every row has, so that a query of exclusions alone has something to exclude from.
pub(crate) const EVERY: &str = "xall";

/// What rows have that another row stands before: an older version, or the same record with less shown.
pub(crate) const SHADOWED: &str = "xold";

/// What no row has.
pub(crate) const NONE: &str = "xnone";

/// Which normal form the tokens were made from. Another one would be another index.
pub(crate) const NORMALISER: NormaliserVersion = NormaliserVersion::V1;

/// A text behind a prefix, in small letters and digits: as it is where it is made of these, and otherwise in hexadecimal.
pub(crate) fn encode(prefix: &str, text: &str) -> String {
    let bytes = text.as_bytes();
    let kept = bytes.get(..MAX_TOKEN_BYTES).unwrap_or(bytes);
    let mut out = String::with_capacity(prefix.len().saturating_add(1).saturating_add(kept.len()));
    out.push_str(prefix);
    if kept.iter().all(|octet| octet.is_ascii_lowercase() || octet.is_ascii_digit()) {
        out.push('p');
        out.extend(kept.iter().map(|octet| char::from(*octet)));
    } else {
        out.push('x');
        let digit = |half: u8| char::from_digit(u32::from(half), 16).unwrap_or('0');
        out.extend(kept.iter().flat_map(|octet| [digit(octet >> 4), digit(octet & 15)]));
    }
    out
}

/// The normal form of a text.
pub(crate) fn normal(text: &str) -> Normalised {
    NORMALISER.normalise(text)
}

/// The tokens of a text, in order.
pub(crate) fn tokens(text: &str) -> Vec<String> {
    text::words(normal(text).as_str()).map(|word| encode("w", word)).collect()
}

/// The tokens of a text in normal form, as one line.
pub(crate) fn line_of(normal: &str) -> String {
    let tokens: Vec<_> = text::words(normal).map(|word| encode("w", word)).collect();
    tokens.join(" ")
}

/// The Han characters of texts in normal form, each once and by itself: pairs alone would not find one character inside a word.
pub(crate) fn singles_of(normal: &[&str]) -> Vec<String> {
    let mut found: Vec<char> = normal.iter().flat_map(|text| text.chars()).filter(|it| is_han(*it)).collect();
    found.sort_unstable();
    found.dedup();
    found.into_iter().map(single).collect()
}

/// The same of one text.
pub(crate) fn singles(text: &str) -> Vec<String> {
    singles_of(&[normal(text).as_str()])
}

fn single(character: char) -> String {
    encode("h", character.encode_utf8(&mut [0; 4]))
}

/// The phrase that a text asks for: its tokens in their order. A Han character alone is asked for wherever it stands.
pub(crate) fn phrase(text: &str) -> Vec<String> {
    let normal = normal(text);
    let mut characters = normal.as_str().trim().chars();
    match (characters.next(), characters.next()) {
        (Some(one), None) if is_han(one) => vec![single(one)],
        _ => tokens(text),
    }
}

/// The phrase that a text asks for within a field.
pub(crate) fn name_phrase(field: Field, text: &str) -> Vec<String> {
    let normal = normal(text);
    let prefix = format!("f{}", field.tag());
    text::words(normal.as_str()).map(|word| encode(&prefix, word)).collect()
}

/// The token of a code.
pub(crate) fn code_token(field: Field, code: &str) -> String {
    encode(&format!("c{}", field.tag()), code)
}

/// Han ideographs, with the compatibility and extension blocks.
const fn is_han(character: char) -> bool {
    matches!(character, '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}
