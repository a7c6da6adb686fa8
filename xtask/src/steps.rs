//! The steps of `cargo xtask test`, in the order in which they run.

use std::path::Path;
use std::process::Command;

use anyhow::{Result, bail};

use crate::data;
use crate::floors;
use crate::fuzz;
use crate::interop;
use crate::pages;
use crate::process;
use crate::report;
use crate::shape;
use crate::suite;
use crate::tally::Tally;
use crate::tested;

/// How long each fuzz target runs in the long run.
const FUZZ_SECONDS_LONG: u64 = 600;

/// How long the API is tried by its description in the long run.
const CONTRACT_SECONDS_LONG: u64 = 600;

/// What to say without `cargo-deny`.
const DENY_MISSING: &str = "cargo-deny is missing: cargo install cargo-deny --locked";

/// One step.
#[derive(Debug)]
pub(crate) struct Step {
    /// Its name on the command line.
    pub(crate) name: &'static str,
    /// What it checks.
    pub(crate) purpose: &'static str,
    /// What to do when it fails.
    pub(crate) advice: &'static str,
    /// Whether it runs only with `--long` or when named.
    pub(crate) is_long: bool,
    /// The step itself.
    pub(crate) run: fn(&Path) -> Result<Done>,
}

/// What a step did, when nothing was wrong.
#[derive(Debug, Default)]
pub(crate) struct Done {
    /// Why it was skipped, if it was.
    pub(crate) skipped: Option<String>,
    /// The single tests it ran.
    pub(crate) tally: Tally,
    /// What the reader should see again at the end.
    pub(crate) notes: Vec<String>,
}

impl Done {
    /// A step that could not run here, and why.
    pub(crate) fn skipped(why: String) -> Self {
        Self { skipped: Some(why), ..Self::default() }
    }

    fn counted(tally: Tally) -> Self {
        Self { tally, ..Self::default() }
    }
}

impl From<suite::Verdict> for Done {
    fn from(verdict: suite::Verdict) -> Self {
        Self { skipped: None, tally: verdict.tally, notes: verdict.notes }
    }
}

/// All steps.
pub(crate) const STEPS: &[Step] = &[
    Step {
        name: "format",
        purpose: "the source is formatted",
        advice: "run `cargo fmt --all`",
        is_long: false,
        run: format,
    },
    Step {
        name: "floors",
        purpose: "each crate imports only from lower floors; pure crates stay pure",
        advice: "remove the import, or move the code to the floor where it belongs",
        is_long: false,
        run: floors,
    },
    Step {
        name: "shape",
        purpose: "sizes, banned words, links in documents",
        advice: "mend each line above",
        is_long: false,
        run: shape,
    },
    Step {
        name: "data",
        purpose: "what is said of the published incidents and of the demonstration's world is what stands there",
        advice: "run `cargo xtask data` for the table; mend each other line above",
        is_long: false,
        run: published,
    },
    Step {
        name: "lints",
        purpose: "clippy has nothing to say",
        advice: "mend each warning above; an exception is #[expect(..., reason = \"...\")]",
        is_long: false,
        run: lints,
    },
    Step {
        name: "docs",
        purpose: "the documentation builds and its links resolve",
        advice: "mend each warning above",
        is_long: false,
        run: docs,
    },
    Step {
        name: "tests",
        purpose: "all tests of all crates",
        advice: "run the failing test alone: `cargo test -p CRATE NAME -- --nocapture`",
        is_long: false,
        run: tests,
    },
    Step {
        name: "demo",
        purpose: "the demonstration runs to its end, in the build that the tests have made",
        advice: "run `cargo run --release -- demo --headless` and read its last lines",
        is_long: false,
        run: demo,
    },
    Step {
        name: "pages",
        purpose: "the story of an analyst's day at our pages, in a browser: with scripts, without, and by keys alone",
        advice: "run `cargo xtask pages --only story` alone; its scripts are in xtask/pages",
        is_long: false,
        run: pages,
    },
    Step {
        name: "interop",
        purpose: "other implementations agree with ours",
        advice: "run `cargo xtask interop` alone; its scripts are in xtask/interop",
        is_long: false,
        run: interop,
    },
    Step {
        name: "deny",
        purpose: "licences, sources and banned crates among the dependencies",
        advice: "replace the dependency, or change deny.toml and say why",
        is_long: false,
        run: deny,
    },
    Step {
        name: "demo-released",
        purpose: "the demonstration as README asks for it",
        advice: "run `cargo run --release -- demo --headless` and read its last lines",
        is_long: true,
        run: demo_released,
    },
    Step {
        name: "pages-whole",
        purpose: "every page in a browser: for everybody, in two languages, wide and narrow, with and without scripts",
        advice: "run `cargo xtask pages` alone; its scripts are in xtask/pages",
        is_long: true,
        run: pages_whole,
    },
    Step {
        name: "api-contract",
        purpose: "ten minutes of requests that a program makes up from the description of the API: no fault, no breach",
        advice: "run `cargo xtask interop` alone; what was asked stands in the work folder that it names",
        is_long: true,
        run: api_contract,
    },
    Step {
        name: "tests-long",
        purpose: "the tests named long_*, in release",
        advice: "run the failing test alone: `cargo test --release -p CRATE NAME -- --ignored --nocapture`",
        is_long: true,
        run: tests_long,
    },
    Step {
        name: "bench",
        purpose: "one workload for each speed claim",
        advice: "run `cargo xtask bench`",
        is_long: true,
        run: bench,
    },
    Step {
        name: "advisories",
        purpose: "no dependency has a known weakness (needs the network)",
        advice: "update the dependency, or change deny.toml and say why",
        is_long: true,
        run: advisories,
    },
    Step {
        name: "fuzz",
        purpose: "ten minutes of fuzzing for each target",
        advice: "run `cargo +nightly fuzz run TARGET` with the input named above",
        is_long: true,
        run: fuzz,
    },
];

