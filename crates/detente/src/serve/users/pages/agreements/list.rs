//! The list of agreements: what waits for this party first.

use pages::{Block, Inline, Page, Row, Say, Table, Tone};
use protocol::negotiation::{Period, Report, State};

use super::super::releases::agreement_link;
use super::super::{Asked, Made, act};
use super::state;
use crate::negotiations::Negotiations;

/// Rows by how far their texts have come.
#[derive(Default)]
struct Rows {
    offered: Vec<Row>,
    in_force: Vec<Row>,
    suspended: Vec<Row>,
    over: Vec<Row>,
}

pub(in super::super) fn page(asked: &Asked<'_>) -> Made {
    let mut negotiations = asked.open.negotiations();
    negotiations.set_now(asked.ask.now);
    let mut rows = Rows::default();
    for report in negotiations.reports() {
        let row = row(asked, &negotiations, &report);
        rows.of(&report).push(row);
    }
    let alarms =
        negotiations.alarms(asked.language()).map(|words| Block::Notice(Tone::Grave, vec![Inline::content(words)]));
    let alarms: Vec<_> = alarms.collect();
    let parts = [
        part("offered", "agreements-offered", "agreements-offered-none", rows.offered),
        part("in-force", "agreements-in-force", "agreements-in-force-none", rows.in_force),
        part("suspended", "agreements-suspended", "agreements-suspended-none", rows.suspended),
        part("over", "agreements-over", "agreements-over-none", rows.over),
    ];
    let page = Page::new("agreements-title").and(act::done(asked.ask)).and(alarms).and(parts);
    Ok(page.with(Block::line("agreements-how-to-begin")))
}

impl Rows {
    fn of(&mut self, report: &Report<'_>) -> &mut Vec<Row> {
        match (report.state, report.period) {
            (State::Withdrawn | State::Terminated, _) | (_, Period::Over) => &mut self.over,
            (State::InForce, _) => &mut self.in_force,
            (State::Suspended, _) => &mut self.suspended,
            (State::Offered | State::Countered | State::Accepted | State::Verified, _) => &mut self.offered,
        }
    }
}

fn row(asked: &Asked<'_>, negotiations: &Negotiations, report: &Report<'_>) -> Row {
    let (agreement, own) = (report.agreement, asked.open.party());
    let stands = negotiations.thread_with(agreement.digest()).map(|thread| thread.stands(agreement.digest()));
    let stands = stands.unwrap_or_default();
    let (words, tone) = state(report.state, report.period);
    let mut standing = vec![Inline::tag(tone, words)];
    let is_open = !report.state.is_final() && report.period != Period::Over;
    let waits = |signs: bool| stands.iter().any(|one| (one.party == own) == signs && one.signed.is_none());
    standing.extend((is_open && waits(true)).then(|| Inline::tag(Tone::Watch, "agreement-waits-for-us")));
    standing.extend((is_open && waits(false)).then(|| Inline::tag(Tone::Calm, "agreement-waits-for-them")));
    let others = agreement.recipients(own).map(|member| Inline::Text(asked.name(member.party)));
    let cells = vec![
        vec![agreement_link(asked, agreement.digest(), Some(agreement))],
        others.collect(),
        vec![Inline::Time(agreement.until())],
        standing,
    ];
    Row::new(cells).toned(if is_open && waits(true) { Tone::Watch } else { Tone::Calm })
}

fn part(id: &'static str, title: &'static str, empty: &'static str, rows: Vec<Row>) -> Block {
    let head = ["agreement-agreement", "agreement-others", "agreement-until", "agreement-state"];
    let title = Say::Word(title);
    let table = Table::new(title.clone(), &head, empty).rows(rows);
    Block::section(id, title, vec![table.into()])
}
