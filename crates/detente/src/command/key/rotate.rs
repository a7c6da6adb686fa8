//! `detente key rotate`: new keys in good time.

use record::json::Json;
use record::key_record::KeyRecordDraft;

use super::days_after;
use super::renewal::{Renewal, Window};
use super::successor::{Successor, print_renewal, refused};
use crate::arguments::KeyRotateArguments;
use crate::home::Home;
use crate::key_change::Change;
use crate::outcome::Done;
use crate::report::Report;
use crate::{clock, keystore, node};

pub(super) fn run(arguments: &KeyRotateArguments, report: &mut Report) -> Done {
    let home = Home::open(&arguments.dir)?;
    let now = clock::now();
    let window = Window { from: now, until: days_after(now, arguments.valid_days) };
    if arguments.dry_run {
        let history = home.history()?;
        let renewal = Renewal::of_purposes(history.head().content(), &arguments.purposes, window)?;
        report.fact("party", history.party().to_string());
        report.fact("follows", history.head().digest().to_string());
        print_renewal(&renewal, report);
        report.line("\nNothing was changed. The ids of new keys are drawn when it is done.");
        return Ok(());
    }
    let change = Change::begin(&home)?;
    let known = home.known()?;
    let opened = keystore::open(&home, &known.history, &arguments.passphrase)?;
    opened.check_passphrase(&arguments.passphrase)?;
    node::check_newest(&home, &known.history)?;
    let head = known.history.head().content();
    let renewal = Renewal::of_purposes(head, &arguments.purposes, window)?;
    let new = renewal.keys(&opened.keys)?;
    let record = KeyRecordDraft::new(now, renewal.entries())
        .rotate(head, &opened.keys.signing, &new.signing)
        .map_err(refused)?;
    let successor = Successor::new(&known, record, new)?;
    let keys = keystore::write(&successor.keys, opened.passphrase.as_ref())?;
    change.stage(&keys, &successor.record)?.complete(&successor.next(), "nothing was changed")?;
    successor.print(&renewal, &home, report);
    let is_logged = successor.log(&home, report);
    report.data("logged", Json::Bool(is_logged));
    Successor::print_end(&home, report);
    Ok(())
}
