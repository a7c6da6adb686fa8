//! A process of its own, so that nothing else counts in its memory.

use std::ffi::OsStr;
use std::process::Command;

use anyhow::Context as _;

use crate::measure::memory_mb;
use crate::table::{Limit, Table};

/// Runs this binary on an errand, and answers what it told.
pub(crate) fn call<W: AsRef<OsStr>>(words: &[W]) -> anyhow::Result<String> {
    let output = Command::new(std::env::current_exe()?).args(words).output()?;
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    anyhow::ensure!(output.status.success(), "the process of its own failed: {told}");
    Ok(String::from_utf8(output.stdout)?)
}

/// Puts what a process of its own told into the table.
pub(crate) fn repeat(table: &mut Table, told: &str, limit: impl Fn(&str) -> Option<Limit>) -> anyhow::Result<()> {
    for line in told.lines() {
        let mut words = line.rsplitn(3, ' ');
        let (unit, value) = (words.next().context("a unit")?, words.next().context("a value")?);
        let name = words.next().context("a name")?;
        table.figure(name, value.parse()?, unit, limit(name));
    }
    Ok(())
}

/// The most memory that this process has had, in megabytes.
pub(crate) fn most_memory() -> anyhow::Result<f64> {
    memory_mb("self", "VmHWM")
}

/// Tells the process that called this one a figure.
pub(crate) fn tell(name: &str, value: f64, unit: &str) {
    print(&format!("{name} {value:.3} {unit}"));
}

#[expect(clippy::print_stdout, reason = "what the parent process reads")]
pub(crate) fn print(line: &str) {
    println!("{line}");
}
