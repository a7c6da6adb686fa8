//! The one decision: whether this caller may do this, to that.

use record::digest::PartyId;
use record::label::Tlp;

use crate::accounts::Belongs;
use crate::ask::Ask;
use crate::caller::{Caller, Known};
use crate::name::{AccountName, Skeleton};
use crate::role::Right;

/// What a right is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Resource<'a> {
    /// The node as a whole: nothing is told by naming it.
    Node,
    /// A record, by its marking in force.
    Record {
        /// The marking; none if nobody has labelled it.
        tlp: Option<Tlp>,
        /// Whether this account was named as one who may see it.
        is_named: bool,
    },
    /// A feed, or the collection that is a view of it.
    Feed {
        /// The parties that are its members.
        members: &'a [PartyId],
        /// The collection's name, where it is one.
        collection: Option<&'a str>,
    },
    /// A proposed release.
    Proposal {
        /// Who proposed it.
        proposer: &'a Skeleton,
    },
    /// An account.
    Account(&'a AccountName),
}

/// What came of asking.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "whoever answers must say something about each of the three")]
pub enum Verdict {
    /// It may.
    Allowed,
    /// Answer as if there were no such thing.
    Hidden,
    /// It may not, and may know that.
    Forbidden(Refused),
}

/// Why not, for the caller and for the log of requests. It tells nothing about what was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refused {
    /// Nobody in particular asks.
    #[error("sign in, or show a token")]
    SignIn,
    /// No role of the account has this right.
    #[error("this account's roles do not have the right `{0}`; an administrator can give it one that has")]
    Role(Right),
    /// The token was made for less.
    #[error("this token does not carry the right `{0}` here; make another, or sign in")]
    Scope(Right),
    /// Who approves is who proposed.
    #[error("a release is approved by another account than the one that proposed it")]
    OwnProposal,
}

/// What came of asking, with the proof if it may.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "whoever answers must say something about each of the three")]
pub enum Decision<A> {
    /// It may: a handler takes this.
    Allowed(Permitted<A>),
    /// Answer as if there were no such thing (404).
    Hidden,
    /// It may not, and may know that (401 for [`Refused::SignIn`], else 403).
    Forbidden(Refused),
}

/// The proof that somebody may do exactly this. Only [`decide`] makes one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Permitted<A> {
    by: Caller,
    ask: A,
}

impl<A> Permitted<A> {
    /// Who may.
    #[must_use]
    pub const fn by(&self) -> &Caller {
        &self.by
    }

    /// What exactly.
    #[must_use]
    pub const fn ask(&self) -> &A {
        &self.ask
    }
}

impl<A> Decision<A> {
    /// The proof; none if it may not.
    #[must_use]
    pub fn permitted(self) -> Option<Permitted<A>> {
        if let Self::Allowed(permitted) = self { Some(permitted) } else { None }
    }
}

/// Whether this caller may do this.
#[must_use]
pub fn decide<A: Ask>(caller: &Caller, ask: A) -> Decision<A> {
    match judge(caller, A::RIGHT, &ask.resource()) {
        Verdict::Allowed => Decision::Allowed(Permitted { by: caller.clone(), ask }),
        Verdict::Hidden => Decision::Hidden,
        Verdict::Forbidden(why) => Decision::Forbidden(why),
    }
}

/// The decision itself, without a proof: what pages ask in order to show only buttons that work.
#[must_use]
pub fn judge(caller: &Caller, right: Right, resource: &Resource<'_>) -> Verdict {
    let Some(known) = caller.known() else { return Verdict::Forbidden(Refused::SignIn) };
    match &known.belongs {
        Belongs::Partner(party) => of_partner(known, party, right, resource),
        Belongs::Own => of_own(known, right, resource),
    }
}

/// Whether somebody may be told that something happened, where asking for it takes this right: by the right itself, or because
/// it asked to be told ([`crate::Accounts::standing_for`]). It is no permission to do anything: [`judge`] does not know of it.
#[must_use]
pub fn may_be_told(caller: &Caller, right: Right) -> bool {
    let is_told = caller.known().is_some_and(|known| known.is_told_of(right));
    is_told || judge(caller, right, &Resource::Node) == Verdict::Allowed
}

/// Its party's feeds, and of everything else not even that it is there.
fn of_partner(known: &Known, party: &PartyId, right: Right, resource: &Resource<'_>) -> Verdict {
    let is_theirs = matches!(resource, Resource::Feed { members, .. } if members.contains(party));
    let may = is_theirs && right == Right::ReadFeeds && known.sees(resource) && known.reaches(right, resource);
    if may { Verdict::Allowed } else { Verdict::Hidden }
}

/// What it may not see comes first: otherwise a refusal would tell that it is there.
fn of_own(known: &Known, right: Right, resource: &Resource<'_>) -> Verdict {
    if !known.sees(resource) {
        return Verdict::Hidden;
    }
    if !known.roles.may(right) {
        return Verdict::Forbidden(Refused::Role(right));
    }
    if !known.reaches(right, resource) {
        return Verdict::Forbidden(Refused::Scope(right));
    }
    if right == Right::Approve && !is_of_another(known, resource) {
        return Verdict::Forbidden(Refused::OwnProposal);
    }
    Verdict::Allowed
}

fn is_of_another(known: &Known, resource: &Resource<'_>) -> bool {
    matches!(resource, Resource::Proposal { proposer } if *proposer != known.account.skeleton())
}
