//! Finding characters that cannot be seen.

use proptest::prelude::*;
use text::{InvisibleKind, bidi_controls, invisible_characters};

use crate::evasions::zero_width;
use crate::normal_form::{any_text, normal};

#[test]
fn each_is_found_with_its_place_and_kind() {
    let clause = "pay\u{202E}001\u{202C} 元\u{200B}\u{AD}\u{FE0F}\u{E0041}\u{3164}\u{7}\u{FFF9}";
    let found: Vec<_> = invisible_characters(clause).map(|found| (found.offset, found.kind)).collect();
    assert_eq!(
        found,
        [
            (3, InvisibleKind::BidiControl),
            (9, InvisibleKind::BidiControl),
            (16, InvisibleKind::ZeroWidth),
            (19, InvisibleKind::SoftHyphen),
            (21, InvisibleKind::VariationSelector),
            (24, InvisibleKind::Tag),
            (28, InvisibleKind::Filler),
            (31, InvisibleKind::Control),
            (32, InvisibleKind::Format),
        ]
    );
    assert_eq!(bidi_controls(clause).map(|found| found.character).collect::<String>(), "\u{202E}\u{202C}");
}

#[test]
fn every_bidi_control_of_unicode_is_one() {
    let controls = icu_properties::CodePointSetData::new::<icu_properties::props::BidiControl>();
    for c in '\0'..=char::MAX {
        assert_eq!(bidi_controls(&c.to_string()).count() == 1, controls.contains(c), "U+{:04X}", u32::from(c));
    }
}

#[test]
fn ordinary_text_in_many_languages_has_none() {
    for text in ["Line one\r\n\tline two", "合同第一条", "अनुच्छेद एक", "ข้อหนึ่ง", "المادة الأولى", "第1条、甲は"]
    {
        assert_eq!(invisible_characters(text).count(), 0, "{text}");
    }
}

proptest! {
    #[test]
    fn removing_them_changes_no_normal_form(text in any_text()) {
        let text = zero_width(&text);
        let hidden: Vec<char> = invisible_characters(&text).map(|found| found.character).collect();
        let seen: String = text.chars().filter(|c| !hidden.contains(c)).collect();
        prop_assert_eq!(normal(&seen), normal(&text));
    }

    #[test]
    fn offsets_point_at_the_character(text in any_text()) {
        for found in invisible_characters(&text) {
            prop_assert!(text.get(found.offset..).is_some_and(|rest| rest.starts_with(found.character)));
        }
    }
}
