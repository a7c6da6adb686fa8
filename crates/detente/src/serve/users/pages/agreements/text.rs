//! The text clause by clause, its languages side by side, and what nodes run of it.

use std::collections::BTreeSet;

use pages::{Block, Inline, Row, Say, Table, Tone};
use policy::agreement::{Agreement, Clause, LanguageOf, Operative, Prevails, RoleName};
use policy::cedar::Effect;

use super::super::Asked;
use super::super::case::property;
use super::super::releases::purpose;
use super::super::shared::parted;

pub(super) fn block(asked: &Asked<'_>, agreement: &Agreement) -> Block {
    let languages = in_order(asked, agreement);
    let rows = agreement.all_clauses().map(|clause| row(clause, &languages));
    let mut table = Table::new("agreement-text-caption", &["agreement-clause"], "agreement-text-none");
    table.head.extend(languages.iter().map(|one| language(one)));
    table.head.push("agreement-terms".into());
    Block::section("text", "agreement-text", vec![table.rows(rows).into()])
}

/// The languages as the parties wrote them, the reader's own first.
fn in_order<'a>(asked: &Asked<'_>, agreement: &'a Agreement) -> Vec<&'a LanguageOf> {
    let mut languages: Vec<_> = agreement.languages().iter().collect();
    languages.sort_by_key(|one| one.tag.as_str() != asked.ask.language.tag());
    languages
}

fn language(one: &LanguageOf) -> Say {
    let kind = if one.is_authentic { "authentic" } else { "courtesy" };
    let known = format!("agreement-language-{kind}-{}", one.tag.as_str());
    Say::Known(known, one.tag.as_str().to_owned())
}

/// Which rendition decides where they differ.
pub(super) fn prevails(prevails: &Prevails) -> Inline {
    Inline::Text(match prevails {
        Prevails::Equal => "agreement-prevails-equal".into(),
        Prevails::Machine => "agreement-prevails-machine".into(),
        Prevails::Language(tag) => Say::known("agreement-prevails", tag.as_str()),
    })
}

fn row(clause: &Clause, languages: &[&LanguageOf]) -> Row {
    let words = languages.iter().map(|one| clause.text().get(&one.tag).map(Inline::content).into_iter().collect());
    let mut terms = clause.operative().map(terms).unwrap_or_default();
    terms.extend(clause.prevails().map(prevails));
    Row::new(std::iter::once(vec![Inline::sign(clause.id())]).chain(words).chain([terms]).collect())
}

/// What a clause does: whether it permits, from whom to whom, what it shows, and what is owed.
fn terms(operative: &Operative) -> Vec<Inline> {
    let forbids = operative.effect() == Effect::Forbid;
    let (word, tone) = if forbids { ("agreement-forbids", Tone::Grave) } else { ("agreement-permits", Tone::Good) };
    let roles = |roles: &BTreeSet<RoleName>| listed(roles.iter().map(RoleName::as_str));
    let ways = Inline::sign(format!("{} → {}", roles(operative.from()), roles(operative.to())));
    let mut lines = vec![vec![Inline::tag(tone, word), ways]];
    if !forbids {
        lines.extend(shown(operative));
        lines.extend(owed(operative));
    }
    parted(lines)
}

fn listed<'s, I: Iterator<Item = &'s str>>(names: I) -> String {
    names.collect::<Vec<_>>().join(", ")
}

fn shown(operative: &Operative) -> Vec<Vec<Inline>> {
    let transform = operative.transform();
    let names = |key: &'static str, names: &BTreeSet<String>| {
        let fields = parted(names.iter().map(|name| vec![Inline::Text(property(name))]));
        let line = std::iter::once(Inline::Strong(Say::Word(key))).chain(fields).collect::<Vec<_>>();
        if names.is_empty() { Vec::new() } else { line }
    };
    let sealed = transform.is_sealed.then(|| Inline::Strong("agreement-sealed".into()));
    vec![
        sealed.into_iter().collect(),
        transform.show.as_ref().map(|show| names("agreement-shows-only", show)).unwrap_or_default(),
        names("agreement-drops", &transform.drop),
        names("agreement-coarsens", &transform.twin),
    ]
}

fn owed(operative: &Operative) -> Vec<Vec<Inline>> {
    let owed = operative.obligations();
    let count = |key: &'static str, count: i64| Inline::Text(Say::With(key, vec![("count", count.into())]));
    let purposes = parted(owed.purposes.iter().map(|one| vec![Inline::Text(purpose(*one))]));
    let onward = Say::known("release-onward", owed.onward.name());
    let mut lines = vec![
        std::iter::once(Inline::Strong("agreement-for".into())).chain(purposes).collect(),
        vec![Inline::Strong("release-onward".into()), onward.into()],
    ];
    lines.extend(owed.retention_days.map(|days| vec![count("agreement-kept-days", i64::from(days))]));
    lines.extend((owed.approvals > 0).then(|| vec![count("agreement-approvals", i64::from(owed.approvals))]));
    lines.extend(owed.answer_within_hours.map(|hours| vec![count("agreement-answer-hours", i64::from(hours))]));
    lines.extend(owed.budget.as_ref().map(|budget| {
        let category = Inline::content(budget.category.as_str());
        vec![count("agreement-budget", budget.at_most), category, Say::known("release-per", budget.per.name()).into()]
    }));
    lines
}
