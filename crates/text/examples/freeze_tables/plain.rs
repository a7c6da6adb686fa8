//! Tables copied as they are from a published source.

use std::error::Error;

use ferrous_opencc::OpenCC;
use ferrous_opencc::config::BuiltinConfig;
use icu_casemap::CaseMapper;
use icu_properties::CodePointMapData;
use icu_properties::props::Script;
use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::{canonical_combining_class, compose, decompose_canonical};

use crate::{Table, hexadecimal, ranges};

const NORMALIZATION: &str = "Unicode 18.0.0, by crate unicode-normalization 0.1.26";
const UNICODE_LICENCE: &str = "Unicode-3.0";

/// U+0345 is a mark that folds to a letter; folding it would let a mark become a base, and
/// canonically equal texts could then differ.
pub(crate) const IOTA_SUBSCRIPT: char = '\u{345}';

pub(crate) fn is_hangul_syllable(c: char) -> bool {
    ('\u{AC00}'..='\u{D7A3}').contains(&c)
}

/// Full compatibility decompositions, Hangul syllables excepted (they follow a formula).
pub(crate) fn decompositions() -> Table {
    let lines = ('\0'..=char::MAX)
        .filter(|&c| !is_hangul_syllable(c) && !c.to_string().nfkd().eq([c]))
        .map(|c| hexadecimal([c].into_iter().chain(c.to_string().nfkd())))
        .collect();
    Table { name: "decompositions", source: NORMALIZATION, licence: UNICODE_LICENCE, lines }
}

/// Primary composites as `first second composite`.
pub(crate) fn compositions() -> Table {
    let mut pairs: Vec<(char, char, char)> =
        ('\0'..=char::MAX).filter(|&c| !is_hangul_syllable(c)).filter_map(primary_pair).collect();
    pairs.sort_unstable();
    let lines = pairs.into_iter().map(|(first, second, whole)| hexadecimal([first, second, whole])).collect();
    Table { name: "compositions", source: NORMALIZATION, licence: UNICODE_LICENCE, lines }
}

fn primary_pair(whole: char) -> Option<(char, char, char)> {
    let mut parts = Vec::new();
    decompose_canonical(whole, |part| parts.push(part));
    let (&second, front) = parts.split_last()?;
    let front = String::from_iter(front);
    let mut first = front.nfc();
    let pair = (first.next()?, second);
    (first.next().is_none() && compose(pair.0, pair.1) == Some(whole)).then_some((pair.0, pair.1, whole))
}

/// Canonical combining classes other than 0.
pub(crate) fn combining_classes() -> Table {
    let lines = ranges(|c| Some(canonical_combining_class(c)).filter(|&class| class != 0));
    Table { name: "combining_classes", source: NORMALIZATION, licence: UNICODE_LICENCE, lines }
}

pub(crate) fn fold(c: char) -> String {
    CaseMapper::new().fold_string(&c.to_string()).into_owned()
}

/// Full, locale-free case folding.
pub(crate) fn case_folding() -> Table {
    let lines = ('\0'..=char::MAX)
        .filter(|&c| c != IOTA_SUBSCRIPT && !fold(c).chars().eq([c]))
        .map(|c| hexadecimal([c].into_iter().chain(fold(c).chars())))
        .collect();
    let source = "Unicode 18.0.0, by crate icu_casemap 2.4.0; without U+0345";
    Table { name: "case_folding", source, licence: UNICODE_LICENCE, lines }
}

/// Traditional to simplified Chinese, one character to one character.
pub(crate) fn simplified() -> Result<Table, Box<dyn Error>> {
    let converter = OpenCC::from_config(BuiltinConfig::T2s)?;
    let script = CodePointMapData::<Script>::new();
    let lines = ('\0'..=char::MAX)
        .filter(|&c| script.get(c) == Script::Han && c.to_string().nfkd().eq([c]))
        .filter_map(|c| {
            let simple = converter.convert(&c.to_string());
            let mut characters = simple.chars();
            let target = characters.next().filter(|&target| target != c && characters.next().is_none())?;
            Some(hexadecimal([c, target]))
        })
        .collect();
    let source = "OpenCC TSCharacters (first choice), by crate ferrous-opencc 0.4.0";
    Ok(Table { name: "simplified", source, licence: "Apache-2.0", lines })
}
