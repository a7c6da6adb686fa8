//! Agreements: a clause tree in several languages, one Cedar policy to each operative clause, and one digest over all of it.
//!
//! Both sides must be able to read it, so every clause has its words in every authentic language. Both must be able to run
//! it, so every operative clause has one policy. And both must mean the same text, so it is named by the digest of its
//! canonical JSON, worked examples included.

mod clause;
mod error;
mod example;
mod parity;
mod read;
mod redline;
mod reproduce;
mod template;
mod terms;
mod widening;

pub use crate::cedar::Effect;
pub use clause::{Clause, ClauseId, Operative};
pub use error::{AgreementError, AgreementProblem};
pub use example::{Example, ExampleField, ExampleMarks, Expected};
pub use parity::{Finding, FindingKind, Modal, Severity, Where, compare, lint};
pub use redline::{
    ClauseChange, Fate, MachineChange, Moved, Position, Redline, Rendition, Span, TermChange, Treatment, Words,
};
pub use reproduce::{Reproduced, Reproduction};
pub use template::Template;
pub use terms::{Budget, Counted, Obligations, Onward, Per, Prevails, RoleName, Transform};
pub use widening::{Loosened, MAX_WIDENING_CASES, Unknown, Widening, Widenings};

use std::collections::BTreeSet;

use record::digest::{AgreementDigest, PartyId};
use record::json::{self, Json, Map};
use record::language::{LanguageTag, TaggedText};
use record::time::Timestamp;

/// Most clauses of one agreement, sub-clauses included. The longest treaties have some hundred articles.
pub const MAX_CLAUSES: usize = 512;

/// How deep clauses nest: article, paragraph, point, sub-point.
pub const MAX_CLAUSE_DEPTH: usize = 4;

/// Most parties of one agreement.
pub const MAX_PARTIES: usize = 64;

/// Most worked examples of one agreement: a person should still read them all.
pub const MAX_EXAMPLES: usize = 256;

/// Most characters of one rendition of one clause. What is longer should be several clauses.
pub const MAX_CLAUSE_CHARACTERS: usize = 8_000;

/// What the canonical text says of its own form.
pub const FORMAT: &str = "detente/agreement/v1";

/// A language of an agreement.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct LanguageOf {
    /// The language.
    pub tag: LanguageTag,
    /// Authentic texts bind; a courtesy translation only helps the reader.
    pub is_authentic: bool,
}

/// A party's place in an agreement.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Member {
    /// The role that clauses name.
    pub role: RoleName,
    /// The party.
    pub party: PartyId,
}

/// An agreement that holds every rule which can be checked without another text beside it.
#[derive(Debug, Clone)]
pub struct Agreement {
    digest: AgreementDigest,
    text: Map,
    title: TaggedText,
    languages: Vec<LanguageOf>,
    prevails: Prevails,
    members: Vec<Member>,
    from: Timestamp,
    until: Timestamp,
    zone: String,
    keep_days: u32,
    head_every_minutes: u32,
    common_by: Option<BTreeSet<RoleName>>,
    depositary: Option<PartyId>,
    replaces: Option<AgreementDigest>,
    clauses: Vec<Clause>,
    examples: Vec<Example>,
}

impl Agreement {
    /// Reads an agreement's text, in any spelling; its digest is over the canonical one.
    ///
    /// # Errors
    /// [`AgreementError`] with the clause or example concerned.
    pub fn parse(text: &[u8]) -> Result<Self, AgreementError> {
        let Json::Object(map) = json::parse(text).map_err(AgreementProblem::from)? else {
            return Err(AgreementProblem::Form { field: "agreement", reason: "should be an object".to_owned() }.into());
        };
        Self::from_map(map)
    }

    /// The same for JSON that was parsed already, such as the text inside an offer.
    ///
    /// # Errors
    /// [`AgreementError`].
    pub fn from_map(text: Map) -> Result<Self, AgreementError> {
        read::agreement(text)
    }

    /// Its name: SHA-256 over the domain and the canonical octets.
    #[must_use]
    pub const fn digest(&self) -> AgreementDigest {
        self.digest
    }

    /// Its whole text as JSON.
    #[must_use]
    pub const fn text(&self) -> &Map {
        &self.text
    }

    /// Its title.
    #[must_use]
    pub const fn title(&self) -> &TaggedText {
        &self.title
    }

