//! Versioned normal forms.
//!
//! `norm/1`, in order: compatibility decomposition; invisible characters dropped; case folding;
//! letters that look like an ASCII letter become it; traditional Chinese characters become
//! simplified ones; marks dropped after Latin, Greek and Cyrillic letters; digits standing for
//! letters inside Latin words become letters; punctuation and white space become one space;
//! canonical composition. Steps up to the simplified characters look at one character at a time, so
//! they are one table (`fold`), closed under itself; the rest is one pass (`stream`).
//!
//! Choices that differ from a plain NFKC + UTS #39 skeleton, each so that normalising twice changes
//! nothing and honest text survives:
//! * The composition half of NFKC comes last: accents must be apart from their letters to be dropped.
//! * Case folds *before* look-alikes, and the look-alike table is closed over case (Cyrillic `Н` and
//!   `н` are both `h`): otherwise capitals of a Russian text would not match its small letters.
//! * Look-alikes lead only *to* ASCII letters and never *from* ASCII, with one exception: `I` looks
//!   like `l` and is `i` in another case, so `i` and `l` must be one letter, `l`. Rows such as
//!   `m -> rn` are turned round instead.
//! * Look-alikes never start at Han, kana, Hangul, Indic or right-to-left letters (一 is not ー, 口
//!   is not ロ, 二 is not ニ), nor at digits or marks: there they occur in ordinary text.
//! * `0 1 3 4 5 7 @ $` become `o l e a s t a s` only in a word with a Latin letter, or in a numeral of
//!   such digits beside such a word (`70 k1ll`): 2026 and `10 days` stay.
//! * Marks are vowels in Hindi and Thai and stay with their letters, as in every script but Latin, Greek
//!   and Cyrillic. A mark on a digit, on punctuation or on nothing is dropped.

mod fold;
mod leet;
mod nfkc;
mod stream;

pub use nfkc::nfkc;

/// The most a normal form can outgrow its input, in bytes. NFKC expands no character to more than
/// 18 (U+FDFA); that the later steps stay within the same bound is tested for every character.
pub const MAX_GROWTH: usize = 18;

/// A normaliser that never changes again once released.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum NormaliserVersion {
    /// `norm/1`, on Unicode 18.
    V1,
}

impl NormaliserVersion {
    /// The name that goes into every signal made with this version.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::V1 => "norm/1",
        }
    }

    /// The version of that name, if this build knows it.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        (name == Self::V1.name()).then_some(Self::V1)
    }

    /// The normal form of a text: for matching, not for reading.
    #[must_use]
    pub fn normalise(self, text: &str) -> Normalised {
        match self {
            Self::V1 => Normalised { version: self, text: stream::normalise(text) },
        }
    }
}

/// What one character is by itself, before its neighbours are looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "a character vanishes, separates, is a Latin letter or is something else")]
pub enum Folded {
    /// It is invisible, or a mark.
    Nothing,
    /// White space.
    Space,
    /// One of `a` to `z`, or something that looks like it.
    Letter(char),
    /// Anything else: a digit, a sign, a letter of another script.
    Other(char),
}

impl NormaliserVersion {
    /// What a character becomes by itself: case, width, accents and look-alikes are undone, and a digit stays a digit. One that
    /// becomes several is what the first of them is.
    #[must_use]
    pub fn fold(self, character: char) -> Folded {
        match self {
            Self::V1 => stream::fold(character),
        }
    }
}

/// A text in normal form, and which one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Normalised {
    version: NormaliserVersion,
    text: String,
}

impl Normalised {
    /// The normaliser that made it.
    #[must_use]
    pub const fn version(&self) -> NormaliserVersion {
        self.version
    }

    /// The normal form.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The normal form, owned.
    #[must_use]
    pub fn into_string(self) -> String {
        self.text
    }
}

impl AsRef<str> for Normalised {
    fn as_ref(&self) -> &str {
        &self.text
    }
}
