//! Other logs on the same disk in the same run, where they can be installed.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Context as _;
use storage::{Batch, BatchId, LogName, NewEntry, Store as _};

use super::{rate, scene};
use crate::table::Table;

/// Entries that one client hands in together.
const GROUPS: [usize; 3] = [1, 16, 256];
/// Calls of one measurement.
const CALLS: usize = 200;

pub(crate) fn run(table: &mut Table) -> anyhow::Result<()> {
    table.title(&format!("storage: 200 octets an entry, one client that waits, on {}", scene::file_system()?));
    for group in GROUPS {
        table.figure(&format!("this, a durable commit for {group}"), ours(group)?, "/s", None);
    }
    peer(table, "pymerkle", python);
    peer(table, "hypercore", node);
    Ok(())
}

fn ours(group: usize) -> anyhow::Result<f64> {
    let folder = scene::folder()?;
    let store = scene::create(folder.path())?;
    let start = std::time::Instant::now();
    for call in 0..CALLS {
        let name = BatchId::of(&[&call.to_be_bytes()]);
        let entries = (0..group).map(|_| NewEntry::bare(LogName::node(), vec![7; 200]));
        let batch = entries.fold(Batch::new(name), Batch::entry);
        store.commit(vec![batch]).into_iter().try_for_each(|answer| answer.map(drop))?;
    }
    Ok(rate(CALLS * group, start.elapsed().as_secs_f64()))
}

/// Measures a peer; one that does not install or run is named and passed over.
fn peer(table: &mut Table, name: &str, command: fn(&Path) -> anyhow::Result<Command>) {
    match figures(command) {
        Ok(figures) => {
            figures.into_iter().for_each(|(name, value)| table.figure(&name, value, "/s", None));
        }
        Err(error) => table.title(&format!("SKIPPED: {name}: {error:#}")),
    }
}

fn figures(command: fn(&Path) -> anyhow::Result<Command>) -> anyhow::Result<Vec<(String, f64)>> {
    let folder = scene::folder()?;
    let told = output(command(&tools()?)?.arg(folder.path()))?;
    let line = |line: &str| {
        let (name, value) = line.split_once('\t').context("a line without a figure")?;
        Ok((name.to_owned(), value.parse()?))
    };
    told.lines().map(line).collect()
}

/// Where peers are installed once, outside the repository.
fn tools() -> anyhow::Result<PathBuf> {
    let chosen = std::env::var_os("DETENTE_INTEROP_DIR").map(PathBuf::from);
    let folder = chosen.unwrap_or_else(|| std::env::temp_dir().join("detente-interop")).join("peers");
    std::fs::create_dir_all(&folder)?;
    for name in ["requirements.txt", "package.json", "logs.py", "logs.mjs"] {
        std::fs::copy(Path::new(env!("CARGO_MANIFEST_DIR")).join("peers").join(name), folder.join(name))?;
    }
    Ok(folder)
}

fn python(tools: &Path) -> anyhow::Result<Command> {
    let inside = if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" };
    let program = tools.join("python").join(inside);
    if !Command::new(&program).args(["-c", "import pymerkle"]).output().is_ok_and(|done| done.status.success()) {
        output(Command::new("python3").args(["-m", "venv", "--clear", "python"]).current_dir(tools))?;
        let pip = ["-m", "pip", "install", "--quiet", "--requirement", "requirements.txt"];
        output(Command::new(&program).args(pip).current_dir(tools))?;
    }
    let mut command = Command::new(program);
    command.arg(tools.join("logs.py"));
    Ok(command)
}

fn node(tools: &Path) -> anyhow::Result<Command> {
    if !tools.join("node_modules").join("hypercore").is_dir() {
        output(Command::new("npm").args(["install", "--no-audit", "--no-fund"]).current_dir(tools))?;
    }
    let mut command = Command::new("node");
    command.arg(tools.join("logs.mjs"));
    Ok(command)
}

fn output(command: &mut Command) -> anyhow::Result<String> {
    let output = command.output().with_context(|| format!("{} does not run", command.get_program().display()))?;
    let said = String::from_utf8_lossy(&output.stderr);
    anyhow::ensure!(output.status.success(), "{}", said.lines().last().unwrap_or("it failed"));
    Ok(String::from_utf8(output.stdout)?)
}
