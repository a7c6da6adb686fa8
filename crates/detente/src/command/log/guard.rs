//! `detente log guard`: who remembers this log's heads.

use record::json::Json;

use crate::arguments::LogGuardArguments;
use crate::home::{Home, Readers, replace};
use crate::node;
use crate::outcome::{Done, Failure};
use crate::report::Report;

pub(super) fn run(arguments: &LogGuardArguments, report: &mut Report) -> Done {
    let home = Home::open(&arguments.dir)?;
    let mut folders = node::head_folders(&home)?;
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
    if arguments.add.is_some() || arguments.remove.is_some() {
        replace(&home.head_sources_path(), &folders.join("\n"), Readers::All)?;
    }
    report.data("head_folders", Json::Array(folders.iter().map(|folder| Json::from(folder.as_str())).collect()));
    folders.iter().for_each(|folder| report.line(format!("asked at every start: {folder}")));
    if folders.is_empty() {
        report.line("Nobody is asked: this node is alone, and nothing would notice a restored backup.");
        report.line("Let a partner cosign this log (`detente log cosign`), and name the folder of heads with --add.");
    }
    Ok(())
}
