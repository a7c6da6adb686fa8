//! The versions of an incident, and what differs between two of them.

use incident::{Change, Difference, Stage, Version, difference};
use pages::{Block, Inline, Row, Say, Table, Tone};
use record::digest::RecordDigest;

use super::super::shared::{record_link, short_of, word};
use super::super::{Asked, Made, NoPage};
use super::{Scene, facts};
use crate::cases::modified;

pub(in super::super) fn page(asked: &Asked<'_>) -> Made {
    let scene = Scene::of(asked)?;
    let page = scene.page("case-versions");
    let difference = match (asked.query("older"), asked.query("newer")) {
        (Some(older), Some(newer)) => Some(between(&scene, older, newer)?),
        _ => None,
    };
    let mut versions: Vec<&Version> = scene.seen.case.chain.versions().collect();
    versions.sort_by_key(|version| std::cmp::Reverse((modified(version), version.number, version.digest)));
    let head = &["case-version", "incidents-changed", "incidents-stage", "incidents-by", "incidents-tlp", "case-proof"];
    let rows = versions.into_iter().map(|version| row(&scene, version));
    let table = Table::new("case-versions-caption", head, "case-versions-none").rows(rows);
    let cut = scene.seen.case.is_cut.then(|| Block::notice(Tone::Watch, "case-versions-cut"));
    Ok(page.and(difference).with(table.into()).and(cut))
}

fn row(scene: &Scene<'_>, version: &Version) -> Row {
    let number = version.number.map_or_else(|| Say::Word("case-not-shown"), Say::sign);
    let mut first = vec![Inline::Text(number)];
    let before = version.previous.filter(|before| scene.seen.case.chain.get(*before).is_some());
    first.extend(before.map(|before| {
        let to = format!("{}/versions?older={before}&newer={}", scene.path(), version.digest);
        Inline::link(to, "case-versions-differences")
    }));
    let stage = version.incident.facts().stage.map(|stage| word("stage", Stage::name(stage)).into());
    Row::new(vec![
        first,
        modified(version).map(Inline::Time).into_iter().collect(),
        stage.into_iter().collect(),
        vec![scene.asked.name(version.author).into()],
        vec![Inline::Tlp(scene.seen.of(version.digest).and_then(|one| one.tlp))],
        vec![record_link(version.digest)],
    ])
}

/// What differs between two versions of which this account may see something.
fn between(scene: &Scene<'_>, older: &str, newer: &str) -> Made<Block> {
    let version = |text: &str| {
        let digest = text.parse::<RecordDigest>().ok()?;
        scene.seen.case.chain.get(digest)
    };
    let (Some(older), Some(newer)) = (version(older), version(newer)) else { return Err(NoPage::Hidden) };
    let head = &["case-property", "case-before", "case-after"];
    let rows = difference(&older.incident, &newer.incident).iter().map(difference_row).collect::<Vec<_>>();
    let table = Table::new("case-difference-caption", head, "case-difference-none").rows(rows);
    let both = [older, newer].map(|one| {
        let number = one.number.map_or_else(|| Say::Word("case-not-shown"), Say::sign);
        vec![number.into(), record_link(one.digest), modified(one).map_or(Inline::sign(""), Inline::Time)]
    });
    Ok(Block::section("difference", "case-difference", vec![Block::List(both.to_vec()), table.into()]))
}

fn difference_row(one: &Difference) -> Row {
    let gone = || vec![Inline::Text(Say::Word("case-silent"))];
    let last = one.place.last();
    let short = |value| short_of(&last, value);
    let (before, after) = match &one.change {
        Change::Added(after) => (gone(), short(after)),
        Change::Removed(before) => (short(before), gone()),
        Change::NotShown(before) => (short(before), vec![Inline::Text(Say::Word("case-not-shown"))]),
        Change::Replaced { before, after } => (short(before), short(after)),
    };
    Row::new(vec![facts::place(&one.place), before, after])
}
