//! An author with a log, a record of theirs, and what a peer knows when it comes.

use policy::belief::{Delivery, Doubt, Evidence, Heads, Knowledge, Logged, Quorum, Verified, logged, verify};
use record::key_history::KeyHistory;
use record::key_record::{KeyRecord, Purpose, Revocation, RevocationReason};
use record::suite::Suite;
use record::{Record, Signed};
use tlog::log_proof::LogProof;
use tlog::note::{KeyKind, Signer};

use crate::scene::{Log, Party, at, draft_keys, sign, witness};

/// The delivery with which the record came.
pub(crate) const CAME: u64 = 10;

/// Two of three in the east, and one operator in the west, who has keys of two suites.
pub(crate) fn policy_text() -> String {
    let vkey = |name: &str, kind| witness(name, kind).verifier().to_string();
    let mut text = String::new();
    for name in ["east-1", "east-2", "east-3", "west"] {
        text.push_str(&format!("witness {name} {}\n", vkey(name, KeyKind::CosignatureEd25519)));
    }
    text.push_str(&format!("witness west-pq {}\n", vkey("west", KeyKind::CosignatureMlDsa44)));
    text.push_str("group east 2 east-1 east-2 east-3\ngroup either any west west-pq\n");
    text.push_str("group blocs all east either\nquorum blocs\n");
    text
}

/// What a row of the table changes before the record is judged.
pub(crate) struct Stage {
    pub(crate) author: Party,
    /// Other keys of the author's, or another party.
    pub(crate) other: Party,
    pub(crate) log: Log,
    pub(crate) record: Signed<Record>,
    /// Where the record is logged, if it is.
    pub(crate) index: Option<u64>,
    pub(crate) history: KeyHistory,
    pub(crate) quorum: Quorum,
    pub(crate) knowledge: Knowledge,
    /// The key records that evidence is given for, with their leaves.
    pub(crate) key_records: Vec<(Signed<KeyRecord>, u64)>,
    pub(crate) signers: Vec<Signer>,
    /// A proof in place of the one that the log gives.
    pub(crate) proof: Option<LogProof>,
}

impl Stage {
    /// A record that is signed and not yet logged, in a log that begins with the author's key record.
    pub(crate) fn new() -> Self {
        let author = Party::new("author");
        let mut log = Log::of(&author.id());
        log.append(|salt| author.first.commitment(salt));
        log.fill(3);
        let mut signers = author.log_signers();
        signers.extend(["east-1", "east-3"].map(|name| witness(name, KeyKind::CosignatureEd25519)));
        signers.push(witness("west", KeyKind::CosignatureMlDsa44));
        Self {
            record: sign(&author.first, &author.keys, 2, "a"),
            history: author.history(),
            other: Party::new("other"),
            quorum: Quorum::parse(policy_text().as_bytes()).unwrap(),
            knowledge: Knowledge::new(),
            key_records: Vec::new(),
            index: None,
            proof: None,
            author,
            log,
            signers,
        }
    }

    /// Logs the record.
    pub(crate) fn log_record(&mut self) {
        self.index = Some(self.log.append(|salt| self.record.commitment(salt)));
        self.log.fill(2);
    }

    /// Logs a key record and takes it into the history.
    pub(crate) fn log_key_record(&mut self, key_record: Signed<KeyRecord>) {
        self.history.extend(key_record.envelope().clone()).unwrap();
        let leaf = self.log.append(|salt| key_record.commitment(salt));
        self.key_records.push((key_record, leaf));
        self.log.fill(1);
    }

    /// The keys of the author's first key record are replaced.
    pub(crate) fn rotate(&mut self) {
        let next = draft_keys(&self.other.keys, 5);
        let rotation = next.rotate(self.author.first.content(), &self.author.keys, &self.other.keys).unwrap();
        self.log_key_record(rotation);
    }

