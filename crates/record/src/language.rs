//! Text in several languages.
//!
//! A [`TaggedText`] is what an author wrote, per language, in the order in which they wrote it. What a page says itself
//! comes from translations elsewhere; this is what is put into them, so it can be isolated from its surroundings.

mod choose;

use std::fmt;
use std::str::FromStr;

use unic_langid::LanguageIdentifier;

use crate::json::{Json, Map};
use crate::limits::{MAX_LANGUAGE_BYTES, MAX_LANGUAGES};

/// A language, with script, region and variants where they matter (BCP 47), in canonical case.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct LanguageTag {
    text: Box<str>,
    identifier: LanguageIdentifier,
}

/// The way a line runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Direction {
    /// As Latin and Chinese.
    LeftToRight,
    /// As Arabic and Hebrew.
    RightToLeft,
}

/// Scripts that run from right to left (Unicode 16, scripts in modern use), whatever the language.
const RIGHT_TO_LEFT: [&str; 10] = ["Adlm", "Arab", "Aran", "Hebr", "Mand", "Nkoo", "Rohg", "Samr", "Syrc", "Thaa"];

/// Languages that are usually written in one of those, by the likely subtags of CLDR 47.
const WRITTEN_RIGHT_TO_LEFT: [&str; 36] = [
    "aeb", "ajp", "apc", "ar", "arc", "arq", "ary", "arz", "azb", "bal", "bgn", "bqi", "ckb", "dv", "fa", "glk", "he",
    "khw", "ks", "lrc", "luz", "mzn", "nqo", "pnb", "prs", "ps", "rhg", "sd", "sdh", "skr", "syr", "trw", "ug", "ur",
    "yi", "ydd",
];

/// Languages that are written so in some countries only.
const WRITTEN_RIGHT_TO_LEFT_IN: [(&str, &str); 7] =
    [("az", "IQ"), ("az", "IR"), ("ku", "IQ"), ("ku", "IR"), ("pa", "PK"), ("uz", "AF"), ("tk", "IR")];

impl LanguageTag {
    /// The canonical text: `zh-Hans-CN`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The way its text runs: by the script where one is named, else by the language's usual one.
    #[must_use]
    pub fn direction(&self) -> Direction {
        let language = self.identifier.language.as_str();
        let region = self.identifier.region.as_ref().map_or("", |region| region.as_str());
        let by_script = self.identifier.script.map(|script| RIGHT_TO_LEFT.contains(&script.as_str()));
        let by_language =
            || WRITTEN_RIGHT_TO_LEFT.contains(&language) || WRITTEN_RIGHT_TO_LEFT_IN.contains(&(language, region));
        if by_script.unwrap_or_else(by_language) { Direction::RightToLeft } else { Direction::LeftToRight }
    }
}

impl Direction {
    /// The value of the attribute `dir` in HTML.
    #[must_use]
    pub const fn html(self) -> &'static str {
        match self {
            Self::LeftToRight => "ltr",
            Self::RightToLeft => "rtl",
        }
    }
}

impl FromStr for LanguageTag {
    type Err = NotALanguage;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = || NotALanguage { text: text.chars().take(MAX_LANGUAGE_BYTES).collect() };
        // The library also takes `_`, which BCP 47 does not have.
        if text.is_empty() || text.len() > MAX_LANGUAGE_BYTES || text.contains('_') {
            return Err(wrong());
        }
        let identifier: LanguageIdentifier = text.parse().map_err(|_| wrong())?;
        // It also takes four letters, which can only be a script, as a variant.
        if identifier.variants().any(|variant| variant.as_str().len() == 4 && !starts_with_digit(variant.as_str())) {
            return Err(wrong());
        }
        Ok(Self { text: identifier.to_string().into(), identifier })
    }
}

fn starts_with_digit(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_digit())
}

impl Ord for LanguageTag {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.text.cmp(&other.text)
    }
}

impl PartialOrd for LanguageTag {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for LanguageTag {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.text)
    }
}

impl fmt::Debug for LanguageTag {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "LanguageTag({})", self.text)
    }
}

/// A text is not a language tag.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{}` is not a language tag such as en or zh-Hans", text.escape_debug())]
#[non_exhaustive]
pub struct NotALanguage {
    /// What stood there, cut to [`MAX_LANGUAGE_BYTES`] characters.
    pub text: String,
}

/// The same text in at least one language, in its author's order; the first is what is shown to a reader of none of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaggedText {
    first: (LanguageTag, String),
    others: Vec<(LanguageTag, String)>,
}

impl TaggedText {
    /// A text in one language.
    ///
    /// # Errors
    /// [`TextError`] if the text is empty or holds NUL.
    pub fn new(language: LanguageTag, text: impl Into<String>) -> Result<Self, TextError> {
        Ok(Self { first: rendition(language, text.into())?, others: Vec::new() })
    }

    /// Adds the text in another language.
    ///
    /// # Errors
    /// [`TextError`] if the language is there already, one too many, or the text is empty or holds NUL.
    pub fn and(mut self, language: LanguageTag, text: impl Into<String>) -> Result<Self, TextError> {
        if self.get(&language).is_some() {
            return Err(TextError::Twice { language });
        }
        if self.len() >= MAX_LANGUAGES {
            return Err(TextError::TooMany);
        }
        self.others.push(rendition(language, text.into())?);
        Ok(self)
    }

