//! The class of every character, from its general category and script.

use icu_properties::props::{DefaultIgnorableCodePoint, GeneralCategory, Script, WhiteSpace};
use icu_properties::{CodePointMapData, CodePointSetData};

use crate::{Table, ranges};

/// Braille blank: a symbol by category, white space to the eye.
const BRAILLE_BLANK: char = '\u{2800}';
/// Used with both kana and of script Common.
const PROLONGED_SOUND_MARK: char = '\u{30FC}';
/// Used like a Han character and of script Common.
const IDEOGRAPHIC_CLOSING_MARK: char = '\u{3006}';

pub(crate) fn table() -> Table {
    let source = "Unicode 18.0.0, by crate icu_properties 2.4.0; characters not listed are letters";
    Table { name: "classes", source, licence: "Unicode-3.0", lines: ranges(class) }
}

fn class(c: char) -> Option<&'static str> {
    let category = CodePointMapData::<GeneralCategory>::new().get(c);
    if CodePointSetData::new::<WhiteSpace>().contains(c) || c == BRAILLE_BLANK {
        return Some("space");
    }
    if CodePointSetData::new::<DefaultIgnorableCodePoint>().contains(c) {
        return Some("invisible");
    }
    use GeneralCategory as Category;
    match category {
        Category::Control | Category::Format => Some("invisible"),
        Category::NonspacingMark | Category::EnclosingMark | Category::SpacingMark => Some("mark"),
        Category::DecimalNumber => Some("digit"),
        Category::OtherSymbol | Category::OtherNumber => Some("symbol"),
        Category::UppercaseLetter
        | Category::LowercaseLetter
        | Category::TitlecaseLetter
        | Category::ModifierLetter
        | Category::OtherLetter
        | Category::LetterNumber => letter(c),
        Category::Unassigned | Category::PrivateUse | Category::Surrogate => None,
        Category::SpaceSeparator | Category::LineSeparator | Category::ParagraphSeparator => Some("space"),
        Category::DashPunctuation
        | Category::OpenPunctuation
        | Category::ClosePunctuation
        | Category::InitialPunctuation
        | Category::FinalPunctuation
        | Category::ConnectorPunctuation
        | Category::OtherPunctuation
        | Category::MathSymbol
        | Category::CurrencySymbol
        | Category::ModifierSymbol => Some("punctuation"),
    }
}

fn letter(c: char) -> Option<&'static str> {
    if c == PROLONGED_SOUND_MARK {
        return Some("kana");
    }
    if c == IDEOGRAPHIC_CLOSING_MARK {
        return Some("han");
    }
    // Apostrophes, primes and tone marks that Unicode calls modifier letters.
    if ('\u{2B9}'..='\u{2FF}').contains(&c) {
        return Some("punctuation");
    }
    match CodePointMapData::<Script>::new().get(c) {
        Script::Latin => Some("latin"),
        Script::Greek | Script::Cyrillic => Some("greek_or_cyrillic"),
        Script::Han => Some("han"),
        Script::Hiragana | Script::Katakana => Some("kana"),
        Script::Thai | Script::Lao | Script::Khmer | Script::Myanmar => Some("unspaced"),
        _ => None,
    }
}
