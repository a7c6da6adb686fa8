//! How far a proposal has come, and whom it waits for.

use access::{Resource, Right, Skeleton, Verdict, judge};
use pages::{Arg, Say, Tone};
use policy::decision::{Approval, Decision, Reason};

use super::super::Asked;
use crate::proposals::Proposal;

/// What has to happen to a proposal next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Stage {
    /// Persons have to approve it.
    Approvals { needed: u8, have: u8 },
    /// It can be published.
    Ready,
    /// Something that was approved or proposed is not so any more: it has to be proposed anew.
    Changed,
    /// Something else is in its way.
    Stuck(Vec<Reason>),
    /// It went.
    Published,
    /// It went, and was taken back.
    Recalled,
}

impl Stage {
    /// The stage of a proposal that is decided so now.
    pub(super) fn of(proposal: &Proposal, now: &Decision) -> Self {
        if let Some(done) = Self::done(proposal) {
            return done;
        }
        match (now.permit(), now.proposal()) {
            // Only what was proposed is published: an approval of it binds to exactly that.
            (_, Some(permit)) if proposal.binding != Some(permit.binding()) => Self::Changed,
            (Some(_), _) => Self::Ready,
            (None, permit) => {
                let waits = now.reasons().iter().find_map(|reason| {
                    let Reason::Approvals { needed, have, .. } = reason else { return None };
                    Some(Self::Approvals { needed: *needed, have: *have })
                });
                waits.filter(|_| permit.is_some()).unwrap_or_else(|| Self::Stuck(now.reasons().to_vec()))
            }
        }
    }

    /// The stage of one that was published: nothing has to be decided for it.
    pub(super) fn done(proposal: &Proposal) -> Option<Self> {
        let went = if proposal.recalled { Self::Recalled } else { Self::Published };
        proposal.published.as_ref().map(|_| went)
    }

    /// Whether it waits for this account.
    pub(super) fn waits_for(&self, asked: &Asked<'_>, proposal: &Proposal) -> bool {
        match self {
            Self::Approvals { .. } => may_approve(asked, proposal) && !has_approved(asked, proposal),
            Self::Ready => asked.may(Right::Publish),
            Self::Changed | Self::Stuck(_) | Self::Published | Self::Recalled => false,
        }
    }

    /// In words.
    pub(super) fn say(&self) -> (Say, Tone) {
        match self {
            Self::Approvals { needed, have } => {
                let number = |count: u8| Arg::Number(i64::from(count));
                let values = vec![("have", number(*have)), ("needed", number(*needed))];
                (Say::With("release-stage-approvals", values), Tone::Watch)
            }
            Self::Ready => ("release-stage-ready".into(), Tone::Watch),
            Self::Changed => ("release-stage-changed".into(), Tone::Grave),
            Self::Stuck(_) => ("release-stage-stuck".into(), Tone::Grave),
            Self::Published => ("release-stage-published".into(), Tone::Good),
            Self::Recalled => ("release-stage-recalled".into(), Tone::Calm),
        }
    }
}

/// Whether this account is a second person to the proposal.
pub(super) fn may_approve(asked: &Asked<'_>, proposal: &Proposal) -> bool {
    let proposer = Skeleton::of(&proposal.ask.proposer);
    judge(asked.caller(), Right::Approve, &Resource::Proposal { proposer: &proposer }) == Verdict::Allowed
}

/// Whether this account's approval of it counts already.
pub(super) fn has_approved(asked: &Asked<'_>, proposal: &Proposal) -> bool {
    let me = asked.caller().account().map(|name| Approval::person(name.as_str()));
    let counts = |one: &&Approval| one.lasts_at(asked.ask.now) && Some(one.binding) == proposal.binding;
    proposal.approvals.iter().filter(counts).any(|one| Some(Approval::person(&one.by)) == me)
}
