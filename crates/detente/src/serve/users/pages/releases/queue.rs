//! The queue: what waits for this account, what waits for others, what cannot go, and what went.

use access::{Right, Verdict};
use pages::{Block, Field, Form, Inline, Page, Row, Say, Table};
use policy::vocabulary::Purpose;

use super::super::{Asked, Made, act};
use super::deciding::Deciding;
use super::stage::Stage;
use super::words::{agreement_link, purpose, title_of};
use crate::proposals::{self, Proposal};

/// The latest proposals that the account may see and that are looked through, of those that wait and of those that went: what waits is
/// decided anew, which takes about a millisecond.
const MAX_LOOKED_THROUGH: usize = 200;

/// Proposals that are judged for the account, of each kind: those that are hidden from it take no place from others, and yet must not
/// keep the node busy.
const MAX_JUDGED: usize = 400;

/// Most rows of what went and of what was taken back.
const MAX_PAST: usize = 50;

/// The parts of the queue, in the order in which they need somebody.
struct Queue {
    for_you: Vec<Row>,
    for_others: Vec<Row>,
    stuck: Vec<Row>,
    published: Vec<Row>,
    recalled: Vec<Row>,
}

pub(in super::super) fn page(asked: &Asked<'_>) -> Made {
    let deciding = Deciding::of(asked)?;
    let queue = queue(asked, &deciding)?;
    let page = Page::new("releases-title").and(act::done(asked.ask));
    let waiting = [
        part("waiting", "releases-for-you", "releases-for-you-none", queue.for_you),
        part("others", "releases-for-others", "releases-for-others-none", queue.for_others),
        part("stuck", "releases-stuck", "releases-stuck-none", queue.stuck),
    ];
    let past = [
        part("published", "releases-published", "releases-published-none", queue.published),
        part("recalled", "releases-recalled", "releases-recalled-none", queue.recalled),
    ];
    let limit = Say::count("releases-looked-through", MAX_LOOKED_THROUGH);
    Ok(page.and(waiting).with(propose(asked, &deciding).into()).and(past).with(Block::line(limit)))
}

fn queue(asked: &Asked<'_>, deciding: &Deciding<'_>) -> Made<Queue> {
    let (for_you, for_others, stuck) = (Vec::new(), Vec::new(), Vec::new());
    let mut queue = Queue { for_you, for_others, stuck, published: Vec::new(), recalled: Vec::new() };
    let all = proposals::read(asked.store(), &deciding.sight.holdings)?;
    // Apart, so that no number of those that went hides one that waits.
    let (past, open): (Vec<_>, Vec<_>) = all.iter().rev().partition(|one| one.published.is_some());
    for those in [open, past] {
        for proposal in seen(deciding, those)? {
            queue.take(asked, deciding, proposal)?;
        }
    }
    Ok(queue)
}

/// Proposals of records that are for the account: judged before they are cut.
fn seen<'p>(deciding: &Deciding<'_>, proposals: Vec<&'p Proposal>) -> Made<Vec<&'p Proposal>> {
    let mut kept = Vec::new();
    for proposal in proposals.into_iter().take(MAX_JUDGED) {
        if kept.len() >= MAX_LOOKED_THROUGH {
            break;
        }
        if deciding.sight.judge_named(Right::Read, &proposal.subject.record.to_string())? == Verdict::Allowed {
            kept.push(proposal);
        }
    }
    Ok(kept)
}

impl Queue {
    fn take(&mut self, asked: &Asked<'_>, deciding: &Deciding<'_>, proposal: &Proposal) -> Made<()> {
        let Some(stage) = stage(asked, deciding, proposal)? else { return Ok(()) };
        let rows = match &stage {
            _ if stage.waits_for(asked, proposal) => &mut self.for_you,
            Stage::Approvals { .. } | Stage::Ready => &mut self.for_others,
            Stage::Changed | Stage::Stuck(_) => &mut self.stuck,
            Stage::Published => &mut self.published,
            Stage::Recalled => &mut self.recalled,
        };
        let is_past = matches!(stage, Stage::Published | Stage::Recalled);
        if !is_past || rows.len() < MAX_PAST {
            rows.push(row(asked, deciding, proposal, &stage)?);
        }
        Ok(())
    }
}

/// The stage of a proposal; none if its record is not here any more.
fn stage(asked: &Asked<'_>, deciding: &Deciding<'_>, proposal: &Proposal) -> Made<Option<Stage>> {
    if let Some(done) = Stage::done(proposal) {
        return Ok(Some(done));
    }
    let Some(held) = deciding.sight.holdings.find(&proposal.subject.record)? else { return Ok(None) };
    Ok(Some(Stage::of(proposal, &deciding.now(asked, proposal, &held)?.0)))
}

fn row(asked: &Asked<'_>, deciding: &Deciding<'_>, proposal: &Proposal, stage: &Stage) -> Made<Row> {
    let title = asked.title(&deciding.sight, &proposal.subject.record)?;
    let digest = proposal.ask.agreement;
    let (state, tone) = stage.say();
    let cells = vec![
        vec![Inline::link(format!("/releases/{}", proposal.id), title)],
        vec![agreement_link(asked, digest, deciding.engine.agreement(&digest))],
        vec![Inline::content(proposal.ask.proposer.as_str())],
        vec![Inline::Time(proposal.ask.time)],
        vec![Inline::tag(tone, state)],
    ];
    Ok(Row::new(cells).toned(tone))
}

fn part(id: &'static str, title: &'static str, empty: &'static str, rows: Vec<Row>) -> Block {
    let head = ["release-record", "release-agreement", "release-proposer", "release-asked-at", "release-state"];
    let table = Table::new(title, &head, empty).rows(rows);
    Block::section(id, title, vec![table.into()])
}

/// Asks what could go; nothing is proposed by it.
fn propose(asked: &Asked<'_>, deciding: &Deciding<'_>) -> Form {
    let agreements =
        deciding.engine.agreements().map(|one| (one.agreement.digest().to_string(), title_of(asked, &one.agreement)));
    let any = |say: &'static str| (String::new(), Say::Word(say));
    let agreements: Vec<_> = std::iter::once(any("releases-any-agreement")).chain(agreements).collect();
    let purposes = Purpose::ALL.iter().map(|one| (one.name().to_owned(), purpose(*one)));
    let purposes: Vec<_> = std::iter::once(any("releases-any-purpose")).chain(purposes).collect();
    Form::query("what-if", "/releases/what-if")
        .titled("releases-propose-title", "releases-propose-button")
        .helped("releases-propose-help")
        .field(Field::line("record", "release-record-digest").required())
        .field(Field::choice("agreement", "release-agreement", agreements))
        .field(Field::choice("purpose", "release-purpose", purposes))
}
