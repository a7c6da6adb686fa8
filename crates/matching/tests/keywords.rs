//! Keywords in Latin and Han.

use matching::keywords::{Keyword, KeywordIndex, MAX_KEYWORD_HITS, NotAKeyword};
use proptest::prelude::*;
use text::{NormaliserVersion, units};

const SEED: u64 = 0x1234_5678_9ABC_DEF0;

fn keyword(text: &str) -> Keyword {
    Keyword::new(text, NormaliserVersion::V1).unwrap()
}

fn normal(text: &str) -> String {
    NormaliserVersion::V1.normalise(text).into_string()
}

fn found(keywords: &[&str], text: &str) -> Vec<usize> {
    let index = KeywordIndex::new(&keywords.iter().map(|text| keyword(text)).collect::<Vec<_>>(), SEED);
    let normal = NormaliserVersion::V1.normalise(text);
    let found = index.search(normal.as_str());
    assert!(!found.is_cut);
    found.hits.iter().map(|hit| hit.slot as usize).collect()
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

/// Four thousand common words of one author stand in the text, each a keyword of his, and one keyword of another does.
#[test]
fn many_common_keywords_hide_no_other() {
    let words: Vec<String> = (0..4_000).map(|number| format!("common{number}")).collect();
    let mut keywords: Vec<Keyword> = words.iter().map(|word| keyword(word)).collect();
    keywords.push(keyword("炸药"));
    let found = KeywordIndex::new(&keywords, SEED).search(&normal(&format!("{} 炸药", words.join(" "))));
    assert_eq!((found.hits.len(), found.is_cut), (4_001, false));
}

/// One author signs the same keyword so often that not all his signals are told: another's signal of it is told.
#[test]
fn whoever_repeats_a_keyword_hides_no_other_author() {
    let many = MAX_KEYWORD_HITS + 500;
    let keywords = vec![keyword("nerve agent"); many + 1];
    let sources: Vec<u32> = (0..=many).map(|slot| u32::from(slot == many)).collect();
    let found = KeywordIndex::of_sources(&keywords, &sources, SEED).search(&normal("a nerve agent"));
    assert!(found.is_cut && found.hits.len() == MAX_KEYWORD_HITS);
    assert!(found.hits.iter().any(|hit| hit.slot as usize == many));
}

/// A text in which more keywords stand than are told says so.
#[test]
fn that_keywords_are_left_out_is_said() {
    let words: Vec<String> = (0..MAX_KEYWORD_HITS + 9).map(|number| format!("word{number}")).collect();
    let keywords: Vec<Keyword> = words.iter().map(|word| keyword(word)).collect();
    let found = KeywordIndex::new(&keywords, SEED).search(&normal(&words.join(" ")));
    assert_eq!((found.hits.len(), found.is_cut), (MAX_KEYWORD_HITS, true));
}

#[test]
fn what_is_found_does_not_follow_from_the_seed() {
    let keywords: Vec<Keyword> = ["pipe bomb", "炸药", "bomb"].map(keyword).to_vec();
    let with = |seed: u64| KeywordIndex::new(&keywords, seed).search(&normal("a pipe bomb 炸药")).hits;
    assert_eq!(with(0), with(u64::MAX));
    assert_eq!(with(1).len(), 3);
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
