//! What a peer was caught at, and what of it can be shown to others.

use std::fmt;

use policy::belief::Doubt;
use record::base64url;
use record::digest::PartyId;
use record::json::{self, Json, Map};
use record::time::Timestamp;
use tlog::Hash;
use tlog::checkpoint::SignedCheckpoint;
use tlog::fork::Fork;

use super::files::Absence;
use super::resource::Resource;

/// Something is wrong with a peer. Whether it is malice or a broken disk nobody can see from here; each says what is known.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "a person must be told what each of them means and what to do")]
pub enum Caught {
    /// One key signed two histories of one log. Proved to anybody.
    Fork(Box<Fork>),
    /// A log is shorter than it was.
    Rollback {
        /// What was seen before.
        known: Box<SignedCheckpoint>,
        /// What is shown now.
        shown: Box<SignedCheckpoint>,
    },
    /// A head statement says another thing than the feed's signed checkpoint.
    FalseHead(Box<FalseHead>),
    /// The feed's checkpoint is older than the head statement beside it.
    Behind {
        /// Entries that the statement tells of.
        stated: u64,
        /// Entries that the checkpoint has.
        shown: u64,
    },
    /// A head statement is older than one that was seen before.
    OldHead {
        /// The leaf of the statement that was seen.
        known: u64,
        /// The leaf of the one that is shown.
        shown: u64,
    },
    /// An entry names a leaf that its head statement says did not exist yet.
    BeyondHead {
        /// The entry's index in the feed.
        index: u64,
        /// The leaf that it names.
        node_index: u64,
        /// Leaves of the node log that the statement allows.
        node_size: u64,
    },
    /// The feed shows more entries than any head statement tells of, for longer than an interval.
    Unannounced {
        /// What the latest statement says.
        stated: u64,
        /// What the feed's checkpoint says.
        shown: u64,
    },
    /// No head statement came for three intervals.
    Frozen {
        /// When the last one came, by our clock.
        since: Timestamp,
    },
    /// A file that the sender's signed heads imply is not to be had.
    Withheld {
        /// The file.
        resource: Resource,
        /// What the sender said.
        absence: Absence,
    },
    /// A body that an entry names is not to be had, and no entry says that it was erased.
    MissingBody {
        /// The entry's index in the feed.
        index: u64,
        /// The body's digest.
        body: [u8; 32],
    },
    /// A body is not what its entry says.
    TamperedBody {
        /// The entry's index in the feed.
        index: u64,
        /// Its digest, as the entry names it.
        body: [u8; 32],
        /// What is wrong with it.
        problem: String,
    },
    /// A file of a log is not what its checkpoint signs.
    Tampered {
        /// Which log and what.
        problem: String,
    },
    /// An entry is none, or belongs to another agreement.
    BadEntry {
        /// Its index in the feed.
        index: u64,
        /// What is wrong with it.
        problem: String,
    },
    /// A statement or record is signed by a key that was taken back, or by nobody who counts.
    Disbelieved {
        /// What it is about.
        about: String,
        /// Why.
        doubt: Box<Doubt>,
    },
    /// What came is not what the protocol has.
    Malformed {
        /// The file.
        resource: Resource,
        /// What is wrong with it.
        problem: String,
    },
    /// A peer acknowledges another history of our feed than we have.
    FalseAcknowledgement {
        /// The statement, opened.
        opened: Vec<u8>,
        /// The size that it speaks of.
        size: u64,
    },
    /// An urgent frame, or its short proof, is none that an honest node sends.
    BadFrame {
        /// What is wrong with it, in words of ours alone.
        why: &'static str,
    },
    /// An urgent frame told of an entry that the feed does not have.
    FalseFrame(Box<FalseFrame>),
    /// A peer takes more than its share.
    Budget {
        /// Of what.
        what: &'static str,
        /// How much.
        got: u64,
        /// How much it may.
        limit: u64,
    },
    /// A peer goes on asking, or handing in, beyond what it may. Each refusal of one spell is the same.
    Overuse {
        /// Of what.
        what: &'static str,
        /// How much it may.
        limit: u64,
        /// When the spell began.
        since: Timestamp,
    },
    /// A sender has released more of a category than a clause that it names allows.
    Exposed {
        /// The agreement and the clause of the first entry beyond.
        under: String,
        /// The budget, in words.
        budget: String,
        /// That entry's index in its feed.
        index: u64,
    },
    /// A witness was shown a head that its log signed, and no proof that it continues the head which the witness remembers.
    /// Whoever brought it may have made up the proof, so it is kept to be compared, and proves nothing yet.
    Unproved {
        /// Leaves of the head that is remembered.
        remembered: u64,
        /// The head that was brought.
        shown: Box<SignedCheckpoint>,
    },
    /// A sender gives a body to nobody, and the depositary that its agreement names states that it was never handed in.
    NotDeposited {
        /// The index of the entry in the feed.
        index: u64,
        /// The depositary's statement, opened.
        opened: Vec<u8>,
    },
    /// What a sender handed in to a depositary for us does not open to the body that its entry names.
    FalseDeposit {
        /// The index of the entry in the feed.
        index: u64,
        /// The depositary's statement, opened.
        opened: Vec<u8>,
    },
    /// A sender gives a body to nobody, and took back what it had handed in for us, though its feed does not say that the entry
    /// is erased.
    DepositWithdrawn {
        /// The index of the entry in the feed.
        index: u64,
        /// The sender's statement, opened.
        opened: Vec<u8>,
    },
    /// A body had to be had from its depositary, since its sender does not give it.
    FromDepositary {
        /// The index of the entry in the feed.
        index: u64,
        /// Who had it.
        depositary: PartyId,
    },
    /// A witness does not cosign our own log: it remembers another history of it.
    Unwitnessed {
        /// Leaves of our head.
        size: u64,
        /// When it first refused.
        since: Timestamp,
    },
}

