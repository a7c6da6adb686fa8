//! Fuzzing each target for a while. It needs the nightly toolchain and `cargo-fuzz`, and is skipped aloud without them.

use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result, bail};

use crate::metadata;
use crate::process;
use crate::report;

/// Where the fuzz targets live: a workspace of its own, since only nightly can build it.
const TARGETS: [&str; 9] = [
    "fuzz/fuzz_targets",
    "fuzz/bundle_targets",
    "fuzz/interop_targets",
    "fuzz/match_targets",
    "fuzz/misp_targets",
    "fuzz/policy_targets",
    "fuzz/protocol_targets",
    "fuzz/taxii_targets",
    "fuzz/tlog_targets",
];

/// How to get what is missing.
const INSTALL: &str = "rustup toolchain install nightly && cargo install cargo-fuzz --locked";

/// How the whole run ended.
#[derive(Debug)]
pub(crate) enum Outcome {
    /// These many targets ran without a finding.
    Passed(usize),
    /// A tool is missing.
    Skipped(String),
}

/// Fuzzes one target, or all of them.
///
/// # Errors
/// When a target finds something, cannot be built, or does not exist.
pub(crate) fn run(root: &Path, only: Option<&str>, seconds: u64) -> Result<Outcome> {
    let targets = chosen(&targets(root)?, only)?;
    if !process::answers("cargo", &["+nightly", "fuzz", "--version"]) {
        return Ok(Outcome::Skipped(format!("nightly or cargo-fuzz is missing: {INSTALL}")));
    }
    for target in &targets {
        fuzz(root, target, seconds).with_context(|| format!("the target `{target}`"))?;
    }
    Ok(Outcome::Passed(targets.len()))
}

fn targets(root: &Path) -> Result<Vec<String>> {
    let mut found = Vec::new();
    for folder in TARGETS {
        let Ok(folder) = std::fs::read_dir(root.join(folder)) else { continue };
        for entry in folder {
            found.extend(target_name(&entry?.path()));
        }
    }
    found.sort();
    Ok(found)
}

fn target_name(path: &Path) -> Option<String> {
    let is_rust = path.extension().is_some_and(|extension| extension == "rs");
    path.file_stem().filter(|_| is_rust).map(|name| name.to_string_lossy().into_owned())
}

fn chosen(targets: &[String], only: Option<&str>) -> Result<Vec<String>> {
    let chosen: Vec<String> = targets.iter().filter(|name| only.is_none_or(|only| only == *name)).cloned().collect();
    match (chosen.is_empty(), only) {
        (false, _) => Ok(chosen),
        (true, None) => bail!("{} hold no target", TARGETS.join(" and ")),
        (true, Some(name)) => bail!("there is no target `{name}`; there are: {}", targets.join(", ")),
    }
}

/// New inputs go to the target directory; the small corpus in the repository is read, never written.
fn fuzz(root: &Path, target: &str, seconds: u64) -> Result<()> {
    let scratch = metadata::target_directory(root)?.join("fuzz-corpus").join(target);
    std::fs::create_dir_all(&scratch)?;
    let corpus = root.join("fuzz/corpus").join(target);
    let mut command = Command::new("cargo");
    command.current_dir(root).args(["+nightly", "fuzz", "run", target]).arg(scratch);
    command.args(Some(corpus).filter(|folder| folder.is_dir()));
    command.args(["--", &format!("-max_total_time={seconds}"), "-print_final_stats=1", "-verbosity=0"]);
    report::line(&format!("{target}: {seconds} seconds"));
    process::run(&mut command)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn all_targets_or_one() {
        let all = names(&["json", "token"]);
        assert_eq!(chosen(&all, None).unwrap(), all);
        assert_eq!(chosen(&all, Some("json")).unwrap(), ["json"]);
    }

    #[test]
    fn a_missing_target_is_an_error() {
        let message = chosen(&names(&["json", "token"]), Some("jason")).unwrap_err().to_string();
        assert_eq!(message, "there is no target `jason`; there are: json, token");
        let message = chosen(&[], None).unwrap_err().to_string();
        assert!(message.starts_with("fuzz/fuzz_targets and ") && message.ends_with(" hold no target"), "{message}");
    }

    #[test]
    fn targets_are_named_by_their_files() {
        assert_eq!(target_name(Path::new("a/json.rs")).as_deref(), Some("json"));
        assert_eq!(target_name(Path::new("a/json.txt")), None);
    }
}
