//! What one message of a negotiation says.

mod read;
mod write;

use std::collections::BTreeMap;

use record::digest::{AgreementDigest, MessageDigest, PartyId};
use record::json::{CanonicalError, Map};
use record::language::{LanguageTag, TaggedText, TextError};
use record::time::Timestamp;

use super::reproduced::Reproduced;

/// What the content says of its own form, so that no other kind of message is taken for a step of a negotiation.
pub const FORMAT: &str = "detente/negotiation/v1";

/// Most parties whose newest message one message names: all other parties of the largest agreement.
pub const MAX_SEEN: usize = policy::agreement::MAX_PARTIES - 1;

/// Most characters of one rendition of a reason. What is longer belongs in a record.
pub const MAX_REASON_CHARACTERS: usize = 2_000;

/// The content of a message, with its place in its author's chain.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "the members of a message's content; another one is another format")]
pub struct Said {
    /// The offer that began the thread; none in that offer itself.
    pub thread: Option<MessageDigest>,
    /// How many messages its author said in this thread before it.
    pub sequence: u64,
    /// The one that its author said before it; none exactly at 0.
    pub previous: Option<MessageDigest>,
    /// When its author says that it was said.
    pub time: Timestamp,
    /// The newest message of each other party that its author had. It decides nothing: it names what a reader lacks.
    pub seen: BTreeMap<PartyId, MessageDigest>,
    /// What is said.
    pub act: Act,
}

/// What a party does by a message.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "the kinds of message; another one is another format")]
pub enum Act {
    /// Begins a thread with a text, and accepts that text.
    Offer {
        /// The whole text.
        agreement: Map,
    },
    /// Puts another text forward, and accepts it.
    Counter {
        /// The whole text.
        agreement: Map,
        /// The offer or counter that it answers.
        answers: MessageDigest,
    },
    /// Accepts a text.
    Accept {
        /// The text.
        agreement: AgreementDigest,
        /// An offer or counter that holds it.
        answers: MessageDigest,
    },
    /// Says that the worked examples come out the same here.
    Verify {
        /// The text.
        agreement: AgreementDigest,
        /// What came out.
        examples: Reproduced,
    },
    /// Binds its author.
    Sign {
        /// The text.
        agreement: AgreementDigest,
    },
    /// Stops what flows, until its author resumes.
    Suspend {
        /// The text.
        agreement: AgreementDigest,
        /// Why, if its author says.
        reason: Option<TaggedText>,
    },
    /// Takes its author's own suspension back.
    Resume {
        /// The text.
        agreement: AgreementDigest,
    },
    /// Takes a text back that its author put forward and did not sign.
    Withdraw {
        /// The text.
        agreement: AgreementDigest,
    },
    /// Ends it for good, or declines it.
    Terminate {
        /// The text.
        agreement: AgreementDigest,
        /// Why.
        reason: TaggedText,
    },
}

impl Act {
    /// Its word in a message.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Offer { .. } => "offer",
            Self::Counter { .. } => "counter",
            Self::Accept { .. } => "accept",
            Self::Verify { .. } => "verify",
            Self::Sign { .. } => "sign",
            Self::Suspend { .. } => "suspend",
            Self::Resume { .. } => "resume",
            Self::Withdraw { .. } => "withdraw",
            Self::Terminate { .. } => "terminate",
        }
    }

    /// Whether it takes its author towards a text, and nothing back.
    pub(super) const fn only_binds(&self) -> bool {
        matches!(
            self,
            Self::Offer { .. } | Self::Counter { .. } | Self::Accept { .. } | Self::Verify { .. } | Self::Sign { .. }
        )
    }

    /// The text that it names by digest; none where it holds a text.
    #[must_use]
    pub const fn names(&self) -> Option<AgreementDigest> {
        match self {
            Self::Offer { .. } | Self::Counter { .. } => None,
            Self::Accept { agreement, .. }
            | Self::Verify { agreement, .. }
            | Self::Sign { agreement }
            | Self::Suspend { agreement, .. }
            | Self::Resume { agreement }
            | Self::Withdraw { agreement }
            | Self::Terminate { agreement, .. } => Some(*agreement),
        }
    }

    /// The text that it holds.
    #[must_use]
    pub const fn text(&self) -> Option<&Map> {
        match self {
            Self::Offer { agreement } | Self::Counter { agreement, .. } => Some(agreement),
            Self::Accept { .. }
            | Self::Verify { .. }
            | Self::Sign { .. }
            | Self::Suspend { .. }
            | Self::Resume { .. }
            | Self::Withdraw { .. }
            | Self::Terminate { .. } => None,
        }
    }

    /// The message that it answers.
    #[must_use]
    pub const fn answers(&self) -> Option<MessageDigest> {
        if let Self::Counter { answers, .. } | Self::Accept { answers, .. } = self { Some(*answers) } else { None }
    }

    /// The text that it is about, if it names one by its digest.
    #[must_use]
    pub const fn agreement(&self) -> Option<AgreementDigest> {
        match self {
            Self::Offer { .. } | Self::Counter { .. } => None,
            Self::Accept { agreement, .. }
            | Self::Verify { agreement, .. }
            | Self::Sign { agreement }
            | Self::Suspend { agreement, .. }
            | Self::Resume { agreement }
            | Self::Withdraw { agreement }
            | Self::Terminate { agreement, .. } => Some(*agreement),
        }
    }
}

/// A message's content is no step of a negotiation.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SaidError {
    /// A member that this kind of message does not have. A reader who knew it might understand something else.
    #[error("there is no `{}` in this kind of message", field.escape_debug())]
    Unknown {
        /// Its name, cut.
        field: String,
    },
    /// A member that is missing or not what it should be.
    #[error("`{field}` {reason}")]
    Form {
        /// Its name.
        field: &'static str,
        /// What it should be.
        reason: &'static str,
    },
    /// It cannot be written canonically.
    #[error(transparent)]
    Canonical(#[from] CanonicalError),
    /// A reason that is no text by language.
    #[error("the reason is wrong: {0}")]
    Reason(#[from] TextError),
    /// A reason that nobody would read to its end.
    #[error("the reason in {language} has more than {MAX_REASON_CHARACTERS} characters")]
    TooLong {
        /// The language.
        language: LanguageTag,
    },
    /// A reason with a character that nobody sees.
    #[error("the reason in {language} holds the invisible character U+{:04X}", u32::from(*character))]
    Invisible {
        /// The language.
        language: LanguageTag,
        /// The character.
        character: char,
    },
}