/// A head statement beside the checkpoint that contradicts it: whoever has the sender's keys can check both.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct FalseHead {
    /// The statement, opened.
    pub opened: Vec<u8>,
    /// The feed's checkpoint.
    pub checkpoint: SignedCheckpoint,
    /// The root that the feed had at the statement's size, which is at most the checkpoint's.
    pub root: Hash,
    /// The proof that it had it: consistency of that size and root with the checkpoint.
    pub proof: Vec<Hash>,
}

impl FalseHead {
    /// A contradiction.
    #[must_use]
    pub const fn new(opened: Vec<u8>, checkpoint: SignedCheckpoint, root: Hash, proof: Vec<Hash>) -> Self {
        Self { opened, checkpoint, root, proof }
    }
}

/// A feed that said one thing urgently, and has another in its log or nothing. The record is signed; that its sender sent the
/// frame, this node alone has seen.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct FalseFrame {
    /// The index of the entry.
    pub index: u64,
    /// The leaf of the entry as the frame had it.
    pub told: Hash,
    /// The leaf that the feed has there; none if it has none.
    pub shown: Option<Hash>,
    /// The record's payload with its signatures, and nothing disclosed.
    pub sealed: String,
    /// The feed's checkpoint.
    pub checkpoint: Option<String>,
}

impl FalseFrame {
    /// A frame that tells of an entry with this index and leaf.
    #[must_use]
    pub const fn new(
        (index, told): (u64, Hash),
        shown: Option<Hash>,
        sealed: String,
        checkpoint: Option<String>,
    ) -> Self {
        Self { index, told, shown, sealed, checkpoint }
    }

    fn to_map(&self) -> Map {
        let sealed = json::parse(self.sealed.as_bytes()).unwrap_or(Json::Null);
        Map::new()
            .with("v", Json::count(1))
            .with("kind", "false-frame")
            .with("index", Json::count(self.index))
            .with("told", self.told.to_string())
            .with("shown", self.shown.map_or(Json::Null, |shown| Json::text(shown.to_string())))
            .with("record", sealed)
            .with("checkpoint", self.checkpoint.as_deref().map_or(Json::Null, Json::text))
    }
}

/// How far an alarm reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[expect(clippy::exhaustive_enums, reason = "pages say what to do for each")]
pub enum Weight {
    /// It may pass: a line, a disk, a person who is late.
    Look,
    /// The peer's node does what an honest one does not.
    Grave,
    /// Anybody can check that the peer broke its word.
    Proved,
}

