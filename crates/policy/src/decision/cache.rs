//! Decisions that were made before, under everything that they depend on.
//!
//! The key holds the record with its labels, the whole ask but its time, and the digest of every policy that binds at that
//! time. Counters are not in it: they move with every release, and are looked at every time.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::engine::Engine;
use super::exposure::Exposure;
use super::permit::{Decision, Outcome};
use super::subject::Subject;
use super::{Approval, Ask};
use crate::agreement::ClauseId;
use crate::vocabulary::Purpose;

use record::digest::AgreementDigest;
use record::path::Path;

/// Most decisions that are remembered: some hundred megabytes at the very worst. A full cache begins anew.
pub(super) const MAX_REMEMBERED: usize = 65_536;

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    labels: [u8; 32],
    policies: [u8; 32],
    agreement: AgreementDigest,
    clause: Option<ClauseId>,
    purpose: Purpose,
    hide: Vec<Path>,
    proposer: String,
    /// Person, what for, and whether it still counts: that is all that a decision asks of time once its policies are known.
    approvals: Vec<(String, [u8; 32], bool)>,
}

/// Remembered decisions of one engine.
#[derive(Debug, Default)]
pub struct Cache {
    known: BTreeMap<Key, Arc<Outcome>>,
}

impl Cache {
    /// Nothing is remembered yet.
    #[must_use]
    pub const fn new() -> Self {
        Self { known: BTreeMap::new() }
    }

    /// Decides as [`Engine::decide`] does, always with the same answer.
    pub fn decide(&mut self, engine: &Engine, subject: &Subject, ask: &Ask, exposure: &Exposure) -> Decision {
        if engine.objection(ask).is_some() {
            return engine.decide(subject, ask, exposure);
        }
        let key = Key::of(engine, subject, ask);
        let known = self.known.get(&key).map(Arc::clone);
        let outcome = known.unwrap_or_else(|| self.keep(key, engine.outcome(subject, ask)));
        engine.with_budget((*outcome).clone(), ask, exposure)
    }

    fn keep(&mut self, key: Key, outcome: Outcome) -> Arc<Outcome> {
        if self.known.len() >= MAX_REMEMBERED {
            self.known.clear();
        }
        let outcome = Arc::new(outcome);
        drop(self.known.insert(key, Arc::clone(&outcome)));
        outcome
    }
}

impl Key {
    fn of(engine: &Engine, subject: &Subject, ask: &Ask) -> Self {
        let approval = |one: &Approval| (Approval::person(&one.by), *one.binding.octets(), one.lasts_at(ask.time));
        Self {
            labels: subject.labels_digest,
            policies: engine.policies_at(ask),
            agreement: ask.agreement,
            clause: ask.clause.clone(),
            purpose: ask.purpose,
            hide: ask.hide.iter().cloned().collect(),
            proposer: Approval::person(&ask.proposer),
            approvals: ask.approvals.iter().map(approval).collect(),
        }
    }
}
