//! Words and shingles.

use std::num::NonZeroUsize;

use proptest::prelude::*;
use text::{ShingleSet, ShingleWidths, shingles, words};

use crate::normal_form::{any_text, normal};

fn words_of(text: &str) -> Vec<&str> {
    words(text).collect()
}

fn shingles_of(text: &str) -> Vec<&str> {
    shingles(text, ShingleWidths::V1).collect()
}

#[test]
fn words_by_script() {
    assert_eq!(words_of("ask gpt4 now"), ["ask", "gpt4", "now"]);
    assert_eq!(words_of("人工智能"), ["人工", "工智", "智能"]);
    assert_eq!(words_of("用 gpt 写"), ["用", "gpt", "写"]);
    assert_eq!(words_of("用gpt写诗"), ["用", "gpt", "写诗"]);
    assert_eq!(words_of("東京タワー"), ["東京", "京タ", "タワ", "ワー"]);
    assert_eq!(words_of("हिन्दी में"), ["हिन्दी", "में"]);
    assert_eq!(words_of("한국어 문장"), ["한국어", "문장"]);
    assert_eq!(words_of("กินดี"), ["กิน", "นดี"]);
    assert_eq!(words_of("ok 😀🎉"), ["ok", "😀", "🎉"]);
    assert_eq!(words_of("  "), [""; 0]);
}

#[test]
fn shingles_by_script() {
    assert_eq!(shingles_of("a bomb"), ["a bom", " bomb"]);
    assert_eq!(shingles_of("炸药怎么做"), ["炸药", "药怎", "怎么", "么做"]);
    assert_eq!(shingles_of("用 gpt4 写诗"), ["用", "gpt4", "写诗"]);
    assert_eq!(shingles_of("abc"), ["abc"]);
    let wide = ShingleWidths::new(NonZeroUsize::new(4).unwrap(), NonZeroUsize::new(3).unwrap());
    assert_eq!(shingles("炸药怎么", wide).collect::<Vec<_>>(), ["炸药怎", "药怎么"]);
    assert_eq!(shingles("bombs", wide).collect::<Vec<_>>(), ["bomb", "ombs"]);
}

proptest! {
    #[test]
    fn a_text_with_any_content_has_words_and_shingles(text in any_text()) {
        let text = normal(&text);
        prop_assert_eq!(words(&text).count() == 0, text.is_empty());
        prop_assert_eq!(ShingleSet::new(&text, ShingleWidths::V1).is_empty(), text.is_empty());
    }

    #[test]
    fn no_token_is_empty_or_holds_a_space(text in any_text()) {
        for word in words(&normal(&text)) {
            prop_assert!(!word.is_empty() && !word.contains(' '));
        }
    }

    #[test]
    fn tokens_are_cut_from_any_text_without_panic(text in any_text()) {
        prop_assert!(words(&text).all(|word| text.contains(word)));
        prop_assert!(shingles(&text, ShingleWidths::V1).all(|shingle| text.contains(shingle)));
    }
}
