//! `detente key revoke`: a key that must not count any more.

use record::digest::KeyId;
use record::json::Json;
use record::key_history::KeyHistory;
use record::key_record::{KeyRecordDraft, Purpose, Revocation, RevocationReason};
use record::time::Timestamp;

use super::renewal::{Renewal, Window};
use super::successor::{Successor, print_renewal, refused};
use super::{days_after, find};
use crate::arguments::KeyRevokeArguments;
use crate::home::Home;
use crate::key_change::Change;
use crate::outcome::{Done, Failure};
use crate::report::Report;
use crate::{clock, keystore, node};

/// Days for which the key that takes the place of a withdrawn one is good: as many as `init` gives.
const VALID_DAYS: u16 = 730;

pub(super) fn run(arguments: &KeyRevokeArguments, report: &mut Report) -> Done {
    let home = Home::open(&arguments.dir)?;
    let now = clock::now();
    let window = Window { from: now, until: days_after(now, VALID_DAYS) };
    if arguments.dry_run {
        let history = home.history()?;
        let revocation = revocation(arguments, &history, now)?;
        let renewal = Renewal::of_one(history.head().content(), &revocation.key_id, window)?;
        report.fact("party", history.party().to_string());
        report.fact("follows", history.head().digest().to_string());
        print_revocation(&revocation, &history, report);
        print_renewal(&renewal, report);
        report.line("\nNothing was changed. The ids of new keys are drawn when it is done.");
        return Ok(());
    }
    let change = Change::begin(&home)?;
    let known = home.known()?;
    let revocation = revocation(arguments, &known.history, now)?;
    let opened = keystore::open(&home, &known.history, &arguments.passphrase)?;
    opened.check_passphrase(&arguments.passphrase)?;
    node::check_newest(&home, &known.history)?;
    let head = known.history.head().content();
    let renewal = Renewal::of_one(head, &revocation.key_id, window)?;
    let new = renewal.keys(&opened.keys)?;
    let draft = KeyRecordDraft::new(now, renewal.entries()).revoke(revocation);
    let successor =
        Successor::new(&known, draft.rotate(head, &opened.keys.signing, &new.signing).map_err(refused)?, new)?;
    let keys = keystore::write(&successor.keys, opened.passphrase.as_ref())?;
    change.stage(&keys, &successor.record)?.complete(&successor.next(), "nothing was changed")?;
    successor.print(&renewal, &home, report);
    let is_logged = successor.log(&home, report);
    report.data("logged", Json::Bool(is_logged));
    print_revocation(&revocation, &known.history, report);
    Successor::print_end(&home, report);
    Ok(())
}

/// What is to be withdrawn: any key that a standing key record lists, also one that has retired since.
fn revocation(arguments: &KeyRevokeArguments, history: &KeyHistory, now: Timestamp) -> Done<Revocation> {
    let listed = history.records().flat_map(|record| record.content().keys());
    let key_id = find(&arguments.key_id, listed.map(|entry| entry.key().id()), "key")?;
    if let Some(earlier) = history.head().content().revocation(&key_id) {
        return Err(Failure::input(format!(
            "key {key_id} was revoked already, as {} since {}; a revocation stays as it is",
            earlier.reason, earlier.since
        )));
    }
    let since = arguments.since.unwrap_or(now);
    if since > now {
        return Err(Failure::arguments(format!("--since {since} has not come yet"))
            .advise("give the last moment at which the key was surely yours alone"));
    }
    Ok(Revocation::new(key_id, arguments.reason, since))
}

fn print_revocation(revocation: &Revocation, history: &KeyHistory, report: &mut Report) {
    let purpose = purpose_of(&revocation.key_id, history);
    report.line("");
    report.fact("revoked", revocation.key_id.to_string());
    report.fact("purpose", purpose.map_or("unknown", Purpose::name));
    report.fact("reason", revocation.reason.name());
    report.fact("since", revocation.since.to_string());
    report.line(format!(
        "\nWhat this key signed since {} does not count any more. What it signed before cannot be told from that without a\n\
         log, so whoever has the new profile refuses all of it, unless asked with --as-named --even-revoked. Sign anew what\n\
         must stand. A revocation is for ever.",
        revocation.since
    ));
    if purpose == Some(Purpose::Record) && revocation.reason == RevocationReason::Compromised {
        report.line(
            "\nWhoever holds the keys for records can sign a key record too. If somebody may have them all, do not stop\n\
             here: detente key recover",
        );
    }
}

fn purpose_of(key_id: &KeyId, history: &KeyHistory) -> Option<Purpose> {
    history.records().find_map(|record| record.content().key(key_id)).map(record::key_record::KeyEntry::purpose)
}
