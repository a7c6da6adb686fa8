//! What was decided to leave, as a type: only this module makes one, and a feed takes nothing else.
//!
//! Whoever has one can read it:
//!
//! ```
//! use policy::released::Released;
//! use record::{Record, Signed};
//!
//! fn read(released: &Released<Record>) -> &Signed<Record> {
//!     released.shown()
//! }
//! ```
//!
//! Nobody can put something else into it:
//!
//! ```compile_fail,E0451
//! use policy::released::Released;
//! use record::{Record, Signed};
//!
//! fn forge(shown: Signed<Record>, like: Released<Record>) -> Released<Record> {
//!     Released { shown, ..like }
//! }
//! ```

use record::digest::Commitment;
use record::path::Path;
use record::{PresentError, Record, Selection, Signed};
use tlog::log_proof::LogProof;

use crate::belief::Believed;
use crate::decision::{Ask, Decision, Engine, Exposure, Movement, Permit, Subject};
use crate::labels::InForce;
use crate::receipt::{PrivateReceipt, PublicReceipt, SALT_BYTES};

/// Where a record lies in the sender's own node log: of a relayed record the sender's leaf, beside the author's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct OwnLeaf {
    /// Its index.
    pub index: u64,
    /// The leaf.
    pub commitment: Commitment,
    /// The salt that opens it.
    pub salt: [u8; 32],
}

impl OwnLeaf {
    /// A leaf.
    #[must_use]
    pub const fn new(index: u64, commitment: Commitment, salt: [u8; 32]) -> Self {
        Self { index, commitment, salt }
    }
}

/// Content that may leave, shown exactly as far as was decided. Never deserialised: after a restart it is decided anew.
#[derive(Debug, Clone)]
pub struct Released<T> {
    shown: Signed<T>,
    leaf: OwnLeaf,
    author_proof: Option<LogProof>,
    permit: Permit,
    public: PublicReceipt,
    private: PrivateReceipt,
    movements: Vec<Movement>,
}

/// Nothing was released.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum NotReleased {
    /// It was decided so. The receipt of the refusal belongs into the log.
    #[error("this is not released: {}", codes(decision))]
    Refused {
        /// The decision.
        decision: Box<Decision>,
        /// Its receipt.
        receipt: Box<PrivateReceipt>,
    },
    /// The leaf is not this record's.
    #[error("the leaf does not commit to this record")]
    OtherLeaf,
    /// The labels are about another record.
    #[error("the labels are about another record")]
    OtherLabels,
    /// It cannot be shown as decided.
    #[error(transparent)]
    Present(#[from] PresentError),
    /// Showing it would show a place that was not decided about. Nothing went.
    #[error("showing this would also show `{at}`, which was not decided about")]
    ShowsMore {
        /// The place.
        at: Path,
    },
}

fn codes(decision: &Decision) -> String {
    decision.reasons().iter().map(crate::decision::Reason::code).collect::<Vec<_>>().join(", ")
}

impl Engine {
    /// Decides, and makes of what may go the only thing that a feed takes.
    ///
    /// `leaf` is the record's leaf in this node's log; `salt` 32 fresh random octets for the private receipt.
    ///
    /// # Errors
    /// [`NotReleased`]: refused, with the receipt of the refusal, or arguments that do not belong together.
    pub fn release(
        &self,
        source: Believed<'_>,
        leaf: OwnLeaf,
        in_force: &InForce,
        (ask, exposure): (&Ask, &Exposure),
        salt: &[u8; SALT_BYTES],
    ) -> Result<Released<Record>, NotReleased> {
        let record = source.record();
        if record.commitment(&leaf.salt) != leaf.commitment {
            return Err(NotReleased::OtherLeaf);
        }
        if in_force.labels.about() != record.digest() {
            return Err(NotReleased::OtherLabels);
        }
        let subject = Subject::new(record.content(), in_force);
        let decision = self.decide(&subject, ask, exposure);
        let private = PrivateReceipt::of((self, &subject, ask, exposure), &decision, salt);
        let Some(permit) = decision.permit().cloned() else {
            return Err(NotReleased::Refused { decision: Box::new(decision), receipt: Box::new(private) });
        };
        let shown = record.present(&Selection::only(permit.shown.iter().cloned()))?;
        check_shown(shown.content(), &permit)?;
        let public = PublicReceipt::of(&permit, ask.time, *private.digest());
        let author_proof = source.is_relayed().then(|| source.log_place().proof().clone());
        Ok(Released { shown, leaf, author_proof, permit, public, private, movements: decision.movements })
    }
}

/// What is shown is what was decided, and what holds it.
fn check_shown(shown: &Record, permit: &Permit) -> Result<(), NotReleased> {
    let decided = |place: &Path| permit.shown.iter().any(|path| path.is_within(place));
    match shown.places().iter().find(|place| !decided(place)) {
        Some(at) => Err(NotReleased::ShowsMore { at: at.clone() }),
        None => Ok(()),
    }
}

impl<T> Released<T> {
    /// What goes.
    #[must_use]
    pub const fn shown(&self) -> &Signed<T> {
        &self.shown
    }

    /// The leaf in the sender's node log.
    #[must_use]
    pub const fn leaf(&self) -> &OwnLeaf {
        &self.leaf
    }

    /// Of a relayed record, the proof that its author logged it.
    #[must_use]
    pub const fn author_proof(&self) -> Option<&LogProof> {
        self.author_proof.as_ref()
    }

    /// What was decided.
    #[must_use]
    pub const fn permit(&self) -> &Permit {
        &self.permit
    }

    /// What goes along.
    #[must_use]
    pub const fn public_receipt(&self) -> &PublicReceipt {
        &self.public
    }

    pub(crate) fn into_receipt_and_movements(self) -> (PrivateReceipt, Vec<Movement>) {
        (self.private, self.movements)
    }
}
