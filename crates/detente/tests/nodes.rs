//! What tests of logs have in common: copies of nodes, flipped bits, and what a log lists.

use std::path::Path;

use record::entropy::{Entropy as _, SystemEntropy};
use serde_json::Value;

use crate::scene::{Desk, HURRIED};

/// A desk with a node `harbour` whose log holds, as entry 2, the record `r.json`.
pub(crate) fn desk_with_log() -> Desk {
    let desk = Desk::with_node();
    desk.sign(HURRIED, "r.json");
    desk.run("log append r.json --dir harbour").ends_with(0);
    desk
}

impl Desk {
    /// A hurried record of this name by Harbour, in the file `NAME.json`.
    pub(crate) fn sign_named(&self, name: &str) {
        self.sign(&HURRIED.replace("Crane stopped", name), &format!("{name}.json"));
    }

    /// Signs a record of this name and logs it in this directory.
    pub(crate) fn log_named(&self, name: &str, dir: &str) {
        self.sign_named(name);
        self.run(&format!("log append {name}.json --dir {dir}")).ends_with(0);
    }

    /// Another node, as a partner has one.
    pub(crate) fn make_node(&self, name: &str) {
        self.run(&format!("init --dir {name} --name en={name}")).ends_with(0);
    }

    /// Puts a copy of a directory in the place of whatever is there, as a backup does.
    pub(crate) fn copy(&self, from: &str, to: &str) {
        self.run_script(&format!("rm -rf {to} && cp -rp {from} {to}")).ends_with(0);
    }

    /// What a node's log lists.
    pub(crate) fn entries(&self, dir: &str) -> Vec<Value> {
        let list = self.run(&format!("--json log list --dir {dir}")).ends_with(0).json();
        assert_eq!(list["size"], list["entries"].as_array().unwrap().len());
        list["entries"].as_array().unwrap().clone()
    }

    /// Flips one bit of a file.
    pub(crate) fn flip(&self, name: &str, bit: usize) {
        let mut octets = std::fs::read(self.path(name)).unwrap();
        octets[bit / 8] ^= 1 << (bit % 8);
        std::fs::write(self.path(name), octets).unwrap();
    }

    /// Bits of a file: all of them, or some that are drawn.
    pub(crate) fn bits(&self, name: &str, most: usize) -> Vec<usize> {
        let all = std::fs::read(self.path(name)).unwrap().len() * 8;
        if all <= most { (0..all).collect() } else { (0..most).map(|_| draw(all)).collect() }
    }

    /// The files named in the findings of `verify DIR`, which must refuse.
    pub(crate) fn found(&self, dir: &str) -> Vec<String> {
        let run = self.run(&format!("--json verify {dir}"));
        if run.code == Some(0) {
            return Vec::new();
        }
        assert_eq!((run.code, run.json()["verdict"].as_str()), (Some(1), Some("damaged")), "{run:#?}");
        let findings = run.json()["findings"].clone();
        findings.as_array().unwrap().iter().map(|row| row["file"].as_str().unwrap().to_owned()).collect()
    }
}

/// A number below a bound.
pub(crate) fn draw(below: usize) -> usize {
    let mut octets = [0; 8];
    SystemEntropy::new().fill(&mut octets).unwrap();
    usize::try_from(u64::from_be_bytes(octets) % below as u64).unwrap()
}

/// Whether any file beneath a directory holds these octets.
pub(crate) fn any_file_holds(desk: &Desk, dir: &str, wanted: &[u8]) -> bool {
    desk.files(dir).values().any(|octets| octets.windows(wanted.len()).any(|window| window == wanted))
}

/// The paths of a node's files, from its directory.
pub(crate) fn relative(path: &Path, desk: &Desk, dir: &str) -> String {
    path.strip_prefix(desk.path(dir)).unwrap().to_str().unwrap().to_owned()
}
