//! Which witnesses this node relies on: those of a policy file, or else the peers that are named as witnesses, each of them.

use std::fmt::Write as _;

use policy::belief::{Quorum, witness_name};
use record::key_history::KeyHistory;
use record::key_record::Purpose;
use record::suite::Suite;
use tlog::note::{KeyKind, VerifierKey};

use crate::home::{Home, read_input};
use crate::keyring::Keyring;
use crate::node::verifier;
use crate::outcome::{Done, Failure};
use crate::peers::Peer;

/// Name of a C2SP tlog-policy file that stands in the place of the list of peers.
pub(crate) const POLICY: &str = "quorum";

/// The keys by which a party cosigns, of every suite that its newest key record lists.
pub(crate) fn keys_of(history: &KeyHistory) -> Vec<VerifierKey> {
    let entries = history.head().content().keys().iter().filter(|entry| entry.purpose() == Purpose::Cosign);
    let keys = entries.filter_map(|entry| entry.key().signing());
    let kind = |suite| if suite == Suite::MlDsa44 { KeyKind::CosignatureMlDsa44 } else { KeyKind::CosignatureEd25519 };
    keys.filter_map(|key| verifier(&witness_name(&history.party()), key, kind(key.suite()))).collect()
}

/// The quorum of a node.
pub(crate) fn quorum(home: &Home, peers: &[Peer], ring: &Keyring) -> Done<Quorum> {
    let path = home.dir().join(POLICY);
    if path.is_file() {
        return Quorum::parse(&read_input(&path)?).map_err(|error| {
            Failure::input(format!("`{}`: {error}", path.display())).advise("its form is C2SP tlog-policy")
        });
    }
    let witnesses: Vec<_> = peers.iter().filter(|peer| peer.is_witness).collect();
    if witnesses.is_empty() {
        return Ok(Quorum::none());
    }
    let mut text = String::new();
    for (number, peer) in witnesses.iter().enumerate() {
        let keys = keys_of(ring.find(peer.party)?);
        for (place, key) in keys.iter().enumerate() {
            // Writing to a string does not fail.
            let _written = writeln!(text, "witness w{number}k{place} {key}");
        }
        let members: Vec<_> = (0..keys.len()).map(|place| format!("w{number}k{place}")).collect();
        let _written = writeln!(text, "group party{number} any {}", members.join(" "));
    }
    let all: Vec<_> = (0..witnesses.len()).map(|number| format!("party{number}")).collect();
    let _written = writeln!(text, "group all all {}\nquorum all", all.join(" "));
    Quorum::parse(text.as_bytes()).map_err(Failure::refused)
}