    /// The same, with a key withdrawn.
    pub(crate) fn revoke(&mut self, purpose: Purpose) {
        let mut draft = draft_keys(&self.other.keys, 5);
        for suite in [Suite::Ed25519, Suite::MlDsa44] {
            let key_id = self.author.keys.get(purpose, suite).unwrap().public().id();
            draft = draft.revoke(Revocation::new(key_id, RevocationReason::Compromised, at(3)));
        }
        let revocation = draft.rotate(self.author.first.content(), &self.author.keys, &self.other.keys).unwrap();
        self.log_key_record(revocation);
    }

    /// The latest logged key record is named to us, with its leaf.
    pub(crate) fn name(&mut self, delivery: u64) {
        let (key_record, leaf) = self.key_records.last().unwrap();
        self.knowledge.name(key_record.digest(), Delivery::new(delivery), *leaf);
    }

    /// The signers of the checkpoint without those that a test takes away.
    pub(crate) fn drop_signers(&mut self, is_dropped: impl Fn(&Signer) -> bool) {
        self.signers.retain(|signer| !is_dropped(signer));
    }

    pub(crate) fn prove(&self, index: u64) -> LogProof {
        self.prove_at(index, self.log.size())
    }

    pub(crate) fn prove_at(&self, index: u64, size: u64) -> LogProof {
        self.log.prove(index, size, &self.signers.iter().collect::<Vec<_>>())
    }

    pub(crate) fn record_proof(&self) -> Option<LogProof> {
        self.proof.clone().or_else(|| self.index.map(|index| self.prove(index)))
    }

    pub(crate) fn evidence(&self) -> Evidence {
        let delivery = Delivery::new(CAME);
        let evidence =
            self.record_proof().map_or_else(|| Evidence::none(delivery), |proof| Evidence::new(proof, delivery));
        let add = |evidence: Evidence, (one, leaf): &(Signed<KeyRecord>, u64)| {
            evidence.with_key_record(one.digest(), self.prove(*leaf))
        };
        self.key_records.iter().fold(evidence, add)
    }

    /// What is decided about the record. Whoever remembers heads must come to the same: that of the record before it, and
    /// those of others.
    pub(crate) fn verify(&self) -> Result<Verified<Record>, Doubt> {
        let evidence = self.evidence();
        let plain = verify(self.record.clone(), &evidence, &self.history, &self.quorum, &self.knowledge);
        let mut heads = Heads::new(&self.history, &self.quorum);
        self.remember(&mut heads);
        for _ in 0..2 {
            assert_eq!(heads.verify(self.record.clone(), &evidence, &self.knowledge), plain);
        }
        plain
    }

    /// Fills the memory with heads of the author's log: with all signatures, and with each left out.
    fn remember(&self, heads: &mut Heads<'_>) {
        let size = self.log.size();
        for left_out in 0..=self.signers.len() {
            let signers: Vec<_> = self.signers.iter().enumerate().filter(|(at, _)| *at != left_out).collect();
            let signers: Vec<_> = signers.into_iter().map(|(_, signer)| signer).collect();
            let proof = self.log.prove(self.index.unwrap_or(0), size, &signers);
            let evidence = Evidence::new(proof, Delivery::new(CAME));
            let _outcome = heads.verify(self.record.clone(), &evidence, &self.knowledge);
        }
    }

    pub(crate) fn logged(&self) -> Result<Logged<Record>, Doubt> {
        logged(self.record.clone(), self.record_proof().as_ref(), &self.history)
    }
}

/// The name of the doubt, or `Believed`.
pub(crate) fn name_of<T>(outcome: Result<T, Doubt>) -> String {
    let Err(doubt) = outcome else { return "Believed".to_owned() };
    format!("{doubt:?}").split(|it: char| !it.is_ascii_alphanumeric()).next().unwrap_or_default().to_owned()
}

pub(crate) fn is_named(name: &'static str) -> impl Fn(&Signer) -> bool {
    move |signer| signer.verifier().name().as_str().ends_with(name)
}
