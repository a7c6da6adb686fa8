//! What one text of an agreement changes in another, clause by clause and word by word.
//!
//! Clauses are matched by their names, since a clause's place is no sign of what it is. What nodes run stands beside the
//! words as values of its own: a page draws them, and nobody has to find a changed number in a line of policy.

mod machine;
mod moves;
mod render;
mod terms;
mod words;

pub use machine::{MachineChange, Treatment};
pub use moves::{Moved, Position};
pub use terms::TermChange;
pub use words::{Span, Words};

use record::language::LanguageTag;

use super::{Agreement, Clause, ClauseId};

/// The difference between two texts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Redline {
    /// The clauses that differ: those of the new text in its order, then those that it no longer has.
    pub clauses: Vec<ClauseChange>,
    /// What else differs.
    pub terms: Vec<TermChange>,
}

/// What became of a clause.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(clippy::exhaustive_enums, reason = "a clause is in the old text, the new one, or both")]
pub enum Fate {
    /// Only the new text has it.
    Added,
    /// Both have it.
    Kept,
    /// Only the old text has it.
    Removed,
}

/// How one clause differs. The clauses below it are told apart.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ClauseChange {
    /// Its name.
    pub id: ClauseId,
    /// Whether both texts have it.
    pub fate: Fate,
    /// Another place in the tree.
    pub moved: Option<Moved>,
    /// Its words in each language in which they differ.
    pub texts: Vec<Rendition>,
    /// What nodes would do otherwise.
    pub machine: Vec<MachineChange>,
}

/// The words in one language.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Rendition {
    /// The language.
    pub language: LanguageTag,
    /// The words, with what goes and what comes.
    pub words: Words,
}

impl Redline {
    /// What the new text changes in the old one.
    #[must_use]
    pub fn between(old: &Agreement, new: &Agreement) -> Self {
        let moves = moves::between(old.clauses(), new.clauses());
        let changed = |clause: &Clause| ClauseChange {
            moved: moves.iter().find(|(id, _)| id == clause.id()).map(|(_, moved)| moved.clone()),
            ..ClauseChange::between(old.clause(clause.id()), Some(clause), clause.id())
        };
        let kept_or_added = new.all_clauses().map(changed).filter(|change| !change.is_nothing());
        let gone = old.all_clauses().filter(|clause| new.clause(clause.id()).is_none());
        let gone = gone.map(|clause| ClauseChange::between(Some(clause), None, clause.id()));
        Self { clauses: kept_or_added.chain(gone).collect(), terms: terms::between(old, new) }
    }

    /// True if both texts say the same.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.clauses.is_empty() && self.terms.is_empty()
    }
}

impl ClauseChange {
    fn between(old: Option<&Clause>, new: Option<&Clause>, id: &ClauseId) -> Self {
        let fate = match (old, new) {
            (None, _) => Fate::Added,
            (Some(_), Some(_)) => Fate::Kept,
            (Some(_), None) => Fate::Removed,
        };
        let texts = renditions(old.map(Clause::text), new.map(Clause::text));
        Self { id: id.clone(), fate, moved: None, texts, machine: machine::between(old, new) }
    }

    const fn is_nothing(&self) -> bool {
        matches!(self.fate, Fate::Kept) && self.moved.is_none() && self.texts.is_empty() && self.machine.is_empty()
    }
}

/// The renditions that differ, in the new text's order; a missing one is empty.
fn renditions(
    old: Option<&record::language::TaggedText>,
    new: Option<&record::language::TaggedText>,
) -> Vec<Rendition> {
    let mut languages: Vec<&LanguageTag> = Vec::new();
    for (language, _) in new.into_iter().chain(old).flat_map(record::language::TaggedText::iter) {
        if !languages.contains(&language) {
            languages.push(language);
        }
    }
    let compared = languages.into_iter().map(|language| {
        let text = |side: Option<&record::language::TaggedText>| {
            side.and_then(|text| text.get(language)).unwrap_or_default().to_owned()
        };
        Rendition { language: language.clone(), words: Words::between(&text(old), &text(new)) }
    });
    compared.filter(|one| one.words.has_changes()).collect()
}
