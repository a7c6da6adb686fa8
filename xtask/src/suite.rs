//! Running `cargo test`, showing its verdicts, and remembering what was skipped.
//!
//! The tests run with `--show-output`, which is long; only cargo's own verdicts and the lines that our tests write for
//! the reader (`COUNT:`, `SEED:`, `SKIPPED:`) reach the terminal, unless a test fails: then everything does.

use std::path::Path;
use std::time::Duration;

use anyhow::{Result, bail};

use crate::process;
use crate::report;
use crate::tally::Tally;

/// How cargo begins the verdict on one test binary.
const VERDICT: &str = "test result: ";

/// How a test says that it could not run for want of data.
const SKIPPED: &str = "SKIPPED:";

/// How lines begin that our tests write for the reader.
const FOR_THE_READER: &[&str] = &[VERDICT, "COUNT:", "SEED:", SKIPPED];

/// How the test harness ends its line about a test that takes long.
const TAKES_LONG: &str = "has been running for over 60 seconds";

/// The variable by which the test harness is told how many tests run at a time.
const THREADS: &str = "RUST_TEST_THREADS";

/// Stories of running nodes wait for each other a good part of the time, so one more than there are cores keeps all busy.
fn threads() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from).saturating_add(1)
}

/// What a run of the tests found.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Verdict {
    /// Tests that passed, failed, or were ignored or skipped for want of data.
    pub(crate) tally: Tally,
    /// What the skipped tests said.
    pub(crate) notes: Vec<String>,
}

/// How long the tests may say nothing, once they are built: the longest takes a few minutes on a slow machine, and each that takes more
/// than a minute says so.
pub(crate) const SILENCE: Duration = Duration::from_mins(15);

/// The same for the tests that are ignored otherwise: thousands of networks, and all facts there are.
pub(crate) const LONG_SILENCE: Duration = Duration::from_hours(2);

/// Runs `cargo test` with further arguments.
///
/// # Errors
/// When a test fails, cannot be built, or comes to no end.
pub(crate) fn run(root: &Path, arguments: &[&str], silence: Duration) -> Result<Verdict> {
    let mut command = process::cargo(root, &["test", "--workspace", "--locked", "--no-fail-fast"]);
    command.args(arguments);
    if std::env::var_os(THREADS).is_none() {
        command.env(THREADS, threads().to_string());
    }
    report::line(&format!("$ {}", process::shown(&command)));
    let streamed = process::stream(&mut command, silence, |line| {
        if is_for_the_reader(line) || is_of_one_test(line) {
            report::line(line);
        }
    })?;
    let verdict = judge(&streamed.output);
    if !streamed.succeeded {
        report::line(&streamed.output);
        failed_names(&streamed.output).for_each(report::line);
        if streamed.is_stopped {
            bail!(
                "stopped, since nothing was said for {} s; unfinished: {}",
                silence.as_secs(),
                unfinished(&streamed.output)
            );
        }
        bail!(Failed { tally: verdict.tally });
    }
    Ok(verdict)
}

/// The tests did not all pass.
#[derive(Debug)]
pub(crate) struct Failed {
    /// What was counted before.
    pub(crate) tally: Tally,
}

impl std::fmt::Display for Failed {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.tally.failed {
            0 => out.write_str("the tests could not be built or did not run to their end"),
            count => write!(out, "{count} failed; their output stands above"),
        }
    }
}

impl std::error::Error for Failed {}

fn is_for_the_reader(line: &str) -> bool {
    FOR_THE_READER.iter().any(|start| line.starts_with(start))
}

/// A test that failed, or takes long: said at once, since the rest of the run may take long too, or hang.
fn is_of_one_test(line: &str) -> bool {
    line.starts_with("test ") && (line.ends_with("FAILED") || line.ends_with(TAKES_LONG))
}

