//! A node's store, opened with the node's keys.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use record::digest::PartyId;
use record::entropy::SystemEntropy;
use record::key_history::KeyHistory;
use record::key_record::{PartyKeys, Purpose};
use record::suite::{PrivateKey, PublicKey, Suite};
use storage::disk::Disk;
use storage::disk::files::FileDisk;
use storage::guard::{Guarded, HeadFolder, HeadSource};
use storage::keys::{LogKeys, LogSigners};
use storage::layout::{self, Found};
use storage::views::View;
use storage::views::records::Records;
use storage::{LocalStore, LogName, Options, StoreError};
use tlog::note::{KeyKind, Signer, VerifierKey};

use crate::clock;
use crate::home::Home;
use crate::outcome::{Done, Exit, Failure};

/// The name of a party's node log for others.
pub(crate) fn origin(party: &PartyId) -> String {
    format!("detente/log/{party}")
}

/// The keys of a party's logs: public ones from its history, private ones if they were opened.
pub(crate) struct NodeKeys {
    public: Vec<PublicKey>,
    private: Option<PartyKeys>,
    made: Mutex<BTreeMap<String, Arc<LogSigners>>>,
}

impl NodeKeys {
    /// Keys that verify.
    pub(crate) fn public(history: &KeyHistory) -> Self {
        Self { public: public_keys(history), private: None, made: Mutex::default() }
    }

    /// Keys that sign, too.
    pub(crate) fn private(history: &KeyHistory, keys: PartyKeys) -> Self {
        Self { private: Some(keys), ..Self::public(history) }
    }

    fn make(&self, origin: &str) -> Result<LogSigners, String> {
        let keys = self.private.as_ref().ok_or("the private keys were not opened")?;
        let signer = |suite, kind| {
            let key = keys.get(Purpose::Log, suite).ok_or("there is no private key for the log")?;
            let key = PrivateKey::from_seed(suite, key.seed()).map_err(|error| error.to_string())?;
            let name = origin.parse().map_err(|error: tlog::note::BadName| error.to_string())?;
            Signer::new(name, kind, key).map_err(|error| error.to_string())
        };
        Ok(LogSigners::new(
            signer(Suite::Ed25519, KeyKind::Ed25519)?,
            signer(Suite::MlDsa44, KeyKind::CosignatureMlDsa44)?,
        ))
    }
}

impl LogKeys for NodeKeys {
    fn verifiers(&self, origin: &str) -> Vec<VerifierKey> {
        self.public.iter().filter_map(|key| verifier(origin, key, role_of_log(key.suite()))).collect()
    }

    fn signers(&self, origin: &str) -> Result<Arc<LogSigners>, String> {
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(signers) = made.get(origin) {
            return Ok(Arc::clone(signers));
        }
        let signers = Arc::new(self.make(origin)?);
        drop(made.insert(origin.to_owned(), Arc::clone(&signers)));
        Ok(signers)
    }
}

/// Every key for logs that a party ever had.
fn public_keys(history: &KeyHistory) -> Vec<PublicKey> {
    let entries = history.records().flat_map(|record| record.content().keys());
    let mut keys: Vec<_> =
        entries.filter(|entry| entry.purpose() == Purpose::Log).map(|entry| entry.key().clone()).collect();
    keys.sort_by_key(PublicKey::id);
    keys.dedup();
    keys
}

const fn role_of_log(suite: Suite) -> KeyKind {
    match suite {
        Suite::MlDsa44 => KeyKind::CosignatureMlDsa44,
        // Suites to come have no place in C2SP notes yet.
        _ => KeyKind::Ed25519,
    }
}

/// A key under a name, if it can stand in a note.
pub(crate) fn verifier(name: &str, key: &PublicKey, kind: KeyKind) -> Option<VerifierKey> {
    VerifierKey::new(name.parse().ok()?, kind, key.clone()).ok()
}

/// The verifier keys of a party's node log.
pub(crate) fn log_verifiers(history: &KeyHistory) -> Vec<VerifierKey> {
    NodeKeys::public(history).verifiers(&origin(&history.party()))
}

/// Whether a directory has a store of this layout.
pub(crate) fn has_store(dir: &Path) -> Done<bool> {
    Ok(layout::find(&disk(dir)?).map_err(fail)? != Found::Nothing)
}

pub(crate) fn disk(dir: &Path) -> Done<FileDisk> {
    FileDisk::open(dir).map_err(|error| fail(error.into()))
}

/// Makes the store of a new node.
pub(crate) fn create(dir: &Path, history: &KeyHistory, keys: PartyKeys) -> Done<LocalStore> {
    let store = LocalStore::create(options(dir, NodeKeys::private(history, keys))?).map_err(fail)?;
    let _alone = store.guard(&LogName::node(), &[]).map_err(fail)?;
    Ok(store)
}

/// Opens a node's store to read. It signs nothing.
pub(crate) fn open_to_read(home: &Home, history: &KeyHistory) -> Done<LocalStore> {
    check_store(home)?;
    LocalStore::open(options(home.dir(), NodeKeys::public(history))?).map_err(fail)
}

