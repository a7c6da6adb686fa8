//! How much each kind of agreement counts.

/// Days between two ranges that still count as one date window: reports, and editors, date an event by when it happened or by
/// when it became known, which is often the next month.
pub const WINDOW_DAYS: u32 = 45;

/// What a shared feature is worth. The default was chosen by cross-validation (docs/evaluation.md says over what) and every
/// field can be set, so that a desk with other texts can choose by its own judged pairs.
#[derive(Clone, Copy, Debug, PartialEq)]
#[expect(clippy::exhaustive_structs, reason = "a search over weights builds it field by field")]
pub struct Weights {
    /// BM25's `k1`: how soon a repeated word of a row stops counting more.
    pub saturation: f64,
    /// BM25's `b`: how much a long row is held back, from 0 to 1.
    pub length: f64,
    /// How much more a word at the beginning of the question counts than one at its end.
    pub beginning: f64,
    /// Words after which that has fallen to 37 %.
    pub beginning_words: f64,
    /// How soon a repeated word of the question stops counting more.
    pub question_saturation: f64,
    /// The power to which a word's rarity is raised.
    pub rarity: f64,
    /// A pair of neighbouring words.
    pub phrase: f64,
    /// Two words of one meaning.
    pub meaning: f64,
    /// Four letters in a row, for names that are spelled in two ways. A word has several of them.
    pub letters: f64,
    /// Initials on one side that are spelled out on the other.
    pub initials: f64,
    /// A word of an entity's name.
    pub entity: f64,
    /// A word of a model's name.
    pub model: f64,
    /// One source, in units of the rarest word.
    pub source: f64,
    /// One date window, in units of the rarest word.
    pub dates: f64,
}

impl Default for Weights {
    fn default() -> Self {
        Self {
            saturation: 1.2,
            length: 0.55,
            beginning: 1.0,
            beginning_words: 40.0,
            question_saturation: 2.0,
            rarity: 2.0,
            phrase: 0.3,
            meaning: 0.5,
            letters: 0.05,
            initials: 1.0,
            entity: 0.3,
            model: 0.5,
            source: 1.0,
            dates: 1.0,
        }
    }
}
