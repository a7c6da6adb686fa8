//! One incident: what is known of it, who says so, how it is marked, and what can be done with it.

mod accounts;
pub(super) mod agreement;
pub(super) mod candidates;
pub(super) mod edit;
mod facts;
mod forms;
mod labels;
mod links;
pub(super) mod timeline;
mod translations;
pub(super) mod versions;

use std::sync::Arc;

use access::Right;
use incident::{EventKind, Severity, Stage, Version, criteria};
use pages::{Block, Inline, Page, Say, Tone};

pub(super) use facts::{Markings, property, withheld};

use super::shared::{parted, record_link, title, ways, word};
use super::{Asked, Made, NoPage, act};
use crate::cases::{Cases, Links, modified};
use crate::operations::sight::{Seen, SeenCase, Sight};
use crate::serve::ring::Keys;

/// Incidents that are looked at because somebody typed them: more than one is split into.
const MAX_TYPED: usize = 16;

/// What the pages of one incident are made from.
struct Scene<'a> {
    asked: &'a Asked<'a>,
    sight: Sight<'a>,
    keys: Arc<Keys>,
    seen: SeenCase,
}

impl<'a> Scene<'a> {
    fn of(asked: &'a Asked<'a>) -> Made<Self> {
        let sight = asked.sight()?;
        let seen = asked.case(&sight, 0)?;
        Ok(Self { asked, sight, keys: asked.open.keys.get(), seen })
    }

    fn cases(&self) -> Cases<'_> {
        self.asked.cases(self.keys.ring())
    }

    fn path(&self) -> String {
        format!("/incidents/{}", self.seen.case.id)
    }

    fn title(&self) -> Say {
        title(self.asked, &self.seen).map_or(Say::Word("no-title"), Say::content)
    }

    /// The version that is shown: ours if there is one, and what may be seen of it.
    fn newest(&self) -> Made<(&Version, &Seen)> {
        let newest = self.seen.case.newest(self.asked.open.party()).ok_or(NoPage::Hidden)?;
        Ok((newest, self.seen.of(newest.digest).ok_or(NoPage::Hidden)?))
    }

    /// The version of ours that a next one would follow: there is one, and all of it is for this account.
    fn ours(&self) -> Option<&Version> {
        let mut newest = self.seen.case.chain.newest_of(self.asked.open.party());
        let version = newest.next().filter(|_| newest.next().is_none())?;
        let is_whole = self.seen.seen.values().all(|one| one.withheld.is_empty());
        is_whole.then_some(version)
    }

    /// As it stands now, as far as this account sees it, with other incidents that somebody named: what a preview is held against.
    fn state(&self, links: Option<&Links>, others: &[&SeenCase]) -> Vec<String> {
        let newest = |seen: &SeenCase| seen.case.chain.newest().map(|one| one.digest.to_string()).collect::<Vec<_>>();
        let mut state: Vec<_> = std::iter::once(&self.seen).chain(others.iter().copied()).flat_map(newest).collect();
        state.extend(links.into_iter().flat_map(|links| links.graph.in_force().map(|one| one.digest.to_string())));
        state
    }

    /// The incidents that were typed into a field of the form that was sent, one to a line, as far as this account sees them.
    fn typed(&self, field: &str) -> Made<Vec<SeenCase>> {
        let typed = self.asked.ask.form.as_ref().and_then(|form| form.get(field)).unwrap_or_default();
        let ids = typed.lines().take(MAX_TYPED).filter_map(|line| line.trim().parse().ok());
        let seen = ids.map(|id| self.sight.case(&self.cases(), &id)).collect::<Result<Vec<_>, _>>()?;
        Ok(seen.into_iter().flatten().collect())
    }

    /// A page of the incident, with the way back to it.
    fn page(&self, heading: &'static str) -> Page {
        let back = Inline::link(self.path(), self.title());
        Page::new(heading).and(act::done(self.asked.ask)).with(Block::Line(vec![back]))
    }
}