/// Opens a node's store to sign, if those who remember its heads do not object.
pub(crate) fn open_to_sign(home: &Home, history: &KeyHistory, keys: PartyKeys) -> Done<(LocalStore, Guarded)> {
    let (store, guarded) = open_guarded(home, history, keys)?;
    if let Some(objection) = guarded.objection().filter(|_| !is_resumed(&store)) {
        return Err(objected(home, &guarded, &objection));
    }
    if guarded.objection().is_some() && !store.resume(&guarded) {
        return Err(objected(home, &guarded, &guarded.to_string()));
    }
    Ok((store, guarded))
}

/// The same, before anybody objects.
pub(crate) fn open_guarded(home: &Home, history: &KeyHistory, keys: PartyKeys) -> Done<(LocalStore, Guarded)> {
    check_store(home)?;
    let store = LocalStore::open(options(home.dir(), NodeKeys::private(history, keys))?).map_err(fail)?;
    let sources: Vec<Arc<dyn HeadSource>> = head_folders(home)?
        .iter()
        .map(|folder| Arc::new(HeadFolder::new(Path::new(folder))) as Arc<dyn HeadSource>)
        .collect();
    let guarded = store.guard(&LogName::node(), &sources).map_err(fail)?;
    Ok((store, guarded))
}

fn objected(home: &Home, guarded: &Guarded, objection: &str) -> Failure {
    let failure = Failure::refused(format!("nothing was signed: {objection}"));
    if guarded.may_resume() {
        return failure.advise(format!(
            "make that folder reachable; or check by another way that nothing newer exists, and then: detente log resume \
             --dir {} --checked-by NAME",
            home.dir().display()
        ));
    }
    failure.advise(
        "bring back the newest copy of this directory. If there is none, this log has ended: begin a new party and tell the \
         others why",
    )
}

/// The counter that says until when a person's word stands for a head source, in POSIX seconds.
pub(crate) const RESUMED_UNTIL: &str = "resumed-until";

fn is_resumed(store: &LocalStore) -> bool {
    let until = storage::Store::counters(store, &[RESUMED_UNTIL]).ok().and_then(|found| found.first().copied());
    until.unwrap_or(0) > clock::now().micros() / 1_000_000
}

fn check_store(home: &Home) -> Done {
    if has_store(home.dir())? {
        return Ok(());
    }
    Err(Failure::environment(format!("`{}` has no log: an earlier build made it", home.dir().display()))
        .advise(format!("detente log migrate --dir {}", home.dir().display())))
}

fn options(dir: &Path, keys: NodeKeys) -> Done<Options> {
    let disk: Arc<dyn Disk> = Arc::new(disk(dir)?);
    let mut options = Options::new(disk, Arc::new(keys), Arc::new(clock::now), Box::new(SystemEntropy::new()));
    options.views = views();
    Ok(options)
}

/// The views of a node beside the store's own.
pub(crate) fn views() -> Vec<Box<dyn View>> {
    vec![Box::new(Records)]
}

/// The folders of heads that the guard asks, one on a line.
pub(crate) fn head_folders(home: &Home) -> Done<Vec<String>> {
    let path = home.head_sources_path();
    match std::fs::read_to_string(&path) {
        Ok(text) => Ok(text.lines().filter(|line| !line.is_empty()).map(str::to_owned).collect()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(Failure::environment(format!("cannot read `{}`: {error}", path.display()))),
    }
}

/// A store's error as a command's.
#[expect(clippy::needless_pass_by_value, reason = "so that `map_err(node::fail)` takes an error as it comes")]
pub(crate) fn fail(error: StoreError) -> Failure {
    match &error {
        StoreError::Damaged { path, .. } => Failure::refused(&error).advise(format!(
            "nothing was changed. `detente verify DIR` names every file that does not hold; restore {path} from a backup, or \
             run `detente rebuild` if it is a view"
        )),
        StoreError::Disk(problem) if problem.kind == std::io::ErrorKind::WouldBlock => {
            Failure::environment(&error).advise("wait until that process has ended, or stop it, and try again")
        }
        StoreError::Disk(problem) if problem.is_full() => {
            Failure::environment(&error).advise("make room on that disk; nothing that was answered is lost")
        }
        StoreError::Views { .. } => Failure::environment(&error).advise("run `detente rebuild`: views can be made anew"),
        StoreError::NoSuchLog { .. } | StoreError::NoSuchEntry { .. } => Failure::input(&error),
        _ => Failure::new(Exit::Environment, &error),
    }
}

/// A refused batch as a command's error.
#[expect(clippy::needless_pass_by_value, reason = "so that `map_err(node::refused)` takes an error as it comes")]
pub(crate) fn refused(error: storage::CommitError) -> Failure {
    let failure = Failure::environment(&error);
    match error {
        storage::CommitError::NotWritten { is_full: true, .. } => {
            failure.advise("make room on that disk and try again; nothing that was answered is lost")
        }
        storage::CommitError::Unknown { .. } => failure.advise("run the same command again: nothing is logged twice"),
        _ => failure,
    }
}
