//! Our pages in a real browser: every page that links lead to, and the story of an analyst's day.
//!
//! The scripts in `xtask/pages` drive a Chromium by `playwright-core` and ask `axe-core` what it finds. Each is run with
//! - `CHROMIUM`: the browser,
//! - `DETENTE_BINARY`: the build of `detente` that the tests use,
//! - `DETENTE_WORK`: a fresh directory for its nodes,
//! - `DETENTE_DATA`: the folder `data` of the repository,
//! - `DETENTE_OUT`: where its pictures go,
//! - `DETENTE_PICTURES`: where the pictures of the README go, if they are to be made anew.
//!
//! It prints one JSON object per line ([`lines`]), and exits non-zero when a check failed. The checks' own test comes first:
//! pages with a seeded fault each, every one of which must be found.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail};

use crate::process;
use crate::report;
use crate::tally::Tally;
use crate::tested;

mod browser;
mod lines;
mod tools;

use lines::Account;
use tools::Tools;

/// Where the scripts live.
const SCRIPTS: &str = "xtask/pages";

/// The checks' own test.
const SELF_TEST: &str = "selftest";

/// The scripts that try our pages.
const TRIALS: &[&str] = &["crawl", "story", "duties"];

/// What is asked for on the command line.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Choice {
    /// Where pictures of the pages go.
    out: Option<PathBuf>,
    /// Where the README's own pictures go, if they are made anew.
    pictures: Option<PathBuf>,
    /// The only script to run beside the checks' own test.
    only: Option<String>,
    /// A build of `detente` to be taken as it is.
    binary: Option<PathBuf>,
    /// Whether a browser that cannot be had is a failure.
    is_required: bool,
    /// Whether the checks' own test is left out.
    is_brief: bool,
}

/// How the whole run ended.
#[derive(Debug)]
pub(crate) enum Outcome {
    /// No check failed; what was skipped stands in the notes.
    Passed(Tally, Vec<String>),
    /// There is no browser here.
    Skipped(String),
}

impl Choice {
    /// Reads the words of the command line.
    ///
    /// # Errors
    /// When one of them is not understood.
    pub(crate) fn read(arguments: &[String]) -> Result<Self> {
        let mut choice = Self::default();
        let mut arguments = arguments.iter();
        while let Some(argument) = arguments.next() {
            let mut value = || arguments.next().with_context(|| format!("`{argument}` needs a value"));
            match argument.as_str() {
                "--out" => choice.out = Some(value()?.into()),
                "--pictures" => choice.pictures = Some(value()?.into()),
                "--only" => choice.only = Some(script(value()?)?),
                "--binary" => choice.binary = Some(value()?.into()),
                "--require" => choice.is_required = true,
                other => bail!("`{other}` is not an option of pages"),
            }
        }
        Ok(choice)
    }

    /// The story alone, which takes a minute: what every run does. The crawl and the checks' own test take three more.
    pub(crate) fn story() -> Self {
        Self { only: Some("story".to_owned()), is_brief: true, ..Self::default() }
    }

    fn scripts(&self) -> impl Iterator<Item = &'static str> {
        let wanted = |name: &&str| self.only.as_deref().is_none_or(|only| only == *name);
        (!self.is_brief).then_some(SELF_TEST).into_iter().chain(TRIALS.iter().copied().filter(wanted))
    }

    fn binary(&self, root: &Path) -> Result<PathBuf> {
        match &self.binary {
            Some(binary) => std::path::absolute(binary).context("the binary has no path"),
            None => tested::binary(root),
        }
    }
}

fn script(name: &str) -> Result<String> {
    if TRIALS.contains(&name) {
        return Ok(name.to_owned());
    }
    bail!("`{name}` is no script of pages; there are: {}", TRIALS.join(", "))
}

/// Runs the checks' own test, then the chosen scripts.
///
/// # Errors
/// When a check fails, or the browser is required and cannot be had.
pub(crate) fn run(root: &Path, choice: &Choice) -> Result<Outcome> {
    let tools = match tools::prepare(&root.join(SCRIPTS)) {
        Ok(tools) => tools,
        Err(missing) if missing.is_fatal(choice.is_required) => bail!("{missing}"),
        Err(missing) => return Ok(Outcome::Skipped(missing.to_string())),
    };
    let binary = choice.binary(root)?;
    let out = tools::pictures(choice.out.as_deref())?;
    let album = choice.pictures.as_deref().map(|chosen| tools::pictures(Some(chosen))).transpose()?;
    let mut account = Account::default();
    for name in choice.scripts() {
        let work = tools.fresh_work(name)?;
        let mut command = tools.command(name)?;
        command.current_dir(&work).env("DETENTE_BINARY", &binary).env("DETENTE_WORK", &work);
        command.env("DETENTE_DATA", root.join("data")).env("DETENTE_OUT", &out);
        if let Some(pictures) = &album {
            command.env("DETENTE_PICTURES", pictures);
        }
        account.add(checked(name, &mut command)?);
        stop_at_own_fault(name, &account)?;
    }
    conclude(&tools, account, &out)
}

