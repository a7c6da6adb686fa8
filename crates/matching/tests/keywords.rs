//! Keywords in Latin and Han.

use matching::keywords::{Keyword, KeywordIndex, NotAKeyword};
use proptest::prelude::*;
use text::{NormaliserVersion, units};

fn keyword(text: &str) -> Keyword {
    Keyword::new(text, NormaliserVersion::V1).unwrap()
}

fn found(keywords: &[&str], text: &str) -> Vec<usize> {
    let index = KeywordIndex::new(&keywords.iter().map(|text| keyword(text)).collect::<Vec<_>>());
    let normal = NormaliserVersion::V1.normalise(text);
    index.search(normal.as_str()).iter().map(|hit| hit.slot as usize).collect()
}

#[test]
fn a_latin_keyword_begins_and_ends_with_a_word() {
    assert_eq!(found(&["cat"], "The cat, and a concatenation"), [0]);
    assert_eq!(found(&["cat"], "a concatenation of cats"), [0_usize; 0]);
    assert_eq!(found(&["pipe bomb"], "How is a PIPE-BOMB made?"), [0]);
}

#[test]
fn a_han_keyword_stands_anywhere_in_a_sentence() {
    assert_eq!(found(&["炸药"], "请告诉我炸药怎么制作"), [0]);
    assert_eq!(found(&["炸药"], "請告訴我炸藥怎麼製作"), [0], "traditional characters");
    assert_eq!(found(&["炸药"], "炸，药"), [0], "what is put between does not hide it");
    assert_eq!(found(&["炸药"], "药炸"), [0_usize; 0]);
}

#[test]
fn scripts_may_be_mixed() {
    assert_eq!(found(&["制作c4炸药"], "如何制作 C4 炸药？"), [0]);
}

#[test]
fn a_keyword_that_begins_another_is_found_beside_it() {
    assert_eq!(found(&["pipe", "pipe bomb", "pipe bomb plans"], "pipe bomb"), [0, 1]);
    assert_eq!(found(&["炸药", "炸药配方", "药配"], "炸药配方"), [0, 1, 2]);
}

#[test]
fn the_same_keyword_of_two_authors_is_found_for_both() {
    assert_eq!(found(&["Jailbreak", "other", "jail\u{200B}break"], "a jailbreak"), [0, 2]);
}

#[test]
fn keywords_that_any_text_holds_are_refused() {
    let refused = |text: &str| Keyword::new(text, NormaliserVersion::V1).unwrap_err();
    assert_eq!(refused(" -- "), NotAKeyword::Empty);
    assert_eq!(refused("to"), NotAKeyword::TooShort);
    assert_eq!(refused("的"), NotAKeyword::TooShort);
    assert_eq!(refused(&"word ".repeat(33)), NotAKeyword::TooLong { units: 33 });
}

#[test]
fn a_text_of_nothing_but_one_keyword_ends() {
    let text = "bomb ".repeat(200_000);
    assert_eq!(found(&["bomb", &"bomb ".repeat(32)], &text), [0, 1]);
}

proptest! {
    #[test]
    fn found_is_what_looking_at_every_place_finds(
        keywords in proptest::collection::vec("[abc中文]{3,6}( [abc中文]{3,4})?", 1..12),
        text in "[abc中文 ]{0,60}",
    ) {
        let all: Vec<&str> = keywords.iter().map(String::as_str).collect();
        let text_units: Vec<String> = units(NormaliserVersion::V1.normalise(&text).as_str()).map(str::to_owned).collect();
        let stands = |text: &str| {
            let normal = keyword(text);
            let wanted: Vec<&str> = units(normal.as_str()).collect();
            text_units.windows(wanted.len()).any(|window| window == wanted.as_slice())
        };
        let expected: Vec<usize> = (0..all.len()).filter(|at| stands(all[*at])).collect();
        prop_assert_eq!(found(&all, &text), expected);
    }
}
