//! Words for people: why something may leave, why the rest may not, and what would have to change.

mod what_if;
mod words;

pub use what_if::{WhatIf, WhatIfClause};
pub use words::{Explained, explain};

use std::str::FromStr;

use record::language::TaggedText;

/// A language that Détente itself speaks. Agreements may be written in any.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(clippy::exhaustive_enums, reason = "what is said must be said in both, or not compile")]
pub enum Language {
    /// English.
    English,
    /// Simplified Chinese.
    Chinese,
}

impl Language {
    /// Both.
    pub const ALL: [Self; 2] = [Self::English, Self::Chinese];

    /// Its tag (BCP 47).
    #[must_use]
    pub const fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Chinese => "zh-Hans",
        }
    }
}

impl Language {
    /// The best rendition for a reader of this language.
    #[must_use]
    pub fn choose(self, text: &TaggedText) -> &str {
        let wish = self.tag().parse().ok();
        text.choose(wish.as_slice()).1
    }
}

impl FromStr for Language {
    type Err = record::words::UnknownWord;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "en" => Ok(Self::English),
            "zh" | "zh-Hans" | "zh-CN" => Ok(Self::Chinese),
            _ => Err(record::words::UnknownWord::new("language", text, &["en", "zh-Hans"])),
        }
    }
}
