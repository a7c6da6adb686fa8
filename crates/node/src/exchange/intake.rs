//! Statements that peers hand in: acknowledgements, answers to recalls, silences.

use policy::belief::{Delivery, Evidence, Knowledge, Quorum};
use policy::control::Sentence;
use protocol::exchange::{Caught, Opened, Ring};
use record::digest::PartyId;
use record::json::{self, Json, Map};
use record::jws::{Envelope, MediaType};
use record::key_history::KeyHistory;
use record::limits::MAX_KEY_RECORD_BYTES;
use record::time::Timestamp;
use storage::LogName;

use super::notebook::Facts;
use super::sender::Sender;
use super::{Agreements, ExchangeError, Own, Shared, alarms, batch, commit, deposits, heard, size};

/// Takes in statements.
#[derive(Debug)]
#[non_exhaustive]
pub struct Intake<'i> {
    /// The store.
    pub store: &'i Shared,
    /// Who we are.
    pub own: &'i Own,
    /// Our feeds.
    pub sender: &'i Sender,
    /// Whether we asked for what comes.
    pub is_asked: bool,
}

/// What became of a statement.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "a peer is told each of them")]
pub enum Taken {
    /// It is kept.
    Kept,
    /// It is kept already.
    Known,
    /// It is not believed, or about nothing of ours.
    Refused(String),
}

impl<'i> Intake<'i> {
    /// The intake of a node.
    #[must_use]
    pub const fn new(store: &'i Shared, own: &'i Own, sender: &'i Sender) -> Self {
        Self { store, own, sender, is_asked: false }
    }

    /// The intake of an answer that we asked for.
    #[must_use]
    pub const fn asked(self) -> Self {
        Self { is_asked: true, ..self }
    }

    /// Takes in an opened statement that a peer delivered.
    ///
    /// # Errors
    /// [`ExchangeError`].
    pub fn take(
        &self,
        peer: PartyId,
        octets: &[u8],
        (ring, agreements): (&dyn Ring, &dyn Agreements),
        now: Timestamp,
    ) -> Result<Taken, ExchangeError> {
        let Ok(opened) = Opened::read(octets) else { return refused("it is no opened statement") };
        let author = opened.claimed_issuer();
        if author != peer {
            return refused("it is made by another party than the one that delivers it");
        }
        let Some(history) = ring.history(&author) else { return refused("its author's keys are not known here") };
        let delivery = Delivery::new(size(self.store, &heard::log()?).unwrap_or(0));
        // Its author cannot go back on it, whoever has cosigned: it carries two signatures, and we keep both.
        let evidence = |proof| Evidence::new(proof, delivery);
        let proven = match opened.verify(evidence, history, &Quorum::none(), &Knowledge::new()) {
            Ok(proven) => proven,
            Err(error) => return refused(&error.to_string()),
        };
        let stated = proven.told().stated();
        if let Some(problem) = self.check(peer, &stated.sentence, octets, agreements, now)? {
            return refused(&problem);
        }
        let facts = Facts::of(stated);
        if self.is_known(peer, &facts, stated.time)? {
            return Ok(Taken::Known);
        }
        let note = Map::new()
            .with("kind", "statement")
            .with("peer", peer.to_string())
            .with("statement", facts.kind)
            .with("about", facts.about)
            .with("size", Json::count(facts.size))
            .with("root", facts.root)
            .with("time", stated.time.to_string())
            .with("key_record", stated.key.key_record.to_string())
            .with("key_leaf", Json::count(stated.key.leaf))
            .with("opened", String::from_utf8_lossy(&proven.to_opened()).into_owned());
        let _committed = commit(self.store, heard::note(batch(self.own)?, self.own, note)?)?;
        Ok(Taken::Kept)
    }

