//! `cargo xtask eval signals`: how many disguised texts are found again, and how many others are flagged, for each attack.
//!
//! The tests of the crate `matching` measure; this runs them and sets what they print in tables.

use std::path::Path;

use anyhow::{Context as _, Result, bail};

use super::plain;
use crate::process::{SCRIPT_SILENCE, cargo, stream};
use crate::report;

/// Tests that measure.
const MEASURED: [&str; 2] = ["evaluation::", "near_texts::"];

/// Names another folder of the layout of `shared/data/signals` to the tests: a set that was held out.
const DATA: &str = "DETENTE_SIGNALS_DATA";

/// What the tests say of one attack: `leet, other tables    recall 0.987 of 150; 0 of 170951 unrelated pairs flagged (0.0e0)`.
#[derive(Debug, PartialEq, Eq)]
struct Row {
    attack: String,
    recall: String,
    texts: String,
    flagged: String,
    pairs: String,
}

/// Runs the evaluation, on the data beside the clone or those of a folder.
///
/// # Errors
/// When the tests cannot be run, or a figure is below what is asked.
pub(crate) fn signals(root: &Path, data: Option<&str>) -> Result<()> {
    let arguments = ["test", "--workspace", "--locked", "--test", "matching", "--"];
    let mut command = cargo(root, &arguments);
    command.args(MEASURED).args(["--nocapture", "--test-threads=1"]);
    if let Some(folder) = data {
        let folder = Path::new(folder).canonicalize().with_context(|| format!("--data {folder}"))?;
        command.env(DATA, folder);
    }
    let ran = stream(&mut command, SCRIPT_SILENCE, |_| ())?.ended("the evaluation")?;
    let rows = say(&ran.output);
    if rows == 0 {
        report::line(
            "\nNOT MEASURED: no text was looked for. The figures in docs/evaluation.md are of an earlier run.",
        );
    }
    if ran.succeeded {
        Ok(())
    } else {
        bail!("a figure is below what is asked, or a test does not hold:\n{}", ran.output)
    }
}

/// The tables, and how many rows they have.
fn say(output: &str) -> usize {
    let mut rows = 0;
    for line in output.lines() {
        if let Some(title) = plain(line).strip_prefix("DISGUISES ") {
            report::line(&format!("\n{title}\n"));
            report::line("| attack | recall | of texts | flagged | of unrelated pairs |\n|---|---|---|---|---|");
        } else if let Some(Row { attack, recall, texts, flagged, pairs }) = row(line) {
            rows += 1;
            report::line(&format!("| {attack} | {recall} | {texts} | {flagged} | {pairs} |"));
        } else if line.contains("SKIPPED") {
            report::line(&format!("\nNOT MEASURED: {}", plain(line)));
        }
    }
    rows
}

fn row(line: &str) -> Option<Row> {
    let (attack, figures) = plain(line).split_once(" recall ")?;
    let (found, flagged) = figures.split_once("; ")?;
    let (recall, texts) = found.split_once(" of ")?;
    let (flagged, rest) = flagged.split_once(" of ")?;
    let (pairs, _) = rest.split_once(" unrelated pairs flagged")?;
    let text = |text: &str| text.trim().trim_end_matches(':').to_owned();
    let (attack, recall, texts, flagged) = (text(attack), text(recall), text(texts), text(flagged));
    Some(Row { attack, recall, texts, flagged, pairs: text(pairs) })
}

#[cfg(test)]
mod tests {
    use super::row;

    #[test]
    fn what_a_test_prints_is_read_with_and_without_its_name() {
        let said = "leet, other tables           recall 0.987 of 150; 0 of 170951 unrelated pairs flagged (0.0e0)";
        let found = row(said).unwrap();
        assert_eq!(
            (found.attack.as_str(), found.recall.as_str(), found.texts.as_str()),
            ("leet, other tables", "0.987", "150")
        );
        assert_eq!((found.flagged.as_str(), found.pairs.as_str()), ("0", "170951"));
        assert_eq!(row(&format!("test evaluation::english ... {said}")), Some(found));
        let near =
            row("jailbreaks: recall 1.0000 of 269 near duplicates; 3 of 5 unrelated pairs flagged (6.0e-1)").unwrap();
        assert_eq!((near.attack.as_str(), near.texts.as_str()), ("jailbreaks", "269 near duplicates"));
        assert_eq!(row("SKIPPED: prompts are not here"), None);
    }
}