fn format(root: &Path) -> Result<Done> {
    process::run(&mut process::cargo(root, &["fmt", "--all", "--check"])).map(|()| Done::default())
}

fn floors(root: &Path) -> Result<Done> {
    let broken = floors::check(root)?;
    report::line(&floors::summary(root)?);
    none_broken(&broken)
}

fn shape(root: &Path) -> Result<Done> {
    let found = shape::check(root)?;
    report::line(&found.figures.shown());
    none_broken(&found.broken)
}

fn published(root: &Path) -> Result<Done> {
    none_broken(&data::check(root)?)
}

fn none_broken(broken: &[String]) -> Result<Done> {
    if broken.is_empty() {
        return Ok(Done::default());
    }
    bail!("{} broken:\n  {}", broken.len(), broken.join("\n  "))
}

fn lints(root: &Path) -> Result<Done> {
    let arguments = ["clippy", "--workspace", "--all-targets", "--locked", "--", "-D", "warnings"];
    process::run(&mut process::cargo(root, &arguments)).map(|()| Done::default())
}

fn docs(root: &Path) -> Result<Done> {
    let mut command = process::cargo(root, &["doc", "--workspace", "--no-deps", "--locked"]);
    process::run(command.env("RUSTDOCFLAGS", "-D warnings")).map(|()| Done::default())
}

fn tests(root: &Path) -> Result<Done> {
    let verdict = suite::run(root, &["--", "--show-output"], suite::SILENCE)?;
    if verdict.tally.total() == 0 {
        bail!("not one test was run");
    }
    Ok(Done::from(verdict))
}

fn tests_long(root: &Path) -> Result<Done> {
    let verdict = suite::run(root, &["--release", "--", "--ignored", "--show-output", "long_"], suite::LONG_SILENCE)?;
    if verdict.tally.total() == 0 {
        return Ok(Done::skipped("no ignored test is named long_*".to_owned()));
    }
    Ok(Done::from(verdict))
}

fn demo(root: &Path) -> Result<Done> {
    let binary = tested::binary(root)?;
    process::run(Command::new(binary).args(["demo", "--headless", "--fast"]).current_dir(root))
        .map(|()| Done::default())
}

fn demo_released(root: &Path) -> Result<Done> {
    let arguments = ["run", "--release", "--locked", "--package", "detente", "--", "demo", "--headless"];
    process::run(&mut process::cargo(root, &arguments)).map(|()| Done::default())
}

fn pages(root: &Path) -> Result<Done> {
    browsed(root, &pages::Choice::story())
}

fn pages_whole(root: &Path) -> Result<Done> {
    browsed(root, &pages::Choice::default())
}

fn browsed(root: &Path, choice: &pages::Choice) -> Result<Done> {
    Ok(match pages::run(root, choice)? {
        pages::Outcome::Passed(tally, notes) => Done { skipped: None, tally, notes },
        pages::Outcome::Skipped(why) => Done::skipped(why),
    })
}

fn interop(root: &Path) -> Result<Done> {
    interop::run(root, false).map(compared)
}

fn api_contract(root: &Path) -> Result<Done> {
    interop::contract(root, CONTRACT_SECONDS_LONG).map(compared)
}

fn compared(outcome: interop::Outcome) -> Done {
    match outcome {
        interop::Outcome::Passed(tally) => Done::counted(tally),
        interop::Outcome::Skipped(why) => Done::skipped(why),
    }
}

fn bench(root: &Path) -> Result<Done> {
    let arguments = ["run", "--release", "--locked", "--package", "bench"];
    process::run(&mut process::cargo(root, &arguments)).map(|()| Done::default())
}

fn deny(root: &Path) -> Result<Done> {
    if !process::answers("cargo-deny", &["--version"]) {
        return Ok(Done::skipped(DENY_MISSING.to_owned()));
    }
    let arguments = ["deny", "--locked", "check", "--hide-inclusion-graph", "licenses", "bans", "sources"];
    process::run(&mut process::cargo(root, &arguments)).map(|()| Done::default())
}

fn advisories(root: &Path) -> Result<Done> {
    if !process::answers("cargo-deny", &["--version"]) {
        return Ok(Done::skipped(DENY_MISSING.to_owned()));
    }
    if process::capture(&mut process::cargo(root, &["deny", "fetch", "db"])).is_err() {
        return Ok(Done::skipped("the advisory database could not be fetched".to_owned()));
    }
    let arguments = ["deny", "--locked", "check", "--disable-fetch", "advisories"];
    process::run(&mut process::cargo(root, &arguments)).map(|()| Done::default())
}

fn fuzz(root: &Path) -> Result<Done> {
    Ok(match fuzz::run(root, None, FUZZ_SECONDS_LONG)? {
        fuzz::Outcome::Passed(_) => Done::default(),
        fuzz::Outcome::Skipped(why) => Done::skipped(why),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_long_steps_come_last() {
        let names: std::collections::BTreeSet<&str> = STEPS.iter().map(|step| step.name).collect();
        assert_eq!(names.len(), STEPS.len());
        assert!(STEPS.is_sorted_by_key(|step| step.is_long));
    }

    #[test]
    fn broken_rules_are_listed() {
        assert!(none_broken(&[]).is_ok());
        let error = none_broken(&["a".to_owned(), "b".to_owned()]).unwrap_err();
        assert_eq!(error.to_string(), "2 broken:\n  a\n  b");
    }
}
