//! What tests of agreements and releases have in common: two nodes, a text that both signed, and what came of it.

use std::sync::Arc;

use record::entropy::SystemEntropy;
use record::jws::{Envelope, MediaType};
use record::key_history::KeyHistory;
use record::key_record::{ListedKey, Purpose};
use record::limits::MAX_KEY_RECORD_BYTES;
use record::suite::Suite;
use record::time::Timestamp;
use serde_json::Value;
use storage::disk::files::FileDisk;
use storage::keys::{LogKeys, LogSigners};
use storage::views::records::Records;
use storage::{Body, LocalStore, LogName, Options, Place, Store as _};
use tlog::note::{KeyKind, VerifierKey};

use crate::scene::{Desk, EXTENSION, Run, TEMPE};

/// A word that no clause, label or log line holds: whoever finds it has found content.
pub(crate) const CANARY: &str = "canary-5b1e77";

/// The templates.
pub(crate) const TEMPLATES: [&str; 3] = ["public-incident", "misuse-signals", "confidential-incident"];

impl Desk {
    /// A desk with two nodes that do not know each other.
    pub(crate) fn with_two() -> Self {
        let desk = Self::with_node();
        desk.make_node("hills");
        desk
    }

    /// A desk with two nodes and an agreement in force between them, and its digest.
    pub(crate) fn with_treaty(template: &str) -> (Self, String) {
        Self::with_edited_treaty(template, |_| ())
    }

    /// The same, with the text changed before anybody saw it.
    pub(crate) fn with_edited_treaty(template: &str, change: impl FnOnce(&mut Value)) -> (Self, String) {
        let desk = Self::with_two();
        desk.draft(template, "draft.json");
        desk.edit("draft.json", "text.json", change);
        let agreement = desk.offer("harbour", "text.json", "offer");
        desk.take("offer --keys harbour/profile.json", "hills");
        desk.conclude(&agreement, "");
        (desk, agreement)
    }

    /// Both sign a text that both have.
    pub(crate) fn conclude(&self, agreement: &str, suffix: &str) {
        self.sign_text("hills", agreement, &format!("hills-signs{suffix}"));
        self.take(&format!("hills-signs{suffix}"), "harbour");
        self.sign_text("harbour", agreement, &format!("harbour-signs{suffix}"));
        self.take(&format!("harbour-signs{suffix}"), "hills");
        assert_eq!(["harbour", "hills"].map(|node| self.state(node, agreement)), ["in force", "in force"]);
    }

    /// Harbour drafts a text with Hills.
    pub(crate) fn draft(&self, template: &str, out: &str) {
        let words = format!(
            "agreement draft --template {template} --dir harbour --party hills/profile.json \
             --from 2026-01-01T00:00:00.000000Z --until 2036-01-01T00:00:00.000000Z --out {out}"
        );
        self.run(&words).ends_with(0);
    }

    /// Changes a JSON file into another.
    pub(crate) fn edit(&self, from: &str, to: &str, change: impl FnOnce(&mut Value)) {
        let mut text: Value = serde_json::from_str(&self.read(from)).unwrap();
        change(&mut text);
        self.write(to, text.to_string());
    }

    /// Puts a text forward, and names it.
    pub(crate) fn offer(&self, dir: &str, file: &str, out: &str) -> String {
        self.run(&format!("agreement propose {file} --tlp green --dir {dir} --out {out}"))
            .ends_with(0)
            .fact("agreement")
    }

    pub(crate) fn take(&self, file: &str, dir: &str) -> Run {
        self.run(&format!("agreement take {file} --dir {dir}")).ends_with(0)
    }

    pub(crate) fn sign_text(&self, dir: &str, agreement: &str, out: &str) -> Run {
        self.run(&format!("agreement sign {agreement} --dir {dir} --out {out}")).ends_with(0)
    }

