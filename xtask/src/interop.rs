//! Checking against other people's implementations, at pinned versions, installed outside the repository.
//!
//! Every script in `xtask/interop` whose name ends in `.py` or `.mjs`, and does not begin with an underscore, is run with
//! - `DETENTE_BINARY`: the build of `detente` that the tests use,
//! - `DETENTE_WORK`: a fresh directory for its files,
//! - `DETENTE_SCRIPTS`: the folder of the scripts in the repository, for what is checked in beside the crates.
//!
//! It prints one line per check, `ok NAME` or `FAILED NAME why`, and exits non-zero when one failed.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail};

use crate::process;
use crate::report;
use crate::tally::Tally;
use crate::tested;

pub(crate) mod tools;

use tools::{Language, Tools};

/// Where the scripts live.
const SCRIPTS: &str = "xtask/interop";

/// How the whole run ended.
#[derive(Debug)]
pub(crate) enum Outcome {
    /// Every check passed.
    Passed(Tally),
    /// The other implementations are not to be had here.
    Skipped(String),
}

/// The script that tries our own API by its description.
const CONTRACT: &str = "api_contract.py";

/// The variable that says for how long it does.
const SECONDS: &str = "DETENTE_SECONDS";

/// Which scripts are run.
#[derive(Debug, Clone, Copy)]
enum Choice {
    All,
    /// The one of the API alone, for so many seconds.
    Contract(u64),
}

/// Runs every script.
///
/// # Errors
/// When a check fails, none is run, or `is_required` and the tools cannot be installed.
pub(crate) fn run(root: &Path, is_required: bool) -> Result<Outcome> {
    run_chosen(root, is_required, Choice::All)
}

/// Has the API tried by its description, for so many seconds.
///
/// # Errors
/// When a check fails, or none is run.
pub(crate) fn contract(root: &Path, seconds: u64) -> Result<Outcome> {
    run_chosen(root, false, Choice::Contract(seconds))
}

fn run_chosen(root: &Path, is_required: bool, choice: Choice) -> Result<Outcome> {
    let tools = match tools::prepare(&root.join(SCRIPTS)) {
        Ok(tools) => tools,
        Err(missing) if missing.is_fatal(is_required) => bail!("{missing}"),
        Err(missing) => return Ok(Outcome::Skipped(missing.to_string())),
    };
    let mut scripts = scripts(&root.join(SCRIPTS))?;
    scripts.retain(|(_, path)| choice.has(path));
    if scripts.is_empty() {
        return conclude(Tally::default()).map(Outcome::Passed);
    }
    let binary = tested::binary(root)?;
    let mut sum = Tally::default();
    for script in &scripts {
        sum += run_script(&tools, script, &binary, choice)?;
    }
    conclude(sum).map(Outcome::Passed)
}

impl Choice {
    fn has(self, script: &Path) -> bool {
        match self {
            Self::All => true,
            Self::Contract(_) => script.file_name().is_some_and(|name| name == CONTRACT),
        }
    }

    fn seconds(self) -> Option<u64> {
        match self {
            Self::All => None,
            Self::Contract(seconds) => Some(seconds),
        }
    }
}

fn conclude(sum: Tally) -> Result<Tally> {
    report::line(&format!("interop: {}", sum.shown()));
    match (sum.total(), sum.failed) {
        (0, _) => bail!("not one check was run; the scripts belong in {SCRIPTS}"),
        (_, 0) => Ok(sum),
        (_, failed) => bail!("{failed} of {} checks failed", sum.total()),
    }
}

/// The scripts in a stable order, with the language each is written in.
fn scripts(folder: &Path) -> Result<Vec<(Language, PathBuf)>> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).with_context(|| format!("{SCRIPTS} cannot be read"))? {
        let path = entry?.path();
        found.extend(Language::of(&path).map(|language| (language, path)));
    }
    found.sort_by(|(_, left), (_, right)| left.cmp(right));
    Ok(found)
}

fn run_script(tools: &Tools, (language, path): &(Language, PathBuf), binary: &Path, choice: Choice) -> Result<Tally> {
    let work = tools.fresh_work(path)?;
    let mut command = tools.command(*language, path)?;
    command.current_dir(&work).env("DETENTE_BINARY", binary).env("DETENTE_WORK", &work);
    command.envs(path.parent().map(|scripts| ("DETENTE_SCRIPTS", scripts)));
    command.envs(choice.seconds().map(|seconds| (SECONDS, seconds.to_string())));
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    report::line(&format!("{SCRIPTS}/{name}"));
    let tally = checked(&name, &mut command)?;
    // What a failed check has left behind is how one finds out why.
    if tally.failed == 0 {
        tools.discard_work()?;
    }
    Ok(tally)
}

fn checked(name: &str, command: &mut Command) -> Result<Tally> {
    let streamed = process::stream(command, process::SCRIPT_SILENCE, |line| report::line(&format!("  {line}")))?;
    let streamed = streamed.ended(name)?;
    let tally = count(&streamed.output);
    match (tally.total(), tally.failed, streamed.succeeded) {
        (0, _, _) => bail!("{name} made no check"),
        (_, 0, false) => bail!("{name} failed without naming a check"),
        (_, 1.., true) => bail!("{name} named a failed check, yet exited as if all were well"),
        _ => Ok(tally),
    }
}

fn count(output: &str) -> Tally {
    let starting = |word: &str| output.lines().filter(|line| line.split(' ').next() == Some(word)).count();
    Tally { passed: starting("ok"), failed: starting("FAILED"), skipped: 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &str) -> Result<Tally> {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        checked("s.py", &mut command)
    }

    #[test]
    fn checks_are_counted_by_their_first_word() {
        let tally = count("ok a\nok b\nFAILED c because\nokay d\nsome note\n ok e\n");
        assert_eq!(tally, Tally { passed: 2, failed: 1, skipped: 0 });
    }

    #[test]
    fn a_script_must_make_a_check() {
        assert_eq!(shell("echo hello").unwrap_err().to_string(), "s.py made no check");
        assert_eq!(
            conclude(Tally::default()).unwrap_err().to_string(),
            "not one check was run; the scripts belong in xtask/interop"
        );
    }

    #[test]
    fn a_script_and_its_exit_must_agree() {
        assert_eq!(shell("echo ok a").unwrap().passed, 1);
        assert_eq!(shell("echo FAILED a b; exit 1").unwrap().failed, 1);
        let message = shell("echo ok a; exit 1").unwrap_err().to_string();
        assert_eq!(message, "s.py failed without naming a check");
        let message = shell("echo FAILED a b").unwrap_err().to_string();
        assert_eq!(message, "s.py named a failed check, yet exited as if all were well");
    }

    #[test]
    fn the_contract_alone_is_one_script_with_its_time() {
        let chosen = |name: &str| Choice::Contract(600).has(Path::new(name));
        assert!(chosen("xtask/interop/api_contract.py") && !chosen("xtask/interop/misp_stix.py"));
        assert_eq!((Choice::Contract(600).seconds(), Choice::All.seconds()), (Some(600), None));
    }

    #[test]
    fn failed_checks_fail_the_run() {
        let message = conclude(Tally { passed: 3, failed: 1, skipped: 0 }).unwrap_err().to_string();
        assert_eq!(message, "1 of 4 checks failed");
    }
}
