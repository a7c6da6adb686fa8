//! A statement with the proof that its author logged it: what is delivered, and what a third party is shown later.

use policy::belief::{Doubt, Evidence, Knowledge, Quorum, Verified, verify};
use policy::control::{BadSentence, Told};
use record::digest::{Commitment, PartyId};
use record::json::{self, Json, Map};
use record::key_history::{KeyHistory, Moment};
use record::limits::MAX_STATEMENT_BYTES;
use record::message::{MessageError, Statement, UnverifiedStatement};
use tlog::limits::MAX_LOG_PROOF_BYTES;
use tlog::log_proof::{BadLogProof, LogProof};

/// Octets of an opened statement: the statement, and a tlog-proof as a JSON string.
pub const MAX_OPENED_BYTES: usize = MAX_STATEMENT_BYTES + 2 * MAX_LOG_PROOF_BYTES;

/// An opened statement, taken apart and believed in nothing: `{"proof": tlog-proof, "statement": JWS}`. The proof's extra data
/// is the salt of the leaf.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opened {
    statement: UnverifiedStatement,
    proof: LogProof,
}

/// A text is no opened statement.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BadOpened {
    /// It is no JSON object of exactly the two members, or too long.
    #[error("an opened statement is a JSON object of `proof` and `statement`")]
    Shape,
    /// The statement is none.
    #[error(transparent)]
    Statement(#[from] MessageError),
    /// The proof is none.
    #[error(transparent)]
    Proof(#[from] BadLogProof),
}

/// An opened statement is not believed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Disbelieved {
    /// Its signature does not hold.
    #[error(transparent)]
    Signature(#[from] MessageError),
    /// It does not count.
    #[error(transparent)]
    Doubt(#[from] Doubt),
    /// It says what this build does not know.
    #[error(transparent)]
    Sentence(#[from] BadSentence),
}

impl Opened {
    /// Reads an opened statement.
    ///
    /// # Errors
    /// [`BadOpened`].
    pub fn read(octets: &[u8]) -> Result<Self, BadOpened> {
        if octets.len() > MAX_OPENED_BYTES {
            return Err(BadOpened::Shape);
        }
        let Ok(Json::Object(map)) = json::parse(octets) else { return Err(BadOpened::Shape) };
        let (Some(proof), Some(statement), 2) = (map.text("proof"), map.get("statement"), map.len()) else {
            return Err(BadOpened::Shape);
        };
        let statement = UnverifiedStatement::read(statement.to_text().as_bytes())?;
        Ok(Self { statement, proof: LogProof::parse(proof.as_bytes())? })
    }

    /// Writes a statement down with its proof, whose extra data is the leaf's salt.
    #[must_use]
    pub fn write(statement: &record::Signed<Statement>, proof: &LogProof) -> Vec<u8> {
        // The envelope is JSON that this program wrote or read.
        let statement = json::parse(statement.envelope().to_json().as_bytes()).unwrap_or(Json::Null);
        let map = Map::new().with("proof", proof.to_string()).with("statement", statement);
        Json::from(map).to_text().into_bytes()
    }

    /// The party that it claims to be from.
    #[must_use]
    pub const fn claimed_issuer(&self) -> PartyId {
        self.statement.claims().issuer()
    }

    /// What it claims; nothing is checked against any key.
    #[must_use]
    pub const fn claims(&self) -> &Statement {
        self.statement.claims()
    }

    /// The proof.
    #[must_use]
    pub const fn proof(&self) -> &LogProof {
        &self.proof
    }

    /// Decides whether it is believed: signed, logged below whatever takes the key back, under a checkpoint that a quorum
    /// cosigned.
    ///
    /// # Errors
    /// [`Disbelieved`].
    pub fn verify(
        self,
        evidence: impl FnOnce(LogProof) -> Evidence,
        history: &KeyHistory,
        quorum: &Quorum,
        knowledge: &Knowledge,
    ) -> Result<Proven, Disbelieved> {
        let signed = self.statement.verify(history, Moment::AsNamed)?;
        let told = Told::new(signed.clone())?;
        let verified = verify(signed, &evidence(self.proof), history, quorum, knowledge)?;
        Ok(Proven { told, verified })
    }
}

/// A statement that counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proven {
    told: Told,
    verified: Verified<Statement>,
}

impl Proven {
    /// What it says.
    #[must_use]
    pub const fn told(&self) -> &Told {
        &self.told
    }

    /// Where it lies in its author's log.
    #[must_use]
    pub const fn verified(&self) -> &Verified<Statement> {
        &self.verified
    }

    /// Its leaf.
    #[must_use]
    pub const fn commitment(&self) -> Commitment {
        self.verified.log_place().commitment()
    }

    /// As it was delivered.
    #[must_use]
    pub fn to_opened(&self) -> Vec<u8> {
        Opened::write(self.verified.record(), self.verified.log_place().proof())
    }
}