pub(super) fn page(asked: &Asked<'_>) -> Made {
    let scene = Scene::of(asked)?;
    let links = scene.sight.links(&scene.cases(), &scene.seen.case.id)?;
    let page = Page::new(scene.title())
        .and(act::done(asked.ask))
        .with(head(&scene)?)
        .and(notices(&scene)?)
        .with(to_do(&scene))
        .and(super::duties::on_case(asked, &scene.sight, &scene.seen.case.id)?)
        .and(facts::blocks(&scene)?)
        .and(translations::blocks(&scene)?)
        .and(accounts::blocks(&scene, &links)?)
        .and(labels::blocks(&scene)?)
        .and(links::blocks(&scene, &links)?);
    Ok(page.and(forms::blocks(&scene, &links)?))
}

/// What somebody wants to know first.
fn head(scene: &Scene<'_>) -> Made<Block> {
    let (newest, seen) = scene.newest()?;
    let facts = newest.incident.facts();
    let said = |list: &str, name: Option<&str>| -> Vec<Inline> {
        vec![name.map_or(Inline::Text(Say::Word("case-not-shown")), |name| word(list, name).into())]
    };
    let kind = said("kind", facts.event_kind.map(EventKind::name));
    let rows = vec![
        ("incidents-stage".into(), said("stage", facts.stage.map(Stage::name))),
        ("incidents-severity".into(), parted([said("severity", facts.severity.map(Severity::name)), kind])),
        ("incidents-tlp".into(), vec![Inline::Tlp(seen.tlp)]),
        ("incidents-by".into(), vec![scene.asked.name(newest.author).into()]),
        ("incidents-changed".into(), modified(newest).map(Inline::Time).into_iter().collect()),
        ("case-proof".into(), vec![record_link(newest.digest)]),
        ("case-id".into(), vec![Inline::code(&scene.seen.case.id)]),
    ];
    Ok(Block::Facts(rows))
}

/// What has to be known before the rest is read.
fn notices(scene: &Scene<'_>) -> Made<Vec<Block>> {
    let (newest, seen) = scene.newest()?;
    let mut blocks = Vec::new();
    for fault in scene.seen.case.chain.faults() {
        let line = vec![Inline::Strong(Say::Word("case-fault")), Inline::content(fault.to_string())];
        blocks.push(Block::Notice(Tone::Watch, line));
    }
    if scene.seen.case.is_cut {
        blocks.push(Block::notice(Tone::Watch, "case-versions-cut"));
    }
    if !seen.withheld.is_empty() {
        let names = withheld(seen);
        let line = std::iter::once(Inline::Strong(Say::Word("case-withheld"))).chain(names).collect();
        blocks.push(Block::Notice(Tone::Calm, line));
    }
    let missing = criteria::missing(&newest.incident);
    if seen.withheld.is_empty() && newest.author == scene.asked.open.party() && !missing.is_empty() {
        let names = missing.iter().map(|one| vec![word("criterion", &one.number.to_string()).into()]);
        let line = std::iter::once(Inline::Strong(Say::Word("case-missing"))).chain(parted(names)).collect();
        blocks.push(Block::Notice(Tone::Watch, line));
    }
    Ok(blocks)
}

/// Where one goes from here.
fn to_do(scene: &Scene<'_>) -> Block {
    let path = scene.path();
    let to = |end: &str, say| (format!("{path}/{end}"), say);
    let edit = (scene.asked.may(Right::Write) && scene.ours().is_some()).then(|| to("edit", "case-edit"));
    let others =
        [to("timeline", "case-timeline"), to("versions", "case-versions"), to("candidates", "case-candidates")];
    let ours = scene.ours().filter(|_| scene.asked.may(Right::Propose));
    let release = ours.map(|newest| (format!("/releases/what-if?record={}", newest.digest), "case-release"));
    ways(edit.into_iter().chain(others).chain(release))
}
