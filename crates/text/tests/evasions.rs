//! The edits by which a text is disguised, each of which `norm/1` should undo.

/// An edit of a text.
pub(crate) type Edit = fn(&str) -> String;

/// Name and edit.
pub(crate) const EVASIONS: [(&str, Edit); 6] = [
    ("zero width", zero_width),
    ("homoglyph", homoglyph),
    ("leet", leet),
    ("full width", full_width),
    ("upper case and punctuation", upper_case_and_punctuation),
    ("accents", accents),
];

const HIDDEN: [char; 6] = ['\u{200B}', '\u{200D}', '\u{2060}', '\u{AD}', '\u{FE0F}', '\u{E0041}'];

/// An invisible character after every character.
pub(crate) fn zero_width(text: &str) -> String {
    text.chars().zip(HIDDEN.into_iter().cycle()).flat_map(|(c, hidden)| [c, hidden]).collect()
}

/// Cyrillic, Greek and mathematical letters for ASCII ones.
pub(crate) fn homoglyph(text: &str) -> String {
    let swap = |c| match c {
        'a' => 'а',
        'c' => 'с',
        'd' => 'ԁ',
        'e' => 'е',
        'g' => 'ɡ',
        'h' => 'һ',
        'i' => 'і',
        'j' => 'ј',
        'k' => '𝓴',
        'l' => 'ӏ',
        'm' => '𝕞',
        'o' => 'ο',
        'p' => 'р',
        'q' => 'ԛ',
        's' => 'ѕ',
        'u' => 'υ',
        'v' => 'ν',
        'w' => 'ԝ',
        'x' => 'х',
        'y' => 'у',
        'A' => 'Α',
        'B' => 'В',
        'C' => 'С',
        'E' => 'Ε',
        'H' => 'Н',
        'I' => 'Ӏ',
        'K' => 'К',
        'M' => 'М',
        'O' => 'О',
        'P' => 'Р',
        'S' => 'Ѕ',
        'T' => 'Т',
        'X' => 'Х',
        'Z' => 'Ζ',
        other => other,
    };
    text.chars().map(swap).collect()
}

/// Digits and signs for letters.
pub(crate) fn leet(text: &str) -> String {
    let swap = |c: char| match c.to_ascii_lowercase() {
        'a' => '4',
        'e' => '3',
        'i' | 'l' => '1',
        'o' => '0',
        's' => '5',
        't' => '7',
        _ => c,
    };
    text.chars().map(swap).collect()
}

/// The wide forms used in East Asian typesetting.
pub(crate) fn full_width(text: &str) -> String {
    let widen = |c| match c {
        ' ' => '\u{3000}',
        '!'..='~' => char::from_u32(u32::from(c) + 0xFEE0).unwrap(),
        other => other,
    };
    text.chars().map(widen).collect()
}

/// Capitals, with punctuation round every space.
pub(crate) fn upper_case_and_punctuation(text: &str) -> String {
    text.to_uppercase().replace(' ', " -- ") + "!!!"
}

/// An accent on every letter.
pub(crate) fn accents(text: &str) -> String {
    let accented = |c: char| [Some(c), c.is_ascii_alphabetic().then_some('\u{336}')];
    text.chars().flat_map(accented).flatten().collect()
}
