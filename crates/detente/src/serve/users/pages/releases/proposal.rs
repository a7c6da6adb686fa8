//! One proposal: what was asked, what goes and what stays, who approved it, what is missing, and what can be done.

use access::Right;
use pages::{Block, Inline, Page, Row, Say, Table, Tone};
use policy::decision::{Decision, Engine, Exposure, Permit};
use record::digest::RecordDigest;
use record::time::Timestamp;

use super::super::{Asked, Made, NoPage, act};
use super::deciding::Deciding;
use super::receipts::Receipt;
use super::stage::Stage;
use super::what_if::terms;
use super::words::{agreement_link, parties, purpose, reasons};
use super::{counters, fields, forms};
use crate::holdings::Held;
use crate::proposals::{self, Proposal, Published};

/// A proposal and all that is read for its page.
struct View<'a> {
    deciding: Deciding<'a>,
    proposal: Proposal,
    held: Held,
    /// What is decided of it now, and where counters stand now.
    now: (Decision, Exposure),
    /// What was decided when it was proposed.
    asked_for: Option<Receipt>,
    /// What was decided when it was published.
    went: Option<Receipt>,
}

/// A decision, and what it was made with.
#[derive(Clone, Copy)]
struct Shown<'v> {
    engine: &'v Engine,
    decision: &'v Decision,
    exposure: &'v Exposure,
    time: Timestamp,
}

pub(in super::super) fn page(asked: &Asked<'_>) -> Made {
    let id: RecordDigest = asked.part(0)?.parse().map_err(|_| NoPage::Hidden)?;
    let view = View::of(asked, id)?;
    let stage = Stage::of(&view.proposal, &view.now.0);
    let title = asked.title(&view.deciding.sight, &view.proposal.subject.record)?;
    let (state, tone) = stage.say();
    let shown = view.shown(asked.ask.now);
    let page = Page::new(title)
        .and(act::done(asked.ask))
        .with(Block::notice(tone, state))
        .with(Block::Facts(view.facts(asked, shown)))
        .and(view.missing(asked, &stage))
        .and(forms::blocks(asked, &view.proposal, &stage, view.now.0.proposal()))
        .with(view.fields(asked, shown))
        .with(approvals(asked, &view.proposal));
    let permit = shown.decision.proposal();
    let counters = permit.and_then(|permit| counters::block(asked, permit, shown.exposure, shown.time));
    Ok(page.and(counters).and(view.receipts()))
}

impl<'a> View<'a> {
    fn of(asked: &Asked<'a>, id: RecordDigest) -> Made<Self> {
        let deciding = Deciding::of(asked)?;
        let all = proposals::read(asked.store(), &deciding.sight.holdings)?;
        let proposal = all.into_iter().find(|one| one.id == id).ok_or(NoPage::Hidden)?;
        let held = deciding.held(Right::Read, &proposal.subject.record)?;
        let now = deciding.now(asked, &proposal, &held)?;
        let asked_for = Receipt::of(asked, &deciding, id)?;
        let went = proposal.published.as_ref().and_then(|one| one.receipt);
        let went = went.map_or(Ok(None), |digest| Receipt::of(asked, &deciding, digest))?;
        Ok(Self { deciding, proposal, held, now, asked_for, went })
    }

