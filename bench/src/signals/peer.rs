//! Other programs, beside ours in the same run: each reads the same things from the same files, on one thread.
//!
//! They are of the Python world, and are asked through a script. Without them the table says so.

use std::ffi::OsString;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context as _, ensure};
use matching::pdq::Pdq;

use crate::table::Table;

/// Names a python that has what `bench/peers/match-requirements.txt` lists.
const PYTHON: &str = "DETENTE_MATCH_PYTHON";

/// What is asked of it.
const SCRIPT: &str = include_str!("../../peers/match.py");

/// Asks a peer to do its part with the files of a folder, and puts its figures into the table: lines of a name, a value and a
/// unit. Answers them too, by name.
pub(crate) fn ask(table: &mut Table, part: &str, folder: &Path) -> anyhow::Result<Vec<(String, f64)>> {
    let Some(python) = std::env::var_os(PYTHON) else {
        table.title(&format!("  (no peers: {PYTHON} names no python that has them; see docs/benchmarks.md)"));
        return Ok(Vec::new());
    };
    let told = call(&python, part, folder)?;
    let mut figures = Vec::new();
    for line in told.lines() {
        if let Some(reason) = line.strip_prefix("SKIPPED ") {
            table.title(&format!("  (not measured: {reason})"));
            continue;
        }
        let mut words = line.rsplitn(3, ' ');
        let (unit, value) = (words.next().context("a unit")?, words.next().context("a value")?);
        let name = words.next().context("a name")?;
        let value: f64 = value.parse().with_context(|| format!("a peer told `{line}`"))?;
        table.figure(name, value, unit, None);
        figures.push((name.to_owned(), value));
    }
    Ok(figures)
}

/// The figure of this name, of which ours is so many times as much.
pub(crate) fn beside(figures: &[(String, f64)], name: &str, ours: f64) -> Option<f64> {
    figures.iter().find(|(known, _)| known == name).map(|(_, theirs)| ours / theirs)
}

fn call(python: &OsString, part: &str, folder: &Path) -> anyhow::Result<String> {
    let mut command = Command::new(python);
    command.args(["-c", SCRIPT, part]).arg(folder).stdin(Stdio::null());
    // One thread, as we have: numeric libraries would take all.
    for name in ["OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"] {
        command.env(name, "1");
    }
    let output = command.output().context(PYTHON)?;
    ensure!(output.status.success(), "{PYTHON} failed at {part}: {}", String::from_utf8_lossy(&output.stderr));
    Ok(String::from_utf8(output.stdout)?)
}

/// Writes hashes, 32 octets each, as the words lie in memory.
pub(crate) fn write_hashes(path: &Path, hashes: &[Pdq]) -> anyhow::Result<()> {
    let octets: Vec<u8> = hashes.iter().flat_map(|hash| hash.words().map(u64::to_le_bytes)).flatten().collect();
    Ok(std::fs::write(path, octets)?)
}

/// Writes texts, one to a line as JSON.
pub(crate) fn write_texts(path: &Path, texts: &[impl AsRef<str>]) -> anyhow::Result<()> {
    let mut lines = String::new();
    for text in texts {
        lines.push_str(&record::json::Json::text(text.as_ref()).to_text());
        lines.push('\n');
    }
    Ok(std::fs::write(path, lines)?)
}
