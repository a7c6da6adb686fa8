//! Words that oblige and words that forbid, in English and in Chinese.
//!
//! Told by the words alone: `shall not` and 不得 forbid, `shall` and 应当 oblige. A sentence that obliges without such a word
//! is not seen.

use record::language::LanguageTag;

use crate::explain::Language;

/// What a text does to its reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(clippy::exhaustive_enums, reason = "the two that bind")]
pub enum Modal {
    /// It obliges: `shall`, `must`; 应当, 必须.
    Obliges,
    /// It forbids: `shall not`, `must not`, `may not`; 不得.
    Forbids,
}

impl Modal {
    /// What it does, as a verb.
    #[must_use]
    pub const fn meaning(self, language: Language) -> &'static str {
        match (self, language) {
            (Self::Obliges, Language::English) => "obliges (shall, must)",
            (Self::Forbids, Language::English) => "forbids (shall not, must not, may not)",
            (Self::Obliges, Language::Chinese) => "含有义务用语（应当、必须）",
            (Self::Forbids, Language::Chinese) => "含有禁止用语（不得）",
        }
    }
}

#[derive(Default)]
struct Found {
    obliges: bool,
    forbids: bool,
}

/// What one rendition does and another does not. Nothing for languages whose words are not known here.
pub(super) fn missing(one: (&LanguageTag, &str), other: (&LanguageTag, &str)) -> Vec<Modal> {
    let (Some(one), Some(other)) = (found(one), found(other)) else { return Vec::new() };
    let obliges = (one.obliges && !other.obliges).then_some(Modal::Obliges);
    let forbids = (one.forbids && !other.forbids).then_some(Modal::Forbids);
    obliges.into_iter().chain(forbids).collect()
}

fn found((language, text): (&LanguageTag, &str)) -> Option<Found> {
    match language.as_str().split('-').next() {
        Some("en") => Some(english(text)),
        Some("zh") => Some(chinese(text)),
        _ => None,
    }
}

/// Sentences that begin so forbid what they then say shall, must or may be done.
const NEGATIVE_SUBJECTS: [&str; 6] = ["no", "nothing", "nobody", "none", "neither", "never"];
const NEGATIONS: [&str; 4] = ["not", "neither", "never", "no"];

fn english(text: &str) -> Found {
    let mut found = Found::default();
    for sentence in text.split(['.', ';', ':', '\n']) {
        let sentence = sentence.to_lowercase();
        let words: Vec<_> = sentence.split(|it: char| !it.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
        let is_negative = words.first().is_some_and(|word| NEGATIVE_SUBJECTS.contains(word));
        for (at, word) in words.iter().enumerate() {
            let next = words.get(at.saturating_add(1)).copied().unwrap_or_default();
            let forbids = is_negative || NEGATIONS.contains(&next);
            match *word {
                "shall" | "must" | "may" if forbids => found.forbids = true,
                "shall" | "must" => found.obliges = true,
                _ => {}
            }
        }
    }
    found
}

/// Words in which 应 is no duty, by the character before and after it.
const BEFORE: [char; 14] = ['相', '响', '反', '适', '供', '对', '效', '回', '響', '適', '對', '感', '呼', '不'];
const AFTER: [char; 10] = ['对', '急', '用', '答', '邀', '变', '對', '變', '请', '請'];

fn chinese(text: &str) -> Found {
    // "Cannot but" and "need not" are written with the same characters.
    let text = text.replace("不得不", "必须").replace("无须", "").replace("毋须", "").replace("無須", "");
    let forbids = ["不得", "不应", "不應"].iter().any(|word| text.contains(word));
    let obliges = text.contains('须') || text.contains('須') || has_duty(&text);
    Found { obliges, forbids }
}

fn has_duty(text: &str) -> bool {
    let characters: Vec<_> = text.chars().collect();
    characters.iter().enumerate().any(|(at, character)| {
        let before = at.checked_sub(1).and_then(|at| characters.get(at));
        let after = characters.get(at.saturating_add(1));
        matches!(character, '应' | '應')
            && !before.is_some_and(|it| BEFORE.contains(it))
            && !after.is_some_and(|it| AFTER.contains(it))
    })
}