    fn is_known(&self, peer: PartyId, facts: &Facts, time: Timestamp) -> Result<bool, ExchangeError> {
        let all = super::Received::all(self.store)?;
        let peer = peer.to_string();
        let same = |one: &super::Received| {
            one.peer == peer && one.kind == facts.kind && one.about == facts.about && one.size == facts.size
        };
        // A recall may be answered again, otherwise than before; the same answer that is delivered again is no new one.
        let may_repeat = matches!(facts.kind, "recall-answer" | "no-deposit");
        let is_of_deposit = matches!(facts.kind, "deposit" | "deposit-withdrawn");
        let is_of_feed = |one: &super::Received| !is_of_deposit || one.root == facts.root;
        let is_same_saying = |one: &super::Received| !may_repeat || one.time == time.to_string();
        Ok(all.iter().any(|one| same(one) && is_same_saying(one) && is_of_feed(one)))
    }

    /// What speaks against a statement.
    fn check(
        &self,
        peer: PartyId,
        sentence: &Sentence,
        octets: &[u8],
        agreements: &dyn Agreements,
        now: Timestamp,
    ) -> Result<Option<String>, ExchangeError> {
        let feed = match sentence {
            Sentence::Acknowledgement(read) => &read.feed,
            Sentence::RecallAnswer(answer) => &answer.feed,
            Sentence::Head(_) => return Ok(Some("heads are fetched, and not delivered".to_owned())),
            Sentence::Silence(_) => return Ok(None),
            Sentence::DepositWithdrawn(of) if of.sender != peer => {
                return Ok(Some("nobody takes back what another party handed in".to_owned()));
            }
            // What was asked for came from the depositary, which has it from its author.
            Sentence::DepositWithdrawn(_) if self.is_asked => return Ok(None),
            Sentence::DepositWithdrawn(of) if deposits::was_handed_in(self.store, of)? => return Ok(None),
            Sentence::DepositWithdrawn(_) => return Ok(Some("nothing of that was handed in here".to_owned())),
            // They are checked by whoever asked, against the question. One that came by itself could keep a body of ours from
            // being handed in.
            Sentence::Deposit(_) | Sentence::NoDeposit(_) if self.is_asked => return Ok(None),
            Sentence::Deposit(_) | Sentence::NoDeposit(_) => {
                return Ok(Some("what a depositary states is asked for, and not delivered".to_owned()));
            }
        };
        // One that was read before the agreement ended may still be acknowledged.
        let feeds = self.sender.feeds(&agreements.all(now))?;
        let Some(feed) = feeds.iter().find(|own| own.listed.origin == *feed) else {
            return Ok(Some("it is about no feed of this node".to_owned()));
        };
        let Sentence::Acknowledgement(read) = sentence else { return Ok(None) };
        if self.sender.root_at(&feed.log, read.size)? == Some(read.root) {
            return Ok(None);
        }
        let caught = Caught::FalseAcknowledgement { opened: octets.to_vec(), size: read.size };
        let _new = alarms::raise(self.store, self.own, peer, &feed.listed.origin, &caught)?;
        Ok(Some(caught.to_string()))
    }
}

fn refused(problem: &str) -> Result<Taken, ExchangeError> {
    Ok(Taken::Refused(problem.to_owned()))
}

/// The key records in a profile file: `{"key_records": [JWS], "profile": ..}`.
pub(crate) fn history_of_profile(octets: &[u8]) -> Option<KeyHistory> {
    let Ok(Json::Object(map)) = json::parse(octets) else { return None };
    let records = map.get("key_records")?.as_array()?.iter();
    let envelopes: Option<Vec<Envelope>> = records
        .map(|record| Envelope::read(record.to_text().as_bytes(), MediaType::KeyRecord, MAX_KEY_RECORD_BYTES).ok())
        .collect();
    KeyHistory::from_records(envelopes?).ok()
}

/// The log into which a peer's feed is read.
pub(crate) fn pulled(feed: &protocol::exchange::ListedFeed) -> Result<LogName, ExchangeError> {
    format!("pulled-{}", feed.name()).parse().map_err(|error| heard::notes(&error))
}
