//! Records that were signed beforehand, as they reach a node.

use anyhow::Context as _;
use record::Unverified;
use record::entropy::{Entropy as _, SystemEntropy};
use record::key_history::Moment;
use storage::{Batch, BatchId, LogName, NewEntry};

use crate::samples::{self, Party};

/// Different records; a load goes through them again and again, each time under a fresh salt.
const RECORDS: usize = 4096;

/// Records of one party.
pub(super) struct SignedRecords {
    party: Party,
    records: Vec<One>,
}

/// One record, and what its signature is over.
struct One {
    text: String,
    input: Vec<u8>,
    signature: Vec<u8>,
}

impl SignedRecords {
    pub(super) fn of(text: &str) -> anyhow::Result<Self> {
        let party = Party::new()?;
        let object = samples::object(text)?;
        let sign = |_| -> anyhow::Result<One> {
            let signed = party.sign(&object)?;
            let header = signed.envelope().signatures().first().context("a signature")?.header();
            let input = signed.envelope().signing_input(header);
            Ok(One { text: signed.envelope().to_json(), signature: party.key.sign(&input)?, input })
        };
        let records = (0..RECORDS).map(sign).collect::<Result<_, _>>()?;
        Ok(Self { party, records })
    }

    fn at(&self, number: usize) -> anyhow::Result<&One> {
        self.records.get(number % RECORDS).context("a record")
    }

    /// A record's text.
    pub(super) fn text(&self, number: usize) -> anyhow::Result<&str> {
        Ok(&self.at(number)?.text)
    }

    /// The bare strict check of a record's signature.
    pub(super) fn check_bare(&self, number: usize) -> anyhow::Result<()> {
        let one = self.at(number)?;
        Ok(self.party.key.public().verify(&one.input, &one.signature)?)
    }

    /// Reads and verifies a record, and makes the batch that logs it.
    pub(super) fn verified(&self, number: usize) -> anyhow::Result<Batch> {
        let text = &self.at(number)?.text;
        let record = Unverified::read(text.as_bytes())?.verify(&self.party.history, Moment::AsNamed)?;
        let salt = salt()?;
        Ok(batch(record.commitment(&salt).octets(), &salt, text))
    }

    /// The batch that logs a record which was verified elsewhere.
    pub(super) fn trusted(&self, number: usize) -> anyhow::Result<Batch> {
        let salt = salt()?;
        let entry = ::record::digest::sha256(&[&salt, &number.to_be_bytes()]);
        Ok(batch(&entry, &salt, self.text(number)?))
    }
}

fn salt() -> anyhow::Result<[u8; 32]> {
    let mut salt = [0; 32];
    SystemEntropy::new().fill(&mut salt)?;
    Ok(salt)
}

fn batch(entry: &[u8; 32], salt: &[u8; 32], text: &str) -> Batch {
    let body = [salt.as_slice(), text.as_bytes()].concat();
    // The salt is fresh, so no two entries are the same.
    let id = BatchId::from_octets(*entry);
    Batch::new(id).entry(NewEntry::with_body(LogName::node(), entry.to_vec(), body))
}
