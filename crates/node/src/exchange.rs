//! Exchange over a store: what a sender serves, what a reader takes in, what a witness remembers.
//!
//! Nothing here touches a socket: files come from a [`Source`], which is a client over TLS, a bundle, or another node of a
//! simulation. Whatever is learnt is committed before it is acted on, so that a crash at any point costs only asking again.
//!
//! ```text
//! log `node`        own statements: heads, acknowledgements, answers to recalls, silences
//! log `pulled-..`   one for each feed that is read: its entries as they came, bodies beside them
//! log `deposits`    sealed bodies that this node keeps for others
//! log `heard`       packages and heads that came, statements of others, heads that were cosigned, alarms,
//!                   alerts of standing searches
//! ```

mod alarms;
mod carried;
mod delivered;
mod deposits;
mod heard;
pub mod hits;
mod intake;
mod notebook;
mod own;
mod reader;
mod sender;
mod slow;
mod statements;
mod urgent;
mod vouching;
mod witness;

pub use alarms::{Alarm, Closed, MAX_CLOSING_CHARACTERS, close as close_alarm, list as alarms, raise as raise_alarm};
pub use carried::stands_by_itself;
pub use deposits::{
    DENIAL_STANDS_MS, DEPOSITS, DepositRow, Depositing, Due, KEPT_MS, Lying, Undeposited, bytes_of, delete_due, deny,
    deposit, deposits, lying,
};
pub use heard::HEARD;
pub use intake::{Intake, Taken};
pub use notebook::{Arrival, FeedState, Notebook, Received, knowledge};
pub use own::{Own, latest_acknowledgement};
pub use reader::{Pulled, Reader, Source, Unreachable, absence};
pub use sender::{Agreements, Answer, Sender, Shown};
pub use slow::{Question, Told};
pub use statements::{FeedRead, feeds_read};
pub use statements::{OwnStatement, state, state_alone};
pub use urgent::{CameUrgent, MAX_UNPROVED, TakenUrgent, UrgentState, mark_urgent, next_urgent};
pub use witness::{MAX_REFUSED_HEADS, cosign, doubt, remembered};

use std::sync::Arc;

use record::entropy::NoEntropy;
use storage::{Batch, BatchId, CommitError, Committed, LocalStore, LogName, Store as _, StoreError};

/// Something could not be done. What was committed before stays.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ExchangeError {
    /// The store cannot answer.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The store did not take it.
    #[error(transparent)]
    Commit(#[from] CommitError),
    /// The keys do not sign.
    #[error("nothing was signed: {problem}")]
    Keys {
        /// Why.
        problem: String,
    },
    /// There is no randomness.
    #[error("this machine gives no random numbers")]
    Entropy,
    /// What the store holds is not what this program writes.
    #[error("the store's own notes do not read: {problem}")]
    Notes {
        /// What does not.
        problem: String,
    },
}

impl From<NoEntropy> for ExchangeError {
    fn from(_: NoEntropy) -> Self {
        Self::Entropy
    }
}

/// The store, shared by all that exchange does.
pub type Shared = Arc<LocalStore>;

/// A batch with a name of its own.
pub(crate) fn batch(own: &Own) -> Result<Batch, ExchangeError> {
    Ok(Batch::new(BatchId::from_octets(own.random()?)))
}

/// Commits one batch.
pub(crate) fn commit(store: &LocalStore, batch: Batch) -> Result<Committed, ExchangeError> {
    let mut answers = store.commit(vec![batch]);
    let problem = || ExchangeError::Notes { problem: "the store did not answer".to_owned() };
    Ok(answers.pop().ok_or_else(problem)??)
}

/// Leaves of a log; 0 for one that was not opened.
pub(crate) fn size(store: &LocalStore, log: &LogName) -> Result<u64, ExchangeError> {
    Ok(store.head_of(log).map_or(0, |head| head.size))
}