    /// The text in exactly this language.
    #[must_use]
    pub fn get(&self, language: &LanguageTag) -> Option<&str> {
        self.iter().find(|(tag, _)| *tag == language).map(|(_, text)| text)
    }

    /// The renditions in their author's order.
    pub fn iter(&self) -> impl Iterator<Item = (&LanguageTag, &str)> {
        std::iter::once(&self.first).chain(&self.others).map(|(tag, text)| (tag, text.as_str()))
    }

    /// How many languages there are: at least one.
    #[must_use]
    #[expect(clippy::len_without_is_empty, reason = "a tagged text is never empty")]
    pub const fn len(&self) -> usize {
        self.others.len().saturating_add(1)
    }

    /// The rendition for a reader of these languages, best first.
    ///
    /// Each wish falls back as in RFC 4647 section 3.4, with the scripts of Chinese told from its regions: `zh-CN` is
    /// served by `zh-Hans`, then by `zh`. A wish in another script of its language is better than no wish; after that the
    /// author's first rendition is taken, so this never fails.
    #[must_use]
    pub fn choose(&self, wishes: &[LanguageTag]) -> (&LanguageTag, &str) {
        let near = wishes.iter().find_map(|wish| choose::nearest(self, wish, choose::Distance::Bare));
        let far = || wishes.iter().find_map(|wish| choose::nearest(self, wish, choose::Distance::OtherScript));
        near.or_else(far).unwrap_or((&self.first.0, &self.first.1))
    }

    /// Reads `{"en": "...", "zh-Hans": "..."}`.
    ///
    /// # Errors
    /// [`TextError`] for anything else, an empty object, or two spellings of one language.
    pub fn from_json(value: &Json) -> Result<Self, TextError> {
        let members = value.as_object().ok_or(TextError::Form { found: value.form() })?;
        let mut renditions = members.iter().map(read_rendition);
        let (language, text) = renditions.next().ok_or(TextError::Nothing)??;
        renditions.try_fold(Self::new(language, text)?, |whole, one| {
            let (language, text) = one?;
            whole.and(language, text)
        })
    }

    /// The JSON form, tags in canonical case.
    #[must_use]
    pub fn to_json(&self) -> Json {
        self.iter().map(|(tag, text)| (tag.as_str(), Json::text(text))).collect::<Map>().into()
    }
}

fn rendition(language: LanguageTag, text: String) -> Result<(LanguageTag, String), TextError> {
    if text.is_empty() {
        return Err(TextError::Empty { language });
    }
    if text.contains('\0') {
        return Err(TextError::Nul { language });
    }
    Ok((language, text))
}

fn read_rendition<'a>((name, value): (&str, &'a Json)) -> Result<(LanguageTag, &'a str), TextError> {
    let language: LanguageTag = name.parse()?;
    let text = value.as_str().ok_or_else(|| TextError::NotText { language: language.clone(), found: value.form() })?;
    Ok((language, text))
}

/// The text between Unicode isolates (FSI ... PDI, UAX #9 section 2.4), as Fluent puts an insertion into a sentence.
///
/// Isolates that the text leaves open are closed, and closing marks that would end ours are dropped: foreign text cannot
/// reorder what stands around it.
#[must_use]
pub fn isolate(text: &str) -> String {
    let mut out = String::with_capacity(text.len().saturating_add(6));
    let mut open = 0_usize;
    out.push('\u{2068}');
    for character in text.chars() {
        match character {
            '\u{2066}'..='\u{2068}' => open = open.saturating_add(1),
            '\u{2069}' if open == 0 => continue,
            '\u{2069}' => open = open.saturating_sub(1),
            _ => {}
        }
        out.push(character);
    }
    out.extend(std::iter::repeat_n('\u{2069}', open.saturating_add(1)));
    out
}

/// A value is not a language-tagged text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TextError {
    /// Another form of JSON than an object.
    #[error("found {found} where an object such as {{\"en\": \"...\"}} should stand")]
    Form {
        /// What stood there.
        found: &'static str,
    },
    /// No language at all.
    #[error("the text is in no language; give at least one")]
    Nothing,
    /// A name that is no language tag.
    #[error(transparent)]
    Language(#[from] NotALanguage),
    /// A language whose value is not a string.
    #[error("the text in `{language}` should be a string, not {found}")]
    NotText {
        /// The language.
        language: LanguageTag,
        /// What stood there.
        found: &'static str,
    },
    /// An empty text.
    #[error("the text in `{language}` is empty; leave the language out")]
    Empty {
        /// The language.
        language: LanguageTag,
    },
    /// A text with U+0000.
    #[error("the text in `{language}` holds U+0000; remove it")]
    Nul {
        /// The language.
        language: LanguageTag,
    },
    /// Two spellings of one language.
    #[error("the language `{language}` stands twice; keep one")]
    Twice {
        /// The language, in canonical case.
        language: LanguageTag,
    },
    /// More languages than [`MAX_LANGUAGES`].
    #[error("more than {MAX_LANGUAGES} languages")]
    TooMany,
}
