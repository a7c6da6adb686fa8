//! Why a message is not taken, or counts for nothing.

use policy::agreement::AgreementError;
use record::digest::{AgreementDigest, MessageDigest, PartyId};

use super::messages::{MAX_MESSAGES_PER_PARTY, MAX_OCTETS_PER_PARTY, MAX_WAITING};
use super::said::SaidError;

/// A rule that a message breaks. Its author's own earlier messages alone decide, so that every reader judges alike.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Rule {
    /// The text of a counter does not hold.
    #[error(transparent)]
    Text(Box<AgreementError>),
    /// It is about a text that this build does not read. Its author's build may, so this is no fault of theirs.
    #[error("it is about a text that this build does not read")]
    NotRead,
    /// The text of a counter binds other parties than the offer's. They need another thread.
    #[error("the text is between other parties than the offer; begin another thread with an offer")]
    OtherParties,
    /// It answers a message that puts no text forward.
    #[error("the message {message} that it answers puts no text forward")]
    NotAnOffer {
        /// The message.
        message: MessageDigest,
    },
    /// It accepts another text than that of the message it answers.
    #[error("the message {message} that it answers holds another text")]
    OtherText {
        /// The message.
        message: MessageDigest,
    },
    /// It verifies or signs what its author did not accept.
    #[error("its author did not accept this text; accept it first")]
    NotAccepted,
    /// It does not speak of all worked examples.
    #[error("{found} of {expected} worked examples were reproduced; all must be")]
    ExamplesLeftOut {
        /// How many the text has.
        expected: usize,
        /// How many the message names.
        found: u32,
    },
    /// It signs what its author did not verify.
    #[error("its author did not reproduce the worked examples; verify them first")]
    NotVerified,
    /// Its author signed this text before.
    #[error("its author signed this text already; it can be suspended or terminated")]
    AlreadySigned,
    /// Its author is bound by another text of this thread, which this one does not replace.
    #[error("its author signed {other} in this thread; terminate that, or let the new text replace it")]
    SignedAnother {
        /// The other text.
        other: AgreementDigest,
    },
    /// It suspends what its author did not sign.
    #[error("its author did not sign this text, so there is nothing to suspend")]
    NotSigned,
    /// It resumes what its author did not suspend. Only whoever suspended resumes.
    #[error("its author did not suspend this agreement")]
    NotSuspended,
    /// It withdraws what its author did not put forward.
    #[error("its author did not put this text forward; terminate declines it")]
    NotProposed,
    /// Its author withdrew this text.
    #[error("its author withdrew this text")]
    Withdrawn,
    /// Its author terminated this text.
    #[error("its author terminated this text")]
    Terminated,
}

impl Rule {
    /// Whether its author broke it. To run another build than the reader is no fault.
    #[must_use]
    pub const fn is_fault(&self) -> bool {
        !matches!(self, Self::Text(_) | Self::NotRead)
    }
}

/// Nothing changed, and why.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// The content is no step of a negotiation.
    #[error(transparent)]
    Said(#[from] SaidError),
    /// The text of an offer, or of an own counter, does not hold.
    #[error(transparent)]
    Text(#[from] Box<AgreementError>),
    /// It belongs to another thread.
    #[error("the message belongs to the thread {thread}")]
    StrangerThread {
        /// That thread.
        thread: MessageDigest,
    },
    /// Its author is no party of the thread.
    #[error("{party} is no party of this negotiation")]
    NotAMember {
        /// The author.
        party: PartyId,
    },
    /// Its author said more than anybody reads.
    #[error("{party} has sent the {MAX_MESSAGES_PER_PARTY} messages that one party may send in a thread")]
    TooMany {
        /// The author.
        party: PartyId,
    },
    /// Its author said more than anybody keeps.
    #[error("{party} would have sent more than {MAX_OCTETS_PER_PARTY} octets in this thread")]
    TooMuch {
        /// The author.
        party: PartyId,
    },
    /// Too many messages wait for earlier ones. Send those first.
    #[error("more than {MAX_WAITING} messages of {party} wait for earlier ones; send those first")]
    TooManyWaiting {
        /// The author.
        party: PartyId,
    },
    /// An own intention breaks a rule.
    #[error(transparent)]
    Rule(#[from] Rule),
    /// There is no thread yet, or its offer is not here.
    #[error("the offer of this thread is not here")]
    NoOffer,
    /// There is a thread already.
    #[error("this thread has begun; another offer begins another thread")]
    AlreadyBegun,
    /// No message of this thread holds the text.
    #[error("no message of this thread holds the text {agreement}")]
    UnknownText {
        /// The text.
        agreement: AgreementDigest,
    },
    /// The text was withdrawn or terminated.
    #[error("the text {agreement} was withdrawn or terminated; put a new one forward")]
    NotLive {
        /// The text.
        agreement: AgreementDigest,
    },
    /// What was said before is still out to be signed: a second message could take the same place.
    #[error("the message before is still out to be signed")]
    Signing,
    /// Own messages are missing, as after a restore. To sign now could contradict one of them.
    #[error("own messages of this thread are missing; ask the other parties for them before saying more")]
    OwnMissing,
    /// This party contradicted itself, and can only terminate.
    #[error("this party signed two messages of one place in this thread; it can only terminate")]
    Frozen,
    /// The texts in the languages do not say the same, as the caller found.
    #[error("not to be signed: {}", reasons.join("; "))]
    Blocked {
        /// Why, in the caller's words.
        reasons: Vec<String>,
    },
    /// Worked examples came out otherwise here.
    #[error("worked examples came out otherwise here: {}", examples.join(", "))]
    ExamplesFailed {
        /// Their names.
        examples: Vec<String>,
    },
    /// Another party reproduced other outcomes: the nodes do not run the same agreement.
    #[error("{party} verified other outcomes of the worked examples")]
    OutcomesDiffer {
        /// The other party.
        party: PartyId,
    },
}
