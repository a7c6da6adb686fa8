//! What goes into a negotiation, and what comes out.

use record::digest::{AgreementDigest, MessageDigest, PartyId};
use record::json::Map;
use record::language::TaggedText;
use record::message::Message;
use record::signed::Signed;
use record::time::Timestamp;

use super::error::Rule;
use super::reproduced::Reproduced;
use super::state::{Period, State};

/// What happened, or what this party wants to say.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Input {
    /// A message whose signatures were checked, by anybody: also an own one, once it is signed.
    Received(Box<Signed<Message>>),
    /// What was to be signed was not, and never will be: no peer can have it.
    NotSigned,
    /// Time passed.
    Tick,
    /// Begin a thread.
    Offer {
        /// The whole text.
        agreement: Map,
    },
    /// Put another text forward.
    Counter {
        /// The whole text.
        agreement: Map,
        /// The offer or counter that it answers.
        answers: MessageDigest,
    },
    /// Accept a text of this thread.
    Accept {
        /// The text.
        agreement: AgreementDigest,
    },
    /// Say how the worked examples came out.
    Verify {
        /// The text.
        agreement: AgreementDigest,
        /// What came out, or the names of those that came out otherwise than the text expects.
        outcome: Result<Reproduced, Vec<String>>,
    },
    /// Sign a text.
    Sign {
        /// The text.
        agreement: AgreementDigest,
        /// Why it should not be signed, as where its languages do not say the same. Only an empty list is signed.
        blocked: Vec<String>,
    },
    /// Hold an agreement back.
    Suspend {
        /// The text.
        agreement: AgreementDigest,
        /// Why.
        reason: Option<TaggedText>,
    },
    /// Take the own suspension back.
    Resume {
        /// The text.
        agreement: AgreementDigest,
    },
    /// Take an own text back.
    Withdraw {
        /// The text.
        agreement: AgreementDigest,
    },
    /// End or decline a text.
    Terminate {
        /// The text.
        agreement: AgreementDigest,
        /// Why.
        reason: TaggedText,
    },
}

/// What the caller should do.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Effect {
    /// Sign this content, put it in as [`Input::Received`], and send it to the other parties once it is logged. Until then
    /// nothing more can be said; [`Input::NotSigned`] gives up.
    SignAndSend(Map),
    /// Put a message into the own log. It comes once for each message of the thread, whether it counts or not.
    Log(Box<Signed<Message>>),
    /// A text came into another state.
    StateChanged {
        /// The text.
        agreement: AgreementDigest,
        /// Its state before; none if it is new.
        from: Option<State>,
        /// Its state now.
        to: State,
        /// Where the present moment lies to its period.
        period: Period,
    },
    /// A person should look at this.
    Alarm(Alarm),
    /// Ask the other parties for this.
    Fetch(Missing),
}

/// What is wrong with a thread.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Alarm {
    /// A party signed two messages of one place, or a message after another one than it had signed. Anybody can check it
    /// with the party's key records. From there on, what that party says in this thread counts only where it stops
    /// something.
    Equivocation {
        /// The party.
        party: PartyId,
        /// One message.
        first: Box<Signed<Message>>,
        /// The other.
        second: Box<Signed<Message>>,
    },
    /// A party broke a rule. The message is kept and counts for nothing.
    Broken {
        /// The party.
        party: PartyId,
        /// Its message.
        message: MessageDigest,
        /// The rule.
        rule: Rule,
    },
    /// Two parties reproduced different outcomes of the worked examples: their nodes do not run the same agreement.
    OutcomesDiffer {
        /// The text.
        agreement: AgreementDigest,
        /// One party.
        first: PartyId,
        /// The other.
        second: PartyId,
    },
    /// A message is dated later than clocks differ. It counts all the same: no permission hangs on a party's own date, and
    /// a message that was refused for its date would leave a hole in its author's chain that nothing could fill.
    FromTheFuture {
        /// The party.
        party: PartyId,
        /// Its message.
        message: MessageDigest,
        /// The date.
        time: Timestamp,
    },
}

/// What is known to exist and is not here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Missing {
    /// Messages of a party between others of it.
    Sequence {
        /// The party.
        party: PartyId,
        /// The first sequence number that is missing.
        first: u64,
        /// The next one that is here.
        after: u64,
    },
    /// A message that another one names.
    Message {
        /// Its digest.
        digest: MessageDigest,
        /// Its author, where the one that names it says so.
        party: Option<PartyId>,
    },
}

impl Missing {
    pub(super) fn is_of(&self, party: PartyId) -> bool {
        let (Self::Sequence { party: author, .. } | Self::Message { party: Some(author), .. }) = self else {
            return false;
        };
        *author == party
    }
}