/// The tests of which it was said that they take long, and of which nothing came then.
fn unfinished(output: &str) -> String {
    let names = output.lines().filter_map(|line| line.strip_suffix(TAKES_LONG)).map(str::trim);
    let has_ended = |name: &&str| output.lines().any(|line| line.starts_with(&format!("{name} ... ")));
    names.filter(|name| !has_ended(name)).collect::<Vec<_>>().join(", ")
}

fn failed_names(output: &str) -> impl Iterator<Item = &str> {
    output.lines().filter(|line| line.starts_with("test ") && line.ends_with("FAILED"))
}

/// Reads the whole output of `cargo test -- --show-output`.
fn judge(output: &str) -> Verdict {
    let mut verdict = Verdict::default();
    let mut skipped: usize = 0;
    let mut is_counted = false;
    for line in output.lines() {
        if let Some(counts) = line.strip_prefix(VERDICT) {
            verdict.tally += counts_of(counts);
        } else if line.starts_with("---- ") {
            is_counted = false;
        } else if line.starts_with(SKIPPED) {
            skipped += usize::from(!is_counted);
            is_counted = true;
            verdict.notes.push(line.to_owned());
        }
    }
    verdict.tally.passed = verdict.tally.passed.saturating_sub(skipped);
    verdict.tally.skipped += skipped;
    verdict
}

/// Reads `ok. 5 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.01s`.
fn counts_of(counts: &str) -> Tally {
    let count = |name: &str| {
        let part = counts.split([';', '.']).find(|part| part.trim_end().ends_with(name));
        part.and_then(|part| part.trim().split(' ').next()).and_then(|word| word.parse().ok()).unwrap_or(0)
    };
    Tally { passed: count(" passed"), failed: count(" failed"), skipped: count(" ignored") }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OUTPUT: &str = "\
running 4 tests
test a ... ok

successes:

---- vectors::a stdout ----
COUNT: 150 vectors
SKIPPED: half of the corpus is not here
SKIPPED: nor is the other half

---- vectors::b stdout ----
SEED: 7

successes:
    a

test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.01s

test result: FAILED. 12 passed; 2 failed; 0 ignored; 0 measured; 5 filtered out; finished in 1.50s
";

    #[test]
    fn verdicts_are_summed() {
        let verdict = judge(OUTPUT);
        assert_eq!(verdict.tally, Tally { passed: 14, failed: 2, skipped: 2 });
    }

    #[test]
    fn a_test_that_skips_is_counted_once_and_quoted_fully() {
        let verdict = judge(OUTPUT);
        let expected = ["SKIPPED: half of the corpus is not here", "SKIPPED: nor is the other half"];
        assert_eq!(verdict.notes, expected);
    }

    #[test]
    fn failed_tests_are_named_again() {
        let output = "test a ... ok\ntest b::c ... FAILED\ntest result: FAILED. 1 passed; 1 failed\n";
        assert_eq!(failed_names(output).collect::<Vec<_>>(), ["test b::c ... FAILED"]);
    }

    #[test]
    fn whatever_hangs_is_named() {
        let output = "\
test slow::a has been running for over 60 seconds
test b::hangs has been running for over 60 seconds
test slow::a ... ok
";
        assert_eq!(unfinished(output), "test b::hangs");
        assert_eq!(output.lines().map(is_of_one_test).collect::<Vec<_>>(), [true, true, false]);
    }

    #[test]
    fn only_chosen_lines_reach_the_reader() {
        let shown: Vec<&str> = OUTPUT.lines().filter(|line| is_for_the_reader(line)).collect();
        assert_eq!(shown.len(), 6);
        assert!(!is_for_the_reader("test a ... ok"));
    }

    #[test]
    fn a_failure_to_build_is_not_a_failed_test() {
        let message = Failed { tally: Tally::default() }.to_string();
        assert_eq!(message, "the tests could not be built or did not run to their end");
        let message = Failed { tally: judge(OUTPUT).tally }.to_string();
        assert_eq!(message, "2 failed; their output stands above");
    }
}
