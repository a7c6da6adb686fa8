//! Running the chosen steps, timing them, and closing with one table and one line of counts.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Error, Result, bail};

use crate::report;
use crate::steps::{Done, STEPS, Step};
use crate::suite;
use crate::tally::Tally;

/// Which steps to run.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Choice {
    /// Also those that take long.
    pub(crate) is_long: bool,
    /// Only these, if any are named.
    pub(crate) only: Vec<String>,
    /// Not these.
    pub(crate) skip: Vec<String>,
    /// List the steps and run none.
    pub(crate) is_list: bool,
}

/// One line of the closing table.
struct Row {
    name: &'static str,
    verdict: String,
    time: Option<Duration>,
}

/// Everything that came together while the steps ran.
#[derive(Default)]
struct Summary {
    rows: Vec<Row>,
    tally: Tally,
    notes: Vec<String>,
    failure: Option<(&'static str, &'static str)>,
}

/// Runs the chosen steps up to the first that fails.
///
/// # Errors
/// When a step is unknown or fails.
pub(crate) fn run(root: &Path, choice: &Choice) -> Result<()> {
    let chosen = choice.steps()?;
    if choice.is_list {
        list(&chosen);
        return Ok(());
    }
    let mut summary = Summary::default();
    for step in chosen {
        summary.add(step, root);
    }
    summary.close()
}

fn list(steps: &[&Step]) {
    for step in steps {
        let when = if step.is_long { " [--long]" } else { "" };
        report::line(&format!("{:<12} {}{when}", step.name, step.purpose));
    }
}

impl Choice {
    fn steps(&self) -> Result<Vec<&'static Step>> {
        for name in self.only.iter().chain(&self.skip) {
            if !STEPS.iter().any(|step| step.name == name) {
                let names: Vec<&str> = STEPS.iter().map(|step| step.name).collect();
                bail!("there is no step `{name}`; there are: {}", names.join(", "));
            }
        }
        Ok(STEPS.iter().filter(|step| self.includes(step)).collect())
    }

    fn includes(&self, step: &Step) -> bool {
        let named = |names: &[String]| names.iter().any(|name| name == step.name);
        let is_default = self.only.is_empty() && (self.is_long || self.is_list || !step.is_long);
        (is_default || named(&self.only)) && !named(&self.skip)
    }
}

impl Summary {
    fn add(&mut self, step: &Step, root: &Path) {
        if self.failure.is_some() {
            self.rows.push(Row { name: step.name, verdict: "not run".to_owned(), time: None });
            return;
        }
        report::line(&format!("\n== {}: {}", step.name, step.purpose));
        let start = Instant::now();
        let result = (step.run)(root);
        let time = start.elapsed();
        let verdict = match result {
            Ok(done) => self.succeed(step, done),
            Err(error) => self.fail(step, &error),
        };
        report::line(&format!("== {}: {verdict} ({})", step.name, report::duration(time)));
        self.rows.push(Row { name: step.name, verdict, time: Some(time) });
    }

    /// A step that counts nothing itself counts as one.
    fn succeed(&mut self, step: &Step, done: Done) -> String {
        self.notes.extend(done.notes);
        if let Some(why) = done.skipped {
            self.tally.skipped += 1;
            self.notes.push(format!("SKIPPED: the step {}: {why}", step.name));
            return "skipped".to_owned();
        }
        if done.tally.total() == 0 {
            self.tally.passed += 1;
            return "ok".to_owned();
        }
        self.tally += done.tally;
        format!("ok, {}", done.tally.shown())
    }

    /// A step that fails without a failed test counts as one failure.
    fn fail(&mut self, step: &Step, error: &Error) -> String {
        report::line(&format!("{error:#}"));
        let mut tally = error.downcast_ref::<suite::Failed>().map(|failed| failed.tally).unwrap_or_default();
        tally.failed = tally.failed.max(1);
        self.tally += tally;
        self.failure = Some((step.name, step.advice));
        "FAILED".to_owned()
    }

    fn close(self) -> Result<()> {
        report::line("");
        for row in &self.rows {
            report::line(&row.shown());
        }
        for note in &self.notes {
            report::line(note);
        }
        if let Some((name, advice)) = self.failure {
            report::line(&format!("{name} failed: {advice}"));
        }
        report::line(&self.tally.shown());
        match self.failure {
            Some((name, _)) => bail!("the step `{name}` failed"),
            None => Ok(()),
        }
    }
}

impl Row {
    fn shown(&self) -> String {
        let time = self.time.map(report::duration).unwrap_or_default();
        format!("{:<12} {time:>14}  {}", self.name, self.verdict)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use anyhow::anyhow;

    fn names(choice: &Choice) -> Vec<&'static str> {
        choice.steps().unwrap().iter().map(|step| step.name).collect()
    }

    fn step(run: fn(&Path) -> Result<Done>) -> Step {
        Step { name: "made-up", purpose: "to be tested", advice: "mend it", is_long: false, run }
    }

    #[test]
    fn long_steps_need_to_be_asked_for() {
        assert!(!names(&Choice::default()).contains(&"fuzz"));
        assert!(names(&Choice { is_long: true, ..Choice::default() }).contains(&"fuzz"));
        assert_eq!(names(&Choice { only: vec!["fuzz".to_owned()], ..Choice::default() }), ["fuzz"]);
    }

    #[test]
    fn steps_keep_their_order_and_can_be_left_out() {
        let only = vec!["shape".to_owned(), "format".to_owned(), "floors".to_owned()];
        let skip = vec!["floors".to_owned()];
        assert_eq!(names(&Choice { only, skip, ..Choice::default() }), ["format", "shape"]);
    }

    #[test]
    fn an_unknown_step_is_refused() {
        let choice = Choice { only: vec!["test".to_owned()], ..Choice::default() };
        assert!(choice.steps().unwrap_err().to_string().starts_with("there is no step `test`; there are: format, "));
    }

    #[test]
    fn nothing_runs_after_a_failure() {
        let mut summary = Summary::default();
        summary.add(&step(|_| Err(anyhow!("broken"))), Path::new("here"));
        summary.add(&step(|_| Ok(Done::default())), Path::new("here"));
        let verdicts: Vec<&str> = summary.rows.iter().map(|row| row.verdict.as_str()).collect();
        assert_eq!(verdicts, ["FAILED", "not run"]);
        assert_eq!(summary.tally, Tally { passed: 0, failed: 1, skipped: 0 });
        assert_eq!(summary.close().unwrap_err().to_string(), "the step `made-up` failed");
    }

    #[test]
    fn a_step_without_counts_counts_as_one() {
        let mut summary = Summary::default();
        summary.add(&step(|_| Ok(Done::default())), Path::new("here"));
        summary.add(&step(|_| Ok(Done::skipped("no tool".to_owned()))), Path::new("here"));
        assert_eq!(summary.tally, Tally { passed: 1, failed: 0, skipped: 1 });
        assert_eq!(summary.notes, ["SKIPPED: the step made-up: no tool"]);
    }

    #[test]
    fn failed_tests_are_counted_as_such() {
        let mut summary = Summary::default();
        let failing = step(|_| Err(suite::Failed { tally: Tally { passed: 5, failed: 2, skipped: 0 } }.into()));
        summary.add(&failing, Path::new("here"));
        assert_eq!(summary.tally.shown(), "5 passed, 2 failed, 0 skipped");
    }
}
