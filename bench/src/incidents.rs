//! What it costs to take in a table of incidents, with the program as it is used: read, checked, signed, logged, looked up.
//!
//! The program is the build of `detente` beside this one, or what `DETENTE_BINARY` names. Without one nothing is measured, and
//! the table says so.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};

use crate::measure::memory_mb;
use crate::storage::scene;
use crate::table::{Limit, Table};

/// Rows of one import.
const ROWS: usize = 100_000;

/// Rows that have only an id, a title and a day, per second.
const THIN_AIM: f64 = 6_000.0;

/// Rows with a description and ten properties, with every view that a node has, per second.
const FULL_AIM: f64 = 3_000.0;

/// Memory of the importing process, in MB.
const MEMORY_AIM: f64 = 400.0;

/// Octets on the disk for each incident.
const DISK_AIM: f64 = 10_000.0;

/// How often the memory of the process is read, in milliseconds.
const LOOK_EVERY_MS: u64 = 20;

const THIN_MAPPING: &str = r#"{"detente_mapping":1,"source":"Bench","format":"csv","id":"Case",
"columns":{"Title":"name","Day":"occurred"}}"#;

pub(crate) const FULL_MAPPING: &str = r#"{"detente_mapping":1,"source":"Bench","format":"csv","id":"Case","link":"https://example.org/{id}",
"columns":{"Title":"name","Day":"occurred","Text":"description","System":"system","Developer":"developer","Deployer":"deployer",
"Severity":"severity","Countries":{"to":"countries","separator":";"},"Harms":{"to":"harms","separator":";"},"Hurt":"injured",
"Actions":"actions_taken","Cause":"cause"},"constants":{"event_kind":"incident"}}"#;

pub(crate) fn run(table: &mut Table) -> anyhow::Result<()> {
    let Some(binary) = binary()? else {
        table.title("incidents/import: not measured; build the program first: cargo build --release --locked");
        return Ok(());
    };
    table.title(&format!("incidents/import: {ROWS} generated rows, on {}", scene::file_system()?));
    import(table, &binary, "thin", THIN_MAPPING, &thin()?, THIN_AIM)?;
    import(table, &binary, "all-in", FULL_MAPPING, &full(0..ROWS)?, FULL_AIM)
}

pub(crate) fn binary() -> anyhow::Result<Option<PathBuf>> {
    if let Some(named) = std::env::var_os("DETENTE_BINARY") {
        return Ok(Some(PathBuf::from(named)));
    }
    let beside = std::env::current_exe()?.with_file_name("detente");
    Ok(beside.is_file().then_some(beside))
}

fn thin() -> anyhow::Result<String> {
    let mut text = String::from("Case,Title,Day\n");
    for number in 0..ROWS {
        writeln!(text, "B-{number},Crane {number} set a container down where people stood,{}", day(number))?;
    }
    Ok(text)
}

/// Rows of these numbers.
pub(crate) fn full(numbers: std::ops::Range<usize>) -> anyhow::Result<String> {
    let mut text =
        String::from("Case,Title,Day,Text,System,Developer,Deployer,Severity,Countries,Harms,Hurt,Actions,Cause\n");
    for number in numbers {
        let told = format!("Crane {number} took a vest for a lane, and stood. ").repeat(12);
        writeln!(
            text,
            "B-{number},Crane {number} set a container down where people stood,{},\"{told}\",Yard Pilot {},Example Yards,Harbour \
             {},serious incident,NL;DE,physical;economic,{},steered by hand until further notice,vests reflect like lanes",
            day(number),
            number % 40,
            number % 300,
            number % 7
        )?;
    }
    Ok(text)
}

fn day(number: usize) -> String {
    format!("20{:02}-{:02}-{:02}", 10 + number % 16, 1 + number % 12, 1 + number % 28)
}

fn import(table: &mut Table, binary: &Path, name: &str, mapping: &str, rows: &str, aim: f64) -> anyhow::Result<()> {
    let folder = scene::folder()?;
    std::fs::write(folder.path().join("mapping.json"), mapping)?;
    std::fs::write(folder.path().join("rows.csv"), rows)?;
    wait(&mut start(binary, folder.path(), &["init", "--dir", "node", "--name", "en=Bench"])?)?;
    let empty = octets_in(&folder.path().join("node"))?;
    let words = ["--json", "import", "rows.csv", "--mapping", "mapping.json", "--dir", "node"];
    let first = timed(binary, folder.path(), &words)?;
    let each = megabytes(octets_in(&folder.path().join("node"))?.saturating_sub(empty)) * 1e6 / count(ROWS);
    let again = timed(binary, folder.path(), &words)?;
    table.figure(&format!("{name}: rows taken in"), count(ROWS) / first.seconds, "/s", Some(Limit::AtLeast(aim)));
    table.figure(&format!("{name}: most memory"), first.memory_mb, "MB", Some(Limit::AtMost(MEMORY_AIM)));
    table.figure(&format!("{name}: on the disk for each"), each, "octets", Some(Limit::AtMost(DISK_AIM)));
    table.figure(
        &format!("{name}: rows of a second run, which changes nothing"),
        count(ROWS) / again.seconds,
        "/s",
        None,
    );
    Ok(())
}

struct Timed {
    seconds: f64,
    memory_mb: f64,
}

/// Runs the program to its end, and looks at its memory meanwhile.
fn timed(binary: &Path, folder: &Path, words: &[&str]) -> anyhow::Result<Timed> {
    let began = Instant::now();
    let mut child = start(binary, folder, words)?;
    let (process, mut most_mb) = (child.id().to_string(), 0.0_f64);
    while child.try_wait()?.is_none() {
        // A process that has just ended tells nothing more.
        most_mb = most_mb.max(memory_mb(&process, "VmHWM").unwrap_or(0.0));
        std::thread::sleep(Duration::from_millis(LOOK_EVERY_MS));
    }
    let seconds = began.elapsed().as_secs_f64();
    wait(&mut child)?;
    Ok(Timed { seconds, memory_mb: most_mb })
}

pub(crate) fn start(binary: &Path, folder: &Path, words: &[&str]) -> anyhow::Result<Child> {
    let mut command = Command::new(binary);
    command.args(words).current_dir(folder).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::inherit());
    command.spawn().with_context(|| format!("{} does not start", binary.display()))
}

pub(crate) fn wait(child: &mut Child) -> anyhow::Result<()> {
    let status = child.wait()?;
    if !status.success() {
        bail!("the program ended with {status}");
    }
    Ok(())
}

fn octets_in(path: &Path) -> anyhow::Result<u64> {
    let data = path.symlink_metadata()?;
    if !data.is_dir() {
        return Ok(data.len());
    }
    let mut sum = 0_u64;
    for entry in std::fs::read_dir(path)? {
        sum = sum.saturating_add(octets_in(&entry?.path())?);
    }
    Ok(sum)
}

#[expect(clippy::cast_precision_loss, reason = "some gigabytes at most")]
fn megabytes(octets: u64) -> f64 {
    octets as f64 / 1e6
}

#[expect(clippy::cast_precision_loss, reason = "some millions at most")]
fn count(rows: usize) -> f64 {
    rows as f64
}
