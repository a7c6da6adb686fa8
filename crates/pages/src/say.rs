//! What a leaf of a page says.

use api::Language;

use crate::words;

/// A text of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Say {
    /// Words of ours, by their key.
    Word(&'static str),
    /// Words of ours with values in them.
    With(&'static str, Vec<(&'static str, Arg)>),
    /// Words that another part of the program has in both languages: English, Simplified Chinese.
    Both([String; 2]),
    /// A word of a list that others keep: our words for it by a key, or the word itself if we have none.
    Known(String, String),
    /// What somebody wrote. It is escaped, keeps its own direction, and shows what is invisible in it.
    Content(String),
    /// A sign that is no language: an id, a number, a file's name. Shown as content is.
    Sign(String),
}

/// A value within words.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Arg {
    /// A text, as content.
    Text(String),
    /// A number: words may depend on how many.
    Number(i64),
}

impl Say {
    /// What somebody wrote.
    #[must_use]
    pub fn content(text: impl Into<String>) -> Self {
        Self::Content(text.into())
    }

    /// A sign that is no language.
    #[must_use]
    #[expect(clippy::needless_pass_by_value, reason = "whoever writes a page gives a number or an id as it is")]
    pub fn sign(text: impl ToString) -> Self {
        Self::Sign(text.to_string())
    }

    /// Words of ours with a number in them, called `count`.
    #[must_use]
    pub fn count(key: &'static str, count: usize) -> Self {
        Self::With(key, vec![("count", Arg::Number(i64::try_from(count).unwrap_or(i64::MAX)))])
    }

    /// Words of ours with a text in them.
    #[must_use]
    pub fn with(key: &'static str, name: &'static str, text: impl Into<String>) -> Self {
        Self::With(key, vec![(name, Arg::Text(text.into()))])
    }

    /// A word of a list that others keep: `severity` and `high` are found under `severity-high`.
    #[must_use]
    pub fn known(list: &str, word: &str) -> Self {
        Self::Known(format!("{list}-{word}"), word.to_owned())
    }

    /// The same of an open list: what there is no word for stands as the sign that it is.
    #[must_use]
    pub fn known_or_sign(list: &str, word: &str, sign: &str) -> Self {
        let key = format!("{list}-{word}");
        if words::find(Language::English, &key, &[]).is_some() {
            return Self::Known(key, sign.to_owned());
        }
        Self::sign(sign)
    }

    /// Both forms of words, as another part of the program has them.
    #[must_use]
    pub fn both([english, chinese]: [&str; 2]) -> Self {
        Self::Both([english.to_owned(), chinese.to_owned()])
    }

    /// The text in a language. Nothing is escaped yet.
    #[must_use]
    pub fn text(&self, language: Language) -> String {
        match self {
            Self::Word(key) => words::say(language, key, &[]),
            Self::With(key, values) => words::say(language, key, values),
            Self::Both([english, chinese]) => match language {
                Language::English => english.clone(),
                Language::Chinese => chinese.clone(),
            },
            Self::Known(key, word) => words::find(language, key, &[]).unwrap_or_else(|| word.clone()),
            Self::Content(text) | Self::Sign(text) => text.clone(),
        }
    }
}

impl From<&'static str> for Say {
    fn from(key: &'static str) -> Self {
        Self::Word(key)
    }
}

impl From<i64> for Arg {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

impl From<String> for Arg {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}
