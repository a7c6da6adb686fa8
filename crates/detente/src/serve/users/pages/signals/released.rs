//! To whom a signal was released, and whether its withdrawal went after it.

use std::collections::BTreeSet;

use access::Right;
use pages::{Block, Inline, Row, Say, Table, Tone};
use record::digest::{AgreementDigest, RecordDigest};

use super::super::Made;
use super::super::releases::agreement_link;
use super::super::shared::parted;
use super::one::Scene;
use crate::proposals::{self, Proposal};

/// Nothing where this account may not see releases, or where there were none and nothing has to follow.
pub(super) fn block(scene: &mut Scene<'_>) -> Made<Option<Block>> {
    if !scene.asked.may(Right::Propose) {
        return Ok(None);
    }
    let withdrawal = scene.withdrawal()?;
    let all = proposals::read(scene.asked.store(), &scene.judged.sight.holdings)?;
    let went: Vec<&Proposal> = of(&all, scene.record).collect();
    if went.is_empty() {
        return Ok(None);
    }
    let head = &["release-agreement", "signals-recipients", "release-state"];
    let rows = went.iter().map(|one| row(scene, one));
    let mut blocks = vec![Table::new("signals-released-caption", head, "signals-released-none").rows(rows).into()];
    if let Some(record) = withdrawal.filter(|_| scene.is_ours()) {
        let told: BTreeSet<AgreementDigest> =
            of(&all, record).filter(|one| !one.recalled).map(|one| one.ask.agreement).collect();
        blocks.push(follows(record, went.iter().all(|one| told.contains(&one.ask.agreement))));
    }
    Ok(Some(Block::section("released", "signals-released", blocks)))
}

/// What was published of a record.
fn of(all: &[Proposal], record: RecordDigest) -> impl Iterator<Item = &Proposal> {
    all.iter().filter(move |one| one.subject.record == record && one.published.is_some())
}

fn row(scene: &Scene<'_>, one: &Proposal) -> Row {
    let (asked, digest) = (scene.asked, one.ask.agreement);
    let negotiations = asked.open.negotiations();
    let agreement = negotiations.agreement(digest);
    let own = asked.open.party();
    let others = agreement.into_iter().flat_map(|one| one.members()).filter(|member| member.party != own);
    let names = parted(others.map(|member| vec![asked.name(member.party).into()]));
    let (state, tone) =
        if one.recalled { ("releases-recalled", Tone::Watch) } else { ("releases-published", Tone::Good) };
    Row::new(vec![vec![agreement_link(asked, digest, agreement)], names, vec![Inline::tag(tone, state)]])
}

/// Whoever got the signal finds it until the withdrawal reaches him.
fn follows(withdrawal: RecordDigest, is_everywhere: bool) -> Block {
    if is_everywhere {
        return Block::notice(Tone::Good, "signals-withdrawal-went");
    }
    let link = Inline::link(format!("/releases/what-if?record={withdrawal}"), "signals-withdrawal-release");
    Block::Notice(Tone::Grave, vec![Inline::Strong(Say::Word("signals-withdrawal-lacks")), link])
}
