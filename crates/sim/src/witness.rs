//! A witness: it remembers every checkpoint that it was shown, and notices when one does not continue another.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use storage::guard::HeadSource;
use tlog::checkpoint::SignedCheckpoint;

/// Remembers heads.
#[derive(Debug, Clone, Default)]
pub(crate) struct Witness {
    /// By origin and size.
    seen: Arc<Mutex<BTreeMap<(String, u64), SignedCheckpoint>>>,
}

impl Witness {
    /// The latest head of an origin.
    pub(crate) fn latest(&self, origin: &str) -> Option<SignedCheckpoint> {
        let seen = self.seen();
        seen.iter().filter(|((of, _), _)| of == origin).map(|(_, head)| head.clone()).next_back()
    }

    /// Every head of an origin, by size.
    pub(crate) fn all(&self, origin: &str) -> Vec<SignedCheckpoint> {
        self.seen().iter().filter(|((of, _), _)| of == origin).map(|(_, head)| head.clone()).collect()
    }

    /// Takes a head in; refuses one that says another thing of a size that it knows.
    pub(crate) fn see(&self, head: SignedCheckpoint) -> Result<(), String> {
        let claims = head.claims().clone();
        let place = (claims.origin().to_owned(), claims.size());
        let mut seen = self.seen();
        let before = seen.entry(place).or_insert(head);
        let is_same = before.claims().root() == claims.root();
        if is_same { Ok(()) } else { Err(format!("two roots of {} at size {}", claims.origin(), claims.size())) }
    }

    fn seen(&self) -> MutexGuard<'_, BTreeMap<(String, u64), SignedCheckpoint>> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl HeadSource for Witness {
    fn name(&self) -> String {
        "the witness".to_owned()
    }

    fn heads(&self, origin: &str, found: &mut Vec<SignedCheckpoint>) -> Result<(), String> {
        found.extend(self.all(origin));
        Ok(())
    }
}