    /// Its languages, in the order in which the parties wrote them.
    #[must_use]
    pub fn languages(&self) -> &[LanguageOf] {
        &self.languages
    }

    /// Which rendition decides where they differ.
    #[must_use]
    pub const fn prevails(&self) -> &Prevails {
        &self.prevails
    }

    /// Its parties.
    #[must_use]
    pub fn members(&self) -> &[Member] {
        &self.members
    }

    /// Whether a party belongs to it.
    #[must_use]
    pub fn has(&self, party: PartyId) -> bool {
        self.members.iter().any(|member| member.party == party)
    }

    /// The role of a party.
    #[must_use]
    pub fn role_of(&self, party: PartyId) -> Option<&RoleName> {
        self.members.iter().find(|member| member.party == party).map(|member| &member.role)
    }

    /// Everybody but the sender: all of them see what is released, since all of them pull the one feed.
    pub fn recipients(&self, sender: PartyId) -> impl Iterator<Item = &Member> {
        self.members.iter().filter(move |member| member.party != sender)
    }

    /// The first instant at which it can be in force.
    #[must_use]
    pub const fn from(&self) -> Timestamp {
        self.from
    }

    /// The first instant at which it is in force no more.
    #[must_use]
    pub const fn until(&self) -> Timestamp {
        self.until
    }

    /// The time zone whose calendar the parties had in mind, for readers; the two instants decide.
    #[must_use]
    pub fn zone(&self) -> &str {
        &self.zone
    }

    /// Whether an instant lies in its period.
    #[must_use]
    pub fn covers(&self, time: Timestamp) -> bool {
        self.from <= time && time < self.until
    }

    /// The least number of days for which a body stays for disputes.
    #[must_use]
    pub const fn keep_days(&self) -> u32 {
        self.keep_days
    }

    /// How often a sender states the head of its feed, in minutes, at the least.
    #[must_use]
    pub const fn head_every_minutes(&self) -> u32 {
        self.head_every_minutes
    }

    /// Whose cosignatures make a head of `sender`'s feed common: those roles that the agreement names, or else every other
    /// member. The sender vouches for nothing of its own.
    pub fn common_by(&self, sender: PartyId) -> impl Iterator<Item = PartyId> {
        let is_named = |member: &&Member| self.common_by.as_ref().is_none_or(|roles| roles.contains(&member.role));
        self.recipients(sender).filter(is_named).map(|member| member.party)
    }

    /// The roles that are named for it; none if every member is asked.
    #[must_use]
    pub const fn common_roles(&self) -> Option<&BTreeSet<RoleName>> {
        self.common_by.as_ref()
    }

    /// Who keeps each body, sealed for its readers, so that it can be told whether it could be had (design, section 2).
    #[must_use]
    pub const fn depositary(&self) -> Option<PartyId> {
        self.depositary
    }

    /// The agreement that this one amends.
    #[must_use]
    pub const fn replaces(&self) -> Option<AgreementDigest> {
        self.replaces
    }

    /// The top of the clause tree.
    #[must_use]
    pub fn clauses(&self) -> &[Clause] {
        &self.clauses
    }

    /// Every clause, each before its sub-clauses.
    pub fn all_clauses(&self) -> impl Iterator<Item = &Clause> {
        self.clauses.iter().flat_map(Clause::with_below)
    }

    /// The clause of this name.
    #[must_use]
    pub fn clause(&self, id: &ClauseId) -> Option<&Clause> {
        self.all_clauses().find(|clause| clause.id() == id)
    }

    /// The clauses that have a policy and run from the sender's role to all of the others.
    pub fn operative(&self, sender: PartyId) -> impl Iterator<Item = (&Clause, &Operative)> {
        let applies = move |operative: &&Operative| self.runs(operative, sender);
        self.all_clauses().filter_map(move |clause| Some((clause, clause.operative().filter(applies)?)))
    }

    /// Whether a clause runs from this sender to every other member.
    fn runs(&self, operative: &Operative, sender: PartyId) -> bool {
        let from = self.role_of(sender).is_some_and(|role| operative.from().contains(role));
        from && self.recipients(sender).all(|member| operative.to().contains(&member.role))
    }

    /// The worked examples.
    #[must_use]
    pub fn examples(&self) -> &[Example] {
        &self.examples
    }
}
