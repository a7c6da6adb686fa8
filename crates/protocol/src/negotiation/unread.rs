//! Agreements that this build cannot read, and that may be in force all the same.
//!
//! A text of another engine or schema says things here that nobody can try. Its messages still say who signed it and who
//! ended it. So what can be told without its clauses is told, and where that is not enough, it counts as in force: to be
//! refused a release is mended by a person, to have released against a red line is not.

use std::collections::{BTreeMap, BTreeSet};

use policy::agreement::Agreement;
use record::digest::{AgreementDigest, MessageDigest, PartyId};
use record::json::{self, Json, Map};
use record::message::Message;
use record::signed::Signed;
use record::time::Timestamp;

use super::said::{Act, Said};
use super::standing::Agreed;

/// A text that cannot be read here, and that all its parties signed.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Unread {
    /// Its digest.
    pub agreement: AgreementDigest,
    /// Its parties, or whoever signed it if not even those can be read.
    pub parties: BTreeSet<PartyId>,
    /// The agreement that it amends.
    pub replaces: Option<AgreementDigest>,
    /// The first instant of its period; none if that cannot be read.
    pub from: Option<Timestamp>,
    /// The first instant after it; none if that cannot be read.
    pub until: Option<Timestamp>,
    /// Whether some party ended it.
    pub is_ended: bool,
}

/// What the messages of one thread say of one text.
#[derive(Debug, Default)]
struct Acts {
    signed: BTreeSet<PartyId>,
    ended: BTreeSet<PartyId>,
}

/// A text in one thread.
type Place = (AgreementDigest, MessageDigest);

/// The texts among these messages that `known` does not hold, with the thread that they stand in, and that all their parties
/// signed in one thread, `own` among them. A text that one thread reads and another does not is unread in the other: a
/// thread whose offer cannot be read reads nothing.
///
/// The messages are those of all threads, each with its signatures checked; those that say nothing readable are passed over.
#[must_use]
pub fn unread<'m, I>(messages: I, known: &BTreeSet<Place>, own: PartyId) -> Vec<Unread>
where
    I: IntoIterator<Item = &'m Signed<Message>>,
{
    let (mut texts, mut acts) = (BTreeMap::<Place, Map>::new(), BTreeMap::<Place, Acts>::new());
    for message in messages {
        let Ok(said) = Said::from_map(message.content().content()) else { continue };
        let (author, thread) = (message.content().issuer(), said.thread.unwrap_or_else(|| message.digest()));
        match said.act {
            Act::Offer { agreement } | Act::Counter { agreement, .. } => {
                let place = digest(&agreement).map(|digest| (digest, thread)).filter(|place| !known.contains(place));
                place.into_iter().for_each(|place| drop(texts.insert(place, agreement.clone())));
            }
            Act::Sign { agreement } => {
                let _new = acts.entry((agreement, thread)).or_default().signed.insert(author);
            }
            Act::Terminate { agreement, .. } => {
                let _new = acts.entry((agreement, thread)).or_default().ended.insert(author);
            }
            Act::Accept { .. }
            | Act::Verify { .. }
            | Act::Suspend { .. }
            | Act::Resume { .. }
            | Act::Withdraw { .. } => {}
        }
    }
    acts.retain(|place, _| texts.contains_key(place));
    let by_digest: BTreeMap<_, _> = texts.iter().map(|((digest, _), text)| (*digest, text)).collect();
    by_digest.into_iter().filter_map(|(digest, text)| Unread::of(digest, text, &acts, own)).collect()
}

/// The name of a text, whether or not it can be read.
pub(super) fn digest(text: &Map) -> Option<AgreementDigest> {
    json::canonical(&Json::from(text.clone())).ok().map(|octets| AgreementDigest::of(&octets))
}

impl Unread {
    fn of(agreement: AgreementDigest, text: &Map, acts: &BTreeMap<Place, Acts>, own: PartyId) -> Option<Self> {
        let parties = parties(text);
        let is_agreed = |one: &&Acts| {
            one.signed.contains(&own) && parties.as_ref().is_none_or(|parties| parties.is_subset(&one.signed))
        };
        let of_text = acts.iter().filter(|((digest, _), _)| *digest == agreement).map(|(_, one)| one);
        let agreed: Vec<_> = of_text.filter(is_agreed).collect();
        let signers = agreed.first()?.signed.clone();
        let parties = parties.unwrap_or(signers);
        let time = |name| text.text(name).and_then(|text| text.parse().ok());
        Some(Self {
            agreement,
            replaces: text.text("replaces").and_then(|text| text.parse().ok()),
            from: time("from"),
            until: time("until"),
            is_ended: agreed.iter().any(|one| !one.ended.is_disjoint(&parties)),
            parties,
        })
    }

    /// Whether it may be in force at a moment, beside these. Suspended or not makes no difference: who stops one agreement
    /// opens nothing under another.
    #[must_use]
    pub fn may_bind(&self, now: Timestamp, agreed: &[Agreed<'_>]) -> bool {
        let is_over = self.until.is_some_and(|until| until <= now) || self.from.is_some_and(|from| now < from);
        !self.is_ended && !is_over && !agreed.iter().any(|one| self.is_replaced_by(one.agreement, now))
    }

    fn is_replaced_by(&self, new: &Agreement, now: Timestamp) -> bool {
        let binds_all = self.parties.iter().all(|party| new.has(*party));
        new.replaces() == Some(self.agreement) && binds_all && new.from() <= now
    }

    /// Whether it has put an end to an agreement. It has, even if it was ended itself since: what it replaced does not come
    /// back.
    #[must_use]
    pub fn has_replaced(&self, old: &Agreement, now: Timestamp) -> bool {
        let has_begun = self.from.is_none_or(|from| from <= now);
        let binds_all = old.members().iter().all(|member| self.parties.contains(&member.party));
        self.replaces == Some(old.digest()) && binds_all && has_begun
    }
}

/// The parties that a text names; none if any of them cannot be read.
fn parties(text: &Map) -> Option<BTreeSet<PartyId>> {
    let members = text.get("parties").and_then(Json::as_array).filter(|members| !members.is_empty())?;
    members.iter().map(|member| member.as_object()?.text("party")?.parse().ok()).collect()
}