impl Caught {
    /// The word for it.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Fork(_) => "fork",
            Self::Rollback { .. } => "rollback",
            Self::FalseHead(_) => "false-head",
            Self::Behind { .. } => "behind",
            Self::OldHead { .. } => "old-head",
            Self::BeyondHead { .. } => "beyond-head",
            Self::Unannounced { .. } => "unannounced",
            Self::Frozen { .. } => "frozen",
            Self::Withheld { .. } => "withheld",
            Self::MissingBody { .. } => "missing-body",
            Self::TamperedBody { .. } => "tampered-body",
            Self::Tampered { .. } => "tampered",
            Self::BadEntry { .. } => "bad-entry",
            Self::Disbelieved { doubt, .. } if is_of_keys(doubt) => "revoked-key",
            Self::Disbelieved { .. } => "disbelieved",
            Self::Malformed { .. } => "malformed",
            Self::FalseAcknowledgement { .. } => "false-acknowledgement",
            Self::Budget { .. } | Self::Overuse { .. } | Self::Exposed { .. } => "budget",
            Self::Unproved { .. } => "unproved-head",
            Self::Unwitnessed { .. } => "unwitnessed",
            Self::NotDeposited { .. } => "not-deposited",
            Self::FalseDeposit { .. } => "false-deposit",
            Self::DepositWithdrawn { .. } => "deposit-withdrawn",
            Self::FromDepositary { .. } => "from-depositary",
            Self::BadFrame { .. } => "bad-frame",
            Self::FalseFrame(_) => "false-frame",
        }
    }

    /// How far it reaches.
    #[must_use]
    pub const fn weight(&self) -> Weight {
        match self {
            Self::Fork(_) | Self::FalseHead(_) => Weight::Proved,
            // The entry may come yet: its sender's witnesses may be out of reach.
            Self::FalseFrame(frame) if frame.shown.is_none() => Weight::Look,
            Self::Frozen { .. }
            | Self::Withheld { .. }
            | Self::MissingBody { .. }
            | Self::Budget { .. }
            | Self::Overuse { .. }
            | Self::Exposed { .. }
            | Self::FromDepositary { .. }
            | Self::Unproved { .. } => Weight::Look,
            Self::Rollback { .. }
            | Self::Behind { .. }
            | Self::OldHead { .. }
            | Self::BeyondHead { .. }
            | Self::Unannounced { .. }
            | Self::TamperedBody { .. }
            | Self::Tampered { .. }
            | Self::BadEntry { .. }
            | Self::Disbelieved { .. }
            | Self::FalseAcknowledgement { .. }
            | Self::Unwitnessed { .. }
            | Self::BadFrame { .. }
            | Self::FalseFrame(_)
            | Self::NotDeposited { .. }
            | Self::FalseDeposit { .. }
            | Self::DepositWithdrawn { .. }
            | Self::Malformed { .. } => Weight::Grave,
        }
    }

    /// What can be shown to others: text that holds digests, sizes and signatures, and no content of any record. None if
    /// there is nothing that a stranger could check.
    #[must_use]
    pub fn evidence(&self) -> Option<String> {
        match self {
            Self::Fork(fork) => Some(fork.to_string()),
            Self::Rollback { known, shown } => Some(two(known, shown)),
            Self::FalseHead(head) => Some(Json::from(head.to_map()).to_text()),
            Self::Unproved { shown, .. } => Some(shown.to_string()),
            Self::FalseAcknowledgement { opened, .. }
            | Self::NotDeposited { opened, .. }
            | Self::FalseDeposit { opened, .. }
            | Self::DepositWithdrawn { opened, .. } => Some(String::from_utf8_lossy(opened).into_owned()),
            Self::FalseFrame(frame) => Some(Json::from(frame.to_map()).to_text()),
            Self::Behind { .. }
            | Self::OldHead { .. }
            | Self::BeyondHead { .. }
            | Self::BadFrame { .. }
            | Self::Unannounced { .. }
            | Self::Frozen { .. }
            | Self::Withheld { .. }
            | Self::MissingBody { .. }
            | Self::TamperedBody { .. }
            | Self::Tampered { .. }
            | Self::BadEntry { .. }
            | Self::Disbelieved { .. }
            | Self::Malformed { .. }
            | Self::Budget { .. }
            | Self::Overuse { .. }
            | Self::Exposed { .. }
            | Self::FromDepositary { .. }
            | Self::Unwitnessed { .. } => None,
        }
    }
}

fn two(known: &SignedCheckpoint, shown: &SignedCheckpoint) -> String {
    let map = Map::new().with("kind", "rollback").with("known", known.to_string()).with("shown", shown.to_string());
    Json::from(map.with("v", Json::count(1))).to_text()
}

impl FalseHead {
    fn to_map(&self) -> Map {
        let hash = |hash: &Hash| Json::text(base64url::encode(hash.octets()));
        Map::new()
            .with("v", Json::count(1))
            .with("kind", "false-head")
            .with("opened", String::from_utf8_lossy(&self.opened).into_owned())
            .with("checkpoint", self.checkpoint.to_string())
            .with("root", hash(&self.root))
            .with("proof", Json::Array(self.proof.iter().map(hash).collect()))
    }
}

const fn is_of_keys(doubt: &Doubt) -> bool {
    matches!(
        doubt,
        Doubt::Revoked { .. } | Doubt::Retired { .. } | Doubt::Overruled { .. } | Doubt::LogKeysRevoked { .. }
    )
}

