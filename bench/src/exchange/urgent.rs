//! How long an urgent record takes from one running node to another over loopback: real processes, TLS, the program as it is
//! used. From the return of `release publish --urgent` to the line with which the reader tells of it.

use std::sync::mpsc::Receiver;
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use record::json::{Json, Map};

use crate::incidents::binary;
use crate::measure::percentile;
use crate::program::{Desk, Running, heard};
use crate::storage::scene as folders;
use crate::table::{Limit, Table};

/// Records that are released, one after another.
const RECORDS: u32 = 100;

/// The most that 99 of 100 may take until they are seen as signed, in milliseconds.
const SIGNED_AIM_MS: f64 = 300.0;

/// How long anything is waited for.
const PATIENCE: Duration = Duration::from_secs(60);

/// What a reader says of an urgent record, and of one whose proof it has read.
const SIGNED: &str = "signed, proof pending";
const READ: &str = "new entries";

pub(crate) fn run(table: &mut Table) -> anyhow::Result<()> {
    let Some(binary) = binary()? else {
        table.title("exchange/urgent: not measured; build the program first: cargo build --release --locked");
        return Ok(());
    };
    let folder = folders::folder()?;
    let pair = Pair::new(Desk { binary: &binary, folder: folder.path() })?;
    table.title(&format!("exchange: {RECORDS} urgent records from one process to another, TLS over loopback"));
    let (mut signed, mut read, mut command) = (Vec::new(), Vec::new(), Vec::new());
    for number in 0..RECORDS {
        let took = pair.warn(number)?;
        signed.push(took.signed_ms);
        read.push(took.read_ms);
        command.push(took.command_ms);
    }
    table.figure("`release publish --urgent` itself, median", percentile(&mut command, 50), "ms", None);
    table.figure("signed, proof pending: median", percentile(&mut signed, 50), "ms", None);
    let limit = Some(Limit::AtMost(SIGNED_AIM_MS));
    table.figure("signed, proof pending: 99 of 100", percentile(&mut signed, 99), "ms", limit);
    table.figure("read and proved: median", percentile(&mut read, 50), "ms", None);
    table.figure("read and proved: 99 of 100", percentile(&mut read, 99), "ms", None);
    Ok(())
}

impl Desk<'_> {
    fn state(&self, dir: &str, agreement: &str) -> anyhow::Result<Option<String>> {
        let listed = self.run(&format!("agreement list --dir {dir}"))?;
        let rows = listed.get("agreements").and_then(Json::as_array).unwrap_or_default().iter();
        let row = rows.filter_map(Json::as_object).find(|row| row.text("agreement") == Some(agreement));
        Ok(row.and_then(|row| row.text("state")).map(str::to_owned))
    }

    fn until_state(&self, dir: &str, agreement: &str, wanted: &str) -> anyhow::Result<()> {
        let end = Instant::now() + PATIENCE;
        while self.state(dir, agreement)?.as_deref() != Some(wanted) {
            ensure!(Instant::now() < end, "the agreement is never {wanted} at {dir}");
            std::thread::sleep(Duration::from_millis(100));
        }
        Ok(())
    }
}

/// Harbour releases to Hills.
struct Pair<'d> {
    desk: Desk<'d>,
    agreement: String,
    said: Receiver<(Instant, String)>,
    _nodes: [Running; 2],
}

/// Milliseconds.
struct Took {
    command_ms: f64,
    signed_ms: f64,
    read_ms: f64,
}

impl<'d> Pair<'d> {
    fn new(desk: Desk<'d>) -> anyhow::Result<Self> {
        for name in ["harbour", "hills"] {
            desk.run(&format!("init --dir {name} --name en={name}"))?;
        }
        let (harbour, silent) = desk.serve("harbour", "")?;
        let _unheard = heard(silent);
        let (hills, said) = desk.serve("hills", "")?;
        let said = heard(said);
        desk.run(&format!("peer add hills/profile.json --address {} --dir harbour", hills.fact("listening")?))?;
        desk.run(&format!("peer add harbour/profile.json --address {} --dir hills", harbour.fact("listening")?))?;
        let agreement = agree(&desk)?;
        let pair = Self { desk, agreement, said, _nodes: [harbour, hills] };
        // A feed is listened to once it has been read.
        pair.sign(RECORDS)?;
        pair.publish("")?;
        pair.when(READ)?;
        std::thread::sleep(Duration::from_secs(1));
        Ok(pair)
    }

    fn warn(&self, number: u32) -> anyhow::Result<Took> {
        self.sign(number)?;
        let (began, done) = self.publish("--urgent")?;
        let since = |then: Instant| then.saturating_duration_since(done).as_secs_f64() * 1e3;
        let signed_ms = since(self.when(SIGNED)?);
        let read_ms = since(self.when(READ)?);
        Ok(Took { command_ms: done.saturating_duration_since(began).as_secs_f64() * 1e3, signed_ms, read_ms })
    }

    fn sign(&self, number: u32) -> anyhow::Result<()> {
        let object = Map::new()
            .with("type", "incident")
            .with("spec_version", "2.1")
            .with("name", format!("Gate agent {number} opens on command"))
            .with("description", "Agents of this model open gates for whoever asks twice. Stop them.");
        self.desk.write("object.json", &object.to_text())?;
        // A command writes over no file; the first time there is none.
        let _absent = std::fs::remove_file(self.desk.folder.join("record.json"));
        self.desk.run("record sign object.json --dir harbour --out record.json")?;
        self.desk.run("log append record.json --dir harbour")?;
        self.desk.run("label put record.json --tlp clear --dir harbour").map(drop)
    }

    /// When the last command began, and when it returned.
    fn publish(&self, more: &str) -> anyhow::Result<(Instant, Instant)> {
        let agreement = &self.agreement;
        let words = format!(
            "release propose record.json --agreement {agreement} --purpose safety-research --by Ada --dir harbour"
        );
        let proposed = self.desk.run(&words)?;
        let proposal = proposed.text("proposal").context("a proposal")?;
        self.desk.run(&format!("release approve {proposal} --by second-person --yes --dir harbour"))?;
        let began = Instant::now();
        self.desk.run(&format!("release publish {proposal} --dir harbour {more}"))?;
        Ok((began, Instant::now()))
    }

    /// When Hills says this next.
    fn when(&self, words: &str) -> anyhow::Result<Instant> {
        loop {
            let (when, line) = self.said.recv_timeout(PATIENCE).with_context(|| format!("never said: {words}"))?;
            if line.contains(words) {
                return Ok(when);
            }
        }
    }
}

/// Both sign a text from a template.
fn agree(desk: &Desk<'_>) -> anyhow::Result<String> {
    let days = "--from 2026-01-01T00:00:00.000000Z --until 2036-01-01T00:00:00.000000Z";
    let words = "agreement draft --template public-incident --dir harbour --party hills/profile.json";
    desk.run(&format!("{words} {days} --out draft.json"))?;
    let offered = desk.run("agreement propose draft.json --tlp green --dir harbour --out offer")?;
    let agreement = offered.text("agreement").context("the text's digest")?.to_owned();
    desk.until_state("hills", &agreement, "offered")?;
    for name in ["hills", "harbour"] {
        desk.run(&format!("agreement sign {agreement} --dir {name} --out {name}-signs"))?;
    }
    for name in ["harbour", "hills"] {
        desk.until_state(name, &agreement, "in force")?;
    }
    Ok(agreement)
}
