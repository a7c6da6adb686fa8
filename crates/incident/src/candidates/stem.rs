//! English words without their endings.
//!
//! Rules of our own, cruder than Porter's: two words that differ by an ending only should meet, and a word that loses too much
//! is worse than one that loses nothing.

/// The longest word that is left alone.
const SHORT: usize = 3;

/// Letters that must remain when an ending is taken off.
const REMAINDER: usize = 4;

/// Endings that are rewritten first.
const REWRITTEN: [(&str, &str); 6] = [
    ("ational", "ate"),
    ("ization", "ize"),
    ("isation", "ize"),
    ("fulness", "ful"),
    ("ousness", "ous"),
    ("iveness", "ive"),
];

/// Endings of which the first that fits is taken off.
const ENDINGS: [&str; 18] = [
    "ingly", "edly", "ing", "ed", "ly", "ment", "ness", "ation", "ion", "er", "or", "ive", "able", "al", "ity", "ist",
    "ism", "y",
];

/// The stem of a word in small ASCII letters; any other word as it is.
pub(super) fn stem(word: &str) -> String {
    if word.len() <= SHORT || !word.bytes().all(|octet| octet.is_ascii_lowercase()) {
        return word.to_owned();
    }
    let word = singular(&rewritten(word));
    let word = without_ending(&word);
    match word.strip_suffix('e') {
        Some(shorter) if shorter.len() >= SHORT => shorter.to_owned(),
        _ => word,
    }
}

fn rewritten(word: &str) -> String {
    match REWRITTEN.iter().find_map(|(old, new)| Some((word.strip_suffix(old)?, new))) {
        Some((head, new)) if head.len() >= SHORT => format!("{head}{new}"),
        _ => word.to_owned(),
    }
}

fn singular(word: &str) -> String {
    if let Some(head) = word.strip_suffix("sses") {
        return format!("{head}ss");
    }
    if let Some(head) = word.strip_suffix("ies").filter(|head| head.len() > 1) {
        return format!("{head}y");
    }
    let stays = ["ss", "us", "is"].iter().any(|ending| word.ends_with(ending));
    word.strip_suffix('s').filter(|_| !stays).unwrap_or(word).to_owned()
}

fn without_ending(word: &str) -> String {
    match ENDINGS.iter().find_map(|ending| word.strip_suffix(ending).filter(|head| head.len() >= REMAINDER)) {
        Some(head) => undoubled(head).to_owned(),
        None => word.to_owned(),
    }
}

/// `stopp` is `stop`; `call`, `miss` and `buzz` stay.
fn undoubled(word: &str) -> &str {
    let mut last = word.bytes().rev();
    match (last.next(), last.next()) {
        (Some(one), Some(two)) if one == two && !b"lsz".contains(&one) => {
            word.get(..word.len().saturating_sub(1)).unwrap_or(word)
        }
        _ => word,
    }
}

#[cfg(test)]
mod tests {
    use super::stem;

    #[test]
    fn endings_of_one_word_meet() {
        for family in [
            &["crash", "crashes", "crashed", "crashing"][..],
            &["arrest", "arrested", "arrests"],
            &["stop", "stopped", "stopping"],
        ] {
            let stems: Vec<_> = family.iter().map(|word| stem(word)).collect();
            assert!(stems.iter().all(|one| *one == stems[0]), "{stems:?}");
        }
        assert_eq!(stem("vehicles"), stem("vehicle"));
        assert_eq!(stem("bodies"), stem("body"));
    }

    #[test]
    fn short_and_foreign_words_stay() {
        for word in ["bus", "gas", "gpt4", "日本", "straße", "bias", "this"] {
            assert!(word.starts_with(&stem(word)), "{word}");
        }
        assert_eq!(stem("bus"), "bus");
        assert_eq!(stem("straße"), "straße");
    }
}
