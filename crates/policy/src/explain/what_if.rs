//! "Who could receive this, with which fields, and why not the rest?"

use std::collections::BTreeMap;

use record::digest::{AgreementDigest, PartyId};

use crate::agreement::ClauseId;
use crate::cedar::Effect;
use crate::decision::{Ask, Decision, Engine, Exposure, Subject};
use crate::vocabulary::Purpose;

/// What would happen under one clause.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct WhatIfClause {
    /// The clause.
    pub clause: ClauseId,
    /// The purpose that was tried: the first of the clause's own unless the reader named one.
    pub purpose: Purpose,
    /// The decision.
    pub decision: Decision,
}

/// What would happen under one agreement.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct WhatIf {
    /// The agreement.
    pub agreement: AgreementDigest,
    /// Who would receive it.
    pub recipients: Vec<PartyId>,
    /// Each clause that permits anything from here to all others, in the agreement's order.
    pub clauses: Vec<WhatIfClause>,
    /// Why nothing goes under any of them, if nothing does: the reasons of all, each once.
    pub decision: Decision,
}

impl WhatIf {
    /// The clause that shows the most, if any permits.
    #[must_use]
    pub fn best(&self) -> Option<&WhatIfClause> {
        let shown = |one: &&WhatIfClause| one.decision.proposal().map_or(0, |permit| permit.shown.len());
        self.clauses.iter().filter(|one| one.decision.proposal().is_some()).max_by_key(shown)
    }
}

impl Engine {
    /// Tries a record under every agreement of this node and every clause that permits. Nothing is moved or logged.
    ///
    /// `base` gives proposer and time; its agreement, clause and purpose are replaced. `purpose` holds the reader's choice.
    #[must_use]
    pub fn what_if(&self, subject: &Subject, base: &Ask, purpose: Option<Purpose>, exposure: &Exposure) -> Vec<WhatIf> {
        let mut answers: BTreeMap<AgreementDigest, WhatIf> = BTreeMap::new();
        for active in self.agreements() {
            let answer = self.what_if_under(active.agreement.digest(), subject, base, purpose, exposure);
            drop(answers.insert(answer.agreement, answer));
        }
        answers.into_values().collect()
    }

    fn what_if_under(
        &self,
        digest: AgreementDigest,
        subject: &Subject,
        base: &Ask,
        purpose: Option<Purpose>,
        exposure: &Exposure,
    ) -> WhatIf {
        let agreement = self.agreement(&digest);
        let recipients = agreement.into_iter().flat_map(|one| one.recipients(self.own())).map(|member| member.party);
        let operative = agreement.into_iter().flat_map(|one| one.operative(self.own()));
        let permits = operative.filter(|(_, one)| one.effect() == Effect::Permit);
        let clauses = permits.filter_map(|(clause, one)| {
            let purpose = purpose.or_else(|| one.obligations().purposes.first().copied())?;
            let ask = Ask { agreement: digest, purpose, ..base.clone() }.under(clause.id().clone());
            let decision = self.decide(subject, &ask, exposure);
            Some(WhatIfClause { clause: clause.id().clone(), purpose, decision })
        });
        let clauses: Vec<_> = clauses.collect();
        let used = purpose.or_else(|| clauses.first().map(|one| one.purpose)).unwrap_or(base.purpose);
        let ask = Ask { agreement: digest, clause: None, purpose: used, ..base.clone() };
        let decision = self.decide(subject, &ask, exposure);
        WhatIf { agreement: digest, recipients: recipients.collect(), clauses, decision }
    }
}
