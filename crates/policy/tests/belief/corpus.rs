//! Policies and checkpoints that others made.

use policy::belief::Quorum;
use tlog::checkpoint::SignedCheckpoint;
use tlog::note::VerifierKey;

use crate::shared::{data, files, read, say};

#[test]
fn published_policies_are_read() {
    let Some(folder) = data("logs") else { return };
    let policies: Vec<_> = [".policy", "policy.txt"].iter().flat_map(|ending| files(&folder, ending)).collect();
    if policies.is_empty() {
        return say("SKIPPED: ../shared/data/logs holds no tlog-policy files");
    }
    for path in policies {
        let policy = Quorum::parse(&read(&path)).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        assert_eq!(Quorum::parse(policy.to_string().as_bytes()), Ok(policy));
    }
}

#[test]
fn a_checkpoint_of_another_implementation_meets_its_quorum() {
    let Some(folder) = data("logs/c2sp-examples") else { return };
    let keys = String::from_utf8(read(folder.join("keys.txt"))).unwrap();
    let keys: Vec<VerifierKey> = keys.split_whitespace().filter_map(|word| word.parse().ok()).collect();
    let [log, classical, quantum] = keys.as_slice() else { panic!("{} keys", keys.len()) };
    let text = format!("log {log}\nwitness a {classical}\nwitness b {quantum}\ngroup both all a b\nquorum both\n");
    let policy = Quorum::parse(text.as_bytes()).unwrap();
    let checkpoint = read(folder.join("checkpoint-ed25519-cosig-ed25519-mldsa44.txt"));
    let checkpoint = SignedCheckpoint::parse(&checkpoint).unwrap();
    let vouched: Vec<_> = checkpoint.verify(&keys).unwrap().into_iter().map(|one| one.key).collect();
    assert!(policy.is_met(&vouched).is_met());
    assert!(!policy.is_met(&[log, classical]).is_met());
}
