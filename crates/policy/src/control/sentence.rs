//! What a signed statement may say: a closed list of sentences, with no free text in any.

use record::base64url;
use record::digest::{AgreementDigest, BodyDigest, KeyRecordDigest, PartyId, RecordDigest, SealedDigest};
use record::json::{self, Json, Map};
use record::message::Statement;
use record::signed::Signed;
use record::time::Timestamp;
use tlog::Hash;
use tlog::limits::MAX_NAME_BYTES;

/// What a statement says. Each names the key record under which its author signs from now on, so that a retirement that was
/// kept back takes effect towards whoever is told of it, and towards nobody else.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "the list is closed, as all that leaves a node is")]
pub enum Sentence {
    /// How far a feed has come.
    Head(FeedHead),
    /// A feed was read.
    Acknowledgement(Acknowledgement),
    /// What became of a recall.
    RecallAnswer(RecallAnswer),
    /// A question was not answered in time.
    Silence(Silence),
    /// A depositary keeps a body for a member, sealed.
    Deposit(Deposit),
    /// A depositary was asked for a body, and had none.
    NoDeposit(Deposited),
    /// A sender takes back what it handed in to a depositary.
    DepositWithdrawn(Deposited),
}

/// The key record in force, and where it lies in its party's node log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct KeyInForce {
    /// The key record.
    pub key_record: KeyRecordDigest,
    /// The index of its leaf.
    pub leaf: u64,
}

impl KeyInForce {
    /// A key record at a leaf.
    #[must_use]
    pub const fn new(key_record: KeyRecordDigest, leaf: u64) -> Self {
        Self { key_record, leaf }
    }
}

/// "At this size of my node log, this feed has so many entries, under this root": the sender's claim that nothing else below
/// that size was released to the feed's members (design, section 5, "Feed head statement").
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct FeedHead {
    /// The feed's origin.
    pub feed: String,
    /// The agreement that it belongs to.
    pub agreement: AgreementDigest,
    /// Its epoch.
    pub epoch: u32,
    /// How many entries it has.
    pub size: u64,
    /// Its root at that size.
    pub root: Hash,
    /// Leaves of the node log before the batch that holds this statement: every entry's node index is below.
    pub node_size: u64,
}

/// "We have read this feed up to here."
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Acknowledgement {
    /// The feed's origin.
    pub feed: String,
    /// How many of its entries were read.
    pub size: u64,
    /// Its root at that size.
    pub root: Hash,
}

/// What a recipient did about a recall.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct RecallAnswer {
    /// The feed's origin.
    pub feed: String,
    /// The entry that was recalled.
    pub index: u64,
    /// Its record.
    pub record: RecordDigest,
    /// Whether it was deleted here.
    pub is_deleted: bool,
    /// Whether it had been passed on before, so that others must be told.
    pub was_passed_on: bool,
}

/// A question whose deadline has passed without an answer: an outcome, and recorded as one.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Silence {
    /// The record of the question.
    pub question: RecordDigest,
    /// Until when an answer was due.
    pub deadline: Timestamp,
}

/// Which body of a feed is kept, or asked for, by whom it was released, and for whom. A depositary reads none of it: it learns a
/// random name, a number, a digest of padded and salted octets, and two parties.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub struct Deposited {
    /// The feed's origin.
    pub feed: String,
    /// The entry that releases it.
    pub index: u64,
    /// The body's digest, as that entry names it.
    pub body: BodyDigest,
    /// Who released it, and alone hands it in: what another hands in for the same entry says nothing of this party.
    pub sender: PartyId,
    /// The member that it is for.
    pub member: PartyId,
}

/// "These octets lie with me, sealed for this member": until the day that it names nobody can say that they could not be had,
/// unless their sender took them back. Whether they open to the body that the entry names, the member alone can tell.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Deposit {
    /// What was handed in.
    pub of: Deposited,
    /// SHA-256 of the sealed octets.
    pub sealed: SealedDigest,
    /// How many they are.
    pub bytes: u64,
    /// How long they are kept. A depositary that has them no longer before that day, and no word of their sender that takes
    /// them back, breaks its word.
    pub until: Timestamp,
}

impl Deposited {
    /// The body of an entry of a feed, from its sender to a member.
    #[must_use]
    pub fn new((feed, index): (String, u64), body: BodyDigest, (sender, member): (PartyId, PartyId)) -> Self {
        Self { feed, index, body, sender, member }
    }
}

