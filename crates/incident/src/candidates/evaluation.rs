//! How well candidates are found, against pairs that people judged.

use super::index::Index;
use super::row::Row;

/// A question and the id that people say is the same event.
#[derive(Clone, Debug)]
#[expect(clippy::exhaustive_structs, reason = "callers build it from judged pairs")]
pub struct Judged {
    /// What is asked.
    pub question: Row,
    /// The id that should come first.
    pub answer: String,
}

/// Shares of questions, from 0 to 1.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Evaluation {
    /// The place of each answer, from 1; `None` where nothing at all is shared.
    pub places: Vec<Option<usize>>,
    /// The answer comes first.
    pub first: f64,
    /// The answer is among the first five.
    pub among_five: f64,
    /// The answer is among the first ten.
    pub among_ten: f64,
    /// The mean of one over the answer's place.
    pub mean_reciprocal: f64,
}

/// Asks every question of the index.
#[must_use]
pub fn evaluate(index: &Index, questions: &[Judged]) -> Evaluation {
    Evaluation::of(questions.iter().map(|judged| place(index, judged)).collect())
}

fn place(index: &Index, judged: &Judged) -> Option<usize> {
    index.order(&judged.question).iter().position(|id| *id == judged.answer).map(|before| before.saturating_add(1))
}

impl Evaluation {
    /// The shares that follow from the places.
    #[must_use]
    pub fn of(places: Vec<Option<usize>>) -> Self {
        let questions = number(places.len()).max(1.0);
        let within =
            |limit: usize| number(places.iter().flatten().filter(|&&place| place <= limit).count()) / questions;
        let reciprocal: f64 = places.iter().flatten().map(|&place| 1.0 / number(place)).sum();
        Self {
            first: within(1),
            among_five: within(5),
            among_ten: within(10),
            mean_reciprocal: reciprocal / questions,
            places,
        }
    }
}

fn number(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}
