//! Rows by what stands in them.

use std::collections::{BTreeMap, BTreeSet};

use super::features::{Feature, Features, Kind};
use super::reasons::{Candidate, explain};
use super::row::{DayRange, Row};
use super::weights::{WINDOW_DAYS, Weights};

/// Candidates that one question may ask for: more than a person reads, and each is explained by reading its row again.
pub const MAX_ANSWERS: usize = 100;

/// Why a row was not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum IndexError {
    /// A row with that id is there.
    #[error("a row with id `{0}` is already in the index")]
    Twice(String),
    /// The id is empty, so nobody could say which row is meant.
    #[error("row {0} has no id")]
    NoId(usize),
    /// Rows are counted by 32 bits.
    #[error("the index holds {0} rows and takes no more")]
    Full(usize),
}

/// Rows in which candidates are looked for.
#[derive(Debug, Default)]
pub struct Index {
    pub(super) weights: Weights,
    pub(super) rows: Vec<Row>,
    ids: BTreeSet<String>,
    lengths: Vec<u32>,
    total_length: u64,
    postings: BTreeMap<Feature, Vec<Posting>>,
}

#[derive(Debug)]
struct Posting {
    row: u32,
    times: u32,
}

/// A feature of the question as it is looked for in rows.
pub(super) struct Asked {
    pub(super) feature: Feature,
    pub(super) spelled: String,
    /// What it is worth where it is found once in a row of usual length.
    gain: f64,
}

impl Index {
    /// An empty index with these weights.
    #[must_use]
    pub fn new(weights: Weights) -> Self {
        Self { weights, ..Self::default() }
    }

    /// Takes a row in.
    ///
    /// # Errors
    /// If the row has no id, or its id is there, or the index is full.
    pub fn insert(&mut self, row: Row) -> Result<(), IndexError> {
        let number = u32::try_from(self.rows.len()).map_err(|_| IndexError::Full(self.rows.len()))?;
        if row.id.is_empty() {
            return Err(IndexError::NoId(self.rows.len()));
        }
        if !self.ids.insert(row.id.clone()) {
            return Err(IndexError::Twice(row.id));
        }
        let features = Features::of(&row, &self.weights);
        for (feature, seen) in features.seen {
            self.postings.entry(feature).or_default().push(Posting { row: number, times: seen.times });
        }
        self.lengths.push(features.length);
        self.total_length = self.total_length.saturating_add(u64::from(features.length));
        self.rows.push(row);
        Ok(())
    }

    /// How many rows there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there is no row.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The rows that may be the same event as this one, best first, each with its reasons; at most [`MAX_ANSWERS`]. A row with
    /// the question's own id is left out. An empty list says that nothing is shared, not that nothing is the same.
    #[must_use]
    pub fn candidates(&self, question: &Row, limit: usize) -> Vec<Candidate> {
        let asked = self.asked(question);
        let scores = self.scores(&asked, question.days);
        let best = self.best(&scores, question, limit.min(MAX_ANSWERS));
        best.into_iter().filter_map(|row| explain(self, &asked, question, row)).collect()
    }

    /// The ids of all rows that share something, best first.
    pub(super) fn order(&self, question: &Row) -> Vec<&str> {
        let scores = self.scores(&self.asked(question), question.days);
        let best = self.best(&scores, question, self.rows.len());
        best.into_iter().filter_map(|row| self.rows.get(row)).map(|row| row.id.as_str()).collect()
    }

    fn asked(&self, question: &Row) -> Vec<Asked> {
        let features = Features::of(question, &self.weights);
        let mut asked = Vec::new();
        for ((kind, key), seen) in features.seen {
            for &inside in looked_for_in(kind) {
                let feature = (inside, key.clone());
                let Some(found) = self.postings.get(&feature) else { continue };
                let repeated = seen.amount * (1.0 + self.weights.question_saturation)
                    / (seen.amount + self.weights.question_saturation);
                let gain = self.worth(inside) * self.rarity(found.len()) * repeated;
                asked.push(Asked { feature, spelled: seen.spelled.clone(), gain });
            }
        }
        asked
    }

    fn worth(&self, kind: Kind) -> f64 {
        match kind {
            Kind::Word | Kind::Han => 1.0,
            Kind::Phrase => self.weights.phrase,
            Kind::Meaning => self.weights.meaning,
            Kind::Letters => self.weights.letters,
            Kind::Initials | Kind::Capitals => self.weights.initials,
            Kind::Entity => self.weights.entity,
            Kind::Model => self.weights.model,
            Kind::Source => self.weights.source,
        }
    }

