//! `detente key recover`: the party comes back with its recovery key.

use std::path::Path;

use record::entropy::SystemEntropy;
use record::json::Json;
use record::key_history::{Extended, KeyHistory};
use record::key_record::{KeyRecord, KeyRecordDraft, RecoveryKey};
use record::{Record, Signed};
use zeroize::Zeroizing;

use super::renewal::{Renewal, Window};
use super::successor::{Successor, print_renewal, refused};
use super::{days_after, find};
use crate::arguments::KeyRecoverArguments;
use crate::home::{Home, read_input};
use crate::key_change::Change;
use crate::keyring::Known;
use crate::node_keys::NodeKeys;
use crate::outcome::{Done, Failure};
use crate::report::Report;
use crate::{clock, keystore};

const LOST: &str =
    "its new recovery key could not be shown, so nothing was changed and the old one still serves: run it again";
const UNDONE: &str =
    "nothing was changed: throw away the recovery key that was just printed, keep the old one, and run it again";

pub(super) fn run(arguments: &KeyRecoverArguments, report: &mut Report) -> Done {
    let home = Home::open(&arguments.dir)?;
    let now = clock::now();
    let window = Window { from: now, until: days_after(now, arguments.valid_days) };
    if arguments.dry_run {
        return preview(arguments, &home.known()?, window, report);
    }
    let change = Change::begin_without_keys(&home)?;
    let known = home.known()?;
    let after = after(arguments, &known.history)?;
    let recovery = read_recovery_key(arguments.recovery_key_file.as_deref())?;
    check_recovery_key(&recovery, after.content())?;
    let passphrase = keystore::new_passphrase(&arguments.passphrase)?;
    let next_recovery = RecoveryKey::generate(&mut SystemEntropy::new()).map_err(Failure::environment)?;
    let renewal = Renewal::of_all(after.content(), window)?;
    let keys = renewal.keys(&NodeKeys::default())?;
    let draft = KeyRecordDraft::new(now, renewal.entries());
    let record =
        draft.recover(after.content(), &recovery, &keys.signing, &next_recovery.commitment()).map_err(refused)?;
    let overruled = overruled_by(&known.history, &record)?;
    let successor = Successor::new(&known, record, keys)?;
    let staged = change.stage(&keystore::write(&successor.keys, passphrase.as_ref())?, &successor.record)?;
    // A party without its recovery key is of no use, so nothing is in force before the new one has been shown.
    report.only_once(LOST);
    successor.print(&renewal, &home, report);
    print_overruled(after, &overruled, &known, report);
    print_end(&next_recovery, &home, report)?;
    staged.complete(&successor.next(), UNDONE)?;
    let _is_logged = successor.log(&home, report);
    Ok(())
}

fn print_end(next_recovery: &RecoveryKey, home: &Home, report: &mut Report) -> Done {
    report.line("");
    report.secret("recovery_key", &next_recovery.to_text());
    report.line(
        "\nWrite the new recovery key down now and keep it away from this machine. It is stored nowhere; the old one is\n\
         spent. If somebody else may hold the old private keys, withdraw those for records too: until then records that they\n\
         backdate look like yours from before. `detente key list` names them, `detente key revoke` withdraws them.",
    );
    Successor::print_end(home, report);
    report.finish()
}

fn preview(arguments: &KeyRecoverArguments, known: &Known, window: Window, report: &mut Report) -> Done {
    let after = after(arguments, &known.history)?;
    if let Some(path) = &arguments.recovery_key_file {
        check_recovery_key(&read_recovery_key(Some(path))?, after.content())?;
    }
    report.fact("party", known.history.party().to_string());
    print_renewal(&Renewal::of_all(after.content(), window)?, report);
    print_overruled(after, &records_after(&known.history, after), known, report);
    report.line("\nNothing was changed. The ids of new keys are drawn when it is done.");
    Ok(())
}

/// The key record that the recovery follows.
fn after<'h>(arguments: &KeyRecoverArguments, history: &'h KeyHistory) -> Done<&'h Signed<KeyRecord>> {
    let Some(text) = &arguments.after else { return Ok(history.head()) };
    let digest = find(text, history.records().map(Signed::<KeyRecord>::digest), "key record")?;
    Ok(history.get(&digest).unwrap_or(history.head()))
}

fn read_recovery_key(file: Option<&Path>) -> Done<RecoveryKey> {
    let line = match file {
        Some(path) => {
            let octets = Zeroizing::new(read_input(path)?);
            let text =
                std::str::from_utf8(&octets).map_err(|_| Failure::input("the recovery key file is not UTF-8"))?;
            Zeroizing::new(text.lines().next().unwrap_or_default().to_owned())
        }
        None => Zeroizing::new(rpassword::prompt_password("Recovery key: ").map_err(|error| {
            Failure::environment(format!("cannot ask for the recovery key: {error}")).advise("use --recovery-key-file")
        })?),
    };
    RecoveryKey::from_text(&line).map_err(|error| {
        Failure::input(error)
            .advise("it is the line that `detente init` or the last recovery printed: 14 groups of four")
    })
}

/// Refuses a recovery key that the key record does not commit to, before anything is made.
fn check_recovery_key(key: &RecoveryKey, after: &KeyRecord) -> Done {
    let committed = after.recovery();
    let wrong = key.keys().iter().map(|key| key.public()).find(|key| {
        let suite = key.suite().into();
        committed.key_id(&suite) != Some(key.id())
    });
    wrong.map_or(Ok(()), |key| {
        Err(refused(record::key_record::KeyChainError::RecoveryKeyWrong { suite: key.suite().into() }.into()))
    })
}

fn overruled_by(history: &KeyHistory, record: &Signed<KeyRecord>) -> Done<Vec<Signed<KeyRecord>>> {
    let mut after = history.clone();
    let Extended::Recovered { overruled } = after.extend(record.envelope().clone()).map_err(refused)? else {
        return Err(Failure::refused("this key record would not come into force"));
    };
    Ok(overruled.iter().filter_map(|digest| history.get(digest)).cloned().collect())
}

fn records_after(history: &KeyHistory, after: &Signed<KeyRecord>) -> Vec<Signed<KeyRecord>> {
    history.records().filter(|one| one.content().index() > after.content().index()).cloned().collect()
}

fn print_overruled(after: &Signed<KeyRecord>, overruled: &[Signed<KeyRecord>], known: &Known, report: &mut Report) {
    report.line("");
    report.fact("after", after.digest().to_string());
    let digests = overruled.iter().map(|record| Json::text(record.digest().to_string())).collect();
    report.data("overruled", Json::Array(digests));
    if overruled.is_empty() {
        report.line(
            "Overrules no key record that is here. One that a thief made elsewhere is overruled wherever it appears.",
        );
        return;
    }
    report.line("Overrules, with all that was signed under them:");
    for record in overruled.iter().map(Signed::content) {
        report.line(format!("  key record {} of {}: {}", record.index(), record.created(), record.digest()));
    }
    let doubtful = known.profile().filter(|profile| is_under(profile, overruled));
    report.data("profile_was_overruled", Json::Bool(doubtful.is_some()));
    if let Some(profile) = doubtful {
        let name = profile.content().object().text("name").unwrap_or_default();
        report.warn(&format!(
            "the profile was signed under an overruled key record; it is signed anew as it is: check that its name is \
             yours ({name}), and its contact"
        ));
    }
}

fn is_under(profile: &Signed<Record>, records: &[Signed<KeyRecord>]) -> bool {
    records.iter().any(|record| record.digest() == profile.content().key_record())
}
