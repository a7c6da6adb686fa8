//! Checking evidence that one key signed two histories, on a machine that took no part.

use record::json::Json;
use tlog::fork::{Fork, Role};
use tlog::note::VerifierKey;

use crate::arguments::CheckArguments;
use crate::command::log::number;
use crate::keyring::Keyring;
use crate::outcome::{Done, Failure};
use crate::report::{Report, one_line};

pub(super) fn run(octets: &[u8], arguments: &CheckArguments, report: &mut Report) -> Done {
    let fork = Fork::parse(octets).map_err(|error| Failure::input(format!("no evidence file: {error}")))?;
    let proof = fork.check().map_err(|error| {
        Failure::refused(format!("it proves nothing against anybody: {error}"))
            .advise("ask whoever accuses for the file as it was written")
    })?;
    let ring = Keyring::read(&arguments.keys)?;
    let known = ring.of_log(proof.origin());
    let keys: Vec<VerifierKey> = known.map(policy::belief::log_verifiers).unwrap_or_default();
    let is_known = keys.contains(proof.key());
    report.fact("verdict", if proof.role() == Role::Log { "two histories" } else { "a cosigner of two histories" });
    report.fact("origin", proof.origin());
    report.fact("key", proof.key().to_string());
    report.fact("key_is_known", Json::Bool(is_known));
    if let Some(history) = known.filter(|_| is_known) {
        report.fact("party", history.party().to_string());
    }
    for (name, checkpoint) in [("first", proof.first()), ("second", proof.second())] {
        report.fact(&format!("{name}_size"), number(checkpoint.size()));
        report.fact(&format!("{name}_root"), checkpoint.root().to_string());
    }
    report.line(format!("\nProved: {}", one_line(&proof.to_string())));
    if !is_known {
        report.line("Not proved: whose key that is. Give the party's profile with --keys to learn it.");
    }
    Ok(())
}
