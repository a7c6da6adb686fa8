//! What decisions on these pages are made with: the same engine, labels and counters as the commands have.

use access::{Right, Verdict};
use policy::decision::{Decision, Engine, Exposure, Subject};
use record::digest::RecordDigest;

use super::super::{Asked, Made, NoPage};
use crate::command::release::subject;
use crate::holdings::Held;
use crate::operations::sight::Sight;
use crate::proposals::{self, Proposal};

/// An account's sight, and the engine of this moment.
pub(super) struct Deciding<'a> {
    pub(super) sight: Sight<'a>,
    pub(super) engine: Engine,
}

impl<'a> Deciding<'a> {
    pub(super) fn of(asked: &Asked<'a>) -> Made<Self> {
        let sight = asked.sight()?;
        let mut negotiations = asked.open.negotiations();
        negotiations.set_now(asked.ask.now);
        let engine = negotiations.engine(&sight.holdings)?;
        drop(negotiations);
        Ok(Self { sight, engine })
    }

    /// A record of which this account may see every part, and do this with it. Anything else is not there.
    pub(super) fn held(&self, right: Right, digest: &RecordDigest) -> Made<Held> {
        if self.sight.judge_named(right, &digest.to_string())? != Verdict::Allowed {
            return Err(NoPage::Hidden);
        }
        self.sight.holdings.find(digest)?.ok_or(NoPage::Hidden)
    }

    pub(super) fn subject(&self, held: &Held) -> Made<Subject> {
        Ok(subject(&self.sight.holdings, held)?)
    }

    /// What would be decided of a proposal now, and where the counters stand that it may move.
    pub(super) fn now(&self, asked: &Asked<'_>, proposal: &Proposal, held: &Held) -> Made<(Decision, Exposure)> {
        let ask = proposal.ask_at(asked.ask.now);
        let exposure = proposals::exposure(asked.store(), &self.engine.counters(&ask))?;
        Ok((self.engine.decide(&self.subject(held)?, &ask, &exposure), exposure))
    }
}
