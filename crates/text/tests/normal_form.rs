//! What `norm/1` promises about any text.

use proptest::prelude::*;
use text::{MAX_GROWTH, NormaliserVersion};

use crate::evasions::{EVASIONS, zero_width};

pub(crate) fn normal(text: &str) -> String {
    NormaliserVersion::V1.normalise(text).into_string()
}

/// Characters that take part in the rules, so that random texts meet every interaction.
const EVENTFUL: &str = "aiIlL1037@$ .,!mMſßİıéèÉ\u{301}\u{327}\u{345}\u{338}αΑνΝηΗабИйЇіІ中國国頭一ーロ口二ニがガハﾊﾞ゛\u{3099}\
    กำิ่ดีकि़्षड़ड\u{93C}한하\u{1112}\u{1161}\u{11AB}\u{11A8}ﷺسلامَ٣३०〇⑴½²ﬁ㎏＠＄０Ａ😀👍🏽\u{1D165}\u{200B}\u{200D}\u{FE0F}\u{202E}\u{E0041}\
    \u{FFA0}\u{3164}\u{2800}\u{F900}\u{2F800}\u{1D15E}ǅǰΐᾳᾼʼ´¨≠≮∣×│Ａ🄰";

fn eventful_character() -> impl Strategy<Value = char> {
    proptest::sample::select(EVENTFUL.chars().collect::<Vec<_>>())
}

pub(crate) fn any_text() -> impl Strategy<Value = String> {
    let character = prop_oneof![3 => eventful_character(), 1 => any::<char>()];
    proptest::collection::vec(character, 0..40).prop_map(String::from_iter)
}

/// English-like words, each with a letter that no digit stands for: `at` in digits is just 47.
fn english() -> impl Strategy<Value = String> {
    "[BDb-df-h][A-Za-z]{0,8}( [BDb-df-h][A-Za-z]{0,8}){0,6}"
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn normalising_twice_changes_nothing(text in any_text()) {
        let once = normal(&text);
        prop_assert_eq!(normal(&once), once);
    }

    #[test]
    fn growth_is_bounded(text in any_text()) {
        prop_assert!(normal(&text).len() <= MAX_GROWTH * text.len());
    }

    #[test]
    fn one_space_between_and_none_around(text in any_text()) {
        let normal = normal(&text);
        prop_assert!(!normal.contains("  ") && normal.trim_matches(' ') == normal);
    }

    #[test]
    fn invisible_characters_change_nothing(text in any_text()) {
        prop_assert_eq!(normal(&zero_width(&text)), normal(&text));
    }

    #[test]
    fn every_disguise_of_english_is_undone(text in english()) {
        for (name, evade) in EVASIONS {
            prop_assert_eq!(normal(&evade(&text)), normal(&text), "{}", name);
        }
    }

    #[test]
    fn disguises_may_be_combined(text in english()) {
        let disguised = EVASIONS.iter().fold(text.clone(), |text, (_, evade)| evade(&text));
        prop_assert_eq!(normal(&disguised), normal(&text));
    }

    #[test]
    fn numbers_survive(number in "[0-9]{1,12}", year in 1900..2100_u32) {
        prop_assert_eq!(normal(&number), number);
        prop_assert_eq!(normal(&format!("在{year}年")), format!("在{year}年"));
    }
}

#[test]
fn every_scalar_value_is_normalised_for_good_and_within_bounds() {
    for c in '\0'..=char::MAX {
        // Beside letters that keep marks and letters that do not.
        let text = format!("{c}क{c}x{c}");
        let once = normal(&text);
        assert_eq!(normal(&once), once, "U+{:04X}", u32::from(c));
        let alone = c.to_string();
        assert!(normal(&alone).len() <= MAX_GROWTH * alone.len());
    }
}

/// Upper, lower and title case, in every script that has them. U+0345 is left out: it is a mark
/// whose capital is a letter.
#[test]
fn case_makes_no_difference_to_any_letter() {
    let has_iota = |text: &str| unicode_normalization::UnicodeNormalization::nfd(text).any(|c| c == '\u{345}');
    for c in '\0'..=char::MAX {
        let (upper, lower) = (c.to_uppercase().to_string(), c.to_lowercase().to_string());
        if !has_iota(&c.to_string()) {
            assert_eq!(normal(&upper), normal(&c.to_string()), "U+{:04X}", u32::from(c));
            assert_eq!(normal(&lower), normal(&c.to_string()), "U+{:04X}", u32::from(c));
        }
    }
}

#[test]
fn hindi_thai_arabic_and_hebrew_keep_their_marks() {
    for text in ["हिन्दी में क्षमा", "ภาษาไทยที่ดี", "مُحَمَّد", "שָׁלוֹם", "မြန်မာ", "தமிழ்"]
    {
        let marks = |text: &str| text.chars().filter(|&c| unicode_normalization::char::is_combining_mark(c)).count();
        let composed = text::nfkc(text);
        assert_eq!(normal(text), composed);
        assert!(marks(&composed) > 0);
    }
}

#[test]
fn han_and_kana_are_never_taken_for_each_other() {
    for text in ["一", "ー", "口", "ロ", "二", "ニ", "工", "エ", "力", "カ", "卜", "ト", "〇", "八", "ハ", "夕", "タ"]
    {
        assert_eq!(normal(text), text);
    }
}

#[test]
fn names_are_stable() {
    assert_eq!(NormaliserVersion::V1.name(), "norm/1");
    assert_eq!(NormaliserVersion::from_name("norm/1"), Some(NormaliserVersion::V1));
    assert_eq!(NormaliserVersion::from_name("norm/2"), None);
    assert_eq!(NormaliserVersion::V1.normalise("a").version(), NormaliserVersion::V1);
}