/// Nothing that the checks say counts while they do not find what was seeded.
fn stop_at_own_fault(name: &str, account: &Account) -> Result<()> {
    match account.tally.failed {
        1.. if name == SELF_TEST => bail!("the checks' own test failed:\n{}", account.failures.join("\n")),
        _ => Ok(()),
    }
}

fn conclude(tools: &Tools, account: Account, out: &Path) -> Result<Outcome> {
    let Account { tally, failures, skipped } = account;
    report::line(&format!("pages: {}; pictures in {}", tally.shown(), out.display()));
    if failures.is_empty() {
        tools.discard_work()?;
        return Ok(Outcome::Passed(tally, skipped));
    }
    bail!("{} of {} checks failed:\n{}", tally.failed, tally.total(), failures.join("\n"))
}

fn checked(name: &str, command: &mut Command) -> Result<Account> {
    report::line(&format!("{SCRIPTS}/{name}.mjs"));
    let mut account = Account::default();
    let mut misread = None;
    let streamed = process::stream(command, process::SCRIPT_SILENCE, |line| match account.hear(line) {
        Ok(shown) => report::line(&format!("  {shown}")),
        Err(error) => misread = Some(error),
    })?;
    let streamed = streamed.ended(name)?;
    if let Some(error) = misread {
        return Err(error.context(format!("{name} wrote what cannot be read")));
    }
    match (account.tally.total(), account.tally.failed, streamed.succeeded) {
        (0, _, _) => bail!("{name} made no check"),
        (_, 0, false) => bail!("{name} failed without naming a check"),
        (_, 1.., true) => bail!("{name} named a failed check, yet exited as if all were well"),
        _ => Ok(account),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &str) -> Result<Account> {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        checked("s", &mut command)
    }

    fn words(line: &str) -> Vec<String> {
        line.split_whitespace().map(str::to_owned).collect()
    }

    #[test]
    fn the_choice_is_read() {
        let choice = Choice::read(&words("--out shots --only story --require")).unwrap();
        assert_eq!((choice.out.as_deref(), choice.is_required), (Some(Path::new("shots")), true));
        assert_eq!(choice.scripts().collect::<Vec<_>>(), ["selftest", "story"]);
        assert_eq!(Choice::default().scripts().count(), 1 + TRIALS.len());
        let album = Choice::read(&words("--only story --pictures docs/pictures")).unwrap();
        assert_eq!((album.pictures.as_deref(), album.out), (Some(Path::new("docs/pictures")), None));
        assert!(Choice::read(&words("--only all")).is_err());
        assert!(Choice::read(&words("--out")).is_err());
    }

    #[test]
    fn a_script_and_its_exit_must_agree() {
        let (good, bad) =
            (r#"{"kind":"check","name":"a","holds":true}"#, r#"{"kind":"check","name":"a","holds":false}"#);
        assert_eq!(shell(&format!("echo '{good}'")).unwrap().tally.passed, 1);
        assert_eq!(shell(&format!("echo '{bad}'; exit 1")).unwrap().tally.failed, 1);
        let said = |script: &str| shell(script).unwrap_err().to_string();
        assert_eq!(said("true"), "s made no check");
        assert_eq!(said(&format!("echo '{good}'; exit 1")), "s failed without naming a check");
        assert_eq!(said(&format!("echo '{bad}'")), "s named a failed check, yet exited as if all were well");
        assert_eq!(said("echo hello"), "s wrote what cannot be read");
    }

    #[test]
    fn checks_that_find_nothing_end_the_run() {
        let mut account = Account::default();
        let _shown = account.hear(r#"{"kind":"check","name":"a","holds":false,"why":"w"}"#).unwrap();
        assert!(stop_at_own_fault("crawl", &account).is_ok());
        let told = stop_at_own_fault(SELF_TEST, &account).unwrap_err().to_string();
        assert!(told.starts_with("the checks' own test failed"), "{told}");
    }
}
