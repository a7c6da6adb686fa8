//! Nodes that run: real processes on loopback, mutual TLS, and nothing between them but a line.

use std::io::{BufRead as _, BufReader};
use std::process::Child;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::scene::Desk;
use crate::treaty::CANARY;

/// How long a story waits for the other side: far longer than a round takes on a busy machine.
const PATIENCE: Duration = Duration::from_secs(30);

/// A running node. It ends with the story.
pub(crate) struct Serving {
    child: Child,
    pub(crate) address: String,
}

impl Serving {
    /// A node that was started and listens.
    pub(crate) const fn of(child: Child, address: String) -> Self {
        Self { child, address }
    }

    /// Ends it as an operator does, and waits.
    pub(crate) fn end(mut self) {
        let ended = std::process::Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status().unwrap();
        assert!(ended.success() && self.child.wait().unwrap().success());
    }

    /// What it says to whoever watches it.
    pub(crate) fn stderr(&mut self) -> std::process::ChildStderr {
        self.child.stderr.take().unwrap()
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ended = self.child.kill();
        let _status = self.child.wait();
    }
}

impl Desk {
    /// Runs a node, and waits until it listens.
    pub(crate) fn serve(&self, dir: &str, listen: &str) -> Serving {
        self.serve_every(dir, listen, 4_000)
    }

    /// The same with another interval between head statements.
    pub(crate) fn serve_every(&self, dir: &str, listen: &str, head_every_ms: u64) -> Serving {
        let words = format!("--json serve --dir {dir} --listen {listen} --head-every-ms {head_every_ms}");
        let mut child = self.start(&words);
        let mut line = String::new();
        let _read = BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let facts: Value = serde_json::from_str(&line).unwrap_or_else(|_| panic!("{dir} does not serve: {line}"));
        Serving { child, address: facts["listening"].as_str().unwrap().to_owned() }
    }

    /// Names a peer whose profile is on the desk.
    pub(crate) fn name_peer(&self, dir: &str, peer: &str, address: &str, more: &str) {
        self.run(&format!("peer add {peer}/profile.json --address {address} --dir {dir} {more}")).ends_with(0);
    }

    /// The feeds that a node reads.
    pub(crate) fn read_feeds(&self, dir: &str) -> Vec<Value> {
        let list = self.run(&format!("--json feed list --dir {dir}")).ends_with(0).json();
        list["read"].as_array().unwrap().clone()
    }

    pub(crate) fn alarms(&self, dir: &str) -> Vec<Value> {
        let list = self.run(&format!("--json alarm list --dir {dir}")).ends_with(0).json();
        list["alarms"].as_array().unwrap().clone()
    }

    /// What others stated to a node.
    pub(crate) fn statements(&self, dir: &str) -> Vec<Value> {
        let list = self.run(&format!("--json feed acks --dir {dir}")).ends_with(0).json();
        list["statements"].as_array().unwrap().clone()
    }

    /// Waits until something is so, and says what it was if it never is.
    pub(crate) fn until(&self, what: &str, is_so: impl Fn(&Self) -> bool) {
        let end = Instant::now() + PATIENCE;
        while !is_so(self) {
            assert!(Instant::now() < end, "never: {what}");
            std::thread::sleep(Duration::from_millis(100));
        }
    }

    /// The record of the first entry of a feed, as a file.
    pub(crate) fn take_out(&self, dir: &str, feed: &str, out: &str) -> Value {
        self.run(&format!("feed show {feed} --entry 0 --out {out} --dir {dir}")).ends_with(0);
        let shown = self.run(&format!("--json record show {out} --keys harbour/profile.json")).ends_with(0).json();
        shown["object"].clone()
    }
}

/// Harbour, Hills and Forest run, with Lake as the witness that all three rely on.
pub(crate) struct Federation {
    pub(crate) desk: Desk,
    pub(crate) nodes: Vec<Serving>,
}

