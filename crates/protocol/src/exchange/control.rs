//! What a node hands to others by itself, beside the files that it serves: a closed list, none of it with free text but where
//! a check has let it pass.
//!
//! A transport takes nothing else. There is no place in it for a record, signed or believed:
//!
//! ```compile_fail,E0308
//! use protocol::exchange::Control;
//! use record::{Record, Signed};
//!
//! fn send(record: Signed<Record>) -> Control {
//!     Control::Cosignature(record)
//! }
//! ```
//!
//! Text of a negotiation that did not pass the floors is not taken either:
//!
//! ```compile_fail,E0308
//! use protocol::exchange::Control;
//! use record::Signed;
//! use record::message::Message;
//!
//! fn send(message: Signed<Message>) -> Control {
//!     Control::Message(message)
//! }
//! ```
//!
//! ```
//! use policy::control::Cleared;
//! use protocol::exchange::Control;
//! use record::Signed;
//! use record::message::Message;
//!
//! fn send(message: Cleared<Signed<Message>>) -> Control {
//!     Control::Message(message)
//! }
//! ```

use policy::belief::Logged;
use policy::control::{Cleared, Deposited, ProfileFile};
use record::Signed;
use record::base64url;
use record::json::{Json, Map};
use record::message::{Message, Statement};
use tlog::checkpoint::SignedCheckpoint;
use tlog::log_proof::LogProof;

use super::deposit::{HandIn, write_deposited};
use super::opened::Opened;
use super::witness::AddCheckpoint;

/// The closed list.
#[derive(Debug, Clone)]
#[expect(clippy::exhaustive_enums, reason = "whoever adds a way out must come by here")]
pub enum Control {
    /// A step of a negotiation, whose text passed the floors.
    Message(Cleared<Signed<Message>>),
    /// How far a feed was read, what became of a recall, that a question was not answered: a statement of our own, opened.
    Statement(OwnOpened),
    /// The head of another's log, cosigned by us.
    Cosignature(SignedCheckpoint),
    /// The head of our log, for a witness.
    AddCheckpoint(AddCheckpoint),
    /// A body that we released, sealed for a member, for the depositary that the agreement names.
    HandIn(HandIn),
    /// The question to a depositary for a body that is for us.
    Ask(Deposited),
    /// The first step of pairing: a commitment to a random number.
    PairCommit {
        /// It.
        commitment: [u8; 32],
    },
    /// The second step: what was committed to, and who we are.
    PairReveal(Box<PairReveal>),
}

/// A statement that our own log holds, with the proof of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnOpened(Logged<Statement>);

/// The second step of pairing.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "the other side wants all of them")]
pub struct PairReveal {
    /// What was sent first.
    pub commitment: [u8; 32],
    /// The number that it commits to.
    pub number: [u8; 32],
    /// Our keys, and what we say of ourselves.
    pub profile: ProfileFile,
    /// Where we can be reached, if anywhere.
    pub address: Option<String>,
}

impl OwnOpened {
    /// A statement of ours, which our own log holds.
    #[must_use]
    pub const fn new(statement: Logged<Statement>) -> Self {
        Self(statement)
    }

    /// As it is delivered.
    #[must_use]
    pub fn to_octets(&self) -> Vec<u8> {
        Opened::write(self.0.record(), self.proof())
    }

    const fn proof(&self) -> &LogProof {
        self.0.log_place().proof()
    }
}

impl Control {
    /// The path of a node that takes it.
    #[must_use]
    pub const fn path(&self) -> &'static str {
        match self {
            Self::Message(_) => "/peer/message",
            Self::Statement(_) => "/peer/statement",
            Self::Cosignature(_) => "/peer/cosignature",
            Self::AddCheckpoint(_) => "/peer/add-checkpoint",
            Self::HandIn(_) => "/peer/deposit",
            Self::Ask(_) => "/peer/deposit/ask",
            Self::PairCommit { .. } => "/peer/pair/commit",
            Self::PairReveal(_) => "/peer/pair/reveal",
        }
    }

    /// Its media type.
    #[must_use]
    pub const fn content_type(&self) -> &'static str {
        match self {
            Self::Message(_) | Self::Statement(_) | Self::Ask(_) | Self::PairCommit { .. } | Self::PairReveal(_) => {
                "application/json"
            }
            Self::HandIn(_) => "application/octet-stream",
            Self::Cosignature(_) | Self::AddCheckpoint(_) => "text/plain; charset=utf-8",
        }
    }

    /// As it goes over the line, or lies in a bundle.
    #[must_use]
    pub fn to_octets(&self) -> Vec<u8> {
        match self {
            Self::Message(message) => message.get().envelope().to_json().into_bytes(),
            Self::Statement(statement) => statement.to_octets(),
            Self::Cosignature(signed) => signed.to_string().into_bytes(),
            Self::AddCheckpoint(request) => request.write().into_bytes(),
            Self::HandIn(handed) => handed.to_octets(),
            Self::Ask(of) => write_deposited(of),
            Self::PairCommit { commitment } => {
                json(Map::new().with("commitment", base64url::encode(commitment).as_str()))
            }
            Self::PairReveal(reveal) => reveal.to_octets(),
        }
    }
}

impl PairReveal {
    fn to_octets(&self) -> Vec<u8> {
        let map = Map::new()
            .with("commitment", base64url::encode(&self.commitment))
            .with("number", base64url::encode(&self.number))
            .with("profile", self.profile.text())
            .with("address", self.address.as_deref().map_or(Json::Null, Json::text));
        json(map)
    }
}

fn json(map: Map) -> Vec<u8> {
    Json::from(map).to_text().into_bytes()
}