impl fmt::Display for Absence {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::NotThere => "it says that there is none",
            Self::Erased => "it says that it was erased",
            Self::Refused => "it says that this node may not have it",
            Self::TooLong => "it is longer than any honest one",
        })
    }
}

const NEVER_HANDED_IN: &str = "is not to be had, and its depositary states that its sender has not handed it in";

fn of_depositary(out: &mut fmt::Formatter<'_>, index: u64, depositary: &PartyId) -> fmt::Result {
    write!(out, "the body of entry {index} came from its depositary {depositary}, and not from its sender")
}

fn false_acknowledgement(out: &mut fmt::Formatter<'_>, size: u64) -> fmt::Result {
    write!(
        out,
        "it acknowledges {size} entries that our feed did not have so: one of the two has another history, or this node was \
         restored from an old copy"
    )
}

fn unproved(out: &mut fmt::Formatter<'_>, remembered: u64, shown: &SignedCheckpoint) -> fmt::Result {
    write!(
        out,
        "a head of {} leaves was brought to be cosigned, which its log signed, without a proof that it continues the \
         {remembered} leaves that are remembered",
        shown.claims().size()
    )
}

impl fmt::Display for Caught {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Fork(fork) => {
                let origin = fork.check().map(|proof| proof.origin().to_owned()).unwrap_or_default();
                write!(out, "two histories of `{origin}` are signed by one key")
            }
            Self::Rollback { known, shown } => write!(
                out,
                "`{}` had {} leaves and shows {}: it was cut back, or this is an old copy",
                known.claims().origin(),
                known.claims().size(),
                shown.claims().size()
            ),
            Self::FalseHead(head) => write!(
                out,
                "a head statement contradicts the checkpoint of {} entries that the feed's key signed",
                head.checkpoint.claims().size()
            ),
            Self::Behind { stated, shown } => {
                write!(out, "the feed shows {shown} entries, and its head statement tells of {stated}")
            }
            Self::OldHead { known, shown } => {
                write!(out, "the head statement at leaf {shown} is shown again after the one at leaf {known}")
            }
            Self::BeyondHead { index, node_index, node_size } => write!(
                out,
                "entry {index} names leaf {node_index}, and its head statement allows leaves below {node_size}"
            ),
            Self::Unannounced { stated, shown } => {
                write!(out, "the feed shows {shown} entries, and no head statement tells of more than {stated}")
            }
            Self::Frozen { since } => write!(out, "no new head statement has come since {since}"),
            Self::Withheld { resource, absence } => write!(out, "`{resource}` is withheld: {absence}"),
            Self::MissingBody { index, .. } => {
                write!(out, "the body of entry {index} is not to be had, and no entry says that it was erased")
            }
            Self::TamperedBody { index, problem, .. } => write!(out, "the body of entry {index}: {problem}"),
            Self::Tampered { problem } => write!(out, "what came is not what the checkpoint signs: {problem}"),
            Self::BadEntry { index, problem } => write!(out, "entry {index}: {problem}"),
            Self::Disbelieved { about, doubt } => write!(out, "{about}: {doubt}"),
            Self::FalseAcknowledgement { size, .. } => false_acknowledgement(out, *size),
            Self::Malformed { resource, problem } => write!(out, "`{resource}`: {problem}"),
            Self::BadFrame { why } => write!(out, "an urgent frame is none: {why}"),
            Self::FalseFrame(frame) => {
                let shown = if frame.shown.is_some() { "another entry" } else { "no entry" };
                write!(out, "it told of entry {} urgently, and its feed shows {shown} there", frame.index)
            }
            Self::Budget { what, got, limit } => write!(out, "{got} {what}, where {limit} are allowed"),
            Self::Overuse { what, limit, since } => {
                write!(out, "since {since} it goes on beyond the {limit} {what} that are allowed, and is refused")
            }
            Self::Exposed { under, budget, index } => {
                write!(out, "{under} allows {budget}, and entry {index} is the first beyond it")
            }
            Self::Unproved { remembered, shown } => unproved(out, *remembered, shown),
            Self::NotDeposited { index, .. } => write!(out, "the body of entry {index} {NEVER_HANDED_IN}"),
            Self::FalseDeposit { index, .. } => {
                write!(out, "what was handed in to the depositary for entry {index} does not open to its body")
            }
            Self::DepositWithdrawn { index, .. } => {
                write!(
                    out,
                    "the body of entry {index} is not to be had, and its sender took it back from its depositary"
                )
            }
            Self::FromDepositary { index, depositary } => of_depositary(out, *index, depositary),
            Self::Unwitnessed { size, since } => write!(
                out,
                "since {since} it does not cosign our log of {size} leaves or more, since it remembers another history of it"
            ),
        }
    }
}
