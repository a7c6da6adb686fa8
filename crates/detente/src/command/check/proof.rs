//! Checking one record, with the proof that its author logged it or without.

use std::path::Path;

use record::Unverified;
use record::digest::Commitment;
use record::key_history::Moment;
use tlog::Hash;
use tlog::log_proof::LogProof;

use crate::command::log::{SALT_BYTES, number};
use crate::home::read_input;
use crate::keyring::Keyring;
use crate::outcome::{Done, Failure};
use crate::report::{Report, one_line};

/// A record whose proof is here.
pub(super) fn run(record: Unverified, path: &Path, ring: &Keyring, report: &mut Report) -> Done {
    let signed = ring.verify(record, Moment::AsNamed)?;
    let history = ring.find(signed.content().issuer())?;
    let wrong = |problem: String| Failure::input(format!("`{}`: {problem}", path.display()));
    let proof = LogProof::parse(&read_input(path)?).map_err(|error| wrong(error.to_string()))?;
    let salt: Option<[u8; SALT_BYTES]> = proof.extra().and_then(|extra| extra.try_into().ok());
    let salt = salt.ok_or_else(|| {
        wrong("it holds no salt, so it does not open any record's commitment".to_owned())
            .advise("ask whoever logged the record for a proof made before its body was erased")
    })?;
    let commitment: Commitment = signed.commitment(&salt);
    let log = proof.checkpoint().claims().origin().to_owned();
    let logged_by = ring.of_log(&log).ok_or_else(|| {
        Failure::refused(format!("the proof is of log `{}`, whose party is not known here", one_line(&log)))
            .advise("add that party's profile: --keys PROFILE")
    })?;
    let keys = policy::belief::log_verifiers(logged_by);
    let vouched = proof.verify(&Hash::leaf(commitment.octets()), &log, &keys);
    let vouched = vouched.map_err(|error| {
        Failure::refused(format!("the proof does not hold for this record: {error}"))
            .advise("a proof belongs to one record and one salt: is this the file that came with it?")
    })?;
    let _both = crate::node::check_log_signed(proof.checkpoint(), logged_by)?;
    let standing = ring.standing(&signed)?;
    let grave = standing.problem().filter(|_| standing.is_grave());
    report
        .fact("verdict", if grave.is_some() { "logged, under a key that was taken back" } else { "signed and logged" });
    report.fact("record_digest", signed.digest().to_string());
    report.fact("signed_by", history.party().to_string());
    if let Some(name) = ring.name(history.party()) {
        report.fact("calls_itself", name);
    }
    report.fact("logged_by", logged_by.party().to_string());
    report.fact("log_index", number(proof.index()));
    report.fact("log_size", number(proof.checkpoint().claims().size()));
    report.fact("signatures_checked", number(u64::try_from(vouched.len()).unwrap_or(0)));
    report.fact("key_standing", standing.word());
    if let Some(problem) = grave {
        return Err(Failure::refused(problem).advise(
            "whoever holds that key can sign so, and this proof alone does not say that it was logged before the key was \
             taken back; ask the party to sign the record anew",
        ));
    }
    report.line("\nProved: this party's keys signed this record, and it is in that log at that index.");
    report.line(
        "Not proved: at which hour (that needs a witness's cosignature), whether a later key record took the key back before \
         that entry, that what it says is true, what it withholds.",
    );
    Ok(())
}

/// A record without a proof.
pub(super) fn run_unlogged(record: Unverified, ring: &Keyring, report: &mut Report) -> Done {
    let signed = ring.verify(record, Moment::AsNamed)?;
    let standing = ring.standing(&signed)?;
    if let Some(problem) = standing.problem().filter(|_| standing.is_grave()) {
        return Err(Failure::refused(problem).advise("do not act on it: whoever holds that key can sign so"));
    }
    report.fact("verdict", "signed, unlogged");
    report.fact("record_digest", signed.digest().to_string());
    report.fact("signed_by", signed.content().issuer().to_string());
    report.fact("key_standing", standing.word());
    report.line("\nProved: this party's keys signed this record, and every shown value is as it was signed.");
    report.line("Not proved: when (add --proof FILE), that what it says is true, what it withholds.");
    Ok(())
}
