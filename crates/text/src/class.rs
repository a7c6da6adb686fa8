//! What kind of character one is, as far as matching cares.

/// The class of a character under the frozen tables.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Class {
    /// Format and control characters, variation selectors, tags, fillers.
    Invisible,
    Space,
    /// Punctuation, and mathematical, currency and modifier symbols.
    Punctuation,
    /// `@` and `$`: a letter inside a Latin word, punctuation elsewhere.
    LetterSymbol,
    /// Drawn over, under, around or beside its base. Marks of all three categories share a class,
    /// since some spacing marks decompose into a spacing and a nonspacing one.
    Mark,
    AsciiDigit,
    Digit,
    Latin,
    GreekOrCyrillic,
    Han,
    Kana,
    /// Thai, Lao, Khmer, Burmese: alphabets written without spaces between words.
    Unspaced,
    /// Emoji, pictographs, circled numbers.
    Symbol,
    /// All other letters, and whatever Unicode had not assigned when the table was frozen.
    #[default]
    Letter,
}

impl Class {
    pub(crate) fn from_name(name: &str) -> Option<Self> {
        Some(match name {
            "invisible" => Self::Invisible,
            "space" => Self::Space,
            "punctuation" => Self::Punctuation,
            "mark" => Self::Mark,
            "digit" => Self::Digit,
            "latin" => Self::Latin,
            "greek_or_cyrillic" => Self::GreekOrCyrillic,
            "han" => Self::Han,
            "kana" => Self::Kana,
            "unspaced" => Self::Unspaced,
            "symbol" => Self::Symbol,
            _ => return None,
        })
    }

    /// `@`, `$` and the ASCII digits behave unlike the rest of their class.
    pub(crate) fn refined(self, character: char) -> Self {
        match character {
            '@' | '$' => Self::LetterSymbol,
            '0'..='9' => Self::AsciiDigit,
            _ => self,
        }
    }

    pub(crate) fn separates(self) -> bool {
        matches!(self, Self::Invisible | Self::Space | Self::Punctuation | Self::LetterSymbol)
    }

    /// May stand inside a word in which `4` can be an `a`.
    pub(crate) fn joins_latin_words(self) -> bool {
        matches!(self, Self::Latin | Self::GreekOrCyrillic | Self::AsciiDigit | Self::LetterSymbol)
    }

    /// Whether marks on such a base carry meaning. On Latin, Greek and Cyrillic letters and on
    /// digits they are accents or decoration; in Hindi and Thai they are the vowels.
    pub(crate) fn keeps_marks(self) -> bool {
        !self.separates() && !self.joins_latin_words()
    }
}
