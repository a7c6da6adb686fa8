//! Our frozen tables against the libraries they were taken from.

use ferrous_opencc::OpenCC;
use ferrous_opencc::config::BuiltinConfig;
use icu_casemap::CaseMapper;
use icu_properties::CodePointMapData;
use icu_properties::props::{GeneralCategory, Script};
use proptest::prelude::*;
use text::{NormaliserVersion, nfkc, xxh64};
use unicode_normalization::UnicodeNormalization as _;
use unicode_security::skeleton;

use crate::normal_form::{any_text, normal};

fn table_rows(table: &str) -> impl Iterator<Item = Vec<char>> {
    table.lines().filter(|line| !line.starts_with('#')).map(|line| {
        line.split(' ').map(|word| char::from_u32(u32::from_str_radix(word, 16).unwrap()).unwrap()).collect()
    })
}

#[test]
fn nfkc_of_every_scalar_value() {
    for c in '\0'..=char::MAX {
        let one = c.to_string();
        assert!(one.nfkc().eq(nfkc(&one).chars()), "U+{:04X}", u32::from(c));
    }
}

/// All of them beside a base and a mark, where ordering and blocking matter.
#[test]
fn nfkc_of_every_listed_character_in_company() {
    let listed = table_rows(include_str!("../tables/decompositions.txt")).map(|row| row[0]);
    for c in listed.chain('\u{300}'..='\u{36F}') {
        let company = format!("a{c}\u{327}{c}\u{301}가{c}\u{11A8}");
        assert_eq!(nfkc(&company), company.nfkc().collect::<String>(), "U+{:04X}", u32::from(c));
    }
}

#[test]
fn compositions_are_all_there() {
    for row in table_rows(include_str!("../tables/compositions.txt")) {
        assert_eq!(unicode_normalization::char::compose(row[0], row[1]), Some(row[2]));
    }
}

/// Each look-alike, or one of its capitals, has the UTS #39 skeleton of the letter it becomes (marks
/// aside); `i` and `l` are one letter.
#[test]
fn look_alikes_agree_with_uts_39() {
    let skeleton_of = |c: char| -> String {
        let bare = |part: &char| !unicode_normalization::char::is_combining_mark(*part);
        skeleton(&c.to_string()).filter(bare).collect()
    };
    let cases = CaseMapper::new();
    let shapes = |c: char| [c, cases.simple_uppercase(c), cases.simple_lowercase(c)].into_iter().map(skeleton_of);
    let letters = |c: char| if c == 'l' { vec!['l', 'L', 'i', 'I'] } else { vec![c, c.to_ascii_uppercase()] };
    for row in table_rows(include_str!("../tables/confusables.txt")) {
        let wanted: Vec<String> = letters(row[1]).into_iter().map(skeleton_of).collect();
        assert!(shapes(row[0]).any(|shape| wanted.contains(&shape)), "{row:?}");
    }
}

#[test]
fn look_alikes_leave_east_asian_and_digits_alone() {
    let script = CodePointMapData::<Script>::new();
    let category = CodePointMapData::<GeneralCategory>::new();
    for row in table_rows(include_str!("../tables/confusables.txt")) {
        assert!(row[1].is_ascii_lowercase());
        assert!(row[0] == 'i' || !row[0].is_ascii());
        assert!(!matches!(
            script.get(row[0]),
            Script::Han | Script::Hiragana | Script::Katakana | Script::Hangul | Script::Bopomofo
        ));
        assert!(category.get(row[0]) != GeneralCategory::DecimalNumber);
    }
}

/// Every Han character that has no other fold becomes what `OpenCC` makes of it, to the end of the chain.
#[test]
fn simplified_agrees_with_opencc() {
    let converter = OpenCC::from_config(BuiltinConfig::T2s).unwrap();
    let script = CodePointMapData::<Script>::new();
    let mut changed = 0;
    let category = CodePointMapData::<GeneralCategory>::new();
    let is_letter = |c| matches!(category.get(c), GeneralCategory::OtherLetter | GeneralCategory::LetterNumber);
    let is_han = |&c: &char| script.get(c) == Script::Han && is_letter(c) && c.to_string().nfkd().eq([c]);
    for c in ('\0'..=char::MAX).filter(is_han) {
        let once = converter.convert(&c.to_string());
        let twice = converter.convert(&once);
        assert_eq!(normal(&c.to_string()), twice, "U+{:04X}", u32::from(c));
        changed += usize::from(once != c.to_string());
    }
    assert!(changed > 4000);
}

proptest! {
    #[test]
    fn nfkc_of_random_text(text in any_text()) {
        prop_assert_eq!(nfkc(&text), text.nfkc().collect::<String>());
    }

    #[test]
    fn xxh64_of_random_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..200), seed in any::<u64>()) {
        prop_assert_eq!(xxh64(&bytes, seed), xxhash_rust::xxh64::xxh64(&bytes, seed));
    }
}

#[test]
fn canonically_equal_texts_have_one_normal_form() {
    for c in '\0'..=char::MAX {
        let decomposed: String = c.to_string().nfd().collect();
        let version = NormaliserVersion::V1;
        let company = |c: &str| version.normalise(&format!("x {c}क{c}が{c}x"));
        assert_eq!(company(&c.to_string()), company(&decomposed), "U+{:04X}", u32::from(c));
    }
}
