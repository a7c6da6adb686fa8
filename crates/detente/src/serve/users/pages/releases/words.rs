//! What the pages about releases say of agreements, reasons, marks and purposes.

use pages::{Block, Inline, Say, Tone};
use policy::agreement::Agreement;
use policy::decision::{Engine, Reason};
use policy::explain::{Explained, Language, explain};
use policy::vocabulary::{Care, Purpose};
use record::digest::AgreementDigest;
use record::label::Marks;

use super::super::Asked;

/// A purpose in both languages.
pub(in super::super) fn purpose(purpose: Purpose) -> Say {
    Say::both(Language::ALL.map(|language| purpose.meaning(language)))
}

/// An agreement's title in the best rendition for the reader.
pub(in super::super) fn title_of(asked: &Asked<'_>, agreement: &Agreement) -> Say {
    Say::content(asked.language().choose(agreement.title()))
}

/// A link to an agreement, by its title; by its digest, if its text is not here.
pub(in super::super) fn agreement_link(
    asked: &Asked<'_>,
    digest: AgreementDigest,
    agreement: Option<&Agreement>,
) -> Inline {
    let title = agreement.map_or_else(|| Say::sign(digest), |agreement| title_of(asked, agreement));
    Inline::link(format!("/agreements/{digest}"), title)
}

/// A reason in both languages: why it stays, and what would have to change.
pub(super) struct Why {
    pub(super) why: Say,
    pub(super) change: Say,
    /// The clause in its own words.
    pub(super) clause: Option<String>,
}

impl Why {
    pub(super) fn of(asked: &Asked<'_>, engine: &Engine, agreement: Option<&Agreement>, reason: &Reason) -> Self {
        let told = Language::ALL.map(|language| explain(engine, agreement, reason, language));
        let both = |part: fn(&Explained) -> &str| Say::both(told.each_ref().map(part));
        let (why, change) = (both(|told| &told.why), both(|told| &told.change));
        let clause = explain(engine, agreement, reason, asked.language()).clause;
        Self { why, change, clause }
    }
}

/// Reasons with what would have to change for each, and the clause in its own words.
pub(super) fn reasons(asked: &Asked<'_>, engine: &Engine, agreement: Option<&Agreement>, all: &[Reason]) -> Block {
    let lines = all.iter().map(|reason| {
        let Why { why, change, clause } = Why::of(asked, engine, agreement, reason);
        let mut line = vec![Inline::Strong(why)];
        line.extend(clause.map(|words| Inline::content(format!("“{words}”"))));
        line.extend([Inline::from("release-change"), change.into()]);
        line
    });
    Block::List(lines.collect())
}

/// A marking, and the reasons for care with it.
pub(super) fn marks(marks: &Marks) -> Vec<Inline> {
    let care = marks.tags().iter().map(|tag| {
        let known = Care::of(tag).map(|care| Say::both(Language::ALL.map(|language| care.meaning(language))));
        Inline::tag(Tone::Watch, known.unwrap_or_else(|| Say::sign(tag)))
    });
    std::iter::once(Inline::Tlp(Some(marks.tlp()))).chain(care).collect()
}

/// Names of parties, with a sign between each two.
pub(super) fn parties(asked: &Asked<'_>, parties: &[record::digest::PartyId]) -> Vec<Inline> {
    let names = parties.iter().map(|party| Inline::Text(asked.name(*party)));
    let mut line = Vec::new();
    for (at, name) in names.enumerate() {
        line.extend((at > 0).then(|| Inline::sign("·")));
        line.push(name);
    }
    line
}
