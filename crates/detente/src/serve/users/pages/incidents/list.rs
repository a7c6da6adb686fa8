//! The list: newest first, judged row by row.

use incident::{EventKind, Severity, Stage};
use pages::{Block, Inline, Row, Table, Tone};
use storage::views::cases::{self, Mark};

use super::super::shared::{case_link, parted, title, word};
use super::super::{Asked, Made};
use super::{Filter, PATH};
use crate::cases::{fits, modified, read_mark, write_mark};
use crate::node;
use crate::operations::sight::{SeenCase, Sight};

/// Incidents of one page.
const MAX_ROWS: usize = 25;

/// Incidents that are looked through for one page: each is opened and judged, which takes some milliseconds at most. Whoever may
/// see few of many narrows the list, and is told so.
const MAX_LOOKED_THROUGH: usize = 200;

/// Marks that are read from the view at once.
const STEP: usize = 50;

pub(super) fn blocks(asked: &Asked<'_>, sight: &Sight<'_>, filter: &Filter) -> Made<Vec<Block>> {
    let found = Found::read(asked, sight, filter, asked.query("behind").and_then(read_mark))?;
    let head = &[
        "incidents-what",
        "incidents-severity",
        "incidents-stage",
        "incidents-tlp",
        "incidents-by",
        "incidents-changed",
    ];
    let rows = found.rows.iter().map(|(_, seen)| row(asked, seen));
    let mut blocks = vec![Table::new("incidents-caption", head, "incidents-none").rows(rows).into()];
    if found.is_cut {
        blocks.push(Block::notice(Tone::Watch, "incidents-cut"));
    }
    if let Some((mark, _)) = found.rows.last().filter(|_| found.goes_on) {
        let query = asked.ask.query.query_with(&[("done", ""), ("behind", &write_mark(mark))]);
        blocks.push(Block::Line(vec![Inline::link(format!("{PATH}?{query}"), "incidents-next")]));
    }
    Ok(blocks)
}

/// What this account may see of one page.
struct Found {
    rows: Vec<(Mark, SeenCase)>,
    /// Whether there is more that it may see.
    goes_on: bool,
    /// Whether the list ends only because enough was looked through.
    is_cut: bool,
}

impl Found {
    /// Whether there is a next page follows from what the account may see, and from nothing else.
    fn read(asked: &Asked<'_>, sight: &Sight<'_>, filter: &Filter, behind: Option<Mark>) -> Made<Self> {
        let (keys, wanted) = (asked.open.keys.get(), filter.wanted());
        let cases = asked.cases(keys.ring());
        let mut found = Self { rows: Vec::new(), goes_on: false, is_cut: false };
        let (mut mark, mut looked) = (behind, 0_usize);
        loop {
            let marks = cases::list(asked.store(), &wanted, mark.as_ref(), STEP).map_err(node::fail)?;
            let is_end = marks.len() < STEP;
            for at in marks {
                looked = looked.saturating_add(1);
                let id = at.id.parse().ok();
                let seen = id.map_or(Ok(None), |id| sight.case(&cases, &id))?;
                let fits = |seen: &SeenCase| seen.case.chain.newest().any(|version| fits(version, &seen.case, &wanted));
                // A row whose newest version is hidden would tell of it, by its place, its mark and by which filters it fits.
                let own = asked.open.party();
                let is_newest = |seen: &SeenCase| seen.case.newest(own).and_then(modified) == Some(at.modified);
                if let Some(seen) = seen.filter(fits).filter(is_newest) {
                    if found.rows.len() == MAX_ROWS {
                        found.goes_on = true;
                        return Ok(found);
                    }
                    found.rows.push((at.clone(), seen));
                }
                mark = Some(at);
            }
            if is_end || looked >= MAX_LOOKED_THROUGH {
                found.is_cut = !is_end;
                return Ok(found);
            }
        }
    }
}

fn row(asked: &Asked<'_>, seen: &SeenCase) -> Row {
    let Some(newest) = seen.case.newest(asked.open.party()) else { return Row::new(Vec::new()) };
    let facts = newest.incident.facts();
    let said = |list: &str, name: Option<&str>| name.map(|name| word(list, name).into()).into_iter().collect();
    let severity: Vec<Inline> = said("severity", facts.severity.map(Severity::name));
    let kind: Vec<Inline> = said("kind", facts.event_kind.map(EventKind::name));
    let grave = matches!(facts.severity, Some(Severity::SeriousIncident | Severity::Disaster));
    let cells = vec![
        vec![case_link(&seen.case.id, title(asked, seen))],
        parted([severity, kind]),
        said("stage", facts.stage.map(Stage::name)),
        vec![Inline::Tlp(seen.of(newest.digest).and_then(|one| one.tlp))],
        vec![asked.name(newest.author).into()],
        modified(newest).map(Inline::Time).into_iter().collect(),
    ];
    Row::new(cells).toned(if grave { Tone::Watch } else { Tone::Calm })
}