impl Deposit {
    /// Sealed octets of this digest and length, kept until a day.
    #[must_use]
    pub const fn new(of: Deposited, sealed: SealedDigest, bytes: u64, until: Timestamp) -> Self {
        Self { of, sealed, bytes, until }
    }
}

impl FeedHead {
    /// A head.
    #[must_use]
    pub const fn new(
        feed: String,
        (agreement, epoch): (AgreementDigest, u32),
        (size, root): (u64, Hash),
        node_size: u64,
    ) -> Self {
        Self { feed, agreement, epoch, size, root, node_size }
    }
}

impl Acknowledgement {
    /// An acknowledgement.
    #[must_use]
    pub const fn new(feed: String, size: u64, root: Hash) -> Self {
        Self { feed, size, root }
    }
}

impl RecallAnswer {
    /// An answer.
    #[must_use]
    pub const fn new(feed: String, index: u64, record: RecordDigest, is_deleted: bool, was_passed_on: bool) -> Self {
        Self { feed, index, record, is_deleted, was_passed_on }
    }
}

impl Silence {
    /// A silence.
    #[must_use]
    pub const fn new(question: RecordDigest, deadline: Timestamp) -> Self {
        Self { question, deadline }
    }
}

/// A sentence with what every statement has: when it was made, and the key record in force.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Stated {
    /// What is said.
    pub sentence: Sentence,
    /// When, by its author's clock.
    pub time: Timestamp,
    /// Its author's key record in force.
    pub key: KeyInForce,
}

/// A statement's content is none of the sentences that this build knows.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("this build knows no such statement: its `{member}` is missing or not as it must be")]
#[non_exhaustive]
pub struct BadSentence {
    /// The member at fault.
    pub member: &'static str,
}

impl Stated {
    /// A sentence that is said now.
    #[must_use]
    pub const fn new(sentence: Sentence, time: Timestamp, key: KeyInForce) -> Self {
        Self { sentence, time, key }
    }

    /// As a statement holds it.
    #[must_use]
    pub fn to_map(&self) -> Map {
        let map = Map::new()
            .with("v", Json::count(1))
            .with("time", self.time.to_string())
            .with("key_record", self.key.key_record.to_string())
            .with("key_leaf", Json::count(self.key.leaf));
        match &self.sentence {
            Sentence::Head(head) => map
                .with("kind", "head")
                .with("feed", head.feed.as_str())
                .with("agreement", head.agreement.to_string())
                .with("epoch", Json::count(u64::from(head.epoch)))
                .with("size", Json::count(head.size))
                .with("root", base64url::encode(head.root.octets()))
                .with("node_size", Json::count(head.node_size)),
            Sentence::Acknowledgement(read) => map
                .with("kind", "acknowledgement")
                .with("feed", read.feed.as_str())
                .with("size", Json::count(read.size))
                .with("root", base64url::encode(read.root.octets())),
            Sentence::RecallAnswer(answer) => map
                .with("kind", "recall-answer")
                .with("feed", answer.feed.as_str())
                .with("index", Json::count(answer.index))
                .with("record", answer.record.to_string())
                .with("is_deleted", Json::Bool(answer.is_deleted))
                .with("was_passed_on", Json::Bool(answer.was_passed_on)),
            Sentence::Silence(silence) => map
                .with("kind", "silence")
                .with("question", silence.question.to_string())
                .with("deadline", silence.deadline.to_string()),
            Sentence::Deposit(deposit) => with_deposited(map.with("kind", "deposit"), &deposit.of)
                .with("sealed", deposit.sealed.to_string())
                .with("bytes", Json::count(deposit.bytes))
                .with("until", deposit.until.to_string()),
            Sentence::NoDeposit(of) => with_deposited(map.with("kind", "no-deposit"), of),
            Sentence::DepositWithdrawn(of) => with_deposited(map.with("kind", "deposit-withdrawn"), of),
        }
    }

