//! `detente log resume`: a person's word where nobody who remembers the heads answers, or the clock was wrong.

use record::json::Map;
use record::time::Timestamp;
use storage::batch::Movement;
use storage::{LogName, Store as _};

use super::{Signing, batch_of, number, open_keys, own_object};
use crate::arguments::LogResumeArguments;
use crate::home::Home;
use crate::outcome::{Done, Failure};
use crate::report::Report;
use crate::{clock, key_log, node};

pub(super) fn run(arguments: &LogResumeArguments, report: &mut Report) -> Done {
    if arguments.checked_by.trim().is_empty() {
        return Err(Failure::arguments("--checked-by is empty").advise("name the person who has checked"));
    }
    let home = Home::open(&arguments.node.dir)?;
    let (history, keys) = open_keys(&home, &arguments.node)?;
    let again = keys.duplicate().map_err(Failure::environment)?;
    let (store, guarded) = node::open_guarded(&home, &history, &again)?;
    let clock = store.clock_objection();
    if guarded.objection().is_none() && clock.is_none() {
        report.line(format!("Nothing objects: {guarded}. Nothing was changed."));
        report.fact("guard", guarded.to_string());
        return Ok(());
    }
    if !store.resume(&guarded) {
        return Err(Failure::refused(format!("not resumed: {guarded}"))
            .advise("what a head proves is not overruled by anybody; bring back the newest copy of this directory"));
    }
    if clock.is_some() {
        store.accept_clock();
    }
    let reasons: Vec<_> = guarded.objection().into_iter().chain(clock).collect();
    // Key records of a change that could not log them come before anything that the new keys sign.
    if let Some(profile) = home.known()?.profile() {
        key_log::catch_up(&store, &history, profile)?;
    }
    let node = Signing { history, keys, store, guarded };
    let until = clock::now().micros() / 1_000_000 + node::RESUMED_SECONDS;
    log(&node, &arguments.checked_by, &reasons.join("; "), until, report)
}

fn log(node: &Signing, checked_by: &str, reason: &str, until: i64, report: &mut Report) -> Done {
    let head = node.store.heads().map_err(node::fail)?.into_iter().find(|head| head.log == LogName::node());
    let head = head.ok_or_else(|| Failure::environment("the node log is not open"))?;
    let until_text = Timestamp::from_micros(until.saturating_mul(1_000_000)).to_string();
    let fields = Map::new()
        .with("log", head.origin.as_str())
        .with("size", number(head.size))
        .with("checked_by", checked_by)
        .with("reason", reason)
        .with("until", until_text.as_str());
    let signed = node.sign(own_object("detente-resumption", fields)?)?;
    let before = node.store.counters(&[node::RESUMED_UNTIL]).map_err(node::fail)?.first().copied().unwrap_or(0);
    let movement = Movement::new(node::RESUMED_UNTIL.to_owned(), until.saturating_sub(before), i64::MAX);
    let committed = node.commit(batch_of(&signed)?.movement(movement))?;
    let index = committed.entries.first().map_or(0, |place| place.index);
    report.fact("resumed_until", until_text);
    report.fact("logged_as", number(index));
    report.fact("record_digest", signed.digest().to_string());
    report
        .line("\nThe node signs again. That it went on because of a person's word is now in its log, and cannot be taken back.");
    Ok(())
}
