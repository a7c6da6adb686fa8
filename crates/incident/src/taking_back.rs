//! What holds of a set of signed statements in which later ones can take back earlier ones.
//!
//! The same rule for links and for classifications: a statement takes back only its own author's, and only older ones. So
//! what holds is decided from the newest to the oldest, for any set whatever, and nobody silences another.

use std::collections::{BTreeMap, BTreeSet};

use record::digest::{PartyId, RecordDigest};
use record::time::Timestamp;

/// An attempt to take something back that changes nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub struct Voided {
    /// The statement that would take back.
    pub statement: RecordDigest,
    /// What it names.
    pub names: RecordDigest,
    /// Why it changes nothing.
    pub reason: VoidReason,
}

/// Why taking back changes nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[expect(clippy::exhaustive_enums, reason = "a page has to show each of them")]
pub enum VoidReason {
    /// The statement that it names is not here.
    NotHere,
    /// Somebody else made it. Who disagrees says so in a statement of their own.
    OtherAuthor,
    /// It is not older.
    NotOlder,
}

/// A signed statement that may take back earlier ones.
pub(crate) trait Statement {
    fn digest(&self) -> RecordDigest;
    fn author(&self) -> PartyId;
    fn time(&self) -> Timestamp;
    fn takes_back(&self) -> &BTreeSet<RecordDigest>;
}

/// What holds, and what tried to take something back and changes nothing.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Settled {
    pub(crate) in_force: BTreeSet<RecordDigest>,
    pub(crate) voided: Vec<Voided>,
}

/// Each statement by its digest; one that comes twice counts once.
pub(crate) fn by_digest<S: Statement + Ord>(statements: impl IntoIterator<Item = S>) -> BTreeMap<RecordDigest, S> {
    let sorted: BTreeSet<S> = statements.into_iter().collect();
    let mut found = BTreeMap::new();
    for statement in sorted {
        found.entry(statement.digest()).or_insert(statement);
    }
    found
}

/// Decides from the newest to the oldest what holds: only something newer can take a statement back, so each is decided
/// once all that could touch it are.
pub(crate) fn settle<S: Statement>(statements: &BTreeMap<RecordDigest, S>) -> Settled {
    let mut order: Vec<&S> = statements.values().collect();
    order.sort_unstable_by_key(|statement| place(*statement));
    let (mut gone, mut settled) = (BTreeSet::new(), Settled::default());
    for statement in order.into_iter().rev() {
        let is_gone = gone.contains(&statement.digest());
        if !is_gone {
            settled.in_force.insert(statement.digest());
        }
        for names in statement.takes_back() {
            match void_reason(statements, statement, *names) {
                Some(reason) => settled.voided.push(Voided { statement: statement.digest(), names: *names, reason }),
                None if is_gone => {}
                None => drop(gone.insert(*names)),
            }
        }
    }
    settled.voided.sort_unstable();
    settled
}

/// Where a statement stands among those of its author: at one time the digests decide, so that any two nodes decide alike.
fn place<S: Statement>(statement: &S) -> (Timestamp, RecordDigest) {
    (statement.time(), statement.digest())
}

fn void_reason<S: Statement>(
    statements: &BTreeMap<RecordDigest, S>,
    statement: &S,
    names: RecordDigest,
) -> Option<VoidReason> {
    let refused = refusal(statements, statement.author(), statement.time(), names);
    let is_older = statements.get(&names).is_some_and(|named| place(named) < place(statement));
    refused.or((!is_older).then_some(VoidReason::NotOlder))
}

/// Why an author could not take this statement back at this time, asked before anything is signed.
pub(crate) fn refusal<S: Statement>(
    statements: &BTreeMap<RecordDigest, S>,
    author: PartyId,
    time: Timestamp,
    names: RecordDigest,
) -> Option<VoidReason> {
    let Some(named) = statements.get(&names) else { return Some(VoidReason::NotHere) };
    if named.author() != author {
        return Some(VoidReason::OtherAuthor);
    }
    (named.time() > time).then_some(VoidReason::NotOlder)
}
