//! What leaves a node beside releases: a closed list, none of it with free text but where a name says so.
//!
//! A transport takes the list itself, `protocol::exchange::Control`; here are its parts, each of which only a check can make:
//! a profile that shows nothing else, a text of a negotiation that passed the floors, a statement.
//!
//! Text that did not pass is never taken for text that did:
//!
//! ```compile_fail,E0423
//! use policy::control::Cleared;
//! use record::Signed;
//! use record::message::Message;
//!
//! fn forge(message: Signed<Message>) -> Cleared<Signed<Message>> {
//!     Cleared(message)
//! }
//! ```

mod profile;
mod sentence;

pub use profile::ProfileFile;
pub use sentence::{
    Acknowledgement, BadSentence, Deposit, Deposited, FeedHead, KeyInForce, RecallAnswer, Sentence, Silence, Stated,
    Told,
};

use record::Signed;
use record::digest::{PartyId, RecordDigest};
use record::key_history::KeyHistory;
use record::label::Marks;
use record::message::Message;

use crate::belief::Logged;
use crate::cedar::Facts;
use crate::decision::Reason;
use crate::floors::Floors;
use crate::vocabulary::{Care, Kind, Purpose};

/// Text that passed the floors. Only [`clear`] makes one of new text; [`said_before`] and [`pass_on`] know what passed already.
#[derive(Debug, Clone)]
pub struct Cleared<T>(T);

impl<T> Cleared<T> {
    /// What passed.
    #[must_use]
    pub const fn get(&self) -> &T {
        &self.0
    }
}

/// Lets the text of a negotiation pass, if its marks hold against every floor, towards every recipient: a draft can hold a
/// secret as well as a record can.
///
/// # Errors
/// The reasons why it stays. No marks means unlabelled, which is denied.
pub fn clear(
    message: Signed<Message>,
    marks: Option<&Marks>,
    recipients: &[PartyId],
    floors: &Floors,
) -> Result<Cleared<Signed<Message>>, Vec<Reason>> {
    let marks = marks.ok_or_else(|| vec![Reason::Unlabelled])?;
    let mut reasons = Vec::new();
    let mut facts = Facts::new(Kind::Other, Purpose::StandardSetting, marks.tlp(), marks.pap());
    for tag in marks.tags() {
        match Care::of(tag) {
            Some(care) => drop(facts.care.insert(care)),
            None => reasons.push(Reason::UnknownTag { tag: tag.to_string() }),
        }
    }
    let sender = message.content().issuer();
    for recipient in recipients {
        facts.foreign = marks.origins().iter().any(|origin| *origin != sender && origin != recipient);
        reasons.extend(objections(&facts, *recipient, marks, floors));
    }
    reasons.sort_unstable();
    reasons.dedup();
    if reasons.is_empty() { Ok(Cleared(message)) } else { Err(reasons) }
}

/// A message of our own that our log holds, to be delivered: whoever logs a message of ours takes only what [`clear`] gave, or
/// what comes back from a party of its text that was told it.
#[must_use]
pub fn said_before(message: &Logged<Message>) -> Cleared<Signed<Message>> {
    Cleared(message.record().clone())
}

/// A message of another party, to be passed on to the parties of the same text. Its author has said it to them all, so no
/// floor of ours is about it. None for a message of our own.
#[must_use]
pub fn pass_on(message: Signed<Message>, own: &KeyHistory) -> Option<Cleared<Signed<Message>>> {
    (message.content().issuer() != own.party()).then_some(Cleared(message))
}

fn objections(facts: &Facts, recipient: PartyId, marks: &Marks, floors: &Floors) -> Vec<Reason> {
    let audience = (!marks.recipients().admits(recipient)).then_some(Reason::NotInAudience);
    let Some(asked) = facts.to_party(recipient, RecordDigest::from_octets([0; 32])) else {
        return vec![Reason::PolicyFailed];
    };
    let said = floors.ask(&asked);
    let failed = (!said.failed.is_empty()).then_some(Reason::PolicyFailed);
    let floors = said.holds.into_iter().map(|floor| Reason::Floor { floor });
    audience.into_iter().chain(failed).chain(floors).collect()
}