    /// The agreements that a node lists.
    pub(crate) fn agreements(&self, dir: &str) -> Vec<Value> {
        let list = self.run(&format!("--json agreement list --dir {dir}")).ends_with(0).json();
        list["agreements"].as_array().unwrap().clone()
    }

    /// How far a text has come at a node.
    pub(crate) fn state(&self, dir: &str, agreement: &str) -> String {
        let rows = self.agreements(dir);
        let row = rows.iter().find(|row| row["agreement"] == agreement);
        row.map_or("unknown", |row| row["state"].as_str().unwrap()).to_owned()
    }

    /// Whose node it is.
    pub(crate) fn party(&self, dir: &str) -> String {
        let list = self.run(&format!("--json key list --dir {dir}")).ends_with(0).json();
        list["party"].as_str().unwrap().to_owned()
    }

    /// Harbour's incident in Tempe, signed and logged as `r.json`, with a canary for its cause.
    pub(crate) fn log_tempe(&self) {
        let mut object: Value = serde_json::from_str(TEMPE).unwrap();
        object.pointer_mut(EXTENSION.trim_start_matches("/object")).unwrap()["cause"] = CANARY.into();
        self.sign(&object.to_string(), "r.json");
        self.run("log append r.json --dir harbour").ends_with(0);
    }

    /// The same under a label for the whole, and its cause classified.
    pub(crate) fn label_tempe(&self, tlp: &str) {
        self.log_tempe();
        self.run(&format!("label put r.json --tlp {tlp} --dir harbour")).ends_with(0);
        self.run(&format!("label put r.json --place cause --tlp {tlp} --tag classified --dir harbour")).ends_with(0);
    }

    /// Harbour proposes to release `r.json`; the proposal's name.
    pub(crate) fn propose(&self, agreement: &str, more: &str) -> String {
        self.run(&propose(agreement, more)).ends_with(0).fact("proposal")
    }

    pub(crate) fn approve(&self, proposal: &str, by: &str) -> Run {
        self.run_words(&["release", "approve", proposal, "--by", by, "--yes", "--dir", "harbour"])
    }

    pub(crate) fn publish(&self, proposal: &str) -> Run {
        self.run(&format!("release publish {proposal} --dir harbour"))
    }

    /// What Harbour lists of its proposals.
    pub(crate) fn proposals(&self) -> Vec<Value> {
        let list = self.run("--json release list --dir harbour").ends_with(0).json();
        list["proposals"].as_array().unwrap().clone()
    }

    /// How far a proposal has come.
    pub(crate) fn fate(&self, proposal: &str) -> String {
        let rows = self.proposals();
        let row = rows.iter().find(|row| row["proposal"] == proposal).unwrap();
        row["state"].as_str().unwrap().to_owned()
    }

    /// The entries of Harbour's only feed, as members pull them.
    pub(crate) fn feed_entries(&self) -> Vec<Value> {
        let files = self.feed_files();
        let bundle =
            files.iter().filter(|(path, _)| path.contains("/tile/entries/")).max_by_key(|(_, octets)| octets.len());
        let (path, octets) = bundle.unwrap();
        let width = path.rsplit('/').next().unwrap().parse().unwrap();
        let entries = tlog::bundle::read_entries(octets, width).unwrap();
        entries.into_iter().map(|entry| serde_json::from_slice(entry).unwrap()).collect()
    }

    /// Every published file of Harbour's feeds.
    pub(crate) fn feed_files(&self) -> Vec<(String, Vec<u8>)> {
        let files = self.files("harbour/log").into_iter();
        let files = files.map(|(path, octets)| (path.to_str().unwrap().to_owned(), octets));
        files.filter(|(path, _)| path.contains("/log/feed-")).collect()
    }

    /// The body of a feed's entry, as Harbour's store keeps it for the members.
    pub(crate) fn feed_body(&self, index: u64) -> Vec<u8> {
        let name = self.feed_files()[0].0.split('/').find(|part| part.starts_with("feed-")).unwrap().to_owned();
        let place = Place::new(name.parse().unwrap(), index);
        let Body::Kept(body) = self.open_store("harbour").bodies(&[place]).unwrap().remove(0) else {
            panic!("no body")
        };
        body
    }

