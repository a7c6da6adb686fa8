//! What leaves a node beside releases: a closed list, none of it with free text but where a name says so.
//!
//! What is to be handed to a transport is [`Outgoing`]:
//!
//! ```
//! use policy::control::{Control, Outgoing, Told};
//!
//! fn tell(statement: Told) -> Outgoing {
//!     Outgoing::Control(Box::new(Control::Statement(statement)))
//! }
//! ```
//!
//! There is no place in it for a record, signed or believed:
//!
//! ```compile_fail,E0308
//! use policy::control::{Control, Outgoing};
//! use record::{Record, Signed};
//!
//! fn send(record: Signed<Record>) -> Outgoing {
//!     Outgoing::Control(Box::new(Control::Profile(record)))
//! }
//! ```
//!
//! Text that did not pass the floors is not taken either:
//!
//! ```compile_fail,E0308
//! use policy::control::{Control, Outgoing};
//! use record::Signed;
//! use record::message::Message;
//!
//! fn send(message: Signed<Message>) -> Outgoing {
//!     Outgoing::Control(Box::new(Control::AgreementMessage(message)))
//! }
//! ```
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

mod sentence;

pub use sentence::{Acknowledgement, BadSentence, FeedHead, KeyInForce, RecallAnswer, Sentence, Silence, Stated, Told};

use record::Record;
use record::Signed;
use record::key_record::KeyRecord;
use record::label::Marks;
use record::message::Message;
use tlog::checkpoint::SignedCheckpoint;
use tlog::fork::Fork;
use tlog::note::NoteSignature;

use record::digest::{PartyId, RecordDigest};

use crate::cedar::Facts;
use crate::decision::Reason;
use crate::feed::{FeedEntry, Recall};
use crate::floors::Floors;
use crate::vocabulary::{Care, Kind, Purpose};

/// Everything that may be handed to a transport. There is no third.
#[derive(Debug, Clone)]
#[expect(clippy::exhaustive_enums, reason = "a third way out would be a hole")]
pub enum Outgoing {
    /// An entry of a feed.
    Feed(FeedEntry),
    /// One of the closed list.
    Control(Box<Control>),
}

/// The closed list.
#[derive(Debug, Clone)]
#[expect(clippy::exhaustive_enums, reason = "the list is closed")]
pub enum Control {
    /// What a party says of itself.
    Profile(Profile),
    /// A key record: public, and signed as such.
    KeyRecord(Signed<KeyRecord>),
    /// The head of a log.
    Checkpoint(SignedCheckpoint),
    /// A witness's signature on another's head.
    Cosignature(NoteSignature),
    /// A step of a negotiation, whose text passed the floors.
    AgreementMessage(Cleared<Signed<Message>>),
    /// How far a feed has come, that one was read, what became of a recall, that a question was not answered.
    Statement(Told),
    /// A release is taken back.
    Recall(Recall),
    /// A log has two histories.
    Evidence(Box<Fork>),
}

/// A party's own profile record.
#[derive(Debug, Clone)]
pub struct Profile(Signed<Record>);

impl Profile {
    /// A profile: an identity record about its own signer, which shows nothing that a profile does not have.
    #[must_use]
    pub fn new(record: Signed<Record>) -> Option<Self> {
        const ALLOWED: [&str; 12] = [
            "type",
            "spec_version",
            "id",
            "created",
            "modified",
            "created_by_ref",
            "lang",
            "name",
            "description",
            "identity_class",
            "contact_information",
            "extensions",
        ];
        let content = record.content();
        let is_own = content.object().text("id") == Some(content.issuer().identity().as_str());
        let is_profile = content.object().text("type") == Some("identity") && content.relayed_for().is_none();
        let is_plain = content.object().names().all(|name| ALLOWED.contains(&name));
        (is_own && is_profile && is_plain).then_some(Self(record))
    }

    /// The record.
    #[must_use]
    pub const fn record(&self) -> &Signed<Record> {
        &self.0
    }
}

/// Text that passed the floors. Only [`clear`] makes one.
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
