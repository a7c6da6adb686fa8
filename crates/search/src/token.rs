//! Tokens: what the database is given instead of text. Small letters and digits alone, each kind with a letter of its own
//! before it, so that no text can be mistaken for a code or for a word of the database's query language.

use record::digest::sha256;
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

/// The longest code that stands in a token as it is. Ids and digests are longer, and everybody's own: by a digest of theirs they
/// take a third of the room.
const MAX_CODE_BYTES: usize = 26;

const DIGITS: &[u8; 36] = b"0123456789abcdefghijklmnopqrstuvwxyz";

/// A text behind a prefix, in small letters and digits: as it is where it is made of these, three digits in base 36 for each
/// character where it is made of common Han, and otherwise in hexadecimal.
fn push(prefix: &str, text: &str, out: &mut String) {
    let bytes = text.as_bytes();
    let kept = bytes.get(..MAX_TOKEN_BYTES).unwrap_or(bytes);
    out.push_str(prefix);
    if kept.iter().all(|octet| octet.is_ascii_lowercase() || octet.is_ascii_digit()) {
        out.push('p');
        out.extend(kept.iter().map(|octet| char::from(*octet)));
    } else if bytes.len() <= MAX_TOKEN_BYTES && text.chars().all(is_common_han) {
        out.push('k');
        text.chars().for_each(|character| push_han(character, out));
    } else {
        out.push('x');
        for octet in kept {
            push_digit(u32::from(octet >> 4), out);
            push_digit(u32::from(octet & 15), out);
        }
    }
}

fn push_han(character: char, out: &mut String) {
    let number = u32::from(character);
    [number.div_euclid(36 * 36), number.div_euclid(36), number].into_iter().for_each(|digit| push_digit(digit, out));
}

/// The last digit of a number.
fn push_digit(number: u32, out: &mut String) {
    let digit = usize::try_from(number.rem_euclid(36)).unwrap_or_default();
    out.extend(DIGITS.get(digit).copied().map(char::from));
}

fn encode(prefix: &str, text: &str) -> String {
    let mut out = String::with_capacity(prefix.len().saturating_add(text.len()).saturating_add(1));
    push(prefix, text, &mut out);
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

/// Puts the tokens of a text in normal form on a line, each behind a space.
pub(crate) fn push_words(normal: &str, line: &mut String) {
    for word in text::words(normal) {
        line.push(' ');
        push("w", word, line);
    }
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
    let mut token = format!("c{}", field.tag());
    if code.len() <= MAX_CODE_BYTES {
        push("", code, &mut token);
    } else {
        token.push('d');
        push_digest(code, &mut token);
    }
    token
}

/// The first 130 bits of a digest, five to a digit: nobody makes another code that has them too.
fn push_digest(code: &str, out: &mut String) {
    let digest = sha256(&[b"detente/search-code/v1\0", code.as_bytes()]);
    let (mut bits, mut held) = (0_u32, 0_u32);
    for octet in digest.iter().take(17) {
        bits = (bits << 8 | u32::from(*octet)) & 0xffff;
        held = held.saturating_add(8);
        while held >= 5 {
            held = held.saturating_sub(5);
            push_digit((bits >> held) & 31, out);
        }
    }
}

/// Han characters whose number has three digits in base 36.
const fn is_common_han(character: char) -> bool {
    matches!(character, '\u{3400}'..='\u{9fff}')
}

/// Han ideographs, with the compatibility and extension blocks.
const fn is_han(character: char) -> bool {
    matches!(character, '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}
