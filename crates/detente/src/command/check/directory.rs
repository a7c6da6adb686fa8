//! Checking a node's whole directory.

use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use record::json::{Json, Map};
use record::key_history::KeyHistory;
use storage::disk::Disk;
use storage::layout::{self, Found};
use storage::verify::{self, Finding, Report as Checked};

use crate::arguments::CheckArguments;
use crate::command::log::number;
use crate::head_sources;
use crate::home::Home;
use crate::keyring::Keyring;
use crate::keystore::KeyFile;
use crate::node::{self, NodeKeys};
use crate::outcome::{Done, Failure};
use crate::report::Report;

/// Seconds between two lines of progress.
const PROGRESS_SECONDS: u64 = 2;

/// A file that is no part of the store, and what is wrong with it.
type Wrong = (&'static str, String);

pub(super) fn run(dir: &Path, arguments: &CheckArguments, report: &mut Report) -> Done {
    let home = Home::at(dir)?;
    let mut primary = Vec::new();
    if let Err(failure) = head_sources::read(&home) {
        primary.push(("head-sources", failure.message));
    }
    let history = match home.history() {
        Ok(history) => history,
        Err(failure) => {
            primary.push(("profile.json", failure.message));
            return unreadable(&primary, report);
        }
    };
    check_party(&history, arguments)?;
    check_keys(&home, &history, &mut primary);
    if layout::find(&node::disk(dir)?) == Ok(Found::Nothing) {
        return Err(node::no_store(dir));
    }
    let found = walk(dir, &history, report)?;
    print(&found, &primary, &history, report);
    verdict(&found, &primary)
}

fn walk(dir: &Path, history: &KeyHistory, report: &Report) -> Done<Checked> {
    let disk: Arc<dyn Disk> = Arc::new(node::disk(dir)?);
    let mut told = Instant::now();
    let found = verify::verify(&disk, &NodeKeys::public(history), node::views(), &mut |done, all| {
        if told.elapsed().as_secs() >= PROGRESS_SECONDS {
            report.line(format!("{} of {} MiB", done >> 20, all >> 20));
            told = Instant::now();
        }
    });
    found.map_err(node::fail)
}

/// Without the party's keys no signature can be checked, so nothing else is.
fn unreadable(primary: &[Wrong], report: &mut Report) -> Done {
    let nothing = Checked::default();
    report.fact("verdict", "damaged");
    print_findings(&nothing, primary, report);
    let not_checked = "everything else: profile.json holds the keys that signed it";
    report.line(format!("not checked: {not_checked}"));
    report.data("not_checked", Json::Array(vec![Json::from(not_checked)]));
    verdict(&nothing, primary)
}

/// A party that the caller knows must be the one whose directory this is.
fn check_party(history: &KeyHistory, arguments: &CheckArguments) -> Done {
    if arguments.keys.profiles.is_empty() {
        return Ok(());
    }
    let ring = Keyring::read(&arguments.keys)?;
    ring.find(history.party()).map(drop).map_err(|_| {
        Failure::refused(format!(
            "this is the directory of party {}, which none of the given profiles is",
            history.party()
        ))
    })
}

fn check_keys(home: &Home, history: &KeyHistory, primary: &mut Vec<Wrong>) {
    match KeyFile::read(&home.keys_path()) {
        Ok(file) if file.fits(history.head().content()) => {}
        Ok(_) => primary.push(("keys.json", "it holds the keys of another key record".to_owned())),
        Err(failure) => primary.push(("keys.json", failure.message)),
    }
}

fn print(found: &Checked, primary: &[Wrong], history: &KeyHistory, report: &mut Report) {
    let sound = found.is_sound() && primary.is_empty();
    report.fact("verdict", if sound { "sound" } else { "damaged" });
    report.fact("party", history.party().to_string());
    let counts = [
        ("frames", found.frames),
        ("entries", found.entries),
        ("signatures_checked", found.signatures),
        ("bodies_opened", found.bodies),
        ("bodies_erased", found.erased),
        ("key_files", found.key_files),
        ("published_files", found.published_files),
        ("cut_off_bytes", found.cut_off_bytes),
    ];
    counts.into_iter().for_each(|(name, count)| report.fact(name, number(count)));
    for head in &found.heads {
        report.line(format!("log {:<14} {} entries, root {}", head.log, head.size, head.root));
    }
    print_findings(found, primary, report);
    found.not_checked.iter().for_each(|what| report.line(format!("not checked: {what}")));
    report.data("not_checked", Json::Array(found.not_checked.iter().map(|what| Json::from(what.as_str())).collect()));
    if sound {
        report.line(
            "\nProved: the log's key signed every frame, each follows from the one before, entries make the roots that it signed,",
        );
        report
            .line("every body opens or is erased as the log says, and all that is published follows from the entries.");
        report.line(
            "Not proved: that this is the newest state (that needs somebody who remembers its heads), that all was logged, that \
             a body is the record that its entry stands for (a proof says that).",
        );
    }
}

fn print_findings(found: &Checked, primary: &[Wrong], report: &mut Report) {
    for (path, problem) in primary {
        report.line(format!("DAMAGED  {path}: {problem}"));
    }
    for finding in &found.findings {
        let what = if finding.is_view { "VIEW" } else { "DAMAGED" };
        report.line(format!("{what:<8} {}: {}", finding.path, finding.problem));
    }
    report.data("findings", rows(found, primary));
}

fn rows(found: &Checked, primary: &[Wrong]) -> Json {
    let row = |path: &str, problem: &str, is_view: bool| {
        Json::from(Map::new().with("file", path).with("problem", problem).with("is_view", Json::Bool(is_view)))
    };
    let own = primary.iter().map(|(path, problem)| row(path, problem, false));
    let stored = found.findings.iter().map(|Finding { path, problem, is_view, .. }| row(path, problem, *is_view));
    Json::Array(own.chain(stored).collect())
}

fn verdict(found: &Checked, primary: &[Wrong]) -> Done {
    let truth = found.findings.iter().filter(|finding| !finding.is_view).map(|finding| finding.path.as_str());
    let first = primary.iter().map(|(path, _)| *path).chain(truth).next();
    if let Some(first) = first {
        return Err(Failure::refused(format!("the directory does not hold: {first}")).advise(
            "restore the files that are named DAMAGED from a backup; do not sign with this directory before it is sound",
        ));
    }
    if !found.is_sound() {
        return Err(Failure::refused("a view does not hold; the truth beneath it does")
            .advise("make the views anew with: detente rebuild --dir DIR"));
    }
    Ok(())
}
