//! `detente log`: append, list, prove, checkpoint, cosign, guard, resume, erase, migrate.

mod append;
mod checkpoint;
mod cosign;
mod erase;
mod guard;
mod list;
mod migrate;
mod prove;
mod resume;
mod told;

pub(crate) use erase::{Erasing, erase};
pub(crate) use prove::{find as index_of, prove, salt as salt_at};

use record::digest::{Commitment, RecordDigest};
use record::entropy::{Entropy as _, SystemEntropy};
use record::json::{Json, Map};
use record::key_history::KeyHistory;
use record::key_record::{PartyKeys, Use};
use record::kind::Kind;
use record::stix::StixObject;
use record::{Author, Draft, Record, Signed};
use storage::guard::Guarded;
pub(crate) use storage::views::records::SALT_BYTES;
use storage::{Batch, BatchId, Committed, LocalStore, LogName, NewEntry, Store as _};

use crate::arguments::{LogCommand, NodeArguments};
use crate::home::Home;
use crate::outcome::{Done, Failure};
use crate::report::Report;
use crate::{clock, key_log, keystore, node};

pub(crate) fn run(command: LogCommand, report: &mut Report) -> Done {
    match command {
        LogCommand::Append(arguments) => append::run(&arguments, report),
        LogCommand::List(arguments) => list::run(&arguments, report),
        LogCommand::Prove(arguments) => prove::run(&arguments, report),
        LogCommand::Checkpoint(arguments) => checkpoint::run(&arguments, report),
        LogCommand::Cosign(arguments) => cosign::run(&arguments, report),
        LogCommand::Guard(arguments) => guard::run(&arguments, report),
        LogCommand::Resume(arguments) => resume::run(&arguments, report),
        LogCommand::Erase(arguments) => erase::run(&arguments, report),
        LogCommand::Migrate(arguments) => migrate::run(&arguments, report),
    }
}

/// A node that is open and may sign.
pub(crate) struct Signing {
    pub(crate) history: KeyHistory,
    pub(crate) keys: PartyKeys,
    pub(crate) store: LocalStore,
    pub(crate) guarded: Guarded,
}

impl Signing {
    pub(crate) fn open(arguments: &NodeArguments) -> Done<Self> {
        let home = Home::open(&arguments.dir)?;
        let (history, keys) = open_keys(&home, arguments)?;
        let again = keys.duplicate().map_err(Failure::environment)?;
        let (store, guarded) = node::open_to_sign(&home, &history, &again)?;
        // A killed change of keys may have left its key record unlogged: it goes in before anything that it signs.
        let known = home.known()?;
        if let Some(profile) = known.profile() {
            key_log::catch_up(&store, &history, profile)?;
        }
        Ok(Self { history, keys, store, guarded })
    }

    /// Signs an object of our own as a record.
    pub(crate) fn sign(&self, object: StixObject) -> Done<Signed<Record>> {
        self.sign_draft(Draft::new(object))
    }

    /// Signs a draft of our own: a first version, or a later one.
    pub(crate) fn sign_draft(&self, draft: Draft) -> Done<Signed<Record>> {
        let signers = keystore::signers(&self.history, &self.keys, Use::Record)?;
        let author = Author::new(self.history.party(), self.history.head().digest(), &signers);
        draft.sign(&author, &mut SystemEntropy::new()).map_err(Failure::environment)
    }

    /// Commits one batch, and publishes.
    pub(crate) fn commit(&self, batch: Batch) -> Done<Committed> {
        let answer = self.store.commit(vec![batch]).pop();
        let committed = answer.ok_or_else(|| Failure::environment("the store did not answer"))?;
        let committed = committed.map_err(node::refused)?;
        self.store.publish().map_err(node::fail)?;
        Ok(committed)
    }

    /// Entries of the node log.
    pub(crate) fn size(&self) -> Done<u64> {
        let heads = self.store.heads().map_err(node::fail)?;
        Ok(heads.iter().find(|head| head.log == LogName::node()).map_or(0, |head| head.size))
    }

    /// Says whether anything would notice a restored backup.
    pub(crate) fn print_guard(&self, report: &mut Report) {
        report.fact("guard", self.guarded.to_string());
    }
}

/// The history and the private keys of a node.
pub(crate) fn open_keys(home: &Home, arguments: &NodeArguments) -> Done<(KeyHistory, PartyKeys)> {
    // Opening the keys settles what a killed command left, so the history is read after it.
    let keys = keystore::open(home, &home.history()?, &arguments.passphrase)?.keys.signing;
    Ok((home.history()?, keys))
}

/// A fresh salt: it alone keeps an outsider from testing a guess against the leaf.
pub(crate) fn fresh_salt() -> Done<[u8; SALT_BYTES]> {
    let mut salt = [0; SALT_BYTES];
    SystemEntropy::new().fill(&mut salt).map_err(Failure::environment)?;
    Ok(salt)
}

/// The entry of a record for the node log: its commitment, with salt and text as the body.
pub(crate) fn entry(commitment: &Commitment, salt: &[u8; SALT_BYTES], text: &str) -> NewEntry {
    let body = [salt.as_slice(), text.as_bytes()].concat();
    NewEntry::with_body(LogName::node(), commitment.octets().to_vec(), body)
}

/// The batch that logs one record: the same record is not logged twice in a row.
pub(crate) fn batch_of(record: &Signed<Record>) -> Done<Batch> {
    let salt = fresh_salt()?;
    let entry = entry(&record.commitment(&salt), &salt, &record.envelope().to_json());
    Ok(Batch::new(batch_id(&record.digest())).entry(entry))
}

fn batch_id(digest: &RecordDigest) -> BatchId {
    BatchId::of(&[b"record", digest.octets()])
}

/// An object of one of our own kinds, with a fresh id.
pub(crate) fn own_object(object_type: &str, fields: Map) -> Done<StixObject> {
    let extension = Kind::of(object_type).and_then(|kind| kind.extension).unwrap_or_default();
    let mut octets = [0; 16];
    SystemEntropy::new().fill(&mut octets).map_err(Failure::environment)?;
    let id = format!("{object_type}--{}", uuid::Builder::from_random_bytes(octets).into_uuid());
    let now = clock::now().to_string();
    let object = Map::new()
        .with("type", object_type)
        .with("spec_version", "2.1")
        .with("id", id)
        .with("created", now.as_str())
        .with("modified", now)
        .with("extensions", Map::new().with(extension, fields.with("extension_type", "new-sdo")));
    StixObject::from_map(object).map_err(Failure::input)
}

/// A size or index as a JSON number. One beyond 2^53 is never reached.
pub(crate) fn number(value: u64) -> Json {
    Json::count(value)
}

/// What lies beside an entry: the salt, and the record's text.
pub(crate) fn split_body(body: &[u8]) -> Option<(&[u8; SALT_BYTES], &[u8])> {
    body.split_first_chunk::<SALT_BYTES>()
}