    /// BM25's inverse document frequency, raised.
    fn rarity(&self, found: usize) -> f64 {
        let (rows, found) = (count(self.rows.len()), count(found));
        (1.0 + (rows - found + 0.5) / (found + 0.5)).ln().powf(self.weights.rarity)
    }

    fn scores(&self, asked: &[Asked], days: Option<DayRange>) -> Vec<f64> {
        let mut scores = vec![0.0; self.rows.len()];
        for one in asked {
            for posting in self.postings.get(&one.feature).into_iter().flatten() {
                let row = usize::try_from(posting.row).unwrap_or(usize::MAX);
                if let Some(score) = scores.get_mut(row) {
                    *score += self.part(one, row, posting.times);
                }
            }
        }
        for (score, row) in scores.iter_mut().zip(&self.rows) {
            // A window alone would call everything of one month alike.
            if *score > 0.0 {
                *score += self.window(days, row.days).map_or(0.0, |(_, weight)| weight);
            }
        }
        scores
    }

    /// What one feature adds to the score of a row where it stands so often.
    pub(super) fn part(&self, asked: &Asked, row: usize, times: u32) -> f64 {
        let times = f64::from(times);
        match asked.feature.0 {
            Kind::Entity | Kind::Model | Kind::Source => asked.gain,
            Kind::Letters => asked.gain / self.length_factor(row),
            Kind::Word | Kind::Han | Kind::Phrase | Kind::Meaning | Kind::Initials | Kind::Capitals => {
                let saturation = self.weights.saturation;
                asked.gain * times * (saturation + 1.0) / (times + saturation) / self.length_factor(row)
            }
        }
    }

    /// Days apart, and what that is worth; `None` outside the window or where a date is missing.
    pub(super) fn window(&self, one: Option<DayRange>, other: Option<DayRange>) -> Option<(u32, f64)> {
        let apart = one?.apart(other?);
        (apart <= WINDOW_DAYS && self.weights.dates > 0.0).then(|| (apart, self.weights.dates * self.rarity(1)))
    }

    fn length_factor(&self, row: usize) -> f64 {
        let usual = (wide(self.total_length) / count(self.rows.len())).max(1.0);
        let length = f64::from(self.lengths.get(row).copied().unwrap_or(0).max(1));
        1.0 - self.weights.length + self.weights.length * length / usual
    }

    fn best(&self, scores: &[f64], question: &Row, limit: usize) -> Vec<usize> {
        let other = |row: usize| self.rows.get(row).is_some_and(|found| found.id != question.id);
        let mut found: Vec<(usize, f64)> =
            scores.iter().copied().enumerate().filter(|&(row, score)| score > 0.0 && other(row)).collect();
        let order = |one: &(usize, f64), two: &(usize, f64)| two.1.total_cmp(&one.1).then(one.0.cmp(&two.0));
        if found.len() > limit && limit > 0 {
            found.select_nth_unstable_by(limit.saturating_sub(1), order);
        }
        found.truncate(limit);
        found.sort_unstable_by(order);
        found.into_iter().map(|(row, _)| row).collect()
    }
}

/// In which features of a row a feature of the question is looked for: initials meet capitals, and a name in a text meets a
/// coded one.
const fn looked_for_in(kind: Kind) -> &'static [Kind] {
    match kind {
        Kind::Word => &[Kind::Word, Kind::Entity, Kind::Model],
        Kind::Han => &[Kind::Han, Kind::Entity, Kind::Model],
        Kind::Phrase => &[Kind::Phrase],
        Kind::Meaning => &[Kind::Meaning],
        Kind::Letters => &[Kind::Letters],
        Kind::Initials => &[Kind::Capitals],
        Kind::Capitals => &[Kind::Initials],
        Kind::Entity => &[Kind::Entity, Kind::Word, Kind::Han],
        Kind::Model => &[Kind::Model, Kind::Word, Kind::Han],
        Kind::Source => &[Kind::Source],
    }
}

fn count(number: usize) -> f64 {
    f64::from(u32::try_from(number).unwrap_or(u32::MAX))
}

/// Words of all rows. Beyond 2^32 the mean is too small and long rows are held back more.
fn wide(number: u64) -> f64 {
    f64::from(u32::try_from(number).unwrap_or(u32::MAX))
}
