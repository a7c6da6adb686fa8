//! Frozen filings of an incident: the list, one as it was frozen, and its page to print.

use duties::kept::{FILING_TYPE, KeptFiling};
use pages::{Block, Inline, Page, Row, Say, Table, Tone};
use record::digest::RecordDigest;
use record::stix::StixId;
use web::users::PageAnswer;

use super::super::shared::parted;
use super::super::{Asked, Made, NoPage, act};
use super::book::{Scene, path_of};
use super::clocks::stage_words;
use super::filing::document;
use super::known::kept_link;
use crate::cases::Cases;

/// Characters of a digest in the name of a file.
const NAMED_BY: usize = 12;

/// A filing, and the record that keeps it.
struct Frozen {
    digest: RecordDigest,
    kept: KeptFiling,
}

/// What this party froze of an incident, the newest first, and whether there is more.
fn of(cases: &Cases<'_>, incident: &StixId) -> Made<(Vec<Frozen>, bool)> {
    let (found, is_cut) = cases.naming(incident.as_str(), FILING_TYPE)?;
    let ours = found.iter().filter(|one| one.record.content().issuer() == cases.own);
    let read = ours.filter_map(|one| {
        let kept = KeptFiling::of_shown(one.record.content().object()).ok()?;
        Some(Frozen { digest: one.record.digest(), kept })
    });
    let mut frozen: Vec<_> = read.filter(|one| one.kept.document.incident == incident.as_str()).collect();
    frozen.sort_by_key(|one| std::cmp::Reverse(one.kept.document.filled_at));
    Ok((frozen, is_cut))
}

/// How many there are, for the incident's own page.
pub(super) fn count(asked: &Asked<'_>, incident: &StixId) -> Made<Option<Block>> {
    let keys = asked.open.keys.get();
    let (frozen, _) = of(&asked.cases(keys.ring()), incident)?;
    let link = || {
        Inline::link(
            format!("{}/filings", path_of(incident.as_str())),
            Say::count("duties-filings-count", frozen.len()),
        )
    };
    Ok((!frozen.is_empty()).then(|| Block::Line(vec![link()])))
}

pub(in super::super) fn list(asked: &Asked<'_>) -> Made {
    let scene = Scene::of(asked)?;
    let book = scene.book()?;
    let (frozen, is_cut) = of(&scene.cases(), &scene.case.id)?;
    let rows = frozen.iter().map(|one| {
        let filing = &one.kept.document;
        let to = format!("{}/filings/{}", scene.path(), one.digest);
        let whole = match &filing.incomplete_because {
            Some(_) => vec![Inline::tag(Tone::Watch, Say::count("duties-missing", filing.missing().count()))],
            None => vec![Inline::tag(Tone::Good, Say::count("duties-missing", 0))],
        };
        Row::new(vec![
            vec![Inline::link(to, Say::content(filing.title.as_str()))],
            stage_words(book.packs(), &one.kept.stage()),
            vec![Inline::Time(filing.filled_at)],
            whole,
        ])
    });
    let head = ["duties-form", "duties-stage", "duties-frozen-at", "duties-missing-caption"];
    let table = Table::new("duties-filings-caption", &head, "duties-filings-none").rows(rows);
    let mut page = Page::new("duties-filings-title").and(act::done(asked.ask)).with(places(&scene)).with(table.into());
    if is_cut {
        page = page.with(Block::line("case-labels-cut"));
    }
    Ok(page)
}

fn places(scene: &Scene<'_>) -> Block {
    let back = vec![Inline::link(format!("/incidents/{}", scene.case.id), scene.title.clone())];
    Block::Line(parted([back, vec![Inline::link(scene.path(), "duties-of-link")]]))
}

/// The filing that the path names.
fn find(scene: &Scene<'_>) -> Made<Frozen> {
    let digest: RecordDigest = scene.asked.part(1)?.parse().map_err(|_| NoPage::Hidden)?;
    let found = of(&scene.cases(), &scene.case.id)?.0.into_iter().find(|one| one.digest == digest);
    found.ok_or(NoPage::Hidden)
}

pub(in super::super) fn one(asked: &Asked<'_>) -> Made {
    let scene = Scene::of(asked)?;
    let book = scene.book()?;
    let Frozen { digest, kept } = find(&scene)?;
    let filing = &kept.document;
    let mut facts = vec![
        ("duties-stage".into(), stage_words(book.packs(), &kept.stage())),
        ("duties-frozen-at".into(), vec![Inline::Time(filing.filled_at)]),
        ("duties-pack-version".into(), vec![Inline::code(&filing.duty), Inline::sign(&kept.pack_version)]),
        ("duties-frozen-digest".into(), vec![Inline::code(&kept.html_digest)]),
    ];
    facts.extend(kept_link(asked, digest).map(|link| (Say::Word("case-proof"), vec![link])));
    let because = filing.incomplete_because.as_ref();
    facts.extend(because.map(|why| (Say::Word("duties-frozen-because"), vec![Inline::content(why.as_str())])));
    let notice = if kept.renders_the_same() {
        Block::notice(Tone::Good, "duties-frozen-holds")
    } else {
        Block::notice(Tone::Grave, "duties-frozen-differs")
    };
    let html = Inline::link(format!("{}/filings/{digest}/html", scene.path()), "duties-frozen-html");
    let page = Page::new("duties-frozen-title").and(act::done(asked.ask)).with(places(&scene)).with(notice);
    Ok(page.with(Block::Facts(facts)).with(Block::Line(vec![html])).and(document(filing)))
}

/// The page that was frozen, to print or to hand on.
pub(in super::super) fn html_file(asked: &Asked<'_>) -> Made<PageAnswer> {
    let scene = Scene::of(asked)?;
    let Frozen { digest, kept } = find(&scene)?;
    let stem: String = digest.to_string().chars().filter(char::is_ascii_alphanumeric).take(NAMED_BY).collect();
    Ok(PageAnswer::File(
        "text/html; charset=utf-8",
        format!("filing-{stem}.html"),
        kept.document.to_html().into_bytes(),
    ))
}
