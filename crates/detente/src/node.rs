//! A node's store, opened with the node's keys.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::ErrorKind;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use collections::Collections;
use node::exchange::Notebook;
use policy::belief::log_verifiers;
use record::Signed;
use record::entropy::SystemEntropy;
use record::key_history::{KeyHistory, Moment, Overruled};
use record::key_record::{KeyRecord, ListedKey, PartyKeys, Purpose, Use};
use record::suite::{PrivateKey, PublicKey, Suite};
use storage::disk::Disk;
use storage::disk::files::FileDisk;
use storage::guard::{Guarded, HeadFolder, HeadSource};
use storage::keys::{LogKeys, LogSigners};
use storage::layout::{self, Found};
use storage::views::View;
use storage::views::records::Records;
use storage::{CommitError, LocalStore, LogName, Options, StoreError};
use tlog::checkpoint::SignedCheckpoint;
use tlog::note::{KeyKind, Signer, VerifierKey};

use crate::clock;
use crate::head_sources;
use crate::home::Home;
use crate::outcome::{Done, Exit, Failure};
use crate::peer_heads::{PEER, PeerHeads};
use crate::searching::Erasures;
use crate::standing::Standing;
use crate::wanted;

/// The keys of a party's logs: public ones from its history, private ones if they were opened.
pub(crate) struct NodeKeys {
    public: Vec<PublicKey>,
    private: Option<PartyKeys>,
    made: Mutex<BTreeMap<String, Arc<LogSigners>>>,
    /// Held for as long as the store is open, so that a running node does not take its directory back before.
    #[expect(dead_code, reason = "holding it is all that it is for")]
    wanted: Option<File>,
}

impl NodeKeys {
    /// Keys that verify.
    pub(crate) fn public(history: &KeyHistory) -> Self {
        // Also those of key records that a recovery set aside: this node may have signed with them before.
        let aside = history.overruled().iter().map(Overruled::record);
        Self {
            public: public_keys(&history.records().chain(aside).collect::<Vec<_>>()),
            private: None,
            made: Mutex::default(),
            wanted: None,
        }
    }

    /// Keys that sign, too.
    pub(crate) fn private(history: &KeyHistory, keys: PartyKeys) -> Self {
        Self { private: Some(keys), ..Self::public(history) }
    }