impl Federation {
    pub(crate) fn new() -> Self {
        let desk = Desk::with_two();
        for name in ["forest", "lake"] {
            desk.make_node(name);
        }
        let names = ["harbour", "hills", "forest", "lake"];
        let nodes: Vec<Serving> = names.map(|name| desk.serve(name, "127.0.0.1:0")).into();
        let address = |name: &str| nodes[names.iter().position(|one| *one == name).unwrap()].address.clone();
        for name in ["harbour", "hills", "forest"] {
            desk.name_peer(name, "lake", &address("lake"), "--witness");
            desk.run(&format!("peer add {name}/profile.json --dir lake")).ends_with(0);
        }
        for name in ["hills", "forest"] {
            desk.name_peer("harbour", name, &address(name), "");
            desk.name_peer(name, "harbour", &address("harbour"), "");
        }
        Self { desk, nodes }
    }

    /// Ends a node, and runs it again where it was, with another interval between its heads.
    fn restart(&mut self, at: usize, name: &str, head_every_ms: u64) {
        let address = self.nodes.remove(at).address.clone();
        self.nodes.insert(at, self.desk.serve_every(name, &address, head_every_ms));
    }

    /// Harbour and a partner negotiate a text over the line, to both signatures.
    pub(crate) fn agree(&self, partner: &str, template: &str) -> String {
        self.agree_with(partner, template, "")
    }

    /// The same with more words for the draft.
    pub(crate) fn agree_with(&self, partner: &str, template: &str, more: &str) -> String {
        let desk = &self.desk;
        let of = format!("{partner}-{template}");
        let (draft, out) = (format!("{of}-draft.json"), format!("{of}-offer"));
        let words = format!(
            "agreement draft --template {template} --dir harbour --party {partner}/profile.json \
             --from 2026-01-01T00:00:00.000000Z --until 2036-01-01T00:00:00.000000Z --out {draft} {more}"
        );
        desk.run(&words).ends_with(0);
        let agreement = desk.offer("harbour", &draft, &out);
        desk.until("the offer arrives", |desk| desk.state(partner, &agreement) == "offered");
        desk.sign_text(partner, &agreement, &format!("{of}-signs"));
        desk.sign_text("harbour", &agreement, &format!("{of}-signs-harbour"));
        desk.until("it is in force for both", |desk| {
            ["harbour", partner].iter().all(|node| desk.state(node, &agreement) == "in force")
        });
        agreement
    }
}

#[test]
fn two_partners_get_different_fields_and_acknowledge_them() {
    let federation = Federation::new();
    let desk = &federation.desk;
    let public = federation.agree("hills", "public-incident");
    let confidential = federation.agree("forest", "confidential-incident");
    desk.label_tempe("clear");
    for (agreement, more) in [(&public, ""), (&confidential, "")] {
        let proposal = desk.propose(agreement, more);
        desk.approve(&proposal, "second-person").ends_with(0);
        desk.publish(&proposal).ends_with(0);
    }
    desk.until("both have read their feeds", |desk| {
        ["hills", "forest"].iter().all(|node| desk.read_feeds(node).iter().any(|feed| feed["size"] == 1))
    });
    desk.until("both have acknowledged", |desk| desk.statements("harbour").len() == 2);
    let shown = ["hills", "forest"].map(|node| {
        let feed = desk.read_feeds(node)[0]["feed"].as_str().unwrap().to_owned();
        desk.run(&format!("feed verify {feed} --dir {node}")).ends_with(0);
        let entries = desk.run(&format!("--json feed show {feed} --dir {node}")).ends_with(0).json();
        assert_eq!(entries["entries"][0]["standing"], "proved");
        desk.take_out(node, &feed, &format!("{node}-has"))
    });
    assert_ne!(shown[0], shown[1], "each agreement shows its own fields");
    for node in ["hills", "forest"] {
        assert!(!desk.read(&format!("{node}-has")).contains(CANARY), "what is classified went to nobody");
        assert_eq!(desk.alarms(node), Vec::<Value>::new());
    }
    assert_eq!(desk.alarms("harbour"), Vec::<Value>::new());
}