    /// A record that a node holds, as a file for others.
    pub(crate) fn hand_out(&self, dir: &str, digest: &str, out: &str) {
        let rows = self.entries(dir);
        let row = rows.iter().find(|row| row["record_digest"] == digest).unwrap();
        let place = Place::new(LogName::node(), row["index"].as_u64().unwrap());
        let Body::Kept(body) = self.open_store(dir).bodies(&[place]).unwrap().remove(0) else { panic!("no body") };
        // Before the text stands the salt.
        self.write(out, &body[32..]);
    }

    /// A node's store, opened to read beside the command.
    pub(crate) fn open_store(&self, dir: &str) -> LocalStore {
        let keys = Arc::new(ProfileKeys::read(&self.read(&format!("{dir}/profile.json"))));
        let open = || {
            let disk = FileDisk::open(&self.path(dir)).unwrap();
            let clock = Arc::new(|| Timestamp::from_micros(0));
            let mut options = Options::new(Arc::new(disk), keys.clone(), clock, Box::new(SystemEntropy::new()));
            options.views = vec![Box::new(Records::new())];
            LocalStore::open(options)
        };
        // Another test that starts a command at this moment holds a copy of the lock until that command begins.
        let tries = (0..100).map(|_| {
            std::thread::sleep(std::time::Duration::from_millis(20));
            open()
        });
        tries.filter_map(Result::ok).next().unwrap_or_else(|| open().unwrap())
    }
}

/// What Harbour types to propose the release of `r.json`.
pub(crate) fn propose(agreement: &str, more: &str) -> String {
    format!("release propose r.json --agreement {agreement} --purpose safety-research --by Ada --dir harbour {more}")
}

/// A clause of a text, wherever it stands.
pub(crate) fn clause<'t>(text: &'t mut Value, id: &str) -> &'t mut Value {
    fn find<'t>(clauses: &'t mut Value, id: &str) -> Option<&'t mut Value> {
        clauses
            .as_array_mut()?
            .iter_mut()
            .find_map(|one| if one["id"] == id { Some(one) } else { find(one.get_mut("clauses")?, id) })
    }
    find(&mut text["clauses"], id).unwrap_or_else(|| panic!("no clause {id}"))
}

/// The codes of the reasons in a decision.
pub(crate) fn codes(reasons: &Value) -> Vec<&str> {
    reasons.as_array().unwrap().iter().map(|reason| reason["code"].as_str().unwrap()).collect()
}

/// The public log keys in a profile file.
struct ProfileKeys(KeyHistory);

impl ProfileKeys {
    fn read(profile: &str) -> Self {
        let profile: Value = serde_json::from_str(profile).unwrap();
        let records = profile["key_records"].as_array().unwrap().iter();
        let read = |record: &Value| {
            Envelope::read(record.to_string().as_bytes(), MediaType::KeyRecord, MAX_KEY_RECORD_BYTES).unwrap()
        };
        Self(KeyHistory::from_records(records.map(read)).unwrap())
    }
}

impl LogKeys for ProfileKeys {
    fn verifiers(&self, origin: &str) -> Vec<VerifierKey> {
        let entries = self.0.records().flat_map(|record| record.content().keys());
        let keys = entries.filter(|entry| entry.purpose() == Purpose::Log).filter_map(|entry| {
            let ListedKey::Signing(key) = entry.key() else { return None };
            let is_pq = matches!(key.suite(), Suite::MlDsa44);
            let kind = if is_pq { KeyKind::CosignatureMlDsa44 } else { KeyKind::Ed25519 };
            VerifierKey::new(origin.parse().ok()?, kind, key.clone()).ok()
        });
        keys.collect()
    }

    fn signers(&self, _origin: &str) -> Result<Arc<LogSigners>, String> {
        Err("a reader signs nothing".to_owned())
    }
}
