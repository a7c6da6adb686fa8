//! A clock that was wrong once must not stop a node for as long as it was wrong.

use std::sync::Arc;

use record::base64url;
use record::entropy::SystemEntropy;
use record::suite::{PrivateKey, Suite};
use record::time::Timestamp;
use serde_json::Value;
use storage::disk::files::FileDisk;
use storage::keys::{LogKeys, LogSigners};
use storage::views::records::Records;
use storage::{Batch, BatchId, LocalStore, LogName, NewEntry, Options, Store as _};
use tlog::note::{KeyKind, Signer, VerifierKey};

use crate::nodes::desk_with_log;
use crate::scene::Desk;

/// A day a year after today.
fn next_year() -> Timestamp {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    Timestamp::from_micros(i64::try_from(now.as_micros()).unwrap() + 365 * 86_400 * 1_000_000)
}

/// The node's own keys for its log, as its key file has them.
struct Own(Vec<(Suite, [u8; 32])>);

impl Own {
    fn of(desk: &Desk) -> Self {
        let file: Value = serde_json::from_str(&desk.read("harbour/keys.json")).unwrap();
        let keys = file["keys"].as_array().unwrap().iter().filter(|key| key["purpose"] == "log");
        let seed = |key: &Value| base64url::decode_exactly(key["seed"].as_str().unwrap()).unwrap();
        Self(keys.map(|key| (key["suite"].as_str().unwrap().parse().unwrap(), seed(key))).collect())
    }

    fn signer(&self, origin: &str, suite: Suite, kind: KeyKind) -> Signer {
        let (_, seed) = self.0.iter().find(|(one, _)| *one == suite).unwrap();
        Signer::new(origin.parse().unwrap(), kind, PrivateKey::from_seed(suite, seed).unwrap()).unwrap()
    }
}

impl LogKeys for Own {
    fn verifiers(&self, origin: &str) -> Vec<VerifierKey> {
        let signers = self.signers(origin).unwrap();
        vec![signers.commit.verifier().clone(), signers.publish.verifier().clone()]
    }

    fn signers(&self, origin: &str) -> Result<Arc<LogSigners>, String> {
        let commit = self.signer(origin, Suite::Ed25519, KeyKind::Ed25519);
        Ok(Arc::new(LogSigners::new(commit, self.signer(origin, Suite::MlDsa44, KeyKind::CosignatureMlDsa44))))
    }
}

/// Harbour's store, opened to write beside the command under another clock.
pub(crate) fn open_to_write(desk: &Desk, clock: fn() -> Timestamp) -> LocalStore {
    let disk = Arc::new(FileDisk::open(&desk.path("harbour")).unwrap());
    let entropy = Box::new(SystemEntropy::new());
    let mut options = Options::new(disk, Arc::new(Own::of(desk)), Arc::new(clock), entropy);
    options.views = vec![Box::new(Records::new())];
    let store = LocalStore::open(options).unwrap();
    store.guard(&LogName::node(), &[]).unwrap();
    store
}

/// One commit under a clock that is a year ahead.
fn commit_next_year(desk: &Desk) {
    let store = open_to_write(desk, next_year);
    let batch = Batch::new(BatchId::of(&[b"next year"])).entry(NewEntry::bare(LogName::node(), vec![7; 32]));
    store.commit(vec![batch]).remove(0).unwrap();
    store.publish().unwrap();
}

#[test]
fn after_a_commit_under_a_clock_a_year_ahead_a_person_lets_the_node_go_on() {
    let desk = desk_with_log();
    commit_next_year(&desk);
    desk.sign_named("later");
    let append = "log append later.json --dir harbour";
    desk.run(append).refuses(1, &["the clock says", "the last commit was at", "log resume"]);
    desk.run("log resume --dir harbour --checked-by Ann").ends_with(0).says(&["resumed until", "logged as"]);
    desk.run(append).ends_with(0);
    desk.run("verify harbour").ends_with(0).says(&["sound"]);
}
