//! How long it takes until a record is found beside a node that runs: one at a time, and after a bulk import. Counted from the
//! start of the command that logs it, so that no record of it has waited longer.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use search::Index;
use storage::disk::files::FileDisk;

use crate::incidents::{self, FULL_MAPPING};
use crate::storage::scene;
use crate::table::{Limit, Table};

/// Records that come one at a time.
const SINGLE: usize = 20;

/// Records of the bulk import.
const BULK: usize = 100_000;

/// How often the index is looked at, in milliseconds.
const LOOK_EVERY_MS: u64 = 10;

/// When waiting makes no sense any more, in seconds.
const ENOUGH_S: u64 = 600;

pub(crate) fn run(table: &mut Table) -> anyhow::Result<()> {
    let Some(binary) = incidents::binary()? else {
        table.title("search/lag: not measured; build the program first: cargo build --release --locked");
        return Ok(());
    };
    table.title(&format!("search/lag: a running node and commands beside it, on {}", scene::file_system()?));
    let folder = scene::folder()?;
    std::fs::write(folder.path().join("mapping.json"), FULL_MAPPING)?;
    let words = ["init", "--dir", "node", "--name", "en=Bench"];
    incidents::wait(&mut incidents::start(&binary, folder.path(), &words)?)?;
    let post = Post { serving: Serving::start(&binary, folder.path())?, binary, folder: folder.path().to_owned() };
    let mut singles = Vec::new();
    for number in 0..SINGLE {
        singles.push(post.import(number, number + 1)?);
    }
    let longest = |lags: &[Lag]| lags.iter().map(|lag| lag.whole_s).fold(0.0, f64::max);
    table.figure("one record: at most, its command included", longest(&singles), "s", Some(Limit::AtMost(2.0)));
    let bulk = post.import(SINGLE, SINGLE + BULK)?;
    let name = format!("{BULK} records: at most, their import included");
    table.figure(&name, longest(&[bulk]), "s", Some(Limit::AtMost(60.0)));
    table.figure("the same from the end of the import", bulk.after_s, "s", None);
    post.serving.end()
}

/// A node that runs, and its folder.
struct Post {
    binary: PathBuf,
    folder: PathBuf,
    serving: Serving,
}

/// How long it took until all records of a command were found.
#[derive(Debug, Clone, Copy)]
struct Lag {
    /// From the start of the command.
    whole_s: f64,
    /// From its end.
    after_s: f64,
}

impl Post {
    fn import(&self, from: usize, to: usize) -> anyhow::Result<Lag> {
        std::fs::write(self.folder.join("rows.csv"), incidents::full(from..to)?)?;
        let began = Instant::now();
        let words = ["--json", "import", "rows.csv", "--mapping", "mapping.json", "--dir", "node"];
        incidents::wait(&mut incidents::start(&self.binary, &self.folder, &words)?)?;
        let logged = Instant::now();
        while self.found()? < u64::try_from(to)? {
            if began.elapsed() > Duration::from_secs(ENOUGH_S) {
                bail!("the running node did not follow");
            }
            std::thread::sleep(Duration::from_millis(LOOK_EVERY_MS));
        }
        Ok(Lag { whole_s: began.elapsed().as_secs_f64(), after_s: logged.elapsed().as_secs_f64() })
    }

    /// Records that a query can find now.
    fn found(&self) -> anyhow::Result<u64> {
        let node = self.folder.join("node");
        let store = storage::layout::must(&FileDisk::open(&node)?)?;
        let index = Index::as_it_stands(&node.join("search").join("index.sqlite"), store.octets())?;
        Ok(index.map(|index| index.count()).transpose()?.unwrap_or(0))
    }
}

/// A process that serves, ended with its value.
struct Serving(Child);

impl Serving {
    fn start(binary: &Path, folder: &Path) -> anyhow::Result<Self> {
        let mut command = Command::new(binary);
        let words = ["--json", "serve", "--dir", "node", "--listen", "127.0.0.1:0"];
        command.args(words).current_dir(folder).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut serving = Self(command.spawn().with_context(|| format!("{} does not start", binary.display()))?);
        let output = serving.0.stdout.take().context("its output is piped")?;
        // It listens once it has said where.
        let mut line = String::new();
        let _octets = BufReader::new(output).read_line(&mut line)?;
        if line.is_empty() {
            bail!("the node does not serve");
        }
        Ok(serving)
    }

    fn end(mut self) -> anyhow::Result<()> {
        self.0.kill()?;
        Ok(())
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ended = self.0.kill();
        let _status = self.0.wait();
    }
}
