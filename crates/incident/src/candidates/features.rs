//! What of a text or a row is compared.

use std::collections::BTreeMap;

use super::meanings::groups;
use super::row::{MAX_CODED, MAX_NAME_BYTES, MAX_TEXT_BYTES, Row, beginning};
use super::tokens::{Script, Token, tokens};
use super::weights::Weights;

/// How many letters stand together in a piece of a word, its edges counted as letters.
const PIECE: usize = 4;

/// Lengths of initials that are looked for. Two letters are too common, six are rare.
const INITIALS: std::ops::RangeInclusive<usize> = 3..=5;

/// What kind of thing a feature is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    Word,
    Han,
    Phrase,
    Meaning,
    Letters,
    /// First letters of neighbouring words.
    Initials,
    /// A word in capitals, which may be such letters.
    Capitals,
    Entity,
    Model,
    Source,
}

/// A kind and the text that must be the same.
pub(super) type Feature = (Kind, String);

/// How often a feature stands somewhere, and how it is spelled where it stands first.
#[derive(Debug, Default)]
pub(super) struct Seen {
    pub(super) times: u32,
    /// The same, where earlier places count more.
    pub(super) amount: f64,
    pub(super) spelled: String,
}

/// The features of a row, and how many words its text has.
#[derive(Debug, Default)]
pub(super) struct Features {
    pub(super) seen: BTreeMap<Feature, Seen>,
    pub(super) length: u32,
    /// Added to every place, so that a second text comes after the first.
    offset: usize,
}

impl Features {
    pub(super) fn of(row: &Row, weights: &Weights) -> Self {
        let mut features = Self::default();
        features.read(beginning(&row.title, MAX_TEXT_BYTES), weights);
        features.read(beginning(&row.description, MAX_TEXT_BYTES), weights);
        features.coded(Kind::Entity, &row.entities);
        features.coded(Kind::Model, &row.models);
        for source in row.sources.iter().take(MAX_CODED) {
            features.add(Kind::Source, address(source), 1.0, source);
        }
        features
    }

    fn read(&mut self, text: &str, weights: &Weights) {
        let words = tokens(text);
        let mut before: Option<&Token> = None;
        for token in &words {
            let place = f64::from(u32::try_from(token.place.saturating_add(self.offset)).unwrap_or(u32::MAX));
            let amount = 1.0 + weights.beginning * (-place / weights.beginning_words).exp();
            self.word(token, before, amount);
            before = Some(token);
        }
        self.initials(&words);
        self.offset = self.offset.saturating_add(words.last().map_or(0, |token| token.place.saturating_add(1)));
    }

    fn word(&mut self, token: &Token, before: Option<&Token>, amount: f64) {
        let kind = if token.script == Script::Unspaced { Kind::Han } else { Kind::Word };
        self.length = self.length.saturating_add(1);
        self.add(kind, token.key.clone(), amount, &token.spelled);
        self.meanings(&token.key, &token.spelled, amount);
        if let Some(before) = before.filter(|before| before.script != Script::Unspaced && kind == Kind::Word) {
            let pair = format!("{} {}", before.key, token.key);
            let spelled = format!("{} {}", before.spelled, token.spelled);
            self.meanings(&pair, &spelled, amount);
            self.add(Kind::Phrase, pair, amount, &spelled);
        }
        if kind == Kind::Word {
            self.letters(token, amount);
        }
        if token.script == Script::Capitals && INITIALS.contains(&token.spelled.len()) {
            self.add(Kind::Capitals, token.spelled.to_ascii_lowercase(), amount, &token.spelled);
        }
    }

    fn meanings(&mut self, words: &str, spelled: &str, amount: f64) {
        for group in groups(words) {
            self.add(Kind::Meaning, group.to_string(), amount, spelled);
        }
    }

    fn letters(&mut self, token: &Token, amount: f64) {
        if token.key.chars().count() < PIECE.saturating_sub(1) || token.key.bytes().all(|octet| octet.is_ascii_digit())
        {
            return;
        }
        let edged: Vec<char> = std::iter::once('^').chain(token.key.chars()).chain(std::iter::once('$')).collect();
        for piece in edged.windows(PIECE) {
            self.add(Kind::Letters, piece.iter().collect(), amount, &token.spelled);
        }
    }

    fn initials(&mut self, words: &[Token]) {
        let spaced: Vec<&Token> = words.iter().filter(|token| token.script != Script::Unspaced).collect();
        for length in INITIALS {
            for run in spaced.windows(length) {
                let letters: String =
                    run.iter().filter_map(|token| token.spelled.chars().next()).flat_map(char::to_lowercase).collect();
                let spelled: Vec<&str> = run.iter().map(|token| token.spelled.as_str()).collect();
                self.add(Kind::Initials, letters, 1.0, &spelled.join(" "));
            }
        }
    }

    /// Each word of each name, so that `Keolis North America` is found by `Keolis`.
    fn coded(&mut self, kind: Kind, names: &[String]) {
        for name in names.iter().take(MAX_CODED) {
            for token in tokens(beginning(name, MAX_NAME_BYTES)) {
                self.add(kind, token.key, 1.0, name);
            }
        }
    }

    fn add(&mut self, kind: Kind, key: String, amount: f64, spelled: &str) {
        let seen = self.seen.entry((kind, key)).or_default();
        seen.times = seen.times.saturating_add(1);
        seen.amount += amount;
        if seen.spelled.is_empty() {
            spelled.clone_into(&mut seen.spelled);
        }
    }
}

/// An address without what differs between two copies of it: scheme, `www.`, fragment, last slash, capitals.
fn address(source: &str) -> String {
    let small = beginning(source.trim(), MAX_NAME_BYTES).to_lowercase();
    let bare = small.split_once("://").map_or(small.as_str(), |(_, rest)| rest);
    let bare = bare.split('#').next().unwrap_or(bare);
    bare.strip_prefix("www.").unwrap_or(bare).trim_end_matches('/').to_owned()
}
