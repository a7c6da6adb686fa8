//! What the parties said of a text, in the order of its negotiation.

use pages::{Block, Inline, Row, Say, Table};
use policy::agreement::Agreement;
use protocol::negotiation::{Act, Negotiation, Said};
use record::digest::{AgreementDigest, PartyId};
use record::language::TaggedText;
use record::time::Timestamp;

use super::super::Asked;

/// One message about the text.
pub(super) struct Line {
    party: PartyId,
    time: Timestamp,
    /// How many messages its author said before it.
    sequence: u64,
    kind: &'static str,
    reason: Option<TaggedText>,
}

/// The messages of a thread about a text, by the times that their authors gave them.
pub(super) fn lines(thread: &Negotiation, digest: AgreementDigest) -> Vec<Line> {
    let said = thread.messages().filter_map(|message| {
        let said = Said::from_map(message.content().content()).ok()?;
        let line = Line {
            party: message.content().issuer(),
            time: said.time,
            sequence: said.sequence,
            kind: said.act.kind(),
            reason: reason(&said.act).cloned(),
        };
        is_about(&said.act, digest).then_some(line)
    });
    let mut lines: Vec<_> = said.collect();
    lines.sort_by_key(|line| (line.time, line.sequence));
    lines
}

fn is_about(act: &Act, digest: AgreementDigest) -> bool {
    let text = act.text().and_then(|text| Agreement::from_map(text.clone()).ok());
    act.agreement() == Some(digest) || text.is_some_and(|text| text.digest() == digest)
}

fn reason(act: &Act) -> Option<&TaggedText> {
    match act {
        Act::Suspend { reason, .. } => reason.as_ref(),
        Act::Terminate { reason, .. } => Some(reason),
        Act::Offer { .. }
        | Act::Counter { .. }
        | Act::Accept { .. }
        | Act::Verify { .. }
        | Act::Sign { .. }
        | Act::Resume { .. }
        | Act::Withdraw { .. } => None,
    }
}

pub(super) fn block(asked: &Asked<'_>, lines: &[Line]) -> Block {
    let rows = lines.iter().map(|line| {
        let reason = line.reason.as_ref().map(|reason| Inline::content(asked.language().choose(reason)));
        Row::new(vec![
            vec![asked.name(line.party).into()],
            vec![Say::known("agreement-said", line.kind).into()],
            vec![Inline::Time(line.time)],
            reason.into_iter().collect(),
        ])
    });
    let head = ["agreement-party", "agreement-said-what", "agreement-said-when", "agreement-said-why"];
    let table = Table::new("agreement-said-caption", &head, "agreement-said-none").rows(rows);
    Block::section("said", "agreement-said-title", vec![table.into()])
}