#[test]
fn a_suspended_agreement_stops_a_running_feed() {
    let federation = Federation::new();
    let desk = &federation.desk;
    let agreement = federation.agree("hills", "public-incident");
    desk.run(&format!("agreement suspend {agreement} --tlp green --reason en=talks --yes --dir harbour --out held"))
        .ends_with(0);
    desk.until("both hold it back", |desk| desk.state("hills", &agreement) == "suspended");
    desk.label_tempe("clear");
    desk.run(&format!("release propose r.json --agreement {agreement} --purpose safety-research --by a --dir harbour"))
        .refuses(1, &["suspended"]);
    assert_eq!(desk.read_feeds("hills"), Vec::<Value>::new());
}

#[test]
fn strangers_pair_by_a_code_that_both_read_out() {
    let desk = Desk::with_two();
    let harbour = desk.serve("harbour", "127.0.0.1:0");
    let pair = format!("--json peer pair {} --dir hills", harbour.address);
    desk.run(&pair).refuses(1, &["does not pair now"]);
    desk.run("peer invite --dir harbour").ends_with(0);
    let code = desk.run(&pair).ends_with(0).json()["code"].as_str().unwrap().to_owned();
    let waiting = desk.run("--json peer list --dir harbour").ends_with(0).json()["pairings"].clone();
    assert_eq!(waiting[0]["code"], code.as_str(), "both read the same digits");
    for dir in ["harbour", "hills"] {
        desk.run_words(&["peer", "accept", &code, "--dir", dir]).ends_with(0);
    }
    let party = desk.party("harbour");
    desk.until("the running node knows the new peer", |desk| {
        desk.run(&format!("peer check {party} --dir hills")).code == Some(0)
    });
    desk.run_words(&["peer", "accept", "0000 0000 0000 0000 0000", "--dir", "hills"]).refuses(1, &["no pairing"]);
}

#[test]
fn a_node_that_is_cut_off_is_told_of_to_a_person() {
    let mut federation = Federation::new();
    let agreement = federation.agree("hills", "public-incident");
    federation.desk.label_tempe("clear");
    let proposal = federation.desk.propose(&agreement, "");
    federation.desk.approve(&proposal, "second-person").ends_with(0);
    federation.desk.publish(&proposal).ends_with(0);
    federation.desk.until("it is read", |desk| desk.read_feeds("hills").iter().any(|feed| feed["size"] == 1));
    let harbour = federation.nodes.remove(0);
    drop(harbour);
    federation.desk.until("three intervals have passed", |desk| {
        desk.alarms("hills").iter().any(|alarm| alarm["kind"] == "frozen")
    });
    federation.desk.is_dealt_with("hills");
}

#[test]
fn a_witness_that_was_away_is_asked_again_though_nothing_has_grown() {
    let mut federation = Federation::new();
    let agreement = federation.agree("hills", "public-incident");
    // So seldom that no head statement makes the log grow while the story lasts.
    federation.restart(0, "harbour", 600_000);
    let lake = federation.nodes.pop().unwrap().address.clone();
    federation.desk.label_tempe("clear");
    let proposal = federation.desk.propose(&agreement, "");
    federation.desk.approve(&proposal, "second-person").ends_with(0);
    federation.desk.publish(&proposal).ends_with(0);
    std::thread::sleep(Duration::from_secs(2));
    assert!(federation.desk.read_feeds("hills").iter().all(|feed| feed["size"] == 0), "no witness has seen it");
    let _lake = federation.desk.serve("lake", &lake);
    federation.desk.until("it is read", |desk| desk.read_feeds("hills").iter().any(|feed| feed["size"] == 1));
}

