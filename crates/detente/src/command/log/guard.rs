//! `detente log guard`: who remembers this log's heads.

use std::path::Path;

use record::json::Json;
use storage::guard::{HeadFolder, HeadSource as _};

use crate::arguments::LogGuardArguments;
use crate::head_sources;
use crate::home::Home;
use crate::outcome::{Done, Failure};
use crate::partners;
use crate::peer_heads::PEER;
use crate::report::Report;

pub(super) fn run(arguments: &LogGuardArguments, report: &mut Report) -> Done {
    let home = Home::open(&arguments.dir)?;
    // Two commands at once must not each drop what the other adds.
    let is_change = arguments.add.is_some() || arguments.add_peer.is_some() || arguments.remove.is_some();
    let _held = if is_change { Some(home.hold()?) } else { None };
    let mut folders = head_sources::read(&home)?;
    if let Some(party) = &arguments.add_peer {
        let _known = partners::ring(&home)?.find(*party)?;
        let line = format!("{PEER}{party}");
        if !folders.contains(&line) {
            folders.push(line);
        }
    }
    if let Some(folder) = &arguments.add {
        let folder = std::fs::canonicalize(folder).map_err(|error| {
            Failure::input(format!("cannot find `{}`: {error}", folder.display())).advise("make the folder first")
        })?;
        if folder.starts_with(std::fs::canonicalize(home.dir()).unwrap_or_default()) {
            return Err(Failure::arguments("a folder inside the node's own directory is restored together with it")
                .advise("choose a folder on another disk or machine, best one that a partner writes to"));
        }
        let folder = folder.to_str().filter(|folder| !folder.contains('\n')).map(str::to_owned);
        let folder = folder.ok_or_else(|| Failure::input("the folder's name cannot be written on a line"))?;
        if !folders.contains(&folder) {
            folders.push(folder);
        }
    }
    if let Some(folder) = &arguments.remove {
        let before = folders.len();
        let canonical = std::fs::canonicalize(folder).unwrap_or_else(|_| folder.clone());
        folders.retain(|one| *one != folder.display().to_string() && *one != canonical.display().to_string());
        if folders.len() == before {
            return Err(Failure::input(format!("`{}` was not asked anyway", folder.display())));
        }
    }
    if is_change {
        head_sources::write(&home, &folders)?;
    }
    report.data("head_folders", Json::Array(folders.iter().map(|folder| Json::from(folder.as_str())).collect()));
    folders.iter().for_each(|folder| report.line(format!("asked at every start: {folder}")));
    let origin = policy::belief::log_origin(&home.history()?.party());
    let known = |folder: &String| {
        let mut heads = Vec::new();
        HeadFolder::new(Path::new(folder)).heads(&origin, &mut heads).is_ok() && !heads.is_empty()
    };
    let asks_a_peer = folders.iter().any(|line| line.starts_with(PEER));
    if !folders.is_empty() && !asks_a_peer && !folders.iter().any(known) {
        report.line(
            "No head of this log lies there yet: the node signs nothing until a partner has put one there with `detente log \
             cosign`, or until `detente log resume`.",
        );
    }
    if folders.is_empty() {
        report.line("Nobody is asked: this node is alone, and nothing would notice a restored backup.");
        report.line("Let a partner cosign this log (`detente log cosign`), and name the folder of heads with --add.");
    }
    Ok(())
}