    /// Reads what [`Self::to_map`] wrote, and nothing else.
    ///
    /// # Errors
    /// [`BadSentence`].
    pub fn from_map(map: &Map) -> Result<Self, BadSentence> {
        let fields = Fields(map);
        let sentence = match map.text("kind") {
            Some("head") => Sentence::Head(fields.head()?),
            Some("acknowledgement") => {
                Sentence::Acknowledgement(Acknowledgement::new(fields.feed()?, fields.count("size")?, fields.root()?))
            }
            Some("recall-answer") => Sentence::RecallAnswer(fields.recall_answer()?),
            Some("silence") => Sentence::Silence(Silence::new(fields.parsed("question")?, fields.parsed("deadline")?)),
            Some("deposit") => Sentence::Deposit(fields.deposit()?),
            Some("no-deposit") => Sentence::NoDeposit(fields.deposited()?),
            Some("deposit-withdrawn") => Sentence::DepositWithdrawn(fields.deposited()?),
            _ => return Err(BadSentence { member: "kind" }),
        };
        let key = KeyInForce::new(fields.parsed("key_record")?, fields.count("key_leaf")?);
        let stated = Self::new(sentence, fields.parsed("time")?, key);
        // Whatever differs from what would be written, a member too many or another spelling, is no statement of ours.
        let text = |map: &Map| json::canonical(&Json::from(map.clone())).ok();
        if text(&stated.to_map()) == text(map) { Ok(stated) } else { Err(BadSentence { member: "v" }) }
    }
}

/// A signed statement that says one of the sentences: what may leave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    signed: Signed<Statement>,
    stated: Stated,
}

impl Told {
    /// Reads what a signed statement says.
    ///
    /// # Errors
    /// [`BadSentence`]: it says something else.
    pub fn new(signed: Signed<Statement>) -> Result<Self, BadSentence> {
        let stated = Stated::from_map(signed.content().content())?;
        Ok(Self { signed, stated })
    }

    /// The statement.
    #[must_use]
    pub const fn signed(&self) -> &Signed<Statement> {
        &self.signed
    }

    /// What it says.
    #[must_use]
    pub const fn stated(&self) -> &Stated {
        &self.stated
    }
}

fn with_deposited(map: Map, of: &Deposited) -> Map {
    map.with("feed", of.feed.as_str())
        .with("index", Json::count(of.index))
        .with("body", of.body.to_string())
        .with("sender", of.sender.to_string())
        .with("member", of.member.to_string())
}

struct Fields<'m>(&'m Map);

impl Fields<'_> {
    fn parsed<T: std::str::FromStr>(&self, member: &'static str) -> Result<T, BadSentence> {
        self.0.text(member).and_then(|text| text.parse().ok()).ok_or(BadSentence { member })
    }

    fn count(&self, member: &'static str) -> Result<u64, BadSentence> {
        let number = self.0.get(member).and_then(Json::as_integer);
        number.and_then(|number| u64::try_from(number).ok()).ok_or(BadSentence { member })
    }

    fn is(&self, member: &'static str) -> Result<bool, BadSentence> {
        match self.0.get(member) {
            Some(Json::Bool(is)) => Ok(*is),
            _ => Err(BadSentence { member }),
        }
    }

    fn feed(&self) -> Result<String, BadSentence> {
        let origin = self.0.text("feed").filter(|origin| origin.len() <= MAX_NAME_BYTES);
        origin.map(str::to_owned).ok_or(BadSentence { member: "feed" })
    }

    fn root(&self) -> Result<Hash, BadSentence> {
        let text = self.0.text("root").ok_or(BadSentence { member: "root" })?;
        base64url::decode_exactly(text).map(Hash::from_octets).map_err(|_| BadSentence { member: "root" })
    }

    fn head(&self) -> Result<FeedHead, BadSentence> {
        let epoch = u32::try_from(self.count("epoch")?).map_err(|_| BadSentence { member: "epoch" })?;
        let of = (self.parsed("agreement")?, epoch);
        Ok(FeedHead::new(self.feed()?, of, (self.count("size")?, self.root()?), self.count("node_size")?))
    }

    fn recall_answer(&self) -> Result<RecallAnswer, BadSentence> {
        let (index, record) = (self.count("index")?, self.parsed("record")?);
        Ok(RecallAnswer::new(self.feed()?, index, record, self.is("is_deleted")?, self.is("was_passed_on")?))
    }

    fn deposited(&self) -> Result<Deposited, BadSentence> {
        let parties = (self.parsed("sender")?, self.parsed("member")?);
        Ok(Deposited::new((self.feed()?, self.count("index")?), self.parsed("body")?, parties))
    }

    fn deposit(&self) -> Result<Deposit, BadSentence> {
        let (sealed, bytes) = (self.parsed("sealed")?, self.count("bytes")?);
        Ok(Deposit::new(self.deposited()?, sealed, bytes, self.parsed("until")?))
    }
}
