//! The project's own tool: `cargo xtask test | bench | interop | pages | fuzz | data | eval`.

use std::process::ExitCode;

use anyhow::{Context as _, Result, bail};

mod data;
mod eval;
mod floors;
mod fuzz;
mod interop;
mod metadata;
mod pages;
mod process;
mod report;
mod run;
mod shape;
mod steps;
mod suite;
mod tally;
mod tested;

/// How long a fuzz target runs unless told otherwise.
const FUZZ_SECONDS: u64 = 60;

/// What `help` shows.
const USAGE: &str = "\
cargo xtask test [--long] [--only STEP,...] [--skip STEP,...] [--list]
    Every check, in order, up to the first that fails. --long adds the heavy ones.
cargo xtask bench [NAME] [--json]
    One canonical workload for each speed claim.
cargo xtask interop [--require]
    Checks against other implementations. --require fails when they cannot be installed.
    DETENTE_INTEROP_DIR says where they are kept, by default the system's temporary directory.
cargo xtask pages [--out DIR] [--pictures DIR] [--only crawl|story] [--binary FILE] [--require]
    Our pages in a Chromium: every page in both languages, wide with scripts and narrow without, and an analyst's day.
    --out says where pictures go. --pictures DIR makes the README's own anew there (docs/pictures). --binary takes a build as it is. --require fails when there is no browser.
cargo xtask fuzz [TARGET] [--seconds N]
    Fuzzes one target, or each, for 60 seconds. Needs nightly and cargo-fuzz.
cargo xtask data
    Writes the table of what data/incidents covers into its README.md.
cargo xtask eval incidents
cargo xtask eval signals [--data DIR]
    The figures of docs/evaluation.md, measured on ../shared/data where it is there, and said aloud where it is not.
    --data names another folder that is laid out as shared/data/signals: a set that was held out.";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match dispatch(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            report::problem(&format!("error: {error:#}"));
            ExitCode::FAILURE
        }
    }
}

fn dispatch(arguments: &[String]) -> Result<()> {
    let Some((command, rest)) = arguments.split_first() else { bail!("a command is missing\n{USAGE}") };
    match command.as_str() {
        "test" => run::run(&process::workspace_root()?, &choice(rest)?),
        "bench" => run_bench(rest),
        "interop" => run_interop(rest),
        "pages" => run_pages(rest),
        "fuzz" => run_fuzz(rest),
        "data" if rest.is_empty() => data::write(&process::workspace_root()?),
        "eval" => run_eval(rest),
        "help" | "--help" | "-h" => {
            report::line(USAGE);
            Ok(())
        }
        other => bail!("`{other}` is not a command\n{USAGE}"),
    }
}

fn run_eval(arguments: &[String]) -> Result<()> {
    match arguments {
        [what] if what == "incidents" => eval::incidents(&process::workspace_root()?),
        [what] if what == "signals" => eval::signals(&process::workspace_root()?, None),
        [what, option, data] if what == "signals" && option == "--data" => {
            eval::signals(&process::workspace_root()?, Some(data))
        }
        _ => bail!("say what is to be evaluated: incidents or signals\n{USAGE}"),
    }
}

fn choice(arguments: &[String]) -> Result<run::Choice> {
    let mut choice = run::Choice::default();
    let mut arguments = arguments.iter();
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--long" => choice.is_long = true,
            "--list" => choice.is_list = true,
            "--only" => choice.only.extend(names(arguments.next())?),
            "--skip" => choice.skip.extend(names(arguments.next())?),
            other => bail!("`{other}` is not an option of test\n{USAGE}"),
        }
    }
    Ok(choice)
}

fn names(list: Option<&String>) -> Result<Vec<String>> {
    let list = list.context("a list of steps is missing")?;
    Ok(list.split(',').map(str::to_owned).collect())
}

fn run_bench(arguments: &[String]) -> Result<()> {
    let mut command =
        process::cargo(&process::workspace_root()?, &["run", "--release", "--locked", "--package", "bench", "--"]);
    process::run(command.args(arguments))
}

fn run_interop(arguments: &[String]) -> Result<()> {
    let is_required = match arguments {
        [] => false,
        [only] if only == "--require" => true,
        _ => bail!("interop takes nothing but --require\n{USAGE}"),
    };
    if let interop::Outcome::Skipped(why) = interop::run(&process::workspace_root()?, is_required)? {
        report::line(&format!("SKIPPED: {why}"));
    }
    Ok(())
}

fn run_pages(arguments: &[String]) -> Result<()> {
    let choice = pages::Choice::read(arguments).context(USAGE)?;
    match pages::run(&process::workspace_root()?, &choice)? {
        pages::Outcome::Passed(_, skipped) => skipped.iter().for_each(|why| report::line(why)),
        pages::Outcome::Skipped(why) => report::line(&format!("SKIPPED: {why}")),
    }
    Ok(())
}

fn run_fuzz(arguments: &[String]) -> Result<()> {
    let (target, seconds) = fuzz_choice(arguments)?;
    match fuzz::run(&process::workspace_root()?, target.as_deref(), seconds)? {
        fuzz::Outcome::Passed(count) => report::line(&format!("targets that ran without a finding: {count}")),
        fuzz::Outcome::Skipped(why) => report::line(&format!("SKIPPED: {why}")),
    }
    Ok(())
}

fn fuzz_choice(arguments: &[String]) -> Result<(Option<String>, u64)> {
    let mut target = None;
    let mut seconds = FUZZ_SECONDS;
    let mut arguments = arguments.iter();
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--seconds" => seconds = arguments.next().context("the number of seconds is missing")?.parse()?,
            name if target.is_none() && !name.starts_with('-') => target = Some(name.to_owned()),
            other => bail!("`{other}` is not understood\n{USAGE}"),
        }
    }
    Ok((target, seconds))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(line: &str) -> Vec<String> {
        line.split_whitespace().map(str::to_owned).collect()
    }

    #[test]
    fn the_choice_of_steps_is_read() {
        let choice = choice(&words("--long --only format,shape --skip shape")).unwrap();
        assert!(choice.is_long && !choice.is_list);
        assert_eq!(choice.only, ["format", "shape"]);
        assert_eq!(choice.skip, ["shape"]);
    }

    #[test]
    fn the_choice_of_a_fuzz_target_is_read() {
        assert_eq!(fuzz_choice(&[]).unwrap(), (None, FUZZ_SECONDS));
        assert_eq!(fuzz_choice(&words("json --seconds 5")).unwrap(), (Some("json".to_owned()), 5));
        assert!(fuzz_choice(&words("json token")).is_err());
    }

    #[test]
    fn what_is_not_understood_is_refused() {
        assert!(dispatch(&[]).is_err());
        assert!(dispatch(&words("tset")).unwrap_err().to_string().starts_with("`tset` is not a command"));
        assert!(dispatch(&words("test --fast")).unwrap_err().to_string().starts_with("`--fast` is not an option"));
        assert!(dispatch(&words("interop --maybe")).is_err());
    }
}
