//! `cargo xtask eval incidents`: the figures of docs/evaluation.md, measured here and now.
//!
//! The tests of the crate `incident` measure; this runs them and sets what they print in tables. Data that is not here is
//! said aloud, since a table without it would look whole.

mod signals;

use std::path::Path;

use anyhow::{Result, bail};

use crate::process::{SCRIPT_SILENCE, cargo, stream};
use crate::report;

pub(crate) use signals::signals;

/// Tests that measure.
const MEASURED: [&str; 2] = ["retrieval::", "labels::"];

/// What the tests say of one index: `titles only: 44 questions, R@1 0.864 R@5 0.932 R@10 0.977 MRR 0.895`.
#[derive(Debug, PartialEq, Eq)]
struct Row {
    index: String,
    questions: String,
    figures: Vec<String>,
}

/// Runs the evaluation.
///
/// # Errors
/// When the tests cannot be run, or a figure is below what is asked.
pub(crate) fn incidents(root: &Path) -> Result<()> {
    let arguments = ["test", "--workspace", "--locked", "--test", "incident", "--"];
    let mut command = cargo(root, &arguments);
    command.args(MEASURED).args(["--nocapture", "--test-threads=1"]);
    let ran = stream(&mut command, SCRIPT_SILENCE, |_| ())?.ended("the evaluation")?;
    say(&ran.output);
    if ran.succeeded {
        Ok(())
    } else {
        bail!("a figure is below what is asked, or a test does not hold:\n{}", ran.output)
    }
}

fn say(output: &str) {
    let rows: Vec<Row> = output.lines().filter_map(row).collect();
    report::line("\nDuplicate candidates\n");
    report::line("| index | questions | R@1 | R@5 | R@10 | MRR |\n|---|---|---|---|---|---|");
    for Row { index, questions, figures } in &rows {
        report::line(&format!("| {index} | {questions} | {} |", figures.join(" | ")));
    }
    report::line("\nMerges and annotators\n");
    for line in output.lines().filter(|line| is_other(line)) {
        report::line(&format!("* {}", plain(line)));
    }
    for line in output.lines().filter(|line| line.contains("SKIPPED")) {
        report::line(&format!("\nNOT MEASURED: {}", plain(line)));
    }
    if rows.is_empty() {
        report::line("\nNOT MEASURED: no question was asked. The figures in docs/evaluation.md are of an earlier run.");
    }
}

/// A test's own name may stand before what it says.
fn plain(line: &str) -> &str {
    line.rsplit_once(" ... ").map_or(line, |(_, said)| said).trim()
}

fn row(line: &str) -> Option<Row> {
    let (index, rest) = plain(line).rsplit_once(": ")?;
    let (questions, figures) = rest.split_once(" questions, ")?;
    let words: Vec<&str> = figures.split(' ').collect();
    let named = words.chunks(2).map(|pair| match pair {
        [name, figure] if ["R@1", "R@5", "R@10", "MRR"].contains(name) => Some((*figure).to_owned()),
        _ => None,
    });
    Some(Row { index: index.to_owned(), questions: questions.to_owned(), figures: named.collect::<Option<_>>()? })
}

fn is_other(line: &str) -> bool {
    line.contains("pairs kept apart") || line.contains("Cohen") || line.contains("not compared")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_test_prints_is_read_with_and_without_its_name() {
        let said = "titles only: 44 questions, R@1 0.864 R@5 0.932 R@10 0.977 MRR 0.895";
        let found = row(said).unwrap();
        assert_eq!((found.index.as_str(), found.questions.as_str()), ("titles only", "44"));
        assert_eq!(found.figures, ["0.864", "0.932", "0.977", "0.895"]);
        assert_eq!(row(&format!("test retrieval::titles ... {said}")), Some(found));
        assert_eq!(row("places [Some(1)]"), None);
        assert_eq!(row("held out: 44 questions, R@1 0.8 nonsense 1"), None);
    }

    #[test]
    fn merges_and_kappa_are_told_apart_from_rows() {
        assert!(is_other("29 pairs kept apart, 0 joined, 17 shown to a person among ten candidates"));
        assert!(!is_other("titles only: 44 questions, R@1 0.8"));
    }
}