    fn holding(self, wanted: Option<&File>) -> Self {
        Self { wanted: wanted.and_then(|file| file.try_clone().ok()), ..self }
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
        verifiers(origin, &self.public)
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

/// The keys for logs of these key records.
fn public_keys(records: &[&Signed<KeyRecord>]) -> Vec<PublicKey> {
    let logs =
        records.iter().flat_map(|record| record.content().keys()).filter(|entry| entry.purpose() == Purpose::Log);
    let signing = |key: &ListedKey| if let ListedKey::Signing(key) = key { Some(key.clone()) } else { None };
    let mut keys: Vec<PublicKey> = logs.filter_map(|entry| signing(entry.key())).collect();
    keys.sort_by_key(PublicKey::id);
    keys.dedup();
    keys
}

const fn role_of_log(suite: Suite) -> KeyKind {
    // Suites to come have no place in C2SP notes yet, and make no verifier key under this kind.
    if matches!(suite, Suite::MlDsa44) { KeyKind::CosignatureMlDsa44 } else { KeyKind::Ed25519 }
}

/// A key under a name, if it can stand in a note.
pub(crate) fn verifier(name: &str, key: &PublicKey, kind: KeyKind) -> Option<VerifierKey> {
    VerifierKey::new(name.parse().ok()?, kind, key.clone()).ok()
}

fn verifiers(origin: &str, keys: &[PublicKey]) -> Vec<VerifierKey> {
    keys.iter().filter_map(|key| verifier(origin, key, role_of_log(key.suite()))).collect()
}

/// Checks that both keys of a party's log signed a checkpoint, and neither is one that was taken back: whoever stole it can
/// write a log of their own. Answers how many of its signatures hold.
pub(crate) fn check_log_signed(signed: &SignedCheckpoint, history: &KeyHistory) -> Done<usize> {
    let mut taken_back = BTreeSet::new();
    for record in history.records() {
        for entry in record.content().keys().iter().filter(|entry| entry.purpose() == Purpose::Log) {
            if let ListedKey::Signing(key) = entry.key()
                && Standing::of_key(key.id(), &record.digest(), history)?.is_grave()
            {
                taken_back.insert(key.id());
            }
        }
    }
    let all = log_verifiers(history);
    let is_sound = |key: &VerifierKey| key.public().is_some_and(|public| !taken_back.contains(&public.id()));
    let vouched = signed.verify(&all).map_err(Failure::refused)?;
    let sound: Vec<_> = vouched.iter().filter(|one| is_sound(one.key)).collect();
    if sound.is_empty() {
        return Err(Failure::refused("the checkpoint bears no signature but of keys that the party has revoked")
            .advise("a thief may have made this log; ask the party for a checkpoint, or a proof, under its new keys"));
    }
    let has = |kind: KeyKind| sound.iter().any(|one| one.key.kind() == kind);
    if !has(KeyKind::Ed25519) || !has(KeyKind::CosignatureMlDsa44) {
        return Err(Failure::refused(
            "the checkpoint does not bear both signatures of the party's log, Ed25519 and ML-DSA-44",
        )
        .advise("fetch it again from the party; what it publishes bears both"));
    }
    Ok(sound.len())
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
    open_waiting(home.dir(), &|| Ok(NodeKeys::public(history)))
}

/// Opens a store, and waits a while if another process has it: a running node lends it.
fn open_waiting(dir: &Path, keys: &dyn Fn() -> Done<NodeKeys>) -> Done<LocalStore> {
    let is_busy = |error: &StoreError| matches!(error, StoreError::Disk(one) if one.kind == ErrorKind::WouldBlock);
    let end = Instant::now().checked_add(Duration::from_millis(wanted::WAIT_MS));
    let mut wanted = None;
    loop {
        match LocalStore::open(options(dir, keys()?.holding(wanted.as_ref()))?) {
            Err(error) if is_busy(&error) && end.is_some_and(|end| Instant::now() < end) && wanted::is_served(dir) => {
                wanted = wanted.or_else(|| wanted::want(dir));
                std::thread::sleep(Duration::from_millis(wanted::LOOK_EVERY_MS));
            }
            other => return other.map_err(fail),
        }
    }
}

/// Opens a node's store to sign, if those who remember its heads do not object.
pub(crate) fn open_to_sign(home: &Home, history: &KeyHistory, keys: &PartyKeys) -> Done<(LocalStore, Guarded)> {
    let (store, guarded) = open_guarded(home, history, keys)?;
    if let Some(objection) = guarded.objection().filter(|_| !is_resumed(&store)) {
        return Err(objected(home, &guarded, &objection));
    }
    if guarded.objection().is_some() && !store.resume(&guarded) {
        return Err(objected(home, &guarded, &guarded.to_string()));
    }
    check_clock(home, &store)?;
    Ok((store, guarded))
}

/// A clock that is far behind the last commit signs only after a person has checked which of the two was wrong.
fn check_clock(home: &Home, store: &LocalStore) -> Done {
    let Some(objection) = store.clock_objection() else { return Ok(()) };
    if is_resumed(store) {
        store.accept_clock();
        return Ok(());
    }
    Err(Failure::refused(format!("nothing was signed: {objection}")).advise(format!(
        "set the clock. If it is right and was wrong at that commit: detente log resume --dir {} --checked-by NAME",
        home.dir().display()
    )))
}

/// The same, before anybody objects.
pub(crate) fn open_guarded(home: &Home, history: &KeyHistory, keys: &PartyKeys) -> Done<(LocalStore, Guarded)> {
    check_store(home)?;
    let head = history.head().digest();
    let in_force = history.keys_in_force(&head, Use::Checkpoint, Moment::At(clock::now()));
    let _keys = in_force.map_err(|error| {
        Failure::refused(format!("the log's keys do not sign today: {error}"))
            .advise("is this machine's clock right? If it is, replace them with: detente key rotate")
    })?;
    let store =
        open_waiting(home.dir(), &|| Ok(NodeKeys::private(history, keys.duplicate().map_err(Failure::environment)?)))?;
    // Keys that were replaced while this command read them must sign nothing after their successor.
    if home.history()?.head().digest() != head {
        return Err(Failure::environment(
            "the keys of this node were changed by another command just now; nothing was done",
        )
        .advise("run the same command again"));
    }
    let sources = sources(home, Some(keys))?;
    let guarded = store.guard(&LogName::node(), &sources).map_err(fail)?;
    Ok((store, guarded))
}

fn sources(home: &Home, keys: Option<&PartyKeys>) -> Done<Vec<Arc<dyn HeadSource>>> {
    let mut sources: Vec<Arc<dyn HeadSource>> = Vec::new();
    for line in head_sources::read(home)? {
        match (line.strip_prefix(PEER).and_then(|party| party.parse().ok()), keys) {
            (None, _) => sources.push(Arc::new(HeadFolder::new(Path::new(&line)))),
            (Some(party), Some(keys)) => {
                let peer = PeerHeads::new(home, party, keys)?;
                sources.extend(peer.map(|peer| Arc::new(peer) as Arc<dyn HeadSource>));
            }
            // Without the private keys there is nobody to be asked as.
            (Some(_), None) => {}
        }
    }
    Ok(sources)
}

/// Refuses a change of keys in a directory that is proved to be an old state: its key record would be a fork. What cannot be
/// asked, or a log that is damaged, must not stop a party from taking a stolen key back.
pub(crate) fn check_newest(home: &Home, history: &KeyHistory) -> Done {
    if head_sources::read(home).is_ok_and(|folders| folders.is_empty()) {
        return Ok(());
    }
    let sources = sources(home, None)?;
    let Ok(store) = open_to_read(home, history) else { return Ok(()) };
    let Ok(guarded) = store.guard(&LogName::node(), &sources) else { return Ok(()) };
    match guarded.objection().filter(|_| !guarded.may_resume()) {
        Some(objection) => Err(objected(home, &guarded, &objection)),
        None => Ok(()),
    }
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

/// How long a person's word stands, in seconds: one shift. Whoever comes next checks anew.
pub(crate) const RESUMED_SECONDS: i64 = 8 * 60 * 60;

/// Whether a word that was given until one moment stands at another. A clock that was put back does not make it longer.
const fn stands(until: i64, now: i64) -> bool {
    now < until && until <= now.saturating_add(RESUMED_SECONDS)
}

fn is_resumed(store: &LocalStore) -> bool {
    let until = storage::Store::counters(store, &[RESUMED_UNTIL]).ok().and_then(|found| found.first().copied());
    stands(until.unwrap_or(0), clock::now().micros() / 1_000_000)
}

fn check_store(home: &Home) -> Done {
    if has_store(home.dir())? {
        return Ok(());
    }
    Err(no_store(home.dir()))
}

/// A directory with keys and without a log: of an earlier build, or one that was restored in part.
pub(crate) fn no_store(dir: &Path) -> Failure {
    Failure::environment(format!("`{}` has no log", dir.display())).advise(format!(
        "if this party has ever logged, restore `layout` and `segments` from the newest backup: a new log would be a second \
         history. If an earlier build made this directory and it never logged: detente log migrate --dir {} --never-logged",
        dir.display()
    ))
}

fn options(dir: &Path, keys: NodeKeys) -> Done<Options> {
    let disk: Arc<dyn Disk> = Arc::new(disk(dir)?);
    let mut options = Options::new(disk, Arc::new(keys), Arc::new(clock::now), Box::new(SystemEntropy::new()));
    options.views = views();
    Ok(options)
}

/// The views of a node beside the store's own.
pub(crate) fn views() -> Vec<Box<dyn View>> {
    vec![Box::new(Records::new()), Box::new(Notebook::new()), Box::new(Collections::new()), Box::new(Erasures)]
}

/// A store's error as a command's.
#[expect(clippy::needless_pass_by_value, reason = "so that `map_err(node::fail)` takes an error as it comes")]
pub(crate) fn fail(error: StoreError) -> Failure {
    if let StoreError::Damaged { path, .. } = &error {
        return Failure::refused(&error).advise(format!(
            "nothing was changed. `detente verify DIR` names every file that does not hold; restore {path} from a backup, or \
             run `detente rebuild` if it is a view"
        ));
    }
    if matches!(&error, StoreError::NoSuchLog { .. } | StoreError::NoSuchEntry { .. }) {
        return Failure::input(&error);
    }
    let is_busy = matches!(&error, StoreError::Disk(problem) if problem.kind == ErrorKind::WouldBlock);
    let failure = Failure::new(Exit::Environment, &error);
    let failure = if is_busy { failure.for_now() } else { failure };
    match advice(&error) {
        Some(advice) => failure.advise(advice),
        None => failure,
    }
}

fn advice(error: &StoreError) -> Option<&'static str> {
    if matches!(error, StoreError::Views { .. }) {
        return Some("run `detente rebuild`: views can be made anew");
    }
    let StoreError::Disk(problem) = error else { return None };
    if problem.kind == ErrorKind::WouldBlock {
        return Some("wait until that process has ended, or stop it, and try again");
    }
    problem.is_full().then_some("make room on that disk; nothing that was answered is lost")
}

/// A refused batch as a command's error.
#[expect(clippy::needless_pass_by_value, reason = "so that `map_err(node::refused)` takes an error as it comes")]
pub(crate) fn refused(error: CommitError) -> Failure {
    let failure = Failure::environment(&error);
    if matches!(error, CommitError::NotWritten { is_full: true, .. }) {
        return failure.advise("make room on that disk and try again; nothing that was answered is lost");
    }
    if matches!(error, CommitError::Unknown { .. }) {
        return failure.advise("run the same command again: nothing is logged twice");
    }
    failure
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_stands_for_a_shift_and_no_longer() {
        for (until, now, stood) in [
            (RESUMED_SECONDS, 0, true),
            (RESUMED_SECONDS, RESUMED_SECONDS - 1, true),
            (RESUMED_SECONDS, RESUMED_SECONDS, false),
            (RESUMED_SECONDS, RESUMED_SECONDS + 1, false),
            (0, 0, false),
        ] {
            assert_eq!(stands(until, now), stood, "until {until}, now {now}");
        }
    }

    #[test]
    fn a_clock_that_is_put_back_does_not_make_a_word_stand_longer() {
        let year = 365 * 24 * 60 * 60;
        assert!(!stands(year + RESUMED_SECONDS, 0));
    }
}
