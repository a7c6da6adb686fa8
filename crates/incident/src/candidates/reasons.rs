//! Why a row is a candidate.

use super::features::{Features, Kind};
use super::index::{Asked, Index};
use super::row::Row;

/// A row that may be the same event, or may not. A person decides.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Candidate {
    /// The row's id.
    pub id: String,
    /// The sum of its reasons' weights: for the order of this list only. It has no unit, no upper bound, differs from index to
    /// index, and is no probability.
    pub score: f64,
    /// What is shared, the heaviest first.
    pub reasons: Vec<Reason>,
}

/// Something that the question and the row share.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Reason {
    /// What is shared.
    pub shared: Shared,
    /// What it adds to the score.
    pub weight: f64,
}

/// What is shared, as it is spelled in the question and in the row where that may differ.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Shared {
    /// A word, endings aside.
    Word(String, String),
    /// Two Han characters side by side.
    Han(String, String),
    /// Two words side by side.
    Phrase(String, String),
    /// Words that may mean the same.
    Meaning(String, String),
    /// Pieces of words, as in names with two spellings: how many.
    Letters(u32),
    /// Initials and what they may stand for.
    Initials(String, String),
    /// A word of the name of somebody concerned.
    Entity(String, String),
    /// A word of a system's or model's name.
    Model(String, String),
    /// The same source.
    Source(String, String),
    /// Dates that lie at most [`super::WINDOW_DAYS`] apart: how many days.
    Dates(u32),
}

/// Reads a row again and says what each shared feature adds.
pub(super) fn explain(index: &Index, asked: &[Asked], question: &Row, number: usize) -> Option<Candidate> {
    let row = index.rows.get(number)?;
    let features = Features::of(row, &index.weights);
    let mut reasons = Vec::new();
    let (mut pieces, mut pieces_weight) = (0_u32, 0.0);
    for one in asked {
        let Some(seen) = features.seen.get(&one.feature) else { continue };
        let weight = index.part(one, number, seen.times);
        match shared(one.feature.0, &one.spelled, &seen.spelled) {
            Some(shared) => reasons.push(Reason { shared, weight }),
            None => {
                pieces = pieces.saturating_add(1);
                pieces_weight += weight;
            }
        }
    }
    if pieces > 0 {
        reasons.push(Reason { shared: Shared::Letters(pieces), weight: pieces_weight });
    }
    reasons.extend(
        index.window(question.days, row.days).map(|(apart, weight)| Reason { shared: Shared::Dates(apart), weight }),
    );
    reasons.retain(|reason| reason.weight > 0.0);
    reasons.sort_by(|one, two| two.weight.total_cmp(&one.weight));
    let score = reasons.iter().map(|reason| reason.weight).sum();
    Some(Candidate { id: row.id.clone(), score, reasons })
}

/// `None` for a piece of a word: there are too many to name.
fn shared(kind: Kind, here: &str, there: &str) -> Option<Shared> {
    let (here, there) = (here.to_owned(), there.to_owned());
    Some(match kind {
        Kind::Word => Shared::Word(here, there),
        Kind::Han => Shared::Han(here, there),
        Kind::Phrase => Shared::Phrase(here, there),
        Kind::Meaning => Shared::Meaning(here, there),
        Kind::Letters => return None,
        Kind::Initials | Kind::Capitals => Shared::Initials(here, there),
        Kind::Entity => Shared::Entity(here, there),
        Kind::Model => Shared::Model(here, there),
        Kind::Source => Shared::Source(here, there),
    })
}