    /// The decision that the page shows, and where counters stood: what went; of what waits as it was proposed, what would go now;
    /// or else what was decided when it was proposed.
    fn shown(&self, now: Timestamp) -> Shown<'_> {
        let current = Shown { engine: &self.deciding.engine, decision: &self.now.0, exposure: &self.now.1, time: now };
        let would_go = self.now.0.proposal().map(Permit::binding);
        if self.proposal.published.is_none() && would_go.is_some() && would_go == self.proposal.binding {
            return current;
        }
        match self.went.as_ref().or(self.asked_for.as_ref()) {
            Some(Receipt { engine: Some(engine), decision: Some(decision), opened, .. }) => {
                Shown { engine, decision, exposure: &opened.exposure, time: opened.ask.time }
            }
            _ => current,
        }
    }

    fn facts(&self, asked: &Asked<'_>, Shown { engine, decision, .. }: Shown<'_>) -> Vec<(Say, Vec<Inline>)> {
        let (record, ask) = (self.proposal.subject.record, &self.proposal.ask);
        let agreement = engine.agreement(&ask.agreement);
        let recipients: Vec<_> =
            agreement.into_iter().flat_map(|one| one.recipients(engine.own())).map(|one| one.party).collect();
        let mut facts = vec![
            (Say::Word("release-record"), vec![Inline::link(format!("/records/{record}"), Say::sign(record))]),
            ("release-agreement".into(), vec![agreement_link(asked, ask.agreement, agreement)]),
            ("release-recipients".into(), parties(asked, &recipients)),
            ("release-proposer".into(), vec![Inline::content(ask.proposer.as_str()), Inline::Time(ask.time)]),
        ];
        match decision.proposal() {
            Some(permit) => facts.extend(terms(asked, agreement, permit)),
            None => facts.push(("release-purpose".into(), vec![purpose(ask.purpose).into()])),
        }
        if !ask.hide.is_empty() {
            let kept = ask.hide.iter().map(|path| Inline::code(crate::command::record::places::short(path)));
            facts.push(("release-kept-back".into(), kept.collect()));
        }
        facts.extend(self.proposal.published.as_ref().map(place));
        facts
    }

    /// What is in the way now.
    fn missing(&self, asked: &Asked<'_>, stage: &Stage) -> Option<Block> {
        let decision = &self.now.0;
        if matches!(stage, Stage::Published | Stage::Recalled) || decision.reasons().is_empty() {
            return None;
        }
        let engine = &self.deciding.engine;
        let why = reasons(asked, engine, engine.agreement(&self.proposal.ask.agreement), decision.reasons());
        Some(Block::section("missing", "release-missing", vec![why]))
    }

    fn fields(&self, asked: &Asked<'_>, Shown { engine, decision, .. }: Shown<'_>) -> Block {
        let agreement = engine.agreement(&self.proposal.ask.agreement);
        let blocks = match decision.proposal() {
            Some(permit) => {
                let about = (self.held.record.content(), &self.proposal.subject, permit);
                fields::blocks(asked, engine, agreement, about)
            }
            None => vec![Block::line("release-nothing-goes"), reasons(asked, engine, agreement, decision.reasons())],
        };
        let title = if self.proposal.published.is_some() { "release-fields-went" } else { "release-fields" };
        Block::section("fields", title, blocks)
    }

    fn receipts(&self) -> Option<Block> {
        let proposed = self.asked_for.iter().flat_map(|one| one.blocks("receipt-of-proposal"));
        let went = self.went.iter().flat_map(|one| one.blocks("receipt-of-release"));
        let blocks: Vec<_> = std::iter::once(Block::line("receipt-about")).chain(proposed).chain(went).collect();
        (blocks.len() > 1).then(|| Block::section("receipts", "receipts-title", blocks))
    }
}

/// Where it went.
fn place(published: &Published) -> (Say, Vec<Inline>) {
    let place = format!("{} {}", published.feed.as_str(), published.index);
    (Say::Word("release-place"), vec![Inline::code(place)])
}

/// Who approved it, and whether that counts.
fn approvals(asked: &Asked<'_>, proposal: &Proposal) -> Block {
    let rows = proposal.approvals.iter().map(|one| {
        let (word, tone) = match (Some(one.binding) == proposal.binding, one.lasts_at(asked.ask.now)) {
            _ if proposal.published.is_some() => ("release-approval-given", Tone::Calm),
            (true, true) => ("release-approval-counts", Tone::Good),
            (true, false) => ("release-approval-old", Tone::Watch),
            (false, _) => ("release-approval-other", Tone::Watch),
        };
        Row::new(vec![
            vec![Inline::content(one.by.as_str())],
            vec![Inline::Time(one.time)],
            vec![Inline::tag(tone, word)],
        ])
    });
    let head = ["release-approver", "release-asked-at", "release-state"];
    let table = Table::new("release-approvals-title", &head, "release-approvals-none").rows(rows);
    Block::section("approvals", "release-approvals-title", vec![table.into()])
}
