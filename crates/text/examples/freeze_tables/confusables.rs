//! Letters that look like an ASCII letter, closed over case.

use std::collections::BTreeMap;

use icu_properties::CodePointMapData;
use icu_properties::props::{GeneralCategory, Script};
use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;
use unicode_security::skeleton;

use crate::plain::{IOTA_SUBSCRIPT, fold};
use crate::{Table, hexadecimal};

/// Alphabets written from left to right whose letters carry no vowel signs. In all others a swap
/// for a Latin letter would damage honest text: kana would turn into Han, Burmese and Malayalam
/// letters would lose their vowel signs, Arabic words would break in two.
const SCRIPTS: [Script; 26] = [
    Script::Common,
    Script::Inherited,
    Script::Latin,
    Script::Greek,
    Script::Cyrillic,
    Script::Armenian,
    Script::CanadianAboriginal,
    Script::Carian,
    Script::Cherokee,
    Script::Coptic,
    Script::Deseret,
    Script::Elbasan,
    Script::Georgian,
    Script::Glagolitic,
    Script::Gothic,
    Script::Lisu,
    Script::Lycian,
    Script::Lydian,
    Script::OldItalic,
    Script::OldPermic,
    Script::Osage,
    Script::Runic,
    Script::Shavian,
    Script::Tifinagh,
    Script::Vithkuqi,
    Script::WarangCiti,
];

pub(crate) fn table() -> Table {
    let letters = prototypes();
    let variants = case_variants();
    let mut lines = vec![hexadecimal(['i', 'l'])];
    for (source, shapes) in variants.iter().filter(|(source, _)| !source.is_ascii() && is_source(**source)) {
        if let Some(letter) = choose(*source, shapes, &letters) {
            lines.push(hexadecimal([*source, merge(letter)]));
        }
    }
    let source = "UTS #39 18.0.0, by crate unicode-security 0.1.3; only towards ASCII letters, closed over case";
    Table { name: "confusables", source, licence: "Unicode-3.0", lines }
}

/// `I` looks like `l`, and `I` is `i` in another case: so `i` and `l` must be one letter.
fn merge(letter: char) -> char {
    if letter == 'i' { 'l' } else { letter }
}

/// The skeleton of each ASCII letter, small letters first: `m` has the skeleton `rn`.
fn prototypes() -> BTreeMap<String, char> {
    let mut letters = BTreeMap::new();
    for letter in ('a'..='z').chain('A'..='Z') {
        letters.entry(skeleton(&letter.to_string()).collect()).or_insert(letter.to_ascii_lowercase());
    }
    letters
}

/// Each folded character with every character that folds to it.
fn case_variants() -> BTreeMap<char, Vec<char>> {
    let mut variants: BTreeMap<char, Vec<char>> = BTreeMap::new();
    for c in '\0'..=char::MAX {
        let folded = fold(c);
        let mut characters = folded.chars();
        if let (Some(source), None) = (characters.next(), characters.next()) {
            variants.entry(source).or_default().push(c);
        }
    }
    variants
}

fn is_source(c: char) -> bool {
    let category = CodePointMapData::<GeneralCategory>::new().get(c);
    let script = CodePointMapData::<Script>::new().get(c);
    let shape = matches!(
        category,
        GeneralCategory::LowercaseLetter
            | GeneralCategory::UppercaseLetter
            | GeneralCategory::TitlecaseLetter
            | GeneralCategory::OtherLetter
            | GeneralCategory::ModifierLetter
            | GeneralCategory::LetterNumber
            | GeneralCategory::OtherSymbol
    );
    // `│` draws tables and `×` multiplies: neither is used as a letter.
    let drawing = ('\u{2500}'..='\u{257F}').contains(&c);
    shape && !drawing && c != IOTA_SUBSCRIPT && SCRIPTS.contains(&script) && c.to_string().nfkd().eq([c])
}

/// The folded shape decides before its capitals: most text is in small letters. A letter with a
/// stroke or a hook (`ø` is `o` and a mark) comes last, since marks after Latin letters are dropped.
fn choose(source: char, shapes: &[char], letters: &BTreeMap<String, char>) -> Option<char> {
    let small = std::iter::once(source);
    let ordered: Vec<char> = small.chain(shapes.iter().copied().filter(|&c| c != source)).collect();
    let exact = ordered.iter().find_map(|&c| letters.get(&skeleton(&c.to_string()).collect::<String>()));
    let stripped = || {
        ordered.iter().find_map(|&c| {
            let bare: String = skeleton(&c.to_string()).filter(|&part| !is_combining_mark(part)).collect();
            letters.get(&bare)
        })
    };
    exact.or_else(stripped).copied()
}