/// Whoever relies on the witness would wait for the next head statement, which comes in ten minutes.
#[test]
fn a_witness_that_is_named_while_a_node_runs_is_asked_at_once() {
    let (desk, agreement) = Desk::with_treaty("public-incident");
    desk.make_node("lake");
    desk.label_tempe("clear");
    let proposal = desk.propose(&agreement, "");
    desk.publish(&proposal).ends_with(0);
    let nodes = ["harbour", "hills", "lake"].map(|name| desk.serve_every(name, "127.0.0.1:0", 600_000));
    // Long enough for Harbour to have stated its heads: after that its log does not grow.
    std::thread::sleep(Duration::from_secs(3));
    for name in ["harbour", "hills"] {
        desk.run(&format!("peer add {name}/profile.json --dir lake")).ends_with(0);
        desk.name_peer(name, "lake", &nodes[2].address, "--witness");
    }
    desk.name_peer("hills", "harbour", &nodes[0].address, "");
    // Seldom: whoever asks Hills too often keeps it from reading.
    desk.until("it is read, under the witness's cosignature", |desk| {
        std::thread::sleep(Duration::from_secs(1));
        desk.read_feeds("hills").iter().any(|feed| feed["size"] == 1)
    });
}

#[test]
fn a_witness_on_the_line_stops_a_node_that_was_restored_from_an_old_backup() {
    let desk = Desk::with_two();
    let lake = desk.serve("hills", "127.0.0.1:0");
    desk.name_peer("harbour", "hills", &lake.address, "--witness");
    desk.run("peer add harbour/profile.json --dir hills").ends_with(0);
    let witness = desk.party("hills");
    desk.run_words(&["log", "guard", "--add-peer", &witness, "--dir", "harbour"]).ends_with(0);
    let refused = desk.run("log resume --checked-by Ana --dir harbour");
    assert_eq!(refused.code, Some(0), "nobody knows the log yet, so a person answers for it: {refused:?}");
    let harbour = desk.serve("harbour", "127.0.0.1:0");
    desk.until("the witness remembers the log", Desk::is_remembered);
    drop(harbour);
    desk.copy("harbour", "backup");
    desk.log_tempe();
    let harbour = desk.serve("harbour", "127.0.0.1:0");
    std::thread::sleep(Duration::from_secs(2));
    drop(harbour);
    desk.copy("backup", "harbour");
    desk.run("log append r.json --dir harbour").refuses(1, &["remembers", "old state"]);
}

impl Desk {
    /// Somebody deals with the only alarm of a node, while that node runs.
    fn is_dealt_with(&self, dir: &str) {
        let number = self.alarms(dir)[0]["number"].to_string();
        let words = ["alarm", "close", &number, "--note", "the line is down", "--by", "Ana", "--dir", dir];
        self.run_words(&words).ends_with(0);
        // Long enough for the node to look again: what lasts is not raised anew.
        std::thread::sleep(Duration::from_secs(2));
        assert_eq!(self.alarms(dir), Vec::<Value>::new());
        let all = self.run(&format!("--json alarm list --all --dir {dir}")).ends_with(0).json();
        assert_eq!(
            (all["alarms"][0]["closed"]["by"].as_str(), all["alarms"].as_array().unwrap().len()),
            (Some("Ana"), 1)
        );
        self.run(&format!("alarm show {number} --dir {dir}")).ends_with(0).says(&["frozen", "the line is down"]);
        self.run(&format!("alarm close {number} --note= --by Ana --dir {dir}")).refuses(3, &["a note has"]);
    }

    /// Whether the witness remembers Harbour's log: then a command that signs says by whom it was checked.
    fn is_remembered(&self) -> bool {
        self.write("note.json", r#"{"type":"note","spec_version":"2.1","content":"a note","object_refs":[]}"#);
        self.run("log resume --checked-by Ana --dir harbour").out.contains("remembers")
    }
}
