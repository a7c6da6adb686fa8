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
    let is_plain = kept.iter().all(|octet| octet.is_ascii_lowercase() || octet.is_ascii_digit());
    if let (true, Some(plain)) = (is_plain, text.get(..kept.len())) {
        out.push('p');
        out.push_str(plain);
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
    out.push(DIGITS.get(digit).copied().map_or('0', char::from));
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

/// What stands between two runs of ideographs, so that no phrase runs over a comma: these have no spaces between words.
const BREAK: &str = " ";

/// The words of a text in normal form, with each Han character and kana by itself: a word of these is found as the row of its
/// characters, wherever it begins and ends. Pairs would be met faster, and would take half as much room again.
fn pieces(normal: &str) -> impl Iterator<Item = &str> {
    // Where the last run of ideographs ended, if nothing came after it.
    let mut run_end = None;
    text::words(normal)
        .flat_map(move |word| {
            if !word.chars().next().is_some_and(is_ideograph) {
                run_end = None;
                return [word].into_iter().chain(Characters(""));
            }
            let start = word.as_ptr().addr().saturating_sub(normal.as_ptr().addr());
            let end = start.saturating_add(word.len());
            // Neighbours in a run are pairs that have a character in common.
            let (before, from) = match run_end {
                Some(done) if start < done => ("", done),
                Some(_) => (BREAK, start),
                None => ("", start),
            };
            run_end = Some(end);
            [before].into_iter().chain(Characters(normal.get(from..end).unwrap_or_default()))
        })
        .filter(|piece| !piece.is_empty())
}

/// The characters of a text.
struct Characters<'t>(&'t str);

impl<'t> Iterator for Characters<'t> {
    type Item = &'t str;

    fn next(&mut self) -> Option<&'t str> {
        let first = self.0.chars().next()?;
        let (piece, rest) = self.0.split_at_checked(first.len_utf8())?;
        self.0 = rest;
        Some(piece)
    }
}

/// The tokens of a text, in order: also the phrase that it asks for.
pub(crate) fn tokens(text: &str) -> Vec<String> {
    pieces(normal(text).as_str()).map(|word| encode("w", word)).collect()
}

/// Puts the tokens of a text in normal form on a line, each behind a space.
pub(crate) fn push_words(normal: &str, line: &mut String) {
    for word in pieces(normal) {
        line.push(' ');
        push("w", word, line);
    }
}

/// The phrase that a text asks for within a field.
pub(crate) fn name_phrase(field: Field, text: &str) -> Vec<String> {
    let normal = normal(text);
    let prefix = format!("f{}", field.tag());
    pieces(normal.as_str()).map(|word| encode(&prefix, word)).collect()
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

/// The first 125 bits of a digest, five to a digit: nobody makes another code that has them too.
fn push_digest(code: &str, out: &mut String) {
    let digest = sha256(&[b"detente/search-code/v1\0", code.as_bytes()]);
    let (mut bits, mut held) = (0_u32, 0_u32);
    for octet in digest.iter().take(16) {
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

/// Han ideographs, with the compatibility and extension blocks and the signs that repeat one, and kana.
const fn is_ideograph(character: char) -> bool {
    matches!(
        character,
        '\u{3005}'..='\u{3007}' | '\u{3040}'..='\u{30ff}' | '\u{31f0}'..='\u{31ff}' | '\u{3400}'..='\u{9fff}'
            | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(text: &str) -> Vec<String> {
        pieces(normal(text).as_str()).map(str::to_owned).collect()
    }

    #[test]
    fn words_stay_whole_and_ideographs_stand_alone() {
        assert_eq!(cut("The pump 7 stood."), ["the", "pump", "7", "stood"]);
        assert_eq!(cut("自动驾驶car行人，燃"), ["自", "动", "驾", "驶", "car", "行", "人", " ", "燃"]);
        assert_eq!(cut("東京タワー"), cut("東京").into_iter().chain(cut("タワー")).collect::<Vec<_>>());
        assert_eq!(cut("กินดี").len(), 2);
    }

    #[test]
    fn every_token_is_made_of_small_letters_and_digits() {
        for text in
            ["pump", "naïve", "燃气", "かな", "😀", "\u{20000}\u{20001}", "กินดี", &"燃".repeat(90), &"x".repeat(90)]
        {
            for token in tokens(text).into_iter().chain([code_token(Field::Reference, text)]) {
                assert!(token.bytes().all(|it| it.is_ascii_lowercase() || it.is_ascii_digit()), "{text}: {token}");
            }
        }
    }

    #[test]
    fn long_codes_stay_apart() {
        let tokens: std::collections::BTreeSet<_> =
            (0..2_000).map(|at| code_token(Field::Id, &format!("incident--{at:040}"))).collect();
        assert_eq!(tokens.len(), 2_000);
        assert!(tokens.iter().all(|token| token.len() == 29), "{:?}", tokens.first());
    }
}
